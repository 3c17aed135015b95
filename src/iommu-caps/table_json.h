/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Firmware tables as JSON
 */
#ifndef IOMMU_CAPS_TABLE_JSON_H
#define IOMMU_CAPS_TABLE_JSON_H

#include <stdio.h>

#include "decode/decode.h"

int decode_table(FILE *out, const void *table, size_t len,
		 struct ic_parse_error *err);

#endif /* IOMMU_CAPS_TABLE_JSON_H */
