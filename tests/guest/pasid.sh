# SPDX-License-Identifier: GPL-2.0-only
#
# What a function has switched on, and how many PASIDs it may use, against what
# lspci shows to root and the kernel's own word on the unit's register. One
# function is given a PASID capability narrower and wider than the unit, which
# in QEMU has PASIDs of one bit, and its PASIDs are switched.

PCI=/sys/bus/pci/devices
R=$(lent_root)
dev=0000:01:00.0

# lspci_of DEVICE PATTERN: what lspci said there
lspci_of() {
	awk -v d="$1" '/^[0-9a-f]/ { said = $1 == d } said' /tmp/lspci |
		sed -n "s/.*$2.*/\\1/p"
}

# switched_on DEVICE: tokens, by the capabilities' control registers
switched_on() {
	local t on=

	for t in ATS PRI PASID; do
		[ -z "$(lspci_of "$1" "\\(${t}Ctl:.Enable+\\)")" ] ||
			on="${on:+$on }$(echo $t | tr A-Z a-z)"
	done
	echo $on
}

# usable DEVICE: PASIDs, by the narrower of function and unit
usable() {
	local bits=$(lspci_of "$1" 'Max PASID Width: \([0-9a-f]*\)') unit

	[ -n "$bits" ] || { echo 0; return; }
	# ECAP: bit 40 is PASID, bits 39 to 35 are one less than the bits of one
	unit=$((0x$(value /sys/class/iommu/dmar0/intel-iommu/ecap) >> 35))
	[ $((unit >> 5 & 1)) = 1 ] || { echo 0; return; }
	unit=$(((unit & 31) + 1))
	bits=$((0x$bits))
	echo $((1 << (bits < unit ? bits : unit)))
}

# agree TEXT: of each function that is alone in its group
agree() {
	local d members wrong=

	chroot $R lspci -D -vv >/tmp/lspci
	for d in $(names $PCI); do
		members=$(names $PCI/$d/iommu_caps/devices)
		[ "$members" = "$d" ] || continue
		[ "$(value $PCI/$d/iommu_caps/enabled)" = "$(switched_on $d)" ] ||
			wrong="$wrong $d:enabled"
		[ "$(value $PCI/$d/iommu_caps/pasids)" = "$(usable $d)" ] ||
			wrong="$wrong $d:pasids"
	done
	none "$1: PASIDs and what is switched on are what lspci shows" "$wrong"
	[ -z "$wrong" ] || grep -E '^[0-9a-f]|ATS|PRI|PASID' /tmp/lspci |
		while read -r line; do note "$line"; done
}

# has TEXT PASIDS ENABLED
has() {
	agree "$1"
	same "$1: $dev has" "$(value $PCI/$dev/iommu_caps/pasids) PASIDs, \
$(value $PCI/$dev/iommu_caps/enabled)" "$2 PASIDs, $3"
}

# present: the function was found again, and its group told
present() { [ -e $PCI/$dev/iommu_caps/pasids ]; }

has "without the capability" 0 ""
for width in 0 20; do
	insmod /lab/pasid.ko port=0000:00:05.0 width=$width
	wait_for 20 present
	has "$width bits" $((width ? 2 : 1)) pasid
	write /sys/module/pasid/parameters/on 0
	has "$width bits, switched off" $((width ? 2 : 1)) ""
	# as the unit's driver left it
	write /sys/module/pasid/parameters/on 1
	rmmod pasid
	wait_for 20 present
done
has "without it again" 0 ""
