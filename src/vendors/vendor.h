/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The interface between the core and one vendor's file.
 */
#ifndef IC_VENDOR_H
#define IC_VENDOR_H

#include <linux/types.h>

struct device;
struct pci_dev;
struct ic_unit;

#define IC_PCI_DEVICE_VIRTIO_IOMMU	0x1057	/* of Red Hat, Qumranet */

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

/* the vendors, in the order in which they are asked; ends with the generic */
extern const struct ic_unit_ops *const ic_vendors[];
extern const struct ic_unit_ops ic_vtd_ops;
extern const struct ic_unit_ops ic_amd_ops;
extern const struct ic_unit_ops ic_virtio_ops;
extern const struct ic_unit_ops ic_smmu_v3_ops;
extern const struct ic_unit_ops ic_smmu_ops;
extern const struct ic_unit_ops ic_riscv_ops;
extern const struct ic_unit_ops ic_power_ops;

#endif /* IC_VENDOR_H */
