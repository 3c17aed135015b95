// SPDX-License-Identifier: GPL-2.0-only
/*
 * Intel VT-d translation tables in memory: specification rev 4.1, sections
 * 3.4 to 3.8 and 9.
 *
 * Root entry -> context entry -> second stage (legacy mode), or -> PASID
 * directory -> PASID table -> first stage, second stage, both (scalable mode).
 * Requests to 0xfeexxxxx are interrupts; a mapping there is not left out.
 */
#include "vtd_tables.h"

#define ADDRESS		0xfffffffffffff000ULL

/* Root Table Address Register, Translation Table Mode */
enum { TTM_LEGACY, TTM_SCALABLE, TTM_RESERVED, TTM_ABORT };

/* Context entry, Translation Type: section 9.3 */
enum { TT_UNTRANSLATED, TT_ALL, TT_PASS_THROUGH, TT_RESERVED };

/* PASID table entry, PASID Granular Translation Type: section 9.6 */
enum {
	PGTT_FIRST = 1,
	PGTT_SECOND = 2,
	PGTT_NESTED = 3,
	PGTT_PASS_THROUGH = 4,
};

/**
 * struct vtd_stages - where requests go
 * @path: IC_PATH_*
 * @have_first: @first is used
 * @have_second: @second is used
 * @first: first-stage page table
 * @second: second-stage page table
 */
struct vtd_stages {
	int path;
	bool have_first;
	bool have_second;
	struct ic_pt first;
	struct ic_pt second;
};

/* Flags of second-stage tables: CAP.SSLPS, section 11.4.2 */
#define SS_2M	0x1
#define SS_1G	0x2

/* Section 9.8 */
static void second_stage_entry(const struct ic_pt *pt, unsigned int level,
			       u64 raw, struct ic_pte *out)
{
	out->kind = IC_PTE_NONE;
	out->access = (ic_bit(raw, 0) ? IC_READ : 0) |
		      (ic_bit(raw, 1) ? IC_WRITE : 0);
	out->address = raw & 0x000ffffffffff000ULL;
	if (level > 1 && !ic_bit(raw, 7)) {
		out->kind = IC_PTE_TABLE;
		out->level = (u8)(level - 1);
		return;
	}
	if (level > 3 || (level == 3 && !(pt->flags & SS_1G)) ||
	    (level == 2 && !(pt->flags & SS_2M)))
		return;
	out->kind = IC_PTE_LEAF;
	out->shift = (u8)ic_pt_shift(pt, level);
}

/*
 * AW: 1 to 3 for 3 to 5 levels. Addresses above CAP.MGAW are refused: section
 * 3.6. False for what is reserved, or not in CAP.SAGAW.
 */
static bool set_second_stage(const struct vtd_tables *tables, u64 root,
			     unsigned int aw, struct vtd_stages *out)
{
	unsigned int mgaw = ic_bits(tables->cap, 21, 16) + 1;
	struct ic_pt *pt = &out->second;

	if (aw < 1 || aw > 3 || !ic_bit(tables->cap, 8 + aw))
		return false;
	pt->entry = second_stage_entry;
	pt->root = root & ADDRESS;
	pt->page_shift = 12;
	pt->address_shift = 0;
	pt->levels = (u8)(aw + 2);
	pt->input_bits = (u8)(12 + 9 * pt->levels);
	if (pt->input_bits > mgaw)
		pt->input_bits = (u8)mgaw;
	pt->access = IC_READ | IC_WRITE;
	pt->flags = (ic_bit(tables->cap, 34) ? SS_2M : 0) |
		    (ic_bit(tables->cap, 35) ? SS_1G : 0);
	out->have_second = true;
	return true;
}

/* FSPTPTR, FSPM, SRE and WPE in bits 191:128 of the entry: section 9.6 */
static bool set_first_stage(const struct vtd_tables *tables, u64 word,
			    struct vtd_stages *out)
{
	unsigned int mode = ic_bits(word, 3, 2);
	struct ic_pt *pt = &out->first;

	if (mode > 1 || (mode && !ic_bit(tables->cap, 60)))
		return false;
	pt->entry = ic_pte_x86;
	pt->root = word & ADDRESS;
	pt->page_shift = 12;
	pt->address_shift = 0;
	pt->levels = (u8)(mode + 4);
	pt->input_bits = (u8)(12 + 9 * pt->levels);
	pt->access = IC_READ | IC_WRITE;
	pt->flags = (ic_bit(word, 0) ? IC_X86_SUPERVISOR : 0) |
		    (ic_bit(word, 4) ? 0 : IC_X86_NO_WP) |
		    (ic_bit(tables->cap, 56) ? IC_X86_1G : 0);
	out->have_first = true;
	return true;
}

