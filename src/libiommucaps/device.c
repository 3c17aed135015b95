// SPDX-License-Identifier: GPL-2.0-only
/*
 * libiommucaps: one device, by name and through its own directory
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

/* "0000:01:00.0", or "01:00.0" for a function in domain 0 */
static bool pci_address(const char *s, unsigned int v[4])
{
	size_t colons = 0, first;
	const char *p;
	int end = -1, n;

	for (p = s; *p; p++) {
		if (!strchr("0123456789abcdefABCDEF:.", *p))
			return false;
		colons += *p == ':';
	}
	if (colons < 1 || colons > 2)
		return false;
	first = 2 - colons;
	v[0] = 0;
	if (first)
		n = sscanf(s, "%2x:%2x.%1x%n", &v[1], &v[2], &v[3], &end);
	else
		n = sscanf(s, "%8x:%2x:%2x.%1x%n", &v[0], &v[1], &v[2], &v[3],
			   &end);
	return n == 4 - (int)first && end >= 0 && !s[end] && v[2] <= 0x1f &&
	       v[3] <= 7;
}

/**
 * iommucaps_canonical_name() - what the kernel calls a device, unit or group
 * @arg: its name, a path in sysfs that ends in it, or a PCI address without
 *	its domain, which is then 0000
 * @buf: filled
 * @size: its size
 *
 * Return: 0, or -ENAMETOOLONG.
 */
int iommucaps_canonical_name(const char *arg, char *buf, size_t size)
{
	size_t len = strlen(arg), start;
	unsigned int v[4];

	while (len > 1 && arg[len - 1] == '/')
		len--;
	for (start = len; start && arg[start - 1] != '/'; start--)
		;
	if (len - start >= size)
		return -ENAMETOOLONG;
	memcpy(buf, arg + start, len - start);
	buf[len - start] = '\0';
	if (pci_address(buf, v) &&
	    snprintf(buf, size, "%04x:%02x:%02x.%x", v[0], v[1], v[2], v[3]) >=
	    (int)size)
		return -ENAMETOOLONG;
	return 0;
}

/* A directory below sysfs and a name in it, if that fits */
static bool join(char *path, size_t size, const char *dir, const char *name)
{
	return snprintf(path, size, "%s/%s", dir, name) < (int)size;
}

/* The device of that name on one bus */
static struct iommucaps_device *device_on_bus(struct iommucaps *ic,
					      const char *bus, const char *name)
{
	struct iommucaps_device *d;
	const char *target, *slash;
	char path[PATH_MAX];
	char c;

	if (snprintf(path, sizeof(path), "bus/%s/devices/%s", bus, name) >=
	    (int)sizeof(path))
		return NULL;
	target = ic_read_link(ic, ic->sysfs_fd, path);
	if (!target) {
		ic_note_error(ic, path, errno);
		return NULL;
	}
	d = ic_new_device(ic, target, NULL);
	if (!d)
		return NULL;
	d->bus = ic_pool_strdup(ic, bus);
	d->bus_read = true;
	if (!join(path, sizeof(path), d->below, IOMMU_CAPS_NAME))
		return d;
	target = ic_read_link(ic, ic->sysfs_fd, path);
	if (target) {
		slash = strrchr(target, '/');
		d->group = iommucaps_find_group(ic, slash ? slash + 1 : target);
		return d;
	}
	ic_note_error(ic, path, errno);
	if (join(path, sizeof(path), IOMMU_CAPS_DIR_UNPROTECTED, name))
		d->unprotected = readlinkat(ic->root_fd, path, &c, 1) > 0;
	if (!d->unprotected && faccessat(ic->sysfs_fd, d->below, F_OK, 0)) {
		ic_note_error(ic, d->below, errno);
		return NULL;
	}
	return d;
}

/**
 * iommucaps_find_device() - a device by its name
 * @ic: the handle
 * @name: as iommucaps_canonical_name() takes it
 *
 * The device's own link leads to its group: no other group is read. A device
 * that is in no group and not unprotected either is found as well.
 *
 * Return: the device, or NULL and errno (ENOENT: there is none).
 */
struct iommucaps_device *iommucaps_find_device(struct iommucaps *ic,
					       const char *name)
{
	struct iommucaps_device *d, *found = NULL;
	char canonical[NAME_MAX + 1];
	struct dirent *e;
	unsigned int v[4];
	DIR *dir;
	int fd;

	errno = ENOENT;
	if (iommucaps_canonical_name(name, canonical, sizeof(canonical)) ||
	    !*canonical || *canonical == '.')
		return NULL;
	if (pci_address(canonical, v))
		return device_on_bus(ic, "pci", canonical);

	fd = ic_open_dir(ic->sysfs_fd, "bus");
	dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir) {
		ic_note_error(ic, "bus", errno);
		return NULL;
	}
	/* The same name may be on several buses: one with an answer wins */
	while ((e = readdir(dir))) {
		if (*e->d_name == '.')
			continue;
		d = device_on_bus(ic, e->d_name, canonical);
		if (d && (!found || d->group || d->unprotected))
			found = d;
		if (d && (d->group || d->unprotected))
			break;
	}
	closedir(dir);
	if (!found)
		errno = ENOENT;
	return found;
}

