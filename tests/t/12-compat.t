#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Distribution kernels carry backports: what a kernel offers is found out from
# its headers and its list of exported symbols, not from its version.  So the
# module is built against headers that were changed to lack an interface, to
# carry one, and to declare one that is not exported; the module must build
# without a word and use what is there, and only that.
. "$(dirname "$0")/../lab/lib.sh"


# built NAME KERNEL MACRO yes|no SYMBOL EDIT...: MACRO is set or not, SYMBOL
# linked or not
built() {
	local name=$1 kernel=$2 macro=$3 want=$4 symbol=$5 dir out got
	shift 5
	dir=$(mktemp -d)
	out=$("$TOP/tests/lab/kbuild" "$@" --out "$dir" "$kernel" 2>&1)
	tap $? "$kernel, $name: builds"
	tap_empty "$kernel, $name: without a warning" \
		"$(echo "$out" | grep -E 'warning:|error:|ERROR|WARNING')"
	got=no
	grep -q "^#define $macro 1" "$dir/src/compat/config.h" 2>/dev/null &&
		got=yes
	[ "$got" = "$want" ]
	tap $? "$kernel, $name: $macro is $want"
	got=no
	grep -qaw "$symbol" "$dir/iommu_caps.mod.c" 2>/dev/null && got=yes
	nm "$dir/iommu_caps.ko" 2>/dev/null | grep -qw "U $symbol" && got=yes
	[ "$got" = "$want" ]
	tap $? "$kernel, $name: linking to $symbol is $want"
	rm -r "$dir"
}

H=include/linux/iommu.h
isolated=iommu_group_has_isolated_msi
capable=device_iommu_capable

built "as it is" 6.12-amd64 IC_HAVE_ISOLATED_MSI yes $isolated
built "lacking it" 6.12-amd64 IC_HAVE_ISOLATED_MSI no $isolated \
	--edit $H "s/$isolated/gone_$isolated/" \
	--edit Module.symvers "/\t$isolated\t/d"
built "declared but not exported" 6.12-amd64 IC_HAVE_ISOLATED_MSI no $isolated \
	--edit Module.symvers "/\t$isolated\t/d"
built "exported but not declared" 6.12-amd64 IC_HAVE_ISOLATED_MSI no $isolated \
	--edit $H "s/$isolated/gone_$isolated/"

built "as it is" 5.10-amd64 IC_HAVE_DEVICE_IOMMU_CAPABLE no $capable
built "with a backport" 5.10-amd64 IC_HAVE_DEVICE_IOMMU_CAPABLE yes $capable \
	--edit $H "s/^extern bool iommu_capable(.*/&\nextern bool $capable(struct device *dev, enum iommu_cap cap);/" \
	--edit Module.symvers "s/^0x[0-9a-f]*\tiommu_capable\t\(.*\)/&\n0x12345678\t$capable\t\1/"
built "declared only" 5.10-amd64 IC_HAVE_DEVICE_IOMMU_CAPABLE no $capable \
	--edit $H "s/^extern bool iommu_capable(.*/&\nextern bool $capable(struct device *dev, enum iommu_cap cap);/"
built "lacking it" 6.1-amd64 IC_HAVE_DEVICE_IOMMU_CAPABLE no $capable \
	--edit $H "s/$capable/gone_$capable/" \
	--edit Module.symvers "/\t$capable\t/d"
tap_end
