// SPDX-License-Identifier: GPL-2.0-only
/*
 * For tests only: a driver that attaches a domain of its own to its device, as
 * GPU drivers and vhost-vdpa do: an empty one that translates, or one that lets
 * all DMA pass. The group's default domain stays what it was.
 *
 * It can map memory there, as much as its parameters say: what it maps to be read
 * and written is mapped a second time elsewhere.
 *
 * Nothing that is exported allocates an identity domain. The one that the
 * IOMMU's driver has for all devices is public, but belongs to nobody: a copy
 * of it that names its owner is what iommu_attach_device() accepts.
 */
#include <linux/iommu.h>
#include <linux/module.h>
#include <linux/pci.h>

static bool identity;
module_param(identity, bool, 0444);

static unsigned int pages;
module_param(pages, uint, 0444);

static unsigned int read_only;
module_param(read_only, uint, 0444);

/* Of so many pages 2 to the power of that is each block that is mapped. */
static unsigned int order;
module_param(order, uint, 0444);

/* The domain is for DMA with this PASID only, unless it is 0. */
static unsigned int pasid;
module_param(pasid, uint, 0444);

static LIST_HEAD(blocks);

/* Pages of the blocks lie apart, so that nothing makes one range of them. */
static int map_block(struct iommu_domain *domain, unsigned int n, int prot)
{
	size_t size = PAGE_SIZE << order;
	struct page *page;
	u64 iova;
	int ret;

	page = alloc_pages(GFP_KERNEL | __GFP_ZERO | __GFP_COMP, order);
	if (!page)
		return -ENOMEM;
	list_add(&page->lru, &blocks);
	iova = 0x10000000 + n * 2 * size;
	ret = iommu_map(domain, iova, page_to_phys(page), size, prot,
			GFP_KERNEL);
	if (ret || !(prot & IOMMU_WRITE))
		return ret;
	return iommu_map(domain, iova + 0x20000000, page_to_phys(page), size,
			 prot, GFP_KERNEL);
}

static int map_blocks(struct iommu_domain *domain)
{
	unsigned int n;
	int ret = 0;

	for (n = 0; n < pages && !ret; n++)
		ret = map_block(domain, n, IOMMU_READ | IOMMU_WRITE);
	for (n = 0; n < read_only && !ret; n++)
		ret = map_block(domain, pages + n, IOMMU_READ);
	return ret;
}

static void free_blocks(void)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, &blocks, lru) {
		list_del(&page->lru);
		__free_pages(page, order);
	}
}

static struct iommu_domain copy;

static struct iommu_domain *alloc_domain(struct device *dev)
{
	const struct iommu_ops *ops = dev->iommu->iommu_dev->ops;

	if (!identity)
		return iommu_paging_domain_alloc(dev);
	if (!ops->identity_domain)
		return ERR_PTR(-EOPNOTSUPP);
	copy = *ops->identity_domain;
	copy.owner = ops;
	return &copy;
}

static void free_domain(struct iommu_domain *domain)
{
	if (domain != &copy)
		iommu_domain_free(domain);
}

static int attach_domain(struct iommu_domain *domain, struct device *dev)
{
	return pasid ? iommu_attach_device_pasid(domain, dev, pasid, NULL) :
		       iommu_attach_device(domain, dev);
}

static void detach_domain(struct iommu_domain *domain, struct device *dev)
{
	if (pasid)
		iommu_detach_device_pasid(domain, dev, pasid);
	else
		iommu_detach_device(domain, dev);
}

static int attach_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct iommu_domain *domain = alloc_domain(&pdev->dev);
	int ret;

	if (IS_ERR(domain))
		return PTR_ERR(domain);
	ret = map_blocks(domain);
	if (!ret)
		ret = attach_domain(domain, &pdev->dev);
	if (ret) {
		free_domain(domain);
		free_blocks();
		return ret;
	}
	pci_set_drvdata(pdev, domain);
	return 0;
}

static void attach_remove(struct pci_dev *pdev)
{
	detach_domain(pci_get_drvdata(pdev), &pdev->dev);
	free_domain(pci_get_drvdata(pdev));
	free_blocks();
}

static const struct pci_device_id attach_ids[] = {
	{ PCI_DEVICE(0x1234, 0x11e8) },
	{ }
};

static struct pci_driver attach_driver = {
	.name = "lab_attach",
	.id_table = attach_ids,
	.probe = attach_probe,
	.remove = attach_remove,
};
module_pci_driver(attach_driver);

MODULE_DESCRIPTION("Tests: a driver with a domain of its own");
MODULE_LICENSE("GPL");
