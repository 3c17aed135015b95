// SPDX-License-Identifier: GPL-2.0-only
/*
 * iommu-caps check: is the device protected, may a guest have it?
 *
 * Every sentence rests on one file of the tree; where the file is absent, the
 * sentence says that it cannot be known. What to change depends on who made
 * the IOMMU: the types of the units that serve the device or, where none
 * does, the firmware tables that describe units.
 */
#include <err.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sysfs/libsysfs.h>
#include <unistd.h>

#include "acs.h"
#include "verbs.h"

enum verdict { NO, YES, PARTLY, UNKNOWN };

/* Where the sentences go: standard output, or aside until a verdict is known */
static FILE *out;
static bool colors;

static void __printf(1, 2) say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fprintf(out, "  ");
	vfprintf(out, fmt, ap);
	fprintf(out, "\n");
	va_end(ap);
}

/* What to change. One line, so that it can be grepped, or pasted */
static void __printf(1, 2) change(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fprintf(out, "    -> ");
	vfprintf(out, fmt, ap);
	fprintf(out, "\n");
	va_end(ap);
}

static void say_verdict(const char *question, enum verdict v)
{
	static const char *const words[] = {
		[NO] = "no", [YES] = "yes", [PARTLY] = "partly",
		[UNKNOWN] = "cannot be known",
	};
	static const char *const codes[] = {
		[NO] = "\033[31m", [YES] = "\033[32m", [PARTLY] = "\033[33m",
		[UNKNOWN] = "\033[33m",
	};

	fprintf(out, "%s: %s%s%s\n", question, colors ? codes[v] : "",
		words[v], colors ? "\033[0m" : "");
}

/* A file's value against a word; an absent file equals nothing */
static bool is(const char *v, const char *word)
{
	return v && !strcmp(v, word);
}

static bool has_unit(const struct tree *t, const char *type)
{
	size_t i;

	for (i = 0; i < t->nunits; i++)
		if (is(t->units[i]->attr[UNIT_type], type))
			return true;
	return false;
}

static bool is_virtual(const struct tree *t)
{
	return is(t->top[TOP_platform], IOMMU_CAPS_PLATFORM_GUEST) ||
	       is(t->top[TOP_platform], IOMMU_CAPS_PLATFORM_XEN_GUEST);
}

/* Units are described, none is driven: how to have them driven */
static void change_switch_on(const struct tree *t)
{
	const char *fw = t->top[TOP_firmware];

	if (has_token(fw, IOMMU_CAPS_FW_DMAR))
		change("add intel_iommu=on to the kernel command line, remove intel_iommu=off and iommu=off, and boot again");
	if (has_token(fw, IOMMU_CAPS_FW_IVRS))
		change("remove amd_iommu=off and iommu=off from the kernel command line and boot again");
	if (has_token(fw, IOMMU_CAPS_FW_VIOT))
		change("load the driver in the initramfs: modprobe virtio_iommu");
	if (has_token(fw, IOMMU_CAPS_FW_IORT))
		change("use a kernel with the driver arm-smmu-v3 or arm-smmu; the boot log says why it did not bind");
	if (has_token(fw, IOMMU_CAPS_FW_RIMT))
		change("use a kernel with the driver riscv-iommu; the boot log says why it did not bind");
	if (has_token(fw, IOMMU_CAPS_FW_DEVICE_TREE))
		change("use a kernel with a driver for the IOMMU in the device tree, with that node's status \"okay\"");
}

static void change_get_one(const struct tree *t)
{
	if (is_virtual(t))
		change("give the virtual machine an IOMMU (QEMU: -device intel-iommu, amd-iommu or virtio-iommu-pci, or -machine virt,iommu=smmuv3)");
	else
		change("switch the IOMMU on in the firmware setup (Intel: \"VT-d\"; AMD: \"IOMMU\"; Arm: \"SMMU\"), if the machine has one");
}

