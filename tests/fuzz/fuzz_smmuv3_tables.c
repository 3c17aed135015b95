// SPDX-License-Identifier: GPL-2.0-only
/*
 * The walker of SMMUv3's tables.
 */
#include "fuzz_tables.h"
#include "decode/smmuv3_tables.h"

static struct ic_walk walk;

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct smmuv3_tables tables;
	struct random_memory m;
	struct ic_mem mem;
	u64 regs[4];

	if (!begin_tables(&m, &mem, &walk, regs, 4, data, size))
		return 0;
	tables.base = regs[0] & 0xffffffffffULL;
	tables.base_cfg = (u32)regs[1];
	tables.gbpa = (u32)(regs[1] >> 32);
	tables.enabled = regs[2] & 7;
	check_path(smmuv3_classify(&tables, &mem, (u32)regs[3]));
	MUST(m.reads <= 16);
	m.reads = 0;
	check_walk(&m, &walk, smmuv3_enumerate(&tables, (u32)regs[3], &walk));
	return 0;
}
