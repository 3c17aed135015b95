/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The DMAR table: Intel VT-d specification (rev 4.1), chapter 8,
 * "BIOS Considerations".
 */
#ifndef _IC_DMAR_H
#define _IC_DMAR_H

#include "acpi_table.h"

/* Remapping structure types, section 8.2 */
enum dmar_entry_type {
	DMAR_ENTRY_DRHD = 0,
	DMAR_ENTRY_RMRR = 1,
	DMAR_ENTRY_ATSR = 2,
	DMAR_ENTRY_RHSA = 3,
	DMAR_ENTRY_ANDD = 4,
	DMAR_ENTRY_SATC = 5,
	DMAR_ENTRY_SIDP = 6,
};

/* Device scope types, section 8.3.1 */
enum dmar_scope_kind {
	DMAR_SCOPE_ENDPOINT = 1,
	DMAR_SCOPE_BRIDGE = 2,
	DMAR_SCOPE_IOAPIC = 3,
	DMAR_SCOPE_HPET = 4,
	DMAR_SCOPE_NAMESPACE = 5,
};

/**
 * struct dmar_header - what the DMAR table says about the machine
 * @host_address_width: bits of DMA address, the table's field plus one
 * @flags: the flags byte as it is
 * @intr_remap: flag bit 0: the platform supports interrupt remapping
 * @x2apic_opt_out: flag bit 1: firmware asks not to use x2APIC
 * @dma_opt_in: flag bit 2: firmware claims to have protected DMA before
 *	the kernel started
 */
struct dmar_header {
	unsigned int host_address_width;
	u8 flags;
	bool intr_remap;
	bool x2apic_opt_out;
	bool dma_opt_in;
};

/**
 * struct dmar_scope_list - the device scopes of one entry
 * @data: first byte
 * @len: length in bytes
 * @offset: where in the table they start
 *
 * Points into the table; iterate with dmar_scope_first().
 */
struct dmar_scope_list {
	const u8 *data;
	u32 len;
	u32 offset;
};

/**
 * struct dmar_scope - one device scope
 * @type: see &enum dmar_scope_kind; other values are reserved ones
 * @flags: flags byte (SIDP and SATC give it a meaning), else reserved
 * @enumeration_id: I/O APIC id, HPET number or ANDD number; 0 for others
 * @start_bus: bus that @path starts on
 * @path_len: number of (device, function) pairs in the path
 * @path: the pairs, two bytes each, pointing into the table
 * @offset: where in the table the scope starts
 */
struct dmar_scope {
	u8 type;
	u8 flags;
	u8 enumeration_id;
	u8 start_bus;
	unsigned int path_len;
	const u8 *path;
	u32 offset;
};

/**
 * struct dmar_scope_iter - position in a list of device scopes
 * @left: what is still to be read
 */
struct dmar_scope_iter {
	struct dmar_scope_list left;
};

/* A DRHD entry: a remapping unit, section 8.3. */
struct dmar_unit {
	u16 segment;
	u64 address;		/* base of its registers */
	u32 size;		/* of the register set in bytes */
	u8 flags;
	bool include_all;	/* all functions of the segment not in a scope */
	u32 offset;		/* of the entry in the table */
	struct dmar_scope_list scopes;
};

/* An RMRR entry: memory that devices use from the start, section 8.4. */
struct dmar_rmrr {
	u16 segment;
	u64 base;
	u64 end;		/* last byte */
	u32 offset;
	struct dmar_scope_list scopes;
};

/* An ATSR entry: root ports that support ATS, section 8.5. */
struct dmar_atsr {
	u16 segment;
	u8 flags;
	bool all_ports;
	u32 offset;
	struct dmar_scope_list scopes;
};

/* A RHSA entry: proximity domain of a unit, section 8.6. */
struct dmar_rhsa {
	u64 address;
	u32 proximity_domain;
	u32 offset;
};

/*
 * An ANDD entry: the ACPI name of a device that scopes refer to by number,
 * section 8.7. The name is not NUL-terminated here; @name_len has no NUL in it.
 */
struct dmar_andd {
	u8 device_number;
	const char *name;
	u32 name_len;
	u32 offset;
};

/* A SATC entry: integrated devices with a translation cache, section 8.8. */
struct dmar_satc {
	u16 segment;
	u8 flags;
	bool atc_required;
	u32 offset;
	struct dmar_scope_list scopes;
};

/* A SIDP entry: properties of integrated devices, section 8.9. */
struct dmar_sidp {
	u16 segment;
	u32 offset;
	struct dmar_scope_list scopes;
};

/**
 * struct dmar_visitor - what to call for each part of a DMAR table
 *
 * A callback that is NULL is skipped. One that returns other than 0 ends the
 * walk, and dmar_parse() returns that value. What a callback is given lives
 * until it returns, except that pointers into the table live as long as it.
 */
struct dmar_visitor {
	int (*header)(void *ctx, const struct dmar_header *hdr);
	int (*unit)(void *ctx, const struct dmar_unit *unit);
	int (*rmrr)(void *ctx, const struct dmar_rmrr *rmrr);
	int (*atsr)(void *ctx, const struct dmar_atsr *atsr);
	int (*rhsa)(void *ctx, const struct dmar_rhsa *rhsa);
	int (*andd)(void *ctx, const struct dmar_andd *andd);
	int (*satc)(void *ctx, const struct dmar_satc *satc);
	int (*sidp)(void *ctx, const struct dmar_sidp *sidp);
};

int dmar_parse(const void *table, size_t len, const struct dmar_visitor *v,
	       void *ctx, struct ic_parse_error *err);
void dmar_scope_first(struct dmar_scope_iter *it,
		      const struct dmar_scope_list *list);
int dmar_scope_next(struct dmar_scope_iter *it, struct dmar_scope *out,
		    struct ic_parse_error *err);
const char *dmar_scope_type_name(u8 type);

/**
 * dmar_scope_device() - device number of one hop of a scope's path
 * @s: the scope
 * @hop: index, less than its path_len
 *
 * Return: the PCI device number.
 */
static inline u8 dmar_scope_device(const struct dmar_scope *s, unsigned int hop)
{
	return s->path[2 * hop];
}

/**
 * dmar_scope_function() - function number of one hop of a scope's path
 * @s: the scope
 * @hop: index, less than its path_len
 *
 * Return: the PCI function number.
 */
static inline u8 dmar_scope_function(const struct dmar_scope *s,
				     unsigned int hop)
{
	return s->path[2 * hop + 1];
}

#endif /* _IC_DMAR_H */
