// SPDX-License-Identifier: GPL-2.0-only
/*
 * For tests only: /proc/lab_p2p has a line "A B DISTANCE" for each pair of PCI
 * functions, with what the kernel's own pci_p2pdma_distance_many() says; -1
 * when it refuses.
 *
 * With acs=1, downstream ports of switches, which have no ACS in QEMU, show a
 * capability: their switches are removed and scanned again while configuration
 * space is answered here. Real ports differ in what they can; these do, too.
 */
#include <linux/module.h>
#include <linux/pci-p2pdma.h>
#include <linux/pci.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>

static bool acs;
module_param(acs, bool, 0444);
MODULE_PARM_DESC(acs, "downstream ports of switches have ACS");

/* The last capability that QEMU's ports have is their first, AER at 0x100. */
#define LAST_CAP	0x100
#define ACS_CAP		0x200
#define MAX_SWITCHES	4

/* What a port can, by its device number; the kernel switches on what it wants. */
static const u16 port_has[] = {
	PCI_ACS_SV | PCI_ACS_TB | PCI_ACS_RR | PCI_ACS_CR | PCI_ACS_UF |
		PCI_ACS_DT,
	PCI_ACS_SV | PCI_ACS_TB,
	PCI_ACS_SV | PCI_ACS_RR,
	0,
};

static u16 port_control[256][ARRAY_SIZE(port_has)];	/* by bus and device number */
static struct pci_bus *switches[MAX_SWITCHES];
static unsigned int nr_switches;
static struct pci_ops *orig_ops;

static bool is_upstream(struct pci_dev *pdev)
{
	return pdev && pci_is_pcie(pdev) &&
	       pci_pcie_type(pdev) == PCI_EXP_TYPE_UPSTREAM;
}

/* A port of a switch, or NULL */
static u16 *control_of(struct pci_bus *bus, unsigned int devfn)
{
	if (!is_upstream(bus->self) || PCI_FUNC(devfn) ||
	    PCI_SLOT(devfn) >= ARRAY_SIZE(port_has))
		return NULL;
	return &port_control[bus->number][PCI_SLOT(devfn)];
}

static int read_config(struct pci_bus *bus, unsigned int devfn, int where,
		       int size, u32 *val)
{
	u16 *ctrl = control_of(bus, devfn);
	u32 word;
	int ret;

	if (!ctrl || (where & ~3) < LAST_CAP)
		return orig_ops->read(bus, devfn, where, size, val);
	ret = orig_ops->read(bus, devfn, where & ~3, 4, &word);
	/* no port there */
	if (ret || word == ~0U)
		return orig_ops->read(bus, devfn, where, size, val);
	switch (where & ~3) {
	case LAST_CAP:
		word = (word & 0xfffff) | ACS_CAP << 20;
		break;
	case ACS_CAP:
		word = PCI_EXT_CAP_ID_ACS | 1 << 16;
		break;
	case ACS_CAP + PCI_ACS_CAP:
		word = port_has[PCI_SLOT(devfn)] | *ctrl << 16;
		break;
	}
	word >>= 8 * (where & 3);
	*val = size == 4 ? word : word & ((1U << 8 * size) - 1);
	return 0;
}

static int write_config(struct pci_bus *bus, unsigned int devfn, int where,
			int size, u32 val)
{
	u16 *ctrl = control_of(bus, devfn);

	if (!ctrl || where < ACS_CAP || where >= ACS_CAP + 8)
		return orig_ops->write(bus, devfn, where, size, val);
	if (where == ACS_CAP + PCI_ACS_CTRL && size == 2)
		*ctrl = val & port_has[PCI_SLOT(devfn)];
	return 0;
}

static struct pci_ops acs_ops = { .read = read_config, .write = write_config };

/* Remove what is below a switch, and find it again through other eyes. */
static void scan_again(struct pci_bus *bus, struct pci_ops *ops)
{
	struct pci_dev *pdev, *tmp;

	pci_lock_rescan_remove();
	list_for_each_entry_safe_reverse(pdev, tmp, &bus->devices, bus_list)
		pci_stop_and_remove_bus_device(pdev);
	pci_bus_set_ops(bus, ops);
	pci_rescan_bus(bus);
	pci_unlock_rescan_remove();
}

/* Switches below switches are found again with the one above them. */
static void give_acs(void)
{
	struct pci_dev *pdev = NULL, *up;

	while ((pdev = pci_get_device(PCI_ANY_ID, PCI_ANY_ID, pdev))) {
		up = pci_upstream_bridge(pdev);
		if (is_upstream(pdev) && nr_switches < MAX_SWITCHES &&
		    pdev->subordinate && (!up || pci_is_root_bus(up->bus)))
			switches[nr_switches++] = pdev->subordinate;
	}
	if (nr_switches)
		orig_ops = switches[0]->ops;
	for (unsigned int i = 0; i < nr_switches; i++)
		scan_again(switches[i], &acs_ops);
}

static int pairs_show(struct seq_file *m, void *v)
{
	struct pci_dev *a = NULL, *b;
	struct device *client;

	while ((a = pci_get_device(PCI_ANY_ID, PCI_ANY_ID, a))) {
		b = NULL;
		while ((b = pci_get_device(PCI_ANY_ID, PCI_ANY_ID, b))) {
			if (a == b)
				continue;
			client = &b->dev;
			seq_printf(m, "%s %s %d\n", pci_name(a), pci_name(b),
				   pci_p2pdma_distance_many(a, &client, 1,
							    false));
		}
	}
	return 0;
}

static int __init lab_p2p_init(void)
{
	if (acs)
		give_acs();
	return proc_create_single("lab_p2p", 0444, NULL, pairs_show) ?
		0 : -ENOMEM;
}

static void __exit lab_p2p_exit(void)
{
	remove_proc_entry("lab_p2p", NULL);
	for (unsigned int i = 0; i < nr_switches; i++)
		scan_again(switches[i], orig_ops);
}

module_init(lab_p2p_init);
module_exit(lab_p2p_exit);

MODULE_DESCRIPTION("The kernel's verdict on peer-to-peer DMA for each pair");
MODULE_AUTHOR("The iommu_caps authors");
MODULE_LICENSE("GPL");
