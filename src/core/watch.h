/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Notifications of changes of the machine.
 */
#ifndef IC_WATCH_H
#define IC_WATCH_H

int ic_watch_init(void);
void ic_watch_exit(void);
void ic_look_again(int id);
int ic_rescan(void);
int ic_sync_devices(void);

#endif /* IC_WATCH_H */
