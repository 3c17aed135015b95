# SPDX-License-Identifier: GPL-2.0-only
#
# To sleep (ACPI S3, memory keeps its content, devices and units lose theirs)
# and, by the clock's alarm, back.  Nothing has changed then, and nobody is told.

labtool tree "$T" >/tmp/tree.before
listen
clock=/sys/class/rtc/rtc0
echo $(($(value $clock/since_epoch) + 10)) >$clock/wakealarm
echo mem >/sys/power/state
same "the machine sleeps and wakes up" $? 0
events=$(heard)
fact "the kernel says that it slept" test \
	"$(dmesg | grep -c 'ACPI: PM: Waking up from system sleep state S3')" = 1
labtool tree "$T" >/tmp/tree.after
same "the tree is what it was" "$(diff /tmp/tree.before /tmp/tree.after)" ""
same "no device is told" "$(change_events "$events")" ""
