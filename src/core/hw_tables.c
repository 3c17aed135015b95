// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the tables in memory say that the IOMMUs themselves read: hw_path,
 * hw_readable_ram, hw_writable_ram.
 *
 * The drivers' locks are not taken, so a table may change or be freed while it
 * is read: the result is then wrong for that moment, and nothing worse. An
 * address is only followed if it is RAM that is online and not poisoned, and
 * every read survives a fault. The walkers (src/decode) bound depth and number
 * of entries.
 */
#include <linux/bitmap.h>
#include <linux/ioport.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/pci.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/xarray.h>

#include "compat/compat.h"
#include "core/emit.h"
#include "core/group.h"
#include "core/hw_tables.h"
#include "core/lock.h"
#include "core/platform.h"
#include "core/unit.h"
#include "decode/page_table.h"
#include "iommu_caps.h"

static bool tables = true;
module_param(tables, bool, 0444);
MODULE_PARM_DESC(tables,
		 "read the IOMMUs' own tables in memory (default: yes)");

/* Memory is counted in units that the smallest page of any IOMMU has. */
#define UNIT_SHIFT	12

/* A device with more ids on its bus than this is not looked at. */
#define MAX_IDS		64

/* Units of memory that one bitmap stands for: as many as a 4K block has bits */
#define BLOCK_SHIFT	15
#define BLOCK_BITS	BIT(BLOCK_SHIFT)

#define MAX_RAM_RANGES	4096

/*
 * Under Xen, and where the guest's memory is encrypted, they are not ours; with
 * protected KVM they may be taken away at any time.
 */
static bool may_read_tables(void)
{
	return tables && !ic_platform_xen() && !ic_memory_encrypted() &&
	       !ic_memory_protected();
}

/*
 * Firmware's regions have a struct page, too, in a section that has RAM. While this
 * is found out, memory may be unplugged, and its struct pages with it: so they are
 * copied; the section's map is freed by RCU.
 */
static bool is_readable(unsigned long pfn)
{
	struct page *page, copy;

	if (!pfn_valid(pfn))
		return false;
	rcu_read_lock();
	page = pfn_to_online_page(pfn);
	rcu_read_unlock();
	if (!page || copy_from_kernel_nofault(&copy, page, sizeof(copy)))
		return false;
	if (PageHWPoison(&copy) || PageHighMem(&copy))
		return false;
	return !PageReserved(&copy) || page_is_ram(pfn);
}

static bool read_ram(void *ctx, u64 address, void *buf, size_t len)
{
	phys_addr_t phys = __sme_clr(address);

	if (!is_readable(PHYS_PFN(phys)))
		return false;
	return !copy_from_kernel_nofault(buf, phys_to_virt(phys), len);
}

static const struct ic_mem ram = { .read = read_ram };

/**
 * struct id_list - the ids by which a device's requests are known to its unit
 * @dev: the device
 * @count: number of @ids; more than MAX_IDS: not all are there
 * @ids: PCI requester ids, stream ids or device ids
 */
struct id_list {
	struct device *dev;
	unsigned int count;
	u32 ids[MAX_IDS];
};

static void add_id(struct id_list *list, u32 id)
{
	if (list->count < MAX_IDS)
		list->ids[list->count] = id;
	list->count++;
}

/* Functions behind Intel's VMD make their requests as the VMD itself does. */
static struct pci_dev *requester(struct pci_dev *pdev)
{
#if IS_ENABLED(CONFIG_VMD)
	if (is_vmd(pdev->bus))
		return to_pci_sysdata(pdev->bus)->vmd_dev;
#endif
	return pdev;
}

/* What a bridge makes of the requester id of the functions behind it */
static void collect_bridge(struct id_list *list, struct pci_dev *bridge)
{
	u16 secondary = PCI_DEVID(bridge->subordinate->number, 0);
	int type = pci_is_pcie(bridge) ? pci_pcie_type(bridge) : -1;

	switch (type) {
	case PCI_EXP_TYPE_PCI_BRIDGE:
		add_id(list, secondary);
		break;
	case PCI_EXP_TYPE_PCIE_BRIDGE:
		add_id(list, pci_dev_id(bridge));
		break;
	case -1:
		add_id(list, bridge->dev_flags & PCI_DEV_FLAG_PCIE_BRIDGE_ALIAS ?
			     secondary : pci_dev_id(bridge));
		break;
	}
}

/*
 * The same ids as those of pci_for_each_dma_alias(), which is not exported and
 * by which the drivers set up their tables.
 */
