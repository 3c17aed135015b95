/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Text inside HTML, SVG and Graphviz' language
 */
#ifndef IOMMU_CAPS_MARKUP_H
#define IOMMU_CAPS_MARKUP_H

#include <stdio.h>

#define NO_LIMIT	((size_t)-1)

void markup_text(FILE *out, const char *s, size_t limit);
void markup_dot(FILE *out, const char *s);

#endif /* IOMMU_CAPS_MARKUP_H */
