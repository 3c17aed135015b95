// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registers of IOMMUs, mapped and only ever read.
 *
 * On x86 any unit may be read: one that does not answer returns all ones.
 * Elsewhere a read of a unit without clock or power stops the machine. So it
 * is read only while a driver is bound to it and its runtime PM says that it
 * has power, unless the administrator knows better (registers=all).
 */
#include <linux/device.h>
#include <linux/io-64-nonatomic-lo-hi.h>
#include <linux/ioport.h>
#include <linux/moduleparam.h>
#include <linux/pci.h>
#include <linux/pm_runtime.h>

#include "compat/compat.h"
#include "core/log.h"
#include "core/mmio.h"
#include "core/platform.h"

enum { REGISTERS_NONE, REGISTERS_DRIVEN, REGISTERS_ALL };

#define REGISTERS_DEFAULT \
	(IS_ENABLED(CONFIG_X86) ? REGISTERS_ALL : REGISTERS_DRIVEN)

/*
 * The first three are the words, in the order of the modes. The others are
 * from when this was a boolean, whose true was the default.
 */
static const struct {
	const char *word;
	int mode;
} registers_words[] = {
	{ "none", REGISTERS_NONE },
	{ "driven", REGISTERS_DRIVEN },
	{ "all", REGISTERS_ALL },
	{ "0", REGISTERS_NONE },
	{ "n", REGISTERS_NONE },
	{ "N", REGISTERS_NONE },
	{ "no", REGISTERS_NONE },
	{ "off", REGISTERS_NONE },
	{ "1", REGISTERS_DEFAULT },
	{ "y", REGISTERS_DEFAULT },
	{ "Y", REGISTERS_DEFAULT },
	{ "yes", REGISTERS_DEFAULT },
	{ "on", REGISTERS_DEFAULT },
};

static int registers_mode = REGISTERS_DEFAULT;

static int registers_set(const char *val, const struct kernel_param *kp)
{
	unsigned int i;

	for (i = 0; val && i < ARRAY_SIZE(registers_words); i++) {
		if (sysfs_streq(val, registers_words[i].word)) {
			registers_mode = registers_words[i].mode;
			return 0;
		}
	}
	pr_err("registers=%s: must be none, driven or all\n", val ?: "");
	return -EINVAL;
}

static int registers_get(char *buffer, const struct kernel_param *kp)
{
	return scnprintf(buffer, PAGE_SIZE, "%s\n",
			 registers_words[registers_mode].word);
}

static const struct kernel_param_ops registers_ops = {
	.set = registers_set,
	.get = registers_get,
};

module_param_cb(registers, &registers_ops, NULL, 0444);
MODULE_PARM_DESC(registers,
		 "whose registers to read: none, driven (units that a driver drives), all (default: all on x86, driven elsewhere)");

/* Reading a device's own registers could upset it. */
static bool in_a_bar(u64 start, u64 end)
{
	struct pci_dev *pdev = NULL;
	struct resource *r;
	bool hit = false;
	int i;

	while (!hit && (pdev = pci_get_device(PCI_ANY_ID, PCI_ANY_ID, pdev))) {
		for (i = 0; !hit && i < PCI_NUM_RESOURCES; i++) {
			r = &pdev->resource[i];
			/* a bridge's window is no register */
			if (i >= PCI_BRIDGE_RESOURCES &&
			    i <= PCI_BRIDGE_RESOURCE_END)
				continue;
			hit = resource_size(r) && resource_type(r) ==
			      IORESOURCE_MEM && r->start <= end &&
			      r->end >= start;
		}
		if (hit)
			pci_dev_put(pdev);
	}
	return hit;
}

static const char *bad_address(u64 address, size_t size)
{
	if (!IS_ALIGNED(address, 4096))
		return "not aligned to a page";
#if IS_ENABLED(CONFIG_X86)
	if ((address + size - 1) >> boot_cpu_data.x86_phys_bits)
		return "beyond what the processor can address";
#endif
	if (address + size < address || address + size > (phys_addr_t)-1)
		return "beyond what the processor can address";
	if (region_intersects(address, size, IORESOURCE_SYSTEM_RAM,
			      IORES_DESC_NONE) != REGION_DISJOINT)
		return "in system memory";
	if (in_a_bar(address, address + size - 1))
		return "in the registers of a PCI device";
	return NULL;
}

