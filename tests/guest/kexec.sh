# SPDX-License-Identifier: GPL-2.0-only
#
# Out of the running kernel, with the module in it, into the same kernel once
# more. The next one has the steps of this one but for this step, and in place
# of it those of kexeced.sh.

labtool tree "$T" >/lab/tree.before
none "the kernel has nothing to report until then" "$(reports)"
sed -i "s/^STEPS='\(.*\)kexec\(.*\)'/STEPS='\1kexeced\2'/" /lab/plan
(cd / && find init bin lab ! -name vmlinuz |
	cpio -o -H newc 2>/dev/null >/tmp/initrd)
kexec /lab/vmlinuz /tmp/initrd "$(cat /proc/cmdline)"
not_ok "the next kernel starts"
