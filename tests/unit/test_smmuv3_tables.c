// SPDX-License-Identifier: GPL-2.0-only
/*
 * SMMUv3's tables, built by hand from IHI 0070, chapters 3 and 5, and from the
 * Arm ARM (VMSAv8-64).
 */
#include "fake_memory.h"
#include "decode/smmuv3_tables.h"

#define STRTAB	0x100000
#define SID	0x0108
#define CD	0x8000

/* linear, 2^16 streams */
static const struct smmuv3_tables tables = {
	.enabled = true, .base = STRTAB, .base_cfg = 16,
};

static void put_ste(struct fake_memory *m, u64 a, u64 b, u64 c, u64 d)
{
	u64 at = STRTAB + SID * 64;
	unsigned int i;

	put(m, at, a);
	put(m, at + 8, b);
	put(m, at + 16, c);
	put(m, at + 24, d);
	for (i = 4; i < 8; i++)
		put(m, at + i * 8, 0);
}

/* T0SZ 25, 4K, EPD1, valid, AA64 */
#define CD0	(25ULL | 1ULL << 30 | 1ULL << 31 | 1ULL << 41)

static void put_cd(struct fake_memory *m, u64 at, u64 a, u64 ttb0, u64 ttb1)
{
	unsigned int i;

	put(m, at, a);
	put(m, at + 8, ttb0);
	put(m, at + 16, ttb1);
	for (i = 3; i < 8; i++)
		put(m, at + i * 8, 0);
}

static int path_of(struct fake_memory *m, u64 a, u64 b, u64 c)
{
	put_ste(m, a, b, c, 0x40000);
	return smmuv3_classify(&tables, &m->mem, SID);
}

static int enumerate(struct fake_memory *m)
{
	again(m);
	return smmuv3_enumerate(&tables, SID, &m->walk);
}

/* 39 bits, 4K, start at level 1, AArch64 */
#define VTCR	(25ULL << 32 | 1ULL << 38 | 1ULL << 51)

static void test_path(void **state)
{
	struct fake_memory *m = new_memory();
	struct smmuv3_tables t = tables;

	(void)state;
	t.enabled = false;
	assert_int_equal(smmuv3_classify(&t, &m->mem, SID),
			 IC_PATH_PASS_THROUGH);
	t.gbpa = 1 << 20;
	assert_int_equal(smmuv3_classify(&t, &m->mem, SID), IC_PATH_ABORT);
	assert_int_equal(smmuv3_classify(&tables, &m->mem, SID), IC_PATH_UNKNOWN);
	assert_int_equal(smmuv3_classify(&tables, &m->mem, 0x10000),
			 IC_PATH_ABORT);
	assert_int_equal(path_of(m, 0, 0, 0), IC_PATH_ABORT);
	assert_int_equal(path_of(m, 4 << 1, 0, 0), IC_PATH_ABORT); /* V 0 */
	assert_int_equal(path_of(m, 0 << 1 | 1, 0, 0), IC_PATH_ABORT);
	assert_int_equal(path_of(m, 2 << 1 | 1, 0, 0), IC_PATH_ABORT);
	assert_int_equal(path_of(m, 4 << 1 | 1, 0, 0), IC_PATH_PASS_THROUGH);
	assert_int_equal(path_of(m, 6 << 1 | 1, 0, VTCR), IC_PATH_TRANSLATE);
	assert_int_equal(path_of(m, 6 << 1 | 1, 0, VTCR | 3ULL << 46),
			 IC_PATH_ABORT);		/* reserved granule */
	assert_int_equal(path_of(m, 6 << 1 | 1, 0, VTCR | 1ULL << 52),
			 IC_PATH_UNKNOWN);			/* big-endian */
	/* stage 1: its descriptor counts */
	assert_int_equal(path_of(m, CD | 5 << 1 | 1, 0, 0), IC_PATH_UNKNOWN);
	put_cd(m, CD, CD0, 0x30000, 0);
	assert_int_equal(path_of(m, CD | 5 << 1 | 1, 0, 0), IC_PATH_TRANSLATE);
	put_cd(m, CD, CD0 & ~(1ULL << 31), 0x30000, 0);
	assert_int_equal(path_of(m, CD | 5 << 1 | 1, 0, 0), IC_PATH_ABORT);
	/* with substreams, S1DSS decides about requests that have none */
	put_cd(m, CD, CD0, 0x30000, 0);
	assert_int_equal(path_of(m, CD | 5 << 1 | 1 | 4ULL << 59, 0, 0),
			 IC_PATH_ABORT);
	assert_int_equal(path_of(m, CD | 5 << 1 | 1 | 4ULL << 59, 1, 0),
			 IC_PATH_PASS_THROUGH);
	assert_int_equal(path_of(m, CD | 5 << 1 | 1 | 4ULL << 59, 2, 0),
			 IC_PATH_TRANSLATE);
	/* bypass of stage 1 leaves stage 2 */
	assert_int_equal(path_of(m, CD | 7 << 1 | 1 | 4ULL << 59, 1, VTCR),
			 IC_PATH_TRANSLATE);
	free(m);
}

