// SPDX-License-Identifier: GPL-2.0-only
/*
 * The RISC-V IOMMU's tables, built by hand from the architecture
 * specification 1.0 and the privileged architecture.
 */
#include "fake_memory.h"
#include "decode/riscv_tables.h"

#define DDT	0x100000ULL
#define ID	0x0108

#define PPN(a)	((u64)(a) >> 12)
#define PTR(a)	(PPN(a) << 10 | 1)		/* directory entry, table */
#define LEAF(a, f)	(PPN(a) << 10 | (f) | 1)
#define PR	0x2	/* R */
#define PW	0x4
#define PX	0x8
#define PU	0x10
#define PA	0x40
#define PD	0x80
#define ALL	(PR | PW | PU | PA | PD)
#define SV39	(8ULL << 60)
#define SV48	(9ULL << 60)
#define SV57	(10ULL << 60)

static struct rviommu_tables with_levels(unsigned int levels, bool extended)
{
	return (struct rviommu_tables){
		.capabilities = extended ? 1 << 22 : 0,
		.ddtp = PPN(DDT) << 10 | (levels + 1),
	};
}

/* The device context of ID in a directory of two levels, base format */
#define DC	(0x5000 + (ID & 0x7f) * 32)

static void put_dc(struct fake_memory *m, u64 tc, u64 iohgatp, u64 fsc)
{
	put(m, DDT + (ID >> 7) * 8, PTR(0x5000));
	put(m, DC, tc);
	put(m, DC + 8, iohgatp);
	put(m, DC + 16, 0);
	put(m, DC + 24, fsc);
}

static int path_of(struct fake_memory *m, u64 tc, u64 iohgatp, u64 fsc)
{
	struct rviommu_tables t = with_levels(2, false);

	put_dc(m, tc, iohgatp, fsc);
	return rviommu_classify(&t, &m->mem, ID);
}

static int enumerate(struct fake_memory *m)
{
	struct rviommu_tables t = with_levels(2, false);

	again(m);
	return rviommu_enumerate(&t, ID, &m->walk);
}

static void test_path(void **state)
{
	struct fake_memory *m = new_memory();
	struct rviommu_tables t = { .ddtp = 0 };

	(void)state;
	assert_int_equal(rviommu_classify(&t, &m->mem, ID), IC_PATH_ABORT);
	t.ddtp = 1;
	assert_int_equal(rviommu_classify(&t, &m->mem, ID),
			 IC_PATH_PASS_THROUGH);
	t = with_levels(2, false);
	assert_int_equal(rviommu_classify(&t, &m->mem, ID), IC_PATH_UNKNOWN);
	assert_int_equal(rviommu_classify(&t, &m->mem, 0x10000),
			 IC_PATH_ABORT);
	put(m, DDT, 0);
	assert_int_equal(rviommu_classify(&t, &m->mem, ID), IC_PATH_ABORT);
	assert_int_equal(path_of(m, 0, 0, 0), IC_PATH_ABORT);
	assert_int_equal(path_of(m, 1, 0, 0), IC_PATH_PASS_THROUGH);
	assert_int_equal(path_of(m, 1, 0, SV39), IC_PATH_TRANSLATE);
	assert_int_equal(path_of(m, 1, 0, 7ULL << 60), IC_PATH_ABORT);
	assert_int_equal(path_of(m, 1, SV39, 0), IC_PATH_TRANSLATE);
	assert_int_equal(path_of(m, 1, 11ULL << 60, 0), IC_PATH_ABORT);
	assert_int_equal(path_of(m, 1, SV48, SV39), IC_PATH_TRANSLATE);
	assert_int_equal(path_of(m, 1 | 1 << 10, 0, SV39), IC_PATH_UNKNOWN);
	/* a process directory that is switched off, in memory that is none */
	assert_int_equal(path_of(m, 1 | 1 << 5 | 1 << 9, 0, PPN(0x9000000)),
			 IC_PATH_PASS_THROUGH);
	/* PDTV: bare without DPE, process 0 with it */
	put(m, 0x9000, 0);
	put(m, 0x9008, 0);
	assert_int_equal(path_of(m, 1 | 1 << 5, 0, 1ULL << 60 | PPN(0x9000)),
			 IC_PATH_PASS_THROUGH);
	assert_int_equal(path_of(m, 1 | 1 << 5 | 1 << 9, 0,
				 1ULL << 60 | PPN(0x9000)), IC_PATH_ABORT);
	put(m, 0x9000, 1);
	put(m, 0x9008, SV39);
	assert_int_equal(path_of(m, 1 | 1 << 5 | 1 << 9, 0,
				 1ULL << 60 | PPN(0x9000)), IC_PATH_TRANSLATE);
	free(m);
}

