#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Install iommu_caps on this machine through DKMS, or take it off again.
#
#   install.sh install|uninstall [KERNEL]
#   install.sh source DIR     only the source that DKMS builds from, into DIR
#
# What is put where (and what uninstall removes):
#   /usr/src/iommu-caps-VERSION            the source that DKMS builds from
#   /usr/local/lib/udev/rules.d/60-iommu-caps.rules  the rules, below those of
#                                          the administrator in /etc
#   /etc/modules-load.d/iommu_caps.conf    loads the module at boot
#   /usr/local/{bin,lib,include,share}     lsiommu, iommu-caps, libiommucaps with
#                                          man pages, completions and systemd units
#                                          (not enabled), where `make` has built them
set -eu

cd "$(dirname "$0")/.."

kernel=${2:-$(uname -r)}
name=$(sed -n 's/^PACKAGE_NAME="\(.*\)"/\1/p' dkms.conf)
version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' dkms.conf)
source=/usr/src/$name-$version
rules=/usr/local/lib/udev/rules.d/60-iommu-caps.rules
load=/etc/modules-load.d/iommu_caps.conf

fail()
{
	echo "$*" >&2
	exit 1
}

# Devices that udev knows already get their properties through the change
# events that the module sends; udev only has to know the rules.
reload_udev()
{
	if command -v udevadm > /dev/null && [ -e /run/udev/control ]; then
		udevadm control --reload || true
	fi
}

# Every version of ours that DKMS knows, and its source.
remove_all()
{
	for dir in /var/lib/dkms/"$name"/*; do
		if [ -d "$dir" ] && [ ! -L "$dir" ] && [ -e "$dir/source" ]; then
			dkms remove "$name/${dir##*/}" --all > /dev/null
		fi
	done
	rm -rf /usr/src/"$name"-[0-9]*
	if [ -d /var/lib/dkms/"$name" ]; then
		rmdir --ignore-fail-on-non-empty /var/lib/dkms/"$name"
	fi
}

# What DKMS needs to build the module, and no more.
copy_source()
{
	mkdir -p "$1/src"
	cp -r Kbuild dkms.conf COPYING include "$1"
	for dir in core vendors decode compat; do
		mkdir -p "$1/src/$dir"
		find src/$dir -name '*.[ch]' ! -name '*.mod.c' \
			! -name config.h -exec cp {} "$1/src/$dir" \;
	done
	cp src/compat/probe.sh "$1/src/compat"
}

# Whether DKMS has installed the module for this kernel from this very source.
installed_already()
{
	staged=$(mktemp -d)
	copy_source "$staged"
	same=no
	if diff -r "$staged" "$source" > /dev/null 2>&1 &&
	   dkms status "$name/$version" -k "$kernel" | grep -q ': installed$'; then
		same=yes
	fi
	rm -r "$staged"
	[ $same = yes ]
}

if [ "${1:-}" = source ] && [ -n "${2:-}" ]; then
	copy_source "$2"
	exit 0
fi
[ "$(id -u)" -eq 0 ] || fail "make ${1:-install} changes the system: run it as root"

case ${1:-} in
install)
	command -v dkms > /dev/null ||
		fail "dkms is missing: install it (Debian, Fedora: package dkms)"
	[ -e "/lib/modules/$kernel/build/Makefile" ] ||
		fail "the headers of kernel $kernel are missing: install them (Debian: linux-headers-$kernel, Fedora: kernel-devel-$kernel)"

	if installed_already; then
		echo "DKMS has built this source for kernel $kernel before"
	else
		remove_all
		copy_source "$source"
		dkms add "$name/$version" > /dev/null
		if ! dkms install "$name/$version" -k "$kernel"; then
			log=/var/lib/dkms/$name/$version/build/make.log
			[ ! -e "$log" ] || tail -n 30 "$log" >&2
			fail "DKMS could not build the module for kernel $kernel; nothing is loaded"
		fi
	fi

	install -D -m 0644 udev/60-iommu-caps.rules "$rules"
	install -D -m 0644 src/modules-load.conf "$load"
	reload_udev
	if [ -x build/lsiommu ]; then
		make -s -C src install prefix=/usr/local
	fi

	if [ "$kernel" != "$(uname -r)" ]; then
		echo "installed for kernel $kernel, which is not the running one: it loads at the next boot into it"
	elif modprobe iommu_caps; then
		echo "iommu_caps $version is loaded: see /sys/kernel/iommu_caps"
	else
		fail "installed, but the kernel refused the module (Secure Boot? see Troubleshooting in README.md)"
	fi
	;;
uninstall)
	if [ -d /sys/module/iommu_caps ]; then
		modprobe -r iommu_caps || fail "iommu_caps is loaded and cannot be unloaded"
	fi
	rm -f "$rules" "$load"
	for dir in "${rules%/*}" "${rules%/*/*}"; do
		[ ! -d "$dir" ] || rmdir --ignore-fail-on-non-empty "$dir"
	done
	make -s -C src uninstall prefix=/usr/local
	command -v dkms > /dev/null && remove_all
	rm -rf /usr/src/"$name"-[0-9]*
	reload_udev
	echo "iommu_caps is removed"
	;;
*)
	fail "usage: install.sh install|uninstall [KERNEL]"
	;;
esac
