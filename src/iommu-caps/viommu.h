/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An IOMMU of the guest's own, in front of a device that it is given
 */
#ifndef IOMMU_CAPS_VIOMMU_H
#define IOMMU_CAPS_VIOMMU_H

#include "advice.h"
#include "check.h"

/**
 * struct viommu - the virtual IOMMU that QEMU can put in front of a device
 * @qemu:	what comes before the device among QEMU's arguments; "" if none
 * @vfio:	what is added to the device's own properties
 * @aw_bits:	address width of an intel-iommu; 0 if it is none
 */
struct viommu {
	char qemu[160];
	const char *vfio;
	unsigned int aw_bits;
};

enum verdict viommu_explain(const struct machine *m, struct report *r,
			    struct iommucaps_group *g, bool x86,
			    unsigned int width, struct viommu *v);

#endif /* IOMMU_CAPS_VIOMMU_H */
