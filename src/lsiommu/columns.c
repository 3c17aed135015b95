// SPDX-License-Identifier: GPL-2.0-only
/*
 * The columns, and their output as table, list, raw, pairs or JSON
 *
 * Each column stands in one table: its name, where its value comes from, how
 * it is printed and what --help says of it. To show a new file of groups/<id>/
 * or units/<name>/ takes one line there, GROUP_COL or UNIT_COL, and its name
 * in the section COLUMNS of lsiommu(8).
 *
 * A value keeps the tree's own spelling until it is printed. What is printed
 * for scripts is written row by row; only the table for people, whose widths
 * depend on all rows, is handed to libsmartcols.
 */
#include <err.h>
#include <libsmartcols.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/json.h"
#include "lsiommu.h"

enum kind {
	KIND_STRING,
	KIND_BOOL,	/* 0 or 1, anything else is unknown */
	KIND_NUMBER,
	KIND_SIZE,	/* bytes, or the word for all of memory */
	KIND_LIST,	/* tokens; an empty list has none */
	KIND_TOKENS,	/* tokens; an empty list is unknown */
	KIND_REGISTERS,	/* name=value, as an object in JSON */
};

/* What a row is about; for the heading of the unprotected, nothing is set */
struct row {
	struct iommucaps_unit *unit;
	struct iommucaps_group *group;
	struct iommucaps_device *dev;
};

#define UNITS		(1 << 0)	/* a column of --units */
#define SHOWN		(1 << 1)	/* shown unless -o says otherwise */
#define SHOWN_FLAT	(1 << 2)	/* the same, where there is no tree */
#define OF_GROUP	(1 << 3)	/* the same for all devices of a group */
#define GREEN		(1 << 4)	/* yes is green */
#define RED		(1 << 5)	/* no, or a list that is not none, is red */
#define NAMES		(1 << 6)	/* needs the list of PCI names */

/**
 * struct column - one column
 * @fact: the file of the group or unit, or NULL
 * @value: without a file, puts the value into @text and returns it, or
 *	returns a string that stays; NULL where it is unknown
 * @unprotected: its value for a function that is in no group
 */
struct column {
	const char *name;
	double width;
	int scols;
	unsigned int flags;
	enum kind kind;
	const char *fact;
	const char *(*value)(const struct row *r, struct text *text);
	const char *unprotected;
	const char *help;
};

static const char *row_name(const struct row *r, struct text *text)
{
	(void)text;
	return r->unit ? iommucaps_unit_name(r->unit) :
	       r->dev ? iommucaps_device_name(r->dev) :
	       r->group ? iommucaps_group_name(r->group) :
	       IOMMU_CAPS_DIR_UNPROTECTED;
}

static const char *row_kind(const struct row *r, struct text *text)
{
	(void)text;
	return r->dev ? "device" : r->group ? "group" :
	       IOMMU_CAPS_DIR_UNPROTECTED;
}

static const char *row_group(const struct row *r, struct text *text)
{
	(void)text;
	return r->group ? iommucaps_group_name(r->group) : NULL;
}

static const char *row_device(const struct row *r, struct text *text)
{
	(void)text;
	return r->dev ? iommucaps_device_name(r->dev) : NULL;
}

/* DMA translated, no bypass, interrupts isolated: one "no" is enough */
static const char *row_protected(const struct row *r, struct text *text)
{
	const char *dma, *intr, *bypass;

	(void)text;
	if (!r->group)
		return "0";
	dma = iommucaps_group_fact(r->group, "dma_remap");
	intr = iommucaps_group_fact(r->group, "intr_remap");
	bypass = iommucaps_group_fact(r->group, "bypass");
	if (is(dma, "0") || is(intr, "0") ||
	    (bypass && *bypass && !is(bypass, IOMMU_CAPS_BYPASS_NONE)))
		return "0";
	return is(dma, "1") && is(intr, "1") && bypass && *bypass ? "1" : NULL;
}

static const char *row_assignable(const struct row *r, struct text *text)
{
	const char *blockers;

	(void)text;
	if (!r->group)
		return "0";
	blockers = iommucaps_group_fact(r->group, "assign_blockers");
	return !blockers ? NULL : *blockers ? "0" : "1";
}

