# SPDX-License-Identifier: GPL-2.0-only
#
# What the module costs. Prints "@@bench KEY VALUE..." lines; all times are in
# nanoseconds. tests/bench/run makes ratios of them.

say() { echo "@@bench $*"; }
groups() { ls "$K" | wc -l; }
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

# Slab memory in bytes, kernfs is part of it, without what is only cached. Two
# calls, since objects freed by RCU come back late.
slab() {
	sync
	for i in 1 2 3; do
		echo 3 >/proc/sys/vm/drop_caches
		sleep 1
	done
	for c in /sys/kernel/slab/*/shrink; do
		[ -h "${c%/shrink}" ] || echo 1 >"$c" 2>/dev/null
	done
	awk '/^Slab:/ { print $2 * 1024 }' /proc/meminfo
}

load_timed() { bench insmod /lab/iommu_caps.ko; }
unload_timed() { bench rmmod iommu_caps; }

# load time of a module that does nothing
empty_module() {
	local i

	for i in 1 2 3; do
		settle
		say empty "$(bench insmod /lab/empty.ko)"
		rmmod empty
	done
}

# load time and memory with as many groups as there are now
at_size() {
	local n=$(groups) before after t i

	load_timed >/dev/null
	settle
	unload_timed >/dev/null
	for i in 1 2 3; do
		settle
		before=$(slab)
		t=$(load_timed)
		[ "$(ls "$T/groups" | wc -l)" = "$n" ] || say error incomplete
		settle
		after=$(slab)
		say load "$n" "$t"
		say memory "$n" $((after - before))
		unload_timed >/dev/null
	done
}

CONTROLLERS=$(for c in /sys/bus/pci/drivers/nvme/0*; do
	[ ! -e "$c/sriov_numvfs" ] || echo "$c"; done)
for c in $CONTROLLERS; do
	echo 0 >"$c/sriov_drivers_autoprobe"
done

# grow N: virtual functions until there are N groups; prints the time of it
grow() {
	local c have want sum=0 t

	for c in $CONTROLLERS; do
		[ "$(groups)" -lt "$1" ] || break
		have=$(value "$c/sriov_numvfs")
		[ "$have" -lt 127 ] || continue
		[ "$have" = 0 ] || echo 0 >"$c/sriov_numvfs"
		want=$(($1 - $(groups)))
		[ $want -le 127 ] || want=127
		t=$(bench put "$c/sriov_numvfs" $want)
		settle
		say create $want "$t"
	done
}

# one controller's 127 functions, without and with the module in turn
with_and_without() {
	local c=${CONTROLLERS%%
*} i

	for i in 1 2 3 4; do
		settle
		say vfs without "$(bench put "$c/sriov_numvfs" 127)"
		settle
		echo 0 >"$c/sriov_numvfs"
		load_timed >/dev/null
		settle
		say vfs with "$(bench put "$c/sriov_numvfs" 127)"
		settle
		echo 0 >"$c/sriov_numvfs"
		unload_timed >/dev/null
	done
}

# 100 times in and out; what stays
cycles() {
	local i before

	for i in 1 2 3 4 5 6 7 8 9 10; do
		load
		unload
	done
	settle
	before=$(slab)
	for i in $(seq 100); do
		load
		unload
	done
	settle
	say cycles 100 $(($(slab) - before))
}

# files_of_group: how many files a group has
files_of_group() {
	local g=$(ls "$T/groups" | sort -n | tail -n 1)

	find "$T/groups/$g/" -maxdepth 1 -type f | wc -l
}

reads() {
	local g=$(ls "$K" | sort -n | tail -n 1) f files=

	for f in "$T/groups/$g"/*; do
		[ ! -f "$f" ] || files="$files $f"
	done
	bench read 2000 "$K/$g/type" $files | while read -r t f; do
		say read 2000 "$t" "$f"
	done
	bench reread 2000 "$K/$g/type" $files | while read -r t f; do
		say reread 2000 "$t" "$f"
	done
	bench read 100000 "$K/$g/type" "$T/groups/$g/dma_remap" |
	while read -r t f; do
		say read 100000 "$t" "$f"
	done
}

inventories() {
	say inventory c "$(bench run 5 /lab/bench inventory)"
	say inventory shell "$(bench run 1 /lab/inventory.sh)"
	say inventory tree $(bench tree "$T/groups")
	say inventory kernel $(bench tree "$K")
	[ -e /lab/lsiommu ] || return
	say inventory json "$(bench run 5 /lab/lsiommu --json)"
	say inventory prometheus "$(bench run 5 /lab/iommu-caps export --prometheus)"
	say inventory raw "$(bench run 5 /lab/lsiommu --raw --noheadings)"
	say inventory raw-numeric \
		"$(bench run 5 /lab/lsiommu --raw --noheadings --numeric)"
}

# our_threads: how many threads are inside a function of ours, or named after us
our_threads() {
	cat /proc/[0-9]*/stack /proc/[0-9]*/comm 2>/dev/null |
		grep -c '\[iommu_caps\]\|^iommu_caps'
}

