// SPDX-License-Identifier: GPL-2.0-only
/*
 * For tests only: a driver for QEMU's igb that takes its time to make virtual
 * functions. They are there at once; the lock of the physical function is held
 * for as long as the parameter says.
 */
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/sched.h>

static unsigned int seconds = 12;
module_param(seconds, uint, 0444);
MODULE_PARM_DESC(seconds, "how long it takes");

static int slow_configure(struct pci_dev *pdev, int count)
{
	int ret;

	if (!count) {
		pci_disable_sriov(pdev);
		return 0;
	}
	ret = pci_enable_sriov(pdev, count);
	/* so that it is not this task that looks like a hung one */
	schedule_timeout_interruptible(seconds * HZ);
	return ret ? ret : count;
}

static int slow_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	return pcim_enable_device(pdev);
}

static void slow_remove(struct pci_dev *pdev)
{
	pci_disable_sriov(pdev);
}

static const struct pci_device_id slow_ids[] = {
	{ PCI_DEVICE(PCI_VENDOR_ID_INTEL, 0x10c9) },
	{ }
};

static struct pci_driver slow_driver = {
	.name = "slow_sriov",
	.id_table = slow_ids,
	.probe = slow_probe,
	.remove = slow_remove,
	.sriov_configure = slow_configure,
};

module_pci_driver(slow_driver);

MODULE_DESCRIPTION("Takes its time to make virtual functions");
MODULE_AUTHOR("The iommu_caps authors");
MODULE_LICENSE("GPL");
