/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a virtual machine, DPDK or shared virtual addressing will meet in a
 * group. For all calls ic_model_sem is held for reading, or ic_lock.
 */
#ifndef IC_LIMITS_H
#define IC_LIMITS_H

#include <linux/types.h>

#include "decode/decode.h"

struct ic_group;

ssize_t ic_limits_page_sizes(struct ic_group *group, char *page);
ssize_t ic_limits_iova_ranges(struct ic_group *group, char *page);
ssize_t ic_limits_enabled(struct ic_group *group, char *page);
ssize_t ic_limits_msi_controller(struct ic_group *group, char *page);
ssize_t ic_limits_address_width(struct ic_group *group, char *page);
ssize_t ic_limits_pasids(struct ic_group *group, char *page);
enum ic_tristate ic_limits_noexec(struct ic_group *group);
enum ic_tristate ic_limits_dirty_tracking(struct ic_group *group);
enum ic_tristate ic_limits_enforced_coherency(struct ic_group *group);
enum ic_tristate ic_limits_deferred_flush(struct ic_group *group);

#endif /* IC_LIMITS_H */
