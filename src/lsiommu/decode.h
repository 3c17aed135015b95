/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Firmware tables and register values as JSON. On standard output there is
 * either a whole JSON value or nothing; complaints are one line each.
 */
#ifndef _LSIOMMU_DECODE_H
#define _LSIOMMU_DECODE_H

#include <stdio.h>

#include "decode/decode.h"

/* Exit statuses, for the caller's main() */
#define DECODE_OK	0
#define DECODE_FAILED	1	/* unreadable or malformed */
#define DECODE_USAGE	2

int decode_table(FILE *out, const void *table, size_t len,
		 struct ic_parse_error *err);
int decode_file(FILE *out, const char *prog, const char *path);
int decode_vtd(FILE *out, const char *prog, const char *cap, const char *ecap,
	       const char *ver);

#endif /* _LSIOMMU_DECODE_H */
