// SPDX-License-Identifier: GPL-2.0-only
/*
 * Gives a group to user space the way a virtual machine monitor does, and
 * says how far that came.
 *
 *   vfio group GROUP DEVICE...   /dev/vfio/GROUP, its container, each device
 *   vfio cdev DEVICE             the same by iommufd, where the kernel has it
 *   vfio hold GROUP FILE         take the group, create FILE, keep the group
 *                                until FILE is gone
 *   vfio hold-cdev DEVICE FILE   likewise by iommufd
 *   vfio map GROUP               map memory in stages: prints what each is,
 *                                and how many bytes can be read and written
 *                                then, and waits for a line of input
 *   vfio time GROUP MIB          map so much memory in pages of 4K, 1 GiB of it
 *                                at the most and then the same again: prints
 *                                "map NS", waits for the end of its input,
 *                                unmaps and prints "unmap NS"
 *   vfio beside GROUP MIB ROUNDS FILE...
 *                                map so much memory in pages of 4K and unmap it by
 *                                4 MiB on the first processor, ROUNDS times beside
 *                                each FILE, which four processes on the second read
 *                                all the time, or, for "-", compute: prints "FILE
 *                                NS READS": the lower quartile of the times of
 *                                one round, and how often FILE was read meanwhile
 *   vfio bind DEVICE             bind a device to vfio-pci: prints the errno
 *   vfio limits GROUP            what VFIO_IOMMU_GET_INFO says of a container
 *                                with the group: "iova_ranges LIST" and
 *                                "page_sizes LIST", in the tree's words
 *   vfio limits-cdev DEVICE      IOMMU_IOAS_IOVA_RANGES likewise, by iommufd
 *   vfio hw-info DEVICE          what IOMMU_GET_HW_INFO says of its unit
 *
 * group and cdev print one line:
 *   ok                  every step succeeded
 *   STEP ERRNO          the step that failed: open status container iommu
 *                       device; "status 0" when the group is not viable and
 *                       SET_CONTAINER, tried nevertheless, succeeded
 *   unviable ERRNO      not viable, and the next step failed with this
 *   missing             there is no such file
 * followed by the words of the kernel's log that name a reason: rmrr
 * interrupts. The container is tried as version 1 and as version 2 of what the
 * kernel has (type 1, or on POWER its TCE tables); when they differ, both
 * outcomes are printed.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <linux/iommufd.h>
#include <linux/vfio.h>

#define SYS_PCI		"/sys/bus/pci/"

struct outcome {
	const char *step;	/* NULL: all succeeded */
	int error;
};

/* What was opened stays open until close_all(). */
static int fds[64];
static unsigned int nfds;

static int keep(int fd)
{
	if (fd >= 0 && nfds < sizeof(fds) / sizeof(*fds))
		fds[nfds++] = fd;
	return fd;
}

static void close_all(void)
{
	while (nfds)
		close(fds[--nfds]);
}

static struct outcome failed(const char *step)
{
	return (struct outcome){ step, errno };
}

/* Version 1 or 2 of the back end that this kernel has. */
static int backend(int container, int version)
{
	static const int types[][2] = {
		{ VFIO_TYPE1_IOMMU, VFIO_TYPE1v2_IOMMU },
		{ VFIO_SPAPR_TCE_IOMMU, VFIO_SPAPR_TCE_v2_IOMMU },
	};
	int tce = !ioctl(container, VFIO_CHECK_EXTENSION, types[0][0]) &&
		  ioctl(container, VFIO_CHECK_EXTENSION, types[1][0]) > 0;

	return types[tce][version - 1];
}

/*
 * Requests that open a device: vfio-pci only tries for the lock it resets the
 * function under, and says so.
 */
static int open_device(int fd, unsigned long request, const void *arg)
{
	const struct timespec pause = { .tv_nsec = 50000000 };
	int ret, tries = 100;

	do
		ret = ioctl(fd, request, arg);
	while (ret < 0 && errno == EAGAIN && --tries &&
	       !nanosleep(&pause, NULL));
	return ret;
}

