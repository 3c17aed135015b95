// SPDX-License-Identifier: GPL-2.0-only
/*
 * Units, groups and devices as a drawing: as SVG, or in Graphviz' language.
 *
 * Whether DMA of a group is translated is said by a word, by the kind of line
 * and by a color, so that none of them is needed. A machine of some dozen
 * devices is drawn in three columns with lines between them; a larger one as
 * a frame for each unit with a tile for each group.
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "markup.h"
#include "picture.h"

/* In units of the drawing, which is WIDTH wide; a character is 7.2 at 12 */
#define WIDTH		1000
#define UNIT_X		2
#define UNIT_W		226
#define GROUP_X		292
#define GROUP_W		226
#define DEVICE_X	582
#define DEVICE_W	416
#define LINE_H		16
#define DEVICE_H	26
#define GAP		10
#define TILE_W		158
#define TILE_H		44
#define TILE_STEP	166
#define TILES		6
#define CHARS(_w)	(((_w) - 16) * 10 / 72)

/* More devices than this make a drawing of tiles */
#define MANY_DEVICES	64

static const struct {
	const char *class;
	const char *word;
	const char *dot;
} looks[] = {
	[YES] = { "ok", "translated",
		  "style=\"solid\", color=\"#137333\"" },
	[PARTLY] = { "part", "partly translated",
		     "style=\"dashed\", color=\"#9a6700\"" },
	[NO] = { "bad", "not translated",
		 "style=\"bold,dashed\", color=\"#b3261e\", penwidth=3" },
	[UNKNOWN] = { "dunno", "not known",
		      "style=\"dotted\", color=\"#5f6368\"" },
};

const char picture_style[] =
":root { --bg: #fff; --fg: #1b1c1e; --dim: #5f6368; --line: #c4c7cc;\n"
" --ok: #137333; --ok-bg: #e6f4ea; --part: #855800; --part-bg: #fef3d6;\n"
" --bad: #b3261e; --bad-bg: #fce8e6; --dunno: #5f6368; --dunno-bg: #f1f3f4 }\n"
"@media (prefers-color-scheme: dark) { :root { --bg: #17191c; --fg: #e6e7e9;\n"
" --dim: #a5abb3; --line: #4a4e54; --ok: #6dd58c; --ok-bg: #10301b;\n"
" --part: #f0c14b; --part-bg: #372b0a; --bad: #ff8a80; --bad-bg: #3d1613;\n"
" --dunno: #b0b6bc; --dunno-bg: #2a2d31 } }\n"
"svg text { font: 12px ui-monospace, Menlo, Consolas, monospace; fill: var(--fg) }\n"
"svg .strong { font-weight: bold }\n"
"svg .dim { fill: var(--dim) }\n"
"svg rect { fill: var(--bg); stroke: var(--line) }\n"
"svg path { fill: none }\n"
"svg rect.ok, svg path.ok { stroke: var(--ok); stroke-width: 1.5 }\n"
"svg rect.part, svg path.part { stroke: var(--part); stroke-width: 2; stroke-dasharray: 9 4 }\n"
"svg rect.bad, svg path.bad { stroke: var(--bad); stroke-width: 3; stroke-dasharray: 4 3 }\n"
"svg rect.dunno, svg path.dunno { stroke: var(--dunno); stroke-width: 1.5; stroke-dasharray: 1 4 }\n"
"svg rect.ok { fill: var(--ok-bg) }\n"
"svg rect.part { fill: var(--part-bg) }\n"
"svg rect.bad { fill: var(--bad-bg) }\n"
"svg rect.dunno { fill: var(--dunno-bg) }\n"
"svg rect.idle { stroke-dasharray: 1 4 }\n";

/**
 * struct picture - a drawing under way
 * @out: what is inside of it
 * @ic: the tree
 * @tiles: it is one of tiles
 * @in_page: it is part of a page that has a row for each group
 * @y: how far it has come
 */
struct picture {
	FILE *out;
	struct iommucaps *ic;
	bool tiles;
	bool in_page;
	int y;
};

const char *verdict_class(enum verdict v)
{
	return looks[v].class;
}

const char *verdict_word(enum verdict v)
{
	return looks[v].word;
}

/**
 * device_label() - a device's name, what it is, and its driver
 * @d: the device
 * @t: where the label is made
 */
