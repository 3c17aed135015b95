// SPDX-License-Identifier: GPL-2.0-only
/*
 * The columns, and the table, list, raw and JSON output
 *
 * Each column stands in one table: its name, where its value comes from, how
 * it is printed and what --help says of it. libsmartcols does the rest. A
 * value keeps the tree's own spelling until the last moment, when format()
 * turns it into a cell for people or into JSON.
 *
 * libsmartcols before 2.39 cannot print a boolean that is not known, nor a
 * list, as JSON. Both are handed to it as numbers, which it copies as they
 * are and prints as null where there is none.
 */
#include <ctype.h>
#include <err.h>
#include <libsmartcols.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lsiommu.h"

enum kind {
	KIND_STRING,
	KIND_BOOL,	/* 0 or 1 */
	KIND_NUMBER,
	KIND_LIST,	/* tokens */
	KIND_REGISTERS,	/* name=value, as an object in JSON */
};

enum source {
	FROM_GROUP,	/* a file of the group, @attr */
	FROM_UNIT,	/* a file of the unit, @attr */
	FROM_CODE,	/* special() */
};

enum special {
	SP_NAME, SP_KIND, SP_GROUP, SP_DEVICE, SP_ASSIGNABLE, SP_UNITS,
	SP_BUS, SP_DRIVER, SP_ID, SP_CLASS, SP_VENDOR, SP_MODEL,
	SP_DESCRIPTION, SP_PATH, SP_DRIVEN, SP_GROUPS, SP_REGISTERS,
};

/* What a row is about; for the heading of the unprotected, nothing is set */
struct row {
	const struct unit *unit;
	const struct group *group;
	struct device *dev;
};

#define UNITS		(1 << 0)	/* a column of --units */
#define SHOWN		(1 << 1)	/* shown unless -o says otherwise */
#define SHOWN_FLAT	(1 << 2)	/* the same, where there is no tree */
#define GOOD		(1 << 3)	/* yes is good, no is not */

/**
 * struct column - one column
 * @unprotected: its value for a function that is in no group
 */
struct column {
	const char *name;
	double width;
	int scols;
	unsigned int flags;
	enum kind kind;
	enum source source;
	int attr;
	unsigned int need;
	const char *unprotected;
	const char *help;
};

#define GROUP_COL(_name, _width, _flags, _kind, _attr, _unprot, _help)	\
	{ .name = _name, .width = _width, .flags = _flags, .kind = _kind, \
	  .source = FROM_GROUP, .attr = GROUP_##_attr,			\
	  .need = NEED_VALUES,						\
	  .unprotected = _unprot, .help = _help }
#define UNIT_COL(_name, _width, _flags, _kind, _attr, _help)		\
	{ .name = _name, .width = _width, .flags = UNITS | (_flags),	\
	  .kind = _kind, .source = FROM_UNIT, .attr = UNIT_##_attr,	\
	  .help = _help }
