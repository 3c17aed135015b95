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
hand $(find "$T" -type l -o -type f ! -name rescan) /sys/firmware/fdt
mkdir -p $root"$T/units" $root"$T/groups" $root"$T/unprotected"
hand /proc/cmdline /sys/bus/pci/devices/* /sys/bus/platform/devices/*
hand $(find /sys/devices/platform -maxdepth 5 -name of_node -o \
	-maxdepth 5 -name subsystem -o -maxdepth 5 -name driver -o \
	-maxdepth 5 -name iommu_caps -o -maxdepth 5 -name modalias -o \
	-maxdepth 5 -name config)
tar -C $root -czf - proc sys | base64 | sed 's/^/@@sysroot /'
