// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names of PCI vendors, devices and classes, by libpci
 *
 * The list of names may be missing; then libpci hands out the numbers, which
 * is right here too. It is only loaded when a column with names is shown.
 */
#include <err.h>
#include <pci/pci.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "common.h"

static struct pci_access *pci;
static bool numbers;

static void __attribute__((noreturn)) __printf(1, 2)
pci_fatal(char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	verrx(STATUS_FAILED, fmt, ap);
}

static void __printf(1, 2) pci_quiet(char *fmt, ...)
{
	(void)fmt;
}

/* libpci 3.9 takes what it only reads as char * */
static void set_param(const char *param, const char *value)
{
	pci_set_param(pci, (char *)param, (char *)value);
}

/**
 * names_open() - set up libpci
 * @sysfs: the root of sysfs
 * @ids: list of names to use instead of the system's, or NULL
 * @numeric: no names at all
 *
 * Return: STATUS_YES, or STATUS_FAILED if @ids cannot be read.
 */
int names_open(const char *sysfs, const char *ids, bool numeric)
{
	char path[4096];
	FILE *f;

	if (ids) {
		f = fopen(ids, "re");
		if (!f) {
			warn("%s", ids);
			return STATUS_FAILED;
		}
		fclose(f);
	}
	numbers = numeric;
	pci = pci_alloc();
	pci->error = pci_fatal;
	pci->warning = pci_quiet;
	pci->debug = pci_quiet;
	/* Never a method that touches ports: sysfs, wherever that is */
	pci->method = PCI_ACCESS_SYS_BUS_PCI;
	snprintf(path, sizeof(path), "%s/bus/pci", sysfs);
	set_param("sysfs.path", path);
	if (ids) {
		pci_set_name_list_path(pci, xstrdup(ids), 1);
		set_param("hwdb.disable", "1");
	}
	pci_init(pci);
	return STATUS_YES;
}

void names_close(void)
{
	if (pci)
		pci_cleanup(pci);
	pci = NULL;
}

struct pci_access *names_access(void)
{
	return pci;
}

static const char *look_up(const struct iommucaps_ids *ids, int flags,
			   char *buf)
{
	int first = (int)ids->vendor;

	if (flags == PCI_LOOKUP_CLASS)
		first = (int)(ids->class_code >> 8);
	if (numbers)
		flags |= PCI_LOOKUP_NUMERIC;
	/* Takes what @flags need and ignores the rest */
	return pci_lookup_name(pci, buf, NAME_SIZE, flags, first,
			       (int)ids->device);
}

const char *name_vendor(const struct iommucaps_ids *ids, char *buf)
{
	return look_up(ids, PCI_LOOKUP_VENDOR, buf);
}

const char *name_device(const struct iommucaps_ids *ids, char *buf)
{
	return look_up(ids, PCI_LOOKUP_DEVICE, buf);
}

const char *name_class(const struct iommucaps_ids *ids, char *buf)
{
	return look_up(ids, PCI_LOOKUP_CLASS, buf);
}

/* "Ethernet controller: Intel Corporation I210", as lspci says it */
const char *name_full(const struct iommucaps_ids *ids, char *buf)
{
	char class[NAME_SIZE], name[NAME_SIZE];
	const char *c = name_class(ids, class);
	const char *n = look_up(ids, PCI_LOOKUP_VENDOR | PCI_LOOKUP_DEVICE,
				name);

	if (!c || !n)
		return NULL;
	snprintf(buf, NAME_SIZE, "%.250s: %.250s", c, n);
	return buf;
}
