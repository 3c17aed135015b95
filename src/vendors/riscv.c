// SPDX-License-Identifier: GPL-2.0-only
/*
 * RISC-V IOMMU, architecture specification 1.0.
 *
 * The class device of a driven unit has no parent; it is named after the
 * platform device or PCI function that the unit is. Capabilities and mode are
 * read from the registers. Units that no driver drives are found in the RIMT
 * table or in the device tree.
 */
#include <linux/device.h>
#include <linux/dma-map-ops.h>
#include <linux/of.h>
#include <linux/of_address.h>
#include <linux/pci.h>
#include <linux/platform_device.h>

#include "compat/compat.h"
#include "core/facts.h"
#include "core/firmware.h"
#include "core/mmio.h"
#include "core/unit.h"
#include "iommu_caps.h"
#include "decode/rimt.h"
#include "decode/riscv_iommu_regs.h"
#include "decode/riscv_tables.h"

#define PREFIX	"riscv-iommu@"

/* The unit as a PCI function of its own; the first is that of QEMU. */
static const struct pci_device_id functions[] = {
	{ PCI_DEVICE(PCI_VENDOR_ID_REDHAT, 0x0014) },
	{ PCI_DEVICE(0x1efd, 0x0008) },		/* Rivos */
	{ }
};

enum { REG_CAPABILITIES, REG_DDTP };

/* The device of a driven unit, with a reference, or NULL */
static struct device *device_of(struct device *iommu)
{
	const char *name = dev_name(iommu);
	struct device *dev;

	if (strncmp(name, PREFIX, strlen(PREFIX)))
		return NULL;
	name += strlen(PREFIX);
	dev = bus_find_device_by_name(&platform_bus_type, NULL, name);
#ifdef CONFIG_PCI
	if (!dev)
		dev = bus_find_device_by_name(&pci_bus_type, NULL, name);
#endif
	return dev;
}

static bool riscv_match(struct device *iommu)
{
	struct device *dev = device_of(iommu);

	put_device(dev);
	return dev;
}

static bool read_reg(struct ic_unit *unit, u32 offset, u64 *val)
{
	return ic_mmio_read64(&unit->mmio, offset, val);
}

static void set_caps(struct ic_unit *unit)
{
	struct rviommu_caps caps;
	u64 capabilities;

	unit->regs[REG_CAPABILITIES] = "capabilities";
	unit->regs[REG_DDTP] = "ddtp";
	if (!read_reg(unit, RVIOMMU_REG_CAPABILITIES, &capabilities))
		return;
	rviommu_decode(capabilities, &caps);
	rviommu_unit_caps(&caps, &unit->caps);
}

static bool is_qemu(const struct pci_dev *pdev)
{
	return pdev->vendor == PCI_VENDOR_ID_REDHAT;
}

static int riscv_init(struct ic_unit *unit)
{
	struct device *dev = device_of(unit->dev);
	struct resource *r;

	if (!dev)
		return -EAGAIN;
	unit->np = dev->of_node;
	if (dev_is_pci(dev)) {
		unit->address = pci_resource_start(to_pci_dev(dev), 0);
		unit->segment = pci_domain_nr(to_pci_dev(dev)->bus);
		unit->emulated = is_qemu(to_pci_dev(dev));
	} else {
		r = platform_get_resource(to_platform_device(dev),
					  IORESOURCE_MEM, 0);
		if (r)
			unit->address = r->start;
	}
	ic_mmio_map_driven(&unit->mmio, unit->dev, dev, unit->address,
			   RVIOMMU_REGS_LEN);
	put_device(dev);
	set_caps(unit);
	return 0;
}

/* While a write is under way, the mode is neither the old nor the new one. */
static bool read_ddtp(struct ic_unit *unit, u64 *ddtp)
{
	return read_reg(unit, RVIOMMU_REG_DDTP, ddtp) && !rviommu_busy(*ddtp);
}

static enum ic_tristate riscv_active(struct ic_unit *unit)
{
	u64 ddtp;

	if (!read_ddtp(unit, &ddtp))
		return IC_UNKNOWN;
	return ic_yes_no(rviommu_translating(ddtp));
}

