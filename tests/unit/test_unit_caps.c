// SPDX-License-Identifier: GPL-2.0-only
/*
 * The text of page sizes and features.
 */
#include "unit.h"
#include "decode/unit_caps.h"

static void test_page_sizes(void **state)
{
	static const struct {
		u64 sizes;
		const char *text;
	} cases[] = {
		{ 0, "" },
		{ 1ULL << 12, "4K" },
		{ 0x40201000, "4K 2M 1G" },
		{ 1ULL << 16 | 1ULL << 29, "64K 512M" },
		{ 1ULL << 39 | 1ULL << 48, "512G 256T" },
		{ 1ULL << 50 | 1ULL << 63, "1P 8E" },
		{ 1ULL << 9 | 1, "1 512" },
		{ 1ULL << 10 | 1ULL << 19 | 1ULL << 20, "1K 512K 1M" },
	};
	char buf[64];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(ic_format_page_sizes(cases[i].sizes, buf,
						      sizeof(buf)),
				 strlen(cases[i].text));
		assert_string_equal(buf, cases[i].text);
	}
}

/* The text is cut, NUL-terminated, and its whole length returned. */
static void test_short_buffer(void **state)
{
	static const char text[] = "4K 2M 1G";
	char *buf;
	size_t n;

	(void)state;
	for (n = 1; n <= sizeof(text); n++) {
		buf = malloc(n);
		assert_non_null(buf);
		assert_int_equal(ic_format_page_sizes(0x40201000, buf, n), 8);
		assert_int_equal(strlen(buf), n - 1);
		assert_memory_equal(buf, text, n - 1);
		free(buf);
	}
	assert_int_equal(ic_format_page_sizes(0x40201000, NULL, 0), 8);
	assert_int_equal(ic_format_features(IC_FEAT(ATS), NULL, 0), 3);
}

static void test_features(void **state)
{
	char buf[512];
	size_t len, i;

	(void)state;
	assert_int_equal(ic_format_features(0, buf, sizeof(buf)), 0);
	assert_string_equal(buf, "");
	ic_format_features(IC_FEAT(POSTED_INTERRUPTS) | IC_FEAT(ATS) |
			   IC_FEAT(FIRST_STAGE), buf, sizeof(buf));
	assert_string_equal(buf, "ats first-stage posted-interrupts");
	/* Bits beyond the last feature have no token. */
	assert_int_equal(ic_format_features(~0ULL << IC_FEAT_COUNT, buf,
					    sizeof(buf)), 0);
	/* All of them fit, and each has a name of its own. */
	len = ic_format_features(~0ULL, buf, sizeof(buf));
	assert_true(len < 256);
	for (i = 0; i < IC_FEAT_COUNT; i++)
		assert_non_null(ic_feature_name((unsigned int)i));
	assert_null(ic_feature_name(IC_FEAT_COUNT));
}

/* An errno that is stored as a fact, or a fact as an errno, must not pass. */
static void test_tristate(void **state)
{
	(void)state;
	assert_true(IC_NO >= 0 && IC_YES >= 0 && IC_UNKNOWN >= 0);
	assert_int_equal(ic_yes_no(false), IC_NO);
	assert_int_equal(ic_yes_no(true), IC_YES);
	assert_int_not_equal(ic_yes_no(true), IC_UNKNOWN);
}

static void test_init(void **state)
{
	struct ic_unit_caps caps;

	(void)state;
	memset(&caps, 0x55, sizeof(caps));
	ic_unit_caps_init(&caps);
	assert_int_equal(caps.caching_mode, IC_UNKNOWN);
	assert_int_equal(caps.intr_remap_capable, IC_UNKNOWN);
	assert_int_equal(caps.passthrough_capable, IC_UNKNOWN);
	assert_int_equal(caps.coherent_walk, IC_UNKNOWN);
	assert_int_equal(caps.snoop_control, IC_UNKNOWN);
	assert_int_equal(caps.range_invalidation, IC_UNKNOWN);
	assert_int_equal(caps.substream_bits, IC_NO_NUMBER);
	assert_int_equal(caps.output_width, 0);
	assert_false(caps.features_known);
	assert_true(caps.page_sizes == 0 && caps.domains == 0 &&
		    caps.features == 0);
	assert_int_equal(caps.address_width, 0);
	assert_int_equal(caps.version_major, IC_NO_NUMBER);
	assert_int_equal(caps.version_minor, IC_NO_NUMBER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_page_sizes),
		cmocka_unit_test(test_short_buffer),
		cmocka_unit_test(test_features),
		cmocka_unit_test(test_tristate),
		cmocka_unit_test(test_init),
	};

	return cmocka_run_group_tests_name("unit_caps", tests, NULL, NULL);
}
