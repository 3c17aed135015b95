// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the guests of the debug kernel do to the module, in one static program.
 *
 *   poke check               compare the tree with the kernel's own sysfs; one
 *                            line for each contradiction, status 1 if any
 *   poke nth N ACTION...     do it once, the Nth allocation of this task
 *                            failing; prints "RESULT injected" or "RESULT
 *                            passed" (there was no Nth), RESULT being ok or
 *                            the error
 *   poke sweep ACTION...     the same for N = 1, 2, ... until it passes; the
 *                            result may be ok or ENOMEM, nothing else, and
 *                            for "get" ok only with the value read before.
 *                            After each the tree agrees with the kernel's, or
 *                            the module is not there at all.  Prints the number
 *                            of failures injected
 *     POKE_RANGE=init        only allocations below the init function of a
 *                            module count; without: those below the module's
 *     POKE_WORKERS=1         the task is whatever kworker runs our work
 *     POKE_MODULE=FILE.ko    what to load again after "unload"
 *   poke storm SECONDS DIR   read everything below DIR in every odd way, for
 *                            so long; prints what a driver may not answer
 *   poke flip SECONDS FILE TEXT...
 *                            write the texts in turn, for so long
 *
 * ACTION is load MODULE.ko PARAMETERS, unload NAME, put FILE TEXT (FILE TEXT)...,
 * get FILE, walk DIR (names and values of everything below it).
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define TREE	"/sys/kernel/iommu_caps"
#define KERNEL	"/sys/kernel/iommu_groups"
#define PCI	"/sys/bus/pci/devices"

static char buf[65536];

/*
 * A file's content, its length or -errno, without the C library's allocations:
 * every allocation between two writes of fail-nth is the kernel's own.
 */
static ssize_t slurp(const char *path, char *to, size_t size)
{
	size_t len = 0;
	ssize_t n;
	int fd = open(path, O_RDONLY);

	if (fd < 0)
		return -errno;
	while ((n = read(fd, to + len, size - 1 - len)) > 0)
		len += n;
	if (n < 0)
		len = -errno;
	else
		to[len] = '\0';
	close(fd);
	return len;
}

/* ### the tree against the kernel's own sysfs */

static int wrong;
static bool quiet;

__attribute__((format(printf, 1, 2)))
static void contradiction(const char *fmt, ...)
{
	va_list args;

	wrong++;
	if (quiet)
		return;
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	putchar('\n');
}

__attribute__((format(printf, 1, 2)))
static const char *name(const char *fmt, ...)
{
	static char names[8][1024];
	static unsigned int next;
	char *to = names[next++ % 8];
	va_list args;

	va_start(args, fmt);
	vsnprintf(to, sizeof(names[0]), fmt, args);
	va_end(args);
	return to;
}

static bool there(const char *path)
{
	struct stat st;

	return !lstat(path, &st);
}

static bool same_target(const char *a, const char *b)
{
	struct stat sa, sb;

	return !stat(a, &sa) && !stat(b, &sb) && sa.st_ino == sb.st_ino &&
	       sa.st_dev == sb.st_dev;
}

static const char *value(const char *path)
{
	static char line[4096];
	ssize_t len = slurp(path, line, sizeof(line));

	if (len <= 0)
		return "";
	line[strcspn(line, "\n")] = '\0';
	return line;
}

static void each(const char *path, void (*f)(const char *dir, const char *entry))
{
	char *dir = strdup(path);	/* name() does not keep it for long */
	DIR *d = opendir(dir);
	struct dirent *e;

	while (d && (e = readdir(d)))
		if (e->d_name[0] != '.')
			f(dir, e->d_name);
	if (d)
		closedir(d);
	free(dir);
}

/* as unprotected_functions in lib.sh has it */
static bool no_hole(const char *dev)
{
	const char *blocked = getenv("BLOCKED");

	return (blocked && strstr(blocked, dev)) ||
	       !strncmp(value(name(PCI "/%s/class", dev)), "0x0600", 6) ||
	       !strncmp(value(name(PCI "/%s/class", dev)), "0x0806", 6) ||
	       (!strcmp(value(name(PCI "/%s/vendor", dev)), "0x1af4") &&
		!strcmp(value(name(PCI "/%s/device", dev)), "0x1057"));
}

