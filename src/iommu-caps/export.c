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

/**
 * struct metric - one metric over all groups or units, straight from a file
 * @fact: the file; a new one takes one entry in the tables below
 * @number: the file holds a number, otherwise 0 or 1. All of memory is
 *	infinity
 */
struct metric {
	const char *name;
	const char *fact;
	const char *help;
	bool number;
};

static const struct metric group_metrics[] = {
	{ "iommu_caps_group_dma_remap", "dma_remap",
	  "Whether DMA of the group is translated now.", false },
	{ "iommu_caps_group_intr_remap", "intr_remap",
	  "Whether the interrupts of the group are isolated.", false },
	{ "iommu_caps_group_virtual", "viommu",
	  "Whether the IOMMU of the group is emulated or paravirtual.", false },
	{ "iommu_caps_group_caching_mode", "caching_mode",
	  "Whether a unit that serves the group has caching mode.", false },
	{ "iommu_caps_group_coherent", "coherent",
	  "Whether DMA of the group is cache-coherent.", false },
	{ "iommu_caps_group_external", "external",
	  "Whether a device of the group is external or untrusted.", false },
	{ "iommu_caps_group_dirty_tracking", "dirty_tracking",
	  "Whether the IOMMU records which pages the group writes.", false },
	{ "iommu_caps_group_noexec", "noexec",
	  "Whether the IOMMU can keep the group from fetching instructions.",
	  false },
	{ "iommu_caps_group_enforced_coherency", "enforced_coherency",
	  "Whether the IOMMU can force the group's DMA to be coherent.", false },
	{ "iommu_caps_group_deferred_flush", "deferred_flush",
	  "Whether the IOMMU's driver can flush its TLB later, all at once.",
	  false },
	{ "iommu_caps_group_address_width_bits", "address_width",
	  "Bits of I/O virtual address that all units of the group translate.",
	  true },
	{ "iommu_caps_group_pasids", "pasids",
	  "PASIDs that every device of the group may use.", true },
	{ "iommu_caps_group_readable_ram_bytes", "hw_readable_ram",
	  "Memory that devices of the group can read by DMA now.", true },
	{ "iommu_caps_group_writable_ram_bytes", "hw_writable_ram",
	  "Memory that devices of the group can write by DMA now.", true },
};

static const struct metric unit_metrics[] = {
	{ "iommu_caps_unit_active", "active",
	  "Whether translation is on in the unit.", false },
	{ "iommu_caps_unit_virtual", "virtual",
	  "Whether the unit is emulated or paravirtual.", false },
	{ "iommu_caps_unit_caching_mode", "caching_mode",
	  "Whether the unit has caching mode.", false },
	{ "iommu_caps_unit_intr_remap", "intr_remap",
	  "Whether the unit remaps interrupts now.", false },
	{ "iommu_caps_unit_scalable", "scalable",
	  "Whether the unit is in scalable mode now.", false },
	{ "iommu_caps_unit_range_invalidation", "range_invalidation",
	  "Whether one command invalidates a range of addresses.", false },
	{ "iommu_caps_unit_substream_bits", "substream_bits",
	  "Bits of a substream identifier (PASID) that the unit takes.", true },
	{ "iommu_caps_unit_output_width_bits", "output_width",
	  "Bits of the physical addresses that the unit translates to.", true },
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
	size_t len;

	printf("%s%s=\"", sep, name);
	while (value && *value) {
		len = strcspn(value, "\n\"\\");
		fwrite(value, 1, len, stdout);
		value += len;
		if (!*value)
			break;
		putchar('\\');
		putchar(*value == '\n' ? 'n' : *value);
		value++;
	}
	putchar('"');
}

/* What is not of the kind that it should be is not known: no sample */
static void sample(const struct metric *m, const char *label_name,
		   const char *of, const char *v)
{
	if (m->number && is(v, IOMMU_CAPS_HW_ALL))
		v = "+Inf";
	else if (m->number ? !is_number(v) : !is_bool(v))
		return;
	fputs(m->name, stdout);
	label("{", label_name, of);
	printf("} %s\n", v);
}

static size_t count_groups(struct iommucaps *ic)
{
	struct iommucaps_group *const *g = iommucaps_groups(ic);
	size_t n = 0;

	while (g && g[n])
		n++;
	return n;
}

static size_t count_unprotected(struct iommucaps *ic)
{
	struct iommucaps_device *const *d = iommucaps_unprotected(ic);
	size_t n = 0;

	while (d && d[n])
		n++;
	return n;
}

