// SPDX-License-Identifier: GPL-2.0-only
/*
 * VT-d's tables, built by hand from the specification, rev 4.1, section 9.
 */
#include "fake_memory.h"
#include "decode/vtd_tables.h"

#define ROOT	0x1000
#define CONTEXT	0x2000
#define RID	0x0108		/* 01:01.0 */

/* MGAW 57; SAGAW 3 to 5 levels; 2M and 1G; five levels and 1G of stage one */
#define CAP	(56ULL << 16 | 0xeULL << 8 | 3ULL << 34 | 1ULL << 56 | \
		 1ULL << 60)

static const struct vtd_tables legacy = { .rtaddr = ROOT, .cap = CAP };
static const struct vtd_tables scalable = { ROOT | 1 << 10, CAP };

/* Root entry of bus 1; context entry of device 1, function 0 */
static void put_context(struct fake_memory *m, u64 low, u64 high)
{
	put(m, ROOT + 0x10, CONTEXT | 1);
	put(m, CONTEXT + 8 * 16, low);
	put(m, CONTEXT + 8 * 16 + 8, high);
}

static int classify(struct fake_memory *m)
{
	return vtd_classify(&legacy, &m->mem, RID);
}

static void test_legacy_path(void **state)
{
	struct fake_memory *m = new_memory();
	struct vtd_tables t = legacy;

	(void)state;
	assert_int_equal(classify(m), IC_PATH_UNKNOWN);	/* no root table */
	put(m, ROOT, 0);
	assert_int_equal(classify(m), IC_PATH_ABORT);	/* bus not present */
	put(m, ROOT + 0x10, CONTEXT | 1);
	assert_int_equal(classify(m), IC_PATH_UNKNOWN);	/* no context table */
	put_context(m, 0, 0);
	assert_int_equal(classify(m), IC_PATH_ABORT);
	put_context(m, 0x3000 | 0 << 2 | 1, 2);
	assert_int_equal(classify(m), IC_PATH_TRANSLATE);
	put_context(m, 0x3000 | 1 << 2 | 1, 2);		/* with device TLB */
	assert_int_equal(classify(m), IC_PATH_TRANSLATE);
	put_context(m, 2 << 2 | 1, 2);
	assert_int_equal(classify(m), IC_PATH_PASS_THROUGH);
	put_context(m, 3 << 2 | 1, 2);			/* reserved */
	assert_int_equal(classify(m), IC_PATH_ABORT);
	put_context(m, 0x3000 | 1, 0);			/* AW reserved */
	assert_int_equal(classify(m), IC_PATH_ABORT);
	put_context(m, 0x3000 | 1, 4);
	assert_int_equal(classify(m), IC_PATH_ABORT);
	put_context(m, 0x3000 | 1, 3);
	t.cap &= ~(8ULL << 8);				/* no five levels */
	assert_int_equal(vtd_classify(&t, &m->mem, RID), IC_PATH_ABORT);
	t.rtaddr = ROOT | 3 << 10;			/* abort-DMA mode */
	assert_int_equal(vtd_classify(&t, &m->mem, RID), IC_PATH_ABORT);
	t.rtaddr = ROOT | 2 << 10;
	assert_int_equal(vtd_classify(&t, &m->mem, RID), IC_PATH_UNKNOWN);
	free(m);
}

