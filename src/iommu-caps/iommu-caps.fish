# SPDX-License-Identifier: GPL-2.0-only
# fish completion for iommu-caps(8)
# The verbs are those of --help, and so are the options of each verb.

function __iommu_caps_verbs
	iommu-caps --help | string replace -rf '^ ([a-z0-9]+) +([^-].*)' '$1\t$2'
end

function __iommu_caps_options
	set -l verb (commandline -opc)[2]
	iommu-caps $verb --help 2>/dev/null | string match -ra -- '--[a-z-]+'
end

function __iommu_caps_devices
	set -l sys /sys
	set -q SYSFS_PATH; and set sys $SYSFS_PATH
	command ls $sys/kernel/iommu_caps/unprotected 2>/dev/null
	command ls -d $sys/kernel/iommu_caps/groups/*/devices/* 2>/dev/null |
		string replace -r '.*/' ''
end

complete -c iommu-caps -n __fish_use_subcommand -f -a '(__iommu_caps_verbs)'
complete -c iommu-caps -n __fish_use_subcommand -f -a '--help --version'
complete -c iommu-caps -n 'not __fish_use_subcommand' -a '(__iommu_caps_options)'
complete -c iommu-caps -n '__fish_seen_subcommand_from check p2p vm' -f \
	-a '(__iommu_caps_devices)'
complete -c iommu-caps -n '__fish_seen_subcommand_from audit' -l harm -x \
	-a 'critical high medium low'
complete -c iommu-caps -n '__fish_seen_subcommand_from vm' -l format -x \
	-a 'text qemu libvirt dpdk json'
complete -c iommu-caps -n '__fish_seen_subcommand_from audit check' -l color \
	-x -a 'auto always never'
