#!/usr/bin/env perl
# SPDX-License-Identifier: GPL-2.0-only
# lsiommu on made-up machines: each scenario of tests/lsiommu/mktree is a
# small /sys, of which every value is known.
use strict;
use warnings;
use Cwd 'abs_path';
use File::Basename 'dirname';
use File::Path 'remove_tree';
use File::Temp 'tempdir';
use JSON::PP;
use Test::More;

my $top = abs_path(dirname(__FILE__) . '/../..');
# Thousands of small files: in memory, where that can be
my $tmp = tempdir(CLEANUP => 1, -w '/dev/shm' ? (DIR => '/dev/shm') : (TMPDIR => 1));
my $ids = "$top/tests/lsiommu/pci.ids";
my $bin = "$top/build/lsiommu";
my $san = "$tmp/san/lsiommu";
my ($out, $err, $status);

delete @ENV{qw(NO_COLOR COLUMNS SYSFS_PATH LC_ALL LANG)};
$ENV{TERM} = 'xterm';
$ENV{PATH} = "$top/build:$ENV{PATH}";
# A file that libpci's network or hwdb lookup may add must not matter
$ENV{HOME} = $tmp;

sub slurp {
	open(my $f, '<', $_[0]) or return '';
	local $/;
	my $text = <$f> // '';
	close $f;
	return $text;
}

sub have {
	my ($tool) = @_;
	return grep { -x "$_/$tool" } split(/:/, $ENV{PATH}), '/usr/sbin';
}

# Run a shell command on a scenario; sets $out, $err and $status
sub sh {
	my ($scenario, $cmd) = @_;
	local $ENV{SYSFS_PATH} = "$tmp/$scenario";
	system('sh', '-c', "$cmd >$tmp/out 2>$tmp/err");
	$status = $? >> 8;
	$status = 'signal ' . ($? & 127) if $? & 127;
	$out = slurp("$tmp/out");
	$err = slurp("$tmp/err");
	return $out;
}

# Run lsiommu, quoting nothing: no argument here needs it
sub run {
	my ($scenario, $args) = @_;
	return sh($scenario, "lsiommu $args --pci-ids $ids");
}

sub json {
	my ($scenario, $args) = @_;
	run($scenario, "--json $args");
	my $v = eval { decode_json($out) };
	fail("JSON of $scenario $args: $@") unless defined $v;
	return $v // {};
}

sub by_name {
	my ($list) = @_;
	return { map { $_->{name} => $_ } @$list };
}

is(system("make -s -C $top/src/lsiommu >$tmp/make.log 2>&1"), 0, 'builds')
	or BAIL_OUT(slurp("$tmp/make.log"));

my @scenarios = qw(vtd-full passthrough partial no-intremap amd virtio smmu
		   power none disabled xen empty unloaded big);
for (@scenarios) {
	system("$top/tests/lsiommu/mktree", $_, "$tmp/$_") == 0
		or BAIL_OUT("no scenario $_");
}

subtest 'usage' => sub {
	for my $bad ('--nonsense', '-o NOSUCH', '-o NAME,,BYPASS', '--json --raw',
		     '--decode', '--check', '--check 1 2', '--color=maybe',
		     '--check x --nfd', '--prometheus 3', '--check x -o NAME',
		     '-c x -c y', '-o TYPE', '--units -o BYPASS') {
		sh('vtd-full', "lsiommu $bad");
		is($status, 2, "status 2: $bad");
		like($err, qr/^Usage: lsiommu/m, "usage: $bad");
		is($out, '', "nothing on standard output: $bad");
	}
	run('vtd-full', '--help');
	is($status, 0, '--help succeeds');
	cmp_ok(scalar(() = $out =~ /\n/g), '<', 25, '--help fits a screen');
	ok(!(grep { length > 80 } split /\n/, $out), '... also in width');
	sh('unloaded', 'lsiommu --version');
	my ($version) = slurp("$top/dkms.conf") =~ /^PACKAGE_VERSION="(.*)"/m;
	is($out, "lsiommu $version\n", '--version says that of dkms.conf');
};

