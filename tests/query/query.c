// SPDX-License-Identifier: GPL-2.0-only
/*
 * A driver that asks iommu_caps about its device when it binds, by a symbol that
 * it links to and again by symbol_get(), and keeps the answers for the tests to
 * read: one number for each of enum iommu_caps_fact. It binds to whatever
 * driver_override gives it, and holds iommu_caps until it is removed.
 */
#include <linux/device.h>
#include <linux/module.h>
#include <linux/pci.h>

#include "iommu_caps_query.h"

static int answers[IOMMU_CAPS_FACT_BYPASS + 1];
static int count;
module_param_array(answers, int, &count, 0444);

static int answers_got[IOMMU_CAPS_FACT_BYPASS + 1];
static int count_got;
module_param_array(answers_got, int, &count_got, 0444);

static int query_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	typeof(&iommu_caps_query) query = symbol_get(iommu_caps_query);
	unsigned int i;

	if (!query)
		return -ENOENT;
	for (i = 0; i < ARRAY_SIZE(answers); i++) {
		answers[i] = iommu_caps_query(&pdev->dev, i);
		answers_got[i] = query(&pdev->dev, i);
	}
	symbol_put(iommu_caps_query);
	count = ARRAY_SIZE(answers);
	count_got = count;
	return 0;
}

static const struct pci_device_id none[] = { { } };

static struct pci_driver query_driver = {
	.name = "lab_query",
	.id_table = none,
	.probe = query_probe,
};

module_pci_driver(query_driver);
MODULE_DESCRIPTION("Asks iommu_caps about a device, for tests");
MODULE_LICENSE("GPL");
