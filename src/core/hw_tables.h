/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tables in memory say that the IOMMUs themselves read.
 */
#ifndef IC_HW_TABLES_H
#define IC_HW_TABLES_H

#include <linux/types.h>

struct ic_group;

u32 ic_hw_path(struct ic_group *group);
ssize_t ic_hw_path_emit(u32 path, char *page);
ssize_t ic_hw_ram_show(struct ic_group *group, u32 access, char *page);

#endif /* IC_HW_TABLES_H */
