// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where a function has its ACS registers.
 */
#include "acs_regs.h"

#define VENDOR_INTEL	0x8086

/* ACS Control Register, 7.7.11.3 */
#define CONTROL		6
/* Where capability and control each have 32 bits */
#define WIDE_CONTROL	8

/* Root ports, each line the ids from the first to the last */
static const struct ids {
	unsigned int first, last;
} wide[] = {
	{ 0xa110, 0xa11f },	/* Sunrise Point-H */
	{ 0xa167, 0xa16a },
	{ 0xa290, 0xa29f },	/* Union Point */
	{ 0xa2e7, 0xa2ee },
	{ 0x9d10, 0x9d1b },	/* Sunrise Point-LP */
	{ }
};

/**
 * acs_control_register() - where the ACS Control Register is
 * @vendor: vendor id of the function
 * @device: its device id
 *
 * Root ports of some chipsets have registers of 32 bits, not of 16 (Intel 100
 * Series Chipset Specification Update, errata 23; 200 Series, errata 22; 7th and
 * 8th generation I/O, errata 22), with the bits that the specification has. At
 * the place of the specification they have zeros, which is not what holds.
 *
 * Return: offset in the ACS capability.
 */
unsigned int acs_control_register(unsigned int vendor, unsigned int device)
{
	const struct ids *ids;

	if (vendor != VENDOR_INTEL)
		return CONTROL;
	for (ids = wide; ids->last; ids++)
		if (device >= ids->first && device <= ids->last)
			return WIDE_CONTROL;
	return CONTROL;
}
