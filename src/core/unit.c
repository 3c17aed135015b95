// SPDX-License-Identifier: GPL-2.0-only
/*
 * units/<name>/: one folder per IOMMU.
 *
 * A unit that a driver drives is a device of class iommu and has its name.
 * A unit that firmware describes and no driver drives is named by its vendor
 * (drhd@fed90000). What the files say comes from the vendor's ic_unit_ops.
 */
#include <linux/device.h>
#include <linux/idr.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

#include "compat/compat.h"
#include "core/emit.h"
#include "core/lock.h"
#include "core/log.h"
#include "core/objects.h"
#include "core/platform.h"
#include "core/root.h"
#include "core/sysfs_read.h"
#include "core/unit.h"
#include "iommu_caps.h"

static LIST_HEAD(units);	/* ic_model_sem, written with ic_lock held */
static DEFINE_IDA(indices);
static bool list_changed;	/* since ic_units_sync() began; ic_lock */

/* Class iommu, once a device of it was seen. The class itself never leaves. */
static ic_class *iommu_class;

struct unit_attr {
	struct attribute attr;
	ssize_t (*show)(struct ic_unit *unit, char *page);
};

static struct ic_unit *to_unit(struct kobject *kobj)
{
	return container_of(kobj, struct ic_unit, kobj);
}

/**
 * ic_unit_active() - does a unit translate now?
 * @unit: the unit
 *
 * Return: the fact.
 */
enum ic_tristate ic_unit_active(struct ic_unit *unit)
{
	return unit->ops->active ? unit->ops->active(unit) : IC_UNKNOWN;
}

/* Hardware must not set caching mode. */
static bool says_emulated(const struct ic_unit *unit)
{
	return unit->emulated || unit->caps.caching_mode == IC_YES;
}

/**
 * ic_unit_virtual() - is a unit emulated?
 * @unit: the unit
 *
 * If the unit does not say so itself, what is known of the machine decides.
 *
 * Return: the fact.
 */
enum ic_tristate ic_unit_virtual(const struct ic_unit *unit)
{
	if (says_emulated(unit))
		return IC_YES;
	return ic_platform_virtual();
}

static ssize_t type_show(struct ic_unit *unit, char *page)
{
	return sysfs_emit(page, "%s\n", unit->ops->type);
}

static ssize_t active_show(struct ic_unit *unit, char *page)
{
	return ic_emit_fact(ic_unit_active(unit), page);
}

static ssize_t virtual_show(struct ic_unit *unit, char *page)
{
	return ic_emit_fact(ic_unit_virtual(unit), page);
}

static ssize_t intr_remap_show(struct ic_unit *unit, char *page)
{
	return ic_emit_fact(unit->ops->intr_remap ?
			    unit->ops->intr_remap(unit) : IC_UNKNOWN, page);
}

#define CAPS_SHOW(_name) \
static ssize_t _name##_show(struct ic_unit *unit, char *page) \
{ \
	return ic_emit_fact(unit->caps._name, page); \
}

CAPS_SHOW(caching_mode)
CAPS_SHOW(intr_remap_capable)
CAPS_SHOW(passthrough_capable)
CAPS_SHOW(coherent_walk)
CAPS_SHOW(snoop_control)
CAPS_SHOW(range_invalidation)

static ssize_t page_sizes_show(struct ic_unit *unit, char *page)
{
	size_t len;

	if (!unit->caps.page_sizes)
		return -ENODATA;
	len = ic_format_page_sizes(unit->caps.page_sizes, page, PAGE_SIZE - 1);
	page[len++] = '\n';
	return len;
}

static ssize_t address_width_show(struct ic_unit *unit, char *page)
{
	if (!unit->caps.address_width)
		return -ENODATA;
	return sysfs_emit(page, "%d\n", unit->caps.address_width);
}

static ssize_t domains_show(struct ic_unit *unit, char *page)
{
	if (!unit->caps.domains)
		return -ENODATA;
	return sysfs_emit(page, "%llu\n", unit->caps.domains);
}

static ssize_t features_show(struct ic_unit *unit, char *page)
{
	size_t len;

	if (!unit->caps.features_known)
		return -ENODATA;
	len = ic_format_features(unit->caps.features, page, PAGE_SIZE - 1);
	page[len++] = '\n';
	return len;
}

static ssize_t scalable_show(struct ic_unit *unit, char *page)
{
	return ic_emit_fact(unit->ops->scalable ? unit->ops->scalable(unit) :
			    IC_UNKNOWN, page);
}

