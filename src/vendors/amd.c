// SPDX-License-Identifier: GPL-2.0-only
/*
 * AMD-Vi: AMD I/O Virtualization Technology specification (48882, rev 3.10).
 *
 * A unit is a PCI function with a capability of its own (section 3.2), which
 * says where its registers are (section 3.4). The driver takes their address
 * from the IVRS table, and so do we; its class device (ivhd0) publishes the
 * first dword of the capability in the attribute group amd-iommu. The other
 * attribute there, features, is left alone: kernels put the extended features
 * in different order, and newer ones show those common to all units. They are
 * read from the unit.
 *
 * Units that no driver drives (amd_iommu=off) are found in the IVRS table.
 */
#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/pci.h>
#include <linux/slab.h>

#include "compat/compat.h"
#include "core/facts.h"
#include "core/firmware.h"
#include "core/log.h"
#include "core/mmio.h"
#include "core/sysfs_read.h"
#include "core/unit.h"
#include "decode/amdvi_regs.h"
#include "decode/amdvi_tables.h"
#include "decode/ivrs.h"
#include "iommu_caps.h"

#define ATTR_GROUP	"amd-iommu"
#define CAP_TYPE_IOMMU	3	/* CapType, section 3.2.1 */

enum { REG_CAP, REG_EFR, REG_EFR2, REG_CONTROL };

/**
 * struct amd - what is known of one unit, from when it was first seen
 * @have_cap: @cap is valid
 * @have_efr: @efr and @efr2 are valid, read from the unit
 * @cap: first dword of the PCI capability
 * @efr: Extended Feature Register
 * @efr2: Extended Feature 2 Register
 */
struct amd {
	bool have_cap;
	bool have_efr;
	u32 cap;
	u64 efr;
	u64 efr2;
};

static bool amd_match(struct device *iommu)
{
	return ic_kobj_has(&iommu->kobj, ATTR_GROUP);
}

/* The visitor's context: find the richest block of one unit. */
struct find_ivhd {
	u16 device;
	int segment;
	bool efr_supported;
	struct ivrs_ivhd ivhd;	/* no pointer in it may be followed */
};

static int take_efr_supported(void *ctx, const struct ivrs_header *header)
{
	struct find_ivhd *find = ctx;

	find->efr_supported = header->efr_supported;
	return 0;
}

static int take_richer(void *ctx, const struct ivrs_ivhd *ivhd)
{
	struct find_ivhd *find = ctx;

	if (ivhd->device == find->device && ivhd->segment == find->segment &&
	    ivhd->type > find->ivhd.type)
		find->ivhd = *ivhd;
	return 0;
}

/* Older kernels know fewer types: one unit has up to three, section 5.2.2 */
static bool richest_ivhd(struct find_ivhd *find, int segment, u16 device)
{
	static const struct ivrs_visitor visitor = {
		.header = take_efr_supported,
		.ivhd = take_richer,
	};

	memset(find, 0, sizeof(*find));
	find->device = device;
	find->segment = segment;
	ic_acpi_table_visit("IVRS", ivrs_parse, &visitor, find);
	return find->ivhd.type;
}

/*
 * The unit's capability, section 3.2. Returns whether there is one; @base is
 * what it says, whether or not it says that it is @enabled.
 */
static bool read_capability(struct pci_dev *pdev, u32 *cap, u64 *base,
			    bool *enabled)
{
	u32 low, high;
	u8 pos;

	for (pos = pci_find_capability(pdev, PCI_CAP_ID_SECDEV); pos;
	     pos = pci_find_next_capability(pdev, pos, PCI_CAP_ID_SECDEV)) {
		if (pci_read_config_dword(pdev, pos + AMDVI_CAP_HEADER, cap) ||
		    ic_bits(*cap, 18, 16) != CAP_TYPE_IOMMU)
			continue;
		if (pci_read_config_dword(pdev, pos + AMDVI_CAP_BASE_LOW,
					  &low) ||
		    pci_read_config_dword(pdev, pos + AMDVI_CAP_BASE_HIGH,
					  &high))
			return false;
		*enabled = amdvi_cap_base(low, high, base);
		return true;
	}
	return false;
}

static int amd_alloc(struct ic_unit *unit)
{
	struct amd *amd = kzalloc(sizeof(*amd), GFP_KERNEL);

	if (!amd)
		return -ENOMEM;
	unit->data = amd;
	unit->regs[REG_CAP] = "cap";
	unit->regs[REG_EFR] = "efr";
	unit->regs[REG_EFR2] = "efr2";
	unit->regs[REG_CONTROL] = "control";
	return 0;
}