subtest 'module not loaded' => sub {
	for my $args ('', '--json', '--units', '--check 00:02.0',
		      '--prometheus', '--nfd') {
		run('unloaded', $args);
		is($status, 3, "status 3: lsiommu $args");
		like($err, qr/not loaded\n.*modprobe iommu_caps/,
		     "says how to load it: lsiommu $args");
		is($out, '', "prints nothing: lsiommu $args");
	}
	run('no-such-directory', '');
	is($status, 3, 'no sysfs at all');
};

subtest 'tree' => sub {
	run('virtio', '');
	is($out, <<'EOT', 'the default table');
NAME           TRANSLATED ISOLATED BYPASS   VIRTUAL ASSIGNABLE DESCRIPTION
0              yes        no       none     yes     no         -
`-0000:00:02.0 yes        no       none     yes     no         Ethernet controller: Test Vendor Test Network
unprotected    no         -        no-group -       no         -
`-0000:00:03.0 no         -        no-group -       no         SCSI storage controller: Test Vendor Test Disk
EOT
	is($status, 0, 'succeeds');
	is($err, '', 'is silent');
	run('virtio', '-N');
	like($out, qr/ 0200: 1af4:1041$/m, '--numeric');
	run('virtio', '-n');
	unlike($out, qr/NAME/, '--noheadings');
	run('empty', '');
	is("$status$out", '0', 'a machine without devices: no table');
	like($err, qr/No IOMMU is described/, '... but a sentence');
	run('empty', '--raw');
	is($err, '', '... which scripts do not get');
	run('smmu', '-o NAME,BUS,DRIVER,GROUP_NAME,UNITS,DESCRIPTION');
	like($out, qr/gpu\@5000000 +platform - +a "b\\c +smmu3\S+ -$/m,
	     'devices on other buses');
	like($out, qr/4000000.ethernet +platform mvneta/, '... with a driver');
	run('vtd-full', '-o NAME,ISOLATED,ASSIGNABLE,COHERENT,OWNER 10');
	like($out, qr/^10 +- +- +- +-$/m, 'an absent file is a dash');
	run('vtd-full', '-l -o NAME,SYSFS 01:00.1');
	like($out, qr,^0000:01:00.1 \Q$tmp\E/vtd-full/devices/pci0000:00/0000:00:1c.0/0000:01:00.1$,m,
	     'the path in sysfs');
	run('partial', '-nro GROUP');
	my @ids = split /\n/, $out;
	my %seen;
	is_deeply([ grep { !$seen{$_}++ } @ids ], [ 0 .. 11, '-' ],
		  'groups in numeric order, unprotected last');
};

