# SPDX-License-Identifier: GPL-2.0-only
#
# vfio-pci has a list of devices that it refuses; kernels differ in it. It is
# asked about each (tests/pci_id gives a device their ids), and the tree must say
# the same.

BDF=$(functions 0x1234:0x11e8)
DEV=/sys/bus/pci/devices/$BDF
GROUP=$T/groups/$(group_of "$BDF")

said() {
	case " $(value "$GROUP/assign_blockers") " in
	*" no-assignable-device "*) echo refused ;;
	*) echo taken ;;
	esac
}

taken=0 refused=0
for id in 8086:0435 8086:0443 8086:0b25 8086:0cfe 8086:11fb 8086:1212 \
	  8086:19e2 8086:19e3 8086:37c8 8086:37c9 8086:4940 8086:4941 \
	  8086:4942 8086:4944 8086:4945 8086:4946 8086:4948 8086:6f54 \
	  1022:0435 1234:11e8; do
	insmod /lab/pci_id.ko vendor=0x${id%:*} device=0x${id#*:}
	says=$(said)
	does=refused
	[ "$(vfio bind "$BDF")" != ok ] || does=taken
	same "$id: the tree says what vfio-pci does ($does)" "$says" $does
	eval "$does=\$(($does + 1))"
	[ ! -e "$DEV/driver" ] || echo "$BDF" >"$DEV/driver/unbind"
	rmmod pci_id
done
echo >"$DEV/driver_override"
fact "vfio-pci took some" [ $taken -gt 0 ]
fact "and refused those that every kernel here refuses" [ $refused -ge 6 ]
