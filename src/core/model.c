// SPDX-License-Identifier: GPL-2.0-only
/*
 * The model: which devices are in which groups, behind which units.
 *
 * ic_device_sync() brings what we publish about one device into accord with
 * what the kernel says of it now; load, rescan, hotplug and a late IOMMU driver
 * are all made of calls to it, so it may be called at any time and any number
 * of times.
 *
 * Two things need the lock of a device, which may only be tried here: sending
 * a change event (dev_uevent() of some kernels reads dev->driver, which a
 * driver's unbind clears), and looking at values of which the kernel notifies
 * before they change, with that lock held. They are deferred until the lock is
 * free. The caller runs ic_model_run_deferred() after each change, and again
 * later as long as it says so.
 */
#include <linux/hashtable.h>
#include <linux/iommu.h>
#include <linux/slab.h>

#include "compat/compat.h"
#include "core/acs.h"
#include "core/buses.h"
#include "core/dma_path.h"
#include "core/group.h"
#include "core/lock.h"
#include "core/log.h"
#include "core/model.h"
#include "core/root.h"
#include "core/state.h"
#include "core/sysfs_read.h"
#include "core/unit.h"
#include "core/unprotected.h"
#include "iommu_caps.h"

/* How often in a row the values of a group are tried in vain */
#define MAX_FAILURES	5

static DEFINE_HASHTABLE(devices, 10);	/* struct ic_dev.hash; ic_lock */
static LIST_HEAD(deferred);	/* struct ic_dev.node; ic_lock */
static char *scratch;		/* a page for values; ic_lock */
static bool some_failed;	/* groups with @failures to look at; ic_lock */
static bool closed;		/* being unloaded: nothing enters; ic_lock */

/*
 * Devices that are leaving: struct ic_dev.node. Written with ic_lock held, too;
 * read in tracepoint handlers, which may not sleep: on PREEMPT_RT, only a raw
 * spinlock does not.
 */
static LIST_HEAD(leaving);
static DEFINE_RAW_SPINLOCK(leaving_lock);

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
	INIT_LIST_HEAD(&d->node);
	d->dev = get_device(dev);
	hash_add(devices, &d->hash, (unsigned long)dev);
	return d;
}

static void free_dev(struct ic_dev *d)
{
	unsigned long flags;

	ic_state_set_path(d, 0);
	raw_spin_lock_irqsave(&leaving_lock, flags);
	list_del(&d->node);
	raw_spin_unlock_irqrestore(&leaving_lock, flags);
	hash_del(&d->hash);
	put_device(d->dev);
	kfree(d);
}

static void set_leaving(struct ic_dev *d)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&leaving_lock, flags);
	list_move(&d->node, &leaving);
	raw_spin_unlock_irqrestore(&leaving_lock, flags);
	d->deferred = 0;
	d->leaving = true;
}

/* Is the device in a group, or listed as unprotected? */
static bool is_placed(struct ic_dev *d)
{
	return !list_empty(&d->member);
}

static void free_if_unused(struct ic_dev *d)
{
	if (!is_placed(d) && !d->deferred && !d->leaving)
		free_dev(d);
}

static void defer(struct ic_dev *d, u8 what)
{
	if (!d->deferred)
		list_add_tail(&d->node, &deferred);
	d->deferred |= what;
}

/* Nothing in @what is to be done any more. */
static void undefer(struct ic_dev *d, u8 what)
{
	d->deferred &= ~what;
	if (!d->deferred)
		list_del_init(&d->node);
}

/*
 * udev expects `add` first. A device whose add event is still to come will be
 * seen with its new values anyway.
 */
static void queue_change_uevent(struct ic_dev *d)
{
	if (d->dev->kobj.state_add_uevent_sent)
		defer(d, IC_DEFERRED_UEVENT);
}

static void queue_group_uevents(struct ic_group *group)
{
	struct ic_dev *d;

	for_each_member(d, group)
		queue_change_uevent(d);
}

/*
 * The device's lock is held, so that no driver unbinds, and ic_lock, for which
 * the DEL and REMOVED events wait: the `remove` event comes after this one.
 */
