// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which way peer-to-peer requests take between PCI functions
 *
 * A request between two functions below one switch is routed by the switch,
 * unless access control services of a function or port on the way redirect it
 * to the root complex: PCI Express Base Specification 6.0, 6.12. Not every
 * root complex forwards such requests; the kernel has a list of those that do.
 * Path, distance and list are those of drivers/pci/p2pdma.c, so that the
 * verdict is that of the kernel; but for root ports whose control register is
 * elsewhere (decode/acs_regs.c), which that code takes to redirect nothing.
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pci_paths.h"

#define PCI_DEVICES	"bus/pci/devices"
#define CLASS_BRIDGE_HOST	0x0600
#define CLASS_BRIDGE_PCI	0x0604

const char *const acs_control_names[ACS_NR] = {
	IOMMU_CAPS_ACS_SOURCE_VALIDATION, IOMMU_CAPS_ACS_TRANSLATION_BLOCKING,
	IOMMU_CAPS_ACS_REQUEST_REDIRECT, IOMMU_CAPS_ACS_COMPLETION_REDIRECT,
	IOMMU_CAPS_ACS_UPSTREAM_FORWARDING, IOMMU_CAPS_ACS_EGRESS_CONTROL,
	IOMMU_CAPS_ACS_DIRECT_TRANSLATED,
};

const char *const path_verdict_names[PATH_NR] = {
	"direct", "redirected", "host-bridge", "refused", "unknown",
};

/* Root complexes that forward; some only within one host bridge */
static const struct {
	uint16_t vendor, device;
	bool same_host_bridge;
} forwarders[] = {
	{ 0x8086, 0x3c00, true },	/* Xeon E5, Core i7 */
	{ 0x8086, 0x3c01, true },
	{ 0x8086, 0x2f00, true },	/* Xeon E7 v3, E5 v3, Core i7 */
	{ 0x8086, 0x2f01, true },
	{ 0x8086, 0x2030, false },	/* Skylake-E */
	{ 0x8086, 0x2031, false },
	{ 0x8086, 0x2032, false },
	{ 0x8086, 0x2033, false },
	{ 0x8086, 0x2020, false },
	{ 0x8086, 0x09a2, false },
};

/* The first line of a file into @buf; its length, or -1 with errno */
static ssize_t read_line(int dir, const char *path, char *buf, size_t size)
{
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	ssize_t n;
	int saved;

	if (fd < 0)
		return -1;
	n = read(fd, buf, size - 1);
	saved = errno;
	close(fd);
	errno = saved;
	if (n < 0)
		return -1;
	buf[n] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
	return n;
}

static uint32_t read_id(int dir, const char *fn, const char *file)
{
	char path[NAME_MAX + 32], buf[32];

	snprintf(path, sizeof(path), PCI_DEVICES "/%s/%s", fn, file);
	if (read_line(dir, path, buf, sizeof(buf)) < 0)
		return 0;
	return (uint32_t)strtoul(buf, NULL, 16);
}

/**
 * acs_read_controls() - a list of controls of a function in acs/
 * @ic: the tree
 * @fn: the function's name
 * @file: capable or enabled
 *
 * Return: the controls, 1 << ACS_*; ACS_UNREAD: the function has no power,
 * say; ACS_NO_FOLDER: it is neither a port nor one of several functions.
 */
int acs_read_controls(struct iommucaps *ic, const char *fn, const char *file)
{
	char path[NAME_MAX + 32];
	const char *list;
	int controls = 0, i;

	snprintf(path, sizeof(path), IOMMU_CAPS_DIR_ACS "/%s/%s", fn, file);
	list = iommucaps_read(ic, path);
	if (!list)
		return errno == ENOENT ? ACS_NO_FOLDER : ACS_UNREAD;
	for (i = 0; i < ACS_NR; i++)
		if (iommucaps_has_token(list, acs_control_names[i]))
			controls |= 1 << i;
	return controls;
}

/* An older module does not publish them. */
static int read_enabled(struct iommucaps *ic, const char *fn, bool published)
{
	int enabled;

	if (!published)
		return ACS_UNREAD;
	enabled = acs_read_controls(ic, fn, "enabled");
	return enabled == ACS_NO_FOLDER ? 0 : enabled;
}

/* Where the last part of a device's path begins that is a host bridge */
static const char *last_root(const char *path)
{
	const char *p = path, *found = NULL;

	while ((p = strstr(p, "/pci"))) {
		p++;
		if (strchr("0123456789abcdef", p[3]))
			found = p;
	}
	return found;
}

/**
 * pci_depth() - how many bridges are above a function
 * @path: its directory in /sys/devices
 *
 * Return: the number; 0 on a root bus.
 */
unsigned int pci_depth(const char *path)
{
	const char *p = last_root(path);
	unsigned int parts = 0;

	for (; p && (p = strchr(p, '/')); p++)
		parts++;
	return parts ? parts - 1 : 0;
}

/**
 * pci_port_kind() - what a port is, by its place
 * @depth: bridges above it
 *
 * Below a root port, upstream and downstream ports of switches alternate.
 *
 * Return: the kind.
 */
