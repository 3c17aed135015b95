// SPDX-License-Identifier: GPL-2.0-only
/*
 * The IORT parser on tables written from DEN 0049, section 3.
 */
#include "unit.h"
#include "decode/iort.h"

struct seen {
	unsigned int entries;
	unsigned int its_groups, ncs, rcs, smmus, smmu_v3s, pmcgs, rmrs;
	struct iort_its_group its_group;
	struct iort_named_component nc;
	struct iort_root_complex rc;
	struct iort_smmu smmu;
	struct iort_smmu_v3 smmu_v3;
	struct iort_pmcg pmcg;
	struct iort_rmr rmr;
	u32 its_ids[4];
	char name[64];
	struct iort_map map[4];
	struct iort_rmr_range range[4];
};

static void see_maps(struct seen *s, const struct iort_node *node)
{
	struct iort_map map;
	u32 i;

	/* Read them all, for the sanitizer; keep the first few. */
	for (i = 0; i < node->map_count; i++) {
		iort_map(node, i, &map);
		if (i < ARRAY_SIZE(s->map))
			s->map[i] = map;
	}
}

static int see_its_group(void *ctx, const struct iort_its_group *e)
{
	struct seen *s = ctx;
	u32 i, id;

	s->its_group = *e;
	s->its_groups++;
	s->entries++;
	see_maps(s, &e->node);
	for (i = 0; i < e->count; i++) {
		id = iort_its_id(e, i);
		if (i < ARRAY_SIZE(s->its_ids))
			s->its_ids[i] = id;
	}
	return 0;
}

static int see_nc(void *ctx, const struct iort_named_component *e)
{
	struct seen *s = ctx;

	s->nc = *e;
	s->ncs++;
	s->entries++;
	see_maps(s, &e->node);
	snprintf(s->name, sizeof(s->name), "%.*s", (int)e->name_len, e->name);
	return 0;
}

static int see_rc(void *ctx, const struct iort_root_complex *e)
{
	struct seen *s = ctx;

	s->rc = *e;
	s->rcs++;
	s->entries++;
	see_maps(s, &e->node);
	return 0;
}

static int see_smmu(void *ctx, const struct iort_smmu *e)
{
	struct seen *s = ctx;

	s->smmu = *e;
	s->smmus++;
	s->entries++;
	see_maps(s, &e->node);
	return 0;
}

static int see_smmu_v3(void *ctx, const struct iort_smmu_v3 *e)
{
	struct seen *s = ctx;

	s->smmu_v3 = *e;
	s->smmu_v3s++;
	s->entries++;
	see_maps(s, &e->node);
	return 0;
}

static int see_pmcg(void *ctx, const struct iort_pmcg *e)
{
	struct seen *s = ctx;

	s->pmcg = *e;
	s->pmcgs++;
	s->entries++;
	see_maps(s, &e->node);
	return 0;
}

static int see_rmr(void *ctx, const struct iort_rmr *e)
{
	struct seen *s = ctx;
	struct iort_rmr_range range;
	u32 i;

	s->rmr = *e;
	s->rmrs++;
	s->entries++;
	see_maps(s, &e->node);
	for (i = 0; i < e->count; i++) {
		iort_rmr_range(e, i, &range);
		if (i < ARRAY_SIZE(s->range))
			s->range[i] = range;
	}
	return 0;
}

static const struct iort_visitor see_all = {
	.its_group = see_its_group, .named_component = see_nc,
	.root_complex = see_rc, .smmu = see_smmu, .smmu_v3 = see_smmu_v3,
	.pmcg = see_pmcg, .rmr = see_rmr,
};

static int parse(const void *table, size_t len, void *ctx,
		 struct ic_parse_error *err)
{
	return iort_parse(table, len, &see_all, ctx, err);
}

static void begin_iort(struct builder *b, u32 count, u32 offset)
{
	begin_table(b, "IORT");
	put32(b, count);
	put32(b, offset);
	put32(b, 0);
}

static size_t begin_node(struct builder *b, u8 type, u8 revision, u32 maps,
			 u32 maps_at)
{
	size_t at = b->len;

	put8(b, type);
	put16(b, 0);
	put8(b, revision);
	put32(b, 0x55);
	put32(b, maps);
	put32(b, maps_at);
	return at;
}

