#!/usr/bin/env perl
# SPDX-License-Identifier: GPL-2.0-only
# iommu-caps and its verbs on made-up machines
use strict;
use warnings;
use File::Basename qw(basename dirname);
use File::Path qw(make_path remove_tree);
use JSON::PP;
use Test::More;
use lib dirname(__FILE__) . '/../tools';
use Schema;
use Tools;

my @verbs = qw(audit check vm decode p2p watch report export lint);

scenarios(@scenarios);

# The source of a man page, hyphens as they are typed
sub man {
	return slurp("$top/src/iommu-caps/man/$_[0].8") =~ s/\\-/-/gr;
}

sub schema {
	return Schema->new("$top/Documentation/schema/iommu-caps-$_[0].schema.json");
}

subtest 'usage' => sub {
	for my $bad ('', 'nonsense', '--nonsense', 'decode', 'check',
		     'check --protected --assignable x', 'check --color=maybe x', 'export',
		     'report', 'report --html --dot', 'report --svg 3', 'export --nfd 3', 'export --nfd --prometheus',
		     'decode --vtd', 'check x --nfd') {
		sh('vtd-full', "iommu-caps $bad");
		is($status, 2, "status 2: $bad");
		like($err, qr/^Try 'iommu-caps[ a-z]* --help'\.$/m,
		     "says where to look: $bad");
		is($out, '', "nothing on standard output: $bad");
	}
	sh('vtd-full', 'iommu-caps --help');
	is($status, 0, '--help succeeds');
	is_deeply([ $out =~ /^ ([a-z0-9]+) +\S/mg ], \@verbs,
		  '--help lists the verbs');
	for my $args ('', @verbs) {
		sh('vtd-full', "iommu-caps $args --help");
		is("$status$err", '0', "$args --help");
		like($out, qr/^Usage: iommu-caps \Q$args\E/, '... is about it');
		ok(!(grep { length > 80 } split /\n/, $out), '... fits a screen');
	}
	my ($version) = slurp("$top/dkms.conf") =~ /^PACKAGE_VERSION="(.*)"/m;
	for my $args ('--version', 'check --version') {
		sh('unloaded', "iommu-caps $args");
		is($out, "iommu-caps $version\n", "$args says that of dkms.conf");
	}
	my $comp = slurp("$top/src/iommu-caps/iommu-caps.bash");
	my $man = man('iommu-caps');
	is_deeply([ $man =~ /^\.BR iommu-caps-([a-z0-9]+) \(8\)\n(?=[A-Z])/mg ],
		  \@verbs, 'iommu-caps(8) has the verbs');
	like($man, qr/^\.B $_\n/m, "... and status $_") for 0 .. 4;
	for my $verb (@verbs) {
		sh('vtd-full', "iommu-caps $verb --help");
		my @helped = grep { defined } $out =~ /^ +(?:(-\w), )?(--[a-z-]+)/mg;
		my ($options) = man("iommu-caps-$verb") =~
			/^\.SH OPTIONS\n(.*?)^\.SH/ms;
		my @explained = map { /(?<![\w-])(--?[a-zA-Z][a-z-]*)/g }
			$options =~ /^\.TP\n(\.B.*)/mg;
		is_deeply([ sort @explained ], [ sort @helped ],
			  "iommu-caps-$verb(8) has the options of --help");
		like($comp, qr/\Q$_\E/, "completion of $_") for grep { /^--/ } @helped;
	}
	my %metrics = map { $_ => 1 }
		slurp("$top/src/iommu-caps/export.c") =~ /"(iommu_caps_\w+)"/g;
	is_deeply([ sort keys %metrics ],
		  [ sort(man('iommu-caps-export') =~ /\b(iommu_caps_\w+)/g) ],
		  'iommu-caps-export(8) has the metrics');
	is_deeply([ sort map { basename($_) } glob "$top/src/iommu-caps/man/*" ],
		  [ sort 'iommu-caps.8', map { "iommu-caps-$_.8" } @verbs ],
		  'there is no other page');
};

subtest 'module not loaded' => sub {
	for my $args ('audit', 'watch', 'check 00:02.0', 'report --html', 'export --prometheus', 'export --nfd') {
		caps('unloaded', $args);
		is($status, 3, "status 3: $args");
		like($err, qr/not loaded\n.*modprobe iommu_caps/,
		     "says how to load it: $args");
		is($out, '', "prints nothing: $args");
	}
};

subtest 'another machine' => sub {
	sh('vtd-full', 'iommu-caps audit --sysroot /nowhere');
	is($status, 3, 'no tree: status 3');
	is($err, "iommu-caps: /nowhere/sys/kernel/iommu_caps is not there\n",
	   'nothing is said of this machine');
	sh('vtd-full', 'iommu-caps lint --sysroot /nowhere');
	is($status, 4, 'no sysfs: lint fails');
	for my $args ('lint --sysroot / FILE', 'decode --sysroot / FILE',
		      '--sysroot / audit') {
		sh('vtd-full', "iommu-caps $args");
		is($status, 2, "bad usage: $args");
		like($err, qr/^iommu-caps: --sysroot/, '... says why');
	}
	variant('escape', 'virtio', 'sys/bus/pci/devices/0000:00:02.0/driver' => undef);
	symlink("../../../../bus/pci/drivers/a\e]0;b\a",
		"$tmp/escape/sys/bus/pci/devices/0000:00:02.0/driver");
	for my $verb (qw(check vm)) {
		sh('escape', "iommu-caps $verb 0000:00:02.0");
		unlike($out, qr/[\x00-\x08\x0b-\x1f\x7f]/,
		       "nothing for the terminal: $verb");
	}
};