enum acs_kind pci_port_kind(unsigned int depth)
{
	return depth % 2 ? ACS_KIND_ENDPOINT : ACS_KIND_PORT;
}

/*
 * /sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0: each part is the bridge
 * above the next. Behind a host bridge that is itself a PCI function (VMD)
 * another tree begins.
 */
static void read_place(int sysfs, struct pci_paths *paths,
		       struct pci_fn *fn)
{
	char link[PATH_MAX], path[NAME_MAX + 32], *up;
	const char *root;
	ssize_t n;

	snprintf(path, sizeof(path), PCI_DEVICES "/%s", fn->name);
	n = readlinkat(sysfs, path, link, sizeof(link) - 1);
	if (n < 0)
		return;
	link[n] = '\0';
	root = last_root(link);
	up = strrchr(link, '/');
	if (!root || !up || up <= root)
		return;
	*up = '\0';
	up = strrchr(root, '/');
	fn->up = up ? pci_paths_find(paths, up + 1) : NULL;
	link[(size_t)(root - link) + strcspn(root, "/")] = '\0';
	fn->root = xstrdup(root);
}

static char *read_group(int sysfs, const char *fn)
{
	char link[PATH_MAX], path[NAME_MAX + 32], *last;
	ssize_t n;

	snprintf(path, sizeof(path), PCI_DEVICES "/%s/iommu_group", fn);
	n = readlinkat(sysfs, path, link, sizeof(link) - 1);
	if (n < 0)
		return NULL;
	link[n] = '\0';
	last = strrchr(link, '/');
	return xstrdup(last ? last + 1 : link);
}

/* A file of the procfs that belongs to this sysfs */
static FILE *open_proc(int sysfs, const char *path)
{
	int fd = openat(sysfs, path, O_RDONLY | O_CLOEXEC);
	FILE *f = NULL;

	if (fd >= 0) {
		f = fdopen(fd, "r");
		if (!f)
			close(fd);
	}
	return f;
}

/* Any AMD processor from Zen on: cpu_supports_p2pdma() */
static bool cpu_forwards(int sysfs)
{
	unsigned int family = 0;
	bool amd = false;
	char line[256];
	FILE *f;

	f = open_proc(sysfs, "../proc/cpuinfo");
	if (!f)
		return false;
	while (fgets(line, sizeof(line), f) && line[0] != '\n') {
		if (!strncmp(line, "vendor_id", 9))
			amd = strstr(line, "AuthenticAMD");
		if (!strncmp(line, "cpu family", 10) && strchr(line, ':'))
			family = (unsigned int)atoi(strchr(line, ':') + 1);
	}
	fclose(f);
	return amd && family >= 0x17;
}

/* CONFIG_PCI_P2PDMA brings a function that the kernel's symbol list names. */
static int kernel_has_p2pdma(int sysfs)
{
	FILE *f = open_proc(sysfs, "../proc/kallsyms");
	int found = -1;
	char line[512];

	if (!f)
		return -1;
	while (found != 1 && fgets(line, sizeof(line), f)) {
		found = 0;
		if (strstr(line, " pci_p2pdma_distance_many\n"))
			found = 1;
	}
	fclose(f);
	return found;
}

/* In sysfs nothing is above itself; in somebody's copy links may say anything. */
static void break_circle(const struct pci_paths *paths, struct pci_fn *fn)
{
	size_t above = 0;

	for (; fn->up; fn = fn->up)
		if (++above == paths->n) {
			fn->up = NULL;
			return;
		}
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct pci_fn *)a)->name,
		      ((const struct pci_fn *)b)->name);
}

/**
 * pci_paths_find() - a function by its name
 * @paths: what was read
 * @name: DDDD:BB:DD.F
 *
 * Return: the function or NULL.
 */
struct pci_fn *pci_paths_find(const struct pci_paths *paths, const char *name)
{
	struct pci_fn key = { .name = (char *)name };

	return bsearch(&key, paths->v, paths->n, sizeof(*paths->v), by_name);
}

/**
 * pci_paths_read() - read all PCI functions
 * @ic: an open tree
 * @paths: filled; free it with pci_paths_free() in any case
 *
 * Return: 0, or STATUS_FAILED after a message.
 */