const char *device_label(struct iommucaps_device *d, struct text *t)
{
	const struct iommucaps_ids *ids = iommucaps_device_ids(d);
	const char *driver = iommucaps_device_driver(d), *name;
	char buf[NAME_SIZE];

	text_clear(t);
	text_printf(t, "%s", iommucaps_device_name(d));
	if (driver)
		text_printf(t, " [%s]", driver);
	name = ids ? name_device(ids, buf) : NULL;
	if (name)
		text_printf(t, " %s", name);
	return t->s;
}

/* What the second line of a group says: the ways around, or its domain */
static const char *group_detail(struct iommucaps_group *g)
{
	const char *bypass = iommucaps_group_fact(g, "bypass");
	const char *domain = iommucaps_group_fact(g, "domain_type");

	if (bypass && *bypass && !is(bypass, IOMMU_CAPS_BYPASS_NONE))
		return bypass;
	return domain ? domain : "";
}

static bool is_open_to_interrupts(struct iommucaps_group *g)
{
	return is(iommucaps_group_fact(g, "intr_remap"), "0");
}

/* The unit under which a group is drawn, NULL for none */
static struct iommucaps_unit *first_unit(struct iommucaps_group *g)
{
	struct iommucaps_unit *const *u = iommucaps_group_units(g);

	return u ? *u : NULL;
}

static void put_text(struct picture *p, int x, int y, const char *class,
		     const char *s, size_t limit)
{
	fprintf(p->out, "<text x=\"%d\" y=\"%d\"%s%s%s>", x, y,
		*class ? " class=\"" : "", class, *class ? "\"" : "");
	markup_text(p->out, s, limit);
	fputs("</text>\n", p->out);
}

static void put_box(struct picture *p, int x, int y, int w, int h,
		    const char *class)
{
	fprintf(p->out,
		"<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"4\" class=\"%s\"/>\n",
		x, y, w, h, class);
}

static void put_curve(struct picture *p, int x1, int y1, int x2, int y2,
		      const char *class)
{
	int middle = (x1 + x2) / 2;

	fprintf(p->out,
		"<path d=\"M%d %d C%d %d %d %d %d %d\" class=\"%s\"/>\n",
		x1, y1, middle, y1, middle, y2, x2, y2, class);
}

/* The text that a pointing device shows, which is that of the whole box */
static void put_title(struct picture *p, const char *s)
{
	fputs("<title>", p->out);
	markup_text(p->out, s, NO_LIMIT);
	fputs("</title>\n", p->out);
}

static size_t count_devices(struct iommucaps_device *const *d)
{
	size_t n = 0;

	while (d && d[n])
		n++;
	return n;
}

/* Lines of text in a box, of which the first is strong; empty ones are left out */
static int put_lines(struct picture *p, int x, int y, int w, const char *class,
		     const char *const *lines)
{
	int n = 0, i, at = 0;

	for (i = 0; lines[i]; i++)
		n += !!*lines[i];
	put_box(p, x, y, w, n * LINE_H + GAP, class);
	for (i = 0; lines[i]; i++)
		if (*lines[i])
			put_text(p, x + 8, y + ++at * LINE_H + 1,
				 i ? "" : "strong", lines[i], CHARS(w));
	return n * LINE_H + GAP;
}

static int lines_height(const char *const *lines)
{
	int n = 0;

	for (; *lines; lines++)
		n += !!**lines;
	return n * LINE_H + GAP;
}

/*
 * A box with lines, and its devices to the right of it. Returns the height of
 * the box's middle.
 */
static int put_group_row(struct picture *p, const char *class,
			 const char *const *lines,
			 struct iommucaps_device *const *devices)
{
	int n = (int)count_devices(devices), i, y, middle;
	int box = lines_height(lines), all = n * DEVICE_H - 4;
	struct text label = { 0 };
	const char *s;

	if (all < box)
		all = box;
	middle = p->y + all / 2;
	fputs("<g>\n", p->out);
	put_lines(p, GROUP_X, middle - box / 2, GROUP_W, class, lines);
	fputs("</g>\n", p->out);
	y = p->y + (all - (n * DEVICE_H - 4)) / 2;
	for (i = 0; i < n; i++, y += DEVICE_H) {
		s = device_label(devices[i], &label);
		put_curve(p, GROUP_X + GROUP_W, middle, DEVICE_X, y + 11,
			  class);
		fputs("<g>\n", p->out);
		put_title(p, s);
		put_box(p, DEVICE_X, y, DEVICE_W, DEVICE_H - 4, "device");
		put_text(p, DEVICE_X + 8, y + 15, "", s, CHARS(DEVICE_W));
		fputs("</g>\n", p->out);
	}
	text_free(&label);
	p->y += all + GAP;
	return middle;
}

