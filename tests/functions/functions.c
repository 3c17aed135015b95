// SPDX-License-Identifier: GPL-2.0-only
/*
 * For tests only: PCI functions without hardware, 256 on each root bus of ours,
 * so that a machine has thousands of IOMMU groups. Their configuration space
 * has what the kernel needs to put each into a group of its own: they are
 * integrated endpoints with ACS. Writing to the parameter adds buses.
 */
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/numa.h>
#include <linux/pci.h>

#define FIRST_BUS	0x40
#define MAX_BUSES	0x80

#define EXPRESS_CAP	0x40
#define ACS_CAP		0x100

struct root {
	struct pci_bus *bus;
	struct resource range;
	struct pci_sysdata sysdata;
};

static struct root roots[MAX_BUSES];
static unsigned int count;

static u32 config_dword(int where)
{
	switch (where & ~3) {
	case PCI_VENDOR_ID:
		return PCI_VENDOR_ID_REDHAT | 0x0005 << 16;
	case PCI_COMMAND:
		return PCI_STATUS_CAP_LIST << 16;
	case PCI_CLASS_REVISION:
		return PCI_CLASS_OTHERS << 24 | 1;
	case PCI_CACHE_LINE_SIZE:
		return PCI_HEADER_TYPE_MFD << 16;
	case PCI_CAPABILITY_LIST:
		return EXPRESS_CAP;
	case EXPRESS_CAP:
		return PCI_CAP_ID_EXP |
		       (2 | PCI_EXP_TYPE_RC_END << 4) << 16;
	case ACS_CAP:
		return PCI_EXT_CAP_ID_ACS | 1 << 16;
	default:
		return 0;
	}
}

static int config_read(struct pci_bus *bus, unsigned int devfn, int where,
		       int size, u32 *val)
{
	*val = config_dword(where) >> 8 * (where & 3);
	if (size < 4)
		*val &= (1U << 8 * size) - 1;
	return PCIBIOS_SUCCESSFUL;
}

static int config_write(struct pci_bus *bus, unsigned int devfn, int where,
			int size, u32 val)
{
	return PCIBIOS_SUCCESSFUL;
}

static struct pci_ops ops = {
	.read = config_read,
	.write = config_write,
};

static int add_root(struct root *root, unsigned int number)
{
	LIST_HEAD(resources);

	root->range.name = "functions";
	root->range.start = number;
	root->range.end = number;
	root->range.flags = IORESOURCE_BUS;
	root->sysdata.node = NUMA_NO_NODE;
	pci_add_resource(&resources, &root->range);
	root->bus = pci_scan_root_bus(NULL, number, &ops, &root->sysdata,
				      &resources);
	if (!root->bus) {
		pci_free_resource_list(&resources);
		return -ENODEV;
	}
	pci_bus_add_devices(root->bus);
	return 0;
}

static int set_buses(const char *val, const struct kernel_param *kp)
{
	unsigned int n;
	int ret = kstrtouint(val, 0, &n);

	if (ret)
		return ret;
	if (n > MAX_BUSES)
		return -EINVAL;
	pci_lock_rescan_remove();
	while (!ret && count < n) {
		ret = add_root(&roots[count], FIRST_BUS + count);
		if (!ret)
			count++;
	}
	pci_unlock_rescan_remove();
	return ret;
}

static const struct kernel_param_ops buses_ops = {
	.set = set_buses,
	.get = param_get_uint,
};
module_param_cb(buses, &buses_ops, &count, 0644);
MODULE_PARM_DESC(buses, "root buses with 256 functions each; can only grow");

static int __init functions_init(void)
{
	return 0;
}

static void __exit functions_exit(void)
{
	pci_lock_rescan_remove();
	while (count--) {
		pci_stop_root_bus(roots[count].bus);
		pci_remove_root_bus(roots[count].bus);
	}
	pci_unlock_rescan_remove();
}

module_init(functions_init);
module_exit(functions_exit);

MODULE_DESCRIPTION("PCI functions without hardware");
MODULE_AUTHOR("The iommu_caps authors");
MODULE_LICENSE("GPL");
