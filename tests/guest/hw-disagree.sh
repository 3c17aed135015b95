# SPDX-License-Identifier: GPL-2.0-only
#
# Hardware and kernel disagree: a context entry in memory says pass-through
# (tests/context) while the kernel's domain translates. The hardware counts.

G=$T/groups/$(group_of "$BDF")
UNIT=$(basename "$(readlink "$(echo "$G"/units/*)")")

facts() {
	local f

	for f in domain_type hw_path dma_remap bypass hw_readable_ram \
		 hw_writable_ram; do
		echo "$f=$(value "$G/$f")"
	done | tr '\n' ' '
	echo "state=$(value "$T/state")"
}

before=$(facts)
note "$before"
slot=${BDF#*:*:}
insmod /lab/context.ko "base=$(value "$T/units/$UNIT/address")" \
	"rid=$((0x${slot%.*} * 8 + ${slot#*.}))"
same "the context entry is changed" $? 0
same "what the hardware does counts" "$(facts)" \
	"domain_type=$(value "$K/$(group_of "$BDF")/type") hw_path=pass-through dma_remap=0 bypass=hw-pass-through hw_readable_ram=all hw_writable_ram=all state=partial"
same "the summary has the same" \
	"$(grep -E '^(hw_path|dma_remap|bypass)=' "$G/summary" | sort | tr '\n' ' ')" \
	"bypass=hw-pass-through dma_remap=0 hw_path=pass-through "
rmmod context
same "put back, all is as before" "$(facts)" "$before"

# Tables that lead nowhere, to registers, to broken memory, or round in a circle
rid=$((0x${slot%.*} * 8 + ${slot#*.}))
base=$(value "$T/units/$UNIT/address")
for how in table=0x7fffffff000 "table=$base" poisoned=1 loop=1; do
	insmod /lab/context.ko "base=$base" "rid=$rid" "$how" || {
		note "no $how on this kernel"
		continue
	}
	why="No data available"
	[ $how != loop=1 ] || why="Argument list too long"
	same "$how: hw_path" "$(value "$G/hw_path")" translate
	fact "$how: hw_readable_ram: $why" \
		sh -c "timeout 20 cat '$G/hw_readable_ram' 2>&1 | grep -q '$why'"
	rmmod context
done
same "in the end all is as before" "$(facts)" "$before"
