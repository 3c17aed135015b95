// SPDX-License-Identifier: GPL-2.0-only
/*
 * AMD-Vi's tables, built by hand from the specification (48882, rev 3.10),
 * section 2.2.
 */
#include "fake_memory.h"
#include "decode/amdvi_tables.h"

#define DEVTAB	0x100000
#define RID	0x0210		/* 02:02.0 */
#define DTE	(DEVTAB + RID * 32)

#define V	1ULL
#define TV	2ULL
#define IR	0x2000000000000000ULL
#define IW	0x4000000000000000ULL
#define MODE(n)	((u64)(n) << 9)
#define NEXT(n)	((u64)(n) << 9)
#define PR	1ULL

/* 64K entries: 2 MiB, 512 pages less one; GTEn */
static const struct amdvi_tables tables = {
	.devtab = { DEVTAB | 511 }, .control = 1 << 16 | 1,
};

static void put_dte(struct fake_memory *m, u64 a, u64 b, u64 c)
{
	put(m, DTE, a);
	put(m, DTE + 8, b);
	put(m, DTE + 16, c);
	put(m, DTE + 24, 0);
}

static int path_of(struct fake_memory *m, u64 a)
{
	put_dte(m, a, 0, 0);
	return amdvi_classify(&tables, &m->mem, RID);
}

static int enumerate(struct fake_memory *m)
{
	again(m);
	return amdvi_enumerate(&tables, RID, &m->walk);
}

/* Table 7: V, TV, Mode, IR and IW */
static void test_path(void **state)
{
	struct fake_memory *m = new_memory();

	(void)state;
	assert_int_equal(amdvi_classify(&tables, &m->mem, RID), IC_PATH_UNKNOWN);
	assert_int_equal(path_of(m, 0), IC_PATH_PASS_THROUGH);
	assert_int_equal(path_of(m, V), IC_PATH_ABORT);
	assert_int_equal(path_of(m, V | IR | IW), IC_PATH_ABORT);
	assert_int_equal(path_of(m, V | TV), IC_PATH_ABORT);
	assert_int_equal(path_of(m, V | TV | IR | IW), IC_PATH_PASS_THROUGH);
	assert_int_equal(path_of(m, V | TV | IR), IC_PATH_PASS_THROUGH);
	assert_int_equal(path_of(m, V | TV | MODE(3) | IR | IW),
			 IC_PATH_TRANSLATE);
	assert_int_equal(path_of(m, V | TV | MODE(3)), IC_PATH_ABORT);
	assert_int_equal(path_of(m, V | TV | MODE(7) | IR | IW),
			 IC_PATH_ABORT);
	/* GV: with GIoV, requests without PASID are those of PASID 0 */
	assert_int_equal(path_of(m, V | TV | IR | IW | 1ULL << 55),
			 IC_PATH_PASS_THROUGH);
	assert_int_equal(path_of(m, V | TV | IR | IW | 3ULL << 54),
			 IC_PATH_TRANSLATE);
	free(m);
}

static void test_all(void **state)
{
	struct fake_memory *m = new_memory();

	(void)state;
	put_dte(m, 0, 0, 0);
	assert_int_equal(enumerate(m), 0);
	assert_int_equal(m->walk.all, RW);
	put_dte(m, V | TV | IR, 0, 0);
	assert_int_equal(enumerate(m), 0);
	assert_int_equal(m->walk.all, R);
	put_dte(m, V | TV | IR | IW, 0, 0);
	assert_int_equal(enumerate(m), 0);
	assert_int_equal(m->walk.all, RW);
	put_dte(m, V, 0, 0);
	assert_int_equal(enumerate(m), 0);
	assert_int_equal(m->walk.all, 0);
	assert_int_equal(m->range_count, 0);
	free(m);
}

/* Section 2.2.2: the table may be shorter, or in up to eight segments */
static void test_device_table(void **state)
{
	struct fake_memory *m = new_memory();
	struct amdvi_tables t = tables;

	(void)state;
	put_dte(m, V, 0, 0);
	t.devtab[0] = DEVTAB | 4;	/* 5 pages: requesters to 0x27f */
	assert_int_equal(amdvi_classify(&t, &m->mem, RID), IC_PATH_ABORT);
	t.devtab[0] = DEVTAB | 3;	/* to 0x1ff */
	assert_int_equal(amdvi_classify(&t, &m->mem, RID), IC_PATH_UNKNOWN);
	assert_int_equal(amdvi_classify(&t, &m->mem, 0x200), IC_PATH_UNKNOWN);

	/* four segments: bits 15:14 of the requester select one */
	t.control = 2ULL << 34 | 1;
	t.devtab[2] = DEVTAB | 4;
	t.devtab[0] = 0;
	assert_int_equal(amdvi_classify(&t, &m->mem, 0x8000 | RID),
			 IC_PATH_ABORT);
	assert_int_equal(amdvi_classify(&t, &m->mem, RID), IC_PATH_UNKNOWN);
	t.control = 4ULL << 34 | 1;
	assert_int_equal(amdvi_classify(&t, &m->mem, 0x8000 | RID),
			 IC_PATH_UNKNOWN);
	free(m);
}