static struct outcome take_group(const char *group, int version, int n,
				 char **devices)
{
	struct vfio_group_status status = { .argsz = sizeof(status) };
	int container, type, fd;
	char path[64];
	int viable;

	snprintf(path, sizeof(path), "/dev/vfio/%s", group);
	fd = keep(open(path, O_RDWR | O_CLOEXEC));
	if (fd < 0)
		return failed(errno == ENOENT ? "missing" : "open");
	container = keep(open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC));
	if (container < 0)
		return failed("container");
	type = backend(container, version);
	if (ioctl(fd, VFIO_GROUP_GET_STATUS, &status))
		return failed("status");
	viable = status.flags & VFIO_GROUP_FLAGS_VIABLE;

	/* Go on where a monitor would not: the errno is what we are after. */
	if (ioctl(fd, VFIO_GROUP_SET_CONTAINER, &container))
		return failed(viable ? "container" : "unviable");
	if (ioctl(container, VFIO_SET_IOMMU, type))
		return failed(viable ? "iommu" : "unviable");
	for (int i = 0; i < n; i++)
		if (keep(open_device(fd, VFIO_GROUP_GET_DEVICE_FD,
				     devices[i])) < 0)
			return failed(viable ? "device" : "unviable");
	if (!viable)
		return (struct outcome){ "status", 0 };
	return (struct outcome){ NULL, 0 };
}

#ifdef VFIO_DEVICE_BIND_IOMMUFD
/* What take_cdev() made: iommufd's address space, and its name of the device */
static unsigned int ioas_id, device_id;

/* /sys/bus/pci/devices/DEVICE/vfio-dev/vfioN names /dev/vfio/devices/vfioN. */
static struct outcome take_cdev(const char *device)
{
	struct vfio_device_bind_iommufd bind = { .argsz = sizeof(bind) };
	struct vfio_device_attach_iommufd_pt attach = {
		.argsz = sizeof(attach),
	};
	struct iommu_ioas_alloc alloc = { .size = sizeof(alloc) };
	char path[300] = "";
	struct dirent *e;
	int iommufd, fd;
	DIR *dir;

	snprintf(path, sizeof(path), SYS_PCI "devices/%s/vfio-dev", device);
	dir = opendir(path);
	path[0] = '\0';
	while (dir && (e = readdir(dir)))
		if (!strncmp(e->d_name, "vfio", 4))
			snprintf(path, sizeof(path), "/dev/vfio/devices/%s",
				 e->d_name);
	if (dir)
		closedir(dir);
	fd = keep(open(path, O_RDWR | O_CLOEXEC));
	if (fd < 0)
		return failed(errno == ENOENT ? "missing" : "open");
	iommufd = keep(open("/dev/iommu", O_RDWR | O_CLOEXEC));
	if (iommufd < 0)
		return failed("missing");
	bind.iommufd = iommufd;
	if (open_device(fd, VFIO_DEVICE_BIND_IOMMUFD, &bind))
		return failed("bind");
	if (ioctl(iommufd, IOMMU_IOAS_ALLOC, &alloc))
		return failed("ioas");
	ioas_id = alloc.out_ioas_id;
	device_id = bind.out_devid;
	attach.pt_id = ioas_id;
	if (ioctl(fd, VFIO_DEVICE_ATTACH_IOMMUFD_PT, &attach))
		return failed("attach");
	return (struct outcome){ NULL, 0 };
}
#else
static struct outcome take_cdev(const char *device)
{
	(void)device;
	return (struct outcome){ "missing", ENOENT };
}
#endif

static void print_outcome(struct outcome outcome)
{
	if (!outcome.step)
		printf("ok");
	else if (!strcmp(outcome.step, "missing"))
		printf("missing");
	else
		printf("%s %s", outcome.step,
		       outcome.error ? strerrorname_np(outcome.error) : "0");
}

/* That is all there is to print. */
static int fail(struct outcome outcome)
{
	print_outcome(outcome);
	putchar('\n');
	return 1;
}

static void print_range(unsigned long long start, unsigned long long end)
{
	printf(" 0x%llx-0x%llx", start, end);
}

static void print_ranges(const struct vfio_iommu_type1_info_cap_iova_range *cap)
{
	printf("iova_ranges");
	for (unsigned int i = 0; i < cap->nr_iovas; i++)
		print_range(cap->iova_ranges[i].start, cap->iova_ranges[i].end);
	putchar('\n');
}

