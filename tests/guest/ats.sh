# SPDX-License-Identifier: GPL-2.0-only
#
# The unit's driver switches a device's ATS on when it gives it a domain that
# translates, and off again; what the device's own capability says then is
# what the group says.

P=/sys/bus/pci/devices
dev=0000:01:00.0

# word OFFSET: two bytes of the device's configuration space
word() { hexdump -v -s "$1" -n 2 -e '1/2 "%u"' $P/$dev/config; }

# ats: is it switched on, by the ATS extended capability
ats() {
	local at=256

	while [ $at != 0 ] && [ "$(word $at)" != 15 ]; do
		at=$(($(word $((at + 2))) >> 4))
	done
	[ $at = 0 ] || echo $(($(word $((at + 6))) >> 15))
}

# now TEXT ATS BYPASS
now() {
	same "$1: ATS, by the device's capability" "$(ats)" "$2"
	same "$1: bypass" "$(value $P/$dev/iommu_caps/bypass)" "$3"
	same "$1: enabled" "$(value $P/$dev/iommu_caps/enabled)" \
		"$([ "$2" = 0 ] || echo ats)"
}

type=$(readlink -f $P/$dev/iommu_group)/type
now "at first" 0 identity
write "$(readlink -f $P/$dev/driver)/unbind" $dev
changes "a domain that translates" 1 write "$type" DMA
now "a domain that translates" 1 ats
changes "passthrough" 1 write "$type" identity
now "passthrough" 0 identity
changes "a domain that translates, again" 1 write "$type" DMA
now "a domain that translates, again" 1 ats
listen
write $P/$dev/remove 1
write /sys/bus/pci/rescan 1
wait_for 20 test -e $P/$dev/iommu_caps
heard >/dev/null
same "found again: bypass agrees with the capability" \
	"$(value $P/$dev/iommu_caps/bypass)" \
	"$([ "$(ats)" = 1 ] && echo ats || echo identity)"
