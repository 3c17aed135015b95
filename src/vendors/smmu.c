// SPDX-License-Identifier: GPL-2.0-only
/*
 * Arm SMMU: version 3 (architecture specification IHI 0070), with its
 * registers; versions 1 and 2 (IHI 0062) with what is true of them all.
 *
 * A driven unit is a class device below the platform device that its driver
 * is bound to. Registers are those of page 0, read through a mapping of our
 * own. Those of version 2 are left alone: its driver switches clocks and
 * power off behind our back, and a read without them kills the machine.
 *
 * Units that no driver drives are found in the IORT table or in the device
 * tree. Interrupts are the business of the GIC ITS, not of the SMMU.
 */
#include <linux/device.h>
#include <linux/dma-map-ops.h>
#include <linux/io.h>
#include <linux/of.h>
#include <linux/of_address.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

#include "compat/compat.h"
#include "core/facts.h"
#include "core/firmware.h"
#include "core/log.h"
#include "core/sysfs_read.h"
#include "core/unit.h"
#include "iommu_caps.h"
#include "decode/iort.h"
#include "decode/smmuv3_regs.h"

enum { REG_IDR0, REG_IDR1, REG_IDR3, REG_IDR5, REG_CR0, REG_COUNT };

static const u32 reg_offset[REG_COUNT] = {
	[REG_IDR0] = SMMUV3_REG_IDR0,
	[REG_IDR1] = SMMUV3_REG_IDR1,
	[REG_IDR3] = SMMUV3_REG_IDR3,
	[REG_IDR5] = SMMUV3_REG_IDR5,
	[REG_CR0] = SMMUV3_REG_CR0,
};

/* The drivers name their units after version and address. */
static bool smmu_v3_match(struct device *iommu)
{
	return iommu->parent && strstarts(dev_name(iommu), "smmu3.");
}

static bool smmu_match(struct device *iommu)
{
	return iommu->parent && strstarts(dev_name(iommu), "smmu.");
}

static bool read_reg(struct ic_unit *unit, unsigned int i, u32 *val)
{
	if (!unit->base)
		return false;
	*val = readl(unit->base + reg_offset[i]);
	return *val != ~0U;
}

static enum ic_tristate smmu_v3_active(struct ic_unit *unit)
{
	u32 cr0;

	if (!read_reg(unit, REG_CR0, &cr0))
		return IC_UNKNOWN;
	return ic_yes_no(smmuv3_enabled(cr0));
}

static bool smmu_v3_reg(struct ic_unit *unit, unsigned int i, u64 *val)
{
	u32 reg;

	if (!read_reg(unit, i, &reg))
		return false;
	*val = reg;
	return true;
}

/*
 * True of every unit, registers or not. Entries that are not valid are not
 * cached, and what says that firmware knows better about coherent walks than
 * IDR0.COHACC is section 6.3.1; the driver holds with it, too.
 */
static void set_caps(struct ic_unit *unit, bool coherent)
{
	u32 idr0, idr1, idr3, idr5;
	struct smmuv3_caps caps;

	unit->regs[REG_IDR0] = "idr0";
	unit->regs[REG_IDR1] = "idr1";
	unit->regs[REG_IDR3] = "idr3";
	unit->regs[REG_IDR5] = "idr5";
	unit->regs[REG_CR0] = "cr0";
	if (read_reg(unit, REG_IDR0, &idr0) &&
	    read_reg(unit, REG_IDR1, &idr1) &&
	    read_reg(unit, REG_IDR3, &idr3) &&
	    read_reg(unit, REG_IDR5, &idr5)) {
		smmuv3_decode(idr0, idr1, idr3, idr5, &caps);
		smmuv3_unit_caps(&caps, &unit->caps);
	}
	unit->caps.caching_mode = IC_NO;
	unit->caps.intr_remap_capable = IC_NO;
	unit->caps.coherent_walk = ic_yes_no(coherent);
}

/* The platform device of a driven unit: where it is */
static void find_platform(struct ic_unit *unit)
{
	struct device *parent = unit->dev->parent;
	struct resource *r;

	unit->np = parent->of_node;
	if (!dev_is_platform(parent))
		return;
	r = platform_get_resource(to_platform_device(parent), IORESOURCE_MEM,
				  0);
	if (r)
		unit->address = r->start;
}

