/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The model: which devices are in which groups, behind which units. ic_lock
 * is held for all calls but ic_model_init(), _close() and _exit().
 */
#ifndef IC_MODEL_H
#define IC_MODEL_H

#include <linux/device.h>
#include <linux/types.h>

struct ic_unit;

int ic_model_init(void);
void ic_model_close(void);
void ic_model_exit(void);
void ic_model_announce(void);
int ic_model_walk(void);
void ic_model_refresh(const unsigned long *ids, unsigned int nbits);
void ic_model_forget_unit(struct ic_unit *unit);
int ic_device_sync(struct device *dev);
void ic_device_leaving(struct device *dev);
void ic_device_removed(struct device *dev);
bool ic_device_is_leaving(struct device *dev);
void ic_device_await(struct device *dev);
struct device *ic_device_awaited(void);
const char *ic_model_state(char *page);
int ic_model_dma_paths(char *page);
bool ic_model_state_known(void);
bool ic_model_paths_known(void);
unsigned int ic_model_count(void);

#endif /* IC_MODEL_H */
