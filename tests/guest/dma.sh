# SPDX-License-Identifier: GPL-2.0-only
#
# dma_remap and bypass against DMA itself: a device of QEMU's reads and writes
# memory that nobody mapped for it (tests/dma). Where the tree says that DMA of
# its group is translated, neither may get through and the kernel must log a
# fault; where it names a way around, both must.

# The edu device, or where there is none a virtio-rng without a past
for id in 0x1af4:0x1044=rng_dma 0x1234:0x11e8=edu_dma; do
	for d in $(functions ${id%=*}); do
		BDF=$d DRIVER=${id#*=}
	done
done
DEV=/sys/bus/pci/devices/$BDF
FAULT='DMAR: .*DMA (Read|Write).*fault addr|IO_PAGE_FAULT|fault from EP'
FAULT="$FAULT|arm-smmu-v3 .*(event 0x10 received|F_TRANSLATION)"

its_group() { group_of "$BDF"; }

# inside KIND ADDRESS: in a region of this kind that the kernel knows of
inside() {
	local start end kind

	while read -r start end kind; do
		[ "$kind" != "$1" ] || [ $(($2)) -lt $((start)) ] ||
			[ $(($2)) -gt $((end)) ] || return 0
	done <"$K/$(its_group)/reserved_regions"
	return 1
}

# what the tree says of a device's access to this address, with the reason
predict() {
	local g="$T/groups/$(its_group)" t

	if [ -e "$T/unprotected/$BDF" ]; then
		echo reached unprotected
		return
	fi
	for t in $(value "$g/bypass"); do
		case $t in
		identity | inactive | dma-ops-bypass | hw-pass-through)
			echo reached "$t"
			return
			;;
		direct | direct-relaxable)
			! inside "$t" "$1" || { echo reached "$t"; return; } ;;
		esac
	done
	[ "$(value "$g/dma_remap")" != 1 ] || { echo blocked remapped; return; }
	echo nothing
}

faults() { dmesg | grep -cE "$FAULT"; }
more_faults() { [ "$(faults)" -gt "$1" ]; }

# try TARGET: low, high or region
try() {
	local before=$(faults) address from to want why

	read -r address from to <"$DEV/$1"
	if [ -z "$to" ]; then
		not_ok "$STAGE: DMA to $1 memory could be tried"
		note "$(cat "$DEV/$1" 2>&1)"
		return
	fi
	set -- "$1" $(predict "$address")
	want=$2 why=$3
	same "$STAGE: the tree says $want ($why) of $1 memory $address, and so it is" \
		"$from $to" "from=$want to=$want"
	# one at least, and perhaps later: the kernel limits their rate
	if [ "$want" = blocked ] && [ -n "$SILENT" ]; then
		note "this IOMMU reports no fault"
	elif [ "$want" = blocked ]; then
		for i in 1 2 3; do
			wait_for 6 more_faults "$before" && break
			cat "$DEV/$1" >/dev/null
		done
		fact "$STAGE: the kernel logs the fault" more_faults "$before"
	else
		sleep 0.5
		same "$STAGE: the kernel logs no fault" "$(faults)" "$before"
	fi
}

try_all() {
	STAGE="$1"
	[ -e "$DEV/low" ] || echo "$BDF" >/sys/bus/pci/drivers/$DRIVER/bind
	settle
	note "$STAGE: unprotected $(names "$T/unprotected" | grep -c "$BDF")," \
		"type $(value "$K/$(its_group)/type")," \
		"bypass $(value "$T/groups/$(its_group)/bypass")"
	for target in ${TARGETS:-low high}; do
		try $target
	done
	[ "$(value /sys/module/lab_dma/parameters/region)" = 0 ] || try region
}

if [ -d /lab/later ]; then
	# An IOMMU whose driver comes as a module. Until then the kernel lets
	# no driver bind, which keeps no device from doing DMA.
	insmod /lab/dma.ko unbound=1 $DMA_PARAMS
	try_all "without the IOMMU's driver"
	rmmod lab_dma
	for m in /lab/later/*.ko; do
		insmod "$m"
	done
	settle
fi

# a driver of the kernel's own may have it, and keep to itself what it maps
[ ! -e "$DEV/driver" ] || echo "$BDF" >"$DEV/driver/unbind"
echo $DRIVER >"$DEV/driver_override"
insmod /lab/dma.ko $DMA_PARAMS
same "the driver for the test loads" $? 0
fact "the device is its own" test -e "$DEV/low"
try_all "as booted"

# A new default domain, where the kernel takes one. It must be without driver.
type=$K/$(its_group)/type
if [ -n "$(its_group)" ] && [ "$(stat -c %a "$type")" = 644 ] &&
   [ -z "$KEEP_TYPE" ]; then
	was=$(value "$type")
	case $was in
	identity) other=DMA ;;
	*) other=identity ;;
	esac
	echo "$BDF" >"$DEV/driver/unbind"
	for new in $other $was; do
		echo $new >"$type"
		same "the kernel takes $new as type" "$(value "$type")" $new
		wait_for 5 test "$(value "$T/groups/$(its_group)/domain_type")" = $new
		try_all "type $new"
		echo "$BDF" >"$DEV/driver/unbind"
	done
fi
rmmod lab_dma
