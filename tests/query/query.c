// SPDX-License-Identifier: GPL-2.0-only
/*
 * A driver that asks iommu_caps about its device when it binds, and keeps the
 * answers for the tests to read: one number for each of enum iommu_caps_fact.
 * It binds to whatever driver_override gives it, and holds iommu_caps until it
 * is removed.
 */
#include <linux/device.h>
#include <linux/module.h>
#include <linux/pci.h>

#include "iommu_caps_query.h"

static int answers[IOMMU_CAPS_FACT_BYPASS + 1];
static int count;
module_param_array(answers, int, &count, 0444);

static int (*query)(struct device *dev, enum iommu_caps_fact fact);

static int query_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(answers); i++)
		answers[i] = query(&pdev->dev, i);
	count = ARRAY_SIZE(answers);
	return 0;
}

static const struct pci_device_id none[] = { { } };

static struct pci_driver query_driver = {
	.name = "lab_query",
	.id_table = none,
	.probe = query_probe,
};

static int __init query_init(void)
{
	int ret;

	query = symbol_get(iommu_caps_query);
	if (!query)
		return -ENOENT;
	ret = pci_register_driver(&query_driver);
	if (ret)
		symbol_put(iommu_caps_query);
	return ret;
}

static void __exit query_exit(void)
{
	pci_unregister_driver(&query_driver);
	symbol_put(iommu_caps_query);
}

module_init(query_init);
module_exit(query_exit);
MODULE_DESCRIPTION("Asks iommu_caps about a device, for tests");
MODULE_LICENSE("GPL");