static void member_of_kernel(const char *dir, const char *dev)
{
	const char *group = strrchr(dir, '/');
	char id[64];

	/* dir is KERNEL/<id>/devices */
	snprintf(id, sizeof(id), "%.*s", (int)(group - dir - strlen(KERNEL) - 1),
		 dir + strlen(KERNEL) + 1);
	if (!same_target(name("%s/%s", dir, dev),
			 name(TREE "/groups/%s/devices/%s", id, dev)))
		contradiction("group %s: %s is not in devices/", id, dev);
	if (!same_target(name("%s/%s/iommu_caps", dir, dev),
			 name(TREE "/groups/%s", id)))
		contradiction("%s: iommu_caps does not lead to group %s", dev,
			      id);
}

static void kernels_group(const char *dir, const char *id)
{
	if (!strcmp(value(name("%s/%s/name", dir, id)), "vfio-noiommu"))
		return;
	each(name("%s/%s/devices", dir, id), member_of_kernel);
}

static void our_member(const char *dir, const char *dev)
{
	char *d = strdup(dir);
	char *id = d + strlen(TREE "/groups/");

	*strchr(id, '/') = '\0';
	if (!there(name(KERNEL "/%s/devices/%s", id, dev)))
		contradiction("group %s: devices/%s is stale", id, dev);
	free(d);
}

static int members;

static void count(const char *dir, const char *entry)
{
	(void)dir;
	(void)entry;
	members++;
}

static void our_unit(const char *dir, const char *unit)
{
	char *d = strdup(dir);
	char *id = d + strlen(TREE "/groups/");

	*strchr(id, '/') = '\0';
	if (!same_target(name(TREE "/units/%s/groups/%s", unit, id),
			 name(TREE "/groups/%s", id)))
		contradiction("group %s: unit %s does not know it", id, unit);
	free(d);
}

static void our_group(const char *dir, const char *id)
{
	static const char *const always[] = {
		"id", "iommu_group", "devices", "units",
	};
	char kernel[64];

	if (!same_target(name("%s/%s/iommu_group", dir, id),
			 name(KERNEL "/%s", id)))
		contradiction("group %s: is not the kernel's", id);
	for (unsigned int i = 0; i < sizeof(always) / sizeof(*always); i++)
		if (!there(name("%s/%s/%s", dir, id, always[i])))
			contradiction("group %s: has no %s", id, always[i]);
	snprintf(kernel, sizeof(kernel), "%.60s",
		 value(name(KERNEL "/%s/type", id)));
	if (!strcmp(kernel, "unknown"))
		kernel[0] = '\0';
	if (strcmp(value(name("%s/%s/domain_type", dir, id)), kernel))
		contradiction("group %s: domain_type is not %s", id, kernel);
	each(name("%s/%s/devices", dir, id), our_member);
	members = 0;
	each(name("%s/%s/devices", dir, id), count);
	if (!members)
		contradiction("group %s: is empty", id);
	each(name("%s/%s/units", dir, id), our_unit);
}

static void unit_group(const char *dir, const char *id)
{
	if (!there(name(TREE "/groups/%s", id)))
		contradiction("%s/%s is stale", dir, id);
}

static void our_unit_dir(const char *dir, const char *unit)
{
	if (there(name("%s/%s/iommu", dir, unit)) &&
	    !same_target(name("%s/%s/iommu", dir, unit),
			 name("/sys/class/iommu/%s", unit)))
		contradiction("unit %s: iommu leads nowhere", unit);
	if (!there(name("%s/%s/type", dir, unit)))
		contradiction("unit %s: has no type", unit);
	each(name("%s/%s/groups", dir, unit), unit_group);
}

static void class_unit(const char *dir, const char *unit)
{
	if (!same_target(name("%s/%s", dir, unit),
			 name(TREE "/units/%s/iommu", unit)))
		contradiction("unit %s: is missing", unit);
}

