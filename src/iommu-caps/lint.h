/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Faults in what firmware says about IOMMUs
 *
 * One file for each kind of table, with its rules.
 * A rule compares the table with itself and, on the machine that it is of, with
 * the functions that sysfs lists. Each is in iommu-caps-lint(8), with the
 * sentence of the specification that it stands on.
 */
#ifndef IOMMU_CAPS_LINT_H
#define IOMMU_CAPS_LINT_H

#include "decode/decode.h"
#include "device_tree.h"
#include "common/json.h"

/**
 * struct lint - a file that is being looked at
 * @file: its name
 * @json: findings go here; NULL: as lines to standard output
 * @sysfs: root of sysfs if the table is that of this machine, else NULL
 * @madt: the MADT of the same machine, or NULL
 * @madt_len: its length
 * @findings: number of findings so far
 */
struct lint {
	const char *file;
	struct json *json;
	const char *sysfs;
	const u8 *madt;
	size_t madt_len;
	size_t findings;
};

/**
 * struct id_range - ids, or addresses, that something claims
 * @first: the first one
 * @last: the last one
 * @owner: index of what claims them, with its caller
 */
struct id_range {
	u64 first;
	u64 last;
	size_t owner;
};

/* Ranges in order, once id_ranges_sort() was called. */
struct id_ranges {
	struct id_range *v;
	size_t n;
};

/**
 * struct id_mapping - ids of a device or host that become ids of a target
 * @first: first id
 * @last: last id that it may be taken to have
 * @sure: last id that it has for certain
 * @output: what @first becomes
 * @target: offset in the table of the node that takes them
 */
struct id_mapping {
	u64 first;
	u64 last;
	u64 sure;
	u64 output;
	size_t target;
};

/**
 * struct mapping_lint - a table of nodes with id mappings
 * @l: where findings go
 * @iommus: offsets of the IOMMU nodes, in order
 * @its_groups: offsets of the ITS groups, in order
 * @outputs: ids at IOMMUs that are claimed; owners are nodes
 */
struct mapping_lint {
	struct lint *l;
	struct id_ranges iommus;
	struct id_ranges its_groups;
	struct id_ranges outputs;
};

/* What a node may be mapped to, and whether it must be. */
#define MAP_TO_IOMMU	(1 << 0)
#define MAP_TO_ITS	(1 << 1)
#define MAP_ALL_RIDS	(1 << 2)	/* a PCI host: all requester ids */
#define MAP_CLAIMS	(1 << 3)	/* its ids are its own */

void lint_finding(struct lint *l, const char *rule, const char *where,
		  const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

void id_ranges_append(struct id_ranges *r, u64 first, u64 last, size_t owner);
void id_ranges_sort(struct id_ranges *r);
bool id_ranges_overlap(const struct id_ranges *r, size_t *at,
		       const struct id_range **a, const struct id_range **b);
char *id_ranges_gaps(const struct id_ranges *r, u64 first, u64 last);
bool id_ranges_cover(const struct id_ranges *r, u64 first, u64 last);
void id_ranges_free(struct id_ranges *r);

char *lint_offset(const char *kind, size_t offset);
void lint_mappings(struct mapping_lint *m, const char *kind, size_t offset,
		   const struct id_mapping *maps, size_t n, unsigned int flags);
void lint_mapping_outputs(struct mapping_lint *m);
void mapping_lint_free(struct mapping_lint *m);

void lint_device_tree(struct lint *l, const struct device_tree *t);
int lint_dmar(struct lint *l, const void *table, size_t len,
	      struct ic_parse_error *error);
int lint_iort(struct lint *l, const void *table, size_t len,
	      struct ic_parse_error *error);
int lint_ivrs(struct lint *l, const void *table, size_t len,
	      struct ic_parse_error *error);
int lint_rimt(struct lint *l, const void *table, size_t len,
	      struct ic_parse_error *error);
int lint_viot(struct lint *l, const void *table, size_t len,
	      struct ic_parse_error *error);

#endif /* IOMMU_CAPS_LINT_H */