static void end_node(struct builder *b, size_t at)
{
	set16(b, at + 1, (u16)(b->len - at));
}

static void put_map(struct builder *b, u32 in, u32 count, u32 out, u32 ref,
		    u32 flags)
{
	put32(b, in);
	put32(b, count);
	put32(b, out);
	put32(b, ref);
	put32(b, flags);
}

static unsigned int full_table(struct builder *b, size_t *ends)
{
	unsigned int n = 0;
	size_t at;

	begin_iort(b, 9, 48);

	at = begin_node(b, 0, 1, 0, 0);
	put32(b, 2);
	put32(b, 11);
	put32(b, 22);
	end_node(b, at);
	ends[n++] = b->len;

	at = begin_node(b, 4, 4, 1, 68);
	put64(b, 0x9050000);
	put32(b, 0x0b);			/* COHACC override, HTTU 1, PXM */
	put32(b, 0);
	put64(b, 0x123456789abc);
	put32(b, 1);
	put32(b, 106);
	put32(b, 107);
	put32(b, 109);
	put32(b, 108);
	put32(b, 3);
	put32(b, 0);
	put_map(b, 0, 0, 0xffff, 48, 1);
	end_node(b, at);
	ends[n++] = b->len;

	at = begin_node(b, 2, 3, 2, 36);
	put32(b, 1);
	put32(b, 0x03000000);
	put32(b, 5);			/* ATS and PASID forwarding */
	put32(b, 0xfffe);
	put8(b, 48);
	put16(b, 20);
	put8(b, 0);
	put_map(b, 0, 0xfffe, 0, 76, 0);
	put_map(b, 0xffff, 0xffffffff, 0x10000, 48, 0);
	end_node(b, at);
	ends[n++] = b->len;

	at = begin_node(b, 1, 4, 0, 0);
	put32(b, 1 | 20 << 1);
	put32(b, 0);
	put32(b, 0);
	put8(b, 40);
	put_text(b, "\\_SB.DEV0\0\0", 11);
	end_node(b, at);
	ends[n++] = b->len;

	at = begin_node(b, 3, 3, 0, 0);
	put64(b, 0x2b400000);
	put64(b, 0x10000);
	put32(b, 3);
	put32(b, 2);
	put_zeros(b, 20);
	end_node(b, at);
	ends[n++] = b->len;

	at = begin_node(b, 5, 1, 0, 0);
	put64(b, 0x9052000);
	put32(b, 77);
	put32(b, 76);
	put64(b, 0x9062000);
	end_node(b, at);
	ends[n++] = b->len;

	at = begin_node(b, 6, 3, 1, 68);
	put32(b, 0x17);
	put32(b, 2);
	put32(b, 28);
	put64(b, 0x39c00000);
	put64(b, 0x400000);
	put32(b, 0);
	put64(b, 0x1000);
	put64(b, 0x2000);
	put32(b, 0);
	put_map(b, 0x100, 0, 0x100, 76, 1);
	end_node(b, at);
	ends[n++] = b->len;

	/* A root complex of the first revision, without the later fields. */
	at = begin_node(b, 2, 0, 0, 0);
	put_zeros(b, 12);
	put32(b, 1);
	end_node(b, at);
	ends[n++] = b->len;

	/* An unknown type; it has no callback. */
	at = begin_node(b, 0x77, 0, 0, 0);
	end_node(b, at);

	end_table(b);
	return n;
}

