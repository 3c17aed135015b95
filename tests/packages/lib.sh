# SPDX-License-Identifier: GPL-2.0-only
#
# What the tests of packages share; sourced after tests/lab/lib.sh. The system
# under test is a throw-away copy of a root at $R, and $tmp is where it lies.

# the commit of the last release, which administrators upgrade from
LAST_RELEASE=f8e525d6224d30b6fc12382e86aaf83b85403bed

# the version of the present state
version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' "$TOP/dkms.conf")

# state: every file outside of what dpkg, dkms and depmod keep of their own
state() {
	(cd "$R" && find boot etc opt usr lib var -xdev \
		! -path 'var/lib/dpkg/*' ! -path 'var/log/*' \
		! -path 'var/cache/*' ! -path 'var/lib/dkms/mok.*' \
		! -name 'modules.*' ! -name 'ld.so.cache' \
		! -path 'var/lib/dkms/dkms_dbversion' >"$tmp/names"
	 tr '\n' '\0' <"$tmp/names" |
		xargs -0 stat -c '%A %N'
	 tr '\n' '\0' <"$tmp/names" | xargs -0 sha256sum 2>/dev/null) | sort
}

# run TEXT COMMAND...: in the copy; it must succeed
run() {
	local text=$1 status

	shift
	inside "$@" >"$tmp/out" 2>&1
	status=$?
	tap $status "$text"
	[ $status = 0 ] || tail -n 60 "$tmp/out" | sed 's/^/# /'
}
inside() { in_root "$R" "$@"; }
