// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults in device trees: bindings pci/pci-iommu.txt, pci/pci-msi.txt,
 * iommu/iommu.txt and interrupt-controller/msi.txt of the kernel.
 */
#include <err.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "common/common.h"
#include "lint.h"

#define RIDS	0x10000

/**
 * struct claim - an id at an IOMMU or MSI controller that a device has
 * @target: the IOMMU or MSI controller
 * @msi: an MSI controller's id
 * @first: first id
 * @last: the last one
 * @ignore: bits of a single id that the IOMMU does not compare
 * @second: another cell of the id, of a meaning of its own
 * @node: the device
 * @link: its property
 */
struct claim {
	size_t target;
	bool msi;
	u64 first;
	u64 last;
	u32 ignore;
	u32 second;
	size_t node;
	enum dt_link link;
};

/**
 * struct tree_lint - a tree that is being looked at
 * @l: where findings go
 * @t: the tree
 * @claims: ids that enabled devices have
 * @nclaims: their number
 */
struct tree_lint {
	struct lint *l;
	const struct device_tree *t;
	struct claim *claims;
	size_t nclaims;
};

static char *path_of(const struct tree_lint *tl, size_t node)
{
	char *path = dt_path(tl->t, node);

	if (!path)
		err(STATUS_FAILED, NULL);
	return path;
}

/* A finding at a node, or at a property of it */
static void __printf(5, 6) report(const struct tree_lint *tl, const char *rule,
				  size_t node, const char *property,
				  const char *fmt, ...)
{
	char *path = path_of(tl, node), *where, *text;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0 ||
	    asprintf(&where, "%s%s%s", path, property ? " " : "",
		     property ? property : "") < 0)
		err(STATUS_FAILED, NULL);
	va_end(ap);
	lint_finding(tl->l, rule, where, "%s", text);
	free(where);
	free(text);
	free(path);
}

static void claim(struct tree_lint *tl, const struct claim *c)
{
	if (!(tl->nclaims & (tl->nclaims - 1)))
		tl->claims = xrealloc(tl->claims,
				      tl->nclaims ? 2 * tl->nclaims : 1,
				      sizeof(*tl->claims));
	tl->claims[tl->nclaims++] = *c;
}

static bool is_msi(enum dt_link link)
{
	return link == DT_MSI_PARENT || link == DT_MSI_MAP;
}

/* In an overlay, phandles of the base tree are filled in when it is applied */
static bool is_overlay(const struct device_tree *t)
{
	size_t i;

	for (i = 1; i < t->n; i++) {
		char *path = dt_path(t, i);
		bool overlay = path && !strcmp(path, "/__fixups__");

		free(path);
		if (overlay)
			return true;
	}
	return false;
}

static void check_target(const struct tree_lint *tl, size_t node,
			 enum dt_link link, u32 phandle, size_t target)
{
	const char *property = dt_link_name(link);
	const char *wanted = is_msi(link) ? "msi-controller" : "#iommu-cells";
	char *path;

	if (target == DT_NO_NODE) {
		report(tl, "target-missing", node, property,
		       "no node has the phandle 0x%x", phandle);
		return;
	}
	path = path_of(tl, target);
	if (!dt_has(tl->t, target, wanted))
		report(tl, "target-kind", node, property, "%s is no %s: it has no %s",
		       path, is_msi(link) ? "MSI controller" : "IOMMU",
		       wanted);
	else if (tl->t->nodes[node].enabled && !tl->t->nodes[target].enabled)
		report(tl, "target-disabled", node, property,
		       is_msi(link) ? "%s is disabled: the device has no MSIs there" :
		       "%s is disabled: DMA of the device is not translated",
		       path);
	free(path);
}

static bool is_smmu(const struct device_tree *t, size_t node)
{
	return dt_compatible(t, node, "smmu") || dt_compatible(t, node, "arm,mmu-");
}

