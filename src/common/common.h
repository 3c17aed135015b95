/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What lsiommu and iommu-caps have in common beside libiommucaps: messages,
 * exit statuses, names of PCI devices, colors and JSON
 */
#ifndef COMMON_H
#define COMMON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "iommu_caps.h"
#include "libiommucaps.h"

#define __printf(fmt, args) __attribute__((format(printf, fmt, args)))

/* Exit statuses, as in lsiommu(8) and iommu-caps(8) */
#define STATUS_YES	0	/* yes, or done */
#define STATUS_NO	1	/* no, or findings */
#define STATUS_USAGE	2
#define STATUS_UNKNOWN	3	/* module not loaded, or a fact not known */
#define STATUS_FAILED	4	/* no such thing, cannot read, cannot write */

/* The tools' word where no token of the tree applies: in no group at all */
#define NO_GROUP	"no-group"

/**
 * struct text - a string that grows
 * @s: the string, NULL before anything was put into it
 */
struct text {
	char *s;
	size_t len;
	size_t room;
};

/* util.c */
void *xrealloc(void *p, size_t n, size_t size);
char *xstrdup(const char *s);
void text_clear(struct text *t);
void text_free(struct text *t);
void text_add(struct text *t, const char *s, size_t len);
void text_printf(struct text *t, const char *fmt, ...) __printf(2, 3);
void text_size(struct text *t, unsigned long long bytes, const char *unit);
size_t utf8_bytes(const char *text, size_t len);
bool is(const char *value, const char *word);
bool is_bool(const char *value);
bool is_number(const char *value);
unsigned int number_of(const char *value);
int finish_output(int status);
bool color_word(const char *when);
bool use_colors(const char *when, bool terminal);

/* open.c */
int open_tree(struct iommucaps **ic, const char *sysroot);
int tree_status(const struct iommucaps *ic, int status);
const char *state_sentence(struct iommucaps *ic);

/* names.c */
#define NAME_SIZE	512	/* of the buffers below */
struct pci_access;
int names_open(const char *sysfs, const char *ids, bool numeric);
void names_close(void);
struct pci_access *names_access(void);
const char *name_vendor(const struct iommucaps_ids *ids, char *buf);
const char *name_device(const struct iommucaps_ids *ids, char *buf);
const char *name_class(const struct iommucaps_ids *ids, char *buf);
const char *name_full(const struct iommucaps_ids *ids, char *buf);

/* absent.c */
void explain_absent(void);

#endif /* COMMON_H */
