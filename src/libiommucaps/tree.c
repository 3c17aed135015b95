// SPDX-License-Identifier: GPL-2.0-only
/*
 * Read /sys/kernel/iommu_caps
 *
 * A machine may have thousands of groups, and an inventory must not cost more
 * than reading the kernel's own sysfs would. libsysfs allocates several KiB
 * and makes five system calls for each file, so it serves where there is one
 * thing to look at: the root of sysfs, the top directory, and the single
 * device of check. The walk over units and groups opens each directory once
 * and reads relative to it: three system calls per file, one per link, and
 * only those files that the output needs.
 *
 * Devices and groups come and go while this runs. Whatever has vanished by
 * the time that it is looked at is left out, as if it had gone a moment
 * earlier.
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sysfs/libsysfs.h>
#include <unistd.h>

#include "libiommucaps/tree.h"

#define NAME_STRING(n)	#n,

const char *const top_names[] = { IOMMU_CAPS_TOP_ATTRS(NAME_STRING) };
static const char *const unit_names[] = { IOMMU_CAPS_UNIT_ATTRS(NAME_STRING) };
static const char *const group_names[] = {
	IOMMU_CAPS_GROUP_ATTRS(NAME_STRING)
};

/* One page, on the architecture with the largest ones, is the longest file */
static char text[65536];

static char *read_attr(struct tree *t, int dir, const char *name)
{
	ssize_t n;
	int fd;

	fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	n = read(fd, text, sizeof(text));
	close(fd);
	if (n < 0)
		return NULL;
	while (n && (text[n - 1] == '\n' || !text[n - 1]))
		n--;
	return pool_strndup(&t->pool, text, (size_t)n);
}

/**
 * read_summary() - all files of a group in one read
 * @t: the tree
 * @dir: the group's directory
 * @g: the group; @attr is filled
 *
 * Return: false if it cannot be had: the values do not fit into one page, or
 * the module is one without this file.
 */
static bool read_summary(struct tree *t, int dir, struct group *g)
{
	char *s = read_attr(t, dir, IOMMU_CAPS_SUMMARY);
	char *name, *value;
	int i = 0, n;

	if (!s)
		return false;
	while ((value = strsep(&s, "\n"))) {
		name = strsep(&value, "=");
		/* it has them in the order that we have, less the absent */
		for (n = 0; n < GROUP_NR; n++, i = (i + 1) % GROUP_NR)
			if (!strcmp(name, group_names[i])) {
				g->attr[i] = value;
				break;
			}
	}
	return true;
}

