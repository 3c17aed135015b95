// SPDX-License-Identifier: GPL-2.0-only
/*
 * For tests only: /proc/lab_p2p has a line "A B DISTANCE" for each pair of PCI
 * functions, with what the kernel's own pci_p2pdma_distance_many() says; -1
 * when it refuses.
 */
#include <linux/module.h>
#include <linux/pci-p2pdma.h>
#include <linux/pci.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>

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
	return proc_create_single("lab_p2p", 0444, NULL, pairs_show) ?
		0 : -ENOMEM;
}

static void __exit lab_p2p_exit(void)
{
	remove_proc_entry("lab_p2p", NULL);
}

module_init(lab_p2p_init);
module_exit(lab_p2p_exit);

MODULE_DESCRIPTION("The kernel's verdict on peer-to-peer DMA for each pair");
MODULE_AUTHOR("The iommu_caps authors");
MODULE_LICENSE("GPL");