static const char *row_units(const struct row *r, struct text *text)
{
	struct iommucaps_unit *const *u;

	if (!r->group)
		return NULL;
	text_clear(text);
	for (u = iommucaps_group_units(r->group); u && *u; u++)
		text_printf(text, "%s ", iommucaps_unit_name(*u));
	return text->s;
}

static const char *row_bus(const struct row *r, struct text *text)
{
	(void)text;
	return r->dev ? iommucaps_device_bus(r->dev) : NULL;
}

static const char *row_driver(const struct row *r, struct text *text)
{
	(void)text;
	return r->dev ? iommucaps_device_driver(r->dev) : NULL;
}

static const char *row_id(const struct row *r, struct text *text)
{
	const struct iommucaps_ids *ids;

	ids = r->dev ? iommucaps_device_ids(r->dev) : NULL;
	if (!ids)
		return NULL;
	text_clear(text);
	text_printf(text, "%04x:%04x", ids->vendor, ids->device);
	return text->s;
}

static const char *words(const struct row *r, struct text *text,
			 const char *(*look_up)(const struct iommucaps_ids *,
						char *))
{
	const struct iommucaps_ids *ids;
	char buf[NAME_SIZE];
	const char *name;

	ids = r->dev ? iommucaps_device_ids(r->dev) : NULL;
	name = ids ? look_up(ids, buf) : NULL;
	if (!name)
		return NULL;
	text_clear(text);
	text_add(text, name, strlen(name));
	return text->s;
}

static const char *row_class(const struct row *r, struct text *text)
{
	return words(r, text, name_class);
}

static const char *row_vendor(const struct row *r, struct text *text)
{
	return words(r, text, name_vendor);
}

static const char *row_model(const struct row *r, struct text *text)
{
	return words(r, text, name_device);
}

static const char *row_description(const struct row *r, struct text *text)
{
	return words(r, text, name_full);
}

static const char *row_sysfs(const struct row *r, struct text *text)
{
	(void)text;
	return r->dev ? iommucaps_device_path(r->dev) : NULL;
}

static const char *row_driven(const struct row *r, struct text *text)
{
	(void)text;
	return iommucaps_unit_driven(r->unit) ? "1" : "0";
}

static const char *row_groups(const struct row *r, struct text *text)
{
	const char *const *g = iommucaps_unit_groups(r->unit);
	size_t n = 0;

	while (g && g[n])
		n++;
	text_clear(text);
	text_printf(text, "%zu", n);
	return text->s;
}

static const char *row_registers(const struct row *r, struct text *text)
{
	const struct iommucaps_value *v = iommucaps_unit_registers(r->unit);

	if (!v || !v->name)
		return NULL;
	text_clear(text);
	for (; v->name; v++)
		text_printf(text, "%s=%s ", v->name, v->value);
	return text->s;
}

#define GROUP_COL(_name, _width, _flags, _kind, _fact, _unprot, _help)	\
	{ .name = _name, .width = _width, .flags = OF_GROUP | (_flags),	\
	  .kind = KIND_##_kind, .fact = _fact, .unprotected = _unprot,	\
	  .help = _help }
