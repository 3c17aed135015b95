# SPDX-License-Identifier: GPL-2.0-only
#
# hw_readable_ram and hw_writable_ram against what a driver maps in a domain of
# its own (tests/attach), where VFIO takes no device, or not as WITH says.

BDF=${BDF:-$(functions 0x1234:0x11e8)}
DEV=/sys/bus/pci/devices/$BDF
G=$T/groups/$(group_of "$BDF")
PAGE=4096

# reach PARAMETERS READABLE WRITABLE: in pages
reach() {
	insmod /lab/attach.ko $WITH $1
	same "a driver maps ${1:-nothing}: hw_path" "$(value "$G/hw_path")" \
		translate
	same "a driver maps ${1:-nothing}: what can be read and written" \
		"$(value "$G/hw_readable_ram") $(value "$G/hw_writable_ram")" \
		"$(($2 * PAGE)) $(($3 * PAGE))"
	rmmod attach
}

[ ! -e "$DEV/driver" ] || echo "$BDF" >"$DEV/driver/unbind"
echo lab_attach >"$DEV/driver_override"
before=$(value "$G/hw_path") all=$(value "$G/hw_writable_ram")
note "as booted: $before, writable $all"
reach "" 0 0
reach "pages=16" 16 16
reach "pages=16 read_only=8" 24 16
reach "pages=2 read_only=1 order=9" 1536 1024
reach "" 0 0
same "without the driver: hw_path" "$(value "$G/hw_path")" "$before"
same "... and what can be written" "$(value "$G/hw_writable_ram")" "$all"
