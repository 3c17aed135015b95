// SPDX-License-Identifier: GPL-2.0-only
/*
 * iommu-caps report: the machine as one page for a browser, or as a drawing
 *
 * The page is one file that needs nothing else: no script, font or network. It
 * says what audit says, then draws units, groups and devices, then has all of
 * it as tables. It is XML as well as HTML.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "audit.h"
#include "markup.h"
#include "picture.h"
#include "verbs.h"

/* A longer list of devices is folded up */
#define DEVICES_SHOWN	12

static const char page_style[] =
"* { box-sizing: border-box }\n"
"html { color-scheme: light dark }\n"
"body { margin: 0 auto; max-width: 68rem; padding: 1rem; background: var(--bg);\n"
" color: var(--fg); font: 1rem/1.5 system-ui, sans-serif }\n"
"h1 { font-size: 1.5rem; margin: 0 0 .5rem }\n"
"h2 { font-size: 1.2rem; margin: 2rem 0 .5rem }\n"
"h3 { font-size: 1rem; margin: 0 }\n"
"p { margin: .4rem 0 }\n"
"code, .devices { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .9em }\n"
".dim { color: var(--dim) }\n"
".box { border: 1px solid var(--line); border-left: .5rem solid var(--line); border-radius: 4px;\n"
" padding: .6rem .8rem; margin: .6rem 0; overflow-wrap: anywhere }\n"
".box.ok { border-left-color: var(--ok); background: var(--ok-bg) }\n"
".box.part { border-left-color: var(--part); border-left-style: dashed; background: var(--part-bg) }\n"
".box.bad { border-left-color: var(--bad); border-left-style: double; background: var(--bad-bg) }\n"
".box.dunno { border-left-color: var(--dunno); border-left-style: dotted; background: var(--dunno-bg) }\n"
".harm { text-transform: uppercase; font-size: .8em; letter-spacing: .05em; border: 1px solid;\n"
" border-radius: 3px; padding: 0 .4em; margin-right: .4em }\n"
".changes { margin: .4rem 0; padding-left: 1.4rem; list-style: \"\\2192  \" }\n"
".scroll { overflow-x: auto }\n"
"svg { width: 100%; min-width: 44rem; height: auto; display: block }\n"
"table { border-collapse: collapse; width: 100%; font-size: .9rem }\n"
"th, td { text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0;\n"
" border-bottom: 1px solid var(--line) }\n"
"th { white-space: nowrap }\n"
"td.ok { color: var(--ok) } td.part { color: var(--part) }\n"
"td.bad { color: var(--bad); font-weight: bold } td.dunno { color: var(--dunno) }\n"
"tr:target { outline: 2px solid }\n"
"@media print { .scroll { overflow: visible } }\n";

static void put(const char *s)
{
	markup_text(stdout, s, NO_LIMIT);
}

/* An element with text in it; a @class of NULL is none */
static void put_element(const char *tag, const char *class, const char *s)
{
	if (class)
		printf("<%s class=\"%s\">", tag, class);
	else
		printf("<%s>", tag);
	put(s);
	printf("</%s>\n", tag);
}

static void put_names(struct iommucaps_device *const *d, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (i)
			putchar(' ');
		put(iommucaps_device_name(d[i]));
	}
}

static void put_devices(struct iommucaps_device *const *d, size_t n)
{
	if (!n)
		return;
	if (n <= DEVICES_SHOWN) {
		fputs("<p class=\"devices\">", stdout);
		put_names(d, n);
		fputs("</p>\n", stdout);
		return;
	}
	printf("<details class=\"devices\"><summary>%zu devices</summary>\n<p>",
	       n);
	put_names(d, n);
	fputs("</p>\n</details>\n", stdout);
}

static void put_finding(struct audit *a, const struct finding *f,
			const struct report *r)
{
	bool changes = false;
	size_t i;

	printf("<section class=\"box %s\">\n<h3><span class=\"harm\">%s</span>",
	       f->harm <= HARM_HIGH ? "bad" :
	       f->harm == HARM_MEDIUM ? "part" : "dunno",
	       harm_names[f->harm]);
	put(f->text);
	printf(". <code class=\"dim\">%s</code></h3>\n", f->id);
	put_devices(a->devices, a->n);
	for (i = 0; i < r->n; i++)
		if (!r->v[i].change)
			put_element("p", NULL, r->v[i].text);
		else
			changes = true;
	if (changes) {
		puts("<p>What to change:</p>\n<ul class=\"changes\">");
		for (i = 0; i < r->n; i++)
			if (r->v[i].change)
				put_element("li", NULL, r->v[i].text);
		puts("</ul>");
	}
	puts("</section>");
}

static void put_findings(struct audit *a)
{
	puts("<h2>Findings</h2>");
	a->put = put_finding;
	audit_run(a);
	if (!a->found)
		puts("<p>Nothing was found that is wrong.</p>");
	if (a->unknown)
		puts("<p>Not everything can be known on this machine and kernel: the tables say where.</p>");
}

