// SPDX-License-Identifier: GPL-2.0-only
/*
 * The model: which devices are in which groups, behind which units.
 *
 * ic_device_sync() brings what we publish about one device into accord with
 * what the kernel says of it now; everything else (load, rescan, hotplug, a
 * late IOMMU driver) is made of calls to it, so it may be called at any time
 * and any number of times.
 */
#include <linux/hashtable.h>
#include <linux/iommu.h>
#include <linux/of.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/xarray.h>

#include "compat/compat.h"
#include "core/dma_path.h"
#include "core/facts.h"
#include "core/firmware.h"
#include "core/group.h"
#include "core/lock.h"
#include "core/log.h"
#include "core/model.h"
#include "core/platform.h"
#include "core/root.h"
#include "core/sysfs_read.h"
#include "core/unit.h"
#include "core/watch.h"
#include "iommu_caps.h"

#define PCI_CLASS_SYSTEM_IOMMU		0x0806

DEFINE_MUTEX(ic_lock);		/* every change of the model */
DECLARE_RWSEM(ic_model_sem);	/* the pointers that show functions follow */

static DEFINE_HASHTABLE(devices, 10);
static DEFINE_XARRAY(groups);	/* struct ic_group by id */
static LIST_HEAD(pending);	/* devices that are owed a change event */
static LIST_HEAD(awaited);	/* devices whose lock is to be waited for */
static char *scratch;		/* a page for values; ic_lock */
static bool closed;		/* being unloaded: nothing enters any more */

/* Devices whose DMA takes a known way, and an unknown one; ic_lock */
static unsigned int paths_known, paths_unknown;

/* Devices that are leaving; also looked at where nothing may sleep. */
static LIST_HEAD(leaving);
static DEFINE_SPINLOCK(leaving_lock);

static struct ic_dev *find_dev(struct device *dev)
{
	struct ic_dev *d;

	hash_for_each_possible(devices, d, hash, (unsigned long)dev)
		if (d->dev == dev)
			return d;
	return NULL;
}

static struct ic_dev *alloc_dev(struct device *dev, gfp_t gfp)
{
	struct ic_dev *d = kzalloc(sizeof(*d), gfp);

	if (!d)
		return NULL;
	INIT_LIST_HEAD(&d->member);
	INIT_LIST_HEAD(&d->pending);
	INIT_LIST_HEAD(&d->awaited);
	d->dev = get_device(dev);
	hash_add(devices, &d->hash, (unsigned long)dev);
	return d;
}

static void set_path(struct ic_dev *d, int path)
{
	paths_known += (path > 0) - (d->path > 0);
	paths_unknown += (path < 0) - (d->path < 0);
	d->path = path;
}

static void look_at_path(struct ic_dev *d)
{
	set_path(d, ic_dma_path(d->dev, d->group, scratch));
}

static void set_leaving(struct ic_dev *d)
{
	unsigned long flags;

	spin_lock_irqsave(&leaving_lock, flags);
	list_move(&d->pending, &leaving);
	spin_unlock_irqrestore(&leaving_lock, flags);
	d->leaving = true;
}

static void free_dev(struct ic_dev *d)
{
	unsigned long flags;

	set_path(d, 0);
	list_del(&d->awaited);
	spin_lock_irqsave(&leaving_lock, flags);
	list_del(&d->pending);
	spin_unlock_irqrestore(&leaving_lock, flags);
	hash_del(&d->hash);
	put_device(d->dev);
	kfree(d);
}

static void owe_change(struct ic_dev *d)
{
	if (list_empty(&d->pending))
		list_add_tail(&d->pending, &pending);
}

/*
 * udev expects `add` first and nothing after `remove`. A device whose add
 * event is still to come will be seen with its new values anyway.
 */
static void send_change(struct device *dev)
{
	if (dev->kobj.state_add_uevent_sent &&
	    !dev->kobj.state_remove_uevent_sent)
		kobject_uevent(&dev->kobj, KOBJ_CHANGE);
}

/**
 * ic_model_announce() - send the change events that are owed
 */
void ic_model_announce(void)
{
	struct ic_dev *d, *next;

	list_for_each_entry_safe(d, next, &pending, pending) {
		list_del_init(&d->pending);
		send_change(d->dev);
	}
}

/* Host bridges and the IOMMU's own function do no DMA that matters. */
static bool is_no_hole(struct pci_dev *pdev)
{
	return pdev->class >> 8 == PCI_CLASS_BRIDGE_HOST ||
	       pdev->class >> 8 == PCI_CLASS_SYSTEM_IOMMU ||
	       (pdev->vendor == PCI_VENDOR_ID_REDHAT_QUMRANET &&
		pdev->device == IC_PCI_DEVICE_VIRTIO_IOMMU);
}

