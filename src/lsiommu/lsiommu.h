/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lsiommu: what main.c and columns.c have in common
 */
#ifndef LSIOMMU_H
#define LSIOMMU_H

#include "libiommucaps/tree.h"

/**
 * struct view - what is shown, and how
 * @units:	units instead of groups and devices
 * @flat:	no tree: one row per device
 * @terminal:	standard output is one
 * @output:	the argument of -o, or NULL
 * @all:	all columns
 */
struct view {
	bool units;
	bool flat;
	bool json;
	bool raw;
	bool noheadings;
	bool colors;
	bool terminal;
	const char *output;
	bool all;
};

int columns_parse(struct view *view, struct tree *t);
bool columns_use_names(void);
int columns_print(const struct view *view, struct tree *t);
void columns_list(FILE *out, bool units);

#endif /* LSIOMMU_H */
