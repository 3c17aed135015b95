/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The model: which devices are in which groups, behind which units. ic_lock
 * is held for all calls but ic_model_init(), _close(), _exit(), and
 * ic_device_is_leaving().
 */
#ifndef IC_MODEL_H
#define IC_MODEL_H

#include <linux/device.h>
#include <linux/types.h>

int ic_model_init(void);
void ic_model_close(void);
void ic_model_exit(void);
int ic_model_sync_units(bool *changed);
int ic_model_sync_devices(void);
void ic_model_refresh_group(int id);
void ic_model_refresh_groups(int from);
void ic_model_refresh_failed(void);
void ic_model_refresh_unprotected(void);
bool ic_model_run_deferred(void);
int ic_device_sync(struct device *dev);
void ic_device_leaving(struct device *dev);
void ic_device_removed(struct device *dev);
bool ic_device_is_leaving(struct device *dev);
int ic_device_group(struct device *dev);
void ic_device_defer_refresh(struct device *dev);
unsigned int ic_model_count(void);

#endif /* IC_MODEL_H */
