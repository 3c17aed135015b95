// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory, strings, output and colors
 *
 * Out of memory ends the program: there is nothing useful that it could still
 * do.
 */
#include <err.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "common.h"

static void out_of_memory(void)
{
	errx(STATUS_FAILED, "out of memory");
}

void *xrealloc(void *p, size_t n, size_t size)
{
	p = reallocarray(p, n ? n : 1, size);
	if (!p)
		out_of_memory();
	return p;
}

char *xstrdup(const char *s)
{
	char *p = strdup(s);

	if (!p)
		out_of_memory();
	return p;
}

static void make_room(struct text *t, size_t more)
{
	if (t->room - t->len > more)
		return;
	t->room = 2 * t->room + more + 64;
	t->s = xrealloc(t->s, t->room, 1);
}

/* An empty string from now on, in the same memory */
void text_clear(struct text *t)
{
	make_room(t, 0);
	t->len = 0;
	*t->s = '\0';
}

void text_free(struct text *t)
{
	free(t->s);
	memset(t, 0, sizeof(*t));
}

void text_add(struct text *t, const char *s, size_t len)
{
	make_room(t, len);
	memcpy(t->s + t->len, s, len);
	t->len += len;
	t->s[t->len] = '\0';
}

void text_printf(struct text *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		out_of_memory();
	make_room(t, (size_t)n);
	va_start(ap, fmt);
	vsnprintf(t->s + t->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	t->len += (size_t)n;
}

/**
 * text_size() - add an amount of memory in binary units: 16M, 3.1G
 * @t: the string
 * @bytes: how much
 * @unit: "" as in lsblk(8), or "iB" for a sentence: 16 MiB
 */
void text_size(struct text *t, unsigned long long bytes, const char *unit)
{
	unsigned long long tenths;
	unsigned int shift = 0;

	while (shift < 60 && bytes >> shift >= 1024)
		shift += 10;
	tenths = shift ? ((bytes >> (shift - 10)) * 10 + 512) >> 10 :
			 bytes * 10;
	if (tenths >= 10240) {
		shift += 10;
		tenths = 10;
	}
	text_printf(t, "%llu", tenths / 10);
	if (tenths % 10)
		text_printf(t, ".%llu", tenths % 10);
	text_printf(t, "%s%c%s", *unit ? " " : "", "BKMGTPE"[shift / 10],
		    shift ? unit : "");
}

/**
 * utf8_bytes() - length of a character in UTF-8 that is more than one byte
 * @text: where it begins
 * @len: bytes that are left there
 *
 * Return: its bytes, 0 if it is not such a character.
 */
size_t utf8_bytes(const char *text, size_t len)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t n = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2, i;

	if (s[0] < 0xc2 || s[0] > 0xf4 || n > len)
		return 0;
	for (i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	/* overlong forms, surrogates, beyond the last character */
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return n;
}

/* A file's value against a word; an absent file equals nothing */
bool is(const char *value, const char *word)
{
	return value && !strcmp(value, word);
}

/* 0 or 1: every other value of a file that is yes or no means unknown */
bool is_bool(const char *value)
{
	return is(value, "0") || is(value, "1");
}

/* A number as the kernel writes it */
bool is_number(const char *value)
{
	return value && *value && strspn(value, "0123456789") == strlen(value);
}

/* The number in a file's value; 0: absent or none */
unsigned int number_of(const char *value)
{
	return value ? strtoul(value, NULL, 10) : 0;
}

/* Output that did not arrive is a failure */
int finish_output(int status)
{
	if (!ferror(stdout) && !fflush(stdout))
		return status;
	warn("standard output");
	return STATUS_FAILED;
}

/* Is it an argument of --color? */
bool color_word(const char *when)
{
	return !strcmp(when, "auto") || !strcmp(when, "always") ||
	       !strcmp(when, "never");
}

/**
 * use_colors() - whether output is to have colors
 * @when: auto, always or never
 * @terminal: standard output is one
 */
bool use_colors(const char *when, bool terminal)
{
	const char *term = getenv("TERM"), *no = getenv("NO_COLOR");

	if (!strcmp(when, "always"))
		return true;
	if (!strcmp(when, "never"))
		return false;
	return terminal && !(no && *no) && !(term && !strcmp(term, "dumb"));
}
