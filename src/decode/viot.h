/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The VIOT table: ACPI 6.5, section 5.2.33, "Virtual I/O Translation Table".
 */
#ifndef _IC_VIOT_H
#define _IC_VIOT_H

#include "acpi_table.h"

enum viot_node_kind {
	VIOT_NODE_PCI_RANGE = 1,
	VIOT_NODE_MMIO = 2,
	VIOT_NODE_VIRTIO_PCI = 3,
	VIOT_NODE_VIRTIO_MMIO = 4,
};

/* PCI functions that a unit translates; endpoint ids count up from the start. */
struct viot_pci_range {
	u32 endpoint_start;
	u16 segment_start;
	u16 segment_end;
	u16 bdf_start;
	u16 bdf_end;
	u16 output_node;	/* offset of the unit's node in the table */
	u32 offset;
};

/* A device outside PCI that a unit translates. */
struct viot_mmio {
	u32 endpoint;
	u64 address;
	u16 output_node;
	u32 offset;
};

/* A virtio-iommu that is a PCI function. */
struct viot_virtio_pci {
	u16 segment;
	u16 bdf;
	u32 offset;
};

/* A virtio-iommu on the virtio-mmio transport. */
struct viot_virtio_mmio {
	u64 address;
	u32 offset;
};

/**
 * struct viot_visitor - what to call for each node of a VIOT table
 *
 * A callback that is NULL is skipped. One that returns other than 0 ends the
 * walk, and viot_parse() returns that value.
 */
struct viot_visitor {
	int (*pci_range)(void *ctx, const struct viot_pci_range *range);
	int (*mmio)(void *ctx, const struct viot_mmio *mmio);
	int (*virtio_pci)(void *ctx, const struct viot_virtio_pci *unit);
	int (*virtio_mmio)(void *ctx, const struct viot_virtio_mmio *unit);
};

int viot_parse(const void *table, size_t len, const struct viot_visitor *v,
	       void *ctx, struct ic_parse_error *err);

#endif /* _IC_VIOT_H */
