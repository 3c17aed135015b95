/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * /sys/kernel/iommu_caps itself: its folders, and the files that never change.
 */
#ifndef IC_ROOT_H
#define IC_ROOT_H

#include <linux/kobject.h>

extern struct kobject *ic_root, *ic_groups_dir, *ic_units_dir;
extern struct kobject *ic_unprotected_dir;

int ic_root_init(void);
int ic_root_publish(void);
void ic_root_exit(void);

#endif /* IC_ROOT_H */
