# SPDX-License-Identifier: GPL-2.0-only
#
# Broken tables, one after the other, made from those in /lab/seeds: a thousand
# of each kind where there is time for it, or $TABLES. With each the module loads, says at most one line about the table
# and one for each unit that is not there, publishes what can be read, and
# unloads without a trace.

# what may be said besides the one line that says it all
ABOUT_TABLE='iommu_caps: (DMAR|IVRS): '
ABOUT_UNIT='iommu_caps: (drhd|ivhd)@[0-9a-f]*: '

# in one piece, which cat does not
set_table() { dd "if=$1" of=/dev/fake-table bs=64k 2>/dev/null; }

# said REGEX: how many lines of the log are so
said() { grep -cE "$1" /tmp/log; }

# published: what is wrong with what can be seen of the module now
published() {
	labtool tree $T >/tmp/tree || echo "no tree"
	grep -E '^f .* !' /tmp/tree | grep -vE 'rescan !EACCES|!ENODATA'
	[ "$(said "$ABOUT_TABLE")" -le 1 ] ||
		echo "$(said "$ABOUT_TABLE") lines about one table"
	[ "$(said "$ABOUT_UNIT")" -le "$(ls $T/units | wc -l)" ] ||
		echo "$(said "$ABOUT_UNIT") lines about units"
	[ "$(said 'iommu_caps: [0-9]+ units? ')" = 1 ] ||
		echo "$(said 'iommu_caps: [0-9]+ units? ') lines that it is there"
	[ "$(said 'iommu_caps: ')" = $(($(said "$ABOUT_TABLE") +
		$(said "$ABOUT_UNIT") + 1)) ] || echo "odd lines"
}

# try: load with the table that is set now; prints what goes wrong
try() {
	dmesg -c >/tmp/before
	load || { echo "does not load"; return; }
	dmesg -c >/tmp/log
	published
	unload || echo "does not unload"
	[ ! -e $T ] || echo "the tree is still there"
	dmesg -c >>/tmp/log
	grep -hE "$BAD" /tmp/before /tmp/log
	[ "$(taint)" = "$TAINT" ] || echo "taint $(taint)"
	TAINT=$(taint)
}

tables=${TABLES:-40}
[ -z "$MATRIX" ] || tables=${TABLES:-1000}

mark_log
OURS='iommu_caps|fake_table'
# what is said once about a module that is not the kernel's
load && unload
fact "tables can be made up" insmod /lab/faketable.ko

for kind in dmar ivrs; do
	set -- /lab/seeds/$kind/*
	seeds=$#
	set_table "$1"
	dmesg -c >/dev/null
	fact "$kind: the module takes it for the firmware's" eval \
		'load && grep -qiw $kind $T/firmware && [ "$(names $T/units)" ]'
	dmesg -c >/tmp/log
	same "$kind: nothing is said of it as long as it is sound" \
		"$(said "$ABOUT_TABLE")" 0
	unload
	n=0
	broken=0
	: >/tmp/wrong
	while [ $n -lt $tables ]; do
		mutate $n <"$1" >/tmp/table
		set_table /tmp/table
		try >/tmp/this
		[ "$(said "$ABOUT_TABLE")" = 0 ] || broken=$((broken + 1))
		[ ! -s /tmp/this ] || sed "s,^,$kind ${1##*/} $n: ," /tmp/this \
			>>/tmp/wrong
		n=$((n + 1))
		[ $((n % 100)) != 0 ] || note "$n tables $kind"
		# the next seed, in turn
		set -- "$@" "$1"
		shift
	done
	none "$kind: $n changed tables, all dealt with" "$(cat /tmp/wrong)"
	note "$n tables from $seeds, $broken of them broken"
	fact "$kind: some of them are broken" test $broken -gt 0
	echo "@@count iterations $n"
done
rmmod fake_table
