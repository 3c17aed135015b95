// SPDX-License-Identifier: GPL-2.0-only
/*
 * The common header of ACPI tables, and the little-endian readers.
 */
#include "unit.h"

static void test_readers(void **state)
{
	/* One byte in, so that the words are not aligned. */
	static const u8 p[] = { 0, 0x01, 0x82, 0x03, 0x84, 0x05, 0x86, 0x07,
				0x88 };

	(void)state;
	assert_int_equal(ic_le16(p + 1), 0x8201);
	assert_true(ic_le32(p + 1) == 0x84038201);
	assert_true(ic_le64(p + 1) == 0x8807860584038201);
}

static void test_bits(void **state)
{
	(void)state;
	assert_true(ic_bits(0xfedcba9876543210, 63, 0) == 0xfedcba9876543210);
	assert_int_equal(ic_bits(0xfedcba9876543210, 63, 60), 0xf);
	assert_int_equal(ic_bits(0xfedcba9876543210, 11, 4), 0x21);
	assert_int_equal(ic_bits(0xfedcba9876543210, 4, 4), 1);
	assert_true(ic_bit(1ULL << 63, 63));
	assert_false(ic_bit(~(1ULL << 63), 63));
	assert_true(ic_bit(1, 0));
}

static void test_header(void **state)
{
	struct ic_parse_error err = { 0, NULL };
	struct ic_acpi_header hdr;
	struct builder b;

	(void)state;
	begin_table(&b, "DMAR");
	end_table(&b);
	assert_int_equal(ic_acpi_header(b.data, b.len, &hdr, &err), 0);
	assert_string_equal(hdr.signature, "DMAR");
	assert_int_equal(hdr.length, 36);
	assert_int_equal(hdr.revision, 1);
	assert_int_equal(hdr.oem_revision, 7);
	assert_string_equal(hdr.oem_id, "OEMID");
	assert_int_equal(hdr.oem_id_len, 5);
	assert_string_equal(hdr.oem_table_id, "TABLEID");
	assert_int_equal(hdr.oem_table_id_len, 7);
	assert_int_equal(ic_acpi_checksum(b.data, b.len), 0);
	set8(&b, 20, b.data[20] + 1);
	assert_int_equal(ic_acpi_checksum(b.data, b.len), 1);
}

static void test_ids(void **state)
{
	static const struct {
		const char *raw;
		const char *trimmed;
		u8 len;
	} cases[] = {
		{ "ABCDEF", "ABCDEF", 6 },
		{ "AMD  \0", "AMD", 3 },
		{ "AMD\0  ", "AMD", 3 },
		{ "      ", "", 0 },
		{ "\0\0\0\0\0\0", "", 0 },
		{ " A M I", " A M I", 6 },
		{ "A\0B\0\0\0", "A\0B", 3 },
		{ "\x01\0\0\0\0\0", "\x01", 1 },
	};
	struct ic_acpi_header hdr;
	struct builder b;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		begin_table(&b, "DMAR");
		memcpy(b.data + 10, cases[i].raw, 6);
		assert_int_equal(ic_acpi_header(b.data, b.len, &hdr, NULL), 0);
		assert_int_equal(hdr.oem_id_len, cases[i].len);
		assert_memory_equal(hdr.oem_id, cases[i].trimmed,
				    cases[i].len + 1U);
	}
}

static void test_short_header(void **state)
{
	struct ic_parse_error err;
	struct ic_acpi_header hdr;
	struct builder b;
	size_t n;
	u8 *copy;

	(void)state;
	begin_table(&b, "DMAR");
	for (n = 0; n < 36; n++) {
		copy = exact_copy(b.data, n);
		err.reason = NULL;
		assert_int_equal(ic_acpi_header(copy, n, &hdr, &err), -EINVAL);
		assert_string_equal(err.reason, "shorter than a table header");
		free(copy);
	}
}

static void test_strnlen(void **state)
{
	(void)state;
	assert_int_equal(ic_strnlen((const u8 *)"abc", 4), 3);
	assert_int_equal(ic_strnlen((const u8 *)"abc", 2), 2);
	assert_int_equal(ic_strnlen((const u8 *)"", 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_readers),
		cmocka_unit_test(test_bits),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_short_header),
		cmocka_unit_test(test_strnlen),
	};

	return cmocka_run_group_tests_name("acpi_table", tests, NULL, NULL);
}
