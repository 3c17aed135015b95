#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# make install and make uninstall, in a throw-away copy of each release's root
# file system.  The kernel that is asked for counts as the running one: uname
# and modprobe are stand-ins, and the latter looks whether the module that it is
# to load is there for that kernel.
. "$(dirname "$0")/../lab/lib.sh"
private_mounts "$@"

# state: every file outside of what dkms and depmod keep of their own, with its
# content's checksum
state() {
	(cd "$R" && find etc usr lib/modules var/lib/dkms -xdev \
		! -path '*/top/*' ! -path 'var/lib/dkms/mok.*' \
		! -name 'modules.*' ! -name 'ld.so.cache' \
		! -path 'var/lib/dkms/dkms_dbversion' \
		\( -type l -printf '%p -> %l\n' -o -type f -printf '%p %s\n' \
		   -o -type d -printf '%p/\n' \)) | sort
}

for kernel in ${IOMMU_CAPS_KERNELS:-$(amd64_kernels)}; do
	# the system of the newest is the same
	[ -n "${IOMMU_CAPS_MATRIX:-}" ] || [ "$kernel" != 6.12-amd64 ] ||
		continue
	"$TOP/tests/lab/setup" "$kernel" || exit 1
	root=$(root_dir "$(conf "$(kernel_conf "$kernel")" root)")
	release=$(cat "$CACHE/kernel/$kernel/release")
	tmp=$(mktemp -d "$CACHE/tmp/install.XXXXXX") || exit 1
	mount -t tmpfs tmpfs "$tmp"
	mkdir "$tmp/upper" "$tmp/work" "$tmp/root"
	if ! mount -t overlay overlay -o \
	     "lowerdir=$root,upperdir=$tmp/upper,workdir=$tmp/work" \
	     "$tmp/root" 2>/dev/null; then
		# no overlay inside some containers
		cp -a --one-file-system "$root/." "$tmp/root/"
	fi
	R=$tmp/root
	mount -t proc proc "$R/proc"
	mkdir -p "$R/top" "$R/usr/local/sbin" "$R/usr/local/bin"
	git -c safe.directory='*' -C "$TOP" ls-files -co --exclude-standard \
		>"$tmp/files"
	tar -C "$TOP" -c -T "$tmp/files" --ignore-failed-read 2>/dev/null |
		tar -C "$R/top" -x --no-same-owner
	cat >"$R/usr/local/bin/uname" <<-END
		#!/bin/sh
		[ "\$*" != -r ] || { echo $release; exit; }
		exec /bin/uname "\$@"
	END
	cat >"$R/usr/local/sbin/modprobe" <<-END
		#!/bin/sh
		echo "\$@" >>/modprobed
		modinfo -k $release iommu_caps >/dev/null
	END
	chmod +x "$R/usr/local/bin/uname" "$R/usr/local/sbin/modprobe"
	rm -rf "$R"/usr/src/iommu-caps-*	# the mount point of tests/lab/build
	inside() {
		chroot "$R" env -i HOME=/root TERM=dumb \
			PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
			"$@"
	}

	# what the packages of the kernel and of systemd bring
	modules=lib/modules/$release
	mkdir -p "$R/$modules/kernel"
	mount --bind "$CACHE/kernel/$kernel/$modules/kernel" "$R/$modules/kernel"
	for f in modules.order modules.builtin modules.builtin.modinfo; do
		[ -e "$R/$modules/$f" ] ||
			cp "$CACHE/kernel/$kernel/$modules/$f" "$R/$modules/"
	done
	inside depmod -a "$release"
	mkdir -p "$R/etc/modules-load.d"
	state >"$tmp/before"
	inside make -C /top install >"$tmp/out" 2>&1
	status=$?
	tap $status "$kernel: make install succeeds"
	[ $status = 0 ] || sed 's/^/# /' "$tmp/out" >&2
	inside dkms status | grep -q "^iommu-caps.*$release.*installed"
	tap $? "$kernel: dkms says it is installed"
	inside modinfo -k "$release" iommu_caps >/dev/null 2>&1
	tap $? "$kernel: the module is where modprobe finds it"
	grep -q iommu_caps "$R/modprobed" 2>/dev/null
	tap $? "$kernel: it was loaded"
	cmp -s "$TOP/udev/60-iommu-caps.rules" \
		"$R/usr/local/lib/udev/rules.d/60-iommu-caps.rules"
	tap $? "$kernel: the udev rules are installed"
	grep -qx iommu_caps "$R/etc/modules-load.d/iommu_caps.conf"
	tap $? "$kernel: it is loaded at boot"
	inside make -C /top install >"$tmp/out" 2>&1
	status=$?
	tap $status "$kernel: a second make install succeeds"
	[ $status = 0 ] || sed 's/^/# /' "$tmp/out" >&2
	grep -q "has built this source for kernel $release" "$tmp/out"
	tap $? "$kernel: and builds nothing again"
	echo '$(error this does not build)' >>"$R/top/Kbuild"
	inside make -C /top install >"$tmp/out" 2>&1 && status=1 || status=0
	tap $status "$kernel: make install of a changed source builds it"
	grep -q "could not build the module for kernel $release" "$tmp/out" &&
		grep -q 'this does not build' "$tmp/out"
	tap $? "$kernel: and says why it cannot"
	inside make -C /top uninstall >"$tmp/out" 2>&1
	status=$?
	tap $status "$kernel: make uninstall succeeds"
	[ $status = 0 ] || sed 's/^/# /' "$tmp/out" >&2
	state >"$tmp/after"
	tap_empty "$kernel: nothing is left behind" \
		"$(diff "$tmp/before" "$tmp/after")"

	# what is missing is named, and nothing is half done
	mv "$R/lib/modules/$release/build" "$R/lib/modules/$release/away"
	inside make -C /top install >"$tmp/out" 2>&1 && status=1 || status=0
	tap $status "$kernel: without headers make install fails"
	grep -q "linux-headers-$release" "$tmp/out"
	tap $? "$kernel: and names the package with the headers"
	mv "$R/lib/modules/$release/away" "$R/lib/modules/$release/build"
	rm "$R/usr/sbin/dkms"
	inside make -C /top install >"$tmp/out" 2>&1 && status=1 || status=0
	tap $status "$kernel: without dkms make install fails"
	grep -q 'dkms is missing' "$tmp/out"
	tap $? "$kernel: and says that dkms is missing"
	umount -R -l "$tmp"
	rmdir "$tmp"
done
tap_end