/* Device ids of up to 7, 16 and 24 bits; extended: 6, 15 and 24 */
static void test_directory(void **state)
{
	struct fake_memory *m = new_memory();
	struct rviommu_tables t = with_levels(1, false);

	(void)state;
	put(m, DDT + 0x23 * 32, 1);
	assert_int_equal(rviommu_classify(&t, &m->mem, 0x23),
			 IC_PATH_PASS_THROUGH);
	assert_int_equal(rviommu_classify(&t, &m->mem, 0x80), IC_PATH_ABORT);
	t = with_levels(1, true);
	put(m, DDT + 0x23 * 64, SV39);		/* V 0 */
	assert_int_equal(rviommu_classify(&t, &m->mem, 0x23), IC_PATH_ABORT);
	put(m, DDT + 0x23 * 64, 1);
	put(m, DDT + 0x23 * 64 + 8, SV39);
	assert_int_equal(rviommu_classify(&t, &m->mem, 0x23),
			 IC_PATH_TRANSLATE);
	assert_int_equal(rviommu_classify(&t, &m->mem, 0x40), IC_PATH_ABORT);

	/* three levels: id 0xab1234 is 0xab, 0x24, 0x34 */
	t = with_levels(3, false);
	put(m, DDT + 0xab * 8, PTR(0x5000));
	put(m, 0x5000 + 0x24 * 8, PTR(0x6000));
	put(m, 0x6000 + 0x34 * 32, 1);
	assert_int_equal(rviommu_classify(&t, &m->mem, 0xab1234),
			 IC_PATH_PASS_THROUGH);
	/* extended: 0x156, 0x48, 0x34 */
	t = with_levels(3, true);
	put(m, DDT + 0x156 * 8, PTR(0x7000));
	put(m, 0x7000 + 0x48 * 8, PTR(0x8000));
	put(m, 0x8000 + 0x34 * 64, 1);
	put(m, 0x8000 + 0x34 * 64 + 8, SV39);
	assert_int_equal(rviommu_classify(&t, &m->mem, 0xab1234),
			 IC_PATH_TRANSLATE);
	free(m);
}

/* Svrsw60t59b: bits 60 and 59 of an entry are ignored, in both stages */
static void test_software_bits(void **state)
{
	struct rviommu_tables t = with_levels(2, false);
	struct fake_memory *m = new_memory();
	unsigned int stage;

	(void)state;
	put(m, 0x30000, LEAF(0xc0000000, ALL) | 3ULL << 59);
	put(m, 0x30008, LEAF(0x100000000, ALL) | 1ULL << 58);
	/* the top table of a second stage has four pages */
	put(m, 0x31000, 0);
	put(m, 0x32000, 0);
	put(m, 0x33000, 0);
	for (stage = 1; stage <= 2; stage++) {
		put_dc(m, 1, stage == 2 ? SV39 | PPN(0x30000) : 0,
		       stage == 1 ? SV39 | PPN(0x30000) : 0);
		t.capabilities = 0;
		again(m);
		assert_int_equal(rviommu_enumerate(&t, ID, &m->walk), 0);
		assert_int_equal(m->range_count, 0);
		t.capabilities = 1 << 14;
		again(m);
		assert_int_equal(rviommu_enumerate(&t, ID, &m->walk), 0);
		assert_int_equal(m->range_count, 1);
		expect_range(m, 0, 0xc0000000, 0x40000000, RW);
	}
	free(m);
}

