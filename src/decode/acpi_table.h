/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The header that every ACPI system description table starts with
 * (ACPI 6.5, section 5.2.6), and what the table parsers share.
 */
#ifndef _IC_ACPI_TABLE_H
#define _IC_ACPI_TABLE_H

#include "decode.h"

#define IC_ACPI_HEADER_LEN	36

/**
 * struct ic_acpi_header - the common table header
 * @signature: four characters and a NUL
 * @length: length of the whole table in bytes, as the table states it
 * @revision: table revision
 * @checksum: the checksum byte
 * @oem_id: OEM id, trailing blanks and NULs removed, NUL-terminated
 * @oem_table_id: OEM table id, likewise
 * @oem_revision: OEM revision
 *
 * The two ids are bytes of no stated encoding: escape before printing.
 */
struct ic_acpi_header {
	char signature[5];
	u32 length;
	u8 revision;
	u8 checksum;
	char oem_id[7];
	char oem_table_id[9];
	u8 oem_id_len;
	u8 oem_table_id_len;
	u32 oem_revision;
};

/**
 * struct ic_table - a table that is being parsed
 * @base: its first byte
 * @len: how much of it may be read: what it says it has, or what there is
 * @cut: there is less of it than it says it has
 * @err: where to say what is wrong, or NULL
 */
struct ic_table {
	const u8 *base;
	u32 len;
	bool cut;
	struct ic_parse_error *err;
};

int ic_acpi_header(const void *table, size_t len, struct ic_acpi_header *out,
		   struct ic_parse_error *err);
u8 ic_acpi_checksum(const void *table, size_t len);
int ic_parse_fail(struct ic_parse_error *err, u32 offset, const char *reason);
int ic_table_open(struct ic_table *t, const void *table, size_t len,
		  const char *signature, u32 min_len,
		  struct ic_parse_error *err);
int ic_table_fail(const struct ic_table *t, u32 offset, const char *reason);
int ic_table_past_end(const struct ic_table *t, u32 offset);
int ic_table_close(const struct ic_table *t);
int ic_entry_check(const struct ic_table *t, u32 offset, u32 entry_len,
		   u32 header_len);
bool ic_array_fits(u32 node_len, u32 offset, u32 count, u32 size);
u32 ic_strnlen(const u8 *s, u32 max);

#endif /* _IC_ACPI_TABLE_H */
