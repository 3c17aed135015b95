/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Translation tables in memory: what the walkers of all IOMMU architectures
 * have in common.
 *
 * An architecture's file finds the page tables of a requester id in the
 * unit's own tables and says how one entry of them is to be understood; the
 * radix tree itself is visited here, and only here, so that every bound is in
 * one place. Nothing in the tables is trusted: levels only go down, every
 * table is read through one callback that may refuse, and the number of
 * entries read is bounded.
 */
#ifndef _IC_PAGE_TABLE_H
#define _IC_PAGE_TABLE_H

#include "decode.h"

/* How a unit treats the requests of one requester id; 0 is none of these */
#define IC_PATH_TRANSLATE	0x1
#define IC_PATH_PASS_THROUGH	0x2
#define IC_PATH_ABORT		0x4
#define IC_PATH_UNKNOWN		0x8

/* What a request may do to memory */
#define IC_READ		0x1
#define IC_WRITE	0x2

/**
 * struct ic_mem - physical memory as the unit sees it
 * @read: copy @len bytes at physical address @address, which never cross a
 *	4K boundary, into @buf; false if there is no memory that can be read
 * @ctx: for @read
 */
struct ic_mem {
	bool (*read)(void *ctx, u64 address, void *buf, size_t len);
	void *ctx;
};

#define IC_PT_LEVELS	6	/* as many as AMD-Vi has */
#define IC_PT_CHUNK	128	/* entries read at once */

/* One level of a visit: what remains to be looked at of one table */
struct ic_pt_frame {
	u64 table;
	u64 iova;		/* input address of entry 0 */
	u64 next;		/* index of the next entry */
	u64 last;		/* index of the last one */
	u64 chunk_start;	/* index of the first entry in chunk */
	u32 chunk_len;		/* entries in chunk */
	u8 level;
	u8 access;
	u8 chunk[IC_PT_CHUNK * 8];
};

/**
 * struct ic_walk - the enumeration of all that a requester id can reach
 * @mem: memory
 * @range: called for each mapped range, which may be that of several entries:
 *	physical address, bytes, IC_READ and IC_WRITE bits. The same memory may
 *	come more than once. Anything but 0 ends the walk and is returned
 * @poll: called before each chunk of entries is read, or NULL. Anything but 0
 *	ends the walk and is returned
 * @ctx: for @range and @poll
 * @budget: entries that may still be read
 * @all: set to the IC_READ and IC_WRITE bits of requests that reach all of
 *	memory because they are passed through
 * @frames: workspace of two nested stages; too large for a kernel stack
 */
struct ic_walk {
	const struct ic_mem *mem;
	int (*range)(void *ctx, u64 address, u64 size, u32 access);
	int (*poll)(void *ctx);
	void *ctx;
	u64 budget;
	u32 all;
	struct ic_pt_frame frames[2][IC_PT_LEVELS];
};

/**
 * enum ic_pte_kind - what an entry of a page table is
 * @IC_PTE_NONE: not present, or one that the unit faults on
 * @IC_PTE_TABLE: it points to another table
 * @IC_PTE_LEAF: it maps a page
 */
enum ic_pte_kind { IC_PTE_NONE, IC_PTE_TABLE, IC_PTE_LEAF };

/**
 * struct ic_pte - one entry, decoded
 * @kind: what it is
 * @address: where the table or page is
 * @level: table: its level, 1 for the lowest
 * @shift: leaf: its size is 2^@shift bytes. A leaf may be larger than what one
 *	entry stands for, if the format repeats it; a smaller one is a fault
 * @access: IC_READ and IC_WRITE that it grants, also to all below a table
 */
struct ic_pte {
	enum ic_pte_kind kind;
	u64 address;
	u8 level;
	u8 shift;
	u8 access;
};

/**
 * struct ic_pt - one page table
 * @entry: decode entry @raw, not 0, of a table at @level
 * @root: physical address of the top table
 * @input_bits: bits of input address; those above must be 0
 * @page_shift: bits of offset in the smallest page: 12, 14 or 16. A table is
 *	as large as such a page, but the top one, which may be smaller or larger
 * @levels: level of the top table, 1 for the lowest
 * @access: IC_READ and IC_WRITE bits that apply to all of it
 * @address_shift: how far the address in an entry is shifted right
 * @flags: the format's own
 */
struct ic_pt {
	void (*entry)(const struct ic_pt *pt, unsigned int level, u64 raw,
		      struct ic_pte *out);
	u64 root;
	u8 input_bits;
	u8 page_shift;
	u8 levels;
	u8 access;
	u8 address_shift;
	u32 flags;
};

unsigned int ic_pt_shift(const struct ic_pt *pt, unsigned int level);
int ic_pt_translate(const struct ic_mem *mem, const struct ic_pt *pt,
		    u64 address, u64 *out);
bool ic_pt_read(const struct ic_mem *mem, const struct ic_pt *below,
		u64 address, void *buf, size_t len);
bool ic_read_words(const struct ic_mem *mem, const struct ic_pt *below,
		   u64 address, u64 *words, unsigned int count);
int ic_pt_enumerate(struct ic_walk *walk, const struct ic_pt *pt,
		    const struct ic_pt *below);
int ic_walk_charge(struct ic_walk *walk, u64 entries);
void ic_pte_x86(const struct ic_pt *pt, unsigned int level, u64 raw,
		struct ic_pte *out);

/* Flags of ic_pte_x86() */
#define IC_X86_SUPERVISOR	0x1 /* requests may be privileged */
#define IC_X86_NO_WP		0x2 /* these ignore read-only */
#define IC_X86_1G		0x4 /* there are 1G pages */

#endif /* _IC_PAGE_TABLE_H */