static void check_specs(struct tree_lint *tl, size_t node, enum dt_link link)
{
	const char *property = dt_link_name(link);
	struct dt_cells left;
	struct dt_spec spec;
	bool whole;

	left = dt_property(tl->t, node, property, &whole);
	if (!whole || !left.n)
		report(tl, "target-cells", node, property,
		       "the length is not that of phandles and ids");
	while (dt_spec_next(tl->t, link, &left, &spec)) {
		struct claim c = {
			.msi = is_msi(link), .node = node, .link = link,
		};

		check_target(tl, node, link, spec.phandle, spec.target);
		/* How many cells follow is not known: they would be misread */
		if (spec.target == DT_NO_NODE)
			return;
		if (spec.ids.n < spec.wanted) {
			char *path = path_of(tl, spec.target);

			report(tl, "target-cells", node, property,
			       "%s wants %u cells after its phandle, %zu are left",
			       path, spec.wanted, spec.ids.n);
			free(path);
			return;
		}
		if (!spec.wanted || !tl->t->nodes[node].enabled)
			continue;
		c.target = spec.target;
		c.first = dt_cell(&spec.ids, 0);
		if (spec.wanted > 1 && is_smmu(tl->t, spec.target))
			c.ignore = dt_cell(&spec.ids, 1);
		else if (spec.wanted > 1)
			c.second = dt_cell(&spec.ids, 1);
		c.last = c.first;
		claim(tl, &c);
	}
}

static bool is_pci_host(const struct device_tree *t, size_t node)
{
	const char *type = dt_string(t, node, "device_type"), *above;
	size_t parent = t->nodes[node].parent;

	if (!type || strcmp(type, "pci") || parent == DT_NO_NODE)
		return false;
	above = dt_string(t, parent, "device_type");
	return !above || strcmp(above, "pci");
}

/**
 * struct rid_map - what becomes of requester ids, as the kernel finds it
 * @first: first id of the host's buses
 * @last: the last one
 * @mask: what is compared with the entries
 * @reached: of an id after the mask: some requester id gives it
 * @entry_of: the first entry that has it, from 1 on; 0 if none has
 */
struct rid_map {
	u32 first;
	u32 last;
	u32 mask;
	bool reached[RIDS];
	u32 entry_of[RIDS];
};

static struct rid_map *new_rid_map(const struct tree_lint *tl, size_t node,
				   u32 mask)
{
	struct dt_cells buses = dt_property(tl->t, node, "bus-range", NULL);
	struct rid_map *map = calloc(1, sizeof(*map));
	u32 rid;

	if (!map)
		err(STATUS_FAILED, NULL);
	map->mask = mask;
	map->last = RIDS - 1;
	if (is_pci_host(tl->t, node) && buses.n >= 2 &&
	    dt_cell(&buses, 0) <= dt_cell(&buses, 1) &&
	    dt_cell(&buses, 1) < 0x100) {
		map->first = dt_cell(&buses, 0) << 8;
		map->last = dt_cell(&buses, 1) << 8 | 0xff;
	}
	for (rid = map->first; rid <= map->last; rid++)
		map->reached[rid & mask] = true;
	return map;
}

static void check_gaps(const struct tree_lint *tl, size_t node,
		       enum dt_link link, const struct rid_map *map)
{
	struct id_ranges covered = { 0 };
	char *gaps;
	u32 rid;

	for (rid = map->first; rid <= map->last; rid++)
		if (map->entry_of[rid & map->mask])
			id_ranges_append(&covered, rid, rid, 0);
	gaps = id_ranges_gaps(&covered, map->first, map->last);
	id_ranges_free(&covered);
	if (gaps)
		report(tl, "map-gap", node, dt_link_name(link),
		       "no entry for the requester ids %s: %s", gaps,
		       is_msi(link) ? "functions there have no MSIs" :
		       "DMA of functions there is not translated");
	free(gaps);
}

static void check_entry(struct tree_lint *tl, size_t node, enum dt_link link,
			const struct dt_map_entry *e, u32 index,
			struct rid_map *map)
{
	const char *property = dt_link_name(link);
	u64 end = (u64)e->rid + e->length, rid;
	bool overlaps = false;