/* The function is in no group: why, and what to change */
static void explain_no_group(const struct tree *t)
{
	const char *s = t->top[TOP_state];

	say("It is in no IOMMU group, so no IOMMU translates its DMA.");
	if (is(s, IOMMU_CAPS_STATE_NONE)) {
		say("%s", state_sentence(t));
		change_get_one(t);
	} else if (is(s, IOMMU_CAPS_STATE_DISABLED)) {
		say("%s", state_sentence(t));
		change_switch_on(t);
	} else if (is(s, IOMMU_CAPS_STATE_HYPERVISOR)) {
		say("%s", state_sentence(t));
		if (has_token(t->top[TOP_dma_path], IOMMU_CAPS_DMA_SWIOTLB_XEN))
			say("DMA of this kernel goes through Xen's bounce buffers (swiotlb-xen).");
		change("ask Xen: xl dmesg | grep -i iommu");
	} else if (is_virtual(t)) {
		say("There is an IOMMU in this machine, but not in front of this function.");
		change("attach it to a bus behind the virtual IOMMU (QEMU: without default-bus-bypass-iommu=on or bypass_iommu=on)");
		change("with virtio-iommu, bind a driver, and switch boot-bypass off");
	} else {
		say("There is an IOMMU in this machine, but firmware puts none in front of this function.");
		change("use a slot on another bus, or update the firmware");
	}
}

/* Regions that firmware demands, from the kernel's own group directory */
static void say_regions(struct tree *t, const struct group *g,
			const char *type)
{
	struct sysfs_attribute *attr;
	char path[SYSFS_PATH_MAX], kind[32];
	unsigned long long start, end;
	const char *p;
	size_t len;

	if (snprintf(path, sizeof(path), "%s/%s/%s/%s/reserved_regions",
		     t->root, IOMMU_CAPS_DIR_GROUPS, g->name,
		     IOMMU_CAPS_LINK_IOMMU_GROUP) >= (int)sizeof(path))
		return;
	attr = sysfs_open_attribute(path);
	if (!attr)
		return;
	if (!sysfs_read_attribute(attr))
		for (p = attr->value; p && *p; p += len + !!p[len]) {
			len = strcspn(p, "\n");
			if (sscanf(p, "%llx %llx %31s", &start, &end,
				   kind) == 3 && !strcmp(kind, type))
				say("Such a region: 0x%llx-0x%llx.", start,
				    end);
		}
	sysfs_close_attribute(attr);
}

static void change_type(const struct group *g)
{
	change("remove iommu=pt and iommu.passthrough=1 from the kernel command line, or add iommu.passthrough=0, and boot again");
	change("or, with no driver bound to the group: echo DMA > /sys/kernel/iommu_groups/%s/type",
	       g->name);
}

static void explain_token(struct tree *t, const struct group *g,
			  const char *token, size_t len)
{
	char word[64];

	snprintf(word, sizeof(word), "%.*s", (int)len, token);
	if (!strcmp(word, IOMMU_CAPS_BYPASS_IDENTITY)) {
		say("Its group has an identity (passthrough) domain: its DMA reaches all of memory.");
		change_type(g);
	} else if (!strcmp(word, IOMMU_CAPS_BYPASS_INACTIVE)) {
		say("The unit in front of it does not translate: its DMA reaches all of memory.");
		change_switch_on(t);
	} else if (!strcmp(word, IOMMU_CAPS_BYPASS_DIRECT)) {
		say("Firmware demands regions of memory that are mapped one to one for it.");
		say_regions(t, g, IOMMU_CAPS_BYPASS_DIRECT);
		change("only firmware can drop them: update it, or switch off in its setup what uses the device (legacy USB, remote management)");
	} else if (!strcmp(word, IOMMU_CAPS_BYPASS_RELAXABLE)) {
		say("Firmware asks for regions mapped one to one for it; they stay until a guest takes the device.");
		say_regions(t, g, IOMMU_CAPS_BYPASS_RELAXABLE);
		change("only firmware can drop them: switch off legacy USB support in its setup, or update it");
	} else if (!strcmp(word, IOMMU_CAPS_BYPASS_ATS)) {
		say("A device of the group has ATS on: it may send addresses that it says are translated already.");
		change("if the device is not to be trusted, add pci=noats to the kernel command line and boot again");
	} else if (!strcmp(word, IOMMU_CAPS_BYPASS_DMA_OPS)) {
		say("A window maps all of memory for it (64-bit bypass of the TCE tables).");
		change("add iommu=nobypass (bare metal) or disable_ddw (logical partition) to the kernel command line and boot again");
	} else {
		say("Its DMA can bypass translation: %s.", word);
	}
}