static void print_page_sizes(unsigned long long sizes)
{
	printf("page_sizes");
	for (int i = 0; i < 64; i++)
		if (sizes >> i & 1)
			printf(" %d%.1s", 1 << i % 10, &"\0KMGTPE"[i / 10]);
	putchar('\n');
}

static int limits(const char *group)
{
	static union {
		struct vfio_iommu_type1_info info;
		char bytes[65536];
	} u;
	struct outcome outcome = take_group(group, 2, 0, NULL);
	struct vfio_info_cap_header *header;
	unsigned int at;

	u.info.argsz = sizeof(u);
	/* the second that take_group() opens is the container */
	if (!outcome.step && ioctl(fds[1], VFIO_IOMMU_GET_INFO, &u.info))
		outcome = failed("info");
	if (outcome.step)
		return fail(outcome);
	for (at = u.info.cap_offset; at; at = header->next) {
		header = (struct vfio_info_cap_header *)(u.bytes + at);
		if (header->id == VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE)
			print_ranges((void *)header);
	}
	print_page_sizes(u.info.iova_pgsizes);
	return 0;
}

static int limits_cdev(const char *device)
{
#ifdef VFIO_DEVICE_BIND_IOMMUFD
	struct iommu_iova_range range[256];
	struct iommu_ioas_iova_ranges ranges = {
		.size = sizeof(ranges),
		.num_iovas = sizeof(range) / sizeof(*range),
		.allowed_iovas = (uintptr_t)range,
	};
	struct outcome outcome = take_cdev(device);

	ranges.ioas_id = ioas_id;
	/* the second that take_cdev() opens is iommufd's */
	if (!outcome.step && ioctl(fds[1], IOMMU_IOAS_IOVA_RANGES, &ranges))
		outcome = failed("ranges");
	if (outcome.step)
		return fail(outcome);
	printf("iova_ranges");
	for (unsigned int i = 0; i < ranges.num_iovas; i++)
		print_range(range[i].start, range[i].last);
	putchar('\n');
	return 0;
#else
	(void)device;
	return 1;
#endif
}

static int hw_info(const char *device)
{
#ifdef IOMMU_GET_HW_INFO
	struct iommu_hw_info_vtd vtd = { 0 };
	struct iommu_hw_info info = {
		.size = sizeof(info),
		.data_len = sizeof(vtd),
		.data_uptr = (uintptr_t)&vtd,
	};
	struct outcome outcome = take_cdev(device);

	info.dev_id = device_id;
	/* the second that take_cdev() opens is iommufd's */
	if (!outcome.step && ioctl(fds[1], IOMMU_GET_HW_INFO, &info))
		outcome = failed("hw-info");
	if (outcome.step)
		return fail(outcome);
	printf("dirty_tracking %d\n",
	       !!(info.out_capabilities & IOMMU_HW_CAP_DIRTY_TRACKING));
	if (info.out_data_type == IOMMU_HW_INFO_TYPE_INTEL_VTD)
		printf("cap 0x%llx\necap 0x%llx\n",
		       (unsigned long long)vtd.cap_reg,
		       (unsigned long long)vtd.ecap_reg);
	return 0;
#else
	(void)device;
	return fail((struct outcome){ "missing", ENOENT });
#endif
}

/* The log from now on, and what of it names a reason. */
static int open_log(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0)
		lseek(fd, 0, SEEK_END);
	return fd;
}

static void print_reasons(int log)
{
	int rmrr = 0, interrupts = 0;
	char line[2048];
	ssize_t n;

	while (log >= 0 && ((n = read(log, line, sizeof(line) - 1)) > 0 ||
			    (n < 0 && errno == EPIPE))) {
		if (n < 0)
			continue;
		line[n] = '\0';
		rmrr |= strstr(line, "RMRR requirement") ||
			strstr(line, "1:1 IOMMU mapping");
		interrupts |= !!strstr(line, "No interrupt remapping");
	}
	printf("%s%s\n", rmrr ? " rmrr" : "", interrupts ? " interrupts" : "");
}