#define CODE_COL(_name, _width, _scols, _flags, _kind, _attr, _need, _help) \
	{ .name = _name, .width = _width, .scols = _scols,		\
	  .flags = _flags, .kind = _kind, .source = FROM_CODE,		\
	  .attr = SP_##_attr, .need = _need, .help = _help }

static const struct column columns[] = {
	CODE_COL("NAME", 0.1, SCOLS_FL_TREE, SHOWN, KIND_STRING, NAME, 0,
		 "group, and under it its devices"),
	CODE_COL("KIND", 6, 0, 0, KIND_STRING, KIND, 0,
		 "of the row: group, device or unprotected"),
	CODE_COL("GROUP", 4, 0, SHOWN_FLAT, KIND_STRING, GROUP, 0,
		 "number of the IOMMU group"),
	CODE_COL("DEVICE", 0.1, 0, 0, KIND_STRING, DEVICE, 0,
		 "name of the device"),
	GROUP_COL("TRANSLATED", 3, SHOWN | GOOD, KIND_BOOL, dma_remap, "0",
		  "DMA is translated now"),
	GROUP_COL("ISOLATED", 3, SHOWN | GOOD, KIND_BOOL, intr_remap, NULL,
		  "interrupts (MSI) are isolated"),
	GROUP_COL("BYPASS", 6, SHOWN, KIND_LIST, bypass, NO_GROUP,
		  "how DMA can reach memory untranslated"),
	GROUP_COL("VIRTUAL", 3, SHOWN, KIND_BOOL, viommu, NULL,
		  "the IOMMU is emulated or paravirtual"),
	CODE_COL("ASSIGNABLE", 3, 0, SHOWN | GOOD, KIND_BOOL, ASSIGNABLE,
		 NEED_VALUES, "VFIO would take the group now"),
	GROUP_COL("BLOCKERS", 0.1, 0, KIND_LIST, assign_blockers, NO_GROUP,
		  "why VFIO would not"),
	GROUP_COL("DOMAIN", 6, 0, KIND_STRING, domain_type, NULL,
		  "type of the default domain"),
	GROUP_COL("CACHING", 3, 0, KIND_BOOL, caching_mode, NULL,
		  "a unit has caching mode"),
	GROUP_COL("COHERENT", 3, 0, KIND_BOOL, coherent, NULL,
		  "DMA is cache-coherent"),
	GROUP_COL("EXTERNAL", 3, 0, KIND_BOOL, external, NULL,
		  "a device is external or untrusted"),
	GROUP_COL("PREBOOT", 3, 0, KIND_BOOL, preboot_protection, NULL,
		  "DMA was protected before the kernel ran"),
	GROUP_COL("OWNER", 6, 0, KIND_STRING, owner, NULL,
		  "kernel, or user for VFIO"),
	GROUP_COL("GROUP_NAME", 0.1, 0, KIND_STRING, name, NULL,
		  "the kernel's name for the group"),
	CODE_COL("UNITS", 0.1, 0, 0, KIND_LIST, UNITS, NEED_GROUP_UNITS,
		 "units that serve the group"),
	CODE_COL("BUS", 3, 0, 0, KIND_STRING, BUS, 0,
		 "bus of the device: pci, platform, ..."),
	CODE_COL("DRIVER", 6, 0, 0, KIND_STRING, DRIVER, NEED_DRIVER,
		 "driver that is bound to the device"),
	CODE_COL("ID", 9, 0, 0, KIND_STRING, ID, NEED_IDS,
		 "PCI vendor and device id"),
	CODE_COL("CLASS", 0.1, SCOLS_FL_TRUNC, 0, KIND_STRING, CLASS, NEED_IDS,
		 "PCI class"),
	CODE_COL("VENDOR", 0.1, SCOLS_FL_TRUNC, 0, KIND_STRING, VENDOR,
		 NEED_IDS, "PCI vendor"),
	CODE_COL("MODEL", 0.1, SCOLS_FL_TRUNC, 0, KIND_STRING, MODEL,
		 NEED_IDS, "PCI device"),
	CODE_COL("DESCRIPTION", 0.1, SCOLS_FL_TRUNC, SHOWN, KIND_STRING,
		 DESCRIPTION, NEED_IDS, "class, vendor and device in words"),
	CODE_COL("SYSFS", 0.1, 0, 0, KIND_STRING, PATH, 0,
		 "the device's directory in sysfs"),

	CODE_COL("NAME", 0.1, 0, UNITS | SHOWN, KIND_STRING, NAME, 0,
		 "unit, as in /sys/class/iommu"),
	UNIT_COL("TYPE", 9, SHOWN, KIND_STRING, type,
		 "architecture"),
	UNIT_COL("ACTIVE", 3, SHOWN | GOOD, KIND_BOOL, active,
		 "translation is on in the hardware"),
	UNIT_COL("VIRTUAL", 3, SHOWN, KIND_BOOL, virtual,
		 "emulated or paravirtual"),
	UNIT_COL("CACHING", 3, SHOWN, KIND_BOOL, caching_mode,
		 "every mapping change must be announced"),
	UNIT_COL("INTR_REMAP", 3, SHOWN | GOOD, KIND_BOOL, intr_remap,
		 "remaps interrupts now"),
	UNIT_COL("INTR_CAPABLE", 3, 0, KIND_BOOL, intr_remap_capable,
		 "can remap interrupts"),
	UNIT_COL("PASSTHROUGH", 3, 0, KIND_BOOL, passthrough_capable,
		 "can pass a device through untranslated"),
	UNIT_COL("COHERENT", 3, 0, KIND_BOOL, coherent_walk,
		 "page walks are coherent"),
	UNIT_COL("SNOOP", 3, 0, KIND_BOOL, snoop_control,
		 "snooping can be enforced"),
	UNIT_COL("PAGE_SIZES", 6, SHOWN, KIND_LIST, page_sizes,
		 "page sizes"),
	UNIT_COL("WIDTH", 3, SHOWN, KIND_NUMBER, address_width,
		 "bits of I/O virtual address"),
	UNIT_COL("DOMAINS", 5, 0, KIND_NUMBER, domains,
		 "domains that it supports"),
	UNIT_COL("FEATURES", 0.1, 0, KIND_LIST, features,
		 "further features"),
	UNIT_COL("VERSION", 3, 0, KIND_STRING, version,
		 "version of the architecture"),
	UNIT_COL("SEGMENT", 4, 0, KIND_STRING, segment,
		 "PCI segment"),
	UNIT_COL("ADDRESS", 0.1, 0, KIND_STRING, address,
		 "base of the registers"),
	CODE_COL("DRIVEN", 3, 0, UNITS | GOOD, KIND_BOOL, DRIVEN, 0,
		 "a driver drives it"),
	CODE_COL("GROUPS", 3, 0, UNITS | SHOWN, KIND_NUMBER, GROUPS, 0,
		 "number of groups that it serves"),
	CODE_COL("REGISTERS", 0.1, 0, UNITS, KIND_REGISTERS, REGISTERS, 0,
		 "raw registers, for root"),
};

#define NCOLUMNS	(sizeof(columns) / sizeof(columns[0]))

static const struct column *chosen[2 * NCOLUMNS];
static size_t nchosen;

static bool in_view(const struct column *c, bool units)
{
	return !!(c->flags & UNITS) == units;
}

static void choose_default(const struct view *view)
{
	unsigned int shown = SHOWN;
	size_t i;

	if (view->flat)
		shown |= SHOWN_FLAT;
	if (view->all)
		shown = ~0u;
	for (i = 0; i < NCOLUMNS; i++)
		if (in_view(&columns[i], view->units) &&
		    (view->all || columns[i].flags & shown))
			chosen[nchosen++] = &columns[i];
}

static int choose(const struct view *view, const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < NCOLUMNS; i++) {
		if (!in_view(&columns[i], view->units) ||
		    strlen(columns[i].name) != len ||
		    strncasecmp(columns[i].name, name, len))
			continue;
		if (nchosen == 2 * NCOLUMNS) {
			warnx("too many columns");
			return STATUS_USAGE;
		}
		chosen[nchosen++] = &columns[i];
		return STATUS_YES;
	}
	warnx("unknown column: %.*s", (int)len, name);
	return STATUS_USAGE;
}