static void test_full_table(void **state)
{
	struct ic_parse_error err;
	struct builder b;
	struct seen s = { 0 };
	size_t ends[16];
	unsigned int n;

	(void)state;
	n = full_table(&b, ends);
	assert_int_equal(parse_exact(parse, b.data, b.len, &s, &err), 0);
	assert_int_equal(s.entries, n);

	assert_int_equal(s.its_groups, 1);
	assert_int_equal(s.its_group.count, 2);
	assert_int_equal(s.its_ids[0], 11);
	assert_int_equal(s.its_ids[1], 22);
	assert_int_equal(s.its_group.node.offset, 48);
	assert_int_equal(s.its_group.node.identifier, 0x55);

	assert_int_equal(s.smmu_v3s, 1);
	assert_int_equal(s.smmu_v3.address, 0x9050000);
	assert_int_equal(s.smmu_v3.flags, 0xb);
	assert_true(s.smmu_v3.cohacc_override);
	assert_int_equal(s.smmu_v3.httu_override, 1);
	assert_true(s.smmu_v3.pxm_valid);
	assert_int_equal(s.smmu_v3.pxm, 3);
	assert_true(s.smmu_v3.vatos_address == 0x123456789abc);
	assert_int_equal(s.smmu_v3.model, 1);
	assert_int_equal(s.smmu_v3.event_gsiv, 106);
	assert_int_equal(s.smmu_v3.pri_gsiv, 107);
	assert_int_equal(s.smmu_v3.gerr_gsiv, 109);
	assert_int_equal(s.smmu_v3.sync_gsiv, 108);

	assert_int_equal(s.ncs, 1);
	assert_string_equal(s.name, "\\_SB.DEV0");
	assert_true(s.nc.stall);
	assert_int_equal(s.nc.pasid_bits, 20);
	assert_int_equal(s.nc.address_bits, 40);
	assert_false(s.nc.coherent);

	assert_int_equal(s.smmus, 1);
	assert_int_equal(s.smmu.address, 0x2b400000);
	assert_int_equal(s.smmu.span, 0x10000);
	assert_int_equal(s.smmu.model, 3);
	assert_string_equal(iort_smmu_model_name(3), "mmu-500");
	assert_null(iort_smmu_model_name(6));
	assert_true(s.smmu.coherent_walk);
	assert_false(s.smmu.dvm);

	assert_int_equal(s.pmcgs, 1);
	assert_int_equal(s.pmcg.page0, 0x9052000);
	assert_int_equal(s.pmcg.page1, 0x9062000);
	assert_int_equal(s.pmcg.node_offset, 76);
	assert_int_equal(s.pmcg.overflow_gsiv, 77);

	assert_int_equal(s.rmrs, 1);
	assert_true(s.rmr.remap_permitted);
	assert_true(s.rmr.privileged);
	assert_int_equal(s.rmr.attributes, 5);
	assert_int_equal(s.rmr.count, 2);
	assert_int_equal(s.range[0].base, 0x39c00000);
	assert_int_equal(s.range[0].length, 0x400000);
	assert_int_equal(s.range[1].base, 0x1000);
	assert_int_equal(s.range[1].length, 0x2000);

	/* The last root complex is the old one. */
	assert_int_equal(s.rcs, 2);
	assert_int_equal(s.rc.segment, 1);
	assert_int_equal(s.rc.address_bits, 0);
	assert_int_equal(s.rc.pasid_bits, 0);
	assert_false(s.rc.coherent);
}

static void test_root_complex(void **state)
{
	struct ic_parse_error err;
	struct builder b;
	struct seen s = { 0 };
	size_t ends[16];

	(void)state;
	full_table(&b, ends);
	set32(&b, 36, 3);	/* so that it is the last node that is seen */
	assert_int_equal(parse_exact(parse, b.data, b.len, &s, &err), 0);
	assert_int_equal(s.entries, 3);
	assert_true(s.rc.coherent);
	assert_true(s.rc.ats);
	assert_false(s.rc.pri);
	assert_true(s.rc.pasid_forward);
	assert_int_equal(s.rc.segment, 0xfffe);
	assert_int_equal(s.rc.address_bits, 48);
	assert_int_equal(s.rc.pasid_bits, 20);
	assert_int_equal(s.rc.node.map_count, 2);
	assert_int_equal(s.map[0].input_base, 0);
	assert_int_equal(s.map[0].count, 0xffff);
	assert_int_equal(s.map[0].output_offset, 76);
	assert_false(s.map[0].single);
	assert_int_equal(s.map[1].input_base, 0xffff);
	assert_true(s.map[1].count == 0x100000000);
	assert_int_equal(s.map[1].output_base, 0x10000);
	assert_int_equal(s.map[1].output_offset, 48);
}

