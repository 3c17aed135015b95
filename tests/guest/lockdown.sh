# SPDX-License-Identifier: GPL-2.0-only
#
# The kernel is locked down: a module without a signature is refused, and ours
# has one.

mount -t securityfs securityfs /sys/kernel/security
fact "the kernel is locked down" grep -qE '\[(integrity|confidentiality)\]' \
	/sys/kernel/security/lockdown
same "how far is what was asked for" \
	"$(sed 's/.*\[\(.*\)\].*/\1/' /sys/kernel/security/lockdown)" \
	"$(sed 's/.*lockdown=\([a-z]*\).*/\1/' /proc/cmdline)"
# the signature is at the end; what is left is the module as it was
dd if=/lab/iommu_caps.ko of=/tmp/iommu_caps.ko bs=1024 count=$(($(
	stat -c %s /lab/iommu_caps.ko) / 1024 - 1)) 2>/dev/null
fact "without its signature the module is refused" \
	test "$(insmod /tmp/iommu_caps.ko 2>&1 | grep -c -i \
		'not permitted\|required key\|rejected')" = 1
