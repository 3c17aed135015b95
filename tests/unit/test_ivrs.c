// SPDX-License-Identifier: GPL-2.0-only
/*
 * The IVRS parser on tables written from the AMD-Vi specification, section 5.2.
 */
#include "unit.h"
#include "decode/ivrs.h"

#define MAX	8

struct seen {
	unsigned int entries;
	unsigned int headers;
	struct ivrs_header header;
	unsigned int ivhds, ivmds, devs;
	struct ivrs_ivhd ivhd[MAX];
	struct ivrs_ivmd ivmd[MAX];
	struct ivrs_dev dev[32];
	char uid[64];
	char hid[9];
};

static int see_header(void *ctx, const struct ivrs_header *hdr)
{
	struct seen *s = ctx;

	s->headers++;
	s->header = *hdr;
	return 0;
}

static int see_ivhd(void *ctx, const struct ivrs_ivhd *ivhd)
{
	struct ic_parse_error err = { 0, NULL };
	struct ivrs_dev_iter it;
	struct seen *s = ctx;
	struct ivrs_dev dev;
	int ret;

	if (s->ivhds < MAX)
		s->ivhd[s->ivhds++] = *ivhd;
	s->entries++;
	ivrs_dev_first(&it, &ivhd->devices);
	while ((ret = ivrs_dev_next(&it, &dev, &err)) > 0) {
		if (dev.hid) {
			snprintf(s->hid, sizeof(s->hid), "%.8s", dev.hid);
			snprintf(s->uid, sizeof(s->uid), "%.*s", dev.uid_len,
				 dev.uid);
		}
		if (s->devs < ARRAY_SIZE(s->dev))
			s->dev[s->devs++] = dev;
	}
	assert_int_equal(ret, 0);
	assert_null(err.reason);
	return 0;
}

static int see_ivmd(void *ctx, const struct ivrs_ivmd *ivmd)
{
	struct seen *s = ctx;

	if (s->ivmds < MAX)
		s->ivmd[s->ivmds++] = *ivmd;
	s->entries++;
	return 0;
}

static const struct ivrs_visitor see_all = {
	.header = see_header, .ivhd = see_ivhd, .ivmd = see_ivmd,
};

static int parse(const void *table, size_t len, void *ctx,
		 struct ic_parse_error *err)
{
	return ivrs_parse(table, len, &see_all, ctx, err);
}

static void begin_ivrs(struct builder *b, u32 ivinfo)
{
	begin_table(b, "IVRS");
	put32(b, ivinfo);
	put64(b, 0);
}

static size_t begin_ivhd(struct builder *b, u8 type, u8 flags, u16 device,
			 u64 address, u16 segment)
{
	size_t at = b->len;

	put8(b, type);
	put8(b, flags);
	put16(b, 0);
	put16(b, device);
	put16(b, 0x40);
	put64(b, address);
	put16(b, segment);
	put16(b, 0x1234);
	put32(b, 0x89abcdef);
	if (type != 0x10) {
		put64(b, 0x99aabbccddeeff00);
		put64(b, 0x1122334455667788);
	}
	return at;
}

static void end_block(struct builder *b, size_t at)
{
	set16(b, at + 2, (u16)(b->len - at));
}

static void ivmd(struct builder *b, u8 type, u8 flags, u16 device, u16 aux,
		 u64 base, u64 length)
{
	put8(b, type);
	put8(b, flags);
	put16(b, 32);
	put16(b, device);
	put16(b, aux);
	put64(b, 0);
	put64(b, base);
	put64(b, length);
}

static void acpi_hid(struct builder *b, const char *uid)
{
	put8(b, 240);
	put16(b, 0xa5);
	put8(b, 0x40);
	put_text(b, "ABCD0001", 8);
	put64(b, 0);
	put8(b, 2);
	put8(b, (u8)strlen(uid));
	put_text(b, uid, strlen(uid));
}