/**
 * ic_mmio_map_driven() - map the registers of a unit that a driver drives
 * @regs: filled; its @base stays NULL where registers must not be read
 * @iommu: the class device, referenced by the unit
 * @bound: the device that the driver is bound to
 * @address: physical base, as the driver uses it, or 0
 * @size: bytes
 */
void ic_mmio_map_driven(struct ic_mmio *regs, struct device *iommu,
			struct device *bound, u64 address, size_t size)
{
	if (registers_mode == REGISTERS_NONE || !address || ic_platform_xen())
		return;
	regs->base = ioremap(address, size);
	if (!regs->base || IS_ENABLED(CONFIG_X86))
		return;
	regs->iommu = iommu;
	regs->bound = get_device(bound);
}

/**
 * ic_mmio_map_described() - map the registers of a unit that no driver drives
 * @regs: filled; its @base stays NULL where registers must not be read
 * @name: name of the unit, for the log
 * @address: physical base, as firmware says, or 0
 * @size: bytes
 *
 * An address that registers cannot have is logged, once for each unit.
 */
void ic_mmio_map_described(struct ic_mmio *regs, const char *name, u64 address,
			   size_t size)
{
	const char *why;

	if (registers_mode != REGISTERS_ALL || !address || ic_platform_xen())
		return;
	why = bad_address(address, size);
	if (why)
		pr_warn("%s: registers at 0x%llx: %s\n", name, address, why);
	else
		regs->base = ioremap(address, size);
}

/**
 * ic_mmio_unmap() - undo either of the above
 * @regs: the registers, mapped or not
 */
void ic_mmio_unmap(struct ic_mmio *regs)
{
	if (regs->base)
		iounmap(regs->base);
	put_device(regs->bound);
	*regs = (struct ic_mmio) { };
}

/**
 * ic_mmio_begin() - keep a driver and its power while registers are read
 * @iommu: the class device, referenced
 * @bound: the device that the driver is bound to, referenced
 *
 * A driver that leaves first clears the class device's data, then removes
 * that device, for which it needs the device lock, and only then switches the
 * unit off. So with the lock held and the data there, the driver is, too.
 *
 * Return: true, to be followed by ic_mmio_end(), or false: do not read.
 */
bool ic_mmio_begin(struct device *iommu, struct device *bound)
{
	device_lock(iommu);
	if (dev_get_drvdata(iommu) && ic_pm_get_if_active(bound))
		return true;
	device_unlock(iommu);
	return false;
}

/**
 * ic_mmio_end() - after ic_mmio_begin() and the reads
 * @iommu: as there
 * @bound: as there
 */
void ic_mmio_end(struct device *iommu, struct device *bound)
{
	ic_pm_put(bound);
	device_unlock(iommu);
}

/**
 * ic_iommu_get_parent() - the device that the driver of a unit is bound to
 * @iommu: the class device, referenced
 *
 * Return: its parent with a reference, or NULL: the driver is not through
 * with setting up the unit, or is leaving.
 */
struct device *ic_iommu_get_parent(struct device *iommu)
{
	struct device *parent = NULL;

	device_lock(iommu);
	if (dev_get_drvdata(iommu))
		parent = get_device(iommu->parent);
	device_unlock(iommu);
	return parent;
}

static bool begin(const struct ic_mmio *regs)
{
	if (!regs->base)
		return false;
	return !regs->iommu || ic_mmio_begin(regs->iommu, regs->bound);
}

static void end(const struct ic_mmio *regs)
{
	if (regs->iommu)
		ic_mmio_end(regs->iommu, regs->bound);
}

/**
 * ic_mmio_read32() - read a register of 32 bits
 * @regs: the registers
 * @offset: where, in bytes from their base
 * @val: filled
 *
 * May sleep.
 *
 * Return: false if it cannot be read now, or reads as all ones, which is what
 * a unit that does not answer returns.
 */
bool ic_mmio_read32(const struct ic_mmio *regs, u32 offset, u32 *val)
{
	if (!begin(regs))
		return false;
	*val = readl(regs->base + offset);
	end(regs);
	return *val != ~0U;
}

/**
 * ic_mmio_read64() - read a register of 64 bits
 * @regs: the registers
 * @offset: where, in bytes from their base
 * @val: filled
 *
 * May sleep.
 *
 * Return: as ic_mmio_read32().
 */
bool ic_mmio_read64(const struct ic_mmio *regs, u32 offset, u64 *val)
{
	if (!begin(regs))
		return false;
	*val = readq(regs->base + offset);
	end(regs);
	return *val != ~0ULL;
}
