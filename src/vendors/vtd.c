// SPDX-License-Identifier: GPL-2.0-only
/*
 * Intel VT-d.
 *
 * The capabilities of a unit that the kernel drives (dmar0) come from the
 * attribute group intel-iommu of its class device. Its state (is translation
 * on, are interrupts remapped) is only in its registers, which are read each
 * time.
 *
 * Units that no driver drives (intel_iommu=off) are found in the DMAR table.
 */
#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/slab.h>

#include "compat/compat.h"
#include "core/facts.h"
#include "core/firmware.h"
#include "core/log.h"
#include "core/mmio.h"
#include "core/sysfs_read.h"
#include "core/unit.h"
#include "decode/dmar.h"
#include "decode/vtd_regs.h"
#include "decode/vtd_tables.h"
#include "iommu_caps.h"

#define ATTR_GROUP	"intel-iommu"

enum { REG_CAP, REG_ECAP, REG_GSTS };

struct vtd {
	bool have_caps;
	u64 cap;
	u64 ecap;
};

static bool vtd_match(struct device *iommu)
{
	return ic_kobj_has(&iommu->kobj, ATTR_GROUP);
}

/* The driver prints hexadecimal without a prefix. */
static int read_hex(struct device *iommu, const char *name, char *page,
		    u64 *val)
{
	ssize_t len = ic_device_attr_read(iommu, ATTR_GROUP, name, page);

	return len < 0 ? len : kstrtoull(page, 16, val);
}

/* VER.MAX and VER.MIN: VT-d 11.4.1 */
static u32 read_version(struct device *iommu, char *page)
{
	unsigned int major, minor;

	if (ic_device_attr_read(iommu, ATTR_GROUP, "version", page) < 0 ||
	    sscanf(page, "%u:%u", &major, &minor) != 2)
		return 0;
	return major << 4 | minor;
}

/* VT-d 11.4.4 */
static bool read_gsts(struct ic_unit *unit, u32 *gsts)
{
	return ic_mmio_read32(&unit->mmio, VTD_REG_GSTS, gsts);
}

static enum ic_tristate vtd_scalable_mode(struct ic_unit *unit)
{
	u64 rtaddr;
	u32 gsts;

	if (!read_gsts(unit, &gsts) ||
	    !ic_mmio_read64(&unit->mmio, VTD_REG_RTADDR, &rtaddr))
		return IC_UNKNOWN;
	return ic_yes_no(vtd_scalable(gsts, rtaddr));
}

/* A unit with no root table yet may still be put into scalable mode. */
static enum ic_tristate settled_scalable_mode(struct ic_unit *unit,
					      const struct vtd_caps *caps)
{
	u32 gsts;

	if (!caps->scalable_mode)
		return IC_NO;
	if (!read_gsts(unit, &gsts) || !vtd_root_table_set(gsts))
		return IC_UNKNOWN;
	return vtd_scalable_mode(unit);
}

/* Call with the registers mapped, where they may be. */
static void set_caps(struct ic_unit *unit, u32 ver, u64 cap, u64 ecap)
{
	struct vtd *vtd = unit->data;
	struct vtd_caps caps;

	vtd->cap = cap;
	vtd->ecap = ecap;
	vtd->have_caps = true;
	vtd_decode(ver, cap, ecap, &caps);
	vtd_unit_caps(&caps, settled_scalable_mode(unit, &caps), &unit->caps);
	if (!ver)
		unit->caps.version_major = IC_NO_NUMBER;
}

static int vtd_alloc(struct ic_unit *unit)
{
	struct vtd *vtd = kzalloc(sizeof(*vtd), GFP_KERNEL);

	if (!vtd)
		return -ENOMEM;
	unit->data = vtd;
	unit->regs[REG_CAP] = "cap";
	unit->regs[REG_ECAP] = "ecap";
	unit->regs[REG_GSTS] = "gsts";
	return 0;
}

/* The visitor's context: find the segment of one unit. */
struct find_segment {
	u64 address;
	int segment;
};

