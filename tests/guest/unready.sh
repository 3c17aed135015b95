# SPDX-License-Identifier: GPL-2.0-only
#
# A unit in class iommu before its driver has set it up: read then, it would be
# published without values, and stay so.

unit=$T/units/unready

insmod /lab/unready.ko
echo 1 >$T/rescan
fact "a unit whose driver is not ready is in class iommu" \
	test -e /sys/class/iommu/unready
fact "it is left out" test ! -e $unit
rmmod unready
insmod /lab/unready.ko other=1
echo 1 >$T/rescan
fact "so is one of a kind that has no values" test ! -e $unit
rmmod unready
# the tries end some 250 ms after the module has come
insmod /lab/unready.ko ready_ms=30
fact "once its driver is ready it is found, without being asked for" \
	wait_for 5 test -e $unit/address
same "with its values" "$(value $unit/type) $(value $unit/address)" \
	"intel-vtd $(value $T/units/dmar0/address)"
rmmod unready
echo 1 >$T/rescan
fact "without its driver it is gone" test ! -e $unit
