# SPDX-License-Identifier: GPL-2.0-only
#
# What nobody should do: unload while the files are open, read and walked,
# and load and unload again and again, 200 times where there is time for it.

mark_log
load
same "the module loads" $? 0

### open files, read in a loop; folders held as working directories

files=$(find $T -type f ! -name rescan)
labtool hold $files &
readers=$!
labtool hold $files &
readers="$readers $!"
(while :; do labtool tree $T >/dev/null; done) 2>/dev/null &
readers="$readers $!"
(cd /sys/bus/pci/devices/0000:00:04.0/iommu_caps && sleep 1000) &
sleepers=$!
(cd $T/units/dmar0/registers && sleep 1000) &
sleepers="$sleepers $!"
exec 5<$T/state
sleep 1

unload
same "it unloads while its files are open and being read" $? 0
fact "the tree is gone" test ! -e $T
none "no device keeps a link" "$(labtool find /sys/devices iommu_caps)"
cat <&5 >/tmp/stale 2>&1
same "a file that is still open reads as gone" "$(cat /tmp/stale)" \
	"cat: read error: No such device"

mark_again
for n in 1 2 3 4 5 6 7 8 9 10; do
	load && (cat $T/state $T/groups/*/bypass >/dev/null) && unload ||
		break
done
same "it loads and unloads ten times with readers about" "$n" 10

# rescan has its lock; unload takes it as well
(while :; do labtool put $T/rescan 1; done) >/dev/null 2>&1 &
readers="$readers $!"
for n in 1 2 3 4 5 6 7 8 9 10; do
	load && sleep 0.1 && unload || break
done
same "it loads and unloads ten times while rescan is written" "$n" 10

exec 5<&-
kill $readers $sleepers
wait 2>/dev/null

### again and again

# A debug kernel takes seconds for each; every day less than 200 is enough.
cycles=100
[ -n "$MATRIX" ] || cycles=40
[ ! -e /proc/lockdep_stats ] || cycles=10

cycle() {
	local n=$1

	while [ "$n" -gt 0 ]; do
		load && unload || return
		n=$((n - 1))
	done
}

# measure N: what is in use now.  Live objects of each slab cache, pages,
# mappings, entries of sysfs, by name.
measure() {
	local entries=$(find /sys/kernel /sys/module /sys/devices | wc -l)
	local pass cache

	for pass in 1 2; do
		echo 3 >/proc/sys/vm/drop_caches
		# takes the pages back that each CPU keeps at hand
		echo 1 >/proc/sys/vm/compact_memory 2>/dev/null
		sleep 1
	done
	# free objects that a CPU keeps at hand count as live ones until then
	for cache in /sys/kernel/slab/*/shrink; do
		[ ! -e "$cache" ] || echo 1 >"$cache"
	done
	{
		awk 'FNR > 2 { print "slab:" $1, $2 }' /proc/slabinfo
		echo "pages" $(awk '$1 ~ /^nr_free_pages$/ { print -$2 }' \
			/proc/vmstat)
		echo "mappings $(wc -l </proc/vmallocinfo)"
		echo "sysfs $entries"
	} >"/tmp/use.$1"
}

# grown N M COUNT: what grew by COUNT or more from measurement N to M. Free pages
# waver by hundreds; slabs and mappings do not, and few loads must do.
grown() {
	awk -v by="$3" 'NR == FNR { before[$1] = $2; next }
		($1 in before) && $2 - before[$1] >= \
			($1 == "pages" && by < 1024 ? 1024 : by) { print $1 }' \
		"/tmp/use.$1" "/tmp/use.$2" | sort
}

cycle $((cycles / 5))	# whatever is only made once
measure 0
cycle $cycles
same "$cycles times loaded and unloaded" $? 0
measure 1
cycle $cycles
same "$((2 * cycles)) times loaded and unloaded" $? 0
measure 2
echo "@@count iterations $((2 * cycles))"

# The kernel's own use wavers; what a load leaves behind is there each time.
none "nothing grew by one for each load, in both halves" "$(
	grown 0 1 $cycles >/tmp/first
	grown 1 2 $cycles | while read -r what; do
		! grep -qxF "$what" /tmp/first ||
			grep -hF "$what " /tmp/use.*
	done)"
same "sysfs has as many entries as before" \
	"$(grep sysfs /tmp/use.2)" "$(grep sysfs /tmp/use.0)"
fact "slab caches were measured" test "$(grep -c slab: /tmp/use.2)" -gt 50