/* PASID table entry: section 9.6 */
static void decode_pasid_entry(const struct vtd_tables *tables,
			       const u64 *words, struct vtd_stages *out)
{
	unsigned int aw = ic_bits(words[0], 4, 2);
	bool ok = false;

	out->path = IC_PATH_ABORT;
	out->have_first = false;
	out->have_second = false;
	if (!ic_bit(words[0], 0))
		return;
	switch (ic_bits(words[0], 8, 6)) {
	case PGTT_FIRST:
		ok = set_first_stage(tables, words[2], out);
		break;
	case PGTT_SECOND:
		ok = set_second_stage(tables, words[0], aw, out);
		break;
	case PGTT_NESTED:
		ok = set_first_stage(tables, words[2], out) &&
		     set_second_stage(tables, words[0], aw, out);
		break;
	case PGTT_PASS_THROUGH:
		out->path = IC_PATH_PASS_THROUGH;
		return;
	}
	if (ok)
		out->path = IC_PATH_TRANSLATE;
}

/* Legacy-mode context entry: section 9.3 */
static void decode_context(const struct vtd_tables *tables, const u64 *words,
			   struct vtd_stages *out)
{
	out->path = IC_PATH_ABORT;
	out->have_first = false;
	out->have_second = false;
	if (!ic_bit(words[0], 0))
		return;
	switch (ic_bits(words[0], 3, 2)) {
	case TT_PASS_THROUGH:
		out->path = IC_PATH_PASS_THROUGH;
		break;
	case TT_UNTRANSLATED:
	case TT_ALL:
		if (set_second_stage(tables, words[0], ic_bits(words[1], 2, 0),
				     out))
			out->path = IC_PATH_TRANSLATE;
		break;
	}
}

/*
 * The context entry of a requester: sections 9.1 to 9.4. In scalable mode one
 * root entry has two tables, of 128 devices and functions each. Returns 0,
 * IC_PATH_ABORT, or IC_PATH_UNKNOWN.
 */
static int find_context(const struct vtd_tables *tables,
			const struct ic_mem *mem, u16 rid, u64 *context)
{
	bool scalable = ic_bits(tables->rtaddr, 11, 10) == TTM_SCALABLE;
	u8 devfn = rid & 0xff;
	u64 root[2], entry;

	if (!ic_read_words(mem, NULL,
			   (tables->rtaddr & ADDRESS) + (rid >> 8) * 16, root,
			   2))
		return IC_PATH_UNKNOWN;
	entry = scalable && devfn >= 0x80 ? root[1] : root[0];
	if (!ic_bit(entry, 0))
		return IC_PATH_ABORT;
	entry &= ADDRESS;
	entry += scalable ? (devfn & 0x7f) * 32 : devfn * 16;
	if (!ic_read_words(mem, NULL, entry, context, scalable ? 4 : 2))
		return IC_PATH_UNKNOWN;
	return 0;
}

/* Entries of a PASID directory: PDTS, section 9.4 */
static u32 directory_len(const u64 *context)
{
	return 1U << (ic_bits(context[0], 11, 9) + 7);
}

/* Returns 0, IC_PATH_ABORT, or IC_PATH_UNKNOWN; directory entry: section 9.5 */
static int find_pasid_table(const struct ic_mem *mem, const u64 *context,
			    u32 index, u64 *table)
{
	u64 entry;

	if (index >= directory_len(context))
		return IC_PATH_ABORT;
	if (!ic_read_words(mem, NULL, (context[0] & ADDRESS) + index * 8,
			   &entry, 1))
		return IC_PATH_UNKNOWN;
	if (!ic_bit(entry, 0))
		return IC_PATH_ABORT;
	*table = entry & ADDRESS;
	return 0;
}

/* Entry @index of a PASID table; only the first half of it matters. */
static bool read_pasid_entry(const struct vtd_tables *tables,
			     const struct ic_mem *mem, u64 table, u32 index,
			     struct vtd_stages *out)
{
	u64 words[4];

	if (!ic_read_words(mem, NULL, table + index * 64, words, 4))
		return false;
	decode_pasid_entry(tables, words, out);
	return true;
}

/* Requests without PASID are those of PASID RID_PASID: section 9.4 */
static int find_stages(const struct vtd_tables *tables,
		       const struct ic_mem *mem, u16 rid, u64 *context,
		       struct vtd_stages *out)
{
	unsigned int mode = ic_bits(tables->rtaddr, 11, 10);
	u32 pasid;
	u64 table;
	int ret;

