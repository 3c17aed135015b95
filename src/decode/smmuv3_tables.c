// SPDX-License-Identifier: GPL-2.0-only
/*
 * Arm SMMUv3 translation tables in memory: architecture specification
 * (IHI 0070), chapters 3 and 5; page tables: Arm ARM (DDI 0487), VMSAv8-64.
 *
 * Stream table entry (STE) -> stage 2, and -> context descriptor (CD) ->
 * stage 1, whose addresses, and that of the CD, stage 2 translates.
 *
 * What is not decoded, and so is reported as unknown: big-endian tables,
 * VMSAv8-32 (LPAE) tables.
 */
#include "smmuv3_tables.h"

#define ADDRESS_6	0x000fffffffffffc0ULL	/* bits 51:6 */
#define ADDRESS_4	0x000ffffffffffff0ULL	/* bits 51:4 */

/* STE.Config, section 5.2 */
enum {
	CONFIG_BYPASS = 4,
	CONFIG_STAGE1 = 5,
	CONFIG_STAGE2 = 6,
	CONFIG_NESTED = 7,
};

/* STE.S1DSS: what becomes of requests without substream if there are any */
enum { S1DSS_TERMINATE, S1DSS_BYPASS, S1DSS_SUBSTREAM0 };

/* Flags of page tables */
#define PT_STAGE2	0x1
#define PT_NO_AF	0x2 /* the access flag may be 0 */
#define PT_DIRTY	0x4 /* a writable page may still be read-only */
#define PT_UNPRIVILEGED	0x8 /* no request is privileged */
#define PT_NO_HIERARCHY	0x10 /* permissions of tables do not count */

/**
 * struct smmu_stages - where requests go
 * @stage1: requests are subject to stage 1: look at the context descriptors
 * @stage2: requests are subject to @s2
 * @s2: the stage 2 page table
 */
struct smmu_stages {
	bool stage1;
	bool stage2;
	struct ic_pt s2;
};

/* Bits 47:12, and with 64K granules 51:48 in bits 15:12 */
static u64 output_address(const struct ic_pt *pt, u64 raw)
{
	u64 address = raw & 0x0000fffffffff000ULL &
		      ~((1ULL << pt->page_shift) - 1);

	if (pt->page_shift == 16)
		address |= ic_bits(raw, 15, 12) << 48;
	return address;
}

/* Level 3 of the architecture is our level 1. Can @level have blocks? */
static bool has_blocks(const struct ic_pt *pt, unsigned int level)
{
	return level == 2 || (level == 3 && pt->page_shift != 14);
}

static u8 stage1_access(const struct ic_pt *pt, u64 raw)
{
	u8 access = IC_READ;

	if ((pt->flags & PT_UNPRIVILEGED) && !ic_bit(raw, 6))
		return 0;
	/* AP[2]: read-only; with DBM that means that nothing was written yet */
	if (!ic_bit(raw, 7) || ((pt->flags & PT_DIRTY) && ic_bit(raw, 51)))
		access |= IC_WRITE;
	return access;
}

static u8 stage2_access(const struct ic_pt *pt, u64 raw)
{
	u8 access = ic_bit(raw, 6) ? IC_READ : 0;

	if (ic_bit(raw, 7) || ((pt->flags & PT_DIRTY) && ic_bit(raw, 51)))
		access |= IC_WRITE;
	return access;
}

/* VMSAv8-64 descriptors, section D8.3 of the Arm ARM */
static void descriptor(const struct ic_pt *pt, unsigned int level, u64 raw,
		       struct ic_pte *out)
{
	bool stage2 = pt->flags & PT_STAGE2;

	out->kind = IC_PTE_NONE;
	if (!ic_bit(raw, 0))
		return;
	out->address = output_address(pt, raw);
	if (level > 1 && ic_bit(raw, 1)) {
		out->kind = IC_PTE_TABLE;
		out->level = (u8)(level - 1);
		out->access = IC_READ | IC_WRITE;
		if (stage2 || (pt->flags & PT_NO_HIERARCHY))
			return;
		/* APTable: bit 62 read-only, bit 61 privileged only */
		if (ic_bit(raw, 62))
			out->access = IC_READ;
		if (ic_bit(raw, 61) && (pt->flags & PT_UNPRIVILEGED))
			out->access = 0;
		return;
	}
	if (level > 1 ? !has_blocks(pt, level) : !ic_bit(raw, 1))
		return;
	if (!ic_bit(raw, 10) && !(pt->flags & PT_NO_AF))
		return;
	out->kind = IC_PTE_LEAF;
	out->shift = (u8)ic_pt_shift(pt, level);
	out->access = stage2 ? stage2_access(pt, raw) : stage1_access(pt, raw);
}

