// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults in IVRS tables: AMD I/O Virtualization Technology specification
 * (48882, rev 3.10), section 5.2.
 */
#include <err.h>
#include <stdlib.h>

#include "decode/ivrs.h"
#include "common/common.h"
#include "lint.h"

/* The I/O APIC of the southbridge, 00:14.0: without it Linux remaps nothing */
#define SOUTHBRIDGE_IOAPIC	0x00a0
#define IVMD_UNIT		0x1000

/**
 * struct ivrs_lint - a table that is being looked at
 * @l: where findings go
 * @units: the richest block of each unit
 * @nunits: their number
 * @devices: segment and device ids that some unit serves; owners are units
 * @served: the same, with the device numbers of the units themselves: there are
 *	only they and host bridges
 * @memory: of IVMD blocks; owners are offsets in the table
 * @southbridge: there is an I/O APIC at the southbridge's place
 */
struct ivrs_lint {
	struct lint *l;
	struct ivrs_ivhd *units;
	size_t nunits;
	struct id_ranges devices;
	struct id_ranges served;
	struct id_ranges memory;
	bool southbridge;
};

static u64 device_key(u16 segment, u16 device)
{
	return (u64)segment << 16 | device;
}

/* Blocks of several types may describe a unit: the highest has most to say */
static int keep_unit(void *ctx, const struct ivrs_ivhd *ivhd)
{
	struct ivrs_lint *v = ctx;
	size_t i;

	for (i = 0; i < v->nunits; i++) {
		if (v->units[i].segment != ivhd->segment ||
		    v->units[i].device != ivhd->device)
			continue;
		if (v->units[i].address != ivhd->address) {
			char *where = lint_offset("IVHD", ivhd->offset);

			lint_finding(v->l, "unit-address", where,
				     "the IVHD at 0x%x has other registers for the same unit: 0x%llx, not 0x%llx",
				     v->units[i].offset, v->units[i].address,
				     ivhd->address);
			free(where);
		}
		if (ivhd->type > v->units[i].type)
			v->units[i] = *ivhd;
		return 0;
	}
	v->units = xrealloc(v->units, v->nunits + 1, sizeof(*v->units));
	v->units[v->nunits++] = *ivhd;
	return 0;
}

static bool starts_range(u8 type)
{
	return type == IVRS_DEV_RANGE_START || type == IVRS_DEV_ALIAS_START ||
	       type == IVRS_DEV_EXT_START;
}

static bool is_one_device(u8 type)
{
	return type == IVRS_DEV_SELECT || type == IVRS_DEV_ALIAS_SELECT ||
	       type == IVRS_DEV_EXT_SELECT || type == IVRS_DEV_ACPI_HID;
}

static void check_unit(struct ivrs_lint *v, size_t index)
{
	const struct ivrs_ivhd *unit = &v->units[index];
	struct ivrs_dev_iter it;
	struct ivrs_dev dev;
	bool in_range = false;
	u16 start = 0;
	char *where;

	ivrs_dev_first(&it, &unit->devices);
	while (ivrs_dev_next(&it, &dev, NULL) > 0) {
		where = lint_offset("IVHD entry", dev.offset);
		if (in_range && dev.type != IVRS_DEV_RANGE_END &&
		    (starts_range(dev.type) || dev.type == IVRS_DEV_ALL)) {
			lint_finding(v->l, "range-open", where,
				     "the range that begins at 0x%04x has no end",
				     start);
			in_range = false;
		}
		if (dev.type == IVRS_DEV_ALL) {
			id_ranges_append(&v->devices,
					 device_key(unit->segment, 0),
					 device_key(unit->segment, 0xffff),
					 index);
		} else if (is_one_device(dev.type)) {
			id_ranges_append(&v->devices,
					 device_key(unit->segment, dev.device),
					 device_key(unit->segment, dev.device),
					 index);
		} else if (starts_range(dev.type)) {
			in_range = true;
			start = dev.device;
		} else if (dev.type == IVRS_DEV_RANGE_END && !in_range) {
			lint_finding(v->l, "range-open", where,
				     "a range ends at 0x%04x, but none has begun",
				     dev.device);
		} else if (dev.type == IVRS_DEV_RANGE_END) {
			in_range = false;
			if (dev.device < start)
				lint_finding(v->l, "range-reversed", where,
					     "the range ends at 0x%04x, before its start 0x%04x",
					     dev.device, start);
			else
				id_ranges_append(&v->devices,
						 device_key(unit->segment, start),
						 device_key(unit->segment,
							    dev.device),
						 index);
		} else if (dev.type == IVRS_DEV_SPECIAL &&
			   dev.variety == IVRS_SPECIAL_IOAPIC &&
			   dev.alias == SOUTHBRIDGE_IOAPIC) {
			v->southbridge = true;
		}
		free(where);
	}
	if (in_range) {
		where = lint_offset("IVHD", unit->offset);
		lint_finding(v->l, "range-open", where,
			     "the range that begins at 0x%04x has no end", start);
		free(where);
	}
}

/* Two units cannot both serve a device; within a unit, later entries refine */
static void check_overlaps(struct ivrs_lint *v)
{
	const struct id_range *a, *b;
	char *where;
	size_t i, j;

	for (i = 1; i < v->devices.n; i++) {
		b = &v->devices.v[i];
		for (j = 0; j < i; j++) {
			a = &v->devices.v[j];
			if (a->owner == b->owner || a->last < b->first)
				continue;
			where = lint_offset("IVHD", v->units[b->owner].offset);
			lint_finding(v->l, "unit-overlap", where,
				     "device 0x%04llx is also served by the unit of the IVHD at 0x%x",
				     b->first & 0xffff,
				     v->units[a->owner].offset);
			free(where);
			break;
		}
	}
}