	check_target(tl, node, link, e->phandle, e->target);
	if (e->rid & ~map->mask)
		report(tl, "map-mask", node, property,
		       "entry %u begins at 0x%x, which the mask 0x%x cannot give: the kernel refuses the map",
		       index, e->rid, map->mask);
	if (!e->length || end > 1ULL << 32)
		report(tl, "map-length", node, property,
		       "entry %u, 0x%x with length 0x%x, covers nothing",
		       index, e->rid, e->length);
	for (rid = e->rid; rid < end && rid < RIDS; rid++) {
		if (!map->reached[rid])
			continue;
		if (!map->entry_of[rid]) {
			map->entry_of[rid] = index + 1;
		} else if (!overlaps) {
			overlaps = true;
			report(tl, "map-overlap", node, property,
			       "entries %u and %u both have 0x%llx: the first one is used",
			       map->entry_of[rid] - 1, index, rid);
		}
	}
}

/* The ids at the target that requester ids become by one entry */
static void claim_entry(struct tree_lint *tl, size_t node, enum dt_link link,
			const struct dt_map_entry *e, u32 index,
			const struct rid_map *map)
{
	struct claim c = {
		.target = e->target, .msi = is_msi(link), .node = node,
		.link = link,
	};
	u64 rid, end = (u64)e->rid + e->length, start;

	if (is_smmu(tl->t, e->target))
		c.ignore = e->second;
	else
		c.second = e->second;
	for (rid = e->rid; rid < end && rid < RIDS; rid++) {
		if (map->entry_of[rid] != index + 1)
			continue;
		for (start = rid; rid + 1 < end && rid + 1 < RIDS; rid++)
			if (map->entry_of[rid + 1] != index + 1)
				break;
		c.first = e->base + (start - e->rid);
		c.last = e->base + (rid - e->rid);
		claim(tl, &c);
	}
}

static void check_base(const struct tree_lint *tl, size_t node,
		       enum dt_link link, size_t target)
{
	const char *cells = dt_cells_name(link);
	char *path = path_of(tl, target);

	report(tl, "map-base", node, dt_link_name(link),
	       "the base is one cell, but %s of %s is %u: kernels take the others for 0",
	       cells, path, dt_number(tl->t, target, cells, 0));
	free(path);
}

static void check_map(struct tree_lint *tl, size_t node, enum dt_link link)
{
	size_t wide = DT_NO_NODE;
	struct dt_map_entry e;
	struct rid_map *map;
	struct dt_map m;
	bool whole;
	u32 n = 0;

	dt_property(tl->t, node, dt_link_name(link), &whole);
	dt_map_first(&m, tl->t, node, link);
	map = new_rid_map(tl, node, m.mask);
	for (; dt_map_next(&m, &e); n++) {
		check_entry(tl, node, link, &e, n, map);
		if (e.target == DT_NO_NODE)
			continue;
		if (m.one_cell && dt_number(tl->t, e.target,
					    dt_cells_name(link), 1) > 1)
			wide = e.target;
		/* A target whose ids have no cells does not tell ids apart */
		if (tl->t->nodes[node].enabled &&
		    dt_number(tl->t, e.target, dt_cells_name(link), 0))
			claim_entry(tl, node, link, &e, n, map);
	}
	if (!whole || m.left.n || !n)
		report(tl, "map-cells", node, dt_link_name(link),
		       "the length is not that of whole entries: the kernel refuses the map");
	else if (tl->t->nodes[node].enabled && is_pci_host(tl->t, node))
		check_gaps(tl, node, link, map);
	if (wide != DT_NO_NODE)
		check_base(tl, node, link, wide);
	free(map);
}

static void check_hosts(const struct tree_lint *tl)
{
	size_t i, iommu = DT_NO_NODE;
	char *path;

	for (i = 0; i < tl->t->n && iommu == DT_NO_NODE; i++)
		if (tl->t->nodes[i].enabled &&
		    dt_number(tl->t, i, "#iommu-cells", 0))
			iommu = i;
	if (iommu == DT_NO_NODE)
		return;
	path = path_of(tl, iommu);
	for (i = 0; i < tl->t->n; i++)
		if (tl->t->nodes[i].enabled && is_pci_host(tl->t, i) &&
		    !dt_has(tl->t, i, "iommu-map"))
			report(tl, "host-without-map", i, NULL,
			       "the PCI host bridge has no iommu-map, beside the enabled IOMMU %s: DMA of functions below it is not translated",
			       path);
	free(path);
}