static unsigned int full_table(struct builder *b, size_t *ends)
{
	unsigned int n = 0;
	size_t at;

	/* EFRSup, DmaRemapSup, GVASize 48, PASize 48, VASize 64 */
	begin_ivrs(b, 3 | 2 << 5 | 48 << 8 | 64 << 15);

	at = begin_ivhd(b, 0x10, 0xb0, 0x0002, 0xfeb80000, 0);
	put_text(b, "\x03\x08\x00\x00", 4);			/* range */
	put_text(b, "\x04\xfe\xff\x00", 4);
	put_text(b, "\x02\x10\x00\xd7", 4);			/* select */
	put_text(b, "\x00\x00\x00\x00", 4);			/* padding */
	put_text(b, "\x43\x00\xff\x00\x00\xa4\x00\x00", 8);	/* alias */
	put_text(b, "\x48\x00\x00\xd7\x21\xa0\x00\x01", 8);	/* I/O APIC */
	put_text(b, "\x46\x20\x01\x00\x00\x00\x00\x80", 8);	/* extended */
	end_block(b, at);
	ends[n++] = b->len;

	at = begin_ivhd(b, 0x11, 0x30, 0x6002, 0x123456780000, 1);
	end_block(b, at);
	ends[n++] = b->len;

	at = begin_ivhd(b, 0x40, 0x30, 0x6002, 0x123456780000, 1);
	acpi_hid(b, "\\_SB.DEV7");
	put8(b, 0x80);		/* reserved: 16 bytes */
	put_zeros(b, 15);
	put8(b, 0xc0);		/* reserved: 32 bytes */
	put_zeros(b, 31);
	end_block(b, at);
	ends[n++] = b->len;

	ivmd(b, 0x20, 0x07, 0, 0, 0x1000, 0x2000);
	ends[n++] = b->len;
	ivmd(b, 0x21, 0x08, 0x0300, 0, 0x71234000, 0x25000);
	ends[n++] = b->len;
	ivmd(b, 0x22, 0x08, 0x0000, 0x0fff, 0xfedcba9876543000, 1);
	ends[n++] = b->len;

	end_table(b);
	return n;
}

static void test_header(void **state)
{
	struct ic_parse_error err;
	struct builder b;
	struct seen s = { 0 };

	(void)state;
	begin_ivrs(&b, 3 | 2 << 5 | 48 << 8 | 64 << 15);
	end_table(&b);
	assert_int_equal(parse_exact(parse, b.data, b.len, &s, &err), 0);
	assert_int_equal(s.headers, 1);
	assert_int_equal(s.header.ivinfo,
			 3 | 2 << 5 | 48 << 8 | 64 << 15);
	assert_true(s.header.efr_supported);
	assert_true(s.header.dma_opt_in);
	assert_int_equal(s.header.guest_address_width, 48);
	assert_int_equal(s.header.physical_address_width, 48);
	assert_int_equal(s.header.virtual_address_width, 64);
	assert_false(s.header.ats_reserved);

	begin_ivrs(&b, 1 << 22 | 40 << 8);
	end_table(&b);
	assert_int_equal(parse_exact(parse, b.data, b.len, &s, &err), 0);
	assert_false(s.header.efr_supported);
	assert_false(s.header.dma_opt_in);
	assert_int_equal(s.header.guest_address_width, 0);
	assert_int_equal(s.header.physical_address_width, 40);
	assert_int_equal(s.header.virtual_address_width, 0);
	assert_true(s.header.ats_reserved);

	begin_ivrs(&b, 1 << 1);
	end_table(&b);
	assert_int_equal(parse_exact(parse, b.data, b.len, &s, &err), 0);
	assert_false(s.header.efr_supported);
	assert_true(s.header.dma_opt_in);
}

static void test_units(void **state)
{
	struct ic_parse_error err;
	struct builder b;
	struct seen s = { 0 };
	size_t ends[16];

	(void)state;
	full_table(&b, ends);
	assert_int_equal(parse_exact(parse, b.data, b.len, &s, &err), 0);
	assert_int_equal(s.ivhds, 3);
	assert_int_equal(s.ivhd[0].type, 0x10);
	assert_int_equal(s.ivhd[0].flags, 0xb0);
	assert_int_equal(s.ivhd[0].device, 2);
	assert_int_equal(s.ivhd[0].capability, 0x40);
	assert_int_equal(s.ivhd[0].address, 0xfeb80000);
	assert_int_equal(s.ivhd[0].segment, 0);
	assert_int_equal(s.ivhd[0].info, 0x1234);
	assert_int_equal(s.ivhd[0].features, 0x89abcdef);
	assert_false(s.ivhd[0].has_efr);
	assert_int_equal(s.ivhd[0].efr, 0);
	assert_int_equal(s.ivhd[0].offset, 48);

	assert_int_equal(s.ivhd[1].type, 0x11);
	assert_true(s.ivhd[1].has_efr);
	assert_true(s.ivhd[1].efr == 0x99aabbccddeeff00);
	assert_true(s.ivhd[1].efr2 == 0x1122334455667788);
	assert_true(s.ivhd[1].address == 0x123456780000);
	assert_int_equal(s.ivhd[1].segment, 1);
	assert_int_equal(s.ivhd[1].device, 0x6002);
	assert_int_equal(s.ivhd[1].devices.len, 0);

	assert_int_equal(s.ivhd[2].type, 0x40);
	assert_true(s.ivhd[2].has_efr);
}

