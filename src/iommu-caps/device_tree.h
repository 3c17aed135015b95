/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a flattened device tree says about IOMMUs and MSI controllers:
 * Devicetree Specification v0.4, and the kernel's bindings iommu/iommu.txt,
 * pci/pci-iommu.txt, pci/pci-msi.txt and interrupt-controller/msi.txt.
 */
#ifndef IOMMU_CAPS_DEVICE_TREE_H
#define IOMMU_CAPS_DEVICE_TREE_H

#include <stdio.h>

#include "decode/decode.h"

#define DT_NO_NODE	((size_t)-1)

/**
 * struct dt_node - a node
 * @offset: where libfdt finds it
 * @parent: index of its parent, DT_NO_NODE for the root
 * @phandle: 0 if it has none
 * @enabled: neither it nor a node above it has a status other than okay
 */
struct dt_node {
	int offset;
	size_t parent;
	u32 phandle;
	bool enabled;
};

/**
 * struct device_tree - a tree that was found to be sound
 * @fdt: the blob, which belongs to the caller
 * @nodes: all nodes in the blob's order; those above a node precede it
 * @n: their number
 */
struct device_tree {
	const void *fdt;
	struct dt_node *nodes;
	size_t n;
};

/* Cells that are still to be read. */
struct dt_cells {
	const u8 *data;
	size_t n;
};

/* The properties that point to an IOMMU or to an MSI controller. */
enum dt_link {
	DT_IOMMUS,
	DT_MSI_PARENT,
	DT_IOMMU_MAP,
	DT_MSI_MAP,
	DT_LINKS
};

/**
 * struct dt_map - an iommu-map or msi-map that is being read
 * @tree: its tree
 * @link: DT_IOMMU_MAP or DT_MSI_MAP
 * @mask: of the requester id, iommu-map-mask or msi-map-mask
 * @left: what is still to be read; once dt_map_next() ends, what is left over
 * @one_cell: the base is one cell, whatever the target says
 */
struct dt_map {
	const struct device_tree *tree;
	enum dt_link link;
	u32 mask;
	struct dt_cells left;
	bool one_cell;
};

/**
 * struct dt_map_entry - one entry of such a map
 * @rid: first requester id
 * @phandle: of the target
 * @target: index of the target, or DT_NO_NODE
 * @base: what @rid becomes (the first cell if there are more)
 * @second: the second cell, 0 if there is none
 * @length: number of requester ids
 */
struct dt_map_entry {
	u32 rid;
	u32 phandle;
	size_t target;
	u32 base;
	u32 second;
	u32 length;
};

/**
 * struct dt_spec - one target of iommus or msi-parent
 * @phandle: of the target
 * @target: its index, or DT_NO_NODE
 * @ids: the cells that follow
 * @wanted: how many the target says that there are
 */
struct dt_spec {
	u32 phandle;
	size_t target;
	struct dt_cells ids;
	u32 wanted;
};

bool device_tree_magic(const void *blob, size_t len);
int device_tree_open(struct device_tree *t, const void *blob, size_t len,
		     const char **reason);
void device_tree_close(struct device_tree *t);
u32 device_tree_size(const void *blob);
void device_tree_json(FILE *out, const struct device_tree *t);

char *dt_path(const struct device_tree *t, size_t node);
const char *dt_string(const struct device_tree *t, size_t node,
		      const char *name);
bool dt_has(const struct device_tree *t, size_t node, const char *name);
bool dt_compatible(const struct device_tree *t, size_t node, const char *part);
u32 dt_number(const struct device_tree *t, size_t node, const char *name,
	      u32 absent);
struct dt_cells dt_property(const struct device_tree *t, size_t node,
			    const char *name, bool *whole);
u32 dt_cell(const struct dt_cells *cells, size_t i);
size_t dt_by_phandle(const struct device_tree *t, u32 phandle);

const char *dt_link_name(enum dt_link link);
const char *dt_cells_name(enum dt_link link);
void dt_map_first(struct dt_map *m, const struct device_tree *t, size_t node,
		  enum dt_link link);
bool dt_map_next(struct dt_map *m, struct dt_map_entry *e);
bool dt_spec_next(const struct device_tree *t, enum dt_link link,
		  struct dt_cells *left, struct dt_spec *spec);

#endif /* IOMMU_CAPS_DEVICE_TREE_H */
