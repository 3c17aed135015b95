// SPDX-License-Identifier: GPL-2.0-only
/*
 * The VT-d decoder: every bit on its own, every field, and whole units.
 */
#include "unit.h"
#include "decode/vtd_regs.h"

#define FLAG(reg, bit, field)	{ reg, bit, offsetof(struct vtd_caps, field) }

/* Flags of CAP (0) and ECAP (1), sections 11.4.2 and 11.4.3. */
static const struct {
	int reg;
	unsigned int bit;
	size_t field;
} flags[] = {
	FLAG(0, 4, write_buffer_flush),
	FLAG(0, 5, protected_low),
	FLAG(0, 6, protected_high),
	FLAG(0, 7, caching_mode),
	FLAG(0, 22, zero_length_read),
	FLAG(0, 59, posted_interrupts),
	FLAG(0, 60, first_stage_5level),
	FLAG(1, 0, coherent_walk),
	FLAG(1, 1, queued_invalidation),
	FLAG(1, 2, device_tlb),
	FLAG(1, 3, intr_remap_capable),
	FLAG(1, 4, x2apic),
	FLAG(1, 6, passthrough_capable),
	FLAG(1, 7, snoop_control),
	FLAG(1, 26, nested),
	FLAG(1, 29, page_request),
	FLAG(1, 40, pasid),
	FLAG(1, 43, scalable_mode),
	FLAG(1, 45, second_stage_dirty),
	FLAG(1, 46, second_stage),
	FLAG(1, 47, first_stage),
	FLAG(1, 48, scalable_walk_coherent),
};

static bool flag_of(const struct vtd_caps *caps, size_t i)
{
	return *(const bool *)((const char *)caps + flags[i].field);
}

/* Each bit of each register sets its flag and no other. */
static void test_every_bit(void **state)
{
	unsigned int bit;
	struct vtd_caps caps;
	size_t i;
	int reg;

	(void)state;
	for (reg = 0; reg < 2; reg++) {
		for (bit = 0; bit < 64; bit++) {
			vtd_decode(0, reg ? 0 : 1ULL << bit,
				   reg ? 1ULL << bit : 0, &caps);
			for (i = 0; i < ARRAY_SIZE(flags); i++)
				assert_int_equal(flag_of(&caps, i),
						 flags[i].reg == reg &&
						 flags[i].bit == bit);
		}
	}
}

static void test_fields(void **state)
{
	static const u64 domains[] = {
		16, 64, 256, 1024, 4096, 16384, 65536, 0,
	};
	struct vtd_caps caps;
	unsigned int i;

	(void)state;
	for (i = 0; i < 8; i++) {
		vtd_decode(0, ~7ULL | i, 0, &caps);
		assert_true(caps.domains == domains[i]);
	}
	for (i = 0; i < 64; i++) {
		vtd_decode(0, (u64)i << 16, 0, &caps);
		assert_int_equal(caps.address_width, i + 1);
	}
	for (i = 0; i < 32; i++) {
		vtd_decode(0, (u64)i << 8, 0, &caps);
		assert_int_equal(caps.table_levels, i << 2 & 0xff);
		vtd_decode(0, 0, 1ULL << 40 | (u64)i << 35, &caps);
		assert_int_equal(caps.pasid_bits, i + 1);
		vtd_decode(0, 0, (u64)i << 35, &caps);
		assert_int_equal(caps.pasid_bits, 0);
	}
	vtd_decode(0x60, 0, 0, &caps);
	assert_int_equal(caps.version_major, 6);
	assert_int_equal(caps.version_minor, 0);
	vtd_decode(0xffffff13, 0, 0, &caps);
	assert_int_equal(caps.version_major, 1);
	assert_int_equal(caps.version_minor, 3);
}

static void test_page_sizes(void **state)
{
	struct vtd_caps caps;

	(void)state;
	vtd_decode(0, 0, 0, &caps);
	assert_true(caps.page_sizes == 0x1000);
	assert_true(caps.first_stage_page_sizes == 0);
	vtd_decode(0, 1ULL << 34, 0, &caps);
	assert_true(caps.page_sizes == 0x201000);
	vtd_decode(0, 1ULL << 35, 0, &caps);
	assert_true(caps.page_sizes == 0x40001000);
	vtd_decode(0, 15ULL << 34, 0, &caps);
	assert_true(caps.page_sizes == 0x40201000);
	vtd_decode(0, 0, 1ULL << 47, &caps);
	assert_true(caps.first_stage_page_sizes == 0x201000);
	vtd_decode(0, 1ULL << 56, 1ULL << 47, &caps);
	assert_true(caps.first_stage_page_sizes == 0x40201000);
}

static void test_status(void **state)
{
	unsigned int bit;

	(void)state;
	for (bit = 0; bit < 32; bit++) {
		assert_int_equal(vtd_translation_enabled(1U << bit), bit == 31);
		assert_int_equal(vtd_intr_remap_enabled(1U << bit), bit == 25);
	}
}

