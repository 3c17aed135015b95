// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults in VIOT tables: ACPI 6.5, section 5.2.33.
 */
#include <err.h>
#include <stdlib.h>

#include "decode/viot.h"
#include "common/common.h"
#include "lint.h"

/**
 * struct viot_lint - a table that is being looked at
 * @l: where findings go
 * @units: virtio-iommu nodes; owner is the offset
 * @pci_units: those of them that are PCI functions
 * @npci_units: their number
 * @ranges: PCI ranges that are not reversed
 * @nranges: their number
 * @endpoints: endpoint ids, the unit's offset above them
 * @mmio: addresses of devices outside PCI
 */
struct viot_lint {
	struct lint *l;
	struct id_ranges units;
	struct viot_virtio_pci *pci_units;
	size_t npci_units;
	struct viot_pci_range *ranges;
	size_t nranges;
	struct id_ranges endpoints;
	struct id_ranges mmio;
};

static int keep_pci_unit(void *ctx, const struct viot_virtio_pci *unit)
{
	struct viot_lint *v = ctx;

	id_ranges_append(&v->units, unit->offset, unit->offset, unit->offset);
	v->pci_units = xrealloc(v->pci_units, v->npci_units + 1,
				sizeof(*v->pci_units));
	v->pci_units[v->npci_units++] = *unit;
	return 0;
}

static int keep_mmio_unit(void *ctx, const struct viot_virtio_mmio *unit)
{
	struct viot_lint *v = ctx;

	id_ranges_append(&v->units, unit->offset, unit->offset, unit->offset);
	return 0;
}

static void check_output(struct viot_lint *v, u32 offset, u16 output)
{
	char *where;

	if (id_ranges_cover(&v->units, output, output))
		return;
	where = lint_offset("node", offset);
	lint_finding(v->l, "output-node", where,
		     "its output node is 0x%x, where no IOMMU node begins",
		     output);
	free(where);
}

static int check_range(void *ctx, const struct viot_pci_range *r)
{
	struct viot_lint *v = ctx;
	u64 first = (u64)r->output_node << 40 | r->endpoint_start;
	char *where = lint_offset("node", r->offset);
	const struct viot_pci_range *other;
	size_t i;

	check_output(v, r->offset, r->output_node);
	if (r->segment_end < r->segment_start || r->bdf_end < r->bdf_start) {
		lint_finding(v->l, "range-reversed", where,
			     "it ends at %04x:%04x, before its start %04x:%04x",
			     r->segment_end, r->bdf_end, r->segment_start,
			     r->bdf_start);
		free(where);
		return 0;
	}
	for (i = 0; i < v->nranges; i++) {
		other = &v->ranges[i];
		if (r->segment_start > other->segment_end ||
		    r->segment_end < other->segment_start ||
		    r->bdf_start > other->bdf_end ||
		    r->bdf_end < other->bdf_start)
			continue;
		lint_finding(v->l, "range-overlap", where,
			     "it has functions of the node at 0x%x, too",
			     other->offset);
		break;
	}
	v->ranges = xrealloc(v->ranges, v->nranges + 1, sizeof(*v->ranges));
	v->ranges[v->nranges++] = *r;
	/* Segments are above the requester id in an endpoint id */
	id_ranges_append(&v->endpoints, first, first +
			 ((u64)(r->segment_end - r->segment_start) << 16) +
			 (u64)(r->bdf_end - r->bdf_start), r->offset);
	free(where);
	return 0;
}

static int check_mmio(void *ctx, const struct viot_mmio *mmio)
{
	struct viot_lint *v = ctx;
	u64 id = (u64)mmio->output_node << 40 | mmio->endpoint;

	check_output(v, mmio->offset, mmio->output_node);
	id_ranges_append(&v->endpoints, id, id, mmio->offset);
	id_ranges_append(&v->mmio, mmio->address, mmio->address, mmio->offset);
	return 0;
}

static void report_overlaps(struct viot_lint *v, struct id_ranges *r,
			    const char *rule, const char *what, u64 mask)
{
	const struct id_range *a, *b;
	size_t at = 0;
	char *where;

	id_ranges_sort(r);
	while (id_ranges_overlap(r, &at, &a, &b)) {
		where = lint_offset("node", b->owner);
		lint_finding(v->l, rule, where,
			     "%s 0x%llx is also that of the node at 0x%zx",
			     what, b->first & mask, a->owner);
		free(where);
	}
}

/* Functions of one segment that no node has, but for the units themselves */
static void check_segment(struct viot_lint *v, u16 segment)
{
	struct id_ranges functions = { 0 };
	char *gaps, *where;
	size_t i;

	for (i = 0; i < v->nranges; i++)
		if (v->ranges[i].segment_start <= segment &&
		    v->ranges[i].segment_end >= segment)
			id_ranges_append(&functions, v->ranges[i].bdf_start,
					 v->ranges[i].bdf_end, i);
	for (i = 0; i < v->npci_units; i++)
		if (v->pci_units[i].segment == segment)
			id_ranges_append(&functions, v->pci_units[i].bdf,
					 v->pci_units[i].bdf, i);
	id_ranges_sort(&functions);
	gaps = id_ranges_gaps(&functions, 0, 0xffff);
	if (gaps) {
		if (asprintf(&where, "segment %u", segment) < 0)
			err(STATUS_FAILED, NULL);
		lint_finding(v->l, "id-uncovered", where,
			     "no node for the functions %s: their DMA is not translated",
			     gaps);
		free(where);
	}
	free(gaps);
	id_ranges_free(&functions);
}

/* Where a node's segments begin says enough: those in between are alike */
static void check_segments(struct viot_lint *v)
{
	size_t i, j;

	for (i = 0; i < v->nranges; i++) {
		for (j = 0; j < i; j++)
			if (v->ranges[j].segment_start ==
			    v->ranges[i].segment_start)
				break;
		if (j == i)
			check_segment(v, v->ranges[i].segment_start);
	}
}

/**
 * lint_viot() - report the faults of a VIOT table
 * @l: where to
 * @table: the table
 * @len: bytes there are
 * @error: filled when the table is malformed
 *
 * ACPI 6.5, section 5.2.33.
 *
 * Return: 0, or -EINVAL for a malformed table.
 */
int lint_viot(struct lint *l, const void *table, size_t len,
	      struct ic_parse_error *error)
{
	static const struct viot_visitor units = {
		.virtio_pci = keep_pci_unit, .virtio_mmio = keep_mmio_unit,
	};
	static const struct viot_visitor check = {
		.pci_range = check_range, .mmio = check_mmio,
	};
	struct viot_lint v = { .l = l };
	int ret;

	ret = viot_parse(table, len, &units, &v, error);
	if (!ret) {
		id_ranges_sort(&v.units);
		viot_parse(table, len, &check, &v, NULL);
		report_overlaps(&v, &v.mmio, "range-overlap", "address", ~0ULL);
		report_overlaps(&v, &v.endpoints, "id-twice", "endpoint",
				(1ULL << 40) - 1);
		check_segments(&v);
	}
	id_ranges_free(&v.units);
	id_ranges_free(&v.endpoints);
	id_ranges_free(&v.mmio);
	free(v.pci_units);
	free(v.ranges);
	return ret;
}
