# SPDX-License-Identifier: GPL-2.0-only
#
# Unloading leaves nothing behind, tells each affected device once, and the
# next load brings the same tree.

labtool tree "$T" >/tmp/tree.before
listen
unload
same "the module unloads" $? 0
events=$(heard)
fact "the tree is gone" test ! -e "$T"
none "no device keeps a link" "$(labtool find /sys/devices iommu_caps)"
same "one change event for each affected device at unload" \
	"$(change_events "$events")" "$(affected_devices)"
mark_again
load
same "it loads again" $? 0
labtool tree "$T" >/tmp/tree.after
same "the tree is the same again" "$(diff /tmp/tree.before /tmp/tree.after)" ""
unload
same "it unloads again" $? 0
none "no device keeps a link after that" \
	"$(labtool find /sys/devices iommu_caps)"
