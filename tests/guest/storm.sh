# SPDX-License-Identifier: GPL-2.0-only
#
# Eight readers over the whole tree, in every odd way, while the machine changes
# under them: $STORM says how, $STORM_SECONDS for how long. A processor comes
# and goes, and memory is short. What counts is that the kernel has nothing to
# report and that the tree is true in the end.

P=/sys/bus/pci/devices
pf=0000:01:00.0
dev=0000:00:04.0
seconds=${STORM_SECONDS:-600}
end=$(($(cut -d. -f1 /proc/uptime) + seconds))
rounds=0
functions=$(ls $P | wc -l)

goes_on() { [ "$(cut -d. -f1 /proc/uptime)" -lt $end ]; }
write() { echo "$2" >"$1"; } 2>/dev/null

# fill MEGABYTES: leave no more than these
fill() {
	local free=$(awk '/^MemAvailable/ { print int($2 / 1024) }' \
		/proc/meminfo)

	[ "$free" -le "$1" ] || dd if=/dev/zero of=/tmp/full/it bs=1M \
		count=$((free - $1)) 2>/dev/null
}

# A processor is unplugged and plugged; memory is short for a moment.
squeeze() {
	mkdir -p /tmp/full
	mount -t tmpfs -o size=100% tmpfs /tmp/full
	while :; do
		write /sys/devices/system/cpu/cpu1/online 0
		sleep 2
		fill 60
		write /sys/devices/system/cpu/cpu1/online 1
		rm -f /tmp/full/it
		sleep 4
	done
}

### one round each

vfs() {
	write $P/$pf/sriov_numvfs 7
	write $P/$pf/sriov_numvfs 0
}

reload() {
	unload
	load
}

# 16 devices behind ports; the host unplugs and plugs them
hotplug() {
	local n

	for n in $(seq 0 15); do
		host device_add "virtio-rng-pci,id=hp$n,bus=hp.$n"
	done
	until_there $((functions + 16))
	for n in $(seq 0 15); do
		host device_del "hp$n"
	done
	until_there $functions
}

# until_there N: so many functions, or the storm is over
until_there() {
	while [ "$(ls $P | wc -l)" != "$1" ]; do
		goes_on || return
		sleep 1
	done
}

# and by the kernel's own files, as fast as it can
remove() {
	write $P/$dev/remove 1
	write /sys/bus/pci/rescan 1
}

# a whole switch, with all that is below it
switch() {
	write $P/$pf/remove 1
	write /sys/bus/pci/rescan 1
}

types() {
	local type=$(readlink -f $P/$dev/iommu_group)/type

	write "$type" identity
	write "$type" DMA
	write $T/rescan 1
}

# VFIO makes a group up, and frees it; at either the module looks at devices
noiommu() {
	write $vfio/bind $dev
	[ "$(value $P/$dev/iommu_group/name)" != vfio-noiommu ] ||
		made=$((made + 1))
	write $T/rescan 1 &
	write $vfio/unbind $dev
}

# The tables themselves: VFIO attaches a domain, maps, unmaps and frees it; a driver
# comes and goes, and a function; with $LIES, entries lie.
tables() {
	vfio time "$(group_of $edu)" 16 </dev/null >/tmp/vfio &&
		mapped=$((mapped + 1))
	write $drv/unbind $dev
	write $drv/bind $dev
	host device_add "virtio-rng-pci,id=hp$rounds,bus=hp.0"
	if [ -n "$LIES" ]; then
		lies
	else
		sleep 1
	fi
	host device_del "hp$rounds"
}

# An entry points to itself, to registers, to where nothing is, and to memory that
# is plugged and unplugged ($DIMM).
lies() {
	local how

	for how in table=0 table=1 table=0xfed90000 table=0x7fffffff000 \
		${DIMM:+poisoned=1 table=$DIMM}; do
		insmod /lab/context.ko base=0xfed90000 rid=0x30 $how &&
			entries=$((entries + 1))
		[ "$how" != "table=$DIMM" ] || plug_and_unplug
		cat $odd/hw_path $odd/hw_readable_ram $odd/hw_writable_ram \
			>/tmp/odd 2>&1
		rmmod context
	done
}