static void amd_exit(struct ic_unit *unit)
{
	kfree(unit->data);
}

static bool read_control(struct ic_unit *unit, u64 *control)
{
	return ic_mmio_read64(&unit->mmio, AMDVI_REG_CONTROL, control);
}

static void read_features(struct ic_unit *unit)
{
	struct amd *amd = unit->data;
	struct amdvi_caps caps;

	amdvi_decode(amd->cap, NULL, NULL, &caps);
	amd->have_efr = caps.efr_supported &&
		ic_mmio_read64(&unit->mmio, AMDVI_REG_EFR, &amd->efr) &&
		ic_mmio_read64(&unit->mmio, AMDVI_REG_EFR2, &amd->efr2);
}

/* @image: the EFR according to firmware, or NULL */
static void set_caps(struct ic_unit *unit, const u64 *image)
{
	struct amd *amd = unit->data;
	struct amdvi_caps caps;

	if (!amd->have_cap)
		return;
	read_features(unit);
	amdvi_decode(amd->cap, amd->have_efr ? &amd->efr : image,
		     amd->have_efr ? &amd->efr2 : NULL, &caps);
	amdvi_unit_caps(&caps, &unit->caps);
}

/* The driver prints hexadecimal without a prefix. */
static int read_cap(struct device *iommu, u32 *cap)
{
	char *page = (char *)get_zeroed_page(GFP_KERNEL);
	int ret;

	if (!page)
		return -ENOMEM;
	ret = ic_device_attr_read(iommu, ATTR_GROUP, "cap", page);
	if (ret >= 0)
		ret = kstrtou32(page, 16, cap);
	free_page((unsigned long)page);
	return ret;
}

/*
 * Where the registers of a driven unit are: where its driver found them, in
 * the table; without a table, where the unit says that it has them enabled.
 * The table comes first because emulated units work without being enabled.
 */
static u64 driven_address(struct pci_dev *pdev)
{
	struct find_ivhd find;
	bool enabled;
	u64 base;
	u32 cap;

	if (richest_ivhd(&find, pci_domain_nr(pdev->bus), pci_dev_id(pdev)))
		return find.ivhd.address;
	if (read_capability(pdev, &cap, &base, &enabled) && enabled)
		return base;
	return 0;
}

static int amd_init(struct ic_unit *unit)
{
	struct amd *amd;
	int ret;

	/* The attributes read what drvdata points to, without a check. */
	if (!dev_get_drvdata(unit->dev))
		return -EAGAIN;
	ret = amd_alloc(unit);
	if (ret)
		return ret;
	amd = unit->data;
	if (unit->dev->parent && dev_is_pci(unit->dev->parent)) {
		struct pci_dev *pdev = to_pci_dev(unit->dev->parent);

		unit->segment = pci_domain_nr(pdev->bus);
		unit->address = driven_address(pdev);
		ic_mmio_map_driven(&unit->mmio, unit->dev, unit->dev->parent,
				   unit->address, AMDVI_REGS_LEN);
	}
	ret = read_cap(unit->dev, &amd->cap);
	if (ret == -ENOMEM)
		return ret;
	amd->have_cap = !ret;
	set_caps(unit, NULL);
	return 0;
}

/* Control Register, section 3.4.1 */
static enum ic_tristate amd_active(struct ic_unit *unit)
{
	struct amdvi_control decoded;
	u64 control;

	if (!read_control(unit, &control))
		return IC_UNKNOWN;
	amdvi_decode_control(control, &decoded);
	return ic_yes_no(decoded.enabled);
}

static bool amd_reg(struct ic_unit *unit, unsigned int i, u64 *val)
{
	struct amd *amd = unit->data;

	switch (i) {
	case REG_CAP:
		*val = amd->cap;
		return amd->have_cap;
	case REG_EFR:
		*val = amd->efr;
		return amd->have_efr;
	case REG_EFR2:
		*val = amd->efr2;
		return amd->have_efr;
	default:
		return read_control(unit, val);
	}
}

/**
 * struct amd_place - a unit that the table describes
 * @name: its name if no driver drives it
 * @find: its richest block
 */
struct amd_place {
	const char *name;
	const struct find_ivhd *find;
};

/*
 * Registers are read where the table and the unit itself agree that they are.
 * All ones in the Control Register, which has reserved bits: nobody answers.
 */
