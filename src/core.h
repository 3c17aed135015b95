/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The model behind /sys/kernel/iommu_caps: units, groups, devices.
 *
 * Two locks:
 *  ic_lock       (mutex) serializes every change of the model: load, unload,
 *                rescan, bus events. It may be held across kobject_del(), so
 *                show and store functions below units/ and groups/ never take
 *                it; those of the root directory may, because the root's files
 *                are removed without it.
 *  ic_model_sem  (rwsem) guards the pointers that show functions follow (the
 *                members of a group, the unit of a device). Written only for
 *                the moment of a pointer update, with ic_lock held, and never
 *                across a call into sysfs.
 *
 * Order: ic_lock, ic_model_sem, then the kernel's own group mutex.
 */
#ifndef IC_CORE_H
#define IC_CORE_H

#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/sysfs.h>
#include <linux/types.h>

#include "compat/compat.h"
#include "unit_caps.h"

#undef pr_fmt
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

/* A fact is IC_UNKNOWN (its file is then absent), 0 or 1; see decode.h. */

#define IC_UNIT_REGS	6

#define IC_PCI_DEVICE_VIRTIO_IOMMU	0x1057	/* of Red Hat, Qumranet */

struct device_node;
struct pci_dev;
struct ic_unit;

/**
 * struct ic_unit_ops - what one vendor's file knows
 * @type:	the token in units/<name>/type
 * @refuses_direct: its driver gives no user-space domain to a device with 1:1
 *		regions (where the IOMMU core does not see to that itself)
 * @no_msi_check: VFIO does not ask for isolated MSIs here
 * @match:	is this class device a unit of this vendor?
 * @init:	fill caps, registers and address of a driven unit; everything
 *		that stays unset is unknown. Returns 0 or -errno (-ENOMEM)
 * @exit:	undo @init, or what @described set up
 * @active:	does the unit translate now? IC_UNKNOWN, 0, 1
 * @intr_remap:	does the unit remap interrupts now? IC_UNKNOWN, 0, 1
 * @reg:	read register @i of @unit->regs into @val; false if that cannot
 *		be done now
 * @described:	call ic_unit_add_described() for every unit that firmware
 *		describes; the core tells those that a driver drives
 * @preboot:	does the vendor's table claim that firmware protected DMA before
 *		the kernel? IC_UNKNOWN without a table, 0, 1
 * @bypass:	how the kernel lets DMA of a device reach memory untranslated now,
 *		where it gives groups no default domain that says so: IC_BYPASS_*
 *		bits, 0, or IC_UNKNOWN
 * @in_tree:	does the device tree describe units in a way of this vendor's own,
 *		that is, without #iommu-cells?
 * @unattached:	where firmware puts a unit of this vendor in front of a PCI
 *		function that is in no group: does the unit let its DMA
 *		through? IC_UNKNOWN, 0, 1, or -ENODEV: there is no such unit
 */
struct ic_unit_ops {
	const char *type;
	bool refuses_direct;
	bool no_msi_check;
	bool (*match)(struct device *iommu);
	int (*init)(struct ic_unit *unit);
	void (*exit)(struct ic_unit *unit);
	int (*active)(struct ic_unit *unit);
	int (*intr_remap)(struct ic_unit *unit);
	bool (*reg)(struct ic_unit *unit, unsigned int i, u64 *val);
	int (*described)(void);
	int (*preboot)(void);
	int (*bypass)(struct device *dev);
	bool (*in_tree)(void);
	int (*unattached)(struct pci_dev *pdev);
};

/**
 * struct ic_unit - one IOMMU
 * @kobj:	units/<name>. Lives until the last group lets go of it
 * @node:	in the list of units; guarded by ic_lock
 * @ops:	the vendor
 * @dev:	the class device, referenced; NULL when no driver drives it
 * @caps:	constant facts
 * @address:	physical base of the registers, 0 if unknown
 * @segment:	PCI segment, -1 if unknown
 * @emulated:	the unit itself says that it is, by other means than @caps
 * @np:		its node in the device tree or NULL; compared, never followed
 * @regs:	names of raw registers, NULL-terminated within IC_UNIT_REGS
 * @reg_attrs:	their files
 * @base:	mapped registers or NULL
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
	void __iomem *base;
	void *data;
	u32 visible;
	bool seen;
};

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

extern struct mutex ic_lock;
extern struct rw_semaphore ic_model_sem;
extern struct kobject *ic_root, *ic_groups_dir, *ic_units_dir;
extern struct kobject *ic_unprotected_dir;
extern bool ic_registers;

/* root.c */
int ic_root_init(void);
void ic_root_close(void);
void ic_root_exit(void);
int ic_root_publish(void);
void ic_root_refresh(void);
void ic_object_get(void);
void ic_object_put(void);

