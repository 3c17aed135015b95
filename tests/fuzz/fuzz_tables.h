/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Random memory for the targets of translation tables. Every address below
 * 2^40 is there: the input repeats itself, so tables point to themselves and to
 * each other. Above there is nothing.
 */
#ifndef _FUZZ_TABLES_H
#define _FUZZ_TABLES_H

#include <errno.h>

#include "fuzz.h"
#include "decode/page_table.h"

#define BUDGET	2000

struct random_memory {
	const u8 *data;
	size_t len;
	u64 reads;
	u64 ranges;
	u64 range_limit;
};

static inline bool read_random(void *ctx, u64 address, void *buf, size_t len)
{
	struct random_memory *m = ctx;
	size_t from = address % m->len, n;
	u8 *b = buf;

	m->reads++;
	MUST(len && (address & 0xfff) + len <= 4096);
	if (address >> 40)
		return false;
	for (; len; len -= n, b += n, from = 0) {
		n = len < m->len - from ? len : m->len - from;
		memcpy(b, m->data + from, n);
	}
	return true;
}

static inline int count_range(void *ctx, u64 address, u64 size, u32 access)
{
	struct random_memory *m = ctx;

	MUST(size && address + (size - 1) >= address);
	MUST(access && !(access & ~(u32)(IC_READ | IC_WRITE)));
	return ++m->ranges >= m->range_limit ? -EINTR : 0;
}

/*
 * The registers come first in the input, in @regs; what follows is memory.
 * False if the input is too short.
 */
static inline bool begin_tables(struct random_memory *m, struct ic_mem *mem,
				struct ic_walk *walk, u64 *regs,
				unsigned int count, const u8 *data, size_t size)
{
	if (size < count * 8 + 8)
		return false;
	memcpy(regs, data, count * 8);
	memset(m, 0, sizeof(*m));
	m->data = data + count * 8;
	m->len = size - count * 8;
	m->range_limit = 1000;
	mem->read = read_random;
	mem->ctx = m;
	memset(walk, 0, sizeof(*walk));
	walk->mem = mem;
	walk->range = count_range;
	walk->ctx = m;
	walk->budget = BUDGET;
	return true;
}

static inline void check_path(int path)
{
	MUST(path == IC_PATH_UNKNOWN || path == IC_PATH_TRANSLATE ||
	     path == IC_PATH_PASS_THROUGH || path == IC_PATH_ABORT);
}

/*
 * Work is bounded: what is read is charged first, up to 64 reads for each
 * entry (nested stages, PASID tables).
 */
static inline void check_walk(const struct random_memory *m,
			      const struct ic_walk *walk, int ret)
{
	MUST(ret == 0 || ret == -ENODATA || ret == -E2BIG || ret == -EINTR);
	MUST((ret == -EINTR) == (m->ranges == m->range_limit));
	MUST(!(walk->all & ~(u32)(IC_READ | IC_WRITE)));
	MUST(walk->budget <= BUDGET);
	MUST(m->reads <= 64 + 64 * (BUDGET - walk->budget + 1));
}

#endif /* _FUZZ_TABLES_H */
