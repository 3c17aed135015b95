// SPDX-License-Identifier: GPL-2.0-only
/*
 * AMD-Vi translation tables in memory: AMD I/O Virtualization Technology
 * specification (48882, rev 3.10), section 2.2.
 *
 * Device table entry -> host page table (version 1), and, where GV is set,
 * -> GCR3 table -> guest page table (x86 format), whose addresses the host
 * page table translates, unless its Mode is 0.
 */
#include "amdvi_tables.h"

#define ADDRESS		0x000ffffffffff000ULL

/* First quadword of a device table entry */
#define DTE_V(e)	ic_bit((e)[0], 0)
#define DTE_TV(e)	ic_bit((e)[0], 1)
#define DTE_MODE(e)	((unsigned int)ic_bits((e)[0], 11, 9))
#define DTE_GIOV(e)	ic_bit((e)[0], 54)
#define DTE_GV(e)	ic_bit((e)[0], 55)
#define DTE_GLX(e)	((unsigned int)ic_bits((e)[0], 57, 56))
/* Third quadword */
#define DTE_IV(e)	ic_bit((e)[2], 0)
#define DTE_GPM(e)	((unsigned int)ic_bits((e)[2], 55, 54))
#define DTE_INT_CTL(e)	((unsigned int)ic_bits((e)[2], 61, 60))

/* IR and IW are bits 61 and 62 of device table entries and page tables alike */
static u8 access_bits(u64 entry)
{
	return (u8)ic_bits(entry, 62, 61);
}

/* Section 2.2.3: version 1 tables, with skipped levels and larger pages */
static void host_entry(const struct ic_pt *pt, unsigned int level, u64 raw,
		       struct ic_pte *out)
{
	unsigned int next = ic_bits(raw, 11, 9);

	out->kind = IC_PTE_NONE;
	if (!ic_bit(raw, 0))
		return;
	out->access = access_bits(raw);
	out->address = raw & ADDRESS;
	if (next && next != 7) {
		out->kind = IC_PTE_TABLE;
		out->level = (u8)next;
		return;
	}
	out->kind = IC_PTE_LEAF;
	out->shift = (u8)ic_pt_shift(pt, level);
	if (next != 7)
		return;
	/* The lowest 0 of the address gives the size: at bit 12 for 8K. */
	for (out->shift = 13; out->shift < 52; out->shift++)
		if (!ic_bit(raw, out->shift - 1U))
			return;
	out->kind = IC_PTE_NONE;
}

/* The entry's page table of the host; false if it translates nothing. */
static bool host_table(const u64 *dte, struct ic_pt *pt)
{
	unsigned int mode = DTE_MODE(dte);

	if (!mode || mode > IC_PT_LEVELS)
		return false;
	pt->entry = host_entry;
	pt->root = dte[0] & ADDRESS;
	pt->page_shift = 12;
	pt->address_shift = 0;
	pt->levels = (u8)mode;
	pt->input_bits = (u8)(mode < 6 ? 12 + 9 * mode : 64);
	pt->access = access_bits(dte[0]);
	pt->flags = 0;
	return true;
}

/* The device table entry of a requester: section 2.2.2; IC_PATH_UNKNOWN or 0 */
static int read_dte(const struct amdvi_tables *tables, const struct ic_mem *mem,
		    u16 rid, u64 *dte)
{
	unsigned int segments = amdvi_segments(tables->control);
	u32 per_segment, index;
	u64 base;

	if (!segments)
		return IC_PATH_UNKNOWN;
	per_segment = 0x10000 / segments;
	index = rid % per_segment;
	base = tables->devtab[rid / per_segment];
	/* Size counts 4K pages, less one; beyond it nothing is specified. */
	if (index >= (ic_bits(base, 8, 0) + 1) * 128)
		return IC_PATH_UNKNOWN;
	if (!ic_read_words(mem, NULL, (base & ADDRESS) + index * 32, dte, 4))
		return IC_PATH_UNKNOWN;
	/* GV without the unit's GTEn, which it depends on, is not specified. */
	return DTE_V(dte) && DTE_GV(dte) && !ic_bit(tables->control, 16) ?
		IC_PATH_UNKNOWN : 0;
}

/*
 * Requests without PASID, section 2.2.2.1 and table 7: with GV and GIoV they
 * are those of PASID 0; otherwise the host's table alone applies.
 */
static int dte_path(const u64 *dte)
{
	if (!DTE_V(dte))
		return IC_PATH_PASS_THROUGH;
	if (!DTE_TV(dte) || !access_bits(dte[0]) || DTE_MODE(dte) == 7)
		return IC_PATH_ABORT;
	if (DTE_MODE(dte) || (DTE_GV(dte) && DTE_GIOV(dte)))
		return IC_PATH_TRANSLATE;
	return IC_PATH_PASS_THROUGH;
}

/**
 * amdvi_classify() - how a unit that is enabled treats a requester
 * @tables: what its registers say of its tables
 * @mem: memory
 * @rid: bus, device and function
 *
 * What counts are requests without PASID. One read.
 *
 * Return: IC_PATH_TRANSLATE, IC_PATH_PASS_THROUGH, IC_PATH_ABORT, or
 * IC_PATH_UNKNOWN when the entry is not in memory that can be read, or there is
 * none.
 */
