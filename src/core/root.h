/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * /sys/kernel/iommu_caps itself, and the count of objects below it.
 */
#ifndef IC_ROOT_H
#define IC_ROOT_H

#include <linux/kobject.h>

extern struct kobject *ic_root, *ic_groups_dir, *ic_units_dir;
extern struct kobject *ic_unprotected_dir;

int ic_root_init(void);
void ic_root_close(void);
void ic_root_exit(void);
int ic_root_publish(void);
void ic_root_refresh(void);
void ic_object_get(void);
void ic_object_put(void);

#endif /* IC_ROOT_H */
