// SPDX-License-Identifier: GPL-2.0-only
/*
 * The IORT parser with all that nodes refer to inside themselves.
 */
#include "fuzz.h"
#include "decode/iort.h"

static int node(struct walk *w, const struct iort_node *n)
{
	struct iort_map map;
	u32 i;

	w->calls++;
	MUST(n->offset < w->size);
	for (i = 0; i < n->map_count; i++) {
		iort_map(n, i, &map);
		MUST(map.count > 0);
		w->sum += map.input_base;
	}
	return 0;
}

static int its_group(void *ctx, const struct iort_its_group *e)
{
	struct walk *w = ctx;
	u32 i;

	for (i = 0; i < e->count; i++)
		w->sum += iort_its_id(e, i);
	return node(w, &e->node);
}

static int named_component(void *ctx, const struct iort_named_component *e)
{
	struct walk *w = ctx;

	touch(w, e->name, e->name_len);
	MUST(!memchr(e->name, 0, e->name_len));
	return node(w, &e->node);
}

static int root_complex(void *ctx, const struct iort_root_complex *e)
{
	return node(ctx, &e->node);
}

static int smmu(void *ctx, const struct iort_smmu *e)
{
	struct walk *w = ctx;

	w->sum += !iort_smmu_model_name(e->model);
	return node(w, &e->node);
}

static int smmu_v3(void *ctx, const struct iort_smmu_v3 *e)
{
	return node(ctx, &e->node);
}

static int pmcg(void *ctx, const struct iort_pmcg *e)
{
	return node(ctx, &e->node);
}

static int rmr(void *ctx, const struct iort_rmr *e)
{
	struct iort_rmr_range range;
	struct walk *w = ctx;
	u32 i;

	for (i = 0; i < e->count; i++) {
		iort_rmr_range(e, i, &range);
		w->sum += range.base;
	}
	return node(w, &e->node);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static const struct iort_visitor v = {
		.its_group = its_group, .named_component = named_component,
		.root_complex = root_complex, .smmu = smmu,
		.smmu_v3 = smmu_v3, .pmcg = pmcg, .rmr = rmr,
	};
	struct ic_parse_error err = { 0, NULL };
	struct walk w = { .size = size };

	check_result(&w, iort_parse(data, size, &v, &w, &err), &err, 20);
	return 0;
}
