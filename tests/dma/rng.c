// SPDX-License-Identifier: GPL-2.0-only
/*
 * QEMU's virtio-rng, which can have ATS, driven by hand with one descriptor.
 *
 * A write by the device: the descriptor names the target, which random bytes
 * then replace. A read: the table of descriptors is itself in the target, and
 * its descriptor names mapped memory. An access that fails may leave the device
 * in need of a reset, so each begins with one.
 */
#include <linux/delay.h>
#include <linux/io.h>
#include <linux/module.h>
#include <uapi/linux/virtio_config.h>
#include <uapi/linux/virtio_pci.h>
#include <uapi/linux/virtio_ring.h>

#include "lab_dma.h"

#define FEATURES_HIGH	(BIT(VIRTIO_F_VERSION_1 - 32) | \
			 BIT(VIRTIO_F_ACCESS_PLATFORM - 32))
#define RING		4	/* descriptors in the table */
#define BYTES		64	/* that the device is asked for */

/* The mapped memory: rings, then what the device writes */
#define AVAIL		0x400
#define USED		0x800
#define BUFFER		LAB_SIZE

/* Offset of a structure of the device in its BAR; the same BAR for all */
static int structure(struct pci_dev *pdev, u8 type, u32 *offset, u32 *multiplier)
{
	u8 pos, is;

	for (pos = pci_find_capability(pdev, PCI_CAP_ID_VNDR); pos;
	     pos = pci_find_next_capability(pdev, pos, PCI_CAP_ID_VNDR)) {
		pci_read_config_byte(pdev, pos + VIRTIO_PCI_CAP_CFG_TYPE, &is);
		if (is != type)
			continue;
		pci_read_config_dword(pdev, pos + VIRTIO_PCI_CAP_OFFSET,
				      offset);
		if (multiplier)
			pci_read_config_dword(pdev,
					      pos + VIRTIO_PCI_NOTIFY_CAP_MULT,
					      multiplier);
		return 0;
	}
	return -ENODEV;
}

static void write_address(void __iomem *at, u64 address)
{
	iowrite32(lower_32_bits(address), at);
	iowrite32(upper_32_bits(address), at + 4);
}

/* The one queue, with its table of descriptors at a bus address */
static int start(struct lab_dma *lab, u64 table)
{
	struct pci_dev *pdev = to_pci_dev(lab->dev);
	u32 common, notify, multiplier;
	struct virtio_pci_common_cfg __iomem *cfg;
	unsigned int ms;

	if (structure(pdev, VIRTIO_PCI_CAP_COMMON_CFG, &common, NULL) ||
	    structure(pdev, VIRTIO_PCI_CAP_NOTIFY_CFG, &notify, &multiplier))
		return -ENODEV;
	cfg = lab->regs + common;
	iowrite8(0, &cfg->device_status);
	for (ms = 0; ioread8(&cfg->device_status); ms++) {
		if (ms == 1000)
			return -ETIMEDOUT;
		usleep_range(1000, 2000);
	}
	iowrite8(VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER,
		 &cfg->device_status);
	iowrite32(0, &cfg->guest_feature_select);
	iowrite32(0, &cfg->guest_feature);
	iowrite32(1, &cfg->guest_feature_select);
	iowrite32(FEATURES_HIGH, &cfg->guest_feature);
	iowrite8(VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER |
		 VIRTIO_CONFIG_S_FEATURES_OK, &cfg->device_status);
	if (!(ioread8(&cfg->device_status) & VIRTIO_CONFIG_S_FEATURES_OK))
		return -EOPNOTSUPP;

	iowrite16(0, &cfg->queue_select);
	iowrite16(RING, &cfg->queue_size);
	write_address((void __iomem *)&cfg->queue_desc_lo, table);
	write_address((void __iomem *)&cfg->queue_avail_lo, lab->dma + AVAIL);
	write_address((void __iomem *)&cfg->queue_used_lo, lab->dma + USED);
	iowrite16(1, &cfg->queue_enable);
	iowrite8(VIRTIO_CONFIG_S_ACKNOWLEDGE | VIRTIO_CONFIG_S_DRIVER |
		 VIRTIO_CONFIG_S_FEATURES_OK | VIRTIO_CONFIG_S_DRIVER_OK,
		 &cfg->device_status);
	iowrite16(0, lab->regs + notify +
		  ioread16(&cfg->queue_notify_off) * multiplier);
	return 0;
}

static void descriptor(void *table, u64 buffer)
{
	struct vring_desc *desc = table;

	memset(desc, 0, RING * sizeof(*desc));
	desc->addr = cpu_to_le64(buffer);
	desc->len = cpu_to_le32(BYTES);
	desc->flags = cpu_to_le16(VRING_DESC_F_WRITE);
}

/* Is this memory changed by what the device is told to do? 1, 0 or -errno */
static int changes(struct lab_dma *lab, u64 table, u8 *memory)
{
	struct vring_avail *avail = (void *)(lab->mapped + AVAIL);
	struct vring_used *used = (void *)(lab->mapped + USED);
	unsigned int ms;
	int ret;

	lab_fill(memory, 0x77);
	memset(used, 0, sizeof(*used));
	avail->flags = cpu_to_le16(VRING_AVAIL_F_NO_INTERRUPT);
	avail->ring[0] = 0;
	avail->idx = cpu_to_le16(1);
	mb();	/* all is in memory before the device looks */
	ret = start(lab, table);
	if (ret)
		return ret;
	/* the device says so when it is done, and nothing when it cannot */
	for (ms = 0; ms < 1000 && !READ_ONCE(used->idx); ms++)
		usleep_range(1000, 2000);
	return !lab_is_filled(memory, 0x77);
}

/* Without an access that works the others say nothing. */
static int works(struct lab_dma *lab)
{
	int ret;

	descriptor(lab->mapped, lab->dma + BUFFER);
	ret = changes(lab, lab->dma, lab->mapped + BUFFER);
	if (ret)
		return ret < 0 ? ret : 0;
	dev_err(lab->dev, "does not reach what is mapped for it\n");
	return -EIO;
}

static int rng_reads(struct lab_dma *lab, u64 bus, u8 *target)
{
	int ret;

	ret = works(lab);
	if (ret)
		return ret;
	descriptor(target, lab->dma + BUFFER);
	return changes(lab, bus, lab->mapped + BUFFER);
}

static int rng_writes(struct lab_dma *lab, u64 bus, u8 *target)
{
	int ret;

	ret = works(lab);
	if (ret)
		return ret;
	descriptor(lab->mapped, bus);
	return changes(lab, lab->dma, target);
}

static const struct lab_dma_ops rng_ops = {
	.reads = rng_reads,
	.writes = rng_writes,
};

static int rng_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	return PTR_ERR_OR_ZERO(lab_dma_probe(pdev, 4, 2 * LAB_SIZE, &rng_ops));
}

static const struct pci_device_id rng_ids[] = {
	{ PCI_DEVICE(0x1af4, 0x1044) },
	{ }
};
MODULE_DEVICE_TABLE(pci, rng_ids);

static struct pci_driver rng_driver = {
	.name = "rng_dma",
	.id_table = rng_ids,
	.probe = rng_probe,
};

int rng_init(void)
{
	return lab_dma_unbound ? 0 : pci_register_driver(&rng_driver);
}

void rng_exit(void)
{
	if (!lab_dma_unbound)
		pci_unregister_driver(&rng_driver);
}
