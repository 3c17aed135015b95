// SPDX-License-Identifier: GPL-2.0-only
/*
 * The AMD-Vi decoder: every bit on its own, every field, and whole units.
 */
#include "unit.h"
#include "decode/amdvi_regs.h"

#define CAP_EFR		0x08000000U	/* EFRSup */
#define FLAG(reg, bit, field)	{ reg, bit, offsetof(struct amdvi_caps, field) }

/* Flags of the capability header (0), EFR (1) and EFR2 (2). */
static const struct {
	int reg;
	unsigned int bit;
	size_t field;
} flags[] = {
	FLAG(0, 24, iotlb),
	FLAG(0, 25, ht_tunnel),
	FLAG(0, 26, caching_mode),
	FLAG(0, 28, cap_ext),
	FLAG(1, 0, prefetch),
	FLAG(1, 1, page_request),
	FLAG(1, 2, x2apic),
	FLAG(1, 3, no_execute),
	FLAG(1, 4, guest_translation),
	FLAG(1, 6, invalidate_all),
	FLAG(1, 7, guest_apic),
	FLAG(1, 8, hw_error),
	FLAG(1, 9, perf_counters),
	FLAG(1, 48, guest_io),
	FLAG(1, 49, host_access),
	FLAG(1, 52, host_dirty),
	FLAG(1, 63, snp),
	FLAG(2, 1, snp_io),
	FLAG(2, 3, gcr3_trp_mode),
};

static void decode(u32 cap, u64 efr, u64 efr2, struct amdvi_caps *caps)
{
	amdvi_decode(cap, &efr, &efr2, caps);
}

