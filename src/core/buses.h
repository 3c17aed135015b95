/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The buses whose devices the IOMMU core may group.
 */
#ifndef IC_BUSES_H
#define IC_BUSES_H

#include <linux/notifier.h>

struct device;

/* What is called for a device; a value other than 0 ends the visit of a bus */
typedef int ic_device_fn(struct device *dev, void *data);

void ic_buses_visit_devices(void *data, ic_device_fn *fn);
int ic_buses_register(notifier_fn_t fn);
void ic_buses_unregister(void);

#endif /* IC_BUSES_H */
