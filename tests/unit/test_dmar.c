// SPDX-License-Identifier: GPL-2.0-only
/*
 * The DMAR parser on tables written from the VT-d specification, chapter 8.
 */
#include "unit.h"
#include "decode/dmar.h"

#define MAX	8

/* What a walk delivered. */
struct seen {
	unsigned int entries;
	unsigned int headers;
	struct dmar_header header;
	unsigned int units, rmrrs, atsrs, rhsas, andds, satcs, sidps;
	struct dmar_unit unit[MAX];
	struct dmar_rmrr rmrr[MAX];
	struct dmar_atsr atsr[MAX];
	struct dmar_rhsa rhsa[MAX];
	struct dmar_andd andd[MAX];
	struct dmar_satc satc[MAX];
	struct dmar_sidp sidp[MAX];
	char andd_name[MAX][64];
	unsigned int scopes;
	struct dmar_scope scope[32];
	u8 path[32][16];
};

static void see_scopes(struct seen *s, const struct dmar_scope_list *list)
{
	struct ic_parse_error err = { 0, NULL };
	struct dmar_scope_iter it;
	struct dmar_scope scope;
	int ret;

	dmar_scope_first(&it, list);
	while ((ret = dmar_scope_next(&it, &scope, &err)) > 0) {
		if (s->scopes < ARRAY_SIZE(s->scope)) {
			s->scope[s->scopes] = scope;
			memcpy(s->path[s->scopes], scope.path,
			       scope.path_len < 8 ? 2 * scope.path_len : 16);
			s->scopes++;
		}
	}
	/* What the parser delivered is sound. */
	assert_int_equal(ret, 0);
	assert_null(err.reason);
}

static int see_header(void *ctx, const struct dmar_header *hdr)
{
	struct seen *s = ctx;

	s->headers++;
	s->header = *hdr;
	return 0;
}

static int see_unit(void *ctx, const struct dmar_unit *e)
{
	struct seen *s = ctx;

	if (s->units < MAX)
		s->unit[s->units++] = *e;
	s->entries++;
	see_scopes(s, &e->scopes);
	return 0;
}

static int see_rmrr(void *ctx, const struct dmar_rmrr *e)
{
	struct seen *s = ctx;

	if (s->rmrrs < MAX)
		s->rmrr[s->rmrrs++] = *e;
	s->entries++;
	see_scopes(s, &e->scopes);
	return 0;
}

static int see_atsr(void *ctx, const struct dmar_atsr *e)
{
	struct seen *s = ctx;

	if (s->atsrs < MAX)
		s->atsr[s->atsrs++] = *e;
	s->entries++;
	see_scopes(s, &e->scopes);
	return 0;
}

static int see_satc(void *ctx, const struct dmar_satc *e)
{
	struct seen *s = ctx;

	if (s->satcs < MAX)
		s->satc[s->satcs++] = *e;
	s->entries++;
	see_scopes(s, &e->scopes);
	return 0;
}

static int see_sidp(void *ctx, const struct dmar_sidp *e)
{
	struct seen *s = ctx;

	if (s->sidps < MAX)
		s->sidp[s->sidps++] = *e;
	s->entries++;
	see_scopes(s, &e->scopes);
	return 0;
}

static int see_rhsa(void *ctx, const struct dmar_rhsa *e)
{
	struct seen *s = ctx;

	if (s->rhsas < MAX)
		s->rhsa[s->rhsas++] = *e;
	s->entries++;
	return 0;
}

static int see_andd(void *ctx, const struct dmar_andd *e)
{
	struct seen *s = ctx;

	if (s->andds < MAX) {
		s->andd[s->andds] = *e;
		snprintf(s->andd_name[s->andds++], 64, "%.*s",
			 (int)e->name_len, e->name);
	}
	s->entries++;
	return 0;
}

static const struct dmar_visitor see_all = {
	.header = see_header, .unit = see_unit, .rmrr = see_rmrr,
	.atsr = see_atsr, .rhsa = see_rhsa, .andd = see_andd,
	.satc = see_satc, .sidp = see_sidp,
};

static int parse(const void *table, size_t len, void *ctx,
		 struct ic_parse_error *err)
{
	return dmar_parse(table, len, &see_all, ctx, err);
}

static void begin_dmar(struct builder *b, u8 width, u8 flags)
{
	begin_table(b, "DMAR");
	put8(b, width);
	put8(b, flags);
	put_zeros(b, 10);
}

static size_t begin_entry(struct builder *b, u16 type)
{
	put16(b, type);
	put16(b, 0);
	return b->len - 4;
}

