// SPDX-License-Identifier: GPL-2.0-only
/*
 * libiommucaps: memory that lives as long as the handle
 */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* Small beside the objects of a large machine, large beside one object */
#define POOL_BLOCK	16384

struct pool_block {
	struct pool_block *next;
	size_t used;
	size_t size;
	_Alignas(max_align_t) char data[];
};

/* From the front of the newest block, aligned, or a new block */
static char *take(struct iommucaps *ic, size_t size, size_t align)
{
	struct pool_block *b = ic->pool;
	size_t start = b ? (b->used + align - 1) & ~(align - 1) : 0, want;

	if (!b || b->size < start || b->size - start < size) {
		want = size > POOL_BLOCK ? size : POOL_BLOCK;
		b = malloc(sizeof(*b) + want);
		if (!b)
			return NULL;
		b->size = want;
		b->next = ic->pool;
		ic->pool = b;
		start = 0;
	}
	b->used = start + size;
	return b->data + start;
}

/* Zeroed, or NULL and errno */
void *ic_pool_alloc(struct iommucaps *ic, size_t size)
{
	void *p = take(ic, size, _Alignof(void *));

	if (p)
		memset(p, 0, size);
	else
		ic_note_error(ic, "memory", ENOMEM);
	return p;
}

char *ic_pool_strndup(struct iommucaps *ic, const char *s, size_t len)
{
	char *p = take(ic, len + 1, 1);

	if (!p) {
		ic_note_error(ic, "memory", ENOMEM);
		return NULL;
	}
	memcpy(p, s, len);
	p[len] = '\0';
	return p;
}

char *ic_pool_strdup(struct iommucaps *ic, const char *s)
{
	return ic_pool_strndup(ic, s, strlen(s));
}

/* DIR/NAME */
char *ic_pool_join(struct iommucaps *ic, const char *dir, const char *name)
{
	size_t n = strlen(dir), m = strlen(name);
	char *p = take(ic, n + m + 2, 1);

	if (!p) {
		ic_note_error(ic, "memory", ENOMEM);
		return NULL;
	}
	memcpy(p, dir, n);
	p[n] = '/';
	memcpy(p + n + 1, name, m + 1);
	return p;
}

void ic_pool_free(struct iommucaps *ic)
{
	struct pool_block *b = ic->pool, *next;

	for (; b; b = next) {
		next = b->next;
		free(b);
	}
	ic->pool = NULL;
}
