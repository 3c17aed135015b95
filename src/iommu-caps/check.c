// SPDX-License-Identifier: GPL-2.0-only
/*
 * iommu-caps check: is the device protected, may a guest have it?
 *
 * Two questions with an answer each; the status is about both, or about the
 * one that --protected or --assignable asks. Every sentence rests on one file
 * of the tree; where the file is absent, the sentence says that it cannot be
 * known. The device's own link leads to its group: no other group is read.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "acs.h"
#include "advice.h"
#include "check.h"
#include "verbs.h"

static const char *const verdict_words[] = {
	[NO] = "no", [YES] = "yes", [PARTLY] = "partly",
	[UNKNOWN] = "cannot be known",
};

/**
 * struct answers - everything that is said of one device
 * @about: the device itself
 * @shared: why its group has other devices, too
 */
struct answers {
	enum verdict protected;
	enum verdict assignable;
	struct report about;
	struct report protection;
	struct report assignment;
	struct report shared;
};

/* Regions that firmware demands, from the kernel's own group directory */
static void say_regions(struct iommucaps *ic, struct report *r,
			struct iommucaps_group *g, const char *type)
{
	unsigned long long start, end;
	char path[4096], kind[32];
	const char *p;

	snprintf(path, sizeof(path), "%s/%s/%s/reserved_regions",
		 IOMMU_CAPS_DIR_GROUPS, iommucaps_group_name(g),
		 IOMMU_CAPS_LINK_IOMMU_GROUP);
	for (p = iommucaps_read(ic, path); p && *p;
	     p += strcspn(p, "\n"), p += !!*p)
		if (sscanf(p, "%llx %llx %31s", &start, &end, kind) == 3 &&
		    !strcmp(kind, type))
			report_say(r, "Such a region: 0x%llx-0x%llx.", start,
				   end);
}

static void explain_token(const struct machine *m, struct report *r,
			  struct iommucaps_group *g, const char *word)
{
	if (!strcmp(word, IOMMU_CAPS_BYPASS_IDENTITY)) {
		report_say(r, "Its group has an identity (passthrough) domain: its DMA reaches all of memory.");
		advise_identity(m, r, iommucaps_group_name(g));
	} else if (!strcmp(word, IOMMU_CAPS_BYPASS_INACTIVE)) {
		report_say(r, "The unit in front of it does not translate: its DMA reaches all of memory.");
		advise_switch_on(m, r);
	} else if (!strcmp(word, IOMMU_CAPS_BYPASS_DIRECT)) {
		report_say(r, "Firmware demands regions of memory that are mapped one to one for it.");
		say_regions(m->ic, r, g, IOMMU_CAPS_BYPASS_DIRECT);
		advise_direct(r);
	} else if (!strcmp(word, IOMMU_CAPS_BYPASS_RELAXABLE)) {
		report_say(r, "Firmware asks for regions mapped one to one for it; they stay until a guest takes the device.");
		say_regions(m->ic, r, g, IOMMU_CAPS_BYPASS_RELAXABLE);
		advise_relaxable(r);
	} else if (!strcmp(word, IOMMU_CAPS_BYPASS_ATS)) {
		report_say(r, "A device of the group has ATS on: it may send addresses that it says are translated already.");
		advise_ats(m, r);
	} else if (!strcmp(word, IOMMU_CAPS_BYPASS_DMA_OPS)) {
		report_say(r, "A window maps all of memory for it (64-bit bypass of the TCE tables).");
		advise_dma_ops(m, r);
	} else if (!strcmp(word, IOMMU_CAPS_BYPASS_HW)) {
		report_say(r, "The hardware lets its DMA through, although the kernel's word is that it is translated.");
		advise_hw_pass_through(r);
	} else {
		report_say(r, "Its DMA can bypass translation: %s.", word);
	}
}

static size_t count_devices(struct iommucaps_group *g)
{
	struct iommucaps_device *const *d = iommucaps_group_devices(g);
	size_t n = 0;

	while (d[n])
		n++;
	return n;
}

/* Every token of a list in turn */
static bool next_word(const char **list, char *word, size_t size)
{
	const char *p;
	size_t len;

	p = iommucaps_next_token(list, &len);
	if (p)
		snprintf(word, size, "%.*s", (int)len, p);
	return p;
}