static void pci_function(const char *dir, const char *dev)
{
	bool grouped = there(name("%s/%s/iommu_group", dir, dev)) &&
		strcmp(value(name("%s/%s/iommu_group/name", dir, dev)),
		       "vfio-noiommu");
	bool listed = there(name(TREE "/unprotected/%s", dev));

	if (listed && grouped)
		contradiction("%s: is unprotected and in a group", dev);
	if (!listed && !grouped && !no_hole(dev))
		contradiction("%s: is neither in a group nor unprotected", dev);
	if (!grouped && there(name("%s/%s/iommu_caps", dir, dev)))
		contradiction("%s: has a stale link", dev);
}

static void listed_as_hole(const char *dir, const char *dev)
{
	if (!same_target(name("%s/%s", dir, dev), name(PCI "/%s", dev)))
		contradiction("unprotected/%s is stale", dev);
}

static int check(void)
{
	wrong = 0;
	if (!there(TREE)) {
		contradiction("there is no tree");
		return 1;
	}
	each(KERNEL, kernels_group);
	each(TREE "/groups", our_group);
	each(TREE "/units", our_unit_dir);
	each("/sys/class/iommu", class_unit);
	each(PCI, pci_function);
	each(TREE "/unprotected", listed_as_hole);
	return wrong > 0;
}

/* ### one action, an allocation failing */

static int walk(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	char sub[1024];
	int ret = 0;
	ssize_t n;

	if (!d)
		return -errno;
	while ((e = readdir(d))) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(sub, sizeof(sub), "%s/%s", dir, e->d_name);
		if (e->d_type == DT_DIR) {
			n = walk(sub);
			ret = n < 0 ? n : ret;
		} else if (e->d_type == DT_LNK) {
			if (readlink(sub, buf, sizeof(buf)) < 0)
				ret = -errno;
		} else {
			n = slurp(sub, buf, sizeof(buf));
			/* rescan is written only */
			if (n < 0 && n != -EACCES && n != -EIO)
				ret = n;
		}
	}
	closedir(d);
	return ret;
}

static int put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	int ret = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

static int act(char **argv)
{
	const char *what = argv[0], *arg = argv[1];
	const char *more = argv[2] ? argv[2] : "";
	ssize_t n;
	int fd;

	if (!strcmp(what, "load")) {
		fd = open(arg, O_RDONLY);
		if (fd < 0)
			return -errno;
		n = syscall(SYS_finit_module, fd, more, 0);
		n = n ? -errno : 0;
		close(fd);
		return n;
	}
	if (!strcmp(what, "unload"))
		return syscall(SYS_delete_module, arg, O_NONBLOCK) ? -errno : 0;
	if (!strcmp(what, "put")) {
		for (fd = 1, n = 0; argv[fd] && argv[fd + 1] && !n; fd += 2)
			n = put(argv[fd], argv[fd + 1]);
		return n;
	}
	if (!strcmp(what, "get")) {
		n = slurp(arg, buf, sizeof(buf));
		return n < 0 ? n : 0;
	}
	if (!strcmp(what, "walk"))
		return walk(arg);
	fprintf(stderr, "poke: no action %s\n", what);
	exit(2);
}

static void must_put(const char *path, const char *text)
{
	if (put(path, text)) {
		fprintf(stderr, "poke: cannot write %s to %s\n", text, path);
		exit(2);
	}
}

#define DEBUG	"/sys/kernel/debug"

/* Which allocations count: those with a caller in this range of addresses. */
static void set_range(unsigned long long start, unsigned long long end)
{
	static const char *const faults[] = { "failslab", "fail_page_alloc" };
	char text[32];

	for (int i = 0; i < 2; i++) {
		must_put(name(DEBUG "/%s/ignore-gfp-wait", faults[i]), "N");
		must_put(name(DEBUG "/%s/verbose", faults[i]), "0");
		must_put(name(DEBUG "/%s/stacktrace-depth", faults[i]), "32");
		snprintf(text, sizeof(text), "0x%llx", start);
		must_put(name(DEBUG "/%s/require-start", faults[i]), text);
		snprintf(text, sizeof(text), "0x%llx", end);
		must_put(name(DEBUG "/%s/require-end", faults[i]), text);
	}
	must_put(DEBUG "/fail_page_alloc/min-order", "0");
}