/* Section 3.3.1.2: SPLIT 8; a level 2 table of 2^(Span - 1) entries */
static void test_two_level_streams(void **state)
{
	struct fake_memory *m = new_memory();
	struct smmuv3_tables t = tables;

	(void)state;
	t.base_cfg = 16 | 8 << 6 | 1 << 16;
	put(m, STRTAB + 1 * 8, 0x90000 | 5);		/* 16 entries */
	put(m, STRTAB + 2 * 8, 0x90000);
	put(m, 0x90000 + 8 * 64, 4 << 1 | 1);
	put(m, 0x90000 + 16 * 64, 4 << 1 | 1);		/* past the end */
	assert_int_equal(smmuv3_classify(&t, &m->mem, SID),
			 IC_PATH_PASS_THROUGH);
	assert_int_equal(smmuv3_classify(&t, &m->mem, 0x110), IC_PATH_ABORT);
	assert_int_equal(smmuv3_classify(&t, &m->mem, 0x208), IC_PATH_ABORT);
	t.base_cfg = 16 | 7 << 6 | 1 << 16;
	assert_int_equal(smmuv3_classify(&t, &m->mem, SID), IC_PATH_UNKNOWN);
	t.base_cfg = 16 | 2 << 16;
	assert_int_equal(smmuv3_classify(&t, &m->mem, SID), IC_PATH_UNKNOWN);
	free(m);
}

#define AF	0x400ULL
#define USER	0x40ULL		/* AP[1] */
#define RO	0x80ULL		/* AP[2] */

/* 4K granule, 39 bits, three levels: blocks, pages, permissions */
static void test_stage1(void **state)
{
	struct fake_memory *m = new_memory();

	(void)state;
	put(m, 0x30000, 0x31000 | 3);
	put(m, 0x30008, 0x80000000 | AF | 1);
	put(m, 0x31000, 0x32000 | 3);
	put(m, 0x31008, 0x600000 | AF | RO | 1);
	put(m, 0x31010, 0x33000 | 3 | 1ULL << 62);	/* APTable: read-only */
	put(m, 0x32000, 0x5000 | AF | USER | 3);
	put(m, 0x32008, 0x6000 | 3);			/* AF 0 */
	put(m, 0x32010, 0x7000 | AF | 1);		/* no block here */
	put(m, 0x32018, 0x8000 | AF | RO | 1ULL << 51 | 3);	/* DBM */
	put(m, 0x33000, 0x9000 | AF | 3);
	put_cd(m, CD, CD0, 0x30000, 0);
	put_ste(m, CD | 5 << 1 | 1, 0, 0, 0);
	assert_int_equal(enumerate(m), 0);
	assert_int_equal(m->range_count, 5);
	expect_range(m, 0, 0x5000, 0x1000, RW);
	expect_range(m, 1, 0x8000, 0x1000, R);
	expect_range(m, 2, 0x600000, 0x200000, R);
	expect_range(m, 3, 0x9000, 0x1000, R);
	expect_range(m, 4, 0x80000000, 0x40000000, RW);

	/* AFFD; HA and HD, with which DBM makes a page writable */
	put_cd(m, CD, CD0 | 1ULL << 35, 0x30000, 0);
	assert_int_equal(enumerate(m), 0);
	assert_int_equal(m->range_count, 6);
	expect_range(m, 1, 0x6000, 0x1000, RW);
	expect_range(m, 2, 0x8000, 0x1000, R);
	put_cd(m, CD, CD0 | 3ULL << 42, 0x30000, 0);
	assert_int_equal(enumerate(m), 0);
	assert_int_equal(m->range_count, 6);
	expect_range(m, 2, 0x8000, 0x1000, RW);
	/* HAD0: permissions of tables are ignored */
	put_cd(m, CD, CD0, 0x30000 | 1ULL << 60, 0);
	assert_int_equal(enumerate(m), 0);
	expect_range(m, 3, 0x9000, 0x1000, RW);
	/* PRIVCFG: unprivileged */
	put_cd(m, CD, CD0, 0x30000, 0);
	put_ste(m, CD | 5 << 1 | 1, 2ULL << 48, 0, 0);
	assert_int_equal(enumerate(m), 0);
	assert_int_equal(m->range_count, 1);
	expect_range(m, 0, 0x5000, 0x1000, RW);
	/* EPD0; and the upper half, of 39 bits and 4K (TG1 2) */
	put_ste(m, CD | 5 << 1 | 1, 0, 0, 0);
	put_cd(m, CD, CD0 | 1 << 14, 0x30000, 0);
	assert_int_equal(enumerate(m), 0);
	assert_int_equal(m->range_count, 0);
	put_cd(m, CD, (CD0 & ~(1ULL << 30)) | 1 << 14 | 25 << 16 | 2 << 22, 0,
	       0x30000);
	assert_int_equal(enumerate(m), 0);
	assert_int_equal(m->range_count, 5);
	free(m);
}