/* VFIO's user maps what it wants, whatever the default domain is */
static bool held_by_user(struct iommucaps_group *g)
{
	return is(iommucaps_group_fact(g, "owner"), IOMMU_CAPS_OWNER_USER);
}

static void say_translated(struct report *r, struct iommucaps_group *g)
{
	const char *domain = iommucaps_group_fact(g, "domain_type");

	if (held_by_user(g))
		report_say(r, "VFIO holds its group: its DMA reaches what the program that uses it has mapped.");
	else if (is(domain, IOMMU_CAPS_DOMAIN_IDENTITY))
		report_say(r, "Its DMA is translated: its driver uses a domain of its own, not the default one (identity).");
	else
		report_say(r, "Its DMA is translated%s%s%s.",
			   domain ? " (domain type " : "",
			   domain ? domain : "", domain ? ")" : "");
}

static void add_amount(struct text *t, const char *amount)
{
	if (is(amount, "0"))
		text_printf(t, "nothing");
	else if (is_number(amount))
		text_size(t, strtoull(amount, NULL, 10), "iB");
	else
		text_printf(t, "all");
}

static bool is_amount(const char *v)
{
	return is(v, IOMMU_CAPS_HW_ALL) || is_number(v);
}

/* What the tables in memory let it do, of which only root can see how much */
static void say_amounts(const struct machine *m, struct report *r,
			struct iommucaps_group *g)
{
	const char *in = iommucaps_group_fact(g, "hw_readable_ram");
	const char *out = iommucaps_group_fact(g, "hw_writable_ram");
	const char *who = count_devices(g) > 1 ? "Its group" : "It";
	struct text line = { 0 };

	if (!is_amount(in) || !is_amount(out))
		return;
	if (is(in, IOMMU_CAPS_HW_ALL) && is(out, IOMMU_CAPS_HW_ALL)) {
		report_say(r, "%s can read and write all of memory now.", who);
		return;
	}
	if (is(in, "0") && is(out, "0")) {
		report_say(r, "%s can read and write no memory now.", who);
		return;
	}
	text_printf(&line, "%s can read ", who);
	add_amount(&line, in);
	text_printf(&line, " and write ");
	add_amount(&line, out);
	text_printf(&line, " of ");
	if (m->memory) {
		text_size(&line, m->memory, "iB");
		text_printf(&line, " of ");
	}
	report_say(r, "%smemory now.", line.s);
	text_free(&line);
}

/*
 * Where the tables that the unit reads do not say what the kernel says of the
 * group. That they let requests through is a token of bypass.
 */
static void say_disagreement(struct report *r, struct iommucaps_group *g)
{
	const char *path = iommucaps_group_fact(g, "hw_path");
	const char *domain = iommucaps_group_fact(g, "domain_type");
	const char *bypass = iommucaps_group_fact(g, "bypass");

	if (iommucaps_has_token(bypass, IOMMU_CAPS_BYPASS_HW))
		report_say(r, "The kernel says: domain type %s. The unit's tables say: %s.",
			   domain ? domain : "unknown", path ? path : "unknown");
	if (iommucaps_has_token(bypass, IOMMU_CAPS_BYPASS_IDENTITY) &&
	    is(path, IOMMU_CAPS_HW_TRANSLATE))
		report_say(r, "The kernel says that its DMA passes through, the unit's tables say that it is translated: by a table that maps memory one to one, or one of another kernel's.");
	if (iommucaps_has_token(path, IOMMU_CAPS_HW_ABORT) &&
	    !is(domain, IOMMU_CAPS_DOMAIN_BLOCKED))
		report_say(r, "The unit's tables say that it refuses %s.",
			   is(path, IOMMU_CAPS_HW_ABORT) ? "its requests" :
			   "requests of some of its ids");
}

/* Blocked altogether, which is no way around the IOMMU */
static bool is_blocked(struct iommucaps_group *g)
{
	return is(iommucaps_group_fact(g, "domain_type"),
		  IOMMU_CAPS_DOMAIN_BLOCKED) &&
	       is(iommucaps_group_fact(g, "bypass"), IOMMU_CAPS_BYPASS_NONE);
}

/**
 * dma_verdict() - is DMA of a group translated or blocked?
 * @g: the group
 *
 * Return: NO, YES, PARTLY (there is a way around), or UNKNOWN.
 */
enum verdict dma_verdict(struct iommucaps_group *g)
{
	const char *remap = iommucaps_group_fact(g, "dma_remap");
	const char *bypass = iommucaps_group_fact(g, "bypass");