/* Where do_one_initcall() is, which calls the init function of a module. */
static void init_range(void)
{
	unsigned long long at, start = 0, end = ~0ULL;
	char line[512], symbol[256], type;
	FILE *f = fopen("/proc/kallsyms", "r");

	while (f && !start && fgets(line, sizeof(line), f))
		if (sscanf(line, "%llx %c %255s", &at, &type, symbol) == 3 &&
		    !strcmp(symbol, "do_one_initcall"))
			start = at;
	if (f)
		rewind(f);
	while (f && fgets(line, sizeof(line), f)) {
		at = strtoull(line, NULL, 16);
		if (at > start && at < end)
			end = at;
	}
	if (f)
		fclose(f);
	if (!start) {
		fprintf(stderr, "poke: no do_one_initcall\n");
		exit(2);
	}
	set_range(start, end);
}

/* Where the module is now. */
static void module_range(void)
{
	static const char *const sections[] = {
		".text", ".text.unlikely", ".exit.text",
	};
	unsigned long long at, start = ~0ULL;

	for (unsigned int i = 0; i < sizeof(sections) / sizeof(*sections); i++) {
		at = strtoull(value(name("/sys/module/iommu_caps/sections/%s",
					 sections[i])), NULL, 0);
		if (at && at < start)
			start = at;
	}
	at = strtoull(value("/sys/module/iommu_caps/coresize"), NULL, 0);
	set_range(start, start + at);
}

/* The tasks one of whose allocations is to fail: this one, or all kworkers. */
static int armed[256];
static int tasks;

static void arm(int n)
{
	DIR *proc = opendir("/proc");
	char text[16];
	ssize_t len = snprintf(text, sizeof(text), "%d", n);
	struct dirent *e;

	tasks = 0;
	if (!getenv("POKE_WORKERS"))
		armed[tasks++] = open("/proc/self/fail-nth", O_RDWR);
	else
		while ((e = readdir(proc)) && tasks < 256) {
			if (strncmp(value(name("/proc/%s/comm", e->d_name)),
				    "kworker/", 8))
				continue;
			armed[tasks] = open(name("/proc/%s/fail-nth",
						 e->d_name), O_RDWR);
			if (armed[tasks] >= 0)
				tasks++;
		}
	closedir(proc);
	/* the last thing before the action: it counts from here */
	for (int i = 0; i < tasks; i++)
		if (pwrite(armed[i], text, len, 0) != len) {
			perror("poke: fail-nth");
			exit(2);
		}
}

/* Was there an Nth allocation? */
static bool disarm(void)
{
	bool injected = false;
	char text[16];
	ssize_t len;

	for (int i = 0; i < tasks; i++) {
		len = pread(armed[i], text, sizeof(text) - 1, 0);
		text[len < 0 ? 0 : len] = '\0';
		if (len > 0 && !atoi(text))
			injected = true;
		if (pwrite(armed[i], "0", 1, 0) != 1 &&
		    !getenv("POKE_WORKERS"))
			exit(2);
		close(armed[i]);
	}
	return injected;
}

/* Does the action; 1 in *injected if there was an Nth allocation. */
static int nth(int n, char **argv, bool *injected)
{
	int ret;

	arm(n);
	ret = act(argv);
	if (getenv("POKE_WORKERS"))
		usleep(300000);
	*injected = disarm();
	return ret;
}

static void linked(const char *dir, const char *dev)
{
	if (there(name("%s/%s/iommu_caps", dir, dev)))
		contradiction("%s keeps its link", dev);
}

/* Without the module nothing of it is left. */
static void check_gone(void)
{
	wrong = 0;
	if (there(TREE))
		contradiction("the tree is still there");
	each(PCI, linked);
	each("/sys/bus/platform/devices", linked);
}