static void end_entry(struct builder *b, size_t at)
{
	set16(b, at + 2, (u16)(b->len - at));
}

static void scope(struct builder *b, u8 type, u8 id, u8 bus, const char *path,
		  unsigned int hops)
{
	put8(b, type);
	put8(b, (u8)(6 + 2 * hops));
	put16(b, 0);
	put8(b, id);
	put8(b, bus);
	put_text(b, path, 2 * hops);
}

static size_t drhd(struct builder *b, u8 flags, u8 size, u16 segment, u64 addr)
{
	size_t at = begin_entry(b, 0);

	put8(b, flags);
	put8(b, size);
	put16(b, segment);
	put64(b, addr);
	return at;
}

/* One entry of every type, and where each that is delivered ends. */
static unsigned int full_table(struct builder *b, size_t *ends)
{
	unsigned int n = 0;
	size_t at;

	begin_dmar(b, 45, 0x07);

	at = drhd(b, 0, 0, 0, 0xfed90000);
	scope(b, 1, 0, 0, "\x02\x00", 1);
	end_entry(b, at);
	ends[n++] = b->len;

	at = drhd(b, 1, 4, 3, 0x123456789000);
	scope(b, 3, 2, 0xf0, "\x1f\x00", 1);
	scope(b, 4, 1, 0, "\x1e\x06", 1);
	scope(b, 5, 9, 0, "\x15\x01", 1);
	scope(b, 2, 0, 5, "\x1c\x07\x00\x00\x03\x02", 3);
	scope(b, 0x2a, 0, 0, "\x01\x01", 1);
	end_entry(b, at);
	ends[n++] = b->len;

	at = begin_entry(b, 1);
	put16(b, 0);
	put16(b, 1);
	put64(b, 0x7a900000);
	put64(b, 0x7aafffff);
	scope(b, 1, 0, 0, "\x02\x00\x00\x00", 2);
	end_entry(b, at);
	ends[n++] = b->len;

	at = begin_entry(b, 2);
	put8(b, 1);
	put8(b, 0);
	put16(b, 2);
	end_entry(b, at);
	ends[n++] = b->len;

	at = begin_entry(b, 3);
	put32(b, 0);
	put64(b, 0xfed90000);
	put32(b, 0xfedcba98);
	end_entry(b, at);
	ends[n++] = b->len;

	at = begin_entry(b, 4);
	put_zeros(b, 3);
	put8(b, 9);
	put_text(b, "\\_SB.PCI0.DEV1\0\0", 16);
	end_entry(b, at);
	ends[n++] = b->len;

	at = begin_entry(b, 5);
	put8(b, 1);
	put8(b, 0);
	put16(b, 7);
	scope(b, 1, 0, 0, "\x05\x00", 1);
	end_entry(b, at);
	ends[n++] = b->len;

	at = begin_entry(b, 6);
	put16(b, 0);
	put16(b, 8);
	scope(b, 1, 0, 0, "\x0b\x00", 1);
	b->data[b->len - 6] = 0x1c;	/* scope flags */
	end_entry(b, at);
	ends[n++] = b->len;

	end_table(b);
	return n;
}

static void test_header(void **state)
{
	struct ic_parse_error err;
	struct builder b;
	struct seen s = { 0 };

	(void)state;
	begin_dmar(&b, 38, 0);
	end_table(&b);
	assert_int_equal(parse_exact(parse, b.data, b.len, &s, &err), 0);
	assert_int_equal(s.headers, 1);
	assert_int_equal(s.entries, 0);
	assert_int_equal(s.header.host_address_width, 39);
	assert_false(s.header.intr_remap);
	assert_false(s.header.x2apic_opt_out);
	assert_false(s.header.dma_opt_in);

	begin_dmar(&b, 255, 2);
	end_table(&b);
	assert_int_equal(parse_exact(parse, b.data, b.len, &s, &err), 0);
	assert_int_equal(s.header.host_address_width, 256);
	assert_false(s.header.intr_remap);
	assert_true(s.header.x2apic_opt_out);
	assert_false(s.header.dma_opt_in);
	assert_int_equal(s.header.flags, 2);
}