static int smmu_v3_init(struct ic_unit *unit)
{
	find_platform(unit);
	unit->base = ic_map_registers(dev_name(unit->dev), unit->address,
				      SMMUV3_REGS_LEN, true);
	set_caps(unit, dev_is_dma_coherent(unit->dev->parent));
	return 0;
}

static int smmu_init(struct ic_unit *unit)
{
	find_platform(unit);
	unit->caps.caching_mode = IC_NO;
	unit->caps.intr_remap_capable = IC_NO;
	return 0;
}

/* What is wrong with the table is said once, however often it is read. */
static int parse(const struct iort_visitor *visitor, void *ctx)
{
	struct ic_parse_error err = { };
	const void *table;
	size_t len;
	int ret;

	table = ic_table_get("IORT", &len);
	if (!table)
		return 0;
	ret = iort_parse(table, len, visitor, ctx, &err);
	ic_table_put(table);
	if (!err.reason)
		return ret;
	pr_warn_once("IORT: offset %u: %s; the rest is left out\n",
		     err.offset, err.reason);
	return 0;
}

/**
 * struct found - a unit that firmware describes
 * @name: its name if no driver drives it
 * @address: base of its registers
 * @coherent: firmware says that its page walks are coherent
 * @readable: nothing says that it could be without clock or power
 */
struct found {
	char name[sizeof("smmuv3@") + 16];
	u64 address;
	bool coherent;
	bool readable;
};

static int fill_v3(struct ic_unit *unit, void *data)
{
	struct found *found = data;

	if (found->readable)
		unit->base = ic_map_registers(found->name, found->address,
					      SMMUV3_REGS_LEN, false);
	set_caps(unit, found->coherent);
	return 0;
}

static int fill(struct ic_unit *unit, void *data)
{
	unit->caps.caching_mode = IC_NO;
	unit->caps.intr_remap_capable = IC_NO;
	return 0;
}

static int add_v3(struct found *found)
{
	snprintf(found->name, sizeof(found->name), "smmuv3@%llx",
		 (unsigned long long)found->address);
	return ic_unit_add_described(&ic_smmu_v3_ops, found->name,
				     found->address, IC_NO_NUMBER, fill_v3,
				     found);
}

static int add(struct found *found)
{
	snprintf(found->name, sizeof(found->name), "smmu@%llx",
		 (unsigned long long)found->address);
	return ic_unit_add_described(&ic_smmu_ops, found->name,
				     found->address, IC_NO_NUMBER, fill, found);
}

/* ACPI leaves clocks and power on for what it describes. */
static int described_v3(void *ctx, const struct iort_smmu_v3 *smmu)
{
	struct found found = {
		.address = smmu->address,
		.coherent = smmu->cohacc_override,
		.readable = true,
	};

	return add_v3(&found);
}

static int described(void *ctx, const struct iort_smmu *smmu)
{
	struct found found = { .address = smmu->address };

	return add(&found);
}

static const struct of_device_id v3_nodes[] = {
	{ .compatible = "arm,smmu-v3" },
	{ }
};

static const struct of_device_id nodes[] = {
	{ .compatible = "arm,smmu-v1" },
	{ .compatible = "arm,smmu-v2" },
	{ .compatible = "arm,mmu-400" },
	{ .compatible = "arm,mmu-401" },
	{ .compatible = "arm,mmu-500" },
	{ .compatible = "cavium,smmu-v2" },
	{ .compatible = "nvidia,smmu-500" },
	{ .compatible = "qcom,smmu-v2" },
	{ .compatible = "qcom,smmu-500" },
	{ }
};

/* The driver, which is not there, would switch on clock and power. */
static bool is_readable(struct device_node *np)
{
	return !of_find_property(np, "clocks", NULL) &&
	       !of_find_property(np, "power-domains", NULL);
}