/*
 * Some kernels group a function only when a driver binds to it. Until then
 * the unit in front of it decides; a function with no unit in front is open.
 */
static bool is_let_through(struct pci_dev *pdev)
{
	enum ic_tristate passes;
	struct device_node *np;
	bool described;
	unsigned int i;

	for (i = 0; ic_vendors[i]; i++)
		if (ic_vendors[i]->unattached &&
		    ic_vendors[i]->unattached(pdev, &passes))
			return passes == IC_YES;
	np = ic_of_iommu(pdev);
	if (!np)
		return true;
	/* Described and not driven, or else an IOMMU that we do not know */
	described = ic_unit_by_node(NULL, np);
	of_node_put(np);
	return described;
}

static bool is_hole(struct device *dev)
{
	return dev_is_pci(dev) && !is_no_hole(to_pci_dev(dev)) &&
	       is_let_through(to_pci_dev(dev));
}

/*
 * The kernel's group of a device and its kobject, with references. VFIO's
 * no-IOMMU mode makes a group up that nothing protects: that is none.
 */
static struct iommu_group *real_group(struct device *dev,
				      struct kobject **ikobj)
{
	struct iommu_group *igroup = iommu_group_get(dev);
	ssize_t len;

	if (!igroup)
		return NULL;
	*ikobj = ic_link_target(dev, IOMMU_CAPS_LINK_IOMMU_GROUP);
	if (!*ikobj)
		goto none;
	len = ic_attr_read(*ikobj, ic_kobj_attr(*ikobj, NULL, "name"),
			   scratch);
	if (len > 0 && !strcmp(scratch, "vfio-noiommu"))
		goto none;
	return igroup;
none:
	kobject_put(*ikobj);
	iommu_group_put(igroup);
	return NULL;
}

static struct ic_unit *unit_of(struct device *dev)
{
	struct kobject *kobj = ic_link_target(dev, IOMMU_CAPS_LINK_IOMMU);
	struct ic_unit *unit;

	if (!kobj)
		return NULL;
	unit = ic_unit_find(kobj_to_dev(kobj));
	kobject_put(kobj);
	return unit;
}

/* Does a unit serve a member of the group, apart from one device? */
static bool unit_serves(struct ic_unit *unit, struct ic_group *group,
			struct ic_dev *but)
{
	struct ic_dev *d;

	list_for_each_entry(d, &group->members, member)
		if (d != but && d->unit == unit)
			return true;
	return false;
}

static int link_unit(struct ic_unit *unit, struct ic_group *group)
{
	int ret;

	ret = sysfs_add_link_to_group(&group->kobj, IOMMU_CAPS_DIR_UNITS,
				      &unit->kobj, kobject_name(&unit->kobj));
	if (ret)
		return ret;
	ret = sysfs_add_link_to_group(&unit->kobj, IOMMU_CAPS_DIR_GROUPS,
				      &group->kobj,
				      kobject_name(&group->kobj));
	if (ret)
		sysfs_remove_link_from_group(&group->kobj,
					     IOMMU_CAPS_DIR_UNITS,
					     kobject_name(&unit->kobj));
	return ret;
}

static void unlink_unit(struct ic_unit *unit, struct ic_group *group)
{
	sysfs_remove_link_from_group(&unit->kobj, IOMMU_CAPS_DIR_GROUPS,
				     kobject_name(&group->kobj));
	sysfs_remove_link_from_group(&group->kobj, IOMMU_CAPS_DIR_UNITS,
				     kobject_name(&unit->kobj));
}

static void set_member(struct ic_dev *d, struct ic_group *group,
		       struct ic_unit *unit)
{
	down_write(&ic_model_sem);
	(group ?: d->group)->regions = 0;
	d->group = group;
	d->unit = unit;
	if (group)
		list_add_tail(&d->member, &group->members);
	else
		list_del_init(&d->member);
	up_write(&ic_model_sem);
}

static void announce_group(struct ic_group *group)
{
	struct ic_dev *d;

	list_for_each_entry(d, &group->members, member)
		owe_change(d);
}

static void drop_group(struct ic_group *group)
{
	xa_erase(&groups, group->id);
	ic_group_destroy(group);
}

