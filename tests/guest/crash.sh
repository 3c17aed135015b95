# SPDX-License-Identifier: GPL-2.0-only
#
# The running kernel, with the module in it, crashes, and the crash kernel that
# it has loaded starts. That has the steps of this one but for this step, and in
# place of it those of crashed.sh.

sed -i "s/^STEPS='\(.*\)crash\(.*\)'/STEPS='\1crashed\2'/" /lab/plan
(cd / && find init bin lab ! -name vmlinuz |
	cpio -o -H newc 2>/dev/null >/tmp/initrd)
kexec -p /lab/vmlinuz /tmp/initrd \
	"$(sed 's/ crashkernel=[^ ]*//' /proc/cmdline)"
same "a crash kernel is loaded" "$(value /sys/kernel/kexec_crash_loaded)" 1
rm /tmp/initrd
echo c >/proc/sysrq-trigger
not_ok "the crash kernel starts"
