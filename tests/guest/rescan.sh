# SPDX-License-Identifier: GPL-2.0-only
#
# rescan takes 1 and nothing else, and walking an unchanged machine again
# changes nothing and tells no device.

labtool tree "$T" >/tmp/tree.before
listen
long=1$(printf '%5000s' '' | tr ' ' 1)
newline='
'
accepted=
for junk in 0 2 -1 +1 11 01 0x1 1x x1 y on '1 1' ' 1' "1${newline}1" \
	    "$newline" "$long" rescan; do
	answer=$(labtool put "$T/rescan" "$junk")
	[ "${answer##* }" = EINVAL ] ||
		accepted="$accepted${junk:0:10}: ${answer##* }$newline"
done
none "rescan refuses everything but 1 as invalid" "$accepted"
same "rescan takes 1" "$(labtool put "$T/rescan" 1)" "$T/rescan written"
same "rescan takes 1 and a newline" \
	"$(labtool put "$T/rescan" "1$newline")" "$T/rescan written"
same "rescan is not for unprivileged users" \
	"$(labtool as 65534 labtool put "$T/rescan" 1)" "$T/rescan EACCES"
events=$(heard)
labtool tree "$T" >/tmp/tree.after
same "rescan of an unchanged machine changes nothing" \
	"$(diff /tmp/tree.before /tmp/tree.after)" ""
same "rescan of an unchanged machine tells no device" \
	"$(change_events "$events")" ""
