// SPDX-License-Identifier: GPL-2.0-only
/*
 * The RIMT parser on tables written from the RIMT specification, chapter 2.
 */
#include "unit.h"
#include "decode/rimt.h"

struct seen {
	unsigned int entries;
	unsigned int iommus, rcs, pds;
	struct rimt_iommu iommu[4];
	struct rimt_root_complex rc;
	struct rimt_platform_device pd;
	struct rimt_map map[4];
	char name[64];
	char hid[9];
};

static int see_iommu(void *ctx, const struct rimt_iommu *e)
{
	struct seen *s = ctx;

	if (s->iommus < ARRAY_SIZE(s->iommu))
		s->iommu[s->iommus++] = *e;
	snprintf(s->hid, sizeof(s->hid), "%.8s", e->hardware_id);
	s->entries++;
	return 0;
}

static void see_maps(struct seen *s, const struct rimt_maps *maps)
{
	struct rimt_map map;
	u16 i;

	for (i = 0; i < maps->count; i++) {
		rimt_map(maps, i, &map);
		if (i < ARRAY_SIZE(s->map))
			s->map[i] = map;
	}
}

static int see_rc(void *ctx, const struct rimt_root_complex *e)
{
	struct seen *s = ctx;

	s->rc = *e;
	s->rcs++;
	s->entries++;
	see_maps(s, &e->maps);
	return 0;
}

static int see_pd(void *ctx, const struct rimt_platform_device *e)
{
	struct seen *s = ctx;

	s->pd = *e;
	s->pds++;
	s->entries++;
	snprintf(s->name, sizeof(s->name), "%.*s", (int)e->name_len, e->name);
	see_maps(s, &e->maps);
	return 0;
}

static const struct rimt_visitor see_all = {
	.iommu = see_iommu, .root_complex = see_rc, .platform_device = see_pd,
};

static int parse(const void *table, size_t len, void *ctx,
		 struct ic_parse_error *err)
{
	return rimt_parse(table, len, &see_all, ctx, err);
}

static void begin_rimt(struct builder *b, u32 count, u32 offset)
{
	begin_table(b, "RIMT");
	put32(b, count);
	put32(b, offset);
	put32(b, 0);
}

static size_t begin_node(struct builder *b, u8 type, u16 id)
{
	size_t at = b->len;

	put8(b, type);
	put8(b, 1);
	put16(b, 0);
	put16(b, 0);
	put16(b, id);
	return at;
}

static void end_node(struct builder *b, size_t at)
{
	set16(b, at + 2, (u16)(b->len - at));
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

	begin_rimt(b, 5, 48);

	at = begin_node(b, 0, 1);
	put_text(b, "RSCV0004", 8);
	put64(b, 0x3010000);
	put32(b, 2);
	put32(b, 5);
	put16(b, 0);
	put16(b, 0);
	put16(b, 2);
	put16(b, 40);
	put64(b, 36);
	put64(b, 37);
	end_node(b, at);
	ends[n++] = b->len;

	at = begin_node(b, 0, 2);
	put_zeros(b, 16);
	put32(b, 1);
	put32(b, 0);
	put16(b, 3);
	put16(b, 0x0010);
	put16(b, 0);
	put16(b, 0);
	end_node(b, at);
	ends[n++] = b->len;

	at = begin_node(b, 1, 3);
	put32(b, 3);
	put16(b, 0);
	put16(b, 3);
	put16(b, 20);
	put16(b, 2);
	put_map(b, 0, 0xffff, 0, 48, 1);
	put_map(b, 0x10000, 1, 0x20000, 104, 0);
	end_node(b, at);
	ends[n++] = b->len;

	at = begin_node(b, 2, 4);
	put16(b, 24);
	put16(b, 1);
	put_text(b, "\\_SB.DEV0\0\0\0", 12);
	put_map(b, 7, 1, 8, 48, 0);
	end_node(b, at);
	ends[n++] = b->len;

	/* An unknown type; it has no callback. */
	at = begin_node(b, 9, 5);
	end_node(b, at);

	end_table(b);
	return n;
}

