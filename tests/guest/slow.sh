# SPDX-License-Identifier: GPL-2.0-only
#
# A driver holds the lock of a physical function for long after its virtual
# ones have come. The module waits for it, and the kernel does not take that for
# a task that hangs.

P=/sys/bus/pci/devices
pf=0000:01:00.0

# who waits in the module's work
waiting() { grep -ls look_when_free /proc/[0-9]*/stack; }

insmod /lab/slow.ko
same "the slow driver has it" "$(readlink $P/$pf/driver | sed 's,.*/,,')" \
	slow_sriov
fact "the kernel looks for tasks that hang" \
	write /proc/sys/kernel/hung_task_timeout_secs 2
write $P/$pf/sriov_numvfs 2 &
writer=$!
fact "the module waits for it to be through" wait_for 10 waiting
sleep 7
fact "it waits for long" waiting
same "virtual functions are in the tree already" \
	"$(ls -d $P/$pf/virtfn*/iommu_caps/bypass | wc -l)" 2
wait $writer
none "and no longer when it is through" "$(settle; waiting)"
write $P/$pf/sriov_numvfs 0
none "the tree agrees with the kernel's own" "$(poke check)"
rmmod slow_sriov