# What must be said: [scenario, device, status, sentences...]; !x: not said
my @checks = (
	[ 'vtd-full', '02:00.0', 0, 'Protected: yes', 'guest: yes',
	  'Driver: vfio-pci.', 'Group: 3. Unit: dmar1 (intel-vtd, hardware).',
	  '0000:00:1d.0 (root port) has no ACS capability.',
	  'use a slot whose root port has ACS', '!0000:02:00.0 (' ],
	[ 'vtd-full', '10000:e1:00.0', 0, 'Protected: yes', '!ACS', '!Group 11 has' ],
	[ 'vtd-full', '01:00.0', 1, 'Protected: yes', 'guest: no',
	  '-> echo 0000:01:00.0 > /sys/bus/pci/drivers/igb/unbind',
	  '-> echo vfio-pci > /sys/bus/pci/devices/0000:01:00.0/driver_override',
	  '-> echo 0000:01:00.1 > /sys/bus/pci/drivers/igb/unbind',
	  '!devices/0000:01:00.1/driver_override',
	  '0000:01:00.0 (function of a multifunction device) has no ACS',
	  'cannot be parted', '!0000:00:1c.0' ],
	[ 'vtd-full', '03:01.0', 0,
	  '0000:00:1e.0 (PCI Express to PCI bridge) can have no ACS',
	  'share its requester id' ],
	[ 'vtd-full', '04:00.0', 0, 'these controls are off: RR (request '
	  . 'redirect) CR (completion redirect).', 'pci=config_acs', '!SV ' ],
	[ 'vtd-full', '00:1f.3', 1, 'Protected: partly', 'guest: yes',
	  'region: 0x0-0xffffff.', '0000:00:1f.0 (conventional PCI)',
	  '!0xfee00000' ],
	[ 'vtd-full', '05:00.0', 0, 'cannot be read beyond 64 bytes',
	  '0000:05:00.1 may lack ACS: its extended', '!run this as root' ],
	[ 'vtd-full', '06:00.0', 1, 'Protected: partly', 'pci=noats',
	  'region: 0x7f000000-0x7f0fffff.', 'VFIO refuses' ],
	[ 'vtd-full', '07:00.0', 1, 'VFIO holds its group', '!domain type',
	  'fuser -v /dev/vfio/9' ],
	[ 'vtd-full', '08:00.0', 3, 'Protected: cannot be known',
	  'guest: cannot be known' ],
	[ 'vtd-full', '00:00.0', 1, 'no device that VFIO would take' ],
	[ 'passthrough', '02:00.0', 1, 'Protected: no', 'identity (passthrough)',
	  'nothing on the kernel command line asks', 'echo DMA > /sys/kernel/iommu_groups/3/type',
	  'guest: yes', 'Its interrupts are isolated.' ],
	[ 'partial', '80:00.0', 1, 'Protected: no', 'in no IOMMU group',
	  'slot on another bus', 'guest: no', '!iommu=on' ],
	[ 'no-intremap', '00:02.0', 1, 'Protected: no', 'intremap=on',
	  'allow_unsafe_interrupts=1', 'intel-vtd, virtual',
	  '!firmware setup' ],
	[ 'amd', '00:02.0', 1, 'dmesg | grep -i -e AMD-Vi',
	  'not cache-coherent', '!x2APIC', '!remove intremap' ],
	[ 'virtio', '00:02.0', 1, 'virtio-iommu does not remap interrupts',
	  '0000:00:02.0 is bound to the driver virtio-pci' ],
	[ 'virtio', '00:03.0', 1, 'boot-bypass', 'behind the virtual IOMMU',
	  'No driver is bound to it. Kernels up to 6.12', '!not in front of' ],
	[ 'virtio', '00:01.0', 1, 'Protected: cannot be known' ],
	[ 'smmu', '4000000.ethernet', 1, 'ITS',
	  'echo 4000000.ethernet > /sys/bus/platform/drivers/mvneta/unbind',
	  '!vfio-pci' ],
	[ 'smmu', 'gpu@5000000', 1, 'different kinds of bus',
	  'No member lacks ACS' ],
	[ 'power', '00:01.0', 1, 'disable_ddw', 'iommu=nobypass' ],
	[ 'none', '00:02.0', 1, 'No IOMMU is described', 'virtual machine',
	  '!firmware setup' ],
	[ 'disabled', '00:02.0', 1, 'switched off', 'intel_iommu=on',
	  '!amd_iommu' ],
	[ 'disabled', '00:00.0', 1, 'host bridges' ],
	[ 'xen', '00:02.0', 1, 'Xen owns', 'swiotlb-xen', 'xl dmesg' ],
	[ 'vtd-full', '09:00.0', 4 ], [ 'vtd-full', 'dmar0', 4 ],
	[ 'vtd-full', '3', 4 ], [ 'vtd-full', 'unprotected', 4 ],
);

subtest 'check' => sub {
	my %met;

	for (@checks) {
		my ($s, $dev, $want, @said) = @$_;
		caps($s, "check $dev");
		is($status, $want, "status of $s $dev");
		$met{$status}++;
		if ($want == 4) {
			like($err, qr/^iommu-caps: \Q$dev\E: no such device; lsiommu lists them$/,
			     "no such device: $dev");
			next;
		}
		is($err, '', 'silent on standard error');
		for my $text (@said) {
			if ($text =~ s/^!//) {
				unlike($out, qr/\Q$text\E/, "$s $dev: not $text");
			} else {
				like($out, qr/\Q$text\E/, "$s $dev: $text");
			}
		}
	}
	is_deeply([ sort keys %met ], [ 0, 1, 3, 4 ], 'every status was met');

	# all is known but the ways past translation
	my $group = "$tmp/vtd-full/sys/kernel/iommu_caps/groups/10";
	rename("$group/bypass", "$tmp/bypass") or die;
	open(my $isolated, '>', "$group/intr_remap") or die;
	print $isolated "1\n";
	close $isolated;
	caps('vtd-full', 'check 08:00.0');
	is($status, 3, 'without bypass: it cannot be known');
	like($out, qr/^Protected: cannot be known$/m, '... and the text says so');
	unlink "$group/intr_remap";
	rename("$tmp/bypass", "$group/bypass") or die;
	SKIP: {
		skip 'needs root and setpriv', 1 if $> || !have('setpriv');
		my $config = "$tmp/vtd-full/sys/devices/pci0000:00/0000:00:1d.0/config";
		open(my $f, '+<', $config) or die;
		truncate($f, 64);
		close $f;
		system('cp', "$top/build/iommu-caps", $tmp);
		system('chmod', '755', $tmp);
		sh('vtd-full', "setpriv --reuid=65534 --clear-groups "
		   . "$tmp/iommu-caps check 02:00.0");
		like($out, qr/0000:00:1d.0 may lack ACS: only root can read/,
		     'without the right to read configuration space');
		# What the module publishes everybody may read.
		my $acs = "$tmp/vtd-full/sys/kernel/iommu_caps/acs";
		make_path("$acs/0000:00:1d.0");
		my $controls = sub {
			for my $file (qw(capable enabled)) {
				open(my $f, '>', "$acs/0000:00:1d.0/$file") or die;
				print $f shift, "\n";
				close $f;
			}
			sh('vtd-full', "setpriv --reuid=65534 --clear-groups "
			   . "$tmp/iommu-caps check 02:00.0");
		};
		$controls->('', '');
		like($out, qr/^ *0000:00:1d.0 \(port of the root complex\) has no ACS capability\.$/m,
		     '... but acs/ names the port');
		unlike($out, qr/run this as root/, '... and root is not needed');
		$controls->('source-validation request-redirect',
			    'source-validation');
		like($out, qr/0000:00:1d.0 \(port of the root complex\) has ACS, but these controls are off: RR \(request redirect\)\.$/m,
		     '... and the control that is off');
		$controls->(('source-validation request-redirect') x 2);
		like($out, qr/No member lacks ACS/, '... and none that is on');
		unlink "$acs/0000:00:1d.0/enabled";
		mkdir "$acs/0000:00:1d.0/enabled";
		sh('vtd-full', "setpriv --reuid=65534 --clear-groups "
		   . "$tmp/iommu-caps check 02:00.0");
		like($out, qr/0000:00:1d.0 may lack ACS: it cannot be read now/,
		     '... and one that has no power');
		unlike($out, qr/run this as root/, '... nor would root help');
		remove_tree("$acs/0000:00:1d.0");
		truncate("$tmp/vtd-full/sys/devices/pci0000:00/0000:00:1e.0/config", 64);
		sh('vtd-full', "setpriv --reuid=65534 --clear-groups "
		   . "$tmp/iommu-caps check 03:01.0");
		like($out, qr/0000:00:1e.0 \(bridge to conventional PCI\) can have no ACS/,
		     '... and a bridge that is not in acs/');
		remove_tree($acs);
	}
};

