// SPDX-License-Identifier: GPL-2.0-only
/*
 * For tests only: a driver for QEMU's random number generators that does nothing,
 * and has so long a name that those of a few devices fill a page.
 */
#include <linux/module.h>
#include <linux/pci.h>

#define TEN	"0123456789"
#define FIFTY	TEN TEN TEN TEN TEN

static int longname_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	return 0;
}

static const struct pci_device_id longname_ids[] = {
	{ PCI_DEVICE(PCI_VENDOR_ID_REDHAT_QUMRANET, 0x1005) },
	{ PCI_DEVICE(PCI_VENDOR_ID_REDHAT_QUMRANET, 0x1044) },
	{ }
};

static struct pci_driver longname_driver = {
	.name = FIFTY FIFTY FIFTY FIFTY,
	.id_table = longname_ids,
	.probe = longname_probe,
};
module_pci_driver(longname_driver);

MODULE_DESCRIPTION("A driver with a long name");
MODULE_AUTHOR("The iommu_caps authors");
MODULE_LICENSE("GPL");
