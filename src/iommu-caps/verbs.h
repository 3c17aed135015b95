/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The verbs of iommu-caps
 *
 * A new verb is a file with a function verb_NAME() that is declared here, a
 * line in the table of main.c, its file in src/Makefile, its page in man/ and
 * an entry of iommu-caps(8), and a line in the completions.
 */
#ifndef IOMMU_CAPS_VERBS_H
#define IOMMU_CAPS_VERBS_H

#include "common/common.h"

/*
 * Each gets its own arguments, with argv[0] for getopt_long(), and returns one
 * of STATUS_*. main() then flushes standard output, and fails if that fails.
 */
int verb_audit(int argc, char **argv);
int verb_check(int argc, char **argv);
int verb_decode(int argc, char **argv);
int verb_export(int argc, char **argv);
int verb_report(int argc, char **argv);
int verb_vm(int argc, char **argv);
int verb_watch(int argc, char **argv);
int verb_p2p(int argc, char **argv);
int verb_lint(int argc, char **argv);

/*
 * Options of every verb: put VERB_OPTIONS last into the array for
 * getopt_long() and begin the string of short options with VERB_SHORT. An
 * option that is not the verb's own goes to verb_common(), which takes it, and
 * if it does not, to verb_option(), whose status is to be returned.
 */
#define OPT_SYSROOT	128
#define VERB_SHORT	"hV"
#define VERB_OPTIONS						\
	{ "sysroot", required_argument, NULL, OPT_SYSROOT },	\
	{ "help", no_argument, NULL, 'h' },			\
	{ "version", no_argument, NULL, 'V' },			\
	{ NULL, 0, NULL, 0 }

/* The argument of --sysroot, for open_tree() */
extern const char *verb_sysroot;

bool verb_common(int c);
int verb_option(int c, const char *synopsis, const char *options);
int verb_usage(const char *fmt, ...) __printf(1, 2);
struct iommucaps_device *verb_device(struct iommucaps *ic, const char *name);

#endif /* IOMMU_CAPS_VERBS_H */
