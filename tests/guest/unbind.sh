# SPDX-License-Identifier: GPL-2.0-only
#
# A driver that leaves its unit while the unit's files are being read, and comes
# back, again and again. Up to 6.12 the kernel itself crashes when virtio-iommu
# leaves a group behind (iommu_device_unlink() after iommu_device_sysfs_remove()):
# so all functions that have a group go first, and no event tells of the unit.

for d in $K/*/devices/*; do
	echo 1 >"$d/remove"
done
no_group() { [ -z "$(names $K)" ]; }
wait_for 10 no_group
mark_again
driver=/sys/bus/virtio/drivers/virtio_iommu
unit=$(basename $driver/virtio*)
names $T/units >/tmp/unbind.units

# one process that keeps files open, others that open what is there
labtool hold $(find $T -type f ! -name rescan) &
readers=$!
for n in 1 2; do
	(while :; do
		cat $T/state $T/units/*/* $T/units/*/registers/* >/dev/null
	done) 2>/dev/null &
	readers="$readers $!"
done

undriven() { [ -z "$(find $T/units -name iommu)" ]; }
driven() {
	[ "$(names $T/units)" = "$(cat /tmp/unbind.units)" ] &&
		[ "$(value $T/units/*/active)" = 1 ]
}

for n in 1 2 3 4 5 6 7 8 9 10; do
	echo "$unit" >$driver/unbind
	[ $n != 1 ] || same "a unit whose driver has left is not read" \
		"$(cat $T/units/*/active 2>&1)" \
		"cat: read error: No data available"
	# every other time the unit comes back before anyone has looked
	if [ $((n % 2)) = 0 ]; then
		echo 1 >$T/rescan
		undriven || break
	fi
	echo "$unit" >$driver/bind
	echo 1 >$T/rescan
	wait_for 20 driven || break
done
driven && n="$n, driven"
same "the driver leaves and comes back ten times under readers" \
	"$n" "10, driven"
kill $readers
