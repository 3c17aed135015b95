// SPDX-License-Identifier: GPL-2.0-only
/*
 * Gives the SMMUv3 of an emulated machine runtime power management, as a
 * driver of kernels to come does, and suspends it. The unit itself has no
 * power to lose: nothing breaks, but a read by whoever has not asked succeeds.
 */
#include <linux/module.h>
#include <linux/of.h>
#include <linux/of_platform.h>
#include <linux/platform_device.h>
#include <linux/pm_runtime.h>

static struct platform_device *smmu;

static int __init power_init(void)
{
	struct device_node *np;
	int ret;

	np = of_find_compatible_node(NULL, NULL, "arm,smmu-v3");
	smmu = np ? of_find_device_by_node(np) : NULL;
	of_node_put(np);
	if (!smmu)
		return -ENODEV;
	ret = pm_runtime_set_suspended(&smmu->dev);
	if (ret) {
		put_device(&smmu->dev);
		return ret;
	}
	pm_runtime_enable(&smmu->dev);
	return 0;
}

static void __exit power_exit(void)
{
	pm_runtime_disable(&smmu->dev);
	put_device(&smmu->dev);
}

module_init(power_init);
module_exit(power_exit);
MODULE_DESCRIPTION("Suspends an SMMUv3 for tests");
MODULE_LICENSE("GPL");
