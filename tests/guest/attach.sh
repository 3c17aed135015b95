# SPDX-License-Identifier: GPL-2.0-only
#
# A driver attaches a domain of its own (tests/attach): dma_remap and bypass are
# those of what is attached, domain_type stays that of the default domain. What
# the kernel does with such domains is known from tests/guest/dma.sh.

BDF=$(functions 0x1234:0x11e8)
GROUP=$(group_of "$BDF")

facts() {
	local f

	for f in owner domain_type dma_remap bypass; do
		echo "$f=$(value "$T/groups/$GROUP/$f")"
	done | tr '\n' ' '
}

driver() { basename "$(readlink "/sys/bus/pci/devices/$BDF/driver")"; }

type=$(value "$K/$GROUP/type")
before=$(facts)
note "$before"
for identity in 0 1; do
	insmod /lab/attach.ko identity=$identity
	same "identity=$identity: the driver has attached its domain" \
		"$(driver)" lab_attach
	case $identity in
	0) want="dma_remap=1 bypass=none " ;;
	1) want="dma_remap=0 bypass=identity " ;;
	esac
	same "identity=$identity: that is what the tree tells" "$(facts)" \
		"owner=kernel domain_type=$type $want"
	rmmod attach
	same "identity=$identity: detached, it is as before" "$(facts)" "$before"
done
