// SPDX-License-Identifier: GPL-2.0-only
/*
 * The groups that follow from ACS, against those that kernels made: machines/
 * has what `lspci -vv` showed of real machines, as root. A line is a function:
 *
 *   NAME TYPE SECONDARY-BUS ACS GROUP [QUIRK]
 *
 * SECONDARY-BUS of a bridge, in hex; ACS: capability and control register in
 * hex, in the kernel's order of bits; "-" for none. A function is one of several
 * when another one of its device is listed. QUIRK: why the kernel takes the
 * function to isolate, by a table of its own (pci_dev_specific_acs_enabled()):
 *
 *   intel-rciep     pci_quirk_rciep_acs(): integrated endpoints of Intel's
 *   intel-spt-pch   pci_quirk_intel_spt_pch_acs(): root ports whose ACS
 *                   registers have 32 bits, so that control is elsewhere
 *   vmd             not a quirk of ACS: requests from its domain carry the
 *                   requester id of this function (pci_real_dma_dev())
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iommu-caps/acs_rules.h"
#include "unit.h"

#define MACHINES	"machines"
#define MAX_FUNCTIONS	128
#define MAX_MACHINES	64

struct function {
	char name[16];
	char type[20];
	char group[8];
	char quirk[20];
	int secondary;
};

struct machine {
	struct function fn[MAX_FUNCTIONS];
	struct acs_node node[MAX_FUNCTIONS];
	size_t n;
	bool quirks;
};

static const struct {
	const char *name;
	enum acs_kind kind;
} types[] = {
	{ "root-port", ACS_KIND_PORT },
	{ "downstream", ACS_KIND_PORT },
	{ "upstream", ACS_KIND_ENDPOINT },
	{ "endpoint", ACS_KIND_ENDPOINT },
	{ "legacy-endpoint", ACS_KIND_ENDPOINT },
	{ "integrated", ACS_KIND_ENDPOINT },
	{ "event-collector", ACS_KIND_BRIDGE },
	{ "pcie-to-pci", ACS_KIND_BRIDGE },
	{ "pci-to-pcie", ACS_KIND_BRIDGE },
	{ "pci", ACS_KIND_CONVENTIONAL },
};

static enum acs_kind kind_of(const char *type)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(types); i++)
		if (!strcmp(types[i].name, type))
			return types[i].kind;
	fail_msg("no such type: %s", type);
	return ACS_KIND_CONVENTIONAL;
}

/* DDDD:BB:DD.F: the length up to the bus, and up to the device */
static size_t bus_length(const char *name)
{
	return (size_t)(strrchr(name, ':') - name);
}

static size_t device_length(const char *name)
{
	return (size_t)(strrchr(name, '.') - name);
}

static void read_machine(const char *path, struct machine *m)
{
	char line[128], acs[8], secondary[4];
	struct acs_node *node;
	struct function *fn;
	FILE *f = fopen(path, "r");

	memset(m, 0, sizeof(*m));
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		if (line[0] == '#' || line[0] == '\n')
			continue;
		assert_true(m->n < MAX_FUNCTIONS);
		fn = &m->fn[m->n];
		node = &m->node[m->n++];
		if (sscanf(line, "%15s %19s %3s %7s %7s %19s", fn->name,
			   fn->type, secondary, acs, fn->group,
			   fn->quirk) < 5)
			fail_msg("%s: %s", path, line);
		fn->secondary = secondary[0] == '-' ? -1 :
				(int)strtol(secondary, NULL, 16);
		node->kind = kind_of(fn->type);
		node->acs.present = acs[0] != '-';
		if (node->acs.present &&
		    sscanf(acs, "%x/%x", &node->acs.capable,
			   &node->acs.enabled) != 2)
			fail_msg("%s: %s", path, line);
		m->quirks |= fn->quirk[0];
	}
	fclose(f);
}

