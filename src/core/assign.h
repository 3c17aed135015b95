/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Why VFIO would refuse a group.
 */
#ifndef IC_ASSIGN_H
#define IC_ASSIGN_H

#include <linux/types.h>

struct ic_group;

ssize_t ic_assign_blockers(struct ic_group *group, char *page);

#endif /* IC_ASSIGN_H */
