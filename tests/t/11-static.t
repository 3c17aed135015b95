#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# clang finds nothing in the module; checkpatch finds nothing in any C file; the
# defects that make mutate plants still apply. (sparse and W=1: 10-build.t.)
. "$(dirname "$0")/../lab/lib.sh"
cd "$TOP" || exit 1

# One kernel is enough for what another compiler sees.
for kernel in ${IOMMU_CAPS_KERNELS:-$(present_kernels)}; do
	[ -n "${IOMMU_CAPS_MATRIX:-}" ] || [ "$kernel" = newest-amd64 ] ||
		continue
	[ "$(conf "$(kernel_conf "$kernel")" root)" = trixie ] || continue
	out=$(tests/lab/kbuild "$kernel" CC=/mnt/clang-for-gcc W=1 2>/dev/null)
	tap $? "$kernel: builds with clang"
	# headers of the kernel are not ours to mend
	tap_empty "$kernel: clang says nothing" "$(echo "$out" | grep -E \
		'^(/mnt/module/)?(src|include)/[^ ]*: |iommu_caps\.o: |modpost: ')"
done

checkpatch() {
	perl "$TOOLS/usr/src/kernel-scripts/checkpatch.pl" --no-tree --strict \
		--terse --show-types --no-summary "$@" 2>&1
}

# Lists of names are macros that parentheses would break.
lists=COMPLEX_MACRO,MACRO_ARG_REUSE
# What only the kernel's headers bring, names of foreign interfaces, and a
# string that should be neither long nor split.
foreign=$lists,BIT_MACRO,STRCPY,PREFER_KERNEL_TYPES,PREFER_DEFINED_ATTRIBUTE_MACRO
foreign=$foreign,ARRAY_SIZE,EMBEDDED_FUNCTION_NAME,CAMELCASE
foreign=$foreign,LONG_LINE_STRING,SPLIT_STRING,STATIC_CONST_CHAR_ARRAY
foreign=$foreign,REPEATED_WORD,SPACING,LINE_SPACING

[ -f "$TOOLS/usr/src/kernel-scripts/checkpatch.pl" ]
tap $? "checkpatch is there"
# check_files IGNORED FILE...: reading checkpatch's rules costs more than a file
check_files() {
	local out file

	out=$(checkpatch ${1:+--ignore "$1"} -f "${@:2}")
	for file in "${@:2}"; do
		tap_empty "checkpatch: $file" \
			"$(echo "$out" | grep -F -- "$file:")"
	done
	tap_empty "checkpatch: it had nothing else to say" \
		"$(echo "$out" | grep -Ev '^(src|include|tests)/[^ ]*\.[ch]:')"
}

mapfile -t files < <(git -c safe.directory='*' ls-files -co \
	--exclude-standard 'src/*.[ch]' 'include/*.h' 'tests/*.[ch]')
user='^(src/(common|lsiommu|iommu-caps|libiommucaps)/|tests/|include/libiommucaps\.h$)'
mapfile -t module < <(printf '%s\n' "${files[@]}" | grep -Ev "$user|^include/")
mapfile -t headers < <(printf '%s\n' "${files[@]}" | grep -Ev "$user" |
	grep '^include/')
mapfile -t programs < <(printf '%s\n' "${files[@]}" | grep -E "$user")
check_files "" "${module[@]}"
check_files "$lists" "${headers[@]}"
check_files "$foreign" "${programs[@]}"

out=$(tests/mutate/run --list 2>&1)
tap $? "each planted defect applies, and a check runs its tests"
grep -A 1 '^not ok' <<<"$out" | sed 's/^/# /'
tap_end
