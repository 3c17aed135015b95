/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Why firmware puts no IOMMU in front of a device
 */
#ifndef IOMMU_CAPS_FIRMWARE_HOLE_H
#define IOMMU_CAPS_FIRMWARE_HOLE_H

char *firmware_hole(const char *sysfs, const char *path);

#endif /* IOMMU_CAPS_FIRMWARE_HOLE_H */
