// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a virtual machine, DPDK or shared virtual addressing will meet in a
 * group: I/O virtual addresses, page sizes, PASIDs, what its devices have
 * switched on, what takes its MSIs.
 *
 * Page sizes and addresses are those of the domain that a VFIO user would get.
 * Best known from one that is made for the purpose, as VFIO makes its own, and
 * given back unattached; but only where the IOMMU's driver does that in memory,
 * without a word to the hardware, and knows the geometry before a device is
 * attached. Elsewhere from the kernel's own domain, and what the vendor's file
 * knows of the difference.
 */
#include <linux/iommu.h>
#include <linux/irqdomain.h>
#include <linux/of.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "compat/compat.h"
#include "core/emit.h"
#include "core/facts.h"
#include "core/group.h"
#include "core/limits.h"
#include "core/unit.h"
#include "iommu_caps.h"

/* geometry and reserved of struct ic_group, which readers fill in, too */
static DEFINE_SPINLOCK(geometry_lock);

static void copy_geometry(const struct iommu_domain *domain,
			  struct ic_geometry *geometry)
{
	/* some drivers fill this in when the first device is attached */
	if (!domain->geometry.force_aperture || !domain->geometry.aperture_end)
		return;
	geometry->start = domain->geometry.aperture_start;
	geometry->end = domain->geometry.aperture_end;
	geometry->page_sizes = domain->pgsize_bitmap;
}

static int trial_geometry(struct device *dev, struct ic_geometry *geometry)
{
	struct iommu_domain *domain = ic_domain_alloc(dev);

	if (IS_ERR(domain))
		return PTR_ERR(domain) == -ENOMEM ? -ENOMEM : 0;
	copy_geometry(domain, geometry);
	iommu_domain_free(domain);
	return 0;
}

/* The group's mutex is held meanwhile, so the domain cannot go. */
static int attached_geometry(struct device *dev, void *geometry)
{
	struct iommu_domain *domain = iommu_driver_get_domain_for_dev(dev);

	/*
	 * A driver's own domain says nothing of VFIO's. One that is attached
	 * in name only, in a crash kernel, has no geometry yet.
	 */
	if (domain && ic_attach_deferred(dev, domain) == IC_NO &&
	    domain->type & __IOMMU_DOMAIN_PAGING &&
	    domain->type & __IOMMU_DOMAIN_DMA_API)
		copy_geometry(domain, geometry);
	return 1;	/* one device tells for the group */
}

static int look_up_geometry(struct ic_group *group,
			    struct ic_geometry *geometry)
{
	struct ic_dev *d = list_first_entry_or_null(&group->members,
						    struct ic_dev, member);
	const struct ic_unit_ops *ops;
	int ret;

	if (!d || !d->unit)
		return 0;
	ops = d->unit->ops;
	if (ops->domain_is_memory &&
	    (ops->domain_is_final ||
	     ic_ask(group, d->dev, ic_domain_alloc_by_device) == IC_YES)) {
		ret = trial_geometry(d->dev, geometry);
		if (ret || geometry->end)
			return ret;
	}
	iommu_group_for_each_dev(group->igroup, geometry, attached_geometry);
	if (ops->geometry)
		ops->geometry(d->unit, geometry);
	return 0;
}

/* Returns 0, -ENODATA or -ENOMEM. It depends on the members alone: keep it. */
static int geometry_of(struct ic_group *group, struct ic_geometry *geometry)
{
	int ret;

	spin_lock(&geometry_lock);
	*geometry = group->geometry;
	spin_unlock(&geometry_lock);
	if (geometry->end)
		return 0;
	memset(geometry, 0, sizeof(*geometry));
	ret = look_up_geometry(group, geometry);
	if (ret)
		return ret;
	spin_lock(&geometry_lock);
	group->geometry = *geometry;
	spin_unlock(&geometry_lock);
	return geometry->end ? 0 : -ENODATA;
}

/**
 * ic_limits_page_sizes() - page sizes of the domain that VFIO would get
 * @group: the group
 * @page: filled with the tokens
 *
 * Return: length of the line, -ENODATA or -ENOMEM.
 */
ssize_t ic_limits_page_sizes(struct ic_group *group, char *page)
{
	struct ic_geometry geometry;
	int ret = geometry_of(group, &geometry);
	ssize_t len;

	if (ret)
		return ret;
	if (!geometry.page_sizes)
		return -ENODATA;
	len = ic_format_page_sizes(geometry.page_sizes, page, PAGE_SIZE - 1);
	page[len++] = '\n';
	return len;
}

