// SPDX-License-Identifier: GPL-2.0-only
/*
 * Why firmware puts no IOMMU in front of a device: what the device tree that
 * the kernel was started with says about it, read as of_map_id() and
 * of_iommu_configure() do.
 */
#include <dirent.h>
#include <err.h>
#include <libfdt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/common.h"
#include "device_tree.h"
#include "firmware_hole.h"
#include "read_file.h"

#define LAST_RID	0xffff

static char __printf(1, 2) *sentence(const char *fmt, ...)
{
	va_list ap;
	char *s;
	int len;

	va_start(ap, fmt);
	len = vasprintf(&s, fmt, ap);
	va_end(ap);
	if (len < 0)
		err(STATUS_FAILED, NULL);
	return s;
}

/* The node that a directory of sysfs is of; DT_NO_NODE if there is none */
static size_t node_of(const struct device_tree *t, const char *dir)
{
	static const char base[] = "/firmware/devicetree/base";
	char *link = sentence("%s/of_node", dir), target[4096], *path;
	ssize_t len = readlink(link, target, sizeof(target) - 1);
	int offset;
	size_t i;

	free(link);
	if (len < 0)
		return DT_NO_NODE;
	target[len] = '\0';
	path = strstr(target, base);
	if (!path)
		return DT_NO_NODE;
	path += sizeof(base) - 1;
	offset = fdt_path_offset(t->fdt, *path ? path : "/");
	for (i = 0; i < t->n; i++)
		if (t->nodes[i].offset == offset)
			return i;
	return DT_NO_NODE;
}

/*
 * Is a node's platform device there, without a driver? Of an IOMMU on another
 * bus that is not asked.
 */
static bool lacks_driver(const struct device_tree *t, const char *sysfs,
			 size_t node)
{
	char *bus = sentence("%s/bus/platform/devices", sysfs), *dir, *driver;
	bool found = false, lacks = false;
	const struct dirent *e;
	DIR *devices = opendir(bus);

	while (devices && !found && (e = readdir(devices))) {
		dir = sentence("%s/%s", bus, e->d_name);
		driver = sentence("%s/driver", dir);
		found = *e->d_name != '.' && node_of(t, dir) == node;
		lacks = found && access(driver, F_OK);
		free(driver);
		free(dir);
	}
	if (devices)
		closedir(devices);
	free(bus);
	return lacks;
}

/* Why a target of @property translates nothing, or NULL */
static char *bad_target(const struct device_tree *t, const char *sysfs,
			size_t node, const char *property, u32 phandle,
			size_t target)
{
	char *path = dt_path(t, node), *to = NULL, *why = NULL;

	if (target == DT_NO_NODE) {
		why = sentence("The %s of %s leads to the phandle 0x%x, which no node has.",
			       property, path, phandle);
	} else {
		to = dt_path(t, target);
		if (!dt_has(t, target, "#iommu-cells"))
			why = sentence("The %s of %s leads to %s, which is no IOMMU.",
				       property, path, to);
		else if (!t->nodes[target].enabled)
			why = sentence("The %s of %s leads to %s, which is disabled.",
				       property, path, to);
		else if (lacks_driver(t, sysfs, target))
			why = sentence("The %s of %s leads to %s, which no driver drives.",
				       property, path, to);
	}
	free(to);
	free(path);
	return why;
}

static bool entry_has(const struct dt_map_entry *e, u32 id)
{
	return id >= e->rid && id - e->rid < e->length;
}

static bool map_has(const struct device_tree *t, size_t node, u32 rid)
{
	struct dt_map_entry e;
	struct dt_map m;

	dt_map_first(&m, t, node, DT_IOMMU_MAP);
	while (dt_map_next(&m, &e))
		if (entry_has(&e, rid & m.mask))
			return true;
	return false;
}

/* Of a PCI function, from the host bridge that it is below */
static char *pci_hole(const struct device_tree *t, const char *sysfs,
		      size_t host, u32 rid)
{
	char *path = dt_path(t, host), *why;
	struct dt_map_entry e;
	u32 first, last;
	struct dt_map m;

	if (!dt_has(t, host, "iommu-map")) {
		why = sentence("%s has no iommu-map.", path);
		free(path);
		return why;
	}
	dt_map_first(&m, t, host, DT_IOMMU_MAP);
	while (dt_map_next(&m, &e)) {
		if (!entry_has(&e, rid & m.mask))
			continue;
		free(path);
		return bad_target(t, sysfs, host, "iommu-map", e.phandle,
				  e.target);
	}
	for (first = rid; first && !map_has(t, host, first - 1); first--)
		;
	for (last = rid; last < LAST_RID && !map_has(t, host, last + 1); last++)
		;
	why = sentence("The iommu-map of %s has no entry for %04x: gap %04x-%04x.",
		       path, rid, first, last);
	free(path);
	return why;
}

static char *device_hole(const struct device_tree *t, const char *sysfs,
			 size_t node)
{
	struct dt_cells left = dt_property(t, node, "iommus", NULL);
	struct dt_spec spec;
	char *why;

	while (dt_spec_next(t, DT_IOMMUS, &left, &spec)) {
		why = bad_target(t, sysfs, node, "iommus", spec.phandle,
				 spec.target);
		if (why)
			return why;
	}
	return NULL;
}

static char *tree_hole(const struct device_tree *t, const char *sysfs,
		       char *dir)
{
	char *name = strrchr(dir, '/') + 1, *host;
	unsigned int bus, dev, fn, rid;
	size_t node;
	int len = 0;

	if (sscanf(name, "%*x:%x:%x.%x%n", &bus, &dev, &fn, &len) != 3 ||
	    name[len]) {
		node = node_of(t, dir);
		return node == DT_NO_NODE ? NULL : device_hole(t, sysfs, node);
	}
	rid = bus << 8 | dev << 3 | fn;
	/* The root bus, pciDDDD:BB, or the device that it is of, has the node */
	for (host = strstr(dir, "/pci"); host; host = strstr(host + 1, "/pci")) {
		if (sscanf(host, "/pci%*x:%x%n", &bus, &len) == 1 &&
		    host[len] == '/')
			break;
	}
	if (!host)
		return NULL;
	host[len] = '\0';
	node = node_of(t, dir);
	if (node == DT_NO_NODE) {
		*host = '\0';
		node = node_of(t, dir);
	}
	return node == DT_NO_NODE ? NULL : pci_hole(t, sysfs, node, rid);
}

/**
 * firmware_hole() - say why a device is behind no IOMMU
 * @sysfs: root of sysfs
 * @path: the device's directory
 *
 * Return: the sentence, to be freed; NULL where the device tree, if there is one
 *	that may be read, gives no reason.
 */
char *firmware_hole(const char *sysfs, const char *path)
{
	char *file = sentence("%s/firmware/fdt", sysfs);
	char *dir = sentence("%s", path), *why = NULL;
	struct device_tree tree;
	const char *reason;
	size_t len = 0;
	u8 *blob;

	blob = read_file(file, &len);
	if (blob && !device_tree_open(&tree, blob, len, &reason)) {
		why = tree_hole(&tree, sysfs, dir);
		device_tree_close(&tree);
	}
	free(blob);
	free(dir);
	free(file);
	return why;
}