static int compare_claims(const void *a, const void *b)
{
	const struct claim *x = a, *y = b;
	u64 lx = x->first & ~(u64)x->ignore, ly = y->first & ~(u64)y->ignore;

	if (x->target != y->target)
		return x->target < y->target ? -1 : 1;
	if (x->msi != y->msi)
		return x->msi ? 1 : -1;
	if (lx != ly)
		return lx < ly ? -1 : 1;
	return x->node < y->node ? -1 : x->node > y->node;
}

static bool same_id(const struct claim *a, const struct claim *b)
{
	u32 ignore = a->ignore | b->ignore;

	if (a->target != b->target || a->msi != b->msi ||
	    a->second != b->second)
		return false;
	/* A host bridge may well have an id of the functions below it */
	if (a->node == b->node && a->link != b->link)
		return false;
	if (a->first == a->last && b->first == b->last)
		return !((a->first ^ b->first) & ~(u64)ignore);
	return a->first <= b->last && b->first <= a->last;
}

/*
 * Does one of the two match all that the other matches? The SMMU driver then
 * needs only that one, and refuses what overlaps otherwise.
 */
static bool contained(const struct claim *a, const struct claim *b)
{
	u32 both = a->ignore & b->ignore;

	return both == a->ignore || both == b->ignore;
}

/* How far an id reaches when the bits that are ignored are all ones */
static u64 reach(const struct claim *c)
{
	return c->last | c->ignore;
}

static void check_claims(struct tree_lint *tl)
{
	size_t i, j, start = 0;
	u64 furthest = 0;

	if (tl->nclaims)
		qsort(tl->claims, tl->nclaims, sizeof(*tl->claims),
		      compare_claims);
	for (i = 0; i < tl->nclaims; i++) {
		const struct claim *b = &tl->claims[i];

		/* Nothing from @start on reaches this one */
		if (i && (tl->claims[i - 1].target != b->target ||
			  tl->claims[i - 1].msi != b->msi ||
			  furthest < (b->first & ~(u64)b->ignore))) {
			start = i;
			furthest = 0;
		}
		if (reach(b) > furthest)
			furthest = reach(b);
		for (j = start; j < i; j++) {
			const struct claim *a = &tl->claims[j];
			char *other, *target;
			u64 id;

			if (!same_id(a, b))
				continue;
			other = path_of(tl, a->node);
			target = path_of(tl, b->target);
			id = b->first > a->first ? b->first : a->first;
			if (!contained(a, b))
				report(tl, "id-twice", b->node, NULL,
				       "the ids 0x%llx and 0x%llx at %s overlap in part: the SMMU's driver refuses that",
				       a->first, b->first, target);
			else if (a->node == b->node)
				report(tl, "id-twice", b->node, NULL,
				       "it has the id 0x%llx at %s twice",
				       id, target);
			else
				report(tl, "id-twice", b->node, NULL,
				       "id 0x%llx at %s is also that of %s: the two cannot be told apart there",
				       id, target, other);
			free(target);
			free(other);
			break;
		}
	}
}

/**
 * lint_device_tree() - report the faults of a device tree
 * @l: where to
 * @t: the tree
 *
 * Bindings pci/pci-iommu.txt, pci/pci-msi.txt, iommu/iommu.txt and
 * interrupt-controller/msi.txt. What is disabled is not held to what only
 * matters in use. Overlays are not looked at: they are no whole trees.
 */
void lint_device_tree(struct lint *l, const struct device_tree *t)
{
	struct tree_lint tl = { .l = l, .t = t };
	size_t i;

	if (is_overlay(t))
		return;
	for (i = 0; i < t->n; i++) {
		if (dt_has(t, i, "iommu-map"))
			check_map(&tl, i, DT_IOMMU_MAP);
		if (dt_has(t, i, "msi-map"))
			check_map(&tl, i, DT_MSI_MAP);
		if (dt_has(t, i, "iommus"))
			check_specs(&tl, i, DT_IOMMUS);
		if (dt_has(t, i, "msi-parent"))
			check_specs(&tl, i, DT_MSI_PARENT);
	}
	check_hosts(&tl);
	check_claims(&tl);
	free(tl.claims);
}
