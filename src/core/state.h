/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The files `state` and `dma_path`: what holds for the whole machine.
 */
#ifndef IC_STATE_H
#define IC_STATE_H

struct ic_dev;

void ic_state_set_path(struct ic_dev *d, int path);
int ic_state_publish(void);
int ic_state_refresh(void);
void ic_state_remove(void);
const char *ic_state_word(void);

#endif /* IC_STATE_H */
