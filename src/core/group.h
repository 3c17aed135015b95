/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * groups/<id>/: one folder per IOMMU group, and the devices in it.
 */
#ifndef IC_GROUP_H
#define IC_GROUP_H

#include <linux/iommu.h>
#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/types.h>

struct ic_unit;

/**
 * struct ic_group - one IOMMU group
 * @kobj:	groups/<id>
 * @id:		the kernel's number; reused by the kernel once a group is gone
 * @igroup:	the kernel's group, referenced while the group has members
 * @ikobj:	its kobject, referenced
 * @type_attr:	its "type" attribute
 * @members:	struct ic_dev.member; ic_model_sem
 * @regions:	IC_BYPASS_DIRECT*: 1:1 regions seen since @members last changed
 * @visible:	bit i: attribute i has a value
 * @digest:	over the values last announced
 * @remap_unknown: dma_remap was unknown when last looked at; ic_lock
 * @again:	a value could not be worked out, and is tried once more; ic_lock
 */
struct ic_group {
	struct kobject kobj;
	int id;
	struct iommu_group *igroup;
	struct kobject *ikobj;
	const struct attribute *type_attr;
	struct list_head members;
	u32 regions;
	u32 visible;
	u64 digest;
	bool remap_unknown;
	bool again;
};

/**
 * struct ic_dev - a device in a group, or a PCI function that is in none
 * @hash:	by device pointer; ic_lock
 * @dev:	the device, referenced from its ADD to its DEL event
 * @group:	its group, or NULL: unprotected (or leaving)
 * @unit:	the unit that serves it, referenced, or NULL; ic_model_sem
 * @member:	in @group->members
 * @pending:	in the list of devices that are owed a change event, or of those
 *		that are leaving
 * @awaited:	in the list of devices whose lock is to be waited for; ic_lock
 * @leaving:	between its DEL and REMOVED events, when it may not come back
 * @path:	the way of its DMA when last looked at: IC_DMA_*; ic_lock
 */
struct ic_dev {
	struct hlist_node hash;
	struct device *dev;
	struct ic_group *group;
	struct ic_unit *unit;
	struct list_head member;
	struct list_head pending;
	struct list_head awaited;
	bool leaving;
	int path;
};

/* ic_model_sem is held for reading, or ic_lock */
#define for_each_member(d, group) \
	list_for_each_entry(d, &(group)->members, member)

void ic_groups_setup(void);
struct ic_group *ic_group_create(struct iommu_group *igroup,
				 struct kobject *ikobj);
int ic_group_publish(struct ic_group *group);
void ic_group_destroy(struct ic_group *group);
bool ic_group_update(struct ic_group *group, char *page);
unsigned int ic_groups_unknown(void);

#endif /* IC_GROUP_H */
