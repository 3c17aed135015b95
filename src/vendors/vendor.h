/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The interface between the core and one vendor's file.
 */
#ifndef IC_VENDOR_H
#define IC_VENDOR_H

#include <linux/types.h>

#include "decode/decode.h"

struct device;
struct pci_dev;
struct ic_mem;
struct ic_unit;
struct ic_walk;

/**
 * struct ic_geometry - the I/O virtual addresses of a domain
 * @start: the first
 * @end: the last, or 0: nothing is known
 * @page_sizes: bit n: pages of 2^n bytes
 */
struct ic_geometry {
	u64 start;
	u64 end;
	u64 page_sizes;
};

#define IC_PCI_DEVICE_VIRTIO_IOMMU	0x1057	/* of Red Hat, Qumranet */

/**
 * struct ic_unit_ops - what one vendor's file knows
 * @type:	the token in units/<name>/type
 * @refuses_direct: its driver gives no user-space domain to a device with 1:1
 *		regions (where the IOMMU core does not see to that itself)
 * @no_msi_check: VFIO does not ask for isolated MSIs here
 * @domain_is_memory: its driver makes a domain, and frees one that was never
 *		attached, without a word to the hardware
 * @domain_is_final: that domain has its geometry at once, also where its driver
 *		is not told for which device it is
 * @match:	is this class device a unit of this vendor? Its device lock is
 *		held, its drvdata set: the driver is there
 * @init:	fill caps, registers and address of a driven unit; everything
 *		that stays unset is unknown. Returns 0 or -errno; -EAGAIN: the
		driver is not through with setting the unit up, or is leaving:
		leave it out and look again
 * @exit:	undo @init, or what @described set up
 * @active:	does the unit translate now?
 * @intr_remap:	does the unit remap interrupts now?
 * @scalable:	does the unit walk its tables in VT-d's scalable mode now?
 * @reg:	read register @i of @unit->regs into @val; false if that cannot
 *		be done now
 * @described:	call ic_unit_add_described() for every unit that firmware
 *		describes; the core tells those that a driver drives
 * @preboot:	does the vendor's table claim that firmware protected DMA before
 *		the kernel? IC_UNKNOWN without a table
 * @bypass:	how the kernel lets DMA of a device reach memory untranslated now,
 *		where it gives groups no default domain that says so: adds
 *		IC_BYPASS_* to @tokens. False if that cannot be told
 * @in_tree:	does the device tree describe units in a way of this vendor's own,
 *		that is, without #iommu-cells?
 * @unattached:	where a table of ACPI puts a unit of this vendor that a driver
 *		drives in front of a PCI function that is in no group: whether
 *		the unit @passes its DMA. False if there is no such unit
 * @component:	does a table of ACPI that this vendor reads put a unit that no
 *		driver drives in front of a device that is no PCI function?
 * @lets_pass:	does the unit let DMA of a device pass that is in no group? Where
 *		there is no such function, one that no driver drives does, and
 *		of another that is not known
 * @geometry:	what the kernel's own domain has (@end 0: it has none) becomes what
 *		one that VFIO would get has
 * @hw_path:	IC_PATH_*: how the unit treats requests of one id now, as its
 *		registers and the tables in memory say that they point to
 * @hw_enumerate: call @walk->range for all memory that one id reaches. Returns
 *		0, -ENODATA if it cannot be known, or what the walk returned
 */
struct ic_unit_ops {
	const char *type;
	bool refuses_direct;
	bool no_msi_check;
	bool domain_is_memory;
	bool domain_is_final;
	bool (*match)(struct device *iommu);
	int (*init)(struct ic_unit *unit);
	void (*exit)(struct ic_unit *unit);
	enum ic_tristate (*active)(struct ic_unit *unit);
	enum ic_tristate (*intr_remap)(struct ic_unit *unit);
	enum ic_tristate (*scalable)(struct ic_unit *unit);
	bool (*reg)(struct ic_unit *unit, unsigned int i, u64 *val);
	int (*described)(void);
	enum ic_tristate (*preboot)(void);
	bool (*bypass)(struct device *dev, u32 *tokens);
	bool (*in_tree)(void);
	bool (*unattached)(struct pci_dev *pdev, enum ic_tristate *passes);
	bool (*component)(struct device *dev);
	enum ic_tristate (*lets_pass)(struct ic_unit *unit);
	void (*geometry)(struct ic_unit *unit, struct ic_geometry *geometry);
	u32 (*hw_path)(struct ic_unit *unit, const struct ic_mem *mem, u32 id);
	int (*hw_enumerate)(struct ic_unit *unit, u32 id,
			    struct ic_walk *walk);
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