#define UNIT_COL(_name, _width, _flags, _kind, _fact, _help)		\
	{ .name = _name, .width = _width, .flags = UNITS | (_flags),	\
	  .kind = KIND_##_kind, .fact = _fact, .help = _help }
#define CODE_COL(_name, _width, _scols, _flags, _kind, _value, _help)	\
	{ .name = _name, .width = _width, .scols = _scols,		\
	  .flags = _flags, .kind = KIND_##_kind, .value = row_##_value,	\
	  .help = _help }

static const struct column columns[] = {
	CODE_COL("NAME", 0.1, 0, SHOWN, STRING, name,
		 "group, and under it its devices"),
	CODE_COL("KIND", 6, 0, 0, STRING, kind,
		 "of the row: group, device or unprotected"),
	CODE_COL("GROUP", 4, 0, SHOWN_FLAT, NUMBER, group,
		 "number of the IOMMU group"),
	CODE_COL("DEVICE", 0.1, 0, 0, STRING, device,
		 "name of the device"),
	CODE_COL("PROTECTED", 3, 0, OF_GROUP | GREEN | RED, BOOL, protected,
		 "DMA translated, no bypass, interrupts isolated"),
	GROUP_COL("TRANSLATED", 3, SHOWN | GREEN | RED, BOOL, "dma_remap", "0",
		  "DMA is translated now"),
	GROUP_COL("ISOLATED", 3, SHOWN | GREEN | RED, BOOL, "intr_remap", NULL,
		  "interrupts (MSI) are isolated"),
	GROUP_COL("BYPASS", 6, SHOWN | RED, TOKENS, "bypass", NO_GROUP,
		  "how DMA can reach memory untranslated"),
	GROUP_COL("VIRTUAL", 3, 0, BOOL, "viommu", NULL,
		  "the IOMMU is emulated or paravirtual"),
	CODE_COL("ASSIGNABLE", 3, 0, SHOWN | OF_GROUP | GREEN, BOOL, assignable,
		 "VFIO would take the group now"),
	GROUP_COL("BLOCKERS", 0.1, 0, LIST, "assign_blockers", NO_GROUP,
		  "why VFIO would not"),
	GROUP_COL("DOMAIN", 6, 0, STRING, "domain_type", NULL,
		  "type of the default domain"),
	GROUP_COL("CACHING", 3, 0, BOOL, "caching_mode", NULL,
		  "a unit has caching mode"),
	GROUP_COL("COHERENT", 3, 0, BOOL, "coherent", NULL,
		  "DMA is cache-coherent"),
	GROUP_COL("EXTERNAL", 3, 0, BOOL, "external", NULL,
		  "a device is external or untrusted"),
	GROUP_COL("PREBOOT", 3, 0, BOOL, "preboot_protection", NULL,
		  "DMA was protected before the kernel ran"),
	GROUP_COL("OWNER", 6, 0, STRING, "owner", NULL,
		  "kernel, or user for VFIO"),
	GROUP_COL("HW_PATH", 6, 0, TOKENS, "hw_path", NULL,
		  "what the unit's own tables say of its requests"),
	GROUP_COL("READABLE", 4, 0, SIZE, "hw_readable_ram", NULL,
		  "memory that it can read by DMA now, for root"),
	GROUP_COL("WRITABLE", 4, 0, SIZE, "hw_writable_ram", NULL,
		  "memory that it can write by DMA now, for root"),
	GROUP_COL("IOVA_RANGES", 0.1, 0, LIST, "iova_ranges", NULL,
		  "addresses that a VFIO user may map"),
	GROUP_COL("MAP_SIZES", 0.1, 0, TOKENS, "page_sizes", NULL,
		  "page sizes that a VFIO user may map"),
	GROUP_COL("IOVA_WIDTH", 3, 0, NUMBER, "address_width", NULL,
		  "bits of address that all its units translate"),
	GROUP_COL("DMA_PATH", 6, 0, TOKENS, "dma_path", NULL,
		  "how the kernel's DMA API reaches memory"),
	GROUP_COL("PASIDS", 3, 0, NUMBER, "pasids", NULL,
		  "PASIDs that every device may use"),
	GROUP_COL("ENABLED", 6, 0, TOKENS, "enabled", NULL,
		  "ats, pri, pasid: switched on in a device"),
	GROUP_COL("NOEXEC", 3, 0, BOOL, "noexec", NULL,
		  "mappings can forbid to fetch code"),
	GROUP_COL("DIRTY_TRACKING", 3, 0, BOOL, "dirty_tracking", NULL,
		  "the IOMMU records which pages are written"),
	GROUP_COL("ENFORCED", 3, 0, BOOL, "enforced_coherency", NULL,
		  "cache coherency can be enforced"),
	GROUP_COL("DEFERRED_FLUSH", 3, 0, BOOL, "deferred_flush", NULL,
		  "invalidations may be put off"),
	GROUP_COL("MSI", 6, 0, STRING, "msi_controller", NULL,
		  "what takes its MSIs"),
	GROUP_COL("GROUP_NAME", 0.1, 0, STRING, "name", NULL,
		  "the kernel's name for the group"),
	CODE_COL("UNITS", 0.1, 0, OF_GROUP, LIST, units,
		 "units that serve the group"),
	CODE_COL("BUS", 3, 0, 0, STRING, bus,
		 "bus of the device: pci, platform, ..."),
	CODE_COL("DRIVER", 6, 0, 0, STRING, driver,
		 "driver that is bound to the device"),
	CODE_COL("ID", 9, 0, 0, STRING, id,
		 "PCI vendor and device id"),
	CODE_COL("CLASS", 0.1, SCOLS_FL_TRUNC, NAMES, STRING, class,
		 "PCI class"),
	CODE_COL("VENDOR", 0.1, SCOLS_FL_TRUNC, NAMES, STRING, vendor,
		 "PCI vendor"),
	CODE_COL("MODEL", 0.1, SCOLS_FL_TRUNC, NAMES, STRING, model,
		 "PCI device"),
	CODE_COL("DESCRIPTION", 0.1, SCOLS_FL_TRUNC, SHOWN | NAMES, STRING,
		 description, "class, vendor and device in words"),
	CODE_COL("SYSFS", 0.1, 0, 0, STRING, sysfs,
		 "the device's directory in sysfs"),

	CODE_COL("NAME", 0.1, 0, UNITS | SHOWN, STRING, name,
		 "unit, as in /sys/class/iommu"),
	UNIT_COL("TYPE", 9, SHOWN, STRING, "type",
		 "architecture"),
	UNIT_COL("ACTIVE", 3, SHOWN | GREEN | RED, BOOL, "active",
		 "translation is on in the hardware"),
	UNIT_COL("VIRTUAL", 3, SHOWN, BOOL, "virtual",
		 "emulated or paravirtual"),
	UNIT_COL("CACHING", 3, SHOWN, BOOL, "caching_mode",
		 "every mapping change must be announced"),
	UNIT_COL("INTR_REMAP", 3, SHOWN | GREEN | RED, BOOL, "intr_remap",
		 "remaps interrupts now"),
	UNIT_COL("INTR_CAPABLE", 3, 0, BOOL, "intr_remap_capable",
		 "can remap interrupts"),
	UNIT_COL("PASSTHROUGH", 3, 0, BOOL, "passthrough_capable",
		 "can pass a device through untranslated"),
	UNIT_COL("COHERENT", 3, 0, BOOL, "coherent_walk",
		 "page walks are coherent"),
	UNIT_COL("SNOOP", 3, 0, BOOL, "snoop_control",
		 "snooping can be enforced"),
	UNIT_COL("PAGE_SIZES", 6, SHOWN, TOKENS, "page_sizes",
		 "page sizes"),
	UNIT_COL("WIDTH", 3, SHOWN, NUMBER, "address_width",
		 "bits of I/O virtual address"),
	UNIT_COL("DOMAINS", 5, 0, NUMBER, "domains",
		 "domains that it supports"),
	UNIT_COL("FEATURES", 0.1, 0, LIST, "features",
		 "further features"),
	UNIT_COL("SCALABLE", 3, 0, BOOL, "scalable",
		 "VT-d scalable mode is on"),
	UNIT_COL("RANGE_INV", 3, 0, BOOL, "range_invalidation",
		 "can invalidate ranges of addresses"),
	UNIT_COL("SUBSTREAM", 3, 0, NUMBER, "substream_bits",
		 "bits of PASID (SMMUv3 substream id)"),
	UNIT_COL("OUTPUT", 3, 0, NUMBER, "output_width",
		 "bits of physical address"),
	UNIT_COL("VERSION", 3, 0, STRING, "version",
		 "version of the architecture"),
	UNIT_COL("SEGMENT", 4, 0, STRING, "segment",
		 "PCI segment"),
	UNIT_COL("ADDRESS", 0.1, 0, STRING, "address",
		 "base of the registers"),
	CODE_COL("DRIVEN", 3, 0, UNITS | GREEN, BOOL, driven,
		 "a driver drives it"),
	CODE_COL("GROUPS", 3, 0, UNITS | SHOWN, NUMBER, groups,
		 "number of groups that it serves"),
	CODE_COL("REGISTERS", 0.1, 0, UNITS, REGISTERS, registers,
		 "raw registers, for root"),
};

#define NCOLUMNS	(sizeof(columns) / sizeof(columns[0]))

static const struct column *chosen[NCOLUMNS];
static size_t nchosen;
/* Which of them has the branches of the tree */
static size_t tree_column;

static bool in_view(const struct column *c, bool units)
{
	return !!(c->flags & UNITS) == units;
}

/* A column is shown once, however often it is named */
static void choose(const struct column *c)
{
	size_t i;

	for (i = 0; i < nchosen; i++)
		if (chosen[i] == c)
			return;
	chosen[nchosen++] = c;
}

static void choose_default(const struct view *view)
{
	unsigned int shown = view->flat ? SHOWN | SHOWN_FLAT : SHOWN;
	size_t i;

	for (i = 0; i < NCOLUMNS; i++)
		if (in_view(&columns[i], view->units) &&
		    (view->all || columns[i].flags & shown))
			choose(&columns[i]);
}

static const struct column *find_column(const struct view *view,
					const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < NCOLUMNS; i++)
		if (in_view(&columns[i], view->units) &&
		    strlen(columns[i].name) == len &&
		    !strncasecmp(columns[i].name, name, len))
			return &columns[i];
	warnx("unknown column: %.*s", (int)len, name);
	return NULL;
}