	if (is(remap, "0") && !is_blocked(g))
		return NO;
	if (!bypass || !*bypass || !is_bool(remap))
		return UNKNOWN;
	return is(bypass, IOMMU_CAPS_BYPASS_NONE) ? YES : PARTLY;
}

static enum verdict explain_dma(const struct machine *m, struct report *r,
				struct iommucaps_group *g)
{
	const char *remap = iommucaps_group_fact(g, "dma_remap");
	const char *bypass = iommucaps_group_fact(g, "bypass"), *p;
	char word[64];

	if (is(remap, "1"))
		say_translated(r, g);
	else if (is(remap, "0"))
		report_say(r, is_blocked(g) ? "Its DMA is blocked altogether." :
			   "Its DMA is not translated.");
	else
		report_say(r, "Whether its DMA is translated cannot be known.");
	/* An empty list should not be: whether there is a way is unknown */
	if (!bypass || !*bypass)
		report_say(r, "Whether its DMA can bypass translation cannot be known.");

	p = is(bypass, IOMMU_CAPS_BYPASS_NONE) ? NULL : bypass;
	while (next_word(&p, word, sizeof(word)))
		explain_token(m, r, g, word);
	say_disagreement(r, g);
	say_amounts(m, r, g);
	return dma_verdict(g);
}

static enum verdict explain_interrupts(const struct machine *m,
				       struct report *r,
				       struct iommucaps_group *g)
{
	const char *v = iommucaps_group_fact(g, "intr_remap");

	if (is(v, "1")) {
		report_say(r, "Its interrupts are isolated.");
		return YES;
	}
	if (is(v, "0")) {
		report_say(r, "Its interrupts are not isolated: it can raise any interrupt by writing to memory.");
		advise_interrupts(m, r);
		return NO;
	}
	report_say(r, "Whether its interrupts are isolated cannot be known.");
	return UNKNOWN;
}

static enum verdict both(enum verdict dma, enum verdict intr)
{
	if (dma == NO || intr == NO)
		return NO;
	if (dma == PARTLY)
		return PARTLY;
	return dma == UNKNOWN || intr == UNKNOWN ? UNKNOWN : YES;
}

/* A byte of a file in the device's directory; -1 if there is none */
static int device_byte(const struct iommucaps_device *d, const char *file,
		       long offset)
{
	char path[4096];
	int c = -1;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", iommucaps_device_path(d), file);
	f = fopen(path, "re");
	if (!f)
		return -1;
	if (!fseek(f, offset, SEEK_SET))
		c = fgetc(f);
	fclose(f);
	return c;
}

/* Type of the header of configuration space: 0 for all but bridges */
static bool is_bridge(struct iommucaps_device *d)
{
	int type = is(iommucaps_device_bus(d), "pci") ?
		   device_byte(d, "config", 0x0e) : -1;

	return type >= 0 && type & 0x7f;
}

static bool has_virtual_functions(const struct iommucaps_device *d)
{
	int c = device_byte(d, "sriov_numvfs", 0);

	return c > '0' && c <= '9';
}

static bool bound_to_vfio(struct iommucaps_device *d)
{
	const char *driver = iommucaps_device_driver(d);

	return driver && (!strncmp(driver, "vfio-", 5) ||
			  strstr(driver, "-vfio-pci") ||
			  strstr(driver, "_vfio_pci"));
}

/* How to give the device to VFIO: to be pasted, in this order */
static void change_driver(const struct machine *m, struct report *r,
			  struct iommucaps_device *d)
{
	const char *name = iommucaps_device_name(d);
	const char *driver = iommucaps_device_driver(d);

	if (!is(iommucaps_device_bus(d), "pci"))
		return;
	report_change(r, "modprobe vfio-pci");
	if (machine_has_program(m, "driverctl")) {
		report_change(r, "driverctl set-override %s vfio-pci", name);
		return;
	}
	report_change(r, "echo vfio-pci > /sys/bus/pci/devices/%s/driver_override",
		      name);
	if (driver)
		report_change(r, "echo %s > /sys/bus/pci/drivers/%s/unbind",
			      name, driver);
	report_change(r, "echo %s > /sys/bus/pci/drivers_probe", name);
}

