/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * RISC-V IOMMU translation tables in memory: architecture specification 1.0,
 * chapter "Data Structures"; page tables: privileged architecture, Sv39 to
 * Sv57 and Sv39x4 to Sv57x4.
 */
#ifndef _IC_RISCV_TABLES_H
#define _IC_RISCV_TABLES_H

#include "page_table.h"

/**
 * struct rviommu_tables - what a unit's registers say of its tables
 * @capabilities: the register; MSI_FLAT makes device contexts larger
 * @fctl: Features Control Register
 * @ddtp: Device Directory Table Pointer, not busy
 */
struct rviommu_tables {
	u64 capabilities;
	u32 fctl;
	u64 ddtp;
};

int rviommu_classify(const struct rviommu_tables *tables,
		     const struct ic_mem *mem, u32 device_id);
int rviommu_enumerate(const struct rviommu_tables *tables, u32 device_id,
		      struct ic_walk *walk);

#endif /* _IC_RISCV_TABLES_H */