static void test_full_table(void **state)
{
	struct ic_parse_error err;
	struct builder b;
	struct seen s = { 0 };
	size_t ends[16];
	u8 *copy;

	(void)state;
	full_table(&b, ends);
	copy = exact_copy(b.data, b.len);
	assert_int_equal(parse(copy, b.len, &s, &err), 0);

	assert_int_equal(s.header.host_address_width, 46);
	assert_true(s.header.intr_remap && s.header.x2apic_opt_out &&
		    s.header.dma_opt_in);

	assert_int_equal(s.units, 2);
	assert_int_equal(s.unit[0].address, 0xfed90000);
	assert_int_equal(s.unit[0].segment, 0);
	assert_int_equal(s.unit[0].size, 4096);
	assert_false(s.unit[0].include_all);
	assert_int_equal(s.unit[0].offset, 48);
	assert_true(s.unit[1].address == 0x123456789000);
	assert_int_equal(s.unit[1].segment, 3);
	assert_int_equal(s.unit[1].size, 65536);
	assert_true(s.unit[1].include_all);

	assert_int_equal(s.rmrrs, 1);
	assert_int_equal(s.rmrr[0].segment, 1);
	assert_int_equal(s.rmrr[0].base, 0x7a900000);
	assert_int_equal(s.rmrr[0].end, 0x7aafffff);

	assert_int_equal(s.atsrs, 1);
	assert_true(s.atsr[0].all_ports);
	assert_int_equal(s.atsr[0].segment, 2);

	assert_int_equal(s.rhsas, 1);
	assert_int_equal(s.rhsa[0].address, 0xfed90000);
	assert_int_equal(s.rhsa[0].proximity_domain, 0xfedcba98);

	assert_int_equal(s.andds, 1);
	assert_int_equal(s.andd[0].device_number, 9);
	assert_string_equal(s.andd_name[0], "\\_SB.PCI0.DEV1");

	assert_int_equal(s.satcs, 1);
	assert_true(s.satc[0].atc_required);
	assert_int_equal(s.satc[0].segment, 7);

	assert_int_equal(s.sidps, 1);
	assert_int_equal(s.sidp[0].segment, 8);
	free(copy);
}

static void test_scopes(void **state)
{
	struct ic_parse_error err;
	struct builder b;
	struct seen s = { 0 };
	size_t ends[16];
	u8 *copy;

	(void)state;
	full_table(&b, ends);
	copy = exact_copy(b.data, b.len);
	assert_int_equal(parse(copy, b.len, &s, &err), 0);
	assert_int_equal(s.scopes, 9);

	assert_int_equal(s.scope[0].type, DMAR_SCOPE_ENDPOINT);
	assert_int_equal(s.scope[0].start_bus, 0);
	assert_int_equal(s.scope[0].path_len, 1);
	assert_int_equal(dmar_scope_device(&s.scope[0], 0), 2);
	assert_int_equal(dmar_scope_function(&s.scope[0], 0), 0);

	assert_int_equal(s.scope[1].type, DMAR_SCOPE_IOAPIC);
	assert_int_equal(s.scope[1].enumeration_id, 2);
	assert_int_equal(s.scope[1].start_bus, 0xf0);
	assert_int_equal(dmar_scope_device(&s.scope[1], 0), 0x1f);

	assert_int_equal(s.scope[2].type, DMAR_SCOPE_HPET);
	assert_int_equal(s.scope[2].enumeration_id, 1);
	assert_int_equal(dmar_scope_function(&s.scope[2], 0), 6);

	assert_int_equal(s.scope[3].type, DMAR_SCOPE_NAMESPACE);
	assert_int_equal(s.scope[3].enumeration_id, 9);

	assert_int_equal(s.scope[4].type, DMAR_SCOPE_BRIDGE);
	assert_int_equal(s.scope[4].start_bus, 5);
	assert_int_equal(s.scope[4].path_len, 3);
	assert_int_equal(dmar_scope_device(&s.scope[4], 0), 0x1c);
	assert_int_equal(dmar_scope_function(&s.scope[4], 0), 7);
	assert_int_equal(dmar_scope_device(&s.scope[4], 2), 3);
	assert_int_equal(dmar_scope_function(&s.scope[4], 2), 2);

	/* A reserved type is handed on, for the reader to ignore. */
	assert_int_equal(s.scope[5].type, 0x2a);
	assert_null(dmar_scope_type_name(0x2a));
	assert_null(dmar_scope_type_name(0));
	assert_null(dmar_scope_type_name(6));
	assert_string_equal(dmar_scope_type_name(5), "namespace");

	assert_int_equal(s.scope[8].flags, 0x1c);
	free(copy);
}

static void test_unknown_type_skipped(void **state)
{
	struct ic_parse_error err;
	struct builder b;
	struct seen s = { 0 };
	size_t at;

	(void)state;
	begin_dmar(&b, 38, 1);
	at = begin_entry(&b, 7);
	put_text(&b, "\xff\xff\xff", 3);
	end_entry(&b, at);
	at = begin_entry(&b, 0xffff);
	end_entry(&b, at);
	at = drhd(&b, 1, 0, 0, 0xfed91000);
	end_entry(&b, at);
	end_table(&b);
	assert_int_equal(parse_exact(parse, b.data, b.len, &s, &err), 0);
	assert_int_equal(s.entries, 1);
	assert_int_equal(s.unit[0].address, 0xfed91000);
}

