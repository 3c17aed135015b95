/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The two locks of the model:
 *  ic_lock       (mutex) serializes every change of the model: load, unload,
 *                rescan, bus events. It is held while files and folders are
 *                removed from sysfs, which waits for their readers: no show or
 *                store function may take it. The one exception is `rescan`,
 *                which is removed without it.
 *  ic_model_sem  (rwsem) guards what show functions follow: the list of units,
 *                the groups, the members of a group, the unit of a device, the
 *                list of unprotected devices. Written with ic_lock held, only
 *                while pointers are updated, never across a call into sysfs.
 *                Held for reading for one group at a time.
 *
 * Order: the lock of a device, ic_lock, ic_model_sem, the kernel's own group
 * mutex, the lock of an IOMMU's class device. With ic_lock held, the lock of a
 * device may only be tried. The last one is held while registers of a unit
 * are read, which a show function does with ic_model_sem held: nothing else may
 * be taken under it.
 */
#ifndef IC_LOCK_H
#define IC_LOCK_H

#include <linux/mutex.h>
#include <linux/rwsem.h>

extern struct mutex ic_lock;
extern struct rw_semaphore ic_model_sem;

#endif /* IC_LOCK_H */
