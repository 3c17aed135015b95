#compdef lsiommu
# SPDX-License-Identifier: GPL-2.0-only

_lsiommu_columns() {
	local units=
	(( ${words[(I)(-u|--units)]} )) && units=--units
	_values -s , column ${(f)"$(lsiommu --list-columns $units 2>/dev/null |
		awk '{ print $1 }')"}
}

_lsiommu_names() {
	local sys=${SYSFS_PATH:-/sys}/kernel/iommu_caps
	compadd unprotected $sys/{units,groups,unprotected}/*(N:t) \
		$sys/groups/*/devices/*(N:t)
}

_arguments -s \
	'(-i --ascii)'{-i,--ascii}'[draw the tree in ASCII]' \
	'--color=-[colors]:when:(auto always never)' \
	'(-d --device)'{-d,--device}'[only PCI functions with these ids]:ids' \
	'(-h --help)'{-h,--help}'[print a short help]' \
	'(-J --json)'{-J,--json}'[print JSON]' \
	'(-l --list)'{-l,--list}'[no tree]' \
	'(-H --list-columns)'{-H,--list-columns}'[list the columns]' \
	'(-n --noheadings)'{-n,--noheadings}'[print no heading]' \
	'(-N --numeric)'{-N,--numeric}'[print numbers instead of names]' \
	'(-o --output)'{-o,--output=}'[columns]:columns:_lsiommu_columns' \
	'(-O --output-all)'{-O,--output-all}'[show all columns]' \
	'(-P --pairs)'{-P,--pairs}'[print NAME="value" pairs]' \
	'--pci-ids=[take PCI names from a file]:file:_files' \
	'(-r --raw)'{-r,--raw}'[for scripts]' \
	'(-s --slot)'{-s,--slot}'[only PCI functions with such an address]:slot' \
	'--sysroot=[look at another machine]:directory:_files -/' \
	'--tree=-[print a tree]:column:_lsiommu_columns' \
	'(-u --units)'{-u,--units}'[list units]' \
	'(-V --version)'{-V,--version}'[print the version]' \
	'*:unit, group or device:_lsiommu_names'