# Nothing of ours may run while nothing happens: no function, no timer, no
# work, no thread.
idle() {
	local trace=/sys/kernel/tracing

	mount -t tracefs tracefs $trace 2>/dev/null
	load
	settle
	sleep 2
	say idle threads "$(our_threads)"
	echo nop >$trace/current_tracer
	echo ':mod:iommu_caps' >$trace/set_ftrace_filter
	say idle traced "$(grep -c . $trace/set_ftrace_filter)"
	echo function >$trace/current_tracer
	echo 1 >$trace/events/timer/timer_start/enable
	echo 1 >$trace/events/timer/hrtimer_start/enable
	echo 1 >$trace/events/workqueue/workqueue_queue_work/enable
	echo >$trace/trace
	sleep 10
	say idle calls "$(grep -c 'iommu_caps\|<-.*ic_' $trace/trace)"
	say idle events "$(grep -c 'timer_start\|queue_work' $trace/trace)"
	# that the tracer sees our functions at all
	echo >$trace/trace
	cat "$T"/groups/*/type "$T"/groups/*/dma_remap >/dev/null 2>&1
	say idle control "$(grep -c 'group_show' $trace/trace)"
	echo nop >$trace/current_tracer
	echo 0 >$trace/events/enable
	unload
}

# Thousands of groups, by functions that are not there: what a read of the state
# costs, and whether those who read it all the time hold up what changes.
many_groups() {
	local vf=${CONTROLLERS%%
*}/sriov_numvfs n i

	insmod /lab/functions.ko
	for n in 2 4 8 15; do
		say create $((n * 256)) "$(bench put \
			/sys/module/functions/parameters/buses $n)"
		settle
		[ "$(groups)" -gt $((n * 256)) ] || say error "no groups"
		load
		settle
		[ "$(ls "$T/groups" | wc -l)" = "$(groups)" ] ||
			say error incomplete
		bench read 200 "$T/state" /sys/kernel/uevent_seqnum |
		while read -r t f; do
			say state "$(groups)" "${f##*/}" "$t"
		done
		unload
	done
	at_size
	load
	for i in 1 2 3; do
		for f in /sys/kernel/uevent_seqnum "$T/state"; do
			settle
			say beside "${f##*/}" $(bench beside "$f" "$vf" 127)
			settle
			echo 0 >"$vf"
		done
	done
	say files "$(files_of_group)"
	unload
}

# say_of_long_read FILE: that a signal ends it, and what stays of it
say_of_long_read() {
	local before i

	say kill "$(bench kill "$1")"
	before=$(slab)
	for i in $(seq 400); do
		value "$1" >/dev/null
	done
	say held $(($(slab) - before))
}

# What VFIO maps, read back out of the hardware's tables
hardware_tables() {
	local bdf=$(functions 0x1234:0x11e8) g mib i f what t

	vfio bind "$bdf" >/dev/null
	g=$(group_of "$bdf")
	f=$T/groups/$g/hw_readable_ram
	mkfifo /tmp/stop /tmp/times
	load
	settle
	for mib in 64 256 1024 4096; do
		vfio time "$g" $mib </tmp/stop >/tmp/times &
		exec 8>/tmp/stop 9</tmp/times
		read -r what t <&9
		say "$what" $mib "$t"
		[ $mib -gt 1024 ] || [ "$(value "$f")" = $((mib << 20)) ] ||
			say error "not $mib MiB are mapped"
		bench read 15 "$f" | while read -r t i; do
			say ram $mib "$t"
		done
		[ $mib != 4096 ] || say_of_long_read "$f"
		exec 8>&-
		read -r what t <&9
		say "$what" $mib "$t"
		wait
	done
	unload
}

# Do readers of the tables hold up an unmapping by VFIO? It and they have a processor
# each. Beside others that keep theirs as busy, and who do and do not hold locks.
unmap_beside() {
	local bdf=$(functions 0x1234:0x11e8) g what t n

	vfio bind "$bdf" >/dev/null
	g=$(group_of "$bdf")
	load
	settle
	# $$ is that of vfio, then
	sh -c 'exec vfio beside "$@" /proc/$$/smaps' sh "$g" 256 16 - \
		"$T/groups/$g/hw_readable_ram" /proc/kallsyms |
	while read -r what t n; do
		say reads "${what##*/}" "$n"
		say unmap "${what##*/}" "$t"
	done
	unload
}

say clock "$(value /sys/devices/system/clocksource/clocksource0/current_clocksource)"
if [ -e /lab/functions.ko ]; then
	many_groups
	return
fi
if [ -n "$BESIDE" ]; then
	unmap_beside
	return
fi
if [ -e /lab/vfio ]; then
	hardware_tables
	return
fi
empty_module
at_size
idle
if [ -n "$CONTROLLERS" ]; then
	with_and_without
	for n in 100 500 1000; do
		grow $n
		[ $n != 100 ] || cycles
		at_size
	done
else
	cycles
fi
load
settle
reads
say files "$(files_of_group)"
inventories
unload
