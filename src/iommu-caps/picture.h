/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Units, groups and devices as a drawing
 */
#ifndef IOMMU_CAPS_PICTURE_H
#define IOMMU_CAPS_PICTURE_H

#include <stdio.h>

#include "check.h"

/* Colors and lines of a drawing and of the page around it, by class */
extern const char picture_style[];

const char *verdict_class(enum verdict v);
const char *verdict_word(enum verdict v);
const char *device_label(struct iommucaps_device *d, struct text *t);

void picture_svg(FILE *out, struct iommucaps *ic, bool in_page);
void picture_dot(FILE *out, struct iommucaps *ic);

#endif /* IOMMU_CAPS_PICTURE_H */
