# SPDX-License-Identifier: GPL-2.0-only
#
# What the steps of a guest share.  A line that starts with @@ is for the
# host: "@@ ok FACT" and "@@ not ok FACT" become TAP, "@@ # ..." explains a
# failure, "@@host COMMAND" is given to QEMU's monitor.

T=/sys/kernel/iommu_caps
K=/sys/kernel/iommu_groups

note() { echo "@@ # $*"; }
ok() { echo "@@ ok $*"; }
not_ok() { FAILED=1; echo "@@ not ok $*"; }
host() { echo "@@host $*"; }

# fact TEXT COMMAND...: true when the command succeeds
fact() {
	local text="$1"

	shift
	if "$@"; then
		ok "$text"
	else
		not_ok "$text"
	fi
}

# same TEXT GOT WANTED
same() {
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		not_ok "$1"
		note "got:    $(echo "$2" | tr '\n' '|')"
		note "wanted: $(echo "$3" | tr '\n' '|')"
	fi
}

# none TEXT LIST: LIST names the exceptions; there must not be any
none() {
	if [ -z "$2" ]; then
		ok "$1"
	else
		not_ok "$1"
		echo "$2" | head -n 10 | while read -r line; do
			note "$line"
		done
	fi
}

# value FILE: its one line, without a process; empty when it is not there
value() {
	v=
	[ ! -r "$1" ] || read -r v <"$1"
	echo "$v"
}

# names FOLDER: its entries, one per line, sorted; nothing when it is empty
names() { [ ! -d "$1" ] || ls "$1" | sort; }

# driver_of FUNCTION: the driver that a PCI function is bound to; empty if none
driver_of() {
	local d

	d=$(readlink "/sys/bus/pci/devices/$1/driver")
	echo "${d##*/}"
}

# wait_for SECONDS COMMAND...: until it succeeds
wait_for() {
	local n=$(($1 * 10))

	shift
	until "$@"; do
		n=$((n - 1))
		[ $n -gt 0 ] || return 1
		sleep 0.1
	done
}

# settle: until no uevent has been sent for a while
settle() {
	local last=

	while [ "$(cat /sys/kernel/uevent_seqnum)" != "$last" ]; do
		last=$(cat /sys/kernel/uevent_seqnum)
		sleep 0.3
	done
}

### the module

load() { insmod /lab/iommu_caps.ko $PARAMS "$@"; }
unload() { rmmod iommu_caps; }

# listen: uevents from now on; heard: stop, and print "ACTION DEVPATH" lines
listen() {
	rm -f /tmp/uevents
	labtool uevents /tmp/uevents &
	LISTENER=$!
	wait_for 5 grep -qs listening /tmp/uevents
}

heard() {
	settle
	kill "$LISTENER"
	wait "$LISTENER" 2>/dev/null
	grep -v '^listening' /tmp/uevents
}

# udevd: one that has the rules as they are now, where a scenario brings systemd.
# It is started anew, as a busy one ignores commands such as "udevadm control
# --reload": what was sent before it accepts the connection has no sender's uid.
udevadm=/bin/udevadm
udevd() {
	if [ -n "${UDEVD:-}" ]; then
		kill "$UDEVD"
		wait "$UDEVD"
	fi
	/lib/systemd/systemd-udevd >>/tmp/udevd.log 2>&1 &
	UDEVD=$!
	wait_for 20 $udevadm control --ping 2>/dev/null
}

