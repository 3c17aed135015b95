# SPDX-License-Identifier: GPL-2.0-only
#
# Every allocation of ours fails once: while the module loads, while it is
# unloaded, read, told to look again, while a device goes and comes, while a
# driver unbinds and binds, and in the work that follows. Each time the answer
# is ENOMEM or all is well, the tree agrees with the kernel's own or is gone, and
# the next attempt works. leaks.sh has the last word.

# what the kernel says of an object that there was no memory for
EXPECTED='kobject_add_internal failed for [^ ]* \(error: -12 '

MODULE=/lab/iommu_caps.ko
dev=0000:00:04.0
P=/sys/bus/pci/devices

# sweep TEXT ACTION...: all injected, and none unanswered
sweep() {
	local text="$1" said injected

	shift
	poke sweep "$@" >/tmp/sweep
	said=$?
	injected=$(sed -n 's/^injected \([0-9]*\) .*/\1/p' /tmp/sweep)
	same "$text: every failure is met" "$said" 0
	note "$text: $(tail -n 1 /tmp/sweep)"
	[ $said = 0 ] || head -n 20 /tmp/sweep | while read -r line; do
		note "$line"
	done
	total=$((total + ${injected:-0}))
}

total=0
mark_log
for part in $FAIL; do
	[ $part = load ] || [ -d $T ] || load
	case $part in
	load)
		POKE_RANGE=init sweep load load $MODULE ;;
	unload)
		POKE_MODULE=$MODULE sweep unload unload iommu_caps ;;
	read)
		for f in $(find $T -type f ! -name rescan); do
			poke sweep get "$f" >/tmp/sweep
			same "read: ${f#$T/}: no allocation that fails makes it say something else" $? 0
			total=$((total + $(sed -n 's/^injected \([0-9]*\) .*/\1/p' /tmp/sweep)))
		done ;;
	rescan)
		sweep rescan put $T/rescan 1 ;;
	hotplug)
		sweep "a device goes and comes" \
			put $P/$dev/remove 1 /sys/bus/pci/rescan 1 ;;
	bind)
		drv=$(readlink -f $P/$dev/driver)
		POKE_WORKERS=1 sweep "its driver unbinds and binds" \
			put "$drv/unbind" $dev "$drv/bind" $dev ;;
	esac
done
fact "there were allocations to fail" test "$total" -gt 0
echo "@@count iterations $total"
none "the tree agrees with the kernel's own" "$([ ! -d $T ] || poke check)"
[ ! -d $T ] || unload
fact "the next load works" load
none "and publishes all" "$(poke check)"