static void prometheus_machine(struct iommucaps *ic)
{
	const char *state = iommucaps_fact(ic, "state");
	const char *path = iommucaps_fact(ic, "dma_path"), *tok;
	const char *preboot = iommucaps_fact(ic, "preboot_protection");
	struct text word = { 0 };
	size_t i, len;

	head("iommu_caps_info", "What the machine is, in labels.");
	printf("iommu_caps_info");
	label("{", "abi_version", iommucaps_fact(ic, "abi_version"));
	label(",", "state", state);
	label(",", "platform", iommucaps_fact(ic, "platform"));
	label(",", "firmware", iommucaps_fact(ic, "firmware"));
	printf("} 1\n");

	head("iommu_caps_state", "State of DMA translation: 1 for the one that holds.");
	for (i = 0; state && i < COUNT(states); i++) {
		printf("iommu_caps_state");
		label("{", "state", states[i]);
		printf("} %d\n", !strcmp(state, states[i]));
	}
	if (is_bool(preboot)) {
		head("iommu_caps_preboot_protection",
		     "Whether firmware claims to have protected DMA before the kernel.");
		printf("iommu_caps_preboot_protection %s\n", preboot);
	}
	if (path)
		head("iommu_caps_dma_path",
		     "A way that the kernel's DMA takes, one sample for each.");
	while ((tok = iommucaps_next_token(&path, &len))) {
		text_clear(&word);
		text_add(&word, tok, len);
		printf("iommu_caps_dma_path");
		label("{", "path", word.s);
		printf("} 1\n");
	}
	text_free(&word);
	head("iommu_caps_groups", "Number of IOMMU groups.");
	printf("iommu_caps_groups %zu\n", count_groups(ic));
	head("iommu_caps_unprotected_functions",
	     "Number of devices that are not behind an IOMMU.");
	printf("iommu_caps_unprotected_functions %zu\n",
	       count_unprotected(ic));
}

static void prometheus_units(struct iommucaps *ic)
{
	struct iommucaps_unit *const *u;
	const struct metric *m;
	size_t i;

	head("iommu_caps_unit_info", "A unit, in labels.");
	for (u = iommucaps_units(ic); u && *u; u++) {
		printf("iommu_caps_unit_info");
		label("{", "unit", iommucaps_unit_name(*u));
		label(",", "type", iommucaps_unit_fact(*u, "type"));
		label(",", "driven", iommucaps_unit_driven(*u) ? "1" : "0");
		printf("} 1\n");
	}
	for (i = 0; i < COUNT(unit_metrics); i++) {
		m = &unit_metrics[i];
		head(m->name, m->help);
		for (u = iommucaps_units(ic); u && *u; u++)
			sample(m, "unit", iommucaps_unit_name(*u),
			       iommucaps_unit_fact(*u, m->fact));
	}
}

/*
 * How much memory a group reaches has files of its own, which are there where
 * hw_path is. That is in the summary: nothing is opened in vain.
 */
static const char *group_fact(struct iommucaps_group *g, const char *fact)
{
	if (!strncmp(fact, "hw_", 3) && !iommucaps_group_fact(g, "hw_path"))
		return NULL;
	return iommucaps_group_fact(g, fact);
}

static void prometheus_groups(struct iommucaps *ic)
{
	struct iommucaps_group *const *groups = iommucaps_groups(ic), *const *g;
	const struct metric *m;
	struct text word = { 0 };
	const char *p, *tok;
	size_t i, len;

	if (!groups)
		return;
	for (i = 0; i < COUNT(group_metrics); i++) {
		m = &group_metrics[i];
		head(m->name, m->help);
		for (g = groups; *g; g++)
			sample(m, "group", iommucaps_group_name(*g),
			       group_fact(*g, m->fact));
	}

	head("iommu_caps_group_bypass",
	     "A way past translation that the group has now, one sample for each.");
	for (g = groups; *g; g++) {
		p = iommucaps_group_fact(*g, "bypass");
		if (is(p, IOMMU_CAPS_BYPASS_NONE))
			continue;
		while ((tok = iommucaps_next_token(&p, &len))) {
			text_clear(&word);
			text_add(&word, tok, len);
			printf("iommu_caps_group_bypass");
			label("{", "group", iommucaps_group_name(*g));
			label(",", "bypass", word.s);
			printf("} 1\n");
		}
	}
	text_free(&word);

	head("iommu_caps_group_assignable",
	     "Whether VFIO would take the group now.");
	for (g = groups; *g; g++) {
		p = iommucaps_group_fact(*g, "assign_blockers");
		if (!p)
			continue;
		printf("iommu_caps_group_assignable");
		label("{", "group", iommucaps_group_name(*g));
		printf("} %d\n", !*p);
	}
}

static void prometheus_devices(struct iommucaps *ic)
{
	struct iommucaps_device *const *d;
	struct iommucaps_group *const *g;

	head("iommu_caps_device_info", "A device and its group, in labels.");
	for (g = iommucaps_groups(ic); g && *g; g++) {
		for (d = iommucaps_group_devices(*g); *d; d++) {
			printf("iommu_caps_device_info");
			label("{", "device", iommucaps_device_name(*d));
			label(",", "group", iommucaps_group_name(*g));
			printf("} 1\n");
		}
	}
	head("iommu_caps_unprotected_info",
	     "A device that is not behind an IOMMU, in labels.");
	for (d = iommucaps_unprotected(ic); d && *d; d++) {
		printf("iommu_caps_unprotected_info");
		label("{", "device", iommucaps_device_name(*d));
		printf("} 1\n");
	}
}

