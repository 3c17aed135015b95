# SPDX-License-Identifier: GPL-2.0-only
#
# What the shell scripts of the lab share: where things are, the small
# declarative files, locks, and entering a root file system.  Sourced by bash.

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
CACHE=${IOMMU_CAPS_CACHE:-$TOP/.cache}
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# what tests/lab/setup says when the mirror cannot give it now (EX_TEMPFAIL)
UNAVAILABLE=75

exec 3>&2		# the terminal, even where output goes to a log
say() { echo "lab: $*" >&3; }
die() { say "$*"; exit 1; }

# conf FILE KEY: the value of each "KEY = value" line.
conf() {
	[ -f "$1" ] || die "no such file: $1"
	sed -n "s/^$2[[:space:]]*=[[:space:]]*//p" "$1"
}

kernel_conf() { echo "$TOP/tests/kernels/$1.conf"; }
root_dir() { echo "$CACHE/root/$1"; }

# The kernels of the x86 matrix; "matrix = no" keeps one for tests of its own.
amd64_kernels() {
	grep -l '^arch *= *amd64' "$TOP"/tests/kernels/*.conf |
		xargs grep -L '^matrix *= *no' | xargs -n 1 basename -s .conf
}

# The kernels of every check, as far as the mirror has them: the x86 matrix, and
# of other architectures those without "check = no".
wanted_kernels() {
	amd64_kernels
	grep -L -e '^arch *= *amd64' -e '^check *= *no' -e '^instead *=' \
		"$TOP"/tests/kernels/*.conf | xargs -n 1 basename -s .conf
}

# Kernels that stand in for one that is not here ("instead = KERNEL").
stand_ins() {
	local file

	for file in $(grep -l '^instead *=' "$TOP"/tests/kernels/*.conf); do
		have_kernel "$(conf "$file" instead)" ||
			basename -s .conf "$file"
	done
}

# cross_args KERNEL: what make needs to know to build for another architecture.
cross_args() {
	local file arch key

	file=$(kernel_conf "$1")
	arch=$TOP/tests/arches/$(conf "$file" arch).conf
	for key in ARCH:linux CROSS_COMPILE:cross; do
		conf "$arch" "${key#*:}" | sed "s/^/${key%:*}=/"
	done
	conf "$file" cc | sed 's/^/CC=/'
}

# make_args KERNEL: the same, and what the kernel itself was made with
make_args() {
	cross_args "$1"
	conf "$(kernel_conf "$1")" make
}

# kernel_state NAME: what "done" of a kernel that is up to date says; a kernel
# that is built here is as old as its configuration.
kernel_state() {
	local f

	for f in $(conf "$(kernel_conf "$1")" config); do
		cat "$TOP/tests/$f"
	done | sha256sum | cut -c 1-16
}

# root_state NAME: what "done" of a root says for this list of packages; it keeps
# those of earlier lists, which may be those of another checkout.
root_state() { sha256sum <"$TOP/tests/roots/$1.conf" | cut -c 1-16; }

have_root() { grep -qxs "$(root_state "$1")" "$(root_dir "$1").done"; }

have_kernel() {
	local done=$CACHE/kernel/$1/done

	[ -f "$done" ] || return 1
	[ -z "$(conf "$(kernel_conf "$1")" config)" ] ||
		[ "$(cat "$done")" = "$(kernel_state "$1")" ]
}

# present_kernels: those of every check that the mirror could give
present_kernels() {
	local k

	for k in $(wanted_kernels); do
		! have_kernel "$k" || echo "$k"
	done
	for k in $(stand_ins); do
		! "$TOP/tests/lab/setup" "$k" >/dev/null 2>&1 || echo "$k"
	done
}

# The system in which the tools of the lab run (QEMU, cpio, sparse, ...), so
# that the versions which the machine itself carries do not matter.
TOOLS=$CACHE/root/trixie

# locked NAME COMMAND...: one process at a time does NAME.
locked() {
	local name=$1
	shift
	mkdir -p "$CACHE/lock"
	(
		flock 9
		"$@" 9>&-
	) 9>"$CACHE/lock/$name"
}

# Mounts are made in a mount namespace of their own: they vanish with the last
# process, however that ends.  A script that mounts calls this first and is
# started again inside.
private_mounts() {
	if [ -n "${IOMMU_CAPS_PRIVATE:-}" ]; then
		unset IOMMU_CAPS_PRIVATE	# not for scripts called from here
		return
	fi
	export IOMMU_CAPS_PRIVATE=1
	if unshare --mount true 2>/dev/null; then
		exec unshare --mount -- "$0" "$@"
	fi
	# In a chroot / is no mount point and its propagation cannot be set.
	exec unshare --mount --propagation unchanged -- "$0" "$@"
}

# A minimal container may come without /proc; apt and mmdebstrap want it.
need_proc() {
	[ -e /proc/self/mounts ] || mount -t proc proc /proc
	[ -c /dev/null ] || die "no /dev/null: mount or populate /dev first"
}

# Remove a tree of ours, never following into something mounted there.
remove_tree() {
	[ ! -e "$1" ] || rm -rf --one-file-system -- "$1"
}

# root_copy ROOT DIR: mounts a throw-away copy of a root file system at DIR/root,
# kept in memory, and prints where it is.  Needs private_mounts.
root_copy() {
	local copy=$2/root

	mount -t tmpfs tmpfs "$2"
	mkdir "$2/upper" "$2/work" "$copy"
	if ! mount -t overlay overlay -o \
	     "lowerdir=$(root_dir "$1"),upperdir=$2/upper,workdir=$2/work" \
	     "$copy" 2>/dev/null; then
		# no overlay inside some containers
		cp -a --one-file-system "$(root_dir "$1")/." "$copy/"
	fi
	mount -t proc proc "$copy/proc"
	echo "$copy"
}

# in_root ROOT COMMAND...: with nothing of this process's environment
in_root() {
	local root=$1

	shift
	chroot "$root" env -i HOME=/root TERM=dumb LC_ALL=C.UTF-8 \
		DEBIAN_FRONTEND=noninteractive \
		PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
		"$@"
}

# copy_checkout DIR: this checkout's files, with what is not committed yet
copy_checkout() {
	mkdir -p "$1"
	git -c safe.directory='*' -C "$TOP" ls-files -z -co --exclude-standard |
		tar -C "$TOP" -c --null -T - --ignore-failed-read 2>/dev/null |
		tar -C "$1" -x --no-same-owner
}

# copy_commit COMMIT DIR: the files of that state
copy_commit() {
	mkdir -p "$2"
	git -c safe.directory='*' -C "$TOP" archive "$1" |
		tar -C "$2" -x --no-same-owner
}

# source_files DIR: what the module is made of; a change elsewhere is no reason
# to build.
source_files() {
	local from=$1 parts="Kbuild Makefile dkms.conf src include udev"

	if git -C "$from" rev-parse >/dev/null 2>&1; then
		git -c safe.directory='*' -C "$from" \
			ls-files -co --exclude-standard -- $parts
	else
		(cd "$from" && find $parts -type f 2>/dev/null)
	fi | sort -u | while read -r f; do
		# files deleted but not yet committed are listed as well
		[ ! -f "$from/$f" ] || echo "$f"
	done
}

### TAP, for the tests that are shell scripts

TAP_COUNT=0
TAP_FAILED=0

# tap STATUS TEXT: one fact; it holds when STATUS is 0
tap() {
	TAP_COUNT=$((TAP_COUNT + 1))
	if [ "$1" = 0 ]; then
		echo "ok $TAP_COUNT - $2"
	else
		TAP_FAILED=1
		echo "not ok $TAP_COUNT - $2"
		# prove shows stdout of no test
		echo "# failed: $2" >&2
	fi
}

# tap_empty TEXT OUTPUT: OUTPUT tells what is wrong, so there must be none
tap_empty() {
	[ -z "$2" ]
	tap $? "$1"
	[ -z "$2" ] || echo "$2" | head -n 60 | sed 's/^/# /' >&2
}

tap_end() {
	echo "1..$TAP_COUNT"
	exit "$TAP_FAILED"
}