/* TG0 and S2TG: 0 is 4K, 1 64K, 2 16K; 0 for what is reserved */
static u8 granule_shift(unsigned int tg)
{
	static const u8 shifts[] = { 12, 16, 14, 0 };

	return shifts[tg];
}

/*
 * Stage 2 of an STE: section 5.2, S2T0SZ to S2TTB. S2SL0 counts from level 2
 * with granules of 4K, from level 3 with others; up to 16 tables at the start
 * are one. Returns false for what is reserved.
 */
static bool set_stage2(const u64 *ste, struct ic_pt *pt)
{
	unsigned int t0sz = ic_bits(ste[2], 37, 32);
	unsigned int sl0 = ic_bits(ste[2], 39, 38);

	pt->entry = descriptor;
	pt->address_shift = 0;
	pt->root = ste[3] & ADDRESS_4;
	pt->page_shift = granule_shift((unsigned int)ic_bits(ste[2], 47, 46));
	if (!pt->page_shift || t0sz < 12 || t0sz > 48)
		return false;
	pt->input_bits = (u8)(64 - t0sz);
	if (pt->page_shift == 12)
		pt->levels = (u8)(sl0 == 3 ? 1 : sl0 + 2);
	else
		pt->levels = (u8)(sl0 + 1);
	if (pt->input_bits > ic_pt_shift(pt, pt->levels + 1U) + 4)
		return false;
	pt->access = IC_READ | IC_WRITE;
	pt->flags = PT_STAGE2;
	/* S2AFFD; S2HA and S2HD: hardware sets access flag and dirty state */
	if (ic_bit(ste[2], 53) || ic_bit(ste[2], 56))
		pt->flags |= PT_NO_AF;
	if (ic_bit(ste[2], 55))
		pt->flags |= PT_DIRTY;
	return true;
}

/* Stage 1 of a CD: section 5.4, TTB0 or TTB1; false: nothing to look at */
static bool set_stage1(const u64 *cd, bool upper, bool unprivileged,
		       struct ic_pt *pt)
{
	/* TG1 has encodings of its own. */
	static const u8 upper_granule[] = { 3, 2, 0, 1 };
	unsigned int tsz, tg, ia;

	if (ic_bit(cd[0], upper ? 30 : 14))	/* EPD1, EPD0 */
		return false;
	tsz = upper ? ic_bits(cd[0], 21, 16) : ic_bits(cd[0], 5, 0);
	tg = upper ? upper_granule[ic_bits(cd[0], 23, 22)] :
		     (unsigned int)ic_bits(cd[0], 7, 6);
	pt->page_shift = granule_shift(tg);
	if (!pt->page_shift || tsz < 12 || tsz > 48)
		return false;
	ia = 64 - tsz;
	pt->entry = descriptor;
	pt->address_shift = 0;
	pt->root = cd[upper ? 2 : 1] & ADDRESS_4;
	pt->input_bits = (u8)ia;
	/* as many as it takes to translate the bits above the page's offset */
	pt->levels = (u8)((ia - 4U) / (pt->page_shift - 3U));
	pt->access = IC_READ | IC_WRITE;
	pt->flags = unprivileged ? PT_UNPRIVILEGED : 0;
	/* AFFD, HA, HD, HAD0 or HAD1 */
	if (ic_bit(cd[0], 35) || ic_bit(cd[0], 43))
		pt->flags |= PT_NO_AF;
	if (ic_bit(cd[0], 42))
		pt->flags |= PT_DIRTY;
	if (ic_bit(cd[upper ? 2 : 1], 60))
		pt->flags |= PT_NO_HIERARCHY;
	return true;
}

/*
 * Find the STE of a stream: section 3.3.1. Returns 0, IC_PATH_ABORT where
 * there is none, or IC_PATH_UNKNOWN.
 */
static int find_ste(const struct smmuv3_tables *tables,
		    const struct ic_mem *mem, u32 sid, u64 *ste)
{
	unsigned int log2size = ic_bits(tables->base_cfg, 5, 0);
	unsigned int split = ic_bits(tables->base_cfg, 10, 6);
	u64 at = tables->base & ADDRESS_6, l1, index = sid;
	unsigned int span;

	if (log2size < 32 && sid >> log2size)
		return IC_PATH_ABORT;
	switch (ic_bits(tables->base_cfg, 17, 16)) {
	case 0:
		break;
	case 1:
		if (split != 6 && split != 8 && split != 10)
			return IC_PATH_UNKNOWN;
		if (!ic_read_words(mem, NULL, at + (sid >> split) * 8, &l1, 1))
			return IC_PATH_UNKNOWN;
		span = (unsigned int)ic_bits(l1, 4, 0);
		index = sid & ((1U << split) - 1);
		if (!span || span > split + 1 || index >> (span - 1))
			return IC_PATH_ABORT;
		at = l1 & ADDRESS_6;
		break;
	default:
		return IC_PATH_UNKNOWN;
	}
	return ic_read_words(mem, NULL, at + index * 64, ste, 8) ? 0 :
								   IC_PATH_UNKNOWN;
}

