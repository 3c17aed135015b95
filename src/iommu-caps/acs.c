// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which bridge or function made a group larger than one device
 *
 * acs_rules.c has what the kernel asks for. The controls are those that the
 * module publishes in acs/, for every user; where it does not, they are read
 * from configuration space, which only root can. The kernel also knows devices
 * that isolate without saying so (quirks); therefore only members of the group
 * are blamed, which a device with such a quirk would not be.
 */
#include <errno.h>
#include <pci/pci.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "acs.h"
#include "decode/acs_regs.h"
#include "pci_paths.h"

#define CONFIG_HEADER	64
#define CONFIG_LEGACY	256

/* Beside libpci's PCI_EXP_TYPE_* */
#define TYPE_CONVENTIONAL	(-1)
/* Told from acs/ and the place in the tree: configuration space is closed */
#define TYPE_PORT		(-2)
#define TYPE_BRIDGE		(-3)

/**
 * struct fn - a PCI function and what is known of its ACS
 * @why: what it lacks, as a sentence's end; empty if nothing
 * @bridge: it leads to other members of the group
 * @joined: so does one above it, which does not isolate
 * @depth: bridges above it
 * @flags: ACS_*
 */
struct fn {
	struct pci_dev *pci;
	const char *name;
	bool bridge;
	bool joined;
	bool multifunction;
	unsigned int depth;
	int type;
	struct acs_controls acs;
	char why[160];
	unsigned int flags;
};

static const char *type_name(const struct fn *f)
{
	switch (f->type) {
	case PCI_EXP_TYPE_ROOT_PORT:
		return "root port";
	case PCI_EXP_TYPE_UPSTREAM:
		return "switch upstream port";
	case PCI_EXP_TYPE_DOWNSTREAM:
		return "switch downstream port";
	case PCI_EXP_TYPE_PCI_BRIDGE:
		return "PCI Express to PCI bridge";
	case PCI_EXP_TYPE_PCIE_BRIDGE:
		return "PCI to PCI Express bridge";
	case PCI_EXP_TYPE_ROOT_EC:
		return "root complex event collector";
	case TYPE_CONVENTIONAL:
		return "conventional PCI";
	case TYPE_PORT:
		return f->depth ? "switch port" : "port of the root complex";
	case TYPE_BRIDGE:
		return "bridge to conventional PCI";
	default:
		return f->multifunction ? "function of a multifunction device"
					: "single function";
	}
}

static enum acs_kind kind_of(const struct fn *f)
{
	switch (f->type) {
	case PCI_EXP_TYPE_ROOT_PORT:
	case PCI_EXP_TYPE_DOWNSTREAM:
		return ACS_KIND_PORT;
	case PCI_EXP_TYPE_PCI_BRIDGE:
	case PCI_EXP_TYPE_PCIE_BRIDGE:
	case PCI_EXP_TYPE_ROOT_EC:
	case TYPE_BRIDGE:
		return ACS_KIND_BRIDGE;
	case TYPE_CONVENTIONAL:
		return ACS_KIND_CONVENTIONAL;
	case TYPE_PORT:
		return pci_port_kind(f->depth);
	default:
		return ACS_KIND_ENDPOINT;
	}
}

/* Without a flag, it has no ACS at all */
static void lacks(struct fn *f, unsigned int flag, const char *why)
{
	if (!flag)
		flag = f->bridge ? ACS_PORT : ACS_FUNCTION;
	f->flags |= flag;
	snprintf(f->why, sizeof(f->why), "%s", why);
}

/* Users who are not root see the first 64 bytes of configuration space. */
static bool read_type(struct fn *f)
{
	struct pci_cap *cap;
	uint8_t buf[4];

	if (!pci_read_block(f->pci, CONFIG_HEADER, buf, sizeof(buf)))
		return false;
	cap = pci_find_cap(f->pci, PCI_CAP_ID_EXP, PCI_CAP_NORMAL);
	f->type = TYPE_CONVENTIONAL;
	if (cap)
		f->type = (pci_read_word(f->pci, (int)cap->addr +
					 PCI_EXP_FLAGS) &
			   PCI_EXP_FLAGS_TYPE) >> 4;
	return true;
}

/* The ACS capability; false where that part of configuration space is closed */
static bool find_capability(struct fn *f, struct pci_cap **cap)
{
	uint8_t buf[4];

	if (!pci_read_block(f->pci, CONFIG_LEGACY, buf, sizeof(buf)))
		return false;
	*cap = pci_find_cap(f->pci, PCI_EXT_CAP_ID_ACS, PCI_CAP_EXTENDED);
	return true;
}