/* Undo join_group(), or leave the list of holes. */
static void leave_group(struct ic_dev *d)
{
	struct ic_group *group = d->group;
	struct ic_unit *unit = d->unit;

	if (!group) {
		sysfs_remove_link(ic_unprotected_dir, dev_name(d->dev));
		return;
	}
	sysfs_remove_link(&d->dev->kobj, IOMMU_CAPS_NAME);
	sysfs_remove_link_from_group(&group->kobj, IOMMU_CAPS_DIR_DEVICES,
				     dev_name(d->dev));
	set_member(d, NULL, NULL);
	if (unit && !unit_serves(unit, group, NULL))
		unlink_unit(unit, group);
	if (list_empty(&group->members))
		drop_group(group);
	else if (ic_group_update(group, scratch))
		announce_group(group);
}

static int join_unprotected(struct ic_dev *d)
{
	return sysfs_create_link(ic_unprotected_dir, &d->dev->kobj,
				 dev_name(d->dev));
}

/*
 * Put a device into a group that may be new. The group is complete, values
 * and all, before the device's link makes it reachable from there.
 */
static int join_group(struct ic_dev *d, struct ic_group *group, bool is_new)
{
	struct ic_unit *unit = unit_of(d->dev);
	bool first = unit && !unit_serves(unit, group, NULL);
	int ret;

	set_member(d, group, unit);
	if (is_new) {
		ic_group_update(group, scratch);
		ret = ic_group_publish(group);
		if (ret)
			goto err_member;
	} else if (ic_group_update(group, scratch)) {
		announce_group(group);
	}
	if (first) {
		ret = link_unit(unit, group);
		if (ret)
			goto err_member;
	}
	ret = sysfs_add_link_to_group(&group->kobj, IOMMU_CAPS_DIR_DEVICES,
				      &d->dev->kobj, dev_name(d->dev));
	if (ret)
		goto err_unit;
	ret = sysfs_create_link(&d->dev->kobj, &group->kobj, IOMMU_CAPS_NAME);
	if (ret)
		goto err_device;
	return 0;

err_device:
	sysfs_remove_link_from_group(&group->kobj, IOMMU_CAPS_DIR_DEVICES,
				     dev_name(d->dev));
err_unit:
	if (first)
		unlink_unit(unit, group);
err_member:
	set_member(d, NULL, NULL);
	return ret;
}

/* Enter a device that is not in the model; takes over both references. */
static int enter(struct device *dev, struct iommu_group *igroup,
		 struct kobject *ikobj)
{
	struct ic_group *group = NULL;
	bool is_new = false;
	struct ic_dev *d;
	int ret = -ENOMEM;

	d = alloc_dev(dev, GFP_KERNEL);
	if (!d)
		goto err_refs;

	if (!igroup) {
		ret = join_unprotected(d);
		if (ret)
			goto err_dev;
		look_at_path(d);
		owe_change(d);
		return 0;
	}

	group = xa_load(&groups, iommu_group_id(igroup));
	if (group) {
		kobject_put(ikobj);
		iommu_group_put(igroup);
	} else {
		group = ic_group_create(igroup, ikobj);
		if (!group)
			goto err_dev;
		ret = xa_insert(&groups, group->id, group, GFP_KERNEL);
		if (ret) {
			ic_group_destroy(group);
			free_dev(d);
			return ret;
		}
		is_new = true;
	}
	ret = join_group(d, group, is_new);
	if (ret) {
		if (is_new)
			drop_group(group);
		free_dev(d);
		return ret;
	}
	look_at_path(d);
	owe_change(d);
	return 0;

err_dev:
	free_dev(d);
err_refs:
	if (igroup) {
		kobject_put(ikobj);
		iommu_group_put(igroup);
	}
	return ret;
}

/*
 * Did the device change groups, did its unit only now become known, or is it
 * a hole no more, since a unit that blocks it has got its driver? The kernel's
 * link, not dev->iommu_group, is what has changed whenever a tracepoint fires.
 */
static bool is_outdated(struct ic_dev *d)
{
	struct kobject *ikobj = ic_link_target(d->dev,
					       IOMMU_CAPS_LINK_IOMMU_GROUP);
	bool moved = ikobj != (d->group ? d->group->ikobj : NULL);

	kobject_put(ikobj);
	return moved ||
	       (d->group ? !d->unit && unit_of(d->dev) : !is_hole(d->dev));
}

/**
 * ic_device_sync() - bring one device into accord with the kernel
 * @dev: the device
 *
 * Return: 0 or -errno; on error the device is not in the model.
 */
