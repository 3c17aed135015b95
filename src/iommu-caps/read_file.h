/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files as a whole, for the verbs that look into firmware's tables
 */
#ifndef IOMMU_CAPS_READ_FILE_H
#define IOMMU_CAPS_READ_FILE_H

#include "decode/decode.h"

u8 *read_file(const char *path, size_t *len);

#endif /* IOMMU_CAPS_READ_FILE_H */
