/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one writer of JSON of all tools
 *
 * A member of an object has a @name; an element of an array, and the outermost
 * value, have none (NULL). Every value stands on a line of its own, indented
 * by one space for each level. JSON_INIT() starts a value; it is complete once
 * everything that was opened is closed.
 */
#ifndef COMMON_JSON_H
#define COMMON_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/**
 * struct json - JSON under way
 * @out: where it is written
 * @depth: objects and arrays that are open
 * @first: no comma is due
 * @compact: all on one line, as for JSON lines
 */
struct json {
	FILE *out;
	unsigned int depth;
	bool first;
	bool compact;
};

#define JSON_INIT(_out)	{ .out = (_out), .first = true }

void json_key(struct json *j, const char *name);
void json_object(struct json *j, const char *name);
void json_object_end(struct json *j);
void json_array(struct json *j, const char *name);
void json_array_end(struct json *j);
void json_null(struct json *j, const char *name);
void json_bool(struct json *j, const char *name, bool value);
void json_int(struct json *j, const char *name, unsigned long long value);
void json_hex(struct json *j, const char *name, unsigned long long value);
void json_string(struct json *j, const char *name, const char *s);
void json_bytes(struct json *j, const char *name, const char *s, size_t len);
void json_printf(struct json *j, const char *name, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif /* COMMON_JSON_H */