const char *iommucaps_device_name(const struct iommucaps_device *d)
{
	return d->name;
}

/**
 * iommucaps_device_path() - the device's directory
 * @d: the device
 */
const char *iommucaps_device_path(const struct iommucaps_device *d)
{
	return d->path;
}

/**
 * iommucaps_device_group() - the device's group
 * @d: the device
 *
 * Return: the group, or NULL if it is in none.
 */
struct iommucaps_group *iommucaps_device_group(struct iommucaps_device *d)
{
	return d->group;
}

/**
 * iommucaps_device_unprotected() - whether the device is not behind an IOMMU
 * @d: the device
 */
bool iommucaps_device_unprotected(const struct iommucaps_device *d)
{
	return d->unprotected;
}

static const char *name_behind(struct iommucaps_device *d, const char *link)
{
	const char *target, *slash;
	char path[PATH_MAX];

	if (!join(path, sizeof(path), d->below, link))
		return NULL;
	target = ic_read_link(d->ic, d->ic->sysfs_fd, path);
	if (!target) {
		ic_note_error(d->ic, path, errno);
		return NULL;
	}
	slash = strrchr(target, '/');
	return slash ? slash + 1 : target;
}

/**
 * iommucaps_device_bus() - the device's bus
 * @d: the device
 *
 * Return: "pci", "platform", ...; or NULL if it cannot be told.
 */
const char *iommucaps_device_bus(struct iommucaps_device *d)
{
	unsigned int v[4];

	if (!d->bus_read) {
		d->bus_read = true;
		d->bus = pci_address(d->name, v) ? "pci" :
			 name_behind(d, "subsystem");
	}
	return d->bus;
}

/**
 * iommucaps_device_driver() - the driver that is bound to the device
 * @d: the device
 *
 * Return: its name, or NULL if none is.
 */
const char *iommucaps_device_driver(struct iommucaps_device *d)
{
	if (!d->driver_read) {
		d->driver_read = true;
		d->driver = name_behind(d, "driver");
	}
	return d->driver;
}

/**
 * iommucaps_device_ids() - vendor, device and class of a PCI function
 * @d: the device
 *
 * Return: the numbers, or NULL if it is no PCI function.
 */
const struct iommucaps_ids *iommucaps_device_ids(struct iommucaps_device *d)
{
	unsigned int vendor, device, base, sub, prog;
	const char *bus = iommucaps_device_bus(d), *s;
	char path[PATH_MAX];

	if (d->ids_read || !bus || strcmp(bus, "pci"))
		return d->has_ids ? &d->ids : NULL;
	d->ids_read = true;
	/* One read of modalias gives what would take three files */
	if (!join(path, sizeof(path), d->below, "modalias"))
		return NULL;
	s = ic_read_file(d->ic, d->ic->sysfs_fd, path);
	if (!s) {
		ic_note_error(d->ic, path, errno);
		return NULL;
	}
	if (sscanf(s, "pci:v%8xd%8xsv%*8xsd%*8xbc%2xsc%2xi%2x", &vendor,
		   &device, &base, &sub, &prog) != 5)
		return NULL;
	d->ids.vendor = vendor;
	d->ids.device = device;
	d->ids.class_code = base << 16 | sub << 8 | prog;
	d->has_ids = true;
	return &d->ids;
}

/**
 * iommucaps_next_token() - walk a list of words that spaces separate
 * @list: advanced behind the word; NULL is an empty list
 * @len: its length
 *
 * Return: the word, or NULL at the end.
 */
const char *iommucaps_next_token(const char **list, size_t *len)
{
	const char *p = *list;

	if (!p)
		return NULL;
	p += strspn(p, " \t\n");
	if (!*p)
		return NULL;
	*len = strcspn(p, " \t\n");
	*list = p + *len;
	return p;
}

/**
 * iommucaps_has_token() - whether a list has a word
 * @list: the list; NULL has none
 * @token: the word
 */
bool iommucaps_has_token(const char *list, const char *token)
{
	const char *p;
	size_t len;

	while ((p = iommucaps_next_token(&list, &len)))
		if (len == strlen(token) && !strncmp(p, token, len))
			return true;
	return false;
}
