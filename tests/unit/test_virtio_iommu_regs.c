// SPDX-License-Identifier: GPL-2.0-only
/*
 * The virtio-iommu decoder, on the layout of virtio 1.2, section 5.13.4.
 */
#include "unit.h"
#include "decode/virtio_iommu_regs.h"

static const struct viommu_config config = {
	.page_size_mask = ~0xfffULL,
	.input_start = 0x1000,
	.input_end = 0xffffffffff,
	.domain_start = 5,
	.domain_end = 0xffffffff,
	.probe_size = 512,
	.bypass = 1,
};

static void test_read_config(void **state)
{
	struct builder b = { .len = 0 };
	struct viommu_config c;
	size_t n;
	u8 *copy;

	(void)state;
	put64(&b, 0x40201000);
	put64(&b, 0x1111222233334444);
	put64(&b, 0x5555666677778888);
	put32(&b, 0x99aabbcc);
	put32(&b, 0xddeeff00);
	put32(&b, 0x200);
	put32(&b, 0xffffff01);
	assert_int_equal(b.len, VIOMMU_CFG_LEN);
	for (n = 0; n <= b.len; n++) {
		copy = exact_copy(b.data, n);
		/* The bypass byte is the last that is needed. */
		assert_int_equal(viommu_read_config(copy, n, &c),
				 n < 37 ? -EINVAL : 0);
		free(copy);
	}
	assert_true(c.page_size_mask == 0x40201000);
	assert_true(c.input_start == 0x1111222233334444);
	assert_true(c.input_end == 0x5555666677778888);
	assert_int_equal(c.domain_start, 0x99aabbcc);
	assert_int_equal(c.domain_end, 0xddeeff00);
	assert_int_equal(c.probe_size, 0x200);
	assert_int_equal(c.bypass, 1);
}

static void test_every_feature(void **state)
{
	struct viommu_caps caps;
	unsigned int bit;

	(void)state;
	for (bit = 0; bit < 64; bit++) {
		viommu_decode(1ULL << bit, &config, &caps);
		assert_int_equal(caps.address_width, bit == 0 ? 40 : 64);
		assert_true(caps.input_start == (bit == 0 ? 0x1000 : 0));
		assert_true(caps.domains ==
			    (bit == 1 ? 0xfffffffb : 0x100000000));
		assert_int_equal(caps.map_unmap, bit == 2);
		assert_int_equal(caps.bypass_feature, bit == 3);
		assert_int_equal(caps.probe, bit == 4);
		assert_int_equal(caps.mmio, bit == 5);
		assert_int_equal(caps.bypass_config, bit == 6);
		assert_int_equal(caps.bypass, bit == 6 ? 1 : IC_UNKNOWN);
	}
}

static void test_odd_config(void **state)
{
	struct viommu_config c = config;
	struct viommu_caps caps;

	(void)state;
	c.bypass = 0;
	viommu_decode(1 << 6, &c, &caps);
	assert_int_equal(caps.bypass, 0);
	c.domain_start = 5;
	c.domain_end = 1;
	c.input_end = 0;
	viommu_decode(3, &c, &caps);
	assert_true(caps.domains == 0);
	assert_int_equal(caps.address_width, 0);
	c.domain_start = 0;
	c.domain_end = 0xffffffff;
	viommu_decode(2, &c, &caps);
	assert_true(caps.domains == 0x100000000);
}

static void test_unit_caps(void **state)
{
	struct viommu_caps caps;
	struct ic_unit_caps unit;

	(void)state;
	viommu_decode(0x57, &config, &caps);
	viommu_unit_caps(&caps, &unit);
	assert_int_equal(unit.caching_mode, 1);
	assert_int_equal(unit.intr_remap_capable, 0);
	assert_int_equal(unit.passthrough_capable, 1);
	assert_int_equal(unit.coherent_walk, IC_UNKNOWN);
	assert_int_equal(unit.snoop_control, IC_UNKNOWN);
	assert_true(unit.page_sizes == ~0xfffULL);
	assert_int_equal(unit.address_width, 40);
	assert_true(unit.domains == 0xfffffffb);
	assert_true(unit.features ==
		    (IC_FEAT(MAP_UNMAP) | IC_FEAT(PROBE) |
		     IC_FEAT(BYPASS_CONFIG)));

	viommu_decode(0, &config, &caps);
	viommu_unit_caps(&caps, &unit);
	assert_int_equal(unit.passthrough_capable, 0);
	assert_true(unit.features == 0);
	assert_true(unit.features_known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read_config),
		cmocka_unit_test(test_every_feature),
		cmocka_unit_test(test_odd_config),
		cmocka_unit_test(test_unit_caps),
	};

	return cmocka_run_group_tests_name("virtio_iommu_regs", tests, NULL,
					   NULL);
}