/* An emulated unit with caching mode, and a server's in scalable mode. */
static void test_unit_caps(void **state)
{
	struct ic_unit_caps unit;
	struct vtd_caps caps;

	(void)state;
	vtd_decode(0x10, 6 | 1 << 7 | 2 << 8 | 38 << 16 | 3ULL << 34,
		   1 << 1 | 1 << 3 | 1 << 6, &caps);
	vtd_unit_caps(&caps, IC_NO, &unit);
	assert_int_equal(unit.caching_mode, 1);
	assert_int_equal(unit.intr_remap_capable, 1);
	assert_int_equal(unit.passthrough_capable, 1);
	assert_int_equal(unit.coherent_walk, 0);
	assert_int_equal(unit.snoop_control, 0);
	assert_true(unit.page_sizes == 0x40201000);
	assert_int_equal(unit.address_width, 39);
	assert_int_equal(unit.domains, 65536);
	assert_int_equal(unit.version_major, 1);
	assert_int_equal(unit.version_minor, 0);
	assert_true(unit.features_known);
	assert_true(unit.features == IC_FEAT(QUEUED_INVALIDATION));

	vtd_decode(0x60, 6 | 12 << 8 | 56 << 16 | 3ULL << 34 | 1ULL << 59,
		   0xde | 1 << 26 | 1ULL << 43 | 15ULL << 45, &caps);
	vtd_unit_caps(&caps, IC_YES, &unit);
	assert_int_equal(unit.caching_mode, 0);
	assert_int_equal(unit.coherent_walk, 1);
	assert_int_equal(unit.snoop_control, 1);
	assert_int_equal(unit.address_width, 57);
	assert_int_equal(unit.version_major, 6);
	assert_true(unit.features ==
		    (IC_FEAT(ATS) | IC_FEAT(NESTED) | IC_FEAT(SCALABLE) |
		     IC_FEAT(FIRST_STAGE) | IC_FEAT(SECOND_STAGE) |
		     IC_FEAT(POSTED_INTERRUPTS) | IC_FEAT(X2APIC) |
		     IC_FEAT(DIRTY_TRACKING) | IC_FEAT(QUEUED_INVALIDATION)));

	/* 4K pages in the second stage, up to 1G in the first */
	vtd_decode(0x60, 4 << 8 | 47 << 16 | 1ULL << 56,
		   1ULL << 43 | 3ULL << 46, &caps);
	vtd_unit_caps(&caps, IC_YES, &unit);
	assert_true(unit.page_sizes == 0x40201000);
}

/* Section 11.4.3: ECAP.C counts outside scalable mode, ECAP.SMPWC in it. */
static void test_coherent_walk(void **state)
{
	static const struct {
		u64 ecap;
		enum ic_tristate scalable, coherent;
	} cases[] = {
		{ 1, IC_NO, IC_YES },
		{ 1, IC_YES, IC_NO },
		{ 1, IC_UNKNOWN, IC_UNKNOWN },
		{ 1ULL << 48, IC_NO, IC_NO },
		{ 1ULL << 48, IC_YES, IC_YES },
		{ 1ULL << 48, IC_UNKNOWN, IC_UNKNOWN },
		{ 1ULL << 48 | 1, IC_UNKNOWN, IC_YES },
		{ 0, IC_UNKNOWN, IC_NO },
	};
	struct ic_unit_caps unit;
	struct vtd_caps caps;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		vtd_decode(0x10, 0, cases[i].ecap, &caps);
		vtd_unit_caps(&caps, cases[i].scalable, &unit);
		assert_int_equal(unit.coherent_walk, cases[i].coherent);
	}
}

/* SAGAW 0: no second stage. With no first stage either, no translation. */
static void test_no_second_stage(void **state)
{
	u64 cap = 47 << 16 | 3ULL << 34, fsts = 1ULL << 47;
	struct ic_unit_caps unit;
	struct vtd_caps caps;

	(void)state;
	vtd_decode(0x10, cap, 0, &caps);
	vtd_unit_caps(&caps, IC_NO, &unit);
	assert_int_equal(unit.address_width, 0);
	assert_true(unit.page_sizes == 0);

	vtd_decode(0x10, cap, fsts, &caps);
	vtd_unit_caps(&caps, IC_YES, &unit);
	assert_int_equal(unit.address_width, 48);
	assert_true(unit.page_sizes == 0x201000);
	vtd_decode(0x10, cap | 1ULL << 56 | 1ULL << 60, fsts, &caps);
	vtd_unit_caps(&caps, IC_YES, &unit);
	assert_int_equal(unit.address_width, 57);
	assert_true(unit.page_sizes == 0x40201000);
}

/* RTADDR.TTM 1 is scalable mode; 2 is reserved, 3 abort-dma: section 11.4.5 */
static void test_scalable(void **state)
{
	unsigned int ttm;

	(void)state;
	for (ttm = 0; ttm < 4; ttm++) {
		assert_int_equal(vtd_scalable(1U << 30,
					      0x12345000 | ttm << 10),
				 ttm == 1);
		assert_false(vtd_scalable(~(1U << 30),
					  0x12345000 | ttm << 10));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_bit),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_page_sizes),
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_unit_caps),
		cmocka_unit_test(test_coherent_walk),
		cmocka_unit_test(test_no_second_stage),
		cmocka_unit_test(test_scalable),
	};

	return cmocka_run_group_tests_name("vtd_regs", tests, NULL, NULL);
}