int ic_device_sync(struct device *dev)
{
	struct ic_dev *d = find_dev(dev);
	struct iommu_group *igroup;
	struct kobject *ikobj = NULL;

	lockdep_assert_held(&ic_lock);
	if (closed)
		return 0;
	if (d && (d->leaving || !is_outdated(d)))
		return 0;
	if (!d && !dev->iommu_group && !is_hole(dev))
		return 0;

	igroup = real_group(dev, &ikobj);
	if (d) {
		/* a hole stays one when a made-up group comes or goes */
		if (!igroup && !d->group && is_hole(dev))
			return 0;
		leave_group(d);
		free_dev(d);
		if (!igroup && !is_hole(dev)) {
			send_change(dev);
			return 0;
		}
	}
	if (!igroup && !is_hole(dev))
		return 0;
	return enter(dev, igroup, ikobj);
}

/**
 * ic_device_leaving() - a device is about to be removed
 * @dev: the device, still in its group and in sysfs
 *
 * Until ic_device_removed() it is still on its bus, where a walk could find
 * it again; remember that it must not come back. The mark may not fail, and
 * an allocation this small does not.
 */
void ic_device_leaving(struct device *dev)
{
	struct ic_dev *d = find_dev(dev);

	if (closed)
		return;
	if (d)
		leave_group(d);
	else
		d = alloc_dev(dev, GFP_KERNEL | __GFP_NOFAIL);
	d->group = NULL;
	set_path(d, 0);
	set_leaving(d);
}

/**
 * ic_device_is_leaving() - is a device between its DEL and REMOVED events?
 * @dev: the device
 *
 * May be called anywhere.
 */
bool ic_device_is_leaving(struct device *dev)
{
	unsigned long flags;
	bool found = false;
	struct ic_dev *d;

	spin_lock_irqsave(&leaving_lock, flags);
	list_for_each_entry(d, &leaving, pending)
		if (d->dev == dev) {
			found = true;
			break;
		}
	spin_unlock_irqrestore(&leaving_lock, flags);
	return found;
}

/**
 * ic_device_await() - remember a device whose lock is to be waited for
 * @dev: the device
 */
void ic_device_await(struct device *dev)
{
	struct ic_dev *d = find_dev(dev);

	if (d && list_empty(&d->awaited))
		list_add_tail(&d->awaited, &awaited);
}

/**
 * ic_device_awaited() - take the next such device
 *
 * Return: the device with a reference, or NULL.
 */
struct device *ic_device_awaited(void)
{
	struct ic_dev *d = list_first_entry_or_null(&awaited, struct ic_dev,
						    awaited);

	if (!d)
		return NULL;
	list_del_init(&d->awaited);
	return get_device(d->dev);
}

/**
 * ic_device_removed() - a device has been removed
 * @dev: the device
 */
void ic_device_removed(struct device *dev)
{
	struct ic_dev *d = find_dev(dev);

	if (d && d->leaving)
		free_dev(d);
}

/**
 * ic_model_forget_unit() - a unit is about to go; no device may point to it
 * @unit: the unit
 */
void ic_model_forget_unit(struct ic_unit *unit)
{
	struct ic_group *group;
	unsigned long id;
	struct ic_dev *d;

	xa_for_each(&groups, id, group) {
		if (!unit_serves(unit, group, NULL))
			continue;
		unlink_unit(unit, group);
		down_write(&ic_model_sem);
		list_for_each_entry(d, &group->members, member)
			if (d->unit == unit)
				d->unit = NULL;
		up_write(&ic_model_sem);
	}
}

/**
 * ic_model_walk() - bring units and the membership of groups into accord
 * with the machine
 *
 * Return: 0 or -errno; what could be published is.
 */
int ic_model_walk(void)
{
	int ret;

	lockdep_assert_held(&ic_lock);
	if (closed)
		return 0;
	ret = ic_units_sync();
	if (!ret)
		ret = ic_sync_devices();
	ic_model_announce();
	return ret;
}

static void refresh_group(struct ic_group *group)
{
	struct ic_dev *d;

	list_for_each_entry(d, &group->members, member)
		look_at_path(d);
	if (ic_group_update(group, scratch))
		announce_group(group);
}

/**
 * ic_model_refresh() - look again at groups whose values may have changed
 * @ids: bit per group id, or NULL for all groups
 * @nbits: number of bits; groups beyond it are looked at, too
 */
