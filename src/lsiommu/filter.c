// SPDX-License-Identifier: GPL-2.0-only
/*
 * The UNIT, GROUP and DEVICE arguments, and the filters of PCI functions
 *
 * What an argument names is found by comparing it with what is there, so
 * every kind of name that the kernel uses for a unit or device will do.
 */
#include <err.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "lsiommu.h"

void filters_init(struct filters *f, char **argv, size_t n)
{
	char name[NAME_MAX + 1];
	size_t i;

	f->n = n;
	f->v = xrealloc(NULL, n, sizeof(*f->v));
	for (i = 0; i < n; i++) {
		if (iommucaps_canonical_name(argv[i], name, sizeof(name)))
			*name = '\0';
		f->v[i] = (struct filter){ argv[i], xstrdup(name), 0 };
	}
}

void filters_free(struct filters *f)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		free(f->v[i].name);
	free(f->v);
}

/* A number of a filter: -1 where it is left out or *, -2 if it is none */
static long part(const char *s, size_t len, unsigned long max)
{
	unsigned long v;
	char buf[16], *end;

	if (!len || (len == 1 && *s == '*'))
		return -1;
	if (len >= sizeof(buf) ||
	    strspn(s, "0123456789abcdefABCDEFx") < len)
		return -2;
	memcpy(buf, s, len);
	buf[len] = '\0';
	v = strtoul(buf, &end, 16);
	return *end || v > max ? -2 : (long)v;
}

/**
 * filters_set_device() - take [VENDOR]:[DEVICE], as lspci -d does
 * @f: the filters
 * @arg: the argument
 *
 * Return: what is wrong with it, or NULL.
 */
const char *filters_set_device(struct filters *f, const char *arg)
{
	const char *colon = strchr(arg, ':');

	if (!colon)
		return "must be [VENDOR]:[DEVICE]";
	f->vendor = part(arg, (size_t)(colon - arg), 0xffff);
	f->device = part(colon + 1, strlen(colon + 1), 0xffff);
	return f->vendor == -2 || f->device == -2 ?
	       "must be two hexadecimal numbers, either of which may be left out" :
	       NULL;
}

/**
 * filters_set_slot() - take [[[[DOMAIN]:]BUS]:][SLOT][.[FUNC]], as lspci -s
 * @f: the filters
 * @arg: the argument
 *
 * Return: what is wrong with it, or NULL.
 */
const char *filters_set_slot(struct filters *f, const char *arg)
{
	static const unsigned long max[] = { 0xffffffff, 0xff, 0x1f, 7 };
	const char *dot = strchr(arg, '.'), *end, *colon;
	size_t i, field = 2;

	f->slot[3] = dot ? part(dot + 1, strlen(dot + 1), max[3]) : -1;
	end = dot ? dot : arg + strlen(arg);
	for (;; end = colon) {
		colon = memrchr(arg, ':', (size_t)(end - arg));
		f->slot[field] = colon ?
			part(colon + 1, (size_t)(end - colon - 1), max[field]) :
			part(arg, (size_t)(end - arg), max[field]);
		if (!colon || !field--)
			break;
	}
	for (i = 0; i < 4; i++)
		if (f->slot[i] == -2 || colon)
			return "must be [[DOMAIN:]BUS:][SLOT][.FUNCTION] in hexadecimal";
	return NULL;
}

/* Is there a condition that only PCI functions can meet? */
bool filters_of_functions(const struct filters *f)
{
	size_t i;

	for (i = 0; i < 4; i++)
		if (f->slot[i] >= 0)
			return true;
	return f->vendor >= 0 || f->device >= 0;
}

static bool match(struct filters *f, const char *name)
{
	bool hit = !f->n;
	size_t i;

	for (i = 0; i < f->n; i++) {
		if (strcmp(f->v[i].name, name))
			continue;
		f->v[i].hits++;
		hit = true;
	}
	return hit;
}

