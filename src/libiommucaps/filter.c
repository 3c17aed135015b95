// SPDX-License-Identifier: GPL-2.0-only
/*
 * The UNIT, GROUP and DEVICE arguments
 *
 * What an argument names is found by comparing it with what is there, so
 * every kind of name that the kernel uses for a unit or device will do.
 */
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "libiommucaps/tree.h"

/**
 * filter_name() - what an argument is looked for as
 * @arg: a name, a path in sysfs, or a PCI address with or without its domain
 *
 * Return: the name, to be freed.
 */
char *filter_name(const char *arg)
{
	unsigned int dom, bus, dev, fn;
	const char *base;
	char buf[32], *name;
	size_t len = strlen(arg);

	/* A path in sysfs stands for what its last part names */
	while (len > 1 && arg[len - 1] == '/')
		len--;
	name = xstrdup(arg);
	name[len] = '\0';
	base = strrchr(name, '/');
	if (base && base[1])
		memmove(name, base + 1, strlen(base + 1) + 1);

	if (!pci_address(name, &dom, &bus, &dev, &fn))
		return name;
	free(name);
	snprintf(buf, sizeof(buf), "%04x:%02x:%02x.%x", dom, bus, dev, fn);
	return xstrdup(buf);
}

void filters_init(struct filters *f, char **argv, size_t n)
{
	size_t i;

	f->n = n;
	f->v = xrealloc(NULL, n, sizeof(*f->v));
	for (i = 0; i < n; i++)
		f->v[i] = (struct filter){
			.arg = argv[i],
			.name = filter_name(argv[i]),
		};
}

void filters_free(struct filters *f)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		free(f->v[i].name);
	free(f->v);
}

static bool match(struct filters *f, const char *name)
{
	bool hit = false;
	size_t i;

	if (!f->n)
		return true;
	for (i = 0; i < f->n; i++) {
		if (strcmp(f->v[i].name, name))
			continue;
		f->v[i].hits++;
		hit = true;
	}
	return hit;
}

bool filter_unit(struct filters *f, const char *name)
{
	return match(f, name);
}

bool filter_device(struct filters *f, const struct device *d)
{
	return match(f, d->name);
}

bool filter_unprotected(struct filters *f)
{
	return match(f, UNPROTECTED_NAME);
}

/**
 * filter_group() - is the group as a whole asked for?
 * @f: the arguments
 * @g: a group whose units have been read
 * @by_unit: naming a unit means all groups that it serves
 */
bool filter_group(struct filters *f, const struct group *g, bool by_unit)
{
	bool hit = match(f, g->name);
	size_t i;

	for (i = 0; f->n && by_unit && i < g->units.n; i++)
		hit |= match(f, g->units.v[i]);
	return hit;
}

/* Name the arguments that matched nothing */
int filters_report(const struct filters *f)
{
	int rc = STATUS_YES;
	size_t i;

	for (i = 0; i < f->n; i++) {
		if (f->v[i].hits)
			continue;
		warnx("%s: no such unit, group or device", f->v[i].arg);
		rc = STATUS_FAILED;
	}
	return rc;
}
