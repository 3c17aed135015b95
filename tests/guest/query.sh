# SPDX-License-Identifier: GPL-2.0-only
#
# Another kernel module asks, from its driver's probe: it is told what the files
# say, and holds the module in place meanwhile.

dev=/sys/bus/pci/devices/0000:00:04.0
group=$dev/iommu_caps

# told FILE: 1, 0, or the error for what has no file
told() { [ -e "$group/$1" ] && value "$group/$1" || echo -61; }
bypass=$(told bypass)
case $bypass in
none) bypass=0 ;;
-61) ;;
*) bypass=1 ;;
esac
wanted="$(told viommu),$(told caching_mode),$(told dma_remap),$(told intr_remap),$bypass"

[ ! -e $dev/driver ] || basename $dev >$dev/driver/unbind
echo lab_query >$dev/driver_override
insmod /lab/query.ko
echo 0000:00:04.0 >/sys/bus/pci/drivers_probe
same "the driver is bound" "$(basename "$(readlink $dev/driver)")" lab_query
same "a driver is told at probe what the files say" \
	"$(value /sys/module/query/parameters/answers)" "$wanted"
same "by symbol_get() it is told the same" \
	"$(value /sys/module/query/parameters/answers_got)" "$wanted"
fact "who may still ask keeps the module from being unloaded" \
	sh -c '! rmmod iommu_caps 2>/dev/null'
rmmod query
