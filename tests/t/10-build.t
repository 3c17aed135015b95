#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# dkms (for other architectures make) builds the module in each release's own
# environment; the compiler (W=1) and sparse have nothing to say.
. "$(dirname "$0")/../lab/lib.sh"

# complaints LOG: sparse 0.6.4 does not take the macros of 7.x at the end of a
# module for constant: MODULE_LICENSE and its like, and module parameters.
complaints() {
	local line at

	grep -iE 'warning|error:' "$1" | while read -r line; do
		case $line in
		*'error: bad constant expression')
			at=$(echo "$line" | sed -n 's,^.*/\?\(src/[^:]*\):\([0-9]*\):.*,\1 \2,p')
			sed -n "${at#* }p" "$TOP/${at% *}" |
				grep -qE '^(MODULE_|module_)' && continue ;;
		esac
		echo "$line"
	done
}

modinfo_field() {
	tr '\0' '\n' <"$1/iommu_caps.ko" | sed -n "s/^$2=//p" | head -n 1
}

for kernel in ${IOMMU_CAPS_KERNELS:-$(present_kernels)}; do
	dir=$("$TOP/tests/lab/build" "$kernel")
	tap $? "$kernel: dkms builds it"
	[ -n "$dir" ] || continue
	tap_empty "$kernel: without a warning" "$(complaints "$dir/make.log")"
	grep -q '^ *CHECK .*/main\.c$' "$dir/make.log"
	tap $? "$kernel: sparse was run"
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