static void test_longer_entry_and_file(void **state)
{
	struct ic_parse_error err;
	struct builder b;
	struct seen s = { 0 };
	size_t at;

	(void)state;
	/* An RHSA that grew, and bytes after the table: neither is an error. */
	begin_dmar(&b, 38, 1);
	at = begin_entry(&b, 3);
	put_zeros(&b, 20);
	end_entry(&b, at);
	end_table(&b);
	put_text(&b, "\x01\x02", 2);
	assert_int_equal(parse_exact(parse, b.data, b.len, &s, &err), 0);
	assert_int_equal(s.rhsas, 1);
}

static void test_wrong_header(void **state)
{
	struct builder b;
	struct seen s = { 0 };

	(void)state;
	begin_dmar(&b, 38, 1);
	end_table(&b);
	set8(&b, 0, 'd');
	check_fails(parse, &b, &s, 0, "wrong signature");
	set8(&b, 0, 'D');
	set32(&b, 4, 47);
	check_fails(parse, &b, &s, 4, "length too small for such a table");
	set32(&b, 4, 0);
	check_fails(parse, &b, &s, 4, "length too small for such a table");
	set32(&b, 4, 49);
	check_fails(parse, &b, &s, 48, "table is cut short");
	set32(&b, 4, 0xffffffff);
	check_fails(parse, &b, &s, 48, "table is cut short");
	b.len = 35;
	check_fails(parse, &b, &s, 0, "shorter than a table header");
	b.len = 0;
	check_fails(parse, &b, &s, 0, "shorter than a table header");
}

static void test_bad_entries(void **state)
{
	static const struct {
		u16 length;
		const char *reason;
	} cases[] = {
		{ 0, "entry of length 0" },
		{ 1, "entry shorter than its header" },
		{ 3, "entry shorter than its header" },
		{ 4, "entry shorter than its type requires" },
		{ 15, "entry shorter than its type requires" },
		{ 25, "entry past the end of the table" },
		{ 0xffff, "entry past the end of the table" },
	};
	struct builder b;
	struct seen s;
	size_t at, i;

	(void)state;
	begin_dmar(&b, 38, 1);
	end_entry(&b, drhd(&b, 0, 0, 0, 0xfed90000));
	at = drhd(&b, 0, 0, 0, 0xfed91000);
	scope(&b, 1, 0, 0, "\x02\x00", 1);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		set16(&b, at + 2, cases[i].length);
		end_table(&b);
		memset(&s, 0, sizeof(s));
		check_fails(parse, &b, &s, (u32)at, cases[i].reason);
		/* The sound entry before it was delivered. */
		assert_int_equal(s.units, 1);
		assert_int_equal(s.unit[0].address, 0xfed90000);
	}
}

static void test_short_for_type(void **state)
{
	static const u8 needed[] = { 16, 24, 8, 20, 8, 8, 8 };
	struct ic_parse_error err;
	struct builder b;
	struct seen s;
	unsigned int type, len;
	int ret;

	(void)state;
	for (type = 0; type < ARRAY_SIZE(needed); type++) {
		for (len = 4; len <= needed[type]; len++) {
			begin_dmar(&b, 38, 1);
			put16(&b, (u16)type);
			put16(&b, (u16)len);
			put_zeros(&b, len - 4);
			end_table(&b);
			memset(&s, 0, sizeof(s));
			ret = parse_exact(parse, b.data, b.len, &s, &err);
			assert_int_equal(ret, len < needed[type] ? -EINVAL : 0);
			assert_int_equal(s.entries, len == needed[type]);
		}
	}
}

