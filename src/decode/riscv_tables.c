// SPDX-License-Identifier: GPL-2.0-only
/*
 * RISC-V IOMMU translation tables in memory: architecture specification 1.0,
 * chapter "Data Structures"; page tables: privileged architecture, Sv39 to
 * Sv57 and Sv39x4 to Sv57x4.
 *
 * Device directory -> device context -> second stage, and -> first stage, be
 * it direct or through a process directory, whose addresses the second stage
 * translates. MSI page tables are not looked at: they redirect messages.
 *
 * What is not decoded, and so is reported as unknown: big-endian tables, Sv32.
 */
#include "riscv_iommu_regs.h"
#include "riscv_tables.h"

/* Translation-control field of a device context */
#define TC_V(dc)	ic_bit((dc)[0], 0)
#define TC_PDTV(dc)	ic_bit((dc)[0], 5)
#define TC_GADE(dc)	ic_bit((dc)[0], 7)
#define TC_SADE(dc)	ic_bit((dc)[0], 8)
#define TC_DPE(dc)	ic_bit((dc)[0], 9)
#define TC_SBE(dc)	ic_bit((dc)[0], 10)
#define TC_SXL(dc)	ic_bit((dc)[0], 11)

/* Of iohgatp, iosatp and pdtp: bits 63:60; 0: bare */
#define MODE(atp)	((unsigned int)ic_bits(atp, 63, 60))

/* Flags of page tables */
#define PT_GUEST	0x1 /* second stage */
#define PT_ADE		0x2 /* hardware sets A and D */
#define PT_SUPERVISOR	0x4 /* requests may be privileged */
#define PT_RSW60	0x8 /* Svrsw60t59b: bits 60 and 59 are software's */

/**
 * struct rv_stages - where requests go
 * @have_second: @second applies
 * @second: the second-stage page table
 */
struct rv_stages {
	bool have_second;
	struct ic_pt second;
};

/* PPN of 44 bits at bit @lo */
static u64 page_address(u64 entry, unsigned int lo)
{
	return ic_bits(entry, lo + 43, lo) << 12;
}

/* Svnapot: the only size is 64K, which 16 entries share */
static bool is_napot(unsigned int level, u64 raw)
{
	return level == 1 && ic_bits(raw, 13, 10) == 8;
}

static void pte(const struct ic_pt *pt, unsigned int level, u64 raw,
		struct ic_pte *out)
{
	bool r = ic_bit(raw, 1), w = ic_bit(raw, 2), x = ic_bit(raw, 3);
	bool ade = pt->flags & PT_ADE;
	unsigned int top = pt->flags & PT_RSW60 ? 58 : 60;

	out->kind = IC_PTE_NONE;
	if (!ic_bit(raw, 0) || (w && !r) || ic_bits(raw, top, 54))
		return;
	out->address = page_address(raw, 10);
	if (!r && !x) {
		out->kind = IC_PTE_TABLE;
		out->level = (u8)(level - 1);
		out->access = IC_READ | IC_WRITE;
		return;
	}
	/* U is required by the second stage, and of requests of user mode. */
	if (!ic_bit(raw, 4) &&
	    (pt->flags & PT_GUEST || !(pt->flags & PT_SUPERVISOR)))
		return;
	if (!ic_bit(raw, 6) && !ade)
		return;
	out->shift = (u8)ic_pt_shift(pt, level);
	if (ic_bit(raw, 63)) {
		if (!is_napot(level, raw))
			return;
		out->shift = 16;
	} else if (out->address & ((1ULL << out->shift) - 1)) {
		return;		/* misaligned */
	}
	out->kind = IC_PTE_LEAF;
	out->access = (r ? IC_READ : 0) |
		      (w && (ic_bit(raw, 7) || ade) ? IC_WRITE : 0);
}

static u32 software_bits(const struct rviommu_tables *tables)
{
	return ic_bit(tables->capabilities, 14) ? PT_RSW60 : 0;
}

/* MODE of iohgatp and iosatp: 8 to 10 for 3 to 5 levels; others reserved */
static bool set_table(u64 atp, u32 flags, struct ic_pt *pt)
{
	if (MODE(atp) < 8 || MODE(atp) > 10)
		return false;
	pt->entry = pte;
	pt->root = page_address(atp, 0);
	pt->page_shift = 12;
	pt->address_shift = 2;
	pt->levels = (u8)(MODE(atp) - 5);
	pt->input_bits = (u8)(12 + 9 * pt->levels);
	/* The top table of a second stage is four times as large. */
	if (flags & PT_GUEST)
		pt->input_bits += 2;
	pt->access = IC_READ | IC_WRITE;
	pt->flags = flags;
	return true;
}

/*
 * The device context: section "Process to locate the device context". The
 * base format has 32 bytes, the extended one 64. Returns 0, IC_PATH_ABORT
 * where there is none, or IC_PATH_UNKNOWN.
 */
