// SPDX-License-Identifier: GPL-2.0-only
/*
 * For tests only: has QEMU's `edu` device pass for another one, as far as the
 * kernel is concerned, while the module is loaded.
 */
#include <linux/module.h>
#include <linux/pci.h>

static ushort vendor, device;
module_param(vendor, ushort, 0444);
module_param(device, ushort, 0444);

static struct pci_dev *edu;

static int __init pci_id_init(void)
{
	edu = pci_get_device(0x1234, 0x11e8, NULL);
	if (!edu)
		return -ENODEV;
	edu->vendor = vendor;
	edu->device = device;
	return 0;
}

static void __exit pci_id_exit(void)
{
	edu->vendor = 0x1234;
	edu->device = 0x11e8;
	pci_dev_put(edu);
}

module_init(pci_id_init);
module_exit(pci_id_exit);

MODULE_DESCRIPTION("Tests: a PCI device with the ids of another one");
MODULE_LICENSE("GPL");
