#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The packages: made and judged as `make deb` and `make rpm` do it; then the
# Debian ones are installed, upgraded, removed and purged in a throw-away copy
# of a system with one kernel and its headers, which must be as before.
. "$(dirname "$0")/../lab/lib.sh"
. "$TOP/tests/packages/lib.sh"
private_mounts "$@"

for kind in deb rpm; do
	"$TOP/tests/packages/build" $kind >/dev/null
	tap $? "make $kind: builds, and the checkers have nothing to say"
done
for name in iommu-caps-dkms lsiommu; do
	ls "$TOP/build/deb/$name"_*.deb >/dev/null 2>&1
	tap $? "there is a Debian package $name"
done
for name in dkms-iommu-caps iommu-caps; do
	ls "$TOP/build/rpm/$name"-[0-9]*.rpm >/dev/null 2>&1
	tap $? "there is an RPM $name"
done

"$TOP/tests/lab/setup" --root upgrade
tmp=$(mktemp -d "$CACHE/tmp/packages.XXXXXX") || exit 1
R=$(root_copy upgrade "$tmp")
release=$(basename "$R"/lib/modules/*)
cp "$TOP"/build/deb/*.deb "$R/root/"

# An older version, which differs only in its number
old=0.0.1
inside dpkg-deb -R "/root/iommu-caps-dkms_${version}_all.deb" /root/old
mv "$R/root/old/usr/src/iommu-caps-$version" \
	"$R/root/old/usr/src/iommu-caps-$old"
grep -rlI -F "$version" "$R/root/old" |
	xargs sed -i "s/${version//./\\.}/$old/g"
inside sh -c 'dpkg-deb -b /root/old /root/old.deb >/dev/null'
tap $? "an older version is made"

state >"$tmp/before"
run "the older version is installed" dpkg -i /root/old.deb
inside dkms status >"$tmp/status"
grep -q "^iommu-caps/$old, $release, .*: installed" "$tmp/status"
tap $? "DKMS has built it for $release"
run "upgrade, with the tool" sh -c 'dpkg -i /root/iommu-caps-dkms_*.deb \
	/root/lsiommu_*.deb'
inside dkms status >"$tmp/status"
[ "$(cut -d, -f1,2 "$tmp/status")" = "iommu-caps/$version, $release" ]
tap $? "only version $version is left, for $release"
[ "$(inside modinfo -k "$release" -F version iommu_caps)" = "$version" ]
tap $? "modprobe would load version $version"
[ "$(inside lsiommu --version)" = "lsiommu $version" ]
tap $? "lsiommu runs"
[ "$(inside iommu-caps --version)" = "iommu-caps $version" ]
tap $? "iommu-caps runs"
mount -t sysfs -o ro sysfs "$R/sys"
inside lsiommu >"$tmp/out" 2>&1
[ $? = 3 ] && grep -q 'modprobe iommu_caps' "$tmp/out"
status=$?
tap $status "and says that the module is to be loaded, status 3"
[ $status = 0 ] || sed 's/^/# /' "$tmp/out"
umount "$R/sys"
tap_empty "udev has no complaint about the rules" \
	"$(inside udevadm verify /usr/lib/udev/rules.d/60-iommu-caps.rules \
		2>&1 | grep -v -e '^$' -e ' rules files have been checked' \
			-e '1 udev rules file' -e 'Success: 1' -e 'Fail: *0')"
run "removed" dpkg -r iommu-caps-dkms lsiommu
[ -z "$(inside dkms status)" ]
tap $? "DKMS knows it no more"
state >"$tmp/after"
# until it is purged, systemd's helper remembers who had enabled a unit
tap_empty "the system is as it was" "$(diff "$tmp/before" "$tmp/after" |
	grep '^[<>]' | grep -v ' .\?var/lib/systemd/deb-systemd-helper-enabled/')"
run "purged" dpkg -P iommu-caps-dkms lsiommu
state >"$tmp/after"
tap_empty "the system still is as it was" "$(diff "$tmp/before" "$tmp/after")"
[ ! -e "$R/var/lib/dkms/iommu-caps" ]
tap $? "nothing is left among what DKMS keeps"

umount -R -l "$tmp"
rmdir "$tmp"
tap_end
