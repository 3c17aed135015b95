/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The model of /sys/kernel/iommu_caps that lsiommu and iommu-caps work on
 *
 * tree.c reads the tree into a struct tree, once; everything else only looks
 * at it. A file that does not exist is a NULL string, everywhere: an absent
 * fact stays absent up to the output.
 */
#ifndef LIBIOMMUCAPS_TREE_H
#define LIBIOMMUCAPS_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "iommu_caps.h"

#define __printf(fmt, args) __attribute__((format(printf, fmt, args)))

/* Exit statuses, as in lsiommu(8) and iommu-caps(8) */
#define STATUS_YES	0	/* yes, or done */
#define STATUS_NO	1	/* no, or findings */
#define STATUS_USAGE	2
#define STATUS_UNKNOWN	3	/* module not loaded, or a fact not known */
#define STATUS_FAILED	4	/* no such thing, cannot read, cannot write */

/* The tools' word where no token of the tree applies: in no group at all */
#define NO_GROUP	"no-group"
#define UNPROTECTED_NAME IOMMU_CAPS_DIR_UNPROTECTED

#define ENUM_TOP(n)	TOP_##n,
#define ENUM_UNIT(n)	UNIT_##n,
#define ENUM_GROUP(n)	GROUP_##n,

enum top_attr { IOMMU_CAPS_TOP_ATTRS(ENUM_TOP) TOP_NR };
enum unit_attr { IOMMU_CAPS_UNIT_ATTRS(ENUM_UNIT) UNIT_NR };
enum group_attr { IOMMU_CAPS_GROUP_ATTRS(ENUM_GROUP) GROUP_NR };

/* A list of strings; the strings belong to the tree's pool */
struct strlist {
	const char **v;
	size_t n;
};

struct reg {
	const char *name;
	const char *value;
};

/**
 * struct unit - one directory of units/
 * @attr:	the files, NULL where absent
 * @regs:	raw registers, empty when they may not be read
 * @driven:	there is a link to a class device
 * @ngroups:	groups that it serves
 */
struct unit {
	const char *name;
	const char *attr[UNIT_NR];
	struct reg *regs;
	size_t nregs;
	size_t ngroups;
	bool driven;
};

/**
 * struct device - a member of a group, or a function that is in none
 * @path:	its directory, relative to the root of sysfs
 * @group:	NULL when it is in no group
 * @bus:	"pci", "platform", ...; NULL if it could not be told
 * @driver:	NULL when no driver is bound
 * @vendor, @device, @class: of a PCI function, valid if @has_ids
 */
struct device {
	const char *name;
	const char *path;
	struct group *group;
	const char *bus;
	const char *driver;
	uint32_t vendor;
	uint32_t device;
	uint32_t class;
	bool has_ids;
};

/**
 * struct group - one directory of groups/
 * @name:	the directory's name, the kernel's number
 * @attr:	the files, NULL where absent or not asked for
 * @units:	names of the units that serve it
 * @devs:	selected members; @total counts all of them
 */
struct group {
	const char *name;
	const char *attr[GROUP_NR];
	struct strlist units;
	struct device **devs;
	size_t ndevs;
	size_t total;
};

/**
 * enum need - what the caller will look at, so that no more is read
 */
enum need {
	NEED_UNITS	= 1 << 0,	/* units/, with its files */
	NEED_GROUP_UNITS = 1 << 1,	/* which units serve a group */
	NEED_IDS	= 1 << 2,	/* vendor, device and class */
	NEED_DRIVER	= 1 << 3,	/* bound driver */
	NEED_GROUPS	= 1 << 4,	/* groups/ and unprotected/ */
	NEED_WHOLE	= 1 << 5,	/* with a device, all of its group */
	NEED_VALUES	= 1 << 6,	/* the files of groups */
};

/**
 * struct tree - everything that was read; owns all strings through its pool
 * @sysfs:	the root of sysfs: /sys, or SYSFS_PATH from the environment
 * @root:	the tree's own directory
 * @need:	bits of enum need
 */
struct tree {
	struct pool_block *pool;
	const char *sysfs;
	const char *root;
	int sysfs_fd;
	int root_fd;
	unsigned int need;
	const char *top[TOP_NR];
	struct unit **units;
	size_t nunits;
	struct group **groups;
	size_t ngroups;
	struct device **unprotected;
	size_t nunprotected;
};

/**
 * struct filter - one UNIT, GROUP or DEVICE argument
 * @arg:	as given
 * @name:	as looked for: a short PCI address got its domain, a path lost
 *		its directories
 * @hits:	what it matched
 */
struct filter {
	const char *arg;
	char *name;
	size_t hits;
};

struct filters {
	struct filter *v;
	size_t n;
};

/* util.c */
struct pool_block;
void *pool_alloc(struct pool_block **pool, size_t size);
char *pool_strndup(struct pool_block **pool, const char *s, size_t len);
char *pool_strdup(struct pool_block **pool, const char *s);
char *pool_printf(struct pool_block **pool, const char *fmt, ...)
	__printf(2, 3);
void pool_free(struct pool_block **pool);
void *xrealloc(void *p, size_t n, size_t size);
char *xstrdup(const char *s);
bool pci_address(const char *s, unsigned int *dom, unsigned int *bus,
		 unsigned int *dev, unsigned int *fn);
bool has_token(const char *list, const char *token);
const char *next_token(const char **list, size_t *len);

int finish_output(int status);
bool color_word(const char *when);
bool use_colors(const char *when, bool terminal);

/* tree.c */
extern const char *const top_names[];
int tree_open(struct tree *t);
int tree_read(struct tree *t, struct filters *filters);
void tree_close(struct tree *t);
const char *state_sentence(const struct tree *t);
const char *device_bus(struct tree *t, struct device *dev);

/* filter.c */
char *filter_name(const char *arg);
void filters_init(struct filters *f, char **argv, size_t n);
void filters_free(struct filters *f);
bool filter_group(struct filters *f, const struct group *g, bool by_unit);
bool filter_device(struct filters *f, const struct device *d);
bool filter_unit(struct filters *f, const char *name);
bool filter_unprotected(struct filters *f);
int filters_report(const struct filters *f);

/* names.c */
int names_open(const char *sysfs, const char *ids, bool numeric);
void names_close(void);
struct pci_access *names_access(void);
const char *name_vendor(struct pool_block **pool, const struct device *d);
const char *name_device(struct pool_block **pool, const struct device *d);
const char *name_class(struct pool_block **pool, const struct device *d);
const char *name_full(struct pool_block **pool, const struct device *d);

/* absent.c */
void explain_absent(void);

#endif /* LIBIOMMUCAPS_TREE_H */