static ssize_t substream_bits_show(struct ic_unit *unit, char *page)
{
	if (unit->caps.substream_bits < 0)
		return -ENODATA;
	return sysfs_emit(page, "%d\n", unit->caps.substream_bits);
}

static ssize_t output_width_show(struct ic_unit *unit, char *page)
{
	if (!unit->caps.output_width)
		return -ENODATA;
	return sysfs_emit(page, "%d\n", unit->caps.output_width);
}

static ssize_t version_show(struct ic_unit *unit, char *page)
{
	if (unit->caps.version_major < 0)
		return -ENODATA;
	return sysfs_emit(page, "%d:%d\n", unit->caps.version_major,
			  unit->caps.version_minor);
}

static ssize_t segment_show(struct ic_unit *unit, char *page)
{
	if (unit->segment < 0)
		return -ENODATA;
	return sysfs_emit(page, "%d\n", unit->segment);
}

static ssize_t address_show(struct ic_unit *unit, char *page)
{
	if (!unit->address)
		return -ENODATA;
	return sysfs_emit(page, "0x%llx\n", unit->address);
}

#define UNIT_ATTR(_name) { \
	.attr = { .name = #_name, .mode = 0444 }, .show = _name##_show, \
},

static struct unit_attr unit_table[] = {
	IOMMU_CAPS_UNIT_ATTRS(UNIT_ATTR)
};

static struct attribute *unit_attrs[ARRAY_SIZE(unit_table) + 1];

/* registers/: the names are the vendor's, one slot each */
static ssize_t register_show(struct ic_unit *unit, unsigned int i, char *page)
{
	u64 val;

	if (!unit->ops->reg(unit, i, &val))
		return -ENODATA;
	return sysfs_emit(page, "0x%llx\n", val);
}

static umode_t unit_attr_visible(struct kobject *kobj, struct attribute *attr,
				 int i)
{
	return to_unit(kobj)->visible & BIT(i) ? attr->mode : 0;
}

static const struct attribute_group unit_attr_group = {
	.attrs = unit_attrs,
	.is_visible = unit_attr_visible,
};

static struct attribute *no_attrs[] = { NULL };

static const struct attribute_group unit_groups_group = {
	.name = IOMMU_CAPS_DIR_GROUPS,
	.attrs = no_attrs,
};

static const struct attribute_group *unit_attr_groups[] = {
	&unit_attr_group,
	&unit_groups_group,
	NULL,
};

static bool is_register(const struct ic_unit *unit,
			const struct attribute *attr)
{
	return attr >= unit->reg_attrs &&
	       attr < unit->reg_attrs + ARRAY_SIZE(unit->reg_attrs);
}

static ssize_t unit_show(struct kobject *kobj, struct attribute *attr,
			 char *page)
{
	struct ic_unit *unit = to_unit(kobj);

	if (is_register(unit, attr))
		return register_show(unit, attr - unit->reg_attrs, page);
	return container_of(attr, struct unit_attr, attr)->show(unit, page);
}

static const struct sysfs_ops unit_sysfs_ops = {
	.show = unit_show,
};

static void unit_release(struct kobject *kobj)
{
	struct ic_unit *unit = to_unit(kobj);

	if (unit->ops->exit)
		unit->ops->exit(unit);
	ic_mmio_unmap(&unit->mmio);
	put_device(unit->dev);
	ida_free(&indices, unit->index);
	kfree(unit);
	ic_object_put();
}

static ic_kobj_type unit_ktype = {
	.sysfs_ops = &unit_sysfs_ops,
	.release = unit_release,
	.default_groups = unit_attr_groups,
};

/**
 * ic_units_setup() - make the table known to sysfs; once, at load
 */
void ic_units_setup(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(unit_table); i++)
		unit_attrs[i] = &unit_table[i].attr;
}

static struct ic_unit *unit_alloc(const struct ic_unit_ops *ops)
{
	struct ic_unit *unit = kzalloc(sizeof(*unit), GFP_KERNEL);

	if (!unit)
		return NULL;
	unit->index = ida_alloc(&indices, GFP_KERNEL);
	if (unit->index < 0) {
		kfree(unit);
		return NULL;
	}
	ic_object_get();
	kobject_init(&unit->kobj, &unit_ktype);
	INIT_LIST_HEAD(&unit->node);
	unit->ops = ops;
	unit->segment = IC_NO_NUMBER;
	unit->seen = true;
	ic_unit_caps_init(&unit->caps);
	return unit;
}

