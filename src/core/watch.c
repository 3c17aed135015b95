// SPDX-License-Identifier: GPL-2.0-only
/*
 * Notifications of changes of the machine, and the file `rescan`, by which the
 * administrator says that there was one.
 *
 * A device that is added or removed is dealt with at once, in the bus event,
 * so that its link is there before its add event and gone before its remove
 * event. What has no bus event (an IOMMU driver that loads late, a new default
 * domain, a VFIO user) is seen through the IOMMU core's tracepoints. Their
 * handlers may not sleep: they only note what to look at and queue the work.
 */
#include <linux/bitmap.h>
#include <linux/iommu.h>
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/sysfs.h>
#include <linux/workqueue.h>

#include "compat/compat.h"
#include "core/buses.h"
#include "core/lock.h"
#include "core/log.h"
#include "core/model.h"
#include "core/root.h"
#include "core/state.h"
#include "core/watch.h"

/*
 * Bit i of @noted: group i may have other values. All groups from NOTE_GROUPS
 * on share one bit.
 */
#define NOTE_GROUPS	8192
/* Further bits: units may have come or gone, devices may have changed groups */
#define NOTE_UNITS	(NOTE_GROUPS + 1)
#define NOTE_DEVICES	(NOTE_GROUPS + 2)

static DECLARE_BITMAP(noted, NOTE_DEVICES + 1);

/* What is left to be done is tried again after 10 ms, 20 ms, ... 100 ms. */
#define RETRY_MS	10U
#define RETRY_MS_MAX	100U

/* How often in a row the machine is looked at in vain */
#define MAX_FAILURES	5

static unsigned int retry_ms = RETRY_MS;	/* ic_lock */
static unsigned int failures;			/* ic_lock */

static void refresh_noted(struct work_struct *work);
static DECLARE_WORK(refresh_work, refresh_noted);
static DECLARE_DELAYED_WORK(retry_work, refresh_noted);

/* Any context. */
static void note(unsigned int bit)
{
	set_bit(bit, noted);
	/* Drivers may flush the ordinary queue while we wait for them. */
	queue_work(system_long_wq, &refresh_work);
}

static void note_group(int id)
{
	if (id >= 0)
		note(min(id, NOTE_GROUPS));
}

/* What is in accord is announced; ic_lock is held. */
static void finish_change(void)
{
	bool done = !ic_state_refresh();

	done = ic_model_run_deferred() && done;
	if (done && !failures) {
		retry_ms = RETRY_MS;
		return;
	}
	queue_delayed_work(system_long_wq, &retry_work,
			   msecs_to_jiffies(retry_ms));
	retry_ms = min(2 * retry_ms, RETRY_MS_MAX);
}

/*
 * Bring units, and on request devices, into accord with the machine. What
 * fails, for want of memory say, or because a unit's driver is not yet ready,
 * is tried again a few times.
 */
static int sync_model(bool devices)
{
	int ret, err;

	lockdep_assert_held(&ic_lock);
	ret = ic_model_sync_units(&devices);
	/* else a device that gets a group later is found by looking at all */
	if (devices || !ic_membership_traced()) {
		err = ic_model_sync_devices();
		ret = err ?: ret;
	}
	if (!ret) {
		failures = 0;
	} else if (failures++ < MAX_FAILURES) {
		set_bit(NOTE_DEVICES, noted);
	} else {
		failures = 0;
		pr_warn("some devices could not be published; write 1 to rescan\n");
	}
	return ret;
}

static void refresh_noted_groups(void)
{
	unsigned int id;

	for_each_set_bit(id, noted, NOTE_GROUPS)
		if (test_and_clear_bit(id, noted))
			ic_model_refresh_group(id);
	if (test_and_clear_bit(NOTE_GROUPS, noted))
		ic_model_refresh_groups(NOTE_GROUPS);
}

static void refresh_noted(struct work_struct *work)
{
	bool devices;

	mutex_lock(&ic_lock);
	devices = test_and_clear_bit(NOTE_DEVICES, noted);
	if (test_and_clear_bit(NOTE_UNITS, noted) || devices)
		sync_model(devices);
	ic_model_refresh_failed();
	refresh_noted_groups();
	finish_change();
	mutex_unlock(&ic_lock);
}

/* The number of its virtual functions decides whether VFIO takes a function. */
static void defer_refresh_of_physfn(struct device *dev)
{
	if (dev_is_pci(dev) && to_pci_dev(dev)->is_virtfn)
		ic_device_defer_refresh(&pci_physfn(to_pci_dev(dev))->dev);
}

/*
 * The group of a device whose driver has changed is refreshed later, a number of
 * groups at once. Where a driver's bind decides how DMA reaches memory, a device
 * that is in no group is looked at now.
 */
static void driver_changed(struct device *dev)
{
	mutex_lock(&ic_lock);
	if (!IS_ENABLED(CONFIG_ARCH_HAS_SETUP_DMA_OPS) || dev->iommu_group) {
		note_group(ic_device_group(dev));
	} else {
		ic_device_sync(dev);
		finish_change();
	}
	mutex_unlock(&ic_lock);
}

