// SPDX-License-Identifier: GPL-2.0-only
/*
 * Translation tables in memory: the radix tree that all formats share.
 */
#include "page_table.h"

/**
 * ic_pt_shift() - log2 of the bytes that one entry stands for
 * @pt: the page table
 * @level: level of the table that the entry is in
 *
 * Return: the number of address bits below the entry's index.
 */
unsigned int ic_pt_shift(const struct ic_pt *pt, unsigned int level)
{
	return pt->page_shift + (level - 1) * (pt->page_shift - 3U);
}

/* The last address that the table translates; false for absurd geometry. */
static bool last_input(const struct ic_pt *pt, u64 *last)
{
	if (!pt->levels || pt->levels > IC_PT_LEVELS || pt->page_shift < 12 ||
	    ic_pt_shift(pt, pt->levels) > 63 || !pt->input_bits)
		return false;
	*last = pt->input_bits < 64 ? (1ULL << pt->input_bits) - 1 : ~0ULL;
	return true;
}

/* The top table is aligned to its size: address bits below that are ignored. */
static u64 top_table(const struct ic_pt *pt)
{
	unsigned int shift = ic_pt_shift(pt, pt->levels);
	unsigned int bits = pt->input_bits > shift ? pt->input_bits - shift : 0;

	return pt->root & ~((8ULL << bits) - 1);
}

/* Decode one entry. What the unit would fault on comes out as no entry. */
static void decode_entry(const struct ic_pt *pt, unsigned int level, u64 raw,
			 struct ic_pte *out)
{
	out->kind = IC_PTE_NONE;
	if (!raw)
		return;
	pt->entry(pt, level, raw, out);
	if (out->kind == IC_PTE_TABLE && (!out->level || out->level >= level))
		out->kind = IC_PTE_NONE;
	if (out->kind == IC_PTE_LEAF &&
	    (out->shift < ic_pt_shift(pt, level) || out->shift > 63))
		out->kind = IC_PTE_NONE;
}

/* Where in a leaf's page an input address is; the page may be unaligned. */
static u64 leaf_address(const struct ic_pte *leaf, u64 input)
{
	u64 offset = (1ULL << leaf->shift) - 1;

	return (leaf->address & ~offset) | (input & offset);
}

/**
 * ic_pt_translate() - translate one address
 * @mem: memory
 * @pt: the page table
 * @address: the input address
 * @out: set to the output address
 *
 * Return: IC_READ and IC_WRITE bits that are granted; 0: none, the unit faults
 * and @out is not set; -ENODATA: a table is not in memory that can be read.
 */
int ic_pt_translate(const struct ic_mem *mem, const struct ic_pt *pt,
		    u64 address, u64 *out)
{
	unsigned int level = pt->levels, shift;
	u64 base = 0, last, table;
	u8 access = pt->access, raw[8];
	struct ic_pte pte;

	if (!last_input(pt, &last) || address > last)
		return 0;
	table = top_table(pt);
	for (;;) {
		shift = ic_pt_shift(pt, level);
		/* Bits of a level that was skipped must be 0. */
		if (level != pt->levels &&
		    (address - base) >> shift >> (pt->page_shift - 3))
			return 0;
		if (!mem->read(mem->ctx,
			       table + ((address - base) >> shift) * 8, raw,
			       sizeof(raw)))
			return -ENODATA;
		decode_entry(pt, level, ic_le64(raw), &pte);
		access &= pte.access;
		if (pte.kind == IC_PTE_NONE || !access)
			return 0;
		if (pte.kind == IC_PTE_LEAF) {
			*out = leaf_address(&pte, address);
			return access;
		}
		base = address >> shift << shift;
		table = pte.address;
		level = pte.level;
	}
}

/**
 * ic_pt_read() - read memory that one stage's tables are in
 * @mem: memory
 * @below: the stage that translates their addresses, or NULL
 * @address: address of what to read, which does not cross a 4K boundary
 * @buf: filled
 * @len: bytes
 *
 * Return: false if it cannot be read, be it that @below does not map it.
 */
bool ic_pt_read(const struct ic_mem *mem, const struct ic_pt *below,
		u64 address, void *buf, size_t len)
{
	if (below && ic_pt_translate(mem, below, address, &address) <= 0)
		return false;
	return mem->read(mem->ctx, address, buf, len);
}