/* One page of each size and permission, in tables of three to five levels */
static void test_second_stage(void **state)
{
	struct fake_memory *m = new_memory();
	unsigned int aw;

	(void)state;
	for (aw = 1; aw <= 3; aw++) {
		u64 top = 0x10000;

		again(m);
		put_context(m, top | 1, aw);
		/* levels above 3, if any: entry 0 */
		for (; top < 0x10000 + (aw - 1) * 0x1000; top += 0x1000)
			put(m, top, (top + 0x1000) | 3);
		put(m, top, 0x20000 | 3);
		put(m, top + 8, 0x140000000 | 1 << 7 | 1);
		put(m, 0x20000, 0x21000 | 3);
		put(m, 0x20008, 0x40200000 | 1 << 7 | 2);
		put(m, 0x21000, 0x5000 | 3);
		put(m, 0x21ff8, 0x6000 | 1);
		put(m, 0x21008, 0x7000);		/* not present */
		assert_int_equal(vtd_enumerate(&legacy, RID, &m->walk), 0);
		assert_int_equal(m->range_count, 4);
		expect_range(m, 0, 0x5000, 0x1000, RW);
		expect_range(m, 1, 0x6000, 0x1000, R);
		expect_range(m, 2, 0x40200000, 0x200000, W);
		expect_range(m, 3, 0x140000000, 0x40000000, R);
		assert_int_equal(m->walk.all, 0);
	}
	free(m);
}

/* A table's permissions hold for all below it; large pages must be there. */
static void test_second_stage_rules(void **state)
{
	struct fake_memory *m = new_memory();
	struct vtd_tables t = legacy;

	(void)state;
	put_context(m, 0x10000 | 1, 1);
	put(m, 0x10000, 0x20000 | 1);
	put(m, 0x10008, 0x40000000 | 1 << 7 | 3);
	put(m, 0x20000, 0x21000 | 3);
	put(m, 0x20008, 0x40200000 | 1 << 7 | 2);	/* nothing is left */
	put(m, 0x20010, 0x80200000 | 1 << 7 | 3);
	put(m, 0x21000, 0x5000 | 3);
	assert_int_equal(vtd_enumerate(&t, RID, &m->walk), 0);
	assert_int_equal(m->range_count, 3);
	expect_range(m, 0, 0x5000, 0x1000, R);
	expect_range(m, 1, 0x80200000, 0x200000, R);
	expect_range(m, 2, 0x40000000, 0x40000000, RW);

	again(m);
	t.cap &= ~(3ULL << 34);
	assert_int_equal(vtd_enumerate(&t, RID, &m->walk), 0);
	assert_int_equal(m->range_count, 1);
	expect_range(m, 0, 0x5000, 0x1000, R);

	/* beyond MGAW of 30 bits: 1G and no more */
	again(m);
	t.cap = (CAP & ~(63ULL << 16)) | 29ULL << 16;
	assert_int_equal(vtd_enumerate(&t, RID, &m->walk), 0);
	assert_int_equal(m->range_count, 2);
	expect_range(m, 1, 0x80200000, 0x200000, R);
	free(m);
}

/* Pages side by side come as one range, if their entries are alike */
static void test_contiguous_pages(void **state)
{
	static const u64 entries[] = {
		0x5000 | 3, 0x6000 | 3, 0x7000 | 3, 0x8000 | 1, 0x9000 | 1,
		0xb000 | 1, 0xfffff000 | 3, 0x100000000 | 3, 0, 0x100001000 | 3,
	};
	struct fake_memory *m = new_memory();
	unsigned int i;

	(void)state;
	put_context(m, 0x10000 | 1, 1);
	put(m, 0x10000, 0x20000 | 3);
	put(m, 0x20000, 0x21000 | 3);
	put(m, 0x20008, 0x40200000 | 1 << 7 | 3);
	put(m, 0x20010, 0x40400000 | 1 << 7 | 3);
	for (i = 0; i < sizeof(entries) / sizeof(*entries); i++)
		put(m, 0x21000 + i * 8, entries[i]);
	/* the last entries of a table: what follows is not in it */
	put(m, 0x21ff0, 0x300000 | 3);
	put(m, 0x21ff8, 0x301000 | 3);
	put(m, 0x22000, 0x302000 | 3);
	assert_int_equal(vtd_enumerate(&legacy, RID, &m->walk), 0);
	assert_int_equal(m->range_count, 8);
	expect_range(m, 0, 0x5000, 0x3000, RW);
	expect_range(m, 1, 0x8000, 0x2000, R);
	expect_range(m, 2, 0xb000, 0x1000, R);
	expect_range(m, 3, 0xfffff000, 0x1000, RW);
	expect_range(m, 4, 0x100000000, 0x1000, RW);
	expect_range(m, 5, 0x100001000, 0x1000, RW);
	expect_range(m, 6, 0x300000, 0x2000, RW);
	expect_range(m, 7, 0x40200000, 0x400000, RW);
	free(m);
}