static int open_dir(int dir, const char *name)
{
	return openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* Length of a number as the kernel writes it, or 0 for any other name */
static size_t digits(const char *s)
{
	size_t n = 0;

	while (s[n] >= '0' && s[n] <= '9')
		n++;
	return s[n] ? 0 : n;
}

static int by_number(const void *a, const void *b)
{
	const char *x = *(const char *const *)a, *y = *(const char *const *)b;
	size_t m = digits(x), n = digits(y);

	if (m && n && m != n)
		return m < n ? -1 : 1;
	return strcmp(x, y);
}

/**
 * list_dir() - the names in a directory, sorted
 * @t: the tree whose pool gets them
 * @fd: the directory
 * @list: filled; free its vector
 *
 * Return: 0, or -errno if the directory could not be read.
 */
static int list_dir(struct tree *t, int fd, struct strlist *list)
{
	static _Alignas(struct dirent64) char buf[32768];
	size_t room = 0;
	ssize_t n, i;

	list->v = NULL;
	list->n = 0;
	while ((n = getdents64(fd, buf, sizeof(buf))) > 0) {
		for (i = 0; i < n; ) {
			struct dirent64 *d = (void *)(buf + i);

			i += d->d_reclen;
			if (d->d_name[0] == '.' &&
			    (!d->d_name[1] ||
			     (d->d_name[1] == '.' && !d->d_name[2])))
				continue;
			if (list->n == room) {
				room = room ? 2 * room : 16;
				list->v = xrealloc(list->v, room,
						   sizeof(*list->v));
			}
			list->v[list->n++] = pool_strdup(&t->pool, d->d_name);
		}
	}
	if (n < 0 && errno != ENOENT) {
		n = -errno;
		free(list->v);
		list->v = NULL;
		list->n = 0;
		return (int)n;
	}
	if (list->n > 1)
		qsort(list->v, list->n, sizeof(*list->v), by_number);
	return 0;
}

/* A directory that is not there has nothing in it */
static int list_path(struct tree *t, int dir, const char *name,
		     struct strlist *list)
{
	int fd, rc;

	list->v = NULL;
	list->n = 0;
	fd = open_dir(dir, name);
	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	rc = list_dir(t, fd, list);
	close(fd);
	return rc;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static const char *link_name(struct tree *t, const char *path,
			     const char *link)
{
	char name[PATH_MAX], target[PATH_MAX];
	ssize_t n;

	if (snprintf(name, sizeof(name), "%s/%s", path, link) >=
	    (int)sizeof(name))
		return NULL;
	n = readlinkat(t->sysfs_fd, name, target, sizeof(target) - 1);
	if (n <= 0)
		return NULL;
	target[n] = '\0';
	return pool_strdup(&t->pool, base_name(target));
}

const char *device_bus(struct tree *t, struct device *dev)
{
	if (!dev->bus)
		dev->bus = link_name(t, dev->path, "subsystem");
	return dev->bus;
}

/* One read of modalias gives what would take three files */
static void read_ids(struct tree *t, struct device *dev)
{
	unsigned int vendor, device, base, sub, prog;
	char name[PATH_MAX];
	const char *s;

	if (!dev->bus || strcmp(dev->bus, "pci"))
		return;
	if (snprintf(name, sizeof(name), "%s/modalias", dev->path) >=
	    (int)sizeof(name))
		return;
	s = read_attr(t, t->sysfs_fd, name);
	if (!s || sscanf(s, "pci:v%8xd%8xsv%*8xsd%*8xbc%2xsc%2xi%2x",
			 &vendor, &device, &base, &sub, &prog) != 5)
		return;
	dev->vendor = vendor;
	dev->device = device;
	dev->class = base << 16 | sub << 8 | prog;
	dev->has_ids = true;
}

/**
 * read_device() - follow one link to a device
 * @t: the tree
 * @dir: the directory with the link
 * @link: its name
 *
 * Return: the device, or NULL if it is gone.
 */
static struct device *read_device(struct tree *t, int dir, const char *link)
{
	char target[PATH_MAX];
	struct device *dev;
	const char *path;
	ssize_t n;

	n = readlinkat(dir, link, target, sizeof(target) - 1);
	if (n <= 0)
		return NULL;
	target[n] = '\0';
	for (path = target; !strncmp(path, "../", 3); )
		path += 3;

	dev = pool_alloc(&t->pool, sizeof(*dev));
	dev->path = pool_strdup(&t->pool, path);
	dev->name = base_name(dev->path);
	if (pci_address(dev->name, NULL, NULL, NULL, NULL))
		dev->bus = "pci";
	return dev;
}

static void read_details(struct tree *t, struct device *dev)
{
	if (t->need & NEED_IDS)
		read_ids(t, dev);
	if (t->need & NEED_DRIVER)
		dev->driver = link_name(t, dev->path, "driver");
}

static void read_units_of_group(struct tree *t, int dir, struct group *g)
{
	struct strlist l;

	if (list_path(t, dir, IOMMU_CAPS_DIR_UNITS, &l))
		return;
	g->units.v = pool_alloc(&t->pool, (l.n + 1) * sizeof(*l.v));
	if (l.n)
		memcpy(g->units.v, l.v, l.n * sizeof(*l.v));
	g->units.n = l.n;
	free(l.v);
}

/**
 * read_devices() - members of a group, or the unprotected functions
 * @t: the tree
 * @fd: the directory with the links; closed here
 * @g: the group, or NULL
 * @all: take all, not only those that were asked for
 * @filters: what was asked for
 * @ndevs: number taken
 * @total: number there, or NULL
 *
 * Return: those taken, in the pool.
 */
static struct device **read_devices(struct tree *t, int fd, struct group *g,
				    bool all, struct filters *filters,
				    size_t *ndevs, size_t *total)
{
	bool whole = g && t->need & NEED_WHOLE, any = false, hit;
	struct device **devs, *dev;
	struct strlist l;
	size_t i;

	*ndevs = 0;
	if (total)
		*total = 0;
	if (list_dir(t, fd, &l)) {
		close(fd);
		return NULL;
	}
	devs = pool_alloc(&t->pool, (l.n + 1) * sizeof(*devs));
	for (i = 0; i < l.n; i++) {
		dev = read_device(t, fd, l.v[i]);
		if (!dev)
			continue;
		if (total)
			(*total)++;
		hit = filter_device(filters, dev);
		any |= hit;
		if (!hit && !all && !whole)
			continue;
		dev->group = g;
		devs[(*ndevs)++] = dev;
	}
	if (!any && !all)
		*ndevs = 0;
	for (i = 0; i < *ndevs; i++)
		read_details(t, devs[i]);
	close(fd);
	free(l.v);
	return devs;
}

static struct group *read_group(struct tree *t, int groups, const char *name,
				struct filters *filters)
{
	struct group *g;
	int dir, fd, i;
	bool all;

	dir = open_dir(groups, name);
	if (dir < 0)
		return NULL;
	g = pool_alloc(&t->pool, sizeof(*g));
	g->name = name;
	if (t->need & NEED_GROUP_UNITS)
		read_units_of_group(t, dir, g);

	/* An argument may name the group, or one of its devices */
	all = filter_group(filters, g, !(t->need & NEED_UNITS));
	fd = open_dir(dir, IOMMU_CAPS_DIR_DEVICES);
	if (fd < 0)
		goto gone;
	g->devs = read_devices(t, fd, g, all, filters, &g->ndevs, &g->total);
	if (!all && !g->ndevs)
		goto gone;

	if (t->need & NEED_VALUES && !read_summary(t, dir, g))
		for (i = 0; i < GROUP_NR; i++)
			g->attr[i] = read_attr(t, dir, group_names[i]);
	close(dir);
	return g;

gone:
	close(dir);
	return NULL;
}

static int read_groups(struct tree *t, struct filters *filters)
{
	struct strlist l;
	struct group *g;
	int dir, fd, rc;
	bool all;
	size_t i;

	dir = open_dir(t->root_fd, IOMMU_CAPS_DIR_GROUPS);
	if (dir < 0 && errno != ENOENT)
		return -errno;
	if (dir >= 0) {
		rc = list_dir(t, dir, &l);
		if (rc) {
			close(dir);
			return rc;
		}
		t->groups = xrealloc(NULL, l.n, sizeof(*t->groups));
		for (i = 0; i < l.n; i++) {
			g = read_group(t, dir, l.v[i], filters);
			if (g)
				t->groups[t->ngroups++] = g;
		}
		free(l.v);
		close(dir);
	}

	fd = open_dir(t->root_fd, IOMMU_CAPS_DIR_UNPROTECTED);
	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	all = filter_unprotected(filters);
	t->unprotected = read_devices(t, fd, NULL, all, filters,
				      &t->nunprotected, NULL);
	return 0;
}

static void read_registers(struct tree *t, int dir, struct unit *u)
{
	struct strlist l;
	const char *value;
	size_t i;
	int fd;

	fd = open_dir(dir, IOMMU_CAPS_DIR_REGISTERS);
	if (fd < 0)
		return;
	if (!list_dir(t, fd, &l)) {
		u->regs = pool_alloc(&t->pool, (l.n + 1) * sizeof(*u->regs));
		for (i = 0; i < l.n; i++) {
			value = read_attr(t, fd, l.v[i]);
			if (value)
				u->regs[u->nregs++] =
					(struct reg){ l.v[i], value };
		}
		free(l.v);
	}
	close(fd);
}

static struct unit *read_unit(struct tree *t, int units, const char *name)
{
	struct strlist l;
	struct unit *u;
	char c;
	int dir, i;

	dir = open_dir(units, name);
	if (dir < 0)
		return NULL;
	u = pool_alloc(&t->pool, sizeof(*u));
	u->name = name;
	for (i = 0; i < UNIT_NR; i++)
		u->attr[i] = read_attr(t, dir, unit_names[i]);
	u->driven = readlinkat(dir, IOMMU_CAPS_LINK_IOMMU, &c, 1) > 0;
	if (!list_path(t, dir, IOMMU_CAPS_DIR_GROUPS, &l)) {
		u->ngroups = l.n;
		free(l.v);
	}
	read_registers(t, dir, u);
	close(dir);
	return u;
}

static bool serves_selected(const struct tree *t, const char *unit)
{
	const struct group *g;
	size_t i, j;

	for (i = 0; i < t->ngroups; i++) {
		g = t->groups[i];
		for (j = 0; j < g->units.n; j++)
			if (!strcmp(g->units.v[j], unit))
				return true;
	}
	return false;
}

static int read_units(struct tree *t, struct filters *filters)
{
	struct strlist l;
	struct unit *u;
	int dir, rc;
	bool hit;
	size_t i;

	dir = open_dir(t->root_fd, IOMMU_CAPS_DIR_UNITS);
	if (dir < 0)
		return errno == ENOENT ? 0 : -errno;
	rc = list_dir(t, dir, &l);
	if (rc) {
		close(dir);
		return rc;
	}
	t->units = xrealloc(NULL, l.n, sizeof(*t->units));
	for (i = 0; i < l.n; i++) {
		hit = filter_unit(filters, l.v[i]);
		if (!hit && !serves_selected(t, l.v[i]))
			continue;
		u = read_unit(t, dir, l.v[i]);
		if (u)
			t->units[t->nunits++] = u;
	}
	free(l.v);
	close(dir);
	return 0;
}

static void read_top(struct tree *t)
{
	struct sysfs_attribute *attr;
	char path[SYSFS_PATH_MAX];
	size_t len;
	int i;

	for (i = 0; i < TOP_NR; i++) {
		snprintf(path, sizeof(path), "%s/%s", t->root, top_names[i]);
		attr = sysfs_open_attribute(path);
		if (!attr)
			continue;
		if (!sysfs_read_attribute(attr) && attr->value) {
			len = strcspn(attr->value, "\n");
			t->top[i] = pool_strndup(&t->pool, attr->value, len);
		}
		sysfs_close_attribute(attr);
	}
}

/**
 * tree_open() - find the tree
 * @t: zeroed, but for @need
 *
 * Return: STATUS_YES, or STATUS_UNKNOWN after saying that the module is not loaded.
 */
int tree_open(struct tree *t)
{
	const char *env = getenv(SYSFS_PATH_ENV);
	char mnt[SYSFS_PATH_MAX];

	t->sysfs_fd = -1;
	t->root_fd = -1;
	/* libsysfs wants a mount of sysfs there; a copy of one will do here */
	if (env && *env) {
		snprintf(mnt, sizeof(mnt), "%s", env);
		sysfs_remove_trailing_slash(mnt);
	} else if (sysfs_get_mnt_path(mnt, sizeof(mnt))) {
		warnx("sysfs is not mounted");
		return STATUS_UNKNOWN;
	}
	t->sysfs = pool_strdup(&t->pool, mnt);
	t->root = pool_printf(&t->pool, "%s/kernel/%s", mnt, IOMMU_CAPS_NAME);
	t->sysfs_fd = open_dir(AT_FDCWD, t->sysfs);
	t->root_fd = open_dir(AT_FDCWD, t->root);
	if (t->sysfs_fd >= 0 && t->root_fd >= 0)
		return STATUS_YES;
	if (errno != ENOENT) {
		warnx("%s: %s", t->root, strerror(errno));
		return STATUS_FAILED;
	}
	warnx("%s is not there: the module %s is not loaded", t->root,
	      IOMMU_CAPS_NAME);
	explain_absent();
	return STATUS_UNKNOWN;
}

/**
 * tree_read() - read what @t->need says, as far as asked for
 * @t: opened
 * @filters: the arguments; none means everything
 *
 * Return: STATUS_YES, or STATUS_FAILED after saying why.
 */
int tree_read(struct tree *t, struct filters *filters)
{
	int rc = 0;

	read_top(t);
	if (t->need & NEED_GROUPS)
		rc = read_groups(t, filters);
	if (!rc && t->need & NEED_UNITS)
		rc = read_units(t, filters);
	if (!rc)
		return STATUS_YES;
	warnx("%s: %s", t->root, strerror(-rc));
	return STATUS_FAILED;
}

void tree_close(struct tree *t)
{
	free(t->units);
	free(t->groups);
	if (t->root_fd >= 0)
		close(t->root_fd);
	if (t->sysfs_fd >= 0)
		close(t->sysfs_fd);
	pool_free(&t->pool);
}

/**
 * state_sentence() - the one-word answer about the machine, in a sentence
 * @t: read
 */
const char *state_sentence(const struct tree *t)
{
	const char *s = t->top[TOP_state] ? t->top[TOP_state] : "";

	if (!strcmp(s, IOMMU_CAPS_STATE_NONE))
		return "No IOMMU is described by firmware or driven by the kernel.";
	if (!strcmp(s, IOMMU_CAPS_STATE_DISABLED))
		return "Firmware describes an IOMMU, but the kernel drives none: "
		       "it is switched off.";
	if (!strcmp(s, IOMMU_CAPS_STATE_PASSTHROUGH))
		return "The kernel drives an IOMMU, but translates for no group: passthrough.";
	if (!strcmp(s, IOMMU_CAPS_STATE_PARTIAL))
		return "The kernel translates for some devices, not for all.";
	if (!strcmp(s, IOMMU_CAPS_STATE_FULL))
		return "The kernel translates for all devices.";
	if (!strcmp(s, IOMMU_CAPS_STATE_HYPERVISOR))
		return "Xen owns the IOMMUs; this kernel does not see them.";
	return "The state of the IOMMU is not known.";
}