/**
 * ic_read_words() - read one entry of a unit's tables
 * @mem: memory
 * @below: the stage that translates the address, or NULL
 * @address: where it is
 * @words: filled
 * @count: number of 64-bit words in it, at most 8
 *
 * Return: false if it cannot be read.
 */
bool ic_read_words(const struct ic_mem *mem, const struct ic_pt *below,
		   u64 address, u64 *words, unsigned int count)
{
	unsigned int i;
	u8 buf[64];

	if (!ic_pt_read(mem, below, address, buf, count * 8))
		return false;
	for (i = 0; i < count; i++)
		words[i] = ic_le64(buf + i * 8);
	return true;
}

/**
 * ic_walk_charge() - account for entries that are about to be read
 * @walk: the walk
 * @entries: how many
 *
 * Return: 0, -E2BIG when that is more than the walk may read, or what the
 * caller's poll function returned.
 */
int ic_walk_charge(struct ic_walk *walk, u64 entries)
{
	if (walk->budget < entries)
		return -E2BIG;
	walk->budget -= entries;
	return walk->poll ? walk->poll(walk->ctx) : 0;
}

static u64 min_u64(u64 a, u64 b)
{
	return a < b ? a : b;
}

/* Begin with the entries of a table that lie between two input addresses. */
static void enter_table(const struct ic_pt *pt, struct ic_pt_frame *f,
			u64 first, u64 last)
{
	unsigned int shift = ic_pt_shift(pt, f->level);

	f->next = first > f->iova ? (first - f->iova) >> shift : 0;
	f->last = (last - f->iova) >> shift;
	if (f->level != pt->levels)
		f->last = min_u64(f->last, (1ULL << (pt->page_shift - 3)) - 1);
	f->chunk_len = 0;
}

/* A chunk starts at a multiple of its size, so it does not cross a page. */
static int next_entry(struct ic_walk *walk, const struct ic_pt *below,
		      struct ic_pt_frame *f, u64 *raw)
{
	u64 left = f->last - f->next + 1;
	int ret;

	if (!f->chunk_len || f->next - f->chunk_start >= f->chunk_len) {
		f->chunk_start = f->next;
		f->chunk_len = (u32)min_u64(left, IC_PT_CHUNK -
						  f->next % IC_PT_CHUNK);
		ret = ic_walk_charge(walk, f->chunk_len);
		if (ret)
			return ret;
		if (!ic_pt_read(walk->mem, below, f->table + f->next * 8,
				f->chunk, f->chunk_len * 8))
			return -ENODATA;
	}
	*raw = ic_le64(f->chunk + (f->next - f->chunk_start) * 8);
	return 0;
}

/* What visit_pages() is about: a table and a window of input addresses */
struct visit {
	const struct ic_pt *pt;
	const struct ic_pt *below;	/* translates what pt puts out */
	u64 first;
	u64 last;
	u8 access;
};

static int visit_pages(struct ic_walk *walk, const struct visit *v,
		       struct ic_pt_frame *frames);

/* Report a page, or what the stage below makes of it. */
static int report_page(struct ic_walk *walk, const struct visit *v,
		       const struct ic_pte *leaf, u8 access, u64 first,
		       u64 last)
{
	u64 address = leaf_address(leaf, first);
	struct visit lower;

	if (!v->below)
		return walk->range(walk->ctx, address, last - first + 1,
				   access);
	lower = (struct visit){
		.pt = v->below,
		.first = address,
		.last = address + (last - first),
		.access = access,
	};
	return visit_pages(walk, &lower, walk->frames[1]);
}

/*
 * How many of the entries that follow in the chunk map the pages that follow, with
 * the same rights: those that differ from their predecessor by the size of a page
 * alone. Within 4G, so that no address goes beyond what a format allows.
 */
static unsigned int successors(const struct ic_pt *pt,
			       const struct ic_pt_frame *f, u64 raw)
{
	unsigned int shift = ic_pt_shift(pt, f->level) - pt->address_shift;
	u64 room = ~raw & ((1ULL << (32 - pt->address_shift)) - 1);
	u64 at = f->next - f->chunk_start;
	u64 end = min_u64(f->chunk_len, at + (room >> shift));
	u64 i;

	for (i = at; i < end; i++) {
		raw += 1ULL << shift;
		if (ic_le64(f->chunk + i * 8) != raw)
			break;
	}
	return (unsigned int)(i - at);
}