/* Without NAME to draw it in there is no tree, unless one was asked for */
static int choose_tree(struct view *view)
{
	const char *name = view->tree ? view->tree : "NAME";
	const struct column *c = find_column(view, name, strlen(name));
	size_t i;

	if (!c)
		return STATUS_USAGE;
	for (i = 0; i < nchosen; i++)
		if (chosen[i] == c)
			break;
	if (i == nchosen && view->tree) {
		warnx("--tree: %s is not shown", name);
		return STATUS_USAGE;
	}
	tree_column = i < nchosen ? i : 0;
	view->flat |= i == nchosen && !view->want_tree;
	return STATUS_YES;
}

/**
 * columns_choose() - choose the columns
 * @view: what is to be shown; view->output is the argument of -o. Without
 *	the tree's own column it becomes flat
 *
 * Return: STATUS_YES, or STATUS_USAGE after naming an unknown column.
 */
int columns_choose(struct view *view)
{
	const char *p = view->output;
	const struct column *c;
	size_t len;

	nchosen = 0;
	if (!p || view->all || *p == '+')
		choose_default(view);
	if (p && *p == '+')
		p++;
	for (; p; p = p[len] ? p + len + 1 : NULL) {
		len = strcspn(p, ",");
		c = find_column(view, p, len);
		if (!c)
			return STATUS_USAGE;
		choose(c);
	}
	return choose_tree(view);
}