static bool riscv_reg(struct ic_unit *unit, unsigned int i, u64 *val)
{
	return read_reg(unit, i == REG_DDTP ? RVIOMMU_REG_DDTP :
					      RVIOMMU_REG_CAPABILITIES, val);
}

/**
 * struct riscv_place - a unit that firmware describes, or a function on the bus
 * @where: its registers, or the PCI function that it is
 * @address: base of its registers
 * @np: its node in the device tree or NULL
 * @pdev: the PCI function that it is, or NULL
 */
struct riscv_place {
	char where[sizeof("0000000000000000")];
	u64 address;
	struct device_node *np;
	const struct pci_dev *pdev;
};

/* The registers of a PCI function that no driver has enabled are off. */
static int init_described(struct ic_unit *unit, void *data)
{
	struct riscv_place *place = data;

	unit->np = place->np;
	unit->emulated = place->pdev && is_qemu(place->pdev);
	if (!place->pdev && (!place->np || ic_of_has_power(place->np)))
		ic_mmio_map_described(&unit->mmio, place->where, place->address,
				      RVIOMMU_REGS_LEN);
	set_caps(unit);
	return 0;
}

static int publish(struct riscv_place *place, int segment)
{
	char name[sizeof(PREFIX) + sizeof(place->where)];

	snprintf(name, sizeof(name), PREFIX "%s", place->where);
	return ic_unit_add_described(&ic_riscv_ops, name, place->address,
				     segment, init_described, place);
}

static int publish_registers(u64 address, struct device_node *np)
{
	struct riscv_place place = { .address = address, .np = np };

	snprintf(place.where, sizeof(place.where), "%llx",
		 (unsigned long long)address);
	return publish(&place, IC_NO_NUMBER);
}

static int publish_function(struct pci_dev *pdev)
{
	struct riscv_place place = {
		.address = pci_resource_start(pdev, 0),
		.np = pdev->dev.of_node,
		.pdev = pdev,
	};

	snprintf(place.where, sizeof(place.where), "%s", pci_name(pdev));
	return publish(&place, pci_domain_nr(pdev->bus));
}

/* Units that are PCI functions are found on the bus. */
static int publish_rimt(void *ctx, const struct rimt_iommu *iommu)
{
	if (iommu->is_pci || !iommu->address)
		return 0;
	return publish_registers(iommu->address, NULL);
}

static int publish_nodes(void)
{
	struct device_node *np;
	struct resource r;
	int ret;

	for_each_compatible_node(np, NULL, "riscv,iommu") {
		if (!of_device_is_available(np) ||
		    of_address_to_resource(np, 0, &r))
			continue;
		ret = publish_registers(r.start, np);
		if (ret) {
			of_node_put(np);
			return ret;
		}
	}
	return 0;
}

static int publish_functions(void)
{
	struct pci_dev *pdev = NULL;
	int ret;

	for_each_pci_dev(pdev) {
		if (!pci_match_id(functions, pdev))
			continue;
		ret = publish_function(pdev);
		if (ret) {
			pci_dev_put(pdev);
			return ret;
		}
	}
	return 0;
}

static int riscv_described(void)
{
	static const struct rimt_visitor visitor = { .iommu = publish_rimt };
	int ret = ic_acpi_table_visit("RIMT", rimt_parse, &visitor, NULL);

	if (!ret)
		ret = publish_nodes();
	return ret ?: publish_functions();
}

/**
 * struct find_front - the visitor's context: what is in front of one function
 * @segment: its PCI segment
 * @rid: its requester id
 * @mapped: the table maps it to the node at @node
 * @node: see @mapped
 * @address: base of the registers of that unit, if it has some of its own
 */
struct find_front {
	int segment;
	u32 rid;
	bool mapped;
	u32 node;
	u64 address;
};

static int map_requester(void *ctx, const struct rimt_root_complex *rc)
{
	struct find_front *find = ctx;
	struct rimt_map map;
	u16 i;

	if (rc->segment != find->segment)
		return 0;
	for (i = 0; i < rc->maps.count; i++) {
		rimt_map(&rc->maps, i, &map);
		if (find->rid >= map.source_base &&
		    find->rid - map.source_base < map.count) {
			find->node = map.dest_offset;
			find->mapped = true;
			return 1;
		}
	}
	return 0;
}

