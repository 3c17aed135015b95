// SPDX-License-Identifier: GPL-2.0-only
/*
 * iommu-caps audit: is this machine protected against DMA?
 *
 * The state in a sentence, then findings by harm: what is wrong, which devices
 * it is about, why, and what to change. Each finding has an id that stays the
 * same; where fwupd's Host Security ID has an attribute for the same, its id
 * is given, too. Facts only: a finding is a value of the tree.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit.h"
#include "verbs.h"

#define HSI_IOMMU	"org.fwupd.hsi.Iommu"
#define HSI_PREBOOT	"org.fwupd.hsi.PrebootDma"

const char *const harm_names[] = {
	[HARM_CRITICAL] = "critical", [HARM_HIGH] = "high",
	[HARM_MEDIUM] = "medium", [HARM_LOW] = "low",
};

static bool has_bypass(struct iommucaps_group *g, const char *token)
{
	return iommucaps_has_token(iommucaps_group_fact(g, "bypass"), token);
}

static bool is_bypassed(struct iommucaps_group *g)
{
	const char *bypass = iommucaps_group_fact(g, "bypass");

	return bypass && *bypass && !is(bypass, IOMMU_CAPS_BYPASS_NONE);
}

static bool is_external(struct iommucaps_group *g)
{
	return is(iommucaps_group_fact(g, "external"), "1");
}

static bool external_bypassed(struct iommucaps_group *g)
{
	return is_external(g) && is_bypassed(g);
}

static bool is_identity(struct iommucaps_group *g)
{
	return has_bypass(g, IOMMU_CAPS_BYPASS_IDENTITY);
}

static bool is_inactive(struct iommucaps_group *g)
{
	return has_bypass(g, IOMMU_CAPS_BYPASS_INACTIVE);
}

static bool is_passed_through(struct iommucaps_group *g)
{
	return has_bypass(g, IOMMU_CAPS_BYPASS_HW);
}

static bool has_window(struct iommucaps_group *g)
{
	return has_bypass(g, IOMMU_CAPS_BYPASS_DMA_OPS);
}

/* Not translated, and no token says by what way: nor blocked */
static bool is_untranslated(struct iommucaps_group *g)
{
	return is(iommucaps_group_fact(g, "dma_remap"), "0") &&
	       !is_bypassed(g) &&
	       !is(iommucaps_group_fact(g, "domain_type"),
		   IOMMU_CAPS_DOMAIN_BLOCKED);
}

static bool not_isolated(struct iommucaps_group *g)
{
	return is(iommucaps_group_fact(g, "intr_remap"), "0");
}

static bool has_direct(struct iommucaps_group *g)
{
	return has_bypass(g, IOMMU_CAPS_BYPASS_DIRECT);
}

static bool has_relaxable(struct iommucaps_group *g)
{
	return has_bypass(g, IOMMU_CAPS_BYPASS_RELAXABLE);
}

static bool has_ats(struct iommucaps_group *g)
{
	return has_bypass(g, IOMMU_CAPS_BYPASS_ATS);
}

static bool state_is(struct audit *a, const char *state)
{
	return is(iommucaps_fact(a->m.ic, "state"), state);
}

static void add_device(struct audit *a, struct iommucaps_device *d)
{
	if (a->n == a->room) {
		a->room = a->room ? 2 * a->room : 64;
		a->devices = xrealloc(a->devices, a->room,
				      sizeof(struct iommucaps_device *));
	}
	a->devices[a->n++] = d;
}

static void add_unprotected(struct audit *a)
{
	struct iommucaps_device *const *d;

	for (d = iommucaps_unprotected(a->m.ic); d && *d; d++)
		add_device(a, *d);
}

static bool no_iommu(struct audit *a)
{
	add_unprotected(a);
	return state_is(a, IOMMU_CAPS_STATE_NONE);
}

static bool switched_off(struct audit *a)
{
	add_unprotected(a);
	return state_is(a, IOMMU_CAPS_STATE_DISABLED);
}

