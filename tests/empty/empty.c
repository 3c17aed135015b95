// SPDX-License-Identifier: GPL-2.0-only
/*
 * For tests only: does nothing. What the kernel needs to load it is what it
 * needs for any module.
 */
#include <linux/module.h>

static int __init empty_init(void)
{
	return 0;
}
module_init(empty_init);

static void __exit empty_exit(void)
{
}
module_exit(empty_exit);

MODULE_DESCRIPTION("Tests: a module that does nothing");
MODULE_LICENSE("GPL");