bool columns_use_names(void)
{
	size_t i;

	for (i = 0; i < nchosen; i++)
		if (chosen[i]->flags & NAMES)
			return true;
	return false;
}

static const char *kind_name(enum kind kind)
{
	switch (kind) {
	case KIND_BOOL:
		return "boolean";
	case KIND_NUMBER:
		return "number";
	case KIND_SIZE:
		return "size";
	case KIND_LIST:
	case KIND_TOKENS:
		return "list";
	case KIND_REGISTERS:
		return "object";
	default:
		return "string";
	}
}

/**
 * columns_list() - print the columns that there are
 * @view: of which kind, and whether as JSON
 */
void columns_list(const struct view *view)
{
	struct json j = JSON_INIT(stdout);
	const struct column *c;

	if (view->format == FORMAT_JSON) {
		json_object(&j, NULL);
		json_array(&j, "columns");
	}
	for (c = columns; c < columns + NCOLUMNS; c++) {
		if (!in_view(c, view->units))
			continue;
		if (view->format != FORMAT_JSON) {
			printf(" %12s  %s\n", c->name, c->help);
			continue;
		}
		json_object(&j, NULL);
		json_string(&j, "name", c->name);
		json_string(&j, "type", kind_name(c->kind));
		json_string(&j, "description", c->help);
		json_object_end(&j);
	}
	if (view->format == FORMAT_JSON) {
		json_array_end(&j);
		json_object_end(&j);
		putchar('\n');
	}
}

/* What is not of the kind that it should be is unknown: NULL */
static const char *checked(enum kind kind, const char *v)
{
	if (!v)
		return NULL;
	switch (kind) {
	case KIND_BOOL:
		return is_bool(v) ? v : NULL;
	case KIND_NUMBER:
		return is_number(v) ? v : NULL;
	case KIND_SIZE:
		return is_number(v) || is(v, IOMMU_CAPS_HW_ALL) ? v : NULL;
	case KIND_TOKENS:
		return *v ? v : NULL;
	default:
		return v;
	}
}

