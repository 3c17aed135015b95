/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * groups/<id>/: one folder per IOMMU group, and the devices in it.
 */
#ifndef IC_GROUP_H
#define IC_GROUP_H

#include <linux/bits.h>
#include <linux/iommu.h>
#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/types.h>

#include "decode/decode.h"
#include "vendors/vendor.h"

struct ic_unit;

/**
 * struct ic_group - one IOMMU group
 * @kobj:	groups/<id>. Released when its folder is gone and no file of it
 *		is open any more
 * @igroup:	the kernel's group, referenced until ic_group_destroy()
 * @ikobj:	its kobject, referenced likewise
 * @members:	struct ic_dev.member; ic_model_sem
 * @geometry:	of a domain that a VFIO user would get, once it was asked for; for
 *		limits.c alone, and cleared when @members changes; so is
 * @reserved:	bytes of that where regions are reserved, as far as seen
 * @digest:	over the values last announced; ic_lock
 * @id:		the kernel's number; reused by the kernel once a group is gone
 * @visible:	bit i: attribute i has a file; ic_lock
 * @regions:	IC_BYPASS_DIRECT*: 1:1 regions seen since @members last changed
 * @remap:	enum ic_tristate: dma_remap when last looked at; ic_lock
 * @leaving:	its files are being removed: give up what takes long
 * @failures:	how often in a row its values could not be worked out; ic_lock
 *
 * There may be thousands: the fields are in the order that takes least room.
 */
struct ic_group {
	struct kobject kobj;
	struct iommu_group *igroup;
	struct kobject *ikobj;
	struct list_head members;
	struct ic_geometry geometry;
	u64 reserved;
	u64 digest;
	int id;
	u32 visible;
	u8 regions;
	u8 remap;
	u8 failures;
	bool leaving;
};

/* What is to be done for a device once its lock is free */
#define IC_DEFERRED_UEVENT	BIT(0)	/* send a change event */
#define IC_DEFERRED_VALUES	BIT(1)	/* refresh the group's values */

/**
 * struct ic_dev - a device in a group, or one that is unprotected
 * @hash:	by device pointer; ic_lock
 * @dev:	the device, referenced until its DEL event or the module's unload
 * @group:	its group, no reference: it is in @group->members; NULL when it
 *		is unprotected or leaving; ic_model_sem
 * @unit:	the unit that serves it, no reference: a unit is taken from its
 *		devices before it is destroyed; or NULL; ic_model_sem
 * @member:	in @group->members, or in the list of unprotected devices
 * @node:	in the list of devices with @deferred work, or of those that are
 *		leaving
 * @path:	how its DMA reaches memory, IC_DMA_*, when last looked at; ic_lock
 * @deferred:	IC_DEFERRED_*; ic_lock
 * @leaving:	between its DEL and REMOVED events, when it may not enter a
 *		group; ic_lock
 */
struct ic_dev {
	struct hlist_node hash;
	struct device *dev;
	struct ic_group *group;
	struct ic_unit *unit;
	struct list_head member;
	struct list_head node;
	s8 path;
	u8 deferred;
	bool leaving;
};

/* ic_model_sem is held for reading, or ic_lock */
#define for_each_member(d, group) \
	list_for_each_entry(d, &(group)->members, member)

extern const struct attribute *ic_group_type_attr;

void ic_groups_setup(void);
struct ic_group *ic_group_create(struct iommu_group *igroup,
				 struct kobject *ikobj);
int ic_group_publish(struct ic_group *group);
void ic_group_destroy(struct ic_group *group);
int ic_group_refresh(struct ic_group *group, char *page);
struct ic_group *ic_group_find(int id);
struct ic_group *ic_group_next(unsigned long *id);
unsigned int ic_groups_by_remap(enum ic_tristate remap);

#endif /* IC_GROUP_H */
