# SPDX-License-Identifier: GPL-2.0-only
# bash completion for lsiommu(8)

# Units, groups, devices that are there
_lsiommu_names()
{
	local sys=${SYSFS_PATH:-/sys}/kernel/iommu_caps

	case $1 in
	devices)
		command ls "$sys/unprotected" 2>/dev/null
		command ls -d "$sys"/groups/*/devices/* 2>/dev/null |
			sed 's,.*/,,'
		;;
	*)
		command ls "$sys/$1" 2>/dev/null
		;;
	esac
}

# A list with commas: complete its last word
_lsiommu_columns()
{
	local cur=$1 head= plus= columns units=

	[[ " ${COMP_WORDS[*]} " == *" --units "* ||
	   " ${COMP_WORDS[*]} " =~ \ -[a-zA-Z]*u ]] && units=--units
	[[ $cur == +* ]] && plus=+ cur=${cur#+}
	[[ $cur == *,* ]] && head=${cur%,*},
	columns=$(lsiommu --list-columns $units 2>/dev/null | awk '{ print $1 }')
	compopt -o nospace
	mapfile -t COMPREPLY < <(compgen -P "$plus$head" -W "$columns" -- \
		"$(tr '[:lower:]' '[:upper:]' <<< "${cur##*,}")")
}

_lsiommu()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local line=${COMP_LINE:0:COMP_POINT} word

	# PCI addresses have colons, at which bash may split words
	word=${line##*[[:space:]]}
	COMPREPLY=()
	case $prev in
	--output | -[a-zA-Z]*o | -o)
		_lsiommu_columns "$cur"
		return
		;;
	--pci-ids | --sysroot)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	esac
	# bash may split at the equals sign: the words before it stay
	if [[ $word == --output=* || $word == --tree=* ]]; then
		_lsiommu_columns "${word#*=}"
		[[ $COMP_WORDBREAKS == *=* ]] ||
			COMPREPLY=("${COMPREPLY[@]/#/${word%%=*}=}")
		return
	fi
	if [[ $word == --color=* ]]; then
		mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- \
			"${word#--color=}")
		return
	fi
	if [[ $word == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W '--ascii --color --device --help --json
			--list --list-columns --noheadings --numeric --output
			--output-all --pairs --pci-ids --raw --slot --sysroot
			--tree --units --version' -- "$word")
		return
	fi
	mapfile -t COMPREPLY < <(compgen -W \
		"unprotected $(_lsiommu_names units) $(_lsiommu_names groups) \
		$(_lsiommu_names devices)" -- "$word")
	# Leave out what stands before the last colon already
	if [[ $word == *:* && $COMP_WORDBREAKS == *:* ]]; then
		COMPREPLY=("${COMPREPLY[@]#"${word%:*}":}")
	fi
}

complete -F _lsiommu lsiommu
