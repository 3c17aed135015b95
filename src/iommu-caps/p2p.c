// SPDX-License-Identifier: GPL-2.0-only
/*
 * p2p: which device reaches which, and by what way
 *
 * A matrix of devices, or one pair with what is in the way and what to change.
 */
#include <err.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "common/json.h"
#include "decode/acs_regs.h"
#include "markup.h"
#include "pci_paths.h"
#include "verbs.h"

#define CLASS_NVME		0x010802
#define BASE_CLASS_NETWORK	0x02
#define BASE_CLASS_DISPLAY	0x03
#define BASE_CLASS_ACCELERATOR	0x12

/* The controls that redirect, as pci=config_acs= and setpci want them */
#define CONFIG_ACS_OFF	"0x00xx"
#define SETPCI_OFF	"ECAP_ACS+%u.w=0:2c"

struct selection {
	const struct pci_fn **v;
	size_t n;
};

static const char *const verdict_meaning[PATH_NR] = {
	[PATH_DIRECT] = "below one switch, and nothing redirects",
	[PATH_REDIRECTED] = "ACS sends requests up to the root complex, which forwards them",
	[PATH_HOST_BRIDGE] = "through the root complex, which forwards them",
	[PATH_REFUSED] = "through a root complex that is not on the kernel's list of those that forward",
	[PATH_UNKNOWN] = "the ACS of a port on the way cannot be read now",
};

/* GPUs, accelerators, network cards and NVMe controllers */
static bool is_usual(const struct pci_fn *fn)
{
	switch (fn->ids.class_code >> 16) {
	case BASE_CLASS_NETWORK:
	case BASE_CLASS_DISPLAY:
	case BASE_CLASS_ACCELERATOR:
		return true;
	default:
		return fn->ids.class_code == CLASS_NVME;
	}
}

static bool share_group(const struct pci_fn *a, const struct pci_fn *b)
{
	return a->group && b->group && !strcmp(a->group, b->group);
}

static void add_device(struct selection *s, const struct pci_fn *fn)
{
	s->v = xrealloc(s->v, s->n + 1, sizeof(*s->v));
	s->v[s->n++] = fn;
}

static int select_devices(const struct pci_paths *paths, char **argv, size_t n,
			  struct selection *s)
{
	const struct pci_fn *fn;
	char name[256];
	size_t i;

	for (i = 0; !n && i < paths->n; i++)
		if (is_usual(&paths->v[i]))
			add_device(s, &paths->v[i]);
	for (i = 0; i < n; i++) {
		fn = NULL;
		if (!iommucaps_canonical_name(argv[i], name, sizeof(name)))
			fn = pci_paths_find(paths, name);
		if (!fn) {
			warnx("%s: no such PCI device", argv[i]);
			return STATUS_FAILED;
		}
		add_device(s, fn);
	}
	return 0;
}

static void print_controls(FILE *out, int enabled)
{
	const char *sep = "";
	int i;

	for (i = 0; i < ACS_NR; i++) {
		if (!(enabled & (int)ACS_REDIRECT & 1 << i))
			continue;
		fprintf(out, "%s%s", sep, acs_control_names[i]);
		sep = " and ";
	}
}

static void explain_pair(const struct pci_paths *paths,
			 const struct pci_fn *a, const struct pci_fn *b,
			 const struct pci_path *path)
{
	const struct pci_fn *const *r;
	char buf[NAME_SIZE];

	printf("%s %s\n", a->name, name_full(&a->ids, buf));
	printf("%s %s\n", b->name, name_full(&b->ids, buf));
	printf("Peer-to-peer: %s (%s), distance %u\n",
	       path_verdict_names[path->verdict],
	       verdict_meaning[path->verdict], path->distance);
	for (r = path->redirects; *r; r++) {
		printf("  %s (%s) redirects: ", (*r)->name,
		       name_full(&(*r)->ids, buf));
		print_controls(stdout, (*r)->enabled);
		printf(".\n");
	}
	if (path->redirects[0]) {
		printf("  -> boot with pci=config_acs=");
		for (r = path->redirects; *r; r++)
			printf("%s" CONFIG_ACS_OFF "@%s",
			       r == path->redirects ? "" : ";", (*r)->name);
		printf(" (Linux 6.11 and later)\n"
		       "     or pci=disable_acs_redir=");
		for (r = path->redirects; *r; r++)
			printf("%s%s", r == path->redirects ? "" : ";",
			       (*r)->name);
		printf(" (before)\n");
		printf("  -> to try it until the next boot, as root:\n");
		for (r = path->redirects; *r; r++)
			printf("     setpci -s %s " SETPCI_OFF "\n",
			       (*r)->name,
			       acs_control_register((*r)->ids.vendor,
						    (*r)->ids.device));
		printf("  Without these controls the IOMMU no longer separates the devices below: after the next boot they may share a group.\n");
	} else if (path->verdict == PATH_REFUSED) {
		printf("  -> put both below one PCI Express switch\n");
	}
	if (share_group(a, b))
		printf("Both are in group %s: the IOMMU cannot keep them apart.\n",
		       a->group);
	else if (a->group && b->group)
		printf("They are in groups %s and %s.\n", a->group, b->group);
	if (!paths->p2pdma)
		printf("This kernel is built without CONFIG_PCI_P2PDMA: its drivers use no peer-to-peer DMA.\n");
}