static struct iommucaps_device *member(struct iommucaps_group *g,
				       const char *name)
{
	struct iommucaps_device *const *d;

	for (d = iommucaps_group_devices(g); *d; d++)
		if (!strcmp(iommucaps_device_name(*d), name))
			return *d;
	return NULL;
}

/* bound:<device>/<driver>; the device itself is handed over by the steps */
static void explain_bound(struct report *r, struct iommucaps_device *d,
			  struct iommucaps_group *g, char *name)
{
	char *driver = strrchr(name, '/');
	struct iommucaps_device *other;
	const char *bus;

	if (!driver) {
		report_say(r, "Drivers of this system are bound to more devices of the group than can be listed.");
		return;
	}
	*driver++ = '\0';
	report_say(r, "%s is bound to the driver %s of this system.", name,
		   driver);
	other = member(g, name);
	bus = other ? iommucaps_device_bus(other) : NULL;
	if (strcmp(name, iommucaps_device_name(d)) || !is(bus, "pci"))
		report_change(r, "echo %s > /sys/bus/%s/drivers/%s/unbind",
			      name, bus ? bus : "pci", driver);
}

static void explain_blocker(const struct machine *m, struct report *r,
			    struct iommucaps_device *d,
			    struct iommucaps_group *g, char *word)
{
	const size_t bound = strlen(IOMMU_CAPS_BLOCK_BOUND);

	if (!strncmp(word, IOMMU_CAPS_BLOCK_BOUND, bound)) {
		explain_bound(r, d, g, word + bound);
	} else if (!strcmp(word, IOMMU_CAPS_BLOCK_INTERRUPTS)) {
		report_say(r, "VFIO refuses devices whose interrupts are not isolated.");
		advise_interrupts(m, r);
		if (machine_flag(m, "module/vfio_iommu_type1/parameters/allow_unsafe_interrupts"))
			report_say(r, "vfio_iommu_type1 is loaded with allow_unsafe_interrupts=1 and takes them; the answer is for its default.");
		else
			report_change(r, "or, where the guest is trusted: modprobe vfio_iommu_type1 allow_unsafe_interrupts=1");
	} else if (!strcmp(word, IOMMU_CAPS_BLOCK_COHERENCY)) {
		report_say(r, "VFIO refuses devices whose DMA is not cache-coherent.");
		report_change(r, "only firmware or the device tree can say that it is (ACPI _CCA, IORT; property dma-coherent)");
	} else if (!strcmp(word, IOMMU_CAPS_BLOCK_DIRECT)) {
		report_say(r, "VFIO refuses devices for which firmware demands regions mapped one to one.");
		say_regions(m->ic, r, g, IOMMU_CAPS_BYPASS_DIRECT);
		advise_direct(r);
	} else if (!strcmp(word, IOMMU_CAPS_BLOCK_NO_DEVICE)) {
		report_say(r, "The group has no device that VFIO would take: only bridges, functions whose virtual functions are there, or functions on vfio-pci's denylist.");
	} else if (!strcmp(word, IOMMU_CAPS_BLOCK_MIXED_BUS)) {
		report_say(r, "The group has devices on different kinds of bus, which this kernel's VFIO refuses.");
	} else if (!strcmp(word, IOMMU_CAPS_BLOCK_IN_USE)) {
		report_say(r, "A program holds the group already.");
		report_change(r, "to see which one: fuser -v /dev/vfio/%s",
			      iommucaps_group_name(g));
	} else {
		report_say(r, "VFIO would refuse it: %s.", word);
	}
}

/* The device asked about may be one that VFIO never takes */
static bool explain_device(struct report *r, struct iommucaps_device *d)
{
	const char *name = iommucaps_device_name(d);

	if (is_bridge(d)) {
		report_say(r, "It is a bridge, which VFIO does not hand out.");
		return false;
	}
	if (has_virtual_functions(d) && !bound_to_vfio(d)) {
		report_say(r, "It has virtual functions: VFIO takes them, but not this function while they are there.");
		report_change(r, "assign a virtual function, or remove them: echo 0 > /sys/bus/pci/devices/%s/sriov_numvfs",
			      name);
		return false;
	}
	return true;
}

/**
 * explain_assignment() - why VFIO would refuse a device now, and what to change
 * @m: the machine
 * @r: the sentences are added to it
 * @d: the device
 * @g: its group
 *
 * Return: NO, YES or UNKNOWN.
 */