# Every device that is in a group, by its path below /sys, from the kernel's
# own links.
grouped_devices() {
	for d in "$K"/*/devices/*; do
		[ ! -e "$d" ] || readlink -f "$d"
	done | sed 's,^/sys,,' | sort
}

# PCI functions in no group, except those that are no hole: host bridges, the
# IOMMU's own function, and what a platform file names in $BLOCKED: functions
# that the unit blocks until their group appears.
export BLOCKED=
# PASSED: devices on other buses that the platform file puts behind an IOMMU
# which does not operate.
export PASSED=
unprotected_functions() {
	{
		for d in /sys/bus/pci/devices/*; do
			[ -e "$d" ] || continue
			[ ! -e "$d/iommu_group" ] || continue
			case $(value "$d/class") in
			0x0600* | 0x0806*) continue ;;
			esac
			[ "$(value "$d/vendor"):$(value "$d/device")" != \
			  0x1af4:0x1057 ] || continue
			case " $BLOCKED " in
			*" ${d##*/} "*) continue ;;
			esac
			echo "${d##*/}"
		done
		for d in $PASSED; do
			echo "$d"
		done
	} | sort
}

# The devices that a load or unload concerns: paths below /sys.
affected_devices() {
	{
		grouped_devices
		for d in $(unprotected_functions); do
			# firmware's node of the same name is not the device
			for l in /sys/bus/*/devices/"$d"; do
				[ "${l#/sys/bus/acpi/}" != "$l" ] ||
					readlink -f "$l" | sed 's,^/sys,,'
			done
		done
	} | sort
}

# change_events LIST-OF-EVENTS: paths of the devices told, sorted, repeated
# when told more than once; the module's own object is no device
change_events() {
	echo "$1" | sed -n 's/^change \([^ ]*\).*/\1/p' |
		grep -v '^/module/' | sort
}

# count DEVICE EVENT: how often it was told so
count() {
	grep -c "^$2 /devices/pci[^ ]*/$1\( linked\)\?\$" /tmp/uevents
}

# others DEVICE...: devices that got a change event, but for these
others() {
	change_events "$(cat /tmp/uevents)" | sed 's,.*/,,' |
		grep -vxF "$(printf '%s\n' none "$@")"
}

# changes TEXT N COMMAND...: the device $dev is told N times, and nobody else
changes() {
	local text="$1" n="$2"

	shift 2
	listen
	"$@"
	heard >/dev/null
	same "$text: the device is told $n times" "$(count $dev change)" "$n"
	none "$text: no other device is told" "$(others $dev)"
	none "$text: the tree agrees with the kernel's own" "$(poke check)"
}

write() { echo "$2" >"$1"; }

### devices

# functions VENDOR:DEVICE: the PCI functions that are such a device
functions() {
	for d in /sys/bus/pci/devices/*; do
		[ "$(value "$d/vendor"):$(value "$d/device")" != "$1" ] ||
			echo "${d##*/}"
	done
}

# group_of FUNCTION: the number of its group, nothing when it is in none
group_of() {
	local g=$(readlink "/sys/bus/pci/devices/$1/iommu_group")

	echo "${g##*/}"
}

# acs_in FILE: where acs/, of which FILE is a listing by labtool tree, is not what
# the functions' configuration space says; those without power say nothing
acs_in() {
	labtool acs /sys/bus/pci/devices >/tmp/acs.config
	grep -E '^f [0-7]+ acs/' "$1" | sed 's, acs/, ,' >/tmp/acs.tree
	awk 'FILENAME == ARGV[1] { if ($4 == "!ENODATA") off[$3] = 1; next }
	     !($3 in off)' /tmp/acs.tree /tmp/acs.config >/tmp/acs.want
	grep -v ' !ENODATA$' /tmp/acs.tree | diff - /tmp/acs.want
}

### the kernel's log

BAD='WARNING:|BUG:|Oops|Call Trace|general protection|unable to handle'
BAD="$BAD|INFO: (task|rcu|trying to)|possible recursive locking"
BAD="$BAD|possible circular|cannot create duplicate"
BAD="$BAD|kobject_add_internal failed|refcount_t:|KCSAN:|ODEBUG:"
BAD="$BAD|list_(add|del) corruption|UBSAN:|KASAN:|use-after-free"
BAD="$BAD|is not initialized, yet|tried to init an initialized|DEBUG_LOCKS"
BAD="$BAD|does not have a release|sleeping function called|CFI failure"
BAD="$BAD|kmemleak: ([0-9]+ new|Kernel memory leak detector disabled)"

