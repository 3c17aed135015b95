// SPDX-License-Identifier: GPL-2.0-only
/*
 * lsiommu - list IOMMUs, their groups and devices
 *
 * Options. One of them chooses what is done; the model is read once,
 * as far as that needs it, and handed to columns.c, check.c or export.c.
 */
#include <err.h>
#include <getopt.h>
#include <locale.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "decode.h"
#include "lsiommu.h"

#ifndef LSIOMMU_VERSION
#define LSIOMMU_VERSION	"unknown"
#endif

enum action {
	ACTION_LIST, ACTION_CHECK, ACTION_DECODE, ACTION_VTD,
	ACTION_PROMETHEUS, ACTION_NFD,
};

enum option_code {
	OPT_DECODE = 256, OPT_VTD, OPT_PROMETHEUS, OPT_NFD, OPT_COLOR, OPT_PCI_IDS,
};

struct options {
	enum action action;
	struct view view;
	bool only_columns;
	bool numeric;
	const char *check;
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
	{ "check",	  required_argument, NULL, 'c' },
	{ "list-columns", no_argument,	     NULL, 'H' },
	{ "decode",	  no_argument,	     NULL, OPT_DECODE },
	{ "vtd",	  no_argument,	     NULL, OPT_VTD },
	{ "prometheus",	  no_argument,	     NULL, OPT_PROMETHEUS },
	{ "nfd",	  no_argument,	     NULL, OPT_NFD },
	{ "color",	  optional_argument, NULL, OPT_COLOR },
	{ "pci-ids",	  required_argument, NULL, OPT_PCI_IDS },
	{ "help",	  no_argument,	     NULL, 'h' },
	{ "version",	  no_argument,	     NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

static const char usage_line[] =
	"Usage: lsiommu [OPTION]... [UNIT|GROUP|DEVICE]...\n"
	"       lsiommu --check DEVICE\n"
	"       lsiommu --decode FILE...\n"
	"       lsiommu --vtd CAP ECAP [VERSION]     VT-d registers as JSON\n";

static void help(void)
{
	fputs(usage_line, stdout);
	fputs("List IOMMU groups and devices, and how far DMA is translated for them.\n\n"
	      " -u, --units          list units instead\n"
	      " -c, --check DEVICE   is it protected, assignable? why not, what to change?\n"
	      "     --decode FILE... decode firmware tables (DMAR, IVRS, ...) as JSON\n"
	      "     --prometheus     print all as metrics for Prometheus\n"
	      "     --nfd            print the machine as features of a Kubernetes node\n"
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
	      "Exit: 0 good, 1 not protected, 2 usage, 3 unknown, 4 failed, 5 not assignable\n",
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
	fputs(usage_line, stderr);
	fputs("Try 'lsiommu --help'.\n", stderr);
	return LS_USAGE;
}

static bool use_colors(const struct options *o)
{
	const char *term = getenv("TERM"), *no = getenv("NO_COLOR");

	if (o->color && !strcmp(o->color, "always"))
		return true;
	if (o->color && !strcmp(o->color, "never"))
		return false;
	return o->view.terminal && !(no && *no) &&
	       !(term && !strcmp(term, "dumb"));
}

static int set_action(struct options *o, enum action action)
{
	if (o->action != ACTION_LIST && o->action != action)
		return bad_usage("--check, --decode, --vtd, --prometheus and --nfd exclude each other");
	o->action = action;
	return LS_OK;
}

/* -1: go on; else a status to leave with */
static int parse(struct options *o, int argc, char **argv)
{
	int c, rc;

	while ((c = getopt_long(argc, argv, "JrlOnNuc:o:HhV", long_options,
				NULL)) != -1) {
		rc = LS_OK;
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
		case 'c':
			if (o->check)
				return bad_usage("--check takes one device");
			o->check = optarg;
			rc = set_action(o, ACTION_CHECK);
			break;
		case OPT_DECODE:
			rc = set_action(o, ACTION_DECODE);
			break;
		case OPT_VTD:
			rc = set_action(o, ACTION_VTD);
			break;
		case OPT_PROMETHEUS:
			rc = set_action(o, ACTION_PROMETHEUS);
			break;
		case OPT_NFD:
			rc = set_action(o, ACTION_NFD);
			break;
		case OPT_COLOR:
			o->color = optarg ? optarg : "always";
			if (strcmp(o->color, "auto") &&
			    strcmp(o->color, "always") &&
			    strcmp(o->color, "never"))
				return bad_usage("--color: %s: must be auto, always or never",
						 o->color);
			break;
		case OPT_PCI_IDS:
			o->pci_ids = optarg;
			break;
		case 'h':
			help();
			return LS_OK;
		case 'V':
			printf("lsiommu %s\n", LSIOMMU_VERSION);
			return LS_OK;
		default:
			return bad_usage(NULL);
		}
		if (rc)
			return rc;
	}
	return -1;
}

/* What does not go together */
static int validate(const struct options *o, int nargs)
{
	const struct view *v = &o->view;

	if (v->json && v->raw)
		return bad_usage("--json and --raw exclude each other");
	if (o->action == ACTION_DECODE && !nargs)
		return bad_usage("--decode needs a file");
	if (o->action == ACTION_VTD && nargs != 2 && nargs != 3)
		return bad_usage("--vtd needs two or three register values");
	if (o->action != ACTION_LIST && o->action != ACTION_DECODE &&
	    o->action != ACTION_VTD && nargs)
		return bad_usage("too many arguments");
	if (o->action != ACTION_LIST &&
	    (v->raw || v->flat || v->output || v->all || v->noheadings ||
	     v->units || (v->json && o->action != ACTION_DECODE)))
		return bad_usage("options of the list do not go with --check, --decode, --vtd, --prometheus or --nfd");
	return LS_OK;
}

/* One JSON value for each file, one after the other */
static int decode(char **files, size_t n)
{
	int rc = LS_OK;
	size_t i;

	for (i = 0; i < n; i++)
		if (decode_file(stdout, "lsiommu", files[i]))
			rc = LS_FAILED;
	return rc;
}

/* The fields of registers whose values are given */
static int decode_registers(char **values, int n)
{
	switch (decode_vtd(stdout, "lsiommu", values[0], values[1],
			   n > 2 ? values[2] : NULL)) {
	case DECODE_OK:
		return LS_OK;
	case DECODE_USAGE:
		return LS_USAGE;
	default:
		return LS_FAILED;
	}
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
		return LS_OK;
	}
	rc = columns_print(&o->view, t);
	return rc ? rc : missing;
}

static int run(struct options *o, char **args, size_t nargs)
{
	struct tree t = { .sysfs_fd = -1, .root_fd = -1 };
	struct filters none = { 0 };
	int rc;

	if (o->action == ACTION_LIST) {
		rc = columns_parse(&o->view, &t);
		if (rc)
			return bad_usage(NULL);
	} else {
		t.need = NEED_GROUPS | NEED_UNITS | NEED_VALUES;
	}
	rc = tree_open(&t);
	if (rc)
		goto out;
	if (o->action == ACTION_CHECK || columns_use_names()) {
		rc = names_open(t.sysfs, o->pci_ids, o->numeric);
		if (rc)
			goto out;
	}

	switch (o->action) {
	case ACTION_CHECK:
		rc = check_device(&t, o->check, use_colors(o));
		break;
	case ACTION_PROMETHEUS:
	case ACTION_NFD:
		rc = tree_read(&t, &none);
		if (rc)
			break;
		if (o->action == ACTION_NFD)
			export_nfd(&t);
		else
			export_prometheus(&t);
		break;
	default:
		rc = list(o, &t, args, nargs);
		break;
	}
	names_close();
out:
	tree_close(&t);
	return rc;
}

/* Output that did not arrive is a failure */
static int flush(int rc)
{
	if (!ferror(stdout) && !fflush(stdout))
		return rc;
	warn("standard output");
	return LS_FAILED;
}

int main(int argc, char **argv)
{
	struct options o = { 0 };
	int rc;

	rc = parse(&o, argc, argv);
	if (rc >= 0)
		return flush(rc);
	if (o.only_columns) {
		columns_list(stdout, o.view.units);
		return flush(LS_OK);
	}
	rc = validate(&o, argc - optind);
	if (rc)
		return rc;

	/* Only what goes to a terminal may depend on the locale */
	o.view.terminal = isatty(STDOUT_FILENO);
	if (!o.view.terminal || o.view.json || o.view.raw)
		setlocale(LC_CTYPE, "C.UTF-8");
	else
		setlocale(LC_ALL, "");
	o.view.colors = use_colors(&o) && !o.view.json && !o.view.raw;

	if (o.action == ACTION_DECODE)
		rc = decode(argv + optind, (size_t)(argc - optind));
	else if (o.action == ACTION_VTD)
		rc = decode_registers(argv + optind, argc - optind);
	else
		rc = run(&o, argv + optind, (size_t)(argc - optind));
	return flush(rc);
}
