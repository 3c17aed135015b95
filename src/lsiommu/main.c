// SPDX-License-Identifier: GPL-2.0-only
/*
 * lsiommu - list IOMMUs, their groups and devices
 *
 * Options. The model is read once, as far as the columns need it, and handed
 * to columns.c.
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
	OPT_COLOR = 256, OPT_PCI_IDS,
};

struct options {
	struct view view;
	bool only_columns;
	bool numeric;
	const char *pci_ids;
	const char *color;
};

static const struct option long_options[] = {
	{ "json",	  no_argument,	     NULL, 'J' },
	{ "raw",	  no_argument,	     NULL, 'r' },
	{ "list",	  no_argument,	     NULL, 'l' },
	{ "output",	  required_argument, NULL, 'o' },
	{ "output-all",	  no_argument,	     NULL, 'O' },
	{ "noheadings",	  no_argument,	     NULL, 'n' },
	{ "numeric",	  no_argument,	     NULL, 'N' },
	{ "units",	  no_argument,	     NULL, 'u' },
	{ "list-columns", no_argument,	     NULL, 'H' },
	{ "color",	  optional_argument, NULL, OPT_COLOR },
	{ "pci-ids",	  required_argument, NULL, OPT_PCI_IDS },
	{ "help",	  no_argument,	     NULL, 'h' },
	{ "version",	  no_argument,	     NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

static void help(void)
{
	fputs("Usage: lsiommu [OPTION]... [UNIT|GROUP|DEVICE]...\n"
	      "List IOMMU groups and devices, and how far DMA is translated for them.\n\n"
	      " -u, --units          list units instead\n"
	      " -J, --json           print JSON\n"
	      " -l, --list           no tree, one line per device\n"
	      " -r, --raw            the same, for scripts: one space between columns\n"
	      " -o, --output [+]LIST columns to show, or to add\n"
	      " -O, --output-all     show all columns\n"
	      " -n, --noheadings     print no heading\n"
	      " -N, --numeric        print numbers instead of PCI names\n"
	      "     --pci-ids FILE   take PCI names from FILE\n"
	      "     --color[=WHEN]   auto, always or never\n"
	      " -H, --list-columns   list the columns, with --units those of units\n"
	      " -h, --help           print this help\n"
	      " -V, --version        print the version\n"
	      "Exit: 0 done, 2 usage, 3 module not loaded, 4 failed\n",
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

/* -1: go on; else a status to leave with */
static int parse(struct options *o, int argc, char **argv)
{
	int c;

	while ((c = getopt_long(argc, argv, "JrlOnNuo:HhV", long_options,
				NULL)) != -1) {
		switch (c) {
		case 'J':
			o->view.json = true;
			break;
		case 'r':
			o->view.raw = true;
			o->view.flat = true;
			break;
		case 'l':
			o->view.flat = true;
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
			o->color = optarg ? optarg : "always";
			if (!color_word(o->color))
				return bad_usage("--color: %s: must be auto, always or never",
						 o->color);
			break;
		case OPT_PCI_IDS:
			o->pci_ids = optarg;
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
	}
	return -1;
}

static int list(struct options *o, struct tree *t, char **args, size_t nargs)
{
	struct filters f;
	int rc, missing;

	/* A unit's name means its groups, and with --units a group its units */
	if (nargs)
		t->need |= NEED_GROUPS | NEED_GROUP_UNITS;
	filters_init(&f, args, nargs);
	rc = tree_read(t, &f);
	missing = filters_report(&f);
	filters_free(&f);
	if (rc || (missing && !t->ngroups && !t->nunprotected && !t->nunits))
		return rc ? rc : missing;
	if (!nargs && !o->view.json && !o->view.raw && !t->ngroups &&
	    !t->nunprotected && !t->nunits) {
		fprintf(stderr, "%s\n", state_sentence(t));
		return STATUS_YES;
	}
	rc = columns_print(&o->view, t);
	return rc ? rc : missing;
}

static int run(struct options *o, char **args, size_t nargs)
{
	struct tree t = { .sysfs_fd = -1, .root_fd = -1 };
	int rc;

	rc = columns_parse(&o->view, &t);
	if (rc)
		return bad_usage(NULL);
	rc = tree_open(&t);
	if (!rc && columns_use_names())
		rc = names_open(t.sysfs, o->pci_ids, o->numeric);
	if (!rc)
		rc = list(o, &t, args, nargs);
	names_close();
	tree_close(&t);
	return rc;
}

int main(int argc, char **argv)
{
	struct options o = { .color = "auto" };
	int rc;

	rc = parse(&o, argc, argv);
	if (rc >= 0)
		return finish_output(rc);
	if (o.only_columns) {
		columns_list(stdout, o.view.units);
		return finish_output(STATUS_YES);
	}
	if (o.view.json && o.view.raw)
		return bad_usage("--json and --raw exclude each other");

	/* Only what goes to a terminal may depend on the locale */
	o.view.terminal = isatty(STDOUT_FILENO);
	if (!o.view.terminal || o.view.json || o.view.raw)
		setlocale(LC_CTYPE, "C.UTF-8");
	else
		setlocale(LC_ALL, "");
	o.view.colors = use_colors(o.color, o.view.terminal) &&
			!o.view.json && !o.view.raw;
	return finish_output(run(&o, argv + optind, (size_t)(argc - optind)));
}
