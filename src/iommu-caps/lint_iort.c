// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults in IORT tables: Arm IO Remapping Table specification (DEN 0049, E.f).
 */
#include <stdlib.h>

#include "decode/iort.h"
#include "common/common.h"
#include "lint.h"

/* MADT, ACPI 6.5 section 5.2.12: where its structures begin, and the one of an ITS */
#define MADT_FIXED_LEN	44
#define MADT_GIC_ITS	15
#define MADT_GIC_ITS_LEN 20

static void keep(struct id_ranges *r, const struct iort_node *node)
{
	id_ranges_append(r, node->offset, node->offset, node->offset);
}

static int keep_smmu(void *ctx, const struct iort_smmu *smmu)
{
	keep(&((struct mapping_lint *)ctx)->iommus, &smmu->node);
	return 0;
}

static int keep_smmu_v3(void *ctx, const struct iort_smmu_v3 *smmu)
{
	keep(&((struct mapping_lint *)ctx)->iommus, &smmu->node);
	return 0;
}

static int keep_its_group(void *ctx, const struct iort_its_group *its)
{
	keep(&((struct mapping_lint *)ctx)->its_groups, &its->node);
	return 0;
}

static bool madt_has_its(const struct lint *l, u32 id)
{
	size_t at, len;

	for (at = MADT_FIXED_LEN; at + 2 <= l->madt_len; at += len) {
		len = l->madt[at + 1];
		if (len < 2 || len > l->madt_len - at)
			break;
		if (l->madt[at] == MADT_GIC_ITS && len >= MADT_GIC_ITS_LEN &&
		    ic_le32(l->madt + at + 4) == id)
			return true;
	}
	return false;
}

static int check_its_group(void *ctx, const struct iort_its_group *its)
{
	struct mapping_lint *m = ctx;
	char *where = lint_offset("ITS group", its->node.offset);
	u32 i, id;

	if (!its->count)
		lint_finding(m->l, "its-none", where, "it has no ITS");
	for (i = 0; i < its->count && m->l->madt; i++) {
		id = iort_its_id(its, i);
		if (!madt_has_its(m->l, id))
			lint_finding(m->l, "its-missing", where,
				     "the MADT has no ITS with the id %u", id);
	}
	free(where);
	return 0;
}

/*
 * A mapping that is single is for the node itself: it has no input ids, which
 * ranges of others could overlap. Those follow in a second call.
 */
static void check_node(struct mapping_lint *m, const char *kind,
		       const struct iort_node *node, unsigned int flags)
{
	struct id_mapping *maps, *id;
	struct iort_map map;
	size_t n = 0;
	u32 i;

	maps = xrealloc(NULL, (size_t)node->map_count + 1, sizeof(*maps));
	for (i = 0; i < node->map_count; i++) {
		iort_map(node, i, &map);
		id = &maps[n];
		id->first = map.input_base;
		id->last = map.single ? id->first :
					id->first + map.count - 1;
		id->sure = id->last;
		id->output = map.output_base;
		id->target = map.output_offset;
		if (map.single)
			lint_mappings(m, kind, node->offset, id, 1,
				      flags & ~MAP_ALL_RIDS);
		else
			n++;
	}
	lint_mappings(m, kind, node->offset, maps, n, flags);
	free(maps);
}

static int check_named_component(void *ctx, const struct iort_named_component *nc)
{
	check_node(ctx, "named component", &nc->node,
		   MAP_TO_IOMMU | MAP_TO_ITS | MAP_CLAIMS);
	return 0;
}

static int check_root_complex(void *ctx, const struct iort_root_complex *rc)
{
	check_node(ctx, "root complex", &rc->node,
		   MAP_TO_IOMMU | MAP_TO_ITS | MAP_CLAIMS | MAP_ALL_RIDS);
	return 0;
}

static int check_smmu(void *ctx, const struct iort_smmu *smmu)
{
	check_node(ctx, "SMMU", &smmu->node, MAP_TO_ITS);
	return 0;
}

static int check_smmu_v3(void *ctx, const struct iort_smmu_v3 *smmu)
{
	check_node(ctx, "SMMUv3", &smmu->node, MAP_TO_ITS);
	return 0;
}

static int check_pmcg(void *ctx, const struct iort_pmcg *pmcg)
{
	check_node(ctx, "PMCG", &pmcg->node, MAP_TO_ITS);
	return 0;
}

static int check_rmr(void *ctx, const struct iort_rmr *rmr)
{
	struct mapping_lint *m = ctx;
	struct id_ranges memory = { 0 };
	const struct id_range *a, *b;
	struct iort_rmr_range range;
	char *where = lint_offset("RMR", rmr->node.offset);
	size_t at = 0;
	u32 i;

	check_node(m, "RMR", &rmr->node, MAP_TO_IOMMU);
	for (i = 0; i < rmr->count; i++) {
		iort_rmr_range(rmr, i, &range);
		if (!range.length || range.base + range.length - 1 < range.base)
			lint_finding(m->l, "range-empty", where,
				     "memory range %u, 0x%llx with length 0x%llx, is none",
				     i, range.base, range.length);
		else
			id_ranges_append(&memory, range.base,
					 range.base + range.length - 1, i);
	}
	id_ranges_sort(&memory);
	while (id_ranges_overlap(&memory, &at, &a, &b))
		lint_finding(m->l, "range-overlap", where,
			     "memory 0x%llx-0x%llx overlaps 0x%llx-0x%llx",
			     b->first, b->last, a->first, a->last);
	id_ranges_free(&memory);
	free(where);
	return 0;
}

/**
 * lint_iort() - report the faults of an IORT table
 * @l: where to; with a MADT, its ITSs are compared
 * @table: the table
 * @len: bytes there are
 * @error: filled when the table is malformed
 *
 * Arm IO Remapping Table specification (DEN 0049, E.f), section 3.
 *
 * Return: 0, or -EINVAL for a malformed table.
 */
int lint_iort(struct lint *l, const void *table, size_t len,
	      struct ic_parse_error *error)
{
	static const struct iort_visitor targets = {
		.smmu = keep_smmu, .smmu_v3 = keep_smmu_v3,
		.its_group = keep_its_group,
	};
	static const struct iort_visitor check = {
		.its_group = check_its_group,
		.named_component = check_named_component,
		.root_complex = check_root_complex, .smmu = check_smmu,
		.smmu_v3 = check_smmu_v3, .pmcg = check_pmcg, .rmr = check_rmr,
	};
	struct mapping_lint m = { .l = l };
	int ret;

	ret = iort_parse(table, len, &targets, &m, error);
	if (!ret) {
		id_ranges_sort(&m.iommus);
		id_ranges_sort(&m.its_groups);
		iort_parse(table, len, &check, &m, NULL);
		lint_mapping_outputs(&m);
	}
	mapping_lint_free(&m);
	return ret;
}