/* What went wrong once is made good soon, without being asked. */
static void check_soon(void)
{
	quiet = true;
	for (int i = 0; i < 20 && check(); i++)
		usleep(100000);
	quiet = false;
	check();
}

static void reload(void)
{
	char *again[] = { (char *)"load", getenv("POKE_MODULE"), NULL };

	if (!again[1])
		return;
	if (act(again))
		contradiction("it does not load again");
	module_range();
}

static bool sound_after(char **argv, int ret)
{
	if (!strcmp(argv[0], "load")) {
		if (!ret) {
			check();
			if (syscall(SYS_delete_module, "iommu_caps", 0))
				contradiction("it does not unload");
		}
		if (!wrong)
			check_gone();
	} else if (!strcmp(argv[0], "unload")) {
		check_gone();
		reload();
	} else if (strcmp(argv[0], "get")) {
		check_soon();
		if (wrong)
			put(TREE "/rescan", "1");
	}
	return !wrong;
}

static int sweep(char **argv)
{
	static char before[sizeof(buf)];
	bool get = !strcmp(argv[0], "get");
	int n, ret, bad = 0, refused = 0;
	bool injected;

	ret = act(argv);
	if (get)
		memcpy(before, buf, sizeof(buf));
	if (ret && !(get && ret == -EACCES)) {
		printf("%s %s without a failure: %s\n", argv[0], argv[1],
		       strerrorname_np(-ret));
		return 1;
	}
	if (!sound_after(argv, ret))
		return 1;
	if (!getenv("POKE_RANGE"))
		module_range();
	else
		init_range();
	for (n = 1;; n++) {
		ret = nth(n, argv, &injected);
		refused += ret != 0;
		if (ret && ret != -ENOMEM) {
			printf("%s %s, %d: %s\n", argv[0], argv[1], n,
			       strerrorname_np(-ret));
			bad++;
		}
		if (!ret && get && strcmp(buf, before)) {
			printf("%s %s, %d: %s, not %s\n", argv[0], argv[1], n,
			       buf, before);
			bad++;
		}
		wrong = 0;
		if (!sound_after(argv, ret)) {
			printf("%s %s, %d: %s: see above\n", argv[0], argv[1],
			       n, ret ? strerrorname_np(-ret) : "ok");
			bad++;
		}
		if (!injected)
			break;
		if (n % 50 == 0)
			fprintf(stderr, "@@ # %s: %d so far\n", argv[0], n);
	}
	printf("injected %d refused %d wrong %d\n", n - 1, refused, bad);
	return bad > 0;
}

/* ### storms */

static time_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

#define HELD	64

static struct {
	int fd;
	char path[512];
} held[HELD];

static unsigned long reads, vanished, odd;

/* While things come and go, these are the answers that are in order. */
static void judge(const char *what, const char *path, int err)
{
	switch (err) {
	case 0:
		reads++;
		return;
	case ENOENT:
	case ENODEV:	/* the file is gone */
	case ENODATA:	/* the value just now is not known */
	case ENOMEM:	/* memory pressure is part of it */
	case EACCES:
		vanished++;
		return;
	}
	if (odd++ < 20)
		printf("%s %s: %s\n", what, path, strerrorname_np(err));
}

/* A line of text with a newline at its end, or nothing. */
static void judge_text(const char *path, const char *text, ssize_t len)
{
	if (len > 0 && (text[len - 1] != '\n' || memchr(text, '\0', len)) &&
	    odd++ < 20)
		printf("%s: %zd bytes, not a line\n", path, len);
}