static const char *value(const struct column *c, const struct row *r,
			 struct text *text)
{
	const char *v;

	if (!c->fact)
		v = c->value(r, text);
	else if (r->unit)
		v = iommucaps_unit_fact(r->unit, c->fact);
	else if (r->group)
		v = iommucaps_group_fact(r->group, c->fact);
	else
		v = c->unprotected;
	return checked(c->kind, v);
}

static bool is_list(enum kind kind)
{
	return kind == KIND_LIST || kind == KIND_TOKENS ||
	       kind == KIND_REGISTERS;
}

/* For people and for awk: never empty, no spaces in a list */
static const char *cell(const struct column *c, const char *v,
			struct text *text)
{
	const char *tok;
	size_t len;

	if (!v)
		return "-";
	if (c->kind == KIND_BOOL)
		return *v == '1' ? "yes" : "no";
	if (c->kind == KIND_SIZE && is_number(v)) {
		text_clear(text);
		text_size(text, strtoull(v, NULL, 10), "");
		return text->s;
	}
	if (!is_list(c->kind))
		return *v ? v : "-";
	text_clear(text);
	while ((tok = iommucaps_next_token(&v, &len))) {
		if (text->len)
			text_add(text, ",", 1);
		text_add(text, tok, len);
	}
	return text->len ? text->s : IOMMU_CAPS_BYPASS_NONE;
}

/*
 * On a terminal a long list would push its neighbours out of it: there the
 * first token, which says most, stands for the others.
 */
static const char *short_cell(const struct column *c, const char *v,
			      struct text *text)
{
	const char *p = v, *tok, *first = NULL;
	size_t len, first_len = 0, n = 0;

	if (!v || c->kind != KIND_TOKENS)
		return cell(c, v, text);
	while ((tok = iommucaps_next_token(&p, &len))) {
		if (!n++) {
			first = tok;
			first_len = len;
		}
	}
	if (n < 2)
		return cell(c, v, text);
	text_clear(text);
	text_printf(text, "%.*s,+%zu", (int)first_len, first, n - 1);
	return text->s;
}

static const char *color(const struct column *c, const char *v)
{
	if (!v)
		return NULL;
	if (c->kind == KIND_BOOL && *v == '1')
		return c->flags & GREEN ? "green" : NULL;
	if (!(c->flags & RED))
		return NULL;
	if (c->kind == KIND_BOOL)
		return "red";
	return is(v, IOMMU_CAPS_BYPASS_NONE) ? NULL : "red";
}

/* Under the row of its group, a device does not repeat what the group says */
static bool is_blank(const struct view *view, const struct row *r,
		     const struct column *c)
{
	return !view->flat && r->dev && c->flags & OF_GROUP;
}

static struct libscols_line *add_line(const struct view *view,
				      struct libscols_table *tb,
				      struct libscols_line *parent,
				      const struct row *r)
{
	struct libscols_line *ln = scols_table_new_line(tb, parent);
	struct text raw = { 0 }, text = { 0 };
	const struct column *c;
	const char *v, *s;
	size_t i;

	if (!ln)
		errx(STATUS_FAILED, "out of memory");
	for (i = 0; i < nchosen; i++) {
		c = chosen[i];
		if (is_blank(view, r, c))
			continue;
		v = value(c, r, &raw);
		s = view->terminal && !view->output && !view->all ?
		    short_cell(c, v, &text) : cell(c, v, &text);
		if (scols_line_set_data(ln, i, s))
			errx(STATUS_FAILED, "out of memory");
		s = view->colors ? color(c, v) : NULL;
		if (s)
			scols_cell_set_color(scols_line_get_cell(ln, i), s);
	}
	text_free(&raw);
	text_free(&text);
	return ln;
}

static struct libscols_table *new_table(const struct view *view)
{
	struct libscols_table *tb = scols_new_table();
	const struct column *c;
	size_t i;
	int flags;

	if (!tb)
		errx(STATUS_FAILED, "out of memory");
	scols_table_enable_noheadings(tb, view->noheadings);
	scols_table_enable_colors(tb, view->colors);
	/* What goes into a file or pipe is the same in every locale */
	scols_table_enable_ascii(tb, view->ascii || !view->terminal);
	for (i = 0; i < nchosen; i++) {
		c = chosen[i];
		flags = c->scols;
		if (!view->flat && i == tree_column)
			flags |= SCOLS_FL_TREE;
		if (!scols_table_new_column(tb, c->name, c->width, flags))
			errx(STATUS_FAILED, "out of memory");
	}
	return tb;
}

