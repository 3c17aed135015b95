// SPDX-License-Identifier: GPL-2.0-only
/*
 * Device trees: nodes, and the properties that lead to an IOMMU or an MSI
 * controller. libfdt reads the blob; nothing is done with one that
 * fdt_check_full() refuses.
 */
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include "device_tree.h"

static const struct {
	const char *name;
	const char *cells;
	const char *mask;
} links[DT_LINKS] = {
	[DT_IOMMUS] = { "iommus", "#iommu-cells", NULL },
	[DT_MSI_PARENT] = { "msi-parent", "#msi-cells", NULL },
	[DT_IOMMU_MAP] = { "iommu-map", "#iommu-cells", "iommu-map-mask" },
	[DT_MSI_MAP] = { "msi-map", "#msi-cells", "msi-map-mask" },
};

/**
 * dt_link_name() - name of the property
 * @link: which one
 *
 * Return: the name.
 */
const char *dt_link_name(enum dt_link link)
{
	return links[link].name;
}

/**
 * dt_cells_name() - the property of a target that says how long an id is
 * @link: the property that points to the target
 *
 * Return: the name.
 */
const char *dt_cells_name(enum dt_link link)
{
	return links[link].cells;
}

/**
 * device_tree_magic() - does this begin as a device tree does?
 * @blob: bytes
 * @len: their number
 *
 * Return: whether it does.
 */
bool device_tree_magic(const void *blob, size_t len)
{
	return len >= 4 && fdt32_ld(blob) == FDT_MAGIC;
}

/**
 * device_tree_size() - size in bytes that a tree states
 * @blob: a tree that device_tree_open() accepted
 *
 * Return: the size.
 */
u32 device_tree_size(const void *blob)
{
	return fdt_totalsize(blob);
}

/*
 * Node names were full paths before version 16 (2005); fdt_check_full() follows
 * a NULL pointer in some of those blobs.
 */
#define OLDEST_VERSION	16

static const char *what_is_wrong(int error)
{
	switch (error) {
	case -FDT_ERR_TRUNCATED:
		return "device tree is cut short";
	case -FDT_ERR_BADVERSION:
		return "device tree of an unknown version";
	case -FDT_ERR_BADSTATE:
		return "device tree that was not finished";
	case -FDT_ERR_BADSTRUCTURE:
		return "device tree with a malformed structure block";
	case -FDT_ERR_BADLAYOUT:
		return "device tree with blocks out of order";
	default:
		return "malformed device tree";
	}
}

static bool okay(const char *status)
{
	return !status || !strcmp(status, "okay") || !strcmp(status, "ok");
}

static int read_nodes(struct device_tree *t)
{
	size_t room = 0, above = DT_NO_NODE;
	struct dt_node *more, *node;
	int offset, depth = 0, last = 0;

	for (offset = fdt_next_node(t->fdt, -1, &depth); offset >= 0;
	     offset = fdt_next_node(t->fdt, offset, &depth)) {
		if (depth < 0 || (depth == 0 && t->n))
			break;
		if (t->n == room) {
			room = room ? 2 * room : 256;
			more = realloc(t->nodes, room * sizeof(*more));
			if (!more)
				return -ENOMEM;
			t->nodes = more;
		}
		/* The node before this one is its parent, or below a sibling */
		if (t->n)
			above = t->n - 1;
		for (; above != DT_NO_NODE && last >= depth; last--)
			above = t->nodes[above].parent;
		last = depth;
		node = &t->nodes[t->n];
		node->offset = offset;
		node->parent = above;
		node->phandle = fdt_get_phandle(t->fdt, offset);
		node->enabled = (above == DT_NO_NODE ||
				 t->nodes[above].enabled) &&
				okay(dt_string(t, t->n, "status"));
		t->n++;
	}
	return t->n ? 0 : -EINVAL;
}

/**
 * device_tree_open() - read the nodes of a flattened device tree
 * @t: filled; to be closed on success
 * @blob: the tree; must stay until it is closed
 * @len: bytes there are
 * @reason: on failure a short phrase, a string constant
 *
 * Return: 0, -EINVAL for a malformed tree, -ENOMEM.
 */