static void send_change_uevent(struct ic_dev *d)
{
	lockdep_assert_held(&ic_lock);
	device_lock_assert(d->dev);
	undefer(d, IC_DEFERRED_UEVENT);
	kobject_uevent(&d->dev->kobj, KOBJ_CHANGE);
}

static void refresh_path(struct ic_dev *d)
{
	ic_state_set_path(d, ic_dma_path(d->dev, d->group, scratch));
}

/* Refresh the values of a group, and tell its devices of a change. */
static void refresh_values(struct ic_group *group)
{
	int ret = ic_group_refresh(group, scratch);

	if (ret > 0)
		queue_group_uevents(group);
	if (ret >= 0) {
		group->failures = 0;
	} else if (group->failures < MAX_FAILURES) {
		group->failures++;
		some_failed = true;
	}
}

static void refresh_group(struct ic_group *group)
{
	struct ic_dev *d;

	for_each_member(d, group)
		refresh_path(d);
	refresh_values(group);
}

/*
 * The kernel's group of a device and its kobject, with references. VFIO's
 * no-IOMMU mode makes a group up that protects nothing: that counts as none.
 *
 * The kobject is found by the group's number. The reference on the group keeps
 * its folder, and the number is no other group's until that folder is gone.
 */
static struct iommu_group *get_group(struct device *dev, struct kobject **ikobj)
{
	struct iommu_group *igroup = iommu_group_get(dev);
	char id[12];
	ssize_t len;

	if (!igroup)
		return NULL;
	snprintf(id, sizeof(id), "%d", iommu_group_id(igroup));
	*ikobj = ic_kobj_child(kernel_kobj, "iommu_groups", id);
	if (!*ikobj)
		goto none;
	len = ic_attr_read(*ikobj, ic_kobj_attr(*ikobj, NULL, "name"),
			   scratch);
	if (len > 0 && !strcmp(scratch, "vfio-noiommu"))
		goto none;
	return igroup;
none:
	kobject_put(*ikobj);
	*ikobj = NULL;
	iommu_group_put(igroup);
	return NULL;
}

/* Does a unit serve a member of the group? */
static bool unit_serves(struct ic_unit *unit, struct ic_group *group)
{
	struct ic_dev *d;

	for_each_member(d, group)
		if (d->unit == unit)
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
	(group ?: d->group)->geometry.end = 0;
	(group ?: d->group)->reserved = 0;
	d->group = group;
	d->unit = unit;
	if (group)
		list_add_tail(&d->member, &group->members);
	else
		list_del_init(&d->member);
	up_write(&ic_model_sem);
}

/* Undo place(). */
static void displace(struct ic_dev *d)
{
	struct ic_group *group = d->group;
	struct ic_unit *unit = d->unit;

	ic_state_set_path(d, 0);
	if (!group) {
		ic_unprotected_remove(d);
		return;
	}
	sysfs_remove_link(&d->dev->kobj, IOMMU_CAPS_NAME);
	sysfs_remove_link_from_group(&group->kobj, IOMMU_CAPS_DIR_DEVICES,
				     dev_name(d->dev));
	set_member(d, NULL, NULL);
	if (unit && !unit_serves(unit, group))
		unlink_unit(unit, group);
	if (list_empty(&group->members))
		ic_group_destroy(group);
	else
		refresh_values(group);
}

/*
 * Put a device into a group that may be new. The group is complete, values
 * and all, before the device's link makes it reachable from there.
 */
