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
 * @kobj:	units/<name>. Lives until the last group lets go of it
 * @node:	in the list of units; guarded by ic_lock
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
 * @seen:	mark of the last walk
 */
struct ic_unit {
	struct kobject kobj;
	struct list_head node;
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

void ic_units_setup(void);
int ic_units_sync(void);
void ic_units_exit(void);
struct ic_unit *ic_unit_find(struct device *iommu);
struct ic_unit *ic_unit_by_node(const struct ic_unit_ops *ops,
				const struct device_node *np);
struct ic_unit *ic_unit_by_address(const struct ic_unit_ops *ops, u64 address);
int ic_unit_add_described(const struct ic_unit_ops *ops, const char *name,
			  u64 address, int segment,
			  int (*fill)(struct ic_unit *unit, void *data),
			  void *data);
void ic_unit_count(unsigned int *driven, unsigned int *described);
enum ic_tristate ic_unit_virtual(const struct ic_unit *unit);
enum ic_tristate ic_unit_active(struct ic_unit *unit);

#endif /* IC_UNIT_H */
