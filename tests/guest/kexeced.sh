# SPDX-License-Identifier: GPL-2.0-only
#
# In the kernel that a kernel with the module has started.

ok "the next kernel starts"
labtool tree "$T" >/tmp/tree.after
same "the tree is what it was before" \
	"$(diff /lab/tree.before /tmp/tree.after)" ""
