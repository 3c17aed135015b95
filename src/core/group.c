// SPDX-License-Identifier: GPL-2.0-only
/*
 * groups/<id>/: one folder per IOMMU group of the kernel.
 *
 * One table says which files there are. A show function that returns -ENODATA
 * has no value to give; its file is then left out. Values are worked out at
 * each read (facts.c). A digest over all of them tells whether anything has
 * changed since user space was last told.
 */
#include <linux/siphash.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/xarray.h>

#include "compat/compat.h"
#include "core/assign.h"
#include "core/dma_path.h"
#include "core/emit.h"
#include "core/facts.h"
#include "core/group.h"
#include "core/hw_tables.h"
#include "core/limits.h"
#include "core/lock.h"
#include "core/log.h"
#include "core/objects.h"
#include "core/root.h"
#include "core/sysfs_read.h"
#include "decode/page_table.h"
#include "iommu_caps.h"

struct group_attr {
	struct attribute attr;
	ssize_t (*show)(struct ic_group *group, char *page);
};

static ssize_t id_show(struct ic_group *group, char *page)
{
	return sysfs_emit(page, "%d\n", group->id);
}

static ssize_t name_show(struct ic_group *group, char *page)
{
	ssize_t len = ic_attr_read(group->ikobj,
				   ic_kobj_attr(group->ikobj, NULL, "name"),
				   page);

	if (len < 0)
		return len == -ENOENT ? -ENODATA : len;
	page[len++] = '\n';
	return len;
}

static ssize_t caching_mode_show(struct ic_group *group, char *page)
{
	return ic_emit_fact(ic_fact_caching_mode(group), page);
}

static ssize_t viommu_show(struct ic_group *group, char *page)
{
	return ic_emit_fact(ic_fact_viommu(group), page);
}

static ssize_t domain_type_show(struct ic_group *group, char *page)
{
	ssize_t len = ic_fact_domain_type(group, page);

	if (len >= 0)
		page[len++] = '\n';
	return len;
}

static ssize_t emit_dma_remap(struct ic_group *group, u32 path, char *page)
{
	enum ic_tristate remap;
	int ret = ic_fact_dma_remap(group, path, NULL, page, &remap);

	return ret ? ret : ic_emit_fact(remap, page);
}

static ssize_t dma_remap_show(struct ic_group *group, char *page)
{
	return emit_dma_remap(group, ic_hw_path(group), page);
}

static ssize_t hw_path_show(struct ic_group *group, char *page)
{
	return ic_hw_path_emit(ic_hw_path(group), page);
}

static ssize_t intr_remap_show(struct ic_group *group, char *page)
{
	return ic_emit_fact(ic_fact_intr_remap(group), page);
}

static ssize_t emit_bypass(struct ic_group *group, u32 path, char *page)
{
	/* in the order of IC_BYPASS_* */
	static const char *const names[] = {
		IOMMU_CAPS_BYPASS_IDENTITY, IOMMU_CAPS_BYPASS_INACTIVE,
		IOMMU_CAPS_BYPASS_DIRECT, IOMMU_CAPS_BYPASS_RELAXABLE,
		IOMMU_CAPS_BYPASS_ATS, IOMMU_CAPS_BYPASS_DMA_OPS,
		IOMMU_CAPS_BYPASS_HW,
	};
	u32 tokens;
	int ret;

	ret = ic_fact_bypass(group, path, page, &tokens);
	if (ret)
		return ret;
	if (!tokens)
		return sysfs_emit(page, IOMMU_CAPS_BYPASS_NONE "\n");
	return ic_emit_tokens(tokens, names, ARRAY_SIZE(names), page);
}

static ssize_t bypass_show(struct ic_group *group, char *page)
{
	return emit_bypass(group, ic_hw_path(group), page);
}

static ssize_t coherent_show(struct ic_group *group, char *page)
{
	return ic_emit_fact(ic_fact_coherent(group), page);
}

static ssize_t external_show(struct ic_group *group, char *page)
{
	return ic_emit_fact(ic_fact_external(group), page);
}

static ssize_t preboot_protection_show(struct ic_group *group, char *page)
{
	return ic_emit_fact(ic_fact_preboot(group), page);
}

static ssize_t owner_show(struct ic_group *group, char *page)
{
	switch (ic_fact_owner(group)) {
	case IC_OWNER_KERNEL:
		return sysfs_emit(page, IOMMU_CAPS_OWNER_KERNEL "\n");
	case IC_OWNER_USER:
		return sysfs_emit(page, IOMMU_CAPS_OWNER_USER "\n");
	default:
		return -ENODATA;
	}
}

static ssize_t assign_blockers_show(struct ic_group *group, char *page)
{
	return ic_assign_blockers(group, page);
}

