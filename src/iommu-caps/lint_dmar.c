// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults in DMAR tables: Intel VT-d specification (rev 4.1), chapter 8.
 */
#include <dirent.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "decode/dmar.h"
#include "common/common.h"
#include "lint.h"

/**
 * struct dmar_lint - a table that is being looked at
 * @l: where findings go
 * @units: its units, in the table's order
 * @nunits: their number
 * @andds: numbers of the devices that ANDD structures name
 * @reserved: reserved memory, for overlaps; owners are offsets in the table
 */
struct dmar_lint {
	struct lint *l;
	struct dmar_unit *units;
	size_t nunits;
	bool andds[256];
	struct id_ranges reserved;
};

static char *segment_name(u16 segment)
{
	char *s;

	if (asprintf(&s, "segment %u", segment) < 0)
		err(STATUS_FAILED, NULL);
	return s;
}

static int keep_unit(void *ctx, const struct dmar_unit *unit)
{
	struct dmar_lint *d = ctx;

	d->units = xrealloc(d->units, d->nunits + 1, sizeof(*d->units));
	d->units[d->nunits++] = *unit;
	return 0;
}

static int keep_andd(void *ctx, const struct dmar_andd *andd)
{
	((struct dmar_lint *)ctx)->andds[andd->device_number] = true;
	return 0;
}

/*
 * The function that a path leads to, found as the kernel does it: from bridge
 * to bridge, in the directories of sysfs.
 */
static bool function_exists(const struct lint *l, u16 segment,
			    const struct dmar_scope *s)
{
	char *dir, *next, tail[8];
	struct dirent *entry;
	unsigned int hop;
	bool found;
	DIR *d;

	if (asprintf(&dir, "%s/bus/pci/devices/%04x:%02x:%02x.%x", l->sysfs,
		     segment, s->start_bus, dmar_scope_device(s, 0),
		     dmar_scope_function(s, 0)) < 0)
		err(STATUS_FAILED, NULL);
	found = !access(dir, F_OK);
	for (hop = 1; found && hop < s->path_len; hop++) {
		snprintf(tail, sizeof(tail), ":%02x.%x",
			 dmar_scope_device(s, hop), dmar_scope_function(s, hop));
		found = false;
		d = opendir(dir);
		while (d && !found && (entry = readdir(d))) {
			/* DDDD:BB:DD.F */
			if (strlen(entry->d_name) != 12 ||
			    strcmp(entry->d_name + 7, tail))
				continue;
			if (asprintf(&next, "%s/%s", dir, entry->d_name) < 0)
				err(STATUS_FAILED, NULL);
			free(dir);
			dir = next;
			found = true;
		}
		if (d)
			closedir(d);
	}
	free(dir);
	return found;
}

/* Scopes of one structure; false if there are none */
static bool check_scopes(struct dmar_lint *d, const char *kind, u16 segment,
			 const struct dmar_scope_list *list)
{
	struct dmar_scope_iter it;
	struct dmar_scope s;
	bool any = false;
	char *where;

	dmar_scope_first(&it, list);
	while (dmar_scope_next(&it, &s, NULL) > 0) {
		where = lint_offset(kind, s.offset);
		any = true;
		if (!s.path_len)
			lint_finding(d->l, "scope-empty", where,
				     "the device scope has no path: it names no device");
		else if (s.type == DMAR_SCOPE_NAMESPACE &&
			 !d->andds[s.enumeration_id])
			lint_finding(d->l, "scope-unnamed", where,
				     "the device scope is for ACPI device %u, which no ANDD structure names",
				     s.enumeration_id);
		else if ((s.type == DMAR_SCOPE_ENDPOINT ||
			  s.type == DMAR_SCOPE_BRIDGE) && d->l->sysfs &&
			 !function_exists(d->l, segment, &s))
			lint_finding(d->l, "scope-missing", where,
				     "the device scope is for %04x:%02x:%02x.%x%s, which does not exist",
				     segment, s.start_bus,
				     dmar_scope_device(&s, 0),
				     dmar_scope_function(&s, 0),
				     s.path_len > 1 ? " and a path below it" : "");
		free(where);
	}
	return any;
}

static void check_segment(struct dmar_lint *d, const char *kind, u32 offset,
			  u16 segment)
{
	char *where;
	size_t i;

	for (i = 0; i < d->nunits; i++)
		if (d->units[i].segment == segment)
			return;
	where = lint_offset(kind, offset);
	lint_finding(d->l, "segment-without-unit", where,
		     "it is about segment %u, which has no remapping unit",
		     segment);
	free(where);
}

static void no_scopes(struct dmar_lint *d, const char *kind, u32 offset)
{
	char *where = lint_offset(kind, offset);

	lint_finding(d->l, "scope-none", where,
		     "it has no device scope: it is about no device");
	free(where);
}

static int check_rmrr(void *ctx, const struct dmar_rmrr *rmrr)
{
	struct dmar_lint *d = ctx;
	char *where = lint_offset("RMRR", rmrr->offset);

	check_segment(d, "RMRR", rmrr->offset, rmrr->segment);
	if (!check_scopes(d, "RMRR", rmrr->segment, &rmrr->scopes))
		no_scopes(d, "RMRR", rmrr->offset);
	if (rmrr->end <= rmrr->base)
		lint_finding(d->l, "rmrr-reversed", where,
			     "the memory ends at 0x%llx, before its base 0x%llx",
			     rmrr->end, rmrr->base);
	else if (rmrr->base & 0xfff || (rmrr->end + 1) & 0xfff)
		lint_finding(d->l, "rmrr-unaligned", where,
			     "0x%llx-0x%llx is no whole number of 4 KB pages",
			     rmrr->base, rmrr->end);
	if (rmrr->end > rmrr->base)
		id_ranges_append(&d->reserved, rmrr->base, rmrr->end,
				 rmrr->offset);
	free(where);
	return 0;
}