static enum verdict explain_dma(struct tree *t, const struct group *g)
{
	const char *remap = g->attr[GROUP_dma_remap];
	const char *bypass = g->attr[GROUP_bypass], *p;
	const char *domain = g->attr[GROUP_domain_type];
	bool blocked = is(domain, IOMMU_CAPS_DOMAIN_BLOCKED);
	bool none = is(bypass, IOMMU_CAPS_BYPASS_NONE);
	size_t len;

	if (is(remap, "1"))
		say("Its DMA is translated%s%s%s.",
		    domain ? " (domain type " : "", domain ? domain : "",
		    domain ? ")" : "");
	else if (blocked && none)
		say("Its DMA is blocked altogether.");
	else if (is(remap, "0"))
		say("Its DMA is not translated.");
	else
		say("Whether its DMA is translated cannot be known.");

	while (!none && (p = next_token(&bypass, &len)))
		explain_token(t, g, p, len);

	bypass = g->attr[GROUP_bypass];
	if (is(remap, "0") && !(blocked && none))
		return NO;
	if (!bypass || !remap)
		return UNKNOWN;
	return none ? YES : PARTLY;
}

/* Interrupts are not isolated: whose fault is it? */
static void change_interrupts(const struct tree *t)
{
	bool capable = false;
	size_t i;

	for (i = 0; i < t->nunits; i++)
		capable |= is(t->units[i]->attr[UNIT_intr_remap_capable], "1");

	if (has_unit(t, IOMMU_CAPS_TYPE_VIRTIO)) {
		say("virtio-iommu does not remap interrupts on this machine.");
		change("give the virtual machine an intel-iommu with intremap=on instead");
		return;
	}
	if (has_unit(t, IOMMU_CAPS_TYPE_ARM_SMMU) ||
	    has_unit(t, IOMMU_CAPS_TYPE_ARM_SMMU_V3)) {
		say("An SMMU does not isolate interrupts; an interrupt controller with an ITS does, and none serves this device.");
		if (is_virtual(t))
			change("give the virtual machine an ITS (QEMU: -machine virt,gic-version=3,its=on)");
		return;
	}
	if (!has_unit(t, IOMMU_CAPS_TYPE_INTEL_VTD) &&
	    !has_unit(t, IOMMU_CAPS_TYPE_AMD_VI))
		return;
	if (!capable && is_virtual(t)) {
		change("switch interrupt remapping on in the virtual IOMMU (QEMU: intremap=on, with -machine kernel-irqchip=split)");
		return;
	}
	if (!capable && has_unit(t, IOMMU_CAPS_TYPE_INTEL_VTD)) {
		say("The unit in front of it cannot remap interrupts.");
		return;
	}
	change("remove intremap=off and nointremap from the kernel command line and boot again");
	if (has_unit(t, IOMMU_CAPS_TYPE_INTEL_VTD))
		change("in the firmware setup, switch \"Interrupt remapping\" on and \"x2APIC opt-out\" off; or add intremap=no_x2apic_optout to the kernel command line");
	else
		change("the boot log says why the kernel does without: dmesg | grep -i -e AMD-Vi -e IOAPIC");
}