static ssize_t page_sizes_show(struct ic_group *group, char *page)
{
	return ic_limits_page_sizes(group, page);
}

static ssize_t address_width_show(struct ic_group *group, char *page)
{
	return ic_limits_address_width(group, page);
}

static ssize_t iova_ranges_show(struct ic_group *group, char *page)
{
	return ic_limits_iova_ranges(group, page);
}

static ssize_t dma_path_show(struct ic_group *group, char *page)
{
	return ic_dma_paths_emit(ic_group_dma_paths(group, page), page);
}

static ssize_t pasids_show(struct ic_group *group, char *page)
{
	return ic_limits_pasids(group, page);
}

static ssize_t enabled_show(struct ic_group *group, char *page)
{
	return ic_limits_enabled(group, page);
}

static ssize_t noexec_show(struct ic_group *group, char *page)
{
	return ic_emit_fact(ic_limits_noexec(group), page);
}

static ssize_t dirty_tracking_show(struct ic_group *group, char *page)
{
	return ic_emit_fact(ic_limits_dirty_tracking(group), page);
}

static ssize_t enforced_coherency_show(struct ic_group *group, char *page)
{
	return ic_emit_fact(ic_limits_enforced_coherency(group), page);
}

static ssize_t deferred_flush_show(struct ic_group *group, char *page)
{
	return ic_emit_fact(ic_limits_deferred_flush(group), page);
}

static ssize_t msi_controller_show(struct ic_group *group, char *page)
{
	return ic_limits_msi_controller(group, page);
}

#define GROUP_ATTR(_name) { \
	.attr = { .name = #_name, .mode = 0444 }, .show = _name##_show, \
},

static struct group_attr group_table[] = {
	IOMMU_CAPS_GROUP_ATTRS(GROUP_ATTR)
};

/*
 * One value of a pass over all of them, for which the tables in memory were read
 * once: what is said of one moment agrees, and costs less.
 */
static ssize_t emit_value(const struct group_attr *a, struct ic_group *group,
			  u32 path, char *page)
{
	if (a->show == dma_remap_show)
		return emit_dma_remap(group, path, page);
	if (a->show == bypass_show)
		return emit_bypass(group, path, page);
	if (a->show == hw_path_show)
		return ic_hw_path_emit(path, page);
	return a->show(group, page);
}

/* All of them at once. A show function needs a page: too much for the stack. */
static ssize_t summary_show(struct ic_group *group, char *page)
{
	char *value = (char *)__get_free_page(GFP_KERNEL);
	u32 path = ic_hw_path(group);
	ssize_t len = 0, ret;
	unsigned int i;

	if (!value)
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(group_table); i++) {
		ret = emit_value(&group_table[i], group, path, value);
		if (ret == -ENODATA)
			continue;
		/* fail rather than truncate */
		if (ret >= 0 && len + strlen(group_table[i].attr.name) + 1 +
				ret >= PAGE_SIZE)
			ret = -EOVERFLOW;
		if (ret < 0) {
			len = ret;
			break;
		}
		len += sysfs_emit_at(page, len, "%s=%.*s",
				     group_table[i].attr.name, (int)ret, value);
	}
	free_page((unsigned long)value);
	return len;
}

static struct group_attr summary_attr = {
	.attr = { .name = IOMMU_CAPS_SUMMARY, .mode = 0444 },
	.show = summary_show,
};

/*
 * What takes long to work out is for root, is worked out at a read only, and
 * takes ic_model_sem itself, for a moment.
 */
static ssize_t hw_readable_ram_show(struct ic_group *group, char *page)
{
	return ic_hw_ram_show(group, IC_READ, page);
}

static ssize_t hw_writable_ram_show(struct ic_group *group, char *page)
{
	return ic_hw_ram_show(group, IC_WRITE, page);
}

#define HEAVY_ATTR(_name) { \
	.attr = { .name = #_name, .mode = 0400 }, .show = _name##_show, \
},

static struct group_attr heavy_table[] = {
	IOMMU_CAPS_GROUP_HEAVY_ATTRS(HEAVY_ATTR)
};

static bool is_heavy(const struct attribute *attr)
{
	const struct group_attr *a;

	a = container_of(attr, struct group_attr, attr);
	return a >= heavy_table && a < heavy_table + ARRAY_SIZE(heavy_table);
}

/* sysfs takes an array of pointers; ic_groups_setup() sets it up. */
static struct attribute *group_attrs[ARRAY_SIZE(group_table) +
				     ARRAY_SIZE(heavy_table) + 2];
static struct attribute *no_attrs[] = { NULL };

/* The bit of hw_path in ic_group.visible: the heavy files come and go with it */
static u32 hw_path_bit;

