# SPDX-License-Identifier: GPL-2.0-only
#
# A driven unit whose runtime power management has suspended it: what only its
# registers tell cannot be read until it is powered again.

# the unit, the device that its driver is bound to, a group behind it
unit=$(echo $T/units/*)
control=$(readlink -f "$unit/iommu/device")/power/control
group=$(readlink -f /sys/bus/pci/devices/0000:00:04.0/iommu_caps)
none_such="cat: read error: No data available"

read_all() {
	for f in "$unit/active" "$unit/registers/cr0" "$group/dma_remap"; do
		cat "$f" 2>&1
	done
}
cr0=$(value "$unit/registers/cr0")
powered=$(printf '%s\n' 1 "$cr0" 1)
unpowered=$(printf '%s\n' "$none_such" "$none_such" "$none_such")

same "a unit without runtime PM is read" "$(read_all)" "$powered"
insmod /lab/power.ko
same "a suspended unit is not" "$(read_all)" "$unpowered"
same "what was learnt of it before stays" "$(value "$unit/domains")" 65536
echo on >"$control"
same "a resumed one is read" "$(read_all)" "$powered"
echo auto >"$control"
same "to read it does not keep it from suspending again" \
	"$(wait_for 5 test "$(read_all)" = "$unpowered" && echo suspended)" \
	suspended

unload
mark_again
load
same "the module loads with the unit suspended" $? 0
same "and publishes it" "$(basename $T/units/*)" "${unit##*/}"
fact "without what it cannot read" test ! -e "$unit/active" -a \
	! -e "$unit/registers" -a ! -e "$unit/page_sizes"
same "but with what firmware says of it" "$(value "$unit/coherent_walk")" 1
rmmod power
unload
mark_again
load
