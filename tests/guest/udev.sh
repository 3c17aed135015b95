# SPDX-License-Identifier: GPL-2.0-only
#
# The rules, with systemd-udevd: what each PCI device has before the module is
# loaded, at load, when it is hot-added, and after unload.

P=/sys/bus/pci/devices

udevd
$udevadm trigger --action=add --subsystem-match=pci
$udevadm settle

properties() {
	$udevadm info --query=property --path="$P/$1" |
		grep '^ID_IOMMU_' | sort
}

# The tags that hold now; TAGS also has those of earlier events.
tags() {
	$udevadm info --query=property --path="$P/$1" |
		sed -n 's/^CURRENT_TAGS=//p' | tr : '\n' | grep '^iommu-' | sort
}

# What DESIGN says a device's properties and tags are, from the tree.
wanted_properties() {
	local g="$P/$1/iommu_caps" pair

	if [ -L "$T/unprotected/$1" ]; then
		printf 'ID_IOMMU_%s\n' BYPASS=no-group DMA_REMAP=0 PROTECTED=0
		return
	fi
	[ -e "$g" ] || return
	# one of the three known not to hold, or all known to hold
	case $(value "$g/dma_remap"),$(value "$g/intr_remap"),$(value "$g/bypass") in
	1,1,none) pair=1 ;;
	0,* | *,0,*) pair=0 ;;
	*,none | *,) pair= ;;
	*) pair=0 ;;
	esac
	{
	[ -z "$pair" ] || echo "ID_IOMMU_PROTECTED=$pair"
	for pair in BYPASS:bypass CACHING_MODE:caching_mode \
		    DMA_REMAP:dma_remap GROUP:id INTR_REMAP:intr_remap \
		    VIRTUAL:viommu; do
		[ ! -e "$g/${pair#*:}" ] ||
			echo "ID_IOMMU_${pair%:*}=$(value "$g/${pair#*:}")"
	done
	} | sort
}

wanted_tags() {
	local g="$P/$1/iommu_caps"

	if [ ! -e "$g" ]; then
		[ ! -L "$T/unprotected/$1" ] || echo iommu-bypass
		return
	fi
	[ "$(value "$g/bypass")" = none ] || echo iommu-bypass
	[ "$(value "$g/dma_remap"),$(value "$g/intr_remap"),$(
	     value "$g/bypass")" != 1,1,none ] || echo iommu-protected
	[ "$(value "$g/viommu")" != 1 ] || echo iommu-virtual
}

# check DEVICE WHEN
check() {
	same "$2: $1 has its properties" "$(properties "$1")" \
		"$(wanted_properties "$1")"
	same "$2: $1 has its tags" "$(tags "$1")" "$(wanted_tags "$1")"
}

without() {
	for d in "$P"/*; do
		properties "${d##*/}"
		tags "${d##*/}"
	done
}

none "without the module: no property and no tag" "$(without)"

mark_log
load
same "the module loads" $? 0
settle
$udevadm settle
for d in "$P"/*; do
	check "${d##*/}" "at load"
done
fact "a device is tagged iommu-protected" \
	test "$(tags 0000:00:04.0 | grep -c protected)" = 1
# of what the rules read nothing stays but the properties above
none "no other property is left behind" "$(
	$udevadm info --query=property --path="$P/0000:00:04.0" |
		grep -E '^[a-z_]+=')"
fact "a device in no group is tagged iommu-bypass" \
	test "$(tags 0000:21:00.0 | grep -c bypass)" = 1

### hot-added

$udevadm monitor --udev --property --subsystem-match=pci >/tmp/monitor 2>&1 &
monitor=$!
wait_for 10 grep -q UDEV /tmp/monitor
host device_add "e1000e,id=hp0,bus=rp0"
in_slot() { ls -d "$P"/0000:00:05.0/0000:* 2>/dev/null; }
wait_for 60 in_slot >/dev/null
settle
$udevadm settle
new=$(in_slot)
new=${new##*/}
fact "a device is hot-added" test -n "$new"
check "$new" "hot-added"
# the event that brought it, as a program that listens sees it
first=$(awk -v dev="/$new" '
	/^UDEV/ { on = index($0, dev " (") > 0 && !seen; if (on) seen = 1 }
	on' /tmp/monitor)
same "its first event is add" \
	"$(echo "$first" | sed -n 's/^ACTION=//p')" add
same "that event carries its group" \
	"$(echo "$first" | sed -n 's/^ID_IOMMU_GROUP=//p')" \
	"$(value "$P/$new/iommu_caps/id")"

echo 1 >"$P/0000:21:00.0/remove"
settle
echo 1 >/sys/bus/pci/rescan
wait_for 20 test -e "$P/0000:21:00.0"
settle
$udevadm settle
check 0000:21:00.0 "found again on the bus outside"
kill $monitor

### unloaded

unload
same "the module unloads" $? 0
settle
$udevadm settle
none "after unload: no property and no tag" "$(without)"
### on another bus

# A device on the system bus, which this kernel puts into no group whatever
# firmware says: the rules look for it in a folder of ours.
P=/sys/bus/platform/devices
T=/tmp/caps
mkdir -p /etc/udev/rules.d $T/unprotected
sed "s,/sys/kernel/iommu_caps,$T," /usr/local/lib/udev/rules.d/60-iommu-caps.rules \
	>/etc/udev/rules.d/60-iommu-caps.rules
udevd
device=$(ls $P | head -n 1)
update() {
	$udevadm trigger --action=change --subsystem-match=platform
	$udevadm settle
}
update
none "a platform device that is not listed: no property and no tag" "$(without)"
ln -s "$P/$device" "$T/unprotected/$device"
update
check "$device" "on the system bus, in no group"
same "it is tagged iommu-bypass" "$(tags "$device")" iommu-bypass

none "udevd has no complaint about the rules" \
	"$(grep -i iommu /tmp/udevd.log)"