static enum verdict explain_interrupts(const struct tree *t,
				       const struct group *g)
{
	const char *v = g->attr[GROUP_intr_remap];

	if (is(v, "1")) {
		say("Its interrupts are isolated.");
		return YES;
	}
	if (is(v, "0")) {
		say("Its interrupts are not isolated: it can raise any interrupt by writing to memory.");
		change_interrupts(t);
		return NO;
	}
	say("Whether its interrupts are isolated cannot be known.");
	return UNKNOWN;
}

static const char *bus_of(struct tree *t, const struct group *g,
			  const char *name)
{
	const char *bus = NULL;
	size_t i;

	for (i = 0; i < g->ndevs; i++)
		if (!strcmp(g->devs[i]->name, name))
			bus = device_bus(t, g->devs[i]);
	return bus ? bus : "pci";
}

/* bound:<device>/<driver> */
static void explain_bound(struct tree *t, const struct group *g,
			  const struct device *dev, const char *token,
			  size_t len)
{
	char *name = pool_strndup(&t->pool, token, len);
	char *driver = strrchr(name, '/');
	const char *bus;

	if (!driver) {
		say("A driver is bound to %s.", name);
		return;
	}
	*driver++ = '\0';
	bus = bus_of(t, g, name);
	say("%s is bound to the driver %s of this system.", name, driver);
	change("echo %s > /sys/bus/%s/drivers/%s/unbind", name, bus, driver);
	if (strcmp(name, dev->name) || strcmp(bus, "pci"))
		return;
	change("echo vfio-pci > /sys/bus/pci/devices/%s/driver_override", name);
	change("echo %s > /sys/bus/pci/drivers_probe", name);
}

static void explain_blocker(struct tree *t, const struct group *g,
			    const struct device *dev, const char *token,
			    size_t len)
{
	const size_t bound = strlen(IOMMU_CAPS_BLOCK_BOUND);
	char word[64];

	if (len > bound && !strncmp(token, IOMMU_CAPS_BLOCK_BOUND, bound)) {
		explain_bound(t, g, dev, token + bound, len - bound);
		return;
	}
	snprintf(word, sizeof(word), "%.*s", (int)len, token);
	if (!strcmp(word, IOMMU_CAPS_BLOCK_INTERRUPTS)) {
		say("VFIO refuses devices whose interrupts are not isolated.");
		if (!is(g->attr[GROUP_intr_remap], "0"))
			change_interrupts(t);
		change("or, where the guest is trusted: modprobe vfio_iommu_type1 allow_unsafe_interrupts=1");
	} else if (!strcmp(word, IOMMU_CAPS_BLOCK_COHERENCY)) {
		say("VFIO refuses devices whose DMA is not cache-coherent.");
		change("only firmware or the device tree can say that it is (ACPI _CCA, IORT; property dma-coherent)");
	} else if (!strcmp(word, IOMMU_CAPS_BLOCK_DIRECT)) {
		say("VFIO refuses devices for which firmware demands regions mapped one to one.");
		say_regions(t, g, IOMMU_CAPS_BYPASS_DIRECT);
		change("only firmware can drop them: update it, or switch off in its setup what uses the device (legacy USB, remote management)");
	} else if (!strcmp(word, IOMMU_CAPS_BLOCK_NO_DEVICE)) {
		say("The group has only bridges, which VFIO does not hand out.");
	} else if (!strcmp(word, IOMMU_CAPS_BLOCK_MIXED_BUS)) {
		say("The group has devices on different kinds of bus, which this kernel's VFIO refuses.");
	} else if (!strcmp(word, IOMMU_CAPS_BLOCK_IN_USE)) {
		say("A program holds the group already.");
		change("to see which one: fuser -v /dev/vfio/%s", g->name);
	} else {
		say("VFIO would refuse it: %s.", word);
	}
}

