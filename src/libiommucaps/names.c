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

#include "libiommucaps/tree.h"

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
			warnx("%s: cannot be read", ids);
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

static const char *look_up(struct pool_block **pool, const struct device *d,
			   int flags)
{
	int ids[2] = { (int)d->vendor, (int)d->device };
	char buf[512], *name;

	if (!d->has_ids)
		return NULL;
	if (flags == PCI_LOOKUP_CLASS)
		ids[0] = (int)(d->class >> 8);
	if (numbers)
		flags |= PCI_LOOKUP_NUMERIC;
	/* Takes what @flags need and ignores the rest */
	name = pci_lookup_name(pci, buf, sizeof(buf), flags, ids[0], ids[1]);
	return name ? pool_strdup(pool, name) : NULL;
}

const char *name_vendor(struct pool_block **pool, const struct device *d)
{
	return look_up(pool, d, PCI_LOOKUP_VENDOR);
}

const char *name_device(struct pool_block **pool, const struct device *d)
{
	return look_up(pool, d, PCI_LOOKUP_DEVICE);
}

const char *name_class(struct pool_block **pool, const struct device *d)
{
	return look_up(pool, d, PCI_LOOKUP_CLASS);
}

/* "Ethernet controller: Intel Corporation I210", as lspci says it */
const char *name_full(struct pool_block **pool, const struct device *d)
{
	const char *class = name_class(pool, d);
	const char *name = look_up(pool, d,
				   PCI_LOOKUP_VENDOR | PCI_LOOKUP_DEVICE);

	if (!class || !name)
		return NULL;
	return pool_printf(pool, "%s: %s", class, name);
}
