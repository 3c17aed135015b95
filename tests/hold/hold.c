// SPDX-License-Identifier: GPL-2.0-only
/*
 * For tests only: holds the group of the PCI function 0000:00:04.0 that
 * iommu_caps publishes, for "ms" milliseconds from when this module is loaded.
 */
#include <linux/kernfs.h>
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/workqueue.h>

static unsigned int ms = 1000;
module_param(ms, uint, 0444);

static bool held;
module_param(held, bool, 0444);
MODULE_PARM_DESC(held, "whether the group is held now");

static struct kobject *group;

static void give_back(struct work_struct *work)
{
	WRITE_ONCE(held, false);
	kobject_put(group);
}

static DECLARE_DELAYED_WORK(work, give_back);

static int __init hold_init(void)
{
	struct pci_dev *pdev;
	struct kernfs_node *link;

	pdev = pci_get_domain_bus_and_slot(0, 0, PCI_DEVFN(4, 0));
	if (!pdev)
		return -ENODEV;
	link = kernfs_find_and_get(pdev->dev.kobj.sd, "iommu_caps");
	pci_dev_put(pdev);
	if (!link)
		return -ENOENT;
	group = kobject_get(link->symlink.target_kn->priv);
	kernfs_put(link);
	held = true;
	schedule_delayed_work(&work, msecs_to_jiffies(ms));
	return 0;
}

static void __exit hold_exit(void)
{
	flush_delayed_work(&work);
}

module_init(hold_init);
module_exit(hold_exit);

MODULE_DESCRIPTION("Holds a group of iommu_caps for a while");
MODULE_AUTHOR("The iommu_caps authors");
MODULE_LICENSE("GPL");
