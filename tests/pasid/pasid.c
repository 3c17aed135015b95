// SPDX-License-Identifier: GPL-2.0-only
/*
 * For tests only: the function behind a root port, which in QEMU has no PASIDs,
 * shows a capability for them, of "width" bits, while this module is loaded:
 * the bus is scanned again and its configuration space answered here. Writing
 * "on" switches the function's PASIDs, as its driver may.
 */
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/pci-ats.h>

static char *port;
module_param(port, charp, 0444);
MODULE_PARM_DESC(port, "the root port");

static unsigned int width;
module_param(width, uint, 0444);
MODULE_PARM_DESC(width, "bits of a PASID");

/* The last capability of the function, which has the next one's address */
static unsigned int last = 0x100;
module_param(last, uint, 0444);

#define PASID_CAP	0x200

static struct pci_bus *bus;
static struct pci_ops *orig_ops;
static u16 control;

static int read_config(struct pci_bus *b, unsigned int devfn, int where,
		       int size, u32 *val)
{
	u32 word;
	int ret;

	if (devfn || (where & ~3) < last)
		return orig_ops->read(b, devfn, where, size, val);
	ret = orig_ops->read(b, devfn, where & ~3, 4, &word);
	if (ret)
		return ret;
	if ((where & ~3) == last)
		word = (word & 0xfffff) | PASID_CAP << 20;
	else if ((where & ~3) == PASID_CAP)
		word = PCI_EXT_CAP_ID_PASID | 1 << 16;
	else if ((where & ~3) == PASID_CAP + PCI_PASID_CAP)
		word = width << 8 | control << 16;
	word >>= 8 * (where & 3);
	*val = size == 4 ? word : word & ((1U << 8 * size) - 1);
	return 0;
}

static int write_config(struct pci_bus *b, unsigned int devfn, int where,
			int size, u32 val)
{
	if (devfn || where < PASID_CAP || where >= PASID_CAP + 8)
		return orig_ops->write(b, devfn, where, size, val);
	if (where == PASID_CAP + PCI_PASID_CTRL && size == 2)
		control = val;
	return 0;
}

static struct pci_ops pasid_ops = { .read = read_config, .write = write_config };

/* Remove the function, and find it again through other eyes. */
static void scan_again(struct pci_ops *ops)
{
	struct pci_dev *pdev, *tmp;

	pci_lock_rescan_remove();
	list_for_each_entry_safe_reverse(pdev, tmp, &bus->devices, bus_list)
		pci_stop_and_remove_bus_device(pdev);
	control = 0;
	pci_bus_set_ops(bus, ops);
	pci_rescan_bus(bus);
	pci_unlock_rescan_remove();
}

static int switch_on(const char *val, const struct kernel_param *kp)
{
	struct pci_dev *pdev = bus ? pci_get_slot(bus, 0) : NULL;
	int ret = -ENODEV;
	bool on;

	if (!pdev)
		return ret;
	ret = kstrtobool(val, &on);
	if (!ret && on)
		ret = pci_enable_pasid(pdev, 0);
	else if (!ret)
		pci_disable_pasid(pdev);
	pci_dev_put(pdev);
	return ret;
}

static const struct kernel_param_ops on_ops = { .set = switch_on };
module_param_cb(on, &on_ops, NULL, 0200);

static int __init pasid_init(void)
{
	struct device *dev = bus_find_device_by_name(&pci_bus_type, NULL, port);

	if (!dev)
		return -ENODEV;
	/* the port is not removed meanwhile */
	bus = to_pci_dev(dev)->subordinate;
	put_device(dev);
	if (!bus)
		return -ENODEV;
	orig_ops = bus->ops;
	scan_again(&pasid_ops);
	return 0;
}

static void __exit pasid_exit(void)
{
	scan_again(orig_ops);
}

module_init(pasid_init);
module_exit(pasid_exit);
MODULE_DESCRIPTION("Gives a function a PASID capability, for tests");
MODULE_LICENSE("GPL");
