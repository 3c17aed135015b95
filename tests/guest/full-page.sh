# SPDX-License-Identifier: GPL-2.0-only
#
# A group in which more drivers are in the way than the page of a file can name.

insmod /lab/longname.ko
long=$(echo /sys/bus/pci/drivers/0123456789*)
for d in /sys/bus/pci/devices/0000:02:*; do
	[ ! -e "$d/driver" ] || echo "${d##*/}" >"$d/driver/unbind"
	echo "${d##*/}" >"$long/bind"
done
group=$(readlink -f /sys/bus/pci/devices/0000:02:01.0/iommu_caps)
bound() { value "$group/assign_blockers" | tr ' ' '\n' | grep '^bound:'; }
is_full() { [ "$(bound | tail -n 1)" = bound:more ]; }
wait_for 20 is_full

said=$(value "$group/assign_blockers")
fact "the list fits into a page" test ${#said} -lt 4095
fact "it has nothing half" test -z "$(bound | sed '$d' |
	while IFS=/ read -r device driver; do
		[ "$(driver_of "${device#bound:}")" = "$driver" ] ||
			echo "$device"
	done)"
same "and ends in" "$(bound | tail -n 1)" bound:more
same "summary cannot be read" "$(cat "$group/summary" 2>&1)" \
	"cat: read error: Value too large for defined data type"
same "lsiommu reads the single files" \
	"$(lsiommu -rno TRANSLATED "${group##*/}" 2>&1 | sort -u)" \
	yes
lsiommu -J >/dev/null
same "with status" $? 0
iommu-caps check 0000:02:01.0 >/tmp/check
same "check says no" $? 1
fact "and that there are more" grep -q 'more devices of the group' /tmp/check
rmmod longname