# In acs/, a function without the capability looks like one whose capability
# controls nothing.
subtest 'check: ACS that controls nothing' => sub {
	my $none = qr/^ *0000:0\d:00\.(\d) \(function of a multifunction device\) has no ACS capability\.$/m;

	system("$top/tests/tools/mktree", 'shared-port', "$tmp/shared-port");
	caps('shared-port', 'check 01:00.0');
	like($out, qr/0000:00:1c\.0 \(root port\) has no ACS/, 'the port lacks it');
	is(join(' ', $out =~ /$none/g), '1', '... and one of the functions, to root');
	caps('shared-port', 'check 02:00.0');
	is(join(' ', $out =~ /$none/g), '0 1', 'both, where the port has it');
	SKIP: {
		skip 'needs root and setpriv', 3 if $> || !have('setpriv');
		truncate($_, 64) for glob("$tmp/shared-port/sys/devices/*/*/config"),
			glob("$tmp/shared-port/sys/devices/*/*/*/config");
		system('cp', "$top/build/iommu-caps", $tmp);
		system('chmod', '755', $tmp);
		my $as_nobody = "setpriv --reuid=65534 --clear-groups $tmp/iommu-caps";
		sh('shared-port', "$as_nobody check 01:00.0");
		like($out, qr/0000:00:1c\.0 \(port of the root complex\) has no ACS/,
		     'who is not root is told of the port');
		is(join(' ', $out =~ /0000:01:00\.(\d) may lack ACS: only root/g), '0 1',
		   '... and that the functions may lack it');
		sh('shared-port', "$as_nobody check 02:00.0");
		is(join(' ', $out =~ /$none/g), '0 1',
		   '... and what follows from the group');
	}
};

