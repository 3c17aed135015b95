// SPDX-License-Identifier: GPL-2.0-only
/*
 * Being told when the machine changes: bus events and tracepoints. Nothing
 * is polled.
 *
 * A device that is added or removed is dealt with at once, in the bus event,
 * so that its link is there before its add event and gone before it is. What
 * has no bus event (an IOMMU driver that loads late, a new default domain, a
 * VFIO user) is seen through the IOMMU core's tracepoints. Those fire in
 * places where nothing may be done: they only note what to look at and queue
 * the work.
 */
#include <linux/bitmap.h>
#include <linux/iommu.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/workqueue.h>
#if IS_ENABLED(CONFIG_ARM_AMBA)
#include <linux/amba/bus.h>
#endif
#if IS_ENABLED(CONFIG_FSL_MC_BUS)
#include <linux/fsl/mc.h>
#endif

#include "compat/compat.h"
#include "core/group.h"
#include "core/lock.h"
#include "core/log.h"
#include "core/model.h"
#include "core/root.h"
#include "core/watch.h"

/* Groups above this are looked at whenever anything is noted; see note(). */
#define NOTE_BITS	8192

static DECLARE_BITMAP(noted, NOTE_BITS);
static DECLARE_BITMAP(batch, NOTE_BITS);	/* ic_lock */
/* Groups that were looked at outside of their devices' own events. */
static DECLARE_BITMAP(looked_at, NOTE_BITS);
static atomic_t membership;

/* The buses whose devices the IOMMU core may group (its iommu_buses[]). */
static ic_bus_type *const buses[] = {
	&platform_bus_type,
#ifdef CONFIG_PCI
	&pci_bus_type,
#endif
#if IS_ENABLED(CONFIG_ARM_AMBA)
	&amba_bustype,
#endif
#if IS_ENABLED(CONFIG_FSL_MC_BUS)
	&fsl_mc_bus_type,
#endif
};

static struct notifier_block notifiers[ARRAY_SIZE(buses)];

static void look_again(struct work_struct *work);
static DECLARE_WORK(look_again_work, look_again);

/* Drivers may flush the ordinary queue while we wait for them. */
static void queue_look_again(void)
{
	queue_work(system_long_wq, &look_again_work);
}

/* Devices may have changed groups. Any context. */
static void note_membership(void)
{
	atomic_set(&membership, 1);
	queue_look_again();
}

/**
 * ic_look_again() - have a group looked at soon
 * @id: its number
 */
void ic_look_again(int id)
{
	if (id < NOTE_BITS)
		set_bit(id, noted);
	queue_look_again();
}

/* What failed once, for want of memory say, is tried a second time. */
static void walk(void)
{
	static bool again;	/* ic_lock */

	if (!ic_model_walk()) {
		again = false;
	} else if (again) {
		again = false;
		pr_warn("some devices could not be published; write 1 to rescan\n");
	} else {
		again = true;
		note_membership();
	}
}

static void look_again(struct work_struct *work)
{
	unsigned int i;

	mutex_lock(&ic_lock);
	if (atomic_xchg(&membership, 0))
		walk();
	for (i = 0; i < BITS_TO_LONGS(NOTE_BITS); i++)
		batch[i] = READ_ONCE(noted[i]) ? xchg(&noted[i], 0) : 0;
	bitmap_or(looked_at, looked_at, batch, NOTE_BITS);
	ic_model_refresh(batch, NOTE_BITS);
	ic_root_refresh();
	mutex_unlock(&ic_lock);
}

/* The values of a device's group may have changed. Any context. */
static void note_values(struct device *dev)
{
	struct iommu_group *group = dev->iommu_group;

	if (group)
		ic_look_again(iommu_group_id(group));
}

/* Not with ic_lock, which the lock's holder may want for another device. */
static void look_when_free(struct work_struct *work)
{
	struct device *dev;

	for (;;) {
		mutex_lock(&ic_lock);
		dev = ic_device_awaited();
		mutex_unlock(&ic_lock);
		if (!dev)
			return;
		/* a worker gets no signal; and waiting for long is no hang */
		if (!device_lock_interruptible(dev))
			device_unlock(dev);
		note_values(dev);
		put_device(dev);
	}
}

static DECLARE_WORK(look_when_free_work, look_when_free);

/*
 * Some things are said before they are so. They are once the lock of the
 * device is free, that is held meanwhile. ic_lock is held here.
 */
static void note_when_free(struct device *dev)
{
	ic_device_await(dev);
	queue_work(system_long_wq, &look_when_free_work);
}

/*
 * A driver was tried on a device and did not stay; it is about to let go. That
 * matters only if the group was looked at meanwhile; a group that was not has
 * its first values.
 */
static void note_not_bound(struct device *dev)
{
	struct iommu_group *group = dev->iommu_group;

	if (!group || (iommu_group_id(group) < NOTE_BITS &&
		       !test_bit(iommu_group_id(group), looked_at)))
		return;
	mutex_lock(&ic_lock);
	note_when_free(dev);
	mutex_unlock(&ic_lock);
}

