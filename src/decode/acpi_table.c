// SPDX-License-Identifier: GPL-2.0-only
/*
 * The header that every ACPI table starts with, and the bounds checks that
 * all the table parsers share.
 */
#include "acpi_table.h"

/* Copy a fixed-size id without its trailing blanks and NULs. */
static u8 copy_id(char *to, const u8 *from, unsigned int size)
{
	unsigned int i;

	while (size && (from[size - 1] == ' ' || !from[size - 1]))
		size--;
	for (i = 0; i < size; i++)
		to[i] = (char)from[i];
	to[size] = '\0';
	return (u8)size;
}

/**
 * ic_parse_fail() - record why a table is malformed
 * @err: where to, or NULL
 * @offset: byte offset in the table
 * @reason: a string constant
 *
 * Return: -EINVAL, for the caller to return.
 */
int ic_parse_fail(struct ic_parse_error *err, u32 offset, const char *reason)
{
	if (err) {
		err->offset = offset;
		err->reason = reason;
	}
	return -EINVAL;
}

/**
 * ic_acpi_header() - decode the common table header
 * @table: the table
 * @len: bytes there are to read
 * @out: filled on success
 * @err: filled on failure; may be NULL
 *
 * ACPI 6.5, section 5.2.6. Only the presence of the header is checked.
 *
 * Return: 0, or -EINVAL if there are fewer bytes than a header has.
 */
int ic_acpi_header(const void *table, size_t len, struct ic_acpi_header *out,
		   struct ic_parse_error *err)
{
	const u8 *p = table;
	unsigned int i;

	if (len < IC_ACPI_HEADER_LEN)
		return ic_parse_fail(err, 0, "shorter than a table header");

	for (i = 0; i < 4; i++)
		out->signature[i] = (char)p[i];
	out->signature[4] = '\0';
	out->length = ic_le32(p + 4);
	out->revision = p[8];
	out->checksum = p[9];
	out->oem_id_len = copy_id(out->oem_id, p + 10, 6);
	out->oem_table_id_len = copy_id(out->oem_table_id, p + 16, 8);
	out->oem_revision = ic_le32(p + 24);
	return 0;
}

/**
 * ic_acpi_checksum() - sum of all bytes of a table
 * @table: the table
 * @len: its length as its header states it
 *
 * Return: the sum modulo 256, which is 0 for a table that is intact.
 */
u8 ic_acpi_checksum(const void *table, size_t len)
{
	const u8 *p = table;
	u8 sum = 0;

	while (len--)
		sum += *p++;
	return sum;
}

/**
 * ic_table_open() - begin to parse a table
 * @t: filled on success
 * @table: the table
 * @len: bytes there are to read
 * @signature: the four characters it must start with
 * @min_len: length of its fixed part
 * @err: filled on failure, now or later; may be NULL
 *
 * A table of which there is less than its length field says is opened for
 * what there is, so that its first entries can be read: ic_table_close() then
 * reports it.
 *
 * Return: 0, or -EINVAL if not even the fixed part is there.
 */
int ic_table_open(struct ic_table *t, const void *table, size_t len,
		  const char *signature, u32 min_len,
		  struct ic_parse_error *err)
{
	struct ic_acpi_header hdr;
	unsigned int i;
	int ret;

	ret = ic_acpi_header(table, len, &hdr, err);
	if (ret)
		return ret;

	for (i = 0; i < 4; i++) {
		if (hdr.signature[i] != signature[i])
			return ic_parse_fail(err, 0, "wrong signature");
	}
	if (hdr.length < min_len)
		return ic_parse_fail(err, 4,
				     "length too small for such a table");
	if (len < min_len)
		return ic_parse_fail(err, (u32)len, "table is cut short");

	t->base = table;
	t->cut = hdr.length > len;
	t->len = t->cut ? (u32)len : hdr.length;
	t->err = err;
	return 0;
}

/**
 * ic_table_fail() - say what is wrong with a table
 * @t: the table
 * @offset: byte offset of what is wrong
 * @reason: a string constant
 *
 * Return: -EINVAL, for the caller to return.
 */
int ic_table_fail(const struct ic_table *t, u32 offset, const char *reason)
{
	return ic_parse_fail(t->err, offset, reason);
}

/**
 * ic_table_past_end() - an entry does not end where the table does
 * @t: the table
 * @offset: byte offset of the entry
 *
 * Return: -EINVAL, for the caller to return.
 */
int ic_table_past_end(const struct ic_table *t, u32 offset)
{
	return ic_table_fail(t, offset, t->cut ? "table is cut short" :
			     "entry past the end of the table");
}

/**
 * ic_table_close() - after the last entry: was that all of the table
 * @t: the table
 *
 * Return: 0, or -EINVAL if the table is cut short, at an entry's end.
 */
int ic_table_close(const struct ic_table *t)
{
	return t->cut ? ic_table_fail(t, t->len, "table is cut short") : 0;
}

/**
 * ic_entry_check() - does an entry lie within its table
 * @t: the table
 * @offset: byte offset of the entry, whose header is known to be there
 * @entry_len: length that the entry states
 * @header_len: length of the header that all entries have
 *
 * Every parser calls this before it steps over an entry: a length of 0 would
 * have it step forever.
 *
 * Return: 0, or -EINVAL.
 */
int ic_entry_check(const struct ic_table *t, u32 offset, u32 entry_len,
		   u32 header_len)
{
	if (!entry_len)
		return ic_table_fail(t, offset, "entry of length 0");
	if (entry_len < header_len)
		return ic_table_fail(t, offset,
				     "entry shorter than its header");
	if (entry_len > t->len - offset)
		return ic_table_past_end(t, offset);
	return 0;
}

/**
 * ic_array_fits() - does an array lie within its node
 * @node_len: length of the node in bytes
 * @offset: offset of the array in the node
 * @count: number of elements; an empty array may have any offset
 * @size: bytes of one element
 *
 * Return: whether it does.
 */
bool ic_array_fits(u32 node_len, u32 offset, u32 count, u32 size)
{
	return !count || (offset <= node_len &&
			  (u64)count * size <= node_len - offset);
}

/**
 * ic_strnlen() - length of a string that may lack its NUL
 * @s: first byte
 * @max: bytes there are to read
 *
 * Return: bytes before the first NUL, at most @max.
 */
u32 ic_strnlen(const u8 *s, u32 max)
{
	u32 n = 0;

	while (n < max && s[n])
		n++;
	return n;
}