static void collect_aliases(struct id_list *list, struct pci_dev *pdev)
{
	struct pci_bus *bus;
	unsigned int devfn;

	pdev = requester(pdev);
	add_id(list, pci_dev_id(pdev));
	if (pdev->dma_alias_mask)
		for_each_set_bit(devfn, pdev->dma_alias_mask, 256)
			if (devfn != pdev->devfn)
				add_id(list, PCI_DEVID(pdev->bus->number,
						       devfn));
	for (bus = pdev->bus; !pci_is_root_bus(bus); bus = bus->parent) {
		if (!bus->self)
			continue;
		if (bus->self->dev_flags & PCI_DEV_FLAGS_BRIDGE_XLATE_ROOT)
			return;
		collect_bridge(list, bus->self);
	}
}

/* The group's mutex is held, so the device keeps its firmware specification. */
static int collect_fwspec(struct device *dev, void *data)
{
	struct iommu_fwspec *fwspec;
	struct id_list *list = data;
	unsigned int i;

	if (dev != list->dev)
		return 0;
	fwspec = dev_iommu_fwspec_get(dev);
	for (i = 0; fwspec && i < fwspec->num_ids; i++)
		add_id(list, fwspec->ids[i]);
	return 1;
}

/* False if they are not known, or not all. */
static bool find_ids(struct ic_group *group, const struct ic_dev *d,
		     struct id_list *list)
{
	list->dev = d->dev;
	list->count = 0;
	if (!IS_ENABLED(CONFIG_X86))
		iommu_group_for_each_dev(group->igroup, list, collect_fwspec);
	else if (dev_is_pci(d->dev))
		collect_aliases(list, to_pci_dev(d->dev));
	return list->count && list->count <= MAX_IDS;
}

static u32 device_path(struct ic_group *group, const struct ic_dev *d)
{
	struct id_list list;
	unsigned int i;
	u32 path = 0;

	if (!d->unit || !d->unit->ops->hw_path || !find_ids(group, d, &list))
		return IC_PATH_UNKNOWN;
	for (i = 0; i < list.count && !(path & IC_PATH_UNKNOWN); i++)
		path |= d->unit->ops->hw_path(d->unit, &ram, list.ids[i]);
	return path;
}

/**
 * ic_hw_path() - how the hardware treats requests of a group's devices now
 * @group: the group; ic_model_sem is held for reading, or ic_lock
 *
 * Return: IC_PATH_* bits of all its devices and their DMA aliases, or
 * IC_PATH_UNKNOWN alone.
 */
u32 ic_hw_path(struct ic_group *group)
{
	struct ic_dev *d;
	u32 path = 0;

	if (!may_read_tables())
		return IC_PATH_UNKNOWN;
	for_each_member(d, group) {
		path |= device_path(group, d);
		if (path & IC_PATH_UNKNOWN)
			return IC_PATH_UNKNOWN;
	}
	return path ? path : IC_PATH_UNKNOWN;
}

/**
 * ic_hw_path_emit() - the tokens in hw_path
 * @path: what ic_hw_path() says
 * @page: filled
 *
 * Return: length, or -ENODATA if that is not known.
 */
ssize_t ic_hw_path_emit(u32 path, char *page)
{
	/* in the order of IC_PATH_* */
	static const char *const tokens[] = {
		IOMMU_CAPS_HW_TRANSLATE, IOMMU_CAPS_HW_PASS_THROUGH,
		IOMMU_CAPS_HW_ABORT,
	};

	if (path == IC_PATH_UNKNOWN)
		return -ENODATA;
	return ic_emit_tokens(path, tokens, ARRAY_SIZE(tokens), page);
}

struct ram_range {
	u64 first;	/* in units */
	u64 last;
};

/**
 * struct ram_count - the memory that one group reaches, as it is counted
 * @group: the group
 * @access: IC_READ or IC_WRITE: what is asked for
 * @ranges: what is RAM, in ascending order
 * @range_count: how many
 * @range: the one that was met last
 * @seen: by block: a bitmap of the units that were counted
 * @block: the bitmap that was used last
 * @block_index: and its block
 * @units: how many that are
 * @next_first: units that come next, gathered while they are contiguous
 * @next_last: the last of them, below @next_first if there are none
 */
struct ram_count {
	struct ic_group *group;
	u32 access;
	struct ram_range *ranges;
	unsigned int range_count;
	unsigned int range;
	struct xarray seen;
	unsigned long *block;
	unsigned long block_index;
	u64 units;
	u64 next_first;
	u64 next_last;
};