	out->have_first = false;
	out->have_second = false;
	if (mode == TTM_ABORT || mode == TTM_RESERVED)
		return mode == TTM_ABORT ? IC_PATH_ABORT : IC_PATH_UNKNOWN;
	ret = find_context(tables, mem, rid, context);
	if (ret)
		return ret;
	if (mode == TTM_LEGACY) {
		decode_context(tables, context, out);
		return out->path;
	}
	if (!ic_bit(context[0], 0))
		return IC_PATH_ABORT;
	pasid = (u32)ic_bits(context[1], 19, 0);
	ret = find_pasid_table(mem, context, pasid >> 6, &table);
	if (ret)
		return ret;
	if (!read_pasid_entry(tables, mem, table, pasid & 0x3f, out))
		return IC_PATH_UNKNOWN;
	return out->path;
}

/**
 * vtd_classify() - how a unit that translates treats a requester
 * @tables: what its registers say of its tables
 * @mem: memory
 * @rid: bus, device and function
 *
 * What counts are requests without PASID. Four reads at most.
 *
 * Return: IC_PATH_TRANSLATE, IC_PATH_PASS_THROUGH, IC_PATH_ABORT, or
 * IC_PATH_UNKNOWN when a table is not in memory that can be read or the mode of the
 * tables is not known.
 */
int vtd_classify(const struct vtd_tables *tables, const struct ic_mem *mem,
		 u16 rid)
{
	struct vtd_stages stages;
	u64 context[4];

	return find_stages(tables, mem, rid, context, &stages);
}

static int enumerate_stages(const struct vtd_stages *stages,
			    struct ic_walk *walk)
{
	if (stages->path == IC_PATH_PASS_THROUGH)
		walk->all = IC_READ | IC_WRITE;
	if (stages->path != IC_PATH_TRANSLATE)
		return 0;
	if (!stages->have_first)
		return ic_pt_enumerate(walk, &stages->second, NULL);
	return ic_pt_enumerate(walk, &stages->first,
			       stages->have_second ? &stages->second : NULL);
}

static int enumerate_pasid_table(const struct vtd_tables *tables, u64 table,
				 u32 skip, struct ic_walk *walk)
{
	struct vtd_stages stages;
	int ret;
	u32 i;

	ret = ic_walk_charge(walk, 64);
	for (i = 0; !ret && i < 64; i++) {
		if (i == skip)
			continue;
		if (!read_pasid_entry(tables, walk->mem, table, i, &stages))
			return -ENODATA;
		ret = enumerate_stages(&stages, walk);
	}
	return ret;
}

/* All PASIDs but that of requests without one, which is done already */
static int enumerate_pasids(const struct vtd_tables *tables,
			    const u64 *context, struct ic_walk *walk)
{
	u32 done = (u32)ic_bits(context[1], 19, 0);
	u32 i, len = directory_len(context);
	u64 table;
	int ret;

	for (i = 0; i < len; i++) {
		if (!(i % IC_PT_CHUNK)) {
			ret = ic_walk_charge(walk, IC_PT_CHUNK);
			if (ret)
				return ret;
		}
		ret = find_pasid_table(walk->mem, context, i, &table);
		if (ret == IC_PATH_UNKNOWN)
			return -ENODATA;
		if (ret)
			continue;
		ret = enumerate_pasid_table(tables, table, i == done >> 6 ?
					    done & 0x3f : ~0U, walk);
		if (ret)
			return ret;
	}
	return 0;
}

/**
 * vtd_enumerate() - call walk->range for all memory that a requester reaches
 * @tables: what the registers of a unit that translates say of its tables
 * @rid: bus, device and function
 * @walk: the walk; its @all is set where requests are passed through
 *
 * Requests with a PASID count where the context entry lets them in (PASIDE).
 *
 * Return: 0, -ENODATA when a table is not in memory that can be read, -E2BIG
 * when there are more entries than the walk may read, or what a callback
 * returned.
 */
int vtd_enumerate(const struct vtd_tables *tables, u16 rid,
		  struct ic_walk *walk)
{
	struct vtd_stages stages = { };
	u64 context[4] = { };
	int ret;

	ret = find_stages(tables, walk->mem, rid, context, &stages);
	if (ret == IC_PATH_UNKNOWN)
		return -ENODATA;
	stages.path = ret;
	ret = enumerate_stages(&stages, walk);
	if (ret || ic_bits(tables->rtaddr, 11, 10) != TTM_SCALABLE ||
	    !ic_bit(context[0], 0) || !ic_bit(context[0], 3))
		return ret;
	return enumerate_pasids(tables, context, walk);
}