static void test_bad_scopes(void **state)
{
	static const struct {
		u8 length;
		const char *reason;
	} cases[] = {
		{ 0, "device scope of length 0" },
		{ 1, "device scope shorter than its header" },
		{ 5, "device scope shorter than its header" },
		{ 7, "device scope with half a path entry" },
		{ 9, "device scope past the end of its entry" },
		{ 10, "device scope past the end of its entry" },
		{ 255, "device scope past the end of its entry" },
	};
	static const u8 types[] = { 0, 1, 2, 5, 6 };
	static const u8 fixed[] = { 16, 24, 8, 8, 8 };
	struct builder b;
	struct seen s;
	size_t at, i, t;

	(void)state;
	for (t = 0; t < ARRAY_SIZE(types); t++) {
		begin_dmar(&b, 38, 1);
		end_entry(&b, drhd(&b, 0, 0, 0, 0xfed90000));
		at = begin_entry(&b, types[t]);
		put_zeros(&b, fixed[t] - 4);
		scope(&b, 1, 0, 0, "\x02\x00", 1);
		scope(&b, 1, 0, 0, "\x14\x00", 1);
		end_entry(&b, at);
		/* A sound entry after it shows that the walk does stop. */
		end_entry(&b, drhd(&b, 0, 0, 0, 0xfed92000));
		at += fixed[t] + 8;
		for (i = 0; i < ARRAY_SIZE(cases); i++) {
			set8(&b, at + 1, cases[i].length);
			end_table(&b);
			memset(&s, 0, sizeof(s));
			check_fails(parse, &b, &s, (u32)at, cases[i].reason);
			assert_int_equal(s.entries, 1);
			assert_int_equal(s.units, 1);
		}
	}
}

static void test_scope_of_one_byte(void **state)
{
	struct builder b;
	struct seen s = { 0 };
	size_t at;

	(void)state;
	begin_dmar(&b, 38, 1);
	at = drhd(&b, 0, 0, 0, 0xfed90000);
	put8(&b, 1);
	end_entry(&b, at);
	end_table(&b);
	check_fails(parse, &b, &s, (u32)at + 16,
		    "device scope past the end of its entry");
	assert_int_equal(s.entries, 0);
}

static void test_unterminated_name(void **state)
{
	struct ic_parse_error err;
	struct builder b;
	struct seen s = { 0 };
	size_t at;

	(void)state;
	begin_dmar(&b, 38, 1);
	at = begin_entry(&b, 4);
	put_zeros(&b, 3);
	put8(&b, 1);
	put_text(&b, "\\_SB", 4);
	end_entry(&b, at);
	end_table(&b);
	assert_int_equal(parse_exact(parse, b.data, b.len, &s, &err), 0);
	assert_int_equal(s.andd[0].name_len, 4);
	assert_string_equal(s.andd_name[0], "\\_SB");
}

static int stop_at_second(void *ctx, const struct dmar_unit *unit)
{
	(void)unit;
	return ++*(int *)ctx == 2 ? 42 : 0;
}

static void test_callback_stops_walk(void **state)
{
	static const struct dmar_visitor stop = { .unit = stop_at_second };
	struct ic_parse_error err = { 0, NULL };
	struct builder b;
	int calls = 0;
	int i;

	(void)state;
	begin_dmar(&b, 38, 1);
	for (i = 0; i < 4; i++)
		end_entry(&b, drhd(&b, 0, 0, 0, 0xfed90000));
	end_table(&b);
	assert_int_equal(dmar_parse(b.data, b.len, &stop, &calls, &err), 42);
	assert_int_equal(calls, 2);
	assert_null(err.reason);
}

static void test_no_callbacks_no_error(void **state)
{
	static const struct dmar_visitor none;
	struct builder b;
	size_t ends[16];

	(void)state;
	full_table(&b, ends);
	assert_int_equal(dmar_parse(b.data, b.len, &none, NULL, NULL), 0);
	b.len--;
	assert_int_equal(dmar_parse(b.data, b.len, &none, NULL, NULL), -EINVAL);
}

static void test_every_cut(void **state)
{
	struct builder b;
	size_t ends[16];
	unsigned int n;
	struct seen s;

	(void)state;
	n = full_table(&b, ends);
	check_every_cut(parse, &b, &s, sizeof(s), &s.entries, ends, n, false);
}

static void test_every_byte_damaged(void **state)
{
	static struct seen s;
	struct builder b;
	size_t ends[16];

	(void)state;
	full_table(&b, ends);
	check_every_byte(parse, &b, &s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_full_table),
		cmocka_unit_test(test_scopes),
		cmocka_unit_test(test_unknown_type_skipped),
		cmocka_unit_test(test_longer_entry_and_file),
		cmocka_unit_test(test_wrong_header),
		cmocka_unit_test(test_bad_entries),
		cmocka_unit_test(test_short_for_type),
		cmocka_unit_test(test_bad_scopes),
		cmocka_unit_test(test_scope_of_one_byte),
		cmocka_unit_test(test_unterminated_name),
		cmocka_unit_test(test_callback_stops_walk),
		cmocka_unit_test(test_no_callbacks_no_error),
		cmocka_unit_test(test_every_cut),
		cmocka_unit_test(test_every_byte_damaged),
	};

	return cmocka_run_group_tests_name("dmar", tests, NULL, NULL);
}
