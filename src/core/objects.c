// SPDX-License-Identifier: GPL-2.0-only
/*
 * Count of the kobjects whose release function is still to run.
 *
 * A unit or group may be released late: by an open file, or by the kernel's
 * own delayed release (DEBUG_KOBJECT_RELEASE). Its release function is code of
 * this module, so unloading waits until all have run.
 */
#include <linux/atomic.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/wait.h>

#include "core/objects.h"

static atomic_t objects = ATOMIC_INIT(0);
static DECLARE_WAIT_QUEUE_HEAD(all_released);

/**
 * ic_object_get() - a kobject with a release function of ours was initialized
 */
void ic_object_get(void)
{
	atomic_inc(&objects);
}

/**
 * ic_object_put() - it was released
 *
 * The last thing that a release function does. The module's code is freed only
 * after an RCU grace period, so the read-side critical section protects the
 * rest of this function.
 */
void ic_object_put(void)
{
	rcu_read_lock();
	if (atomic_dec_and_test(&objects))
		wake_up_all(&all_released);
	rcu_read_unlock();
}

/**
 * ic_objects_wait() - wait until every kobject has been released
 */
void ic_objects_wait(void)
{
	wait_event(all_released, !atomic_read(&objects));
}
