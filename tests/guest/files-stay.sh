# SPDX-License-Identifier: GPL-2.0-only
#
# One file of a group comes and goes. No other file of the group ever vanishes:
# readers, and udev's TEST==, rely on that.

group=$(readlink -f /sys/bus/pci/devices/0000:00:04.0/iommu_caps)
mark=/sys/module/untrusted/parameters/mark
rounds=60

# The first and the last of its files, again and again, until told to stop
watch_files() {
	local n=0 id

	while [ ! -e /tmp/stop ]; do
		[ -e "$group/id" ] || echo "id is gone"
		read -r id <"$group/id" || echo "id cannot be read"
		[ -e "$group/summary" ] || echo "summary is gone"
		n=$((n + 1))
	done
	echo "$n rounds" >/tmp/looked
} 2>/dev/null

insmod /lab/untrusted.ko
fact "the group has no file external" test ! -e "$group/external"
watch_files >/tmp/vanished &
reader=$!
came=0
went=0
for n in $(seq $rounds); do
	write $mark 1
	write $T/rescan 1
	[ "$(value "$group/external")" != 1 ] || came=$((came + 1))
	write $mark 0
	write $T/rescan 1
	[ -e "$group/external" ] || went=$((went + 1))
done
touch /tmp/stop
wait $reader
same "the file external came each time" $came $rounds
same "and went each time" $went $rounds
note "the reader looked $(cat /tmp/looked)"
fact "the others were looked at meanwhile" \
	test "$(cut -d' ' -f1 /tmp/looked)" -gt $rounds
none "none of them ever vanished" "$(sort /tmp/vanished | uniq -c)"
rmmod untrusted
