// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where a function has its ACS Control Register.
 */
#include "unit.h"
#include "decode/acs_regs.h"

/* Root ports by Intel's datasheets of the chipsets, and their neighbours */
static void wide_registers(void **state)
{
	static const struct {
		u16 first, last;
	} ports[] = {
		{ 0xa110, 0xa11f }, { 0xa167, 0xa16a }, { 0xa290, 0xa29f },
		{ 0xa2e7, 0xa2ee }, { 0x9d10, 0x9d1b },
	};
	unsigned int device, wide = 0;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(ports); i++) {
		assert_int_equal(acs_control_register(0x8086, ports[i].first), 8);
		assert_int_equal(acs_control_register(0x8086, ports[i].last), 8);
		assert_int_equal(acs_control_register(0x8086, ports[i].first - 1), 6);
		assert_int_equal(acs_control_register(0x8086, ports[i].last + 1), 6);
	}
	for (device = 0; device <= 0xffff; device++)
		wide += acs_control_register(0x8086, device) == 8;
	assert_int_equal(wide, 16 + 4 + 16 + 8 + 12);
}

static void others(void **state)
{
	unsigned int device;

	(void)state;
	for (device = 0; device <= 0xffff; device++) {
		assert_int_equal(acs_control_register(0x1022, device), 6);
		assert_int_equal(acs_control_register(0, device), 6);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wide_registers),
		cmocka_unit_test(others),
	};

	return cmocka_run_group_tests_name("acs_regs", tests, NULL, NULL);
}
