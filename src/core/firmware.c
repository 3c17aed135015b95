// SPDX-License-Identifier: GPL-2.0-only
/*
 * Firmware's description of IOMMUs: tables, device tree, and the registers
 * that they point to.
 */
#include <linux/acpi.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/of.h>
#include <linux/pci.h>

#include "compat/compat.h"
#include "core/firmware.h"
#include "core/log.h"
#include "core/platform.h"
#include "core/unit.h"
#include "iommu_caps.h"

/**
 * ic_table_get() - an ACPI table as firmware has left it
 * @sig: its signature
 * @len: its length in bytes, as its header claims and as it is mapped
 *
 * Return: the table, to be returned with ic_table_put(), or NULL.
 */
const void *ic_table_get(const char *sig, size_t *len)
{
#ifdef CONFIG_ACPI
	struct acpi_table_header *table;

	if (!acpi_disabled &&
	    ACPI_SUCCESS(acpi_get_table((char *)sig, 0, &table))) {
		*len = table->length;
		return table;
	}
#endif
	return NULL;
}

/**
 * ic_table_put() - let go of a table
 * @table: what ic_table_get() returned
 */
void ic_table_put(const void *table)
{
#ifdef CONFIG_ACPI
	acpi_put_table((struct acpi_table_header *)table);
#endif
}

static bool in_device_tree(void)
{
	struct device_node *np = of_find_node_with_property(NULL,
							    "#iommu-cells");
	unsigned int i;

	of_node_put(np);
	if (np)
		return true;
	for (i = 0; ic_vendors[i]; i++)
		if (ic_vendors[i]->in_tree && ic_vendors[i]->in_tree())
			return true;
	return false;
}

/**
 * ic_of_iommu() - the IOMMU in front of a PCI function, by the device tree
 * @pdev: the function
 *
 * By the property iommu-map of the host bridge: entries of four cells, of
 * which the first two and the last matter here: first requester id, node of
 * the IOMMU, number of ids. iommu-map-mask says which bits of the id count.
 *
 * Return: its node, to be put, or NULL.
 */
struct device_node *ic_of_iommu(struct pci_dev *pdev)
{
	struct pci_bus *bus = pdev->bus;
	u32 mask = 0xffff, first, phandle, count, id;
	struct device_node *np;
	int i;

	while (!pci_is_root_bus(bus))
		bus = bus->parent;
	if (!bus->bridge || !bus->bridge->parent)
		return NULL;
	np = bus->bridge->parent->of_node;
	if (!np)
		return NULL;
	of_property_read_u32(np, "iommu-map-mask", &mask);
	id = pci_dev_id(pdev) & mask;
	for (i = 0; !of_property_read_u32_index(np, "iommu-map", i + 3, &count);
	     i += 4)
		if (!of_property_read_u32_index(np, "iommu-map", i, &first) &&
		    !of_property_read_u32_index(np, "iommu-map", i + 1,
						&phandle) &&
		    id >= first && id - first < count)
			return of_find_node_by_phandle(phandle);
	return NULL;
}

/**
 * ic_firmware_tokens() - what describes IOMMUs on this machine
 * @page: where to write the line
 *
 * Return: its length.
 */
ssize_t ic_firmware_tokens(char *page)
{
	static const char *const tables[] = {
		IOMMU_CAPS_FW_DMAR, IOMMU_CAPS_FW_IVRS, IOMMU_CAPS_FW_IORT,
		IOMMU_CAPS_FW_VIOT, IOMMU_CAPS_FW_RIMT,
	};
	const void *table;
	ssize_t len = 0;
	unsigned int i;
	size_t size;

	for (i = 0; i < ARRAY_SIZE(tables); i++) {
		table = ic_table_get(tables[i], &size);
		if (!table)
			continue;
		ic_table_put(table);
		len += sysfs_emit_at(page, len, "%s%s", len ? " " : "",
				     tables[i]);
	}
	if (in_device_tree())
		len += sysfs_emit_at(page, len, "%s%s", len ? " " : "",
				     IOMMU_CAPS_FW_DEVICE_TREE);
	return len + sysfs_emit_at(page, len, "\n");
}

/**
 * ic_firmware_preboot() - does firmware claim that it protected DMA before
 * the kernel started?
 *
 * Return: the fact; IC_UNKNOWN when no table could say so.
 */
enum ic_tristate ic_firmware_preboot(void)
{
	enum ic_tristate ret = IC_UNKNOWN, one;
	unsigned int i;

	for (i = 0; ic_vendors[i]; i++) {
		if (!ic_vendors[i]->preboot)
			continue;
		one = ic_vendors[i]->preboot();
		if (one == IC_YES)
			return IC_YES;
		if (one == IC_NO)
			ret = IC_NO;
	}
	return ret;
}

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
 * ic_map_registers() - map a unit's registers, to be read only
 * @who: name of the unit, for the log
 * @address: their physical base
 * @size: bytes
 * @driven: a driver uses this address, so it is right; else it is what
 *	firmware says, and checked
 *
 * Return: the mapping or NULL: not allowed here, not possible, or no address
 * that registers could have (said in the log, once for each unit).
 */
void __iomem *ic_map_registers(const char *who, u64 address, size_t size,
			       bool driven)
{
	const char *why;

	if (!ic_registers || !address || ic_platform_xen())
		return NULL;
	why = driven ? NULL : bad_address(address, size);
	if (why) {
		pr_warn("%s: registers at 0x%llx: %s\n", who, address, why);
		return NULL;
	}
	return ioremap(address, size);
}
