// SPDX-License-Identifier: GPL-2.0-only
/*
 * The SMMUv3 decoder: every bit on its own, every field, and whole units.
 */
#include "unit.h"
#include "decode/smmuv3_regs.h"

#define FLAG(reg, bit, field)	{ reg, bit, offsetof(struct smmuv3_caps, field) }

/* Flags of IDR0, IDR1, IDR3 and IDR5, in this order. */
static const struct {
	int reg;
	unsigned int bit;
	size_t field;
} flags[] = {
	FLAG(0, 0, stage2),
	FLAG(0, 1, stage1),
	FLAG(0, 2, aarch32_tables),
	FLAG(0, 3, aarch64_tables),
	FLAG(0, 4, coherent_walk),
	FLAG(0, 5, broadcast_tlb),
	FLAG(0, 9, hyp),
	FLAG(0, 10, ats),
	FLAG(0, 13, msi),
	FLAG(0, 14, sev),
	FLAG(0, 16, pri),
	FLAG(0, 19, two_level_cd),
	FLAG(0, 27, two_level_stream_table),
	FLAG(2, 8, force_write_back),
	FLAG(2, 10, range_invalidate),
	FLAG(3, 4, gran_4k),
	FLAG(3, 5, gran_16k),
	FLAG(3, 6, gran_64k),
	FLAG(3, 7, ds),
	FLAG(3, 10, va_52bit),
};

static void test_every_bit(void **state)
{
	struct smmuv3_caps caps;
	unsigned int bit;
	u32 v[4];
	size_t i;
	int reg;

	(void)state;
	for (reg = 0; reg < 4; reg++) {
		for (bit = 0; bit < 32; bit++) {
			memset(v, 0, sizeof(v));
			v[reg] = 1U << bit;
			smmuv3_decode(v[0], v[1], v[2], v[3], &caps);
			for (i = 0; i < ARRAY_SIZE(flags); i++)
				assert_int_equal(*((bool *)&caps +
						   flags[i].field),
						 flags[i].reg == reg &&
						 flags[i].bit == bit);
		}
	}
}

static void test_fields(void **state)
{
	static const u8 oas[] = { 32, 36, 40, 42, 44, 48, 52, 56 };
	struct smmuv3_caps caps;
	unsigned int i;

	(void)state;
	for (i = 0; i < 4; i++) {
		smmuv3_decode(i << 6, 0, 0, 0, &caps);
		assert_int_equal(caps.access_flag, i >= 1);
		assert_int_equal(caps.dirty_state, i >= 2);
		smmuv3_decode(i << 24, 0, 0, 0, &caps);
		assert_int_equal(caps.stall_model, i);
		smmuv3_decode(0, 0, i << 11, 0, &caps);
		assert_int_equal(caps.bbm_level, i);
	}
	smmuv3_decode(0, 0, 0, 0, &caps);
	assert_int_equal(caps.asid_bits, 8);
	assert_int_equal(caps.vmid_bits, 8);
	smmuv3_decode(1 << 12, 0, 0, 0, &caps);
	assert_int_equal(caps.asid_bits, 16);
	assert_int_equal(caps.vmid_bits, 8);
	smmuv3_decode(1 << 18, 0, 0, 0, &caps);
	assert_int_equal(caps.asid_bits, 8);
	assert_int_equal(caps.vmid_bits, 16);
	smmuv3_decode(0, 20 << 6 | 32, 0, 0, &caps);
	assert_int_equal(caps.substream_bits, 20);
	assert_int_equal(caps.stream_bits, 32);
	for (i = 0; i < 8; i++) {
		smmuv3_decode(0, 0, 0, i, &caps);
		assert_int_equal(caps.output_bits, oas[i]);
	}
	smmuv3_decode(0, 0, 0, 0xabcd0000, &caps);
	assert_int_equal(caps.stall_max, 0xabcd);
}

