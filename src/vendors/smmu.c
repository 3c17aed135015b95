// SPDX-License-Identifier: GPL-2.0-only
/*
 * Arm SMMU: version 3 (architecture specification IHI 0070), with its
 * registers; versions 1 and 2 (IHI 0062) with what is true of them all.
 *
 * A driven unit is a class device below the platform device that its driver
 * is bound to. Registers are those of page 0, read through a mapping of our
 * own. Registers of version 2 are never read.
 *
 * Units that no driver drives are found in the IORT table or in the device
 * tree. The GIC ITS remaps interrupts, the SMMU does not.
 */
#include <linux/device.h>
#include <linux/dma-map-ops.h>
#include <linux/of.h>
#include <linux/of_address.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

#include "compat/compat.h"
#include "core/facts.h"
#include "core/firmware.h"
#include "core/mmio.h"
#include "core/unit.h"
#include "iommu_caps.h"
#include "decode/iort.h"
#include "decode/smmuv3_regs.h"
#include "decode/smmuv3_tables.h"

enum {
	REG_IDR0, REG_IDR1, REG_IDR3, REG_IDR5, REG_IIDR, REG_CR0, REG_COUNT
};

static const u32 reg_offset[REG_COUNT] = {
	[REG_IDR0] = SMMUV3_REG_IDR0,
	[REG_IDR1] = SMMUV3_REG_IDR1,
	[REG_IDR3] = SMMUV3_REG_IDR3,
	[REG_IDR5] = SMMUV3_REG_IDR5,
	[REG_IIDR] = SMMUV3_REG_IIDR,
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
	return ic_mmio_read32(&unit->mmio, reg_offset[i], val);
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

/* The visitor's context: find the IORT node of the unit at one address. */
struct find_node {
	u64 address;
	bool known;
	struct iort_smmu_v3 node;
};

static int take_node_at(void *ctx, const struct iort_smmu_v3 *node)
{
	struct find_node *find = ctx;

	if (node->address != find->address)
		return 0;
	find->known = true;
	find->node = *node;
	return 1;
}

/* What firmware says of a unit, in a table or else in the device tree */
struct firmware_word {
	bool coherent;
	bool in_table;
	u8 httu;
};

static struct firmware_word firmware_word(u64 address, bool tree_coherent)
{
	static const struct iort_visitor visitor = { .smmu_v3 = take_node_at };
	struct firmware_word word = { .coherent = tree_coherent };
	struct find_node find = { .address = address };

	ic_acpi_table_visit("IORT", iort_parse, &visitor, &find);
	if (find.known) {
		word.in_table = true;
		word.coherent = find.node.cohacc_override;
		word.httu = find.node.httu_override;
	}
	return word;
}

static bool read_caps(struct ic_unit *unit, struct smmuv3_caps *caps)
{
	u32 idr0, idr1, idr3, idr5, iidr;

	if (!read_reg(unit, REG_IDR0, &idr0) ||
	    !read_reg(unit, REG_IDR1, &idr1) ||
	    !read_reg(unit, REG_IDR3, &idr3) ||
	    !read_reg(unit, REG_IDR5, &idr5) ||
	    !read_reg(unit, REG_IIDR, &iidr))
		return false;
	smmuv3_decode(idr0, idr1, idr3, idr5, caps);
	smmuv3_apply_errata(iidr, caps);
	return true;
}

/*
 * True of every unit, registers or not: entries that are not valid are not
 * cached, interrupts are not remapped.
 */
static void set_common(struct ic_unit *unit)
{
	unit->caps.caching_mode = IC_NO;
	unit->caps.intr_remap_capable = IC_NO;
}

/* Firmware overrides IDR0.COHACC (section 6.3.1); so does the driver. */
static void set_caps(struct ic_unit *unit, bool tree_coherent)
{
	struct firmware_word word = firmware_word(unit->address, tree_coherent);
	struct smmuv3_caps caps;

	unit->regs[REG_IDR0] = "idr0";
	unit->regs[REG_IDR1] = "idr1";
	unit->regs[REG_IDR3] = "idr3";
	unit->regs[REG_IDR5] = "idr5";
	unit->regs[REG_IIDR] = "iidr";
	unit->regs[REG_CR0] = "cr0";
	if (read_caps(unit, &caps)) {
		if (word.in_table)
			smmuv3_override_httu(word.httu, &caps);
		smmuv3_unit_caps(&caps, &unit->caps);
	}
	set_common(unit);
	unit->caps.coherent_walk = ic_yes_no(word.coherent);
}

/* Where the platform device of a driven unit is */
static void locate(struct ic_unit *unit, struct device *bound)
{
	struct resource *r;

	unit->np = bound->of_node;
	if (!dev_is_platform(bound))
		return;
	r = platform_get_resource(to_platform_device(bound), IORESOURCE_MEM, 0);
	if (r)
		unit->address = r->start;
}

static int smmu_v3_init(struct ic_unit *unit)
{
	struct device *bound = ic_iommu_get_parent(unit->dev);

	if (!bound)
		return -EAGAIN;
	locate(unit, bound);
	ic_mmio_map_driven(&unit->mmio, unit->dev, bound, unit->address,
			   SMMUV3_REGS_LEN);
	set_caps(unit, dev_is_dma_coherent(bound));
	put_device(bound);
	return 0;
}

static int smmu_init(struct ic_unit *unit)
{
	struct device *bound = ic_iommu_get_parent(unit->dev);

	if (!bound)
		return -EAGAIN;
	locate(unit, bound);
	set_common(unit);
	put_device(bound);
	return 0;
}

/**
 * struct smmu_place - a unit that firmware describes
 * @name: its name if no driver drives it
 * @address: base of its registers
 * @np: its node in the device tree or NULL
 */
struct smmu_place {
	char name[sizeof("smmuv3@") + 16];
	u64 address;
	struct device_node *np;
};

/* ACPI leaves clocks and power on for what it describes. */
static int init_described_v3(struct ic_unit *unit, void *data)
{
	struct smmu_place *place = data;

	unit->np = place->np;
	if (!place->np || ic_of_has_power(place->np))
		ic_mmio_map_described(&unit->mmio, place->name, place->address,
				      SMMUV3_REGS_LEN);
	set_caps(unit, place->np && of_dma_is_coherent(place->np));
	return 0;
}

static int init_described(struct ic_unit *unit, void *data)
{
	struct smmu_place *place = data;

	unit->np = place->np;
	set_common(unit);
	return 0;
}

static int publish_v3(struct smmu_place *place)
{
	snprintf(place->name, sizeof(place->name), "smmuv3@%llx",
		 (unsigned long long)place->address);
	return ic_unit_add_described(&ic_smmu_v3_ops, place->name,
				     place->address, IC_NO_NUMBER,
				     init_described_v3, place);
}

static int publish(struct smmu_place *place)
{
	snprintf(place->name, sizeof(place->name), "smmu@%llx",
		 (unsigned long long)place->address);
	return ic_unit_add_described(&ic_smmu_ops, place->name, place->address,
				     IC_NO_NUMBER, init_described, place);
}

static int publish_iort_v3(void *ctx, const struct iort_smmu_v3 *smmu)
{
	struct smmu_place place = { .address = smmu->address };

	return publish_v3(&place);
}

static int publish_iort(void *ctx, const struct iort_smmu *smmu)
{
	struct smmu_place place = { .address = smmu->address };

	return publish(&place);
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

static int publish_nodes(const struct of_device_id *match,
			 int (*publish_place)(struct smmu_place *place))
{
	struct smmu_place place;
	struct device_node *np;
	struct resource r;
	int ret;

	for_each_matching_node(np, match) {
		if (!of_device_is_available(np) ||
		    of_address_to_resource(np, 0, &r))
			continue;
		place.address = r.start;
		place.np = np;
		ret = publish_place(&place);
		if (ret) {
			of_node_put(np);
			return ret;
		}
	}
	return 0;
}

static int smmu_v3_described(void)
{
	static const struct iort_visitor visitor = {
		.smmu_v3 = publish_iort_v3
	};
	int ret = ic_acpi_table_visit("IORT", iort_parse, &visitor, NULL);

	return ret ?: publish_nodes(v3_nodes, publish_v3);
}

static int smmu_described(void)
{
	static const struct iort_visitor visitor = { .smmu = publish_iort };
	int ret = ic_acpi_table_visit("IORT", iort_parse, &visitor, NULL);

	return ret ?: publish_nodes(nodes, publish);
}

/**
 * struct find_front - the visitor's context: what is in front of one function
 * @segment: its PCI segment
 * @rid: its requester id
 * @mapped: the table maps it to the node at @node
 * @node: see @mapped
 * @ops: the node is a unit of this vendor
 * @address: base of that unit's registers
 * @is_its: the node is an ITS group: there is no IOMMU in front
 */
struct find_front {
	u32 segment;
	u32 rid;
	bool mapped;
	u32 node;
	const struct ic_unit_ops *ops;
	u64 address;
	bool is_its;
};

static int map_requester(void *ctx, const struct iort_root_complex *rc)
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

static int take_front_v3(void *ctx, const struct iort_smmu_v3 *smmu)
{
	struct find_front *find = ctx;

	if (smmu->node.offset != find->node)
		return 0;
	find->ops = &ic_smmu_v3_ops;
	find->address = smmu->address;
	return 1;
}

static int take_front(void *ctx, const struct iort_smmu *smmu)
{
	struct find_front *find = ctx;

	if (smmu->node.offset != find->node)
		return 0;
	find->ops = &ic_smmu_ops;
	find->address = smmu->address;
	return 1;
}

static int take_front_its(void *ctx, const struct iort_its_group *its)
{
	struct find_front *find = ctx;

	find->is_its = its->node.offset == find->node;
	return find->is_its;
}

/* What the IORT table puts in front of a function */
static void find_front(struct pci_dev *pdev, struct find_front *find)
{
	static const struct iort_visitor complexes = {
		.root_complex = map_requester
	};
	static const struct iort_visitor fronts = {
		.smmu_v3 = take_front_v3,
		.smmu = take_front,
		.its_group = take_front_its,
	};

	*find = (struct find_front) {
		.segment = pci_domain_nr(pdev->bus),
		.rid = pci_dev_id(pdev),
	};
	ic_acpi_table_visit("IORT", iort_parse, &complexes, find);
	if (find->mapped)
		ic_acpi_table_visit("IORT", iort_parse, &fronts, find);
}

/*
 * A stream table entry decides, and that is in memory of the driver. It says
 * abort, unless the driver of an older kernel was told otherwise. A unit that
 * no driver drives translates nothing.
 */
static bool is_behind_driven(const struct ic_unit_ops *ops,
			     struct pci_dev *pdev)
{
	struct find_front find;
	struct ic_unit *unit;

	find_front(pdev, &find);
	if (find.ops != ops)
		return false;
	unit = ic_unit_by_address(ops, find.address);
	return unit && unit->dev;
}

/* Claims what the table maps to something that it does not describe, too. */
static bool smmu_v3_unattached(struct pci_dev *pdev, enum ic_tristate *passes)
{
	struct find_front find;

	*passes = IC_UNKNOWN;
	if (is_behind_driven(&ic_smmu_v3_ops, pdev))
		return true;
	find_front(pdev, &find);
	return find.mapped && !find.ops && !find.is_its;
}

static bool smmu_unattached(struct pci_dev *pdev, enum ic_tristate *passes)
{
	*passes = IC_UNKNOWN;
	return is_behind_driven(&ic_smmu_ops, pdev);
}

/**
 * struct find_component - the visitor's context: where a named component leads
 * @path: its object in the namespace
 * @id: see iort_component_target()
 * @index: the first of its mappings that is still to be looked at
 * @found: a mapping for the id
 * @node: offset of the node that it leads to
 */
struct find_component {
	const char *path;
	s64 id;
	u32 index;
	bool found;
	u32 node;
};

static int map_component(void *ctx, const struct iort_named_component *nc)
{
	struct find_component *find = ctx;

	if (!iort_component_is(nc, find->path))
		return 0;
	while (!find->found && find->index < nc->node.map_count)
		find->found = iort_component_target(nc, find->index++, find->id,
						    &find->node);
	return 1;
}

/*
 * A component has a mapping for each of its streams, and others for its MSIs.
 * The driver refuses a device that it has not attached; a unit without driver
 * translates nothing.
 */
static bool leads_to_undriven(const char *path, s64 id)
{
	static const struct iort_visitor components = {
		.named_component = map_component
	};
	static const struct iort_visitor fronts = {
		.smmu_v3 = take_front_v3,
		.smmu = take_front,
	};
	struct find_component find = { .path = path, .id = id };
	struct find_front front;
	struct ic_unit *unit;

	do {
		find.found = false;
		ic_acpi_table_visit("IORT", iort_parse, &components, &find);
		if (!find.found)
			return false;
		front = (struct find_front) { .node = find.node };
		ic_acpi_table_visit("IORT", iort_parse, &fronts, &front);
		unit = front.ops ?
			ic_unit_by_address(front.ops, front.address) : NULL;
	} while (!unit || unit->dev);
	return true;
}

/* Whether it is an SMMUv3 or an older one, the table says. */
static bool smmu_component(struct device *dev)
{
	bool found;
	char *path;
	s64 id;

	path = ic_acpi_path(dev, &id);
	found = path && leads_to_undriven(path, id);
	kfree(path);
	return found;
}

/*
 * Where the tables are. False if the registers do not say, or the SMMU's walks
 * are not coherent: the driver then has its tables mapped in another way.
 */
static bool read_tables(struct ic_unit *unit, struct smmuv3_tables *tables)
{
	u32 cr0;

	if (unit->caps.coherent_walk != IC_YES ||
	    !read_reg(unit, REG_CR0, &cr0) ||
	    !ic_mmio_read32(&unit->mmio, SMMUV3_REG_GBPA, &tables->gbpa) ||
	    !ic_mmio_read64(&unit->mmio, SMMUV3_REG_STRTAB_BASE,
			    &tables->base) ||
	    !ic_mmio_read32(&unit->mmio, SMMUV3_REG_STRTAB_BASE_CFG,
			    &tables->base_cfg))
		return false;
	tables->enabled = smmuv3_enabled(cr0);
	return true;
}

static u32 smmu_v3_hw_path(struct ic_unit *unit, const struct ic_mem *mem,
			   u32 id)
{
	struct smmuv3_tables tables;

	if (!read_tables(unit, &tables))
		return IC_PATH_UNKNOWN;
	return smmuv3_classify(&tables, mem, id);
}

static int smmu_v3_hw_enumerate(struct ic_unit *unit, u32 id,
				struct ic_walk *walk)
{
	struct smmuv3_tables tables;

	if (!read_tables(unit, &tables))
		return -ENODATA;
	return smmuv3_enumerate(&tables, id, walk);
}

const struct ic_unit_ops ic_smmu_v3_ops = {
	.type = IOMMU_CAPS_TYPE_ARM_SMMU_V3,
	.match = smmu_v3_match,
	.init = smmu_v3_init,
	.active = smmu_v3_active,
	.reg = smmu_v3_reg,
	.described = smmu_v3_described,
	.unattached = smmu_v3_unattached,
	.component = smmu_component,
	.hw_path = smmu_v3_hw_path,
	.hw_enumerate = smmu_v3_hw_enumerate,
};

const struct ic_unit_ops ic_smmu_ops = {
	.type = IOMMU_CAPS_TYPE_ARM_SMMU,
	.match = smmu_match,
	.init = smmu_init,
	.described = smmu_described,
	.unattached = smmu_unattached,
};