static void test_giant_counts(void **state)
{
	static const u32 giant[] = { 2, 0x10000, 0x0ccccccd, 0xffffffff };
	struct builder b;
	struct seen s;
	size_t at, i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(giant); i++) {
		/* mappings; 0x0ccccccd * 20 wraps around to 4 in 32 bits */
		begin_iort(&b, 1, 48);
		at = begin_node(&b, 2, 0, giant[i], 32);
		put_zeros(&b, 16);
		put_map(&b, 0, 0, 0, 48, 0);
		end_node(&b, at);
		end_table(&b);
		memset(&s, 0, sizeof(s));
		check_fails(parse, &b, &s, (u32)at + 8,
			    "id mappings past the end of their node");
		assert_int_equal(s.entries, 0);

		begin_iort(&b, 1, 48);
		at = begin_node(&b, 0, 0, 0, 0);
		put32(&b, giant[i]);
		put32(&b, 0);
		end_node(&b, at);
		end_table(&b);
		check_fails(parse, &b, &s, (u32)at + 16,
			    "identifiers past the end of their node");

		begin_iort(&b, 1, 48);
		at = begin_node(&b, 6, 0, 0, 0);
		put32(&b, 0);
		put32(&b, giant[i]);
		put32(&b, 28);
		put_zeros(&b, 20);
		end_node(&b, at);
		end_table(&b);
		check_fails(parse, &b, &s, (u32)at + 20,
			    "memory ranges past the end of their node");
	}
}

static void test_array_offsets(void **state)
{
	static const u32 offsets[] = { 33, 52, 53, 0xfffffff0, 0xffffffff };
	struct builder b;
	struct seen s;
	size_t at, i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(offsets); i++) {
		begin_iort(&b, 1, 48);
		at = begin_node(&b, 2, 0, 1, offsets[i]);
		put_zeros(&b, 16);
		put_map(&b, 0, 0, 0, 48, 0);
		end_node(&b, at);
		end_table(&b);
		memset(&s, 0, sizeof(s));
		check_fails(parse, &b, &s, (u32)at + 8,
			    "id mappings past the end of their node");
	}
}

static void test_node_array(void **state)
{
	struct ic_parse_error err;
	struct builder b;
	struct seen s = { 0 };
	size_t ends[16];

	(void)state;
	/* More nodes than there are. */
	full_table(&b, ends);
	set32(&b, 36, 0xffffffff);
	check_fails(parse, &b, &s, (u32)b.len,
		    "entry past the end of the table");
	/* An offset inside the header, at and beyond the end. */
	full_table(&b, ends);
	set32(&b, 40, 47);
	check_fails(parse, &b, &s, 40, "nodes start inside the header");
	set32(&b, 40, (u32)b.len);
	check_fails(parse, &b, &s, (u32)b.len,
		    "entry past the end of the table");
	set32(&b, 40, (u32)b.len + 1);
	check_fails(parse, &b, &s, 40, "nodes start past the end of the table");
	set32(&b, 40, 0xffffffff);
	check_fails(parse, &b, &s, 40, "nodes start past the end of the table");
	/* No nodes: their offset does not matter. */
	begin_iort(&b, 0, 0);
	end_table(&b);
	assert_int_equal(parse_exact(parse, b.data, b.len, &s, &err), 0);
}

static void test_bad_nodes(void **state)
{
	static const struct {
		u16 length;
		const char *reason;
	} cases[] = {
		{ 0, "entry of length 0" },
		{ 15, "entry shorter than its header" },
		{ 16, "entry shorter than its type requires" },
		{ 59, "entry shorter than its type requires" },
		{ 61, "entry past the end of the table" },
		{ 0xffff, "entry past the end of the table" },
	};
	struct builder b;
	struct seen s;
	size_t at, i;

	(void)state;
	begin_iort(&b, 2, 48);
	at = begin_node(&b, 0, 0, 0, 0);
	put32(&b, 0);
	end_node(&b, at);
	at = begin_node(&b, 4, 0, 0, 0);
	put_zeros(&b, 44);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		set16(&b, at + 1, cases[i].length);
		end_table(&b);
		memset(&s, 0, sizeof(s));
		check_fails(parse, &b, &s, (u32)at, cases[i].reason);
		assert_int_equal(s.entries, 1);
	}
}

