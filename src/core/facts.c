// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is true of a group at this moment, asked from the kernel each time.
 *
 * Nothing here remembers an answer: a value that changes without an event
 * (ATS, DMA ownership) is still right when it is read. Combining facts obeys
 * one rule: an unknown part makes the whole unknown unless the other parts
 * decide it alone.
 *
 * The caller holds ic_model_sem for reading, or ic_lock.
 */
#include <linux/device.h>
#include <linux/iommu.h>
#include <linux/pci.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "compat/compat.h"
#include "core/facts.h"
#include "core/group.h"
#include "core/sysfs_read.h"
#include "core/unit.h"

/* Is a unit-wide fact true of any unit that serves the group? */
static int any_unit(struct ic_group *group, int (*fact)(struct ic_unit *unit))
{
	int ret = list_empty(&group->members) ? IC_UNKNOWN : 0;
	struct ic_dev *d;
	int one;

	for_each_member(d, group) {
		one = d->unit ? fact(d->unit) : IC_UNKNOWN;
		if (one > 0)
			return 1;
		if (one < 0)
			ret = IC_UNKNOWN;
	}
	return ret;
}

static int unit_caching_mode(struct ic_unit *unit)
{
	return unit->caps.caching_mode;
}

static int unit_virtual(struct ic_unit *unit)
{
	return ic_unit_virtual(unit);
}

static int unit_inactive(struct ic_unit *unit)
{
	int active = ic_unit_active(unit);

	return active < 0 ? IC_UNKNOWN : !active;
}

int ic_fact_caching_mode(struct ic_group *group)
{
	return any_unit(group, unit_caching_mode);
}

int ic_fact_viommu(struct ic_group *group)
{
	return any_unit(group, unit_virtual);
}

/* The default domain in the kernel's words; -ENODATA for "unknown". */
ssize_t ic_fact_domain_type(struct ic_group *group, char *page)
{
	ssize_t len = ic_attr_read(group->ikobj, group->type_attr, page);

	if (len == -ENOENT || (len >= 0 && !strcmp(page, "unknown")))
		return -ENODATA;
	return len;
}

/* How a default domain lets DMA through; 0: it translates or blocks */
static int domain_bypass(const char *type)
{
	if (!strcmp(type, "identity"))
		return IC_BYPASS_IDENTITY;
	if (!strncmp(type, "DMA", 3) || !strcmp(type, "unmanaged") ||
	    !strcmp(type, "blocked"))
		return 0;
	return IC_UNKNOWN;
}

/*
 * Drivers come and go while we look. The driver core waits for an RCU grace
 * period before the memory of a driver's module is freed.
 */
static bool bound_to_kernel_dma(struct device *dev)
{
	struct device_driver *drv;
	bool ret;

	rcu_read_lock();
	drv = READ_ONCE(dev->driver);
	ret = drv && !ic_driver_tolerated(dev, drv);
	rcu_read_unlock();
	return ret;
}

static bool bound_to_vfio(struct device *dev)
{
	struct device_driver *drv;
	bool ret;

	rcu_read_lock();
	drv = READ_ONCE(dev->driver);
	ret = drv && strstr(drv->name, "vfio");
	rcu_read_unlock();
	return ret;
}

/* A claim alone is not VFIO: kernel drivers claim too on some kernels. */
enum ic_owner ic_fact_owner(struct ic_group *group)
{
	int claimed = ic_group_claimed(group->igroup);
	struct ic_dev *d;

	if (claimed <= 0)
		return claimed;
	for_each_member(d, group)
		if (bound_to_kernel_dma(d->dev))
			return IC_OWNER_KERNEL;
	return IC_OWNER_USER;
}

/* What the vendor knows where the kernel has no word: IC_BYPASS_* bits. */
static int vendor_bypass(struct ic_group *group)
{
	int ret = list_empty(&group->members) ? IC_UNKNOWN : 0;
	struct ic_dev *d;
	int one;

	for_each_member(d, group) {
		one = d->unit && d->unit->ops->bypass ?
			d->unit->ops->bypass(d->dev) : IC_UNKNOWN;
		if (one < 0)
			return IC_UNKNOWN;
		ret |= one;
	}
	return ret;
}

/*
 * How the domain that is attached now lets DMA through: IC_BYPASS_* bits, 0 if
 * it translates or blocks. A user-space owner has a domain of its own, which
 * does. Where the kernel cannot tell who owns the group, a group that VFIO
 * could hold is unknown.
 */