static void test_legacy_pass_through(void **state)
{
	struct fake_memory *m = new_memory();

	(void)state;
	put_context(m, 2 << 2 | 1, 2);
	assert_int_equal(vtd_enumerate(&legacy, RID, &m->walk), 0);
	assert_int_equal(m->range_count, 0);
	assert_int_equal(m->walk.all, RW);
	again(m);
	put_context(m, 0, 2);
	assert_int_equal(vtd_enumerate(&legacy, RID, &m->walk), 0);
	assert_int_equal(m->walk.all, 0);
	free(m);
}

/*
 * Scalable mode: requester 01:10.1 is in the upper half, entry 1 of its table.
 * PASID directory of 128 entries at 0x4000, one table at 0x5000.
 */
#define SM_RID	0x0181

static void put_scalable(struct fake_memory *m, u64 flags, u32 rid_pasid)
{
	put(m, ROOT + 0x18, CONTEXT | 1);
	put(m, CONTEXT + 32, 0x4000 | flags | 1);
	put(m, CONTEXT + 40, rid_pasid);
	put(m, 0x4000, 0x5000 | 1);
}

static void put_pasid(struct fake_memory *m, u32 pasid, u64 low, u64 high)
{
	put(m, 0x5000 + pasid * 64, low);
	put(m, 0x5000 + pasid * 64 + 16, high);
}

static int classify_scalable(struct fake_memory *m)
{
	return vtd_classify(&scalable, &m->mem, SM_RID);
}

static void test_scalable_path(void **state)
{
	struct fake_memory *m = new_memory();

	(void)state;
	put(m, ROOT + 0x10, 0x9000 | 1);		/* the lower half */
	put(m, ROOT + 0x18, 0);
	assert_int_equal(classify_scalable(m), IC_PATH_ABORT);
	put_scalable(m, 0, 0);
	put(m, CONTEXT + 32, 0);
	assert_int_equal(classify_scalable(m), IC_PATH_ABORT);
	put_scalable(m, 0, 0);
	put_pasid(m, 0, 0, 0);
	assert_int_equal(classify_scalable(m), IC_PATH_ABORT);
	put_pasid(m, 0, 1 << 6 | 1, 0x10000);
	assert_int_equal(classify_scalable(m), IC_PATH_TRANSLATE);
	put_pasid(m, 0, 1 << 6 | 1, 0x10000 | 2 << 2);	/* FSPM reserved */
	assert_int_equal(classify_scalable(m), IC_PATH_ABORT);
	put_pasid(m, 0, 0x20000 | 2 << 6 | 2 << 2 | 1, 0);
	assert_int_equal(classify_scalable(m), IC_PATH_TRANSLATE);
	put_pasid(m, 0, 0x20000 | 3 << 6 | 2 << 2 | 1, 0x10000);
	assert_int_equal(classify_scalable(m), IC_PATH_TRANSLATE);
	put_pasid(m, 0, 4 << 6 | 1, 0);
	assert_int_equal(classify_scalable(m), IC_PATH_PASS_THROUGH);
	put_pasid(m, 0, 5 << 6 | 1, 0);
	assert_int_equal(classify_scalable(m), IC_PATH_ABORT);
	/* RID_PASID 3; and one that is in the next table, which is absent */
	put_scalable(m, 0, 3);
	put_pasid(m, 3, 4 << 6 | 1, 0);
	assert_int_equal(classify_scalable(m), IC_PATH_PASS_THROUGH);
	put_scalable(m, 0, 64);
	assert_int_equal(classify_scalable(m), IC_PATH_ABORT);
	/* beyond a directory of 128 entries */
	put_scalable(m, 0, 128 << 6);
	assert_int_equal(classify_scalable(m), IC_PATH_ABORT);
	free(m);
}