static void json_controls(struct json *j, const struct pci_fn *fn)
{
	int i;

	json_array(j, "controls");
	for (i = 0; i < ACS_NR; i++)
		if (fn->enabled & (int)ACS_REDIRECT & 1 << i)
			json_string(j, NULL, acs_control_names[i]);
	json_array_end(j);
}

static void json_pair(struct json *j, const struct pci_fn *a,
		      const struct pci_fn *b, const struct pci_path *path)
{
	const struct pci_fn *const *r;

	json_object(j, NULL);
	json_string(j, "a", a->name);
	json_string(j, "b", b->name);
	json_string(j, "verdict", path_verdict_names[path->verdict]);
	json_int(j, "distance", path->distance);
	if (a->group && b->group)
		json_bool(j, "same_group", share_group(a, b));
	else
		json_null(j, "same_group");
	json_array(j, "redirects");
	for (r = path->redirects; *r; r++) {
		json_object(j, NULL);
		json_string(j, "device", (*r)->name);
		json_controls(j, *r);
		json_object_end(j);
	}
	json_array_end(j);
	json_object_end(j);
}

static void print_json(const struct pci_paths *paths,
		       const struct selection *s)
{
	struct json j = JSON_INIT(stdout);
	char buf[NAME_SIZE];
	struct pci_path path;
	size_t a, b;

	json_object(&j, NULL);
	if (paths->p2pdma < 0)
		json_null(&j, "kernel_p2pdma");
	else
		json_bool(&j, "kernel_p2pdma", paths->p2pdma);
	json_array(&j, "devices");
	for (a = 0; a < s->n; a++) {
		json_object(&j, NULL);
		json_string(&j, "name", s->v[a]->name);
		json_string(&j, "description",
			    name_full(&s->v[a]->ids, buf));
		if (s->v[a]->group)
			json_int(&j, "group",
				 strtoull(s->v[a]->group, NULL, 10));
		else
			json_null(&j, "group");
		json_object_end(&j);
	}
	json_array_end(&j);
	json_array(&j, "pairs");
	for (a = 0; a < s->n; a++)
		for (b = a + 1; b < s->n; b++) {
			pci_path_between(paths, s->v[a], s->v[b], &path);
			json_pair(&j, s->v[a], s->v[b], &path);
		}
	json_array_end(&j);
	json_object_end(&j);
	putchar('\n');
}

static void print_matrix(const struct pci_paths *paths,
			 const struct selection *s)
{
	static const char *const cells[PATH_NR] = {
		"dir", "red", "host", "no", "?",
	};
	struct pci_path path;
	char cell[16], buf[NAME_SIZE];
	size_t a, b;

	printf("   # %-12s %5s", "DEVICE", "GROUP");
	for (b = 0; b < s->n; b++)
		printf(" %6zu", b + 1);
	printf("  DESCRIPTION\n");
	for (a = 0; a < s->n; a++) {
		printf("%4zu %-12s %5s", a + 1, s->v[a]->name,
		       s->v[a]->group ? s->v[a]->group : "-");
		for (b = 0; b < s->n; b++) {
			if (a == b) {
				printf(" %6s", "-");
				continue;
			}
			pci_path_between(paths, s->v[a], s->v[b], &path);
			snprintf(cell, sizeof(cell), "%s/%u%s",
				 cells[path.verdict], path.distance,
				 share_group(s->v[a], s->v[b]) ? "=" : "");
			printf(" %6s", cell);
		}
		printf("  %s\n", name_full(&s->v[a]->ids, buf));
	}
	printf("\nverdict/distance; = both in one group: the IOMMU cannot keep them apart\n");
	for (a = 0; a < PATH_NR; a++)
		printf(" %-5s %s\n", cells[a], verdict_meaning[a]);
	if (!paths->p2pdma)
		printf("This kernel is built without CONFIG_PCI_P2PDMA: its drivers use no peer-to-peer DMA.\n");
}

static void print_dot_name(const char *name)
{
	putchar('"');
	markup_dot(stdout, name);
	putchar('"');
}

static void print_dot_edge(const char *from, const char *to)
{
	printf("  ");
	print_dot_name(from);
	printf(" -- ");
	print_dot_name(to);
}

