/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The IVRS table: AMD I/O Virtualization Technology specification (48882,
 * rev 3.10), section 5.2.
 */
#ifndef _IC_IVRS_H
#define _IC_IVRS_H

#include "acpi_table.h"

/* Block types, section 5.2.2 */
enum ivrs_block_type {
	IVRS_IVHD_10 = 0x10,
	IVRS_IVHD_11 = 0x11,
	IVRS_IVMD_ALL = 0x20,
	IVRS_IVMD_DEVICE = 0x21,
	IVRS_IVMD_RANGE = 0x22,
	IVRS_IVHD_40 = 0x40,
};

/* Device entry types, sections 5.2.2.4 to 5.2.2.9 */
enum ivrs_dev_type {
	IVRS_DEV_PAD4 = 0,
	IVRS_DEV_ALL = 1,
	IVRS_DEV_SELECT = 2,
	IVRS_DEV_RANGE_START = 3,
	IVRS_DEV_RANGE_END = 4,
	IVRS_DEV_PAD8 = 64,
	IVRS_DEV_ALIAS_SELECT = 66,
	IVRS_DEV_ALIAS_START = 67,
	IVRS_DEV_EXT_SELECT = 70,
	IVRS_DEV_EXT_START = 71,
	IVRS_DEV_SPECIAL = 72,
	IVRS_DEV_ACPI_HID = 240,
};

/* Varieties of IVRS_DEV_SPECIAL */
#define IVRS_SPECIAL_IOAPIC	1
#define IVRS_SPECIAL_HPET	2

/**
 * struct ivrs_header - what the IVRS table says about the machine
 * @ivinfo: the IVinfo field as it is
 * @efr_supported: IVinfo bit 0: EFR images in the IVHD blocks are valid
 * @dma_opt_in: IVinfo bit 1: firmware claims to have protected DMA before
 *	the kernel started
 * @guest_address_width: GVASize in bits, 0 if the encoding is reserved
 * @physical_address_width: PASize in bits
 * @virtual_address_width: VASize in bits
 * @ats_reserved: HtAtsResv
 */
struct ivrs_header {
	u32 ivinfo;
	bool efr_supported;
	bool dma_opt_in;
	u8 guest_address_width;
	u8 physical_address_width;
	u8 virtual_address_width;
	bool ats_reserved;
};

/**
 * struct ivrs_dev_list - the device entries of one IVHD block
 * @data: first byte
 * @len: length in bytes
 * @offset: where in the table they start
 */
struct ivrs_dev_list {
	const u8 *data;
	u32 len;
	u32 offset;
};

/**
 * struct ivrs_ivhd - one IVHD block
 * @type: 0x10, 0x11 or 0x40; the higher the richer
 * @flags: flags byte
 * @device: requester id of the unit's PCI function
 * @capability: offset of the IOMMU capability in its configuration space
 * @address: base of its registers
 * @segment: PCI segment
 * @info: MSI number and unit id
 * @features: type 0x10: feature reporting; others: attributes
 * @has_efr: the block carries register images
 * @efr: image of the Extended Feature Register
 * @efr2: image of the Extended Feature 2 Register
 * @offset: of the block in the table
 * @devices: iterate with ivrs_dev_first()
 *
 * Several blocks may describe one unit (same @segment and @device): the
 * reader picks the one with the highest type.
 */
struct ivrs_ivhd {
	u8 type;
	u8 flags;
	u16 device;
	u16 capability;
	u64 address;
	u16 segment;
	u16 info;
	u32 features;
	bool has_efr;
	u64 efr;
	u64 efr2;
	u32 offset;
	struct ivrs_dev_list devices;
};

/**
 * struct ivrs_ivmd - one IVMD block: memory that devices use
 * @type: 0x20 all devices, 0x21 one, 0x22 a range of them
 * @flags: bit 0 unity mapping, 1 readable, 2 writable, 3 exclusion range
 * @device: requester id, or first of the range; no meaning for 0x20
 * @device_end: last of the range for 0x22
 * @segment: PCI segment
 * @base: first byte
 * @length: in bytes
 * @offset: of the block in the table
 */
struct ivrs_ivmd {
	u8 type;
	u8 flags;
	u16 device;
	u16 device_end;
	u16 segment;
	u64 base;
	u64 length;
	u32 offset;
};

/**
 * struct ivrs_dev - one device entry of an IVHD block
 * @type: see &enum ivrs_dev_type; others are unknown or reserved
 * @data: data setting (DTE) byte
 * @device: requester id
 * @alias: source id that requests carry (alias and special entries)
 * @handle: special: I/O APIC id or HPET number
 * @variety: special: IVRS_SPECIAL_IOAPIC or IVRS_SPECIAL_HPET
 * @extended: extended data setting (extended entries)
 * @hid: ACPI hardware id, eight bytes (ACPI HID entries), else NULL
 * @cid: compatible id, eight bytes, else NULL
 * @uid_type: 0 none, 1 integer, 2 string
 * @uid_len: length of @uid
 * @uid: unique id, pointing into the table
 * @offset: of the entry in the table
 */
struct ivrs_dev {
	u8 type;
	u8 data;
	u16 device;
	u16 alias;
	u8 handle;
	u8 variety;
	u32 extended;
	const u8 *hid;
	const u8 *cid;
	u8 uid_type;
	u8 uid_len;
	const u8 *uid;
	u32 offset;
};

/**
 * struct ivrs_dev_iter - position in a list of device entries
 * @left: what is still to be read
 */
struct ivrs_dev_iter {
	struct ivrs_dev_list left;
};

/**
 * struct ivrs_visitor - what to call for each part of an IVRS table
 *
 * A callback that is NULL is skipped. One that returns other than 0 ends the
 * walk, and ivrs_parse() returns that value.
 */
struct ivrs_visitor {
	int (*header)(void *ctx, const struct ivrs_header *hdr);
	int (*ivhd)(void *ctx, const struct ivrs_ivhd *ivhd);
	int (*ivmd)(void *ctx, const struct ivrs_ivmd *ivmd);
};

int ivrs_parse(const void *table, size_t len, const struct ivrs_visitor *v,
	       void *ctx, struct ic_parse_error *err);
void ivrs_dev_first(struct ivrs_dev_iter *it, const struct ivrs_dev_list *list);
int ivrs_dev_next(struct ivrs_dev_iter *it, struct ivrs_dev *out,
		  struct ic_parse_error *err);

#endif /* _IC_IVRS_H */
