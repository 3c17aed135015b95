# SPDX-License-Identifier: GPL-2.0-only
#
# The policies of udev/examples: nothing while they are off, and with the module
# absent; then each does to the right devices what it says.

P=/sys/bus/pci/devices
card=0000:00:05.0	# behind the unit
inside=0000:31:00.0	# outside the chassis, behind the unit
outside=0000:21:00.0	# outside the chassis, on a bus outside the unit

driver() { basename "$(readlink "$P/$1/driver")"; }

# policy NAME: switched on as its first lines say
policy() {
	cp "/lab/rules/$1" /etc/udev/rules.d/
	udevd
}

# but for what this small system lacks, and pings that came too early
complaints() {
	grep -v -e 'Starting systemd-udevd' -e 'memory pressure watch' \
		-e 'libkmod context' -e 'interface naming scheme' \
		-e 'Invalid sender uid' /tmp/udevd.log
}

trigger() {
	$udevadm trigger --action=add --subsystem-match=pci \
		--subsystem-match=vfio
	$udevadm settle
	settle
	$udevadm settle
}

# the administrator's, beside ours in /usr/local/lib
mkdir -p /etc/udev/rules.d
udevd

### all of them on, the module absent

for f in /lab/rules/*; do
	# the vendor of this machine's cards
	sed -i 's/0x10de/0x8086/' "$f"
	policy "${f##*/}"
done
trigger
fact "without the module: the external device stays" test -e "$P/$outside"
same "without the module: nothing goes to vfio-pci" "$(driver "$card")" ""
none "without the module: no complaint" "$(complaints)"
rm /etc/udev/rules.d/70-*
udevd

### off

mark_log
load
same "the module loads" $? 0
trigger
same "the kernel knows what is outside" \
	"$(value "$P/$inside/removable") $(value "$P/$outside/removable")" \
	"removable removable"
same "so does the module" "$(value "$P/$inside/iommu_caps/external")" 1
fact "switched off: the device outside stays" test -e "$P/$outside"
same "switched off: nothing goes to vfio-pci" "$(driver "$card")" ""

### external devices that bypass

policy 70-iommu-external.rules
trigger
fact "the external device that bypasses is removed" \
	test ! -e "$P/$outside"
fact "that behind the unit stays" test -e "$P/$inside"
fact "what is inside the chassis stays" test -e "$P/$card"
echo 1 >/sys/bus/pci/rescan
settle
$udevadm settle
fact "found again, it is removed again" wait_for 20 test ! -e "$P/$outside"
rm /etc/udev/rules.d/70-iommu-external.rules
udevd
echo 1 >/sys/bus/pci/rescan
wait_for 20 test -e "$P/$outside"
same "switched off again: it may come" $? 0
settle

### assignment

policy 70-iommu-vfio.rules
policy 70-iommu-vfio-group.rules
trigger
same "the card has vfio-pci" "$(driver "$card")" vfio-pci
same "the device outside the unit has not" "$(driver "$outside")" ""
same "that outside the chassis, but behind the unit, has" \
	"$(driver "$inside")" vfio-pci
same "another vendor's keeps its driver" "$(driver 0000:00:04.0)" virtio-pci
node() { stat -c '%a %G' "/dev/vfio/$(value "$P/$1/iommu_caps/id")"; }
same "kvm may open the card's group" "$(node "$card")" "660 kvm"

# The same card with a bypass: only root may
echo "$card" >"/sys/bus/pci/drivers/vfio-pci/unbind"
settle
$udevadm settle
echo identity >"$K/$(value "$P/$card/iommu_caps/id")/type"
same "its group is made passthrough" $? 0
settle
$udevadm settle
same "the module says so" "$(value "$P/$card/iommu_caps/bypass")" identity
# the tag of before stays with the device; no policy goes by it
echo >"$P/$card/driver_override"
trigger
same "isolated once is not isolated now: it is not handed to vfio-pci" \
	"$(driver "$card")" ""
echo vfio-pci >"$P/$card/driver_override"
echo "$card" >/sys/bus/pci/drivers_probe
settle
$udevadm settle
same "by hand it still gets vfio-pci" "$(driver "$card")" vfio-pci
same "but only root may open the group" "$(node "$card")" "600 root"

none "udevd has no complaint" "$(complaints)"
# what was handed out is given back: the module can go
echo "$card" >"/sys/bus/pci/drivers/vfio-pci/unbind"
unload
same "the module unloads" $? 0