/* First stage, four levels: U/S, R/W, Page Size; then five */
static void test_first_stage(void **state)
{
	struct fake_memory *m = new_memory();

	(void)state;
	put_scalable(m, 0, 0);
	put_pasid(m, 0, 1 << 6 | 1, 0x10000);
	put(m, 0x10ff8, 0x11000 | 7);		/* the upper half, too */
	put(m, 0x11000, 0x12000 | 7);
	put(m, 0x11008, 0xc0000000 | 1 << 7 | 5);
	put(m, 0x12000, 0x13000 | 7);
	put(m, 0x12008, 0x600000 | 1 << 7 | 7);
	put(m, 0x13000, 0x5000 | 7);
	put(m, 0x13008, 0x6000 | 5);
	put(m, 0x13010, 0x7000 | 3);		/* the supervisor's */
	put(m, 0x13018, 0x8000 | 6);		/* not present */
	assert_int_equal(vtd_enumerate(&scalable, SM_RID, &m->walk), 0);
	assert_int_equal(m->range_count, 4);
	expect_range(m, 0, 0x5000, 0x1000, RW);
	expect_range(m, 1, 0x6000, 0x1000, R);
	expect_range(m, 2, 0x600000, 0x200000, RW);
	expect_range(m, 3, 0xc0000000, 0x40000000, R);

	/* SRE lets supervisor requests in; without WPE they write anywhere */
	again(m);
	put_pasid(m, 0, 1 << 6 | 1, 0x10000 | 1);
	assert_int_equal(vtd_enumerate(&scalable, SM_RID, &m->walk), 0);
	assert_int_equal(m->range_count, 5);
	expect_range(m, 1, 0x6000, 0x1000, RW);
	expect_range(m, 2, 0x7000, 0x1000, RW);
	again(m);
	put_pasid(m, 0, 1 << 6 | 1, 0x10000 | 1 | 1 << 4);
	assert_int_equal(vtd_enumerate(&scalable, SM_RID, &m->walk), 0);
	assert_int_equal(m->range_count, 5);
	expect_range(m, 1, 0x6000, 0x1000, R);

	again(m);
	put(m, 0xf000, 0x10000 | 7);
	put_pasid(m, 0, 1 << 6 | 1, 0xf000 | 1 << 2);
	assert_int_equal(vtd_enumerate(&scalable, SM_RID, &m->walk), 0);
	assert_int_equal(m->range_count, 4);
	free(m);
}

/*
 * Nested: the first stage's tables and pages are at guest physical addresses.
 * Guest 0x100000 (tables) is at 0x30000; the guest's 2M page at 0x200000 has
 * two 4K pages behind it, one of them read-only.
 */
static void test_nested(void **state)
{
	struct fake_memory *m = new_memory();
	unsigned int i;

	(void)state;
	put_scalable(m, 0, 0);
	put_pasid(m, 0, 0x20000 | 3 << 6 | 1 << 2 | 1, 0x100000);
	put(m, 0x20000, 0x21000 | 3);
	put(m, 0x21000, 0x22000 | 3);
	put(m, 0x21008, 0x23000 | 3);
	for (i = 0; i < 3; i++)
		put(m, 0x22000 + (0x100 + i) * 8, (0x30000 + i * 0x1000) | 3);
	put(m, 0x23000 + 5 * 8, 0x77000 | 3);
	put(m, 0x23000 + 511 * 8, 0x99000 | 1);
	put(m, 0x30000, 0x101000 | 7);
	put(m, 0x31000, 0x102000 | 7);
	put(m, 0x32000, 0x200000 | 1 << 7 | 7);
	put(m, 0x32008, 0x400000 | 1 << 7 | 7);	/* not mapped */
	assert_int_equal(vtd_enumerate(&scalable, SM_RID, &m->walk), 0);
	assert_int_equal(m->range_count, 2);
	expect_range(m, 0, 0x77000, 0x1000, RW);
	expect_range(m, 1, 0x99000, 0x1000, R);

	/* A table that the second stage does not map is not readable. */
	again(m);
	put(m, 0x30008, 0x103000 | 7);
	assert_int_equal(vtd_enumerate(&scalable, SM_RID, &m->walk), -ENODATA);
	free(m);
}