static struct ic_group *to_group(struct kobject *kobj)
{
	return container_of(kobj, struct ic_group, kobj);
}

static umode_t group_attr_visible(struct kobject *kobj, struct attribute *attr,
				  int i)
{
	if (is_heavy(attr))
		return to_group(kobj)->visible & hw_path_bit ? attr->mode : 0;
	return attr == &summary_attr.attr ||
	       to_group(kobj)->visible & BIT(i) ? attr->mode : 0;
}

static const struct attribute_group group_attr_group = {
	.attrs = group_attrs,
	.is_visible = group_attr_visible,
};

/* Named groups without attributes: folders that will hold links. */
static const struct attribute_group devices_attr_group = {
	.name = IOMMU_CAPS_DIR_DEVICES,
	.attrs = no_attrs,
};

static const struct attribute_group units_attr_group = {
	.name = IOMMU_CAPS_DIR_UNITS,
	.attrs = no_attrs,
};

static const struct attribute_group *group_attr_groups[] = {
	&group_attr_group,
	&devices_attr_group,
	&units_attr_group,
	NULL,
};

static ssize_t group_show(struct kobject *kobj, struct attribute *attr,
			  char *page)
{
	const struct group_attr *a;
	ssize_t len;

	a = container_of(attr, struct group_attr, attr);
	if (is_heavy(attr))
		return a->show(to_group(kobj), page);
	down_read(&ic_model_sem);
	/* its last device has left, and it is about to */
	len = list_empty(&to_group(kobj)->members) ? -ENODEV :
	      a->show(to_group(kobj), page);
	up_read(&ic_model_sem);
	return len;
}

static const struct sysfs_ops group_sysfs_ops = {
	.show = group_show,
};

static void group_release(struct kobject *kobj)
{
	kfree(to_group(kobj));
	ic_object_put();
}

static ic_kobj_type group_ktype = {
	.sysfs_ops = &group_sysfs_ops,
	.release = group_release,
	.default_groups = group_attr_groups,
};

/**
 * ic_groups_setup() - make the table known to sysfs; once, at load
 */
void ic_groups_setup(void)
{
	struct attribute **next = group_attrs;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(group_table); i++) {
		*next++ = &group_table[i].attr;
		if (group_table[i].show == hw_path_show)
			hw_path_bit = BIT(i);
	}
	*next++ = &summary_attr.attr;
	for (i = 0; i < ARRAY_SIZE(heavy_table); i++)
		*next++ = &heavy_table[i].attr;
}

/* The kernel's attribute "type": one, and the same for every group */
const struct attribute *ic_group_type_attr;

/*
 * Groups by number. Written with ic_lock held; a group is erased with
 * ic_model_sem held for writing, so that with it held for reading, or with
 * ic_lock, a group that was found stays.
 */
static DEFINE_XARRAY(groups);

/* Number of groups by their @remap; ic_lock */
static unsigned int by_remap[IC_UNKNOWN + 1];

static void set_remap(struct ic_group *group, enum ic_tristate remap)
{
	by_remap[group->remap]--;
	by_remap[remap]++;
	group->remap = remap;
}

/**
 * ic_groups_by_remap() - number of groups by dma_remap when last looked at
 * @remap: the value
 *
 * ic_lock is held.
 */
unsigned int ic_groups_by_remap(enum ic_tristate remap)
{
	return by_remap[remap];
}

/**
 * ic_group_find() - a group by its number
 * @id: the number
 *
 * Return: the group or NULL; ic_model_sem is held for reading, or ic_lock.
 */
struct ic_group *ic_group_find(int id)
{
	return xa_load(&groups, id);
}

/**
 * ic_group_next() - the first group whose number is not below a limit
 * @id: the limit; set to the number of the group
 *
 * Return: the group or NULL; ic_model_sem is held for reading, or ic_lock.
 */
struct ic_group *ic_group_next(unsigned long *id)
{
	return xa_find(&groups, id, ULONG_MAX, XA_PRESENT);
}

/* The heavy ones are last in the array, which ends with NULL. */
static const struct attribute * const *heavy_attrs(void)
{
	return (const struct attribute **)group_attrs +
	       ARRAY_SIZE(group_table) + 1;
}

static int create_files(struct ic_group *group, unsigned int i)
{
	int ret = sysfs_create_file(&group->kobj, &group_table[i].attr);

	if (ret || BIT(i) != hw_path_bit)
		return ret;
	ret = sysfs_create_files(&group->kobj, heavy_attrs());
	if (ret)
		sysfs_remove_file(&group->kobj, &group_table[i].attr);
	return ret;
}

static void remove_files(struct ic_group *group, unsigned int i)
{
	sysfs_remove_file(&group->kobj, &group_table[i].attr);
	if (BIT(i) == hw_path_bit)
		sysfs_remove_files(&group->kobj, heavy_attrs());
}

