#compdef iommu-caps
# SPDX-License-Identifier: GPL-2.0-only
# The verbs are those of --help, and so are the options of each verb.

_iommu_caps_devices() {
	local sys=${SYSFS_PATH:-/sys}/kernel/iommu_caps
	compadd $sys/unprotected/*(N:t) $sys/groups/*/devices/*(N:t)
}

_iommu_caps() {
	local -a verbs
	if (( CURRENT == 2 )); then
		verbs=(${(f)"$(iommu-caps --help |
			sed -n 's/^ \([a-z0-9]*\)  *\([^-].*\)/\1:\2/p')"})
		_describe verb verbs
		compadd -- --help --version
	elif [[ $words[CURRENT-1] == --harm ]]; then
		compadd critical high medium low
	elif [[ $words[CURRENT-1] == --format ]]; then
		compadd text qemu libvirt dpdk json
	elif compset -P --color=; then
		compadd auto always never
	elif [[ $PREFIX == -* ]]; then
		compadd -- ${(f)"$(iommu-caps $words[2] --help |
			grep -o -e '--[a-z-]*')"}
	elif [[ $words[2] == (check|p2p|vm) ]]; then
		_iommu_caps_devices
	else
		_files
	fi
}

_iommu_caps "$@"
