// SPDX-License-Identifier: GPL-2.0-only
/*
 * Text inside HTML, SVG and Graphviz' language
 *
 * Names come from sysfs and from a list of names: any byte may be in them. What
 * is not text in UTF-8 becomes the replacement character.
 */
#include <string.h>

#include "common/common.h"
#include "markup.h"

#define REPLACEMENT	"\xef\xbf\xbd"
#define ELLIPSIS	"\xe2\x80\xa6"

/* Bytes of the character at @s; 0 if it is none that text may have */
static size_t character(const char *s, size_t len)
{
	unsigned char c = (unsigned char)*s;

	if (c >= 0x20 && c < 0x7f)
		return 1;
	/* U+0080 to U+009f are control characters, U+fffe and U+ffff are none */
	if ((c == 0xc2 && (unsigned char)s[1] < 0xa0) ||
	    !strncmp(s, "\xef\xbf\xbe", 3) || !strncmp(s, "\xef\xbf\xbf", 3))
		return 0;
	return c < 0x80 ? 0 : utf8_bytes(s, len);
}

static size_t count_characters(const char *s)
{
	size_t n = 0, len;

	for (; *s; s += len ? len : 1, n++)
		len = character(s, strlen(s));
	return n;
}

/**
 * markup_text() - text between the tags, or in an attribute's quotes, of HTML
 * @out: where to
 * @s: the text
 * @limit: the most characters; longer text is cut and ends with an ellipsis
 */
void markup_text(FILE *out, const char *s, size_t limit)
{
	size_t n = count_characters(s), len;
	const char *entity;

	for (; *s && (limit >= n || limit > 1); n--, limit--) {
		len = character(s, strlen(s));
		entity = *s == '&' ? "&amp;" : *s == '<' ? "&lt;" :
			 *s == '>' ? "&gt;" : *s == '"' ? "&quot;" :
			 *s == '\'' ? "&#39;" : len ? NULL : REPLACEMENT;
		if (entity)
			fputs(entity, out);
		else
			fwrite(s, 1, len, out);
		s += len ? len : 1;
	}
	if (*s)
		fputs(ELLIPSIS, out);
}

/**
 * markup_dot() - text inside the quotes of a string of Graphviz' language
 * @out: where to
 * @s: the text; a backslash in it stands for itself, and so does an ampersand
 */
void markup_dot(FILE *out, const char *s)
{
	size_t len;

	for (; *s; s += len ? len : 1) {
		len = character(s, strlen(s));
		if (*s == '"' || *s == '\\')
			fputc('\\', out);
		if (!len)
			fputs(REPLACEMENT, out);
		else if (*s == '&')
			fputs("&amp;", out);
		else
			fwrite(s, 1, len, out);
	}
}
