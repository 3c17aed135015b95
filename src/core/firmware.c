// SPDX-License-Identifier: GPL-2.0-only
/*
 * Firmware's description of IOMMUs: ACPI tables and the device tree.
 */
#include <linux/acpi.h>
#include <linux/of.h>
#include <linux/pci.h>

#include "compat/compat.h"
#include "core/firmware.h"
#include "core/log.h"
#include "core/unit.h"
#include "iommu_caps.h"

/* The tables that describe IOMMUs, in the order of `firmware` */
static const char *const tables[] = {
	IOMMU_CAPS_FW_DMAR, IOMMU_CAPS_FW_IVRS, IOMMU_CAPS_FW_IORT,
	IOMMU_CAPS_FW_VIOT, IOMMU_CAPS_FW_RIMT,
};

/* Bit i: it was logged that tables[i] is malformed */
static unsigned long malformed;

/**
 * ic_acpi_table_open() - get an ACPI table as firmware has left it
 * @table: filled; to be returned with ic_acpi_table_close()
 * @sig: its signature
 *
 * Return: false if there is no such table.
 */
bool ic_acpi_table_open(struct ic_acpi_table *table, const char *sig)
{
#ifdef CONFIG_ACPI
	struct acpi_table_header *header;

	if (!acpi_disabled &&
	    ACPI_SUCCESS(acpi_get_table((char *)sig, 0, &header))) {
		*table = (struct ic_acpi_table) {
			.sig = sig,
			.data = header,
			.len = header->length,
		};
		return true;
	}
#endif
	return false;
}

static void warn_malformed(const char *sig, const struct ic_parse_error *err)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tables); i++)
		if (!strcmp(tables[i], sig) && test_and_set_bit(i, &malformed))
			return;
	pr_warn("%s: offset %u: %s; the rest is left out\n", sig, err->offset,
		err->reason);
}

/**
 * ic_acpi_table_close() - return a table
 * @table: what ic_acpi_table_open() filled
 * @ret: what its parser returned
 *
 * Logs what is wrong with a table once, however often it is read.
 *
 * Return: @ret, or 0 if the table is malformed: what was read of it counts.
 */
int ic_acpi_table_close(struct ic_acpi_table *table, int ret)
{
#ifdef CONFIG_ACPI
	acpi_put_table((struct acpi_table_header *)table->data);
#endif
	if (!table->err.reason)
		return ret;
	warn_malformed(table->sig, &table->err);
	return 0;
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
 * ic_of_has_power() - do a unit's clocks and power stay on without its driver?
 * @np: its node in the device tree
 *
 * A driver switches on what the node names; a driver of a parent, such as
 * simple-pm-bus, may switch off what all of its children share.
 *
 * Return: true if neither the node nor a parent names any.
 */
bool ic_of_has_power(struct device_node *np)
{
	struct device_node *up = of_node_get(np);

	while (up && !of_find_property(up, "clocks", NULL) &&
	       !of_find_property(up, "power-domains", NULL) &&
	       !of_device_is_compatible(up, "simple-pm-bus"))
		up = of_get_next_parent(up);
	of_node_put(up);
	return !up;
}

/**
 * ic_firmware_tokens() - what describes IOMMUs on this machine
 * @page: where to write the line
 *
 * Return: its length.
 */
ssize_t ic_firmware_tokens(char *page)
{
	struct ic_acpi_table table;
	ssize_t len = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tables); i++) {
		if (!ic_acpi_table_open(&table, tables[i]))
			continue;
		ic_acpi_table_close(&table, 0);
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