static void list_served(struct ivrs_lint *v)
{
	size_t i;
	u16 own;

	for (i = 0; i < v->devices.n; i++)
		id_ranges_append(&v->served, v->devices.v[i].first,
				 v->devices.v[i].last, 0);
	for (i = 0; i < v->nunits; i++) {
		own = v->units[i].device & 0xfff8;
		id_ranges_append(&v->served,
				 device_key(v->units[i].segment, own),
				 device_key(v->units[i].segment, own | 7), 0);
	}
	id_ranges_sort(&v->served);
}

static void check_gaps(struct ivrs_lint *v)
{
	char *gaps, *where;
	size_t i, j;

	for (i = 0; i < v->nunits; i++) {
		for (j = 0; j < i; j++)
			if (v->units[j].segment == v->units[i].segment)
				break;
		if (j < i)
			continue;
		gaps = id_ranges_gaps(&v->served,
				      device_key(v->units[i].segment, 0),
				      device_key(v->units[i].segment, 0xffff));
		if (!gaps)
			continue;
		if (asprintf(&where, "segment %u", v->units[i].segment) < 0)
			err(STATUS_FAILED, NULL);
		lint_finding(v->l, "id-uncovered", where,
			     "no IVHD entry for the devices %s: their DMA is not translated",
			     gaps);
		free(where);
		free(gaps);
	}
}

static int check_ivmd(void *ctx, const struct ivrs_ivmd *ivmd)
{
	char *where = lint_offset("IVMD", ivmd->offset);
	struct ivrs_lint *v = ctx;
	u16 last = ivmd->type == IVRS_IVMD_RANGE ? ivmd->device_end :
						   ivmd->device;

	if (!ivmd->length || ivmd->base + ivmd->length - 1 < ivmd->base)
		lint_finding(v->l, "memory-empty", where,
			     "0x%llx with length 0x%llx is no memory",
			     ivmd->base, ivmd->length);
	else
		id_ranges_append(&v->memory, ivmd->base,
				 ivmd->base + ivmd->length - 1, ivmd->offset);
	if ((ivmd->base | ivmd->length) & (IVMD_UNIT - 1))
		lint_finding(v->l, "memory-unaligned", where,
			     "0x%llx with length 0x%llx is no whole number of 4 KB pages",
			     ivmd->base, ivmd->length);
	if (ivmd->type == IVRS_IVMD_RANGE && last < ivmd->device)
		lint_finding(v->l, "range-reversed", where,
			     "the range ends at 0x%04x, before its start 0x%04x",
			     last, ivmd->device);
	else if (ivmd->type != IVRS_IVMD_ALL &&
		 !id_ranges_cover(&v->served,
				  device_key(ivmd->segment, ivmd->device),
				  device_key(ivmd->segment, last)))
		lint_finding(v->l, "memory-uncovered", where,
			     "no unit serves all of the devices 0x%04x-0x%04x that it is for",
			     ivmd->device, last);
	free(where);
	return 0;
}

static void check_memory(struct ivrs_lint *v)
{
	const struct id_range *a, *b;
	size_t at = 0;
	char *where;

	id_ranges_sort(&v->memory);
	while (id_ranges_overlap(&v->memory, &at, &a, &b)) {
		/* The same memory for one device after the other */
		if (a->first == b->first && a->last == b->last)
			continue;
		where = lint_offset("IVMD", b->owner);
		lint_finding(v->l, "memory-overlap", where,
			     "0x%llx-0x%llx overlaps 0x%llx-0x%llx of the IVMD at 0x%zx",
			     b->first, b->last, a->first, a->last, a->owner);
		free(where);
	}
}

static void check_registers(struct ivrs_lint *v)
{
	char *where;
	size_t i, j;

	for (i = 1; i < v->nunits; i++) {
		for (j = 0; j < i; j++) {
			if (v->units[i].address != v->units[j].address)
				continue;
			where = lint_offset("IVHD", v->units[i].offset);
			lint_finding(v->l, "unit-twice", where,
				     "the unit of the IVHD at 0x%x has the same registers, 0x%llx",
				     v->units[j].offset, v->units[i].address);
			free(where);
		}
	}
}

/**
 * lint_ivrs() - report the faults of an IVRS table
 * @l: where to
 * @table: the table
 * @len: bytes there are
 * @error: filled when the table is malformed
 *
 * AMD I/O Virtualization Technology specification (48882, rev 3.10),
 * section 5.2.
 *
 * Return: 0, or -EINVAL for a malformed table.
 */
int lint_ivrs(struct lint *l, const void *table, size_t len,
	      struct ic_parse_error *error)
{
	static const struct ivrs_visitor units = { .ivhd = keep_unit };
	static const struct ivrs_visitor memory = { .ivmd = check_ivmd };
	struct ivrs_lint v = { .l = l };
	size_t i;
	int ret;

	ret = ivrs_parse(table, len, &units, &v, error);
	if (!ret) {
		for (i = 0; i < v.nunits; i++)
			check_unit(&v, i);
		id_ranges_sort(&v.devices);
		check_registers(&v);
		check_overlaps(&v);
		list_served(&v);
		check_gaps(&v);
		ivrs_parse(table, len, &memory, &v, NULL);
		check_memory(&v);
		if (!v.southbridge)
			lint_finding(l, "ioapic-missing", "table",
				     "no entry for the I/O APIC of the southbridge at 00:14.0: Linux leaves interrupt remapping off");
	}
	id_ranges_free(&v.devices);
	id_ranges_free(&v.served);
	id_ranges_free(&v.memory);
	free(v.units);
	return ret;
}