enum verdict explain_assignment(const struct machine *m, struct report *r,
				struct iommucaps_device *d,
				struct iommucaps_group *g)
{
	const char *blockers = iommucaps_group_fact(g, "assign_blockers"), *p;
	bool own = explain_device(r, d), bound = false, other = false;
	char word[256];

	if (!blockers) {
		report_say(r, "What VFIO would do with the group cannot be known.");
		return own ? UNKNOWN : NO;
	}
	p = blockers;
	while (next_word(&p, word, sizeof(word))) {
		if (!strcmp(word, IOMMU_CAPS_BLOCK_NO_DEVICE) && !own)
			continue;
		bound |= !strncmp(word, IOMMU_CAPS_BLOCK_BOUND,
				  strlen(IOMMU_CAPS_BLOCK_BOUND));
		other |= strncmp(word, IOMMU_CAPS_BLOCK_BOUND,
				 strlen(IOMMU_CAPS_BLOCK_BOUND));
		explain_blocker(m, r, d, g, word);
	}
	if (!own)
		return NO;
	if (!bound && !other)
		report_say(r, "Nothing keeps VFIO from taking the group.");
	if (!other && !bound_to_vfio(d)) {
		report_say(r, "To hand it to VFIO:");
		change_driver(m, r, d);
	}
	if (!other && is(iommucaps_group_fact(g, "dma_remap"), "0"))
		report_say(r, "Once VFIO holds the group its DMA is translated, whatever the default domain is.");
	return bound || other ? NO : YES;
}

static void explain_shared(const struct machine *m, struct report *r,
			   struct iommucaps_group *g)
{
	unsigned int acs;

	if (count_devices(g) < 2)
		return;
	acs = acs_explain(m->ic, g, r);
	if (!acs)
		report_say(r, "No member lacks ACS: they share a requester or stream id, or firmware or a driver put them together.");
	if (acs & ACS_PORT)
		report_change(r, "for smaller groups, use a slot whose root port has ACS, often one of the processor's own");
	if (acs & ACS_FUNCTION)
		report_change(r, "functions of one device without ACS cannot be parted: assign them together, or use another device");
	if (acs & ACS_OFF)
		advise_acs_off(m, r);
	if (acs & ACS_UNREADABLE && geteuid())
		report_change(r, "run this as root");
}

static void explain_about(struct report *r, struct iommucaps_device *d,
			  struct iommucaps_group *g)
{
	const char *driver = iommucaps_device_driver(d);
	struct iommucaps_unit *const *u;
	struct text line = { 0 };

	if (driver)
		report_say(r, "Driver: %s.", driver);
	else
		report_say(r, "No driver is bound.");
	if (!g)
		return;
	text_printf(&line, "Group: %s.", iommucaps_group_name(g));
	for (u = iommucaps_group_units(g); u && *u; u++) {
		const char *type = iommucaps_unit_fact(*u, "type");
		const char *virtual = iommucaps_unit_fact(*u, "virtual");

		text_printf(&line, " Unit: %s", iommucaps_unit_name(*u));
		if (type)
			text_printf(&line, " (%s%s)", type,
				    is(virtual, "1") ? ", virtual" :
				    is(virtual, "0") ? ", hardware" : "");
		text_printf(&line, ".");
	}
	report_say(r, "%s", line.s);
	text_free(&line);
}

static void answer(const struct machine *m, struct iommucaps_device *d,
		   struct answers *a)
{
	struct iommucaps_group *g = iommucaps_device_group(d);

	explain_about(&a->about, d, g);
	if (g) {
		a->protected = explain_dma(m, &a->protection, g);
		a->protected = both(a->protected,
				    explain_interrupts(m, &a->protection, g));
		a->assignable = explain_assignment(m, &a->assignment, d, g);
		explain_shared(m, &a->shared, g);
		return;
	}
	a->assignable = NO;
	report_say(&a->assignment,
		   "VFIO only takes devices that are in a group.");
	if (iommucaps_device_unprotected(d)) {
		a->protected = NO;
		report_say(&a->protection, "It is in no IOMMU group, so no IOMMU translates its DMA.");
		if (explain_hole(m, &a->protection, d))
			advise_hole(&a->protection);
		else
			explain_no_group(m, &a->protection,
					 iommucaps_device_driver(d));
		return;
	}
	a->protected = UNKNOWN;
	report_say(&a->protection, "It is in no IOMMU group, and not listed as unprotected either: so are host bridges, an IOMMU's own function, and what an IOMMU blocks until a driver binds.");
	report_say(&a->protection, "%s", state_sentence(m->ic));
}

