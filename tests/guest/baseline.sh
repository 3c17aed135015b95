# SPDX-License-Identifier: GPL-2.0-only
#
# Before the module comes, on a debug kernel: what kmemleak would say already
# now is forgotten.

[ -d $D/tracing ] || mount -t debugfs debugfs $D

# An object counts once it is five seconds old and two scans found it unchanged.
scan() {
	sleep 6
	echo scan >$D/kmemleak && echo scan >$D/kmemleak
}

if have_kmemleak; then
	fact "kmemleak works" scan
	echo clear >$D/kmemleak
fi
fact "lockdep works" test "${LOCKDEP:-1}" = 1
