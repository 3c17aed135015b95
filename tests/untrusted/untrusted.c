// SPDX-License-Identifier: GPL-2.0-only
/*
 * For tests only: marks the PCI function 0000:00:04.0 as untrusted, as firmware
 * does for what is outside the chassis, while the parameter is 1.
 */
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/pci.h>

static struct pci_dev *pdev;

static int mark_set(const char *val, const struct kernel_param *kp)
{
	bool mark;
	int ret;

	ret = kstrtobool(val, &mark);
	if (!ret && pdev)
		pdev->untrusted = mark;
	return ret;
}

static int mark_get(char *page, const struct kernel_param *kp)
{
	return sprintf(page, "%d\n", pdev->untrusted);
}

static const struct kernel_param_ops mark_ops = {
	.set = mark_set,
	.get = mark_get,
};
module_param_cb(mark, &mark_ops, NULL, 0644);
MODULE_PARM_DESC(mark, "whether the function is marked");

static int __init untrusted_init(void)
{
	pdev = pci_get_domain_bus_and_slot(0, 0, PCI_DEVFN(4, 0));
	return pdev ? 0 : -ENODEV;
}

static void __exit untrusted_exit(void)
{
	pdev->untrusted = 0;
	pci_dev_put(pdev);
}

module_init(untrusted_init);
module_exit(untrusted_exit);

MODULE_DESCRIPTION("Marks a PCI function as untrusted");
MODULE_AUTHOR("The iommu_caps authors");
MODULE_LICENSE("GPL");
