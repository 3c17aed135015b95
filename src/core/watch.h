/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Notifications of changes of the machine, and the file `rescan`.
 */
#ifndef IC_WATCH_H
#define IC_WATCH_H

int ic_watch_init(void);
int ic_watch_sync(void);
int ic_watch_publish(void);
void ic_watch_unpublish(void);
void ic_watch_exit(void);

#endif /* IC_WATCH_H */
