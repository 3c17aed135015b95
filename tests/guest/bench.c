// SPDX-License-Identifier: GPL-2.0-only
/*
 * Takes times in a guest. Each command prints nanoseconds, or what it says.
 *
 *   bench read N A B...      median time to open, read and close each file, N
 *                            times in turn; one line per file: NS PATH
 *   bench reread N A B...    the same with the files kept open
 *   bench insmod FILE        load a module
 *   bench rmmod NAME         unload it
 *   bench put FILE TEXT      write to a file
 *   bench beside READ FILE TEXT
 *                            the same on the first processor, while eight
 *                            processes on the others open, read and close READ
 *                            all the time: NS READS
 *   bench kill FILE          from SIGKILL to the end of a process that has been
 *                            reading FILE for 20 ms
 *   bench run N CMD...       median of N runs of a command, its output discarded
 *   bench tree DIR           read every file, link and folder below DIR:
 *                            NS FILES
 *   bench inventory          every group from the kernel's own sysfs, as
 *                            tests/bench/inventory.sh does it: prints that
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

typedef unsigned long long u64;

static u64 now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_RAW, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

static u64 median(u64 *values, int n)
{
	qsort(values, n, sizeof(*values), compare);
	return values[n / 2];
}

static u64 *times(int n)
{
	u64 *t = calloc(n, sizeof(*t));

	if (!t)
		err(1, "memory");
	return t;
}

static ssize_t read_at(int dir, const char *path, char *buf, size_t size)
{
	int fd = openat(dir, path, O_RDONLY);
	ssize_t n = -1;

	if (fd >= 0) {
		n = read(fd, buf, size - 1);
		close(fd);
	}
	buf[n > 0 ? n : 0] = '\0';
	return n;
}

static void time_reads(int n, int files, char **paths, int keep)
{
	u64 *t[files], start;
	char buf[4096];
	int fd[files];

	for (int f = 0; f < files; f++) {
		t[f] = times(n);
		fd[f] = open(paths[f], O_RDONLY);
		if (fd[f] < 0)
			err(1, "%s", paths[f]);
	}
	for (int i = 0; i < n; i++) {
		for (int f = 0; f < files; f++) {
			start = now();
			if (keep ? pread(fd[f], buf, sizeof(buf), 0) < 0 :
			    read_at(AT_FDCWD, paths[f], buf, sizeof(buf)) < 0)
				err(1, "%s", paths[f]);
			t[f][i] = now() - start;
		}
	}
	for (int f = 0; f < files; f++)
		printf("%llu %s\n", median(t[f], n), paths[f]);
}

static u64 time_insmod(const char *file)
{
	int fd = open(file, O_RDONLY);
	u64 start = now();

	if (fd < 0 || syscall(SYS_finit_module, fd, "", 0))
		err(1, "%s", file);
	return now() - start;
}

static u64 time_rmmod(const char *name)
{
	u64 start = now();

	if (syscall(SYS_delete_module, name, 0))
		err(1, "%s", name);
	return now() - start;
}

static u64 time_put(const char *file, const char *text)
{
	int fd = open(file, O_WRONLY);
	u64 start = now();

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		err(1, "%s", file);
	return now() - start;
}

static void run_on(int processor)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(processor, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		err(1, "processor %d", processor);
}

static void read_for_ever(const char *path, unsigned long *reads)
{
	char buf[4096];

	for (;;) {
		if (read_at(AT_FDCWD, path, buf, sizeof(buf)) < 0)
			err(1, "%s", path);
		__atomic_fetch_add(reads, 1, __ATOMIC_RELAXED);
	}
}

static unsigned long reads_of(unsigned long *reads)
{
	return __atomic_load_n(reads, __ATOMIC_RELAXED);
}

#define READERS		8

static u64 time_put_beside(const char *read, const char *file, const char *text,
			   unsigned long *reads)
{
	long others = sysconf(_SC_NPROCESSORS_ONLN) - 1;
	unsigned long *count, before = 0;
	pid_t pids[READERS];
	u64 ns;

	if (others < 1)
		errx(1, "there is one processor only");
	count = mmap(NULL, READERS * sizeof(*count), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (count == MAP_FAILED)
		err(1, "memory");
	for (int i = 0; i < READERS; i++) {
		pids[i] = fork();
		if (pids[i] < 0)
			err(1, "fork");
		if (!pids[i]) {
			run_on(1 + i % others);
			read_for_ever(read, &count[i]);
		}
	}
	run_on(0);
	for (int i = 0; i < READERS; i++)
		while (!reads_of(&count[i]))
			usleep(1000);
	for (int i = 0; i < READERS; i++)
		before += reads_of(&count[i]);
	ns = time_put(file, text);
	*reads = -before;
	for (int i = 0; i < READERS; i++)
		*reads += reads_of(&count[i]);
	for (int i = 0; i < READERS; i++)
		kill(pids[i], SIGKILL);
	while (wait(NULL) > 0)
		;
	return ns;
}

/* From the signal to the end of a process that is in the middle of a read */
static u64 time_kill(const char *path)
{
	pid_t pid = fork();
	char buf[4096];
	int status;
	u64 start;

	if (pid < 0)
		err(1, "fork");
	if (!pid) {
		run_on(1);
		_exit(read_at(AT_FDCWD, path, buf, sizeof(buf)) < 0);
	}
	run_on(0);
	usleep(20000);
	start = now();
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	if (!WIFSIGNALED(status))
		errx(1, "the read was over before the signal");
	return now() - start;
}

