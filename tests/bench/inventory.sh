#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0-only
#
# What people write: every group from the kernel's own sysfs, with cat and
# readlink. One line per device: group, its name, default domain, reserved
# regions, device, unit, driver, the unit's registers, removable, class. Whether
# ATS is on would take one more program.
for g in /sys/kernel/iommu_groups/*; do
	name=$(cat "$g/name" 2>/dev/null)
	type=$(cat "$g/type")
	regions=$(cat "$g/reserved_regions")
	for d in "$g"/devices/*; do
		unit=$(readlink "$d/iommu")
		driver=$(readlink "$d/driver")
		cap=$(cat "$d/iommu/intel-iommu/cap" 2>/dev/null)
		ecap=$(cat "$d/iommu/intel-iommu/ecap" 2>/dev/null)
		removable=$(cat "$d/removable" 2>/dev/null)
		class=$(cat "$d/class" 2>/dev/null)
		echo ${g##*/} ${name:--} $type ${regions:--} ${d##*/} ${unit##*/} \
			${driver##*/} ${cap:--} ${ecap:--} ${removable:--} ${class:--}
	done
done