/*
 * Depth first, without recursion: a frame per level, and levels only go down.
 * (A page of the first stage starts a visit of the second, which has none
 * below: that recursion is one deep.)
 */
static int visit_pages(struct ic_walk *walk, const struct visit *v,
		       struct ic_pt_frame *frames)
{
	struct ic_pt_frame *f = frames;
	u64 last, raw, iova;
	struct ic_pte pte;
	u8 access;
	int ret;

	if (!last_input(v->pt, &last) || v->first > last)
		return 0;
	last = min_u64(last, v->last);
	f->table = top_table(v->pt);
	f->iova = 0;
	f->level = v->pt->levels;
	f->access = v->access & v->pt->access;
	enter_table(v->pt, f, v->first, last);
	for (;;) {
		if (f->next > f->last) {
			if (f == frames)
				return 0;
			f--;
			continue;
		}
		ret = next_entry(walk, v->below, f, &raw);
		if (ret)
			return ret;
		iova = f->iova + (f->next << ic_pt_shift(v->pt, f->level));
		f->next++;
		decode_entry(v->pt, f->level, raw, &pte);
		access = f->access & pte.access;
		if (pte.kind == IC_PTE_NONE || !access)
			continue;
		if (pte.kind == IC_PTE_LEAF) {
			unsigned int shift = ic_pt_shift(v->pt, f->level);
			u64 from = iova > v->first ? iova : v->first;
			u64 size = 1ULL << shift;
			unsigned int more = 0;

			if (!v->below && pte.shift == shift)
				more = successors(v->pt, f, raw);
			f->next += more;
			size += (u64)more << shift;
			ret = report_page(walk, v, &pte, access, from,
					  min_u64(last, iova + size - 1));
			if (ret)
				return ret;
			continue;
		}
		f++;
		f->table = pte.address;
		f->iova = iova;
		f->level = pte.level;
		f->access = access;
		enter_table(v->pt, f, v->first, last);
	}
}

/**
 * ic_pt_enumerate() - call walk->range for all that a page table maps
 * @walk: the walk
 * @pt: the page table
 * @below: the second stage that translates what @pt puts out, also the
 *	addresses of its own tables, or NULL
 *
 * Return: 0, -ENODATA when a table is not in memory that can be read, -E2BIG
 * when there are more entries than the walk may read, or what a callback
 * returned.
 */
int ic_pt_enumerate(struct ic_walk *walk, const struct ic_pt *pt,
		    const struct ic_pt *below)
{
	struct visit v = {
		.pt = pt,
		.below = below,
		.last = ~0ULL,
		.access = IC_READ | IC_WRITE,
	};

	return visit_pages(walk, &v, walk->frames[0]);
}

/**
 * ic_pte_x86() - decode an entry in the format of the x86 processor
 * @pt: the page table, with IC_X86_* flags
 * @level: level of the table that the entry is in
 * @raw: the entry
 * @out: filled
 *
 * First-stage tables of VT-d (section 9.7) and AMD-Vi (section 2.2.6). Pages
 * of the supervisor are only there for requests that may be privileged.
 */
void ic_pte_x86(const struct ic_pt *pt, unsigned int level, u64 raw,
		struct ic_pte *out)
{
	bool privileged = pt->flags & IC_X86_SUPERVISOR;

	out->kind = IC_PTE_NONE;
	if (!ic_bit(raw, 0) || !(ic_bit(raw, 2) || privileged))
		return;
	out->access = IC_READ;
	if (ic_bit(raw, 1) || (privileged && pt->flags & IC_X86_NO_WP))
		out->access |= IC_WRITE;
	out->address = raw & 0x000ffffffffff000ULL;
	if (level > 1 && !ic_bit(raw, 7)) {
		out->kind = IC_PTE_TABLE;
		out->level = (u8)(level - 1);
		return;
	}
	/* Page Size is reserved above level 3, and there where 1G is not. */
	if (level > 3 || (level == 3 && !(pt->flags & IC_X86_1G)))
		return;
	out->kind = IC_PTE_LEAF;
	out->shift = (u8)ic_pt_shift(pt, level);
}
