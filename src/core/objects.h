/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Count of the kobjects whose release function is still to run.
 */
#ifndef IC_OBJECTS_H
#define IC_OBJECTS_H

void ic_object_get(void);
void ic_object_put(void);
void ic_objects_wait(void);

#endif /* IC_OBJECTS_H */