# How a device is judged, what is said only where it is so, what to paste
subtest 'check: right at every corner' => sub {
	my $says = sub {
		my ($s, $args, $want, @said) = @_;
		caps($s, "check $args");
		is($status, $want, "status of $s $args");
		for my $text (@said) {
			if ($text =~ s/^!//) {
				unlike($out, qr/\Q$text\E/, "$s $args: not $text");
			} else {
				like($out, qr/\Q$text\E/, "$s $args: $text");
			}
		}
	};
	my $cmdline = sub {
		my ($name, $base, $text, @more) = @_;
		return variant($name, $base, 'proc/cmdline' => "$text\n", @more);
	};
	my $pci = 'sys/devices/pci0000:00';

	# the device asked about, not only its group
	$says->('vtd-full', '00:1d.0', 1, 'Protected: yes', 'guest: no',
		'It is a bridge', '!Nothing keeps', '!modprobe');
	$says->('vtd-full', '--assignable 00:1d.0', 1);
	$says->('vtd-full', '--protected 00:1d.0', 0);
	variant('vfs', 'vtd-full', "$pci/0000:00:1b.0/0000:04:00.0/sriov_numvfs"
		=> "2\n", group(5, dma_remap => 1, intr_remap => 1,
		bypass => 'none', assign_blockers => 'no-assignable-device'));
	$says->('vfs', '04:00.0', 1, 'It has virtual functions', 'sriov_numvfs',
		'!It is a bridge');

	# two questions, two answers
	$says->('passthrough', '--assignable 02:00.0', 0, 'Protected: no');
	$says->('passthrough', '--protected 02:00.0', 1);
	$says->('passthrough', '04:00.0', 1,
		'Once VFIO holds the group its DMA is translated');
	$says->('vtd-full', '--assignable 00:1f.3', 0, 'Protected: partly');
	$says->('vtd-full', '--protected 01:00.0', 0, 'guest: no');
	$says->('vtd-full', '--assignable 08:00.0', 3);
	$says->('vtd-full', '02:00.0 10000:e1:00.0', 0, "0000:02:00.0 ",
		"\n\n10000:e1:00.0 ");
	$says->('vtd-full', '02:00.0 01:00.0', 1);
	$says->('vtd-full', '02:00.0 08:00.0', 3);
	$says->('vtd-full', '02:00.0 01:00.0 99:00.0', 4);
	$says->('vtd-full', '99:00.0 02:00.0', 4, 'Protected: yes');
	sh('vtd-full', 'iommu-caps check --pci-ids /no/such 02:00.0');
	is("$status$out", '4', 'a list of names that is not there');

	# VFIO's rule, and steps that can be pasted
	$says->('vtd-full', '01:00.0', 1, '!all of them or none',
		'they may stay behind without one');
	my @steps = $out =~ /^ +-> (modprobe .*|echo .*)$/mg;
	is_deeply(\@steps, [
		'echo 0000:01:00.1 > /sys/bus/pci/drivers/igb/unbind',
		'modprobe vfio-pci',
		'echo vfio-pci > /sys/bus/pci/devices/0000:01:00.0/driver_override',
		'echo 0000:01:00.0 > /sys/bus/pci/drivers/igb/unbind',
		'echo 0000:01:00.0 > /sys/bus/pci/drivers_probe' ],
		'the steps in their order');
	variant('driverctl', 'vtd-full', 'usr/sbin/driverctl' => \"#!/bin/sh\n");
	$says->('driverctl', '01:00.0', 1,
		'-> driverctl set-override 0000:01:00.0 vfio-pci',
		'!driver_override');
	$says->('vtd-full', '02:00.0', 0, '!modprobe');

	# what is said while VFIO holds the group
	variant('held', 'passthrough', group(3, dma_remap => 1, intr_remap => 1,
		bypass => 'none', domain_type => 'identity', owner => 'user',
		assign_blockers => 'in-use'));
	$says->('held', '02:00.0', 1, 'Protected: yes', 'VFIO holds its group',
		'!identity');
	variant('own', 'passthrough', group(3, dma_remap => 1, intr_remap => 1,
		bypass => 'none', domain_type => 'identity', owner => 'kernel',
		assign_blockers => ''));
	$says->('own', '02:00.0', 0, 'a domain of its own',
		'!translated (domain type identity)');

	# what the unit's own tables say, and how much of memory that is
	my $ram = "00000000-00000fff : Reserved\n"
		. "00001000-0009fbff : System RAM\n"
		. "00100000-3fffffff : System RAM\n"
		. "  01000000-01ffffff : Kernel code\n"
		. "40000000-4fffffff : PCI Bus 0000:00\n";
	my $reaches = sub {
		my ($in, $out, @more) = @_;
		variant('reaches', 'passthrough', 'proc/iomem' => $ram, @more,
			map { ("sys/kernel/iommu_caps/groups/$_/hw_readable_ram"
			       => $in, "sys/kernel/iommu_caps/groups/$_/"
			       . 'hw_writable_ram' => $out) } 3, 11);
	};
	$reaches->("16777216\n", "0\n");
	$says->('reaches', '02:00.0', 1, 'Its group can read 16 MiB and write '
		. 'nothing of 1023.6 MiB of memory now.', '!tables say');
	$says->('reaches', '10000:e1:00.0', 1, 'It can read 16 MiB and');
	caps('reaches', 'check --json 02:00.0');
	is_deeply(decode_json($out)->{devices}[0]{hardware},
		  { path => [ 'pass-through' ], readable => 16777216,
		    writable => 0 }, '... in JSON');
	$reaches->("4096\n", "all\n", 'proc/iomem' => $ram =~ s/^[^ ]+/0-0/mgr);
	$says->('reaches', '02:00.0', 1,
		'can read 4 KiB and write all of memory now.');
	caps('reaches', 'check --json 02:00.0');
	is(schema('check')->wrong(decode_json($out)), '', '... as the schema says');
	$reaches->("all\n", "all\n");
	$says->('reaches', '02:00.0', 1, 'can read and write all of memory now.');
	$reaches->("0\n", "0\n");
	$says->('reaches', '02:00.0', 1, 'can read and write no memory now.');
	$reaches->("all\n", undef);
	$says->('reaches', '02:00.0', 1, '!of memory now');
	my %word = (dma_remap => 0, intr_remap => 1, domain_type => 'DMA',
		    assign_blockers => '');
	my $tables = sub {
		variant('tables', 'passthrough', group(3, %word, @_));
		return 'tables';
	};
	$says->($tables->(bypass => 'hw-pass-through', hw_path => 'pass-through'),
		'02:00.0', 1, 'The hardware lets its DMA through',
		'domain type DMA. The unit\'s tables say: pass-through.');
	$says->($tables->(bypass => 'identity', hw_path => 'translate'),
		'02:00.0', 1, 'passes through, the unit\'s tables say that it is translated');
	$says->($tables->(bypass => 'none', dma_remap => 1, hw_path => 'abort'),
		'02:00.0', 0, 'it refuses its requests.');
	$says->($tables->(bypass => 'none', dma_remap => 1,
			  hw_path => 'translate abort'),
		'02:00.0', 0, 'it refuses requests of some of its ids.');
	for ([ 'none', 1, 'DMA', 'translate' ],
	     [ 'identity', 0, 'identity', 'pass-through' ],
	     [ 'none', 0, 'blocked', 'abort' ]) {
		my ($bypass, $remap, $type, $path) = @$_;
		caps($tables->(bypass => $bypass, dma_remap => $remap,
			       domain_type => $type, hw_path => $path),
		     'check 02:00.0');
		unlike($out, qr/tables say/, "they agree: $type, $path");
	}
	$says->($tables->(bypass => 'none', dma_remap => 0,
			  domain_type => 'blocked'),
		'02:00.0', 0, 'Protected: yes', 'blocked altogether');
	# behind a virtio-iommu or not
	$says->('virtio', '00:03.0', 1, '!not in front of');
	variant('bound', 'virtio');
	symlink('../../../bus/pci/drivers/virtio-pci',
		"$tmp/bound/$pci/0000:00:03.0/driver") or die;
	$says->('bound', '00:03.0', 1, 'not in front of it', '!No driver is');
	variant('vtd-guest', 'no-intremap',
		'sys/kernel/iommu_caps/state' => "partial\n");
	mkdir "$tmp/vtd-guest/$pci/0000:00:05.0";
	symlink("../../../devices/pci0000:00/0000:00:05.0",
		"$tmp/vtd-guest/sys/bus/pci/devices/0000:00:05.0") or die;
	symlink("../../../devices/pci0000:00/0000:00:05.0",
		"$tmp/vtd-guest/sys/kernel/iommu_caps/unprotected/0000:00:05.0")
		or die;
	$says->('vtd-guest', '00:05.0', 1, 'not in front of it', '!virtio');

	# advice that is followed already is not given
	$says->('disabled', '00:02.0', 1, 'add intel_iommu=on');
	$cmdline->('on', 'disabled', 'quiet intel_iommu=on,sm_on');
	$says->('on', '00:02.0', 1, '!add intel_iommu=on', 'dmesg');
	$cmdline->('off', 'disabled', 'intel_iommu=off');
	$says->('off', '00:02.0', 1, 'remove intel_iommu=off', '!dmesg', '!add ');
	$cmdline->('iommu-off', 'disabled', 'iommu=off');
	$says->('iommu-off', '00:02.0', 1, 'remove iommu=off from',
		'!intel_iommu');
	variant('ivrs', 'disabled',
		'sys/kernel/iommu_caps/firmware' => "IVRS\n");
	$says->('ivrs', '00:02.0', 1, '!remove amd_iommu', 'grep -i AMD-Vi');
	$cmdline->('amd-off', 'ivrs', 'amd_iommu=off');
	$says->('amd-off', '00:02.0', 1, 'remove amd_iommu=off', '!dmesg');
	$cmdline->('pt', 'passthrough', 'iommu=pt');
	$says->('pt', '02:00.0', 1, 'remove iommu=pt from', '!iommu.passthrough');
	$says->('passthrough', '02:00.0', 1, '!remove iommu=pt',
		'add iommu.passthrough=0');
	$says->('no-intremap', '00:02.0', 1, 'QEMU: intremap=on');
	variant('has-ir', 'no-intremap',
		'sys/kernel/iommu_caps/units/dmar0/intr_remap_capable' => "1\n");
	$says->('has-ir', '00:02.0', 1, '!intremap=on', 'boot log');
	$cmdline->('no-ir', 'has-ir', 'intremap=off');
	$says->('no-ir', '00:02.0', 1, 'remove intremap=off', '!boot log');
	variant('unsafe', 'no-intremap', 'sys/module/vfio_iommu_type1/parameters/'
		. 'allow_unsafe_interrupts' => "Y\n");
	$says->('unsafe', '00:02.0', 1, '!modprobe vfio_iommu_type1',
		'the answer is for its default');
	for my $told ('disable_ddw', 'iommu=nobypass') {
		$cmdline->('ddw', 'power', $told);
		$says->('ddw', '00:01.0', 1, '!disable_ddw');
	}
	$cmdline->('noats', 'vtd-full', 'pci=noaer,noats');
	$says->('noats', '06:00.0', 1, '!add pci=noats', 'has ATS on');
	$says->('vtd-full', '04:00.0', 0, '!remove pci=');
	$cmdline->('acs', 'vtd-full', 'pci=disable_acs_redir=00:1b.0');
	$says->('acs', '04:00.0', 0, 'remove pci=disable_acs_redir=00:1b.0');

	# what should not be is not known
	variant('odd', 'vtd-full', group(3, dma_remap => 1, intr_remap => 2,
		bypass => '', assign_blockers => ''));
	$says->('odd', '02:00.0', 3, 'Protected: cannot be known');
	$says->('odd', '--assignable 02:00.0', 0);
	variant('blank', 'vtd-full', group(3, dma_remap => 1, intr_remap => 1,
		bypass => '', assign_blockers => ''));
	$says->('blank', '02:00.0', 3, 'Protected: cannot be known',
		'can bypass translation cannot be known');

	caps('partial', 'check --json 02:00.0 80:00.0');
	my $j = decode_json($out);
	is(join(',', map { $_->{device}, $_->{group} // 'none',
			   $_->{protected}{answer}, $_->{assignable}{answer} }
		@{$j->{devices}}),
	   '0000:02:00.0,3,yes,yes,0000:80:00.0,none,no,no', '--json');
	is($status, 1, '... with its status');
	for (@checks) {
		my ($s, $dev, $want) = @$_;
		next if $want == 4;
		caps($s, "check --json $dev");
		is(schema('check')->wrong(decode_json($out)), '',
		   "$s $dev: as the schema says");
	}
};