/* Where there is none at all, that is the finding; under Xen it is unknown */
static bool in_no_group(struct audit *a)
{
	add_unprotected(a);
	return a->n && !state_is(a, IOMMU_CAPS_STATE_NONE) &&
	       !state_is(a, IOMMU_CAPS_STATE_DISABLED) &&
	       !state_is(a, IOMMU_CAPS_STATE_HYPERVISOR);
}

static bool is_external_device(const struct iommucaps_device *d)
{
	char path[4096], word[32] = "";
	FILE *f;

	snprintf(path, sizeof(path), "%s/removable", iommucaps_device_path(d));
	f = fopen(path, "re");
	if (!f)
		return false;
	if (fscanf(f, "%31s", word) != 1)
		*word = '\0';
	fclose(f);
	return is(word, "removable");
}

/* The kernel's own word on a device that is in no group */
static bool external_in_no_group(struct audit *a)
{
	struct iommucaps_device *const *d;

	for (d = iommucaps_unprotected(a->m.ic); d && *d; d++)
		if (is_external_device(*d))
			add_device(a, *d);
	return a->n;
}

static bool not_driven(struct audit *a)
{
	struct iommucaps_unit *const *u;
	bool driven = false, idle = false;

	for (u = iommucaps_units(a->m.ic); u && *u; u++)
		if (iommucaps_unit_driven(*u))
			driven = true;
		else
			idle = true;
	return driven && idle;
}

/* As good as all: a 64th more or less is no difference to who reads it */
static bool writes_all(const struct audit *a, struct iommucaps_group *g)
{
	const char *v = iommucaps_group_fact(g, "hw_writable_ram");

	if (is(v, IOMMU_CAPS_HW_ALL))
		return true;
	return is_number(v) && a->m.memory &&
	       strtoull(v, NULL, 10) >= a->m.memory - a->m.memory / 64;
}

/* Said to be translated, and with no way around it */
static bool translated_in_name(struct audit *a)
{
	struct iommucaps_group *const *g;
	struct iommucaps_device *const *d;

	for (g = iommucaps_groups(a->m.ic); g && *g; g++) {
		if (!is(iommucaps_group_fact(*g, "dma_remap"), "1") ||
		    !writes_all(a, *g))
			continue;
		for (d = iommucaps_group_devices(*g); *d; d++)
			add_device(a, *d);
	}
	return a->n;
}

static bool no_preboot(struct audit *a)
{
	return is(iommucaps_fact(a->m.ic, "preboot_protection"), "0");
}

static void explain_none(struct audit *a, struct report *r)
{
	advise_get_one(&a->m, r);
}

static void explain_off(struct audit *a, struct report *r)
{
	advise_switch_on(&a->m, r);
}

static void explain_outside(struct audit *a, struct report *r)
{
	bool bound = true;
	size_t i, known = 0;

	for (i = 0; i < a->n; i++) {
		known += explain_hole(&a->m, r, a->devices[i]);
		bound &= !!iommucaps_device_driver(a->devices[i]);
	}
	if (known)
		advise_hole(r);
	if (known < a->n)
		explain_no_group(&a->m, r, bound);
}

static void explain_external(struct audit *a, struct report *r)
{
	(void)a;
	report_say(r, "Whoever can reach the port can plug in a device that reads and writes memory.");
	report_change(r, "have udev remove such devices: cp udev/examples/70-iommu-external.rules /etc/udev/rules.d");
	report_change(r, "see the findings below for what lets them through");
}

static void explain_identity(struct audit *a, struct report *r)
{
	report_say(r, "Their groups have identity (passthrough) domains.");
	advise_identity(&a->m, r, a->ngroups == 1 ? a->group : NULL);
}

static void explain_hardware(struct audit *a, struct report *r)
{
	(void)a;
	report_say(r, "The tables in memory that the unit reads let them through.");
	advise_hw_pass_through(r);
}

