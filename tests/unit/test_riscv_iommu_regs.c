// SPDX-License-Identifier: GPL-2.0-only
/*
 * The RISC-V IOMMU decoder: every bit on its own, and a full unit.
 */
#include "unit.h"
#include "decode/riscv_iommu_regs.h"

#define FLAG(bit, field)	{ bit, offsetof(struct rviommu_caps, field) }

static const struct {
	unsigned int bit;
	size_t field;
} flags[] = {
	FLAG(8, sv32), FLAG(9, sv39), FLAG(10, sv48), FLAG(11, sv57),
	FLAG(15, svpbmt),
	FLAG(16, sv32x4), FLAG(17, sv39x4), FLAG(18, sv48x4), FLAG(19, sv57x4),
	FLAG(21, amo_mrif), FLAG(22, msi_flat), FLAG(23, msi_mrif),
	FLAG(24, amo_hwad), FLAG(25, ats), FLAG(26, t2gpa),
	FLAG(27, both_endian), FLAG(30, hpm), FLAG(31, debug),
	FLAG(38, pd8), FLAG(39, pd17), FLAG(40, pd20),
};

static void test_every_bit(void **state)
{
	struct rviommu_caps caps;
	unsigned int bit;
	size_t i;

	(void)state;
	for (bit = 0; bit < 64; bit++) {
		rviommu_decode(1ULL << bit, &caps);
		for (i = 0; i < ARRAY_SIZE(flags); i++)
			assert_int_equal(*((bool *)&caps + flags[i].field),
					 flags[i].bit == bit);
	}
}

static void test_fields(void **state)
{
	struct rviommu_caps caps;

	(void)state;
	rviommu_decode(0x10, &caps);
	assert_int_equal(caps.version_major, 1);
	assert_int_equal(caps.version_minor, 0);
	rviommu_decode(0x2f, &caps);
	assert_int_equal(caps.version_major, 2);
	assert_int_equal(caps.version_minor, 15);
	rviommu_decode(2ULL << 28 | 56ULL << 32, &caps);
	assert_int_equal(caps.interrupts, 2);
	assert_int_equal(caps.physical_bits, 56);
}

static void test_unit_caps(void **state)
{
	struct rviommu_caps caps;
	struct ic_unit_caps unit;

	(void)state;
	/* Version 1.0, Sv39 to Sv57, Sv39x4, MSI_FLAT, ATS, PD20, AMO_HWAD. */
	rviommu_decode(0x10 | 7 << 9 | 1 << 17 | 1 << 22 | 1 << 24 | 1 << 25 |
		       1ULL << 40, &caps);
	rviommu_unit_caps(&caps, &unit);
	assert_int_equal(unit.caching_mode, IC_UNKNOWN);
	assert_int_equal(unit.intr_remap_capable, 1);
	assert_int_equal(unit.passthrough_capable, 1);
	assert_int_equal(unit.coherent_walk, IC_UNKNOWN);
	assert_int_equal(unit.address_width, 57);
	assert_int_equal(unit.domains, 1 << 20);
	assert_true(unit.page_sizes ==
		    (1ULL << 12 | 1ULL << 21 | 1ULL << 30 | 1ULL << 39 |
		     1ULL << 48));
	assert_int_equal(unit.version_major, 1);
	assert_int_equal(unit.version_minor, 0);
	assert_true(unit.features ==
		    (IC_FEAT(ATS) | IC_FEAT(PRI) | IC_FEAT(PASID) |
		     IC_FEAT(NESTED) | IC_FEAT(FIRST_STAGE) |
		     IC_FEAT(SECOND_STAGE) | IC_FEAT(DIRTY_TRACKING) |
		     IC_FEAT(MSI_FLAT)));

	/* A second stage alone, in each width. */
	rviommu_decode(1 << 16, &caps);
	rviommu_unit_caps(&caps, &unit);
	assert_int_equal(unit.address_width, 34);
	assert_int_equal(unit.domains, 65536);
	assert_int_equal(unit.intr_remap_capable, 0);
	assert_true(unit.page_sizes == (1ULL << 12 | 1ULL << 22));
	assert_true(unit.features == IC_FEAT(SECOND_STAGE));
	rviommu_decode(1 << 17, &caps);
	rviommu_unit_caps(&caps, &unit);
	assert_int_equal(unit.address_width, 41);
	rviommu_decode(1 << 18, &caps);
	rviommu_unit_caps(&caps, &unit);
	assert_int_equal(unit.address_width, 50);
	rviommu_decode(1 << 19, &caps);
	rviommu_unit_caps(&caps, &unit);
	assert_int_equal(unit.address_width, 59);

	/* Bare only. */
	rviommu_decode(0, &caps);
	rviommu_unit_caps(&caps, &unit);
	assert_int_equal(unit.address_width, 0);
	assert_int_equal(unit.domains, 0);
	assert_true(unit.page_sizes == 0);
	assert_true(unit.features == 0);
}

static void test_ddtp(void **state)
{
	unsigned int mode;

	(void)state;
	for (mode = 0; mode < 16; mode++) {
		assert_int_equal(rviommu_mode(0xfffffffffffffff0 | mode), mode);
		assert_int_equal(rviommu_translating(mode),
				 mode >= 2 && mode <= 4);
	}
	assert_true(rviommu_busy(1 << 4));
	assert_false(rviommu_busy(~(1ULL << 4)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_bit),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_unit_caps),
		cmocka_unit_test(test_ddtp),
	};

	return cmocka_run_group_tests_name("riscv_iommu_regs", tests, NULL,
					   NULL);
}