static u64 function_address(u16 segment, u16 bdf)
{
	struct pci_dev *pdev;
	u64 address;

	pdev = pci_get_domain_bus_and_slot(segment, IC_BDF_BUS(bdf),
					   bdf & 0xff);
	address = pdev ? pci_resource_start(pdev, 0) : 0;
	pci_dev_put(pdev);
	return address;
}

static int take_front(void *ctx, const struct rimt_iommu *iommu)
{
	struct find_front *find = ctx;

	if (iommu->offset != find->node)
		return 0;
	find->address = iommu->is_pci ?
		function_address(iommu->segment, iommu->bdf) : iommu->address;
	return 1;
}

/* The unit that the RIMT table puts in front; NULL where we know none */
static bool front_in_table(struct pci_dev *pdev, struct ic_unit **unit)
{
	static const struct rimt_visitor complexes = {
		.root_complex = map_requester
	};
	static const struct rimt_visitor fronts = { .iommu = take_front };
	struct find_front find = {
		.segment = pci_domain_nr(pdev->bus),
		.rid = pci_dev_id(pdev),
	};

	ic_acpi_table_visit("RIMT", rimt_parse, &complexes, &find);
	if (!find.mapped)
		return false;
	ic_acpi_table_visit("RIMT", rimt_parse, &fronts, &find);
	*unit = ic_unit_by_address(&ic_riscv_ops, find.address);
	return true;
}

/*
 * With a device directory, a device that is in none of its entries is refused;
 * without, all pass or none: "Device-directory-table pointer". That holds for
 * a unit that no driver drives, too; where it cannot be read, all that is known
 * is that it translates nothing.
 */
static enum ic_tristate riscv_lets_pass(struct ic_unit *unit)
{
	u64 ddtp;

	if (!read_ddtp(unit, &ddtp))
		return unit->dev ? IC_UNKNOWN : IC_YES;
	return ic_yes_no(rviommu_mode(ddtp) == RVIOMMU_MODE_BARE);
}

static bool riscv_unattached(struct pci_dev *pdev, enum ic_tristate *passes)
{
	struct ic_unit *unit = NULL;

	if (!front_in_table(pdev, &unit))
		return false;
	*passes = unit ? riscv_lets_pass(unit) : IC_UNKNOWN;
	return true;
}

/*
 * Where the tables are. False if the registers do not say, or the unit's walks
 * are not coherent: the driver then has its tables mapped in another way.
 */
static bool read_tables(struct ic_unit *unit, struct rviommu_tables *tables)
{
	return unit->mmio.bound && dev_is_dma_coherent(unit->mmio.bound) &&
	       read_reg(unit, RVIOMMU_REG_CAPABILITIES,
			&tables->capabilities) &&
	       ic_mmio_read32(&unit->mmio, RVIOMMU_REG_FCTL, &tables->fctl) &&
	       read_ddtp(unit, &tables->ddtp);
}

static u32 riscv_hw_path(struct ic_unit *unit, const struct ic_mem *mem, u32 id)
{
	struct rviommu_tables tables;

	if (!read_tables(unit, &tables))
		return IC_PATH_UNKNOWN;
	return rviommu_classify(&tables, mem, id);
}

static int riscv_hw_enumerate(struct ic_unit *unit, u32 id,
			      struct ic_walk *walk)
{
	struct rviommu_tables tables;

	if (!read_tables(unit, &tables))
		return -ENODATA;
	return rviommu_enumerate(&tables, id, walk);
}

const struct ic_unit_ops ic_riscv_ops = {
	.type = IOMMU_CAPS_TYPE_RISCV,
	.domain_is_memory = true,
	.match = riscv_match,
	.init = riscv_init,
	.active = riscv_active,
	.reg = riscv_reg,
	.described = riscv_described,
	.unattached = riscv_unattached,
	.lets_pass = riscv_lets_pass,
	.hw_path = riscv_hw_path,
	.hw_enumerate = riscv_hw_enumerate,
};
