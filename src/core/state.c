// SPDX-License-Identifier: GPL-2.0-only
/*
 * The files `state` and `dma_path`: what holds for the whole machine.
 *
 * Everybody may read them, so reading one must not delay anybody else: each
 * unit is asked once, each group is looked at once, and ic_model_sem is held
 * for one group at a time. ic_lock is not taken, which is why these files can
 * be added and removed with ic_lock held.
 *
 * Whether the files are there is decided by what the model remembers of each
 * group and device; their values are worked out at each read.
 */
#include <linux/kobject.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "compat/compat.h"
#include "core/dma_path.h"
#include "core/facts.h"
#include "core/group.h"
#include "core/hw_tables.h"
#include "core/lock.h"
#include "core/log.h"
#include "core/platform.h"
#include "core/root.h"
#include "core/state.h"
#include "core/unit.h"
#include "core/unprotected.h"
#include "iommu_caps.h"

/**
 * struct tally - what `state` is made of
 * @driven: units that a driver drives
 * @described: units that only firmware describes
 * @unprotected: there are unprotected devices
 * @groups: number of groups whose dma_remap is IC_NO, IC_YES, IC_UNKNOWN
 */
struct tally {
	unsigned int driven;
	unsigned int described;
	bool unprotected;
	unsigned int groups[IC_UNKNOWN + 1];
};

/* The word for a tally, or NULL when it cannot be known. */
static const char *word_for(const struct tally *t)
{
	unsigned int on = t->groups[IC_YES], off = t->groups[IC_NO];

	if (ic_platform_hypervisor_owns())
		return IOMMU_CAPS_STATE_HYPERVISOR;
	if (!t->driven && !on && !off && !t->groups[IC_UNKNOWN])
		return t->described ? IOMMU_CAPS_STATE_DISABLED :
				      IOMMU_CAPS_STATE_NONE;
	off += t->unprotected;
	if (on && off)
		return IOMMU_CAPS_STATE_PARTIAL;
	if (t->groups[IC_UNKNOWN])
		return NULL;
	return on ? IOMMU_CAPS_STATE_FULL : IOMMU_CAPS_STATE_PASSTHROUGH;
}

/* A file that is there while its value is known; @shown: ic_lock */
struct root_file {
	struct kobj_attribute attr;
	bool shown;
};

static struct root_file *to_file(struct kobj_attribute *attr)
{
	return container_of(attr, struct root_file, attr);
}

/*
 * Between two groups of a pass: let others run. Stop when killed, and when the
 * file is being removed, with ic_lock held: that waits for us.
 */
static int pause_pass(struct kobj_attribute *attr)
{
	cond_resched();
	if (!READ_ONCE(to_file(attr)->shown))
		return -ENODATA;
	return fatal_signal_pending(current) ? -EINTR : 0;
}

static int tally_groups(struct kobj_attribute *attr, struct tally *t,
			const struct ic_unit_states *states, char *page)
{
	enum ic_tristate remap;
	struct ic_group *group;
	unsigned long id;
	int ret = 0;

	for (id = 0; !ret; id++) {
		down_read(&ic_model_sem);
		group = ic_group_next(&id);
		if (group && !list_empty(&group->members)) {
			ret = ic_fact_dma_remap(group, ic_hw_path(group),
						states, page, &remap);
			if (!ret)
				t->groups[remap]++;
		}
		up_read(&ic_model_sem);
		if (!group)
			break;
		if (!ret)
			ret = pause_pass(attr);
	}
	return ret;
}

static ssize_t state_show(struct kobject *kobj, struct kobj_attribute *attr,
			  char *page)
{
	struct ic_unit_states *states;
	struct tally tally = { };
	const char *word;
	int ret;

	down_read(&ic_model_sem);
	ic_unit_count(&tally.driven, &tally.described);
	tally.unprotected = ic_unprotected_any();
	states = ic_unit_states_get();
	up_read(&ic_model_sem);
	if (!states)
		return -ENOMEM;
	ret = tally_groups(attr, &tally, states, page);
	ic_unit_states_put(states);
	if (ret)
		return ret;
	word = word_for(&tally);
	return word ? sysfs_emit(page, "%s\n", word) : -ENODATA;
}

