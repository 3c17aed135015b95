// SPDX-License-Identifier: GPL-2.0-only
/*
 * iommu-caps - answer questions about the IOMMUs of this machine
 *
 * One verb for each question; each is a file of its own. See verbs.h for what
 * a new verb needs.
 */
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "verbs.h"

struct verb {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
};

static const struct verb verbs[] = {
	{ "audit", verb_audit,
	  "is this machine protected against DMA? what to change?" },
	{ "check", verb_check,
	  "is a device protected, may a guest have it? what to change?" },
	{ "vm", verb_vm,
	  "will a virtual machine with the device start, and with what arguments?" },
	{ "decode", verb_decode,
	  "firmware tables, device trees, or VT-d registers, as JSON" },
	{ "p2p", verb_p2p,
	  "which device reaches which, and by what way" },
	{ "watch", verb_watch,
	  "what changes, as it changes" },
	{ "report", verb_report,
	  "everything as one page for a browser, or as a drawing" },
	{ "export", verb_export,
	  "everything as metrics for Prometheus, or as labels for Kubernetes" },
	{ "lint", verb_lint,
	  "what is wrong in firmware's description of the IOMMUs?" },
};

#define NVERBS	(sizeof(verbs) / sizeof(verbs[0]))

/* The verb under way, for messages */
static const char *verb_name;

const char *verb_sysroot;

static void help(void)
{
	size_t i;

	printf("Usage: iommu-caps VERB [OPTION]... [ARGUMENT]...\n"
	       "Answer questions about the IOMMUs of this machine and its devices.\n\n");
	for (i = 0; i < NVERBS; i++)
		printf(" %-8s %s\n", verbs[i].name, verbs[i].help);
	printf("\n -h, --help     print this help; after a verb, that of the verb\n"
	       " -V, --version  print the version\n"
	       "Exit: 0 yes or done, 1 no or findings, 2 usage, 3 cannot be known, 4 failed\n");
}

/**
 * verb_usage() - a verb was called wrongly
 * @fmt: what is wrong with it, or NULL if that has been said
 *
 * Return: the status to leave with.
 */
int verb_usage(const char *fmt, ...)
{
	va_list ap;

	if (fmt) {
		va_start(ap, fmt);
		vwarnx(fmt, ap);
		va_end(ap);
	}
	fprintf(stderr, "Try 'iommu-caps%s%s --help'.\n",
		verb_name ? " " : "", verb_name ? verb_name : "");
	return STATUS_USAGE;
}

/**
 * verb_device() - the device that an argument names
 * @ic: the tree
 * @name: the argument
 *
 * Return: the device, or NULL: why is said then, here or by tree_status().
 */
struct iommucaps_device *verb_device(struct iommucaps *ic, const char *name)
{
	struct iommucaps_device *d = iommucaps_find_device(ic, name);

	if (!d && errno == ENOENT)
		warnx("%s: no such device; lsiommu lists them", name);
	return d;
}

/**
 * verb_common() - take an option that every verb has
 * @c: what getopt_long() returned
 *
 * Return: whether it was one that leaves the verb to go on.
 */
bool verb_common(int c)
{
	if (c != OPT_SYSROOT)
		return false;
	verb_sysroot = optarg;
	return true;
}

/**
 * verb_option() - an option that is none of the verb's own
 * @c: what getopt_long() returned
 * @synopsis: the verb and its arguments, for --help
 * @options: its own options, one line each, for --help
 *
 * Return: the status to leave with.
 */
int verb_option(int c, const char *synopsis, const char *options)
{
	size_t i;

	if (c == 'V') {
		printf("iommu-caps %s\n", TOOLS_VERSION);
		return STATUS_YES;
	}
	if (c != 'h')
		return verb_usage(NULL);
	printf("Usage: iommu-caps %s\n", synopsis);
	for (i = 0; i < NVERBS; i++)
		if (verb_name && !strcmp(verbs[i].name, verb_name))
			printf("%s\n", verbs[i].help);
	printf("\n%s"
	       "     --sysroot DIR    look at the machine whose root is DIR\n"
	       " -h, --help           print this help\n"
	       " -V, --version        print the version\n", options);
	return STATUS_YES;
}

int main(int argc, char **argv)
{
	static const struct option options[] = { VERB_OPTIONS };
	size_t i;
	int c;

	setlocale(LC_CTYPE, "C.UTF-8");
	/* Options after the verb are the verb's */
	c = getopt_long(argc, argv, "+" VERB_SHORT, options, NULL);
	if (c == 'h') {
		help();
		return finish_output(STATUS_YES);
	}
	if (c == OPT_SYSROOT)
		return verb_usage("--sysroot goes after the verb");
	if (c != -1)
		return finish_output(verb_option(c, NULL, NULL));
	if (optind == argc)
		return verb_usage("no verb is given");

	for (i = 0; i < NVERBS; i++) {
		if (strcmp(verbs[i].name, argv[optind]))
			continue;
		verb_name = verbs[i].name;
		/* The verb's messages begin with the program's name as well */
		argv[optind] = argv[0];
		argc -= optind;
		argv += optind;
		optind = 0;
		return finish_output(verbs[i].run(argc, argv));
	}
	return verb_usage("%s: no such verb", argv[optind]);
}
