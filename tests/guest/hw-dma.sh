# SPDX-License-Identifier: GPL-2.0-only
#
# hw_readable_ram and hw_writable_ram against DMA itself: the values change by
# what is mapped at random places for a device of QEMU's (tests/dma), and each of
# these pages is then read and written by the device, or is not.

EACH=${EACH:-200}
BDF=$(functions 0x1234:0x11e8)
DEV=/sys/bus/pci/devices/$BDF

# amounts READABLE WRITABLE: the values now, less these
amounts() {
	echo "$(($(value "$G/hw_readable_ram") - $1))" \
		"$(($(value "$G/hw_writable_ram") - $2))"
}

insmod /lab/dma.ko $DMA_PARAMS
[ -e "$DEV/pages" ] || echo "$BDF" >/sys/bus/pci/drivers/edu_dma/bind
# there are kernels where a group comes with a driver
G=$T/groups/$(group_of "$BDF")
wait_for 5 test -e "$G/hw_readable_ram"
in=$(value "$G/hw_readable_ram") out=$(value "$G/hw_writable_ram")
note "with the driver's own memory: readable $in, writable $out"
echo "$EACH" >"$DEV/pages"
same "$EACH pages to be read and written, $EACH to be read: the values change by that" \
	"$(amounts "$in" "$out")" "$((EACH * 2 * 4096)) $((EACH * 4096))"
same "so the device reads and writes them, and none of $EACH others" \
	"$(cat "$DEV/pages")" \
	"read-write pages=$EACH read=$EACH written=$EACH
read-only pages=$EACH read=$EACH written=0
unmapped pages=$EACH read=0 written=0"
echo 0 >"$DEV/pages"
same "unmapped, the values are as before" "$(amounts "$in" "$out")" "0 0"
rmmod lab_dma