static void test_unknown_formats(void **state)
{
	struct fake_memory *m = new_memory();

	(void)state;
	put(m, 0x30000, 0);
	put_ste(m, CD | 5 << 1 | 1, 0, 0, 0);
	put_cd(m, CD, CD0 & ~(1ULL << 41), 0x30000, 0);	/* AArch32 */
	assert_int_equal(enumerate(m), -ENODATA);
	put_cd(m, CD, CD0 | 1 << 15, 0x30000, 0);	/* big-endian */
	assert_int_equal(enumerate(m), -ENODATA);
	free(m);
}

/* 16K: 47 bits in three levels of 2048; 32M blocks */
static void test_16k(void **state)
{
	struct fake_memory *m = new_memory();

	(void)state;
	put(m, 0x40000 + 2047 * 8, 0x50000 | 3);
	put(m, 0x40000, 0);
	put(m, 0x41000, 0);
	put(m, 0x42000, 0);
	put(m, 0x50000, 0x54000 | 3);
	put(m, 0x50008, 0x82000000 | AF | 1);
	put(m, 0x51000, 0);
	put(m, 0x52000, 0);
	put(m, 0x53000, 0);
	put(m, 0x54000, 0xc000 | AF | 3);
	put(m, 0x55000, 0);
	put(m, 0x56000, 0);
	put(m, 0x57000, 0);
	put_cd(m, CD, (CD0 & ~0x3fULL) | 17 | 2 << 6, 0x40000, 0);
	put_ste(m, CD | 5 << 1 | 1, 0, 0, 0);
	assert_int_equal(enumerate(m), 0);
	assert_int_equal(m->range_count, 2);
	expect_range(m, 0, 0xc000, 0x4000, RW);
	expect_range(m, 1, 0x82000000, 0x2000000, RW);
	free(m);
}

/* 64K: 42 bits in two levels of 8192; 512M blocks; 52-bit addresses */
static void test_64k(void **state)
{
	struct fake_memory *m = new_memory();
	unsigned int i;

	(void)state;
	for (i = 0; i < 16; i++) {
		put(m, 0x40000 + i * 0x1000, 0);
		put(m, 0x50000 + i * 0x1000, 0);
	}
	put(m, 0x40000, 0x50000 | 3);
	put(m, 0x40000 + 8191 * 8, 0x60000000 | AF | 1);
	put(m, 0x50000 + 8191 * 8, 0x30000 | 0xa000 | AF | 3);
	put_cd(m, CD, (CD0 & ~0x3fULL) | 22 | 1 << 6, 0x40000, 0);
	put_ste(m, CD | 5 << 1 | 1, 0, 0, 0);
	assert_int_equal(enumerate(m), 0);
	assert_int_equal(m->range_count, 2);
	expect_range(m, 0, 0x000a000000030000, 0x10000, RW);
	expect_range(m, 1, 0x60000000, 0x20000000, RW);
	free(m);
}

/*
 * Stage 2: 40 bits from level 1: two concatenated tables. S2AP: bit 6 read,
 * bit 7 write.
 */
static void test_stage2(void **state)
{
	struct fake_memory *m = new_memory();

	(void)state;
	put(m, 0x40000, 0x42000 | 3);
	put(m, 0x41ff8, 0x140000000 | AF | 0x80 | 1);
	put(m, 0x42000, 0x43000 | 3);
	put(m, 0x42008, 0x600000 | AF | 0xc0 | 1);
	put(m, 0x43000, 0x5000 | AF | 0xc0 | 3);
	put(m, 0x43008, 0x6000 | AF | 0x40 | 3);
	put(m, 0x43010, 0x7000 | AF | 3);		/* no access */
	put_ste(m, 6 << 1 | 1, 0, (VTCR & ~(0x3fULL << 32)) | 24ULL << 32,
		0x40000);
	assert_int_equal(enumerate(m), 0);
	assert_int_equal(m->range_count, 4);
	expect_range(m, 0, 0x5000, 0x1000, RW);
	expect_range(m, 1, 0x6000, 0x1000, R);
	expect_range(m, 2, 0x600000, 0x200000, RW);
	expect_range(m, 3, 0x140000000, 0x40000000, W);

	/* The table is aligned to its size: lower bits of S2TTB are ignored. */
	put_ste(m, 6 << 1 | 1, 0, (VTCR & ~(0x3fULL << 32)) | 24ULL << 32,
		0x41ff0);
	assert_int_equal(enumerate(m), 0);
	assert_int_equal(m->range_count, 4);
	expect_range(m, 0, 0x5000, 0x1000, RW);
	free(m);
}

