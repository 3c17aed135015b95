/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The RIMT table: RISC-V IO Mapping Table specification 1.0.
 */
#ifndef _IC_RIMT_H
#define _IC_RIMT_H

#include "acpi_table.h"

enum rimt_node_kind {
	RIMT_NODE_IOMMU = 0,
	RIMT_NODE_ROOT_COMPLEX = 1,
	RIMT_NODE_PLATFORM_DEVICE = 2,
};

/**
 * struct rimt_iommu - an IOMMU node
 * @offset: of the node in the table; mappings refer to it by that
 * @id: unique in the table
 * @hardware_id: ACPI or PCI id, eight bytes
 * @address: base of its registers; no meaning where @is_pci
 * @flags: flags as they are
 * @is_pci: the unit is a PCI function
 * @pxm_valid: @proximity_domain is valid
 * @proximity_domain: proximity domain
 * @segment: PCI segment where @is_pci
 * @bdf: requester id where @is_pci
 * @wires: number of interrupt wires
 */
struct rimt_iommu {
	u32 offset;
	u16 id;
	const u8 *hardware_id;
	u64 address;
	u32 flags;
	bool is_pci;
	bool pxm_valid;
	u32 proximity_domain;
	u16 segment;
	u16 bdf;
	u16 wires;
};

/**
 * struct rimt_maps - the id mappings of a node; read them with rimt_map()
 * @count: how many
 * @data: the first one, in the table
 */
struct rimt_maps {
	u16 count;
	const u8 *data;
};

/* A PCIe root complex. */
struct rimt_root_complex {
	u32 offset;
	u16 id;
	u32 flags;
	bool ats;
	bool pri;
	u16 segment;
	struct rimt_maps maps;
};

/* A device outside PCI. The name is not NUL-terminated. */
struct rimt_platform_device {
	u32 offset;
	u16 id;
	const char *name;
	u32 name_len;
	struct rimt_maps maps;
};

/**
 * struct rimt_map - one id mapping
 * @source_base: lowest source id
 * @count: number of ids, as the field states it
 * @dest_base: lowest device id at the IOMMU
 * @dest_offset: offset in the table of the IOMMU's node
 * @flags: flags: ATS, PRI and RCiEP hints
 */
struct rimt_map {
	u32 source_base;
	u32 count;
	u32 dest_base;
	u32 dest_offset;
	u32 flags;
};

/**
 * struct rimt_visitor - what to call for each node of a RIMT table
 *
 * A callback that is NULL is skipped. One that returns other than 0 ends the
 * walk, and rimt_parse() returns that value.
 */
struct rimt_visitor {
	int (*iommu)(void *ctx, const struct rimt_iommu *iommu);
	int (*root_complex)(void *ctx, const struct rimt_root_complex *rc);
	int (*platform_device)(void *ctx, const struct rimt_platform_device *pd);
};

int rimt_parse(const void *table, size_t len, const struct rimt_visitor *v,
	       void *ctx, struct ic_parse_error *err);
void rimt_map(const struct rimt_maps *maps, u16 index, struct rimt_map *out);

#endif /* _IC_RIMT_H */
