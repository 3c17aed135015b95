/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lsiommu: what its files have in common
 */
#ifndef LSIOMMU_H
#define LSIOMMU_H

#include "common/common.h"

enum format { FORMAT_TABLE, FORMAT_RAW, FORMAT_PAIRS, FORMAT_JSON };

/**
 * struct view - what is shown, and how
 * @units:	units instead of groups and devices
 * @flat:	no tree: one row per device
 * @format:	of the output
 * @ascii:	branches of the tree in ASCII
 * @terminal:	standard output is one
 * @all:	all columns
 * @output:	the argument of -o, or NULL
 * @want_tree:	a tree was asked for
 * @tree:	column with its branches, or NULL for NAME
 */
struct view {
	bool units;
	bool flat;
	enum format format;
	bool noheadings;
	bool colors;
	bool ascii;
	bool terminal;
	bool all;
	const char *output;
	bool want_tree;
	const char *tree;
};

/**
 * struct filter - one UNIT, GROUP or DEVICE argument
 * @arg:	as given
 * @name:	as looked for
 * @hits:	what it matched
 */
struct filter {
	const char *arg;
	char *name;
	size_t hits;
};

/**
 * struct filters - what was asked for
 * @v, @n:	the arguments; without any, everything
 * @vendor, @device: of --device, -1 for any
 * @slot:	of --slot: domain, bus, slot, function, -1 for any
 */
struct filters {
	struct filter *v;
	size_t n;
	long vendor;
	long device;
	long slot[4];
};

/**
 * struct selection - one group, or the unprotected, and what is shown of it
 * @group:	NULL for the unprotected
 */
struct selection {
	struct iommucaps_group *group;
	struct iommucaps_device **devices;
	size_t ndevices;
};

/**
 * struct selected - everything that is shown
 * @groups:	the groups, and the unprotected last if there are any
 */
struct selected {
	struct selection *groups;
	size_t ngroups;
	struct iommucaps_unit **units;
	size_t nunits;
};

/* filter.c */
void filters_init(struct filters *f, char **argv, size_t n);
void filters_free(struct filters *f);
const char *filters_set_device(struct filters *f, const char *arg);
const char *filters_set_slot(struct filters *f, const char *arg);
int filters_report(const struct filters *f);
bool filters_of_functions(const struct filters *f);
void select_groups(struct iommucaps *ic, struct filters *f,
		   struct selected *s);
void select_units(struct iommucaps *ic, struct filters *f,
		  struct selected *s);
void selected_free(struct selected *s);

/* columns.c */
int columns_choose(struct view *view);
bool columns_use_names(void);
int columns_print(const struct view *view, struct iommucaps *ic,
		  const struct selected *s);
void columns_list(const struct view *view);

#endif /* LSIOMMU_H */
