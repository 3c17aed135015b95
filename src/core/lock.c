// SPDX-License-Identifier: GPL-2.0-only
/*
 * The two locks of the model; lock.h has their rules.
 */
#include "core/lock.h"

DEFINE_MUTEX(ic_lock);		/* every change of the model */
DECLARE_RWSEM(ic_model_sem);	/* the pointers that show functions follow */
