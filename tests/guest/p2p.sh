# SPDX-License-Identifier: GPL-2.0-only
#
# Peer-to-peer: what iommu-caps says of each pair of functions, against what the
# kernel itself says (tests/p2p); acs/ against configuration space.

P=/sys/bus/pci/devices

# A refused pair has no distance in the kernel's answer.
ours() {
	iommu-caps p2p --json $all | tr -d '", ' | awk -F: '
		/^a:/ { sub(/^a:/, ""); a = $0 }
		/^b:/ { sub(/^b:/, ""); b = $0 }
		/^verdict:/ { verdict = $2 }
		/^distance:/ { print a, b, verdict == "refused" ? -1 : $2, verdict }'
}

# compare_pairs WHERE: what we say of each pair, and what the kernel says
compare_pairs() {
	all=$(names $P)
	ours >/tmp/ours
	awk '$1 < $2' /proc/lab_p2p | sort >/tmp/kernel
	same "$1: each pair's distance and verdict are the kernel's" \
		"$(cut -d' ' -f1-3 /tmp/ours | sort | diff - /tmp/kernel)" ""
	note "$1: pairs: $(wc -l </tmp/kernel); $(cut -d' ' -f4 /tmp/ours | sort |
		uniq -c | tr '\n' ' ')"
	fact "$1: there are pairs that are refused" grep -q ' -1$' /tmp/kernel
	fact "$1: there are pairs that are not" grep -qv ' -1$' /tmp/kernel
	# The kernel's answer does not depend on which is asked for which.
	same "$1: the answer is the same both ways" \
		"$(awk '$1 > $2 { print $2, $1, $3 }' /proc/lab_p2p | sort |
		   diff - /tmp/kernel)" ""
}

# dword FILE OFFSET: from configuration space, which is little-endian
dword() { od -An -tx4 -j "$2" -N 4 "$1" | tr -d ' \n'; }

# The ACS capability of a function: where it is, or nothing. Extended
# capabilities: id in bits 15:0, next in bits 31:20; ACS has id 000d.
acs_offset() {
	local at=256 header n=0

	[ "$(wc -c <"$P/$1/config")" -gt 256 ] || return
	while [ $at -ge 256 ] && [ $n -lt 48 ]; do
		header=$(dword "$P/$1/config" $at)
		[ "$header" != 00000000 ] && [ "$header" != ffffffff ] || return
		if [ "$(echo "$header" | cut -c5-8)" = 000d ]; then
			echo $at
			return
		fi
		at=$((0x$(echo "$header" | cut -c1-3)))
		n=$((n + 1))
	done
}

# The tokens of a register, bit 0 first
tokens_of() {
	local bit=1 name line=

	for name in source-validation translation-blocking request-redirect \
		    completion-redirect upstream-forwarding egress-control \
		    direct-translated; do
		[ $((0x$1 & bit)) = 0 ] || line="$line $name"
		bit=$((bit * 2))
	done
	echo "${line# }"
}

# What each function's registers say: control is the upper half of the dword
registers() {
	local fn at both

	for fn in $all; do
		at=$(acs_offset "$fn")
		[ -n "$at" ] || continue
		both=$(dword "$P/$fn/config" $((at + 4)))
		echo "$fn $(tokens_of "$(echo "$both" | cut -c5-8)") /" \
			"$(tokens_of "$(echo "$both" | cut -c1-4)")"
	done
}
published() {
	local fn at

	for fn in $(names "$T/acs"); do
		at=$(acs_offset "$fn")
		if [ -n "$at" ]; then
			echo "$fn $(value "$T/acs/$fn/capable") /" \
				"$(value "$T/acs/$fn/enabled")"
		elif [ -n "$(cat "$T/acs/$fn/capable" "$T/acs/$fn/enabled" |
			     tr -d '\n')" ]; then
			echo "$fn has no ACS, but tokens"
		fi
	done
}

# compare_acs WHERE
compare_acs() {
	registers | tr -s ' ' >/tmp/registers
	same "$1: acs/ says what configuration space says" \
		"$(published | tr -s ' ')" "$(cat /tmp/registers)"
}

same "the tests' own module loads" "$(insmod /lab/p2p.ko 2>&1)" ""
compare_pairs "as the machine is"
compare_acs "as the machine is"
fact "some function has ACS" test -s /tmp/registers
fact "this kernel offers peer-to-peer DMA, it says" sh -c \
	'iommu-caps p2p --json | grep -q "\"kernel_p2pdma\": true"'
same "everybody may read it" \
	"$(stat -c %a "$T"/acs/*/capable "$T"/acs/*/enabled | sort -u)" 444
same "device is the function" "$(for fn in $(names "$T/acs"); do
	[ "$(readlink -f "$T/acs/$fn/device")" = "$(readlink -f "$P/$fn")" ] ||
		echo "$fn"; done)" ""
# ports and functions of a device of several have a folder without ACS, too
same "functions of a device of several have a folder" \
	"$(for fn in $all; do
		[ ! -e "$P/$fn/physfn" ] || continue
		case $(ls $P | grep -c "^${fn%.*}\.") in
		1) ;;
		*) [ -d "$T/acs/$fn" ] || echo "$fn" ;;
		esac; done)" ""

# The switches are removed and come back with ACS at their downstream ports.
before=$(cat /tmp/registers)
same "the tests' own module is unloaded" "$(rmmod lab_p2p 2>&1)" ""
same "it loads again, with ports that have ACS" \
	"$(insmod /lab/p2p.ko acs=1 2>&1)" ""
compare_pairs "ports below a switch with ACS"
compare_acs "ports below a switch with ACS"
fact "more functions have ACS" \
	[ "$(wc -l </tmp/registers)" -gt "$(echo "$before" | wc -l)" ]
same "the switches come back without" "$(rmmod lab_p2p 2>&1)" ""
registers | tr -s ' ' >/tmp/registers
same "ACS is what it was" "$(cat /tmp/registers)" "$before"
compare_acs "at the end"