static void print_verdict(const char *question, enum verdict v, bool colors)
{
	static const char *const codes[] = {
		[NO] = "\033[31m", [YES] = "\033[32m", [PARTLY] = "\033[33m",
		[UNKNOWN] = "\033[33m",
	};

	printf("%s: %s%s%s\n", question, colors ? codes[v] : "",
	       verdict_words[v], colors ? "\033[0m" : "");
}

static void print_answers(struct iommucaps_device *d, const struct answers *a,
			  bool colors)
{
	const struct iommucaps_ids *ids = iommucaps_device_ids(d);
	struct iommucaps_group *g = iommucaps_device_group(d);
	struct iommucaps_device *const *o;
	char buf[NAME_SIZE];
	const char *name = ids ? name_full(ids, buf) : NULL;

	printf("%s", iommucaps_device_name(d));
	if (name)
		printf(" %s", name);
	if (ids)
		printf(" [%04x:%04x]", ids->vendor, ids->device);
	printf("\n");
	report_print(&a->about, "  ");
	print_verdict("Protected", a->protected, colors);
	report_print(&a->protection, "  ");
	print_verdict("May be assigned to a guest", a->assignable, colors);
	report_print(&a->assignment, "  ");
	if (!a->shared.n)
		return;
	printf("Group %s has %zu devices. For a guest to have one, the others (but bridges) have\nto leave their host drivers; they may stay behind without one:\n ",
	       iommucaps_group_name(g), count_devices(g));
	for (o = iommucaps_group_devices(g); *o; o++)
		printf(" %s", iommucaps_device_name(*o));
	printf("\n");
	report_print(&a->shared, "  ");
}

static void json_verdict(struct json *j, const char *name, enum verdict v,
			 const struct report *r)
{
	json_object(j, name);
	json_string(j, "answer", v == UNKNOWN ? NULL : verdict_words[v]);
	report_json(r, j);
	json_object_end(j);
}

static void json_amount(struct json *j, const char *name, const char *v)
{
	if (is_number(v))
		json_int(j, name, strtoull(v, NULL, 10));
	else
		json_string(j, name, is(v, IOMMU_CAPS_HW_ALL) ? v : NULL);
}

/* What the tables in memory say that the unit reads */
static void json_hardware(struct json *j, struct iommucaps_group *g)
{
	const char *path = g ? iommucaps_group_fact(g, "hw_path") : NULL;
	char word[64];

	json_object(j, "hardware");
	if (path) {
		json_array(j, "path");
		while (next_word(&path, word, sizeof(word)))
			json_string(j, NULL, word);
		json_array_end(j);
	} else {
		json_null(j, "path");
	}
	json_amount(j, "readable",
		    g ? iommucaps_group_fact(g, "hw_readable_ram") : NULL);
	json_amount(j, "writable",
		    g ? iommucaps_group_fact(g, "hw_writable_ram") : NULL);
	json_object_end(j);
}

/**
 * json_group() - the group of a device: its number, units and devices
 * @j: an object that is open
 * @g: the group, or NULL
 */
void json_group(struct json *j, struct iommucaps_group *g)
{
	struct iommucaps_device *const *d;
	struct iommucaps_unit *const *u;

	if (g)
		json_int(j, "group",
			 strtoull(iommucaps_group_name(g), NULL, 10));
	else
		json_null(j, "group");
	json_array(j, "units");
	for (u = g ? iommucaps_group_units(g) : NULL; u && *u; u++)
		json_string(j, NULL, iommucaps_unit_name(*u));
	json_array_end(j);
	json_array(j, "group_devices");
	for (d = g ? iommucaps_group_devices(g) : NULL; d && *d; d++)
		json_string(j, NULL, iommucaps_device_name(*d));
	json_array_end(j);
}

static void json_answers(struct json *j, struct iommucaps_device *d,
			 const struct answers *a)
{
	struct iommucaps_group *g = iommucaps_device_group(d);

	json_object(j, NULL);
	json_string(j, "device", iommucaps_device_name(d));
	json_string(j, "driver", iommucaps_device_driver(d));
	json_group(j, g);
	json_hardware(j, g);
	json_verdict(j, "protected", a->protected, &a->protection);
	json_verdict(j, "assignable", a->assignable, &a->assignment);
	json_object(j, "shared");
	report_json(&a->shared, j);
	json_object_end(j);
	json_object_end(j);
}