static int group(int n, char **args)
{
	struct outcome v1, v2;
	int log = open_log();

	v1 = take_group(args[0], 1, n - 1, args + 1);
	close_all();
	v2 = take_group(args[0], 2, n - 1, args + 1);
	close_all();
	print_outcome(v1);
	if (v1.error != v2.error || !v1.step != !v2.step ||
	    (v1.step && strcmp(v1.step, v2.step))) {
		printf(" version 2: ");
		print_outcome(v2);
	}
	print_reasons(log);
	return 0;
}

static int cdev(char *device)
{
	int log = open_log();

	print_outcome(take_cdev(device));
	close_all();
	print_reasons(log);
	return 0;
}

static int hold(struct outcome outcome, const char *file)
{
	if (outcome.step)
		return fail(outcome);
	close(open(file, O_WRONLY | O_CREAT, 0644));
	while (!access(file, F_OK))
		usleep(50000);
	return 0;
}

#define LARGE_IOVA	0x100000000ULL

/* One mapping in an IOMMU domain, of memory that is pinned for it */
static int map_pages(int container, void *at, unsigned long long iova,
		     size_t size, unsigned int flags)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map), .flags = flags,
		.vaddr = (unsigned long)at, .iova = iova, .size = size,
	};

	return ioctl(container, VFIO_IOMMU_MAP_DMA, &map);
}

static int unmap_pages(int container, unsigned long long iova, size_t size)
{
	struct vfio_iommu_type1_dma_unmap unmap = {
		.argsz = sizeof(unmap), .iova = iova, .size = size,
	};

	return ioctl(container, VFIO_IOMMU_UNMAP_DMA, &unmap);
}

/* Say what can be reached now, in bytes, and wait until that was looked at. */
static int stage(const char *name, size_t readable, size_t writable)
{
	char line[8];

	printf("%s %zu %zu\n", name, readable, writable);
	fflush(stdout);
	return fgets(line, sizeof(line), stdin) ? 0 : -1;
}

/* Formats that cannot say "write-only" let through what can be written. */
static bool write_only_reads(void)
{
	return getenv("WRITE_ONLY_READS");
}

#define READ	VFIO_DMA_MAP_FLAG_READ
#define WRITE	VFIO_DMA_MAP_FLAG_WRITE
#define HUGE	(2UL << 20)
#define GIGANTIC	(1UL << 30)

/* A kernel that has none of that kind says EINVAL. */
static int no_huge_pages(void *memory, size_t len)
{
	return madvise(memory, len, MADV_NOHUGEPAGE) && errno != EINVAL;
}

