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

# compare_acs WHERE
compare_acs() {
	labtool as 65534 labtool tree $T >/tmp/tree.nobody
	none "$1: everybody reads in acs/ what configuration space says to root" \
		"$(acs_in /tmp/tree.nobody)"
}

same "the tests' own module loads" "$(insmod /lab/p2p.ko 2>&1)" ""
compare_pairs "as the machine is"
compare_acs "as the machine is"
controls() { grep 'capable [a-z]' /tmp/acs.config; }
before=$(cat /tmp/acs.config)
had=$(controls | wc -l)
fact "some function has ACS" test "$had" -gt 0
fact "this kernel offers peer-to-peer DMA, it says" sh -c \
	'iommu-caps p2p --json | grep -q "\"kernel_p2pdma\": true"'
same "device is the function" "$(for fn in $(names "$T/acs"); do
	[ "$(readlink -f "$T/acs/$fn/device")" = "$(readlink -f "$P/$fn")" ] ||
		echo "$fn"; done)" ""

# The switches are removed and come back with ACS at their downstream ports.
same "the tests' own module is unloaded" "$(rmmod lab_p2p 2>&1)" ""
same "it loads again, with ports that have ACS" \
	"$(insmod /lab/p2p.ko acs=1 2>&1)" ""
compare_pairs "ports below a switch with ACS"
compare_acs "ports below a switch with ACS"
fact "more functions have ACS" test "$(controls | wc -l)" -gt "$had"
same "the switches come back without" "$(rmmod lab_p2p 2>&1)" ""
compare_acs "at the end"
same "ACS is what it was" "$(cat /tmp/acs.config)" "$before"
