// SPDX-License-Identifier: GPL-2.0-only
/*
 * For tests only: lets a device of QEMU's read and write memory that was never
 * mapped for it, and says whether it got there.
 *
 * The device is given the bus address of the target as if there were no IOMMU:
 *   low      a page below 16 MiB
 *   high     a page above, as far as the device can address
 *   region   the address that the module's parameter of that name gives
 *   pages    see pages.c
 * Each is a file of the device, and reading it does the accesses:
 *   ADDRESS from=reached|blocked to=reached|blocked
 * "from" is a read by the device, "to" a write. Anything that is neither is an
 * error, as is a device that does not even reach memory that is mapped for it.
 */
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/pfn.h>
#if IS_ENABLED(CONFIG_XEN_PV)
#include <xen/page.h>
#include <xen/xen.h>
#endif

#include "lab_dma.h"

static unsigned long region;
module_param(region, ulong, 0444);

/* So many address bits has the device; 28 are what edu has by default. */
static unsigned int bits = 28;
module_param(bits, uint, 0444);

/* Where on the bus physical memory begins, when a window maps all of it */
static unsigned long offset;
module_param(offset, ulong, 0444);

/* With edu: used without a driver that is bound, and without the DMA API */
bool lab_dma_unbound;
module_param_named(unbound, lab_dma_unbound, bool, 0444);

/* With a driver that is bound: pages are mapped in a domain of its own. */
bool lab_dma_own;
module_param_named(own, lab_dma_own, bool, 0444);

/* A pattern that a fill with zeros or with ones cannot equal */
void lab_fill(u8 *memory, u8 seed)
{
	unsigned int i;

	for (i = 0; i < LAB_SIZE; i++)
		memory[i] = seed ^ (i * 7 + (i >> 8));
}

bool lab_is_filled(const u8 *memory, u8 seed)
{
	unsigned int i;

	for (i = 0; i < LAB_SIZE; i++)
		if (memory[i] != (u8)(seed ^ (i * 7 + (i >> 8))))
			return false;
	return true;
}

/* What devices call the memory that is at this physical address */
static u64 bus_address(phys_addr_t phys)
{
#if IS_ENABLED(CONFIG_XEN_PV)
	/* of a guest of Xen's, which has physical addresses of its own */
	if (xen_pv_domain())
		return PFN_PHYS((u64)pfn_to_mfn(PHYS_PFN(phys)));
#endif
	return phys + offset;
}

static ssize_t try(struct device *dev, phys_addr_t phys, u8 *target, char *buf)
{
	struct lab_dma *lab = lab_dma_of(dev);
	int from, to;

	from = lab->ops->reads(lab, bus_address(phys), target);
	if (from < 0)
		return from;
	to = lab->ops->writes(lab, bus_address(phys), target);
	if (to < 0)
		return to;
	return sysfs_emit(buf, "0x%llx from=%s to=%s\n", (u64)phys,
			  from ? "reached" : "blocked",
			  to ? "reached" : "blocked");
}

/* A page of physical memory within bounds, however many have to be tried. */
static ssize_t try_page(struct device *dev, gfp_t gfp, phys_addr_t min,
			phys_addr_t max, char *buf)
{
	struct page *page, *next;
	ssize_t ret = -ENOMEM;
	LIST_HEAD(tried);

	while ((page = alloc_page(gfp | __GFP_NOWARN | __GFP_NORETRY))) {
		list_add(&page->lru, &tried);
		if (page_to_phys(page) < min || page_to_phys(page) >= max)
			continue;
		ret = try(dev, page_to_phys(page), page_address(page), buf);
		break;
	}
	list_for_each_entry_safe(page, next, &tried, lru)
		__free_page(page);
	return ret;
}

static ssize_t low_show(struct device *dev, struct device_attribute *attr,
			char *buf)
{
	return try_page(dev, GFP_KERNEL | GFP_DMA, 0, SZ_16M, buf);
}

static ssize_t high_show(struct device *dev, struct device_attribute *attr,
			 char *buf)
{
	return try_page(dev, GFP_KERNEL, SZ_16M, DMA_BIT_MASK(bits), buf);
}

static ssize_t region_show(struct device *dev, struct device_attribute *attr,
			   char *buf)
{
	u8 *target;
	ssize_t ret;

	if (!region)
		return -ENXIO;
	target = memremap(region, LAB_SIZE, MEMREMAP_WB);
	if (!target)
		return -ENOMEM;
	ret = try(dev, region, target, buf);
	memunmap(target);
	return ret;
}

static DEVICE_ATTR_RO(low);
static DEVICE_ATTR_RO(high);
static DEVICE_ATTR_RO(region);

static struct attribute *lab_dma_attrs[] = {
	&dev_attr_low.attr,
	&dev_attr_high.attr,
	&dev_attr_region.attr,
	&dev_attr_pages.attr,
	NULL,
};

const struct attribute_group lab_dma_group = {
	.attrs = lab_dma_attrs,
};

/* Prepares a device that is being bound; all of it is freed with the device. */
struct lab_dma *lab_dma_probe(struct pci_dev *pdev, int bar, size_t size,
			      const struct lab_dma_ops *ops)
{
	struct lab_dma *lab;
	int ret;

	lab = devm_kzalloc(&pdev->dev, sizeof(*lab), GFP_KERNEL);
	if (!lab)
		return ERR_PTR(-ENOMEM);
	lab->dev = &pdev->dev;
	lab->ops = ops;
	ret = pcim_enable_device(pdev);
	if (ret)
		return ERR_PTR(ret);
	ret = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(bits));
	if (ret)
		return ERR_PTR(ret);
	lab->regs = pcim_iomap(pdev, bar, 0);
	lab->mapped = dmam_alloc_coherent(&pdev->dev, size, &lab->dma,
					  GFP_KERNEL);
	if (!lab->regs || !lab->mapped)
		return ERR_PTR(-ENOMEM);
	ret = lab_dma_own ? lab_dma_enter_own(lab) : 0;
	if (ret)
		return ERR_PTR(ret);
	pci_set_master(pdev);
	pci_set_drvdata(pdev, lab);
	ret = devm_add_action(&pdev->dev, lab_dma_release_pages, &pdev->dev);
	if (!ret)
		ret = devm_device_add_group(&pdev->dev, &lab_dma_group);
	return ret ? ERR_PTR(ret) : lab;
}

static int __init lab_dma_init(void)
{
	int ret;

	ret = edu_init();
	if (ret)
		return ret;
	ret = rng_init();
	if (ret)
		edu_exit();
	return ret;
}

static void __exit lab_dma_exit(void)
{
	rng_exit();
	edu_exit();
}

module_init(lab_dma_init);
module_exit(lab_dma_exit);

MODULE_DESCRIPTION("Tests: DMA of a device to memory not mapped for it");
MODULE_LICENSE("GPL");
