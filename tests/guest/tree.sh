# SPDX-License-Identifier: GPL-2.0-only
#
# The tree against what this kernel itself publishes: iommu_groups, class
# iommu, the devices' own links.  Holds on every platform.

same "abi_version is 1" "$(value $T/abi_version)" 1

### groups

published_groups() {
	for g in "$K"/*; do
		# a debug kernel lets empty ones linger
		[ -e "$g" ] && [ "$(names "$g/devices")" ] || continue
		[ "$(value "$g/name")" != vfio-noiommu ] || continue
		echo "${g##*/}"
	done | sort
}

same "groups are the kernel's, and no other" \
	"$(names $T/groups)" "$(published_groups)"

# each_group CHECK: CHECK prints what is wrong with the group $1 (ours), $2
# (the kernel's)
each_group() {
	for g in "$T"/groups/*; do
		[ ! -e "$g" ] || "$1" "$g" "$K/${g##*/}"
	done
}

check_id() {
	[ "$(value "$1/id")" = "${1##*/}" ] || echo "${1##*/}: $(value "$1/id")"
}

check_name() {
	[ "$(value "$1/name")" = "$(value "$2/name")" ] ||
		echo "${1##*/}: $(value "$1/name"), kernel: $(value "$2/name")"
}

check_type() {
	local want="$(value "$2/type")"

	[ "$want" != unknown ] || want=
	[ "$(value "$1/domain_type")" = "$want" ] ||
		echo "${1##*/}: $(value "$1/domain_type"), kernel: $want"
}

check_link() {
	[ "$(readlink -f "$1/iommu_group")" = "$2" ] ||
		echo "${1##*/}: $(readlink -f "$1/iommu_group")"
}

check_devices() {
	[ "$(names "$1/devices")" = "$(names "$2/devices")" ] ||
		echo "${1##*/}:" $(names "$1/devices") kernel: \
			$(names "$2/devices")
	for d in "$1"/devices/*; do
		[ "$(readlink -f "$d")" = \
		  "$(readlink -f "$2/devices/${d##*/}")" ] ||
			echo "${1##*/}: $d leads to another device"
	done
}

# The kernel's words for regions that firmware demands 1:1 are ours as well.
check_direct() {
	local bypass=" $(value "$1/bypass") " kind

	[ -e "$1/bypass" ] || return 0	# check_bypass has an eye on that
	for kind in direct direct-relaxable; do
		case $bypass in
		*" $kind "*) grep -q " $kind\$" "$2/reserved_regions" ;;
		*) ! grep -q " $kind\$" "$2/reserved_regions" ;;
		esac || echo "${1##*/}: bypass$bypass, and $kind"
	done
}

# What a group says of its units is what its units say.
check_any_unit() {
	local pair mine theirs any u

	for pair in caching_mode:caching_mode viommu:virtual; do
		mine=$(value "$1/${pair%:*}")
		any=
		for u in "$1"/units/*; do
			theirs=$(value "$u/${pair#*:}")
			[ "$any" = 1 ] || any=$theirs
		done
		[ "$mine" = "$any" ] ||
			echo "${1##*/}: ${pair%:*} '$mine', units '$any'"
	done
}

# Translation needs an active unit and a translating domain.
check_remap() {
	local want=0 active= u

	for u in "$1"/units/*; do
		[ "$active" = 0 ] || active=$(value "$u/active")
	done
	[ -n "$active" ] || return	# then dma_remap may not be known either
	case $(value "$2/type") in
	DMA | DMA-FQ) want=$active ;;
	unknown) return ;;
	esac
	[ "$(value "$1/owner")" != user ] || return
	[ "$(value "$1/dma_remap")" = "$want" ] ||
		echo "${1##*/}: dma_remap '$(value "$1/dma_remap")'," \
			"active $active, type $(value "$2/type")"
}

check_bypass() {
	local bypass=" $(value "$1/bypass") "

	# unknown as long as that is, and only then
	if [ ! -e "$1/bypass" ]; then
		[ ! -e "$1/dma_remap" ] ||
			echo "${1##*/}: dma_remap is known, bypass is not"
		return
	fi
	case "$(value "$2/type"),$bypass" in
	*,"  ") echo "${1##*/}: bypass is empty" ;;
	identity,*\ identity\ *) ;;
	identity,*) echo "${1##*/}: identity domain, bypass$bypass" ;;
	*,*\ identity\ *) echo "${1##*/}: no identity domain, bypass$bypass" ;;
	esac
	case $bypass in
	" none ") ;;
	*\ none\ *) echo "${1##*/}: none and more:$bypass" ;;
	esac
}

