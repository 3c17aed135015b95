/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The portability corner of the decoders: what lets the table parsers and
 * register decoders be compiled, unchanged, into the kernel module and into
 * the host's tests, fuzzers and tools. Nothing here or in the decoders calls
 * the kernel or libc, allocates, or uses floating point.
 */
#ifndef _IC_DECODE_H
#define _IC_DECODE_H

#ifdef __KERNEL__
#include <linux/errno.h>
#include <linux/stddef.h>
#include <linux/types.h>
#else
#include <errno.h>
#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s8 s8;
typedef __s16 s16;
typedef __s32 s32;
typedef __s64 s64;
#endif

/**
 * enum ic_tristate - a fact that may not be known
 * @IC_NO: it does not hold
 * @IC_YES: it holds
 * @IC_UNKNOWN: cannot be known, and so is not published
 *
 * No value is negative: an errno is never one of them. A function that can
 * fail returns the errno and stores the fact through a pointer.
 */
enum ic_tristate {
	IC_NO,
	IC_YES,
	IC_UNKNOWN,
};

/**
 * ic_yes_no() - a fact that is known
 * @holds: whether it holds
 *
 * Return: IC_YES or IC_NO.
 */
static inline enum ic_tristate ic_yes_no(bool holds)
{
	return holds ? IC_YES : IC_NO;
}

/* A version or segment that is not known; the known ones are not negative */
#define IC_NO_NUMBER	(-1)

/**
 * struct ic_parse_error - why a table was found to be malformed
 * @offset: byte offset in the table of the entry or field that is wrong
 * @reason: one short phrase, a string constant
 */
struct ic_parse_error {
	u32 offset;
	const char *reason;
};

/*
 * Firmware tables and PCI configuration space are little-endian and packed:
 * read them byte by byte, which neither alignment nor byte order can upset.
 */
static inline u16 ic_le16(const void *p)
{
	const u8 *b = p;

	return (u16)(b[0] | b[1] << 8);
}

static inline u32 ic_le32(const void *p)
{
	const u8 *b = p;

	return ic_le16(b) | (u32)ic_le16(b + 2) << 16;
}

static inline u64 ic_le64(const void *p)
{
	const u8 *b = p;

	return ic_le32(b) | (u64)ic_le32(b + 4) << 32;
}

/**
 * ic_bits() - extract a field of a register
 * @v: register value
 * @hi: number of the field's highest bit
 * @lo: number of the field's lowest bit
 *
 * Return: bits @hi to @lo of @v, shifted down.
 */
static inline u64 ic_bits(u64 v, unsigned int hi, unsigned int lo)
{
	return (v >> lo) & (~0ULL >> (63 - (hi - lo)));
}

/**
 * ic_bit() - test one bit of a register
 * @v: register value
 * @bit: bit number
 *
 * Return: whether the bit is set.
 */
static inline bool ic_bit(u64 v, unsigned int bit)
{
	return (v >> bit) & 1;
}

/* PCI bus, device and function of a 16-bit requester id. */
#define IC_BDF_BUS(bdf)		((u8)((bdf) >> 8))
#define IC_BDF_DEV(bdf)		((u8)(((bdf) >> 3) & 0x1f))
#define IC_BDF_FN(bdf)		((u8)((bdf) & 7))

#endif /* _IC_DECODE_H */
