/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The two locks of the model:
 *  ic_lock       (mutex) serializes every change of the model: load, unload,
 *                rescan, bus events. It may be held across kobject_del(), so
 *                show and store functions below units/ and groups/ never take
 *                it; those of the root directory may, because the root's files
 *                are removed without it.
 *  ic_model_sem  (rwsem) guards the pointers that show functions follow (the
 *                members of a group, the unit of a device). Written only for
 *                the moment of a pointer update, with ic_lock held, and never
 *                across a call into sysfs.
 *
 * Order: ic_lock, ic_model_sem, then the kernel's own group mutex.
 */
#ifndef IC_LOCK_H
#define IC_LOCK_H

#include <linux/mutex.h>
#include <linux/rwsem.h>

extern struct mutex ic_lock;
extern struct rw_semaphore ic_model_sem;

#endif /* IC_LOCK_H */
