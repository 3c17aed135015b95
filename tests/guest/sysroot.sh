# SPDX-License-Identifier: GPL-2.0-only
#
# What iommu-caps reads of this machine, for the host: where there is no library
# for the guest's architecture, it runs there.
root=/tmp/root
mkdir -p $root
hand() {
	for f in "$@"; do
		mkdir -p "$root${f%/*}"
		if [ -L "$f" ]; then
			cp -d "$f" "$root$f"
		else
			cat "$f" >"$root$f"
		fi
	done
}
hand $(find "$T" -type l -o -type f ! -name rescan)
mkdir -p $root"$T/units" $root"$T/groups" $root"$T/unprotected"
hand /proc/cmdline /proc/sys/kernel/osrelease /sys/bus/pci/devices/* /sys/bus/platform/devices/*
hand $(find /sys/devices/platform /sys/devices/pci* -maxdepth 7 \
	-name of_node -o -name subsystem -o -name driver -o \
	-name iommu_caps -o -name modalias -o -name config)
[ ! -e /sys/firmware/fdt ] || hand /sys/firmware/fdt
tar -C $root -czf - proc sys | base64 | sed 's/^/@@sysroot /'
