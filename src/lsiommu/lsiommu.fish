# SPDX-License-Identifier: GPL-2.0-only
# fish completion for lsiommu(8)

function __lsiommu_columns
	set -l head (commandline -ct | string replace -r '[^,+]*$' '' |
		string replace -r '^-+[a-z]*=?' '')
	set -l units
	string match -qr -- '(^| )(--units|-[a-zA-Z]*u)' (commandline -c)
	and set units --units
	for column in (lsiommu --list-columns $units 2>/dev/null | awk '{ print $1 }')
		echo $head$column
	end
end

function __lsiommu_names
	set -l sys /sys
	set -q SYSFS_PATH; and set sys $SYSFS_PATH
	echo unprotected
	for dir in units groups unprotected
		command ls $sys/kernel/iommu_caps/$dir 2>/dev/null
	end
	command ls -d $sys/kernel/iommu_caps/groups/*/devices/* 2>/dev/null |
		string replace -r '.*/' ''
end

complete -c lsiommu -f -a '(__lsiommu_names)'
complete -c lsiommu -s i -l ascii -d 'draw the tree in ASCII'
complete -c lsiommu -l color -x -a 'auto always never' -d colors
complete -c lsiommu -s d -l device -x -d 'only PCI functions with these ids'
complete -c lsiommu -s h -l help -d 'print a short help'
complete -c lsiommu -s J -l json -d 'print JSON'
complete -c lsiommu -s l -l list -d 'no tree'
complete -c lsiommu -s H -l list-columns -d 'list the columns'
complete -c lsiommu -s n -l noheadings -d 'print no heading'
complete -c lsiommu -s N -l numeric -d 'print numbers instead of names'
complete -c lsiommu -s o -l output -x -a '(__lsiommu_columns)' -d columns
complete -c lsiommu -s O -l output-all -d 'show all columns'
complete -c lsiommu -s P -l pairs -d 'print NAME="value" pairs'
complete -c lsiommu -l pci-ids -r -F -d 'take PCI names from a file'
complete -c lsiommu -s r -l raw -d 'for scripts'
complete -c lsiommu -s s -l slot -x -d 'only PCI functions with such an address'
complete -c lsiommu -l sysroot -x -a '(__fish_complete_directories)' -d 'look at another machine'
complete -c lsiommu -l tree -x -a '(__lsiommu_columns)' -d 'print a tree'
complete -c lsiommu -s u -l units -d 'list units'
complete -c lsiommu -s V -l version -d 'print the version'
