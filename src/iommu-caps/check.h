/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The two answers about a device, for the other verbs that ask
 */
#ifndef IOMMU_CAPS_CHECK_H
#define IOMMU_CAPS_CHECK_H

#include "advice.h"

enum verdict { NO, YES, PARTLY, UNKNOWN };

enum verdict dma_verdict(struct iommucaps_group *g);
enum verdict explain_assignment(const struct machine *m, struct report *r,
				struct iommucaps_device *d,
				struct iommucaps_group *g);
void json_group(struct json *j, struct iommucaps_group *g);

#endif /* IOMMU_CAPS_CHECK_H */