static enum verdict explain_assignment(struct tree *t, const struct group *g,
				       const struct device *dev)
{
	const char *blockers = g->attr[GROUP_assign_blockers], *p;
	enum verdict v = YES;
	size_t len;

	if (!blockers) {
		say_verdict("May be assigned to a guest", UNKNOWN);
		say("This version of the module does not tell what VFIO would do.");
		return UNKNOWN;
	}
	p = blockers;
	if (next_token(&p, &len))
		v = NO;
	say_verdict("May be assigned to a guest", v);
	if (v == YES) {
		say("Nothing keeps VFIO from taking the group.");
		return v;
	}
	while ((p = next_token(&blockers, &len)))
		explain_blocker(t, g, dev, p, len);
	return v;
}

static void explain_group(const struct group *g)
{
	unsigned int acs;
	size_t i;

	if (g->ndevs < 2)
		return;
	fprintf(out, "Group %s has %zu devices; a guest gets all of them or none:\n ",
		g->name, g->ndevs);
	for (i = 0; i < g->ndevs; i++)
		fprintf(out, " %s", g->devs[i]->name);
	fprintf(out, "\n");
	acs = acs_explain(g, out);
	if (!acs)
		say("No member lacks ACS: they share a requester or stream id, or firmware or a driver put them together.");
	if (acs & ACS_PORT)
		change("for smaller groups, use a slot whose root port has ACS, often one of the processor's own");
	if (acs & ACS_FUNCTION)
		change("functions of one device without ACS cannot be parted: assign them together, or use another device");
	if (acs & ACS_OFF)
		change("remove pci=disable_acs_redir from the kernel command line, or switch the controls on with pci=config_acs (Linux 6.11 and later)");
	if (acs & ACS_UNREADABLE)
		change("run this as root");
}

/* The one device: here libsysfs is at its best */
static void say_device(struct tree *t, const struct device *d)
{
	const char *name = name_full(&t->pool, d);
	struct sysfs_device *dev;
	char path[SYSFS_PATH_MAX];
	const struct unit *u;
	size_t i;

	fprintf(out, "%s", d->name);
	if (name)
		fprintf(out, " %s", name);
	if (d->has_ids)
		fprintf(out, " [%04x:%04x]", d->vendor, d->device);
	fprintf(out, "\n");

	snprintf(path, sizeof(path), "%s/%s", t->sysfs, d->path);
	dev = sysfs_open_device_path(path);
	if (dev) {
		if (*dev->driver_name && strcmp(dev->driver_name, "unknown"))
			say("Driver: %s.", dev->driver_name);
		else
			say("No driver is bound.");
		sysfs_close_device(dev);
	}
	if (!d->group)
		return;
	fprintf(out, "  Group: %s.", d->group->name);
	for (i = 0; i < t->nunits; i++) {
		u = t->units[i];
		fprintf(out, " Unit: %s", u->name);
		if (u->attr[UNIT_type])
			fprintf(out, " (%s%s)", u->attr[UNIT_type],
				is(u->attr[UNIT_virtual], "1") ? ", virtual" :
				is(u->attr[UNIT_virtual], "0") ? ", hardware" :
				"");
		fprintf(out, ".");
	}
	fprintf(out, "\n");
}

static enum verdict both(enum verdict dma, enum verdict intr)
{
	if (dma == NO || intr == NO)
		return NO;
	if (dma == PARTLY)
		return PARTLY;
	return dma == UNKNOWN || intr == UNKNOWN ? UNKNOWN : YES;
}

static int check_member(struct tree *t, const struct device *d)
{
	const struct group *g = d->group;
	enum verdict protected, assignable;
	char *text = NULL;
	size_t len;

	/* The verdict stands first, but is known last */
	out = open_memstream(&text, &len);
	if (!out)
		err(STATUS_FAILED, "out of memory");
	protected = explain_dma(t, g);
	protected = both(protected, explain_interrupts(t, g));
	fclose(out);
	out = stdout;

	say_verdict("Protected", protected);
	fputs(text, out);
	free(text);
	assignable = explain_assignment(t, g, d);
	explain_group(g);

	if (protected == NO || protected == PARTLY)
		return STATUS_NO;
	if (protected == UNKNOWN || assignable == UNKNOWN)
		return STATUS_UNKNOWN;
	return assignable == YES ? STATUS_YES : STATUS_NO;
}

