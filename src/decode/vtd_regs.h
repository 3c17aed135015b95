/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Intel VT-d registers: specification rev 4.1, section 11.4.
 */
#ifndef _IC_VTD_REGS_H
#define _IC_VTD_REGS_H

#include "unit_caps.h"

/* Register offsets, section 11.4 */
#define VTD_REG_VER	0x00
#define VTD_REG_CAP	0x08
#define VTD_REG_ECAP	0x10
#define VTD_REG_GSTS	0x1c
#define VTD_REG_RTADDR	0x20

/* Bytes from the base that hold all of the registers above */
#define VTD_REGS_LEN	0x28

/**
 * struct vtd_caps - VER, CAP and ECAP decoded
 * @version_major: VER.MAX
 * @version_minor: VER.MIN
 * @domains: CAP.ND: number of domains; 0 for the reserved encoding
 * @address_width: CAP.MGAW plus one: bits of I/O virtual address
 * @table_levels: CAP.SAGAW: bit n set: second-stage tables of n levels
 * @page_sizes: 4K and what CAP.SSLPS adds, bit n for 2^n bytes
 * @first_stage_page_sizes: page sizes of the first stage; 0 without one
 * @caching_mode: CAP.CM
 * @write_buffer_flush: CAP.RWBF
 * @protected_low: CAP.PLMR
 * @protected_high: CAP.PHMR
 * @zero_length_read: CAP.ZLR
 * @posted_interrupts: CAP.PI
 * @first_stage_5level: CAP.FS5LP
 * @coherent_walk: ECAP.C
 * @queued_invalidation: ECAP.QI
 * @device_tlb: ECAP.DT: serves ATS requests
 * @intr_remap_capable: ECAP.IR
 * @x2apic: ECAP.EIM
 * @passthrough_capable: ECAP.PT
 * @snoop_control: ECAP.SC
 * @nested: ECAP.NEST
 * @page_request: ECAP.PRS
 * @pasid: ECAP.PASID
 * @pasid_bits: ECAP.PSS plus one where @pasid, else 0
 * @scalable_mode: ECAP.SMTS
 * @scalable_walk_coherent: ECAP.SMPWC
 * @second_stage: ECAP.SSTS
 * @first_stage: ECAP.FSTS
 * @second_stage_dirty: ECAP.SSADS
 */
struct vtd_caps {
	u8 version_major;
	u8 version_minor;
	u64 domains;
	int address_width;
	u8 table_levels;
	u64 page_sizes;
	u64 first_stage_page_sizes;
	bool caching_mode;
	bool write_buffer_flush;
	bool protected_low;
	bool protected_high;
	bool zero_length_read;
	bool posted_interrupts;
	bool first_stage_5level;
	bool coherent_walk;
	bool queued_invalidation;
	bool device_tlb;
	bool intr_remap_capable;
	bool x2apic;
	bool passthrough_capable;
	bool snoop_control;
	bool nested;
	bool page_request;
	bool pasid;
	u8 pasid_bits;
	bool scalable_mode;
	bool scalable_walk_coherent;
	bool second_stage;
	bool first_stage;
	bool second_stage_dirty;
};

void vtd_decode(u32 ver, u64 cap, u64 ecap, struct vtd_caps *out);
void vtd_unit_caps(const struct vtd_caps *caps, enum ic_tristate scalable,
		   struct ic_unit_caps *out);

/**
 * vtd_translation_enabled() - GSTS.TES: is DMA remapping on now
 * @gsts: the Global Status Register
 *
 * Return: whether it is.
 */
static inline bool vtd_translation_enabled(u32 gsts)
{
	return ic_bit(gsts, 31);
}

/**
 * vtd_intr_remap_enabled() - GSTS.IRES: is interrupt remapping on now
 * @gsts: the Global Status Register
 *
 * Return: whether it is.
 */
static inline bool vtd_intr_remap_enabled(u32 gsts)
{
	return ic_bit(gsts, 25);
}

/**
 * vtd_root_table_set() - GSTS.RTPS: was the unit given a root table
 * @gsts: the Global Status Register
 *
 * Return: whether it was.
 */
static inline bool vtd_root_table_set(u32 gsts)
{
	return ic_bit(gsts, 30);
}

/**
 * vtd_scalable() - does the unit walk its tables in scalable mode now
 * @gsts: the Global Status Register
 * @rtaddr: the Root Table Address Register, section 11.4.5, field TTM
 *
 * Return: whether it does; false without a root table.
 */
static inline bool vtd_scalable(u32 gsts, u64 rtaddr)
{
	return vtd_root_table_set(gsts) && ic_bits(rtaddr, 11, 10) == 1;
}

#endif /* _IC_VTD_REGS_H */