static int take_segment(void *ctx, const struct dmar_unit *drhd)
{
	struct find_segment *find = ctx;

	if (drhd->address == find->address)
		find->segment = drhd->segment;
	return 0;
}

static void locate(struct ic_unit *unit)
{
	static const struct dmar_visitor visitor = { .unit = take_segment };
	struct find_segment find = {
		.address = unit->address,
		.segment = IC_NO_NUMBER,
	};

	ic_acpi_table_visit("DMAR", dmar_parse, &visitor, &find);
	unit->segment = find.segment;
	ic_mmio_map_driven(&unit->mmio, unit->dev, unit->dev, unit->address,
			   VTD_REGS_LEN);
}

static int vtd_init(struct ic_unit *unit)
{
	u64 cap, ecap;
	char *page;
	int ret;

	/* The attributes read what drvdata points to, without a check. */
	if (!dev_get_drvdata(unit->dev))
		return -EAGAIN;
	ret = vtd_alloc(unit);
	if (ret)
		return ret;
	page = (char *)get_zeroed_page(GFP_KERNEL);
	if (!page)
		return -ENOMEM;
	if (!read_hex(unit->dev, "address", page, &unit->address))
		locate(unit);
	if (!read_hex(unit->dev, "cap", page, &cap) &&
	    !read_hex(unit->dev, "ecap", page, &ecap))
		set_caps(unit, read_version(unit->dev, page), cap, ecap);
	free_page((unsigned long)page);
	return 0;
}

static void vtd_exit(struct ic_unit *unit)
{
	kfree(unit->data);
}

static enum ic_tristate vtd_active(struct ic_unit *unit)
{
	u32 gsts;

	if (!read_gsts(unit, &gsts))
		return IC_UNKNOWN;
	return ic_yes_no(vtd_translation_enabled(gsts));
}

static enum ic_tristate vtd_intr_remap(struct ic_unit *unit)
{
	u32 gsts;

	if (!read_gsts(unit, &gsts))
		return IC_UNKNOWN;
	return ic_yes_no(vtd_intr_remap_enabled(gsts));
}

static bool vtd_reg(struct ic_unit *unit, unsigned int i, u64 *val)
{
	struct vtd *vtd = unit->data;
	u32 gsts;

	switch (i) {
	case REG_CAP:
		*val = vtd->cap;
		return vtd->have_caps;
	case REG_ECAP:
		*val = vtd->ecap;
		return vtd->have_caps;
	default:
		if (!read_gsts(unit, &gsts))
			return false;
		*val = gsts;
		return true;
	}
}

/* Zero or all ones in CAP: there is no unit, as the kernel concludes, too. */
static int init_described(struct ic_unit *unit, void *name)
{
	u64 cap, ecap;
	u32 ver;
	int ret;

	ret = vtd_alloc(unit);
	if (ret)
		return ret;
	ic_mmio_map_described(&unit->mmio, name, unit->address, VTD_REGS_LEN);
	if (!unit->mmio.base)
		return 0;
	if (!ic_mmio_read64(&unit->mmio, VTD_REG_CAP, &cap) || !cap ||
	    !ic_mmio_read64(&unit->mmio, VTD_REG_ECAP, &ecap) ||
	    !ic_mmio_read32(&unit->mmio, VTD_REG_VER, &ver)) {
		pr_warn("%s: no unit answers at 0x%llx\n", (char *)name,
			unit->address);
		ic_mmio_unmap(&unit->mmio);
		return 0;
	}
	set_caps(unit, ver, cap, ecap);
	return 0;
}

static int publish_drhd(void *ctx, const struct dmar_unit *drhd)
{
	char name[sizeof("drhd@") + 16];

	if (!drhd->address)
		return 0;
	snprintf(name, sizeof(name), "drhd@%llx",
		 (unsigned long long)drhd->address);
	return ic_unit_add_described(&ic_vtd_ops, name, drhd->address,
				     drhd->segment, init_described, name);
}

static int vtd_described(void)
{
	static const struct dmar_visitor visitor = { .unit = publish_drhd };

	return ic_acpi_table_visit("DMAR", dmar_parse, &visitor, NULL);
}

