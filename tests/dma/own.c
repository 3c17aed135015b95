// SPDX-License-Identifier: GPL-2.0-only
/*
 * A domain of the driver's own, for kernels that have none but identity for the
 * DMA API, as on RISC-V. Pages are mapped there at addresses of our choice, apart
 * from each other, below the memory that the device gets from the DMA API: that
 * is mapped at its physical address.
 */
#include <linux/dma-mapping.h>
#include <linux/iommu.h>

#include "lab_dma.h"

#define FIRST	0x10000000ul

static struct iommu_domain *domain;

static void leave_domain(void *data)
{
	iommu_detach_device(domain, data);
	iommu_domain_free(domain);
	domain = NULL;
}

/* To be called when lab->mapped is there, and before the device uses it. */
int lab_dma_enter_own(struct lab_dma *lab)
{
	int ret;

	domain = iommu_paging_domain_alloc(lab->dev);
	if (IS_ERR(domain))
		return PTR_ERR(domain);
	ret = iommu_map(domain, lab->dma, virt_to_phys(lab->mapped), PAGE_SIZE,
			IOMMU_READ | IOMMU_WRITE, GFP_KERNEL);
	if (!ret)
		ret = iommu_attach_device(domain, lab->dev);
	if (ret) {
		iommu_domain_free(domain);
		return ret;
	}
	return devm_add_action_or_reset(lab->dev, leave_domain, lab->dev);
}

/* The address of the page that is mapped as the N-th, or DMA_MAPPING_ERROR */
dma_addr_t lab_dma_map_own(struct page *page, unsigned int n, bool writable)
{
	dma_addr_t at = FIRST + n * 2 * PAGE_SIZE;
	int ret;

	ret = iommu_map(domain, at, page_to_phys(page), PAGE_SIZE,
			IOMMU_READ | (writable ? IOMMU_WRITE : 0), GFP_KERNEL);
	return ret ? DMA_MAPPING_ERROR : at;
}

void lab_dma_unmap_own(dma_addr_t at)
{
	iommu_unmap(domain, at, PAGE_SIZE);
}
