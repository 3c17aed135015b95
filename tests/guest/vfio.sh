# SPDX-License-Identifier: GPL-2.0-only
#
# assign_blockers against VFIO itself. For each group: read what the tree
# predicts, bind what is free to vfio-pci, give the group to a user of VFIO,
# compare; then take away one host driver and do it again, until none is left.
# So each driver that is named is seen to be in the way, and each reason is
# seen to be the kernel's.

PCI=/sys/bus/pci
VFIO=$PCI/drivers/vfio-pci
UNSAFE=$(value /sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts)
UNSAFE_FD=$(value /sys/module/iommufd/parameters/allow_unsafe_interrupts)

# members GROUP [DRIVER|-]: its devices; those of a driver; those of none
members() {
	local d

	for d in $(names "$K/$1/devices"); do
		[ $# -gt 1 ] && [ "$(driver_of "$d")" != "${2#-}" ] || echo "$d"
	done
}

# those that a driver of the host holds
held() {
	local d

	for d in $(members "$1"); do
		case $(driver_of "$d") in
		"" | vfio-pci) ;;
		*) echo "$d" ;;
		esac
	done
}

# is_bridge FUNCTION: by the type of its configuration header
is_bridge() { [ $((0x$(xxd -p -s 14 -l 1 "$PCI/devices/$1/config") & 0x7f)) = 1 ]; }

# what VFIO did with the group, as the reason that the tree would give
observe() {
	local g="$1" d refusals= incoherent= outcome

	for d in $(members "$g" -); do
		outcome=$(vfio bind "$d")
		[ "$outcome" = ok ] || refusals="$refusals $d:$outcome"
		# a bridge apart, VFIO says so where DMA is not coherent
		[ "$outcome" != EINVAL ] || is_bridge "$d" || incoherent=1
	done
	if [ -z "$(members "$g" vfio-pci)" ]; then
		if [ -n "$(held "$g")" ]; then
			echo held
		elif [ -n "$incoherent" ]; then
			echo "no-cache-coherency$refusals"
		else
			# EINVAL: a bridge; EBUSY: a PF whose VFs are there
			echo "no-assignable-device$refusals"
		fi
		return
	fi
	outcome=$(vfio group "$g" $(members "$g" vfio-pci))
	case $outcome in
	ok) echo ok ;;
	"open EBUSY") echo "in-use ($outcome)" ;;
	unviable\ E*) echo "bound ($outcome)" ;;
	container\ E*\ rmrr | iommu\ EPERM\ rmrr)
		echo "reserved-direct ($outcome)" ;;
	iommu\ EPERM\ interrupts) echo "no-isolated-interrupts ($outcome)" ;;
	*) echo "unexplained ($outcome)" ;;
	esac
}

# the reason that VFIO comes upon first, of those predicted
first_reason() {
	local reason t

	for reason in no-assignable-device no-cache-coherency in-use bound \
		      reserved-direct no-isolated-interrupts; do
		for t in $1; do
			case $t in
			no-isolated-interrupts) [ "$UNSAFE" != Y ] || continue ;;
			esac
			[ "${t%%:*}" != $reason ] || { echo $reason; return; }
		done
	done
	for t in $1; do
		[ "$t" = no-isolated-interrupts ] || { echo "$t"; return; }
	done
	echo ok
}

# agrees PREDICTED OBSERVED: for a group that is wholly held, the next round
# tells
agrees() {
	case $2 in
	held) case "$1" in *bound:* | *no-assignable-device*) ;; *) false ;; esac ;;
	*) [ "${2%% *}" = "$(first_reason "$1")" ] ;;
	esac
}

# iommufd_refuses PREDICTED: with what errno iommufd refuses each device of the
# group, nothing when it takes them. It asks for coherency first, then for
# interrupts, and claims the group last; and has a parameter of its own about
# unsafe interrupts.
iommufd_refuses() {
	case " $1" in
	*\ no-cache-coherency*) echo EINVAL; return ;;
	*\ no-isolated-interrupts*)
		[ "$UNSAFE_FD" = Y ] || { echo EPERM; return; } ;;
	esac
	case " $1" in
	*\ bound:*) echo EPERM ;;
	*\ reserved-direct*) echo EINVAL ;;
	esac
}