subtest 'columns' => sub {
	run('vtd-full', '-O');
	my @all = split ' ', (split /\n/, $out)[0];
	run('vtd-full', '-H');
	is_deeply([ $out =~ /^ *(\S+)/mg ], \@all, '--list-columns is -O');
	for my $c (@all) {
		run('vtd-full', "-lno $c 02:00.0");
		isnt($out, '', "column $c");
	}
	run('vtd-full', '-rn -o name,Bypass,OWNER 02:00.0');
	is($out, "0000:02:00.0 none kernel\n", 'in any case, in that order');
	run('vtd-full', '-o +OWNER');
	like($out, qr/^NAME .* DESCRIPTION +OWNER$/m, '+ adds to the default');
	run('vtd-full', '-r 01:00.0');
	like($out, qr/^NAME GROUP TRANSLATED .*\n0000:01:00.0 2 yes yes none no no Ethernet\\x20controller:\\x20Other\\x20"Vendor"\\x20Test\\x20Card\n\z/,
	     '--raw is flat, with the group');
	run('vtd-full', '-rno BLOCKERS 2');
	is($out, "bound:0000:01:00.0/igb,bound:0000:01:00.1/igb\n" x 2,
	   'a list has commas');
	run('vtd-full', '-rno BLOCKERS 3');
	is($out, "none\n" x 2, 'an empty list is none');
	run('vtd-full', '-o TRANSLATED,BYPASS 2');
	is(scalar(() = $out =~ /\n/g), 3, 'no tree without NAME');
	run('vtd-full', '--units -O');
	@all = split ' ', (split /\n/, $out)[0];
	run('vtd-full', '--units -H');
	is_deeply([ $out =~ /^ *(\S+)/mg ], \@all, '--units --list-columns');
	run('vtd-full', '--units -rno NAME,TYPE,WIDTH,PAGE_SIZES,GROUPS,REGISTERS dmar1');
	is($out, "dmar1 intel-vtd 48 4K,2M,1G 11 cap=0xd2008c40660462,ecap=0xf020df,gsts=0xc7000000\n",
	   'a unit');
	run('disabled', '--units -rno NAME,ACTIVE,VIRTUAL,DRIVEN,REGISTERS');
	is($out, "drhd\@fed90000 no - no -\n", 'a unit that nothing drives');

	# Every file of a group and of a unit is in some column
	my $h = slurp("$top/include/iommu_caps.h");
	my $c = slurp("$top/src/lsiommu/columns.c");
	for my $what ('GROUP', 'UNIT') {
		my ($list) = $h =~ /IOMMU_CAPS_${what}_ATTRS\(X\)(.*?)\n\n/s;
		for my $attr ($list =~ /X\((\w+)\)/g) {
			next if $attr eq 'id';
			like($c, qr/${what}_COL\([^;{]*?\b$attr,/,
			     lc($what) . "'s $attr has a column");
		}
	}
};

subtest 'filters' => sub {
	my $names = sub { run($_[0], "-rno NAME $_[1]"); join ' ', split /\n/, $out };
	is($names->('vtd-full', '2'), '0000:01:00.0 0000:01:00.1', 'a group');
	is($names->('vtd-full', '01:00.1'), '0000:01:00.1', 'a short address');
	is($names->('vtd-full', '0000:01:00.1'), '0000:01:00.1', 'a full one');
	is($names->('vtd-full', '10000:e1:00.0'), '10000:e1:00.0', 'a long domain');
	is($names->('vtd-full', 'dmar0'), '10000:e1:00.0', 'a unit');
	is($names->('vtd-full', '/sys/bus/pci/devices/0000:02:00.0/'),
	   '0000:02:00.0', 'a path');
	is($names->('vtd-full', '0 02:00.0'), '0000:00:00.0 0000:02:00.0', 'two');
	is($names->('partial', 'unprotected'), '0000:80:00.0 0000:80:01.0',
	   'the unprotected');
	is($names->('partial', '80:01.0'), '0000:80:01.0', 'one of them');
	is($names->('smmu', 'gpu@5000000'), 'gpu@5000000', 'a platform device');
	is($names->('virtio', '0000:00:01.0'), '0000:00:02.0',
	   'a unit that is a PCI function');
	is($names->('vtd-full', '--units dmar1'), 'dmar1', '--units with a unit');
	is($names->('vtd-full', '--units 11'), 'dmar0', '... with a group');
	is($names->('vtd-full', '--units 10000:e1:00.0'), 'dmar0', '... a device');

	for my $no ('99', '09:00.0', 'nonsense', '01:00', '1:2:3.4.5', '01:00.8') {
		run('vtd-full', $no);
		is($status, 4, "status 4: $no");
		like($err, qr/\Q$no\E: no such unit, group or device/, "says so: $no");
		is($out, '', "prints nothing: $no");
	}
	run('vtd-full', '-rno NAME 99 0');
	is($status, 4, 'one found, one not: status 4');
	is($out, "0000:00:00.0\n", '... and what was found');
};

subtest 'JSON' => sub {
	my $j = json('vtd-full', '');
	my ($facts) = slurp("$top/include/iommu_caps.h") =~
		/IOMMU_CAPS_TOP_ATTRS\(X\)(.*?)\n\n/s;
	is_deeply([ sort keys %$j ],
		  [ sort qw(groups unprotected), $facts =~ /X\((\w+)\)/g ],
		  'the top: every file of the top directory, and two arrays');
	is_deeply($j->{dma_path}, [ 'iommu' ], 'dma_path is a list')
		if exists $j->{dma_path};
	is($j->{abi_version}, 1, 'abi_version is a number');
	is_deeply($j->{firmware}, [ 'DMAR' ], 'firmware is a list');
	ok(JSON::PP::is_bool($j->{preboot_protection}) && $j->{preboot_protection},
	   'preboot_protection is true');
	is(scalar @{$j->{groups}}, 12, 'all groups');
	is_deeply($j->{unprotected}, [], 'nothing unprotected');
	my $g = by_name($j->{groups});
	is_deeply([ map { $_->{name} } @{$g->{2}{children}} ],
		  [ '0000:01:00.0', '0000:01:00.1' ], 'devices are children');
	is_deeply($g->{2}{bypass}, [], 'bypass none is an empty list');
	is_deeply($g->{8}{bypass}, [ 'direct', 'ats' ], 'bypass is a list');
	ok(JSON::PP::is_bool($g->{3}{assignable}) && $g->{3}{assignable},
	   'assignable is true');
	is($g->{10}{isolated}, undef, 'an absent boolean is null');
	ok(exists $g->{10}{assignable} && !defined $g->{10}{assignable},
	   'an absent assign_blockers is null');

	$j = json('vtd-full', '-O');
	$g = by_name($j->{groups});
	is($g->{10}{external}, undef, 'neither 0 nor 1 is no boolean');
	is(json('empty', '')->{platform}, 'gu"e\\st', 'words are quoted');
	is_deeply($g->{3}{blockers}, [], 'no blockers: an empty list');
	is($g->{10}{blockers}, undef, 'no file: null');
	is_deeply($g->{2}{blockers},
		  [ 'bound:0000:01:00.0/igb', 'bound:0000:01:00.1/igb' ],
		  'blockers');

	$j = json('smmu', '-O 1');
	is($j->{groups}[0]{group_name}, 'a "b\\c', 'strings are quoted');
	$j = json('partial', '--list');
	is(scalar @{$j->{devices}}, 21, '--list: one row for each device');
	is($j->{devices}[-1]{group}, undef, '... also for those in no group');
	is_deeply($j->{devices}[-1]{bypass}, [ 'no-group' ], '... which says so');
	$j = json('partial', '');
	is_deeply([ map { $_->{name} } @{$j->{unprotected}} ],
		  [ '0000:80:00.0', '0000:80:01.0' ], 'the unprotected');
	ok(!$j->{unprotected}[0]{translated}, '... are not translated');
	$j = json('vtd-full', '--units -O');
	is($j->{units}[0]{width}, 48, 'a number');
	is_deeply($j->{units}[0]{registers}{ecap}, '0xf020df', 'registers');
	for my $s (@scenarios) {
		next if $s eq 'unloaded';
		json($s, $_) for '-O', '-O --list', '-O --units';
		is($status, 0, "valid for $s");
	}
	$j = json('none', '');
	is("$j->{state} @{$j->{firmware}}", 'none ', 'no IOMMU');
	$j = json('empty', '');
	is_deeply([ $j->{groups}, $j->{unprotected} ], [ [], [] ], 'empty arrays');

	SKIP: {
		skip 'no ansible', 1 unless have('ansible');
		mkdir "$tmp/facts";
		open(my $f, '>', "$tmp/facts/iommu.fact") or die;
		print $f "#!/bin/sh\nexec lsiommu --json --pci-ids $ids\n";
		close $f;
		chmod 0755, "$tmp/facts/iommu.fact";
		sh('partial', "ansible localhost -i localhost, -c local -m setup "
		   . "-a 'fact_path=$tmp/facts filter=ansible_local' 2>/dev/null");
		$out =~ s/^.*?=> //s;
		my $a = eval { decode_json($out) } // {};
		is($a->{ansible_facts}{ansible_local}{iommu}{state}, 'partial',
		   'Ansible takes it as a local fact');
	}
};

# What must be said: [scenario, device, status, sentences...]; !x: not said
my @checks = (
	[ 'vtd-full', '02:00.0', 0, 'Protected: yes', 'guest: yes',
	  'Driver: vfio-pci.', 'Group: 3. Unit: dmar1 (intel-vtd, hardware).',
	  '0000:00:1d.0 (root port) has no ACS capability.',
	  'use a slot whose root port has ACS', '!0000:02:00.0 (' ],
	[ 'vtd-full', '10000:e1:00.0', 0, 'Protected: yes', '!ACS', '!->' ],
	[ 'vtd-full', '01:00.0', 5, 'Protected: yes', 'guest: no',
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
	  '0000:05:00.1 may lack ACS: its extended', 'run this as root' ],
	[ 'vtd-full', '06:00.0', 1, 'Protected: partly', 'pci=noats',
	  'region: 0x7f000000-0x7f0fffff.', 'VFIO refuses' ],
	[ 'vtd-full', '07:00.0', 5, 'domain type unmanaged',
	  'fuser -v /dev/vfio/9' ],
	[ 'vtd-full', '08:00.0', 3, 'Protected: cannot be known',
	  'guest: cannot be known' ],
	[ 'vtd-full', '00:00.0', 5, 'only bridges' ],
	[ 'passthrough', '02:00.0', 1, 'Protected: no', 'identity (passthrough)',
	  'remove iommu=pt', 'echo DMA > /sys/kernel/iommu_groups/3/type',
	  'guest: yes', 'Its interrupts are isolated.' ],
	[ 'partial', '80:00.0', 1, 'Protected: no', 'in no IOMMU group',
	  'slot on another bus', 'guest: no', '!iommu=on' ],
	[ 'no-intremap', '00:02.0', 1, 'Protected: no', 'intremap=on',
	  'allow_unsafe_interrupts=1', 'intel-vtd, virtual',
	  '!firmware setup' ],
	[ 'amd', '00:02.0', 1, 'AMD-Vi', 'remove intremap=off',
	  'not cache-coherent', '!x2APIC' ],
	[ 'virtio', '00:02.0', 1, 'virtio-iommu does not remap interrupts',
	  'drivers/virtio-pci/unbind' ],
	[ 'virtio', '00:03.0', 1, 'boot-bypass', 'behind the virtual IOMMU' ],
	[ 'virtio', '00:01.0', 3, 'cannot be known' ],
	[ 'smmu', '4000000.ethernet', 1, 'ITS',
	  'echo 4000000.ethernet > /sys/bus/platform/drivers/mvneta/unbind',
	  '!vfio-pci' ],
	[ 'smmu', 'gpu@5000000', 5, 'different kinds of bus',
	  'No member lacks ACS' ],
	[ 'power', '00:01.0', 1, 'disable_ddw', 'iommu=nobypass' ],
	[ 'none', '00:02.0', 1, 'No IOMMU is described', 'virtual machine',
	  '!firmware setup' ],
	[ 'disabled', '00:02.0', 1, 'switched off', 'intel_iommu=on',
	  '!amd_iommu' ],
	[ 'disabled', '00:00.0', 3, 'host bridges' ],
	[ 'xen', '00:02.0', 1, 'Xen owns', 'swiotlb-xen', 'xl dmesg' ],
	[ 'vtd-full', '09:00.0', 4 ], [ 'vtd-full', 'dmar0', 4 ],
	[ 'vtd-full', '3', 4 ], [ 'vtd-full', 'unprotected', 4 ],
);

subtest '--check' => sub {
	my %met;

	for (@checks) {
		my ($s, $dev, $want, @said) = @$_;
		run($s, "--check $dev");
		is($status, $want, "status of $s $dev");
		$met{$status}++;
		if ($want == 4) {
			like($err, qr/\Q$dev\E: no such device|: no such device/,
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
	is_deeply([ sort keys %met ], [ 0, 1, 3, 4, 5 ], 'every status was met');
	my $man = slurp("$top/src/lsiommu/lsiommu.8");
	like($man, qr/^\.B $_\n/m, "lsiommu(8) explains status $_") for 0 .. 5;

	SKIP: {
		skip 'needs root and setpriv', 1 if $> || !have('setpriv');
		my $config = "$tmp/vtd-full/devices/pci0000:00/0000:00:1d.0/config";
		open(my $f, '+<', $config) or die;
		truncate($f, 64);
		close $f;
		system('cp', $bin, "$tmp/lsiommu");
		system('chmod', '755', $tmp);
		sh('vtd-full', "setpriv --reuid=65534 --clear-groups "
		   . "$tmp/lsiommu --check 02:00.0");
		like($out, qr/0000:00:1d.0 may lack ACS: only root can read/,
		     'without the right to read configuration space');
	}
};

subtest 'Prometheus' => sub {
	for my $s (grep { $_ ne 'unloaded' && $_ ne 'big' } @scenarios) {
		run($s, '--prometheus');
		is($status, 0, $s);
		my @names = $out =~ /^# TYPE (\S+) gauge$/mg;
		my %help = map { $_ => 1 } $out =~ /^# HELP (\S+) ./mg;
		ok(!(grep { !$help{$_} } @names), "each metric has a help: $s");
		my @odd = grep {
			!/^(#|[a-z_]+(\{\w+="([^"\\]|\\["\\n])*"(,\w+="([^"\\]|\\["\\n])*")*\})? \d+$)/
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
	run('partial', '--prometheus');
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
	run('empty', '--prometheus');
	like($out, qr/,platform="gu\\"e\\\\st",/, 'labels are quoted');
};

subtest 'Node Feature Discovery' => sub {
	for my $s (grep { $_ ne 'unloaded' } @scenarios) {
		run($s, '--nfd');
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
		run($_[0], '--nfd');
		like($out, qr/^iommu-caps\.\Q$_\E$/m, "$_[0]: $_") for @_[1 .. $#_];
	};
	$has->('partial', 'state=partial', 'translated=true', 'isolated=true',
	       'bypass-free=mixed', 'virtual=false', 'unprotected=2', 'groups=12',
	       'unit-intel-vtd=true', 'assignable=mixed',
	       'preboot-protection=true', 'firmware=DMAR',
	       'dma-path-iommu=true');
	$has->('passthrough', 'translated=mixed', 'state=passthrough');
	$has->('none', 'state=none', 'groups=0', 'unprotected=1');
	run('none', '--nfd');
	unlike($out, qr/translated|firmware/, 'no feature for what is not known');
};

subtest '--decode' => sub {
	sh('unloaded', "lsiommu --decode $tmp/none.bin");
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
	sh('unloaded', "lsiommu --decode $tmp/dmar.bin");
	is($status, 0, 'a DMAR, without the module');
	like($out, qr/fed90000/, 'its unit');
	ok(eval { decode_json($out) }, 'is JSON');
	sh('unloaded', "lsiommu --decode $tmp/dmar.bin $tmp/none.bin $tmp/dmar.bin");
	is($status, 4, 'one of three is missing: status 4');
	is(scalar(() = $out =~ /fed90000/g), 2, '... the others are printed');
	my ($sample) = glob "$top/../shared/corpus/acpi/dmar/*.bin";
	SKIP: {
		skip 'no corpus', 1 unless $sample;
		sh('unloaded', "lsiommu --decode $sample");
		ok(eval { decode_json($out) }, 'a table of the corpus');
	}
};

subtest 'color' => sub {
	my $esc = qr/\e\[/;
	run('partial', '');
	unlike($out, $esc, 'none in a pipe or file');
	run('partial', '--color=always');
	like($out, qr/\e\[31m ?no/, 'red for no');
	like($out, qr/\e\[32m ?yes/, 'green for yes');
	run('partial', '--color');
	like($out, $esc, '--color alone means always');
	run('partial', '--color=never');
	unlike($out, $esc, '--color=never');
	run('partial', '--color=always --json');
	unlike($out, $esc, 'none in JSON');
	run('partial', '--color=always --raw');
	unlike($out, $esc, 'none in raw output');
	run('partial', '--color=always --check 80:00.0');
	like($out, qr/\e\[31mno\e\[0m/, '--check');
	SKIP: {
		skip 'no script(1)', 8 unless have('script');
		my $tty = sub {
			my ($args, $env) = @_;
			sh('partial', ($env // '') .
			   " script -qec 'lsiommu $args --pci-ids $ids' /dev/null");
		};
		$tty->('');
		like($out, $esc, 'on a terminal');
		$tty->('', 'NO_COLOR=1');
		unlike($out, $esc, 'not with NO_COLOR');
		$tty->('', 'NO_COLOR=');
		like($out, $esc, 'an empty NO_COLOR does not count');
		$tty->('--color=always', 'NO_COLOR=1');
		like($out, $esc, 'NO_COLOR yields to --color=always');
		$tty->('', 'TERM=dumb');
		unlike($out, $esc, 'not on a dumb terminal');
		sh('virtio', 'COLUMNS=80 LC_ALL=C.UTF-8 script -qec '
		   . "'lsiommu --color=never --pci-ids $ids' /dev/null");
		like($out, qr/\xe2\x94\x94\xe2\x94\x80/, 'branches in UTF-8');
		my @lines = split /\r?\n/, $out;
		is(scalar @lines, 5, 'a line for each row');
		is((grep { tr/\x20-\x7e\xe2// > 80 } @lines), 0,
		   'cut at the width of the terminal');
	}
};

subtest 'stable for scripts' => sub {
	for my $args ('', '--raw', '--json', '-n', '-n -O', '--check 02:00.0',
		      '--units', '--prometheus') {
		my $plain = run('partial', $args);
		for my $env ('LC_ALL=C', 'LC_ALL=C.UTF-8', 'LC_ALL=tr_TR.UTF-8',
			     'COLUMNS=20', 'TERM=dumb', 'NO_COLOR=1') {
			sh('partial', "$env lsiommu $args --pci-ids $ids");
			is($out, $plain, "lsiommu $args: the same with $env");
		}
	}
	SKIP: {
		skip 'no script(1)', 2 unless have('script');
		for my $args ('--raw', '--json') {
			my $plain = run('partial', $args);
			sh('partial', "COLUMNS=20 LC_ALL=C.UTF-8 script -qec "
			   . "'lsiommu $args --pci-ids $ids' /dev/null");
			$out =~ s/\r//g;
			is($out, $plain, "$args: the same on a terminal");
		}
	}
	sh('partial', "sh -c 'lsiommu >/dev/full'");
	is($status, 4, 'output that cannot be written: status 4');
};

subtest 'things that vanish' => sub {
	system('cp', '-a', "$tmp/vtd-full", "$tmp/gone");
	my $groups = "$tmp/gone/kernel/iommu_caps/groups";
	remove_tree("$tmp/gone/devices/pci0000:00/0000:00:1d.0/0000:02:00.0");
	mkdir "$groups/99";
	symlink('nowhere', "$groups/98");
	run('gone', '-O');
	is("$status$err", '0', 'a device, and groups half made');
	unlike($out, qr/^9[89]/m, 'no group without its directory');
	run('gone', '--check 02:00.0');
	is($status, 0, '--check of a device on its way out');

	my $pid = fork // die;
	if (!$pid) {
		for (;;) {
			rename "$groups/$_", "$tmp/gone/$_" for 0 .. 11;
			rename "$tmp/gone/$_", "$groups/$_" for 0 .. 11;
		}
	}
	my ($bad, $few) = (0, 0);
	for (1 .. 100) {
		run('gone', '--json -O');
		my $j = eval { decode_json($out) };
		$bad++ if $status || $err ne '' || !$j;
		$few++ if $j && @{$j->{groups}} < 12;
	}
	kill 'KILL', $pid;
	waitpid $pid, 0;
	is($bad, 0, 'groups come and go under 100 runs');
	note("$few of them saw fewer groups");
};

subtest 'cost' => sub {
	SKIP: {
		skip 'no strace', 2 unless have('strace');
		# Of each group 10 things and of its device 2 are read
		sh('big', "strace -f -o $tmp/trace lsiommu -J -o "
		   . "NAME,TRANSLATED,ISOLATED,BYPASS,VIRTUAL,ASSIGNABLE,DRIVER");
		my $calls = () = slurp("$tmp/trace") =~ /\n/g;
		cmp_ok($calls / 1000, '<', 26, 'system calls for each group');
		note($calls / 1000);
		sh('big', "strace -f -o $tmp/trace lsiommu -J -o NAME");
		$calls = () = slurp("$tmp/trace") =~ /\n/g;
		cmp_ok($calls / 1000, '<', 8.5, 'files that are not shown are not read');
		note($calls / 1000);
	}
	my $j = json('big', '');
	is(scalar @{$j->{groups}}, 1000, '1000 groups');
};

subtest 'completion' => sub {
	my $comp = "$top/src/lsiommu/lsiommu.bash";
	my $complete = sub {
		my (@words) = @_;
		my $list = join ' ', map { "'$_'" } @words;
		open(my $f, '>', "$tmp/comp.sh") or die;
		print $f <<"EOT";
compopt() { :; }
source $comp
COMP_WORDS=($list) COMP_CWORD=$#words
COMP_LINE="@words" COMP_POINT=\${#COMP_LINE}
COMP_WORDBREAKS=' '
_lsiommu
printf '%s\\n' "\${COMPREPLY[@]}"
EOT
		close $f;
		sh('partial', "bash $tmp/comp.sh");
		return [ split /\n/, $out ];
	};
	is_deeply($complete->('lsiommu', '--pro'), [ '--prometheus' ], 'an option');
	is_deeply($complete->('lsiommu', '-o', 'NAME,byp'), [ 'NAME,BYPASS' ],
		  'a column');
	is_deeply($complete->('lsiommu', '-o', '+own'), [ '+OWNER' ],
		  'a column to add');
	is_deeply($complete->('lsiommu', '--units', '-o', 'PAGE'),
		  [ 'PAGE_SIZES' ], 'a column of units');
	is_deeply($complete->('lsiommu', '--color=al'), [ 'always' ], 'a word');
	is_deeply($complete->('lsiommu', '--check', '0000:80'),
		  [ '0000:80:00.0', '0000:80:01.0' ], 'a device');
	is_deeply($complete->('lsiommu', 'dm'), [ 'dmar0', 'dmar1' ], 'a unit');
	is_deeply($complete->('lsiommu', 'unp'), [ 'unprotected' ], 'unprotected');
	my ($listed) = slurp($comp) =~ /compgen -W '(--units.*?)'/s;
	run('partial', '--help');
	my %helped = map { $_ => 1 } $out =~ /(?<=[ ,])(--[a-z-]+)/g;
	is_deeply([ sort split ' ', $listed ], [ sort keys %helped ],
		  'the options are those of --help');
	my $man = slurp("$top/src/lsiommu/lsiommu.8");
	$man =~ s/\\-/-/g;
	like($man, qr/^\.BR? .*\Q$_\E/m, "lsiommu(8) has $_") for split ' ', $listed;
};

subtest 'man pages' => sub {
	for my $page ('lsiommu.8', 'iommu_caps.4') {
		my $path = "$top/src/lsiommu/$page";
		SKIP: {
			skip 'no man', 1 unless have('man') && have('groff');
			sh('none', "LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z $path | sed d");
			is($out . $err, '', "man --warnings $page");
		}
		SKIP: {
			skip 'no mandoc', 1 unless have('mandoc');
			sh('none', "mandoc -Tlint $path");
			is($out . $err, '', "mandoc -Tlint $page");
		}
	}
};

subtest 'tokens' => sub {
	my $man = slurp("$top/src/lsiommu/lsiommu.8") =~ s/\\-/-/gr;
	my $h = slurp("$top/include/iommu_caps.h");
	my ($tokens) = $man =~ /^\.SH TOKENS\n(.*?)^\.SH/ms;

	for ($h =~ /IOMMU_CAPS_(?:BYPASS|BLOCK)_\w+\s+"([\w:-]+)"/g) {
		like($tokens, qr/^\.B.* \Q$_\E/m, "lsiommu(8) explains $_");
	}
};

subtest 'memory' => sub {
	my $flags = '-O1 -g -fsanitize=address,undefined -fno-sanitize-recover';
	my $log = "$tmp/san.log";
	if (system("make -s -C $top/src/lsiommu build=$tmp/san HOST_CFLAGS='$flags' >$log 2>&1")) {
		plan skip_all => 'no sanitizers: ' . slurp($log);
	}
	for my $s (grep { $_ ne 'big' } @scenarios) {
		for my $args ('-O', '-OJ', '-rO', '-O --units', '-J --units',
			      '--prometheus', '--nfd', '1 00:02.0', 'nonsense',
			      '-o NOSUCH', '--check 09:00.0', '-H', '-h') {
			sh($s, "$san $args");
			ok($status =~ /^[0-5]$/ && $err !~ /Sanitizer|runtime error/,
			   "$s $args") or diag($err);
		}
	}
	for (@checks) {
		my ($s, $dev, $want) = @$_;
		sh($s, "$san --check $dev");
		is($status, $want, "$s --check $dev");
		unlike($err, qr/Sanitizer|runtime error/, 'clean');
	}
	SKIP: {
		skip 'no valgrind', 2 unless have('valgrind');
		for my $args ('-OJ', '--check 02:00.0') {
			sh('vtd-full', "valgrind -q --error-exitcode=99 "
			   . "--leak-check=full --errors-for-leak-kinds=all "
			   . "--show-leak-kinds=all lsiommu $args");
			is("$status$err", '0', "valgrind: $args");
		}
	}
};

subtest 'compilers' => sub {
	for my $cc ('gcc', 'clang') {
		SKIP: {
			skip "no $cc", 1 unless have($cc);
			is(system("make -s -C $top/src/lsiommu build=$tmp/$cc "
				  . "CC=$cc >$tmp/make.log 2>&1"), 0,
			   "builds without a warning by $cc")
				or diag(slurp("$tmp/make.log"));
		}
	}
};

done_testing;
