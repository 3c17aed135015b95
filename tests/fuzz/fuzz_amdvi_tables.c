// SPDX-License-Identifier: GPL-2.0-only
/*
 * The walker of AMD-Vi's tables.
 */
#include "fuzz_tables.h"
#include "decode/amdvi_tables.h"

static struct ic_walk walk;

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct amdvi_tables tables;
	struct random_memory m;
	struct ic_mem mem;
	u64 regs[AMDVI_SEGMENTS + 2];
	unsigned int i;
	enum amdvi_interrupts intr;
	u16 rid;

	if (!begin_tables(&m, &mem, &walk, regs, AMDVI_SEGMENTS + 2, data,
			  size))
		return 0;
	for (i = 0; i < AMDVI_SEGMENTS; i++)
		tables.devtab[i] = regs[i] & 0xffffffffffULL;
	tables.control = regs[i];
	rid = (u16)regs[i + 1];
	check_path(amdvi_classify(&tables, &mem, rid));
	intr = amdvi_interrupts(&tables, &mem, rid);
	MUST(intr <= AMDVI_INTR_UNKNOWN);
	MUST(m.reads <= 2);
	m.reads = 0;
	check_walk(&m, &walk, amdvi_enumerate(&tables, rid, &walk));
	return 0;
}
