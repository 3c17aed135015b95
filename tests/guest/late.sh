# SPDX-License-Identifier: GPL-2.0-only
#
# A unit's driver that loads only after the module: the unit is driven from
# then on, groups appear, and their devices are told, without a rescan.

before=$(grouped_devices)
same "before its driver the unit is only described" "$(value $T/state)" disabled
listen
for m in /lab/later/*.ko; do
	insmod "$m"
done
settle
events=$(heard)

same "the driver's units are driven" "$(ls -d $T/units/*/iommu | wc -l)" \
	"$(ls /sys/class/iommu | wc -l)"
none "no unit is left that is only described" "$(for u in "$T"/units/*; do
	[ -e "$u/iommu" ] || echo "${u##*/}"
done)"
fact "the state is no longer that of a unit without driver" \
	test "$(value $T/state)" != disabled
same "groups have appeared by themselves" "$(names $T/groups)" "$(names $K)"
grouped_devices >/tmp/late.after
new=$(echo "$before" | grep -vxFf - /tmp/late.after)
change_events "$events" >/tmp/late.told
none "each device with a new group is told" \
	"$(echo "$new" | grep -vxFf /tmp/late.told)"
labtool tree "$T" >/tmp/late.tree
same "rescan takes 1" "$(labtool put "$T/rescan" 1)" "$T/rescan written"
labtool tree "$T" >/tmp/late.rescanned
same "a rescan finds nothing more" \
	"$(diff /tmp/late.tree /tmp/late.rescanned)" ""
