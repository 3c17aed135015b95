// SPDX-License-Identifier: GPL-2.0-only
/*
 * The walker of VT-d's tables.
 */
#include "fuzz_tables.h"
#include "decode/vtd_tables.h"

static struct ic_walk walk;

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct vtd_tables tables;
	struct random_memory m;
	struct ic_mem mem;
	u64 regs[3];

	if (!begin_tables(&m, &mem, &walk, regs, 3, data, size))
		return 0;
	tables.rtaddr = regs[0] & 0xffffffffffULL;
	tables.cap = regs[1];
	check_path(vtd_classify(&tables, &mem, (u16)regs[2]));
	MUST(m.reads <= 4);
	m.reads = 0;
	check_walk(&m, &walk, vtd_enumerate(&tables, (u16)regs[2], &walk));
	return 0;
}