/* S1CDMax: log2 of the number of CDs; 0: one, and no substreams */
static unsigned int cd_max(const u64 *ste)
{
	return (unsigned int)ic_bits(ste[0], 63, 59);
}

static unsigned int ste_config(const u64 *ste)
{
	return (unsigned int)ic_bits(ste[0], 3, 1);
}

/* Stage 1 as far as the STE knows it: an IC_PATH_* */
static int stage1_path(const u64 *ste)
{
	if (!cd_max(ste))
		return IC_PATH_TRANSLATE;
	switch (ic_bits(ste[1], 1, 0)) {
	case S1DSS_BYPASS:
		return IC_PATH_PASS_THROUGH;
	case S1DSS_SUBSTREAM0:
		return IC_PATH_TRANSLATE;
	default:
		return IC_PATH_ABORT;
	}
}

/* Decode an STE: its path for requests without substream, and its stages */
static int decode_ste(const u64 *ste, struct smmu_stages *out)
{
	unsigned int config = ste_config(ste);
	int path = IC_PATH_TRANSLATE;

	out->stage1 = false;
	out->stage2 = false;
	if (!ic_bit(ste[0], 0) || config < CONFIG_BYPASS)
		return IC_PATH_ABORT;
	if (config == CONFIG_BYPASS)
		return IC_PATH_PASS_THROUGH;
	out->stage1 = config & 1;
	out->stage2 = config & 2;
	if (out->stage2) {
		/* S2AA64, S2ENDI */
		if (!ic_bit(ste[2], 51) || ic_bit(ste[2], 52))
			return IC_PATH_UNKNOWN;
		/* the whole entry is then illegal: stage 1 does not count */
		if (!set_stage2(ste, &out->s2)) {
			out->stage1 = false;
			return IC_PATH_ABORT;
		}
	}
	if (out->stage1)
		path = stage1_path(ste);
	if (path == IC_PATH_PASS_THROUGH && out->stage2)
		path = IC_PATH_TRANSLATE;
	return path;
}

/* Where CD @ssid is: section 3.3.2. Returns false if that is not readable. */
static bool find_cd(const u64 *ste, const struct ic_mem *mem,
		    const struct ic_pt *below, u32 ssid, u64 *cd, bool *valid)
{
	unsigned int fmt = cd_max(ste) ? ic_bits(ste[0], 5, 4) : 0;
	u64 at = ste[0] & ADDRESS_6, l1;
	unsigned int split;

	*valid = false;
	if (fmt == 3)
		return true;
	if (fmt) {
		split = fmt == 1 ? 6 : 10;
		if (!ic_read_words(mem, below, at + (ssid >> split) * 8, &l1,
				   1))
			return false;
		if (!ic_bit(l1, 0))
			return true;
		at = l1 & 0x000ffffffffff000ULL;
		ssid &= (1U << split) - 1;
	}
	if (!ic_read_words(mem, below, at + (u64)ssid * 64, cd, 8))
		return false;
	*valid = ic_bit(cd[0], 31);
	return true;
}

/* AA64, ENDI: is the descriptor of a kind that is decoded here? */
static bool cd_is_known(const u64 *cd)
{
	return ic_bit(cd[0], 41) && !ic_bit(cd[0], 15);
}

static const struct ic_pt *stage2_of(const struct smmu_stages *stages)
{
	return stages->stage2 ? &stages->s2 : NULL;
}

/**
 * smmuv3_classify() - how a unit treats a stream
 * @tables: what its registers say of its tables
 * @mem: memory
 * @sid: stream id
 *
 * What counts are requests without substream (PASID). Three reads at most,
 * and those of a stage 2 that translates the address of the descriptor.
 *
 * Return: IC_PATH_TRANSLATE, IC_PATH_PASS_THROUGH, IC_PATH_ABORT, or
 * IC_PATH_UNKNOWN when a table is not in memory that can be read, or its format is
 * not known.
 */