/* The status that an answer asks for; both must be yes for 0 */
static int verdict_status(enum verdict v)
{
	return v == YES ? STATUS_YES : v == UNKNOWN ? STATUS_UNKNOWN :
	       STATUS_NO;
}

/* A failure outweighs a no, that one what is not known, and that a yes */
static int worse(int a, int b)
{
	static const int rank[] = {
		[STATUS_YES] = 0, [STATUS_UNKNOWN] = 1, [STATUS_NO] = 2,
		[STATUS_FAILED] = 3, [STATUS_USAGE] = 4,
	};

	return rank[a] > rank[b] ? a : b;
}

enum question { BOTH, PROTECTED, ASSIGNABLE };

static int check_device(const struct machine *m, const char *arg,
			enum question question, struct json *j, bool colors)
{
	struct answers a = { 0 };
	struct iommucaps_device *d;
	int status = STATUS_YES;

	d = verb_device(m->ic, arg);
	if (!d)
		return STATUS_FAILED;
	answer(m, d, &a);
	if (j)
		json_answers(j, d, &a);
	else
		print_answers(d, &a, colors);
	if (question != ASSIGNABLE)
		status = verdict_status(a.protected);
	if (question != PROTECTED)
		status = worse(status, verdict_status(a.assignable));
	report_free(&a.about);
	report_free(&a.protection);
	report_free(&a.assignment);
	report_free(&a.shared);
	return status;
}

int verb_check(int argc, char **argv)
{
	enum { OPT_COLOR = 256, OPT_PCI_IDS, OPT_PROTECTED, OPT_ASSIGNABLE };
	static const struct option options[] = {
		{ "protected", no_argument, NULL, OPT_PROTECTED },
		{ "assignable", no_argument, NULL, OPT_ASSIGNABLE },
		{ "json", no_argument, NULL, 'J' },
		{ "color", optional_argument, NULL, OPT_COLOR },
		{ "pci-ids", required_argument, NULL, OPT_PCI_IDS },
		VERB_OPTIONS
	};
	enum question question = BOTH;
	struct json j = JSON_INIT(stdout);
	const char *color = "auto", *ids = NULL;
	bool json = false, colors;
	struct iommucaps *ic;
	struct machine m;
	int c, i, rc;

	while ((c = getopt_long(argc, argv, VERB_SHORT "J", options,
				NULL)) != -1) {
		switch (c) {
		case OPT_PROTECTED:
		case OPT_ASSIGNABLE:
			if (question != BOTH)
				return verb_usage("--protected and --assignable exclude each other");
			question = c == OPT_PROTECTED ? PROTECTED : ASSIGNABLE;
			break;
		case 'J':
			json = true;
			break;
		case OPT_COLOR:
			color = optarg ? optarg : "auto";
			if (!color_word(color))
				return verb_usage("--color: %s: must be auto, always or never",
						  color);
			break;
		case OPT_PCI_IDS:
			ids = optarg;
			break;
		default:
			if (verb_common(c))
				break;
			return verb_option(c, "check [OPTION]... DEVICE...",
				"     --protected      the status is about protection alone\n"
				"     --assignable     the status is about assignment alone\n"
				" -J, --json           print JSON\n"
				"     --color[=WHEN]   auto, always or never\n"
				"     --pci-ids FILE   take PCI names from FILE\n");
		}
	}
	if (optind == argc)
		return verb_usage("no device is given");

	colors = use_colors(color, isatty(STDOUT_FILENO));
	rc = open_tree(&ic, verb_sysroot);
	if (rc)
		return rc;
	rc = names_open(iommucaps_sysfs(ic), ids, false);
	if (rc)
		goto close;
	machine_init(&m, ic);
	if (json) {
		json_object(&j, NULL);
		json_array(&j, "devices");
	}
	for (i = optind; i < argc; i++) {
		if (i > optind && !json)
			putchar('\n');
		rc = worse(rc, check_device(&m, argv[i], question,
					    json ? &j : NULL, colors));
	}
	if (json) {
		json_array_end(&j);
		json_object_end(&j);
		putchar('\n');
	}
	names_close();
	machine_free(&m);
	rc = tree_status(ic, rc);
close:
	iommucaps_close(ic);
	return rc;
}