/* The reserved region that comes first of those that end at @from or later */
static struct iommu_resv_region *next_region(struct list_head *regions,
					     u64 from)
{
	struct iommu_resv_region *region, *first = NULL;

	list_for_each_entry(region, regions, list) {
		if (region->type == IOMMU_RESV_DIRECT_RELAXABLE ||
		    !region->length ||
		    region->start + (region->length - 1) < from)
			continue;
		if (!first || region->start < first->start)
			first = region;
	}
	return first;
}

/*
 * A list that does not fit is not given at all. @reserved: bytes of the
 * aperture that are left out.
 */
static ssize_t emit_ranges(const struct ic_geometry *geometry,
			   struct list_head *regions, char *page, u64 *reserved)
{
	u64 from = geometry->start, next = from;
	struct iommu_resv_region *region;
	ssize_t len = 0;

	*reserved = 0;
	do {
		region = next_region(regions, from);
		if (region && region->start > geometry->end)
			region = NULL;
		next = region ? region->start : geometry->end + 1;
		if (!region || next > from)
			len += sysfs_emit_at(page, len, "%s0x%llx-0x%llx",
					     len ? " " : "", from, next - 1);
		if (!region)
			break;
		next = max(next, from);
		from = region->start + region->length;
		*reserved += from - next;
	} while (from && from <= geometry->end);
	if (len >= PAGE_SIZE - 2)
		return -ENODATA;
	return len + sysfs_emit_at(page, len, "\n");
}

/*
 * Drivers leave out, and do not say so, a region that there was no memory to
 * list. What a set of devices demands does not change: fewer is such a case.
 */
static bool is_complete(struct ic_group *group, u64 reserved)
{
	bool complete;

	spin_lock(&geometry_lock);
	complete = reserved >= group->reserved;
	if (complete)
		group->reserved = reserved;
	spin_unlock(&geometry_lock);
	return complete;
}

/**
 * ic_limits_iova_ranges() - the addresses that a VFIO user may map
 * @group: the group
 * @page: filled with the tokens
 *
 * That is the domain's aperture without the reserved regions, of which VFIO
 * lets its user have the direct ones that firmware calls relaxable.
 *
 * Return: length of the line, -ENODATA or another -errno.
 */
ssize_t ic_limits_iova_ranges(struct ic_group *group, char *page)
{
	struct iommu_resv_region *region, *next;
	struct ic_geometry geometry;
	LIST_HEAD(regions);
	u64 reserved;
	ssize_t ret;

	ret = geometry_of(group, &geometry);
	if (ret)
		return ret;
	ret = iommu_get_group_resv_regions(group->igroup, &regions);
	if (!ret)
		ret = emit_ranges(&geometry, &regions, page, &reserved);
	list_for_each_entry_safe(region, next, &regions, list)
		kfree(region);
	return ret < 0 || is_complete(group, reserved) ? ret : -ENOMEM;
}

/**
 * ic_limits_address_width() - bits that every unit of the group translates
 * @group: the group
 * @page: filled
 *
 * Return: length of the line, or -ENODATA.
 */
ssize_t ic_limits_address_width(struct ic_group *group, char *page)
{
	struct ic_dev *d;
	int width = 64;

	for_each_member(d, group) {
		if (!d->unit || !d->unit->caps.address_width)
			return -ENODATA;
		width = min(width, d->unit->caps.address_width);
	}
	return sysfs_emit(page, "%d\n", width);
}

struct pasids {
	bool any;
	bool unknown;
	u32 least;
};

/*
 * A function without the capability has none, whatever its IOMMU does. Virtual
 * functions share that of the physical one. The group's lock is held.
 */
static int note_pasids(struct device *dev, void *data)
{
	struct pasids *pasids = data;
	u32 max = 0;

	if (!ic_device_max_pasids(dev, &max) &&
	    (!dev_is_pci(dev) || ic_pci_has_pasid(pci_physfn(to_pci_dev(dev)))))
		pasids->unknown = true;
	else
		pasids->least = min(pasids->least, max);
	pasids->any = true;
	return 0;
}

/**
 * ic_limits_pasids() - PASIDs that each device of the group may use
 * @group: the group
 * @page: filled with their number, 0 if none
 *
 * Return: length of the line, or -ENODATA.
 */