static u64 time_runs(int n, char **argv)
{
	u64 *t = times(n), start;
	int status;
	pid_t pid;

	for (int i = 0; i < n; i++) {
		start = now();
		pid = vfork();
		if (!pid) {
			int null = open("/dev/null", O_WRONLY);

			dup2(null, 1);
			execv(argv[0], argv);
			_exit(127);
		}
		waitpid(pid, &status, 0);
		t[i] = now() - start;
		if (!WIFEXITED(status) || WEXITSTATUS(status) > 1)
			errx(1, "%s failed", argv[0]);
	}
	return median(t, n);
}

static unsigned long files;

static void walk(int dir)
{
	char buf[4096];
	struct dirent *e;
	DIR *d = fdopendir(dir);

	while (d && (e = readdir(d))) {
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		files++;
		if (e->d_type == DT_DIR)
			walk(openat(dir, e->d_name, O_RDONLY | O_DIRECTORY));
		else if (e->d_type == DT_LNK)
			(void)!readlinkat(dir, e->d_name, buf, sizeof(buf));
		else
			read_at(dir, e->d_name, buf, sizeof(buf));
	}
	closedir(d);
}

static const char *last_part(int dir, const char *link, char *buf, size_t size)
{
	ssize_t n = readlinkat(dir, link, buf, size - 1);
	char *slash;

	if (n < 0)
		return "-";
	buf[n] = '\0';
	slash = strrchr(buf, '/');
	return slash ? slash + 1 : buf;
}

/* Is ATS enabled? Only the device's configuration space tells: PCIe 10.5.1 */
static int ats_enabled(int dir)
{
	int fd = openat(dir, "config", O_RDONLY), at = 0x100, enabled = 0;
	unsigned int cap, control;

	while (fd >= 0 && at >= 0x100 && pread(fd, &cap, 4, at) == 4 &&
	       cap && cap != ~0U) {
		if ((cap & 0xffff) == 0xf) {
			enabled = pread(fd, &control, 4, at + 4) == 4 &&
				  control >> 31;
			break;
		}
		at = cap >> 20;
	}
	if (fd >= 0)
		close(fd);
	return enabled;
}

/*
 * One line per device: group, name, type, regions, device, unit, driver, cap,
 * ecap, removable, class, ATS: what the kernel publishes of the answers that
 * the tree gives.
 */