int smmuv3_classify(const struct smmuv3_tables *tables,
		    const struct ic_mem *mem, u32 sid)
{
	struct smmu_stages stages;
	u64 ste[8], cd[8];
	bool valid;
	int path;

	if (!tables->enabled)
		return ic_bit(tables->gbpa, 20) ? IC_PATH_ABORT :
						  IC_PATH_PASS_THROUGH;
	path = find_ste(tables, mem, sid, ste);
	if (path)
		return path;
	path = decode_ste(ste, &stages);
	if (path != IC_PATH_TRANSLATE || !stages.stage1 ||
	    stage1_path(ste) != IC_PATH_TRANSLATE)
		return path;
	if (!find_cd(ste, mem, stage2_of(&stages), 0, cd, &valid))
		return IC_PATH_UNKNOWN;
	return valid ? IC_PATH_TRANSLATE : IC_PATH_ABORT;
}

/* Both halves of the input addresses of one context descriptor */
static int enumerate_cd(const u64 *ste, const u64 *cd,
			const struct ic_pt *below, struct ic_walk *walk)
{
	/* PRIVCFG 2: unprivileged; STRW 0: a stream that knows privilege */
	bool unprivileged = ic_bits(ste[1], 49, 48) == 2 &&
			    !ic_bits(ste[1], 31, 30);
	struct ic_pt pt;
	int ret = 0;

	if (!cd_is_known(cd))
		return -ENODATA;
	if (set_stage1(cd, false, unprivileged, &pt))
		ret = ic_pt_enumerate(walk, &pt, below);
	if (!ret && !ic_bits(ste[1], 31, 30) &&
	    set_stage1(cd, true, unprivileged, &pt))
		ret = ic_pt_enumerate(walk, &pt, below);
	return ret;
}

/*
 * All context descriptors that requests can select. An entry of a two-level
 * table that is not valid stands for 64 or 1024 of them.
 */
static int enumerate_cds(const u64 *ste, const struct ic_pt *below,
			 struct ic_walk *walk)
{
	unsigned int fmt = cd_max(ste) ? ic_bits(ste[0], 5, 4) : 0;
	u32 count = cd_max(ste) > 20 ? 1U << 20 : 1U << cd_max(ste);
	u32 split = fmt == 2 ? 1U << 10 : 1U << 6;
	u64 l1, cd[8];
	bool valid;
	u32 ssid;
	int ret;

	for (ssid = 0; ssid < count; ssid++) {
		ret = ic_walk_charge(walk, 8);
		if (ret)
			return ret;
		if (fmt && !(ssid % split)) {
			if (!ic_read_words(walk->mem, below,
					   (ste[0] & ADDRESS_6) +
					   ssid / split * 8, &l1, 1))
				return -ENODATA;
			if (!ic_bit(l1, 0)) {
				ssid += split - 1;
				continue;
			}
		}
		if (!find_cd(ste, walk->mem, below, ssid, cd, &valid))
			return -ENODATA;
		if (!valid)
			continue;
		ret = enumerate_cd(ste, cd, below, walk);
		if (ret)
			return ret;
	}
	return 0;
}

/**
 * smmuv3_enumerate() - call walk->range for all memory that a stream reaches
 * @tables: what the registers of a unit say of its tables
 * @sid: stream id
 * @walk: the walk; its @all is set where requests are passed through
 *
 * Requests with a substream (PASID) count where the entry allows them. A page
 * for privileged requests counts unless the entry makes all requests
 * unprivileged.
 *
 * Return: 0, -ENODATA when a table is not in memory that can be read or its
 * format is not known, -E2BIG when there are more entries than the walk may
 * read, or what a callback returned.
 */
int smmuv3_enumerate(const struct smmuv3_tables *tables, u32 sid,
		     struct ic_walk *walk)
{
	struct smmu_stages stages;
	u64 ste[8];
	int path, ret;

	if (!tables->enabled) {
		if (!ic_bit(tables->gbpa, 20))
			walk->all = IC_READ | IC_WRITE;
		return 0;
	}
	path = find_ste(tables, walk->mem, sid, ste);
	if (!path)
		path = decode_ste(ste, &stages);
	else
		stages.stage1 = false;
	if (path == IC_PATH_UNKNOWN)
		return -ENODATA;
	if (path == IC_PATH_PASS_THROUGH)
		walk->all = IC_READ | IC_WRITE;
	/* Stage 2 alone, or for requests that bypass stage 1 */
	if (path == IC_PATH_TRANSLATE &&
	    (!stages.stage1 || stage1_path(ste) == IC_PATH_PASS_THROUGH)) {
		ret = ic_pt_enumerate(walk, &stages.s2, NULL);
		if (ret)
			return ret;
	}
	return stages.stage1 ? enumerate_cds(ste, stage2_of(&stages), walk) : 0;
}