static void link_functions(struct machine *m, bool quirks)
{
	const struct function *a, *b;
	struct acs_node *node;
	size_t i, j, bus;

	for (i = 0; i < m->n; i++) {
		a = &m->fn[i];
		node = &m->node[i];
		node->slot = i;
		node->multifunction = false;
		node->isolates = quirks && a->quirk[0] &&
				 strcmp(a->quirk, "vmd");
		node->requester = NULL;
		node->up = NULL;
		bus = bus_length(a->name);
		for (j = 0; j < m->n; j++) {
			b = &m->fn[j];
			if (j != i && device_length(b->name) ==
			    device_length(a->name) &&
			    !strncmp(a->name, b->name, device_length(a->name))) {
				node->multifunction = true;
				if (j < i)
					node->slot = m->node[j].slot;
			}
			if (b->secondary == strtol(a->name + bus - 2, NULL, 16) &&
			    b->secondary >= 0 && j != i &&
			    bus_length(b->name) == bus &&
			    !strncmp(a->name, b->name, bus - 2))
				node->up = &m->node[j];
			/* domains of more than 16 bits are those of VMD */
			if (!strcmp(b->quirk, "vmd") && bus > 7)
				node->requester = &m->node[j];
		}
	}
}

/* Pairs about which we and the kernel are of two minds */
static size_t differences(struct machine *m, bool quirks, bool say)
{
	size_t i, j, n = 0;
	bool kernel, ours;

	link_functions(m, quirks);
	acs_group_nodes(m->node, m->n);
	for (i = 0; i < m->n; i++)
		for (j = i + 1; j < m->n; j++) {
			if (m->fn[i].group[0] == '-' || m->fn[j].group[0] == '-')
				continue;
			kernel = !strcmp(m->fn[i].group, m->fn[j].group);
			ours = m->node[i].group == m->node[j].group;
			if (kernel == ours)
				continue;
			n++;
			if (say)
				printf("# %s and %s: %s in the kernel\n",
				       m->fn[i].name, m->fn[j].name,
				       kernel ? "one group" : "two groups");
		}
	return n;
}

static void groups_are_the_kernels(void **state)
{
	static struct machine m;
	char path[512];

	snprintf(path, sizeof(path), MACHINES "/%s", (const char *)*state);
	read_machine(path, &m);
	assert_true(m.n >= 8);
	assert_int_equal(differences(&m, true, true), 0);
	/* a quirk is named only where it explains something */
	if (m.quirks)
		assert_int_not_equal(differences(&m, false, false), 0);
}

static int is_machine(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

/* With every capability taken away or made up, most would be grouped otherwise. */
static void the_bits_decide(void **state)
{
	static struct machine m;
	struct dirent **files;
	char path[512];
	int i, n, changed = 0;
	size_t k;

	(void)state;
	n = scandir(MACHINES, &files, is_machine, alphasort);
	for (i = 0; i < n; i++) {
		snprintf(path, sizeof(path), MACHINES "/%s", files[i]->d_name);
		read_machine(path, &m);
		for (k = 0; k < m.n; k++)
			m.node[k].acs.present = !m.node[k].acs.present;
		changed += differences(&m, true, false) > 0;
		free(files[i]);
	}
	free(files);
	printf("# %d machines, %d of which depend on ACS\n", n, changed);
	assert_true(4 * changed >= 3 * n);
}

int main(void)
{
	struct CMUnitTest tests[MAX_MACHINES + 1] = {
		cmocka_unit_test(the_bits_decide),
	};
	char names[MAX_MACHINES][64];
	struct dirent **files;
	int i, n, status;

	n = scandir(MACHINES, &files, is_machine, alphasort);
	if (n <= 0 || n > MAX_MACHINES) {
		fprintf(stderr, "%d machines\n", n);
		return 1;
	}
	for (i = 0; i < n; i++) {
		snprintf(names[i], sizeof(names[i]),
			 "%.30s: groups are the kernel's", files[i]->d_name);
		tests[i + 1].name = names[i];
		tests[i + 1].test_func = groups_are_the_kernels;
		tests[i + 1].initial_state = files[i]->d_name;
	}
	status = _cmocka_run_group_tests("acs_rules", tests, (size_t)n + 1,
					 NULL, NULL);
	for (i = 0; i < n; i++)
		free(files[i]);
	free(files);
	return status;
}
