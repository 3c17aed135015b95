# SPDX-License-Identifier: GPL-2.0-only
#
# The tree against what the kernel itself says of the hypervisor. Needs xenfs.

[ -d /proc/xen ] && mount -t xenfs xenfs /proc/xen
same "the kernel runs under Xen" "$(value /sys/hypervisor/type)" xen
case "$(cat /proc/xen/capabilities)" in
control_d*) platform=xen-dom0 ;;
*) platform=xen-guest ;;
esac
same "platform is what the kernel's xenfs says" \
	"$(value $T/platform)" $platform
tables=
for t in DMAR IVRS IORT VIOT RIMT; do
	[ ! -e /sys/firmware/acpi/tables/$t ] || tables="$tables $t"
done
same "firmware is the tables that Xen leaves to this domain" \
	"$(value $T/firmware)" "${tables# }"
none "the kernel drives no unit" "$(names /sys/class/iommu)"
none "the kernel has no group" "$(names "$K")"
