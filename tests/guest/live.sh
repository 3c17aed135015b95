# SPDX-License-Identifier: GPL-2.0-only
#
# The machine changes while the module is loaded: virtual functions come and
# go, drivers bind and unbind, a group gets another default domain. The tree
# follows without being asked, and who is affected is told once.

P=/sys/bus/pci/devices
pf=0000:01:00.0
dev=0000:00:04.0

blockers() { value "$P/$1/iommu_caps/assign_blockers"; }

### virtual functions

# what the kernel itself says of them, without us
unload
listen
write $P/$pf/sriov_numvfs 3
heard >/dev/null
kernel_pf=$(count $pf change)
kernel_vf=$(count 0000:01:10.0 change)
listen
write $P/$pf/sriov_numvfs 0
heard >/dev/null
kernel_pf_gone=$(count $pf change)
mark_again
load

free_pf=$(blockers $pf)
listen
write $P/$pf/sriov_numvfs 3
heard >/dev/null
vfs=$(for vf in $P/$pf/virtfn*; do basename "$(readlink "$vf")"; done)
same "three virtual functions come" "$(echo "$vfs" | wc -l)" 3
for vf in $vfs; do
	same "$vf: its first event is add, after the link" "$(grep \
		"/$vf\( linked\)\?\$" /tmp/uevents | head -n 1 |
		sed 's, .*/[^ ]*,,')" "add linked"
	same "$vf: only the kernel tells it of a change" \
		"$(count "$vf" change)" "$kernel_vf"
done
none "no function but these is told" "$(others $pf $vfs)"
case $(blockers $pf) in
"$free_pf") not_ok "the physical function is not to be had any more" ;;
*no-assignable-device*) ok "the physical function is not to be had any more" ;;
esac
same "the physical function is told once by us" \
	"$(count $pf change)" $((kernel_pf + 1))
none "virtual functions: the tree agrees with the kernel's own" "$(poke check)"

listen
write $P/$pf/sriov_numvfs 0
heard >/dev/null
for vf in $vfs; do
	same "$vf: its last event is remove" "$(grep "/$vf\( linked\)\?\$" \
		/tmp/uevents | tail -n 1 | sed 's, .*,,')" remove
done
none "no function but the physical one is told that they go" "$(others $pf)"
same "the physical function is to be had as before" "$(blockers $pf)" "$free_pf"
same "the physical function is told once by us that they go" \
	"$(count $pf change)" $((kernel_pf_gone + 1))
none "they have gone: the tree agrees with the kernel's own" "$(poke check)"

### drivers

drv=$(readlink -f $P/$dev/driver)
same "a driver is in the way" "$(blockers $dev)" "bound:$dev/${drv##*/}"
changes "unbind" 1 write "$drv/unbind" $dev
same "unbind: nothing is in the way" "$(blockers $dev)" ""
write $P/$dev/driver_override vfio-pci
changes "vfio-pci binds" 0 write /sys/bus/pci/drivers_probe $dev
same "vfio-pci has it" "$(readlink $P/$dev/driver | sed 's,.*/,,')" vfio-pci
changes "vfio-pci unbinds" 0 write /sys/bus/pci/drivers/vfio-pci/unbind $dev
write $P/$dev/driver_override ""
changes "bind" 1 write "$drv/bind" $dev
same "bind: a driver is in the way again" "$(blockers $dev)" \
	"bound:$dev/${drv##*/}"
changes "unbind again" 1 write "$drv/unbind" $dev

### the default domain

type=$(readlink -f $P/$dev/iommu_group)/type
was=$(value "$type")
changes "identity" 1 write "$type" identity
same "identity: bypass says so" "$(value $P/$dev/iommu_caps/bypass)" identity
same "identity: dma_remap says so" "$(value $P/$dev/iommu_caps/dma_remap)" 0
same "identity: the state follows" "$(value $T/state)" partial
changes "identity written again" 0 write "$type" identity
changes "$was" 1 write "$type" "$was"
same "$was: bypass says so" "$(value $P/$dev/iommu_caps/bypass)" none
same "$was: the state follows" "$(value $T/state)" full
# the kernel does that without a word to anybody; what is read is right
echo DMA-FQ >"$type" 2>/dev/null
same "DMA-FQ: domain_type is the kernel's" \
	"$(value $P/$dev/iommu_caps/domain_type)" "$(value "$type")"
echo "$was" >"$type" 2>/dev/null

### a function goes and comes, by the kernel's own files

changes "remove" 0 write $P/$dev/remove 1
listen
write /sys/bus/pci/rescan 1
wait_for 20 test -e $P/$dev/iommu_caps
heard >/dev/null
same "rescan of the bus: add comes first, after the link" "$(grep \
	"/$dev\( linked\)\?\$" /tmp/uevents | head -n 1 |
	sed 's, .*/[^ ]*,,')" "add linked"
none "rescan of the bus: no other device is told" "$(others $dev)"
none "rescan of the bus: the tree agrees with the kernel's own" "$(poke check)"