static int map(const char *group)
{
	struct outcome outcome = take_group(group, 2, 0, NULL);
	size_t p = sysconf(_SC_PAGESIZE);
	int container = fds[1];
	char *small, *huge, *gigantic;
	size_t h = 0, g = 0;

	if (outcome.step) {
		printf("- - ");
		print_outcome(outcome);
		putchar('\n');
		return 1;
	}
	small = mmap(NULL, 64 * p, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	huge = mmap(NULL, HUGE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
	gigantic = mmap(NULL, GIGANTIC, PROT_READ | PROT_WRITE, MAP_PRIVATE |
			MAP_ANONYMOUS | MAP_HUGETLB | 30 << MAP_HUGE_SHIFT, -1,
			0);
	if (small == MAP_FAILED || no_huge_pages(small, 64 * p))
		return 1;
	memset(small, 1, 64 * p);
	if (stage("empty", 0, 0) ||
	    map_pages(container, small, 0x10000000, 16 * p, READ | WRITE) ||
	    stage("16-pages", 16 * p, 16 * p) ||
	    map_pages(container, small, 0x20000000, 16 * p, READ | WRITE) ||
	    stage("the-same-twice", 16 * p, 16 * p) ||
	    map_pages(container, small + 16 * p, 0x30000000, 8 * p, READ) ||
	    stage("8-read-only", 24 * p, 16 * p) ||
	    map_pages(container, small + 24 * p, 0x40000000, 4 * p, WRITE))
		return 1;
	/* what can be written can be read where an IOMMU has no such pages */
	if (stage("4-write-only", 24 * p + write_only_reads() * 4 * p,
		  20 * p))
		return 1;
	if (huge != MAP_FAILED) {
		memset(huge, 1, HUGE);
		if (map_pages(container, huge, 0x80000000, HUGE, READ | WRITE))
			return 1;
		h = HUGE;
	}
	if (gigantic != MAP_FAILED) {
		memset(gigantic, 1, GIGANTIC);
		if (map_pages(container, gigantic, LARGE_IOVA, GIGANTIC,
			      READ | WRITE))
			return 1;
		g = GIGANTIC;
	}
	if (stage("a-huge-page", 24 * p + write_only_reads() * 4 * p + h + g,
		  20 * p + h + g) ||
	    unmap_pages(container, 0x20000000, 16 * p) ||
	    stage("once-again", 24 * p + write_only_reads() * 4 * p + h + g,
		  20 * p + h + g))
		return 1;
	if (unmap_pages(container, 0x10000000, 16 * p) ||
	    unmap_pages(container, 0x30000000, 8 * p) ||
	    unmap_pages(container, 0x40000000, 4 * p) ||
	    (h && unmap_pages(container, 0x80000000, HUGE)) ||
	    (g && unmap_pages(container, LARGE_IOVA, GIGANTIC)))
		return 1;
	return stage("empty-again", 0, 0);
}

static unsigned long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_RAW, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

/* The memory is there before: what it takes to find it is not VFIO's. */
static int time_map(const char *group, size_t len)
{
	struct outcome outcome = take_group(group, 2, 0, NULL);
	size_t most = len < 1UL << 30 ? len : 1UL << 30, at, n;
	unsigned long long start;
	int container = fds[1];
	char *memory;

	memory = mmap(NULL, most, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (outcome.step || memory == MAP_FAILED ||
	    no_huge_pages(memory, most))
		return 1;
	memset(memory, 1, most);
	start = now();
	for (at = 0; at < len; at += n) {
		n = len - at < most ? len - at : most;
		if (map_pages(container, memory, LARGE_IOVA + at, n,
			      READ | WRITE))
			return 1;
	}
	printf("map %llu\n", now() - start);
	fflush(stdout);
	while (getchar() != EOF)
		;
	start = now();
	if (unmap_pages(container, LARGE_IOVA, len))
		return 1;
	printf("unmap %llu\n", now() - start);
	return 0;
}

/* Processors by bits */
static void run_on(unsigned long mask)
{
	if (syscall(SYS_sched_setaffinity, 0, sizeof(mask), &mask) < 0)
		err(1, "processors 0x%lx", mask);
}

#define READERS	4
#define PIECE	(4UL << 20)

/* Processes that do the same all the time, while they are not stopped */
struct readers {
	const char *path;
	pid_t pids[READERS];
	unsigned long *reads;
};

static void read_for_ever(const char *path, unsigned long *reads)
{
	char buf[4096];
	int fd;

	run_on(2);
	for (;;) {
		fd = strcmp(path, "-") ? open(path, O_RDONLY) : -1;
		while (fd >= 0 && read(fd, buf, sizeof(buf)) > 0)
			;
		if (fd >= 0)
			close(fd);
		__atomic_fetch_add(reads, 1, __ATOMIC_RELAXED);
	}
}

static void start_readers(struct readers *r, const char *path)
{
	r->path = path;
	r->reads = mmap(NULL, sizeof(*r->reads), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (r->reads == MAP_FAILED)
		err(1, "memory");
	for (int i = 0; i < READERS; i++) {
		r->pids[i] = fork();
		if (r->pids[i] < 0)
			err(1, "fork");
		if (!r->pids[i])
			read_for_ever(path, r->reads);
	}
}

static void signal_readers(const struct readers *r, int sig)
{
	for (int i = 0; i < READERS; i++)
		kill(r->pids[i], sig);
	/* a read ends before the process stops */
	for (int i = 0; i < READERS; i++)
		waitpid(r->pids[i], NULL, sig == SIGSTOP ? WUNTRACED :
				 sig == SIGCONT ? WCONTINUED : 0);
}

static int compare(const void *a, const void *b)
{
	unsigned long long x = *(const unsigned long long *)a;
	unsigned long long y = *(const unsigned long long *)b;

	return x < y ? -1 : x > y;
}

/*
 * Piece by piece, each short enough that many are over before the host takes the
 * processor away: the lower quartile of their times is printed.
 */
static int unmap_beside(const struct readers *r, int container, char *memory,
			size_t len)
{
	unsigned long long t[len / PIECE], start, reads;
	size_t n = len / PIECE, i;

	for (i = 0; i < n; i++)
		if (map_pages(container, memory + i * PIECE,
			      LARGE_IOVA + i * PIECE, PIECE, READ | WRITE))
			return -1;
	signal_readers(r, SIGCONT);
	usleep(20000);
	reads = __atomic_load_n(r->reads, __ATOMIC_RELAXED);
	for (i = 0; i < n; i++) {
		start = now();
		if (unmap_pages(container, LARGE_IOVA + i * PIECE, PIECE))
			return -1;
		t[i] = now() - start;
	}
	reads = __atomic_load_n(r->reads, __ATOMIC_RELAXED) - reads;
	signal_readers(r, SIGSTOP);
	qsort(t, n, sizeof(*t), compare);
	printf("%s %llu %llu\n", r->path, t[n / 4], reads);
	return 0;
}

/* In turn, so that what else the host does is the same for all. */
static int beside(const char *group, size_t len, int rounds, int files,
		  char **paths)
{
	struct outcome outcome = take_group(group, 2, 0, NULL);
	struct readers readers[files];
	int container = fds[1], ret = 0;
	char *memory;

	memory = mmap(NULL, len, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (outcome.step || memory == MAP_FAILED || no_huge_pages(memory, len))
		return 1;
	for (int f = 0; f < files; f++) {
		start_readers(&readers[f], paths[f]);
		signal_readers(&readers[f], SIGSTOP);
	}
	run_on(1);
	memset(memory, 1, len);
	for (int i = 0; i < rounds * files && !ret; i++)
		ret = unmap_beside(&readers[i % files], container, memory, len);
	for (int f = 0; f < files; f++)
		signal_readers(&readers[f], SIGKILL);
	return ret != 0;
}

static int put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY), ret = 0;

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		ret = errno;
	if (fd >= 0)
		close(fd);
	return ret;
}

static int bind_device(const char *device)
{
	char path[128];
	int error;

	snprintf(path, sizeof(path), SYS_PCI "devices/%s/driver_override",
		 device);
	error = put(path, "vfio-pci");
	if (!error)
		error = put(SYS_PCI "drivers/vfio-pci/bind", device);
	printf("%s\n", error ? strerrorname_np(error) : "ok");
	return 0;
}

int main(int argc, char **argv)
{
	const char *cmd = argc > 1 ? argv[1] : "";

	if (!strcmp(cmd, "group") && argc > 2)
		return group(argc - 2, argv + 2);
	if (!strcmp(cmd, "cdev") && argc > 2)
		return cdev(argv[2]);
	if (!strcmp(cmd, "limits") && argc > 2)
		return limits(argv[2]);
	if (!strcmp(cmd, "limits-cdev") && argc > 2)
		return limits_cdev(argv[2]);
	if (!strcmp(cmd, "hw-info") && argc > 2)
		return hw_info(argv[2]);
	if (!strcmp(cmd, "hold") && argc > 3)
		return hold(take_group(argv[2], 2, 0, NULL), argv[3]);
	if (!strcmp(cmd, "hold-cdev") && argc > 3)
		return hold(take_cdev(argv[2]), argv[3]);
	if (!strcmp(cmd, "map") && argc > 2)
		return map(argv[2]);
	if (!strcmp(cmd, "time") && argc > 3)
		return time_map(argv[2], strtoul(argv[3], NULL, 0) << 20);
	if (!strcmp(cmd, "beside") && argc > 5)
		return beside(argv[2], strtoul(argv[3], NULL, 0) << 20,
			      atoi(argv[4]), argc - 5, argv + 5);
	if (!strcmp(cmd, "bind") && argc > 2)
		return bind_device(argv[2]);
	fprintf(stderr, "usage: vfio group|cdev|hold|hold-cdev|map|time|beside|bind|limits|limits-cdev|hw-info ...\n");
	return 2;
}
