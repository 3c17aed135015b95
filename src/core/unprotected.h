/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * unprotected/: devices that are behind no IOMMU.
 */
#ifndef IC_UNPROTECTED_H
#define IC_UNPROTECTED_H

#include <linux/types.h>

struct device;
struct ic_dev;

bool ic_is_unprotected(struct device *dev);
int ic_unprotected_add(struct ic_dev *d);
void ic_unprotected_remove(struct ic_dev *d);
bool ic_unprotected_any(void);
int ic_unprotected_dma_paths(char *page);

#endif /* IC_UNPROTECTED_H */
