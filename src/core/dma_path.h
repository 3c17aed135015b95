/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How DMA of a device reaches memory, as the kernel's DMA API has it.
 */
#ifndef IC_DMA_PATH_H
#define IC_DMA_PATH_H

#include <linux/bits.h>
#include <linux/types.h>

struct device;
struct ic_group;

#define IC_DMA_UNKNOWN			(-1)
#define IC_DMA_DIRECT			BIT(0)
#define IC_DMA_IOMMU			BIT(1)
#define IC_DMA_SWIOTLB_XEN		BIT(2)
int ic_dma_path(struct device *dev, struct ic_group *group, char *page);
ssize_t ic_dma_paths_emit(int paths, char *page);
int ic_group_dma_paths(struct ic_group *group, char *page);

#endif /* IC_DMA_PATH_H */
