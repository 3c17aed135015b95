// SPDX-License-Identifier: GPL-2.0-only
/*
 * lsiommu - list IOMMUs, their groups and devices
 *
 * Options: what was asked for is selected in filter.c and printed in
 * columns.c.
 */
#include <err.h>
#include <getopt.h>
#include <locale.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lsiommu.h"

enum option_code {
	OPT_COLOR = 256, OPT_PCI_IDS, OPT_SYSROOT, OPT_TREE,
};

struct options {
	struct view view;
	struct filters filters;
	bool only_columns;
	bool numeric;
	bool list;
	bool tree;
	const char *sysroot;
	const char *pci_ids;
	const char *color;
};

static const struct option long_options[] = {
	{ "ascii",	  no_argument,	     NULL, 'i' },
	{ "color",	  optional_argument, NULL, OPT_COLOR },
	{ "device",	  required_argument, NULL, 'd' },
	{ "help",	  no_argument,	     NULL, 'h' },
	{ "json",	  no_argument,	     NULL, 'J' },
	{ "list",	  no_argument,	     NULL, 'l' },
	{ "list-columns", no_argument,	     NULL, 'H' },
	{ "noheadings",	  no_argument,	     NULL, 'n' },
	{ "numeric",	  no_argument,	     NULL, 'N' },
	{ "output",	  required_argument, NULL, 'o' },
	{ "output-all",	  no_argument,	     NULL, 'O' },
	{ "pairs",	  no_argument,	     NULL, 'P' },
	{ "pci-ids",	  required_argument, NULL, OPT_PCI_IDS },
	{ "raw",	  no_argument,	     NULL, 'r' },
	{ "slot",	  required_argument, NULL, 's' },
	{ "sysroot",	  required_argument, NULL, OPT_SYSROOT },
	{ "tree",	  optional_argument, NULL, OPT_TREE },
	{ "units",	  no_argument,	     NULL, 'u' },
	{ "version",	  no_argument,	     NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

static void help(void)
{
	fputs("Usage: lsiommu [OPTION]... [UNIT|GROUP|DEVICE]...\n"
	      "List IOMMU groups and devices, and how far DMA is translated for them.\n\n"
	      " -u, --units          list units instead\n"
	      " -d, --device [VENDOR]:[DEVICE]   only PCI functions with these ids\n"
	      " -s, --slot [[DOMAIN:]BUS:][SLOT][.FUNC]   only those with such an address\n"
	      " -J, --json           print JSON\n"
	      " -P, --pairs          print NAME=\"value\" pairs\n"
	      " -r, --raw            for scripts: one space between columns, no tree\n"
	      " -l, --list           no tree, one line per device\n"
	      "     --tree[=COLUMN]  tree, drawn in this column (default: NAME)\n"
	      " -o, --output [+]LIST columns to show, or to add; -O, --output-all: all\n"
	      " -n, --noheadings     print no heading\n"
	      " -i, --ascii          draw the tree in ASCII\n"
	      " -N, --numeric        print numbers instead of PCI names\n"
	      "     --pci-ids FILE   take PCI names from FILE\n"
	      "     --color[=WHEN]   auto, always or never\n"
	      "     --sysroot DIR    look at the machine whose root is DIR\n"
	      " -H, --list-columns   list the columns, with --units those of units\n"
	      " -h, --help           print this help; -V, --version: the version\n"
	      "Exit: 0 done, 2 usage, 3 module not loaded, 4 failed; see iommu-caps(8), too\n",
	      stdout);
}

static int __printf(1, 2)
bad_usage(const char *fmt, ...)
{
	va_list ap;

	if (fmt) {
		va_start(ap, fmt);
		vwarnx(fmt, ap);
		va_end(ap);
	}
	fputs("Try 'lsiommu --help'.\n", stderr);
	return STATUS_USAGE;
}

static int set_format(struct view *v, enum format format)
{
	if (v->format != FORMAT_TABLE && v->format != format)
		return bad_usage("--json, --pairs and --raw exclude each other");
	v->format = format;
	return STATUS_YES;
}

/* -1: go on; else a status to leave with */
static int parse(struct options *o, int argc, char **argv)
{
	const char *wrong;
	int c, rc;

	while ((c = getopt_long(argc, argv, "HJNOPVd:hilno:rs:u", long_options,
				NULL)) != -1) {
		rc = STATUS_YES;
		wrong = NULL;
		switch (c) {
		case 'J':
			rc = set_format(&o->view, FORMAT_JSON);
			break;
		case 'r':
			rc = set_format(&o->view, FORMAT_RAW);
			break;
		case 'P':
			rc = set_format(&o->view, FORMAT_PAIRS);
			break;
		case 'l':
			o->list = true;
			break;
		case 'i':
			o->view.ascii = true;
			break;
		case 'd':
			wrong = filters_set_device(&o->filters, optarg);
			break;
		case 's':
			wrong = filters_set_slot(&o->filters, optarg);
			break;
		case 'o':
			o->view.output = optarg;
			break;
		case 'O':
			o->view.all = true;
			break;
		case 'n':
			o->view.noheadings = true;
			break;
		case 'N':
			o->numeric = true;
			break;
		case 'u':
			o->view.units = true;
			break;
		case 'H':
			o->only_columns = true;
			break;
		case OPT_COLOR:
			o->color = optarg ? optarg : "auto";
			if (!color_word(o->color))
				return bad_usage("--color: %s: must be auto, always or never",
						 o->color);
			break;
		case OPT_PCI_IDS:
			o->pci_ids = optarg;
			break;
		case OPT_SYSROOT:
			o->sysroot = optarg;
			break;
		case OPT_TREE:
			o->tree = true;
			o->view.tree = optarg;
			break;
		case 'h':
			help();
			return STATUS_YES;
		case 'V':
			printf("lsiommu %s\n", TOOLS_VERSION);
			return STATUS_YES;
		default:
			return bad_usage(NULL);
		}
		if (wrong)
			return bad_usage("%s: %s", optarg, wrong);
		if (rc)
			return rc;
	}
	return -1;
}

static int validate(struct options *o)
{
	bool script = o->view.format == FORMAT_RAW ||
		      o->view.format == FORMAT_PAIRS;

	if (o->tree && (o->list || script || o->view.units))
		return bad_usage("--tree excludes --list, --pairs, --raw and --units");
	if (o->view.units && filters_of_functions(&o->filters))
		return bad_usage("--device and --slot exclude --units");
	o->view.flat = o->list || script;
	o->view.want_tree = o->tree;
	return columns_choose(&o->view) ? bad_usage(NULL) : STATUS_YES;
}

static int list(struct options *o, struct iommucaps *ic)
{
	struct selected s = { 0 };
	int rc = STATUS_YES, missing;

	if (o->view.units)
		select_units(ic, &o->filters, &s);
	else
		select_groups(ic, &o->filters, &s);
	missing = filters_report(&o->filters);
	if (s.ngroups || s.nunits ||
	    (!missing && (o->filters.n || o->view.format != FORMAT_TABLE)))
		rc = columns_print(&o->view, ic, &s);
	else if (!missing && filters_of_functions(&o->filters))
		warnx("no such PCI function");
	else if (!missing)
		fprintf(stderr, "%s\n", state_sentence(ic));
	selected_free(&s);
	return tree_status(ic, rc ? rc : missing);
}

static int run(struct options *o, char **args, size_t nargs)
{
	struct iommucaps *ic;
	int rc;

	rc = open_tree(&ic, o->sysroot);
	if (rc)
		return rc;
	if (columns_use_names())
		rc = names_open(iommucaps_sysfs(ic), o->pci_ids, o->numeric);
	if (!rc) {
		filters_init(&o->filters, args, nargs);
		rc = list(o, ic);
		filters_free(&o->filters);
	}
	names_close();
	iommucaps_close(ic);
	return rc;
}

int main(int argc, char **argv)
{
	struct options o = {
		.color = "auto",
		.filters = {
			.vendor = -1, .device = -1, .slot = { -1, -1, -1, -1 },
		},
	};
	int rc;

	rc = parse(&o, argc, argv);
	if (rc >= 0)
		return rc ? rc : finish_output(rc);
	if (o.only_columns) {
		columns_list(&o.view);
		return finish_output(STATUS_YES);
	}
	rc = validate(&o);
	if (rc)
		return rc;

	/* Only what goes to a terminal may depend on the locale */
	o.view.terminal = o.view.format == FORMAT_TABLE &&
			  isatty(STDOUT_FILENO);
	setlocale(o.view.terminal ? LC_ALL : LC_CTYPE,
		  o.view.terminal ? "" : "C.UTF-8");
	o.view.colors = o.view.format == FORMAT_TABLE &&
			use_colors(o.color, o.view.terminal);
	return finish_output(run(&o, argv + optind, (size_t)(argc - optind)));
}