ssize_t ic_limits_pasids(struct ic_group *group, char *page)
{
	struct pasids pasids = { .least = ~0U };

	iommu_group_for_each_dev(group->igroup, &pasids, note_pasids);
	if (!pasids.any || (pasids.least && pasids.unknown))
		return -ENODATA;
	return sysfs_emit(page, "%u\n", pasids.least);
}

/**
 * ic_limits_enabled() - what a device of the group has switched on
 * @group: the group
 * @page: filled with the tokens
 *
 * Return: length of the line.
 */
ssize_t ic_limits_enabled(struct ic_group *group, char *page)
{
	static const char *const tokens[] = {
		IOMMU_CAPS_ENABLED_ATS, IOMMU_CAPS_ENABLED_PRI,
		IOMMU_CAPS_ENABLED_PASID,
	};
	struct pci_dev *pdev, *physfn;
	struct ic_dev *d;
	u32 enabled = 0;

	for_each_member(d, group) {
		if (!dev_is_pci(d->dev))
			continue;
		pdev = to_pci_dev(d->dev);
		/* virtual functions share PRI and PASID of the physical one */
		physfn = pci_physfn(pdev);
		enabled |= pdev->ats_enabled << 0 | physfn->pri_enabled << 1 |
			   physfn->pasid_enabled << 2;
	}
	return ic_emit_tokens(enabled, tokens, ARRAY_SIZE(tokens), page);
}

enum ic_tristate ic_limits_noexec(struct ic_group *group)
{
	return ic_every_device(group, ic_device_noexec);
}

enum ic_tristate ic_limits_dirty_tracking(struct ic_group *group)
{
	return ic_every_device(group, ic_device_dirty_tracking);
}

enum ic_tristate ic_limits_enforced_coherency(struct ic_group *group)
{
	return ic_every_device(group, ic_device_enforced_coherency);
}

enum ic_tristate ic_limits_deferred_flush(struct ic_group *group)
{
	return ic_every_device(group, ic_device_deferred_flush);
}

static bool starts_with(const char *s, const char *prefix)
{
	return s && strstarts(s, prefix);
}

static bool is_compatible(const struct irq_domain *domain, const char *compat)
{
	struct device_node *np;

	np = irq_domain_get_of_node((struct irq_domain *)domain);
	return np && of_device_is_compatible(np, compat);
}

/* What one domain of the hierarchy is, or NULL */
static const char *known_controller(const struct irq_domain *domain)
{
	const char *word = ic_msi_word(domain), *name = domain->name;

	if (starts_with(word, "IR-") || starts_with(word, "vIR-") ||
	    starts_with(name, "INTEL-IR") || starts_with(name, "AMD-IR"))
		return IOMMU_CAPS_MSI_REMAPPED;
	/* a controller of its own, which takes all its devices' MSIs */
	if (starts_with(word, "VMD-"))
		return IOMMU_CAPS_MSI_OTHER;
	if (starts_with(name, "VECTOR"))
		return IOMMU_CAPS_MSI_APIC;
	if (starts_with(word, "ITS-") ||
	    is_compatible(domain, "arm,gic-v3-its"))
		return IOMMU_CAPS_MSI_ITS;
	if (starts_with(word, "GICv2m-") ||
	    is_compatible(domain, "arm,gic-v2m-frame"))
		return IOMMU_CAPS_MSI_GICV2M;
	if (is_compatible(domain, "riscv,imsics") || starts_with(name, "imsic"))
		return IOMMU_CAPS_MSI_IMSIC;
	return NULL;
}

static const char *msi_controller(const struct irq_domain *domain)
{
	const char *controller;

	for (; domain; domain = ic_irq_domain_parent(domain)) {
		controller = known_controller(domain);
		if (controller)
			return controller;
	}
	return IOMMU_CAPS_MSI_OTHER;
}

/**
 * ic_limits_msi_controller() - what takes the MSIs of the group's devices
 * @group: the group
 * @page: filled with the token
 *
 * Devices that have no MSI domain are left out.
 *
 * Return: length of the line; -ENODATA when there is none, or more than one.
 */
ssize_t ic_limits_msi_controller(struct ic_group *group, char *page)
{
	const char *found = NULL, *one;
	struct irq_domain *domain;
	struct ic_dev *d;

	for_each_member(d, group) {
		domain = dev_get_msi_domain(d->dev);
		if (!domain)
			continue;
		one = msi_controller(domain);
		if (found && strcmp(found, one))
			return -ENODATA;
		found = one;
	}
	return found ? sysfs_emit(page, "%s\n", found) : -ENODATA;
}