static int find_context(const struct rviommu_tables *tables,
			const struct ic_mem *mem, u32 id, u64 *dc)
{
	bool extended = ic_bit(tables->capabilities, 22);
	unsigned int bits = extended ? 6 : 7;
	unsigned int level = rviommu_mode(tables->ddtp) - RVIOMMU_MODE_1LVL;
	u64 table = page_address(tables->ddtp, 10), entry;

	/* fctl.BE */
	if (ic_bit(tables->fctl, 0) || level > 2)
		return IC_PATH_UNKNOWN;
	if (level < 2 ? id >> (bits + 9 * level) : id >> 24)
		return IC_PATH_ABORT;
	for (; level; level--) {
		entry = id >> (bits + 9 * (level - 1)) & 0x1ff;
		if (!ic_read_words(mem, NULL, table + entry * 8, &entry, 1))
			return IC_PATH_UNKNOWN;
		if (!ic_bit(entry, 0))
			return IC_PATH_ABORT;
		table = page_address(entry, 10);
	}
	entry = id & ((1U << bits) - 1);
	if (!ic_read_words(mem, NULL, table + entry * (extended ? 64 : 32), dc,
			   4))
		return IC_PATH_UNKNOWN;
	return TC_V(dc) ? 0 : IC_PATH_ABORT;
}

/* Returns 0, IC_PATH_ABORT, or IC_PATH_UNKNOWN */
static int set_second(const struct rviommu_tables *tables, const u64 *dc,
		      struct rv_stages *out)
{
	if (!MODE(dc[1]))
		return 0;
	if (ic_bit(tables->fctl, 2))	/* fctl.GXL: Sv32x4 */
		return IC_PATH_UNKNOWN;
	out->have_second = set_table(dc[1], PT_GUEST | software_bits(tables) |
				     (TC_GADE(dc) ? PT_ADE : 0), &out->second);
	return out->have_second ? 0 : IC_PATH_ABORT;
}

static const struct ic_pt *second_of(const struct rv_stages *stages)
{
	return stages->have_second ? &stages->second : NULL;
}

/* pdtp.MODE, 1 to 3: bits of process id that the top level has */
static const u8 process_bits[] = { 0, 8, 17, 20 };

/* Levels of the process directory below the top one */
static unsigned int process_levels(u64 pdtp)
{
	return MODE(pdtp) - 1;
}

/*
 * The process context of process 0, which requests without process id are of
 * if TC.DPE says so. Returns 0, IC_PATH_ABORT, or IC_PATH_UNKNOWN.
 */
static int find_process0(const u64 *dc, const struct ic_mem *mem,
			 const struct ic_pt *below, u64 *pc)
{
	u64 table = page_address(dc[3], 0), entry;
	unsigned int level;

	for (level = process_levels(dc[3]); level; level--) {
		if (!ic_read_words(mem, below, table, &entry, 1))
			return IC_PATH_UNKNOWN;
		if (!ic_bit(entry, 0))
			return IC_PATH_ABORT;
		table = page_address(entry, 10);
	}
	if (!ic_read_words(mem, below, table, pc, 2))
		return IC_PATH_UNKNOWN;
	return ic_bit(pc[0], 0) ? 0 : IC_PATH_ABORT;
}

/* Is there a process directory? 0 or 1; else IC_PATH_ABORT: reserved mode */
static int has_processes(const u64 *dc)
{
	if (!TC_PDTV(dc) || !MODE(dc[3]))
		return 0;
	return MODE(dc[3]) < sizeof(process_bits) ? 1 : IC_PATH_ABORT;
}

/* iosatp of requests without process id; 0: bare. Returns as above. */
static int find_first(const u64 *dc, const struct ic_mem *mem,
		      const struct ic_pt *below, u64 *iosatp)
{
	int ret = has_processes(dc);
	u64 pc[2];

	*iosatp = 0;
	if (ret == IC_PATH_ABORT)
		return ret;
	if (!ret) {
		if (!TC_PDTV(dc))
			*iosatp = dc[3];
		return 0;
	}
	if (!TC_DPE(dc))
		return 0;
	ret = find_process0(dc, mem, below, pc);
	if (!ret)
		*iosatp = pc[1];
	return ret;
}

/* Find the path of requests without process id: IC_PATH_* or IC_PATH_UNKNOWN */
static int find_stages(const struct rviommu_tables *tables,
		       const struct ic_mem *mem, u32 id, u64 *dc,
		       struct rv_stages *out, u64 *iosatp)
{
	struct ic_pt first;
	int ret;

	out->have_second = false;
	dc[0] = 0;
	if (rviommu_mode(tables->ddtp) == RVIOMMU_MODE_OFF)
		return IC_PATH_ABORT;
	if (rviommu_mode(tables->ddtp) == RVIOMMU_MODE_BARE)
		return IC_PATH_PASS_THROUGH;
	ret = find_context(tables, mem, id, dc);
	if (!ret)
		ret = set_second(tables, dc, out);
	if (!ret)
		ret = find_first(dc, mem, second_of(out), iosatp);
	if (ret)
		return ret;
	if (!MODE(*iosatp))
		return out->have_second ? IC_PATH_TRANSLATE :
					  IC_PATH_PASS_THROUGH;
	if (TC_SBE(dc) || TC_SXL(dc))
		return IC_PATH_UNKNOWN;
	return set_table(*iosatp, 0, &first) ? IC_PATH_TRANSLATE :
					       IC_PATH_ABORT;
}

