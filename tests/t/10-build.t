#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# dkms builds the module in each release's own environment, and the compiler
# has nothing to say.
. "$(dirname "$0")/../lab/lib.sh"

for kernel in ${IOMMU_CAPS_KERNELS:-$(amd64_kernels)}; do
	dir=$("$TOP/tests/lab/build" "$kernel")
	tap $? "$kernel: dkms builds it"
	[ -n "$dir" ] || continue
	tap_empty "$kernel: without a warning" \
		"$(grep -iE 'warning|error:' "$dir/make.log")"
	wanted=$(cat "$CACHE/kernel/$kernel/release")
	[ "$(grep -aoE 'vermagic=[^ ]+' "$dir/iommu_caps.ko")" = \
	  "vermagic=$wanted" ]
	tap $? "$kernel: it is for $wanted"
	for field in license description author version; do
		grep -qa "$field=" "$dir/iommu_caps.ko"
		tap $? "$kernel: modinfo has a $field"
	done
done
tap_end
