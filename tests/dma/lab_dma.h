/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LAB_DMA_H
#define LAB_DMA_H

#include <linux/dma-mapping.h>
#include <linux/pci.h>
#include <linux/sizes.h>
#include <linux/types.h>

/* That much is copied, at the beginning of a page: the buffer that edu has */
#define LAB_SIZE	SZ_4K

struct lab_dma;

/**
 * struct lab_dma_ops - what a device is good for
 * @reads: does the device read this memory? 1, 0 or -errno
 * @writes: does it write this memory? 1, 0 or -errno
 *
 * The memory is given by the address that the device uses and by the one where
 * the kernel finds it.
 */
struct lab_dma_ops {
	int (*reads)(struct lab_dma *lab, u64 bus, u8 *target);
	int (*writes)(struct lab_dma *lab, u64 bus, u8 *target);
};

/**
 * struct lab_dma - a device under test
 * @dev: the device
 * @regs: its registers, as its driver maps them
 * @mapped: memory that the device may reach
 * @dma: the same memory as the device sees it
 * @ops: how it is used
 */
struct lab_dma {
	struct device *dev;
	void __iomem *regs;
	u8 *mapped;
	dma_addr_t dma;
	const struct lab_dma_ops *ops;
};

extern const struct attribute_group lab_dma_group;
extern struct device_attribute dev_attr_pages;
extern bool lab_dma_unbound;
extern bool lab_dma_own;

void lab_dma_release_pages(void *data);
struct lab_dma *lab_dma_of(struct device *dev);
struct lab_dma *lab_dma_probe(struct pci_dev *pdev, int bar, size_t size,
			      const struct lab_dma_ops *ops);
void lab_fill(u8 *memory, u8 seed);
bool lab_is_filled(const u8 *memory, u8 seed);

#if IS_ENABLED(CONFIG_RISCV_IOMMU)
int lab_dma_enter_own(struct lab_dma *lab);
dma_addr_t lab_dma_map_own(struct page *page, unsigned int n, bool writable);
void lab_dma_unmap_own(dma_addr_t at);
#else
static inline int lab_dma_enter_own(struct lab_dma *lab)
{
	return -EOPNOTSUPP;
}

static inline dma_addr_t lab_dma_map_own(struct page *page, unsigned int n,
					 bool writable)
{
	return DMA_MAPPING_ERROR;
}

static inline void lab_dma_unmap_own(dma_addr_t at)
{
}
#endif

int edu_init(void);
void edu_exit(void);
int rng_init(void);
void rng_exit(void);

#endif /* LAB_DMA_H */