/* First stage of three to five levels: sizes, R, W, U, A, D, Svnapot */
static void test_first_stage(void **state)
{
	static const u64 modes[] = { SV39, SV48, SV57 };
	struct fake_memory *m = new_memory();
	unsigned int i, j;
	u64 top;

	(void)state;
	put(m, 0x30000, PTR(0x31000));
	put(m, 0x30000 + 511 * 8, LEAF(0xc0000000, ALL));
	put(m, 0x31000, PTR(0x32000));
	put(m, 0x31008, LEAF(0x600000, ALL & ~PW));
	put(m, 0x31010, LEAF(0x700000, ALL));		/* misaligned */
	put(m, 0x32000, LEAF(0x5000, ALL));
	put(m, 0x32008, LEAF(0x6000, ALL & ~PD));	/* dirty is not set */
	put(m, 0x32010, LEAF(0x7000, ALL & ~PA));
	put(m, 0x32018, LEAF(0x8000, ALL & ~PU));
	put(m, 0x32020, LEAF(0x9000, ALL & ~PR));	/* reserved */
	put(m, 0x32028, LEAF(0xa000, ALL) & ~1ULL);
	put(m, 0x32030, LEAF(0xb000, (ALL & ~PR) | PX));
	put(m, 0x31018, PTR(0x32000) | PW);		/* no table either */
	for (j = 16; j < 32; j++)		/* 64K at 0x80000 */
		put(m, 0x32000 + j * 8, LEAF(0x88000, ALL) | 1ULL << 63);
	for (i = 0; i < 3; i++) {
		top = 0x30000 - i * 0x1000;
		if (i)
			put(m, top, PTR(top + 0x1000));
		put_dc(m, 1, 0, modes[i] | PPN(top));
		assert_int_equal(enumerate(m), 0);
		assert_int_equal(m->range_count, 20);
		expect_range(m, 0, 0x5000, 0x1000, RW);
		expect_range(m, 1, 0x6000, 0x1000, R);
		for (j = 0; j < 16; j++)
			expect_range(m, 2 + j, 0x80000 + j * 0x1000, 0x1000,
				     RW);
		expect_range(m, 18, 0x600000, 0x200000, R);
		expect_range(m, 19, 0xc0000000, 0x40000000, RW);
	}
	/* SADE: hardware sets A and D */
	put_dc(m, 1 | 1 << 8, 0, SV39 | PPN(0x30000));
	assert_int_equal(enumerate(m), 0);
	assert_int_equal(m->range_count, 21);
	expect_range(m, 1, 0x6000, 0x1000, RW);
	expect_range(m, 2, 0x7000, 0x1000, RW);
	free(m);
}

/* Second stage: a top table of 2048 entries */
static void test_second_stage(void **state)
{
	struct fake_memory *m = new_memory();
	unsigned int i;

	(void)state;
	for (i = 0; i < 4; i++)
		put(m, 0x40000 + i * 0x1000, 0);
	put(m, 0x40000 + 2047 * 8, PTR(0x44000));
	put(m, 0x44000, PTR(0x45000));
	put(m, 0x45000, LEAF(0x5000, ALL));
	put(m, 0x45008, LEAF(0x6000, ALL & ~PU));	/* a guest is a user */
	put_dc(m, 1, SV39 | PPN(0x40000), 0);
	assert_int_equal(enumerate(m), 0);
	assert_int_equal(m->range_count, 1);
	expect_range(m, 0, 0x5000, 0x1000, RW);
	free(m);
}

static void put_guest(struct fake_memory *m)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		put(m, 0x40000 + i * 0x1000, 0);
	put(m, 0x40000, PTR(0x44000));
	put(m, 0x44000, PTR(0x45000));
	for (i = 0; i < 8; i++)		/* guest 0 to 0x7fff at 0x70000 */
		put(m, 0x45000 + i * 8, LEAF(0x70000 + i * 0x1000, ALL));
	put(m, 0x45000 + 9 * 8, LEAF(0x99000, ALL & ~PW));
	put(m, 0x71000, PTR(0x2000));
	put(m, 0x72000, PTR(0x3000));
	put(m, 0x73000, LEAF(0x9000, ALL));
	put(m, 0x73008, LEAF(0xa000, ALL));		/* not mapped */
}

