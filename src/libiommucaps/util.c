// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory, messages, tokens and PCI addresses
 *
 * Everything that the tree holds lives as long as the tree, so it comes from
 * one pool that is freed at once. Out of memory ends the program: there is
 * nothing useful that it could still do.
 */
#include <err.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "libiommucaps/tree.h"

#define POOL_BLOCK	65536

struct pool_block {
	struct pool_block *next;
	size_t used;
	size_t size;
	_Alignas(max_align_t) char data[];
};

static void out_of_memory(void)
{
	errx(STATUS_FAILED, "out of memory");
}

/* Zeroed memory that lives as long as the pool */
void *pool_alloc(struct pool_block **pool, size_t size)
{
	struct pool_block *b = *pool;
	size_t want = size > POOL_BLOCK ? size : POOL_BLOCK;
	void *p;

	size = (size + _Alignof(max_align_t) - 1) &
	       ~(_Alignof(max_align_t) - 1);
	if (!b || b->size - b->used < size) {
		if (want < size)
			want = size;
		b = calloc(1, sizeof(*b) + want);
		if (!b)
			out_of_memory();
		b->size = want;
		b->next = *pool;
		*pool = b;
	}
	p = b->data + b->used;
	b->used += size;
	return p;
}

char *pool_strndup(struct pool_block **pool, const char *s, size_t len)
{
	char *p = pool_alloc(pool, len + 1);

	memcpy(p, s, len);
	p[len] = '\0';
	return p;
}

char *pool_strdup(struct pool_block **pool, const char *s)
{
	return pool_strndup(pool, s, strlen(s));
}

char *pool_printf(struct pool_block **pool, const char *fmt, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		out_of_memory();
	p = pool_alloc(pool, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return p;
}

void pool_free(struct pool_block **pool)
{
	struct pool_block *b = *pool, *next;

	for (; b; b = next) {
		next = b->next;
		free(b);
	}
	*pool = NULL;
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

/**
 * pci_address() - parse the address of a PCI function
 * @s: "0000:01:00.0", or "01:00.0" for one in domain 0
 * @dom, @bus, @dev, @fn: filled on success; may be NULL all together
 *
 * Return: whether @s is one, and nothing else.
 */
bool pci_address(const char *s, unsigned int *dom, unsigned int *bus,
		 unsigned int *dev, unsigned int *fn)
{
	unsigned int v[4] = { 0 };
	size_t colons = 0, i, first;
	const char *p;
	int end = -1;

	for (p = s; *p; p++) {
		if (!strchr("0123456789abcdefABCDEF:.", *p))
			return false;
		colons += *p == ':';
	}
	if (colons < 1 || colons > 2)
		return false;
	first = 2 - colons;
	if (first)
		i = sscanf(s, "%2x:%2x.%1x%n", &v[1], &v[2], &v[3], &end);
	else
		i = sscanf(s, "%8x:%2x:%2x.%1x%n", &v[0], &v[1], &v[2], &v[3],
			   &end);
	if (i != 4 - first || end < 0 || s[end] || v[2] > 0x1f || v[3] > 7)
		return false;
	if (dom) {
		*dom = v[0];
		*bus = v[1];
		*dev = v[2];
		*fn = v[3];
	}
	return true;
}

/**
 * next_token() - walk a list of words that spaces separate
 * @list: advanced behind the word
 * @len: its length
 *
 * Return: the word, or NULL at the end.
 */
const char *next_token(const char **list, size_t *len)
{
	const char *p = *list;

	if (!p)
		return NULL;
	p += strspn(p, " \t\n");
	if (!*p)
		return NULL;
	*len = strcspn(p, " \t\n");
	*list = p + *len;
	return p;
}

bool has_token(const char *list, const char *token)
{
	const char *p;
	size_t len;

	while ((p = next_token(&list, &len)))
		if (len == strlen(token) && !strncmp(p, token, len))
			return true;
	return false;
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
