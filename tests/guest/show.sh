# SPDX-License-Identifier: GPL-2.0-only
#
# Load, and hand the tree to the host: for the demonstration.

mark_log
load
labtool tree "$T" | sed 's/^/@@tree /'
