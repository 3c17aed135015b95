// SPDX-License-Identifier: GPL-2.0-only
/*
 * Owns QEMU's edu device by VFIO, and lets it read and write memory of this
 * process: what VFIO maps for it, and what is only in physical memory.
 *
 *   owner GROUP DEVICE FILE
 *
 * prints "ADDRESS from=reached|blocked to=reached|blocked" for the latter, then
 * creates FILE and keeps the device until FILE is gone. "from" is a read by the
 * device, "to" a write.
 */
#include <err.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <linux/pci_regs.h>
#include <linux/vfio.h>

#define REG_SRC		0x80
#define REG_DST		0x88
#define REG_COUNT	0x90
#define REG_CMD		0x98
#define CMD_START	0x1
#define CMD_TO_MEMORY	0x2
#define BUFFER		0x40000
#define SIZE		4096

/* Where VFIO maps our page: no physical address of ours */
#define IOVA		0x10000

static uint8_t *regs;

static uint64_t get(int reg)
{
	return __atomic_load_n((uint64_t *)(regs + reg), __ATOMIC_ACQUIRE);
}

static void put(int reg, uint64_t value)
{
	__atomic_store_n((uint64_t *)(regs + reg), value, __ATOMIC_RELEASE);
}

static void transfer(uint64_t src, uint64_t dst, int cmd)
{
	put(REG_SRC, src);
	put(REG_DST, dst);
	put(REG_COUNT, SIZE);
	put(REG_CMD, cmd | CMD_START);
	for (int ms = 0; get(REG_CMD) & CMD_START; ms++) {
		if (ms == 10000)
			errx(1, "the device does not come to an end");
		usleep(1000);
	}
}

static void to_device(uint64_t bus)
{
	transfer(bus, BUFFER, 0);
}

static void from_device(uint64_t bus)
{
	transfer(BUFFER, bus, CMD_TO_MEMORY);
}

/* A pattern that a fill with zeros or with ones cannot equal */
static void fill(uint8_t *page, uint8_t seed)
{
	for (int i = 0; i < SIZE; i++)
		page[i] = seed ^ (i * 7 + (i >> 8));
}

static int is_filled(const uint8_t *page, uint8_t seed)
{
	for (int i = 0; i < SIZE; i++)
		if (page[i] != (uint8_t)(seed ^ (i * 7 + (i >> 8))))
			return 0;
	return 1;
}

static int open_device(const char *group, const char *device, int *container)
{
	struct vfio_group_status status = { .argsz = sizeof(status) };
	char path[64];
	int fd, dev;

	snprintf(path, sizeof(path), "/dev/vfio/%s", group);
	fd = open(path, O_RDWR);
	*container = open("/dev/vfio/vfio", O_RDWR);
	if (fd < 0 || *container < 0 ||
	    ioctl(fd, VFIO_GROUP_GET_STATUS, &status) ||
	    ioctl(fd, VFIO_GROUP_SET_CONTAINER, container) ||
	    ioctl(*container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU))
		err(1, "group %s", group);
	dev = ioctl(fd, VFIO_GROUP_GET_DEVICE_FD, device);
	if (dev < 0)
		err(1, "device %s", device);
	return dev;
}

static void map_registers(int dev)
{
	struct vfio_region_info config = {
		.argsz = sizeof(config),
		.index = VFIO_PCI_CONFIG_REGION_INDEX,
	};
	struct vfio_region_info bar = {
		.argsz = sizeof(bar),
		.index = VFIO_PCI_BAR0_REGION_INDEX,
	};
	uint16_t command = PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER;

	if (ioctl(dev, VFIO_DEVICE_GET_REGION_INFO, &config) ||
	    ioctl(dev, VFIO_DEVICE_GET_REGION_INFO, &bar) ||
	    pwrite(dev, &command, sizeof(command),
		   config.offset + PCI_COMMAND) != sizeof(command))
		err(1, "regions");
	regs = mmap(NULL, bar.size, PROT_READ | PROT_WRITE, MAP_SHARED, dev,
		    bar.offset);
	if (regs == MAP_FAILED)
		err(1, "BAR 0");
}

static uint64_t physical(const void *page)
{
	int fd = open("/proc/self/pagemap", O_RDONLY);
	uint64_t entry;

	if (pread(fd, &entry, sizeof(entry),
		  (uintptr_t)page / SIZE * sizeof(entry)) != sizeof(entry) ||
	    !(entry & 1ULL << 63))
		err(1, "pagemap");
	close(fd);
	return (entry & ((1ULL << 55) - 1)) * SIZE;
}

int main(int argc, char **argv)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.iova = IOVA,
		.size = SIZE,
	};
	uint8_t *mapped, *target;
	int container, from, to;
	uint64_t bus;

	if (argc != 4)
		errx(2, "usage: owner GROUP DEVICE FILE");
	map_registers(open_device(argv[1], argv[2], &container));
	mapped = mmap(NULL, 2 * SIZE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED | MAP_POPULATE,
		      -1, 0);
	if (mapped == MAP_FAILED)
		err(1, "memory");
	target = mapped + SIZE;
	bus = physical(target);
	map.vaddr = (uintptr_t)mapped;
	if (ioctl(container, VFIO_IOMMU_MAP_DMA, &map))
		err(1, "VFIO_IOMMU_MAP_DMA");

	/* what VFIO maps is within reach; else the rest would say nothing */
	fill(mapped, 0x11);
	to_device(IOVA);
	memset(mapped, 0, SIZE);
	from_device(IOVA);
	if (!is_filled(mapped, 0x11))
		errx(1, "the device does not reach what is mapped for it");

	fill(target, 0x5a);
	to_device(bus);
	from_device(IOVA);
	from = is_filled(mapped, 0x5a);

	fill(mapped, 0x33);
	to_device(IOVA);
	from_device(bus);
	to = is_filled(target, 0x33);

	printf("%#llx from=%s to=%s\n", (unsigned long long)bus,
	       from ? "reached" : "blocked", to ? "reached" : "blocked");
	fflush(stdout);
	close(open(argv[3], O_WRONLY | O_CREAT, 0644));
	while (!access(argv[3], F_OK))
		usleep(50000);
	return 0;
}