int device_tree_open(struct device_tree *t, const void *blob, size_t len,
		     const char **reason)
{
	int error, ret;

	memset(t, 0, sizeof(*t));
	if (len < sizeof(struct fdt_header)) {
		*reason = "device tree is cut short";
		return -EINVAL;
	}
	error = fdt_version(blob) < OLDEST_VERSION ? -FDT_ERR_BADVERSION :
						     fdt_check_full(blob, len);
	if (error) {
		*reason = what_is_wrong(error);
		return -EINVAL;
	}
	t->fdt = blob;
	ret = read_nodes(t);
	if (ret) {
		*reason = ret == -ENOMEM ? "out of memory" :
					   "device tree without a root";
		device_tree_close(t);
	}
	return ret;
}

void device_tree_close(struct device_tree *t)
{
	free(t->nodes);
	memset(t, 0, sizeof(*t));
}

/**
 * dt_path() - full path of a node
 * @t: the tree
 * @node: index of the node
 *
 * Return: the path, to be freed, or NULL where memory is short.
 */
char *dt_path(const struct device_tree *t, size_t node)
{
	size_t i, size = 1;
	char *path, *end;
	const char *name;
	int len;

	if (!node)
		return strdup("/");
	for (i = node; i; i = t->nodes[i].parent) {
		name = fdt_get_name(t->fdt, t->nodes[i].offset, &len);
		size += 1 + (name ? (size_t)len : 0);
	}
	path = malloc(size);
	if (!path)
		return NULL;
	end = path + size - 1;
	*end = '\0';
	for (i = node; i; i = t->nodes[i].parent) {
		name = fdt_get_name(t->fdt, t->nodes[i].offset, &len);
		if (name) {
			end -= len;
			memcpy(end, name, (size_t)len);
		}
		*--end = '/';
	}
	return path;
}

/**
 * dt_has() - does a node have a property?
 * @t: the tree
 * @node: index of the node
 * @name: name of the property
 *
 * Return: whether it does.
 */
bool dt_has(const struct device_tree *t, size_t node, const char *name)
{
	return fdt_getprop(t->fdt, t->nodes[node].offset, name, NULL);
}

/**
 * dt_string() - the first string of a property
 * @t: the tree
 * @node: index of the node
 * @name: name of the property
 *
 * Return: the string; NULL if the property is absent or not a string.
 */
const char *dt_string(const struct device_tree *t, size_t node,
		      const char *name)
{
	int len = 0;
	const char *s = fdt_getprop(t->fdt, t->nodes[node].offset, name, &len);

	return s && len > 0 && memchr(s, 0, (size_t)len) ? s : NULL;
}

/**
 * dt_compatible() - does one of a node's compatible strings contain a text?
 * @t: the tree
 * @node: index of the node
 * @part: the text
 *
 * Return: whether one does.
 */
bool dt_compatible(const struct device_tree *t, size_t node, const char *part)
{
	int len, i;
	const char *s;

	for (i = 0; ; i++) {
		s = fdt_stringlist_get(t->fdt, t->nodes[node].offset,
				       "compatible", i, &len);
		if (!s)
			return false;
		if (strstr(s, part))
			return true;
	}
}

/**
 * dt_property() - the cells of a property
 * @t: the tree
 * @node: index of the node
 * @name: name of the property
 * @whole: set to whether its length is a whole number of cells; may be NULL
 *
 * Return: the cells; none if there is no such property.
 */
struct dt_cells dt_property(const struct device_tree *t, size_t node,
			    const char *name, bool *whole)
{
	struct dt_cells cells = { NULL, 0 };
	int len = 0;
	const void *p = fdt_getprop(t->fdt, t->nodes[node].offset, name, &len);

	if (p) {
		cells.data = p;
		cells.n = (size_t)len / 4;
	}
	if (whole)
		*whole = !p || len % 4 == 0;
	return cells;
}

/**
 * dt_cell() - one cell
 * @cells: cells
 * @i: index, less than their number
 *
 * Return: its value.
 */
u32 dt_cell(const struct dt_cells *cells, size_t i)
{
	return fdt32_ld((const fdt32_t *)(const void *)(cells->data + 4 * i));
}

static void drop_cells(struct dt_cells *cells, size_t n)
{
	cells->data += 4 * n;
	cells->n -= n;
}

/**
 * dt_number() - the value of a property of one cell
 * @t: the tree
 * @node: index of the node
 * @name: name of the property
 * @absent: what it is where the property is absent or shorter
 *
 * Return: the value.
 */
