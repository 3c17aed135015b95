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
#include <linux/dma-map-ops.h>
#include <linux/iommu.h>
#include <linux/pci.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "compat/compat.h"
#include "core/facts.h"
#include "core/group.h"
#include "core/sysfs_read.h"
#include "core/unit.h"
#include "decode/page_table.h"

/* Is a unit-wide fact true of any unit that serves the group? */
static enum ic_tristate any_unit(struct ic_group *group,
				 enum ic_tristate (*fact)(struct ic_unit *unit))
{
	enum ic_tristate ret = IC_NO, one;
	struct ic_dev *d;

	if (list_empty(&group->members))
		return IC_UNKNOWN;
	for_each_member(d, group) {
		one = d->unit ? fact(d->unit) : IC_UNKNOWN;
		if (one == IC_YES)
			return IC_YES;
		if (one == IC_UNKNOWN)
			ret = IC_UNKNOWN;
	}
	return ret;
}

static enum ic_tristate unit_caching_mode(struct ic_unit *unit)
{
	return unit->caps.caching_mode;
}

static enum ic_tristate unit_virtual(struct ic_unit *unit)
{
	return ic_unit_virtual(unit);
}

static enum ic_tristate not_active(enum ic_tristate active)
{
	return active == IC_UNKNOWN ? IC_UNKNOWN : ic_yes_no(active == IC_NO);
}

/*
 * Is a unit that serves the group inactive? Devices of a group share a unit as
 * a rule: it is asked once, or not at all if its state is among @states.
 */
static enum ic_tristate any_inactive(struct ic_group *group,
				     const struct ic_unit_states *states)
{
	enum ic_tristate ret = IC_NO, one = IC_UNKNOWN;
	struct ic_unit *last = NULL;
	struct ic_dev *d;

	if (list_empty(&group->members))
		return IC_UNKNOWN;
	for_each_member(d, group) {
		if (!d->unit)
			one = IC_UNKNOWN;
		else if (d->unit != last)
			one = not_active(ic_unit_state(states, d->unit));
		last = d->unit;
		if (one == IC_YES)
			return IC_YES;
		if (one == IC_UNKNOWN)
			ret = IC_UNKNOWN;
	}
	return ret;
}

/* @path: what ic_hw_path() says. A unit that translates is not asked. */
static enum ic_tristate is_inactive(struct ic_group *group, u32 path,
				    const struct ic_unit_states *states)
{
	return path == IC_PATH_TRANSLATE ? IC_NO : any_inactive(group, states);
}

enum ic_tristate ic_fact_caching_mode(struct ic_group *group)
{
	return any_unit(group, unit_caching_mode);
}

enum ic_tristate ic_fact_viommu(struct ic_group *group)
{
	return any_unit(group, unit_virtual);
}

/* The default domain in the kernel's words; -ENODATA for "unknown". */
ssize_t ic_fact_domain_type(struct ic_group *group, char *page)
{
	ssize_t len = ic_attr_read(group->ikobj, ic_group_type_attr, page);

	if (len == -ENOENT || (len >= 0 && !strcmp(page, "unknown")))
		return -ENODATA;
	return len;
}

/*
 * How a default domain lets DMA through: adds to @tokens, nothing if it
 * translates or blocks. False for a type that we do not know.
 */
