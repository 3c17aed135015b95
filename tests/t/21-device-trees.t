#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# iommu-caps on every device tree that the kernel packages of other
# architectures bring: decode against dtc's own output, which a script walks,
# and lint against what was judged by hand (tests/lint/verdicts); lint on the
# tables of real machines, where there are any beside the checkout. One kernel
# in a check, all of them with --matrix.
. "$(dirname "$0")/../lab/lib.sh"

dir=$(mktemp -d "$TOOLS/tmp/trees.XXXXXX") || exit 1
trap 'rm -r "$dir"' EXIT
inside=/tmp/$(basename "$dir")
cd "$TOP" || exit 1

# Where a kernel's device trees are, seen from here
trees_of() {
	find "$CACHE/kernel/$1/" -name '*.dtb' -o -name '*.dtbo' | sort
}

# Take over the facts of a script that prints TAP: tap_of NAME STATUS OUTPUT
tap_of() {
	local line

	grep -qE '^(not )?ok [0-9]' <<<"$3" || tap 1 "$1 prints facts"
	while read -r line; do
		case $line in
		ok\ *) tap 0 "$1: ${line#ok [0-9]* - }" ;;
		not\ ok\ *) tap 1 "$1: ${line#not ok [0-9]* - }" ;;
		\#*) echo "$line" ;;
		esac
	done <<<"$3"
	tap "$2" "$1 succeeds"
}

# A check takes what is there already; the matrix sets up what it needs, and
# takes what stands in for a kernel that the mirror cannot give now.
kernels="6.12-arm64 $(have_kernel 6.12-riscv64 && echo 6.12-riscv64 ||
		      echo testing-riscv64)"
[ -z "${IOMMU_CAPS_MATRIX:-}" ] || {
	kernels="6.12-arm64 6.12-riscv64 newest-arm64 newest-riscv64"
	kernels="$kernels testing-riscv64"
	for kernel in $kernels; do
		case $kernel in
		testing-*) ! have_kernel newest-riscv64 || continue ;;
		esac
		tests/lab/setup "$kernel" >&2 || [ $? = "$UNAVAILABLE" ] ||
			tap 1 "$kernel is set up"
	done
}

out=$(tests/lab/tools make -s -C src build="$inside/build" \
	"$inside/build/iommu-caps" 2>&1)
tap $? "iommu-caps builds" || echo "$out" | sed 's/^/# /'

for kernel in $kernels; do
	if ! have_kernel "$kernel"; then
		tap 0 "the device trees of $kernel # SKIP it is not here"
		continue
	fi
	mkdir -p "$dir/$kernel"
	trees_of "$kernel" | while read -r tree; do
		to=$dir/$kernel/$(basename "$(dirname "$tree")")
		mkdir -p "$to"
		cp -l "$tree" "$to/" 2>/dev/null || cp "$tree" "$to/"
	done
	(cd "$dir" && find "$kernel" -type f | sort |
		sed "s,^,$inside/,") >"$dir/$kernel.list"
	tap "$([ -s "$dir/$kernel.list" ]; echo $?)" \
		"$kernel has $(wc -l <"$dir/$kernel.list") device trees"
	out=$(tests/lab/tools tests/dtb/compare "$inside/build/iommu-caps" \
		"$inside/$kernel.list" 2>&1)
	tap_of "decode, $kernel" $? "$out"
	# the column of the same release if there is one, else the first
	release=$(sed 's/[-+].*//' "$CACHE/kernel/$kernel/release")
	column=$(sed -n 's/^\([0-9][0-9. ]*\)tables |.*/\1/p' \
		tests/lint/verdicts | tr ' ' '\n' | grep -xF -- "$release" ||
		echo 6.12.117)
	[ "${kernel##*-}" = arm64 ] || release=$kernel
	out=$(tests/lab/tools tests/lint/sort "$inside/build/iommu-caps" \
		"$inside/$kernel.list" "$column" "$release" 2>&1)
	tap_of "lint, $kernel" $? "$out"
done

corpus=${CORPUS:-$TOP/../shared/corpus}
if [ -d "$corpus/acpi" ]; then
	cp -r "$corpus/acpi" "$dir/acpi"
	find "$dir/acpi" -name '*.bin' | sort |
		sed "s,^$dir,$inside," >"$dir/tables.list"
	out=$(tests/lab/tools tests/lint/sort "$inside/build/iommu-caps" \
		"$inside/tables.list" tables tables 2>&1)
	tap_of "lint, tables of real machines" $? "$out"
fi
tap_end