static int print_table(const struct view *view, const struct selected *s)
{
	struct libscols_table *tb = new_table(view);
	struct libscols_line *parent;
	size_t i, j;
	int rc;

	for (i = 0; i < s->nunits; i++)
		add_line(view, tb, NULL, &(struct row){ .unit = s->units[i] });
	for (i = 0; i < s->ngroups; i++) {
		struct row r = { .group = s->groups[i].group };

		parent = view->flat ? NULL : add_line(view, tb, NULL, &r);
		for (j = 0; j < s->groups[i].ndevices; j++) {
			r.dev = s->groups[i].devices[j];
			add_line(view, tb, parent, &r);
		}
	}
	rc = scols_print_table(tb);
	scols_unref_table(tb);
	if (!rc)
		return STATUS_YES;
	warnx("the table could not be printed");
	return STATUS_FAILED;
}

/* Spaces, what a shell could take for its own, and what is not ASCII */
static void put_escaped(const char *s, const char *special)
{
	for (; *s; s++)
		if (*s < 0x21 || *s > 0x7e || strchr(special, *s))
			printf("\\x%02x", (unsigned char)*s);
		else
			putchar(*s);
}

/* One row for scripts: values and a space between, or NAME="value" */
static void print_row(const struct view *view, const struct row *r)
{
	struct text raw = { 0 }, text = { 0 };
	const char *v;
	size_t i;

	for (i = 0; i < nchosen; i++) {
		v = value(chosen[i], r, &raw);
		if (i)
			putchar(' ');
		if (view->format == FORMAT_PAIRS) {
			printf("%s=\"", chosen[i]->name);
			if (v)
				for (v = cell(chosen[i], v, &text); *v; v++)
					printf(strchr("\"\\`$", *v) ||
					       (unsigned char)*v < ' ' ?
					       "\\x%02x" : "%c",
					       (unsigned char)*v);
			putchar('"');
		} else {
			put_escaped(cell(chosen[i], v, &text), "\\");
		}
	}
	putchar('\n');
	text_free(&raw);
	text_free(&text);
}

static void print_rows(const struct view *view, const struct selected *s)
{
	size_t i, j;

	if (view->format == FORMAT_RAW && !view->noheadings) {
		for (i = 0; i < nchosen; i++)
			printf("%s%s", i ? " " : "", chosen[i]->name);
		putchar('\n');
	}
	for (i = 0; i < s->nunits; i++)
		print_row(view, &(struct row){ .unit = s->units[i] });
	for (i = 0; i < s->ngroups; i++)
		for (j = 0; j < s->groups[i].ndevices; j++)
			print_row(view, &(struct row){
				.group = s->groups[i].group,
				.dev = s->groups[i].devices[j] });
}

static void json_list(struct json *j, const char *name, const char *v)
{
	const char *tok;
	size_t len;

	if (is(v, IOMMU_CAPS_BYPASS_NONE))
		v = NULL;
	json_array(j, name);
	while ((tok = iommucaps_next_token(&v, &len)))
		json_printf(j, NULL, "%.*s", (int)len, tok);
	json_array_end(j);
}

static void json_value(struct json *j, const char *name, enum kind kind,
		       const char *v)
{
	v = checked(kind, v);
	if (kind == KIND_SIZE)
		kind = is_number(v) ? KIND_NUMBER : KIND_STRING;
	if (!v) {
		json_null(j, name);
		return;
	}
	switch (kind) {
	case KIND_BOOL:
		json_bool(j, name, *v == '1');
		break;
	case KIND_NUMBER:
		json_int(j, name, strtoull(v, NULL, 10));
		break;
	case KIND_LIST:
	case KIND_TOKENS:
		json_list(j, name, v);
		break;
	default:
		json_string(j, name, v);
		break;
	}
}

static void json_registers(struct json *j, const char *name,
			   const struct row *r)
{
	const struct iommucaps_value *v = iommucaps_unit_registers(r->unit);

	if (!v || !v->name) {
		json_null(j, name);
		return;
	}
	json_object(j, name);
	for (; v->name; v++)
		json_string(j, v->name, v->value);
	json_object_end(j);
}