/**
 * columns_parse() - choose the columns
 * @view: what is to be shown; view->output is the argument of -o. Without
 *	the tree's own column it becomes flat
 * @t: told what has to be read for them
 *
 * Return: STATUS_YES, or STATUS_USAGE after naming an unknown column.
 */
int columns_parse(struct view *view, struct tree *t)
{
	bool tree = false;
	const char *p = view->output;
	size_t i, len;
	int rc;

	nchosen = 0;
	if (!p || view->all || *p == '+')
		choose_default(view);
	if (p && *p == '+')
		p++;
	for (; p; p = p[len] ? p + len + 1 : NULL) {
		len = strcspn(p, ",");
		rc = choose(view, p, len);
		if (rc)
			return rc;
	}

	t->need |= view->units ? NEED_UNITS : NEED_GROUPS;
	for (i = 0; i < nchosen; i++) {
		t->need |= chosen[i]->need;
		tree |= !!(chosen[i]->scols & SCOLS_FL_TREE);
	}
	if (!tree)
		view->flat = true;
	return STATUS_YES;
}

bool columns_use_names(void)
{
	size_t i;

	for (i = 0; i < nchosen; i++)
		if (chosen[i]->need & NEED_IDS)
			return true;
	return false;
}

void columns_list(FILE *out, bool units)
{
	size_t i;

	for (i = 0; i < NCOLUMNS; i++)
		if (in_view(&columns[i], units))
			fprintf(out, " %12s  %s\n", columns[i].name,
				columns[i].help);
}