static void explain_all_mapped(struct audit *a, struct report *r)
{
	(void)a;
	report_say(r, "The page tables that the unit reads map all of memory, or a program that VFIO gave them to has mapped it.");
	report_change(r, "have the device's driver map what it needs, or bind another one");
}

static void explain_window(struct audit *a, struct report *r)
{
	report_say(r, "A window maps all of memory for them (64-bit bypass of the TCE tables).");
	advise_dma_ops(&a->m, r);
}

static void explain_untranslated(struct audit *a, struct report *r)
{
	(void)a;
	report_say(r, "The kernel does not say by what way their DMA goes.");
}

static void explain_interrupts(struct audit *a, struct report *r)
{
	report_say(r, "A device that is driven by a guest, or is malicious, can raise any interrupt.");
	advise_interrupts(&a->m, r);
}

static void explain_direct(struct audit *a, struct report *r)
{
	(void)a;
	report_say(r, "Firmware demands them, for what it does itself with the device.");
	advise_direct(r);
}

static void explain_relaxable(struct audit *a, struct report *r)
{
	(void)a;
	report_say(r, "Firmware asks for them; they go when a guest takes the device.");
	advise_relaxable(r);
}

static void explain_ats(struct audit *a, struct report *r)
{
	report_say(r, "The unit believes them when they say that an address is translated already.");
	advise_ats(&a->m, r);
}

static void explain_idle(struct audit *a, struct report *r)
{
	struct iommucaps_unit *const *u;

	for (u = iommucaps_units(a->m.ic); u && *u; u++)
		if (!iommucaps_unit_driven(*u))
			report_say(r, "Unit %s has no driver.",
				   iommucaps_unit_name(*u));
	report_change(r, "the boot log says why: dmesg | grep -i iommu");
}

static void explain_preboot(struct audit *a, struct report *r)
{
	(void)a;
	report_say(r, "A device that is there at power-on can reach memory before the kernel runs.");
	report_change(r, "switch \"Pre-boot DMA protection\" (or \"Kernel DMA protection\") on in the firmware setup, or update the firmware");
}

static const struct finding findings[] = {
	{ "external-unprotected", HARM_CRITICAL, NULL,
	  "External devices are not behind an IOMMU: they reach all of memory",
	  NULL, external_in_no_group, explain_external },
	{ "external-bypass", HARM_CRITICAL, NULL,
	  "External devices can get past the IOMMU",
	  external_bypassed, NULL, explain_external },
	{ "no-iommu", HARM_HIGH, HSI_IOMMU,
	  "There is no IOMMU: every device reaches all of memory",
	  NULL, no_iommu, explain_none },
	{ "iommu-off", HARM_HIGH, HSI_IOMMU,
	  "The IOMMU is switched off: every device reaches all of memory",
	  NULL, switched_off, explain_off },
	{ "hardware-pass-through", HARM_HIGH, NULL,
	  "The hardware lets DMA through that the kernel says is translated",
	  is_passed_through, NULL, explain_hardware },
	{ "writes-all-memory", HARM_HIGH, NULL,
	  "These devices are said to be translated, and can write all of memory",
	  NULL, translated_in_name, explain_all_mapped },
	{ "passthrough", HARM_HIGH, NULL,
	  "DMA is passed through: these devices reach all of memory",
	  is_identity, NULL, explain_identity },
	{ "unit-inactive", HARM_HIGH, NULL,
	  "The unit does not translate: these devices reach all of memory",
	  is_inactive, NULL, explain_off },
	{ "in-no-group", HARM_HIGH, NULL,
	  "These devices are not behind an IOMMU: they reach all of memory",
	  NULL, in_no_group, explain_outside },
	{ "window", HARM_HIGH, NULL,
	  "A window bypasses translation: these devices reach all of memory",
	  has_window, NULL, explain_window },
	{ "untranslated", HARM_HIGH, NULL,
	  "DMA of these devices is not translated",
	  is_untranslated, NULL, explain_untranslated },
	{ "interrupts-not-isolated", HARM_MEDIUM, NULL,
	  "These devices can raise any interrupt by writing to memory",
	  not_isolated, NULL, explain_interrupts },
	{ "direct-regions", HARM_MEDIUM, NULL,
	  "Regions of memory are mapped one to one for these devices",
	  has_direct, NULL, explain_direct },
	{ "unit-not-driven", HARM_MEDIUM, NULL,
	  "A unit that firmware describes is not driven",
	  NULL, not_driven, explain_idle },
	{ "ats", HARM_LOW, NULL,
	  "These devices may send addresses that they translated themselves",
	  has_ats, NULL, explain_ats },
	{ "direct-relaxable-regions", HARM_LOW, NULL,
	  "Regions are mapped one to one until a guest takes the device",
	  has_relaxable, NULL, explain_relaxable },
	{ "no-preboot-protection", HARM_LOW, HSI_PREBOOT,
	  "Firmware did not protect memory from DMA before the kernel started",
	  NULL, no_preboot, explain_preboot },
};

