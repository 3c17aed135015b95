#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What tools say of the source without running it: checkpatch, and builds that
# must not have a word to say, with W=1 and sparse for each kernel of the
# matrix in its own distribution, and with clang.
set -u
. "$(dirname "$0")/../lab/lib.sh"
private_mounts "$@"

n=0
failed=0
# result STATUS TEXT FILE: the file's text explains a failure
result() {
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		failed=1
		echo "not ok $n - $2"
		sed 's/^/# /' "$3"
	fi
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
kernels=${IOMMU_CAPS_KERNELS:-$(amd64_kernels)}
"$TOP/tests/lab/setup" $kernels

# checkpatch: all of it for the module; programs have the types and attributes
# of the C library, and names that libraries dictate. A list that is written
# once for all its uses (iommu_caps.h) cannot be put in parentheses.
PROGRAM=CAMELCASE,PREFER_KERNEL_TYPES,BIT_MACRO,EMBEDDED_FUNCTION_NAME
PROGRAM=$PROGRAM,LONG_LINE_STRING,PREFER_DEFINED_ATTRIBUTE_MACRO,COMPLEX_MACRO
PROGRAM=$PROGRAM,SPACING,LINE_SPACING,ARRAY_SIZE
PROGRAM=$PROGRAM,STATIC_CONST_CHAR_ARRAY,REPEATED_WORD,SPLIT_STRING
LISTS=COMPLEX_MACRO,MACRO_ARG_REUSE
chroot_tools() { "$TOP/tests/lab/tools" "$@"; }
for file in $(git -c safe.directory='*' -C "$TOP" ls-files \
		'src/*.[ch]' 'include/*.h' 'tests/*.c' 'tests/*.h'); do
	case $file in
	src/lsiommu/* | src/table2json.c | tests/*) kind=PROGRAM ;;
	include/iommu_caps.h) kind=LISTS ;;
	*) kind=MODULE ;;
	esac
	echo "$kind $file"
done | sort >"$log.files"
MODULE=NONE
for kind in MODULE LISTS PROGRAM; do
	sed -n "s/^$kind //p" "$log.files" | chroot_tools xargs \
		perl /usr/src/kernel-scripts/checkpatch.pl --no-tree --strict \
		--terse --no-summary --show-types --ignore "${!kind}" -f \
		2>&1 | grep -v '^sh: 1: git: not found' >"$log"
	[ ! -s "$log" ]
	result $? "checkpatch --strict has nothing to say: ${kind,,}" "$log"
done
rm "$log.files"

# build_quietly TEXT KERNEL MAKE-ARGUMENT...: any warning is a failure
build_quietly() {
	local text=$1 kernel=$2 root release tree
	shift 2
	root=$(root_dir "$(conf "$(kernel_conf "$kernel")" root)")
	release=$(cat "$CACHE/kernel/$kernel/release")
	tree=$(mktemp -d "$root/tmp/static.XXXXXX")
	sh "$TOP/src/install.sh" source "$tree"
	mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"
	chroot "$root" make -C "/lib/modules/$release/build" \
		M="${tree#"$root"}" "$@" modules >"$log" 2>&1
	status=$?
	remove_tree "$tree"
	# what is said of the kernel's own headers is not ours
	grep -E 'warning|error' "$log" |
		grep -v '/usr/src/linux-headers\|^warning: the compiler differs\|[0-9] warnings\? generated' \
		>"$log.words"
	[ "$status" -eq 0 ] || tail -n 20 "$log" >>"$log.words"
	[ "$status" -eq 0 ] && [ ! -s "$log.words" ]
	result $? "$text" "$log.words"
	rm -f "$log.words"
}

for kernel in $kernels; do
	build_quietly "$kernel: builds with W=1 and sparse, without a word" \
		"$kernel" W=1 C=2 CHECK="sparse -Wno-decl"
done
# The distribution's kernel was configured for gcc: leave out what clang does
# not know, and mind what it says.
cat >"$TOOLS/usr/local/bin/clang-for-gcc" <<'END'
#!/bin/bash
args=()
for arg; do
	case $arg in
	-fmin-function-alignment=* | -fconserve-stack | -mrecord-mcount | \
	-fno-allow-store-data-races | -mindirect-branch* | \
	-fplugin* | -mpreferred-stack-boundary=* | -fsanitize=bounds-strict | \
	-fzero-init-padding-bits=* | -fdiagnostics-show-context=* | \
	-fno-var-tracking* | -femit-struct-debug* | -mharden-sls=*) ;;
	*) args+=("$arg") ;;
	esac
done
exec clang "${args[@]}" -mretpoline-external-thunk \
	-Wno-unknown-warning-option -Wno-gnu
END
chmod +x "$TOOLS/usr/local/bin/clang-for-gcc"
build_quietly "6.12-amd64: builds with clang, without a word" 6.12-amd64 \
	W=1 CC=clang-for-gcc
echo "1..$n"
exit $failed