/*
 * Add the files of attributes that now have a value, remove those of attributes
 * that have none any more, and leave the others alone: a reader, or udev's
 * TEST==, must not see a file vanish whose value is known.
 */
static int update_files(struct ic_group *group, u32 visible)
{
	unsigned long changed = visible ^ group->visible;
	unsigned int i;
	int ret = 0;

	if (!group->kobj.state_in_sysfs) {
		group->visible = visible;
		return 0;
	}
	for_each_set_bit(i, &changed, ARRAY_SIZE(group_table)) {
		if (!(visible & BIT(i))) {
			remove_files(group, i);
		} else if (create_files(group, i)) {
			ret = -ENOMEM;
			continue;
		}
		group->visible ^= BIT(i);
	}
	return ret;
}

/**
 * ic_group_refresh() - look at every value of a group again
 * @group: the group; ic_lock is held
 * @page: scratch page
 *
 * Files whose value appeared or vanished are added or removed.
 *
 * Return: 1 if anything differs from the last time, 0 if not, or -errno when a
 * value could not be worked out, for want of memory say; nothing has changed
 * then, and the caller looks again later.
 */
int ic_group_refresh(struct ic_group *group, char *page)
{
	static const siphash_key_t key;
	enum ic_tristate remap = IC_UNKNOWN;
	u32 path = ic_hw_path(group);
	u32 visible = 0;
	u64 digest = 0;
	unsigned int i;
	int ret = 0;
	ssize_t len;

	for (i = 0; i < ARRAY_SIZE(group_table); i++) {
		len = emit_value(&group_table[i], group, path, page);
		if (len == -ENODATA)
			continue;
		visible |= BIT(i);
		if (len < 0)
			ret = len;
		else
			digest = siphash_3u64(digest, i,
					      siphash(page, len, &key), &key);
		if (len > 0 && group_table[i].show == dma_remap_show)
			remap = ic_yes_no(page[0] == '1');
	}
	if (ret && group->kobj.state_in_sysfs)
		return ret;

	set_remap(group, remap);
	ret = update_files(group, visible) ?: ret;
	if (ret || digest == group->digest)
		return ret;
	group->digest = digest;
	return 1;
}

/**
 * ic_group_create() - a group without members, not yet in sysfs
 * @igroup: the kernel's group; the reference passes to us on success
 * @ikobj: its kobject; likewise
 *
 * Return: the group or NULL when out of memory; ic_lock is held.
 */
struct ic_group *ic_group_create(struct iommu_group *igroup,
				 struct kobject *ikobj)
{
	struct ic_group *group = kzalloc(sizeof(*group), GFP_KERNEL);

	if (!group)
		return NULL;
	INIT_LIST_HEAD(&group->members);
	group->id = iommu_group_id(igroup);
	group->igroup = igroup;
	group->ikobj = ikobj;
	group->remap = IC_UNKNOWN;
	if (xa_insert(&groups, group->id, group, GFP_KERNEL)) {
		kfree(group);
		return NULL;
	}
	by_remap[IC_UNKNOWN]++;
	if (!ic_group_type_attr)
		ic_group_type_attr = ic_kobj_attr(ikobj, NULL, "type");
	ic_object_get();
	kobject_init(&group->kobj, &group_ktype);
	return group;
}

/**
 * ic_group_publish() - put a group that has its first member into sysfs
 * @group: the group
 *
 * Return: 0 or -errno; the caller then destroys the group.
 */
int ic_group_publish(struct ic_group *group)
{
	int ret;

	ret = kobject_add(&group->kobj, ic_groups_dir, "%d", group->id);
	if (ret)
		return ret;
	return sysfs_create_link(&group->kobj, group->ikobj,
				 IOMMU_CAPS_LINK_IOMMU_GROUP);
}

/**
 * ic_group_destroy() - take a group out of sysfs and drop it
 * @group: the group, without members; ic_lock is held
 *
 * kobject_del() waits for show functions that still run; they may follow
 * @ikobj. The kernel's group is put at once: a reference that outlives its
 * devices would outlive the IOMMU driver, too.
 */
void ic_group_destroy(struct ic_group *group)
{
	/* kobject_del() waits for readers: those of the heavy files give up */
	WRITE_ONCE(group->leaving, true);
	down_write(&ic_model_sem);
	xa_erase(&groups, group->id);
	up_write(&ic_model_sem);
	by_remap[group->remap]--;
	/* kobject_del() warns if the object was never added. */
	if (group->kobj.state_in_sysfs)
		kobject_del(&group->kobj);
	kobject_put(group->ikobj);
	iommu_group_put(group->igroup);
	kobject_put(&group->kobj);
}
