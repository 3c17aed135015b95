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
#include <linux/io-64-nonatomic-lo-hi.h>
#include <linux/of.h>
#include <linux/of_address.h>
#include <linux/pci.h>
#include <linux/platform_device.h>

#include "compat/compat.h"
#include "core/facts.h"
#include "core/firmware.h"
#include "core/log.h"
#include "core/sysfs_read.h"
#include "core/unit.h"
#include "iommu_caps.h"
#include "decode/rimt.h"
#include "decode/riscv_iommu_regs.h"

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
	if (!unit->base)
		return false;
	*val = readq(unit->base + offset);
	return *val != ~0ULL;
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
		return 0;
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
	put_device(dev);
	unit->base = ic_map_registers(dev_name(unit->dev), unit->address,
				      RVIOMMU_REGS_LEN, true);
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
 * struct found - a unit that firmware describes, or a function on the bus
 * @where: its registers, or the PCI function that it is
 * @address: base of its registers
 * @np: its node in the device tree or NULL
 * @pdev: the PCI function that it is, or NULL
 * @readable: nothing says that it could be without clock or power
 */
struct found {
	char where[sizeof("0000000000000000")];
	u64 address;
	const struct device_node *np;
	const struct pci_dev *pdev;
	bool readable;
};

static int fill(struct ic_unit *unit, void *data)
{
	struct found *found = data;

	unit->np = found->np;
	unit->emulated = found->pdev && is_qemu(found->pdev);
	if (found->readable)
		unit->base = ic_map_registers(found->where, found->address,
					      RVIOMMU_REGS_LEN, false);
	set_caps(unit);
	return 0;
}

static int add(struct found *found, int segment)
{
	char name[sizeof(PREFIX) + sizeof(found->where)];

	snprintf(name, sizeof(name), PREFIX "%s", found->where);
	return ic_unit_add_described(&ic_riscv_ops, name, found->address,
				     segment, fill, found);
}

static int add_registers(u64 address, const struct device_node *np,
			 bool readable)
{
	struct found found = {
		.address = address,
		.np = np,
		.readable = readable,
	};

	snprintf(found.where, sizeof(found.where), "%llx",
		 (unsigned long long)address);
	return add(&found, IC_NO_NUMBER);
}

/* Registers of a function that has no driver may be switched off. */
static int add_function(struct pci_dev *pdev)
{
	struct found found = {
		.address = pci_resource_start(pdev, 0),
		.np = pdev->dev.of_node,
		.pdev = pdev,
	};

	snprintf(found.where, sizeof(found.where), "%s", pci_name(pdev));
	return add(&found, pci_domain_nr(pdev->bus));
}

/* Units that are PCI functions are found on the bus. */
static int described(void *ctx, const struct rimt_iommu *iommu)
{
	if (iommu->is_pci || !iommu->address)
		return 0;
	return add_registers(iommu->address, NULL, true);
}

/* What is wrong with the table is said once, however often it is read. */
static int in_table(void)
{
	static const struct rimt_visitor visitor = { .iommu = described };
	struct ic_parse_error err = { };
	const void *table;
	size_t len;
	int ret;

	table = ic_table_get("RIMT", &len);
	if (!table)
		return 0;
	ret = rimt_parse(table, len, &visitor, NULL, &err);
	ic_table_put(table);
	if (!err.reason)
		return ret;
	pr_warn_once("RIMT: offset %u: %s; the rest is left out\n",
		     err.offset, err.reason);
	return 0;
}

static int in_tree(void)
{
	struct device_node *np;
	struct resource r;
	int ret = 0;

	for_each_compatible_node(np, NULL, "riscv,iommu") {
		if (!of_device_is_available(np) ||
		    of_address_to_resource(np, 0, &r))
			continue;
		ret = add_registers(r.start, np,
				    !of_find_property(np, "clocks", NULL) &&
				    !of_find_property(np, "power-domains",
						      NULL));
		if (ret) {
			of_node_put(np);
			break;
		}
	}
	return ret;
}

static int on_bus(void)
{
	struct pci_dev *pdev = NULL;
	int ret = 0;

	for_each_pci_dev(pdev) {
		if (!pci_match_id(functions, pdev))
			continue;
		ret = add_function(pdev);
		if (ret) {
			pci_dev_put(pdev);
			break;
		}
	}
	return ret;
}

static int riscv_described(void)
{
	int ret = in_table();

	if (!ret)
		ret = in_tree();
	return ret ? ret : on_bus();
}

/*
 * With a device directory, a device that is in none of its entries is refused;
 * without, all pass or none: "Device-directory-table pointer". That holds for
 * a unit that no driver drives, too.
 */
static bool riscv_unattached(struct pci_dev *pdev, enum ic_tristate *passes)
{
	struct device_node *np = ic_of_iommu(pdev);
	struct ic_unit *unit;
	u64 ddtp;

	if (!np)
		return false;
	unit = ic_unit_by_node(&ic_riscv_ops, np);
	of_node_put(np);
	if (!unit)
		return false;
	*passes = IC_UNKNOWN;
	if (!read_ddtp(unit, &ddtp))
		return unit->dev;
	*passes = ic_yes_no(rviommu_mode(ddtp) == RVIOMMU_MODE_BARE);
	return true;
}

const struct ic_unit_ops ic_riscv_ops = {
	.type = IOMMU_CAPS_TYPE_RISCV,
	.match = riscv_match,
	.init = riscv_init,
	.active = riscv_active,
	.reg = riscv_reg,
	.described = riscv_described,
	.unattached = riscv_unattached,
};
