# SPDX-License-Identifier: GPL-2.0-only
#
# What nobody should do: unload while the files are open, read and walked,
# and load and unload 200 times.

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

### 200 times

# Live objects of each slab cache.
caches() {
	echo 3 >/proc/sys/vm/drop_caches
	sleep 1
	echo 3 >/proc/sys/vm/drop_caches
	sed 1,2d /proc/slabinfo | awk '{ print $1, $2 }' | sort
}
entries_of_sysfs() { find /sys/kernel /sys/module /sys/devices | wc -l; }
mappings() { wc -l </proc/vmallocinfo; }
free_pages() { awk '$1 == "nr_free_pages" { print $2 }' /proc/vmstat; }

cycle() {
	local n=$1

	while [ "$n" -gt 0 ]; do
		load && unload || return
		n=$((n - 1))
	done
}

cycle 20	# whatever is only made once
sysfs=$(entries_of_sysfs)
caches >/tmp/slab.before
maps=$(mappings)
free=$(free_pages)
cycle 200
same "200 times loaded and unloaded" $? 0
same "sysfs has as many entries as before" "$(entries_of_sysfs)" "$sysfs"
caches >/tmp/slab.after
now=$(mappings)
# other mappings come and go, but not one with each load
fact "vmalloc has about as many mappings as before ($maps, $now)" \
	test $((now - maps)) -lt 20
now=$(free_pages)
fact "as many pages are free, within less than one for each load ($free, $now)" \
	test $((free - now)) -lt 200
none "no slab cache grew by an object for each load" "$(
	awk 'NR == FNR { before[$1] = $2; next }
	     $2 - before[$1] >= 200 { print $1, before[$1], $2 }' \
		/tmp/slab.before /tmp/slab.after)"
fact "slab caches were compared" test "$(wc -l </tmp/slab.after)" -gt 50