/* The value of a column that is no file of the tree; NULL where unknown */
static const char *special(struct tree *t, const struct row *r,
			   const struct column *c)
{
	const struct unit *u = r->unit;
	const struct group *g = r->group;
	struct device *d = r->dev;
	const char *list = "";
	size_t i;

	switch ((enum special)c->attr) {
	case SP_NAME:
		return u ? u->name : d ? d->name :
		       g ? g->name : UNPROTECTED_NAME;
	case SP_KIND:
		return d ? "device" : g ? "group" : UNPROTECTED_NAME;
	case SP_GROUP:
		return g ? g->name : NULL;
	case SP_ASSIGNABLE:
		if (!g)
			return "0";
		if (!g->attr[GROUP_assign_blockers])
			return NULL;
		return *g->attr[GROUP_assign_blockers] ? "0" : "1";
	case SP_UNITS:
		for (i = 0; g && i < g->units.n; i++)
			list = pool_printf(&t->pool, "%s %s", list,
					   g->units.v[i]);
		return g ? list : NULL;
	case SP_DRIVEN:
		return u->driven ? "1" : "0";
	case SP_GROUPS:
		return pool_printf(&t->pool, "%zu", u->ngroups);
	case SP_REGISTERS:
		for (i = 0; i < u->nregs; i++)
			list = pool_printf(&t->pool, "%s %s=%s", list,
					   u->regs[i].name, u->regs[i].value);
		return u->nregs ? list : NULL;
	default:
		break;
	}

	/* The rest is about a device */
	if (!d)
		return NULL;
	switch ((enum special)c->attr) {
	case SP_DEVICE:
		return d->name;
	case SP_BUS:
		return device_bus(t, d);
	case SP_DRIVER:
		return d->driver;
	case SP_ID:
		return d->has_ids ? pool_printf(&t->pool, "%04x:%04x",
						d->vendor, d->device) : NULL;
	case SP_CLASS:
		return name_class(&t->pool, d);
	case SP_VENDOR:
		return name_vendor(&t->pool, d);
	case SP_MODEL:
		return name_device(&t->pool, d);
	case SP_DESCRIPTION:
		return name_full(&t->pool, d);
	case SP_PATH:
		return pool_printf(&t->pool, "%s/%s", t->sysfs, d->path);
	default:
		return NULL;
	}
}

static const char *value(struct tree *t, const struct row *r,
			 const struct column *c)
{
	switch (c->source) {
	case FROM_UNIT:
		return r->unit->attr[c->attr];
	case FROM_GROUP:
		return r->group ? r->group->attr[c->attr] : c->unprotected;
	default:
		return special(t, r, c);
	}
}

static const char *json_string(struct tree *t, const char *s, size_t len)
{
	char *p, *start;
	size_t i;

	start = pool_alloc(&t->pool, 6 * len + 3);
	p = start;
	*p++ = '"';
	for (i = 0; i < len; i++) {
		if (s[i] == '"' || s[i] == '\\')
			p += sprintf(p, "\\%c", s[i]);
		else if ((unsigned char)s[i] < ' ')
			p += sprintf(p, "\\u%04x", (unsigned int)s[i]);
		else
			*p++ = s[i];
	}
	*p++ = '"';
	*p = '\0';
	return start;
}

static const char *json_list(struct tree *t, const char *v, bool object)
{
	const char *json = "", *p, *eq;
	size_t len, n;

	if (!strcmp(v, IOMMU_CAPS_BYPASS_NONE))
		v = "";
	while ((p = next_token(&v, &len))) {
		eq = object ? memchr(p, '=', len) : NULL;
		n = eq ? (size_t)(eq - p) : len;
		json = pool_printf(&t->pool, "%s%s%s%s%s", json,
				   *json ? ", " : "", json_string(t, p, n),
				   eq ? ": " : "",
				   eq ? json_string(t, eq + 1, len - n - 1)
				      : "");
	}
	return pool_printf(&t->pool, object ? "{%s}" : "[%s]", json);
}

