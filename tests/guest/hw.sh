# SPDX-License-Identifier: GPL-2.0-only
#
# hw_readable_ram and hw_writable_ram against what a user of VFIO maps: pages
# of 4K, 2M and 1G, some twice, some read-only or write-only. A VFIO domain is empty
# at first, so the values are exactly what is mapped.
#
# Where firmware demands a region that is mapped 1:1, and no driver of the group
# maps more, the group reaches the RAM of that region, as /proc/iomem has it.
#
# The group of $BDF has no other device.

reach() { echo "$(value "$G/hw_readable_ram") $(value "$G/hw_writable_ram")"; }

# ram_in START END: bytes of whole 4K pages of System RAM in this region
ram_in() {
	local range what start end sum=0

	while read -r range what; do
		[ "$what" = ": System RAM" ] || continue
		start=$((0x${range%-*})) end=$((0x${range#*-} + 1))
		[ $start -ge $(($1)) ] || start=$(($1))
		[ $end -le $(($2 + 1)) ] || end=$(($2 + 1))
		start=$(((start + 4095) / 4096)) end=$((end / 4096))
		[ $end -le $start ] || sum=$((sum + (end - start) * 4096))
	done </proc/iomem
	echo $sum
}

# The same by a program of its own on the host, where that has one for this IOMMU:
# walk FUNCTION...
walk() {
	local answer ram= range what

	while read -r range what; do
		[ "$what" != ": System RAM" ] || ram=$ram,$range
	done </proc/iomem
	# this output is a value; the console is for the host
	echo "@@walk $WALK ${ram#,} $(echo " $*" | sed 's/ [0-9a-f]*:/ /g')" >&2
	read -r answer
	echo "$answer"
}

# The same by the kernel's debugfs, where there is one for this IOMMU (VT-d): a line
# for each page, the entries that lead to it in columns, from the fifth level down
PAGES=/sys/kernel/debug/iommu/intel/$BDF/domain_translation_struct
by_debugfs() {
	awk '/^0x.*\|/ {
		size = NF == 5 ? 1073741824 : NF == 6 ? 2097152 : 4096
		page = substr($NF, 1, 15)
		bits = index("0123456789abcdef", substr($NF, 18)) - 1
		if (bits % 2 && !(page in r)) { r[page]; readable += size }
		if (int(bits / 2) % 2 && !(page in w)) { w[page]; writable += size }
	}
	END { printf "%.0f %.0f\n", readable, writable }' "$PAGES"
}

for g in "$K"/*; do
	read -r start end kind <"$g/reserved_regions"
	case $kind in
	direct | direct-relaxable) ;;
	*) continue ;;
	esac
	[ -z "$(ls -d "$g"/devices/*/driver 2>/dev/null)" ] || continue
	for what in readable writable; do
		same "the region $start-$end of group ${g##*/} is $what" \
			"$(value "$T/groups/${g##*/}/hw_${what}_ram")" \
			"$(ram_in "$start" "$end")"
	done
	[ -z "$WALK" ] || same "group ${g##*/}: so says a dump of memory" \
		"$(value "$T/groups/${g##*/}/hw_readable_ram") $(value "$T/groups/${g##*/}/hw_writable_ram")" \
		"$(walk $(names "$g/devices"))"
done

driver=/sys/bus/pci/devices/$BDF/driver
[ ! -e "$driver" ] || echo "$BDF" >"$driver/unbind"
[ "$(vfio bind "$BDF")" = ok ] || note "vfio-pci does not bind"
# there are kernels where a group comes with a driver
G=$T/groups/$(group_of "$BDF")
wait_for 5 test -e "$G/hw_path"
same "before: the hardware translates or refuses" \
	"$(value "$G/hw_path" | sed 's/abort/translate/')" translate
echo 20 >/proc/sys/vm/nr_hugepages
mkfifo /tmp/next /tmp/stage
vfio map "${G##*/}" </tmp/next >/tmp/stage &
exec 8>/tmp/next 9</tmp/stage
stages=0
while read -r name readable writable <&9; do
	same "$name: what can be read and written" "$(reach)" \
		"$readable $writable"
	[ "$readable" = - ] && note "$name: $writable"
	[ -z "$WALK" ] || same "$name: so says a dump of memory" "$(reach)" \
		"$(walk "$BDF")"
	[ ! -e "$PAGES" ] || same "$name: so says debugfs" "$(reach)" \
		"$(by_debugfs)"
	same "$name: hw_path" "$(value "$G/hw_path")" translate
	[ "$name" != a-huge-page ] || [ -z "$GIGANTIC" ] ||
		same "$name: one of 1G is among them" "$(value /sys/kernel/mm/hugepages/hugepages-1048576kB/free_hugepages)" 0
	stages=$((stages + 1))
	echo >&8
done
exec 8>&- 9<&-
same "stages that VFIO went through" $stages 8
wait
