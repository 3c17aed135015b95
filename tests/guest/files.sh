# SPDX-License-Identifier: GPL-2.0-only
#
# The form of the files, who may read them, and that none can be written.

labtool tree "$T" >/tmp/tree.root
labtool as 65534 labtool tree "$T" >/tmp/tree.nobody

none "every value is one line that ends in a newline" "$(awk '
	$1 == "f" && $3 != "rescan" && $3 !~ /^groups\/[^\/]*\/summary$/ {
		v = $0; sub(/^f [0-7]+ [^ ]+ /, "", v)
		# an escaped backslash is not half of a newline
		gsub(/\\\\/, "", v)
		if (v !~ /^[^\\]*\\n$/)
			print
	}' /tmp/tree.root)"

none "modes: 0444, registers and amounts of memory 0400, rescan 0200" "$(awk '
	$1 == "f" {
		want = "0444"
		if ($3 == "rescan") want = "0200"
		if ($3 ~ /^units\/[^\/]+\/registers\//) want = "0400"
		if ($3 ~ /^groups\/[^\/]+\/hw_(readable|writable)_ram$/)
			want = "0400"
		if ($2 != want) print
	}' /tmp/tree.root)"

none "booleans are 0 or 1" "$(grep -E \
	'^f [0-7]+ [^ ]*/(active|virtual|caching_mode|intr_remap|intr_remap_capable|passthrough_capable|coherent_walk|snoop_control|viommu|dma_remap|coherent|external|preboot_protection|noexec|dirty_tracking|enforced_coherency|deferred_flush) ' \
	/tmp/tree.root | grep -v ' [01]\\n$')"

none "lists are single tokens between single spaces" "$(grep -E \
	'/(bypass|hw_path|features|page_sizes|assign_blockers|iova_ranges|dma_path|enabled|capable) |^f [0-7]+ firmware ' \
	/tmp/tree.root | grep -E '  +[^ ]| \\n$' |
	grep -vE '^f [0-7]+ [^ ]+ \\n$')"

none "each group: summary has its other files, each once, and no more" "$(awk '
	$1 == "f" && $3 ~ /^groups\// && $2 != "0400" {
		split($3, p, "/")
		v = $0; sub(/^f [0-7]+ [^ ]+ /, "", v)
		if (p[3] == "summary") {
			n = split(v, line, /\\n/)
			for (i = 1; i < n; i++) got[p[2] " " line[i]]++
			if (line[n] != "") print p[2] ": no newline at the end"
			seen[p[2]] = 1
		} else {
			sub(/\\n$/, "", v)
			want[p[2] " " p[3] "=" v] = 1
			group[p[2]] = 1
		}
	}
	END {
		for (g in group) if (!(g in seen)) print g ": no summary"
		for (w in want) if (got[w] != 1) print "not once: " w
		for (w in got) if (!(w in want)) print "no such file: " w
	}' /tmp/tree.root)"

none "no name that the interface does not have" "$(awk '
	BEGIN {
		n = split("abi_version state platform firmware " \
			"preboot_protection dma_path rescan " \
			"units groups unprotected " \
			"units/* units/*/type units/*/iommu units/*/active " \
			"units/*/virtual units/*/caching_mode " \
			"units/*/intr_remap_capable units/*/intr_remap " \
			"units/*/passthrough_capable units/*/coherent_walk " \
			"units/*/snoop_control units/*/page_sizes " \
			"units/*/address_width units/*/domains " \
			"units/*/features units/*/scalable " \
			"units/*/range_invalidation units/*/substream_bits " \
			"units/*/output_width units/*/version units/*/segment " \
			"units/*/address units/*/registers " \
			"units/*/registers/* units/*/groups units/*/groups/* " \
			"groups/* groups/*/id groups/*/name groups/*/devices " \
			"groups/*/devices/* groups/*/units groups/*/units/* " \
			"groups/*/iommu_group groups/*/caching_mode " \
			"groups/*/viommu groups/*/domain_type " \
			"groups/*/dma_remap groups/*/intr_remap " \
			"groups/*/bypass groups/*/coherent groups/*/external " \
			"groups/*/preboot_protection groups/*/owner " \
			"groups/*/assign_blockers groups/*/summary " \
			"groups/*/page_sizes groups/*/address_width " \
			"groups/*/iova_ranges groups/*/dma_path " \
			"groups/*/pasids groups/*/enabled groups/*/noexec " \
			"groups/*/dirty_tracking " \
			"groups/*/enforced_coherency " \
			"groups/*/deferred_flush groups/*/msi_controller " \
			"groups/*/hw_path groups/*/hw_readable_ram " \
			"groups/*/hw_writable_ram " \
			"unprotected/* " \
			"acs acs/* acs/*/device acs/*/capable acs/*/enabled", a)
		for (i = 1; i <= n; i++) known[a[i]] = 1
	}
	{
		k = split($3, p, "/")
		if (k > 1) p[2] = "*"
		if (k > 3) p[4] = "*"
		name = p[1]
		for (i = 2; i <= k; i++) name = name "/" p[i]
		if (!(name in known)) print
	}' /tmp/tree.root)"

missing=
for f in abi_version firmware rescan units groups unprotected acs; do
	[ -e "$T/$f" ] || missing="$missing $f"
done
# A machine without ACPI tables and CPUID may not tell who emulates it; nor may
# a debug kernel that has no DMI.
[ "$(uname -m)" != x86_64 ] || [ -e "$T/platform" ] ||
	! grep -qw dmi_check_system /proc/kallsyms ||
	missing="$missing platform"
# Only a driven unit that does not say whether it is active leaves it open.
if [ ! -e "$T/state" ]; then
	open=
	for u in "$T"/units/*; do
		[ ! -e "$u/iommu" ] || [ -e "$u/active" ] || open=$u
	done
	[ -n "$open" ] || missing="$missing state"
fi
none "what every machine has is there" "$missing"

same "an unprivileged user reads all but what is root's" \
	"$(cat /tmp/tree.nobody)" "$(sed -E \
	's,^(f 0400 [^ ]+) .*,\1 !EACCES,' \
	/tmp/tree.root)"
# of what an unprivileged user read
none "acs/ says what configuration space says to root" "$(acs_in /tmp/tree.nobody)"
none "no link leads nowhere" "$(cd "$T" && find . -type l ! -exec test -e {} \; \
	-print)"
none "no read-only file can be written, even by root" \
	"$(labtool write "$T" 1 | grep -v ' E')"
labtool tree "$T" >/tmp/tree.after
# amounts of memory change with every mapping
same "reading and trying to write changed nothing" \
	"$(grep -v '/hw_[a-z]*_ram ' /tmp/tree.after)" \
	"$(grep -v '/hw_[a-z]*_ram ' /tmp/tree.root)"
