/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The buses whose devices the IOMMU core may group.
 */
#ifndef IC_BUSES_H
#define IC_BUSES_H

#include <linux/notifier.h>

struct device;

void ic_buses_for_each_dev(void *data,
			   int (*fn)(struct device *dev, void *data));
int ic_buses_register(notifier_fn_t fn);
void ic_buses_unregister(void);

#endif /* IC_BUSES_H */