static int lets_through(struct ic_group *group, enum ic_owner owner, char *page)
{
	struct ic_dev *d;
	ssize_t len;
	int ret;

	if (owner == IC_OWNER_USER)
		return 0;
	len = ic_fact_domain_type(group, page);
	if (len < 0 && len != -ENODATA)
		return len;
	ret = len < 0 ? vendor_bypass(group) : domain_bypass(page);
	if (ret > 0 && owner == IC_OWNER_UNKNOWN)
		for_each_member(d, group)
			if (bound_to_vfio(d->dev))
				return IC_UNKNOWN;
	return ret;
}

int ic_fact_dma_remap(struct ic_group *group, char *page)
{
	int inactive = any_unit(group, unit_inactive);
	int domain;

	if (inactive > 0)
		return 0;
	domain = lets_through(group, ic_fact_owner(group), page);
	if (domain)
		return domain < 0 ? domain : 0;
	return inactive < 0 ? IC_UNKNOWN : 1;
}

/*
 * 1:1 regions are mapped in the kernel's domains, not in those of VFIO. Drivers
 * leave out, and do not say so, a region that there was no memory to list; but
 * what a set of devices demands does not change, so what was seen once counts.
 */
int ic_direct_regions(struct ic_group *group, u32 *tokens)
{
	struct iommu_resv_region *region, *next;
	u32 seen = READ_ONCE(group->regions);
	u32 found = seen;
	LIST_HEAD(regions);
	int ret;

	ret = iommu_get_group_resv_regions(group->igroup, &regions);
	list_for_each_entry_safe(region, next, &regions, list) {
		if (region->type == IOMMU_RESV_DIRECT)
			found |= IC_BYPASS_DIRECT;
		else if (region->type == IOMMU_RESV_DIRECT_RELAXABLE)
			found |= IC_BYPASS_DIRECT_RELAXABLE;
		kfree(region);
	}
	if (found != seen)
		WRITE_ONCE(group->regions, found);
	*tokens |= found;
	return ret;
}

static bool ats_enabled(struct device *dev)
{
	return dev_is_pci(dev) && to_pci_dev(dev)->ats_enabled;
}

/**
 * ic_fact_bypass() - how DMA of the group can reach memory untranslated now
 * @group: the group
 * @page: scratch page
 * @tokens: IC_BYPASS_*, 0 for none
 *
 * Return: 0, -ENODATA when the list could be incomplete, -errno.
 */
int ic_fact_bypass(struct ic_group *group, char *page, u32 *tokens)
{
	enum ic_owner owner = ic_fact_owner(group);
	int inactive = any_unit(group, unit_inactive);
	int domain = lets_through(group, owner, page);
	struct ic_dev *d;
	int ret;

	*tokens = 0;
	if (domain == IC_UNKNOWN || inactive < 0)
		return -ENODATA;
	if (domain < 0)
		return domain;
	*tokens |= domain;
	if (inactive)
		*tokens |= IC_BYPASS_INACTIVE;
	for_each_member(d, group)
		if (ats_enabled(d->dev))
			*tokens |= IC_BYPASS_ATS;
	if (owner != IC_OWNER_USER) {
		ret = ic_direct_regions(group, tokens);
		if (ret)
			return ret;
	}
	return 0;
}

#ifdef IC_HAVE_ISOLATED_MSI
int ic_fact_intr_remap(struct ic_group *group)
{
	return ic_group_isolated_msi(group->igroup);
}
#else
/* "All MSI domains remap" is also true when there is none: no answer then. */
int ic_fact_intr_remap(struct ic_group *group)
{
	struct ic_dev *d;

	for_each_member(d, group)
		if (ic_device_isolates(d->dev))
			return 1;
	if (!ic_msi_domains_remap())
		return 0;
	for_each_member(d, group)
		if (dev_get_msi_domain(d->dev))
			return 1;
	return IC_UNKNOWN;
}
#endif

int ic_fact_coherent(struct ic_group *group)
{
	struct ic_dev *d;
	int ret = IC_UNKNOWN;

	for_each_member(d, group) {
		ret = ic_device_coherent(d->dev);
		if (ret <= 0)
			break;
	}
	return ret;
}

int ic_fact_preboot(struct ic_group *group)
{
	struct ic_dev *d;
	int ret = IC_UNKNOWN;

	for_each_member(d, group) {
		ret = ic_device_preboot(d->dev);
		if (ret <= 0)
			break;
	}
	return ret;
}

static bool external(struct device *dev)
{
	struct pci_dev *pdev;

	if (ic_dev_is_removable(dev))
		return true;
	if (!dev_is_pci(dev))
		return false;
	pdev = to_pci_dev(dev);
	if (pdev->untrusted)
		return true;
	while ((pdev = pci_upstream_bridge(pdev)))
		if (pdev->external_facing)
			return true;
	return false;
}

int ic_fact_external(struct ic_group *group)
{
	struct ic_dev *d;

	for_each_member(d, group)
		if (external(d->dev))
			return 1;
	return 0;
}