static void test_short_for_type(void **state)
{
	static const u8 needed[] = { 20, 29, 32, 60, 60, 32, 28 };
	struct ic_parse_error err;
	struct builder b;
	unsigned int type, len;
	struct seen s;
	int ret;

	(void)state;
	for (type = 0; type < ARRAY_SIZE(needed); type++) {
		for (len = 16; len <= needed[type]; len++) {
			begin_iort(&b, 1, 48);
			put8(&b, (u8)type);
			put16(&b, (u16)len);
			put8(&b, 5);
			put_zeros(&b, len - 4);
			end_table(&b);
			memset(&s, 0, sizeof(s));
			ret = parse_exact(parse, b.data, b.len, &s, &err);
			assert_int_equal(ret, len < needed[type] ? -EINVAL : 0);
			assert_int_equal(s.entries, len == needed[type]);
		}
	}
}

static void test_every_cut(void **state)
{
	struct builder b;
	size_t ends[16];
	unsigned int n;
	struct seen s;

	(void)state;
	n = full_table(&b, ends);
	check_every_cut(parse, &b, &s, sizeof(s), &s.entries, ends, n, true);
}

/* A device on the system bus, and one that a bus of devices is below */
static void test_component(void **state)
{
	struct seen s = { 0 };
	struct builder b;
	u32 to = 0;
	size_t at;

	(void)state;
	begin_iort(&b, 1, 48);
	at = begin_node(&b, 1, 4, 3, 40);
	put_zeros(&b, 13);
	put_text(&b, "\\_SB_.VR00", 11);
	put_map(&b, 0, 0, 8, 1000, 1);
	put_map(&b, 0x10, 0xf, 0, 2000, 0);
	put_map(&b, 0, 0xffffffff, 0, 3000, 0);
	end_node(&b, at);
	end_table(&b);
	assert_int_equal(iort_parse(b.data, b.len, &see_all, &s, NULL), 0);
	assert_int_equal(s.ncs, 1);

	assert_true(iort_component_is(&s.nc, "\\_SB_.VR00"));
	assert_false(iort_component_is(&s.nc, "\\_SB_.VR0"));
	assert_false(iort_component_is(&s.nc, "\\_SB_.VR000"));
	assert_false(iort_component_is(&s.nc, "\\_SB_.VR01"));
	assert_false(iort_component_is(&s.nc, ""));

	/* its own ids: mappings of a single id, whatever that is */
	assert_true(iort_component_target(&s.nc, 0, IORT_NO_INPUT, &to));
	assert_int_equal(to, 1000);
	assert_false(iort_component_target(&s.nc, 1, IORT_NO_INPUT, &to));
	/* ids of devices below: those of ranges */
	assert_false(iort_component_target(&s.nc, 0, 0, &to));
	assert_false(iort_component_target(&s.nc, 1, 0xf, &to));
	assert_true(iort_component_target(&s.nc, 1, 0x10, &to));
	assert_int_equal(to, 2000);
	assert_true(iort_component_target(&s.nc, 1, 0x1f, &to));
	assert_false(iort_component_target(&s.nc, 1, 0x20, &to));
	assert_true(iort_component_target(&s.nc, 2, 0xffffffff, &to));
	assert_int_equal(to, 3000);
}

static void test_every_byte_damaged(void **state)
{
	static struct seen s;
	struct builder b;
	size_t ends[16];

	(void)state;
	full_table(&b, ends);
	check_every_byte(parse, &b, &s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_full_table),
		cmocka_unit_test(test_root_complex),
		cmocka_unit_test(test_giant_counts),
		cmocka_unit_test(test_array_offsets),
		cmocka_unit_test(test_node_array),
		cmocka_unit_test(test_bad_nodes),
		cmocka_unit_test(test_short_for_type),
		cmocka_unit_test(test_component),
		cmocka_unit_test(test_every_cut),
		cmocka_unit_test(test_every_byte_damaged),
	};

	return cmocka_run_group_tests_name("iort", tests, NULL, NULL);
}