/* Other PASIDs count when PASIDE is set, and that of RID_PASID once. */
static void test_pasids(void **state)
{
	struct fake_memory *m = new_memory();

	(void)state;
	put(m, 0x10000, 0x11000 | 3);
	put(m, 0x11000, 0x12000 | 3);
	put(m, 0x12000, 0x5000 | 3);
	put(m, 0x13000, 0x14000 | 3);
	put(m, 0x14000, 0x15000 | 3);
	put(m, 0x15000, 0x6000 | 3);
	put_scalable(m, 0, 2);
	put_pasid(m, 2, 0x10000 | 2 << 6 | 1 << 2 | 1, 0);
	put_pasid(m, 7, 0x13000 | 2 << 6 | 1 << 2 | 1, 0);
	assert_int_equal(vtd_enumerate(&scalable, SM_RID, &m->walk), 0);
	assert_int_equal(m->range_count, 1);
	expect_range(m, 0, 0x5000, 0x1000, RW);
	again(m);
	put_scalable(m, 1 << 3, 2);
	assert_int_equal(vtd_enumerate(&scalable, SM_RID, &m->walk), 0);
	assert_int_equal(m->range_count, 2);
	expect_range(m, 1, 0x6000, 0x1000, RW);
	again(m);
	put_pasid(m, 9, 4 << 6 | 1, 0);
	assert_int_equal(vtd_enumerate(&scalable, SM_RID, &m->walk), 0);
	assert_int_equal(m->walk.all, RW);
	free(m);
}

static int stop_now(void *ctx)
{
	(void)ctx;
	return -EINTR;
}

static int stop_range(void *ctx, u64 address, u64 size, u32 access)
{
	(void)ctx;
	(void)address;
	(void)size;
	(void)access;
	return -ENOMEM;
}

/* A table that points to itself ends with the budget, or when told so. */
static void test_bounds(void **state)
{
	struct fake_memory *m = new_memory();
	unsigned int i;

	(void)state;
	put_context(m, 0x10000 | 1, 3);
	for (i = 0; i < 512; i++)
		put(m, 0x10000 + i * 8, 0x10000 | 1);
	m->walk.range = stop_range;
	assert_int_equal(vtd_enumerate(&legacy, RID, &m->walk), -ENOMEM);
	put(m, 0x11000, 0);
	for (i = 0; i < 512; i++)		/* never a page */
		put(m, 0x10000 + i * 8, i % 2 ? 0x10000 | 1 : 0x11000 | 1);
	m->walk.range = note_range;
	m->walk.budget = 100;
	assert_int_equal(vtd_enumerate(&legacy, RID, &m->walk), -E2BIG);
	assert_true(m->reads < 100);
	m->walk.poll = stop_now;
	m->walk.budget = 1000;
	assert_int_equal(vtd_enumerate(&legacy, RID, &m->walk), -EINTR);
	free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_legacy_path),
		cmocka_unit_test(test_second_stage),
		cmocka_unit_test(test_second_stage_rules),
		cmocka_unit_test(test_contiguous_pages),
		cmocka_unit_test(test_legacy_pass_through),
		cmocka_unit_test(test_scalable_path),
		cmocka_unit_test(test_first_stage),
		cmocka_unit_test(test_nested),
		cmocka_unit_test(test_pasids),
		cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests_name("vtd_tables", tests, NULL, NULL);
}
