# SPDX-License-Identifier: GPL-2.0-only
#
# iommu-caps vm against QEMU itself: for each function, as the machine is and
# again when no driver of the host holds anything in its group, a guest with
# that function starts, by the arguments that were printed, if and only if vm
# says so. OPTIONS are more of vm's; with an IOMMU of WIDER bits it does not start.

PCI=/sys/bus/pci/devices
R=$(lent_root)
case $(uname -m) in
x86_64) QEMU=x86_64 MACHINE=q35 ;;
aarch64) QEMU=aarch64 MACHINE=virt,gic-version=max ;;
riscv64) QEMU=riscv64 MACHINE=virt,aia=aplic-imsic ;;
ppc64le) QEMU=ppc64 MACHINE=pseries ;;
esac
# of another architecture than the lab's tools it is lent as well
if ! type iommu-caps >/dev/null 2>&1; then
	printf '#!/bin/sh\nexec chroot %s iommu-caps "$@"\n' $R >/lab/iommu-caps
	chmod +x /lab/iommu-caps
fi

# qemu ARGUMENT...: does a guest with these start? Nothing of it runs.
qemu() {
	printf '{"execute":"qmp_capabilities"}\n{"execute":"quit"}\n' |
		timeout 300 chroot $R qemu-system-$QEMU "$@" -nodefaults \
			-display none -S -qmp stdio >/tmp/qemu 2>&1 &&
		grep -q '"return"' /tmp/qemu
}

# try WHEN FUNCTION MEMORY
try() {
	local args said starts=0 what="$2, $1, $3"

	args=$(iommu-caps vm $OPTIONS --memory "$3" --format qemu "$2" 2>/tmp/why)
	said=$?
	case $said in
	0) fact "$what: arguments for QEMU" test -n "$args" ;;
	*) same "$what: no arguments for what does not start" "$args" "" ;;
	esac
	[ -n "$(driver_of "$2")" ] || vfio bind "$2" >/dev/null
	qemu ${args:--machine $MACHINE -m $3 -device vfio-pci,host=$2} || starts=1
	same "$what: vm's status is $said, and QEMU's start" "$said" "$starts"
	[ "$said" = "$starts" ] || sed 's/^/@@ # /' /tmp/qemu /tmp/why
	TRIED="$TRIED $said"
}

TRIED=
for d in $FUNCTIONS; do
	for memory in $SIZES; do
		try "as it is" "$d" "$memory"
	done
	group=$(readlink "$PCI/$d/iommu_group")
	held=
	for m in $(names "$K/${group##*/}/devices"); do
		case $(driver_of "$m") in
		"" | vfio-pci | pcieport) ;;
		*) held="$held $m" ;;
		esac
	done
	[ -n "$held" ] || continue
	for m in $held; do
		echo "$m" >"$PCI/$m/driver/unbind"
	done
	for memory in $SIZES; do
		try "without drivers" "$d" "$memory"
	done
done
# what must match, must: the last function is still bound to VFIO's driver
if [ -n "$WIDER" ]; then
	starts=1
	qemu -machine $MACHINE -m "$memory" -device \
		intel-iommu,caching-mode=on,aw-bits=$WIDER \
		-device vfio-pci,host=$d && starts=0
	same "with an IOMMU of $WIDER bits it does not start" $starts 1
	grep aw-bits /tmp/qemu | while read -r line; do note "$line"; done
fi
# NONE: VFIO takes nothing of this machine
[ -n "$NONE" ] ||
	fact "some would start" test "${TRIED#*0}" != "$TRIED"
fact "some would not" test "${TRIED#*1}" != "$TRIED"
