/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reading the kernel's own sysfs from inside the kernel.
 */
#ifndef IC_SYSFS_READ_H
#define IC_SYSFS_READ_H

#include <linux/device.h>
#include <linux/kernfs.h>
#include <linux/sysfs.h>

struct kernfs_node *ic_link_target(struct device *dev, const char *link);
struct kobject *ic_kobj_child(struct kobject *kobj, const char *dir,
			      const char *name);
const struct attribute *ic_kobj_attr(struct kobject *kobj, const char *dir,
				     const char *name);
ssize_t ic_attr_read(struct kobject *kobj, const struct attribute *attr,
		     char *page);
ssize_t ic_device_attr_read(struct device *dev, const char *dir,
			    const char *name, char *page);
bool ic_kobj_has(struct kobject *kobj, const char *name);

#endif /* IC_SYSFS_READ_H */