static int init_described(struct ic_unit *unit, void *data)
{
	const struct amd_place *place = data;
	const struct ivrs_ivhd *ivhd = &place->find->ivhd;
	bool image = place->find->efr_supported && ivhd->has_efr;
	struct pci_dev *pdev;
	struct amd *amd;
	bool enabled;
	u64 base, control;
	int ret;

	ret = amd_alloc(unit);
	if (ret)
		return ret;
	amd = unit->data;
	pdev = pci_get_domain_bus_and_slot(ivhd->segment,
					   IC_BDF_BUS(ivhd->device),
					   ivhd->device & 0xff);
	if (!pdev)
		return 0;
	amd->have_cap = read_capability(pdev, &amd->cap, &base, &enabled);
	pci_dev_put(pdev);
	if (!amd->have_cap)
		return 0;
	if (base == unit->address)
		ic_mmio_map_described(&unit->mmio, place->name, unit->address,
				      AMDVI_REGS_LEN);
	else
		pr_warn("%s: the unit has its registers at 0x%llx\n",
			place->name, base);
	if (unit->mmio.base && !read_control(unit, &control)) {
		pr_warn("%s: no unit answers at 0x%llx\n", place->name,
			unit->address);
		ic_mmio_unmap(&unit->mmio);
	}
	set_caps(unit, image ? &ivhd->efr : NULL);
	return 0;
}

static int publish_ivhd(void *ctx, const struct ivrs_ivhd *ivhd)
{
	char name[sizeof("ivhd@") + 16];
	struct find_ivhd find;
	struct amd_place place = { .name = name, .find = &find };

	if (!richest_ivhd(&find, ivhd->segment, ivhd->device) ||
	    find.ivhd.offset != ivhd->offset || !ivhd->address)
		return 0;
	snprintf(name, sizeof(name), "ivhd@%llx",
		 (unsigned long long)ivhd->address);
	return ic_unit_add_described(&ic_amd_ops, name, ivhd->address,
				     ivhd->segment, init_described,
				     &place);
}

static int amd_described(void)
{
	static const struct ivrs_visitor visitor = { .ivhd = publish_ivhd };

	return ic_acpi_table_visit("IVRS", ivrs_parse, &visitor, NULL);
}

static int take_opt_in(void *ctx, const struct ivrs_header *header)
{
	enum ic_tristate *opt_in = ctx;

	*opt_in = ic_yes_no(header->dma_opt_in);
	return 0;
}

/* IVinfo, DmaGuardOptIn: section 5.2.1 */
static enum ic_tristate amd_preboot(void)
{
	static const struct ivrs_visitor visitor = { .header = take_opt_in };
	enum ic_tristate ret = IC_UNKNOWN;

	ic_acpi_table_visit("IVRS", ivrs_parse, &visitor, &ret);
	return ret;
}

/* Where the tables are; false if the registers do not say. */
static bool read_tables(struct ic_unit *unit, struct amdvi_tables *tables)
{
	unsigned int i, segments;

	memset(tables, 0, sizeof(*tables));
	if (!read_control(unit, &tables->control) ||
	    !ic_mmio_read64(&unit->mmio, AMDVI_REG_DEVTAB, &tables->devtab[0]))
		return false;
	segments = amdvi_segments(tables->control);
	for (i = 1; i < segments; i++)
		if (!ic_mmio_read64(&unit->mmio, AMDVI_REG_DEVTAB_SEGMENT(i),
				    &tables->devtab[i]))
			return false;
	return true;
}

static bool is_enabled(const struct amdvi_tables *tables)
{
	struct amdvi_control control;

	amdvi_decode_control(tables->control, &control);
	return control.enabled;
}

static u32 amd_hw_path(struct ic_unit *unit, const struct ic_mem *mem, u32 id)
{
	struct amdvi_tables tables;

	if (!read_tables(unit, &tables))
		return IC_PATH_UNKNOWN;
	if (!is_enabled(&tables))
		return IC_PATH_PASS_THROUGH;
	return amdvi_classify(&tables, mem, id);
}

static int amd_hw_enumerate(struct ic_unit *unit, u32 id, struct ic_walk *walk)
{
	struct amdvi_tables tables;

	if (!read_tables(unit, &tables))
		return -ENODATA;
	if (is_enabled(&tables))
		return amdvi_enumerate(&tables, id, walk);
	walk->all = IC_READ | IC_WRITE;
	return 0;
}

/* No unit-wide state of interrupt remapping: each device's entry has its own */
const struct ic_unit_ops ic_amd_ops = {
	.type = IOMMU_CAPS_TYPE_AMD_VI,
	.domain_is_memory = true,
	.domain_is_final = true,
	.match = amd_match,
	.init = amd_init,
	.exit = amd_exit,
	.active = amd_active,
	.reg = amd_reg,
	.described = amd_described,
	.preboot = amd_preboot,
	.hw_path = amd_hw_path,
	.hw_enumerate = amd_hw_enumerate,
};