static int join_group(struct ic_dev *d, struct ic_group *group, bool is_new)
{
	struct ic_unit *unit = ic_unit_of(d->dev);
	bool first = unit && !unit_serves(unit, group);
	int ret;

	set_member(d, group, unit);
	refresh_values(group);
	if (is_new) {
		ret = ic_group_publish(group);
		if (ret)
			goto err_member;
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

/* Takes over the references on the group and on its kobject. */
static int enter_group(struct ic_dev *d, struct iommu_group *igroup,
		       struct kobject *ikobj)
{
	struct ic_group *group = ic_group_find(iommu_group_id(igroup));
	bool is_new = !group;
	int ret;

	if (is_new)
		group = ic_group_create(igroup, ikobj);
	if (!is_new || !group) {
		kobject_put(ikobj);
		iommu_group_put(igroup);
	}
	if (!group)
		return -ENOMEM;
	ret = join_group(d, group, is_new);
	if (ret && is_new)
		ic_group_destroy(group);
	return ret;
}

/*
 * Put a device into its group, or without one among the unprotected; takes
 * over both references.
 */
static int place(struct ic_dev *d, struct iommu_group *igroup,
		 struct kobject *ikobj)
{
	int ret;

	ret = igroup ? enter_group(d, igroup, ikobj) : ic_unprotected_add(d);
	if (ret)
		return ret;
	refresh_path(d);
	queue_change_uevent(d);
	return 0;
}

/* Does the kernel's link say that the device is in another group now? */
static bool changed_groups(struct ic_dev *d)
{
	struct kernfs_node *now = ic_link_target(d->dev,
						 IOMMU_CAPS_LINK_IOMMU_GROUP);
	bool changed = now != (d->group ? d->group->ikobj->sd : NULL);

	kernfs_put(now);
	return changed;
}

/*
 * Did the device change groups, did its unit only now become known, or is it
 * unprotected no more, since the unit in front of it has got its driver? The
 * link, not dev->iommu_group, is what has changed whenever a tracepoint fires.
 */
static bool is_outdated(struct ic_dev *d)
{
	if (changed_groups(d))
		return true;
	return d->group ? !d->unit && ic_unit_of(d->dev) :
			  !ic_is_unprotected(d->dev);
}

/* Does the model have nothing to change about a device? */
static bool is_in_accord(struct device *dev, struct ic_dev *d)
{
	if (d && is_placed(d))
		return !is_outdated(d);
	return !dev->iommu_group && !ic_is_unprotected(dev);
}

/**
 * ic_device_sync() - bring one device into accord with the kernel
 * @dev: the device
 *
 * Return: 0 or -errno; on error the device is in no group of ours.
 */
int ic_device_sync(struct device *dev)
{
	struct ic_dev *d = find_dev(dev);
	struct kobject *ikobj = NULL;
	struct iommu_group *igroup;
	bool unprotected;
	int acs, ret = 0;

	lockdep_assert_held(&ic_lock);
	if (closed || (d && d->leaving))
		return 0;
	acs = ic_acs_sync_device(dev);
	if (is_in_accord(dev, d))
		return acs;

	igroup = get_group(dev, &ikobj);
	unprotected = !igroup && ic_is_unprotected(dev);
	if (d && is_placed(d)) {
		/* a made-up group that comes or goes changes nothing */
		if (unprotected && !d->group)
			return acs;
		displace(d);
		queue_change_uevent(d);
	}
	if (igroup || unprotected) {
		d = d ?: alloc_dev(dev, GFP_KERNEL);
		if (!d) {
			kobject_put(ikobj);
			iommu_group_put(igroup);
			return -ENOMEM;
		}
		ret = place(d, igroup, ikobj);
	}
	if (d)
		free_if_unused(d);
	return ret ?: acs;
}

/**
 * ic_device_leaving() - a device is about to be removed
 * @dev: the device, still in its group and in sysfs
 *
 * Until ic_device_removed() it is still on its bus, where ic_model_sync() could
 * find it again; remember that it must not enter.
 */
void ic_device_leaving(struct device *dev)
{
	struct ic_dev *d = find_dev(dev);

	ic_acs_remove_device(dev);
	if (closed) {
		if (d && !d->leaving)
			free_dev(d);
		return;
	}
	/* __GFP_NOFAIL: losing this mark would re-add the device. */
	if (!d)
		d = alloc_dev(dev, GFP_KERNEL | __GFP_NOFAIL);
	if (is_placed(d))
		displace(d);
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

	raw_spin_lock_irqsave(&leaving_lock, flags);
	list_for_each_entry(d, &leaving, node)
		if (d->dev == dev) {
			found = true;
			break;
		}
	raw_spin_unlock_irqrestore(&leaving_lock, flags);
	return found;
}

/**
 * ic_device_removed() - a device has been removed from its bus
 * @dev: the device, still in sysfs
 *
 * A device may have been past its DEL event when the notifiers were registered,
 * and still on its bus when ic_model_sync() looked there. It then leaves here.
 */
void ic_device_removed(struct device *dev)
{
	struct ic_dev *d = find_dev(dev);

	if (!d)
		return;
	if (is_placed(d))
		displace(d);
	free_dev(d);
}

/**
 * ic_device_group() - the number of a device's group
 * @dev: the device
 *
 * Return: the number, or -1 when it is in none.
 */
int ic_device_group(struct device *dev)
{
	struct ic_dev *d = find_dev(dev);

	return d && d->group ? d->group->id : -1;
}

/**
 * ic_device_defer_refresh() - refresh the values of a device's group once the
 * lock of the device is free
 * @dev: the device
 */
void ic_device_defer_refresh(struct device *dev)
{
	struct ic_dev *d = find_dev(dev);

	if (d && d->group)
		defer(d, IC_DEFERRED_VALUES);
}

/* Values may queue uevents, so they come first. */
static void run_deferred_values(void)
{
	struct ic_dev *d, *next;

	list_for_each_entry_safe(d, next, &deferred, node) {
		if (!(d->deferred & IC_DEFERRED_VALUES) ||
		    !device_trylock(d->dev))
			continue;
		device_unlock(d->dev);
		if (d->group)
			refresh_group(d->group);
		undefer(d, IC_DEFERRED_VALUES);
		free_if_unused(d);
	}
}

static void run_deferred_uevents(void)
{
	struct ic_dev *d, *next;
	struct device *dev;

	list_for_each_entry_safe(d, next, &deferred, node) {
		dev = d->dev;
		if (!(d->deferred & IC_DEFERRED_UEVENT) ||
		    !device_trylock(dev))
			continue;
		send_change_uevent(d);
		device_unlock(dev);
		free_if_unused(d);
	}
}

/**
 * ic_model_run_deferred() - do what was deferred, as far as the locks of the
 * devices are free
 *
 * Return: false if something is left to be done later; ic_lock is held.
 */
bool ic_model_run_deferred(void)
{
	lockdep_assert_held(&ic_lock);
	run_deferred_values();
	run_deferred_uevents();
	return list_empty(&deferred) && !some_failed;
}

static void detach_unit(struct ic_unit *unit)
{
	struct ic_group *group;
	unsigned long id;
	struct ic_dev *d;

	for (id = 0; (group = ic_group_next(&id)); id++) {
		if (!unit_serves(unit, group))
			continue;
		unlink_unit(unit, group);
		down_write(&ic_model_sem);
		for_each_member(d, group)
			if (d->unit == unit)
				d->unit = NULL;
		up_write(&ic_model_sem);
		refresh_values(group);
	}
}

/* One device that cannot be published is no reason to leave out others. */
static int sync_one(struct device *dev, void *first_error)
{
	int ret = ic_device_sync(dev);

	if (!*(int *)first_error)
		*(int *)first_error = ret;
	return 0;
}

/**
 * ic_model_sync_units() - bring units into accord with the machine
 * @changed: set if units came or went, otherwise left alone; devices may then
 *	be behind other units than before
 *
 * Return: 0, -EAGAIN if a unit is not yet ready, or another -errno; what could
 * be published is.
 */
int ic_model_sync_units(bool *changed)
{
	struct ic_unit *unit;
	int ret;

	lockdep_assert_held(&ic_lock);
	if (closed)
		return 0;
	ret = ic_units_sync(changed);
	while ((unit = ic_unit_next_stale())) {
		detach_unit(unit);
		ic_unit_destroy(unit);
	}
	return ret;
}

/**
 * ic_model_sync_devices() - bring the membership of groups into accord with
 * the machine
 *
 * Return: 0 or the -errno of the first device that failed.
 */
int ic_model_sync_devices(void)
{
	int ret = 0;

	lockdep_assert_held(&ic_lock);
	ic_buses_visit_devices(&ret, sync_one);
	return ret;
}

/**
 * ic_model_refresh_group() - refresh a group whose values may have changed
 * @id: its number
 */
void ic_model_refresh_group(int id)
{
	struct ic_group *group = ic_group_find(id);

	lockdep_assert_held(&ic_lock);
	if (group)
		refresh_group(group);
}

/**
 * ic_model_refresh_groups() - refresh all groups from a number on
 * @from: the lowest number
 */
void ic_model_refresh_groups(int from)
{
	unsigned long id = from;
	struct ic_group *group;

	lockdep_assert_held(&ic_lock);
	for (; (group = ic_group_next(&id)); id++)
		refresh_group(group);
}

/**
 * ic_model_refresh_failed() - refresh the groups whose values could not be
 * worked out, for want of memory say
 */
void ic_model_refresh_failed(void)
{
	struct ic_group *group;
	unsigned long id;

	lockdep_assert_held(&ic_lock);
	if (!some_failed)
		return;
	some_failed = false;
	for (id = 0; (group = ic_group_next(&id)); id++)
		if (group->failures)
			refresh_group(group);
}

/**
 * ic_model_refresh_unprotected() - look again how DMA of the unprotected
 * devices reaches memory
 */
void ic_model_refresh_unprotected(void)
{
	struct ic_dev *d;
	int i;

	lockdep_assert_held(&ic_lock);
	hash_for_each(devices, i, d, hash)
		if (is_placed(d) && !d->group)
			refresh_path(d);
}

/**
 * ic_model_count() - number of groups; ic_lock is held
 */
unsigned int ic_model_count(void)
{
	return ic_groups_by_remap(IC_NO) + ic_groups_by_remap(IC_YES) +
	       ic_groups_by_remap(IC_UNKNOWN);
}

/**
 * ic_model_init() - before anything else of the model
 *
 * Return: 0 or -errno.
 */
int ic_model_init(void)
{
	int ret;

	scratch = (char *)get_zeroed_page(GFP_KERNEL);
	if (!scratch)
		return -ENOMEM;
	ret = ic_acs_init();
	if (ret)
		free_page((unsigned long)scratch);
	return ret;
}

/*
 * Wait for the lock of the first device that is still to be told. ic_lock is
 * held, but dropped meanwhile: the holder of the device lock may need it.
 * Interruptible, so that the hung-task detector stays quiet, and so that a
 * signal ends the wait; the device is then told nothing.
 */
static void wait_and_send_uevent(void)
{
	struct ic_dev *d = list_first_entry(&deferred, struct ic_dev, node);
	struct device *dev = get_device(d->dev);
	bool locked;

	mutex_unlock(&ic_lock);
	locked = !device_lock_interruptible(dev);
	mutex_lock(&ic_lock);
	d = find_dev(dev);
	if (d && !d->leaving) {
		if (locked)
			send_change_uevent(d);
		free_dev(d);
	}
	if (locked)
		device_unlock(dev);
	put_device(dev);
}

/**
 * ic_model_close() - remove all devices, groups and units for good
 *
 * Bus events still have to arrive: a device that is removed meanwhile takes
 * its folder with it, and with that our link. Each device gets a change event,
 * since its link is gone. ic_lock is not held.
 */
void ic_model_close(void)
{
	struct hlist_node *next;
	struct ic_dev *d;
	int i;

	mutex_lock(&ic_lock);
	closed = true;
	ic_state_remove();
	hash_for_each_safe(devices, i, next, d, hash) {
		if (is_placed(d)) {
			displace(d);
			queue_change_uevent(d);
		}
		undefer(d, IC_DEFERRED_VALUES);
		free_if_unused(d);
	}
	ic_units_exit();
	ic_acs_remove_all();
	run_deferred_uevents();
	while (!list_empty(&deferred))
		wait_and_send_uevent();
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
	ic_acs_exit();
	free_page((unsigned long)scratch);
}
