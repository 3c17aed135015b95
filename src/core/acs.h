/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * acs/<BDF>/: access control services of PCI functions. ic_lock is held for
 * all calls but the first and the last.
 */
#ifndef IC_ACS_H
#define IC_ACS_H

struct device;

int ic_acs_init(void);
int ic_acs_sync_device(struct device *dev);
void ic_acs_remove_device(struct device *dev);
void ic_acs_remove_all(void);
void ic_acs_exit(void);

#endif /* IC_ACS_H */