static void poke_file(const char *path)
{
	static char page[16384];
	unsigned int r = random();
	ssize_t n, len = 0;
	void *map;
	int fd, i;

	fd = open(path, O_RDONLY);
	if (fd < 0) {
		judge("open", path, errno);
		return;
	}
	switch (r % 8) {
	case 0:		/* a byte at a time */
		while (len < 4096 && (n = read(fd, page + len, 1)) > 0)
			len += n;
		if (n >= 0)
			judge_text(path, page, len);
		judge("1-byte read", path, n < 0 ? errno : 0);
		break;
	case 1:		/* nothing */
		n = read(fd, page, 0);
		judge("0-byte read", path, n < 0 ? errno : 0);
		break;
	case 2:		/* here and there */
		for (i = 0; i < 8; i++) {
			lseek(fd, random() % 5000, SEEK_SET);
			n = read(fd, page, random() % 4096);
			judge("read after seek", path, n < 0 ? errno : 0);
		}
		n = pread(fd, page, 1, 1L << 40);
		judge("read far out", path, n < 0 ? errno : 0);
		break;
	case 3:		/* no memory to be had here */
		map = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
		if (map != MAP_FAILED) {
			if (odd++ < 20)
				printf("mmap %s: succeeds\n", path);
			munmap(map, 4096);
		}
		break;
	case 4:		/* keep it open and come back later */
		i = random() % HELD;
		if (held[i].fd > 0) {
			n = pread(held[i].fd, page, sizeof(page), 0);
			judge("held", held[i].path, n < 0 ? errno : 0);
			close(held[i].fd);
		}
		snprintf(held[i].path, sizeof(held[i].path), "%s", path);
		held[i].fd = fd;
		return;
	default:
		n = read(fd, page, sizeof(page));
		if (n > 0)
			judge_text(path, page, n);
		judge("read", path, n < 0 ? errno : 0);
	}
	close(fd);
}

static void poke_dir(const char *dir, time_t end)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	struct stat st;
	char sub[512];
	ssize_t n;

	if (!d) {
		judge("opendir", dir, errno);
		return;
	}
	while (now() < end && (e = readdir(d))) {
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		snprintf(sub, sizeof(sub), "%s/%s", dir, e->d_name);
		if (e->d_type == DT_DIR) {
			poke_dir(sub, end);
		} else if (e->d_type == DT_LNK) {
			n = readlink(sub, buf, sizeof(buf));
			judge("readlink", sub, n < 0 ? errno : 0);
			judge("stat", sub, stat(sub, &st) ? errno : 0);
		} else if (strcmp(e->d_name, "rescan")) {
			poke_file(sub);
		}
	}
	closedir(d);
}

static int storm(int seconds, const char *dir)
{
	time_t end = now() + seconds;

	srandom(getpid());
	/* on a slow kernel nothing would change at all beside us */
	if (nice(10) < 0)
		perror("poke: nice");
	while (now() < end) {
		if (there(dir))
			poke_dir(dir, end);
		else
			usleep(10000);
	}
	printf("reads %lu vanished %lu odd %lu\n", reads, vanished, odd);
	return odd > 0;
}

static int flip(int seconds, const char *path, char **texts)
{
	unsigned long done = 0, refused = 0;
	time_t end = now() + seconds;

	while (now() < end) {
		for (char **t = texts; *t; t++) {
			if (put(path, *t))
				refused++;
			else
				done++;
		}
	}
	printf("written %lu refused %lu\n", done, refused);
	return 0;
}

int main(int argc, char **argv)
{
	const char *cmd = argc > 1 ? argv[1] : "";
	bool injected;
	int ret;

	if (!strcmp(cmd, "check"))
		return check();
	if (!strcmp(cmd, "nth") && argc > 4) {
		ret = nth(atoi(argv[2]), argv + 3, &injected);
		printf("%s %s\n", ret ? strerrorname_np(-ret) : "ok",
		       injected ? "injected" : "passed");
		return 0;
	}
	if (!strcmp(cmd, "sweep") && argc > 3)
		return sweep(argv + 2);
	if (!strcmp(cmd, "storm") && argc > 3)
		return storm(atoi(argv[2]), argv[3]);
	if (!strcmp(cmd, "flip") && argc > 4)
		return flip(atoi(argv[2]), argv[3], argv + 4);
	fprintf(stderr, "usage: poke check|nth|sweep|storm|flip ...\n");
	return 2;
}
