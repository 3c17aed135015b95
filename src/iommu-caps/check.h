/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What VFIO would do with a device, for the verbs that ask
 */
#ifndef IOMMU_CAPS_CHECK_H
#define IOMMU_CAPS_CHECK_H

#include "advice.h"

enum verdict { NO, YES, PARTLY, UNKNOWN };

enum verdict explain_assignment(const struct machine *m, struct report *r,
				struct iommucaps_device *d,
				struct iommucaps_group *g);

#endif /* IOMMU_CAPS_CHECK_H */
