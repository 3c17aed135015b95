/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What kind of machine this kernel runs on.
 */
#ifndef IC_PLATFORM_H
#define IC_PLATFORM_H

#include <linux/types.h>

#include "decode/decode.h"

const char *ic_platform(void);
void ic_platform_note_emulated(void);
bool ic_platform_xen(void);
bool ic_platform_hypervisor_owns(void);
enum ic_tristate ic_platform_virtual(void);

#endif /* IC_PLATFORM_H */