static int take_opt_in(void *ctx, const struct dmar_header *header)
{
	enum ic_tristate *opt_in = ctx;

	*opt_in = ic_yes_no(header->dma_opt_in);
	return 0;
}

/* DMA_CTRL_PLATFORM_OPT_IN_FLAG: VT-d 8.1 */
static enum ic_tristate vtd_preboot(void)
{
	static const struct dmar_visitor visitor = { .header = take_opt_in };
	enum ic_tristate ret = IC_UNKNOWN;

	ic_acpi_table_visit("DMAR", dmar_parse, &visitor, &ret);
	return ret;
}

/* 12 bits of offset and 9 for each level, up to the 57 that the driver uses */
static int widest(u32 levels)
{
	unsigned int n;

	for (n = 5; n > 2; n--)
		if (levels & BIT(n))
			return 12 + 9 * n;
	return 0;
}

/*
 * Drivers that make a domain before they know for which device give VFIO the
 * second stage where a unit has both, and the DMA API the first if the kernel
 * uses scalable mode. Addresses are then as wide as both stages can; nothing is
 * known where it matters whether it does, nor of the page sizes, which depend on
 * all units and on parameters, unless the kernel's own domain tells.
 */
static void vtd_geometry(struct ic_unit *unit, struct ic_geometry *geometry)
{
	struct vtd *vtd = unit->data;
	struct vtd_caps caps;
	u32 levels;
	int width;
	u64 end;

	if (!vtd->have_caps)
		return;
	vtd_decode(0, vtd->cap, vtd->ecap, &caps);
	levels = caps.table_levels;
	if (caps.scalable_mode && caps.first_stage) {
		if (!caps.second_stage)
			return;
		levels &= BIT(4) | (caps.first_stage_5level ? BIT(5) : 0);
	} else if (geometry->end) {
		return;
	}
	width = min(widest(levels), caps.address_width);
	end = width ? GENMASK_ULL(width - 1, 0) : 0;
	if (end == geometry->end)
		return;
	memset(geometry, 0, sizeof(*geometry));
	if (widest(levels) == widest(caps.table_levels))
		geometry->end = end;
}

/* Where the tables are; false if the registers do not say. */
static bool read_tables(struct ic_unit *unit, struct vtd_tables *tables,
			bool *enabled)
{
	struct vtd *vtd = unit->data;
	u32 gsts;

	if (!vtd->have_caps || !read_gsts(unit, &gsts) ||
	    !ic_mmio_read64(&unit->mmio, VTD_REG_RTADDR, &tables->rtaddr))
		return false;
	tables->cap = vtd->cap;
	*enabled = vtd_translation_enabled(gsts);
	return true;
}

static u32 vtd_hw_path(struct ic_unit *unit, const struct ic_mem *mem, u32 id)
{
	struct vtd_tables tables;
	bool enabled;

	if (!read_tables(unit, &tables, &enabled))
		return IC_PATH_UNKNOWN;
	return enabled ? vtd_classify(&tables, mem, id) : IC_PATH_PASS_THROUGH;
}

static int vtd_hw_enumerate(struct ic_unit *unit, u32 id, struct ic_walk *walk)
{
	struct vtd_tables tables;
	bool enabled;

	if (!read_tables(unit, &tables, &enabled))
		return -ENODATA;
	if (enabled)
		return vtd_enumerate(&tables, id, walk);
	walk->all = IC_READ | IC_WRITE;
	return 0;
}

const struct ic_unit_ops ic_vtd_ops = {
	.type = IOMMU_CAPS_TYPE_INTEL_VTD,
	.refuses_direct = true,
	.domain_is_memory = true,
	.match = vtd_match,
	.init = vtd_init,
	.exit = vtd_exit,
	.active = vtd_active,
	.intr_remap = vtd_intr_remap,
	.scalable = vtd_scalable_mode,
	.reg = vtd_reg,
	.described = vtd_described,
	.preboot = vtd_preboot,
	.geometry = vtd_geometry,
	.hw_path = vtd_hw_path,
	.hw_enumerate = vtd_hw_enumerate,
};
