// SPDX-License-Identifier: GPL-2.0-only
/*
 * A device tree's IOMMUs, maps and devices as JSON
 *
 * Numbers are decimal; only the address is a string in hex. What is listed, and
 * the entries of each list, are in the order of the blob.
 */
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include "device_tree.h"
#include "common/json.h"

/* Devicetree Specification v0.4, section 2.3.5: where a bus does not say */
#define DEFAULT_ADDRESS_CELLS	2
#define DEFAULT_SIZE_CELLS	1

static void put_path(struct json *j, const char *name,
		     const struct device_tree *t, size_t node)
{
	char *path = node == DT_NO_NODE ? NULL : dt_path(t, node);

	if (path)
		json_bytes(j, name, path, strlen(path));
	else
		json_null(j, name);
	free(path);
}

static void put_text(struct json *j, const char *name, const char *s)
{
	if (s)
		json_bytes(j, name, s, strlen(s));
	else
		json_null(j, name);
}

static void put_status(struct json *j, const struct device_tree *t, size_t node)
{
	const char *status = dt_string(t, node, "status");

	put_text(j, "status", status ? status : "okay");
}

static u64 join_cells(const struct dt_cells *cells, size_t at, size_t n)
{
	u64 value = 0;
	size_t i;

	for (i = 0; i < n; i++)
		value = value << 32 | dt_cell(cells, at + i);
	return value;
}

/* Addresses of one or two cells; those of PCI are not in memory */
static size_t address_cells(const struct device_tree *t, size_t bus)
{
	u32 n = dt_number(t, bus, "#address-cells",
			  DEFAULT_ADDRESS_CELLS);

	return n == 1 || n == 2 ? n : 0;
}

/* Devicetree Specification v0.4, section 2.3.8: from @bus to the bus above */
static bool translate(const struct device_tree *t, size_t bus, u64 *address)
{
	struct dt_cells ranges = dt_property(t, bus, "ranges", NULL);
	size_t below = address_cells(t, bus);
	size_t above = address_cells(t, t->nodes[bus].parent);
	u64 sizes = dt_number(t, bus, "#size-cells", DEFAULT_SIZE_CELLS);
	size_t size = sizes <= ranges.n ? (size_t)sizes : ranges.n + 1, at;
	u64 first;

	if (!below || !above || !dt_has(t, bus, "ranges"))
		return false;
	if (!ranges.n)
		return true;
	for (at = 0; at + below + above + size <= ranges.n;
	     at += below + above + size) {
		first = join_cells(&ranges, at, below);
		if (*address < first || *address - first >=
		    join_cells(&ranges, at + below + above, size))
			continue;
		*address += join_cells(&ranges, at + below, above) - first;
		return true;
	}
	return false;
}

/* Where the CPU sees the node's first range of registers */
static bool cpu_address(const struct device_tree *t, size_t node, u64 *address)
{
	struct dt_cells reg = dt_property(t, node, "reg", NULL);
	size_t bus = t->nodes[node].parent, n;
	u64 size;

	if (bus == DT_NO_NODE)
		return false;
	n = address_cells(t, bus);
	size = dt_number(t, bus, "#size-cells", DEFAULT_SIZE_CELLS);
	if (!n || reg.n < n + size)
		return false;
	*address = join_cells(&reg, 0, n);
	for (; t->nodes[bus].parent != DT_NO_NODE; bus = t->nodes[bus].parent)
		if (!translate(t, bus, address))
			return false;
	return true;
}

static void put_iommu(struct json *j, const struct device_tree *t, size_t node)
{
	int offset = t->nodes[node].offset, i;
	const char *s;
	u64 address;

	json_object(j, NULL);
	put_path(j, "path", t, node);
	json_array(j, "compatible");
	for (i = 0; ; i++) {
		s = fdt_stringlist_get(t->fdt, offset, "compatible", i, NULL);
		if (!s)
			break;
		put_text(j, NULL, s);
	}
	json_array_end(j);
	put_status(j, t, node);
	if (cpu_address(t, node, &address))
		json_hex(j, "address", address);
	else
		json_null(j, "address");
	json_int(j, "cells", dt_number(t, node, "#iommu-cells", 0));
	json_object_end(j);
}

static void put_map(struct json *j, const struct device_tree *t, size_t node,
		    enum dt_link link)
{
	struct dt_map_entry e;
	struct dt_map m;

	dt_map_first(&m, t, node, link);
	json_object(j, NULL);
	put_path(j, "path", t, node);
	json_string(j, "kind", dt_link_name(link));
	json_int(j, "mask", m.mask);
	json_array(j, "entries");
	while (dt_map_next(&m, &e)) {
		json_object(j, NULL);
		json_int(j, "rid", e.rid);
		put_path(j, "target", t, e.target);
		json_int(j, "base", e.base);
		json_int(j, "length", e.length);
		json_object_end(j);
	}
	json_array_end(j);
	json_object_end(j);
}

static void put_device(struct json *j, const struct device_tree *t, size_t node,
		       enum dt_link link)
{
	struct dt_cells left = dt_property(t, node, dt_link_name(link), NULL);
	struct dt_spec spec;
	size_t i;

	json_object(j, NULL);
	put_path(j, "path", t, node);
	put_status(j, t, node);
	json_string(j, "kind", dt_link_name(link));
	json_array(j, "targets");
	while (dt_spec_next(t, link, &left, &spec)) {
		json_object(j, NULL);
		put_path(j, "target", t, spec.target);
		json_array(j, "ids");
		for (i = 0; i < spec.ids.n; i++)
			json_int(j, NULL, dt_cell(&spec.ids, i));
		json_array_end(j);
		json_object_end(j);
	}
	json_array_end(j);
	json_object_end(j);
}

/* Each of @a and @b that a node has, in the order of the blob */
static void put_links(struct json *j, const struct device_tree *t,
		      enum dt_link a, enum dt_link b,
		      void (*put)(struct json *j, const struct device_tree *t,
				  size_t node, enum dt_link link))
{
	const char *name;
	int property;
	size_t i;

	for (i = 0; i < t->n; i++) {
		fdt_for_each_property_offset(property, t->fdt,
					     t->nodes[i].offset) {
			if (!fdt_getprop_by_offset(t->fdt, property, &name,
						   NULL))
				continue;
			if (!strcmp(name, dt_link_name(a)))
				put(j, t, i, a);
			else if (!strcmp(name, dt_link_name(b)))
				put(j, t, i, b);
		}
	}
}

/**
 * device_tree_json() - print what a device tree says about IOMMUs as JSON
 * @out: where to
 * @t: the tree
 */
void device_tree_json(FILE *out, const struct device_tree *t)
{
	struct json j = JSON_INIT(out);
	size_t i;

	json_object(&j, NULL);
	json_string(&j, "table", "device-tree");
	put_text(&j, "model", dt_string(t, 0, "model"));
	json_array(&j, "iommus");
	for (i = 0; i < t->n; i++)
		if (dt_has(t, i, "#iommu-cells"))
			put_iommu(&j, t, i);
	json_array_end(&j);
	json_array(&j, "maps");
	put_links(&j, t, DT_IOMMU_MAP, DT_MSI_MAP, put_map);
	json_array_end(&j);
	json_array(&j, "devices");
	put_links(&j, t, DT_IOMMUS, DT_MSI_PARENT, put_device);
	json_array_end(&j);
	json_object_end(&j);
	fputc('\n', out);
}