static const struct device *find(const struct tree *t, const char *name)
{
	const struct group *g;
	size_t i, j;

	for (i = 0; i < t->ngroups; i++) {
		g = t->groups[i];
		for (j = 0; j < g->ndevs; j++)
			if (!strcmp(g->devs[j]->name, name))
				return g->devs[j];
	}
	for (i = 0; i < t->nunprotected; i++)
		if (!strcmp(t->unprotected[i]->name, name))
			return t->unprotected[i];
	return NULL;
}

/* Neither in a group nor a hole: the tree has nothing to say about it */
static int check_unlisted(const struct tree *t, const char *name)
{
	char path[SYSFS_PATH_MAX];

	/* 0 means that it is one */
	if (snprintf(path, sizeof(path), "%s/bus/pci/devices/%s", t->sysfs,
		     name) >= (int)sizeof(path) || sysfs_path_is_link(path)) {
		warnx("%s: no such device", name);
		return STATUS_FAILED;
	}
	fprintf(out, "%s\n", name);
	say_verdict("Protected", UNKNOWN);
	say("It is in no IOMMU group, and not listed as unprotected either: so are host bridges, an IOMMU's own function, and what an IOMMU blocks until a driver binds.");
	say("%s", state_sentence(t));
	say_verdict("May be assigned to a guest", NO);
	say("VFIO only takes devices that are in a group.");
	return STATUS_UNKNOWN;
}

/* One device: print the answers */
static int check_device(struct tree *t, const char *arg)
{
	char *argv[] = { (char *)arg };
	const struct device *d;
	struct filters f;
	int rc;

	filters_init(&f, argv, 1);
	rc = tree_read(t, &f);
	if (rc)
		goto out;
	d = find(t, f.v[0].name);
	if (!d) {
		rc = check_unlisted(t, f.v[0].name);
		goto out;
	}
	say_device(t, d);
	if (d->group) {
		rc = check_member(t, d);
		goto out;
	}
	say_verdict("Protected", NO);
	explain_no_group(t);
	say_verdict("May be assigned to a guest", NO);
	say("VFIO only takes devices that are in a group.");
	rc = STATUS_NO;
out:
	filters_free(&f);
	return rc;
}

int verb_check(int argc, char **argv)
{
	enum { OPT_COLOR = 256, OPT_PCI_IDS };
	static const struct option options[] = {
		{ "color", optional_argument, NULL, OPT_COLOR },
		{ "pci-ids", required_argument, NULL, OPT_PCI_IDS },
		VERB_OPTIONS
	};
	struct tree t = {
		.need = NEED_GROUPS | NEED_UNITS | NEED_GROUP_UNITS |
			NEED_WHOLE | NEED_IDS | NEED_VALUES,
	};
	const char *color = "auto", *ids = NULL;
	int c, rc;

	while ((c = getopt_long(argc, argv, VERB_SHORT, options, NULL)) != -1) {
		switch (c) {
		case OPT_COLOR:
			color = optarg ? optarg : "always";
			if (!color_word(color))
				return verb_usage("--color: %s: must be auto, always or never",
						  color);
			break;
		case OPT_PCI_IDS:
			ids = optarg;
			break;
		default:
			return verb_option(c, "check [OPTION]... DEVICE",
				"     --color[=WHEN]  auto, always or never\n"
				"     --pci-ids FILE  take PCI names from FILE\n");
		}
	}
	if (argc - optind != 1)
		return verb_usage("check takes one device");

	out = stdout;
	colors = use_colors(color, isatty(STDOUT_FILENO));
	rc = tree_open(&t);
	if (!rc)
		rc = names_open(t.sysfs, ids, false);
	if (!rc)
		rc = check_device(&t, argv[optind]);
	names_close();
	tree_close(&t);
	return rc;
}
