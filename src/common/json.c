// SPDX-License-Identifier: GPL-2.0-only
/*
 * The one writer of JSON of all tools
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "common/common.h"
#include "common/json.h"

static void new_line(struct json *j)
{
	unsigned int i;

	if (j->compact)
		return;
	fputc('\n', j->out);
	for (i = 0; i < j->depth; i++)
		fputc(' ', j->out);
}

static void quote(struct json *j, const char *s, size_t len, bool text)
{
	size_t i, n;

	fputc('"', j->out);
	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		n = 0;
		if (text && c > 0x7e)
			n = utf8_bytes(s + i, len - i);
		if (c == '"' || c == '\\') {
			fprintf(j->out, "\\%c", c);
		} else if (c >= 0x20 && c <= 0x7e) {
			fputc(c, j->out);
		} else if (n) {
			fwrite(s + i, 1, n, j->out);
			i += n - 1;
		} else {
			fprintf(j->out, "\\u%04x", c);
		}
	}
	fputc('"', j->out);
}

/**
 * json_key() - begin a value: comma, line and, in an object, its name
 * @j: JSON under way
 * @name: name of a member, NULL for an element of an array
 *
 * The value itself is then to be written to @j->out.
 */
void json_key(struct json *j, const char *name)
{
	if (!j->first)
		fputc(',', j->out);
	if (j->depth)
		new_line(j);
	j->first = false;
	if (name) {
		quote(j, name, strlen(name), true);
		fputs(j->compact ? ":" : ": ", j->out);
	}
}

static void open_value(struct json *j, const char *name, char bracket)
{
	json_key(j, name);
	fputc(bracket, j->out);
	j->depth++;
	j->first = true;
}

static void close_value(struct json *j, char bracket)
{
	j->depth--;
	if (!j->first)
		new_line(j);
	fputc(bracket, j->out);
	j->first = false;
}

void json_object(struct json *j, const char *name)
{
	open_value(j, name, '{');
}

void json_object_end(struct json *j)
{
	close_value(j, '}');
}

void json_array(struct json *j, const char *name)
{
	open_value(j, name, '[');
}

void json_array_end(struct json *j)
{
	close_value(j, ']');
}

void json_null(struct json *j, const char *name)
{
	json_key(j, name);
	fputs("null", j->out);
}

void json_bool(struct json *j, const char *name, bool value)
{
	json_key(j, name);
	fputs(value ? "true" : "false", j->out);
}

void json_int(struct json *j, const char *name, unsigned long long value)
{
	json_key(j, name);
	fprintf(j->out, "%llu", value);
}

/* A hardware value or address: a string, for numbers lose bits in JSON */
void json_hex(struct json *j, const char *name, unsigned long long value)
{
	json_key(j, name);
	fprintf(j->out, "\"0x%llx\"", value);
}

/**
 * json_bytes() - a string of bytes without a stated encoding
 * @j: JSON under way
 * @name: its name, or NULL
 * @s: the bytes; those beyond ASCII are taken for Latin-1, which loses nothing
 * @len: their number
 */
void json_bytes(struct json *j, const char *name, const char *s, size_t len)
{
	json_key(j, name);
	quote(j, s, len, false);
}

/**
 * json_string() - a text, in UTF-8
 * @j: JSON under way
 * @name: its name, or NULL
 * @s: the text; NULL gives null
 */
void json_string(struct json *j, const char *name, const char *s)
{
	if (!s) {
		json_null(j, name);
		return;
	}
	json_key(j, name);
	quote(j, s, strlen(s), true);
}

/* The same, formatted; null where memory is short */
void json_printf(struct json *j, const char *name, const char *fmt, ...)
{
	char *s = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) < 0)
		s = NULL;
	va_end(ap);
	json_string(j, name, s);
	free(s);
}
