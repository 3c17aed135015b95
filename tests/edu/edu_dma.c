// SPDX-License-Identifier: GPL-2.0-only
/*
 * For tests only: lets QEMU's `edu` device read and write memory that was
 * never mapped for it, and says whether it got there.
 *
 * The device copies between its own buffer of one page and any bus address. As
 * a bus address it is given the physical address of the target:
 *   low      a page below 16 MiB
 *   high     a page above, as far as the device can address
 *   region   the address that the module's parameter of that name gives
 * Each is a file of the device, and reading it does the copies:
 *   ADDRESS from=reached|blocked to=reached|blocked
 * "from" is a read by the device, "to" a write. Anything that is neither is an
 * error, as is a device that does not even reach memory that is mapped for it.
 *
 * With unbound=1 the device is driven without a driver being bound to it, and
 * without the DMA API: then its own page is a physical address, too.
 *
 * The device reports completion of a copy that failed, too: only the bytes
 * tell, so the fill is a pattern that neither zeros nor ones can equal.
 */
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#define REG_ID		0x00
#define REG_SRC		0x80
#define REG_DST		0x88
#define REG_COUNT	0x90
#define REG_CMD		0x98
#define CMD_START	0x1
#define CMD_TO_MEMORY	0x2
#define BUFFER		0x40000
#define DMA_BITS	28

static unsigned long region;
module_param(region, ulong, 0444);

static bool unbound;
module_param(unbound, bool, 0444);

struct edu {
	struct device *dev;
	void __iomem *regs;
	u8 *mapped;		/* one page that the device may reach */
	dma_addr_t dma;
};

static struct pci_dev *unbound_pdev;
static struct edu unbound_edu;

static struct edu *edu_of(struct device *dev)
{
	return unbound ? &unbound_edu : dev_get_drvdata(dev);
}

static int transfer(struct edu *edu, u64 src, u64 dst, u32 cmd)
{
	unsigned int ms;

	writel(lower_32_bits(src), edu->regs + REG_SRC);
	writel(upper_32_bits(src), edu->regs + REG_SRC + 4);
	writel(lower_32_bits(dst), edu->regs + REG_DST);
	writel(upper_32_bits(dst), edu->regs + REG_DST + 4);
	writel(PAGE_SIZE, edu->regs + REG_COUNT);
	writel(cmd | CMD_START, edu->regs + REG_CMD);
	for (ms = 0; ms < 10000; ms++) {
		if (!(readl(edu->regs + REG_CMD) & CMD_START))
			return 0;
		usleep_range(1000, 2000);
	}
	return -ETIMEDOUT;
}

static int to_device(struct edu *edu, u64 bus)
{
	return transfer(edu, bus, BUFFER, 0);
}

static int from_device(struct edu *edu, u64 bus)
{
	return transfer(edu, BUFFER, bus, CMD_TO_MEMORY);
}

static void fill(u8 *page, u8 seed)
{
	unsigned int i;

	for (i = 0; i < PAGE_SIZE; i++)
		page[i] = seed ^ (i * 7 + (i >> 8));
}

static bool is_filled(const u8 *page, u8 seed)
{
	unsigned int i;

	for (i = 0; i < PAGE_SIZE; i++)
		if (page[i] != (u8)(seed ^ (i * 7 + (i >> 8))))
			return false;
	return true;
}

/* The device's buffer holds this pattern, by way of the mapped page. */
static int load_device(struct edu *edu, u8 seed)
{
	int ret;

	fill(edu->mapped, seed);
	ret = to_device(edu, edu->dma);
	if (ret)
		return ret;
	memset(edu->mapped, 0, PAGE_SIZE);
	ret = from_device(edu, edu->dma);
	if (ret)
		return ret;
	if (!is_filled(edu->mapped, seed)) {
		dev_err(edu->dev, "does not reach what is mapped for it\n");
		return -EIO;
	}
	return 0;
}

/* 1: the device read the target, 0: it did not */
static int device_reads(struct edu *edu, phys_addr_t phys, u8 *target)
{
	int ret;

	ret = load_device(edu, 0x11);
	if (ret)
		return ret;
	fill(target, 0x5a);
	ret = to_device(edu, phys);
	if (ret)
		return ret;
	memset(edu->mapped, 0, PAGE_SIZE);
	ret = from_device(edu, edu->dma);
	return ret ? ret : is_filled(edu->mapped, 0x5a);
}