#define NFINDINGS	(sizeof(findings) / sizeof(findings[0]))

/* Whether it holds; the devices that it is about are collected */
static bool applies(struct audit *a, const struct finding *f)
{
	struct iommucaps_group *const *g;
	struct iommucaps_device *const *d;

	a->n = 0;
	a->ngroups = 0;
	a->group = NULL;
	if (f->machine) {
		if (f->machine(a))
			return true;
		a->n = 0;
		return false;
	}
	for (g = iommucaps_groups(a->m.ic); g && *g; g++) {
		if (!f->group(*g))
			continue;
		a->ngroups++;
		a->group = iommucaps_group_name(*g);
		for (d = iommucaps_group_devices(*g); *d; d++)
			add_device(a, *d);
	}
	return a->ngroups;
}

/* A long list says no more than its beginning; JSON has all of it */
#define DEVICES_SHOWN	12

static void print_finding(struct audit *a, const struct finding *f,
			  const struct report *r)
{
	static const char *const codes[] = {
		[HARM_CRITICAL] = "\033[1;31m", [HARM_HIGH] = "\033[31m",
		[HARM_MEDIUM] = "\033[33m", [HARM_LOW] = "\033[36m",
	};
	size_t i;

	printf("\n%s%s%s: %s. (%s)\n", a->colors ? codes[f->harm] : "",
	       harm_names[f->harm], a->colors ? "\033[0m" : "", f->text, f->id);
	for (i = 0; i < a->n && i < DEVICES_SHOWN; i++)
		printf("%s%s", i % 4 ? " " : i ? "\n  " : "  ",
		       iommucaps_device_name(a->devices[i]));
	if (a->n > DEVICES_SHOWN)
		printf(" and %zu more", a->n - DEVICES_SHOWN);
	if (a->n)
		printf("\n");
	report_print(r, "  ");
}

static void json_finding(struct audit *a, const struct finding *f,
			 const struct report *r)
{
	size_t i;

	json_object(a->j, NULL);
	json_string(a->j, "id", f->id);
	json_string(a->j, "harm", harm_names[f->harm]);
	json_string(a->j, "hsi", f->hsi);
	json_string(a->j, "text", f->text);
	json_array(a->j, "devices");
	for (i = 0; i < a->n; i++)
		json_string(a->j, NULL, iommucaps_device_name(a->devices[i]));
	json_array_end(a->j);
	report_json(r, a->j);
	json_object_end(a->j);
}

static void audit_finding(struct audit *a, const struct finding *f)
{
	struct report r = { 0 };

	if (f->harm > a->least || !applies(a, f))
		return;
	a->found++;
	f->explain(a, &r);
	a->put(a, f, &r);
	report_free(&r);
}

/**
 * audit_run() - look for everything that can be wrong
 * @a: with @m, @least and @put set; @put is called for each finding, the most
 *	harmful first
 */
void audit_run(struct audit *a)
{
	size_t i;

	for (i = 0; i < NFINDINGS; i++)
		audit_finding(a, &findings[i]);
}

/**
 * audit_count_unknown() - how much of it cannot be known?
 * @a: @unknown is counted up
 */
