// SPDX-License-Identifier: GPL-2.0-only
/*
 * For tests only: a driver that attaches a domain of its own to its device, as
 * GPU drivers and vhost-vdpa do: an empty one that translates, or one that lets
 * all DMA pass. The group's default domain stays what it was.
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

static int attach_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct iommu_domain *domain = alloc_domain(&pdev->dev);
	int ret;

	if (IS_ERR(domain))
		return PTR_ERR(domain);
	ret = iommu_attach_device(domain, &pdev->dev);
	if (ret) {
		free_domain(domain);
		return ret;
	}
	pci_set_drvdata(pdev, domain);
	return 0;
}

static void attach_remove(struct pci_dev *pdev)
{
	iommu_detach_device(pci_get_drvdata(pdev), &pdev->dev);
	free_domain(pci_get_drvdata(pdev));
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
