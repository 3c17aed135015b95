// SPDX-License-Identifier: GPL-2.0-only
/*
 * What IORT and RIMT have in common: nodes whose ids are mapped, range by range,
 * to ids of other nodes.
 */
#include <stdlib.h>
#include <string.h>

#include "lint.h"

#define LAST_RID	0xffff

/* An IOMMU's ids, kept apart from those of others */
static u64 output_key(size_t target, u64 id)
{
	return (u64)target << 40 | id;
}

static bool check_target(struct mapping_lint *m, const char *where,
			 const struct id_mapping *map, unsigned int flags)
{
	const char *wanted = flags & MAP_TO_ITS ?
		flags & MAP_TO_IOMMU ? "IOMMU or ITS group" : "ITS group" :
		"IOMMU";

	if (id_ranges_cover(&m->iommus, map->target, map->target)) {
		if (flags & MAP_TO_IOMMU)
			return true;
	} else if (id_ranges_cover(&m->its_groups, map->target, map->target)) {
		if (flags & MAP_TO_ITS)
			return false;
	}
	lint_finding(m->l, "mapping-target", where,
		     "ids 0x%llx-0x%llx are mapped to 0x%zx, where no %s begins",
		     map->first, map->sure, map->target, wanted);
	return false;
}

static void check_overlaps(struct mapping_lint *m, const char *where,
			   const struct id_mapping *maps, size_t n)
{
	const struct id_range *a, *b;
	struct id_ranges inputs = { 0 };
	size_t at = 0, i;

	for (i = 0; i < n; i++)
		id_ranges_append(&inputs, maps[i].first, maps[i].sure, i);
	id_ranges_sort(&inputs);
	while (id_ranges_overlap(&inputs, &at, &a, &b))
		lint_finding(m->l, "mapping-overlap", where,
			     "ids 0x%llx-0x%llx and 0x%llx-0x%llx overlap",
			     a->first, a->last, b->first, b->last);
	id_ranges_free(&inputs);
}

/**
 * lint_mappings() - look at the id mappings of one node
 * @m: the table
 * @kind: what the node is
 * @offset: where it begins
 * @maps: its mappings
 * @n: their number
 * @flags: MAP_*: what the mappings must do
 */
void lint_mappings(struct mapping_lint *m, const char *kind, size_t offset,
		   const struct id_mapping *maps, size_t n, unsigned int flags)
{
	char *where = lint_offset(kind, offset), *gaps;
	struct id_ranges covered = { 0 };
	size_t i;

	check_overlaps(m, where, maps, n);
	for (i = 0; i < n; i++) {
		if (!check_target(m, where, &maps[i], flags))
			continue;
		id_ranges_append(&covered, maps[i].first, maps[i].last, i);
		if (flags & MAP_CLAIMS)
			id_ranges_append(&m->outputs,
					 output_key(maps[i].target,
						    maps[i].output),
					 output_key(maps[i].target,
						    maps[i].output +
						    maps[i].sure -
						    maps[i].first),
					 offset);
	}
	if (flags & MAP_ALL_RIDS && m->iommus.n) {
		id_ranges_sort(&covered);
		gaps = id_ranges_gaps(&covered, 0, LAST_RID);
		if (!covered.n)
			lint_finding(m->l, "host-without-mapping", where,
				     "no mapping leads to an IOMMU, beside the one at 0x%zx: DMA of functions below it is not translated",
				     m->iommus.v[0].owner);
		else if (gaps)
			lint_finding(m->l, "mapping-gap", where,
				     "no mapping to an IOMMU for the requester ids %s: DMA of functions there is not translated",
				     gaps);
		free(gaps);
	}
	id_ranges_free(&covered);
	free(where);
}

/**
 * lint_mapping_outputs() - look for ids that two mappings give out
 * @m: the table, all of whose nodes were looked at
 */
void lint_mapping_outputs(struct mapping_lint *m)
{
	const struct id_range *a, *b;
	size_t at = 0;
	char *where;

	id_ranges_sort(&m->outputs);
	while (id_ranges_overlap(&m->outputs, &at, &a, &b)) {
		where = lint_offset("node", b->owner);
		lint_finding(m->l, "id-twice", where,
			     "id 0x%llx at the IOMMU at 0x%llx is also that of the node at 0x%zx: the two cannot be told apart there",
			     b->first & 0xffffffffff, b->first >> 40, a->owner);
		free(where);
	}
}

void mapping_lint_free(struct mapping_lint *m)
{
	id_ranges_free(&m->iommus);
	id_ranges_free(&m->its_groups);
	id_ranges_free(&m->outputs);
}
