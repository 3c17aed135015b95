/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOMMU_CAPS_ACS_H
#define IOMMU_CAPS_ACS_H

#include "report.h"

#define ACS_PORT	(1 << 0)	/* a bridge has no ACS */
#define ACS_FUNCTION	(1 << 1)	/* a function has none */
#define ACS_OFF		(1 << 2)	/* something has it switched off */
#define ACS_UNREADABLE	(1 << 3)	/* this user cannot read it */
#define ACS_UNKNOWN	(1 << 4)	/* nobody can now */

unsigned int acs_explain(struct iommucaps *ic, struct iommucaps_group *g,
			 struct report *r);

#endif /* IOMMU_CAPS_ACS_H */