/* A word of the kernel's, or what it is about the machine */
static void put_line(const char *what, const char *value)
{
	if (!value)
		return;
	printf("<span class=\"dim\">%s</span> ", what);
	put(*value ? value : "none");
	fputs(" &#160; ", stdout);
}

static const char *state_class(const char *state)
{
	if (is(state, IOMMU_CAPS_STATE_FULL))
		return verdict_class(YES);
	if (is(state, IOMMU_CAPS_STATE_PARTIAL))
		return verdict_class(PARTLY);
	if (!state || is(state, IOMMU_CAPS_STATE_HYPERVISOR))
		return verdict_class(UNKNOWN);
	return verdict_class(NO);
}

static void put_head(const struct machine *m)
{
	const char *state = iommucaps_fact(m->ic, "state"), *host;
	char name[256], release[256], date[64] = "";
	time_t now = time(NULL);
	struct tm tm;

	host = machine_line(m, "proc/sys/kernel/hostname", name, sizeof(name));
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
	      "<meta name=\"viewport\" content=\"width=device-width\"/>\n"
	      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n"
	      "<title>IOMMU report", stdout);
	if (host) {
		fputs(": ", stdout);
		put(host);
	}
	printf("</title>\n<style>\n%s%s</style>\n</head>\n<body>\n<h1>IOMMU report",
	       picture_style, page_style);
	if (host) {
		fputs(": ", stdout);
		put(host);
	}
	printf("</h1>\n<p class=\"box %s\"><strong>", state_class(state));
	put(state ? state : "not known");
	fputs("</strong>: ", stdout);
	put(state_sentence(m->ic));
	fputs("</p>\n<p>", stdout);
	put_line("platform", iommucaps_fact(m->ic, "platform"));
	put_line("described by", iommucaps_fact(m->ic, "firmware"));
	put_line("DMA path", iommucaps_fact(m->ic, "dma_path"));
	put_line("Linux", machine_line(m, "proc/sys/kernel/osrelease", release,
				       sizeof(release)));
	if (gmtime_r(&now, &tm) &&
	    strftime(date, sizeof(date), "%Y-%m-%d %H:%M UTC", &tm))
		put_line("made", date);
	puts("</p>");
}

/* Yes, no, or not known; which of the two is wrong depends on the fact */
static void put_yes_no(const char *value, const char *yes, const char *no)
{
	if (is(value, "1"))
		put_element("td", yes, "yes");
	else if (is(value, "0"))
		put_element("td", no, "no");
	else
		put_element("td", "dunno", "not known");
}

static void put_value(const char *value)
{
	if (value)
		put_element("td", NULL, *value ? value : "none");
	else
		put_element("td", "dunno", "not known");
}

static void begin_table(const char *caption, const char *const *columns)
{
	put_element("h2", NULL, caption);
	puts("<div class=\"scroll\"><table>\n<thead><tr>");
	for (; *columns; columns++)
		printf("<th scope=\"col\">%s</th>\n", *columns);
	puts("</tr></thead>\n<tbody>");
}

static void end_table(void)
{
	puts("</tbody>\n</table></div>");
}

static void put_units(struct iommucaps *ic)
{
	static const char *const columns[] = {
		"Unit", "Kind", "Driven", "Active", "Emulated",
		"Remaps interrupts", "Address bits", "Features", NULL,
	};
	struct iommucaps_unit *const *u = iommucaps_units(ic);

	if (!u || !*u)
		return;
	begin_table("Units", columns);
	for (; *u; u++) {
		fputs("<tr><th scope=\"row\">", stdout);
		put(iommucaps_unit_name(*u));
		puts("</th>");
		put_value(iommucaps_unit_fact(*u, "type"));
		put_yes_no(iommucaps_unit_driven(*u) ? "1" : "0", "ok", "bad");
		put_yes_no(iommucaps_unit_fact(*u, "active"), "ok", "bad");
		put_yes_no(iommucaps_unit_fact(*u, "virtual"), NULL, NULL);
		put_yes_no(iommucaps_unit_fact(*u, "intr_remap"), "ok", NULL);
		put_value(iommucaps_unit_fact(*u, "address_width"));
		put_value(iommucaps_unit_fact(*u, "features"));
		puts("</tr>");
	}
	end_table();
}

static void put_device_list(struct iommucaps_device *const *d)
{
	struct text label = { 0 };

	fputs("<td>", stdout);
	for (; d && *d; d++) {
		put(device_label(*d, &label));
		if (d[1])
			puts("<br/>");
	}
	puts("</td>");
	text_free(&label);
}

static void put_group_units(struct iommucaps_group *g)
{
	struct iommucaps_unit *const *u;

	fputs("<td>", stdout);
	for (u = iommucaps_group_units(g); u && *u; u++) {
		put(iommucaps_unit_name(*u));
		if (u[1])
			putchar(' ');
	}
	puts("</td>");
}

