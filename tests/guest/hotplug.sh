# SPDX-License-Identifier: GPL-2.0-only
#
# A device comes and goes, behind the unit (slot rp0) and on a bus outside it
# (slot rp1); by QEMU's monitor and by the kernel's remove and rescan.

P=/sys/bus/pci/devices

# in_slot PORT: the device behind this root port
in_slot() {
	for d in "$P/$1"/0000:*; do
		[ ! -e "$d/class" ] || echo "${d##*/}"
	done
}

present() { [ -n "$(in_slot "$1")" ]; }
gone() { [ -z "$(in_slot "$1")" ]; }

# events_of DEVICE: of its own and not of what binds to it
events_of() { grep -E "^[a-z]+ /devices/pci[^ ]*/$1( |\$)" /tmp/uevents; }

# The two slots, by the place of their root ports.
inside=0000:00:05.0
outside=0000:20:00.0

labtool tree "$T" >/tmp/tree.empty

same "no device in the slots" "$(in_slot $inside)$(in_slot $outside)" ""

### behind the unit

for round in 1 2 3; do
	listen
	host device_add "virtio-rng-pci,id=hp0,bus=rp0"
	wait_for 20 present $inside
	heard >/tmp/events
	new=$(in_slot $inside)
	fact "round $round: a device comes" test -n "$new"
	[ -n "$new" ] || break
	group=$(readlink -f "$P/$new/iommu_group")
	group=${group##*/}
	same "round $round: its link leads to its group" \
		"$(readlink -f "$P/$new/iommu_caps")" "$T/groups/$group"
	same "round $round: the group lists it" \
		"$(names "$T/groups/$group/devices")" "$new"
	same "round $round: the unit lists the group" \
		"$(readlink -f "$T/units/dmar0/groups/$group")" \
		"$T/groups/$group"
	same "round $round: one add event, the link before it, no change event" \
		"$(events_of "$new" | sed 's,/devices/[^ ]*,,')" "add  linked"
	same "round $round: no other device is told" \
		"$(change_events "$(cat /tmp/events)")" ""

	listen
	host device_del hp0
	wait_for 20 gone $inside
	heard >/tmp/events
	fact "round $round: the device goes" gone $inside
	fact "round $round: its group goes" test ! -e "$T/groups/$group"
	same "round $round: one remove event, nothing after it" \
		"$(events_of "$new" | cut -d ' ' -f 1)" remove
	same "round $round: no device is told" \
		"$(change_events "$(cat /tmp/events)")" ""
	labtool tree "$T" >/tmp/tree.now
	same "round $round: the tree is what it was" \
		"$(diff /tmp/tree.empty /tmp/tree.now)" ""
done

### on the bus outside

listen
host device_add "virtio-rng-pci,id=hp1,bus=rp1"
wait_for 20 present $outside
heard >/tmp/events
new=$(in_slot $outside)
fact "a device comes on the bus outside" test -n "$new"
same "it is unprotected" "$(readlink -f "$T/unprotected/$new")" \
	"$(readlink -f "$P/$new")"
same "it has no link" "$(readlink "$P/$new/iommu_caps")" ""
same "one add event, no change event" \
	"$(events_of "$new" | cut -d ' ' -f 1)" add
host device_del hp1
wait_for 20 gone $outside
labtool tree "$T" >/tmp/tree.now
same "it goes, and the tree is what it was" \
	"$(diff /tmp/tree.empty /tmp/tree.now)" ""

### by the kernel's own files

labtool tree "$T" | grep -v '^l' >/tmp/tree.before
id=$(value "$P/0000:00:04.0/iommu_caps/id")
echo 1 >"$P/0000:00:04.0/remove"
fact "a device removed in sysfs takes its group along" \
	test ! -e "$T/groups/$id"
echo 1 >/sys/bus/pci/rescan
fact "it comes back with a rescan of the bus" \
	wait_for 20 test -e "$P/0000:00:04.0/iommu_caps/bypass"
settle