static void begin_link(struct picture *p, struct iommucaps_group *g)
{
	if (p->in_page)
		fprintf(p->out, "<a href=\"#group-%s\">\n",
			iommucaps_group_name(g));
}

static void end_link(struct picture *p)
{
	if (p->in_page)
		fputs("</a>\n", p->out);
}

static int put_group(struct picture *p, struct iommucaps_group *g,
		     enum verdict v)
{
	struct text head = { 0 };
	const char *lines[] = {
		NULL, group_detail(g),
		is_open_to_interrupts(g) ? "interrupts not isolated" : "", NULL,
	};
	int middle;

	text_printf(&head, "group %s: %s", iommucaps_group_name(g),
		    verdict_word(v));
	lines[0] = head.s;
	begin_link(p, g);
	middle = put_group_row(p, verdict_class(v), lines,
			       iommucaps_group_devices(g));
	end_link(p);
	text_free(&head);
	return middle;
}

/* One tile; the number of those before it says where it goes */
static void put_tile(struct picture *p, size_t before, const char *class,
		     const char *head, const char *word, const char *title)
{
	int x = UNIT_X + GAP / 2 + (int)(before % TILES) * TILE_STEP;
	int y = p->y + (int)(before / TILES) * (TILE_H + 6);

	fputs("<g>\n", p->out);
	put_title(p, title);
	put_box(p, x, y, TILE_W, TILE_H, class);
	put_text(p, x + 8, y + LINE_H + 2, "strong", head, CHARS(TILE_W));
	put_text(p, x + 8, y + 2 * LINE_H + 4, "", word, CHARS(TILE_W));
	fputs("</g>\n", p->out);
}

static void put_group_tile(struct picture *p, size_t before,
			   struct iommucaps_group *g, enum verdict v)
{
	struct iommucaps_device *const *d = iommucaps_group_devices(g);
	size_t n = count_devices(d), i;
	struct text head = { 0 }, title = { 0 };

	text_printf(&head, "%s: %s", iommucaps_group_name(g),
		    n ? iommucaps_device_name(d[0]) : "");
	if (n > 1)
		text_printf(&head, " +%zu", n - 1);
	text_printf(&title, "group %s: %s, %s%s", iommucaps_group_name(g),
		    verdict_word(v), group_detail(g),
		    is_open_to_interrupts(g) ? ", interrupts not isolated" : "");
	for (i = 0; i < n; i++)
		text_printf(&title, "\n%s", iommucaps_device_name(d[i]));
	begin_link(p, g);
	put_tile(p, before, verdict_class(v), head.s, verdict_word(v), title.s);
	end_link(p);
	text_free(&title);
	text_free(&head);
}

static int tile_rows(size_t n)
{
	return (int)((n + TILES - 1) / TILES) * (TILE_H + 6);
}

/* Groups that are drawn under a unit, or under none */
static size_t count_groups(struct iommucaps *ic, struct iommucaps_unit *u)
{
	struct iommucaps_group *const *g;
	size_t n = 0;

	for (g = iommucaps_groups(ic); g && *g; g++)
		n += first_unit(*g) == u;
	return n;
}

static void put_tiles(struct picture *p, struct iommucaps_unit *u,
		      const char *const *lines)
{
	size_t n = count_groups(p->ic, u), before = 0;
	struct iommucaps_group *const *g;
	int head = lines_height(lines);

	put_box(p, UNIT_X, p->y, WIDTH - 2 * UNIT_X,
		head + tile_rows(n) + GAP / 2, "unit");
	put_lines(p, UNIT_X, p->y, WIDTH - 2 * UNIT_X, "unit", lines);
	p->y += head + GAP / 2;
	for (g = iommucaps_groups(p->ic); g && *g; g++)
		if (first_unit(*g) == u)
			put_group_tile(p, before++, *g, dma_verdict(*g));
	p->y += tile_rows(n) + 2 * GAP;
}