static void test_unit_caps(void **state)
{
	struct smmuv3_caps caps;
	struct ic_unit_caps unit;

	(void)state;
	/* Both stages, 4K and 64K granules, 44 bits, ATS, stall, HTTU 2. */
	smmuv3_decode(0x3 | 2 << 2 | 1 << 4 | 2 << 6 | 1 << 10 | 1 << 12,
		      16 << 6 | 16, 0, 4 | 1 << 4 | 1 << 6, &caps);
	smmuv3_unit_caps(&caps, &unit);
	assert_int_equal(unit.caching_mode, 0);
	assert_int_equal(unit.intr_remap_capable, 0);
	assert_int_equal(unit.passthrough_capable, 1);
	assert_int_equal(unit.coherent_walk, 1);
	assert_int_equal(unit.snoop_control, IC_UNKNOWN);
	assert_true(unit.page_sizes ==
		    (1ULL << 12 | 1ULL << 16 | 1ULL << 21 | 1ULL << 29 |
		     1ULL << 30));
	assert_int_equal(unit.address_width, 48);
	assert_int_equal(unit.domains, 65536);
	assert_int_equal(unit.range_invalidation, IC_NO);
	assert_int_equal(unit.substream_bits, 16);
	assert_int_equal(unit.output_width, 44);
	assert_true(unit.features_known);
	assert_true(unit.features ==
		    (IC_FEAT(ATS) | IC_FEAT(PASID) | IC_FEAT(NESTED) |
		     IC_FEAT(FIRST_STAGE) | IC_FEAT(SECOND_STAGE) |
		     IC_FEAT(STALL) | IC_FEAT(DIRTY_TRACKING)));

	/* Stage 2 alone, no stall; 16K granules. */
	smmuv3_decode(0x1 | 2 << 2 | 1 << 16 | 1 << 24, 16 << 6, 0,
		      4 | 1 << 5, &caps);
	smmuv3_unit_caps(&caps, &unit);
	assert_int_equal(unit.address_width, 44);
	assert_int_equal(unit.domains, 256);
	assert_true(unit.page_sizes == (1ULL << 14 | 1ULL << 25));
	/* Page requests come with ATS only, PASIDs with stage 1 only. */
	assert_true(unit.features == IC_FEAT(SECOND_STAGE));

	smmuv3_decode(0x2 | 2 << 2 | 2 << 24, 0, 1 << 10, 6 | 1 << 10, &caps);
	smmuv3_unit_caps(&caps, &unit);
	assert_int_equal(unit.range_invalidation, IC_YES);
	assert_int_equal(unit.substream_bits, 0);
	assert_int_equal(unit.output_width, 52);
	assert_int_equal(unit.address_width, 52);
	assert_true(unit.features == (IC_FEAT(FIRST_STAGE) | IC_FEAT(STALL)));
}

/* IIDR: ProductID 31:20, Variant 19:16, Revision 15:12, Implementer 11:0 */
static void test_errata(void **state)
{
	static const struct {
		u32 iidr;
		bool sev, broadcast, nesting;
	} cases[] = {
		{ 0x00000000, true, true, true },
		{ 0x4830043b, false, true, false },	/* MMU-600 r0p0 */
		{ 0x4830243b, false, true, false },	/* r0p2 */
		{ 0x4830343b, true, true, false },	/* r0p3 */
		{ 0x4831043b, true, true, false },	/* r1p0 */
		{ 0x4832043b, true, true, true },	/* r2p0 */
		{ 0x4870043b, true, false, false },	/* MMU-700 r0p0 */
		{ 0x4872143b, true, false, false },	/* r2p1 */
		{ 0x4890043b, true, true, true },	/* another of Arm's */
		{ 0x48300436, true, true, true },	/* not Arm's */
	};
	/* Both stages, broadcast invalidation, SEV */
	u32 idr0 = 3 | 2 << 2 | 1 << 5 | 1 << 14;
	struct ic_unit_caps unit;
	struct smmuv3_caps caps;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		smmuv3_decode(idr0, 0, 0, 0, &caps);
		smmuv3_apply_errata(cases[i].iidr, &caps);
		assert_int_equal(caps.sev, cases[i].sev);
		assert_int_equal(caps.broadcast_tlb, cases[i].broadcast);
		assert_int_equal(caps.nesting, cases[i].nesting);
		smmuv3_unit_caps(&caps, &unit);
		assert_int_equal(!!(unit.features & IC_FEAT(NESTED)),
				 cases[i].nesting);
		/* Each stage on its own still works. */
		assert_true(unit.features & IC_FEAT(FIRST_STAGE));
		assert_true(unit.features & IC_FEAT(SECOND_STAGE));
	}
}

static void test_httu_override(void **state)
{
	struct smmuv3_caps caps;
	unsigned int idr0, httu;

	(void)state;
	for (idr0 = 0; idr0 < 3; idr0++) {
		for (httu = 0; httu < 4; httu++) {
			smmuv3_decode(idr0 << 6, 0, 0, 0, &caps);
			smmuv3_override_httu((u8)httu, &caps);
			assert_int_equal(caps.access_flag,
					 httu == 1 || httu == 2);
			assert_int_equal(caps.dirty_state, httu == 2);
		}
	}
}

static void test_enabled(void **state)
{
	unsigned int bit;

	(void)state;
	for (bit = 0; bit < 32; bit++)
		assert_int_equal(smmuv3_enabled(1U << bit), bit == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_bit),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_unit_caps),
		cmocka_unit_test(test_errata),
		cmocka_unit_test(test_httu_override),
		cmocka_unit_test(test_enabled),
	};

	return cmocka_run_group_tests_name("smmuv3_regs", tests, NULL, NULL);
}
