// SPDX-License-Identifier: GPL-2.0-only
/*
 * For tests only: a second device of class iommu, with the attributes of the
 * unit in front of the first device that has one. It is without its drvdata at
 * first, as a unit is whose driver is between device_add() and setting them.
 * Or a device of a kind of unit that nobody knows, which has no attributes.
 */
#include <linux/device.h>
#include <linux/iommu.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/workqueue.h>

static unsigned int ready_ms;
module_param(ready_ms, uint, 0444);
MODULE_PARM_DESC(ready_ms, "when to set the drvdata; 0: never");

static bool other;
module_param(other, bool, 0444);
MODULE_PARM_DESC(other, "without the attributes");

static struct device *unit;
static void *drvdata;

static void set_ready(struct work_struct *work)
{
	dev_set_drvdata(unit, drvdata);
}

static DECLARE_DELAYED_WORK(ready_work, set_ready);

static struct device *first_unit(void)
{
	struct pci_dev *pdev = NULL;
	struct device *found = NULL;

	while (!found && (pdev = pci_get_device(PCI_ANY_ID, PCI_ANY_ID, pdev)))
		if (pdev->dev.iommu && pdev->dev.iommu->iommu_dev)
			found = pdev->dev.iommu->iommu_dev->dev;
	pci_dev_put(pdev);
	return found;
}

static int __init unready_init(void)
{
	struct device *first = first_unit();

	if (!first)
		return -ENODEV;
	drvdata = dev_get_drvdata(first);
	unit = device_create_with_groups(first->class, first->parent, 0, NULL,
					 other ? NULL : first->groups,
					 "unready");
	if (IS_ERR(unit))
		return PTR_ERR(unit);
	if (ready_ms)
		schedule_delayed_work(&ready_work, msecs_to_jiffies(ready_ms));
	return 0;
}

/* In the order of a driver that leaves: the drvdata first. */
static void __exit unready_exit(void)
{
	cancel_delayed_work_sync(&ready_work);
	dev_set_drvdata(unit, NULL);
	device_unregister(unit);
}

module_init(unready_init);
module_exit(unready_exit);
MODULE_DESCRIPTION("A unit whose driver is not ready, for tests");
MODULE_LICENSE("GPL");
