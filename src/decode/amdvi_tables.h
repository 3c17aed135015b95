/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * AMD-Vi translation tables in memory: AMD I/O Virtualization Technology
 * specification (48882, rev 3.10), section 2.2.
 */
#ifndef _IC_AMDVI_TABLES_H
#define _IC_AMDVI_TABLES_H

#include "page_table.h"

#define AMDVI_SEGMENTS			8

/**
 * struct amdvi_tables - what a unit's registers say of its tables
 * @devtab: Device Table Base Address Registers of all segments, section 3.4.1
 * @control: Control Register, section 3.4.1
 */
struct amdvi_tables {
	u64 devtab[AMDVI_SEGMENTS];
	u64 control;
};

/**
 * amdvi_segments() - number of segments that the device table is split into
 * @control: Control Register, field DevTblSegEn
 *
 * Return: 1, 2, 4 or 8; 0 for the reserved encodings.
 */
static inline unsigned int amdvi_segments(u64 control)
{
	unsigned int en = ic_bits(control, 36, 34);

	return en <= 3 ? 1U << en : 0;
}

/* What becomes of a device's interrupts: DTE.IV and IntCtl, section 2.2.2.1 */
enum amdvi_interrupts {
	AMDVI_INTR_FORWARDED,	/* unmapped */
	AMDVI_INTR_ABORTED,
	AMDVI_INTR_REMAPPED,
	AMDVI_INTR_UNKNOWN,
};

int amdvi_classify(const struct amdvi_tables *tables, const struct ic_mem *mem,
		   u16 rid);
enum amdvi_interrupts
amdvi_interrupts(const struct amdvi_tables *tables, const struct ic_mem *mem,
		 u16 rid);
int amdvi_enumerate(const struct amdvi_tables *tables, u16 rid,
		    struct ic_walk *walk);

#endif /* _IC_AMDVI_TABLES_H */
