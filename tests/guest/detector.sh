# SPDX-License-Identifier: GPL-2.0-only
#
# The debug kernel reports, and we see it: one bug after the other is made, and
# each must be noticed; without a bug there is nothing to notice.

OURS=buggy
round=0

# next: what was reported up to now does not count any more
next() {
	round=$((round + 1))
	LOG_MARK="lab: round $round of bugs"
	mark_log
}

# made BUG...: make each and see to it that it is noticed
made() {
	for bug; do
		next
		none "before $bug: nothing is reported" "$(reports)"
		insmod /lab/buggy.ko "bug=$bug"
		same "$bug: is made" $? 0
		rmmod buggy
		fact "$bug: is reported" test -n "$(reports)"
		note "$(reports | head -n 1)"
	done
}

# config OPTION: does the kernel have it
config() { zcat /proc/config.gz | grep -qx "CONFIG_$1=y"; }

if config KASAN; then
	for bug in leak leak-pages; do
		next
		insmod /lab/buggy.ko "bug=$bug" && rmmod buggy
		scan
		fact "$bug: kmemleak finds it" \
			test "$(grep -c '^unreferenced' $D/kmemleak)" -ge 8
		fact "$bug: the log says so" test -n "$(reports)"
		echo clear >$D/kmemleak
	done
	# first, since lockdep stops with most of the others as well
	made lock-order
	same "lockdep is seen to have stopped" "$(lockdep)" 0
	made use-after-free out-of-bounds shift free-active-timer \
		uninitialized-kobject warn sleep-in-atomic
elif config KCSAN; then
	made sleep-in-atomic warn data-race
	OURS=iommu_caps
	same "a data race of another module is not ours" \
		"$(reports | grep -v '^taint')" ""
elif config PREEMPT_RT; then
	made warn spinlock-in-atomic
	# last, since lockdep stops with it
	made spinlock-in-raw
	same "lockdep is seen to have stopped" "$(lockdep)" 0
else
	fact "the kernel has kCFI" config CFI_CLANG
	fact "our module has the kernel's layout of structures" \
		grep -q RANDSTRUCT_ /lab/iommu_caps.ko
	made warn
	# kCFI is strict: the call is an oops, of which insmod dies
	next
	echo 0 >/proc/sys/kernel/panic_on_oops
	insmod /lab/buggy.ko bug=wrong-call
	fact "wrong-call: is not made" test $? != 0
	fact "wrong-call: is reported" test -n "$(reports | grep CFI)"
fi

# all that was on purpose
next
