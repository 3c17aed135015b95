/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The text of facts and of lists of tokens.
 */
#ifndef IC_EMIT_H
#define IC_EMIT_H

#include <linux/types.h>

#include "decode/decode.h"

ssize_t ic_emit_fact(enum ic_tristate fact, char *page);
ssize_t ic_emit_tokens(u32 bits, const char *const tokens[], unsigned int count,
		       char *page);

#endif /* IC_EMIT_H */