/* Both stages: the descriptor, the tables and the pages of stage 1 are IPAs */
static void test_nested(void **state)
{
	struct fake_memory *m = new_memory();
	unsigned int i;

	(void)state;
	put(m, 0x40000, 0x41000 | 3);
	put(m, 0x41000, 0x42000 | 3);
	for (i = 0; i < 5; i++)		/* IPA 0 to 0x4fff at 0x70000 */
		put(m, 0x42000 + i * 8,
		    (0x70000 + i * 0x1000) | AF | 0xc0 | 3);
	put(m, 0x42000 + 9 * 8, 0x99000 | AF | 0x40 | 3);
	put_cd(m, 0x70000, CD0, 0x1000, 0);
	put(m, 0x71000, 0x2000 | 3);
	put(m, 0x72000, 0x3000 | 3);
	put(m, 0x73000, 0x9000 | AF | 3);
	put(m, 0x73008, 0xa000 | AF | 3);		/* not in stage 2 */
	put_ste(m, 7 << 1 | 1, 0, VTCR, 0x40000);
	assert_int_equal(smmuv3_classify(&tables, &m->mem, SID),
			 IC_PATH_TRANSLATE);
	assert_int_equal(enumerate(m), 0);
	assert_int_equal(m->range_count, 1);
	expect_range(m, 0, 0x99000, 0x1000, R);

	/* Reserved values of stage 2: such an entry lets nothing through. */
	m->reads = 0;
	put_ste(m, 7 << 1 | 1, 0, VTCR | 0x3fULL << 32, 0x40000);
	assert_int_equal(smmuv3_classify(&tables, &m->mem, SID), IC_PATH_ABORT);
	assert_int_equal(enumerate(m), 0);
	assert_int_equal(m->range_count, 0);
	assert_int_equal(m->reads, 2);
	m->reads = 0;
	put_ste(m, 7 << 1 | 1 | 2ULL << 59, 1, VTCR | 3ULL << 46, 0x40000);
	assert_int_equal(smmuv3_classify(&tables, &m->mem, SID), IC_PATH_ABORT);
	assert_int_equal(enumerate(m), 0);
	assert_int_equal(m->range_count, 0);
	assert_int_equal(m->reads, 2);
	free(m);
}

/* Substreams: a linear table of 4, then a two-level one */
static void test_substreams(void **state)
{
	struct fake_memory *m = new_memory();
	unsigned int i;

	(void)state;
	put(m, 0x30000, 0x80000000 | AF | 1);
	put(m, 0x31000, 0xc0000000 | AF | 1);
	for (i = 0; i < 4; i++)
		put_cd(m, CD + i * 64, 0, 0, 0);
	put_cd(m, CD, CD0, 0x30000, 0);
	put_cd(m, CD + 3 * 64, CD0, 0x31000, 0);
	put_ste(m, CD | 5 << 1 | 1 | 2ULL << 59, 2, 0, 0);
	assert_int_equal(enumerate(m), 0);
	assert_int_equal(m->range_count, 2);
	expect_range(m, 0, 0x80000000, 0x40000000, RW);
	expect_range(m, 1, 0xc0000000, 0x40000000, RW);
	/* S1DSS bypass: those without substream reach all */
	put_ste(m, CD | 5 << 1 | 1 | 2ULL << 59, 1, 0, 0);
	assert_int_equal(enumerate(m), 0);
	assert_int_equal(m->walk.all, RW);

	/* 256 substreams, 64 to a table of level 2: number 130 is in the third */
	put(m, 0x9000, 0);
	put(m, 0x9010, 0xa000 | 1);
	for (i = 0; i < 64; i++)
		put_cd(m, 0xa000 + i * 64, 0, 0, 0);
	put_cd(m, 0xa000 + 2 * 64, CD0, 0x31000, 0);
	put_ste(m, 0x9000 | 1 << 4 | 5 << 1 | 1 | 8ULL << 59, 0, 0, 0);
	assert_int_equal(enumerate(m), 0);
	assert_int_equal(m->range_count, 1);
	expect_range(m, 0, 0xc0000000, 0x40000000, RW);
	assert_int_equal(m->walk.all, 0);
	free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_path),
		cmocka_unit_test(test_two_level_streams),
		cmocka_unit_test(test_stage1),
		cmocka_unit_test(test_unknown_formats),
		cmocka_unit_test(test_16k),
		cmocka_unit_test(test_64k),
		cmocka_unit_test(test_stage2),
		cmocka_unit_test(test_nested),
		cmocka_unit_test(test_substreams),
	};

	return cmocka_run_group_tests_name("smmuv3_tables", tests, NULL, NULL);
}