/* Section 2.2.3: modes 1 to 6, default page sizes, IR and IW */
static void test_host_table(void **state)
{
	struct fake_memory *m = new_memory();
	unsigned int mode;
	u64 top;

	(void)state;
	put(m, 0x20000, PR | NEXT(1) | 0x21000 | IR | IW);
	put(m, 0x20008, PR | 0x40000000 | IR);
	put(m, 0x21000, PR | 0x5000 | IR | IW);
	put(m, 0x21008, PR | 0x6000 | IW);
	put(m, 0x21010, 0x7000 | IR | IW);		/* PR 0 */
	for (mode = 3; mode <= 6; mode++) {
		/* each mode's table is in front of that of the mode below */
		top = 0x10000 + (6 - mode) * 0x1000;
		put(m, top, PR | NEXT(mode - 1) | IR | IW |
		    (mode == 3 ? 0x20000 : top + 0x1000));
		put_dte(m, V | TV | MODE(mode) | top | IR | IW, 0, 0);
		assert_int_equal(enumerate(m), 0);
		assert_int_equal(m->range_count, 3);
		expect_range(m, 0, 0x5000, 0x1000, RW);
		expect_range(m, 1, 0x6000, 0x1000, W);
		expect_range(m, 2, 0x40000000, 0x200000, R);
	}
	put_dte(m, V | TV | MODE(1) | 0x21000 | IR | IW, 0, 0);
	assert_int_equal(enumerate(m), 0);
	assert_int_equal(m->range_count, 2);
	/* The device table entry's own IR and IW */
	put_dte(m, V | TV | MODE(2) | 0x20000 | IR, 0, 0);
	assert_int_equal(enumerate(m), 0);
	assert_int_equal(m->range_count, 2);
	expect_range(m, 0, 0x5000, 0x1000, R);
	expect_range(m, 1, 0x40000000, 0x200000, R);
	free(m);
}

/* An entry of level 4 that points to a table of level 1 skips two levels. */
static void test_skipped_levels(void **state)
{
	struct fake_memory *m = new_memory();

	(void)state;
	put(m, 0x20000, PR | NEXT(1) | 0x21000 | IR | IW);
	put(m, 0x20008, PR | NEXT(4) | 0x22000 | IR | IW);	/* not down */
	put(m, 0x20010, PR | NEXT(5) | 0x22000 | IR | IW);	/* up */
	put(m, 0x20018, PR | NEXT(6) | 0x22000 | IR | IW);
	put(m, 0x22000, PR | 0x9000 | IR | IW);
	put(m, 0x21000, PR | 0x5000 | IR | IW);
	put(m, 0x21ff8, PR | 0x6000 | IR | IW);
	put_dte(m, V | TV | MODE(4) | 0x20000 | IR | IW, 0, 0);
	assert_int_equal(enumerate(m), 0);
	assert_int_equal(m->range_count, 2);
	expect_range(m, 0, 0x5000, 0x1000, RW);
	expect_range(m, 1, 0x6000, 0x1000, RW);
	free(m);
}

/* NextLevel 7: the lowest 0 of the address gives the size. */
static void test_large_pages(void **state)
{
	struct fake_memory *m = new_memory();
	unsigned int i;

	(void)state;
	put(m, 0x20000, PR | NEXT(1) | 0x21000 | IR | IW);
	/* 32K at 0x80000: bits 12 and 13 set, 14 clear; in eight entries */
	for (i = 0; i < 8; i++)
		put(m, 0x21000 + i * 8, PR | NEXT(7) | 0x83000 | IR | IW);
	/* 4M at 0x40000000: bits 20:12 set, 21 clear; in two of level 2 */
	for (i = 2; i < 4; i++)
		put(m, 0x20000 + i * 8, PR | NEXT(7) | 0x401ff000 | IR | IW);
	/* 8K in an entry of level 2, which stands for 2M */
	put(m, 0x20000 + 5 * 8, PR | NEXT(7) | 0x90000 | IR | IW);
	/* all ones: no size */
	put(m, 0x20000 + 6 * 8, PR | NEXT(7) | 0x000ffffffffff000 | IR | IW);
	put_dte(m, V | TV | MODE(2) | 0x20000 | IR | IW, 0, 0);
	assert_int_equal(enumerate(m), 0);
	assert_int_equal(m->range_count, 10);
	for (i = 0; i < 8; i++)
		expect_range(m, i, 0x80000 + i * 0x1000, 0x1000, RW);
	expect_range(m, 8, 0x40000000, 0x200000, RW);
	expect_range(m, 9, 0x40200000, 0x200000, RW);
	free(m);
}

/* GCR3 at 0x123456000: bits 14:12, 30:15 and 51:31 in three fields */
#define GCR3	0x123456000ULL
#define GCR3_A	((GCR3 >> 12 & 7) << 58)
#define GCR3_B	((GCR3 >> 15 & 0xffff) << 16 | (GCR3 >> 31) << 43)