/* The number of its functions decides on whether the physical one is free. */
static void note_physfn(struct device *dev)
{
	if (dev_is_pci(dev) && to_pci_dev(dev)->is_virtfn)
		note_when_free(&pci_physfn(to_pci_dev(dev))->dev);
}

/* Where a driver's bind decides on the way of DMA; groups are looked at later. */
static void note_path(struct device *dev)
{
	if (!IS_ENABLED(CONFIG_ARCH_HAS_SETUP_DMA_OPS) || dev->iommu_group)
		return;
	mutex_lock(&ic_lock);
	ic_device_sync(dev);
	ic_model_announce();
	ic_root_refresh();
	mutex_unlock(&ic_lock);
}

static int bus_event(struct notifier_block *nb, unsigned long action,
		     void *data)
{
	struct device *dev = data;
	int ret;

	switch (action) {
	case BUS_NOTIFY_ADD_DEVICE:
		mutex_lock(&ic_lock);
		ret = ic_device_sync(dev);
		note_physfn(dev);
		ic_model_announce();
		ic_root_refresh();
		mutex_unlock(&ic_lock);
		if (ret)
			note_membership();
		break;
	case BUS_NOTIFY_DEL_DEVICE:
		mutex_lock(&ic_lock);
		ic_device_leaving(dev);
		note_physfn(dev);
		ic_model_announce();
		mutex_unlock(&ic_lock);
		break;
	case BUS_NOTIFY_REMOVED_DEVICE:
		mutex_lock(&ic_lock);
		ic_device_removed(dev);
		ic_root_refresh();
		mutex_unlock(&ic_lock);
		break;
	case BUS_NOTIFY_BOUND_DRIVER:
	case BUS_NOTIFY_UNBOUND_DRIVER:
		note_values(dev);
		note_path(dev);
		break;
	case BUS_NOTIFY_DRIVER_NOT_BOUND:
		note_not_bound(dev);
		break;
	}
	return NOTIFY_DONE;
}

#ifdef IC_HAVE_TRACEPOINTS
/*
 * The IOMMU core groups a device in its own bus event, and lets go of it in
 * one: ours comes after that, or came before, and does all that is to do.
 */
static bool has_bus_event(struct device *dev)
{
	return !dev->kobj.state_add_uevent_sent || ic_device_is_leaving(dev);
}

static void on_membership(void *data, int id, struct device *dev)
{
	if (!has_bus_event(dev))
		note_membership();
}

static void on_attach(void *data, struct device *dev)
{
	if (!has_bus_event(dev))
		note_values(dev);
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
#else
static int traces_init(void)
{
	return 0;
}

static void traces_exit(void)
{
}
#endif

/*
 * A unit's driver that comes late or leaves need not change any group, and
 * its bus may be none of ours; but it comes and leaves as a module.
 */
static int module_event(struct notifier_block *nb, unsigned long action,
			void *module)
{
	if (module != THIS_MODULE &&
	    (action == MODULE_STATE_LIVE || action == MODULE_STATE_GOING))
		note_membership();
	return NOTIFY_DONE;
}

static struct notifier_block module_notifier = {
	.notifier_call = module_event,
};

/**
 * ic_rescan() - look at everything again
 *
 * Return: 0 or -errno.
 */
int ic_rescan(void)
{
	int ret;

	mutex_lock(&ic_lock);
	ret = ic_model_walk();
	bitmap_fill(looked_at, NOTE_BITS);
	ic_model_refresh(NULL, 0);
	ic_root_refresh();
	mutex_unlock(&ic_lock);
	return ret;
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
 * ic_sync_devices() - bring each device that could be in a group into accord
 * with the kernel
 *
 * Return: 0 or -errno of the first that failed; ic_lock is held.
 */
int ic_sync_devices(void)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < ARRAY_SIZE(buses); i++)
		bus_for_each_dev(buses[i], NULL, &ret, sync_one);
	return ret;
}

static void cancel_works(void)
{
	cancel_work_sync(&look_when_free_work);
	cancel_work_sync(&look_again_work);
}

/**
 * ic_watch_init() - be told from now on
 *
 * Return: 0 or -errno.
 */
int ic_watch_init(void)
{
	int i, ret;

	for (i = 0; i < (int)ARRAY_SIZE(buses); i++) {
		/* After the IOMMU core's, which groups and ungroups. */
		notifiers[i].priority = INT_MIN;
		notifiers[i].notifier_call = bus_event;
		ret = bus_register_notifier(buses[i], &notifiers[i]);
		if (ret)
			goto err;
	}
	ret = register_module_notifier(&module_notifier);
	if (ret)
		goto err;
	ret = traces_init();
	if (ret)
		goto err_module;
	return 0;

err_module:
	unregister_module_notifier(&module_notifier);
err:
	while (--i >= 0)
		bus_unregister_notifier(buses[i], &notifiers[i]);
	cancel_works();
	return ret;
}

/**
 * ic_watch_exit() - be told no more
 */
void ic_watch_exit(void)
{
	unsigned int i;

	traces_exit();
	unregister_module_notifier(&module_notifier);
	for (i = 0; i < ARRAY_SIZE(buses); i++)
		bus_unregister_notifier(buses[i], &notifiers[i]);
	cancel_works();
}