/* registers/ with those that can be read now */
static int publish_registers(struct ic_unit *unit, char *page)
{
	struct attribute *attrs[IC_UNIT_REGS + 1];
	struct attribute_group group = {
		.name = IOMMU_CAPS_DIR_REGISTERS,
		.attrs = attrs,
	};
	unsigned int i, n = 0;

	for (i = 0; i < IC_UNIT_REGS && unit->regs[i]; i++) {
		if (register_show(unit, i, page) < 0)
			continue;
		sysfs_attr_init(&unit->reg_attrs[i]);
		unit->reg_attrs[i].name = unit->regs[i];
		unit->reg_attrs[i].mode = 0400;
		attrs[n++] = &unit->reg_attrs[i];
	}
	attrs[n] = NULL;
	return n ? sysfs_create_group(&unit->kobj, &group) : 0;
}

static int unit_publish(struct ic_unit *unit, const char *name)
{
	char *page = (char *)get_zeroed_page(GFP_KERNEL);
	unsigned int i;
	int ret;

	if (!page)
		return -ENOMEM;
	if (says_emulated(unit))
		ic_platform_note_emulated();
	for (i = 0; i < ARRAY_SIZE(unit_table); i++)
		if (unit_table[i].show(unit, page) != -ENODATA)
			unit->visible |= BIT(i);

	ret = kobject_add(&unit->kobj, ic_units_dir, "%s", name);
	if (!ret && unit->dev)
		ret = sysfs_create_link(&unit->kobj, &unit->dev->kobj,
					IOMMU_CAPS_LINK_IOMMU);
	if (!ret)
		ret = publish_registers(unit, page);
	free_page((unsigned long)page);
	if (ret)
		return ret;
	down_write(&ic_model_sem);
	list_add_tail(&unit->node, &units);
	up_write(&ic_model_sem);
	list_changed = true;
	return 0;
}

/**
 * ic_unit_destroy() - take a unit out of sysfs and drop it
 * @unit: the unit; no device refers to it; ic_lock is held
 */
void ic_unit_destroy(struct ic_unit *unit)
{
	if (!list_empty(&unit->node)) {
		down_write(&ic_model_sem);
		list_del_init(&unit->node);
		up_write(&ic_model_sem);
		list_changed = true;
	}
	/* kobject_del() warns if the object was never added. */
	if (unit->kobj.state_in_sysfs)
		kobject_del(&unit->kobj);
	kobject_put(&unit->kobj);
}

/**
 * ic_unit_find() - the unit of a device of class iommu
 * @iommu: the class device
 *
 * Return: the unit, no reference taken, or NULL; ic_lock is held.
 */
struct ic_unit *ic_unit_find(struct device *iommu)
{
	struct ic_unit *unit;

	list_for_each_entry(unit, &units, node)
		if (unit->dev == iommu)
			return unit;
	return NULL;
}

/* The driven one of two: a late driver replaces what firmware described. */
static struct ic_unit *prefer(struct ic_unit *best, struct ic_unit *unit)
{
	return best && best->dev ? best : unit;
}

/**
 * ic_unit_of() - the unit that serves a device, by its link `iommu`
 * @dev: the device, which cannot leave: ic_lock is held
 *
 * Return: the unit, no reference taken, or NULL.
 */
struct ic_unit *ic_unit_of(struct device *dev)
{
	struct kernfs_node *target = ic_link_target(dev, IOMMU_CAPS_LINK_IOMMU);
	struct ic_unit *unit, *found = NULL;

	if (!target)
		return NULL;
	list_for_each_entry(unit, &units, node)
		if (unit->dev && unit->dev->kobj.sd == target) {
			found = unit;
			break;
		}
	kernfs_put(target);
	return found;
}

/**
 * ic_unit_by_node() - the unit with a node in the device tree
 * @ops: its vendor, or NULL for any
 * @np: the node
 *
 * Return: the unit, no reference taken, or NULL; ic_lock is held.
 */
struct ic_unit *ic_unit_by_node(const struct ic_unit_ops *ops,
				const struct device_node *np)
{
	struct ic_unit *unit, *best = NULL;

	list_for_each_entry(unit, &units, node)
		if ((!ops || unit->ops == ops) && unit->np == np)
			best = prefer(best, unit);
	return best;
}