void ic_model_refresh(const unsigned long *ids, unsigned int nbits)
{
	struct ic_group *group;
	unsigned long id;
	struct ic_dev *d;
	unsigned int bit;
	int i;

	lockdep_assert_held(&ic_lock);
	if (ids) {
		for_each_set_bit(bit, ids, nbits) {
			group = xa_load(&groups, bit);
			if (group)
				refresh_group(group);
		}
	} else {
		hash_for_each(devices, i, d, hash)
			if (!d->group && !d->leaving)
				look_at_path(d);
	}
	xa_for_each_start(&groups, id, group, ids ? nbits : 0)
		refresh_group(group);
	ic_model_announce();
}

/**
 * ic_model_state_known() - is there a value of `state`?
 */
bool ic_model_state_known(void)
{
	lockdep_assert_held(&ic_lock);
	return !ic_groups_unknown() || ic_model_state(scratch);
}

/**
 * ic_model_paths_known() - is there a value of `dma_path`?
 */
bool ic_model_paths_known(void)
{
	lockdep_assert_held(&ic_lock);
	return paths_known && !paths_unknown;
}

/**
 * ic_model_state() - the one-word answer about DMA
 * @page: scratch page
 *
 * Return: a word of `state`, or NULL when it cannot be known.
 */
const char *ic_model_state(char *page)
{
	unsigned int driven, described, on = 0, off = 0, unknown = 0;
	struct ic_group *group;
	enum ic_tristate translated;
	unsigned long id;
	int i;
	struct ic_dev *d;

	lockdep_assert_held(&ic_lock);
	if (ic_platform_hypervisor_owns())
		return IOMMU_CAPS_STATE_HYPERVISOR;

	ic_unit_count(&driven, &described);
	if (!driven && xa_empty(&groups))
		return described ? IOMMU_CAPS_STATE_DISABLED :
				   IOMMU_CAPS_STATE_NONE;

	xa_for_each(&groups, id, group) {
		if (ic_fact_dma_remap(group, page, &translated) ||
		    translated == IC_UNKNOWN)
			unknown++;
		else if (translated == IC_YES)
			on++;
		else
			off++;
	}
	hash_for_each(devices, i, d, hash)
		if (!d->group && !d->leaving)
			off++;

	if (on && off)
		return IOMMU_CAPS_STATE_PARTIAL;
	if (unknown)
		return NULL;
	return on ? IOMMU_CAPS_STATE_FULL : IOMMU_CAPS_STATE_PASSTHROUGH;
}

/**
 * ic_model_dma_paths() - the ways that DMA of the machine's devices takes
 * @page: scratch page
 *
 * Return: IC_DMA_* of all devices together; 0 when there is no device to
 * tell it from, or one of which it cannot be told.
 */
int ic_model_dma_paths(char *page)
{
	int paths = 0, one, i;
	struct ic_dev *d;

	lockdep_assert_held(&ic_lock);
	hash_for_each(devices, i, d, hash) {
		if (d->leaving)
			continue;
		one = ic_dma_path(d->dev, d->group, page);
		if (one < 0)
			return 0;
		paths |= one;
	}
	return paths;
}

/**
 * ic_model_count() - number of groups
 */
unsigned int ic_model_count(void)
{
	struct ic_group *group;
	unsigned int n = 0;
	unsigned long id;

	xa_for_each(&groups, id, group)
		n++;
	return n;
}

/**
 * ic_model_init() - before the first walk
 *
 * Return: 0 or -ENOMEM.
 */
int ic_model_init(void)
{
	scratch = (char *)get_zeroed_page(GFP_KERNEL);
	return scratch ? 0 : -ENOMEM;
}

/**
 * ic_model_close() - remove all devices and groups, and take in no new ones
 *
 * Bus events still have to arrive: a device that is removed meanwhile takes
 * its folder with it, and with that our link. Each device is told that its
 * link is gone.
 */
void ic_model_close(void)
{
	struct hlist_node *next;
	struct ic_dev *d;
	int i;

	mutex_lock(&ic_lock);
	closed = true;
	hash_for_each_safe(devices, i, next, d, hash) {
		if (d->leaving)
			continue;
		leave_group(d);
		list_del_init(&d->pending);
		send_change(d->dev);
		free_dev(d);
	}
	ic_units_exit();
	mutex_unlock(&ic_lock);
}

/**
 * ic_model_exit() - forget the devices that were leaving; no event arrives
 * any more
 */
void ic_model_exit(void)
{
	struct hlist_node *next;
	struct ic_dev *d;
	int i;

	hash_for_each_safe(devices, i, next, d, hash)
		free_dev(d);
	free_page((unsigned long)scratch);
}
