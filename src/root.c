// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/kernel/iommu_caps itself: its files and its folders, and the count of
 * objects whose release function is still to run.
 */
#include <linux/kobject.h>
#include <linux/sysfs.h>
#include <linux/wait.h>

#include "core.h"
#include "iommu_caps.h"

struct kobject *ic_root, *ic_groups_dir, *ic_units_dir, *ic_unprotected_dir;

/*
 * The kobjects of units and groups may be released late (an open file, the
 * kernel's own delayed release for debugging), but their code is in this
 * module: unloading waits until the last is gone.
 */
static atomic_t objects = ATOMIC_INIT(0);
static DECLARE_WAIT_QUEUE_HEAD(objects_gone);

/* Is the state known? Decided with ic_lock held, read by is_visible. */
static bool state_known;

void ic_object_get(void)
{
	atomic_inc(&objects);
}

void ic_object_put(void)
{
	if (atomic_dec_and_test(&objects))
		wake_up_all(&objects_gone);
}

static ssize_t abi_version_show(struct kobject *kobj,
				struct kobj_attribute *attr, char *page)
{
	return sysfs_emit(page, "%d\n", IOMMU_CAPS_ABI_VERSION);
}

static ssize_t state_show(struct kobject *kobj, struct kobj_attribute *attr,
			  char *page)
{
	const char *state;

	mutex_lock(&ic_lock);
	state = ic_model_state(page);
	mutex_unlock(&ic_lock);
	return state ? sysfs_emit(page, "%s\n", state) : -ENODATA;
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
	int claimed = ic_firmware_preboot();

	return claimed < 0 ? -ENODATA : sysfs_emit(page, "%d\n", claimed);
}

static ssize_t rescan_store(struct kobject *kobj, struct kobj_attribute *attr,
			    const char *buf, size_t count)
{
	int ret;

	if (!sysfs_streq(buf, "1"))
		return -EINVAL;
	ret = ic_rescan();
	return ret ? ret : count;
}

static struct kobj_attribute abi_version_attr = __ATTR_RO(abi_version);
static struct kobj_attribute state_attr = __ATTR_RO(state);
static struct kobj_attribute platform_attr = __ATTR_RO(platform);
static struct kobj_attribute firmware_attr = __ATTR_RO(firmware);
static struct kobj_attribute preboot_attr = __ATTR_RO(preboot_protection);
static struct kobj_attribute rescan_attr = __ATTR_WO(rescan);

static struct attribute *root_attrs[] = {
	&abi_version_attr.attr,
	&state_attr.attr,
	&platform_attr.attr,
	&firmware_attr.attr,
	&preboot_attr.attr,
	&rescan_attr.attr,
	NULL,
};

static umode_t root_attr_visible(struct kobject *kobj, struct attribute *attr,
				 int i)
{
	if (attr == &state_attr.attr && !state_known)
		return 0;
	if (attr == &platform_attr.attr && !ic_platform())
		return 0;
	if (attr == &preboot_attr.attr && ic_firmware_preboot() < 0)
		return 0;
	return attr->mode;
}

static const struct attribute_group root_attr_group = {
	.attrs = root_attrs,
	.is_visible = root_attr_visible,
};

static bool published;

/**
 * ic_root_refresh() - show or hide what has become known or unknown
 *
 * ic_lock is held.
 */
void ic_root_refresh(void)
{
	char *page = (char *)get_zeroed_page(GFP_KERNEL);
	bool known;

	if (!page)
		return;
	known = ic_model_state(page);
	free_page((unsigned long)page);
	if (known == state_known)
		return;
	state_known = known;
	if (published && sysfs_update_group(ic_root, &root_attr_group))
		pr_warn("cannot update the files of %s\n", IOMMU_CAPS_NAME);
}

/**
 * ic_root_publish() - add the files, last of all, when the tree is complete
 *
 * Return: 0 or -errno.
 */
int ic_root_publish(void)
{
	int ret;

	mutex_lock(&ic_lock);
	ic_root_refresh();
	ret = sysfs_create_group(ic_root, &root_attr_group);
	published = !ret;
	mutex_unlock(&ic_lock);
	return ret;
}

/**
 * ic_root_close() - remove the files
 *
 * Waits for a running rescan, so ic_lock may not be held.
 */
void ic_root_close(void)
{
	bool was;

	mutex_lock(&ic_lock);
	was = published;
	published = false;
	mutex_unlock(&ic_lock);
	if (was)
		sysfs_remove_group(ic_root, &root_attr_group);
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

/**
 * ic_root_exit() - remove the folders, and wait for all that was below
 */
void ic_root_exit(void)
{
	kobject_put(ic_unprotected_dir);
	kobject_put(ic_groups_dir);
	kobject_put(ic_units_dir);
	kobject_put(ic_root);
	wait_event(objects_gone, !atomic_read(&objects));
}
