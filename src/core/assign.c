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
 *  - MSIs must be isolated; see ic_msis_isolated().
 *  - vfio-pci drives no bridge, no function on its own denylist, and none
 *    whose virtual functions are there already.
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

/* vfio_pci_dev_in_denylist() of this kernel */
static bool is_on_denylist(struct pci_dev *pdev)
{
	static const struct pci_device_id denylist[] = {
		{ PCI_VDEVICE(INTEL, PCI_DEVICE_ID_INTEL_QAT_C3XXX) },
		{ PCI_VDEVICE(INTEL, PCI_DEVICE_ID_INTEL_QAT_C3XXX_VF) },
		{ PCI_VDEVICE(INTEL, PCI_DEVICE_ID_INTEL_QAT_C62X) },
		{ PCI_VDEVICE(INTEL, PCI_DEVICE_ID_INTEL_QAT_C62X_VF) },
		{ PCI_VDEVICE(INTEL, PCI_DEVICE_ID_INTEL_QAT_DH895XCC) },
		{ PCI_VDEVICE(INTEL, PCI_DEVICE_ID_INTEL_QAT_DH895XCC_VF) },
		{ PCI_VDEVICE(INTEL, PCI_DEVICE_ID_INTEL_DSA_SPR0) },
		{ PCI_VDEVICE(INTEL, PCI_DEVICE_ID_INTEL_IAX_SPR0) },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(denylist); i++)
		if (pdev->vendor == denylist[i].vendor &&
		    pdev->device == denylist[i].device)
			return true;
	return false;
}

/* Would a driver of VFIO take the device, coherent or not? */
static enum ic_tristate is_assignable(struct device *dev)
{
	struct pci_dev *pdev;
	int num_vf;

	if (!dev_is_pci(dev))
		return IC_YES;
	pdev = to_pci_dev(dev);
	if (pdev->hdr_type != PCI_HEADER_TYPE_NORMAL)
		return IC_NO;
	if (ic_bound_to_vfio(dev))
		return IC_YES;
	if (is_on_denylist(pdev))
		return IC_NO;
	num_vf = ic_pci_num_vf(pdev);
	return num_vf < 0 ? IC_UNKNOWN : ic_yes_no(!num_vf);
}

/* So many bytes of the page are for the tokens after those of drivers. */
#define ROOM_AFTER	80

static size_t bound_size(struct device *dev, struct device_driver *drv)
{
	return strlen(" " IOMMU_CAPS_BLOCK_BOUND) + strlen(dev_name(dev)) +
	       strlen("/") + strlen(drv->name);
}

/*
 * Names each driver that stands in the way. Where drivers claim their group,
 * one that was bound before the group came about does not.
 */
static ssize_t bound(struct ic_group *group, char *page, ssize_t len)
{
	struct device_driver *drv;
	struct ic_dev *d;

	if (ic_dma_owner_tracked() && ic_group_claimed(group->igroup) == IC_NO)
		return len;
	rcu_read_lock();
	for_each_member(d, group) {
		drv = READ_ONCE(d->dev->driver);
		if (!drv || ic_driver_tolerated(d->dev, drv))
			continue;
		if (len + bound_size(d->dev, drv) > PAGE_SIZE - ROOM_AFTER) {
			len = token(page, len, IOMMU_CAPS_BLOCK_BOUND_MORE);
			break;
		}
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

/* Does VFIO refuse the device because its DMA is not coherent? */
static enum ic_tristate is_incoherent(struct ic_group *group, struct device *dev)
{
	enum ic_tristate asks = ic_vfio_asks_coherency(), coherent;

	if (asks != IC_YES)
		return asks;
	coherent = ic_ask(group, dev, ic_iommu_coherent);
	return coherent == IC_UNKNOWN ? coherent : ic_yes_no(coherent == IC_NO);
}

/*
 * Why VFIO accepts no device of the group: @reason, or NULL if it accepts one.
 * Returns 0, or -ENODATA when that cannot be known.
 */
static int no_device(struct ic_group *group, const char **reason)
{
	enum ic_tristate assignable, incoherent;
	struct ic_dev *d;
	int ret = 0;

	*reason = IOMMU_CAPS_BLOCK_NO_DEVICE;
	for_each_member(d, group) {
		assignable = is_assignable(d->dev);
		if (assignable == IC_NO)
			continue;
		incoherent = is_incoherent(group, d->dev);
		if (incoherent == IC_YES) {
			*reason = IOMMU_CAPS_BLOCK_COHERENCY;
			continue;
		}
		if (assignable == IC_YES && incoherent == IC_NO) {
			*reason = NULL;
			return 0;
		}
		ret = -ENODATA;
	}
	return ret;
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
 * Return: length of the line, -ENODATA when a part of it cannot be known,
 * -errno.
 */
ssize_t ic_assign_blockers(struct ic_group *group, char *page)
{
	enum ic_owner owner = ic_fact_owner(group);
	enum ic_tristate isolated = IC_YES;
	const char *none;
	u32 regions = 0;
	ssize_t len = 0;
	int ret;

	ret = ic_direct_regions(group, &regions);
	if (!ret)
		ret = no_device(group, &none);
	if (ret)
		return ret;
	if (asks_for_isolation(group))
		isolated = ic_msis_isolated(group, NULL);
	if (isolated == IC_UNKNOWN)
		return -ENODATA;
	if (ic_dma_owner_tracked() && owner == IC_OWNER_UNKNOWN)
		return -ENODATA;

	if (isolated == IC_NO)
		len = token(page, len, IOMMU_CAPS_BLOCK_INTERRUPTS);
	if (regions & IC_BYPASS_DIRECT && direct_is_refused(group))
		len = token(page, len, IOMMU_CAPS_BLOCK_DIRECT);
	len = bound(group, page, len);
	if (none)
		len = token(page, len, none);
	if (!ic_dma_owner_tracked() && mixed_bus(group))
		len = token(page, len, IOMMU_CAPS_BLOCK_MIXED_BUS);
	if (owner == IC_OWNER_USER)
		len = token(page, len, IOMMU_CAPS_BLOCK_IN_USE);
	return len + sysfs_emit_at(page, len, "\n");
}