# iommufd takes a device, not a group; each one's outcome must be as predicted.
try_cdevs() {
	local d outcome want

	[ -e /dev/vfio/devices ] && [ -n "$(members "$g" vfio-pci)" ] || return
	want=$(iommufd_refuses "$1")
	want=${want:+bind }${want:-ok}
	for d in $(members "$g" vfio-pci); do
		outcome=$(vfio cdev "$d")
		case $outcome in
		"$want" | "$want "*)
			ok "group $g: iommufd, $d: $outcome, as predicted [$1]" ;;
		*)
			not_ok "group $g: iommufd, $d: $outcome, predicted [$1]" ;;
		esac
	done
	[ "$want" != ok ] || try_in_use hold-cdev
}

# The last token of the prediction that names a driver is the next to go: a
# bridge's comes first, and is then seen to be in the way by itself.
next_to_unbind() {
	local t next=

	for t in $1; do
		[ "${t#bound:}" = "$t" ] || next=${t#bound:}
	done
	if [ -n "$next" ]; then
		echo "${next%/*}"
	elif [ -z "$(members "$g" vfio-pci)" ]; then
		held "$g" | head -n 1
	fi
}

# bypass_in_use BYPASS: what of it remains while VFIO has its own domain attached,
# in which firmware's 1:1 regions are not mapped
bypass_in_use() {
	local t left=

	for t in $1; do
		case $t in
		none | identity | direct | direct-relaxable) ;;
		*) left="${left:+$left }$t" ;;
		esac
	done
	echo "${left:-none}"
}

# try_in_use HOW: while somebody has the group by its container or by iommufd,
# and after
try_in_use() {
	local before="$(value "$T/groups/$g/assign_blockers")" pid outcome
	local bypass="$(value "$T/groups/$g/bypass")"
	local what="$g" how="$1" limits="$(limits "$g")"

	[ "$how" = hold ] || what=$(members "$g" vfio-pci | head -n 1)
	vfio "$how" "$what" /tmp/held >/tmp/hold.out &
	pid=$!
	wait_for 10 test -e /tmp/held
	same "group $g, in use ($how): assign_blockers says so" \
		"$(value "$T/groups/$g/assign_blockers")" \
		"${before:+$before }in-use"
	same "group $g, in use ($how): its owner is user" \
		"$(value "$T/groups/$g/owner")" user
	same "group $g, in use ($how): bypass, of [$bypass] before" \
		"$(value "$T/groups/$g/bypass")" "$(bypass_in_use "$bypass")"
	same "group $g, in use ($how): addresses and page sizes as before" \
		"$(limits "$g")" "$limits"
	outcome=$(vfio group "$g" $(members "$g" vfio-pci))
	same "group $g, in use ($how): VFIO refuses" "$outcome" "open EBUSY"
	rm -f /tmp/held
	wait $pid
	same "group $g, no longer in use: as before" \
		"$(value "$T/groups/$g/assign_blockers")" "$before"
	same "group $g, no longer in use: bypass as before" \
		"$(value "$T/groups/$g/bypass")" "$bypass"
	HELD="$HELD $g"
}

# what the tree says that a user of the group will meet, as `vfio limits` has it
limits() {
	local f

	for f in iova_ranges page_sizes; do
		[ ! -e "$T/groups/$1/$f" ] ||
			echo "$f $(value "$T/groups/$1/$f")"
	done
}

