/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the fuzz targets share. libFuzzer hands each input in a block of exactly
 * its size, so the address sanitizer sees every overread.
 */
#ifndef _FUZZ_H
#define _FUZZ_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decode/acpi_table.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

/* A property that must hold for every input. */
#define MUST(cond)							\
	do {								\
		if (!(cond)) {						\
			fprintf(stderr, "broken: %s\n", #cond);		\
			abort();					\
		}							\
	} while (0)

/* What the callbacks saw; @sum makes them read all that they are given. */
struct walk {
	size_t size;
	unsigned int calls;
	u64 sum;
};

static inline void touch(struct walk *w, const void *p, size_t len)
{
	const u8 *b = p;

	while (len--)
		w->sum += *b++;
}

/*
 * A parser either delivers all and sets no error, or says why and where not;
 * nothing it delivers costs less than @min_len bytes of the table, so that it
 * cannot run on.
 */
static inline void check_result(const struct walk *w, int ret,
				const struct ic_parse_error *err,
				size_t min_len)
{
	MUST(ret == 0 || ret == -EINVAL);
	MUST((ret == 0) == !err->reason);
	MUST(err->offset <= w->size);
	MUST(w->calls <= 1 + w->size / min_len);
}

#endif /* _FUZZ_H */
