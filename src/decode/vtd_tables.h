/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Intel VT-d translation tables in memory: specification rev 4.1, sections
 * 3.4 to 3.8 and 9.
 */
#ifndef _IC_VTD_TABLES_H
#define _IC_VTD_TABLES_H

#include "page_table.h"

/**
 * struct vtd_tables - what a unit's registers say of its tables
 * @rtaddr: Root Table Address Register, section 11.4.5
 * @cap: Capability Register, section 11.4.2
 */
struct vtd_tables {
	u64 rtaddr;
	u64 cap;
};

int vtd_classify(const struct vtd_tables *tables, const struct ic_mem *mem,
		 u16 rid);
int vtd_enumerate(const struct vtd_tables *tables, u16 rid,
		  struct ic_walk *walk);

#endif /* _IC_VTD_TABLES_H */