/* As JSON, but for strings, which libsmartcols quotes; NULL means null */
static const char *json_value(struct tree *t, enum kind kind, const char *v)
{
	if (!v)
		return NULL;
	switch (kind) {
	case KIND_BOOL:
		return !strcmp(v, "1") ? "true" :
		       !strcmp(v, "0") ? "false" : NULL;
	case KIND_NUMBER:
		return *v && strspn(v, "0123456789") == strlen(v) ? v : NULL;
	case KIND_LIST:
	case KIND_REGISTERS:
		return json_list(t, v, kind == KIND_REGISTERS);
	default:
		return v;
	}
}

/* For people and for awk: never empty, no spaces in a list */
static const char *cell_value(struct tree *t, enum kind kind, const char *v)
{
	const char *cell = "", *p;
	size_t len;

	if (!v)
		return "-";
	switch (kind) {
	case KIND_BOOL:
		return !strcmp(v, "1") ? "yes" : !strcmp(v, "0") ? "no" : v;
	case KIND_LIST:
	case KIND_REGISTERS:
		while ((p = next_token(&v, &len)))
			cell = pool_printf(&t->pool, "%s%s%.*s", cell,
					   *cell ? "," : "", (int)len, p);
		return *cell ? cell : "none";
	default:
		return *v ? v : "-";
	}
}

static const char *color(const struct column *c, const char *v)
{
	if (!v)
		return NULL;
	if (c->flags & GOOD)
		return !strcmp(v, "1") ? "green" :
		       !strcmp(v, "0") ? "red" : NULL;
	if (c->source == FROM_GROUP && c->attr == GROUP_bypass &&
	    strcmp(v, IOMMU_CAPS_BYPASS_NONE))
		return "red";
	return NULL;
}

static void out_of_memory(void)
{
	errx(STATUS_FAILED, "out of memory");
}

static struct libscols_line *add_row(const struct view *view, struct tree *t,
				     struct libscols_table *tb,
				     struct libscols_line *parent,
				     const struct row *r)
{
	struct libscols_line *ln = scols_table_new_line(tb, parent);
	const struct column *c;
	const char *v, *s;
	size_t i;

	if (!ln)
		out_of_memory();
	for (i = 0; i < nchosen; i++) {
		c = chosen[i];
		v = value(t, r, c);
		if (view->json)
			s = json_value(t, c->kind, v);
		else
			s = cell_value(t, c->kind, v);
		if (s && scols_line_set_data(ln, i, s))
			out_of_memory();
		s = view->colors ? color(c, v) : NULL;
		if (s)
			scols_cell_set_color(scols_line_get_cell(ln, i), s);
	}
	return ln;
}

static struct libscols_table *new_table(const struct view *view,
					const char *name)
{
	struct libscols_table *tb = scols_new_table();
	struct libscols_column *cl;
	const struct column *c;
	size_t i;
	int flags;

	if (!tb)
		out_of_memory();
	scols_table_set_name(tb, name);
	scols_table_enable_json(tb, view->json);
	scols_table_enable_raw(tb, view->raw);
	scols_table_enable_noheadings(tb, view->noheadings);
	scols_table_enable_colors(tb, view->colors);
	/* What goes into a file or pipe is the same in every locale */
	scols_table_enable_ascii(tb, !view->terminal);
	for (i = 0; i < nchosen; i++) {
		c = chosen[i];
		flags = c->scols;
		if (view->flat)
			flags &= ~SCOLS_FL_TREE;
		cl = scols_table_new_column(tb, c->name, c->width, flags);
		if (!cl)
			out_of_memory();
		if (c->kind != KIND_STRING)
			scols_column_set_json_type(cl, SCOLS_JSON_NUMBER);
	}
	return tb;
}