/* 1: the device wrote the target, 0: it did not */
static int device_writes(struct edu *edu, phys_addr_t phys, u8 *target)
{
	int ret;

	ret = load_device(edu, 0x33);
	if (ret)
		return ret;
	fill(target, 0x77);
	ret = from_device(edu, phys);
	if (ret)
		return ret;
	mb();	/* the device wrote, and the driver did not ask the DMA API */
	if (is_filled(target, 0x33))
		return 1;
	return is_filled(target, 0x77) ? 0 : -EIO;
}

static ssize_t try(struct device *dev, phys_addr_t phys, u8 *target, char *buf)
{
	struct edu *edu = edu_of(dev);
	int from, to;

	from = device_reads(edu, phys, target);
	if (from < 0)
		return from;
	to = device_writes(edu, phys, target);
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
	return try_page(dev, GFP_KERNEL, SZ_16M, BIT_ULL(DMA_BITS), buf);
}

static ssize_t region_show(struct device *dev, struct device_attribute *attr,
			   char *buf)
{
	u8 *target;
	ssize_t ret;

	if (!region)
		return -ENXIO;
	target = memremap(region, PAGE_SIZE, MEMREMAP_WB);
	if (!target)
		return -ENOMEM;
	ret = try(dev, region, target, buf);
	memunmap(target);
	return ret;
}

static DEVICE_ATTR_RO(low);
static DEVICE_ATTR_RO(high);
static DEVICE_ATTR_RO(region);

static struct attribute *edu_attrs[] = {
	&dev_attr_low.attr,
	&dev_attr_high.attr,
	&dev_attr_region.attr,
	NULL,
};

static const struct attribute_group edu_group = {
	.attrs = edu_attrs,
};

static int edu_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct edu *edu;
	int ret;

	edu = devm_kzalloc(&pdev->dev, sizeof(*edu), GFP_KERNEL);
	if (!edu)
		return -ENOMEM;
	edu->dev = &pdev->dev;
	ret = pcim_enable_device(pdev);
	if (ret)
		return ret;
	ret = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(DMA_BITS));
	if (ret)
		return ret;
	edu->regs = pcim_iomap(pdev, 0, 0);
	edu->mapped = dmam_alloc_coherent(&pdev->dev, PAGE_SIZE, &edu->dma,
					  GFP_KERNEL);
	if (!edu->regs || !edu->mapped)
		return -ENOMEM;
	pci_set_master(pdev);
	pci_set_drvdata(pdev, edu);
	return sysfs_create_group(&pdev->dev.kobj, &edu_group);
}

static void edu_remove(struct pci_dev *pdev)
{
	sysfs_remove_group(&pdev->dev.kobj, &edu_group);
}

static const struct pci_device_id edu_ids[] = {
	{ PCI_DEVICE(0x1234, 0x11e8) },
	{ }
};
MODULE_DEVICE_TABLE(pci, edu_ids);

static struct pci_driver edu_driver = {
	.name = "edu_dma",
	.id_table = edu_ids,
	.probe = edu_probe,
	.remove = edu_remove,
};

static void release_unbound(void)
{
	if (unbound_edu.mapped)
		free_page((unsigned long)unbound_edu.mapped);
	if (unbound_edu.regs)
		iounmap(unbound_edu.regs);
	pci_disable_device(unbound_pdev);
	pci_dev_put(unbound_pdev);
}

static int take_unbound(void)
{
	struct edu *edu = &unbound_edu;
	int ret;

	unbound_pdev = pci_get_device(0x1234, 0x11e8, NULL);
	if (!unbound_pdev)
		return -ENODEV;
	ret = pci_enable_device(unbound_pdev);
	if (ret) {
		pci_dev_put(unbound_pdev);
		return ret;
	}
	edu->dev = &unbound_pdev->dev;
	edu->regs = pci_ioremap_bar(unbound_pdev, 0);
	edu->mapped = (u8 *)__get_free_page(GFP_KERNEL | GFP_DMA);
	ret = -ENOMEM;
	if (!edu->regs || !edu->mapped)
		goto err;
	edu->dma = virt_to_phys(edu->mapped);
	pci_set_master(unbound_pdev);
	ret = sysfs_create_group(&unbound_pdev->dev.kobj, &edu_group);
	if (ret)
		goto err;
	return 0;

err:
	release_unbound();
	return ret;
}

static int __init edu_init(void)
{
	return unbound ? take_unbound() : pci_register_driver(&edu_driver);
}

static void __exit edu_exit(void)
{
	if (!unbound) {
		pci_unregister_driver(&edu_driver);
		return;
	}
	sysfs_remove_group(&unbound_pdev->dev.kobj, &edu_group);
	release_unbound();
}

module_init(edu_init);
module_exit(edu_exit);

MODULE_DESCRIPTION("Tests: DMA of QEMU's edu device to memory not mapped for it");
MODULE_LICENSE("GPL");
