// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the unit tests share.
 */
#include "unit.h"

void put8(struct builder *b, u8 v)
{
	assert_true(b->len < sizeof(b->data));
	b->data[b->len++] = v;
}

void put16(struct builder *b, u16 v)
{
	put8(b, v & 0xff);
	put8(b, v >> 8);
}

void put32(struct builder *b, u32 v)
{
	put16(b, v & 0xffff);
	put16(b, v >> 16);
}

void put64(struct builder *b, u64 v)
{
	put32(b, (u32)v);
	put32(b, (u32)(v >> 32));
}

void put_text(struct builder *b, const char *s, size_t len)
{
	while (len--)
		put8(b, (u8)*s++);
}

void put_zeros(struct builder *b, size_t n)
{
	while (n--)
		put8(b, 0);
}

void set8(struct builder *b, size_t at, u8 v)
{
	assert_true(at < b->len);
	b->data[at] = v;
}

void set16(struct builder *b, size_t at, u16 v)
{
	set8(b, at, v & 0xff);
	set8(b, at + 1, v >> 8);
}

void set32(struct builder *b, size_t at, u32 v)
{
	set16(b, at, v & 0xffff);
	set16(b, at + 2, v >> 16);
}

void begin_table(struct builder *b, const char *signature)
{
	memset(b, 0, sizeof(*b));
	put_text(b, signature, 4);
	put32(b, 0);
	put8(b, 1);
	put8(b, 0);
	put_text(b, "OEMID ", 6);
	put_text(b, "TABLEID\0", 8);
	put32(b, 7);
	put_text(b, "TEST", 4);
	put32(b, 1);
}

void end_table(struct builder *b)
{
	set32(b, 4, (u32)b->len);
	set8(b, 9, 0);
	set8(b, 9, (u8)-ic_acpi_checksum(b->data, b->len));
}

void *exact_copy(const void *data, size_t len)
{
	/* malloc(0) is a block of its own, too: reading it is an error. */
	void *copy = malloc(len);

	assert_non_null(copy);
	memcpy(copy, data, len);
	return copy;
}

int parse_exact(parse_fn parse, const void *table, size_t len, void *ctx,
		struct ic_parse_error *err)
{
	void *copy = exact_copy(table, len);
	int ret;

	err->offset = ~0U;
	err->reason = NULL;
	ret = parse(copy, len, ctx, err);
	free(copy);
	return ret;
}

/* The parser must refuse the table for this reason at this place. */
void check_fails(parse_fn parse, const struct builder *b, void *ctx,
		 u32 offset, const char *reason)
{
	struct ic_parse_error err;

	assert_int_equal(parse_exact(parse, b->data, b->len, ctx, &err),
			 -EINVAL);
	assert_non_null(err.reason);
	assert_string_equal(err.reason, reason);
	assert_int_equal(err.offset, offset);
}

/*
 * Cut the table at every length, once with less data than the length field
 * says and once with the field adjusted. It must be refused (but in the second
 * way not at the end of an entry, where it is a shorter table, unless it is
 * @counted: its header says how many entries there are). The entries before
 * the cut must have been delivered: @ends holds the offsets where the @count
 * entries end, @delivered points to the counter, in @ctx.
 */
void check_every_cut(parse_fn parse, const struct builder *b, void *ctx,
		     size_t ctx_size, const unsigned int *delivered,
		     const size_t *ends, unsigned int count, bool counted)
{
	struct ic_parse_error err;
	unsigned int whole;
	struct builder cut;
	bool boundary;
	size_t n;
	int ret;

	for (n = 0; n < b->len; n++) {
		whole = 0;
		while (whole < count && ends[whole] <= n)
			whole++;
		boundary = n == 48 || (whole && ends[whole - 1] == n);

		memset(ctx, 0, ctx_size);
		ret = parse_exact(parse, b->data, n, ctx, &err);
		assert_int_equal(ret, -EINVAL);
		assert_non_null(err.reason);
		assert_true(err.offset <= n);
		assert_int_equal(*delivered, whole);
		if (n >= 48)
			assert_string_equal(err.reason, "table is cut short");

		if (n < 36)
			continue;
		cut = *b;
		cut.len = n;
		end_table(&cut);
		memset(ctx, 0, ctx_size);
		ret = parse_exact(parse, cut.data, n, ctx, &err);
		if (boundary && !counted) {
			assert_int_equal(ret, 0);
			assert_null(err.reason);
		} else {
			assert_int_equal(ret, -EINVAL);
			assert_non_null(err.reason);
		}
		assert_int_equal(*delivered, whole);
	}
}

/*
 * Damage every byte in several ways: the parser must end and stay within the
 * table, and refuse with a reason if it refuses.
 */
void check_every_byte(parse_fn parse, const struct builder *b, void *ctx)
{
	static const u8 values[] = { 0, 1, 2, 3, 5, 7, 0x40, 0x7f, 0x80, 0xff };
	struct ic_parse_error err;
	struct builder bad;
	size_t at, i;
	int ret;

	for (at = 0; at < b->len; at++) {
		for (i = 0; i < ARRAY_SIZE(values); i++) {
			bad = *b;
			bad.data[at] = values[i];
			ret = parse_exact(parse, bad.data, bad.len, ctx, &err);
			assert_true(ret == 0 || ret == -EINVAL);
			assert_true((ret == 0) == !err.reason);
			if (ret)
				assert_true(err.offset <= b->len);
		}
	}
}