for check in id name link type devices direct any_unit remap bypass; do
	case $check in
	id) text="id is the number of its folder" ;;
	name) text="name is the kernel's name" ;;
	link) text="iommu_group leads to the kernel's group" ;;
	type) text="domain_type is the kernel's type" ;;
	devices) text="devices are the kernel's" ;;
	direct) text="1:1 regions are the kernel's reserved_regions" ;;
	any_unit) text="caching_mode and viommu follow from its units" ;;
	remap) text="dma_remap follows from unit and domain" ;;
	bypass) text="bypass agrees with the kernel's type" ;;
	esac
	none "each group: $text" "$(each_group "check_$check")"
done

### links of devices

links() { labtool find /sys/devices "$1" | sort; }

same "devices with a link are those in a group" \
	"$(links iommu_caps)" "$(links iommu_group)"
wrong=
for d in $(links iommu_caps); do
	id=$(readlink -f "$d/iommu_group")
	[ "$(readlink -f "$d/iommu_caps")" = "$T/groups/${id##*/}" ] ||
		wrong="$wrong $d"
done
none "each device's link leads to its group" "$wrong"

### units

class_units() { names /sys/class/iommu; }
driven_units() {
	for u in "$T"/units/*; do
		[ ! -e "$u/iommu" ] || echo "${u##*/}"
	done | sort
}

same "driven units are those of class iommu" "$(driven_units)" "$(class_units)"

# each_unit CHECK: with our folder and the class device
each_unit() {
	for u in "$T"/units/*; do
		[ ! -e "$u/iommu" ] || "$1" "$u" "/sys/class/iommu/${u##*/}"
	done
}

check_class_link() {
	[ "$(readlink -f "$1/iommu")" = "$(readlink -f "$2")" ] ||
		echo "${1##*/}: $(readlink -f "$1/iommu")"
}

# Both directions, through the kernel's links of the unit's devices.
check_unit_groups() {
	local want=$(for d in "$2"/devices/*; do
			g=$(readlink -f "$d/iommu_group") && echo "${g##*/}"
		done | sort -u)

	[ "$(names "$1/groups")" = "$want" ] ||
		echo "${1##*/}:" $(names "$1/groups") kernel: $want
	for g in "$1"/groups/*; do
		[ ! -e "$g" ] || [ -e "$g/units/${1##*/}" ] ||
			echo "${1##*/}: not among the units of ${g##*/}"
	done
}

