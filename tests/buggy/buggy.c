// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module with one of each bug that the debug kernels are to report, so that
 * the tests can tell a clean log from a log that nobody looks at. Loading it
 * with bug=NAME makes that bug happen; never do that where it matters.
 */
#include <linux/bug.h>
#include <linux/delay.h>
#include <linux/kobject.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/vmalloc.h>

static char *bug = "none";
module_param(bug, charp, 0444);
MODULE_PARM_DESC(bug, "which one");

static DEFINE_MUTEX(first);
static DEFINE_MUTEX(second);
static DEFINE_SPINLOCK(spin);
static DEFINE_RAW_SPINLOCK(raw);
static unsigned int racy;
static unsigned int bits = 40;

static void use_after_free(void)
{
	u8 *p = kmalloc(64, GFP_KERNEL);

	if (!p)
		return;
	OPTIMIZER_HIDE_VAR(p);
	kfree(p);
	racy = READ_ONCE(p[60]);	/* reading breaks nothing else */
}

static void out_of_bounds(void)
{
	u8 *p = kmalloc(61, GFP_KERNEL);

	if (!p)
		return;
	OPTIMIZER_HIDE_VAR(p);
	racy = READ_ONCE(p[61]);
	kfree(p);
}

static void leak(void)
{
	u8 *p;
	int i;

	for (i = 0; i < 16; i++) {
		p = kmalloc(123, GFP_KERNEL);
		OPTIMIZER_HIDE_VAR(p);
	}
}

static void leak_pages(void)
{
	void *p;
	int i;

	for (i = 0; i < 16; i++) {
		p = vmalloc(4 * PAGE_SIZE);
		OPTIMIZER_HIDE_VAR(p);
	}
}

static void lock_order(void)
{
	mutex_lock(&first);
	mutex_lock(&second);
	mutex_unlock(&second);
	mutex_unlock(&first);

	mutex_lock(&second);
	mutex_lock(&first);
	mutex_unlock(&first);
	mutex_unlock(&second);
}

static void sleep_in_atomic(void)
{
	spin_lock(&spin);
	msleep(20);
	spin_unlock(&spin);
}

/* On PREEMPT_RT a spinlock_t may sleep. */
static void spinlock_in_atomic(void)
{
	preempt_disable();
	spin_lock(&spin);
	spin_unlock(&spin);
	preempt_enable();
}

static void spinlock_in_raw(void)
{
	raw_spin_lock(&raw);
	spin_lock(&spin);
	spin_unlock(&spin);
	raw_spin_unlock(&raw);
}

static noinline void takes_long(long n)
{
	racy = n;
}

static void wrong_call(void)
{
	void (*takes_int)(int n) = (void *)takes_long;

	OPTIMIZER_HIDE_VAR(takes_int);
	takes_int(1);
}

static void shift(void)
{
	int one = 1;

	OPTIMIZER_HIDE_VAR(one);
	racy = one << READ_ONCE(bits);
}

static void fires(struct timer_list *t)
{
}

static void free_active_timer(void)
{
	struct timer_list *t = kmalloc(sizeof(*t), GFP_KERNEL);

	if (!t)
		return;
	timer_setup(t, fires, 0);
	t->expires = jiffies + 1000 * HZ;
	add_timer(t);
	kfree(t);
}

static void uninitialized_kobject(void)
{
	struct kobject *kobj = kzalloc(sizeof(*kobj), GFP_KERNEL);

	kobject_put(kobj);
	kfree(kobj);
}

static void warn(void)
{
	WARN_ON(1);
}

static int race(void *data)
{
	while (!kthread_should_stop()) {
		racy++;
		cond_resched();
	}
	return 0;
}

static void two_threads(void)
{
	struct task_struct *a = kthread_run(race, NULL, "race-a");
	struct task_struct *b = kthread_run(race, NULL, "race-b");

	msleep(5000);
	if (!IS_ERR(a))
		kthread_stop(a);
	if (!IS_ERR(b))
		kthread_stop(b);
}

static const struct {
	const char *name;
	void (*make)(void);
} bugs[] = {
	{ "use-after-free", use_after_free },
	{ "out-of-bounds", out_of_bounds },
	{ "leak", leak },
	{ "leak-pages", leak_pages },
	{ "shift", shift },
	{ "free-active-timer", free_active_timer },
	{ "uninitialized-kobject", uninitialized_kobject },
	{ "warn", warn },
	{ "sleep-in-atomic", sleep_in_atomic },
	{ "spinlock-in-atomic", spinlock_in_atomic },
	{ "spinlock-in-raw", spinlock_in_raw },
	{ "wrong-call", wrong_call },
	{ "lock-order", lock_order },
	{ "data-race", two_threads },
};

static int __init buggy_init(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bugs); i++) {
		if (strcmp(bug, bugs[i].name))
			continue;
		bugs[i].make();
		return 0;
	}
	return -EINVAL;
}

static void __exit buggy_exit(void)
{
}

module_init(buggy_init);
module_exit(buggy_exit);

MODULE_DESCRIPTION("One of each bug that a debug kernel reports");
MODULE_AUTHOR("The iommu_caps authors");
MODULE_LICENSE("GPL");
