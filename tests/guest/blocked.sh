# SPDX-License-Identifier: GPL-2.0-only
#
# From here on the unit blocks the functions of its bus that are in no group.

BLOCKED="0000:00:04.0 0000:00:1f.0 0000:00:1f.2 0000:00:1f.3"