static void put_rows(struct picture *p, struct iommucaps_unit *u,
		     const char *class, const char *const *lines)
{
	size_t n = count_groups(p->ic, u), i = 0;
	int top = p->y, box = lines_height(lines), bottom, middle;
	struct iommucaps_group *const *g;
	enum verdict *verdicts = xrealloc(NULL, n + 1, sizeof(*verdicts));
	int *at = xrealloc(NULL, n + 1, sizeof(*at));

	for (g = iommucaps_groups(p->ic); g && *g; g++) {
		if (first_unit(*g) != u)
			continue;
		verdicts[i] = dma_verdict(*g);
		at[i] = put_group(p, *g, verdicts[i]);
		i++;
	}
	bottom = n ? p->y - GAP : p->y;
	if (bottom < top + box)
		bottom = top + box;
	middle = (top + bottom) / 2;
	put_lines(p, UNIT_X, middle - box / 2, UNIT_W, class, lines);
	for (i = 0; i < n; i++)
		put_curve(p, UNIT_X + UNIT_W, middle, GROUP_X, at[i],
			  verdict_class(verdicts[i]));
	p->y = bottom + 2 * GAP;
	free(verdicts);
	free(at);
}

static void put_unit(struct picture *p, struct iommucaps_unit *u)
{
	const char *type = iommucaps_unit_fact(u, "type");
	const char *virtual = iommucaps_unit_fact(u, "virtual");
	const char *active = iommucaps_unit_fact(u, "active");
	const bool driven = iommucaps_unit_driven(u);
	struct text kind = { 0 };
	const char *lines[] = {
		iommucaps_unit_name(u), NULL, !driven ? "no driver" :
		is(active, "1") ? "active" : is(active, "0") ? "not active" : "",
		NULL,
	};

	text_printf(&kind, "%s%s", type ? type : "",
		    is(virtual, "1") ? ", emulated" :
		    is(virtual, "0") ? ", hardware" : "");
	lines[1] = kind.s;
	if (p->tiles)
		put_tiles(p, u, lines);
	else
		put_rows(p, u, driven ? "unit" : "unit idle", lines);
	text_free(&kind);
}

static void put_unprotected(struct picture *p)
{
	struct iommucaps_device *const *d = iommucaps_unprotected(p->ic);
	static const char *const lines[] = {
		"no group: not translated", "not behind an IOMMU", NULL,
	};
	struct text label = { 0 };
	size_t i;

	if (!d || !*d)
		return;
	if (!p->tiles) {
		put_group_row(p, verdict_class(NO), lines, d);
		return;
	}
	p->y += put_lines(p, UNIT_X, p->y, WIDTH - 2 * UNIT_X, "bad", lines) +
		GAP / 2;
	for (i = 0; d[i]; i++)
		put_tile(p, i, verdict_class(NO), iommucaps_device_name(d[i]),
			 verdict_word(NO), device_label(d[i], &label));
	p->y += tile_rows(i) + GAP;
	text_free(&label);
}

static void put_all(struct picture *p)
{
	static const char *const none[] = { "unit not known", NULL };
	struct iommucaps_unit *const *u;

	for (u = iommucaps_units(p->ic); u && *u; u++)
		put_unit(p, *u);
	if (count_groups(p->ic, NULL)) {
		if (p->tiles)
			put_tiles(p, NULL, none);
		else
			put_rows(p, NULL, "unit idle", none);
	}
	put_unprotected(p);
	if (p->y == 2) {
		put_text(p, UNIT_X, 20, "", "There is no unit, no group and no device to be drawn.",
			 NO_LIMIT);
		p->y = 30;
	}
}

static bool has_many_devices(struct iommucaps *ic)
{
	size_t n = count_devices(iommucaps_unprotected(ic));
	struct iommucaps_group *const *g;

	for (g = iommucaps_groups(ic); g && *g; g++)
		n += count_devices(iommucaps_group_devices(*g));
	return n > MANY_DEVICES;
}

/**
 * picture_svg() - draw units, groups and devices
 * @out: where to
 * @ic: the tree
 * @in_page: as part of an HTML page, which has the style and a row with the id
 *	"group-N" for each group; otherwise as an image of its own
 */
