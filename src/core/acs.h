/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * acs/<BDF>/: access control services of PCI functions. ic_lock is held for
 * ic_acs_sync_device() and ic_acs_remove_device().
 */
#ifndef IC_ACS_H
#define IC_ACS_H

struct device;

int ic_acs_init(void);
void ic_acs_exit(void);
int ic_acs_sync_device(struct device *dev);
void ic_acs_remove_device(struct device *dev);

#endif /* IC_ACS_H */