void audit_count_unknown(struct audit *a)
{
	struct iommucaps_group *const *g;
	const char *bypass;

	for (g = iommucaps_groups(a->m.ic); g && *g; g++) {
		bypass = iommucaps_group_fact(*g, "bypass");
		if (!is_bool(iommucaps_group_fact(*g, "dma_remap")) ||
		    !is_bool(iommucaps_group_fact(*g, "intr_remap")) ||
		    !bypass || !*bypass)
			a->unknown++;
	}
	if (state_is(a, IOMMU_CAPS_STATE_HYPERVISOR) ||
	    !iommucaps_fact(a->m.ic, "state"))
		a->unknown++;
}

static void audit_json(struct audit *a)
{
	json_object(a->j, NULL);
	json_string(a->j, "state", iommucaps_fact(a->m.ic, "state"));
	json_string(a->j, "platform", iommucaps_fact(a->m.ic, "platform"));
	json_string(a->j, "sentence", state_sentence(a->m.ic));
	json_array(a->j, "findings");
	audit_run(a);
	json_array_end(a->j);
	json_int(a->j, "unknown", a->unknown);
	json_object_end(a->j);
	putchar('\n');
}

static void audit_text(struct audit *a)
{
	printf("%s\n", state_sentence(a->m.ic));
	audit_run(a);
	if (a->unknown)
		printf("\nNot everything can be known%s: lsiommu shows - for it.\n",
		       state_is(a, IOMMU_CAPS_STATE_HYPERVISOR) ?
		       " from here" : " on this machine and kernel");
	else if (!a->found)
		printf("Nothing was found that is wrong%s.\n",
		       a->least < HARM_LOW ? " and this harmful" : "");
}

static int find_harm(const char *name)
{
	int i;

	for (i = 0; i <= HARM_LOW; i++)
		if (!strcmp(harm_names[i], name))
			return i;
	return -1;
}

int verb_audit(int argc, char **argv)
{
	enum { OPT_COLOR = 256, OPT_HARM };
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'J' },
		{ "harm", required_argument, NULL, OPT_HARM },
		{ "color", optional_argument, NULL, OPT_COLOR },
		VERB_OPTIONS
	};
	struct audit a = { .least = HARM_LOW };
	struct json j = JSON_INIT(stdout);
	const char *color = "auto";
	struct iommucaps *ic;
	int c, rc;

	while ((c = getopt_long(argc, argv, VERB_SHORT "J", options,
				NULL)) != -1) {
		switch (c) {
		case 'J':
			a.j = &j;
			break;
		case OPT_HARM:
			c = find_harm(optarg);
			if (c < 0)
				return verb_usage("--harm: %s: must be critical, high, medium or low",
						  optarg);
			a.least = (enum harm)c;
			break;
		case OPT_COLOR:
			color = optarg ? optarg : "auto";
			if (!color_word(color))
				return verb_usage("--color: %s: must be auto, always or never",
						  color);
			break;
		default:
			if (verb_common(c))
				break;
			return verb_option(c, "audit [OPTION]...",
				" -J, --json           print JSON\n"
				"     --harm LEAST     only findings of this harm or more: critical,\n"
				"                      high, medium or low\n"
				"     --color[=WHEN]   auto, always or never\n");
		}
	}
	if (optind < argc)
		return verb_usage("too many arguments");

	rc = open_tree(&ic, verb_sysroot);
	if (rc)
		return rc;
	machine_init(&a.m, ic);
	a.colors = use_colors(color, isatty(STDOUT_FILENO));
	a.put = a.j ? json_finding : print_finding;
	audit_count_unknown(&a);
	if (a.j)
		audit_json(&a);
	else
		audit_text(&a);
	rc = a.found ? STATUS_NO : a.unknown ? STATUS_UNKNOWN : STATUS_YES;
	rc = tree_status(ic, rc);
	free(a.devices);
	machine_free(&a.m);
	iommucaps_close(ic);
	return rc;
}