static int check_atsr(void *ctx, const struct dmar_atsr *atsr)
{
	struct dmar_lint *d = ctx;

	check_segment(d, "ATSR", atsr->offset, atsr->segment);
	if (!check_scopes(d, "ATSR", atsr->segment, &atsr->scopes) &&
	    !atsr->all_ports)
		no_scopes(d, "ATSR", atsr->offset);
	return 0;
}

static int check_satc(void *ctx, const struct dmar_satc *satc)
{
	struct dmar_lint *d = ctx;

	check_segment(d, "SATC", satc->offset, satc->segment);
	if (!check_scopes(d, "SATC", satc->segment, &satc->scopes))
		no_scopes(d, "SATC", satc->offset);
	return 0;
}

static bool same_scope(const struct dmar_scope *a, const struct dmar_scope *b)
{
	if (a->type != b->type)
		return false;
	if (a->type != DMAR_SCOPE_ENDPOINT && a->type != DMAR_SCOPE_BRIDGE)
		return a->enumeration_id == b->enumeration_id;
	return a->start_bus == b->start_bus && a->path_len == b->path_len &&
	       !memcmp(a->path, b->path, 2 * a->path_len);
}

/* What two units of one segment both claim */
static void check_pair(struct dmar_lint *d, const struct dmar_unit *x,
		       const struct dmar_unit *y)
{
	struct dmar_scope_iter xi, yi;
	struct dmar_scope a, b;
	char *where;

	dmar_scope_first(&yi, &y->scopes);
	while (dmar_scope_next(&yi, &b, NULL) > 0) {
		dmar_scope_first(&xi, &x->scopes);
		while (dmar_scope_next(&xi, &a, NULL) > 0) {
			if (!same_scope(&a, &b))
				continue;
			where = lint_offset("DRHD", b.offset);
			lint_finding(d->l, "scope-twice", where,
				     "the device scope is also one of the unit at 0x%llx",
				     x->address);
			free(where);
			break;
		}
	}
}

static void check_units(struct dmar_lint *d)
{
	const struct dmar_unit *u, *other;
	char *where;
	size_t i, j;

	for (i = 0; i < d->nunits; i++) {
		u = &d->units[i];
		where = lint_offset("DRHD", u->offset);
		if (!check_scopes(d, "DRHD", u->segment, &u->scopes) &&
		    !u->include_all)
			no_scopes(d, "DRHD", u->offset);
		if (!u->address || u->address & 0xfff)
			lint_finding(d->l, "unit-address", where,
				     "0x%llx is no address of registers",
				     u->address);
		for (j = 0; j < i; j++) {
			other = &d->units[j];
			if (u->address == other->address)
				lint_finding(d->l, "unit-twice", where,
					     "the DRHD at 0x%x has the same registers, 0x%llx",
					     other->offset, u->address);
			if (u->segment != other->segment)
				continue;
			check_pair(d, other, u);
			if (!other->include_all)
				continue;
			if (u->include_all)
				lint_finding(d->l, "catch-all-twice", where,
					     "segment %u has an INCLUDE_PCI_ALL unit already, at 0x%llx",
					     u->segment, other->address);
			else
				lint_finding(d->l, "catch-all-order", where,
					     "it follows the INCLUDE_PCI_ALL unit of segment %u, which must be the last one",
					     u->segment);
		}
		free(where);
	}
}

static void check_catch_all(struct dmar_lint *d)
{
	bool first, covered;
	char *where;
	size_t i, j;

	for (i = 0; i < d->nunits; i++) {
		first = true;
		covered = false;
		for (j = 0; j < d->nunits; j++) {
			if (d->units[j].segment != d->units[i].segment)
				continue;
			if (j < i)
				first = false;
			if (d->units[j].include_all)
				covered = true;
		}
		if (!first || covered)
			continue;
		where = segment_name(d->units[i].segment);
		lint_finding(d->l, "catch-all-missing", where,
			     "no unit has INCLUDE_PCI_ALL: DMA of functions that no device scope names is not translated");
		free(where);
	}
}

/**
 * lint_dmar() - report the faults of a DMAR table
 * @l: where to
 * @table: the table
 * @len: bytes there are
 * @error: filled when the table is malformed
 *
 * Intel VT-d specification (rev 4.1), sections 8.3 to 8.8.
 *
 * Return: 0, or -EINVAL for a malformed table.
 */
int lint_dmar(struct lint *l, const void *table, size_t len,
	      struct ic_parse_error *error)
{
	static const struct dmar_visitor keep = {
		.unit = keep_unit, .andd = keep_andd,
	};
	static const struct dmar_visitor check = {
		.rmrr = check_rmrr, .atsr = check_atsr, .satc = check_satc,
	};
	struct dmar_lint d = { .l = l };
	const struct id_range *a, *b;
	size_t at = 0;
	char *where;
	int ret;

	ret = dmar_parse(table, len, &keep, &d, error);
	if (!ret) {
		check_catch_all(&d);
		check_units(&d);
		dmar_parse(table, len, &check, &d, NULL);
		id_ranges_sort(&d.reserved);
		while (id_ranges_overlap(&d.reserved, &at, &a, &b)) {
			where = lint_offset("RMRR", (u32)b->owner);
			lint_finding(l, "rmrr-overlap", where,
				     "0x%llx-0x%llx overlaps 0x%llx-0x%llx of the RMRR at 0x%zx",
				     b->first, b->last, a->first, a->last,
				     a->owner);
			free(where);
		}
	}
	id_ranges_free(&d.reserved);
	free(d.units);
	return ret;
}
