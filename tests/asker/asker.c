// SPDX-License-Identifier: GPL-2.0-only
/*
 * Asks iommu_caps about a device for as long as this module is loaded, whether
 * iommu_caps is there or not, is loaded or unloaded meanwhile: it has it only
 * while it asks. Counts for the tests how often it was answered, how often
 * there was nobody to ask, and answers that differ from the first.
 */
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/pci.h>

#include "iommu_caps_query.h"

static char *device;
module_param(device, charp, 0444);

static int answers[IOMMU_CAPS_FACT_BYPASS + 1];
static int count;
module_param_array(answers, int, &count, 0444);

static unsigned int answered, refused, changed;
module_param(answered, uint, 0444);
module_param(refused, uint, 0444);
module_param(changed, uint, 0444);

static struct device *dev;
static struct task_struct *thread;

static void ask(int (*query)(struct device *dev, enum iommu_caps_fact fact))
{
	unsigned int i;
	int answer;

	for (i = 0; i < ARRAY_SIZE(answers); i++) {
		answer = query(dev, i);
		if (!count)
			answers[i] = answer;
		else if (answers[i] != answer)
			changed++;
	}
	count = ARRAY_SIZE(answers);
	answered++;
}

static int keep_asking(void *unused)
{
	typeof(&iommu_caps_query) query;

	while (!kthread_should_stop()) {
		query = symbol_get(iommu_caps_query);
		if (query) {
			ask(query);
			symbol_put(iommu_caps_query);
		} else {
			refused++;
		}
		usleep_range(100, 200);
	}
	return 0;
}

static int __init asker_init(void)
{
	dev = bus_find_device_by_name(&pci_bus_type, NULL, device);
	if (!dev)
		return -ENODEV;
	thread = kthread_run(keep_asking, NULL, "asker");
	if (IS_ERR(thread)) {
		put_device(dev);
		return PTR_ERR(thread);
	}
	return 0;
}

static void __exit asker_exit(void)
{
	kthread_stop(thread);
	put_device(dev);
}

module_init(asker_init);
module_exit(asker_exit);
MODULE_DESCRIPTION("Keeps asking iommu_caps about a device, for tests");
MODULE_LICENSE("GPL");
