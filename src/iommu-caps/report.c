// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sentences, and what to change
 */
#include <err.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

static void __printf(3, 0)
append(struct report *r, bool change, const char *fmt, va_list ap)
{
	char *text = NULL, *p;
	size_t i;

	if (vasprintf(&text, fmt, ap) < 0)
		errx(STATUS_FAILED, "out of memory");
	/* A name may be from another machine's tree: nothing for a terminal */
	for (p = text; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = '?';
	/* Two reasons may ask for the same change: once is enough */
	for (i = 0; i < r->n; i++)
		if (r->v[i].change == change && !strcmp(r->v[i].text, text)) {
			free(text);
			return;
		}
	r->v = xrealloc(r->v, r->n + 1, sizeof(*r->v));
	r->v[r->n++] = (struct item){ change, text };
}

void report_say(struct report *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	append(r, false, fmt, ap);
	va_end(ap);
}

/* One line, so that it can be grepped, or pasted */
void report_change(struct report *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	append(r, true, fmt, ap);
	va_end(ap);
}

void report_print(const struct report *r, const char *indent)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		printf("%s%s%s\n", indent, r->v[i].change ? "  -> " : "",
		       r->v[i].text);
}

/* Two arrays in an object that is open */
void report_json(const struct report *r, struct json *j)
{
	size_t i;

	json_array(j, "reasons");
	for (i = 0; i < r->n; i++)
		if (!r->v[i].change)
			json_string(j, NULL, r->v[i].text);
	json_array_end(j);
	json_array(j, "changes");
	for (i = 0; i < r->n; i++)
		if (r->v[i].change)
			json_string(j, NULL, r->v[i].text);
	json_array_end(j);
}

void report_free(struct report *r)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		free(r->v[i].text);
	free(r->v);
	*r = (struct report){ 0 };
}