static void test_guest_table(void **state)
{
	struct fake_memory *m = new_memory();

	(void)state;
	put(m, GCR3, 0x30000 | 1);
	put(m, 0x30000, 0x31000 | 7);
	put(m, 0x31000, 0x32000 | 7);
	put(m, 0x31008, 0x80000000 | 1 << 7 | 7);
	put(m, 0x32000, 0x33000 | 7);
	put(m, 0x32008, 0x600000 | 1 << 7 | 5);
	put(m, 0x33000, 0x5000 | 7);
	put(m, 0x33008, 0x6000 | 3);			/* not the user's */
	put_dte(m, V | TV | IR | IW | 3ULL << 54 | GCR3_A, GCR3_B, 0);
	assert_int_equal(enumerate(m), 0);
	assert_int_equal(m->range_count, 3);
	expect_range(m, 0, 0x5000, 0x1000, RW);
	expect_range(m, 1, 0x600000, 0x200000, R);
	expect_range(m, 2, 0x80000000, 0x40000000, RW);
	assert_int_equal(m->walk.all, 0);

	/* without GIoV, requests without PASID pass */
	put_dte(m, V | TV | IR | IW | 1ULL << 55 | GCR3_A, GCR3_B, 0);
	assert_int_equal(enumerate(m), 0);
	assert_int_equal(m->walk.all, RW);

	/* five levels, two levels of GCR3: PASID 513 */
	put(m, 0x34000, 0x30000 | 7);
	put(m, GCR3, 0);
	put(m, GCR3 + 8, 0x35000 | 1);
	put(m, 0x35008, 0x34000 | 1);
	put_dte(m, V | TV | IR | 3ULL << 54 | 1ULL << 56 | GCR3_A, GCR3_B,
		1ULL << 54);
	assert_int_equal(enumerate(m), 0);
	assert_int_equal(m->range_count, 3);
	expect_range(m, 0, 0x5000, 0x1000, R);
	free(m);
}

/* With a host table, what the guest's tables hold is translated. */
static void test_nested(void **state)
{
	struct fake_memory *m = new_memory();
	struct amdvi_tables t = tables;
	unsigned int i;

	(void)state;
	/* guest 0x0 to 0x5fff at 0x50000; its page 6 at 0x77000, read-only */
	for (i = 0; i < 6; i++)
		put(m, 0x40000 + i * 8, PR | (0x50000 + i * 0x1000) | IR | IW);
	put(m, 0x40000 + 6 * 8, PR | 0x77000 | IR);
	put(m, 0x51000, 0x2000 | 1);			/* GCR3 0x1000 */
	put(m, 0x52000, 0x3000 | 7);
	put(m, 0x53000, 0x4000 | 7);
	put(m, 0x54000, 0x5000 | 7);
	put(m, 0x55000, 0x6000 | 7);
	put_dte(m, V | TV | MODE(1) | 0x40000 | IR | IW | 3ULL << 54 |
		1ULL << 58, 0, 0);
	/* without GCR3TRPMode the root is no guest physical address */
	assert_int_equal(enumerate(m), -ENODATA);
	t.control |= 1ULL << 58;
	again(m);
	assert_int_equal(amdvi_enumerate(&t, RID, &m->walk), 0);
	assert_int_equal(m->range_count, 1);
	expect_range(m, 0, 0x77000, 0x1000, R);
	free(m);
}

/* IV is bit 128, IntCtl bits 189:188 */
static void test_interrupts(void **state)
{
	struct fake_memory *m = new_memory();

	(void)state;
	put_dte(m, V, 0, 2ULL << 60);
	assert_int_equal(amdvi_interrupts(&tables, &m->mem, RID),
			 AMDVI_INTR_FORWARDED);
	put_dte(m, V, 0, 2ULL << 60 | 1);
	assert_int_equal(amdvi_interrupts(&tables, &m->mem, RID),
			 AMDVI_INTR_REMAPPED);
	put_dte(m, V, 0, 1ULL << 60 | 1);
	assert_int_equal(amdvi_interrupts(&tables, &m->mem, RID),
			 AMDVI_INTR_FORWARDED);
	put_dte(m, V, 0, 1);
	assert_int_equal(amdvi_interrupts(&tables, &m->mem, RID),
			 AMDVI_INTR_ABORTED);
	put_dte(m, V, 0, 3ULL << 60 | 1);
	assert_int_equal(amdvi_interrupts(&tables, &m->mem, RID),
			 AMDVI_INTR_UNKNOWN);
	free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_path),
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_device_table),
		cmocka_unit_test(test_host_table),
		cmocka_unit_test(test_skipped_levels),
		cmocka_unit_test(test_large_pages),
		cmocka_unit_test(test_guest_table),
		cmocka_unit_test(test_nested),
		cmocka_unit_test(test_interrupts),
	};

	return cmocka_run_group_tests_name("amdvi_tables", tests, NULL, NULL);
}