/*
 * In acs/, a function without the capability looks like one whose capability
 * controls nothing. The latter isolates: functions of several, for a port has
 * controls. Below a bridge that does not isolate, the group says nothing of it.
 */
static void tell_empty_from_none(struct fn *f)
{
	struct pci_cap *cap;

	if (find_capability(f, &cap))
		f->acs.present = cap;
	else if (geteuid() && f->joined && !f->bridge)
		lacks(f, ACS_UNREADABLE,
		      "may lack ACS: only root can tell that from ACS which controls nothing");
}

/*
 * What acs/ says; false where the module does not have it. There is a folder
 * for each port and each function of several: a bridge that has none leads to
 * conventional PCI.
 */
static bool read_published(struct iommucaps *ic, struct fn *f)
{
	bool bridge = pci_read_byte(f->pci, PCI_HEADER_TYPE) & 0x7f;
	int capable, enabled;

	if (!iommucaps_list(ic, IOMMU_CAPS_DIR_ACS))
		return false;
	capable = acs_read_controls(ic, f->name, "capable");
	enabled = acs_read_controls(ic, f->name, "enabled");
	if (!read_type(f))
		f->type = !bridge ? PCI_EXP_TYPE_ENDPOINT :
			  capable == ACS_NO_FOLDER ? TYPE_BRIDGE : TYPE_PORT;
	if (capable == ACS_UNREAD || enabled == ACS_UNREAD) {
		lacks(f, ACS_UNKNOWN,
		      "may lack ACS: it cannot be read now, the function may have no power");
		return true;
	}
	f->acs.present = capable > 0;
	f->acs.capable = capable > 0 ? (unsigned int)capable : 0;
	f->acs.enabled = enabled > 0 ? (unsigned int)enabled : 0;
	if (!capable)
		tell_empty_from_none(f);
	return true;
}

static void read_config(struct fn *f)
{
	struct pci_cap *cap;
	unsigned int control;

	if (!read_type(f)) {
		lacks(f, ACS_UNREADABLE,
		      geteuid() ? "may lack ACS: only root can read its configuration space beyond 64 bytes"
				: "may lack ACS: its configuration space cannot be read beyond 64 bytes");
		return;
	}
	/* conventional PCI has nothing beyond its 256 bytes */
	if (kind_of(f) == ACS_KIND_BRIDGE || f->type == TYPE_CONVENTIONAL)
		return;
	if (!find_capability(f, &cap)) {
		lacks(f, ACS_UNREADABLE,
		      "may lack ACS: its extended configuration space cannot be read");
		return;
	}
	if (!cap)
		return;
	control = acs_control_register(pci_read_word(f->pci, PCI_VENDOR_ID),
				       pci_read_word(f->pci, PCI_DEVICE_ID));
	f->acs.present = true;
	f->acs.capable = pci_read_word(f->pci, (int)cap->addr + PCI_ACS_CAP);
	f->acs.enabled = pci_read_word(f->pci, (int)(cap->addr + control));
}

/* What the kernel asks for and does not find */
static void judge(struct fn *f)
{
	unsigned int off = acs_missing(kind_of(f), f->multifunction, &f->acs);

	if (!off)
		return;
	if (off != ACS_NONE) {
		lacks(f, ACS_OFF, "");
		snprintf(f->why, sizeof(f->why),
			 "has ACS, but these controls are off:%s%s%s%s",
			 off & 1u << ACS_SV ? " SV (source validation)" : "",
			 off & 1u << ACS_RR ? " RR (request redirect)" : "",
			 off & 1u << ACS_CR ? " CR (completion redirect)" : "",
			 off & 1u << ACS_UF ? " UF (upstream forwarding)" : "");
		return;
	}
	switch (f->type) {
	case PCI_EXP_TYPE_PCI_BRIDGE:
	case TYPE_BRIDGE:
		lacks(f, 0,
		      "can have no ACS: all devices behind it share its requester id");
		break;
	case PCI_EXP_TYPE_PCIE_BRIDGE:
	case PCI_EXP_TYPE_ROOT_EC:
	case TYPE_CONVENTIONAL:
		lacks(f, 0, "can have no ACS");
		break;
	default:
		lacks(f, 0, "has no ACS capability");
	}
}

static void read_acs(struct iommucaps *ic, struct fn *f)
{
	if (!read_published(ic, f))
		read_config(f);
	if (!f->flags)
		judge(f);
}

