// SPDX-License-Identifier: GPL-2.0-only
/*
 * iommu-caps export: the facts for fleets
 *
 * Prometheus: text exposition format, for node_exporter's textfile collector.
 * A fact that is not known has no sample. Node Feature Discovery: a feature
 * file, lines of key=value, each of which becomes a label of the node; values
 * are kept to what a label may hold.
 */
#include <ctype.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "replace_file.h"
#include "verbs.h"

/* One metric over all groups or units that comes straight from a file */
struct metric {
	const char *name;
	int attr;
	const char *help;
};

static const struct metric group_metrics[] = {
	{ "iommu_caps_group_dma_remap", GROUP_dma_remap,
	  "Whether DMA of the group is translated now." },
	{ "iommu_caps_group_intr_remap", GROUP_intr_remap,
	  "Whether the interrupts of the group are isolated." },
	{ "iommu_caps_group_virtual", GROUP_viommu,
	  "Whether the IOMMU of the group is emulated or paravirtual." },
	{ "iommu_caps_group_caching_mode", GROUP_caching_mode,
	  "Whether a unit that serves the group has caching mode." },
	{ "iommu_caps_group_coherent", GROUP_coherent,
	  "Whether DMA of the group is cache-coherent." },
	{ "iommu_caps_group_external", GROUP_external,
	  "Whether a device of the group is external or untrusted." },
};

static const struct metric unit_metrics[] = {
	{ "iommu_caps_unit_active", UNIT_active,
	  "Whether translation is on in the unit." },
	{ "iommu_caps_unit_virtual", UNIT_virtual,
	  "Whether the unit is emulated or paravirtual." },
	{ "iommu_caps_unit_caching_mode", UNIT_caching_mode,
	  "Whether the unit has caching mode." },
	{ "iommu_caps_unit_intr_remap", UNIT_intr_remap,
	  "Whether the unit remaps interrupts now." },
};

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

static const char *const states[] = {
	IOMMU_CAPS_STATE_NONE, IOMMU_CAPS_STATE_DISABLED,
	IOMMU_CAPS_STATE_PASSTHROUGH, IOMMU_CAPS_STATE_PARTIAL,
	IOMMU_CAPS_STATE_FULL, IOMMU_CAPS_STATE_HYPERVISOR,
};

