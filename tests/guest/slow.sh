# SPDX-License-Identifier: GPL-2.0-only
#
# A driver holds the lock of a physical function for long after its virtual
# ones have come. The module does not block on it, other devices are told of
# their changes meanwhile, and the function is told once its lock is free.

P=/sys/bus/pci/devices
pf=0000:01:00.0
dev=0000:00:04.0

# tasks that are in a function of the module
inside() { grep -ls '\[iommu_caps\]' /proc/[0-9]*/stack; }

# told FUNCTION: whether its change event has been sent
told() { [ "$(count "$1" change)" -gt 0 ]; }

insmod /lab/slow.ko
same "the slow driver has it" "$(readlink $P/$pf/driver | sed 's,.*/,,')" \
	slow_sriov
drv=$(readlink -f $P/$dev/driver)
listen
write $P/$pf/sriov_numvfs 2 &
writer=$!
fact "virtual functions are in the tree" \
	wait_for 10 test -e $P/$pf/virtfn1/iommu_caps/bypass
sleep 1
early=$(count $pf change)
none "no task waits in the module" "$(inside)"
write "$drv/unbind" $dev
fact "another function is told of its change" wait_for 5 told $dev
fact "the driver still holds the lock" kill -0 $writer
same "the function whose lock is held is not" "$(count $pf change)" "$early"
wait $writer
heard >/dev/null
same "it is told once when the lock is free" "$(count $pf change)" \
	$((early + 1))
write "$drv/bind" $dev
write $P/$pf/sriov_numvfs 0
settle
none "the tree agrees with the kernel's own" "$(poke check)"
rmmod slow_sriov