/* All of the tree in Prometheus' text format */
static void export_prometheus(struct iommucaps *ic)
{
	prometheus_machine(ic);
	prometheus_units(ic);
	prometheus_groups(ic);
	prometheus_devices(ic);
}

/*
 * true, false, or mixed over all groups; nothing where no group knows. With
 * @all, the functions that are in no group count as well: for them it is no.
 */
static const char *over_groups(struct iommucaps *ic, const char *fact,
			       const char *yes, bool all)
{
	bool on = false, off = all && count_unprotected(ic), empty = !*yes;
	struct iommucaps_group *const *g;
	const char *v;

	for (g = iommucaps_groups(ic); g && *g; g++) {
		v = iommucaps_group_fact(*g, fact);
		/* only the list of blockers may be empty */
		if (!v || (!*v && !empty) ||
		    (!strcmp(yes, "1") && !is_bool(v)))
			continue;
		if (!strcmp(v, yes))
			on = true;
		else
			off = true;
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

/* NAME-TOKEN=true for each token: several may hold at once */
static void feature_tokens(const char *name, const char *list)
{
	struct text key = { 0 };
	const char *tok;
	size_t len;

	while ((tok = iommucaps_next_token(&list, &len))) {
		text_clear(&key);
		text_printf(&key, "%s-%.*s", name, (int)len, tok);
		feature(key.s, "true");
	}
	text_free(&key);
}

static void feature_number(const char *name, size_t n)
{
	char value[24];

	snprintf(value, sizeof(value), "%zu", n);
	feature(name, value);
}

/* The machine as features of a Kubernetes node */
static void export_nfd(struct iommucaps *ic)
{
	struct iommucaps_unit *const *u;
	struct text types = { 0 };
	const char *type;

	feature("state", iommucaps_fact(ic, "state"));
	feature("platform", iommucaps_fact(ic, "platform"));
	feature("firmware", iommucaps_fact(ic, "firmware"));
	feature_bool("preboot-protection",
		     iommucaps_fact(ic, "preboot_protection"));
	feature_tokens("dma-path", iommucaps_fact(ic, "dma_path"));
	feature("translated", over_groups(ic, "dma_remap", "1", true));
	feature("isolated", over_groups(ic, "intr_remap", "1", false));
	feature("bypass-free", over_groups(ic, "bypass",
					   IOMMU_CAPS_BYPASS_NONE, true));
	feature("virtual", over_groups(ic, "viommu", "1", false));
	feature("caching-mode", over_groups(ic, "caching_mode", "1", false));
	feature("assignable", over_groups(ic, "assign_blockers", "", true));

	text_clear(&types);
	for (u = iommucaps_units(ic); u && *u; u++) {
		type = iommucaps_unit_fact(*u, "type");
		if (type && !iommucaps_has_token(types.s, type))
			text_printf(&types, "%s ", type);
	}
	feature_tokens("unit", types.s);
	text_free(&types);
	feature_number("groups", count_groups(ic));
	feature_number("unprotected", count_unprotected(ic));
}

int verb_export(int argc, char **argv)
{
	static const struct option options[] = {
		{ "prometheus", no_argument, NULL, 'p' },
		{ "nfd", no_argument, NULL, 'n' },
		{ "output", required_argument, NULL, 'o' },
		VERB_OPTIONS
	};
	void (*export)(struct iommucaps *ic) = NULL;
	const char *output = NULL;
	struct iommucaps *ic;
	char *temporary;
	int c, rc;

	while ((c = getopt_long(argc, argv, VERB_SHORT, options, NULL)) != -1) {
		if (verb_common(c))
			continue;
		if (c == 'o') {
			output = optarg;
			continue;
		}
		if (c != 'p' && c != 'n')
			return verb_option(c, "export --prometheus | --nfd [--output FILE]",
				"     --prometheus     metrics in the text format of Prometheus\n"
				"     --nfd            features of a Kubernetes node (Node Feature Discovery)\n"
				"     --output FILE    replace FILE, once all is known; it stays if not\n");
		if (export)
			return verb_usage("export takes one of --prometheus and --nfd");
		export = c == 'p' ? export_prometheus : export_nfd;
	}
	if (!export)
		return verb_usage("export takes one of --prometheus and --nfd");
	if (optind < argc)
		return verb_usage("too many arguments");

	rc = open_tree(&ic, verb_sysroot);
	if (rc)
		return rc;
	if (output)
		rc = replace_file_begin(output, &temporary);
	if (!rc) {
		export(ic);
		rc = tree_status(ic, STATUS_YES);
		if (output)
			rc = replace_file_end(output, temporary, rc);
	}
	iommucaps_close(ic);
	return rc;
}