static int note_ram(struct resource *res, void *data)
{
	struct ram_count *count = data;
	struct ram_range *ranges;
	u64 first = DIV_ROUND_UP_ULL(res->start, 1UL << UNIT_SHIFT);
	u64 end = ((u64)res->end + 1) >> UNIT_SHIFT;

	if (first >= end)
		return 0;
	if (count->range_count == MAX_RAM_RANGES)
		return -E2BIG;
	ranges = krealloc(count->ranges,
			  (count->range_count + 1) * sizeof(*ranges),
			  GFP_KERNEL);
	if (!ranges)
		return -ENOMEM;
	count->ranges = ranges;
	ranges[count->range_count].first = first;
	ranges[count->range_count].last = end - 1;
	count->range_count++;
	return 0;
}

/* Called for each chunk of entries, and each block of memory that a page is. */
static int may_go_on(void *ctx)
{
	struct ram_count *count = ctx;

	cond_resched();
	if (fatal_signal_pending(current))
		return -EINTR;
	return READ_ONCE(count->group->leaving) ? -ENODEV : 0;
}

/* The units from @first to @last of a block; how many had not been there */
static unsigned int set_units(unsigned long *bits, unsigned int first,
			      unsigned int last)
{
	unsigned int i, n = 0;
	unsigned long mask;

	for (i = BIT_WORD(first); i <= BIT_WORD(last); i++) {
		mask = ~0UL;
		if (i == BIT_WORD(first))
			mask &= BITMAP_FIRST_WORD_MASK(first);
		if (i == BIT_WORD(last))
			mask &= BITMAP_LAST_WORD_MASK(last + 1);
		n += hweight_long(mask & ~bits[i]);
		bits[i] |= mask;
	}
	return n;
}

/* The bitmap of a block, or NULL when out of memory */
static unsigned long *get_block(struct ram_count *count, unsigned long index)
{
	unsigned long *bits;

	if (count->block && count->block_index == index)
		return count->block;
	bits = xa_load(&count->seen, index);
	if (!bits) {
		bits = bitmap_zalloc(BLOCK_BITS, GFP_KERNEL);
		if (!bits)
			return NULL;
		if (xa_err(xa_store(&count->seen, index, bits, GFP_KERNEL))) {
			bitmap_free(bits);
			return NULL;
		}
	}
	count->block = bits;
	count->block_index = index;
	return bits;
}

static int count_block(struct ram_count *count, u64 first, u64 last)
{
	unsigned long *bits = get_block(count, first >> BLOCK_SHIFT);

	if (!bits)
		return -ENOMEM;
	count->units += set_units(bits, first % BLOCK_BITS, last % BLOCK_BITS);
	return 0;
}

/* The first range of RAM that does not end before a unit; often as last time */
static unsigned int find_range(struct ram_count *count, u64 unit)
{
	unsigned int lo = 0, hi = count->range_count, mid;

	if (count->range < hi && count->ranges[count->range].first <= unit &&
	    count->ranges[count->range].last >= unit)
		return count->range;
	while (lo < hi) {
		mid = (lo + hi) / 2;
		if (count->ranges[mid].last < unit)
			lo = mid + 1;
		else
			hi = mid;
	}
	count->range = lo;
	return lo;
}

/* Count what of @next_first to @next_last is RAM. */
static int count_next(struct ram_count *count)
{
	unsigned int i = find_range(count, count->next_first);
	u64 first, last, end;
	int ret;

	for (; i < count->range_count; i++) {
		if (count->ranges[i].first > count->next_last)
			break;
		first = max(count->next_first, count->ranges[i].first);
		last = min(count->next_last, count->ranges[i].last);
		for (; first <= last; first = end + 1) {
			end = min_t(u64, last, first | (BLOCK_BITS - 1));
			ret = count_block(count, first, end);
			if (!ret && end < last)
				ret = may_go_on(count);
			if (ret)
				return ret;
		}
	}
	return 0;
}

static int count_range(void *ctx, u64 address, u64 size, u32 access)
{
	struct ram_count *count = ctx;
	u64 first, last;
	int ret = 0;

	if (!(access & count->access))
		return 0;
	address = __sme_clr(address);
	first = address >> UNIT_SHIFT;
	last = (address + size - 1) >> UNIT_SHIFT;
	if (count->next_last >= count->next_first &&
	    first == count->next_last + 1) {
		count->next_last = last;
		return 0;
	}
	ret = count_next(count);
	count->next_first = first;
	count->next_last = last;
	return ret;
}

/* One device's unit, referenced, and ids: what outlives ic_model_sem */
struct target {
	struct ic_unit *unit;
	unsigned int count;
	u32 ids[];
};

static void put_targets(struct target **targets, unsigned int count)
{
	while (count--) {
		kobject_put(&targets[count]->unit->kobj);
		kfree(targets[count]);
	}
	kfree(targets);
}

