// SPDX-License-Identifier: GPL-2.0-only
/*
 * The way that the kernel's DMA API takes for a device: through an IOMMU that
 * this kernel drives, through Xen's bounce buffers, or directly.
 *
 * It is what the kernel decided itself when it set the device up: the same
 * question that each dma_map_*() asks, asked without mapping anything.
 */
#include <linux/device.h>
#include <linux/dma-map-ops.h>
#include <xen/xen.h>

#include "compat/compat.h"
#include "core/dma_path.h"
#include "core/emit.h"
#include "core/facts.h"
#include "core/group.h"
#include "core/platform.h"
#include "iommu_caps.h"

/*
 * A PV domain sees pseudo-physical addresses: devices are given machine
 * addresses by swiotlb-xen, the one implementation that its kernel installs
 * for all devices. On Arm it is installed device by device. The other that
 * Xen brings, grants for virtio, has nothing to sync: it does not bounce.
 */
static bool is_xen_swiotlb(const struct dma_map_ops *ops)
{
	if (!ic_platform_xen() || !ops->sync_single_for_cpu)
		return false;
	return !IS_ENABLED(CONFIG_X86) || xen_pv_domain();
}

/* Where there is a hook for it, a driver's bind decides on the way. */
static bool is_decided(struct device *dev)
{
	return !IS_ENABLED(CONFIG_ARCH_HAS_SETUP_DMA_OPS) ||
	       READ_ONCE(dev->driver);
}

/* The kernel leaves out the IOMMU for a group with an identity domain. */
static bool is_identity(struct ic_group *group, char *page)
{
	return ic_fact_domain_type(group, page) >= 0 &&
	       !strcmp(page, IOMMU_CAPS_DOMAIN_IDENTITY);
}

/*
 * Operations of an IOMMU's driver, where the kernel has no mark for those.
 * POWER passes them by when a window maps all of memory, and in part when
 * that window is too small.
 */
static int iommu_ops(struct device *dev)
{
	if (ic_dma_ops_bypass(dev))
		return IC_DMA_DIRECT;
	if (IS_ENABLED(CONFIG_PPC) && dev->bus_dma_limit)
		return IC_DMA_UNKNOWN;
	return IC_DMA_IOMMU;
}

/**
 * ic_dma_path() - how DMA of a device reaches memory
 * @dev: the device
 * @group: its group or NULL
 * @page: scratch page
 *
 * Return: one of IC_DMA_*, 0 if nothing is set up for it yet, IC_DMA_UNKNOWN.
 */
int ic_dma_path(struct device *dev, struct ic_group *group, char *page)
{
	enum ic_tristate marked = ic_use_dma_iommu(dev);
	const struct dma_map_ops *ops;

	if (marked == IC_YES)
		return IC_DMA_IOMMU;
	if (!ic_get_dma_ops(dev, &ops))
		return IC_DMA_UNKNOWN;
	if (!ops) {
		if (!is_decided(dev))
			return 0;
		return !group || is_identity(group, page) ? IC_DMA_DIRECT : 0;
	}
	if (group)
		return marked == IC_UNKNOWN ? iommu_ops(dev) : IC_DMA_UNKNOWN;
	return is_xen_swiotlb(ops) ? IC_DMA_SWIOTLB_XEN : IC_DMA_UNKNOWN;
}

/**
 * ic_group_dma_paths() - how DMA of the devices of a group reaches memory
 * @group: the group; ic_model_sem is held for reading, or ic_lock
 * @page: scratch page
 *
 * Return: IC_DMA_* of the members together, or IC_DMA_UNKNOWN.
 */
int ic_group_dma_paths(struct ic_group *group, char *page)
{
	struct ic_dev *d;
	int paths = 0, one;

	for_each_member(d, group) {
		one = ic_dma_path(d->dev, group, page);
		if (one == IC_DMA_UNKNOWN)
			return IC_DMA_UNKNOWN;
		paths |= one;
	}
	return paths;
}

/**
 * ic_dma_paths_emit() - ways to memory as tokens
 * @paths: IC_DMA_* together, 0 or IC_DMA_UNKNOWN
 * @page: filled
 *
 * Return: length of the line; -ENODATA where there is none or it is unknown.
 */
ssize_t ic_dma_paths_emit(int paths, char *page)
{
	/* in the order of IC_DMA_* */
	static const char *const tokens[] = {
		IOMMU_CAPS_DMA_DIRECT, IOMMU_CAPS_DMA_IOMMU,
		IOMMU_CAPS_DMA_SWIOTLB_XEN,
	};

	if (!paths || paths == IC_DMA_UNKNOWN)
		return -ENODATA;
	return ic_emit_tokens(paths, tokens, ARRAY_SIZE(tokens), page);
}