static void test_nested(void **state)
{
	struct fake_memory *m = new_memory();

	(void)state;
	put_guest(m);
	put_dc(m, 1, SV39 | PPN(0x40000), SV39 | PPN(0x1000));
	assert_int_equal(enumerate(m), 0);
	assert_int_equal(m->range_count, 1);
	expect_range(m, 0, 0x99000, 0x1000, R);
	free(m);
}

/* PD17: process 0x101 is in entry 1 of the directory's second level */
static void test_processes(void **state)
{
	struct fake_memory *m = new_memory();
	unsigned int i;

	(void)state;
	put_guest(m);
	put(m, 0x74000, 0);
	put(m, 0x74008, PTR(0x5000));
	for (i = 0; i < 256; i++)
		put(m, 0x75000 + i * 16, 0);
	put(m, 0x75010, 1);
	put(m, 0x75018, SV39 | PPN(0x1000));
	put_dc(m, 1 | 1 << 5, SV39 | PPN(0x40000), 2ULL << 60 | PPN(0x4000));
	assert_int_equal(enumerate(m), 0);
	/* requests without process id have the second stage alone */
	assert_int_equal(m->range_count, 3);
	expect_range(m, 0, 0x70000, 0x8000, RW);
	expect_range(m, 2, 0x99000, 0x1000, R);
	/* and are those of process 0 with DPE, of which there is none */
	put_dc(m, 1 | 1 << 5 | 1 << 9, SV39 | PPN(0x40000),
	       2ULL << 60 | PPN(0x4000));
	assert_int_equal(enumerate(m), 0);
	assert_int_equal(m->range_count, 1);
	expect_range(m, 0, 0x99000, 0x1000, R);
	/* ENS lets privileged requests in, for pages without U */
	put(m, 0x73010, LEAF(0x5000, ALL & ~PU));
	assert_int_equal(enumerate(m), 0);
	assert_int_equal(m->range_count, 1);
	put(m, 0x75010, 1 | 2);
	assert_int_equal(enumerate(m), 0);
	assert_int_equal(m->range_count, 2);
	expect_range(m, 1, 0x75000, 0x1000, RW);

	/* PD20, no second stage: process 0x20000 is 1, 0, 0 */
	put(m, 0x21000, PTR(0x22000));
	put(m, 0x22000, LEAF(0, ALL) | PPN(0x40000000) << 10);
	put(m, 0x10000, 0);
	put(m, 0x10008, PTR(0x11000));
	put(m, 0x11000, PTR(0x12000));
	put(m, 0x12000, 1);
	put(m, 0x12008, SV39 | PPN(0x22000));
	put_dc(m, 1 | 1 << 5 | 1 << 9, 0, 3ULL << 60 | PPN(0x10000));
	assert_int_equal(enumerate(m), 0);
	assert_int_equal(m->range_count, 1);
	expect_range(m, 0, 0x40000000, 0x40000000, RW);
	assert_int_equal(m->walk.all, 0);
	free(m);
}

static void test_all(void **state)
{
	struct fake_memory *m = new_memory();
	struct rviommu_tables t = { .ddtp = 1 };

	(void)state;
	assert_int_equal(rviommu_enumerate(&t, ID, &m->walk), 0);
	assert_int_equal(m->walk.all, RW);
	put_dc(m, 1, 0, 0);
	assert_int_equal(enumerate(m), 0);
	assert_int_equal(m->walk.all, RW);
	put_dc(m, 0, 0, 0);
	assert_int_equal(enumerate(m), 0);
	assert_int_equal(m->walk.all, 0);
	free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_path),
		cmocka_unit_test(test_directory),
		cmocka_unit_test(test_first_stage),
		cmocka_unit_test(test_software_bits),
		cmocka_unit_test(test_second_stage),
		cmocka_unit_test(test_nested),
		cmocka_unit_test(test_processes),
		cmocka_unit_test(test_all),
	};

	return cmocka_run_group_tests_name("riscv_tables", tests, NULL, NULL);
}