static int bus_event(struct notifier_block *nb, unsigned long action,
		     void *data)
{
	struct device *dev = data;

	switch (action) {
	case BUS_NOTIFY_ADD_DEVICE:
		mutex_lock(&ic_lock);
		if (ic_device_sync(dev))
			note(NOTE_DEVICES);
		defer_refresh_of_physfn(dev);
		finish_change();
		mutex_unlock(&ic_lock);
		break;
	case BUS_NOTIFY_DEL_DEVICE:
		mutex_lock(&ic_lock);
		ic_device_leaving(dev);
		defer_refresh_of_physfn(dev);
		finish_change();
		mutex_unlock(&ic_lock);
		break;
	case BUS_NOTIFY_REMOVED_DEVICE:
		mutex_lock(&ic_lock);
		ic_device_removed(dev);
		finish_change();
		mutex_unlock(&ic_lock);
		break;
	case BUS_NOTIFY_BOUND_DRIVER:
	case BUS_NOTIFY_UNBOUND_DRIVER:
		driver_changed(dev);
		break;
	case BUS_NOTIFY_DRIVER_NOT_BOUND:
		/* This notification precedes the state change. */
		mutex_lock(&ic_lock);
		ic_device_defer_refresh(dev);
		finish_change();
		mutex_unlock(&ic_lock);
		break;
	}
	return NOTIFY_DONE;
}

/*
 * The IOMMU core adds a device to a group in its own bus notifier, and removes
 * it in one. Our bus notifier handles this; ignore the tracepoint.
 */
static bool has_bus_event(struct device *dev)
{
	return !dev->kobj.state_add_uevent_sent || ic_device_is_leaving(dev);
}

static void on_membership(void *data, int id, struct device *dev)
{
	if (!has_bus_event(dev))
		note(NOTE_DEVICES);
}

/*
 * The group stays: the core holds its mutex, or the device's own driver is in a
 * call of the DMA API.
 */
static void on_attach(void *data, struct device *dev)
{
	struct iommu_group *group = dev->iommu_group;

	if (group && !has_bus_event(dev))
		note_group(iommu_group_id(group));
}

static int traces_init(void)
{
	int ret;

	ret = register_trace_add_device_to_group(on_membership, NULL);
	if (ret)
		return ret;
	ret = register_trace_remove_device_from_group(on_membership, NULL);
	if (ret)
		goto err_add;
	ret = register_trace_attach_device_to_domain(on_attach, NULL);
	if (ret)
		goto err_remove;
	return 0;

err_remove:
	unregister_trace_remove_device_from_group(on_membership, NULL);
err_add:
	unregister_trace_add_device_to_group(on_membership, NULL);
	tracepoint_synchronize_unregister();
	return ret;
}

static void traces_exit(void)
{
	unregister_trace_attach_device_to_domain(on_attach, NULL);
	unregister_trace_remove_device_from_group(on_membership, NULL);
	unregister_trace_add_device_to_group(on_membership, NULL);
	tracepoint_synchronize_unregister();
}

/*
 * A unit's driver that comes late or leaves need not change any group, and
 * its bus may be none of ours; but it comes and leaves as a module.
 */
static int module_event(struct notifier_block *nb, unsigned long action,
			void *module)
{
	if (module != THIS_MODULE &&
	    (action == MODULE_STATE_LIVE || action == MODULE_STATE_GOING))
		note(NOTE_UNITS);
	return NOTIFY_DONE;
}

static struct notifier_block module_notifier = {
	.notifier_call = module_event,
};

/**
 * ic_watch_sync() - bring everything into accord with the machine
 *
 * A unit whose driver is not yet ready is no error: it is looked for again.
 *
 * Return: 0 or -errno.
 */
int ic_watch_sync(void)
{
	int ret;

	mutex_lock(&ic_lock);
	ret = sync_model(true);
	finish_change();
	mutex_unlock(&ic_lock);
	return ret == -EAGAIN ? 0 : ret;
}

static ssize_t rescan_store(struct kobject *kobj, struct kobj_attribute *attr,
			    const char *buf, size_t count)
{
	int ret;

	if (!sysfs_streq(buf, "1"))
		return -EINVAL;
	mutex_lock(&ic_lock);
	ret = sync_model(true);
	ic_model_refresh_unprotected();
	ic_model_refresh_groups(0);
	finish_change();
	mutex_unlock(&ic_lock);
	return ret && ret != -EAGAIN ? ret : count;
}

static struct kobj_attribute rescan_attr = __ATTR_WO(rescan);

/**
 * ic_watch_publish() - add the file `rescan`, last of all
 *
 * Return: 0 or -errno.
 */
int ic_watch_publish(void)
{
	return sysfs_create_file(ic_root, &rescan_attr.attr);
}

/**
 * ic_watch_unpublish() - remove the file `rescan`, first of all
 *
 * Waits for a rescan that runs, which takes ic_lock: it may not be held.
 */
void ic_watch_unpublish(void)
{
	sysfs_remove_file(ic_root, &rescan_attr.attr);
}

/* The model is closed or has no devices: the works do not requeue themselves. */
static void cancel_works(void)
{
	cancel_work_sync(&refresh_work);
	cancel_delayed_work_sync(&retry_work);
}

/**
 * ic_watch_init() - have changes of the machine noticed from now on
 *
 * Return: 0 or -errno.
 */
int ic_watch_init(void)
{
	int ret;

	ret = ic_buses_register(bus_event);
	if (ret)
		goto err_works;
	ret = register_module_notifier(&module_notifier);
	if (ret)
		goto err_buses;
	ret = traces_init();
	if (ret)
		goto err_module;
	return 0;

err_module:
	unregister_module_notifier(&module_notifier);
err_buses:
	/* While bus events still arrive: a device takes its folder with it. */
	ic_model_close();
	ic_buses_unregister();
err_works:
	ic_model_close();
	cancel_works();
	return ret;
}

/**
 * ic_watch_exit() - undo ic_watch_init(), and close the model
 */
void ic_watch_exit(void)
{
	ic_model_close();
	traces_exit();
	unregister_module_notifier(&module_notifier);
	ic_buses_unregister();
	cancel_works();
}
