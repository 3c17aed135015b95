/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Physical memory for the tests of translation tables: 4K pages that come into
 * being when they are written. A read of any other address fails.
 */
#ifndef _FAKE_MEMORY_H
#define _FAKE_MEMORY_H

#include "unit.h"
#include "decode/page_table.h"

#define PAGES	64
#define RANGES	64

#define R	IC_READ
#define W	IC_WRITE
#define RW	(IC_READ | IC_WRITE)

struct fake_page {
	u64 address;
	u8 data[4096];
};

struct fake_range {
	u64 address;
	u64 size;
	u32 access;
};

struct fake_memory {
	struct ic_mem mem;
	struct ic_walk walk;
	struct fake_page pages[PAGES];
	unsigned int page_count;
	unsigned int reads;
	struct fake_range ranges[RANGES];
	unsigned int range_count;
};

static inline struct fake_page *find_page(struct fake_memory *m, u64 address)
{
	unsigned int i;

	for (i = 0; i < m->page_count; i++)
		if (m->pages[i].address == (address & ~0xfffULL))
			return &m->pages[i];
	return NULL;
}

static inline bool read_fake(void *ctx, u64 address, void *buf, size_t len)
{
	struct fake_memory *m = ctx;
	struct fake_page *page = find_page(m, address);

	m->reads++;
	assert_true((address & 0xfff) + len <= 4096);
	if (!page)
		return false;
	memcpy(buf, page->data + (address & 0xfff), len);
	return true;
}

static inline int note_range(void *ctx, u64 address, u64 size, u32 access)
{
	struct fake_memory *m = ctx;

	assert_true(m->range_count < RANGES);
	m->ranges[m->range_count++] = (struct fake_range){
		address, size, access,
	};
	return 0;
}

static inline struct fake_memory *new_memory(void)
{
	struct fake_memory *m = calloc(1, sizeof(*m));

	assert_non_null(m);
	m->mem.read = read_fake;
	m->mem.ctx = m;
	m->walk.mem = &m->mem;
	m->walk.range = note_range;
	m->walk.ctx = m;
	m->walk.budget = 1000000;
	return m;
}

/* Write one 64-bit word, little-endian. */
static inline void put(struct fake_memory *m, u64 address, u64 value)
{
	struct fake_page *page = find_page(m, address);
	unsigned int i;

	if (!page) {
		assert_true(m->page_count < PAGES);
		page = &m->pages[m->page_count++];
		page->address = address & ~0xfffULL;
	}
	for (i = 0; i < 8; i++)
		page->data[(address & 0xfff) + i] = (u8)(value >> (8 * i));
}

/* The next range that was found, in the order in which it was. */
static inline void expect_range(struct fake_memory *m, unsigned int i,
				u64 address, u64 size, u32 access)
{
	assert_true(i < m->range_count);
	assert_int_equal(m->ranges[i].address, address);
	assert_int_equal(m->ranges[i].size, size);
	assert_int_equal(m->ranges[i].access, access);
}

/* Forget what was found. */
static inline void again(struct fake_memory *m)
{
	m->range_count = 0;
	m->walk.all = 0;
	m->walk.budget = 1000000;
}

#endif /* _FAKE_MEMORY_H */
