# SPDX-License-Identifier: GPL-2.0-only
#
# What lsiommu and iommu-caps say of a real tree, against what the shell reads there.

P=/sys/bus/pci/devices
lsiommu >/tmp/out 2>/tmp/err
same "without the module: status 3" $? 3
fact "and how to load it" grep -q 'modprobe iommu_caps' /tmp/err
none "and nothing else" "$(cat /tmp/out)"

mark_log
load
same "the module loads" $? 0
settle

# The words of --raw: yes, no, - for what is absent, commas in lists
word() {
	case $(value "$1") in
	0) echo no ;;
	1) echo yes ;;
	*) echo - ;;
	esac
}
tokens() {
	if [ ! -e "$1" ]; then
		echo -
	elif [ -z "$(value "$1")" ]; then
		echo none
	else
		value "$1" | tr ' ' ','
	fi
}
assignable() {
	case $(tokens "$1") in
	-) echo - ;;
	none) echo yes ;;
	*) echo no ;;
	esac
}

rows() {
	local g d

	for g in $(ls "$T/groups"); do
		for d in $(ls "$T/groups/$g/devices"); do
			f=$T/groups/$g
			echo "$d $g $(word "$f/dma_remap")" \
				"$(word "$f/intr_remap") $(tokens "$f/bypass")" \
				"$(word "$f/viommu")" \
				"$(assignable "$f/assign_blockers")" \
				"$(tokens "$f/assign_blockers")"
		done
	done
	for d in $(ls "$T/unprotected"); do
		echo "$d - no - no-group - no no-group"
	done
}
columns=NAME,GROUP,TRANSLATED,ISOLATED,BYPASS,VIRTUAL,ASSIGNABLE,BLOCKERS
same "a row for each device, with the values of its group" \
	"$(lsiommu -rno $columns | sort)" "$(rows | sort)"
same "status 0" "$(lsiommu >/dev/null 2>&1; echo $?)" 0

unit_rows() {
	for u in "$T"/units/*; do
		echo "${u##*/} $(value "$u/type") $(word "$u/active")" \
			"$(word "$u/virtual") $(word "$u/caching_mode")"
	done
}
same "a row for each unit" \
	"$(lsiommu -u -rno NAME,TYPE,ACTIVE,VIRTUAL,CACHING | sort)" \
	"$(unit_rows | sort)"

# check: its status follows from the group's files, as iommu-caps(8) says
status_wanted() {
	local f=$P/$1/iommu_caps

	# in no group VFIO does not take it; nor does it take a bridge
	if [ ! -e "$f" ] ||
	   [ "$(od -An -tu1 -j14 -N1 "$P/$1/config" | tr -d ' ')" != 0 ] &&
	   [ "$(od -An -tu1 -j14 -N1 "$P/$1/config" | tr -d ' ')" != 128 ]; then
		echo 1
	elif [ "$(value "$f/dma_remap"),$(value "$f/intr_remap"),$(
	       value "$f/bypass")" != 1,1,none ]; then
		echo 1
	elif [ -n "$(value "$f/assign_blockers")" ]; then
		echo 1
	else
		echo 0
	fi
}
for d in "$P"/*; do
	d=${d##*/}
	iommu-caps check "$d" >/tmp/out 2>/tmp/err
	same "check $d" "$?$(cat /tmp/err)" "$(status_wanted "$d")"
done

iommu-caps export --prometheus >/tmp/out
same "metrics: each group's dma_remap" \
	"$(sed -n 's/^iommu_caps_group_dma_remap{group="\(.*\)"} /\1 /p' /tmp/out | sort)" \
	"$(for g in $(ls "$T/groups"); do
		[ ! -e "$T/groups/$g/dma_remap" ] ||
			echo "$g $(value "$T/groups/$g/dma_remap")"
	done | sort)"
same "metrics: the state" \
	"$(sed -n 's/^iommu_caps_state{state="\(.*\)"} 1$/\1/p' /tmp/out)" \
	"$(value "$T/state")"
same "labels: the state" \
	"$(iommu-caps export --nfd | sed -n 's/^iommu-caps.state=//p')" \
	"$(value "$T/state")"