int amdvi_classify(const struct amdvi_tables *tables, const struct ic_mem *mem,
		   u16 rid)
{
	u64 dte[4];

	return read_dte(tables, mem, rid, dte) ? IC_PATH_UNKNOWN : dte_path(dte);
}

/**
 * amdvi_interrupts() - what becomes of a requester's interrupts
 * @tables: what the registers of a unit that is enabled say of its tables
 * @mem: memory
 * @rid: bus, device and function
 *
 * Fixed and arbitrated interrupts: IV and IntCtl, section 2.2.2.1.
 *
 * Return: what becomes of them.
 */
enum amdvi_interrupts
amdvi_interrupts(const struct amdvi_tables *tables, const struct ic_mem *mem,
		 u16 rid)
{
	u64 dte[4];

	if (read_dte(tables, mem, rid, dte))
		return AMDVI_INTR_UNKNOWN;
	if (!DTE_IV(dte))
		return AMDVI_INTR_FORWARDED;
	switch (DTE_INT_CTL(dte)) {
	case 0:
		return AMDVI_INTR_ABORTED;
	case 1:
		return AMDVI_INTR_FORWARDED;
	case 2:
		return AMDVI_INTR_REMAPPED;
	default:
		return AMDVI_INTR_UNKNOWN;
	}
}

/* GCR3 Table Root Pointer, in three parts: section 2.2.2.1 */
static u64 gcr3_root(const u64 *dte)
{
	return ic_bits(dte[0], 60, 58) << 12 | ic_bits(dte[1], 31, 16) << 15 |
	       ic_bits(dte[1], 63, 43) << 31;
}

/* The guest page table that an entry of the last GCR3 table points to */
static int enumerate_guest(const u64 *dte, u64 entry,
			   const struct ic_pt *host, struct ic_walk *walk)
{
	struct ic_pt guest = {
		.entry = ic_pte_x86,
		.root = entry & ADDRESS,
		.page_shift = 12,
		.levels = (u8)(DTE_GPM(dte) + 4),
		.access = access_bits(dte[0]),
		.flags = IC_X86_1G,
	};

	/* 0: four levels, 1: five; more are reserved */
	if (DTE_GPM(dte) > 1)
		return 0;
	guest.input_bits = (u8)(12 + 9 * guest.levels);
	return ic_pt_enumerate(walk, &guest, host);
}

/*
 * The tables of GCR3 are a radix tree over the PASID: section 2.2.6. Depth
 * first.
 */
static int enumerate_gcr3(const struct amdvi_tables *tables, const u64 *dte,
			  const struct ic_pt *host, struct ic_walk *walk)
{
	u32 next[3] = { };
	unsigned int depth = 0, levels = DTE_GLX(dte) + 1;
	u64 table[3] = { gcr3_root(dte) }, entry;
	int ret;

	if (levels > 3)
		return 0;
	/*
	 * With GCR3TRPMode, as every driver with nested tables sets it, GCR3 is a
	 * guest physical address. What lies below it in the other mode is not known.
	 */
	if (host && !ic_bit(tables->control, 58))
		return -ENODATA;
	for (;;) {
		/* Of 20 bits of PASID, the top level of three has 2. */
		if (next[depth] >= (levels == 3 && !depth ? 4 : 512)) {
			if (!depth)
				return 0;
			depth--;
			continue;
		}
		ret = ic_walk_charge(walk, 1);
		if (ret)
			return ret;
		if (!ic_read_words(walk->mem, host,
				   table[depth] + next[depth] * 8, &entry, 1))
			return -ENODATA;
		next[depth]++;
		if (!ic_bit(entry, 0))
			continue;
		if (depth + 1 == levels) {
			ret = enumerate_guest(dte, entry, host, walk);
			if (ret)
				return ret;
			continue;
		}
		depth++;
		table[depth] = entry & ADDRESS;
		next[depth] = 0;
	}
}

/**
 * amdvi_enumerate() - call walk->range for all memory that a requester reaches
 * @tables: what the registers of a unit that is enabled say of its tables
 * @rid: bus, device and function
 * @walk: the walk; its @all is set where requests are passed through, one way
 *	or both
 *
 * With GV the requests with a PASID count, too; pages of the supervisor do
 * not: requests are not privileged.
 *
 * Return: 0, -ENODATA when a table is not in memory that can be read, -E2BIG
 * when there are more entries than the walk may read, or what a callback
 * returned.
 */
int amdvi_enumerate(const struct amdvi_tables *tables, u16 rid,
		    struct ic_walk *walk)
{
	struct ic_pt host;
	bool have_host, guest;
	u64 dte[4];
	int ret = 0;

	if (read_dte(tables, walk->mem, rid, dte))
		return -ENODATA;
	switch (dte_path(dte)) {
	case IC_PATH_ABORT:
		return 0;
	case IC_PATH_PASS_THROUGH:
		walk->all = DTE_V(dte) ? access_bits(dte[0]) :
					 IC_READ | IC_WRITE;
		break;
	}
	if (!DTE_V(dte))
		return 0;
	have_host = host_table(dte, &host);
	guest = DTE_GV(dte);
	if (have_host && !(guest && DTE_GIOV(dte)))
		ret = ic_pt_enumerate(walk, &host, NULL);
	if (!ret && guest)
		ret = enumerate_gcr3(tables, dte, have_host ? &host : NULL,
				     walk);
	return ret;
}
