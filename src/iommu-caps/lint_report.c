// SPDX-License-Identifier: GPL-2.0-only
/*
 * Findings, as lines or as JSON
 */
#include <err.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "common/common.h"
#include "lint.h"

/**
 * lint_finding() - report one fault
 * @l: the file
 * @rule: name of the rule, as in iommu-caps-lint(8)
 * @where: path of the node, offset of the entry, ...
 * @fmt: the sentence, without a full stop
 */
void lint_finding(struct lint *l, const char *rule, const char *where,
		  const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (len < 0)
		err(STATUS_FAILED, NULL);
	l->findings++;
	if (l->json) {
		json_object(l->json, NULL);
		json_string(l->json, "file", l->file);
		json_string(l->json, "rule", rule);
		json_bytes(l->json, "where", where, strlen(where));
		json_bytes(l->json, "text", text, (size_t)len);
		json_object_end(l->json);
	} else {
		printf("%s: %s: %s: %s\n", l->file, rule, where, text);
	}
	free(text);
}

/**
 * lint_offset() - name a part of a table by its place
 * @kind: what it is
 * @offset: where it begins
 *
 * Return: the name, to be freed.
 */
char *lint_offset(const char *kind, size_t offset)
{
	char *s;

	if (asprintf(&s, "%s at 0x%zx", kind, offset) < 0)
		err(STATUS_FAILED, NULL);
	return s;
}
