// SPDX-License-Identifier: GPL-2.0-only
/*
 * The RIMT parser with all that nodes refer to inside themselves.
 */
#include "fuzz.h"
#include "decode/rimt.h"

static void maps(struct walk *w, const struct rimt_maps *m)
{
	struct rimt_map map;
	u16 i;

	for (i = 0; i < m->count; i++) {
		rimt_map(m, i, &map);
		w->sum += map.source_base;
	}
}

static int iommu(void *ctx, const struct rimt_iommu *e)
{
	struct walk *w = ctx;

	w->calls++;
	MUST(e->offset < w->size);
	touch(w, e->hardware_id, 8);
	return 0;
}

static int root_complex(void *ctx, const struct rimt_root_complex *e)
{
	struct walk *w = ctx;

	w->calls++;
	MUST(e->offset < w->size);
	maps(w, &e->maps);
	return 0;
}

static int platform_device(void *ctx, const struct rimt_platform_device *e)
{
	struct walk *w = ctx;

	w->calls++;
	MUST(e->offset < w->size);
	touch(w, e->name, e->name_len);
	MUST(!memchr(e->name, 0, e->name_len));
	maps(w, &e->maps);
	return 0;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static const struct rimt_visitor v = {
		.iommu = iommu, .root_complex = root_complex,
		.platform_device = platform_device,
	};
	struct ic_parse_error err = { 0, NULL };
	struct walk w = { .size = size };

	check_result(&w, rimt_parse(data, size, &v, &w, &err), &err, 12);
	return 0;
}