/**
 * rviommu_classify() - how a unit treats a device
 * @tables: what its registers say of its tables
 * @mem: memory
 * @device_id: the device's id, for PCI functions the requester id
 *
 * What counts are requests without process id (PASID).
 *
 * Return: IC_PATH_TRANSLATE, IC_PATH_PASS_THROUGH, IC_PATH_ABORT, or
 * IC_PATH_UNKNOWN when a table is not in memory that can be read, or its format is
 * not known.
 */
int rviommu_classify(const struct rviommu_tables *tables,
		     const struct ic_mem *mem, u32 device_id)
{
	struct rv_stages stages;
	u64 dc[4], iosatp;

	return find_stages(tables, mem, device_id, dc, &stages, &iosatp);
}

/* One first stage, bare or not, over the second */
static int enumerate_first(const struct rviommu_tables *tables, const u64 *dc,
			   u64 iosatp, bool supervisor,
			   const struct ic_pt *below, struct ic_walk *walk)
{
	u32 flags = (TC_SADE(dc) ? PT_ADE : 0) | software_bits(tables) |
		    (supervisor ? PT_SUPERVISOR : 0);
	struct ic_pt first;

	if (!MODE(iosatp)) {
		if (below)
			return ic_pt_enumerate(walk, below, NULL);
		walk->all = IC_READ | IC_WRITE;
		return 0;
	}
	if (TC_SBE(dc) || TC_SXL(dc))
		return -ENODATA;
	if (!set_table(iosatp, flags, &first))
		return 0;
	return ic_pt_enumerate(walk, &first, below);
}

/*
 * All processes: section "Process to locate the process context". A directory
 * entry that is not valid stands for all below it.
 */
static int enumerate_processes(const struct rviommu_tables *tables,
			       const u64 *dc, const struct ic_pt *below,
			       struct ic_walk *walk)
{
	unsigned int top = process_levels(dc[3]), level = top;
	u32 count = 1U << process_bits[MODE(dc[3])], pid = 0, step;
	u64 table[3], entry[2];
	int ret;

	table[top] = page_address(dc[3], 0);
	while (pid < count) {
		step = level ? 1U << (8 + 9 * (level - 1)) : 1;
		ret = ic_walk_charge(walk, 1);
		if (ret)
			return ret;
		if (!ic_read_words(walk->mem, below,
				   level ? table[level] +
					   (pid / step & 0x1ff) * 8 :
					   table[0] + (pid & 0xff) * 16,
				   entry, level ? 1 : 2))
			return -ENODATA;
		if (ic_bit(entry[0], 0) && level) {
			level--;
			table[level] = page_address(entry[0], 10);
			continue;
		}
		/* ta.ENS: privileged requests are let in */
		if (ic_bit(entry[0], 0)) {
			ret = enumerate_first(tables, dc, entry[1],
					      ic_bit(entry[0], 1), below,
					      walk);
			if (ret)
				return ret;
		}
		pid += step;
		/* Back up, past each table that this was the last entry of. */
		while (level < top &&
		       !(pid & ((1U << (8 + 9 * level)) - 1)))
			level++;
	}
	return 0;
}

/**
 * rviommu_enumerate() - call walk->range for all memory that a device reaches
 * @tables: what the registers of a unit say of its tables
 * @device_id: the device's id, for PCI functions the requester id
 * @walk: the walk; its @all is set where requests are passed through
 *
 * Requests with a process id count where there is a process directory.
 *
 * Return: 0, -ENODATA when a table is not in memory that can be read or its
 * format is not known, -E2BIG when there are more entries than the walk may
 * read, or what a callback returned.
 */
int rviommu_enumerate(const struct rviommu_tables *tables, u32 device_id,
		      struct ic_walk *walk)
{
	struct rv_stages stages;
	u64 dc[4], iosatp = 0;
	int path, ret = 0;

	path = find_stages(tables, walk->mem, device_id, dc, &stages, &iosatp);
	if (path == IC_PATH_UNKNOWN)
		return -ENODATA;
	if (path == IC_PATH_PASS_THROUGH)
		walk->all = IC_READ | IC_WRITE;
	if (path == IC_PATH_TRANSLATE)
		ret = enumerate_first(tables, dc, iosatp, false,
				      second_of(&stages), walk);
	/* Requests with a process id, also if those without are refused */
	if (ret || rviommu_mode(tables->ddtp) < RVIOMMU_MODE_1LVL ||
	    !TC_V(dc) || has_processes(dc) != 1)
		return ret;
	if (MODE(dc[1]) && !stages.have_second)
		return 0;
	return enumerate_processes(tables, dc, second_of(&stages), walk);
}