int pci_paths_read(struct iommucaps *ic, struct pci_paths *paths)
{
	struct dirent *e;
	struct pci_fn *fn;
	size_t i, room = 0;
	bool published;
	DIR *dir = NULL;
	int sysfs, fd;

	memset(paths, 0, sizeof(*paths));
	sysfs = open(iommucaps_sysfs(ic), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	fd = openat(sysfs, PCI_DEVICES, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		dir = fdopendir(fd);
	if (!dir && errno != ENOENT) {
		warn("%s/" PCI_DEVICES, iommucaps_sysfs(ic));
		if (sysfs >= 0)
			close(sysfs);
		return STATUS_FAILED;
	}
	while (dir && (e = readdir(dir))) {
		if (e->d_name[0] == '.')
			continue;
		if (paths->n == room) {
			room = room ? 2 * room : 64;
			paths->v = xrealloc(paths->v, room, sizeof(*paths->v));
		}
		fn = &paths->v[paths->n++];
		memset(fn, 0, sizeof(*fn));
		fn->name = xstrdup(e->d_name);
	}
	if (dir)
		closedir(dir);
	if (paths->n)
		qsort(paths->v, paths->n, sizeof(*paths->v), by_name);
	published = iommucaps_list(ic, IOMMU_CAPS_DIR_ACS);
	for (i = 0; i < paths->n; i++) {
		fn = &paths->v[i];
		read_place(sysfs, paths, fn);
		fn->group = read_group(sysfs, fn->name);
		fn->enabled = read_enabled(ic, fn->name, published);
		fn->ids.vendor = read_id(sysfs, fn->name, "vendor");
		fn->ids.device = read_id(sysfs, fn->name, "device");
		fn->ids.class_code = read_id(sysfs, fn->name, "class");
	}
	for (i = 0; i < paths->n; i++)
		break_circle(paths, &paths->v[i]);
	paths->cpu_forwards = cpu_forwards(sysfs);
	paths->p2pdma = kernel_has_p2pdma(sysfs);
	close(sysfs);
	return 0;
}

/**
 * pci_paths_free() - free what pci_paths_read() allocated
 * @paths: what was read
 */
void pci_paths_free(struct pci_paths *paths)
{
	size_t i;

	for (i = 0; i < paths->n; i++) {
		free(paths->v[i].name);
		free(paths->v[i].root);
		free(paths->v[i].group);
	}
	free(paths->v);
	memset(paths, 0, sizeof(*paths));
}

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), len = strlen(end);

	return n >= len && !strcmp(s + n - len, end);
}

/*
 * The function that stands for a host bridge: the first on its root bus, if
 * that is device 0 or a root port. pci_host_bridge_dev()
 */
static const struct pci_fn *host_bridge(const struct pci_paths *paths,
					const char *root)
{
	const struct pci_fn *fn;
	size_t i;

	for (i = 0; root && i < paths->n; i++) {
		fn = &paths->v[i];
		if (fn->up || !fn->root || strcmp(fn->root, root))
			continue;
		if (ends_with(fn->name, "00.0") ||
		    fn->ids.class_code >> 8 == CLASS_BRIDGE_PCI)
			return fn;
		return NULL;
	}
	return NULL;
}

static bool forwards(const struct pci_paths *paths, const char *root,
		     bool same_host_bridge)
{
	const struct pci_fn *fn = host_bridge(paths, root);
	size_t i;

	for (i = 0; fn && i < sizeof(forwarders) / sizeof(*forwarders); i++)
		if (fn->ids.vendor == forwarders[i].vendor &&
		    fn->ids.device == forwarders[i].device)
			return same_host_bridge ||
			       !forwarders[i].same_host_bridge;
	return false;
}

static bool root_complex_forwards(const struct pci_paths *paths,
				  const struct pci_fn *a,
				  const struct pci_fn *b)
{
	if (paths->cpu_forwards)
		return true;
	if (a->root && b->root && !strcmp(a->root, b->root))
		return forwards(paths, a->root, true);
	return forwards(paths, a->root, false) &&
	       forwards(paths, b->root, false);
}

/* Every function from @fn up to @end, which is left out */
static void note_redirects(const struct pci_fn *fn, const struct pci_fn *end,
			   struct pci_path *path, size_t *n, bool *unknown)
{
	for (; fn && fn != end; fn = fn->up) {
		if (fn->enabled < 0)
			*unknown = true;
		else if (fn->enabled & (int)ACS_REDIRECT && *n < PATH_REDIRECTS)
			path->redirects[(*n)++] = fn;
	}
}

/**
 * pci_path_between() - the way that requests between two functions take
 * @paths: what was read
 * @a: one function
 * @b: the other
 * @path: filled
 *
 * As calc_map_type_and_dist() of the kernel has it, that also asks the first
 * bridge that is above both, since requests between two functions of one
 * device below a root port pass it.
 */
void pci_path_between(const struct pci_paths *paths, const struct pci_fn *a,
		      const struct pci_fn *b, struct pci_path *path)
{
	const struct pci_fn *common = NULL, *x, *y;
	unsigned int up_a = 0, up_b = 0;
	bool unknown = false;
	size_t n = 0;

	memset(path, 0, sizeof(*path));
	for (x = a; x && !common; x = x->up) {
		up_b = 0;
		for (y = b; y && !common; y = y->up) {
			if (x == y)
				common = x;
			else
				up_b++;
		}
		if (!common)
			up_a++;
	}
	path->distance = up_a + up_b;
	path->below_switch = common;
	if (common) {
		note_redirects(a, common->up, path, &n, &unknown);
		note_redirects(b, common, path, &n, &unknown);
		if (!n) {
			path->verdict = unknown ? PATH_UNKNOWN : PATH_DIRECT;
			return;
		}
	}
	if (!root_complex_forwards(paths, a, b))
		path->verdict = PATH_REFUSED;
	else
		path->verdict = n ? PATH_REDIRECTED : PATH_HOST_BRIDGE;
}