static void head(const char *name, const char *help)
{
	printf("# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

/* name="value", with what the format wants escaped */
static void label(const char *sep, const char *name, const char *value)
{
	printf("%s%s=\"", sep, name);
	for (; value && *value; value++) {
		if (*value == '\n')
			printf("\\n");
		else if (*value == '"' || *value == '\\')
			printf("\\%c", *value);
		else
			putchar(*value);
	}
	putchar('"');
}

static bool is_bool(const char *v)
{
	return v && (!strcmp(v, "0") || !strcmp(v, "1"));
}

static void prometheus_machine(struct tree *t)
{
	const char *state = t->top[TOP_state];
	const char *path = t->top[TOP_dma_path], *tok;
	size_t i, len;

	head("iommu_caps_info", "What the machine is, in labels.");
	printf("iommu_caps_info");
	label("{", "abi_version", t->top[TOP_abi_version]);
	label(",", "state", state);
	label(",", "platform", t->top[TOP_platform]);
	label(",", "firmware", t->top[TOP_firmware]);
	printf("} 1\n");

	head("iommu_caps_state", "State of DMA translation: 1 for the one that holds.");
	for (i = 0; state && i < COUNT(states); i++) {
		printf("iommu_caps_state");
		label("{", "state", states[i]);
		printf("} %d\n", !strcmp(state, states[i]));
	}
	if (is_bool(t->top[TOP_preboot_protection])) {
		head("iommu_caps_preboot_protection",
		     "Whether firmware claims to have protected DMA before the kernel.");
		printf("iommu_caps_preboot_protection %s\n",
		       t->top[TOP_preboot_protection]);
	}
	if (path)
		head("iommu_caps_dma_path",
		     "A way that the kernel's DMA takes, one sample for each.");
	while ((tok = next_token(&path, &len))) {
		printf("iommu_caps_dma_path");
		label("{", "path", pool_strndup(&t->pool, tok, len));
		printf("} 1\n");
	}
	head("iommu_caps_groups", "Number of IOMMU groups.");
	printf("iommu_caps_groups %zu\n", t->ngroups);
	head("iommu_caps_unprotected_functions",
	     "Number of PCI functions in no group, whose DMA no IOMMU translates.");
	printf("iommu_caps_unprotected_functions %zu\n", t->nunprotected);
}

static void prometheus_units(const struct tree *t)
{
	const struct metric *m;
	const struct unit *u;
	size_t i, j;

	head("iommu_caps_unit_info", "A unit, in labels.");
	for (j = 0; j < t->nunits; j++) {
		u = t->units[j];
		printf("iommu_caps_unit_info");
		label("{", "unit", u->name);
		label(",", "type", u->attr[UNIT_type]);
		label(",", "driven", u->driven ? "1" : "0");
		printf("} 1\n");
	}
	for (i = 0; i < COUNT(unit_metrics); i++) {
		m = &unit_metrics[i];
		head(m->name, m->help);
		for (j = 0; j < t->nunits; j++) {
			u = t->units[j];
			if (!is_bool(u->attr[m->attr]))
				continue;
			printf("%s", m->name);
			label("{", "unit", u->name);
			printf("} %s\n", u->attr[m->attr]);
		}
	}
}

static void prometheus_groups(struct tree *t)
{
	const struct metric *m;
	const struct group *g;
	const char *p;
	size_t i, j, len;

	for (i = 0; i < COUNT(group_metrics); i++) {
		m = &group_metrics[i];
		head(m->name, m->help);
		for (j = 0; j < t->ngroups; j++) {
			g = t->groups[j];
			if (!is_bool(g->attr[m->attr]))
				continue;
			printf("%s", m->name);
			label("{", "group", g->name);
			printf("} %s\n", g->attr[m->attr]);
		}
	}

	head("iommu_caps_group_bypass",
	     "A way past translation that the group has now, one sample for each.");
	for (j = 0; j < t->ngroups; j++) {
		g = t->groups[j];
		p = g->attr[GROUP_bypass];
		if (p && !strcmp(p, IOMMU_CAPS_BYPASS_NONE))
			continue;
		for (const char *tok; (tok = next_token(&p, &len)); ) {
			printf("iommu_caps_group_bypass");
			label("{", "group", g->name);
			label(",", "bypass",
			      pool_strndup(&t->pool, tok, len));
			printf("} 1\n");
		}
	}

	head("iommu_caps_group_assignable",
	     "Whether VFIO would take the group now.");
	for (j = 0; j < t->ngroups; j++) {
		g = t->groups[j];
		p = g->attr[GROUP_assign_blockers];
		if (!p)
			continue;
		printf("iommu_caps_group_assignable");
		label("{", "group", g->name);
		printf("} %d\n", !*p);
	}
}

static void prometheus_devices(const struct tree *t)
{
	const struct group *g;
	size_t i, j;

	head("iommu_caps_device_info", "A device and its group, in labels.");
	for (i = 0; i < t->ngroups; i++) {
		g = t->groups[i];
		for (j = 0; j < g->ndevs; j++) {
			printf("iommu_caps_device_info");
			label("{", "device", g->devs[j]->name);
			label(",", "group", g->name);
			printf("} 1\n");
		}
	}
	head("iommu_caps_unprotected_info",
	     "A PCI function in no group, in labels.");
	for (i = 0; i < t->nunprotected; i++) {
		printf("iommu_caps_unprotected_info");
		label("{", "device", t->unprotected[i]->name);
		printf("} 1\n");
	}
}

/* All of @t in Prometheus' text format */
static void export_prometheus(struct tree *t)
{
	prometheus_machine(t);
	prometheus_units(t);
	prometheus_groups(t);
	prometheus_devices(t);
}

/* true, false, mixed; nothing where no group knows */
static const char *over_groups(const struct tree *t, enum group_attr attr,
			       const char *yes)
{
	size_t i, on = 0, off = 0;
	const char *v;

	for (i = 0; i < t->ngroups; i++) {
		v = t->groups[i]->attr[attr];
		if (!v)
			continue;
		if (!strcmp(v, yes))
			on++;
		else
			off++;
	}
	if (!on && !off)
		return NULL;
	return on && off ? "mixed" : on ? "true" : "false";
}

/* A label's value: 63 characters of letters, digits, '-', '_' and '.' */
static void feature(const char *name, const char *value)
{
	size_t i;

	if (!value || !*value)
		return;
	printf("iommu-caps.%s=", name);
	for (i = 0; value[i] && i < 63; i++)
		putchar(isalnum((unsigned char)value[i]) ||
			strchr("-.", value[i]) ? value[i] : '_');
	putchar('\n');
}

static void feature_bool(const char *name, const char *value)
{
	if (is_bool(value))
		feature(name, *value == '1' ? "true" : "false");
}

/* The machine as features of a Kubernetes node */
static void export_nfd(struct tree *t)
{
	const char *path = t->top[TOP_dma_path], *tok;
	size_t i, len;

	feature("state", t->top[TOP_state]);
	feature("platform", t->top[TOP_platform]);
	feature("firmware", t->top[TOP_firmware]);
	feature_bool("preboot-protection", t->top[TOP_preboot_protection]);
	/* One label for each way, as for the types of units */
	while ((tok = next_token(&path, &len)))
		feature(pool_printf(&t->pool, "dma-path-%.*s", (int)len, tok),
			"true");
	feature("translated", over_groups(t, GROUP_dma_remap, "1"));
	feature("isolated", over_groups(t, GROUP_intr_remap, "1"));
	feature("bypass-free", over_groups(t, GROUP_bypass,
					   IOMMU_CAPS_BYPASS_NONE));
	feature("virtual", over_groups(t, GROUP_viommu, "1"));
	feature("caching-mode", over_groups(t, GROUP_caching_mode, "1"));
	feature("assignable", over_groups(t, GROUP_assign_blockers, ""));

	/* One label for each type of unit: several may be in one machine */
	for (i = 0; i < t->nunits; i++) {
		const char *type = t->units[i]->attr[UNIT_type];
		size_t j;

		for (j = 0; type && j < i; j++)
			if (t->units[j]->attr[UNIT_type] &&
			    !strcmp(t->units[j]->attr[UNIT_type], type))
				type = NULL;
		if (type)
			feature(pool_printf(&t->pool, "unit-%s", type),
				"true");
	}
	feature("groups", pool_printf(&t->pool, "%zu", t->ngroups));
	feature("unprotected", pool_printf(&t->pool, "%zu", t->nunprotected));
}

int verb_export(int argc, char **argv)
{
	static const struct option options[] = {
		{ "prometheus", no_argument, NULL, 'p' },
		{ "nfd", no_argument, NULL, 'n' },
		{ "output", required_argument, NULL, 'o' },
		VERB_OPTIONS
	};
	struct tree t = { .need = NEED_GROUPS | NEED_UNITS | NEED_VALUES };
	void (*export)(struct tree *t) = NULL;
	const char *output = NULL;
	struct filters none = { 0 };
	char *temporary;
	int c, rc;

	while ((c = getopt_long(argc, argv, VERB_SHORT, options, NULL)) != -1) {
		if (c == 'o') {
			output = optarg;
			continue;
		}
		if (c != 'p' && c != 'n')
			return verb_option(c, "export --prometheus | --nfd [--output FILE]",
				"     --prometheus   metrics in the text format of Prometheus\n"
				"     --nfd          features of a Kubernetes node (Node Feature Discovery)\n"
				"     --output FILE  replace FILE, once all is known; it stays if not\n");
		if (export)
			return verb_usage("export takes one of --prometheus and --nfd");
		export = c == 'p' ? export_prometheus : export_nfd;
	}
	if (!export)
		return verb_usage("export takes one of --prometheus and --nfd");
	if (optind < argc)
		return verb_usage("too many arguments");

	rc = tree_open(&t);
	if (!rc)
		rc = tree_read(&t, &none);
	if (!rc && output)
		rc = replace_file_begin(output, &temporary);
	if (!rc) {
		export(&t);
		if (output)
			rc = replace_file_end(output, temporary, STATUS_YES);
	}
	tree_close(&t);
	return rc;
}