# what the tree says of a group's unit, as `vfio hw-info` has it
unit_says() {
	local f

	for f in "$T/groups/$1"/dirty_tracking \
		 "$T/groups/$1"/units/*/registers/*cap; do
		[ ! -e "$f" ] || echo "$(basename "$f") $(value "$f")"
	done
}

# try_limits: the group is free, and its devices are bound to VFIO
try_limits() {
	local before="$(limits "$g")" d

	# POWER's back end has windows, and an information of its own
	[ -e /sys/module/vfio_iommu_type1 ] || return
	# what is absent is only known once a device is attached
	[ -n "$before" ] || return
	none "group $g: addresses and page sizes are what VFIO gives" \
		"$(echo "$before" | grep -vxF "$(vfio limits "$g")")"
	[ -e /dev/vfio/devices ] || return
	for d in $(members "$g" vfio-pci); do
		same "group $g: addresses are what iommufd gives $d" \
			"$(echo "$before" | grep '^iova')" \
			"$(vfio limits-cdev "$d")"
		none "group $g: the unit is what iommufd says of $d's" \
			"$(vfio hw-info "$d" | grep -vxF "$(unit_says "$g")")"
	done
}

try_group() {
	local g="$1" devices="$(echo $(members "$1"))" predicted observed d

	while :; do
		predicted=$(value "$T/groups/$g/assign_blockers")
		observed=$(observe "$g")
		if agrees "$predicted" "$observed"; then
			ok "group $g ($devices): VFIO says $observed, as predicted [$predicted]"
		else
			not_ok "group $g ($devices): VFIO says $observed, predicted [$predicted]"
		fi
		# binding to VFIO changes none of the reasons
		[ -z "$(members "$g" vfio-pci)" ] ||
			same "group $g: the same with VFIO's driver bound" \
			"$(value "$T/groups/$g/assign_blockers")" "$predicted"
		[ "$observed" != ok ] || { try_limits; try_in_use hold; }
		try_cdevs "$predicted"
		d=$(next_to_unbind "$predicted")
		[ -n "$d" ] || break
		note "group $g: $d leaves $(driver_of "$d")"
		echo "$d" >"$PCI/devices/$d/driver/unbind" || break
	done
	for d in $(members "$g" vfio-pci); do
		echo "$d" >"$VFIO/unbind"
		echo >"$PCI/devices/$d/driver_override"
	done
}

# groups with regions that an owner in user space may do without
relaxable() {
	local g

	for g in $(names "$T/groups"); do
		case " $(value "$T/groups/$g/bypass") " in
		*\ direct-relaxable\ *) echo "$g" ;;
		esac
	done
}

was_held() { case "$HELD " in *" $1 "*) ;; *) false ;; esac; }

# controller_of CHIP: what takes the interrupts of a chip of this name, in the
# tree's words
controller_of() {
	case $(uname -m),$1 in
	x86_64,IR-*) echo remapped ;;
	x86_64,PCI-MSI*) echo apic ;;
	*,ITS-*) echo its ;;
	*,GICv2m-*) echo gicv2m ;;
	# nothing else takes MSIs there, and the chip has no name of its own
	riscv64,PCI-MSI*) echo imsic ;;
	*) echo "unknown to this test" ;;
	esac
}

# controller_in_log: what the kernel said at boot that takes MSIs
controller_in_log() {
	if dmesg | grep -qE 'DMAR-IR: Enabled IRQ remapping|AMD-Vi: Interrupt remapping enabled'; then
		echo remapped
	elif dmesg | grep -q ' ITS \[mem '; then
		echo its
	elif dmesg | grep -q ' GICv2m: range'; then
		echo gicv2m
	elif dmesg | grep -q ' riscv-imsic: '; then
		echo imsic
	elif [ "$(uname -m)" = x86_64 ]; then
		echo apic
	fi
}

# Host drivers are bound: the interrupts of their devices have chips.
try_msis() {
	local d irq chip said="$(controller_in_log)"

	[ -z "$said" ] || [ -z "$(names "$T/groups")" ] ||
		none "MSIs go to $said, by the kernel's log" \
			"$(grep -svx "$said" "$T"/groups/*/msi_controller)"
	for d in $(names $PCI/devices); do
		irq=$(names "$PCI/devices/$d/msi_irqs" | head -n 1)
		[ -n "$irq" ] && [ -n "$(group_of "$d")" ] || continue
		chip=$(value "/sys/kernel/irq/$irq/chip_name")
		same "$d: its MSIs are those of the chip $chip" \
			"$(value "$T/groups/$(group_of "$d")/msi_controller")" \
			"$(controller_of "$chip")"
	done
}

fact "vfio-pci is there" test -d "$VFIO"
try_msis
HELD=
RELAXABLE=$(relaxable)
# virtual functions before the physical one, whose driver takes them with it
for g in $(names "$T/groups" | sort -rn); do
	try_group "$g"
done
# where VFIO takes any group at all
for g in ${HELD:+$RELAXABLE}; do
	fact "group $g, with direct-relaxable regions: was seen in use" \
		was_held "$g"
done
# What is in no group cannot be given away, unless it gets one from being bound
# to a driver; nor can what is in none and blocked.
for d in $(names "$T/unprotected") $BLOCKED; do
	[ -z "$(driver_of "$d")" ] || echo "$d" >"$PCI/devices/$d/driver/unbind"
	outcome=$(vfio bind "$d")
	g=$(group_of "$d")
	if [ -n "$g" ]; then
		same "$d gets a group when a driver binds" "$outcome" ok
		wait_for 5 test -d "$T/groups/$g"
		try_group "$g"
	else
		# Older kernels say ENODEV for whatever a driver answers, and
		# EAGAIN is the kernel's own word: it waits for the IOMMU's.
		outcome=${outcome/ENODEV/EINVAL}
		same "$d, in no group: VFIO does not take it" \
			"${outcome/EAGAIN/EINVAL}" EINVAL
	fi
done