LOG_MARK="lab: the module comes now"
D=/sys/kernel/debug

# what kmemleak needs is out of reach of root while the kernel is locked down
have_kmemleak() {
	[ -e $D/kmemleak ] && ! grep -q 'lockdown=' /proc/cmdline
}

# taint: what the kernel remembers of a bad page, an oops, a warning, a lockup
taint() { echo $(($(value /proc/sys/kernel/tainted) & (32|128|512|16384))); }

# lockdep: 1 as long as it works; it stops at its first report, and when it
# runs out of memory.  Empty where there is none.
lockdep() { sed -n 's/^ *debug_locks: *//p' /proc/lockdep_stats 2>/dev/null; }

TAINT=$(taint)
LOCKDEP=$(lockdep)

mark_log() {
	TAINT=$(taint)
	LOCKDEP=$(lockdep)
	echo "$LOG_MARK" >/dev/kmsg
}

# A second load says everything again; what counts is the first.
AGAIN="lab: the module comes again"
mark_again() { echo "$AGAIN" >/dev/kmsg; }

# The log since the mark, without the time stamps; all of it where there was no
# mark, or so much was said since then that it is lost.
log_since() {
	dmesg | awk -v mark="$LOG_MARK" '
		{ line[NR] = $0 }
		index($0, mark) && !at { at = NR }
		END {
			for (i = at ? at : 1; i <= NR; i++) {
				sub(/^\[[^]]*\] /, "", line[i])
				print line[i]
			}
		}'
}

# Data races of others are not ours: of the blocks between ==== that KCSAN
# prints, those stay that have a function of a module of ours in them.
of_ours() {
	awk -v ours="[[](${OURS:-iommu_caps})[]]" '
		/^=+$/ && block == "" { block = $0; mine = 0; race = 0; next }
		block == "" { print; next }
		{ block = block "\n" $0 }
		/BUG: KCSAN:/ { race = 1 }
		$0 ~ ours { mine = 1 }
		/^=+$/ { if (mine || !race) print block; block = "" }
		END { if (block != "") print block }'
}

# reports: what the kernel has complained of since the mark, by its log and by
# what it remembers when its log is full
reports() {
	log_since | of_ours | grep -E "$BAD" | grep -vE "${EXPECTED:-^$}"
	[ "$(taint)" = "$TAINT" ] || echo "taint $TAINT has become $(taint)"
	[ "$(lockdep)" = "$LOCKDEP" ] || echo "lockdep has switched itself off"
}

# Lines of the module itself, without what the kernel says of any module that
# is not its own.
module_log() {
	log_since | sed "/$AGAIN/,\$d" | grep '^iommu_caps: ' | grep -vE \
		'loading out-of-tree module|module verification failed'
}

check_log() {
	# What the kernel complained of before is not ours, but worth a line.
	dmesg | sed "/$LOG_MARK/,\$d" | grep -E "$BAD" | head -n 5 |
		while read -r line; do
			note "before the module: $line"
		done
	reports >/tmp/reports
	none "the kernel has nothing to report" "$(cat /tmp/reports)"
	echo "@@count reports $(wc -l </tmp/reports)"
	module_log | sed 's/^/@@log /'
	if [ -n "$FAILED" ]; then
		dmesg
	else
		log_since
	fi | sed 's/^/@@dmesg /'
}

# lent_root: mounts the host's system of tools, which QEMU lends to the guest, and
# prints where; commands are run there by chroot
lent_root() {
	local r=/tmp/others dir

	mkdir -p $r
	mount -t 9p -o trans=virtio,version=9p2000.L,ro others $r
	for dir in proc sys dev; do
		mount --bind /$dir $r/$dir
	done
	for dir in run tmp var/lib var/cache; do
		mount -t tmpfs tmpfs $r/$dir
	done
	echo $r
}
