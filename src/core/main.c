// SPDX-License-Identifier: GPL-2.0-only
/*
 * iommu_caps: what the IOMMU really does for every group, under
 * /sys/kernel/iommu_caps.
 *
 * Only the order in which the parts come up and go down is here:
 *
 *  root	the folder itself (its files come last, when all is there)
 *  model	units, groups and devices
 *  watch	bus events and tracepoints, before the first walk, so that
 *		nothing that happens meanwhile is missed
 */
#include <linux/init.h>
#include <linux/module.h>

#include "compat/compat.h"
#include "core/group.h"
#include "core/lock.h"
#include "core/log.h"
#include "core/model.h"
#include "core/root.h"
#include "core/unit.h"
#include "core/watch.h"

static void report(void)
{
	unsigned int driven, described, groups;
	const char *state = NULL;
	char *page = (char *)get_zeroed_page(GFP_KERNEL);

	mutex_lock(&ic_lock);
	ic_unit_count(&driven, &described);
	groups = ic_model_count();
	if (page)
		state = ic_model_state(page);
	mutex_unlock(&ic_lock);
	free_page((unsigned long)page);
	pr_info("%u units (%u not driven), %u groups, state %s\n",
		driven + described, described, groups, state ?: "unknown");
}

static int __init ic_init(void)
{
	int ret;

	ic_units_setup();
	ic_groups_setup();
	ret = ic_root_init();
	if (ret)
		return ret;
	ret = ic_model_init();
	if (ret)
		goto err_root;
	ret = ic_watch_init();
	if (ret)
		goto err_model;
	mutex_lock(&ic_lock);
	ret = ic_model_walk();
	mutex_unlock(&ic_lock);
	if (ret)
		goto err_watch;
	ret = ic_root_publish();
	if (ret)
		goto err_watch;
	report();
	return 0;

err_watch:
	ic_model_close();
	ic_watch_exit();
err_model:
	ic_model_exit();
err_root:
	ic_root_exit();
	return ret;
}

static void __exit ic_exit(void)
{
	ic_root_close();
	ic_model_close();
	ic_watch_exit();
	ic_model_exit();
	ic_root_exit();
}

module_init(ic_init);
module_exit(ic_exit);

MODULE_DESCRIPTION("Publishes what the IOMMU does for every IOMMU group");
MODULE_AUTHOR("The iommu_caps authors");
MODULE_LICENSE("GPL");
MODULE_VERSION(IC_VERSION);
