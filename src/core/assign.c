// SPDX-License-Identifier: GPL-2.0-only
/*
 * assign_blockers: why VFIO, with its default parameters, would refuse a
 * group now.
 *
 * The rules are those of the kernel that we run in, in VFIO, the IOMMU core
 * and the driver core:
 *  - since DMA ownership is tracked, VFIO has to claim the group: no driver
 *    that leaves DMA to the kernel may be bound to a member, and nobody else
 *    may own it. Before, VFIO looked at the drivers itself: bridges, pci-stub
 *    and VFIO's own are tolerated, and the members must share one bus.
 *  - 1:1 regions that firmware demands are refused by the core, on older
 *    kernels by the vendor's driver, if at all.
 *  - MSIs must be isolated; see also ic_fact_intr_remap().
 *  - vfio-pci drives no bridge, and no function whose virtual functions are
 *    there already.
 *  - DMA of the device must be cache-coherent, where the kernel asks.
 *
 * Of a group it is enough that one device can be had.
 */
#include <linux/device.h>
#include <linux/pci.h>
#include <linux/rcupdate.h>

#include "compat/compat.h"
#include "core/assign.h"
#include "core/facts.h"
#include "core/group.h"
#include "core/unit.h"
#include "iommu_caps.h"

static ssize_t token(char *page, ssize_t len, const char *name)
{
	return len + sysfs_emit_at(page, len, "%s%s", len ? " " : "", name);
}

/* Would a driver of VFIO take the device, coherent or not? */
static bool is_assignable(struct device *dev)
{
	if (!dev_is_pci(dev))
		return true;
	return to_pci_dev(dev)->hdr_type == PCI_HEADER_TYPE_NORMAL &&
	       (!pci_num_vf(to_pci_dev(dev)) || ic_bound_to_vfio(dev));
}

/*
 * Names each driver that stands in the way. Where drivers claim their group,
 * one that was bound before the group came about does not.
 */
static ssize_t bound(struct ic_group *group, char *page, ssize_t len)
{
	struct device_driver *drv;
	struct ic_dev *d;

	if (ic_drivers_claim() && ic_group_claimed(group->igroup) == IC_NO)
		return len;
	rcu_read_lock();
	for_each_member(d, group) {
		drv = READ_ONCE(d->dev->driver);
		if (!drv || ic_driver_tolerated(d->dev, drv))
			continue;
		len += sysfs_emit_at(page, len, "%s%s%s/%s", len ? " " : "",
				     IOMMU_CAPS_BLOCK_BOUND,
				     dev_name(d->dev), drv->name);
	}
	rcu_read_unlock();
	return len;
}

static bool direct_is_refused(struct ic_group *group)
{
	struct ic_dev *d;

	if (ic_core_refuses_direct())
		return true;
	for_each_member(d, group)
		if (d->unit && d->unit->ops->refuses_direct)
			return true;
	return false;
}

/* A unit whose groups go to another VFIO back end than type 1. */
static bool asks_for_isolation(struct ic_group *group)
{
	struct ic_dev *d;

	for_each_member(d, group)
		if (d->unit && d->unit->ops->no_msi_check)
			return false;
	return true;
}

/* What keeps VFIO from each single device of the group, if it is so */
static const char *no_device(struct ic_group *group)
{
	const char *reason = IOMMU_CAPS_BLOCK_NO_DEVICE;
	struct ic_dev *d;

	for_each_member(d, group) {
		if (!is_assignable(d->dev))
			continue;
		if (ic_device_coherent(d->dev) != IC_NO)
			return NULL;
		reason = IOMMU_CAPS_BLOCK_COHERENCY;
	}
	return reason;
}

static bool mixed_bus(struct ic_group *group)
{
	const void *bus = NULL;
	struct ic_dev *d;

	for_each_member(d, group) {
		if (bus && bus != d->dev->bus)
			return true;
		bus = d->dev->bus;
	}
	return false;
}

/**
 * ic_assign_blockers() - why VFIO would refuse a group now
 * @group: the group; ic_model_sem is held for reading, or ic_lock
 * @page: where to write the tokens, separated by blanks
 *
 * Return: length of the line, or -errno.
 */
ssize_t ic_assign_blockers(struct ic_group *group, char *page)
{
	enum ic_owner owner = ic_fact_owner(group);
	const char *none = no_device(group);
	u32 regions = 0;
	ssize_t len = 0;
	int ret;

	ret = ic_direct_regions(group, &regions);
	if (ret)
		return ret;

	if (asks_for_isolation(group) && ic_fact_intr_remap(group) == IC_NO)
		len = token(page, len, IOMMU_CAPS_BLOCK_INTERRUPTS);
	if (regions & IC_BYPASS_DIRECT && direct_is_refused(group))
		len = token(page, len, IOMMU_CAPS_BLOCK_DIRECT);
	len = bound(group, page, len);
	if (none)
		len = token(page, len, none);
	if (ic_vfio_wants_one_bus() && mixed_bus(group))
		len = token(page, len, IOMMU_CAPS_BLOCK_MIXED_BUS);
	if (owner == IC_OWNER_USER)
		len = token(page, len, IOMMU_CAPS_BLOCK_IN_USE);
	return len + sysfs_emit_at(page, len, "\n");
}
