/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * virtio-iommu: virtio specification 1.2, section 5.13 ("IOMMU device").
 */
#ifndef _IC_VIRTIO_IOMMU_REGS_H
#define _IC_VIRTIO_IOMMU_REGS_H

#include "unit_caps.h"

/* Feature bits, section 5.13.3 */
#define VIOMMU_F_INPUT_RANGE	0
#define VIOMMU_F_DOMAIN_RANGE	1
#define VIOMMU_F_MAP_UNMAP	2
#define VIOMMU_F_BYPASS		3
#define VIOMMU_F_PROBE		4
#define VIOMMU_F_MMIO		5
#define VIOMMU_F_BYPASS_CONFIG	6

/* Offsets in the device configuration space, section 5.13.4 */
#define VIOMMU_CFG_PAGE_SIZE_MASK	0x00
#define VIOMMU_CFG_INPUT_START		0x08
#define VIOMMU_CFG_INPUT_END		0x10
#define VIOMMU_CFG_DOMAIN_START		0x18
#define VIOMMU_CFG_DOMAIN_END		0x1c
#define VIOMMU_CFG_PROBE_SIZE		0x20
#define VIOMMU_CFG_BYPASS		0x24
#define VIOMMU_CFG_LEN			0x28

/**
 * struct viommu_config - the device configuration space, in host byte order
 * @page_size_mask: bit n: granules of 2^n bytes
 * @input_start: first I/O virtual address (F_INPUT_RANGE)
 * @input_end: last I/O virtual address (F_INPUT_RANGE)
 * @domain_start: first domain id (F_DOMAIN_RANGE)
 * @domain_end: last domain id (F_DOMAIN_RANGE)
 * @probe_size: size of probe requests (F_PROBE)
 * @bypass: let unattached endpoints through (F_BYPASS_CONFIG)
 */
struct viommu_config {
	u64 page_size_mask;
	u64 input_start;
	u64 input_end;
	u32 domain_start;
	u32 domain_end;
	u32 probe_size;
	u8 bypass;
};

/**
 * struct viommu_caps - features and configuration decoded
 * @map_unmap: F_MAP_UNMAP
 * @probe: F_PROBE
 * @mmio: F_MMIO
 * @bypass_feature: F_BYPASS, the older form
 * @bypass_config: F_BYPASS_CONFIG
 * @bypass: unattached endpoints are let through now; IC_UNKNOWN without
 *	F_BYPASS_CONFIG
 * @page_sizes: bit n: granules of 2^n bytes
 * @input_start: first I/O virtual address
 * @input_end: last I/O virtual address
 * @address_width: bits that the last address needs
 * @domains: number of domain ids
 */
struct viommu_caps {
	bool map_unmap;
	bool probe;
	bool mmio;
	bool bypass_feature;
	bool bypass_config;
	enum ic_tristate bypass;
	u64 page_sizes;
	u64 input_start;
	u64 input_end;
	int address_width;
	u64 domains;
};

int viommu_read_config(const void *space, size_t len,
		       struct viommu_config *out);
void viommu_decode(u64 features, const struct viommu_config *config,
		   struct viommu_caps *out);
void viommu_unit_caps(const struct viommu_caps *caps, struct ic_unit_caps *out);

#endif /* _IC_VIRTIO_IOMMU_REGS_H */