/* --device and --slot: both must hold, and hold for PCI functions alone */
static bool passes(const struct filters *f, struct iommucaps_device *d)
{
	const struct iommucaps_ids *ids;
	unsigned int v[4];
	bool any = true;
	size_t i;

	if (f->vendor >= 0 || f->device >= 0) {
		ids = iommucaps_device_ids(d);
		if (!ids || (f->vendor >= 0 && ids->vendor != f->vendor) ||
		    (f->device >= 0 && ids->device != f->device))
			return false;
	}
	for (i = 0; i < 4; i++)
		any &= f->slot[i] < 0;
	if (any)
		return true;
	if (!is(iommucaps_device_bus(d), "pci") ||
	    sscanf(iommucaps_device_name(d), "%x:%x:%x.%x", &v[0], &v[1],
		   &v[2], &v[3]) != 4)
		return false;
	for (i = 0; i < 4; i++)
		if (f->slot[i] >= 0 && v[i] != f->slot[i])
			return false;
	return true;
}

/* Of these devices those that were asked for; all of them if @all */
static void select_devices(struct filters *f, struct selected *s,
			   struct iommucaps_group *g, bool all,
			   struct iommucaps_device *const *devices)
{
	struct selection *sel;
	size_t n = 0, i;

	for (i = 0; devices && devices[i]; i++)
		n++;
	s->groups = xrealloc(s->groups, s->ngroups + 1, sizeof(*s->groups));
	sel = &s->groups[s->ngroups];
	*sel = (struct selection){ .group = g };
	sel->devices = xrealloc(NULL, n, sizeof(*sel->devices));
	for (i = 0; i < n; i++) {
		/* Every argument that matches is to count */
		bool hit = match(f, iommucaps_device_name(devices[i]));

		if ((hit || all) && passes(f, devices[i]))
			sel->devices[sel->ndevices++] = devices[i];
	}
	if (sel->ndevices || (g && all && f->vendor < 0 && f->device < 0 &&
			      !n))
		s->ngroups++;
	else
		free(sel->devices);
}

/* Is the group asked for as a whole, by its number or by one of its units? */
static bool match_group(struct filters *f, struct iommucaps_group *g)
{
	bool hit = match(f, iommucaps_group_name(g));
	struct iommucaps_unit *const *u;

	if (!f->n)
		return true;
	for (u = iommucaps_group_units(g); u && *u; u++)
		hit |= match(f, iommucaps_unit_name(*u));
	return hit;
}

/**
 * select_groups() - the groups and devices that were asked for
 * @ic: the handle
 * @f: what was asked for
 * @s: filled
 */
void select_groups(struct iommucaps *ic, struct filters *f,
		   struct selected *s)
{
	struct iommucaps_group *const *g;
	bool all;

	for (g = iommucaps_groups(ic); g && *g; g++) {
		all = match_group(f, *g);
		select_devices(f, s, *g, all, iommucaps_group_devices(*g));
	}
	all = match(f, IOMMU_CAPS_DIR_UNPROTECTED);
	select_devices(f, s, NULL, all, iommucaps_unprotected(ic));
}

/* Does the unit serve a group that was asked for, itself or by a device? */
static bool serves_match(struct iommucaps *ic, struct filters *f,
			 struct iommucaps_unit *u)
{
	struct iommucaps_device *const *d;
	struct iommucaps_group *g;
	const char *const *name;
	bool hit = false;

	for (name = iommucaps_unit_groups(u); name && *name; name++) {
		hit |= match(f, *name);
		g = iommucaps_find_group(ic, *name);
		for (d = g ? iommucaps_group_devices(g) : NULL; d && *d; d++)
			hit |= match(f, iommucaps_device_name(*d));
	}
	return hit;
}

/**
 * select_units() - the units that were asked for
 * @ic: the handle
 * @f: what was asked for
 * @s: filled
 */
void select_units(struct iommucaps *ic, struct filters *f,
		  struct selected *s)
{
	struct iommucaps_unit *const *u;

	for (u = iommucaps_units(ic); u && *u; u++) {
		if (!match(f, iommucaps_unit_name(*u)) &&
		    !serves_match(ic, f, *u))
			continue;
		s->units = xrealloc(s->units, s->nunits + 1,
				    sizeof(struct iommucaps_unit *));
		s->units[s->nunits++] = *u;
	}
}

void selected_free(struct selected *s)
{
	size_t i;

	for (i = 0; i < s->ngroups; i++)
		free(s->groups[i].devices);
	free(s->groups);
	free(s->units);
}

/* Name the arguments that matched nothing */
int filters_report(const struct filters *f)
{
	int status = STATUS_YES;
	size_t i;

	for (i = 0; i < f->n; i++) {
		if (f->v[i].hits)
			continue;
		warnx("%s: no such unit, group or device", f->v[i].arg);
		status = STATUS_FAILED;
	}
	return status;
}
