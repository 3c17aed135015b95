# SPDX-License-Identifier: GPL-2.0-only
# bash completion for iommu-caps(8)

# Verbs, and the options of each beside --help and --version
declare -A _iommu_caps_options=(
	[audit]='--json --harm --color'
	[check]='--protected --assignable --json --color --pci-ids'
	[vm]='--memory --viommu --format --json'
	[decode]='--vtd'
	[p2p]='--json --dot --pci-ids'
	[watch]='--json --interval --lines'
	[report]='--html --svg --dot --pci-ids'
	[export]='--prometheus --nfd --output'
	[lint]='--json'
)
_iommu_caps_verbs='audit check vm decode p2p watch report export lint'

_iommu_caps_devices()
{
	local sys=${SYSFS_PATH:-/sys}/kernel/iommu_caps

	command ls "$sys/unprotected" 2>/dev/null
	command ls -d "$sys"/groups/*/devices/* 2>/dev/null | sed 's,.*/,,'
}

_iommu_caps()
{
	local verb=${COMP_WORDS[1]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local line=${COMP_LINE:0:COMP_POINT} word

	# PCI addresses have colons, at which bash may split words
	word=${line##*[[:space:]]}
	COMPREPLY=()
	if ((COMP_CWORD == 1)); then
		mapfile -t COMPREPLY < <(compgen -W \
			"$_iommu_caps_verbs --help --version" -- "$word")
	elif [[ $prev == --harm ]]; then
		mapfile -t COMPREPLY < <(compgen -W \
			'critical high medium low' -- "$word")
	elif [[ $prev == --format ]]; then
		mapfile -t COMPREPLY < <(compgen -W \
			'text qemu libvirt dpdk json' -- "$word")
	elif [[ $word == --color=* ]]; then
		mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- \
			"${word#--color=}")
	elif [[ $word == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W \
			"${_iommu_caps_options[$verb]} --sysroot --help --version" -- "$word")
	elif [[ $prev == --pci-ids || $prev == --sysroot ||
	        $prev == --output || $verb == decode || $verb == lint ]]; then
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
	elif [[ $verb == check || $verb == vm || $verb == p2p ]]; then
		mapfile -t COMPREPLY < <(compgen -W \
			"$(_iommu_caps_devices)" -- "$word")
	fi
	# Leave out what stands before the last colon already
	if [[ $word == *:* && $COMP_WORDBREAKS == *:* ]]; then
		COMPREPLY=("${COMPREPLY[@]#"${word%:*}":}")
	fi
}

complete -F _iommu_caps iommu-caps