static void inventory_device(int devices, const char *group,
			     const char *group_name, const char *type,
			     const char *regions, const char *name)
{
	char link[PATH_MAX], driver[PATH_MAX], cap[64], ecap[64];
	char removable[64], class[64];
	const char *unit;
	int dir = openat(devices, name, O_RDONLY | O_DIRECTORY);

	unit = last_part(dir, "iommu", link, sizeof(link));
	if (read_at(dir, "iommu/intel-iommu/cap", cap, sizeof(cap)) < 0)
		strcpy(cap, "-");
	if (read_at(dir, "iommu/intel-iommu/ecap", ecap, sizeof(ecap)) < 0)
		strcpy(ecap, "-");
	if (read_at(dir, "removable", removable, sizeof(removable)) < 0)
		strcpy(removable, "-");
	if (read_at(dir, "class", class, sizeof(class)) < 0)
		strcpy(class, "-");
	class[strcspn(class, "\n")] = '\0';
	cap[strcspn(cap, "\n")] = '\0';
	ecap[strcspn(ecap, "\n")] = '\0';
	removable[strcspn(removable, "\n")] = '\0';
	printf("%s %s %s %s %s %s %s %s %s %s %s %d\n", group, group_name, type,
	       regions, name, unit,
	       last_part(dir, "driver", driver, sizeof(driver)), cap, ecap,
	       removable, class, ats_enabled(dir));
	close(dir);
}

static void inventory(void)
{
	int groups = open("/sys/kernel/iommu_groups", O_RDONLY | O_DIRECTORY);
	DIR *d = fdopendir(groups), *devices;
	char type[64], regions[4096], name[64];
	struct dirent *e, *f;
	int group;

	while (d && (e = readdir(d))) {
		if (e->d_name[0] == '.')
			continue;
		group = openat(groups, e->d_name, O_RDONLY | O_DIRECTORY);
		read_at(group, "type", type, sizeof(type));
		read_at(group, "reserved_regions", regions, sizeof(regions));
		if (read_at(group, "name", name, sizeof(name)) < 0)
			strcpy(name, "-");
		type[strcspn(type, "\n")] = '\0';
		name[strcspn(name, "\n")] = '\0';
		for (char *p = regions; *p; p++)
			if (*p == '\n' || *p == ' ')
				*p = ',';
		devices = fdopendir(openat(group, "devices",
					   O_RDONLY | O_DIRECTORY));
		while (devices && (f = readdir(devices)))
			if (f->d_name[0] != '.')
				inventory_device(dirfd(devices), e->d_name,
						 name, type, regions, f->d_name);
		closedir(devices);
		close(group);
	}
}

int main(int argc, char **argv)
{
	const char *cmd = argc > 1 ? argv[1] : "";
	u64 start;

	if (!strcmp(cmd, "read") && argc > 3) {
		time_reads(atoi(argv[2]), argc - 3, argv + 3, 0);
	} else if (!strcmp(cmd, "reread") && argc > 3) {
		time_reads(atoi(argv[2]), argc - 3, argv + 3, 1);
	} else if (!strcmp(cmd, "insmod") && argc > 2) {
		printf("%llu\n", time_insmod(argv[2]));
	} else if (!strcmp(cmd, "rmmod") && argc > 2) {
		printf("%llu\n", time_rmmod(argv[2]));
	} else if (!strcmp(cmd, "put") && argc > 3) {
		printf("%llu\n", time_put(argv[2], argv[3]));
	} else if (!strcmp(cmd, "beside") && argc > 4) {
		start = time_put_beside(argv[2], argv[3], argv[4], &files);
		printf("%llu %lu\n", start, files);
	} else if (!strcmp(cmd, "kill") && argc > 2) {
		printf("%llu\n", time_kill(argv[2]));
	} else if (!strcmp(cmd, "run") && argc > 3) {
		printf("%llu\n", time_runs(atoi(argv[2]), argv + 3));
	} else if (!strcmp(cmd, "tree") && argc > 2) {
		start = now();
		walk(open(argv[2], O_RDONLY | O_DIRECTORY));
		printf("%llu %lu\n", now() - start, files);
	} else if (!strcmp(cmd, "inventory")) {
		inventory();
	} else {
		fprintf(stderr, "usage: bench read|reread|insmod|rmmod|put|beside|kill|run|tree|inventory ...\n");
		return 2;
	}
	return 0;
}