static void put_groups(struct iommucaps *ic)
{
	static const char *const columns[] = {
		"Group", "DMA", "Ways around", "Domain", "Interrupts isolated",
		"Kept from guests by", "Unit", "Devices", NULL,
	};
	struct iommucaps_group *const *g = iommucaps_groups(ic);
	const char *name, *blockers;
	enum verdict v;

	if (!g || !*g)
		return;
	begin_table("Groups", columns);
	for (; *g; g++) {
		name = iommucaps_group_name(*g);
		v = dma_verdict(*g);
		printf("<tr id=\"group-%s\"><th scope=\"row\">%s</th>\n", name,
		       name);
		put_element("td", verdict_class(v), verdict_word(v));
		put_value(iommucaps_group_fact(*g, "bypass"));
		put_value(iommucaps_group_fact(*g, "domain_type"));
		put_yes_no(iommucaps_group_fact(*g, "intr_remap"), "ok", "bad");
		blockers = iommucaps_group_fact(*g, "assign_blockers");
		put_value(blockers && !*blockers ? "nothing" : blockers);
		put_group_units(*g);
		put_device_list(iommucaps_group_devices(*g));
		puts("</tr>");
	}
	end_table();
}

static void put_unprotected(struct iommucaps *ic)
{
	static const char *const columns[] = { "Device", "DMA", NULL };
	struct iommucaps_device *const *d = iommucaps_unprotected(ic);
	struct text label = { 0 };

	if (!d || !*d)
		return;
	begin_table("Not behind an IOMMU", columns);
	for (; *d; d++) {
		fputs("<tr><th scope=\"row\">", stdout);
		put(device_label(*d, &label));
		puts("</th>");
		put_element("td", "bad", verdict_word(NO));
		puts("</tr>");
	}
	end_table();
	text_free(&label);
}

static void put_page(struct audit *a)
{
	struct iommucaps *ic = a->m.ic;

	audit_count_unknown(a);
	put_head(&a->m);
	put_findings(a);
	puts("<h2>Units, groups and devices</h2>\n"
	     "<p class=\"dim\">A solid line: translated. Long dashes: translated, but there is a way around. "
	     "Thick short dashes: not translated. Dots: not known.</p>\n<div class=\"scroll\">");
	picture_svg(stdout, ic, true);
	puts("</div>");
	put_units(ic);
	put_groups(ic);
	put_unprotected(ic);
	puts("</body>\n</html>");
}

enum form { NOTHING, HTML, SVG, DOT };

static int print_report(enum form form, const char *ids)
{
	struct audit a = { .least = HARM_LOW };
	struct iommucaps *ic;
	int rc;

	rc = open_tree(&ic, verb_sysroot);
	if (rc)
		return rc;
	rc = names_open(iommucaps_sysfs(ic), ids, false);
	if (rc)
		goto close;
	machine_init(&a.m, ic);
	if (form == HTML)
		put_page(&a);
	else if (form == SVG)
		picture_svg(stdout, ic, false);
	else
		picture_dot(stdout, ic);
	rc = tree_status(ic, STATUS_YES);
	free(a.devices);
	machine_free(&a.m);
	names_close();
close:
	iommucaps_close(ic);
	return rc;
}

int verb_report(int argc, char **argv)
{
	enum { OPT_HTML = 256, OPT_SVG, OPT_DOT, OPT_PCI_IDS };
	static const struct option options[] = {
		{ "html", no_argument, NULL, OPT_HTML },
		{ "svg", no_argument, NULL, OPT_SVG },
		{ "dot", no_argument, NULL, OPT_DOT },
		{ "pci-ids", required_argument, NULL, OPT_PCI_IDS },
		VERB_OPTIONS
	};
	enum form form = NOTHING, asked;
	const char *ids = NULL;
	int c;

	while ((c = getopt_long(argc, argv, VERB_SHORT, options, NULL)) != -1) {
		switch (c) {
		case OPT_HTML:
		case OPT_SVG:
		case OPT_DOT:
			asked = c == OPT_HTML ? HTML : c == OPT_SVG ? SVG : DOT;
			if (form != NOTHING && form != asked)
				return verb_usage("--html, --svg and --dot exclude each other");
			form = asked;
			break;
		case OPT_PCI_IDS:
			ids = optarg;
			break;
		default:
			if (verb_common(c))
				break;
			return verb_option(c, "report --html | --svg | --dot [OPTION]...",
				"     --html           print one page for a browser\n"
				"     --svg            print the drawing on it\n"
				"     --dot            print a graph for dot(1)\n"
				"     --pci-ids FILE   take PCI names from FILE\n");
		}
	}
	if (optind < argc)
		return verb_usage("too many arguments");
	if (form == NOTHING)
		return verb_usage("one of --html, --svg and --dot is needed");
	return print_report(form, ids);
}
