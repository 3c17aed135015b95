// SPDX-License-Identifier: GPL-2.0-only
/*
 * The text of facts and of lists of tokens.
 */
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "core/emit.h"

/**
 * ic_emit_fact() - a fact as 0 or 1
 * @fact: the fact
 * @page: filled
 *
 * Return: length of the line; -ENODATA: it is not known, so there is no file.
 */
ssize_t ic_emit_fact(enum ic_tristate fact, char *page)
{
	if (fact == IC_UNKNOWN)
		return -ENODATA;
	/* to format a number costs more than to find out most facts */
	memcpy(page, fact == IC_YES ? "1\n" : "0\n", 3);
	return 2;
}

/**
 * ic_emit_tokens() - the tokens of the bits that are set, in the order of bits
 * @bits: bit i stands for @tokens[i]
 * @tokens: the tokens
 * @count: how many
 * @page: filled
 *
 * Return: length of the line, which is empty if no bit is set.
 */
ssize_t ic_emit_tokens(u32 bits, const char *const tokens[], unsigned int count,
		       char *page)
{
	ssize_t len = 0;
	unsigned int i;

	for (i = 0; i < count; i++)
		if (bits & BIT(i))
			len += sysfs_emit_at(page, len, "%s%s", len ? " " : "",
					     tokens[i]);
	return len + sysfs_emit_at(page, len, "\n");
}
