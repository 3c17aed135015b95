// SPDX-License-Identifier: GPL-2.0-only
/*
 * iommu_caps: what the IOMMU really does for every group, under
 * /sys/kernel/iommu_caps.
 *
 * Only the order in which the parts come up and go down is here:
 *
 *  root	the folders
 *  model	units, groups and devices
 *  watch	bus events and tracepoints, before the machine is first looked
 *		at, so that nothing that happens meanwhile is missed
 *  files	of the top folder, when everything below is there; `rescan` last,
 *		and removed first, since it takes ic_lock
 */
#include <linux/init.h>
#include <linux/module.h>

#include "compat/compat.h"
#include "core/group.h"
#include "core/lock.h"
#include "core/log.h"
#include "core/model.h"
#include "core/root.h"
#include "core/state.h"
#include "core/unit.h"
#include "core/watch.h"

static void report(void)
{
	unsigned int driven, described, groups;
	const char *state;

	mutex_lock(&ic_lock);
	ic_unit_count(&driven, &described);
	groups = ic_model_count();
	state = ic_state_word();
	mutex_unlock(&ic_lock);
	pr_info("%u units (%u not driven), %u groups, state %s\n",
		driven + described, described, groups, state ?: "unknown");
}

static int publish_state(void)
{
	int ret;

	mutex_lock(&ic_lock);
	ret = ic_state_publish();
	mutex_unlock(&ic_lock);
	return ret;
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
	ret = ic_watch_sync();
	if (ret)
		goto err_watch;
	ret = publish_state();
	if (ret)
		goto err_watch;
	ret = ic_root_publish();
	if (ret)
		goto err_watch;
	ret = ic_watch_publish();
	if (ret)
		goto err_watch;
	report();
	return 0;

err_watch:
	ic_watch_exit();
err_model:
	ic_model_exit();
err_root:
	ic_root_exit();
	return ret;
}

static void __exit ic_exit(void)
{
	ic_watch_unpublish();
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
