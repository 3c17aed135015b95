// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/kernel/iommu_caps itself: its files and its folders, and the count of
 * objects whose release function is still to run.
 */
#include <linux/kobject.h>
#include <linux/rcupdate.h>
#include <linux/sysfs.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "compat/compat.h"
#include "core/dma_path.h"
#include "core/facts.h"
#include "core/firmware.h"
#include "core/lock.h"
#include "core/model.h"
#include "core/platform.h"
#include "core/root.h"
#include "core/watch.h"
#include "iommu_caps.h"

struct kobject *ic_root, *ic_groups_dir, *ic_units_dir, *ic_unprotected_dir;

/*
 * The kobjects of units and groups may be released late (an open file, the
 * kernel's own delayed release for debugging), but their code is in this
 * module: unloading waits until the last is gone.
 */
static atomic_t objects = ATOMIC_INIT(0);
static DECLARE_WAIT_QUEUE_HEAD(objects_gone);

void ic_object_get(void)
{
	atomic_inc(&objects);
}

/* The code of a module is freed after a grace period: not under our feet. */
void ic_object_put(void)
{
	rcu_read_lock();
	if (atomic_dec_and_test(&objects))
		wake_up_all(&objects_gone);
	rcu_read_unlock();
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
	return ic_emit_fact(ic_firmware_preboot(), page);
}

static ssize_t dma_path_show(struct kobject *kobj, struct kobj_attribute *attr,
			     char *page)
{
	static const struct {
		int path;
		const char *token;
	} tokens[] = {
		{ IC_DMA_DIRECT, IOMMU_CAPS_DMA_DIRECT },
		{ IC_DMA_IOMMU, IOMMU_CAPS_DMA_IOMMU },
		{ IC_DMA_SWIOTLB_XEN, IOMMU_CAPS_DMA_SWIOTLB_XEN },
	};
	ssize_t len = 0;
	unsigned int i;
	int paths;

	mutex_lock(&ic_lock);
	paths = ic_model_dma_paths(page);
	mutex_unlock(&ic_lock);
	if (!paths)
		return -ENODATA;
	for (i = 0; i < ARRAY_SIZE(tokens); i++)
		if (paths & tokens[i].path)
			len += sysfs_emit_at(page, len, "%s%s", len ? " " : "",
					     tokens[i].token);
	return len + sysfs_emit_at(page, len, "\n");
}

static void refresh(struct work_struct *work);
static DECLARE_WORK(refresh_work, refresh);

static ssize_t rescan_store(struct kobject *kobj, struct kobj_attribute *attr,
			    const char *buf, size_t count)
{
	int ret;

	if (!sysfs_streq(buf, "1"))
		return -EINVAL;
	ret = ic_rescan();
	/* so that what has become known is there when the write returns */
	flush_work(&refresh_work);
	return ret ? ret : count;
}

static struct kobj_attribute abi_version_attr = __ATTR_RO(abi_version);
static struct kobj_attribute state_attr = __ATTR_RO(state);
static struct kobj_attribute platform_attr = __ATTR_RO(platform);
static struct kobj_attribute firmware_attr = __ATTR_RO(firmware);
static struct kobj_attribute preboot_attr = __ATTR_RO(preboot_protection);
static struct kobj_attribute dma_path_attr = __ATTR_RO(dma_path);
static struct kobj_attribute rescan_attr = __ATTR_WO(rescan);

static struct attribute *root_attrs[] = {
	&abi_version_attr.attr,
	&state_attr.attr,
	&platform_attr.attr,
	&firmware_attr.attr,
	&preboot_attr.attr,
	&dma_path_attr.attr,
	&rescan_attr.attr,
	NULL,
};

/* Files that come and go: bit i of @shown. */
static struct attribute *const volatile_attrs[] = {
	&state_attr.attr,
	&dma_path_attr.attr,
};

/*
 * What is there. Decided with ic_lock held when the files are made, and
 * written only by refresh() from then on.
 */
static unsigned long shown;
static unsigned long decided;	/* what @shown is to become; ic_lock */
static bool published;		/* ic_lock */

static unsigned long known_attrs(void)
{
	unsigned long known = 0;

	lockdep_assert_held(&ic_lock);
	if (ic_model_state_known())
		known |= BIT(0);
	if (ic_model_paths_known())
		known |= BIT(1);
	return known;
}

static umode_t root_attr_visible(struct kobject *kobj, struct attribute *attr,
				 int i)
{
	for (i = 0; i < (int)ARRAY_SIZE(volatile_attrs); i++)
		if (attr == volatile_attrs[i] && !(shown & BIT(i)))
			return 0;
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

/*
 * Removing a file waits for its readers, and those take ic_lock: it is done
 * without the lock, and never from a file's own function.
 */
static void refresh(struct work_struct *work)
{
	unsigned long known, changed;
	unsigned int i;

	mutex_lock(&ic_lock);
	known = published ? known_attrs() : shown;
	decided = known;
	mutex_unlock(&ic_lock);

	changed = known ^ shown;
	for_each_set_bit(i, &changed, ARRAY_SIZE(volatile_attrs)) {
		if (!(known & BIT(i)))
			sysfs_remove_file(ic_root, volatile_attrs[i]);
		else if (sysfs_create_file(ic_root, volatile_attrs[i]))
			continue;
		shown ^= BIT(i);
	}

	/* what failed is tried again when next something changes */
	if (known != shown) {
		mutex_lock(&ic_lock);
		decided = shown;
		mutex_unlock(&ic_lock);
	}
}

/**
 * ic_root_refresh() - show or hide, soon, what has become known or unknown
 *
 * ic_lock is held.
 */
void ic_root_refresh(void)
{
	if (published && known_attrs() != decided)
		schedule_work(&refresh_work);
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
	decided = known_attrs();
	shown = decided;
	ret = sysfs_create_group(ic_root, &root_attr_group);
	published = !ret;
	mutex_unlock(&ic_lock);
	return ret;
}

/**
 * ic_root_close() - remove the files
 *
 * Waits for a running rescan, so ic_lock may not be held. A refresh that is
 * asked for after this does nothing.
 */
void ic_root_close(void)
{
	bool was;

	mutex_lock(&ic_lock);
	was = published;
	published = false;
	mutex_unlock(&ic_lock);
	cancel_work_sync(&refresh_work);
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

/* Its name is free at once, whoever still holds it. */
static void remove_folder(struct kobject *kobj)
{
	kobject_del(kobj);
	kobject_put(kobj);
}

/**
 * ic_root_exit() - remove the folders, and wait for all that was below
 */
void ic_root_exit(void)
{
	cancel_work_sync(&refresh_work);
	remove_folder(ic_unprotected_dir);
	remove_folder(ic_groups_dir);
	remove_folder(ic_units_dir);
	remove_folder(ic_root);
	wait_event(objects_gone, !atomic_read(&objects));
}