static void add_group(const struct view *view, struct tree *t,
		      struct libscols_table *tb, const struct group *g,
		      struct device *const *devs, size_t n)
{
	struct libscols_line *parent = NULL;
	struct row r = { .group = g };
	size_t i;

	if (!view->flat && (g || !view->json))
		parent = add_row(view, t, tb, NULL, &r);
	for (i = 0; i < n; i++) {
		r.dev = devs[i];
		add_row(view, t, tb, parent, &r);
	}
}

static void add_groups(const struct view *view, struct tree *t,
		       struct libscols_table *tb)
{
	size_t i;

	for (i = 0; i < t->ngroups; i++)
		add_group(view, t, tb, t->groups[i], t->groups[i]->devs,
			  t->groups[i]->ndevs);
}

static void add_unprotected(const struct view *view, struct tree *t,
			    struct libscols_table *tb)
{
	if (t->nunprotected)
		add_group(view, t, tb, NULL, t->unprotected, t->nunprotected);
}

static void add_units(const struct view *view, struct tree *t,
		      struct libscols_table *tb)
{
	struct row r = { 0 };
	size_t i;

	for (i = 0; i < t->nunits; i++) {
		r.unit = t->units[i];
		add_row(view, t, tb, NULL, &r);
	}
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
		{ "dma_path", KIND_LIST },
	};
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kinds[i].name, name))
			return kinds[i].kind;
	return KIND_STRING;
}

static void json_facts(struct tree *t)
{
	enum kind kind;
	const char *v;
	int i;

	for (i = 0; i < TOP_NR; i++) {
		kind = top_kind(top_names[i]);
		v = json_value(t, kind, t->top[i]);
		if (v && kind == KIND_STRING)
			v = json_string(t, v, strlen(v));
		printf("%s   \"%s\": %s", i ? ",\n" : "", top_names[i],
		       v ? v : "null");
	}
}

/* libsmartcols wraps each table into an object: unwrap it, put it in ours */
static void json_table(struct libscols_table *tb, const char *name)
{
	char *s = NULL, *start, *end;

	printf(",\n");
	if (scols_table_is_empty(tb)) {
		printf("   \"%s\": []", name);
		return;
	}
	if (scols_print_table_to_string(tb, &s) || !s)
		out_of_memory();
	start = strchr(s, '{');
	end = strrchr(s, '}');
	if (!start || !end)
		errx(STATUS_FAILED, "libsmartcols printed no JSON");
	for (start++; *start == '\n'; start++)
		;
	while (end > start && isspace((unsigned char)end[-1]))
		end--;
	printf("%.*s", (int)(end - start), start);
	free(s);
}

static void print_json(const struct view *view, struct tree *t)
{
	struct libscols_table *tb;

	printf("{\n");
	json_facts(t);
	if (view->units) {
		tb = new_table(view, "units");
		add_units(view, t, tb);
		json_table(tb, "units");
	} else if (view->flat) {
		tb = new_table(view, "devices");
		add_groups(view, t, tb);
		add_unprotected(view, t, tb);
		json_table(tb, "devices");
	} else {
		tb = new_table(view, "groups");
		add_groups(view, t, tb);
		json_table(tb, "groups");
		scols_unref_table(tb);
		tb = new_table(view, UNPROTECTED_NAME);
		add_unprotected(view, t, tb);
		json_table(tb, UNPROTECTED_NAME);
	}
	scols_unref_table(tb);
	printf("\n}\n");
}

/**
 * columns_print() - print the chosen columns
 * @view: what to print, and how
 * @t: read
 *
 * Return: STATUS_YES, or STATUS_FAILED if libsmartcols could not.
 */
int columns_print(const struct view *view, struct tree *t)
{
	struct libscols_table *tb;
	int rc;

	if (view->json) {
		print_json(view, t);
		return STATUS_YES;
	}
	tb = new_table(view, IOMMU_CAPS_NAME);
	if (view->units) {
		add_units(view, t, tb);
	} else {
		add_groups(view, t, tb);
		add_unprotected(view, t, tb);
	}
	rc = scols_print_table(tb);
	scols_unref_table(tb);
	if (!rc)
		return STATUS_YES;
	warnx("the table could not be printed");
	return STATUS_FAILED;
}
