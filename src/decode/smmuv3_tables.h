/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Arm SMMUv3 translation tables in memory: architecture specification
 * (IHI 0070), chapters 3 and 5; page tables: Arm ARM (DDI 0487), VMSAv8-64.
 */
#ifndef _IC_SMMUV3_TABLES_H
#define _IC_SMMUV3_TABLES_H

#include "page_table.h"

/**
 * struct smmuv3_tables - what a unit's registers say of its tables
 * @enabled: CR0.SMMUEN
 * @gbpa: Global Bypass Attribute, which counts while not @enabled
 * @base: STRTAB_BASE, section 6.3.24
 * @base_cfg: STRTAB_BASE_CFG, section 6.3.25
 */
struct smmuv3_tables {
	bool enabled;
	u32 gbpa;
	u64 base;
	u32 base_cfg;
};

int smmuv3_classify(const struct smmuv3_tables *tables,
		    const struct ic_mem *mem, u32 sid);
int smmuv3_enumerate(const struct smmuv3_tables *tables, u32 sid,
		     struct ic_walk *walk);

#endif /* _IC_SMMUV3_TABLES_H */
