# SPDX-License-Identifier: GPL-2.0-only
#
# What the kernel's own interfaces say of each group, by the name of the file of
# ours that tells the same: for the table.

said() { echo "@@kernel groups/${g##*/}/$1 $2"; }

# attribute FOLDER FILE: the values that the group's devices have there
attribute() {
	for d in "$g"/devices/*; do
		cat "$d/$1" 2>/dev/null
	done | sort -u | tr '\n' ' '
}

for g in "$K"/*; do
	[ -e "$g" ] || continue
	type=$(value "$g/type")
	direct=$(sed -n 's/.* \(direct.*\)/\1/p' "$g/reserved_regions" |
		sort -u | tr '\n' ' ')
	said id "${g##*/}"
	said name "$(value "$g/name")"
	said devices "$(names "$g/devices" | tr '\n' ' ')"
	said domain_type "$type"
	said dma_remap "type $type"
	said bypass "type $type, reserved_regions $direct"
	said external "removable: $(attribute removable)"
	said assign_blockers "drivers: $(for d in "$g"/devices/*; do
		basename "$(readlink "$d/driver")"; done 2>/dev/null | tr '\n' ' ')"
	said units "$(for d in "$g"/devices/*; do
		basename "$(readlink -f "$d/iommu")"; done | sort -u | tr '\n' ' ')"
	caps="intel cap $(attribute iommu/intel-iommu/cap)"
	[ -e "$(echo "$g"/devices/* | cut -d ' ' -f 1)/iommu/intel-iommu" ] ||
		caps="amd cap $(attribute iommu/amd-iommu/cap)"
	said caching_mode "$caps"
done
