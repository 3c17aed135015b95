#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# dkms (for other architectures make) builds the module in each release's own
# environment, and the compiler has nothing to say.
. "$(dirname "$0")/../lab/lib.sh"

modinfo_field() {
	tr '\0' '\n' <"$1/iommu_caps.ko" | sed -n "s/^$2=//p" | head -n 1
}

for kernel in ${IOMMU_CAPS_KERNELS:-$(present_kernels)}; do
	dir=$("$TOP/tests/lab/build" "$kernel")
	tap $? "$kernel: dkms builds it"
	[ -n "$dir" ] || continue
	tap_empty "$kernel: without a warning" \
		"$(grep -iE 'warning|error:' "$dir/make.log")"
	wanted=$(cat "$CACHE/kernel/$kernel/release")
	vermagic=$(modinfo_field "$dir" vermagic)
	[ "${vermagic%% *}" = "$wanted" ]
	tap $? "$kernel: it is for $wanted"
	version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' "$TOP/dkms.conf")
	[ "$(modinfo_field "$dir" version)" = "$version" ]
	tap $? "$kernel: modinfo states version $version"
	for field in license description author; do
		[ -n "$(modinfo_field "$dir" "$field")" ]
		tap $? "$kernel: modinfo has a $field"
	done
done
tap_end
