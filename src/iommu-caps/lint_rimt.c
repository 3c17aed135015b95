// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults in RIMT tables: RISC-V IO Mapping Table specification 1.0.
 */
#include <stdlib.h>

#include "decode/rimt.h"
#include "common/common.h"
#include "lint.h"

static int keep_iommu(void *ctx, const struct rimt_iommu *iommu)
{
	struct mapping_lint *m = ctx;

	id_ranges_append(&m->iommus, iommu->offset, iommu->offset,
			 iommu->offset);
	return 0;
}

/*
 * Firmware has been seen to state the number of ids and, as the kernel reads
 * it, the number less one: gaps and overlaps are such by either reading.
 */
static void check_maps(struct mapping_lint *m, const char *kind, u32 offset,
		       const struct rimt_maps *list, unsigned int flags)
{
	struct id_mapping *maps;
	struct rimt_map map;
	size_t n = 0;
	u16 i;

	maps = xrealloc(NULL, (size_t)list->count + 1, sizeof(*maps));
	for (i = 0; i < list->count; i++) {
		rimt_map(list, i, &map);
		maps[n].first = map.source_base;
		maps[n].last = (u64)map.source_base + map.count;
		maps[n].sure = map.count ? maps[n].last - 1 : maps[n].last;
		maps[n].output = map.dest_base;
		maps[n++].target = map.dest_offset;
	}
	lint_mappings(m, kind, offset, maps, n,
		      flags | MAP_TO_IOMMU | MAP_CLAIMS);
	free(maps);
}

static int check_root_complex(void *ctx, const struct rimt_root_complex *rc)
{
	check_maps(ctx, "root complex", rc->offset, &rc->maps, MAP_ALL_RIDS);
	return 0;
}

static int check_device(void *ctx, const struct rimt_platform_device *pd)
{
	check_maps(ctx, "platform device", pd->offset, &pd->maps, 0);
	return 0;
}

/**
 * lint_rimt() - report the faults of a RIMT table
 * @l: where to
 * @table: the table
 * @len: bytes there are
 * @error: filled when the table is malformed
 *
 * RISC-V IO Mapping Table specification 1.0, chapter 2.
 *
 * Return: 0, or -EINVAL for a malformed table.
 */
int lint_rimt(struct lint *l, const void *table, size_t len,
	      struct ic_parse_error *error)
{
	static const struct rimt_visitor iommus = { .iommu = keep_iommu };
	static const struct rimt_visitor check = {
		.root_complex = check_root_complex,
		.platform_device = check_device,
	};
	struct mapping_lint m = { .l = l };
	int ret;

	ret = rimt_parse(table, len, &iommus, &m, error);
	if (!ret) {
		id_ranges_sort(&m.iommus);
		rimt_parse(table, len, &check, &m, NULL);
		lint_mapping_outputs(&m);
	}
	mapping_lint_free(&m);
	return ret;
}