static int in_tree(const struct of_device_id *match,
		   int (*add_one)(struct found *found))
{
	struct device_node *np;
	struct found found;
	struct resource r;
	int ret = 0;

	for_each_matching_node(np, match) {
		if (!of_device_is_available(np) ||
		    of_address_to_resource(np, 0, &r))
			continue;
		found.address = r.start;
		found.coherent = of_dma_is_coherent(np);
		found.readable = is_readable(np);
		ret = add_one(&found);
		if (ret) {
			of_node_put(np);
			break;
		}
	}
	return ret;
}

static int smmu_v3_described(void)
{
	static const struct iort_visitor visitor = { .smmu_v3 = described_v3 };
	int ret = parse(&visitor, NULL);

	return ret ?: in_tree(v3_nodes, add_v3);
}

static int smmu_described(void)
{
	static const struct iort_visitor visitor = { .smmu = described };
	int ret = parse(&visitor, NULL);

	return ret ?: in_tree(nodes, add);
}

/* The visitor's context: find the unit in front of one PCI function. */
struct find_front {
	u32 segment;
	u32 rid;
	u32 node;
	u64 address;
	bool mapped;
};

static int maps_mine(void *ctx, const struct iort_root_complex *rc)
{
	struct find_front *find = ctx;
	struct iort_map map;
	u32 i;

	if (rc->segment != find->segment)
		return 0;
	for (i = 0; i < rc->node.map_count; i++) {
		iort_map(&rc->node, i, &map);
		if (!map.single && find->rid >= map.input_base &&
		    find->rid - map.input_base < map.count) {
			find->node = map.output_offset;
			find->mapped = true;
			return 1;
		}
	}
	return 0;
}

static int is_mine_v3(void *ctx, const struct iort_smmu_v3 *smmu)
{
	struct find_front *find = ctx;

	if (smmu->node.offset != find->node)
		return 0;
	find->address = smmu->address;
	return 1;
}

static int is_mine(void *ctx, const struct iort_smmu *smmu)
{
	struct find_front *find = ctx;

	if (smmu->node.offset != find->node)
		return 0;
	find->address = smmu->address;
	return 1;
}

static bool is_behind(const struct ic_unit_ops *ops, struct pci_dev *pdev,
		      const struct iort_visitor *units)
{
	static const struct iort_visitor complexes = {
		.root_complex = maps_mine
	};
	struct find_front find = {
		.segment = pci_domain_nr(pdev->bus),
		.rid = pci_dev_id(pdev),
	};
	struct device_node *np = ic_of_iommu(pdev);
	bool ret;

	if (np) {
		ret = ic_unit_by_node(ops, np);
		of_node_put(np);
		return ret;
	}
	parse(&complexes, &find);
	if (!find.mapped)
		return false;
	parse(units, &find);
	return find.address && ic_unit_is_driven(ops, find.address);
}

/*
 * A stream table entry decides, and that is in memory of the driver. It says
 * abort, unless the driver of an older kernel was told otherwise.
 */
static bool smmu_v3_unattached(struct pci_dev *pdev, enum ic_tristate *passes)
{
	static const struct iort_visitor units = { .smmu_v3 = is_mine_v3 };

	*passes = IC_UNKNOWN;
	return is_behind(&ic_smmu_v3_ops, pdev, &units);
}

static bool smmu_unattached(struct pci_dev *pdev, enum ic_tristate *passes)
{
	static const struct iort_visitor units = { .smmu = is_mine };

	*passes = IC_UNKNOWN;
	return is_behind(&ic_smmu_ops, pdev, &units);
}

const struct ic_unit_ops ic_smmu_v3_ops = {
	.type = IOMMU_CAPS_TYPE_ARM_SMMU_V3,
	.match = smmu_v3_match,
	.init = smmu_v3_init,
	.active = smmu_v3_active,
	.reg = smmu_v3_reg,
	.described = smmu_v3_described,
	.unattached = smmu_v3_unattached,
};

const struct ic_unit_ops ic_smmu_ops = {
	.type = IOMMU_CAPS_TYPE_ARM_SMMU,
	.match = smmu_match,
	.init = smmu_init,
	.described = smmu_described,
	.unattached = smmu_unattached,
};
