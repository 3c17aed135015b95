// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/kernel/iommu_caps itself: its folders, and the files whose values never
 * change.
 */
#include <linux/kobject.h>
#include <linux/sysfs.h>

#include "compat/compat.h"
#include "core/emit.h"
#include "core/firmware.h"
#include "core/objects.h"
#include "core/platform.h"
#include "core/root.h"
#include "iommu_caps.h"

struct kobject *ic_root, *ic_groups_dir, *ic_units_dir, *ic_unprotected_dir;

static ssize_t abi_version_show(struct kobject *kobj,
				struct kobj_attribute *attr, char *page)
{
	return sysfs_emit(page, "%d\n", IOMMU_CAPS_ABI_VERSION);
}

static ssize_t platform_show(struct kobject *kobj, struct kobj_attribute *attr,
			     char *page)
{
	return sysfs_emit(page, "%s\n", ic_platform());
}

static ssize_t firmware_show(struct kobject *kobj, struct kobj_attribute *attr,
			     char *page)
{
	return ic_firmware_tokens(page);
}

static ssize_t preboot_protection_show(struct kobject *kobj,
				       struct kobj_attribute *attr, char *page)
{
	return ic_emit_fact(ic_firmware_preboot(), page);
}

static struct kobj_attribute abi_version_attr = __ATTR_RO(abi_version);
static struct kobj_attribute platform_attr = __ATTR_RO(platform);
static struct kobj_attribute firmware_attr = __ATTR_RO(firmware);
static struct kobj_attribute preboot_attr = __ATTR_RO(preboot_protection);

static struct attribute *root_attrs[] = {
	&abi_version_attr.attr,
	&platform_attr.attr,
	&firmware_attr.attr,
	&preboot_attr.attr,
	NULL,
};

static umode_t root_attr_visible(struct kobject *kobj, struct attribute *attr,
				 int i)
{
	if (attr == &platform_attr.attr && !ic_platform())
		return 0;
	if (attr == &preboot_attr.attr && ic_firmware_preboot() == IC_UNKNOWN)
		return 0;
	return attr->mode;
}

static const struct attribute_group root_attr_group = {
	.attrs = root_attrs,
	.is_visible = root_attr_visible,
};

/**
 * ic_root_publish() - add the files, once the tree is complete
 *
 * Return: 0 or -errno.
 */
int ic_root_publish(void)
{
	return sysfs_create_group(ic_root, &root_attr_group);
}

/**
 * ic_root_init() - make the folders
 *
 * Return: 0 or -ENOMEM.
 */
int ic_root_init(void)
{
	ic_root = kobject_create_and_add(IOMMU_CAPS_NAME, kernel_kobj);
	if (!ic_root)
		return -ENOMEM;
	ic_units_dir = kobject_create_and_add(IOMMU_CAPS_DIR_UNITS, ic_root);
	ic_groups_dir = kobject_create_and_add(IOMMU_CAPS_DIR_GROUPS, ic_root);
	ic_unprotected_dir = kobject_create_and_add(IOMMU_CAPS_DIR_UNPROTECTED,
						    ic_root);
	if (!ic_units_dir || !ic_groups_dir || !ic_unprotected_dir) {
		ic_root_exit();
		return -ENOMEM;
	}
	return 0;
}

/* Unlink now; references may outlive this. */
static void remove_folder(struct kobject *kobj)
{
	kobject_del(kobj);
	kobject_put(kobj);
}

/**
 * ic_root_exit() - remove the folders and files, and wait until every object
 * that was below them is released
 */
void ic_root_exit(void)
{
	remove_folder(ic_unprotected_dir);
	remove_folder(ic_groups_dir);
	remove_folder(ic_units_dir);
	remove_folder(ic_root);
	ic_objects_wait();
}
