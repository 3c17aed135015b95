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

#ifdef IC_HAVE_FSL_MC_BUS
#include <linux/fsl/mc.h>
#endif

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

#ifdef IC_HAVE_FSL_MC_BUS
static bool is_fsl_mc(struct device *dev)
{
	return dev->bus == &fsl_mc_bus_type;
}

static u32 fsl_mc_id(struct device *dev)
{
	return to_fsl_mc_device(dev)->icid;
}
#else
static bool is_fsl_mc(struct device *dev)
{
	return false;
}

static u32 fsl_mc_id(struct device *dev)
{
	return 0;
}
#endif

/* Ids on the fsl-mc bus are those of the device that all of it is below. */
static struct device *id_root(struct device *dev)
{
	while (is_fsl_mc(dev))
		dev = dev->parent;
	return dev;
}

/**
 * ic_acpi_path() - the ACPI namespace's name of a device that is no PCI function
 * @dev: the device
 * @id: filled with its id on the bus that the object stands for, -1 where the
 *	object is the device's own
 *
 * Return: the full path, to be freed with kfree(), or NULL.
 */
char *ic_acpi_path(struct device *dev, s64 *id)
{
#ifdef CONFIG_ACPI
	struct acpi_buffer path = { .length = ACPI_ALLOCATE_BUFFER };

	*id = -1;
	if (is_fsl_mc(dev))
		*id = fsl_mc_id(dev);
	dev = id_root(dev);
	if (ACPI_HANDLE(dev) &&
	    ACPI_SUCCESS(acpi_get_name(ACPI_HANDLE(dev), ACPI_FULL_PATHNAME,
				       &path)))
		return path.pointer;
#endif
	return NULL;
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

/*
 * The target of a map's entry for an id, or NULL. Entries are of four cells, of
 * which the first two and the last matter here: first id, node of the IOMMU,
 * number of ids. iommu-map-mask says which bits of the id count.
 */
static struct device_node *map_target(struct device_node *np, u32 id)
{
	u32 mask = 0xffffffff, first, phandle, count;
	int i;

	of_property_read_u32(np, "iommu-map-mask", &mask);
	id &= mask;
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
 * ic_of_iommu() - the IOMMU in front of a PCI function, by the device tree
 * @pdev: the function
 *
 * By the property iommu-map of the host bridge.
 *
 * Return: its node, to be put, or NULL.
 */
struct device_node *ic_of_iommu(struct pci_dev *pdev)
{
	struct pci_bus *bus = pdev->bus;
	struct device_node *np;

	while (!pci_is_root_bus(bus))
		bus = bus->parent;
	if (!bus->bridge || !bus->bridge->parent)
		return NULL;
	np = bus->bridge->parent->of_node;
	return np ? map_target(np, pci_dev_id(pdev)) : NULL;
}

/* The largest #iommu-cells that the kernel reads: MAX_PHANDLE_ARGS */
#define MAX_IOMMU_CELLS		16

static bool ask_iommus(struct device_node *np, ic_of_front_fn *fn)
{
	struct device_node *target;
	u32 phandle, cells, i;
	bool found = false;

	for (i = 0; !found &&
	     !of_property_read_u32_index(np, "iommus", i, &phandle) && phandle;
	     i += 1 + cells) {
		target = of_find_node_by_phandle(phandle);
		found = fn(target);
		cells = MAX_IOMMU_CELLS + 1;
		if (target)
			of_property_read_u32(target, "#iommu-cells", &cells);
		of_node_put(target);
		if (cells > MAX_IOMMU_CELLS)
			break;
	}
	return found;
}

/* The map is a property of the device that all of the bus is below. */
static bool ask_fsl_mc(struct device *dev, ic_of_front_fn *fn)
{
	struct device_node *np = id_root(dev)->of_node, *target;
	bool found;

	if (!np || !of_find_property(np, "iommu-map", NULL))
		return false;
	target = map_target(np, fsl_mc_id(dev));
	found = fn(target);
	of_node_put(target);
	return found;
}

/**
 * ic_of_ask_fronts() - ask about the IOMMUs that the device tree puts in front
 * of a device that is no PCI function
 * @dev: the device
 * @fn: called with the node of each, or with NULL where the tree names one that
 *	it does not have; true ends the walk
 *
 * By the property iommus of the device's node (bindings, iommu/iommu.txt), or
 * on the fsl-mc bus by the iommu-map of that bus (misc/fsl,qoriq-mc.yaml).
 *
 * Return: whether a call returned true.
 */
bool ic_of_ask_fronts(struct device *dev, ic_of_front_fn *fn)
{
	if (is_fsl_mc(dev))
		return ask_fsl_mc(dev, fn);
	return dev->of_node && ask_iommus(dev->of_node, fn);
}

/**
 * ic_of_is_disabled() - does the device tree say that a device does not operate?
 * @np: its node
 *
 * Status "disabled" (Devicetree Specification v0.4, 2.3.4); one that is reserved
 * for another program does operate, and nothing is known of one that failed.
 */
bool ic_of_is_disabled(const struct device_node *np)
{
	const char *status;

	return !of_property_read_string(np, "status", &status) &&
	       !strcmp(status, "disabled");
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
