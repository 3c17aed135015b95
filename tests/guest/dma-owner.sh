# SPDX-License-Identifier: GPL-2.0-only
#
# dma_remap and bypass against DMA itself, while user space owns the device: the
# domain that VFIO gives it translates, whatever the group's default domain is.

BDF=$(functions 0x1234:0x11e8)
GROUP=$(group_of "$BDF")

facts() {
	local f

	for f in owner dma_remap bypass; do
		echo "$f=$(value "$T/groups/$GROUP/$f")"
	done | tr '\n' ' '
}

before=$(facts)
note "$before"
same "vfio-pci takes the device" "$(vfio bind "$BDF")" ok
same "bound to vfio-pci alone, it is as before" "$(facts)" "$before"
owner "$GROUP" "$BDF" /tmp/held >/tmp/outcome 2>&1 &
pid=$!
fact "its registers and memory are used" wait_for 30 test -e /tmp/held
read -r address from to </tmp/outcome
note "$address $from $to"
same "owned by user space, the tree says translated" "$(facts)" \
	"owner=user dma_remap=1 bypass=none "
same "and what VFIO did not map is out of reach" "$from $to" \
	"from=blocked to=blocked"
rm -f /tmp/held
wait $pid
same "given back, it is as before" "$(facts)" "$before"