subtest 'audit' => sub {
	# [scenario, status, sentence, findings in order]
	my @audits = (
		[ 'vtd-full', 1, 'translates for all',
		  qw(direct-regions ats direct-relaxable-regions) ],
		[ 'partial', 1, 'for some devices', qw(in-no-group direct-regions
		  ats direct-relaxable-regions) ],
		[ 'passthrough', 1, 'passthrough', qw(passthrough direct-regions
		  ats direct-relaxable-regions) ],
		[ 'no-intremap', 1, 'for all', 'interrupts-not-isolated' ],
		[ 'amd', 1, 'for all', 'interrupts-not-isolated' ],
		[ 'virtio', 1, 'for some', qw(in-no-group interrupts-not-isolated) ],
		[ 'power', 1, 'for no group', 'window' ],
		[ 'none', 1, 'No IOMMU', 'no-iommu' ],
		[ 'disabled', 1, 'switched off', 'iommu-off' ],
		[ 'xen', 3, 'Xen owns' ], [ 'big', 0, 'for all devices' ],
		[ 'empty', 1, 'No IOMMU', 'no-iommu' ],
	);
	my %met;
	for (@audits) {
		my ($s, $want, $sentence, @ids) = @$_;
		caps($s, 'audit');
		is($status, $want, "status of $s");
		like($out, qr/\A[^\n]*\Q$sentence\E/, "$s: its state in a sentence");
		is_deeply([ $out =~ /^\w+: .*\((\S+)\)$/mg ], \@ids, "$s: findings");
		caps($s, 'audit --json');
		is($status, $want, "$s: the same status with --json");
		my $j = decode_json($out);
		is(schema('audit')->wrong($j), '', "$s: as the schema says");
		is_deeply([ map { $_->{id} } @{$j->{findings}} ], \@ids,
			  "$s: the same findings");
		$met{$_}++ for @ids;
	}
	caps('partial', 'audit --json');
	my ($f) = @{decode_json($out)->{findings}};
	is_deeply($f->{devices}, [ '0000:80:00.0', '0000:80:01.0' ],
		  'the devices of a finding');
	is("$f->{harm} $f->{changes}[0]",
	   'high use a slot on another bus, or update the firmware',
	   'its harm, and what to change');
	caps('disabled', 'audit --json');
	is(decode_json($out)->{findings}[0]{hsi}, 'org.fwupd.hsi.Iommu',
	   'the id that fwupd has for it');

	# what no scenario above has
	my $root = 'sys/kernel/iommu_caps';
	my %good = (dma_remap => 1, intr_remap => 1, bypass => 'none',
		    assign_blockers => '');
	for (['inactive', 'unit-inactive'], ['hw-pass-through', 'hardware-pass-through']) {
		variant('one', 'no-intremap', group(0, %good, bypass => $_->[0]));
		caps('one', 'audit');
		like($out, qr/^high: .*\($_->[1]\)$/m, $_->[1]);
		$met{$_->[1]}++;
	}
	for (['1072668672', 1], ['1050000000', 0], ['all', 1], ['0', 0]) {
		my ($amount, $found) = @$_;
		variant('one', 'no-intremap', group(0, %good),
			'proc/iomem' => "00100000-3fffffff : System RAM\n",
			"$root/groups/0/hw_writable_ram" => "$amount\n");
		caps('one', 'audit');
		is($status, $found, "translated, and $amount bytes can be written");
		is($out =~ /^high: .*\(writes-all-memory\)\n  0000:00:02.0$/m || 0,
		   $found, '... is a finding or not');
	}
	$met{'writes-all-memory'}++;
	variant('one', 'no-intremap', group(0, %good, dma_remap => 0),
		"$root/groups/0/hw_writable_ram" => "all\n");
	caps('one', 'audit');
	unlike($out, qr/writes-all/, '... where it is said to be translated');
	variant('one', 'no-intremap', group(0, %good, dma_remap => 0));
	caps('one', 'audit');
	like($out, qr/\(untranslated\)$/m, 'not translated, for no known reason');
	variant('one', 'no-intremap', group(0, %good, dma_remap => 0,
		domain_type => 'blocked'));
	caps('one', 'audit');
	is($status, 0, '... blocked is not that');
	variant('one', 'no-intremap', group(0, %good, external => 1,
		bypass => 'ats'));
	caps('one', 'audit');
	like($out, qr/\ntranslates.*|\n\ncritical: .*\(external-bypass\)\n  0000:00:02.0\n/,
	     'an external device with a way around comes first');
	variant('one', 'no-intremap', group(0, %good, external => 1,
		bypass => 'none'));
	caps('one', 'audit');
	unlike($out, qr/external-bypass/, '... without one is no finding');
	variant('one', 'partial',
		'sys/devices/pci0000:80/0000:80:00.0/removable' => "removable\n");
	caps('one', 'audit');
	like($out, qr/\n\ncritical: .*\(external-unprotected\)\n  0000:80:00.0\n/,
	     'an external device in no group');
	variant('one', 'no-intremap', group(0, %good),
		"$root/preboot_protection" => "0\n");
	caps('one', 'audit');
	like($out, qr/\(no-preboot-protection\)$/m, 'no protection before boot');
	caps('one', 'audit --harm medium');
	is($status, 0, '--harm leaves out what is less harmful');
	variant('one', 'no-intremap', group(0, %good),
		"$root/units/dmar1/type" => "intel-vtd\n");
	caps('one', 'audit');
	like($out, qr/\(unit-not-driven\)\n  Unit dmar1 has no driver/,
	     'a unit without a driver');
	variant('one', 'no-intremap', group(0, %good, intr_remap => undef));
	caps('one', 'audit');
	is($status, 3, 'nothing wrong, but not everything known');
	$met{$_}++ for qw(untranslated external-bypass external-unprotected
			  no-preboot-protection unit-not-driven);
	my $c = slurp("$top/src/iommu-caps/audit.c");
	my @ids = $c =~ /^\t\{ "([a-z-]+)", HARM_/mg;
	is_deeply([ sort keys %met ], [ sort @ids ], 'every finding was met');
	my @explained = man('iommu-caps-audit') =~
		/^\.TP\n\.B ([a-z]+-[a-z-]+|ats|passthrough|untranslated|window)\n/mg;
	is_deeply([ sort @explained ], [ sort @ids ],
		  'iommu-caps-audit(8) has each finding, and no other');
};

subtest 'watch' => sub {
	variant('live', 'partial');
	my $root = "$tmp/live/sys/kernel/iommu_caps";
	# what the module would do, while watch looks each second
	my $change = "sleep 1.5; echo passthrough >$root/state; "
		. "sed -i s/dma_remap=1/dma_remap=0/ $root/groups/3/summary; "
		. "rm $root/unprotected/0000:80:01.0; "
		. "rm $tmp/live/sys/bus/pci/devices/0000:01:00.0/driver; "
		. "rm -r $root/groups/11";
	sh('live', "($change) & timeout 20 iommu-caps watch --interval 1 --lines 15");
	is($status, 0, 'ends after that many lines');
	my $lines = $out =~ s/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4} //gmr;
	my %said = map { $_ => 1 } split /\n/, $lines;
	for ('machine: state: partial -> passthrough',
	     'group 3: dma_remap: 1 -> 0',
	     'device 0000:80:01.0: group: unprotected -> -',
	     'device 0000:01:00.0: driver: igb -> -',
	     'device 10000:e1:00.0: group: 11 -> -',
	     'group 11: bypass: none -> -', 'group 11: assign_blockers: "" -> -') {
		ok($said{$_}, $_);
	}
	unlike($lines, qr/group [^3 ]*: id|group (?!3|11)/, 'and nothing else')
		or diag($lines);
	sh('live', "(sleep 1.5; echo full >$root/state) & "
	   . "timeout 20 iommu-caps watch --json --interval 1 --lines 1");
	my $j = eval { decode_json($out) } // {};
	is(join(',', map { $_ // 'null' } @$j{qw(object name fact old new)}),
	   'machine,null,state,passthrough,full', '--json: one object on a line');
	is(scalar(() = $out =~ /\n/g), 1, '... and just one');
	is(schema('watch')->wrong($j), '', '... as the schema says');
	sh('live', "timeout -s TERM 1 iommu-caps watch --interval 5");
	is("$out$err", '', 'a signal ends it in silence');
};

# Only ENOENT means that a fact is absent
subtest 'errors' => sub {
	my $fact = 'sys/kernel/iommu_caps/groups/3/dma_remap';
	variant('bad', 'vtd-full', 'sys/kernel/iommu_caps/groups/3/summary' => undef,
		"$fact/directory" => '');
	for my $cmd ('lsiommu', 'lsiommu --json', 'iommu-caps check 02:00.0',
		     'iommu-caps export --prometheus', 'iommu-caps export --nfd') {
		sh('bad', $cmd);
		is($status, 4, "a file that cannot be read: $cmd");
		is($err, ($cmd =~ /(\S+)/)[0]
		   . ": groups/3/dma_remap: Is a directory\n", '... said once');
	}
	variant('bad-state', 'vtd-full', 'sys/kernel/iommu_caps/state/x' => '');
	sh('bad-state', 'lsiommu --json');
	is($status, 4, 'a fact about the machine');
	variant('bad-unit', 'vtd-full',
		'sys/kernel/iommu_caps/units/dmar0/type/x' => '');
	sh('bad-unit', 'lsiommu --units');
	is($status, 4, 'a fact about a unit');
	SKIP: {
		skip 'needs root and setpriv', 4 if $> || !have('setpriv');
		variant('private', 'vtd-full');
		chmod 0000, "$tmp/private/$fact",
			"$tmp/private/sys/kernel/iommu_caps/groups/3/summary";
		chmod 0755, $tmp;
		my $as = 'setpriv --reuid=65534 --clear-groups';
		system('cp', "$top/build/lsiommu", "$tmp/lsiommu");
		sh('private', "$as $tmp/lsiommu");
		is($status, 4, 'a file that nobody may read');
		like($err, qr/Permission denied/, '... is an error');
		chmod 0400, glob "$tmp/vtd-full/sys/kernel/iommu_caps/units/*/registers/*";
		sh('vtd-full', "$as $tmp/lsiommu --units -O");
		is("$status$err", '0', 'registers are for root alone: no error');
		like($out, qr/^dmar0 .* -$/m, '... and not shown');
	}
};

subtest 'Prometheus' => sub {
	for my $s (grep { $_ ne 'unloaded' && $_ ne 'big' } @scenarios) {
		caps($s, 'export --prometheus');
		is($status, 0, $s);
		my @names = $out =~ /^# TYPE (\S+) gauge$/mg;
		my %help = map { $_ => 1 } $out =~ /^# HELP (\S+) ./mg;
		ok(!(grep { !$help{$_} } @names), "each metric has a help: $s");
		my @odd = grep {
			!/^(#|[a-z_]+(\{\w+="([^"\\]|\\["\\n])*"(,\w+="([^"\\]|\\["\\n])*")*\})? (\d+|\+Inf)$)/
		} split /\n/, $out;
		is("@odd", '', "each line is a sample: $s");
		my %n;
		$n{$_}++ for grep { !/^#/ } split /\n/, $out;
		ok(!(grep { $_ > 1 } values %n), "no sample twice: $s");
		SKIP: {
			skip 'no promtool', 1 unless have('promtool');
			is(system("promtool check metrics <$tmp/out "
				  . ">$tmp/promtool 2>&1"), 0,
			   "promtool accepts it: $s") or diag(slurp("$tmp/promtool"));
		}
	}
	caps('partial', 'export --prometheus');
	for ('iommu_caps_info{abi_version="1",state="partial",platform="bare-metal",firmware="DMAR"} 1',
	     'iommu_caps_state{state="partial"} 1', 'iommu_caps_state{state="full"} 0',
	     'iommu_caps_group_dma_remap{group="0"} 1',
	     'iommu_caps_group_bypass{group="8",bypass="ats"} 1',
	     'iommu_caps_group_assignable{group="3"} 1',
	     'iommu_caps_group_assignable{group="2"} 0',
	     'iommu_caps_unprotected_functions 2',
	     'iommu_caps_dma_path{path="iommu"} 1',
	     'iommu_caps_unprotected_info{device="0000:80:00.0"} 1',
	     'iommu_caps_device_info{device="0000:02:00.0",group="3"} 1',
	     'iommu_caps_unit_active{unit="dmar0"} 1',
	     'iommu_caps_preboot_protection 1') {
		like($out, qr/^\Q$_\E$/m, $_);
	}
	unlike($out, qr/(intr_remap|assignable|external)\{group="10"\}/,
	       'no sample for what is not known');
	my $smmu = 'smmu3.0x0000000009050000';
	my %more = (scalable => 0, range_invalidation => 1, substream_bits => 20,
		    output_width => 44);
	variant('widths', 'smmu', group(1, noexec => 1, enforced_coherency => 0,
		deferred_flush => 1), map { ("sys/kernel/iommu_caps/units/$smmu/$_" =>
		"$more{$_}\n") } keys %more);
	caps('widths', 'export --prometheus');
	for ('unit_scalable{unit="U"} 0', 'unit_range_invalidation{unit="U"} 1',
	     'unit_substream_bits{unit="U"} 20', 'unit_output_width_bits{unit="U"} 44',
	     'group_noexec{group="1"} 1', 'group_enforced_coherency{group="1"} 0',
	     'group_deferred_flush{group="1"} 1') {
		my $sample = s/"U"/"$smmu"/r;
		like($out, qr/^iommu_caps_\Q$sample\E$/m, $sample);
	}
	my $heavy = 'sys/kernel/iommu_caps/groups';
	variant('amounts', 'partial', map({ group($_, hw_path => 'translate') } 2, 3),
		"$heavy/3/hw_readable_ram" => "16777216\n",
		"$heavy/3/hw_writable_ram" => "all\n",
		"$heavy/2/hw_writable_ram" => "much\n");
	caps('amounts', 'export --prometheus');
	for ('readable_ram_bytes{group="3"} 16777216',
	     'writable_ram_bytes{group="3"} +Inf') {
		like($out, qr/^iommu_caps_group_\Q$_\E$/m, $_);
	}
	unlike($out, qr/_ram_bytes\{group="[^3]"\}/,
	       '... and no sample for what is no amount');
	caps('empty', 'export --prometheus');
	like($out, qr/,platform="gu\\"e\\\\st",/, 'labels are quoted');
	variant('newline', 'partial');
	symlink("../../../devices/platform/a\nb",
		"$tmp/newline/sys/kernel/iommu_caps/unprotected/a\nb") or die;
	caps('newline', 'export --prometheus');
	like($out, qr/^iommu_caps_unprotected_info\{device="a\\nb"\} 1$/m,
	     '... and a newline in one is escaped');
};

subtest 'export to a file' => sub {
	my $dir = "$tmp/collector";
	my $file = "$dir/iommu.prom";
	mkdir $dir;
	caps('partial', 'export --prometheus');
	my $metrics = $out;
	caps('partial', "export --prometheus --output $file");
	is("$status$out$err", '0', 'is silent');
	is(slurp($file), $metrics, 'the file has what would be printed');
	is(sprintf('%o', (stat $file)[2] & 07777), '644', 'all may read it');
	my $inode = (stat $file)[1];
	caps('partial', "export --prometheus --output $file");
	isnt((stat $file)[1], $inode, 'it is replaced, not written over');
	caps('unloaded', "export --prometheus --output $file");
	is($status, 3, 'the module is not loaded');
	is(slurp($file), $metrics, '... and the file stays');
	variant('half', 'vtd-full', 'sys/kernel/iommu_caps/groups/3/summary' => undef,
		'sys/kernel/iommu_caps/groups/3/dma_remap/directory' => '');
	caps('half', "export --prometheus --output $file");
	is($status, 4, 'what cannot be read');
	is(slurp($file), $metrics, '... leaves the file as it is');
	caps('partial', "export --nfd --output $tmp/no/where");
	is($status, 4, 'no such directory');
	like($err, qr{^iommu-caps: \Q$tmp\E/no/where: No such file}, '... says so');
	is_deeply([ glob("$dir/.* $dir/*") ], [ "$dir/.", "$dir/..", $file ],
		  'nothing else is left');
};

subtest 'Node Feature Discovery' => sub {
	for my $s (grep { $_ ne 'unloaded' } @scenarios) {
		caps($s, 'export --nfd');
		my %f;
		for (split /\n/, $out) {
			my ($k, $v) = split /=/, $_, 2;
			# What Kubernetes demands of a label
			ok($k =~ /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/ &&
			   $v =~ /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/,
			   "$s: $_") or next;
			ok(!exists $f{$k}, "$s: $k once");
			$f{$k} = $v;
		}
	}
	my $has = sub {
		caps($_[0], 'export --nfd');
		like($out, qr/^iommu-caps\.\Q$_\E$/m, "$_[0]: $_") for @_[1 .. $#_];
	};
	$has->('partial', 'state=partial', 'translated=mixed', 'isolated=true',
	       'bypass-free=mixed', 'virtual=false', 'unprotected=2', 'groups=12',
	       'unit-intel-vtd=true', 'assignable=mixed',
	       'preboot-protection=true', 'firmware=DMAR',
	       'dma-path-iommu=true');
	$has->('passthrough', 'translated=mixed', 'state=passthrough');
	$has->('none', 'state=none', 'groups=0', 'unprotected=1');
	caps('none', 'export --nfd');
	unlike($out, qr/isolated|virtual|firmware/,
	       'no feature for what is not known');
	$has->('none', 'translated=false', 'assignable=false');
};

subtest 'lint' => sub {
	# A DMAR of one unit that is for no device, and of none for the others
	my $dmar = pack('a4VCCa6a8Va4V', 'DMAR', 64, 1, 0, 'OEM', 'TABLE', 1,
			'TEST', 1) . pack('CCx10', 38, 1) .
		pack('vvCCvVV', 0, 16, 0, 0, 0, 0xfed90000, 0);
	substr($dmar, 9, 1) = pack('C', -unpack('%8C*', $dmar) & 0xff);
	open(my $f, '>:raw', "$tmp/lint.bin") or die "$tmp/lint.bin: $!\n";
	print $f $dmar;
	close($f);
	sh('unloaded', "iommu-caps lint $tmp/lint.bin");
	is($status, 1, 'findings: status 1');
	is(scalar(() = $out =~ /^\Q$tmp\E\/lint.bin: [a-z-]+: /mg), 2,
	   'file and rule of each');
	sh('unloaded', "iommu-caps lint --json $tmp/lint.bin");
	my $j = eval { decode_json($out) } // {};
	is_deeply([ map { $_->{rule} } @{$j->{findings}} ],
		  [ 'catch-all-missing', 'scope-none' ], 'the same as JSON');
	is(schema('lint')->wrong($j), '', '... as the schema says');
	$j->{findings}[0]{rule} = 1;
	isnt(schema('lint')->wrong($j), '', '... which would have complained');
	sh('unloaded', "iommu-caps lint --nonsense");
	is($status, 2, 'usage');
	my %rules;
	for my $c (glob "$top/src/iommu-caps/lint_*.c") {
		$rules{$_} = 1 for slurp($c) =~
			/(?:lint_finding|report)\([^;]*?"([a-z]+(?:-[a-z]+)+)",/g;
	}
	my ($page) = man('iommu-caps-lint') =~ /^\.SH RULES\n(.*?)^\.SH/ms;
	my %said = map { $_ => 1 } map { /([a-z]+(?:-[a-z]+)+)/g }
		$page =~ /^\.TP\n(\.B.*)/mg;
	is_deeply([ sort keys %said ], [ sort keys %rules ],
		  'iommu-caps-lint(8) has each rule, and no other');
};

subtest 'decode' => sub {
	sh('unloaded', "iommu-caps decode $tmp/none.bin");
	is($status, 4, 'a file that is not there');
	is($out, '', 'prints nothing');
	# A DMAR with one unit: ACPI header, width, flags, DRHD
	my $body = pack('C C x10', 38, 1) .
		pack('v v C C v Q<', 0, 16, 1, 0, 0, 0xfed90000);
	my $t = 'DMAR' . pack('V C C a6 a8 V a4 V', 36 + length $body, 1, 0,
			      'TEST', 'TEST', 1, 'TEST', 1) . $body;
	my $sum = 0;
	$sum += $_ for unpack 'C*', $t;
	substr($t, 9, 1) = pack 'C', -$sum & 255;
	open(my $f, '>', "$tmp/dmar.bin") or die;
	binmode $f;
	print $f $t;
	close $f;
	sh('unloaded', "iommu-caps decode $tmp/dmar.bin");
	is($status, 0, 'a DMAR, without the module');
	like($out, qr/fed90000/, 'its unit');
	ok(eval { decode_json($out) }, 'is JSON');
	sh('unloaded', "iommu-caps decode $tmp/dmar.bin $tmp/none.bin $tmp/dmar.bin");
	is($status, 4, 'one of three is missing: status 4');
	is(scalar(() = $out =~ /fed90000/g), 2, '... the others are printed');
	my ($sample) = glob "$top/../shared/corpus/acpi/dmar/*.bin";
	SKIP: {
		skip 'no corpus', 1 unless $sample;
		sh('unloaded', "iommu-caps decode $sample");
		ok(eval { decode_json($out) }, 'a table of the corpus');
	}
};

subtest 'color' => sub {
	caps('partial', 'check --color=always 80:00.0');
	like($out, qr/\e\[31mno\e\[0m/, 'check');
	caps('partial', 'check 80:00.0');
	unlike($out, qr/\e/, 'none in a pipe or file');
};

subtest 'stable for scripts' => sub {
	for my $args ('check 02:00.0', 'export --prometheus') {
		my $plain = caps('partial', $args);
		for my $env ('LC_ALL=C', 'LC_ALL=tr_TR.UTF-8', 'COLUMNS=20',
			     'TERM=dumb', 'NO_COLOR=1') {
			sh('partial', "$env iommu-caps $args"
			   . ($args =~ /check/ ? " --pci-ids $ids" : ''));
			is($out, $plain, "$args: the same with $env");
		}
	}
	sh('partial', "sh -c 'iommu-caps export --nfd >/dev/full'");
	is($status, 4, 'output that cannot be written: status 4');
	system('cp', '-a', "$tmp/vtd-full", "$tmp/gone");
	remove_tree("$tmp/gone/sys/devices/pci0000:00/0000:00:1d.0/0000:02:00.0");
	caps('gone', 'check 02:00.0');
	is($status, 4, 'check of a device on its way out');
};

subtest 'completion' => sub {
	my $comp = "$top/src/iommu-caps/iommu-caps.bash";
	my $complete = completion($comp, '_iommu_caps');
	is_deeply($complete->('iommu-caps', ''), [ @verbs, '--help', '--version' ],
		  'the verbs are those of --help');
	is_deeply($complete->('iommu-caps', 'exp'), [ 'export' ], 'a verb');
	is_deeply($complete->('iommu-caps', 'export', '--pro'),
		  [ '--prometheus' ], 'its option');
	is_deeply($complete->('iommu-caps', 'check', '0000:80'),
		  [ '0000:80:00.0', '0000:80:01.0' ], 'a device');
};

subtest 'memory' => sub {
	my $san = sanitized() // plan skip_all => 'no sanitizers';
	for my $s (grep { $_ ne 'big' } @scenarios) {
		for my $args ('export --prometheus', 'export --nfd', '--help',
			      'check 09:00.0', 'check --json 00:02.0', 'nonsense') {
			sh($s, "$san/iommu-caps $args");
			ok($status =~ /^[0-4]$/ && $err !~ /Sanitizer|runtime error/,
			   "$s $args") or diag($err);
		}
	}
	for (@checks) {
		my ($s, $dev, $want) = @$_;
		sh($s, "$san/iommu-caps check $dev");
		is($status, $want, "$s check $dev");
		unlike($err, qr/Sanitizer|runtime error/, 'clean');
	}
	SKIP: {
		skip 'no valgrind', 1 unless have('valgrind');
		sh('vtd-full', "valgrind -q --error-exitcode=99 "
		   . "--leak-check=full --errors-for-leak-kinds=all "
		   . "--show-leak-kinds=all iommu-caps check 02:00.0");
		is("$status$err", '0', 'valgrind: check');
	}
};

done_testing;