/**
 * ic_unit_by_address() - the unit with this base of its registers
 * @ops: its vendor
 * @address: the base
 *
 * Return: the unit, no reference taken, or NULL; ic_lock is held.
 */
struct ic_unit *ic_unit_by_address(const struct ic_unit_ops *ops, u64 address)
{
	struct ic_unit *unit, *best = NULL;

	list_for_each_entry(unit, &units, node)
		if (unit->ops == ops && address && unit->address == address)
			best = prefer(best, unit);
	return best;
}

static struct ic_unit *find_described(const struct ic_unit_ops *ops,
				      const char *name)
{
	struct ic_unit *unit;

	list_for_each_entry(unit, &units, node)
		if (unit->ops == ops && !unit->dev &&
		    !strcmp(kobject_name(&unit->kobj), name))
			return unit;
	return NULL;
}

static const struct ic_unit_ops *vendor_of(struct device *iommu)
{
	unsigned int i;

	for (i = 0; ic_vendors[i]; i++)
		if (ic_vendors[i]->match(iommu))
			return ic_vendors[i];
	return NULL;
}

static int add_driven(struct device *iommu)
{
	const struct ic_unit_ops *ops = NULL;
	struct ic_unit *unit;
	int ret;

	/*
	 * drvdata is set after device_add(); show() needs it. It is cleared
	 * before device_del(), which takes the lock.
	 */
	device_lock(iommu);
	if (dev_get_drvdata(iommu))
		ops = vendor_of(iommu);
	device_unlock(iommu);
	if (!ops)
		return -EAGAIN;
	unit = unit_alloc(ops);
	if (!unit)
		return -ENOMEM;
	unit->dev = get_device(iommu);
	ret = ops->init ? ops->init(unit) : 0;
	if (!ret)
		ret = unit_publish(unit, dev_name(iommu));
	if (ret)
		ic_unit_destroy(unit);
	/* nothing can be linked to a device that has been removed meanwhile */
	return ret == -ENOENT ? -EAGAIN : ret;
}

/**
 * ic_unit_add_described() - a unit that firmware describes
 * @ops: the vendor
 * @name: the name if no driver drives it, made from where the unit is
 * @address: physical base of its registers, or 0: the vendor has seen to it
 *	that no driver drives the unit
 * @segment: PCI segment or IC_NO_NUMBER
 * @setup: set up the rest of a unit that no driver drives, or NULL
 * @data: for @setup
 *
 * Does nothing where a driver drives the unit.
 *
 * Return: 0 or -errno.
 */
int ic_unit_add_described(const struct ic_unit_ops *ops, const char *name,
			  u64 address, int segment,
			  int (*setup)(struct ic_unit *unit, void *data),
			  void *data)
{
	struct ic_unit *unit;
	int ret;

	unit = ic_unit_by_address(ops, address);
	if (unit && unit->dev)
		return 0;
	unit = find_described(ops, name);
	if (unit) {
		unit->seen = true;
		return 0;
	}
	unit = unit_alloc(ops);
	if (!unit)
		return -ENOMEM;
	unit->address = address;
	unit->segment = segment;
	ret = setup ? setup(unit, data) : 0;
	if (!ret)
		ret = unit_publish(unit, name);
	if (ret)
		ic_unit_destroy(unit);
	return ret;
}

/*
 * The class is not exported, but every device's kobject leads to the set of
 * all devices, and a device of class iommu to its class.
 */
static void find_class(void)
{
	struct kset *all = platform_bus.kobj.kset;
	struct kobject *kobj;
	struct device *dev;

	if (iommu_class || !all)
		return;
	spin_lock(&all->list_lock);
	list_for_each_entry(kobj, &all->list, entry) {
		dev = kobj_to_dev(kobj);
		if (kobj->ktype == platform_bus.kobj.ktype && dev->class &&
		    !strcmp(dev->class->name, "iommu")) {
			iommu_class = dev->class;
			break;
		}
	}
	spin_unlock(&all->list_lock);
}

static bool name_is_taken(const char *name)
{
	struct ic_unit *unit;

	list_for_each_entry(unit, &units, node)
		if (!strcmp(kobject_name(&unit->kobj), name))
			return true;
	return false;
}

static int sync_driven(struct device *iommu, void *incomplete)
{
	struct ic_unit *unit = ic_unit_find(iommu);
	int ret;

	if (unit) {
		unit->seen = true;
		return 0;
	}
	/* A driver that left and came back: its old unit must go first. */
	ret = name_is_taken(dev_name(iommu)) ? -EAGAIN : add_driven(iommu);
	if (ret != -EAGAIN)
		return ret;
	*(bool *)incomplete = true;
	return 0;
}

