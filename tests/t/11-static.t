#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# sparse, W=1 and clang find nothing in the module; checkpatch finds nothing in
# any C file; the defects that make mutate plants still apply.
. "$(dirname "$0")/../lab/lib.sh"
cd "$TOP" || exit 1

# What is said of our files; headers of the kernel are not ours to mend.
ours() { grep -E '^(/mnt/module/)?(src|include)/[^ ]*: |iommu_caps\.o: |modpost: '; }

# sparse 0.6.4 does not take the macros of 7.x at the end of a module for
# constant: MODULE_LICENSE and its like, and module parameters.
known() {
	local line

	while read -r line; do
		case $line in
		*'error: bad constant expression')
			at=$(echo "$line" | sed -n 's,^.*/\?\(src/[^:]*\):\([0-9]*\):.*,\1 \2,p')
			sed -n "${at#* }p" "${at% *}" |
				grep -qE '^(MODULE_|module_)' && continue ;;
		esac
		echo "$line"
	done
}

kernels=${IOMMU_CAPS_KERNELS:-$(present_kernels)}

# older_of_arch KERNEL: is there a newer one of the same architecture, which is not
# the machine's? What sparse sees there is much the same.
older_of_arch() {
	local arch=${1#*-}

	[ "$arch" != amd64 ] && [ "$1" = "6.12-$arch" ] &&
		echo "$kernels" | grep -qE "(newest|testing)-$arch"
}

for kernel in $kernels; do
	[ -n "${IOMMU_CAPS_MATRIX:-}" ] || ! older_of_arch "$kernel" || continue
	out=$(tests/lab/kbuild "$kernel" C=2 W=1 2>/dev/null)
	tap $? "$kernel: builds with C=2 W=1"
	echo "$out" | grep -q '^ *CHECK '
	tap $? "$kernel: sparse was run"
	tap_empty "$kernel: sparse and W=1 say nothing" \
		"$(echo "$out" | ours | known)"
	# one kernel is enough for what another compiler sees
	[ -n "${IOMMU_CAPS_MATRIX:-}" ] || [ "$kernel" = newest-amd64 ] ||
		continue
	[ "$(conf "$(kernel_conf "$kernel")" root)" = trixie ] || continue
	out=$(tests/lab/kbuild "$kernel" CC=/mnt/clang-for-gcc W=1 2>/dev/null)
	tap $? "$kernel: builds with clang"
	tap_empty "$kernel: clang says nothing" "$(echo "$out" | ours)"
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
