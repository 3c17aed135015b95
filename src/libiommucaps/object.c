// SPDX-License-Identifier: GPL-2.0-only
/*
 * libiommucaps: units, groups and devices
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

#define NAME_STRING(n)	#n,

/* The files that the summary of a group has, in its order */
static const char *const summary_names[] = {
	IOMMU_CAPS_GROUP_ATTRS(NAME_STRING)
};

#define SUMMARY_NAMES	(sizeof(summary_names) / sizeof(*summary_names))

static size_t count(const char *const *names)
{
	size_t n = 0;

	while (names[n])
		n++;
	return n;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/**
 * ic_new_device() - a device to which a link leads
 * @ic: the handle
 * @target: what the link says: "../../../../devices/..."
 * @g: its group, or NULL if it is in none or that is not known yet
 *
 * Return: the device, or NULL and errno.
 */
struct iommucaps_device *ic_new_device(struct iommucaps *ic,
				       const char *target,
				       struct iommucaps_group *g)
{
	struct iommucaps_device *d = ic_pool_alloc(ic, sizeof(*d));

	if (!d)
		return NULL;
	while (!strncmp(target, "../", 3))
		target += 3;
	d->path = ic_pool_join(ic, ic->sysfs, target);
	if (!d->path)
		return NULL;
	d->ic = ic;
	d->below = d->path + strlen(ic->sysfs) + 1;
	d->name = base_name(d->path);
	d->group = g;
	return d;
}

/* The devices to which the links in a directory lead */
static struct iommucaps_device **list_devices(struct iommucaps *ic,
					      const char *path,
					      struct iommucaps_group *g)
{
	struct iommucaps_device **devices;
	const char **names = ic_list_names(ic, path), *target;
	char link[PATH_MAX];
	size_t i, n = 0;

	if (!names)
		return NULL;
	devices = ic_pool_alloc(ic, (count(names) + 1) * sizeof(*devices));
	if (!devices)
		return NULL;
	for (i = 0; names[i]; i++) {
		snprintf(link, sizeof(link), "%s/%s", path, names[i]);
		target = ic_read_link(ic, ic->root_fd, link);
		if (!target) {
			ic_note_error(ic, link, errno);
			continue;
		}
		devices[n] = ic_new_device(ic, target, g);
		if (!devices[n])
			return NULL;
		devices[n++]->unprotected = !g;
	}
	return devices;
}

static struct iommucaps_unit *new_unit(struct iommucaps *ic, const char *name)
{
	struct iommucaps_unit *u = ic_pool_alloc(ic, sizeof(*u));

	if (!u)
		return NULL;
	u->ic = ic;
	u->dir = ic_pool_join(ic, IOMMU_CAPS_DIR_UNITS, name);
	if (!u->dir)
		return NULL;
	u->name = base_name(u->dir);
	u->next = ic->seen_units;
	ic->seen_units = u;
	return u;
}

/* A unit that is known to be there */
static struct iommucaps_unit *get_unit(struct iommucaps *ic, const char *name)
{
	struct iommucaps_unit *u;

	for (u = ic->seen_units; u; u = u->next)
		if (!strcmp(u->name, name))
			return u;
	return new_unit(ic, name);
}

/* A name that may be joined to a path: no way out of the directory */
static bool plain_name(const char *name)
{
	return *name && *name != '.' && !strchr(name, '/') &&
	       strlen(name) < NAME_MAX;
}

/**
 * iommucaps_find_unit() - a unit by its name
 * @ic: the handle
 * @name: as in units/
 *
 * Return: the unit, or NULL and errno (ENOENT: there is none).
 */
struct iommucaps_unit *iommucaps_find_unit(struct iommucaps *ic,
					   const char *name)
{
	char path[PATH_MAX];

	if (!plain_name(name)) {
		errno = ENOENT;
		return NULL;
	}
	snprintf(path, sizeof(path), IOMMU_CAPS_DIR_UNITS "/%s", name);
	if (faccessat(ic->root_fd, path, F_OK, 0)) {
		ic_note_error(ic, path, errno);
		return NULL;
	}
	return get_unit(ic, name);
}

static struct iommucaps_unit **units_by_name(struct iommucaps *ic,
					     const char **names)
{
	struct iommucaps_unit **units;
	size_t i;

	units = ic_pool_alloc(ic, (count(names) + 1) * sizeof(*units));
	for (i = 0; units && names[i]; i++) {
		units[i] = get_unit(ic, names[i]);
		if (!units[i])
			return NULL;
	}
	return units;
}

/**
 * iommucaps_units() - all units
 * @ic: the handle
 *
 * Return: the units and NULL, or NULL and errno.
 */
struct iommucaps_unit *const *iommucaps_units(struct iommucaps *ic)
{
	const char **names;

	if (!ic->units) {
		names = ic_list_names(ic, IOMMU_CAPS_DIR_UNITS);
		if (names)
			ic->units = units_by_name(ic, names);
	}
	return ic->units;
}

const char *iommucaps_unit_name(const struct iommucaps_unit *u)
{
	return u->name;
}

/**
 * iommucaps_unit_fact() - a fact about a unit
 * @u: the unit
 * @name: "type", "active", "virtual", ...
 *
 * Return: its value, or NULL and errno (ENOENT: absent).
 */
const char *iommucaps_unit_fact(struct iommucaps_unit *u, const char *name)
{
	return ic_read_fact(u->ic, &u->facts, u->dir, name, false);
}

/**
 * iommucaps_unit_driven() - whether a driver of the kernel drives the unit
 * @u: the unit
 */
bool iommucaps_unit_driven(struct iommucaps_unit *u)
{
	char path[PATH_MAX], c;

	snprintf(path, sizeof(path), "%s/" IOMMU_CAPS_LINK_IOMMU, u->dir);
	return readlinkat(u->ic->root_fd, path, &c, 1) > 0;
}

/**
 * iommucaps_unit_groups() - names of the groups that a unit serves
 * @u: the unit
 *
 * Return: the names and NULL, or NULL and errno.
 */
const char *const *iommucaps_unit_groups(struct iommucaps_unit *u)
{
	char path[PATH_MAX];

	if (!u->groups) {
		snprintf(path, sizeof(path), "%s/" IOMMU_CAPS_DIR_GROUPS,
			 u->dir);
		u->groups = ic_list_names(u->ic, path);
	}
	return u->groups;
}

/**
 * iommucaps_unit_registers() - raw registers of a unit
 * @u: the unit
 *
 * Only root can read them: for anybody else there are none.
 *
 * Return: the registers, the last with a name NULL; or NULL and errno.
 */
const struct iommucaps_value *
iommucaps_unit_registers(struct iommucaps_unit *u)
{
	struct iommucaps_value *r;
	char path[PATH_MAX], file[PATH_MAX];
	const char **names;
	size_t i, n = 0;

	if (u->registers)
		return u->registers;
	snprintf(path, sizeof(path), "%s/" IOMMU_CAPS_DIR_REGISTERS, u->dir);
	names = ic_list_names(u->ic, path);
	if (!names)
		return NULL;
	r = ic_pool_alloc(u->ic, (count(names) + 1) * sizeof(*r));
	if (!r)
		return NULL;
	for (i = 0; names[i]; i++) {
		if (snprintf(file, sizeof(file), "%s/%s", path, names[i]) >=
		    (int)sizeof(file))
			continue;
		r[n].value = ic_read_file(u->ic, u->ic->root_fd, file);
		if (r[n].value)
			r[n++].name = names[i];
		else if (errno != EACCES && errno != EPERM)
			ic_note_error(u->ic, file, errno);
	}
	r[n].value = NULL;
	u->registers = r;
	return r;
}

/* NULL and errno if it has vanished, or could not be read */
static struct iommucaps_group *new_group(struct iommucaps *ic,
					 const char *name)
{
	struct iommucaps_group *g = ic_pool_alloc(ic, sizeof(*g));
	char path[PATH_MAX];

	if (!g)
		return NULL;
	g->ic = ic;
	g->dir = ic_pool_join(ic, IOMMU_CAPS_DIR_GROUPS, name);
	if (!g->dir)
		return NULL;
	g->name = base_name(g->dir);
	snprintf(path, sizeof(path), "%s/" IOMMU_CAPS_DIR_DEVICES, g->dir);
	g->devices = list_devices(ic, path, g);
	return g->devices ? g : NULL;
}

/**
 * iommucaps_groups() - all groups, by number
 * @ic: the handle
 *
 * Return: the groups and NULL, or NULL and errno.
 */
struct iommucaps_group *const *iommucaps_groups(struct iommucaps *ic)
{
	struct iommucaps_group **groups;
	const char **names;
	size_t i, n = 0;

	if (ic->groups)
		return ic->groups;
	names = ic_list_names(ic, IOMMU_CAPS_DIR_GROUPS);
	if (!names)
		return NULL;
	groups = ic_pool_alloc(ic, (count(names) + 1) * sizeof(*groups));
	if (!groups)
		return NULL;
	for (i = 0; names[i]; i++) {
		groups[n] = new_group(ic, names[i]);
		if (groups[n])
			n++;
	}
	groups[n] = NULL;
	ic->groups = groups;
	return groups;
}

/**
 * iommucaps_find_group() - a group by its number
 * @ic: the handle
 * @name: the number
 *
 * Return: the group, or NULL and errno (ENOENT: there is none).
 */
struct iommucaps_group *iommucaps_find_group(struct iommucaps *ic,
					     const char *name)
{
	struct iommucaps_group *g;

	if (!plain_name(name)) {
		errno = ENOENT;
		return NULL;
	}
	for (g = ic->seen_groups; g; g = g->next)
		if (!strcmp(g->name, name))
			return g;
	g = new_group(ic, name);
	if (!g)
		return NULL;
	g->next = ic->seen_groups;
	ic->seen_groups = g;
	return g;
}

const char *iommucaps_group_name(const struct iommucaps_group *g)
{
	return g->name;
}

/*
 * Where a name stands among those of the summary, or SUMMARY_NAMES. The search
 * starts at @hint: the summary has them in order, and a list of groups asks
 * each of them for the same.
 */
static size_t find_summary_name(const char *name, size_t hint)
{
	size_t i, at;

	for (i = 0; i < SUMMARY_NAMES; i++) {
		at = (hint + i) % SUMMARY_NAMES;
		if (!strcmp(summary_names[at], name))
			return at;
	}
	return SUMMARY_NAMES;
}

/* All files of a group in one read: none of its values is of another moment */
static void read_summary(struct iommucaps_group *g)
{
	char path[PATH_MAX], *s, *p, *name;
	const char **values;
	size_t at = 0;

	g->summary_tried = true;
	snprintf(path, sizeof(path), "%s/" IOMMU_CAPS_SUMMARY, g->dir);
	s = ic_read_file(g->ic, g->ic->root_fd, path);
	/* EOVERFLOW: the values do not fit into it, but into their files */
	if (!s) {
		if (errno != EOVERFLOW)
			ic_note_error(g->ic, path, errno);
		return;
	}
	values = ic_pool_alloc(g->ic, SUMMARY_NAMES * sizeof(*values));
	if (!values)
		return;
	g->summary = values;
	while ((p = strsep(&s, "\n"))) {
		name = strsep(&p, "=");
		if (!p)
			continue;
		at = find_summary_name(name, at);
		if (at < SUMMARY_NAMES)
			values[at++] = p;
	}
}

/**
 * iommucaps_group_fact() - a fact about a group
 * @g: the group
 * @name: "dma_remap", "intr_remap", "bypass", ...
 *
 * All facts that the summary of the group has are of one moment. Those that
 * only root can read are absent for anybody else.
 *
 * Return: its value, or NULL and errno (ENOENT: absent).
 */
const char *iommucaps_group_fact(struct iommucaps_group *g, const char *name)
{
	size_t at = find_summary_name(name, g->ic->summary_hint);
	bool common = at < SUMMARY_NAMES;

	if (common && !g->summary_tried)
		read_summary(g);
	if (!g->summary || !common)
		return ic_read_fact(g->ic, &g->facts, g->dir, name, !common);
	g->ic->summary_hint = at;
	if (!g->summary[at])
		errno = ENOENT;
	return g->summary[at];
}

/**
 * iommucaps_group_units() - the units that serve a group
 * @g: the group
 *
 * Return: the units and NULL, or NULL and errno.
 */
struct iommucaps_unit *const *iommucaps_group_units(struct iommucaps_group *g)
{
	char path[PATH_MAX];
	const char **names;

	if (!g->units) {
		snprintf(path, sizeof(path), "%s/" IOMMU_CAPS_DIR_UNITS,
			 g->dir);
		names = ic_list_names(g->ic, path);
		if (names)
			g->units = units_by_name(g->ic, names);
	}
	return g->units;
}

/**
 * iommucaps_group_devices() - the devices of a group
 * @g: the group
 *
 * Return: the devices and NULL.
 */
struct iommucaps_device *const *
iommucaps_group_devices(struct iommucaps_group *g)
{
	return g->devices;
}

/**
 * iommucaps_unprotected() - devices that are not behind an IOMMU
 * @ic: the handle
 *
 * Return: the devices and NULL, or NULL and errno.
 */
struct iommucaps_device *const *iommucaps_unprotected(struct iommucaps *ic)
{
	if (!ic->unprotected)
		ic->unprotected = list_devices(ic, IOMMU_CAPS_DIR_UNPROTECTED,
					       NULL);
	return ic->unprotected;
}
