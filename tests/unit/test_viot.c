// SPDX-License-Identifier: GPL-2.0-only
/*
 * The VIOT parser on tables written from ACPI 6.5, section 5.2.33.
 */
#include "unit.h"
#include "decode/viot.h"

struct seen {
	unsigned int entries;
	unsigned int ranges, mmios, pcis, virtio_mmios;
	struct viot_pci_range range;
	struct viot_mmio mmio;
	struct viot_virtio_pci pci;
	struct viot_virtio_mmio virtio_mmio;
};

static int see_range(void *ctx, const struct viot_pci_range *e)
{
	struct seen *s = ctx;

	s->range = *e;
	s->ranges++;
	s->entries++;
	return 0;
}

static int see_mmio(void *ctx, const struct viot_mmio *e)
{
	struct seen *s = ctx;

	s->mmio = *e;
	s->mmios++;
	s->entries++;
	return 0;
}

static int see_pci(void *ctx, const struct viot_virtio_pci *e)
{
	struct seen *s = ctx;

	s->pci = *e;
	s->pcis++;
	s->entries++;
	return 0;
}

static int see_virtio_mmio(void *ctx, const struct viot_virtio_mmio *e)
{
	struct seen *s = ctx;

	s->virtio_mmio = *e;
	s->virtio_mmios++;
	s->entries++;
	return 0;
}

static const struct viot_visitor see_all = {
	.pci_range = see_range, .mmio = see_mmio,
	.virtio_pci = see_pci, .virtio_mmio = see_virtio_mmio,
};

static int parse(const void *table, size_t len, void *ctx,
		 struct ic_parse_error *err)
{
	return viot_parse(table, len, &see_all, ctx, err);
}

static void begin_viot(struct builder *b, u16 count, u16 offset)
{
	begin_table(b, "VIOT");
	put16(b, count);
	put16(b, offset);
	put64(b, 0);
}

static void node(struct builder *b, u8 type, u16 length)
{
	put8(b, type);
	put8(b, 0);
	put16(b, length);
}

static unsigned int full_table(struct builder *b, size_t *ends)
{
	unsigned int n = 0;

	begin_viot(b, 5, 48);

	node(b, 3, 16);
	put16(b, 1);
	put16(b, 0x0310);
	put64(b, 0);
	ends[n++] = b->len;

	node(b, 4, 16);
	put32(b, 0);
	put64(b, 0xfedcba9876543210);
	ends[n++] = b->len;

	node(b, 1, 24);
	put32(b, 0x10000);
	put16(b, 1);
	put16(b, 2);
	put16(b, 0x0008);
	put16(b, 0xfffe);
	put16(b, 48);
	put_zeros(b, 6);
	ends[n++] = b->len;

	node(b, 2, 24);
	put32(b, 0xfffffff0);
	put64(b, 0x123456789000);
	put16(b, 64);
	put_zeros(b, 6);
	ends[n++] = b->len;

	/* An unknown type; it has no callback. */
	node(b, 9, 5);
	put8(b, 0xff);

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

	assert_int_equal(s.pcis, 1);
	assert_int_equal(s.pci.segment, 1);
	assert_int_equal(s.pci.bdf, 0x310);
	assert_int_equal(s.pci.offset, 48);

	assert_int_equal(s.virtio_mmios, 1);
	assert_true(s.virtio_mmio.address == 0xfedcba9876543210);
	assert_int_equal(s.virtio_mmio.offset, 64);

	assert_int_equal(s.ranges, 1);
	assert_int_equal(s.range.endpoint_start, 0x10000);
	assert_int_equal(s.range.segment_start, 1);
	assert_int_equal(s.range.segment_end, 2);
	assert_int_equal(s.range.bdf_start, 8);
	assert_int_equal(s.range.bdf_end, 0xfffe);
	assert_int_equal(s.range.output_node, 48);

	assert_int_equal(s.mmios, 1);
	assert_int_equal(s.mmio.endpoint, 0xfffffff0);
	assert_true(s.mmio.address == 0x123456789000);
	assert_int_equal(s.mmio.output_node, 64);
}

static void test_node_array(void **state)
{
	struct ic_parse_error err;
	struct builder b;
	struct seen s = { 0 };
	size_t ends[8];

	(void)state;
	full_table(&b, ends);
	set16(&b, 36, 0xffff);
	check_fails(parse, &b, &s, (u32)b.len,
		    "entry past the end of the table");
	full_table(&b, ends);
	set16(&b, 38, 47);
	check_fails(parse, &b, &s, 38, "nodes start inside the header");
	set16(&b, 38, 0xffff);
	check_fails(parse, &b, &s, 38, "nodes start past the end of the table");
	begin_viot(&b, 0, 0);
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
		{ 3, "entry shorter than its header" },
		{ 4, "entry shorter than its type requires" },
		{ 23, "entry shorter than its type requires" },
		{ 25, "entry past the end of the table" },
		{ 0xffff, "entry past the end of the table" },
	};
	struct builder b;
	struct seen s;
	size_t at, i;

	(void)state;
	begin_viot(&b, 2, 48);
	node(&b, 3, 16);
	put_zeros(&b, 12);
	at = b.len;
	node(&b, 1, 24);
	put_zeros(&b, 20);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		set16(&b, at + 2, cases[i].length);
		end_table(&b);
		memset(&s, 0, sizeof(s));
		check_fails(parse, &b, &s, (u32)at, cases[i].reason);
		assert_int_equal(s.entries, 1);
	}
}

static void test_short_for_type(void **state)
{
	static const u8 needed[] = { 0, 24, 24, 16, 16 };
	struct ic_parse_error err;
	unsigned int type, len;
	struct builder b;
	struct seen s;
	int ret;

	(void)state;
	for (type = 1; type < ARRAY_SIZE(needed); type++) {
		for (len = 4; len <= needed[type]; len++) {
			begin_viot(&b, 1, 48);
			node(&b, (u8)type, (u16)len);
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
		cmocka_unit_test(test_node_array),
		cmocka_unit_test(test_bad_nodes),
		cmocka_unit_test(test_short_for_type),
		cmocka_unit_test(test_every_cut),
		cmocka_unit_test(test_every_byte_damaged),
	};

	return cmocka_run_group_tests_name("viot", tests, NULL, NULL);
}