# number 0xHEX or HEX: as shell arithmetic has it
number() { echo $((0x${1#0x})); }

check_vtd() {
	local cap ecap name shift want pair

	[ -e "$2/intel-iommu" ] || return
	cap=$(number "$(value "$2/intel-iommu/cap")")
	ecap=$(number "$(value "$2/intel-iommu/ecap")")
	[ "$(value "$1/type")" = intel-vtd ] || echo "type $(value "$1/type")"
	[ "$(value "$1/version")" = "$(value "$2/intel-iommu/version")" ] ||
		echo "version $(value "$1/version")"
	[ "$(number "$(value "$1/address")")" = \
	  "$(number "$(value "$2/intel-iommu/address")")" ] ||
		echo "address $(value "$1/address")"
	[ "$(number "$(value "$1/registers/cap")")" = "$cap" ] ||
		echo "registers/cap $(value "$1/registers/cap")"
	[ "$(number "$(value "$1/registers/ecap")")" = "$ecap" ] ||
		echo "registers/ecap $(value "$1/registers/ecap")"
	# in scalable mode, SMPWC counts
	shift=0
	[ "$(value "$1/scalable")" != 1 ] || shift=48
	for pair in caching_mode:$((cap >> 7 & 1)) \
		    coherent_walk:$((ecap >> shift & 1)) \
		    intr_remap_capable:$((ecap >> 3 & 1)) \
		    passthrough_capable:$((ecap >> 6 & 1)) \
		    snoop_control:$((ecap >> 7 & 1)) \
		    domains:$((1 << 4 + 2 * (cap & 7))); do
		[ "$(value "$1/${pair%:*}")" = "${pair#*:}" ] ||
			echo "${pair%:*} $(value "$1/${pair%:*}")"
	done
}

# The driver's features are one number, or two in an order that changed; its
# name stands at the registers' address in /proc/iomem.
check_amd() {
	local cap efr theirs pair

	[ -e "$2/amd-iommu" ] || return
	cap=$(number "$(value "$2/amd-iommu/cap")")
	[ "$(value "$1/type")" = amd-vi ] || echo "type $(value "$1/type")"
	[ "$(number "$(value "$1/registers/cap")")" = "$cap" ] ||
		echo "registers/cap $(value "$1/registers/cap")"
	efr=$(value "$1/registers/efr")
	theirs=$(value "$2/amd-iommu/features")
	case ":$theirs:" in
	*":${efr#0x}:"*) ;;
	*) echo "registers/efr $efr, kernel: $theirs" ;;
	esac
	efr=$(number "$efr")
	[ "$(value "$1/caching_mode")" = $((cap >> 26 & 1)) ] ||
		echo "caching_mode $(value "$1/caching_mode")"
	for pair in ats:$((cap >> 24 & 1)) pri:$((efr >> 1 & 1)) \
		    x2apic:$((efr >> 2 & 1)) pasid:$((efr >> 4 & 1)); do
		case " $(value "$1/features") " in
		*" ${pair%:*} "*) [ "${pair#*:}" = 1 ] ;;
		*) [ "${pair#*:}" = 0 ] ;;
		esac || echo "features $(value "$1/features"), $pair"
	done
	theirs=$(sed -n 's/^ *\([0-9a-f]*\)-.* : amd_iommu$/\1/p' /proc/iomem)
	case " $(echo $theirs) " in
	*" $(printf %08x "$(number "$(value "$1/address")")") "*) ;;
	*) echo "address $(value "$1/address"), kernel: $theirs" ;;
	esac
}

# The virtio device publishes the features as bits, the lowest first; width of
# addresses and page sizes the driver has put into the log.
check_virtio() {
	local vdev=${2%/*/*} bits i=0 features=0 sizes=0 name token said

	vdev=$(readlink -f "$2") && vdev=${vdev%/iommu/*}
	[ "$(value "$vdev/device")" = 0x0017 ] || return
	bits=$(value "$vdev/features")
	while [ -n "$bits" ]; do
		case $bits in 1*) features=$((features | 1 << i)) ;; esac
		bits=${bits#?}
		i=$((i + 1))
	done
	[ "$(value "$1/type")" = virtio-iommu ] ||
		echo "type $(value "$1/type")"
	[ "$(number "$(value "$1/registers/features")")" = $features ] ||
		echo "registers/features $(value "$1/registers/features")"
	[ "$(value "$1/passthrough_capable")" = $((features >> 6 & 1)) ] ||
		echo "passthrough_capable $(value "$1/passthrough_capable")"
	name="virtio_iommu ${vdev##*/}"
	said=$(dmesg | sed -n "s/.*$name: input address: \([0-9]*\) bits/\1/p")
	[ "$(value "$1/address_width")" = "$said" ] ||
		echo "address_width $(value "$1/address_width"), kernel: $said"
	for token in $(value "$1/page_sizes"); do
		case $token in
		*K) i=10 ;;
		*M) i=20 ;;
		*G) i=30 ;;
		*T) i=40 ;;
		*P) i=50 ;;
		*E) i=60 ;;
		esac
		sizes=$((sizes | ${token%?} << i))
	done
	said=$(dmesg | sed -n "s/.*$name: page mask: \(0x[0-9a-f]*\)/\1/p")
	[ "$(printf %#x $sizes)" = "$said" ] ||
		echo "page_sizes $(value "$1/page_sizes"), kernel: $said"
}

none "each unit: iommu leads to the class device" "$(each_unit check_class_link)"
none "each unit: groups are those of its devices" "$(each_unit check_unit_groups)"
none "each VT-d unit: registers and facts are the driver's cap and ecap" \
	"$(each_unit check_vtd)"
none "each AMD-Vi unit: registers and facts are the driver's cap and features" \
	"$(each_unit check_amd)"
none "each virtio-iommu: registers and facts are the virtio device's" \
	"$(each_unit check_virtio)"

### no group at all

same "unprotected are the PCI functions in no group, and what the platform says" \
	"$(names $T/unprotected)" "$(unprotected_functions)"
