/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * RISC-V IOMMU registers: architecture specification 1.0, chapter 5 of the
 * kernel's numbering ("Memory-mapped register interface").
 */
#ifndef _IC_RISCV_IOMMU_REGS_H
#define _IC_RISCV_IOMMU_REGS_H

#include "unit_caps.h"

#define RVIOMMU_REG_CAPABILITIES	0x00
#define RVIOMMU_REG_FCTL		0x08
#define RVIOMMU_REG_DDTP		0x10

/* Bytes from the base that hold all of the registers above */
#define RVIOMMU_REGS_LEN		0x18

/* ddtp.iommu_mode */
enum rviommu_mode {
	RVIOMMU_MODE_OFF = 0,		/* all inbound transactions refused */
	RVIOMMU_MODE_BARE = 1,		/* all of them pass untranslated */
	RVIOMMU_MODE_1LVL = 2,
	RVIOMMU_MODE_2LVL = 3,
	RVIOMMU_MODE_3LVL = 4,
};

/**
 * struct rviommu_caps - the capabilities register decoded
 * @version_major: bits 7:4
 * @version_minor: bits 3:0
 * @sv32: first-stage Sv32; likewise @sv39, @sv48, @sv57
 * @sv39: see @sv32
 * @sv48: see @sv32
 * @sv57: see @sv32
 * @svpbmt: page-based memory types
 * @sv32x4: second-stage Sv32x4; likewise @sv39x4, @sv48x4, @sv57x4
 * @sv39x4: see @sv32x4
 * @sv48x4: see @sv32x4
 * @sv57x4: see @sv32x4
 * @amo_mrif: atomic updates of memory-resident interrupt files
 * @msi_flat: MSI translation with flat MSI page tables
 * @msi_mrif: MSI translation into memory-resident interrupt files
 * @amo_hwad: hardware updates accessed and dirty bits
 * @ats: ATS and page requests
 * @t2gpa: returns guest physical addresses to ATS requests
 * @both_endian: END
 * @interrupts: IGS: 0 MSI, 1 wired, 2 both
 * @hpm: performance monitor
 * @debug: DBG
 * @physical_bits: PAS
 * @pd8: 8-bit PASIDs (one-level directory); likewise @pd17, @pd20
 * @pd17: see @pd8
 * @pd20: see @pd8
 */
struct rviommu_caps {
	u8 version_major;
	u8 version_minor;
	bool sv32, sv39, sv48, sv57;
	bool svpbmt;
	bool sv32x4, sv39x4, sv48x4, sv57x4;
	bool amo_mrif;
	bool msi_flat;
	bool msi_mrif;
	bool amo_hwad;
	bool ats;
	bool t2gpa;
	bool both_endian;
	u8 interrupts;
	bool hpm;
	bool debug;
	u8 physical_bits;
	bool pd8, pd17, pd20;
};

void rviommu_decode(u64 capabilities, struct rviommu_caps *out);
void rviommu_unit_caps(const struct rviommu_caps *caps,
		       struct ic_unit_caps *out);

/**
 * rviommu_mode() - ddtp.iommu_mode
 * @ddtp: the register
 *
 * Return: one of &enum rviommu_mode, or a reserved value above them.
 */
static inline unsigned int rviommu_mode(u64 ddtp)
{
	return ic_bits(ddtp, 3, 0);
}

/**
 * rviommu_translating() - is translation on: the mode is neither off nor bare
 * @ddtp: the register
 *
 * Return: whether it is.
 */
static inline bool rviommu_translating(u64 ddtp)
{
	return rviommu_mode(ddtp) >= RVIOMMU_MODE_1LVL &&
	       rviommu_mode(ddtp) <= RVIOMMU_MODE_3LVL;
}

/**
 * rviommu_busy() - ddtp.busy: a write of the register is still under way
 * @ddtp: the register
 *
 * Return: whether it is.
 */
static inline bool rviommu_busy(u64 ddtp)
{
	return ic_bit(ddtp, 4);
}

#endif /* _IC_RISCV_IOMMU_REGS_H */
