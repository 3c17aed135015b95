// SPDX-License-Identifier: GPL-2.0-only
/*
 * What other kernel modules may ask.
 */
#include <linux/device.h>
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/iommu.h>

#include "compat/compat.h"
#include "core/facts.h"
#include "core/group.h"
#include "core/hw_tables.h"
#include "core/lock.h"
#include "core/unit.h"
#include "iommu_caps_query.h"

static int answer(enum ic_tristate fact)
{
	return fact == IC_UNKNOWN ? -ENODATA : fact == IC_YES;
}

static int query_group(struct ic_group *group, enum iommu_caps_fact fact,
		       char *page)
{
	enum ic_tristate remap;
	u32 tokens;
	int ret;

	switch (fact) {
	case IOMMU_CAPS_FACT_VIOMMU:
		return answer(ic_fact_viommu(group));
	case IOMMU_CAPS_FACT_CACHING_MODE:
		return answer(ic_fact_caching_mode(group));
	case IOMMU_CAPS_FACT_DMA_REMAP:
		ret = ic_fact_dma_remap(group, ic_hw_path(group), NULL, page,
					&remap);
		return ret ? -ENODATA : answer(remap);
	case IOMMU_CAPS_FACT_INTR_REMAP:
		return answer(ic_fact_intr_remap(group));
	case IOMMU_CAPS_FACT_BYPASS:
		ret = ic_fact_bypass(group, ic_hw_path(group), page, &tokens);
		return ret ? -ENODATA : !!tokens;
	default:
		return -ENODATA;
	}
}

/* Where the kernel groups a device as its driver binds, the unit is first. */
static int query_unit(struct device *dev, enum iommu_caps_fact fact)
{
	struct ic_unit *unit = ic_unit_of(dev);

	if (!unit)
		return -ENODATA;
	switch (fact) {
	case IOMMU_CAPS_FACT_VIOMMU:
		return answer(ic_unit_virtual(unit));
	case IOMMU_CAPS_FACT_CACHING_MODE:
		return answer(unit->caps.caching_mode);
	default:
		return -ENODATA;
	}
}

/**
 * iommu_caps_query() - what is true of a device's DMA and interrupts now
 * @dev: the device, which must not leave meanwhile; its lock may be held
 * @fact: what is asked
 *
 * May sleep. Takes no lock that is held while files of iommu_caps are removed
 * or other devices come and go. For a driver's probe: where the kernel groups
 * a device only when its driver binds (up to 6.12: device tree, IORT, VIOT),
 * the group is not yet known then, and only what the unit tells is answered.
 *
 * Return: 1, 0, or -ENODATA: not known, or the device is in no group.
 */
int iommu_caps_query(struct device *dev, enum iommu_caps_fact fact)
{
	struct iommu_group *igroup = iommu_group_get(dev);
	struct ic_group *group;
	int ret = -ENODATA;
	char *page;

	if (!igroup)
		return -ENODATA;
	page = (char *)get_zeroed_page(GFP_KERNEL);
	if (!page)
		goto out;
	down_read(&ic_model_sem);
	group = ic_group_find(iommu_group_id(igroup));
	if (group && group->igroup == igroup)
		ret = query_group(group, fact, page);
	else
		ret = query_unit(dev, fact);
	up_read(&ic_model_sem);
	free_page((unsigned long)page);
out:
	iommu_group_put(igroup);
	return ret;
}
EXPORT_SYMBOL_GPL(iommu_caps_query);