static void test_device_entries(void **state)
{
	static const u8 types[] = { 3, 4, 2, 0, 67, 72, 70, 240, 0x80, 0xc0 };
	struct ic_parse_error err;
	struct builder b;
	struct seen s = { 0 };
	size_t ends[16], i;

	(void)state;
	full_table(&b, ends);
	assert_int_equal(parse_exact(parse, b.data, b.len, &s, &err), 0);
	assert_int_equal(s.devs, ARRAY_SIZE(types));
	for (i = 0; i < ARRAY_SIZE(types); i++)
		assert_int_equal(s.dev[i].type, types[i]);

	assert_int_equal(s.dev[0].device, 8);
	assert_int_equal(s.dev[1].device, 0xfffe);
	assert_int_equal(s.dev[2].device, 0x10);
	assert_int_equal(s.dev[2].data, 0xd7);
	assert_int_equal(s.dev[4].device, 0xff00);
	assert_int_equal(s.dev[4].alias, 0xa4);
	assert_int_equal(s.dev[5].handle, 0x21);
	assert_int_equal(s.dev[5].alias, 0xa0);
	assert_int_equal(s.dev[5].data, 0xd7);
	assert_int_equal(s.dev[5].variety, IVRS_SPECIAL_IOAPIC);
	assert_int_equal(s.dev[6].device, 0x120);
	assert_int_equal(s.dev[6].extended, 0x80000000);
	assert_null(s.dev[6].hid);
	assert_int_equal(s.dev[7].device, 0xa5);
	assert_int_equal(s.dev[7].data, 0x40);
	assert_int_equal(s.dev[7].uid_type, 2);
	assert_string_equal(s.hid, "ABCD0001");
	assert_string_equal(s.uid, "\\_SB.DEV7");
}

static void test_memory(void **state)
{
	struct ic_parse_error err;
	struct builder b;
	struct seen s = { 0 };
	size_t ends[16];

	(void)state;
	full_table(&b, ends);
	assert_int_equal(parse_exact(parse, b.data, b.len, &s, &err), 0);
	assert_int_equal(s.ivmds, 3);
	assert_int_equal(s.ivmd[0].type, 0x20);
	assert_int_equal(s.ivmd[0].flags, 7);
	assert_int_equal(s.ivmd[0].base, 0x1000);
	assert_int_equal(s.ivmd[0].length, 0x2000);
	assert_int_equal(s.ivmd[1].type, 0x21);
	assert_int_equal(s.ivmd[1].device, 0x300);
	assert_int_equal(s.ivmd[1].device_end, 0x300);
	assert_int_equal(s.ivmd[2].device, 0);
	assert_int_equal(s.ivmd[2].device_end, 0xfff);
	assert_true(s.ivmd[2].base == 0xfedcba9876543000);
	assert_int_equal(s.ivmd[2].segment, 0);
}

static void test_unknown_types_skipped(void **state)
{
	struct ic_parse_error err;
	struct builder b;
	struct seen s = { 0 };

	(void)state;
	begin_ivrs(&b, 0);
	ivmd(&b, 0x51, 8, 3, 0, 0x1000, 0x1000);
	put_text(&b, "\xff\x00\x04\x00", 4);
	ivmd(&b, 0x21, 8, 3, 0, 0x1000, 0x1000);
	end_table(&b);
	assert_int_equal(parse_exact(parse, b.data, b.len, &s, &err), 0);
	assert_int_equal(s.entries, 1);
	assert_int_equal(s.ivmds, 1);
}

static void test_unknown_length_ends_devices(void **state)
{
	struct ic_parse_error err;
	struct builder b;
	struct seen s = { 0 };
	size_t at;

	(void)state;
	/* 241 and up have a length of their own that nobody defined yet. */
	begin_ivrs(&b, 0);
	at = begin_ivhd(&b, 0x40, 0, 2, 0xfeb80000, 0);
	put_text(&b, "\x02\x10\x00\x00", 4);
	put_text(&b, "\xf1\x00\x00\x00\x00", 5);
	end_block(&b, at);
	ivmd(&b, 0x20, 8, 3, 0, 0x1000, 0x1000);
	end_table(&b);
	assert_int_equal(parse_exact(parse, b.data, b.len, &s, &err), 0);
	assert_int_equal(s.devs, 1);
	assert_int_equal(s.ivhds, 1);
	assert_int_equal(s.ivmds, 1);
}