/* model.c: ic_lock is held for all but init and exit */
int ic_model_init(void);
void ic_model_close(void);
void ic_model_exit(void);
void ic_model_announce(void);
int ic_model_walk(void);
void ic_model_refresh(const unsigned long *ids, unsigned int nbits);
void ic_model_forget_unit(struct ic_unit *unit);
int ic_device_sync(struct device *dev);
void ic_device_leaving(struct device *dev);
void ic_device_removed(struct device *dev);
bool ic_device_is_leaving(struct device *dev);
void ic_device_await(struct device *dev);
struct device *ic_device_awaited(void);
const char *ic_model_state(char *page);
int ic_model_dma_paths(char *page);
bool ic_model_state_known(void);
bool ic_model_paths_known(void);
unsigned int ic_model_count(void);

/* unit.c */
void ic_units_setup(void);
int ic_units_sync(void);
void ic_units_exit(void);
struct ic_unit *ic_unit_find(struct device *iommu);
struct ic_unit *ic_unit_by_node(const struct ic_unit_ops *ops,
				const struct device_node *np);
bool ic_unit_is_driven(const struct ic_unit_ops *ops, u64 address);
int ic_unit_add_described(const struct ic_unit_ops *ops, const char *name,
			  u64 address, int segment,
			  int (*fill)(struct ic_unit *unit, void *data),
			  void *data);
void ic_unit_count(unsigned int *driven, unsigned int *described);
int ic_unit_virtual(const struct ic_unit *unit);
int ic_unit_active(struct ic_unit *unit);

/* group.c */
void ic_groups_setup(void);
struct ic_group *ic_group_create(struct iommu_group *igroup,
				 struct kobject *ikobj);
int ic_group_publish(struct ic_group *group);
void ic_group_destroy(struct ic_group *group);
bool ic_group_update(struct ic_group *group, char *page);
unsigned int ic_groups_unknown(void);

/* facts.c: ic_model_sem is held for reading, or ic_lock */
enum ic_owner { IC_OWNER_UNKNOWN = -1, IC_OWNER_KERNEL, IC_OWNER_USER };
#define IC_BYPASS_IDENTITY		BIT(0)
#define IC_BYPASS_INACTIVE		BIT(1)
#define IC_BYPASS_DIRECT		BIT(2)
#define IC_BYPASS_DIRECT_RELAXABLE	BIT(3)
#define IC_BYPASS_ATS			BIT(4)
#define IC_BYPASS_DMA_OPS		BIT(5)
ssize_t ic_fact_domain_type(struct ic_group *group, char *page);
int ic_fact_dma_remap(struct ic_group *group, char *page);
int ic_fact_intr_remap(struct ic_group *group);
int ic_fact_bypass(struct ic_group *group, char *page, u32 *tokens);
int ic_direct_regions(struct ic_group *group, u32 *tokens);
int ic_fact_coherent(struct ic_group *group);
int ic_fact_external(struct ic_group *group);
int ic_fact_preboot(struct ic_group *group);
int ic_fact_caching_mode(struct ic_group *group);
int ic_fact_viommu(struct ic_group *group);
enum ic_owner ic_fact_owner(struct ic_group *group);

/* dma.c: ic_model_sem is held for reading, or ic_lock */
#define IC_DMA_DIRECT			BIT(0)
#define IC_DMA_IOMMU			BIT(1)
#define IC_DMA_SWIOTLB_XEN		BIT(2)
int ic_dma_path(struct device *dev, struct ic_group *group, char *page);

/* assign.c: as facts.c */
ssize_t ic_assign_blockers(struct ic_group *group, char *page);

/* ksysfs.c */
struct kobject *ic_link_target(struct device *dev, const char *link);
const struct attribute *ic_kobj_attr(struct kobject *kobj, const char *dir,
				     const char *name);
ssize_t ic_attr_read(struct kobject *kobj, const struct attribute *attr,
		     char *page);
ssize_t ic_device_attr_read(struct device *dev, const char *dir,
			    const char *name, char *page);
bool ic_kobj_has(struct kobject *kobj, const char *name);

/* watch.c */
int ic_watch_init(void);
void ic_watch_exit(void);
void ic_look_again(int id);
int ic_rescan(void);
int ic_sync_devices(void);

/* platform.c */
const char *ic_platform(void);
bool ic_platform_xen(void);
bool ic_platform_hypervisor_owns(void);
int ic_platform_virtual(void);

/* firmware.c */
ssize_t ic_firmware_tokens(char *page);
const void *ic_table_get(const char *sig, size_t *len);
void ic_table_put(const void *table);
int ic_firmware_preboot(void);
struct device_node *ic_of_iommu(struct pci_dev *pdev);
void __iomem *ic_map_registers(const char *who, u64 address, size_t size,
			       bool driven);

/* the vendors, in the order in which they are asked; ends with the generic */
extern const struct ic_unit_ops *const ic_vendors[];
extern const struct ic_unit_ops ic_vtd_ops;
extern const struct ic_unit_ops ic_amd_ops;
extern const struct ic_unit_ops ic_virtio_ops;
extern const struct ic_unit_ops ic_smmu_v3_ops;
extern const struct ic_unit_ops ic_smmu_ops;
extern const struct ic_unit_ops ic_riscv_ops;
extern const struct ic_unit_ops ic_power_ops;

#endif /* IC_CORE_H */