static void print_dot_node(const struct pci_fn *fn,
			   bool selected)
{
	char buf[NAME_SIZE];

	printf("  ");
	print_dot_name(fn->name);
	printf(" [shape=%s,label=\"", selected ? "box,style=bold" : "ellipse");
	markup_dot(stdout, fn->name);
	printf("\\n");
	markup_dot(stdout, name_full(&fn->ids, buf));
	if (fn->group) {
		printf("\\ngroup ");
		markup_dot(stdout, fn->group);
	}
	if (fn->enabled > 0 && fn->enabled & (int)ACS_REDIRECT) {
		printf("\\nredirects: ");
		print_controls(stdout, fn->enabled);
	}
	printf("\"];\n");
}

/* Bridges above what was selected, from there down, and the direct pairs */
static void print_dot(const struct pci_paths *paths,
		      const struct selection *s)
{
	bool *drawn = xrealloc(NULL, paths->n ? paths->n : 1, sizeof(*drawn));
	const struct pci_fn *fn;
	struct pci_path path;
	size_t a, b;

	memset(drawn, 0, paths->n * sizeof(*drawn));
	printf("graph p2p {\n  rankdir=TB;\n  node [fontname=\"sans-serif\"];\n");
	for (a = 0; a < s->n; a++)
		for (fn = s->v[a]; fn && !drawn[fn - paths->v]; fn = fn->up) {
			drawn[fn - paths->v] = true;
			print_dot_node(fn, fn == s->v[a]);
			print_dot_edge(fn->up ? fn->up->name :
				       fn->root ? fn->root : "root complex",
				       fn->name);
			printf(";\n");
		}
	for (a = 0; a < s->n; a++)
		for (b = a + 1; b < s->n; b++) {
			pci_path_between(paths, s->v[a], s->v[b], &path);
			if (path.verdict != PATH_DIRECT)
				continue;
			print_dot_edge(s->v[a]->name, s->v[b]->name);
			printf(" [style=dashed,constraint=false,label=\"direct, %u\"];\n",
			       path.distance);
		}
	printf("}\n");
	free(drawn);
}

/* Of one pair: 0 it is possible, 1 not, 3 unknown */
static int pair_status(const struct pci_path *path)
{
	switch (path->verdict) {
	case PATH_UNKNOWN:
		return STATUS_UNKNOWN;
	case PATH_REFUSED:
		return STATUS_NO;
	default:
		return STATUS_YES;
	}
}

/* One device alone is shown beside the usual ones. */
static void add_usual(const struct pci_paths *paths, struct selection *s)
{
	size_t i;

	for (i = 0; i < paths->n; i++)
		if (is_usual(&paths->v[i]) && &paths->v[i] != s->v[0])
			add_device(s, &paths->v[i]);
}

int verb_p2p(int argc, char **argv)
{
	enum { OPT_JSON = 256, OPT_DOT, OPT_PCI_IDS };
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'J' },
		{ "dot", no_argument, NULL, OPT_DOT },
		{ "pci-ids", required_argument, NULL, OPT_PCI_IDS },
		VERB_OPTIONS
	};
	bool json = false, dot = false;
	struct iommucaps *ic;
	struct pci_paths paths = { };
	struct selection s = { };
	const char *ids = NULL;
	struct pci_path path;
	size_t n;
	int c, rc;

	while ((c = getopt_long(argc, argv, VERB_SHORT "J", options,
				NULL)) != -1) {
		switch (c) {
		case 'J':
			json = true;
			break;
		case OPT_DOT:
			dot = true;
			break;
		case OPT_PCI_IDS:
			ids = optarg;
			break;
		default:
			if (verb_common(c))
				break;
			return verb_option(c, "p2p [OPTION]... [DEVICE]...",
				" -J, --json           print JSON\n"
				"     --dot            print a graph for dot(1)\n"
				"     --pci-ids FILE   take PCI names from FILE\n");
		}
	}
	if (json && dot)
		return verb_usage("--json and --dot exclude each other");
	n = (size_t)(argc - optind);

	rc = open_tree(&ic, verb_sysroot);
	if (!rc)
		rc = names_open(iommucaps_sysfs(ic), ids, false);
	if (!rc)
		rc = pci_paths_read(ic, &paths);
	if (!rc)
		rc = select_devices(&paths, argv + optind, n, &s);
	if (!rc && s.n == 2 && n == 2 && s.v[0] == s.v[1])
		rc = verb_usage("%s is named twice", s.v[0]->name);
	if (!rc && n == 1)
		add_usual(&paths, &s);
	if (!rc && n == 2)
		pci_path_between(&paths, s.v[0], s.v[1], &path);
	if (!rc) {
		if (json)
			print_json(&paths, &s);
		else if (dot)
			print_dot(&paths, &s);
		else if (n == 2)
			explain_pair(&paths, s.v[0], s.v[1], &path);
		else
			print_matrix(&paths, &s);
		rc = n == 2 ? pair_status(&path) : STATUS_YES;
	}
	free(s.v);
	pci_paths_free(&paths);
	names_close();
	iommucaps_close(ic);
	return rc;
}