static struct target *get_target(struct ic_group *group,
				 const struct ic_dev *d)
{
	struct target *target;
	struct id_list list;

	if (!d->unit || !d->unit->ops->hw_enumerate ||
	    !find_ids(group, d, &list))
		return ERR_PTR(-ENODATA);
	target = kmalloc(struct_size(target, ids, list.count), GFP_KERNEL);
	if (!target)
		return ERR_PTR(-ENOMEM);
	target->unit = d->unit;
	kobject_get(&target->unit->kobj);
	target->count = list.count;
	memcpy(target->ids, list.ids, list.count * sizeof(list.ids[0]));
	return target;
}

/* A long read must not hold up hotplug: ic_model_sem is for this alone. */
static int get_targets(struct ic_group *group, struct target ***targets,
		       unsigned int *count)
{
	struct target *target;
	unsigned int max = 0;
	struct ic_dev *d;
	int ret = 0;

	*count = 0;
	*targets = NULL;
	down_read(&ic_model_sem);
	for_each_member(d, group)
		max++;
	if (max)
		*targets = kcalloc(max, sizeof(**targets), GFP_KERNEL);
	if (!*targets)
		ret = max ? -ENOMEM : -ENODATA;
	for_each_member(d, group) {
		if (ret)
			break;
		target = get_target(group, d);
		ret = PTR_ERR_OR_ZERO(target);
		if (!ret)
			(*targets)[(*count)++] = target;
	}
	up_read(&ic_model_sem);
	return ret;
}

/* @walk->all: passed through, so it reaches everything */
static int count_targets(struct ram_count *count, struct ic_walk *walk,
			 struct target **targets, unsigned int n)
{
	struct ic_unit *unit;
	unsigned int i, j;
	int ret;

	for (i = 0; i < n; i++) {
		unit = targets[i]->unit;
		for (j = 0; j < targets[i]->count; j++) {
			ret = unit->ops->hw_enumerate(unit, targets[i]->ids[j],
						      walk);
			if (ret || walk->all & count->access)
				return ret;
		}
	}
	return count_next(count);
}

static void free_count(struct ram_count *count)
{
	unsigned long index;
	void *bits;

	xa_for_each(&count->seen, index, bits)
		bitmap_free(bits);
	xa_destroy(&count->seen);
	kfree(count->ranges);
}

/* A page is not mapped in many places: four times all of RAM is plenty. */
static u64 entry_budget(void)
{
	return 4 * ((u64)totalram_pages() << (PAGE_SHIFT - UNIT_SHIFT)) +
	       (1 << 20);
}

static int count_ram(struct ram_count *count, struct ic_walk *walk,
		     struct target **targets, unsigned int n)
{
	int ret;

	ret = walk_iomem_res_desc(IORES_DESC_NONE, IORESOURCE_SYSTEM_RAM |
				  IORESOURCE_BUSY, 0, -1, count, note_ram);
	if (ret < 0)
		return ret;
	walk->mem = &ram;
	walk->range = count_range;
	walk->poll = may_go_on;
	walk->ctx = count;
	walk->budget = entry_budget();
	return count_targets(count, walk, targets, n);
}

/**
 * ic_hw_ram_show() - the value of hw_readable_ram or hw_writable_ram
 * @group: the group; no lock is held
 * @access: IC_READ or IC_WRITE
 * @page: filled: bytes, or "all"
 *
 * Return: length, -ENODATA if it cannot be known, -EINTR at a fatal signal,
 * -E2BIG for more entries than there can be, -ENODEV if the group leaves
 * meanwhile, -ENOMEM.
 */
ssize_t ic_hw_ram_show(struct ic_group *group, u32 access, char *page)
{
	struct ram_count count = {
		.group = group,
		.access = access,
		.next_first = 1,
	};
	struct target **targets;
	struct ic_walk *walk;
	unsigned int n;
	ssize_t ret;

	if (!may_read_tables())
		return -ENODATA;
	xa_init(&count.seen);
	walk = kzalloc(sizeof(*walk), GFP_KERNEL);
	if (!walk)
		return -ENOMEM;
	ret = get_targets(group, &targets, &n);
	if (!ret)
		ret = count_ram(&count, walk, targets, n);
	if (!ret && walk->all & access)
		ret = sysfs_emit(page, IOMMU_CAPS_HW_ALL "\n");
	else if (!ret)
		ret = sysfs_emit(page, "%llu\n", count.units << UNIT_SHIFT);
	put_targets(targets, n);
	free_count(&count);
	kfree(walk);
	return ret;
}
