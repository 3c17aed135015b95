// SPDX-License-Identifier: GPL-2.0-only
/*
 * unprotected/: links to the devices that are in no group, and so are not
 * behind an IOMMU.
 */
#include <linux/device.h>
#include <linux/list.h>
#include <linux/of.h>
#include <linux/pci.h>
#include <linux/sysfs.h>

#include "compat/compat.h"
#include "core/dma_path.h"
#include "core/firmware.h"
#include "core/group.h"
#include "core/lock.h"
#include "core/root.h"
#include "core/unit.h"
#include "core/unprotected.h"
#include "vendors/vendor.h"

#define PCI_CLASS_SYSTEM_IOMMU		0x0806

static LIST_HEAD(unprotected);	/* struct ic_dev.member; ic_model_sem */

/* Host bridges and the IOMMU's own function do no DMA that matters. */
static bool is_exempt(struct pci_dev *pdev)
{
	return pdev->class >> 8 == PCI_CLASS_BRIDGE_HOST ||
	       pdev->class >> 8 == PCI_CLASS_SYSTEM_IOMMU ||
	       (pdev->vendor == PCI_VENDOR_ID_REDHAT_QUMRANET &&
		pdev->device == IC_PCI_DEVICE_VIRTIO_IOMMU);
}

/*
 * Is it known that a unit lets DMA of a device pass that is in no group? @np is
 * the unit's node; NULL: the device tree names none, or one that it does not
 * have. A unit that does not operate, or that no driver drives, translates
 * nothing. Nothing is known of an IOMMU of a kind that we do not know.
 */
static bool lets_pass(const struct device_node *np)
{
	struct ic_unit *unit;

	if (!np || ic_of_is_disabled(np))
		return true;
	unit = ic_unit_by_node(NULL, np);
	if (!unit)
		return false;
	if (unit->ops->lets_pass)
		return unit->ops->lets_pass(unit) == IC_YES;
	return !unit->dev;
}

/*
 * Some kernels group a device only when a driver binds to it. Until then the
 * unit in front of it decides whether its DMA reaches memory. It does where
 * there is no unit in front.
 */
static bool function_reaches_memory(struct pci_dev *pdev)
{
	struct device_node *np = ic_of_iommu(pdev);
	enum ic_tristate passes;
	unsigned int i;
	bool ret;

	if (np) {
		ret = lets_pass(np);
		of_node_put(np);
		return ret;
	}
	for (i = 0; ic_vendors[i]; i++)
		if (ic_vendors[i]->unattached &&
		    ic_vendors[i]->unattached(pdev, &passes))
			return passes == IC_YES;
	return true;
}

static bool component_reaches_memory(struct device *dev)
{
	unsigned int i;

	for (i = 0; ic_vendors[i]; i++)
		if (ic_vendors[i]->component && ic_vendors[i]->component(dev))
			return true;
	return false;
}

/**
 * ic_is_unprotected() - is a device that is in no group to be listed?
 * @dev: the device
 *
 * A PCI function is, unless it is known to be behind a unit. Most devices on
 * other buses do no DMA: one is that firmware puts behind a unit which is
 * known to let it pass.
 */
bool ic_is_unprotected(struct device *dev)
{
	if (dev_is_pci(dev))
		return !is_exempt(to_pci_dev(dev)) &&
		       function_reaches_memory(to_pci_dev(dev));
	return ic_of_ask_fronts(dev, lets_pass) ||
	       component_reaches_memory(dev);
}

/**
 * ic_unprotected_add() - list a device
 * @d: the device
 *
 * Return: 0 or -errno; ic_lock is held.
 */
int ic_unprotected_add(struct ic_dev *d)
{
	int ret;

	ret = sysfs_create_link(ic_unprotected_dir, &d->dev->kobj,
				dev_name(d->dev));
	if (ret)
		return ret;
	down_write(&ic_model_sem);
	list_add_tail(&d->member, &unprotected);
	up_write(&ic_model_sem);
	return 0;
}

/**
 * ic_unprotected_remove() - undo ic_unprotected_add(); ic_lock is held
 * @d: the device
 */
void ic_unprotected_remove(struct ic_dev *d)
{
	down_write(&ic_model_sem);
	list_del_init(&d->member);
	up_write(&ic_model_sem);
	sysfs_remove_link(ic_unprotected_dir, dev_name(d->dev));
}

/**
 * ic_unprotected_any() - is any device listed?
 *
 * ic_model_sem is held for reading, or ic_lock.
 */
bool ic_unprotected_any(void)
{
	return !list_empty(&unprotected);
}

/**
 * ic_unprotected_dma_paths() - how DMA of the listed devices reaches memory
 * @page: scratch page
 *
 * ic_model_sem is held for reading. Without a group, ic_dma_path() takes no
 * lock and only looks at the device.
 *
 * Return: IC_DMA_* of all together, or IC_DMA_UNKNOWN when it is of one.
 */
int ic_unprotected_dma_paths(char *page)
{
	struct ic_dev *d;
	int paths = 0, one;

	list_for_each_entry(d, &unprotected, member) {
		one = ic_dma_path(d->dev, NULL, page);
		if (one == IC_DMA_UNKNOWN)
			return IC_DMA_UNKNOWN;
		paths |= one;
	}
	return paths;
}