static bool domain_bypass(const char *type, u32 *tokens)
{
	if (!strcmp(type, "identity")) {
		*tokens |= IC_BYPASS_IDENTITY;
		return true;
	}
	return !strncmp(type, "DMA", 3) || !strcmp(type, "unmanaged") ||
	       !strcmp(type, "blocked");
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

/**
 * ic_bound_to_vfio() - is a driver of VFIO bound, whatever the variant?
 * @dev: the device
 */
bool ic_bound_to_vfio(struct device *dev)
{
	struct device_driver *drv;
	bool ret;

	rcu_read_lock();
	drv = READ_ONCE(dev->driver);
	ret = drv && strstr(drv->name, "vfio");
	rcu_read_unlock();
	return ret;
}

/**
 * struct attached - what is attached to the devices of a group now
 * @tokens: how these domains let DMA through: IC_BYPASS_*
 * @any: a domain is attached
 * @deferred: or it is not yet, and the tables of a kernel that crashed are
 *	still in use; also where that cannot be told
 * @unknown: one is of a type that does not tell
 * @unmanaged: one is neither the kernel's for its DMA API nor one of identity
 * @regions: firmware's 1:1 regions are reached through one
 */
struct attached {
	u32 tokens;
	bool any;
	bool deferred;
	bool unknown;
	bool unmanaged;
	bool regions;
};

/* The group's lock is held: nothing can be attached or detached meanwhile. */
static int note_attached(struct device *dev, void *data)
{
	struct iommu_domain *domain = iommu_driver_get_domain_for_dev(dev);
	struct attached *attached = data;

	if (!domain)
		return 0;
	attached->any = true;
	if (ic_attach_deferred(dev, domain) != IC_NO)
		attached->deferred = true;
	switch (domain->type) {
	case IOMMU_DOMAIN_IDENTITY:
		attached->tokens |= IC_BYPASS_IDENTITY;
		attached->regions = true;
		break;
	case IOMMU_DOMAIN_DMA:
	case IOMMU_DOMAIN_DMA_FQ:
		attached->regions = true;
		break;
	case IOMMU_DOMAIN_UNMANAGED:
		attached->unmanaged = true;
		break;
	case IOMMU_DOMAIN_BLOCKED:
	case IOMMU_DOMAIN_SVA:
	case IOMMU_DOMAIN_NESTED:
		break;
	default:
		attached->unknown = true;
		attached->regions = true;
	}
	return 0;
}

/* False: this kernel does not tell. */
static bool look_at_attached(struct ic_group *group, struct attached *attached)
{
	memset(attached, 0, sizeof(*attached));
	return !iommu_group_for_each_dev(group->igroup, attached,
					 note_attached);
}

/* Before ownership was tracked: an unmanaged domain is attached. */
static enum ic_tristate is_claimed(struct ic_group *group)
{
	struct attached attached;

	if (ic_dma_owner_tracked())
		return ic_group_claimed(group->igroup);
	if (!look_at_attached(group, &attached) || !attached.any)
		return IC_UNKNOWN;
	return ic_yes_no(attached.unmanaged);
}

/* A claim alone is not VFIO: kernel drivers claim too on some kernels. */
enum ic_owner ic_fact_owner(struct ic_group *group)
{
	enum ic_tristate claimed = is_claimed(group);
	struct ic_dev *d;

	if (claimed == IC_UNKNOWN)
		return IC_OWNER_UNKNOWN;
	if (claimed == IC_NO)
		return IC_OWNER_KERNEL;
	for_each_member(d, group)
		if (bound_to_kernel_dma(d->dev))
			return IC_OWNER_KERNEL;
	return IC_OWNER_USER;
}

/* What the vendor knows where the kernel has no word; false: nothing. */
static bool vendor_bypass(struct ic_group *group, u32 *tokens)
{
	struct ic_dev *d;

	for_each_member(d, group)
		if (!d->unit || !d->unit->ops->bypass ||
		    !d->unit->ops->bypass(d->dev, tokens))
			return false;
	return !list_empty(&group->members);
}

/*
 * Where the kernel does not say what is attached, it is the default domain,
 * unless user space owns the group: then it is a domain that translates. Where
 * the owner is not known either, a group that VFIO could hold is unknown.
 */
static int default_bypass(struct ic_group *group, char *page, u32 *tokens)
{
	enum ic_owner owner = ic_fact_owner(group);
	struct ic_dev *d;
	ssize_t len;
	bool known;

	if (owner == IC_OWNER_USER)
		return 0;
	len = ic_fact_domain_type(group, page);
	if (len < 0 && len != -ENODATA)
		return len;
	known = len < 0 ? vendor_bypass(group, tokens) :
			  domain_bypass(page, tokens);
	if (!known)
		return -ENODATA;
	if (*tokens && owner == IC_OWNER_UNKNOWN)
		for_each_member(d, group)
			if (ic_bound_to_vfio(d->dev))
				return -ENODATA;
	return 0;
}

/*
 * How the domain that is attached now lets DMA through: adds to @tokens,
 * nothing if it translates or blocks. Drivers may attach domains of their own,
 * so the group's default domain does not tell. @regions: whether firmware's
 * 1:1 regions are reached, which are mapped in the kernel's domains only.
 *
 * Return: 0, -ENODATA if it cannot be known, -errno.
 */
static int attached_bypass(struct ic_group *group, char *page, u32 *tokens,
			   bool *regions)
{
	struct attached attached;

	*tokens = 0;
	if (!look_at_attached(group, &attached)) {
		*regions = ic_fact_owner(group) != IC_OWNER_USER;
		return default_bypass(group, page, tokens);
	}
	*regions = attached.regions || !attached.any;
	*tokens = attached.tokens;
	if (attached.deferred)
		return -ENODATA;
	if (attached.any && !attached.unknown)
		return 0;
	return vendor_bypass(group, tokens) ? 0 : -ENODATA;
}

/*
 * The same, corrected by what the hardware does where that is known: it has
 * the last word if it lets requests through. That it translates does not mean
 * that an identity domain is gone: drivers also have such in tables.
 */
static int actual_bypass(struct ic_group *group, u32 path,
			 enum ic_tristate inactive, char *page, u32 *tokens,
			 bool *regions)
{
	int ret = attached_bypass(group, page, tokens, regions);

	if (path == IC_PATH_UNKNOWN || (ret && ret != -ENODATA))
		return ret;
	if (ret)
		*tokens = 0;
	if (path & IC_PATH_PASS_THROUGH && !*tokens && inactive != IC_YES)
		*tokens = IC_BYPASS_HW;
	return 0;
}

/**
 * ic_fact_dma_remap() - is DMA of the group translated or blocked now?
 * @group: the group
 * @path: what ic_hw_path() says
 * @states: states of the units, or NULL to ask them
 * @page: scratch page
 * @remap: the fact
 *
 * Return: 0 or -errno.
 */
int ic_fact_dma_remap(struct ic_group *group, u32 path,
		      const struct ic_unit_states *states, char *page,
		      enum ic_tristate *remap)
{
	enum ic_tristate inactive = is_inactive(group, path, states);
	bool regions;
	u32 tokens;
	int ret;

	*remap = IC_NO;
	if (inactive == IC_YES)
		return 0;
	ret = actual_bypass(group, path, inactive, page, &tokens, &regions);
	if (ret && ret != -ENODATA)
		return ret;
	if (ret)
		*remap = IC_UNKNOWN;
	else if (!tokens)
		*remap = inactive == IC_UNKNOWN ? IC_UNKNOWN : IC_YES;
	return 0;
}

/*
 * Drivers leave out, and do not say so, a region that there was no memory to
 * list; but what a set of devices demands does not change, so what was seen
 * once counts.
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
 * @path: what ic_hw_path() says
 * @page: scratch page
 * @tokens: IC_BYPASS_*, 0 for none
 *
 * Return: 0, -ENODATA when the list could be incomplete, -errno.
 */
int ic_fact_bypass(struct ic_group *group, u32 path, char *page, u32 *tokens)
{
	enum ic_tristate inactive = is_inactive(group, path, NULL);
	struct ic_dev *d;
	bool regions;
	int ret;

	ret = actual_bypass(group, path, inactive, page, tokens, &regions);
	if (ret)
		return ret;
	if (inactive == IC_UNKNOWN)
		return -ENODATA;
	if (inactive == IC_YES)
		*tokens |= IC_BYPASS_INACTIVE;
	for_each_member(d, group)
		if (ats_enabled(d->dev))
			*tokens |= IC_BYPASS_ATS;
	if (regions) {
		ret = ic_direct_regions(group, tokens);
		if (ret)
			return ret;
	}
	return 0;
}

/**
 * ic_msis_isolated() - are MSIs of the group isolated, as VFIO sees it?
 * @group: the group
 * @domains: where that is decided by the MSI domains of the whole machine
 *	alone, set; or NULL
 *
 * Return: the fact.
 */
enum ic_tristate ic_msis_isolated(struct ic_group *group, bool *domains)
{
	enum ic_tristate one, ret = IC_NO, remap;
	struct ic_dev *d;

	if (ic_isolation_by_group())
		return ic_yes_no(iommu_group_has_isolated_msi(group->igroup));
	for_each_member(d, group) {
		one = ic_ask(group, d->dev, ic_device_isolates);
		if (one == IC_YES)
			return IC_YES;
		if (one == IC_UNKNOWN)
			ret = IC_UNKNOWN;
	}
	remap = ic_msi_domains_remap();
	if (remap == IC_NO)
		return ret;
	if (domains)
		*domains = true;
	return remap;
}

/* "All MSI domains remap" is also true when there is none: no answer then. */
enum ic_tristate ic_fact_intr_remap(struct ic_group *group)
{
	bool domains = false;
	enum ic_tristate ret = ic_msis_isolated(group, &domains);
	struct ic_dev *d;

	if (!domains)
		return ret;
	for_each_member(d, group)
		if (dev_get_msi_domain(d->dev))
			return ret;
	return IC_UNKNOWN;
}

struct question {
	struct device *dev;
	enum ic_tristate (*fact)(struct device *dev);
	enum ic_tristate answer;
};

static int answer_for_one(struct device *dev, void *data)
{
	struct question *q = data;

	if (dev != q->dev)
		return 0;
	q->answer = q->fact(dev);
	return 1;
}

/**
 * ic_ask() - ask the IOMMU's driver for a fact about a device
 * @group: the group
 * @dev: a device of it
 * @fact: tells it; called with the kernel's lock of the group held, under which
 *	alone a device keeps its IOMMU
 *
 * Return: the fact, IC_UNKNOWN if the device has left the kernel's group.
 */
enum ic_tristate ic_ask(struct ic_group *group, struct device *dev,
			enum ic_tristate (*fact)(struct device *dev))
{
	struct question q = { .dev = dev, .fact = fact, .answer = IC_UNKNOWN };

	iommu_group_for_each_dev(group->igroup, &q, answer_for_one);
	return q.answer;
}

static int answer_for_all(struct device *dev, void *data)
{
	struct question *q = data;
	enum ic_tristate one = q->fact(dev);

	/* the first device decides, and then each that is not IC_YES */
	if (!q->dev || one != IC_YES)
		q->answer = one;
	q->dev = dev;
	return one == IC_NO;
}

/**
 * ic_every_device() - is a fact true of every device of the group?
 * @group: the group
 * @fact: tells it of one device; called as by ic_ask()
 *
 * Return: IC_NO if it is not true of one, IC_UNKNOWN if that cannot be told.
 */
enum ic_tristate
ic_every_device(struct ic_group *group, enum ic_tristate (*fact)(struct device *dev))
{
	struct question q = { .fact = fact, .answer = IC_UNKNOWN };

	iommu_group_for_each_dev(group->igroup, &q, answer_for_all);
	return q.answer;
}

/*
 * Where there is a hook for it, a device's own coherency is set up when a
 * driver binds; before, it looks as if it had none.
 */
static enum ic_tristate device_coherent(struct device *dev)
{
	enum ic_tristate iommu = ic_iommu_coherent(dev);

	if (iommu != IC_YES || dev_is_dma_coherent(dev))
		return iommu;
	return IS_ENABLED(CONFIG_ARCH_HAS_SETUP_DMA_OPS) &&
	       !READ_ONCE(dev->driver) ? IC_UNKNOWN : IC_NO;
}

enum ic_tristate ic_fact_coherent(struct ic_group *group)
{
	return ic_every_device(group, device_coherent);
}

enum ic_tristate ic_fact_preboot(struct ic_group *group)
{
	return ic_every_device(group, ic_device_preboot);
}

static bool external(struct device *dev)
{
	struct pci_dev *pdev;

	if (dev_is_removable(dev))
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

/* That firmware marks no device and no port as external proves nothing. */
enum ic_tristate ic_fact_external(struct ic_group *group)
{
	struct ic_dev *d;

	for_each_member(d, group)
		if (external(d->dev))
			return IC_YES;
	return IC_UNKNOWN;
}
