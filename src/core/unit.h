/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * units/<name>/: one folder per IOMMU.
 */
#ifndef IC_UNIT_H
#define IC_UNIT_H

#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/sysfs.h>
#include <linux/types.h>

#include "core/mmio.h"
#include "decode/unit_caps.h"
#include "vendors/vendor.h"

#define IC_UNIT_REGS	6

struct device_node;

/**
 * struct ic_unit - one IOMMU
 * @kobj:	units/<name>. Released when its folder is gone, no file of it is
 *		open and no struct ic_unit_states refers to it any more
 * @node:	in the list of units; ic_model_sem
 * @index:	a small number of its own, the place in struct ic_unit_states
 * @ops:	the vendor
 * @dev:	the class device, referenced; NULL when no driver drives it
 * @caps:	constant facts
 * @address:	physical base of the registers, 0 if unknown
 * @segment:	PCI segment or IC_NO_NUMBER
 * @emulated:	the unit itself says that it is, by other means than @caps
 * @np:		its node in the device tree or NULL; compared, never followed
 * @regs:	names of raw registers, NULL-terminated within IC_UNIT_REGS
 * @reg_attrs:	their files
 * @mmio:	its registers
 * @data:	the vendor's own
 * @visible:	bit i: attribute i has a value
 * @seen:	the last ic_units_sync() found it; ic_lock
 */
struct ic_unit {
	struct kobject kobj;
	struct list_head node;
	int index;
	const struct ic_unit_ops *ops;
	struct device *dev;
	struct ic_unit_caps caps;
	u64 address;
	int segment;
	bool emulated;
	const struct device_node *np;
	const char *regs[IC_UNIT_REGS + 1];
	struct attribute reg_attrs[IC_UNIT_REGS];
	struct ic_mmio mmio;
	void *data;
	u32 visible;
	bool seen;
};

struct ic_unit_states;

void ic_units_setup(void);
int ic_units_sync(bool *changed);
struct ic_unit *ic_unit_next_stale(void);
void ic_unit_destroy(struct ic_unit *unit);
void ic_units_exit(void);
struct ic_unit *ic_unit_find(struct device *iommu);
struct ic_unit *ic_unit_of(struct device *dev);
struct ic_unit *ic_unit_by_node(const struct ic_unit_ops *ops,
				const struct device_node *np);
struct ic_unit *ic_unit_by_address(const struct ic_unit_ops *ops, u64 address);
int ic_unit_add_described(const struct ic_unit_ops *ops, const char *name,
			  u64 address, int segment,
			  int (*setup)(struct ic_unit *unit, void *data),
			  void *data);
void ic_unit_count(unsigned int *driven, unsigned int *described);
enum ic_tristate ic_unit_virtual(const struct ic_unit *unit);
enum ic_tristate ic_unit_active(struct ic_unit *unit);
struct ic_unit_states *ic_unit_states_get(void);
void ic_unit_states_put(struct ic_unit_states *states);
enum ic_tristate ic_unit_state(const struct ic_unit_states *states,
			       struct ic_unit *unit);

#endif /* IC_UNIT_H */