/* IC_DMA_* of all devices together, or -errno */
static int machine_dma_paths(struct kobj_attribute *attr, char *page)
{
	struct ic_group *group;
	int paths, one, ret;
	unsigned long id;

	down_read(&ic_model_sem);
	paths = ic_unprotected_dma_paths(page);
	up_read(&ic_model_sem);
	for (id = 0; paths != IC_DMA_UNKNOWN; id++) {
		down_read(&ic_model_sem);
		group = ic_group_next(&id);
		one = group ? ic_group_dma_paths(group, page) : 0;
		up_read(&ic_model_sem);
		if (!group)
			break;
		paths = one == IC_DMA_UNKNOWN ? one : paths | one;
		ret = pause_pass(attr);
		if (ret)
			return ret;
	}
	return paths && paths != IC_DMA_UNKNOWN ? paths : -ENODATA;
}

static ssize_t dma_path_show(struct kobject *kobj, struct kobj_attribute *attr,
			     char *page)
{
	int paths = machine_dma_paths(attr, page);

	return paths < 0 ? paths : ic_dma_paths_emit(paths, page);
}

/* Number of devices whose dma_path is known, and unknown; ic_lock */
static unsigned int paths_known, paths_unknown;

static void count_path(int path, int n)
{
	if (path == IC_DMA_UNKNOWN)
		paths_unknown += n;
	else if (path)
		paths_known += n;
}

/**
 * ic_state_set_path() - remember how DMA of a device reaches memory
 * @d: the device
 * @path: what ic_dma_path() says, or 0 for a device that leaves; ic_lock is
 *	held
 */
void ic_state_set_path(struct ic_dev *d, int path)
{
	count_path(d->path, -1);
	count_path(path, 1);
	d->path = path;
}

/**
 * ic_state_word() - the word that `state` has by what the model remembers
 *
 * Return: the word, or NULL when it cannot be known; ic_lock is held.
 */
const char *ic_state_word(void)
{
	struct tally tally = { .unprotected = ic_unprotected_any() };
	enum ic_tristate remap;

	lockdep_assert_held(&ic_lock);
	ic_unit_count(&tally.driven, &tally.described);
	for (remap = IC_NO; remap <= IC_UNKNOWN; remap++)
		tally.groups[remap] = ic_groups_by_remap(remap);
	return word_for(&tally);
}

static struct root_file state_file = { .attr = __ATTR_RO(state) };
static struct root_file dma_path_file = { .attr = __ATTR_RO(dma_path) };
static bool published;

static int show_file(struct root_file *file, bool show)
{
	int ret = 0;

	if (show == file->shown)
		return 0;
	WRITE_ONCE(file->shown, show);
	if (show)
		ret = sysfs_create_file(ic_root, &file->attr.attr);
	else
		sysfs_remove_file(ic_root, &file->attr.attr);
	if (ret)
		WRITE_ONCE(file->shown, false);
	return ret;
}

/**
 * ic_state_refresh() - add the files whose values have become known, remove
 * those whose values cannot be known any more
 *
 * Return: 0 or -errno; ic_lock is held.
 */
int ic_state_refresh(void)
{
	int ret;

	lockdep_assert_held(&ic_lock);
	if (!published)
		return 0;
	ret = show_file(&state_file, ic_state_word());
	return show_file(&dma_path_file, paths_known && !paths_unknown) ?: ret;
}

/**
 * ic_state_publish() - add the files, once the tree is complete
 *
 * Return: 0 or -errno; ic_lock is held.
 */
int ic_state_publish(void)
{
	published = true;
	return ic_state_refresh();
}

/**
 * ic_state_remove() - remove the files for good; ic_lock is held
 */
void ic_state_remove(void)
{
	published = false;
	show_file(&state_file, false);
	show_file(&dma_path_file, false);
}
