#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Distribution kernels carry backports: what a kernel offers is found out from
# its headers and its list of exported symbols, not from its version.  So the
# module is built against headers that were changed to lack an interface, to
# carry one, to declare one that is not exported or only for named modules, and
# to contradict themselves; the module must build without a word and use what is
# there, and only that, or say why it does not build.
. "$(dirname "$0")/../lab/lib.sh"

# linked NAME KERNEL MODULE yes|no SYMBOL
linked() {
	local got=no

	! nm "$3" 2>/dev/null | grep -qw "U $5" || got=yes
	[ "$got" = "$4" ]
	tap $? "$2, $1: linking to $5 is $4"
}

# as_it_is KERNEL yes|no SYMBOL: with the headers unchanged
as_it_is() {
	linked "as it is" "$1" "$("$TOP/tests/lab/build" "$1")/iommu_caps.ko" \
		"${@:2}"
}

# built NAME KERNEL MACRO yes|no SYMBOL EDIT...: with changed headers MACRO is set
# or not, and SYMBOL linked or not
built() {
	local name=$1 kernel=$2 dir out got=no

	dir=$(mktemp -d) || exit 1
	out=$("$TOP/tests/lab/kbuild" "${@:6}" --out "$dir" "$kernel" 2>&1)
	tap $? "$kernel, $name: builds"
	tap_empty "$kernel, $name: without a warning" \
		"$(echo "$out" | grep -E 'warning:|error:|ERROR|WARNING')"
	! grep -q "^#define $3 1" "$dir/src/compat/config.h" 2>/dev/null ||
		got=yes
	[ "$got" = "$4" ]
	tap $? "$kernel, $name: $3 is $4"
	linked "$name" "$kernel" "$dir/iommu_caps.ko" "$4" "$5"
	rm -r "$dir"
}

H=include/linux/iommu.h
isolated=iommu_group_has_isolated_msi
capable=device_iommu_capable

as_it_is 6.12-amd64 yes $isolated
as_it_is 5.10-amd64 no $capable
built "with a backport" 5.10-amd64 IC_HAVE_DEVICE_IOMMU_CAPABLE yes $capable \
	--edit $H "s/^extern bool iommu_capable(.*/&\nextern bool $capable(struct device *dev, enum iommu_cap cap);/" \
	--edit Module.symvers "s/^0x[0-9a-f]*\tiommu_capable\t\(.*\)/&\n0x12345678\t$capable\t\1/"

# What a kernel with a trimmed list of symbols may lack, or keep from us, at the
# cost of a few facts. Every other one the reserved way; and one that is exported
# is not declared.
optional=(iommu_get_domain_for_dev iommu_group_for_each_dev
	iommu_group_dma_owner_claimed $capable
	iommu_get_group_resv_regions pci_num_vf region_intersects dma_ops
	iommu_paging_domain_alloc iommu_domain_alloc iommu_domain_free
	hv_root_partition dmi_match dmi_get_system_info
	__tracepoint_add_device_to_group __tracepoint_remove_device_from_group
	__tracepoint_attach_device_to_domain)
trim=
for i in "${!optional[@]}"; do
	case $((i % 3)) in
	0) trim+="/\t${optional[i]}\t/d;" ;;
	1) trim+="s/\t${optional[i]}\t.*/&module:vfio,kvm/;" ;;
	2) trim+="s/\t${optional[i]}\t.*/&SOME_NAMESPACE/;" ;;
	esac
done
dir=$(mktemp -d) || exit 1
out=$("$TOP/tests/lab/kbuild" --out "$dir" --edit Module.symvers "$trim" \
	--edit $H "s/$isolated/gone_$isolated/" 6.12-amd64 2>&1)
tap $? "6.12-amd64, trimmed: builds"
tap_empty "6.12-amd64, trimmed: without a warning" \
	"$(echo "$out" | grep -E 'warning:|error:|ERROR|WARNING')"
tap_empty "6.12-amd64, trimmed: links to nothing that it was not given" \
	"$(nm -u "$dir/iommu_caps.ko" | awk '{ print $2 }' |
	   grep -Fx "$(printf '%s\n' $isolated "${optional[@]}")")"
tap_empty "6.12-amd64, trimmed: of the IOMMU core it needs groups alone" \
	"$(nm -u "$dir/iommu_caps.ko" | awk '/iommu/ { print $2 }' |
	   grep -vx 'iommu_group_get\|iommu_group_put\|iommu_group_id')"
grep -q "^#define IC_UNEXPORTED_DEVICE_IOMMU_CAPABLE 1" "$dir/src/compat/config.h"
tap $? "6.12-amd64, trimmed: that the kernel has it, and keeps it, is known"
grep -q "not exported: $capable" "$dir/probe.log"
tap $? "6.12-amd64, trimmed: probe.log names the symbol"
grep -q "IC_HAVE_ISOLATED_MSI is not set: not declared" "$dir/src/compat/config.h"
tap $? "6.12-amd64, trimmed: what is exported and not declared is not used"
rm -r "$dir"

# refused NAME REGEX EDIT...: the build ends, and says why
refused() {
	local name=$1 regex=$2 out

	shift 2
	out=$("$TOP/tests/lab/kbuild" "$@" 6.12-amd64 2>&1)
	[ $? != 0 ]
	tap $? "6.12-amd64, $name: does not build"
	echo "$out" | grep -Eq "$regex"
	tap $? "6.12-amd64, $name: and says why"
}

refused "probes that disagree" 'error: .*ownership of DMA: .* disagree' \
	--edit include/linux/pci.h "s/bool driver_managed_dma;/bool renamed;/"
refused "headers that do not compile" "own headers do not compile:" \
	--edit include/linux/iommu.h "1i #error broken"
refused "no list of symbols" 'iommu_caps: .*Module.symvers is missing' \
	--without Module.symvers
tap_end
