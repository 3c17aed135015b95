// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which bridge or function made a group larger than one device
 *
 * The kernel puts PCI functions into one group when one can reach another
 * without passing the IOMMU: pci_device_group() in drivers/iommu/iommu.c. It
 * asks for four ACS controls, on every bridge on the way up and on every
 * function of a multifunction device. The same questions are asked here, of
 * configuration space, read-only, through libpci. The kernel also knows
 * devices that isolate without saying so (quirks); therefore only members of
 * the group are blamed, which a device with such a quirk would not be.
 *
 * PCI Express Base Specification, 6.12 (ACS) and 7.7.11 (its capability).
 */
#include <pci/pci.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "acs.h"

#define REQ_ACS_FLAGS	(PCI_ACS_CAP_VALID | PCI_ACS_CAP_REQ_RED | \
			 PCI_ACS_CAP_CMPLT_RED | PCI_ACS_CAP_FORWARD)

#define CONFIG_HEADER	64
#define CONFIG_LEGACY	256

/**
 * struct fn - a PCI function and what its configuration space says
 * @why: what it lacks, as a sentence's end; empty if nothing
 * @bridge: it leads to other members of the group
 * @flags: ACS_*
 */
struct fn {
	struct pci_dev *pci;
	bool bridge;
	bool multifunction;
	int type;
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
	case -1:
		return "conventional PCI";
	default:
		return f->multifunction ? "function of a multifunction device"
					: "single function";
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

/* pci_acs_flags_enabled() */
static void read_flags(struct fn *f)
{
	struct pci_cap *cap;
	uint16_t need, off;
	uint8_t buf[4];

	if (!pci_read_block(f->pci, CONFIG_LEGACY, buf, sizeof(buf))) {
		lacks(f, ACS_UNREADABLE,
		      "may lack ACS: its extended configuration space cannot be read");
		return;
	}
	cap = pci_find_cap(f->pci, PCI_EXT_CAP_ID_ACS, PCI_CAP_EXTENDED);
	if (!cap) {
		lacks(f, 0, "has no ACS capability");
		return;
	}
	/* What a device does not offer to control is hard-wired on */
	need = REQ_ACS_FLAGS &
	       pci_read_word(f->pci, (int)cap->addr + PCI_ACS_CAP);
	off = need & (uint16_t)~pci_read_word(f->pci,
					      (int)cap->addr + PCI_ACS_CTRL);
	if (!off)
		return;
	lacks(f, ACS_OFF, "");
	snprintf(f->why, sizeof(f->why),
		 "has ACS, but these controls are off:%s%s%s%s",
		 off & PCI_ACS_CTRL_VALID ? " SV (source validation)" : "",
		 off & PCI_ACS_CTRL_REQ_RED ? " RR (request redirect)" : "",
		 off & PCI_ACS_CTRL_CMPLT_RED ? " CR (completion redirect)" : "",
		 off & PCI_ACS_CTRL_FORWARD ? " UF (upstream forwarding)" : "");
}

/* pci_acs_enabled(), but for the kernel's table of quirks */
static void read_acs(struct fn *f)
{
	struct pci_cap *cap;
	uint8_t buf[4];

	if (!pci_read_block(f->pci, CONFIG_HEADER, buf, sizeof(buf))) {
		lacks(f, ACS_UNREADABLE,
		      geteuid() ? "may lack ACS: only root can read its configuration space beyond 64 bytes"
				: "may lack ACS: its configuration space cannot be read beyond 64 bytes");
		return;
	}
	cap = pci_find_cap(f->pci, PCI_CAP_ID_EXP, PCI_CAP_NORMAL);
	if (!cap) {
		f->type = -1;
		lacks(f, 0, "can have no ACS");
		return;
	}
	f->type = (pci_read_word(f->pci, (int)cap->addr + PCI_EXP_FLAGS) &
		   PCI_EXP_FLAGS_TYPE) >> 4;
	switch (f->type) {
	case PCI_EXP_TYPE_PCI_BRIDGE:
		lacks(f, 0,
		      "can have no ACS: all devices behind it share its requester id");
		break;
	case PCI_EXP_TYPE_PCIE_BRIDGE:
	case PCI_EXP_TYPE_ROOT_EC:
		lacks(f, 0, "can have no ACS");
		break;
	case PCI_EXP_TYPE_DOWNSTREAM:
	case PCI_EXP_TYPE_ROOT_PORT:
		read_flags(f);
		break;
	default:
		if (f->multifunction)
			read_flags(f);
		break;
	}
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
 * @g: the group
 * @r: where to
 *
 * Return: ACS_* flags of what was said; 0 if nothing was found.
 */
unsigned int acs_explain(struct iommucaps_group *g, struct report *r)
{
	struct iommucaps_device **v;
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
		if (above || f.multifunction)
			read_acs(&f);
		if (f.flags & ACS_UNREADABLE)
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
