// SPDX-License-Identifier: GPL-2.0-only
/*
 * QEMU's `edu` device copies between its own buffer and any bus address. It
 * reports completion of a copy that failed, too: only the bytes tell.
 *
 * Unbound, the device is driven without a driver being bound to it, and without
 * the DMA API: then its own memory is at a physical address, too.
 */
#include <linux/delay.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/swab.h>

#include "lab_dma.h"

#define REG_ID		0x00
#define ID		0x010000ed
#define REG_SRC		0x80
#define REG_DST		0x88
#define REG_COUNT	0x90
#define REG_CMD		0x98
#define CMD_START	0x1
#define CMD_TO_MEMORY	0x2
#define BUFFER		0x40000

static struct pci_dev *unbound_pdev;
static struct lab_dma unbound;

struct lab_dma *lab_dma_of(struct device *dev)
{
	return lab_dma_unbound ? &unbound : dev_get_drvdata(dev);
}

/* QEMU's registers have the byte order of the architecture, not that of PCI. */
static bool is_big_endian(struct lab_dma *lab)
{
	return readl(lab->regs + REG_ID) == swab32(ID);
}

static void put(struct lab_dma *lab, u64 value, unsigned int reg)
{
	writeq(is_big_endian(lab) ? swab64(value) : value, lab->regs + reg);
}

static u64 get(struct lab_dma *lab, unsigned int reg)
{
	u64 value = readq(lab->regs + reg);

	return is_big_endian(lab) ? swab64(value) : value;
}

static int transfer(struct lab_dma *lab, u64 src, u64 dst, u32 cmd)
{
	unsigned int ms;

	put(lab, src, REG_SRC);
	put(lab, dst, REG_DST);
	put(lab, LAB_SIZE, REG_COUNT);
	put(lab, cmd | CMD_START, REG_CMD);
	for (ms = 0; ms < 10000; ms++) {
		if (!(get(lab, REG_CMD) & CMD_START))
			return 0;
		usleep_range(1000, 2000);
	}
	return -ETIMEDOUT;
}

static int to_device(struct lab_dma *lab, u64 bus)
{
	return transfer(lab, bus, BUFFER, 0);
}

static int from_device(struct lab_dma *lab, u64 bus)
{
	return transfer(lab, BUFFER, bus, CMD_TO_MEMORY);
}

/* The device's buffer holds this pattern, by way of mapped memory. */
static int load_device(struct lab_dma *lab, u8 seed)
{
	int ret;

	lab_fill(lab->mapped, seed);
	ret = to_device(lab, lab->dma);
	if (ret)
		return ret;
	memset(lab->mapped, 0, LAB_SIZE);
	ret = from_device(lab, lab->dma);
	if (ret)
		return ret;
	if (!lab_is_filled(lab->mapped, seed)) {
		dev_err(lab->dev, "does not reach what is mapped for it\n");
		return -EIO;
	}
	return 0;
}

static int edu_reads(struct lab_dma *lab, u64 bus, u8 *target)
{
	int ret;

	ret = load_device(lab, 0x11);
	if (ret)
		return ret;
	lab_fill(target, 0x5a);
	ret = to_device(lab, bus);
	if (ret)
		return ret;
	memset(lab->mapped, 0, LAB_SIZE);
	ret = from_device(lab, lab->dma);
	return ret ? ret : lab_is_filled(lab->mapped, 0x5a);
}

static int edu_writes(struct lab_dma *lab, u64 bus, u8 *target)
{
	int ret;

	ret = load_device(lab, 0x33);
	if (ret)
		return ret;
	lab_fill(target, 0x77);
	ret = from_device(lab, bus);
	if (ret)
		return ret;
	mb();	/* the device wrote, and the driver did not ask the DMA API */
	if (lab_is_filled(target, 0x33))
		return 1;
	return lab_is_filled(target, 0x77) ? 0 : -EIO;
}

static const struct lab_dma_ops edu_ops = {
	.reads = edu_reads,
	.writes = edu_writes,
};

static int edu_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	return PTR_ERR_OR_ZERO(lab_dma_probe(pdev, 0, LAB_SIZE, &edu_ops));
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
};

static void release_unbound(void)
{
	if (unbound.mapped)
		free_page((unsigned long)unbound.mapped);
	if (unbound.regs)
		iounmap(unbound.regs);
	pci_disable_device(unbound_pdev);
	pci_dev_put(unbound_pdev);
}

static int take_unbound(void)
{
	int ret;

	unbound_pdev = pci_get_device(0x1234, 0x11e8, NULL);
	if (!unbound_pdev)
		return -ENODEV;
	ret = pci_enable_device(unbound_pdev);
	if (ret) {
		pci_dev_put(unbound_pdev);
		return ret;
	}
	unbound.dev = &unbound_pdev->dev;
	unbound.ops = &edu_ops;
	unbound.regs = pci_ioremap_bar(unbound_pdev, 0);
	unbound.mapped = (u8 *)__get_free_page(GFP_KERNEL | GFP_DMA);
	ret = -ENOMEM;
	if (!unbound.regs || !unbound.mapped)
		goto err;
	unbound.dma = virt_to_phys(unbound.mapped);
	pci_set_master(unbound_pdev);
	ret = sysfs_create_group(&unbound_pdev->dev.kobj, &lab_dma_group);
	if (ret)
		goto err;
	return 0;

err:
	release_unbound();
	return ret;
}

int edu_init(void)
{
	return lab_dma_unbound ? take_unbound() :
				 pci_register_driver(&edu_driver);
}

void edu_exit(void)
{
	if (!lab_dma_unbound) {
		pci_unregister_driver(&edu_driver);
		return;
	}
	sysfs_remove_group(&unbound_pdev->dev.kobj, &lab_dma_group);
	release_unbound();
}
