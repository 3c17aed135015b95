// SPDX-License-Identifier: GPL-2.0-only
/*
 * The walker of the RISC-V IOMMU's tables.
 */
#include "fuzz_tables.h"
#include "decode/riscv_tables.h"

static struct ic_walk walk;

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct rviommu_tables tables;
	struct random_memory m;
	struct ic_mem mem;
	u64 regs[4];

	if (!begin_tables(&m, &mem, &walk, regs, 4, data, size))
		return 0;
	tables.capabilities = regs[0];
	tables.fctl = (u32)regs[1];
	tables.ddtp = regs[2] & 0xffffffffffULL;
	check_path(rviommu_classify(&tables, &mem, (u32)regs[3]));
	MUST(m.reads <= 32);
	m.reads = 0;
	check_walk(&m, &walk, rviommu_enumerate(&tables, (u32)regs[3], &walk));
	return 0;
}