static void test_full_table(void **state)
{
	struct ic_parse_error err;
	struct builder b;
	struct seen s = { 0 };
	size_t ends[8];

	(void)state;
	full_table(&b, ends);
	assert_int_equal(parse_exact(parse, b.data, b.len, &s, &err), 0);
	assert_int_equal(s.entries, 4);

	assert_int_equal(s.iommus, 2);
	assert_int_equal(s.iommu[0].id, 1);
	assert_int_equal(s.iommu[0].offset, 48);
	assert_int_equal(s.iommu[0].address, 0x3010000);
	assert_false(s.iommu[0].is_pci);
	assert_true(s.iommu[0].pxm_valid);
	assert_int_equal(s.iommu[0].proximity_domain, 5);
	assert_int_equal(s.iommu[0].wires, 2);
	assert_true(s.iommu[1].is_pci);
	assert_false(s.iommu[1].pxm_valid);
	assert_int_equal(s.iommu[1].segment, 3);
	assert_int_equal(s.iommu[1].bdf, 0x10);
	assert_int_equal(s.iommu[1].offset, 104);

	assert_int_equal(s.rcs, 1);
	assert_true(s.rc.ats);
	assert_true(s.rc.pri);
	assert_int_equal(s.rc.segment, 3);
	assert_int_equal(s.rc.maps.count, 2);

	assert_int_equal(s.pds, 1);
	assert_string_equal(s.name, "\\_SB.DEV0");
	/* The platform device's mapping came last. */
	assert_int_equal(s.map[0].source_base, 7);
	assert_int_equal(s.map[0].count, 1);
	assert_int_equal(s.map[0].dest_base, 8);
	assert_int_equal(s.map[0].dest_offset, 48);
	assert_int_equal(s.map[1].source_base, 0x10000);
	assert_int_equal(s.map[1].dest_base, 0x20000);
	assert_int_equal(s.map[1].dest_offset, 104);
}

static void test_hardware_id(void **state)
{
	struct ic_parse_error err;
	struct builder b;
	struct seen s = { 0 };
	size_t ends[8];

	(void)state;
	full_table(&b, ends);
	set32(&b, 36, 1);
	assert_int_equal(parse_exact(parse, b.data, b.len, &s, &err), 0);
	assert_string_equal(s.hid, "RSCV0004");
}

static void test_arrays(void **state)
{
	struct builder b;
	struct seen s = { 0 };
	size_t ends[8];

	(void)state;
	/* The first node's wires: one too many, then an offset beyond. */
	full_table(&b, ends);
	set16(&b, 48 + 36, 3);
	check_fails(parse, &b, &s, 48,
		    "interrupt wires past the end of their node");
	set16(&b, 48 + 36, 0xffff);
	check_fails(parse, &b, &s, 48,
		    "interrupt wires past the end of their node");
	set16(&b, 48 + 36, 1);
	set16(&b, 48 + 38, 0xffff);
	check_fails(parse, &b, &s, 48,
		    "interrupt wires past the end of their node");
	assert_int_equal(s.entries, 0);

	/* The root complex's mappings. */
	full_table(&b, ends);
	set16(&b, ends[1] + 18, 3);
	check_fails(parse, &b, &s, (u32)ends[1],
		    "id mappings past the end of their node");
	set16(&b, ends[1] + 18, 0xffff);
	check_fails(parse, &b, &s, (u32)ends[1],
		    "id mappings past the end of their node");
	set16(&b, ends[1] + 18, 2);
	set16(&b, ends[1] + 16, 21);
	check_fails(parse, &b, &s, (u32)ends[1],
		    "id mappings past the end of their node");

	/* The platform device's. */
	full_table(&b, ends);
	set16(&b, ends[2] + 8, 25);
	check_fails(parse, &b, &s, (u32)ends[2],
		    "id mappings past the end of their node");
}

static void test_node_array(void **state)
{
	struct builder b;
	struct seen s = { 0 };
	size_t ends[8];

	(void)state;
	full_table(&b, ends);
	set32(&b, 36, 0xffffffff);
	check_fails(parse, &b, &s, (u32)b.len,
		    "entry past the end of the table");
	full_table(&b, ends);
	set32(&b, 40, 47);
	check_fails(parse, &b, &s, 40, "nodes start inside the header");
	set32(&b, 40, 0xffffffff);
	check_fails(parse, &b, &s, 40, "nodes start past the end of the table");
}

static void test_short_for_type(void **state)
{
	static const u8 needed[] = { 40, 20, 12 };
	struct ic_parse_error err;
	unsigned int type, len;
	struct builder b;
	struct seen s;
	int ret;

	(void)state;
	for (type = 0; type < ARRAY_SIZE(needed); type++) {
		for (len = 0; len <= needed[type]; len++) {
			begin_rimt(&b, 1, 48);
			put8(&b, (u8)type);
			put8(&b, 1);
			put16(&b, (u16)len);
			put_zeros(&b, len < 8 ? 4 : len - 4);
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
	unsigned int n;
	struct seen s;
	size_t ends[8];

	(void)state;
	n = full_table(&b, ends);
	check_every_cut(parse, &b, &s, sizeof(s), &s.entries, ends, n, true);
}

static void test_every_byte_damaged(void **state)
{
	struct builder b;
	struct seen s;
	size_t ends[8];

	(void)state;
	full_table(&b, ends);
	check_every_byte(parse, &b, &s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_full_table),
		cmocka_unit_test(test_hardware_id),
		cmocka_unit_test(test_arrays),
		cmocka_unit_test(test_node_array),
		cmocka_unit_test(test_short_for_type),
		cmocka_unit_test(test_every_cut),
		cmocka_unit_test(test_every_byte_damaged),
	};

	return cmocka_run_group_tests_name("rimt", tests, NULL, NULL);
}