/**
 * ic_units_sync() - bring units/ into accord with class iommu and firmware
 * @changed: set if a unit was added or is stale, otherwise left alone
 *
 * The caller takes stale units from their devices and destroys them.
 *
 * Return: 0, -EAGAIN if there is a unit whose driver is not yet ready, or
 * another -errno; ic_lock is held.
 */
int ic_units_sync(bool *changed)
{
	bool incomplete = false;
	struct ic_unit *unit;
	unsigned int i;
	int ret = 0;

	list_changed = false;
	find_class();
	list_for_each_entry(unit, &units, node)
		unit->seen = false;
	if (iommu_class)
		ret = class_for_each_device(iommu_class, NULL, &incomplete,
					    sync_driven);
	for (i = 0; !ret && ic_vendors[i]; i++)
		if (ic_vendors[i]->described)
			ret = ic_vendors[i]->described();
	if (ret) {
		/* not every unit was looked for: none counts as stale */
		list_for_each_entry(unit, &units, node)
			unit->seen = true;
		return ret;
	}
	if (list_changed || ic_unit_next_stale())
		*changed = true;
	return incomplete ? -EAGAIN : 0;
}

/**
 * ic_unit_next_stale() - a unit that the last ic_units_sync() did not find
 *
 * Return: the unit or NULL; ic_lock is held.
 */
struct ic_unit *ic_unit_next_stale(void)
{
	struct ic_unit *unit;

	list_for_each_entry(unit, &units, node)
		if (!unit->seen)
			return unit;
	return NULL;
}

/**
 * ic_units_exit() - remove every unit; no group uses one any more
 */
void ic_units_exit(void)
{
	struct ic_unit *unit, *next;

	list_for_each_entry_safe(unit, next, &units, node)
		ic_unit_destroy(unit);
}

/**
 * ic_unit_count() - count units; ic_model_sem is held for reading, or ic_lock
 * @driven: units that a driver drives
 * @described: units that only firmware describes
 */
void ic_unit_count(unsigned int *driven, unsigned int *described)
{
	struct ic_unit *unit;

	*driven = 0;
	*described = 0;
	list_for_each_entry(unit, &units, node) {
		if (unit->dev)
			(*driven)++;
		else
			(*described)++;
	}
}

/**
 * struct ic_unit_states - which units are active, each asked once
 * @n: number of places
 * @of: by index of the unit
 */
struct ic_unit_states {
	unsigned int n;
	struct {
		struct ic_unit *unit;	/* referenced, or NULL */
		enum ic_tristate active;
	} of[];
};

/**
 * ic_unit_states_get() - ask each unit whether it is active
 *
 * Return: the answers, to be returned with ic_unit_states_put(), or NULL when
 * out of memory; ic_model_sem is held for reading.
 */
struct ic_unit_states *ic_unit_states_get(void)
{
	struct ic_unit_states *states;
	struct ic_unit *unit;
	int n = 0;

	list_for_each_entry(unit, &units, node)
		n = max(n, unit->index + 1);
	states = kzalloc(struct_size(states, of, n), GFP_KERNEL);
	if (!states)
		return NULL;
	states->n = n;
	list_for_each_entry(unit, &units, node) {
		kobject_get(&unit->kobj);
		states->of[unit->index].unit = unit;
		states->of[unit->index].active = ic_unit_active(unit);
	}
	return states;
}

/**
 * ic_unit_states_put() - undo ic_unit_states_get()
 * @states: what it returned
 */
void ic_unit_states_put(struct ic_unit_states *states)
{
	unsigned int i;

	for (i = 0; i < states->n; i++)
		if (states->of[i].unit)
			kobject_put(&states->of[i].unit->kobj);
	kfree(states);
}

/**
 * ic_unit_state() - was a unit active when the states were taken?
 * @states: the states, or NULL
 * @unit: the unit; one that came later, or without @states, is asked now
 *
 * Return: the fact; ic_model_sem is held for reading, or ic_lock.
 */
enum ic_tristate ic_unit_state(const struct ic_unit_states *states,
			       struct ic_unit *unit)
{
	unsigned int i = unit->index;

	if (states && i < states->n && states->of[i].unit == unit)
		return states->of[i].active;
	return ic_unit_active(unit);
}
