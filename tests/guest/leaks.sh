# SPDX-License-Identifier: GPL-2.0-only
#
# After all else, on a debug kernel: what was allocated and is lost.

rmmod iommu_caps 2>/dev/null
if have_kmemleak; then
	fact "kmemleak still works" scan
	cat $D/kmemleak >/tmp/leaks
	none "nothing has leaked" "$(cat /tmp/leaks)"
	echo "@@count leaks $(grep -c '^unreferenced object' /tmp/leaks)"
fi