static void test_bad_blocks(void **state)
{
	static const struct {
		u16 length;
		const char *reason;
	} cases[] = {
		{ 0, "entry of length 0" },
		{ 3, "entry shorter than its header" },
		{ 4, "entry shorter than its type requires" },
		{ 39, "entry shorter than its type requires" },
		{ 49, "entry past the end of the table" },
		{ 0xffff, "entry past the end of the table" },
	};
	struct builder b;
	struct seen s;
	size_t at, i;

	(void)state;
	begin_ivrs(&b, 0);
	ivmd(&b, 0x21, 8, 3, 0, 0x1000, 0x1000);
	at = begin_ivhd(&b, 0x11, 0, 2, 0xfeb80000, 0);
	put_zeros(&b, 8);
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
	static const struct {
		u8 type;
		unsigned int needed;
	} cases[] = {
		{ 0x10, 24 }, { 0x11, 40 }, { 0x40, 40 },
		{ 0x20, 32 }, { 0x21, 32 }, { 0x22, 32 },
	};
	struct ic_parse_error err;
	struct builder b;
	struct seen s;
	unsigned int len;
	bool whole;
	size_t i;
	int ret;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		for (len = 4; len <= cases[i].needed; len++) {
			whole = len == cases[i].needed;
			begin_ivrs(&b, 0);
			put8(&b, cases[i].type);
			put8(&b, 0);
			put16(&b, (u16)len);
			put_zeros(&b, len - 4);
			end_table(&b);
			memset(&s, 0, sizeof(s));
			ret = parse_exact(parse, b.data, b.len, &s, &err);
			assert_int_equal(ret, whole ? 0 : -EINVAL);
			assert_int_equal(s.entries, whole);
		}
	}
}

static void test_bad_device_entries(void **state)
{
	/* The last entry of a block lacks its last byte. */
	static const u8 lens[][2] = {
		{ 0, 4 }, { 2, 4 }, { 64, 8 }, { 72, 8 }, { 128, 16 },
		{ 192, 32 }, { 239, 32 }, { 240, 22 },
	};
	struct builder b;
	struct seen s;
	size_t at, i;
	u8 n;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(lens); i++) {
		for (n = 1; n < lens[i][1]; n++) {
			begin_ivrs(&b, 0);
			at = begin_ivhd(&b, 0x10, 0, 2, 0xfeb80000, 0);
			put8(&b, lens[i][0]);
			put_zeros(&b, n - 1);
			end_block(&b, at);
			end_table(&b);
			memset(&s, 0, sizeof(s));
			check_fails(parse, &b, &s, (u32)at + 24,
				    "device entry past the end of its block");
			assert_int_equal(s.entries, 0);
		}
	}

	/* A unique id that is longer than what is left. */
	begin_ivrs(&b, 0);
	at = begin_ivhd(&b, 0x40, 0, 2, 0xfeb80000, 0);
	acpi_hid(&b, "\\_SB.DEV7");
	set8(&b, b.len - 10, 10);
	end_block(&b, at);
	end_table(&b);
	memset(&s, 0, sizeof(s));
	check_fails(parse, &b, &s, (u32)at + 40,
		    "device entry past the end of its block");
}

static void test_wrong_header(void **state)
{
	struct builder b;
	struct seen s = { 0 };

	(void)state;
	begin_ivrs(&b, 0);
	end_table(&b);
	set8(&b, 3, 'X');
	check_fails(parse, &b, &s, 0, "wrong signature");
	set8(&b, 3, 'S');
	set32(&b, 4, 40);
	check_fails(parse, &b, &s, 4, "length too small for such a table");
	set32(&b, 4, 1000);
	check_fails(parse, &b, &s, 48, "table is cut short");
}

static int stop(void *ctx, const struct ivrs_ivhd *ivhd)
{
	(void)ivhd;
	++*(int *)ctx;
	return -7;
}

static void test_callback_stops_walk(void **state)
{
	static const struct ivrs_visitor visitor = { .ivhd = stop };
	struct builder b;
	size_t ends[16];
	int calls = 0;

	(void)state;
	full_table(&b, ends);
	assert_int_equal(ivrs_parse(b.data, b.len, &visitor, &calls, NULL), -7);
	assert_int_equal(calls, 1);
}

static void test_every_cut(void **state)
{
	struct builder b;
	size_t ends[16];
	unsigned int n;
	struct seen s;

	(void)state;
	n = full_table(&b, ends);
	check_every_cut(parse, &b, &s, sizeof(s), &s.entries, ends, n, false);
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
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_units),
		cmocka_unit_test(test_device_entries),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_unknown_types_skipped),
		cmocka_unit_test(test_unknown_length_ends_devices),
		cmocka_unit_test(test_bad_blocks),
		cmocka_unit_test(test_short_for_type),
		cmocka_unit_test(test_bad_device_entries),
		cmocka_unit_test(test_wrong_header),
		cmocka_unit_test(test_callback_stops_walk),
		cmocka_unit_test(test_every_cut),
		cmocka_unit_test(test_every_byte_damaged),
	};

	return cmocka_run_group_tests_name("ivrs", tests, NULL, NULL);
}
