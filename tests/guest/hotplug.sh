# SPDX-License-Identifier: GPL-2.0-only
#
# Devices come and go behind the unit, by QEMU's monitor, and on a bus outside
# it, by the kernel's own remove and rescan.

P=/sys/bus/pci/devices
inside=0000:00:05.0	# the root port behind the unit
outside=0000:21:00.0	# a function on the bus outside

# what is behind the root port
in_slot() {
	for d in "$P/$inside"/0000:*; do
		[ ! -e "$d/class" ] || echo "${d##*/}"
	done
}

present() { [ -n "$(in_slot)" ]; }
gone() { [ -z "$(in_slot)" ]; }

# events_of DEVICE: without those of what the kernel makes below it
events_of() {
	sed -n "s,^\([a-z]*\) /devices/pci[^ ]*/$1\( linked\)\?\$,\1\2,p" \
		/tmp/uevents
}

# told: devices that got a change event
told() { change_events "$(cat /tmp/uevents)"; }

compare() {
	labtool tree "$T" >/tmp/tree.now
	same "$1: the tree is what it was" \
		"$(diff /tmp/tree.empty /tmp/tree.now)" ""
}

labtool tree "$T" >/tmp/tree.empty
same "no device in the slot" "$(in_slot)" ""

### behind the unit: a device that no driver takes, then one that has a driver

round=0
for model in e1000e e1000e virtio-rng-pci; do
	round=$((round + 1))
	n="$model ($round)"
	listen
	# the slot may still be busy with the one that went
	for try in 1 2 3 4; do
		host device_add "$model,id=hp$round,bus=rp0"
		! wait_for 15 present || break
	done
	# a slow kernel has it in sysfs long before it says so
	wait_for 20 grep -q "^add .*/$(in_slot) " /tmp/uevents
	heard >/dev/null
	new=$(in_slot)
	fact "$n: the device comes" test -n "$new"
	[ -n "$new" ] || break
	group=$(readlink -f "$P/$new/iommu_group")
	group=${group##*/}
	same "$n: its link leads to its group" \
		"$(readlink -f "$P/$new/iommu_caps")" "$T/groups/$group"
	same "$n: the group lists it" \
		"$(names "$T/groups/$group/devices")" "$new"
	same "$n: the unit lists the group" \
		"$(readlink -f "$T/units/dmar0/groups/$group")" \
		"$T/groups/$group"
	same "$n: the first event is add, after the link" \
		"$(events_of "$new" | head -n 1)" "add linked"
	same "$n: no other device is told" "$(told | grep -v "/$new\$")" ""
	if [ "$model" = e1000e ]; then
		same "$n: there is no other event" \
			"$(events_of "$new" | sed 1d)" ""
	else
		# a driver changes who may have the device: told once
		same "$n: at most one change event for the driver" \
			"$(events_of "$new" | grep change | sed 1d)" ""
	fi

	listen
	host device_del "hp$round"
	wait_for 60 gone
	heard >/dev/null
	fact "$n: the device goes" gone
	fact "$n: its group goes" test ! -e "$T/groups/$group"
	same "$n: the last event is remove" \
		"$(events_of "$new" | tail -n 1)" remove
	same "$n: no other device is told that it went" \
		"$(told | grep -v "/$new\$")" ""
	compare "$n"
done

### on the bus outside

listen
echo 1 >"$P/$outside/remove"
heard >/dev/null
fact "a removed function is no longer among the unprotected" \
	test ! -L "$T/unprotected/$outside"
same "no device is told when it goes" "$(told)" ""
listen
echo 1 >/sys/bus/pci/rescan
wait_for 20 test -e "$P/$outside"
heard >/dev/null
same "when it is found again it is unprotected" \
	"$(readlink -f "$T/unprotected/$outside")" \
	"$(readlink -f "$P/$outside")"
same "it has no link" "$(readlink "$P/$outside/iommu_caps")" ""
same "its only event is add" "$(events_of "$outside")" add
same "no other device is told when it comes" "$(told)" ""
compare "on the bus outside"

### a group's only device, by the kernel's own files

id=$(value "$P/0000:00:04.0/iommu_caps/id")
echo 1 >"$P/0000:00:04.0/remove"
fact "a device removed in sysfs takes its group along" \
	test ! -e "$T/groups/$id"
echo 1 >/sys/bus/pci/rescan
fact "it comes back with a rescan of the bus" \
	wait_for 20 test -e "$P/0000:00:04.0/iommu_caps/bypass"
settle
