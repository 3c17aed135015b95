// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ranges of ids: what overlaps, and what is not covered
 */
#include <stdlib.h>
#include <string.h>

#include "common/common.h"
#include "lint.h"

/* A finding names this many gaps, and says how many more there are */
#define GAPS_SHOWN	4

/**
 * id_ranges_append() - one more range
 * @r: ranges
 * @first: its first id
 * @last: its last id
 * @owner: what claims it, for the caller
 */
void id_ranges_append(struct id_ranges *r, u64 first, u64 last, size_t owner)
{
	/* Room for a power of two of ranges */
	if (!(r->n & (r->n - 1)))
		r->v = xrealloc(r->v, r->n ? 2 * r->n : 1, sizeof(*r->v));
	r->v[r->n].first = first;
	r->v[r->n].last = last;
	r->v[r->n].owner = owner;
	r->n++;
}

static int compare(const void *a, const void *b)
{
	const struct id_range *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return x->owner < y->owner ? -1 : x->owner > y->owner;
}

/**
 * id_ranges_sort() - put ranges into order
 * @r: ranges
 */
void id_ranges_sort(struct id_ranges *r)
{
	if (r->n)
		qsort(r->v, r->n, sizeof(*r->v), compare);
}

/**
 * id_ranges_overlap() - find the next range that overlaps an earlier one
 * @r: ranges, in order
 * @at: where to go on; 0 at first
 * @a: set to the earlier range
 * @b: set to the range that overlaps it
 *
 * Return: false when there is no more.
 */
bool id_ranges_overlap(const struct id_ranges *r, size_t *at,
		       const struct id_range **a, const struct id_range **b)
{
	size_t i, widest = 0;

	for (i = 1; i < r->n; i++) {
		if (i > *at && r->v[i].first <= r->v[widest].last) {
			*a = &r->v[widest];
			*b = &r->v[i];
			*at = i;
			return true;
		}
		if (r->v[i].last > r->v[widest].last)
			widest = i;
	}
	return false;
}

/**
 * id_ranges_gaps() - the ids that no range covers
 * @r: ranges, in order
 * @first: first id that should be covered
 * @last: the last one
 *
 * Return: the gaps in hex, to be freed; NULL if there are none.
 */
char *id_ranges_gaps(const struct id_ranges *r, u64 first, u64 last)
{
	size_t i, gaps = 0, len = 0;
	char *text = NULL;
	u64 end;
	FILE *f;

	f = open_memstream(&text, &len);
	if (!f)
		return NULL;
	for (i = 0; first <= last; i++) {
		end = i < r->n ? r->v[i].first : last + 1;
		if (end > first) {
			if (end > last)
				end = last + 1;
			if (++gaps <= GAPS_SHOWN)
				fprintf(f, "%s%04llx-%04llx",
					gaps > 1 ? ", " : "", first, end - 1);
		}
		if (i == r->n)
			break;
		if (r->v[i].last >= first)
			first = r->v[i].last + 1;
		if (!first)
			break;
	}
	if (gaps > GAPS_SHOWN)
		fprintf(f, " and %zu more", gaps - GAPS_SHOWN);
	fclose(f);
	if (gaps)
		return text;
	free(text);
	return NULL;
}

/**
 * id_ranges_cover() - are these ids all covered?
 * @r: ranges, in order
 * @first: first id
 * @last: last id
 *
 * Return: whether they are.
 */
bool id_ranges_cover(const struct id_ranges *r, u64 first, u64 last)
{
	char *gaps = id_ranges_gaps(r, first, last);

	free(gaps);
	return !gaps;
}

void id_ranges_free(struct id_ranges *r)
{
	free(r->v);
	memset(r, 0, sizeof(*r));
}