/* The members of a row's object, which stays open */
static void json_row(const struct view *view, struct json *j,
		     const struct row *r, bool child)
{
	const struct column *c;
	struct text text = { 0 };
	enum kind kind;
	char key[32];
	size_t i, n;

	json_object(j, NULL);
	for (i = 0; i < nchosen; i++) {
		c = chosen[i];
		if (child && is_blank(view, r, c))
			continue;
		for (n = 0; c->name[n] && n < sizeof(key) - 1; n++)
			key[n] = c->name[n] >= 'A' && c->name[n] <= 'Z' ?
				 (char)(c->name[n] | 0x20) : c->name[n];
		key[n] = '\0';
		/* The name of a group is its number */
		kind = c->value == row_name && r->group && !r->dev ?
		       KIND_NUMBER : c->kind;
		if (kind == KIND_REGISTERS)
			json_registers(j, key, r);
		else
			json_value(j, key, kind, value(c, r, &text));
	}
	text_free(&text);
}

static void json_devices(const struct view *view, struct json *j,
			 const struct selection *s, bool child)
{
	struct row r = { .group = s->group };
	size_t i;

	for (i = 0; i < s->ndevices; i++) {
		r.dev = s->devices[i];
		json_row(view, j, &r, child);
		json_object_end(j);
	}
}

static void json_groups(const struct view *view, struct json *j,
			const struct selected *s)
{
	size_t i;

	json_array(j, "groups");
	for (i = 0; i < s->ngroups; i++) {
		if (!s->groups[i].group)
			continue;
		json_row(view, j, &(struct row){ .group = s->groups[i].group },
			 false);
		if (s->groups[i].ndevices) {
			json_array(j, "children");
			json_devices(view, j, &s->groups[i], true);
			json_array_end(j);
		}
		json_object_end(j);
	}
	json_array_end(j);
	json_array(j, IOMMU_CAPS_DIR_UNPROTECTED);
	for (i = 0; i < s->ngroups; i++)
		if (!s->groups[i].group)
			json_devices(view, j, &s->groups[i], false);
	json_array_end(j);
}

/* The files of the top directory that hold no plain word */
static enum kind top_kind(const char *name)
{
	static const struct {
		const char *name;
		enum kind kind;
	} kinds[] = {
		{ "abi_version", KIND_NUMBER },
		{ "firmware", KIND_LIST },
		{ "preboot_protection", KIND_BOOL },
		{ "dma_path", KIND_TOKENS },
	};
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kinds[i].name, name))
			return kinds[i].kind;
	return KIND_STRING;
}

#define NAME_STRING(n)	#n,

static int print_json(const struct view *view, struct iommucaps *ic,
		      const struct selected *s)
{
	static const char *const facts[] = {
		IOMMU_CAPS_TOP_ATTRS(NAME_STRING)
	};
	struct json j = JSON_INIT(stdout);
	size_t i;

	json_object(&j, NULL);
	for (i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
		json_value(&j, facts[i], top_kind(facts[i]),
			   iommucaps_fact(ic, facts[i]));
	if (view->units) {
		json_array(&j, "units");
		for (i = 0; i < s->nunits; i++) {
			json_row(view, &j, &(struct row){ .unit = s->units[i] },
				 false);
			json_object_end(&j);
		}
		json_array_end(&j);
	} else if (view->flat) {
		json_array(&j, "devices");
		for (i = 0; i < s->ngroups; i++)
			json_devices(view, &j, &s->groups[i], false);
		json_array_end(&j);
	} else {
		json_groups(view, &j, s);
	}
	json_object_end(&j);
	putchar('\n');
	return STATUS_YES;
}

/**
 * columns_print() - print the chosen columns
 * @view: how
 * @ic: the handle
 * @s: what
 *
 * Return: STATUS_YES, or STATUS_FAILED if libsmartcols could not.
 */
int columns_print(const struct view *view, struct iommucaps *ic,
		  const struct selected *s)
{
	switch (view->format) {
	case FORMAT_JSON:
		return print_json(view, ic, s);
	case FORMAT_TABLE:
		return print_table(view, s);
	default:
		print_rows(view, s);
		return STATUS_YES;
	}
}
