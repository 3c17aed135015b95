/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the unit tests share: a builder of firmware tables, and blocks of
 * exactly the right size, so that the address sanitizer sees an overread by
 * one byte.
 */
#ifndef _UNIT_H
#define _UNIT_H

/* cmocka.h wants these before it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decode/acpi_table.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/* A table under construction. */
struct builder {
	u8 data[8192];
	size_t len;
};

void put8(struct builder *b, u8 v);
void put16(struct builder *b, u16 v);
void put32(struct builder *b, u32 v);
void put64(struct builder *b, u64 v);
void put_text(struct builder *b, const char *s, size_t len);
void put_zeros(struct builder *b, size_t n);
void set8(struct builder *b, size_t at, u8 v);
void set16(struct builder *b, size_t at, u16 v);
void set32(struct builder *b, size_t at, u32 v);

void begin_table(struct builder *b, const char *signature);
void end_table(struct builder *b);

void *exact_copy(const void *data, size_t len);

/*
 * Parse a copy of @len bytes and return what the parser returned. The counts
 * and whatever else it records go into @ctx.
 */
typedef int (*parse_fn)(const void *table, size_t len, void *ctx,
			struct ic_parse_error *err);

int parse_exact(parse_fn parse, const void *table, size_t len, void *ctx,
		struct ic_parse_error *err);
void check_fails(parse_fn parse, const struct builder *b, void *ctx,
		 u32 offset, const char *reason);
void check_every_cut(parse_fn parse, const struct builder *b, void *ctx,
		     size_t ctx_size, const unsigned int *delivered,
		     const size_t *ends, unsigned int count, bool counted);
void check_every_byte(parse_fn parse, const struct builder *b, void *ctx);

#endif /* _UNIT_H */