# memory that is there, and then not, while a table is said to be in it
plug_and_unplug() {
	local blocks=$(ls -d /sys/devices/system/memory/memory* | wc -l) b

	host object_add "memory-backend-ram,id=mem$rounds,size=128M"
	host device_add "pc-dimm,id=dimm$rounds,memdev=mem$rounds"
	sleep 1
	for b in /sys/devices/system/memory/memory*; do
		[ "$(value $b/state)" = online ] || write $b/state online_movable
	done
	[ "$(ls -d /sys/devices/system/memory/memory* | wc -l)" = "$blocks" ] ||
		plugged=$((plugged + 1))
	sleep 1
	host device_del "dimm$rounds"
	sleep 1
	[ "$(ls -d /sys/devices/system/memory/memory* | wc -l)" != "$blocks" ] ||
		unplugged=$((unplugged + 1))
	host object_del "mem$rounds"
}

# one that reads nothing else
read_tables() {
	local n=0

	while goes_on; do
		cat $T/groups/*/hw_path $T/groups/*/hw_readable_ram \
			$T/groups/*/hw_writable_ram >/dev/null 2>&1
		n=$((n + 1))
	done
	echo "reads $n"
}

mark_log
load
readers=
case $STORM in
types | noiommu) write "$(readlink -f $P/$dev/driver)/unbind" $dev ;;
esac
if [ "$STORM" = noiommu ]; then
	vfio=/sys/bus/pci/drivers/vfio-pci
	made=0
	write /sys/module/vfio/parameters/enable_unsafe_noiommu_mode 1
	write $P/$dev/driver_override vfio-pci
fi
if [ "$STORM" = tables ]; then
	edu=$(functions 0x1234:0x11e8)
	drv=$(readlink -f $P/$dev/driver)
	odd=$T/groups/$(group_of 0000:00:06.0)
	mapped=0 entries=0 plugged=0 unplugged=0
	[ "$(vfio bind "$edu")" = ok ] || note "vfio-pci does not bind"
	for n in 1 2 3; do
		read_tables >"/tmp/reader.tables.$n" 2>&1 &
		readers="$readers $!"
	done
fi
for n in 1 2 3 4 5 6 7 8; do
	poke storm "$seconds" $T >"/tmp/reader.$n" 2>&1 &
	readers="$readers $!"
done
squeeze &
squeezer=$!
while goes_on; do
	$STORM
	rounds=$((rounds + 1))
done
kill $squeezer
wait $squeezer 2>/dev/null
write /sys/devices/system/cpu/cpu1/online 1
rm -rf /tmp/full/*
wait $readers
settle
note "$rounds rounds of $STORM"
if [ "$STORM" = hotplug ]; then
	came=$(log_since | grep -c 'Adding to iommu group')
	note "$came devices came"
	fact "devices came" test "$came" -gt 0
fi
if [ "$STORM" = tables ]; then
	fact "VFIO mapped ($mapped times)" test "$mapped" -gt 0
	[ -z "$LIES" ] ||
		fact "entries were changed ($entries times)" \
			test "$entries" -ge $((4 * rounds))
	[ -z "$DIMM" ] ||
		fact "memory came and went ($plugged, $unplugged times)" \
			test "$unplugged" -gt 0
	same "the path is as before" "$(value $odd/hw_path)" translate
fi
if [ "$STORM" = noiommu ]; then
	fact "VFIO made groups up" test "$made" -gt 0
fi
if [ "$STORM" = switch ]; then
	same "all functions are there again" "$(ls $P | wc -l)" "$functions"
	[ -d $T ] || load
	labtool tree $T >/tmp/tree
	none "acs/ says what configuration space says" "$(acs_in /tmp/tree)"
fi
cat /tmp/reader.* | while read -r line; do note "$line"; done
echo "@@count iterations $rounds"
fact "there were rounds" test $rounds -gt 0
none "no reader saw anything odd" "$(grep -hv '^reads ' /tmp/reader.*)"
fact "the readers read" test "$(cat /tmp/reader.* |
	awk '/^reads/ { n += $2 } END { print n + 0 }')" -gt "$seconds"
sleep 2
[ -d $T ] || load
none "the tree agrees with the kernel's own in the end" "$(poke check)"
unload
same "it unloads" $? 0
fact "the tree is gone" test ! -e $T
none "no device keeps a link" "$(labtool find /sys/devices iommu_caps)"
