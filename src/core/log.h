/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every line that the module prints starts with its name.
 */
#ifndef IC_LOG_H
#define IC_LOG_H

#include <linux/printk.h>

#undef pr_fmt
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#endif /* IC_LOG_H */