/* Is @above one of the directories that the path of @below leads through? */
static bool is_above(const struct iommucaps_device *above,
		     const struct iommucaps_device *below)
{
	const char *path = iommucaps_device_path(above);
	size_t len = strlen(path);

	return !strncmp(path, iommucaps_device_path(below), len) &&
	       iommucaps_device_path(below)[len] == '/';
}

static bool same_slot(const struct iommucaps_device *a,
		      const struct iommucaps_device *b)
{
	const char *x = iommucaps_device_name(a), *y = iommucaps_device_name(b);
	size_t len = strlen(x);

	return len == strlen(y) && !strncmp(x, y, len - 1);
}

static bool read_function(struct fn *f, const struct iommucaps_device *d)
{
	unsigned int v[4];

	if (sscanf(iommucaps_device_name(d), "%x:%x:%x.%x", &v[0], &v[1],
		   &v[2], &v[3]) != 4)
		return false;
	memset(f, 0, sizeof(*f));
	f->name = iommucaps_device_name(d);
	f->depth = pci_depth(iommucaps_device_path(d));
	f->pci = pci_get_dev(names_access(), (int)v[0], (int)v[1], (int)v[2],
			     (int)v[3]);
	/*
	 * The kernel takes every further function of a slot for one of many,
	 * but a virtual function, which has no vendor id of its own.
	 */
	f->multifunction = pci_read_byte(f->pci, PCI_HEADER_TYPE) & 0x80 ||
		(v[3] && pci_read_word(f->pci, PCI_VENDOR_ID) != 0xffff);
	return true;
}

static int by_path(const void *a, const void *b)
{
	struct iommucaps_device *const *x = a, *const *y = b;

	return strcmp(iommucaps_device_path(*x), iommucaps_device_path(*y));
}

/* The PCI functions of a group, each followed by what is behind it */
static struct iommucaps_device **sort_functions(struct iommucaps_group *g,
						size_t *n)
{
	struct iommucaps_device *const *d = iommucaps_group_devices(g);
	struct iommucaps_device **v = NULL;

	for (*n = 0; *d; d++) {
		if (!is(iommucaps_device_bus(*d), "pci"))
			continue;
		if (!(*n & (*n - 1)))
			v = xrealloc(v, 2 * *n + 1, sizeof(*v));
		v[(*n)++] = *d;
	}
	if (*n)
		qsort(v, *n, sizeof(*v), by_path);
	return v;
}

/* Functions of a slot have one parent: only what is behind them is between */
static bool has_sibling(struct iommucaps_device **v, size_t n, size_t i)
{
	size_t j;

	for (j = i + 1; j < n && is_above(v[i], v[j]); j++)
		;
	if (j < n && same_slot(v[i], v[j]))
		return true;
	for (j = i; j-- > 0; )
		if (!is_above(v[j], v[i]) && same_slot(v[j], v[i]))
			return true;
		else if (strncmp(iommucaps_device_path(v[j]),
				 iommucaps_device_path(v[i]),
				 strlen(iommucaps_device_path(v[i])) - 1))
			break;
	return false;
}

/**
 * acs_explain() - say which members of a group lack ACS
 * @ic: the tree
 * @g: the group
 * @r: where to
 *
 * Return: ACS_* flags of what was said; 0 if nothing was found.
 */
unsigned int acs_explain(struct iommucaps *ic, struct iommucaps_group *g,
			 struct report *r)
{
	struct iommucaps_device **v, *joins = NULL;
	unsigned int flags = 0;
	size_t i, n;
	struct fn f;
	bool above;

	v = sort_functions(g, &n);
	for (i = 0; i < n; i++) {
		above = i + 1 < n && is_above(v[i], v[i + 1]);
		if ((!above && !has_sibling(v, n, i)) ||
		    !read_function(&f, v[i]))
			continue;
		f.bridge = above;
		f.joined = joins && is_above(joins, v[i]);
		if (above || f.multifunction)
			read_acs(ic, &f);
		if (above && f.flags && !f.joined)
			joins = v[i];
		if (f.flags & (ACS_UNREADABLE | ACS_UNKNOWN))
			report_say(r, "%s %s.", iommucaps_device_name(v[i]),
				   f.why);
		else if (f.flags)
			report_say(r, "%s (%s) %s.", iommucaps_device_name(v[i]),
				   type_name(&f), f.why);
		flags |= f.flags;
		pci_free_dev(f.pci);
	}
	free(v);
	return flags;
}
