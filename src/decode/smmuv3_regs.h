/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Arm SMMUv3 registers: architecture specification (IHI 0070), section 6.3.
 */
#ifndef _IC_SMMUV3_REGS_H
#define _IC_SMMUV3_REGS_H

#include "unit_caps.h"

/* Register offsets in page 0, section 6.2 */
#define SMMUV3_REG_IDR0		0x00
#define SMMUV3_REG_IDR1		0x04
#define SMMUV3_REG_IDR3		0x0c
#define SMMUV3_REG_IDR5		0x14
#define SMMUV3_REG_IIDR		0x18
#define SMMUV3_REG_CR0		0x20
#define SMMUV3_REG_GBPA		0x44
#define SMMUV3_REG_STRTAB_BASE	0x80
#define SMMUV3_REG_STRTAB_BASE_CFG	0x88

/* Bytes from the base that hold all of the registers above */
#define SMMUV3_REGS_LEN		0x8c

/* IDR0.STALL_MODEL */
#define SMMUV3_STALL_BOTH	0	/* stall and terminate */
#define SMMUV3_STALL_NONE	1
#define SMMUV3_STALL_FORCED	2

/* IIDR.Implementer and IIDR.ProductID */
#define SMMUV3_IMPLEMENTER_ARM	0x43b
#define SMMUV3_PRODUCT_MMU_600	0x483
#define SMMUV3_PRODUCT_MMU_700	0x487

/**
 * struct smmuv3_caps - IDR0, IDR1, IDR3 and IDR5 decoded
 * @stage1: IDR0.S1P
 * @stage2: IDR0.S2P
 * @nesting: stage 1 on top of stage 2
 * @aarch32_tables: IDR0.TTF has AArch32 (LPAE) tables
 * @aarch64_tables: IDR0.TTF has AArch64 tables
 * @coherent_walk: IDR0.COHACC
 * @broadcast_tlb: IDR0.BTM
 * @access_flag: IDR0.HTTU: hardware updates the access flag
 * @dirty_state: IDR0.HTTU: and the dirty state
 * @hyp: IDR0.HYP
 * @ats: IDR0.ATS
 * @asid_bits: IDR0.ASID16: 8 or 16
 * @vmid_bits: IDR0.VMID16: 8 or 16
 * @msi: IDR0.MSI: the SMMU's own interrupts can be messages
 * @sev: IDR0.SEV
 * @pri: IDR0.PRI
 * @two_level_cd: IDR0.CD2L
 * @two_level_stream_table: IDR0.ST_LEVEL
 * @stall_model: IDR0.STALL_MODEL
 * @substream_bits: IDR1.SSIDSIZE: bits of PASID
 * @stream_bits: IDR1.SIDSIZE
 * @force_write_back: IDR3.FWB
 * @range_invalidate: IDR3.RIL
 * @bbm_level: IDR3.BBML
 * @output_bits: IDR5.OAS in bits
 * @gran_4k: IDR5.GRAN4K
 * @gran_16k: IDR5.GRAN16K
 * @gran_64k: IDR5.GRAN64K
 * @ds: IDR5.DS: 52-bit addresses with 4K and 16K granules
 * @va_52bit: IDR5.VAX
 * @stall_max: IDR5.STALL_MAX
 */
struct smmuv3_caps {
	bool stage1;
	bool stage2;
	bool nesting;
	bool aarch32_tables;
	bool aarch64_tables;
	bool coherent_walk;
	bool broadcast_tlb;
	bool access_flag;
	bool dirty_state;
	bool hyp;
	bool ats;
	u8 asid_bits;
	u8 vmid_bits;
	bool msi;
	bool sev;
	bool pri;
	bool two_level_cd;
	bool two_level_stream_table;
	u8 stall_model;
	u8 substream_bits;
	u8 stream_bits;
	bool force_write_back;
	bool range_invalidate;
	u8 bbm_level;
	u8 output_bits;
	bool gran_4k;
	bool gran_16k;
	bool gran_64k;
	bool ds;
	bool va_52bit;
	u16 stall_max;
};

void smmuv3_decode(u32 idr0, u32 idr1, u32 idr3, u32 idr5,
		   struct smmuv3_caps *out);
void smmuv3_apply_errata(u32 iidr, struct smmuv3_caps *caps);
void smmuv3_override_httu(u8 httu, struct smmuv3_caps *caps);
void smmuv3_unit_caps(const struct smmuv3_caps *caps, struct ic_unit_caps *out);

/**
 * smmuv3_enabled() - CR0.SMMUEN: does the SMMU translate now
 * @cr0: the register; CR0ACK, which confirms it, has the same layout
 *
 * Return: whether it does.
 */
static inline bool smmuv3_enabled(u32 cr0)
{
	return ic_bit(cr0, 0);
}

#endif /* _IC_SMMUV3_REGS_H */