u32 dt_number(const struct device_tree *t, size_t node, const char *name,
	      u32 absent)
{
	struct dt_cells cells = dt_property(t, node, name, NULL);

	return cells.n ? dt_cell(&cells, 0) : absent;
}

/**
 * dt_by_phandle() - the node that a phandle stands for
 * @t: the tree
 * @phandle: the phandle
 *
 * Return: its index; the first one where several claim it, as in the kernel;
 *	DT_NO_NODE if there is none.
 */
size_t dt_by_phandle(const struct device_tree *t, u32 phandle)
{
	size_t i;

	/* Devicetree Specification, section 2.3.3: these are no phandles */
	if (!phandle || phandle == 0xffffffff)
		return DT_NO_NODE;
	for (i = 0; i < t->n; i++)
		if (t->nodes[i].phandle == phandle)
			return i;
	return DT_NO_NODE;
}

/* How many cells an id has at a target; 0 where that says nothing. */
static u32 id_cells(const struct device_tree *t, enum dt_link link,
		    size_t target)
{
	if (target == DT_NO_NODE)
		return 0;
	return dt_number(t, target, links[link].cells, 0);
}

/*
 * Maps were written with a base of one cell also for targets whose ids have
 * two. of_map_id() of the kernels that count the target's cells still takes
 * those, which all have one target and entries of length 1.
 */
static bool is_one_cell_map(const struct dt_cells *cells)
{
	size_t i;

	if (cells->n % 4)
		return false;
	for (i = 0; i < cells->n; i += 4)
		if (dt_cell(cells, i + 1) != dt_cell(cells, 1) ||
		    dt_cell(cells, i + 3) != 1)
			return false;
	return true;
}

/**
 * dt_map_first() - begin to read a map
 * @m: position in the map, for dt_map_next()
 * @t: the tree
 * @node: index of the node that has the map
 * @link: DT_IOMMU_MAP or DT_MSI_MAP
 */
void dt_map_first(struct dt_map *m, const struct device_tree *t, size_t node,
		  enum dt_link link)
{
	m->tree = t;
	m->link = link;
	m->mask = dt_number(t, node, links[link].mask, 0xffffffff);
	m->left = dt_property(t, node, links[link].name, NULL);
	m->one_cell = is_one_cell_map(&m->left);
}

/**
 * dt_map_next() - read the next entry of a map
 * @m: position in the map
 * @e: filled with the entry
 *
 * The binding has entries of rid, phandle, base and length. The base is as many
 * cells as the target's ids have, and one where the target does not say, or
 * says none.
 *
 * Return: false at the end, or when what is left is no whole entry.
 */
bool dt_map_next(struct dt_map *m, struct dt_map_entry *e)
{
	size_t base = 1;
	u32 wanted;

	if (m->left.n < 4)
		return false;
	e->rid = dt_cell(&m->left, 0);
	e->phandle = dt_cell(&m->left, 1);
	e->target = dt_by_phandle(m->tree, e->phandle);
	wanted = id_cells(m->tree, m->link, e->target);
	if (wanted > 1 && !m->one_cell)
		base = wanted;
	if (base > m->left.n - 3)
		return false;
	e->base = dt_cell(&m->left, 2);
	e->second = base > 1 ? dt_cell(&m->left, 3) : 0;
	e->length = dt_cell(&m->left, 2 + base);
	drop_cells(&m->left, 3 + base);
	return true;
}

/**
 * dt_spec_next() - read the next target of iommus or msi-parent
 * @t: the tree
 * @link: DT_IOMMUS or DT_MSI_PARENT
 * @left: what is still to be read of the property
 * @spec: filled with the target and its ids, of which there may be too few
 *
 * Return: false at the end.
 */
bool dt_spec_next(const struct device_tree *t, enum dt_link link,
		  struct dt_cells *left, struct dt_spec *spec)
{
	if (!left->n)
		return false;
	spec->phandle = dt_cell(left, 0);
	spec->target = dt_by_phandle(t, spec->phandle);
	spec->wanted = id_cells(t, link, spec->target);
	drop_cells(left, 1);
	spec->ids.data = left->data;
	spec->ids.n = spec->wanted < left->n ? spec->wanted : left->n;
	drop_cells(left, spec->ids.n);
	return true;
}