same "labels: the number of groups" \
	"$(iommu-caps export --nfd | sed -n 's/^iommu-caps.groups=//p')" \
	"$(ls "$T/groups" | wc -l)"
# the firmware's table, whose units the kernel has under the same address
for t in DMAR; do
	[ -e "/sys/firmware/acpi/tables/$t" ] || continue
	same "decode $t: the units' addresses" \
		"$(iommu-caps decode "/sys/firmware/acpi/tables/$t" |
		   tr ',{' '\n\n' | sed -n 's/.*"address": *"\(0x.*\)".*/\1/p')" \
		"$(cat "$T"/units/*/address)"
done

# audit: the status follows from the groups and from what is in none
iommu-caps audit --json >/tmp/audit 2>/tmp/err
status=$?
none "audit: no complaint" "$(cat /tmp/err)"
bad=
for g in "$T"/groups/*; do
	[ "$(value "$g/intr_remap")" != 0 ] || bad=1
	[ "$(value "$g/bypass")" = none ] || bad=1
done
[ -z "$(ls "$T/unprotected")" ] || bad=1
same "audit: its status" "$status" "${bad:-0}"
same "audit: the state" "$(sed -n 's/^ "state": "\(.*\)",/\1/p' /tmp/audit)" \
	"$(value "$T/state")"

# report: what the tables and the drawing have
iommu-caps report --html >/tmp/out 2>/tmp/err
same "report: succeeds" "$?$(cat /tmp/err)" 0
same "report: a row for each group" "$(grep -c '^<tr id="group-' /tmp/out)" \
	"$(ls "$T/groups" | wc -l)"
same "report: each group is drawn" "$(grep -c '>group [0-9]*: ' /tmp/out)" \
	"$(ls "$T/groups" | wc -l)"

# watch: a driver that goes is seen, by an event and not by chance
d=$(for d in "$P"/*; do
	[ ! -e "$d/iommu_caps" ] || [ ! -e "$d/driver/unbind" ] || echo "${d##*/}"
done | head -n 1)
if [ -n "$d" ]; then
	drv=$(basename "$(readlink "$P/$d/driver")")
	iommu-caps watch >/tmp/watch 2>&1 &
	watch=$!
	sleep 2
	echo "$d" >"$P/$d/driver/unbind"
	fact "watch: $d loses its driver" wait_for 20 \
		grep -q "device $d: driver: $drv -> -" /tmp/watch
	kill $watch
	echo "$d" >"/sys/bus/pci/drivers/$drv/bind"
	settle
fi

# check: what it says to do, pasted in its order, hands the device to VFIO. The
# guest has its modules loaded, and no place where modprobe would look.
d=$(for d in "$P"/*; do
	[ ! -e "$d/iommu_caps" ] || [ "$(driver_of "${d##*/}")" != virtio-pci ] ||
		echo "${d##*/}"
done | head -n 1)
if [ -n "$d" ] && [ -d /sys/bus/pci/drivers/vfio-pci ]; then
	{
		echo 'modprobe() { test -d "/sys/bus/pci/drivers/$1"; }'
		iommu-caps check "$d" | sed -n 's/^ *-> //p'
	} >/tmp/steps
	sh -e /tmp/steps 2>/tmp/err
	same "check $d: its steps succeed" "$?$(cat /tmp/err)" 0
	same "check $d: they bind vfio-pci" "$(driver_of "$d")" vfio-pci
	iommu-caps check --assignable "$d" >/tmp/out
	same "check $d: it may be assigned then" $? 0
	echo >"$P/$d/driver_override"
	echo "$d" >"$P/$d/driver/unbind"
	echo "$d" >/sys/bus/pci/drivers_probe
	settle
fi

# for people: what a failure, or --console, shows
iommu-caps audit 2>&1 | sed 's/^/@@dmesg audit: /'
lsiommu 2>&1 | sed 's/^/@@dmesg lsiommu: /'
lsiommu --units 2>&1 | sed 's/^/@@dmesg lsiommu: /'
last=$(ls "$P" | grep '^0000:02:00.0' || ls "$P" | tail -n 1)
iommu-caps check "$last" 2>&1 | sed 's/^/@@dmesg lsiommu: /'
labtool tree "$T" | sed 's/^/@@tree /'
unload
