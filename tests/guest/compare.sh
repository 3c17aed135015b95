# SPDX-License-Identifier: GPL-2.0-only
#
# What other tools say of this machine, beside ours: those of the host's system
# of tools, which QEMU lends to the guest.

R=$(lent_root)

# other REGEX COMMAND...: the lines that are about us; all when none is
other() {
	local regex=$1
	shift

	echo "@@compare \$ $*"
	chroot $R env NO_COLOR=1 TERM=dumb "$@" 2>&1 | tr '\r' '\n' |
		sed 's/\x1b\[[0-9;]*m//g' >/tmp/other
	grep -qiE "$regex" /tmp/other || regex=.
	grep -iE "$regex" /tmp/other | sed 's/^/@@compare   /'
}

other iommu virt-host-validate qemu
other 'iommu|pre-boot' fwupdtool security --force