static void test_every_bit(void **state)
{
	struct amdvi_caps caps;
	unsigned int bit;
	u64 v[3];
	size_t i;
	int reg;

	(void)state;
	for (reg = 0; reg < 3; reg++) {
		for (bit = 0; bit < (reg ? 64 : 32); bit++) {
			v[0] = CAP_EFR;
			v[1] = 0;
			v[2] = 0;
			v[reg] |= 1ULL << bit;
			decode((u32)v[0], v[1], v[2], &caps);
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
	struct amdvi_caps caps;

	(void)state;
	/* capability id 0xf, next 0x64, type 3, revision 1 */
	decode(0x190b640f, 0, 0, &caps);
	assert_int_equal(caps.cap_type, 3);
	assert_int_equal(caps.cap_rev, 1);
	assert_true(caps.iotlb);
	assert_false(caps.caching_mode);
	assert_true(caps.efr_supported);
	assert_true(caps.cap_ext);

	decode(CAP_EFR, 0, 0, &caps);
	assert_int_equal(caps.host_levels, 4);
	assert_int_equal(caps.guest_levels, 0);
	assert_int_equal(caps.gcr3_levels, 0);
	assert_int_equal(caps.pasid_bits, 0);
	decode(CAP_EFR, 1 << 10, 0, &caps);
	assert_int_equal(caps.host_levels, 5);
	decode(CAP_EFR, 2 << 10, 0, &caps);
	assert_int_equal(caps.host_levels, 6);
	decode(CAP_EFR, 3 << 10, 0, &caps);
	assert_int_equal(caps.host_levels, 0);

	decode(CAP_EFR, 1ULL << 4 | 1 << 12 | 2 << 14 | 15ULL << 32, 0, &caps);
	assert_int_equal(caps.guest_levels, 5);
	assert_int_equal(caps.gcr3_levels, 3);
	assert_int_equal(caps.pasid_bits, 16);
	decode(CAP_EFR, 1ULL << 4 | 2 << 12, 0, &caps);
	assert_int_equal(caps.guest_levels, 0);

	decode(CAP_EFR, 5ULL << 21, 0, &caps);
	assert_int_equal(caps.guest_apic_mode, 5);
	decode(CAP_EFR, 0, 1 << 8, &caps);
	assert_true(caps.irt_2k);
	decode(CAP_EFR, 0, 2 << 8, &caps);
	assert_false(caps.irt_2k);
}

/* Without an EFR, by the capability or since nobody read it. */
static void test_no_efr(void **state)
{
	struct ic_unit_caps unit;
	struct amdvi_caps caps;

	(void)state;
	decode(1 << 24, ~0ULL, ~0ULL, &caps);
	assert_false(caps.efr_known);
	assert_false(caps.efr2_known);
	assert_false(caps.page_request);
	assert_false(caps.snp);
	assert_false(caps.snp_io);
	amdvi_unit_caps(&caps, &unit);
	assert_true(unit.features_known);
	assert_true(unit.features == (IC_FEAT(ATS) | IC_FEAT(SECOND_STAGE)));
	assert_int_equal(unit.address_width, 0);
	assert_true(unit.page_sizes == 0);

	amdvi_decode(CAP_EFR | 1 << 26, NULL, NULL, &caps);
	assert_false(caps.efr_known);
	amdvi_unit_caps(&caps, &unit);
	assert_int_equal(unit.caching_mode, 1);
	assert_false(unit.features_known);
	assert_int_equal(unit.address_width, 0);
}

/* A unit with most things: HATS 2, GATS 0, PASmax 15, guest virtual APIC. */
static void test_unit_caps(void **state)
{
	struct ic_unit_caps unit;
	struct amdvi_caps caps;

	(void)state;
	decode(0x190b640f, 0x1a | 1 << 7 | 2 << 10 | 1 << 21 | 15ULL << 32, 0,
	       &caps);
	assert_int_equal(caps.pasid_bits, 16);
	amdvi_unit_caps(&caps, &unit);
	assert_int_equal(unit.caching_mode, 0);
	assert_int_equal(unit.intr_remap_capable, IC_UNKNOWN);
	assert_int_equal(unit.passthrough_capable, 1);
	assert_int_equal(unit.coherent_walk, 1);
	assert_int_equal(unit.snoop_control, 1);
	assert_int_equal(unit.domains, 65536);
	assert_int_equal(unit.address_width, 64);
	assert_true(unit.page_sizes == 0x000fff7ffffff000);
	assert_int_equal(unit.version_major, IC_NO_NUMBER);
	assert_true(unit.features_known);
	assert_true(unit.features ==
		    (IC_FEAT(ATS) | IC_FEAT(PRI) | IC_FEAT(PASID) |
		     IC_FEAT(NESTED) | IC_FEAT(FIRST_STAGE) |
		     IC_FEAT(SECOND_STAGE) | IC_FEAT(POSTED_INTERRUPTS)));

	/* Guest tables alone. */
	decode(CAP_EFR, 3 << 10 | 1 << 4, 0, &caps);
	amdvi_unit_caps(&caps, &unit);
	assert_int_equal(unit.address_width, 48);
	assert_true(unit.page_sizes == 0x40201000);
	assert_true(unit.features == (IC_FEAT(PASID) | IC_FEAT(FIRST_STAGE)));
	/* The guest virtual APIC needs both fields. */
	decode(CAP_EFR, 1 << 21, 0, &caps);
	amdvi_unit_caps(&caps, &unit);
	assert_false(unit.features & IC_FEAT(POSTED_INTERRUPTS));
	decode(CAP_EFR, 1 << 7, 0, &caps);
	amdvi_unit_caps(&caps, &unit);
	assert_false(unit.features & IC_FEAT(POSTED_INTERRUPTS));
}

static void test_control(void **state)
{
	struct amdvi_control c;
	unsigned int bit;

	(void)state;
	for (bit = 0; bit < 64; bit++) {
		amdvi_decode_control(1ULL << bit, &c);
		assert_int_equal(c.enabled, bit == 0);
		assert_int_equal(c.coherent, bit == 10);
		assert_int_equal(c.command_buffer, bit == 12);
		assert_int_equal(c.page_request, bit == 15);
		assert_int_equal(c.guest_translation, bit == 16);
		assert_int_equal(c.guest_apic, bit == 17);
		assert_int_equal(c.x2apic, bit == 50);
	}
}

static void test_status(void **state)
{
	struct amdvi_status s;
	unsigned int bit;

	(void)state;
	for (bit = 0; bit < 64; bit++) {
		amdvi_decode_status(1ULL << bit, &s);
		assert_int_equal(s.event_overflow, bit == 0);
		assert_int_equal(s.event_log_running, bit == 3);
		assert_int_equal(s.command_buffer_running, bit == 4);
		assert_int_equal(s.page_request_overflow, bit == 5);
		assert_int_equal(s.page_request_log_running, bit == 7);
		assert_int_equal(s.guest_apic_log_running, bit == 8);
	}
}

static void test_base(void **state)
{
	u64 base;

	(void)state;
	assert_true(amdvi_cap_base(0xfeb80001, 0, &base));
	assert_true(base == 0xfeb80000);
	assert_true(amdvi_cap_base(0xffffffff, 0x12, &base));
	assert_true(base == 0x12ffffc000);
	assert_false(amdvi_cap_base(0xfeb80000, 0, &base));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_bit),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_no_efr),
		cmocka_unit_test(test_unit_caps),
		cmocka_unit_test(test_control),
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_base),
	};

	return cmocka_run_group_tests_name("amdvi_regs", tests, NULL, NULL);
}
