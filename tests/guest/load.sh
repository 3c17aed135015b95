# SPDX-License-Identifier: GPL-2.0-only
#
# Loading: succeeds everywhere, is refused a second time, tells each affected
# device once.

fact "nothing is published before" test ! -e "$T"
mark_log
listen
load
same "the module loads" $? 0
events=$(heard)
same "one change event for each affected device at load" \
	"$(change_events "$events")" "$(affected_devices)"
none "no other event of a device at load" "$(echo "$events" |
	grep '/devices/' | grep -v '^change ')"
fact "the tree is there" test -d "$T"
load 2>/tmp/second
fact "a second load is refused" test $? != 0
fact "a second load is refused as already there" \
	grep -q 'File exists' /tmp/second
labtool tree "$T" >/tmp/tree.loaded
sed 's/^/@@tree /' /tmp/tree.loaded
