# SPDX-License-Identifier: GPL-2.0-only
#
# In the crash kernel: the IOMMU goes on with the tables of the kernel that
# crashed until a device is attached to a domain of this one, which for the
# default domain is put off until the device's driver uses the DMA API.

ok "the crash kernel starts"
fact "this kernel is one" test -e /proc/vmcore
fact "its IOMMU driver has kept the tables of the other one" \
	sh -c "dmesg | grep -qi 'copied translation tables\|trying to copy translation'"

BDF=$(functions 0x1234:0x11e8)
GROUP=$T/groups/$(group_of "$BDF")

fact "the device without a driver is in a group" test -d "$GROUP"
same "which the kernel says translates" "$(value "$GROUP/domain_type")" DMA
# The tables say it, since they are read; without them nothing is known.
same "its unit translates by the tables of the other one" \
	"$(value "$GROUP/hw_path")" translate
same "so its DMA is translated" "$(value "$GROUP/dma_remap")" 1
rmmod iommu_caps
mark_again
insmod /lab/iommu_caps.ko tables=0
for f in hw_path dma_remap bypass; do
	fact "without the tables it is not known: no $f" test ! -e "$GROUP/$f"
done
fact "nor is the machine's state" test ! -e "$T/state"
insmod /lab/attach.ko
fact "attached to another domain, it is known" \
	wait_for 10 test -e "$GROUP/dma_remap"
same "and translates" "$(value "$GROUP/dma_remap")" 1
same "with no way around" "$(value "$GROUP/bypass")" none
rmmod attach
rmmod iommu_caps
insmod /lab/iommu_caps.ko
settle