void picture_svg(FILE *out, struct iommucaps *ic, bool in_page)
{
	struct picture p = { .ic = ic, .in_page = in_page, .y = 2 };
	size_t len = 0;
	char *body;

	p.tiles = has_many_devices(ic);
	p.out = open_memstream(&body, &len);
	if (!p.out)
		err(STATUS_FAILED, NULL);
	put_all(&p);
	if (fclose(p.out))
		err(STATUS_FAILED, NULL);
	fprintf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" ",
		WIDTH, p.y);
	if (in_page)
		fputs("role=\"img\" aria-label=\"units, groups and devices; the tables below say the same\">\n",
		      out);
	else
		fprintf(out, "width=\"%d\" height=\"%d\">\n<style>\n%s</style>\n"
			"<rect width=\"%d\" height=\"%d\" style=\"stroke: none\"/>\n",
			WIDTH, p.y, picture_style, WIDTH, p.y);
	fwrite(body, 1, len, out);
	fputs("</svg>\n", out);
	free(body);
}

/* "KIND:NAME", so that a group and a device may have the same name */
static void dot_id(FILE *out, const char *kind, const char *name)
{
	fprintf(out, "\"%s:", kind);
	markup_dot(out, name);
	fputc('"', out);
}

/* A node with lines of text; empty ones are left out */
static void dot_node(FILE *out, const char *kind, const char *name,
		     const char *look, const char *const *lines)
{
	bool first = true;

	fputc('\t', out);
	dot_id(out, kind, name);
	fprintf(out, " [%s, label=\"", look);
	for (; *lines; lines++) {
		if (!**lines)
			continue;
		if (!first)
			fputs("\\n", out);
		markup_dot(out, *lines);
		first = false;
	}
	fputs("\"];\n", out);
}

static void dot_edge(FILE *out, const char *from_kind, const char *from,
		     const char *to_kind, const char *to, const char *look)
{
	fputc('\t', out);
	dot_id(out, from_kind, from);
	fputs(" -> ", out);
	dot_id(out, to_kind, to);
	fprintf(out, " [%s];\n", look);
}

static void dot_devices(FILE *out, const char *kind, const char *group,
			struct iommucaps_device *const *d, enum verdict v)
{
	struct text label = { 0 };

	for (; d && *d; d++) {
		const char *lines[] = { device_label(*d, &label), NULL };

		dot_node(out, "device", iommucaps_device_name(*d),
			 "shape=box, style=rounded", lines);
		dot_edge(out, kind, group, "device", iommucaps_device_name(*d),
			 looks[v].dot);
	}
	text_free(&label);
}

static void dot_unit(FILE *out, struct iommucaps_unit *u)
{
	const char *type = iommucaps_unit_fact(u, "type");
	const char *lines[] = {
		iommucaps_unit_name(u), type ? type : "",
		iommucaps_unit_driven(u) ? "" : "no driver", NULL,
	};

	dot_node(out, "unit", iommucaps_unit_name(u), "shape=box3d", lines);
}

static void dot_group(FILE *out, struct iommucaps_group *g)
{
	const char *name = iommucaps_group_name(g);
	struct iommucaps_unit *const *u;
	enum verdict v = dma_verdict(g);
	struct text head = { 0 };
	const char *lines[] = {
		NULL, verdict_word(v), group_detail(g),
		is_open_to_interrupts(g) ? "interrupts not isolated" : "", NULL,
	};

	text_printf(&head, "group %s", name);
	lines[0] = head.s;
	dot_node(out, "group", name, looks[v].dot, lines);
	for (u = iommucaps_group_units(g); u && *u; u++)
		dot_edge(out, "unit", iommucaps_unit_name(*u), "group", name,
			 looks[v].dot);
	dot_devices(out, "group", name, iommucaps_group_devices(g), v);
	text_free(&head);
}

/**
 * picture_dot() - units, groups and devices for dot(1)
 * @out: where to
 * @ic: the tree
 */
void picture_dot(FILE *out, struct iommucaps *ic)
{
	static const char *const none[] = {
		"no group", "not behind an IOMMU", NULL,
	};
	struct iommucaps_device *const *d = iommucaps_unprotected(ic);
	struct iommucaps_group *const *g;
	struct iommucaps_unit *const *u;

	fputs("digraph iommu {\n\trankdir=LR;\n\tnode [fontname=\"monospace\", shape=box];\n",
	      out);
	for (u = iommucaps_units(ic); u && *u; u++)
		dot_unit(out, *u);
	for (g = iommucaps_groups(ic); g && *g; g++)
		dot_group(out, *g);
	if (d && *d) {
		dot_node(out, "group", NO_GROUP, looks[NO].dot, none);
		dot_devices(out, "group", NO_GROUP, d, NO);
	}
	fputs("}\n", out);
}
