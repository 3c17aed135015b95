#!/usr/bin/env perl
# SPDX-License-Identifier: GPL-2.0-only
# lsiommu on made-up machines
use strict;
use warnings;
use File::Basename qw(basename dirname);
use File::Path 'remove_tree';
use JSON::PP;
use POSIX 'uname';
use Test::More;
use lib dirname(__FILE__) . '/../tools';
use Schema;
use Tools;

scenarios(@scenarios);

subtest 'usage' => sub {
	for my $bad ('--nonsense', '-o NOSUCH', '-o NAME,,BYPASS', '--json --raw',
		     '--color=maybe', '--check x', '--nfd', '-o TYPE',
		     '--units -o BYPASS', '--raw --pairs', '--tree --list',
		     '--tree=OWNER', '--tree=NOSUCH', '-d 1af4', '-d x:',
		     '-d 1af4:10000', '-s 1:2:3:4', '-s 20', '-s .8', '-s y') {
		sh('vtd-full', "lsiommu $bad");
		is($status, 2, "status 2: $bad");
		like($err, qr/^Try 'lsiommu --help'\.$/m, "says where to look: $bad");
		is($out, '', "nothing on standard output: $bad");
	}
	sh('vtd-full', "lsiommu --tree $_"),
		like($err, qr/--tree excludes --list, --pairs, --raw and --units$/m,
		     "says what excludes --tree: $_") for '--raw', '--units';
	run('vtd-full', '--help');
	is($status, 0, '--help succeeds');
	cmp_ok(scalar(() = $out =~ /\n/g), '<', 25, '--help fits a screen');
	ok(!(grep { length > 80 } split /\n/, $out), '... also in width');
	sh('unloaded', 'lsiommu --version');
	my ($version) = slurp("$top/dkms.conf") =~ /^PACKAGE_VERSION="(.*)"/m;
	is($out, "lsiommu $version\n", '--version says that of dkms.conf');
};

subtest 'module not loaded' => sub {
	for my $args ('', '--json', '--units') {
		run('unloaded', $args);
		is($status, 3, "status 3: lsiommu $args");
		like($err, qr/not loaded\n.*modprobe iommu_caps/,
		     "says how to load it: lsiommu $args");
		is($out, '', "prints nothing: lsiommu $args");
	}
	run('no-such-directory', '');
	is($status, 3, 'no sysfs at all');
	my $of = '/lib/modules/' . (uname)[2];
	SKIP: {
		skip 'the module is installed', 1
			if slurp("$of/modules.dep") =~ m{/iommu_caps\.ko};
		like($err, -r "$of/build/Makefile" ?
			qr/: dkms autoinstall builds it or says why not/ :
			qr/, whose headers are missing: install them/,
		     'says whether the headers of this kernel are what is missing');
	}
};

subtest 'tree' => sub {
	run('virtio', '');
	is($out, <<'EOT', 'the default table');
NAME           TRANSLATED ISOLATED BYPASS   ASSIGNABLE DESCRIPTION
0              yes        no       none     no         -
`-0000:00:02.0                                         Ethernet controller: Test Vendor Test Network
unprotected    no         -        no-group no         -
`-0000:00:03.0                                         SCSI storage controller: Test Vendor Test Disk
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
	like($out, qr/^1 +- +- +a "b\\c +smmu3\S+ -\n.*gpu\@5000000 +platform - +-$/ms,
	     'devices on other buses');
	like($out, qr/4000000.ethernet +platform mvneta/, '... with a driver');
	run('vtd-full', '-o NAME,ISOLATED,ASSIGNABLE,COHERENT,OWNER 10');
	like($out, qr/^10 +- +- +- +-$/m, 'an absent file is a dash');
	run('vtd-full', '-l -o NAME,SYSFS 01:00.1');
	like($out, qr,^0000:01:00.1 \Q$tmp\E/vtd-full/sys/devices/pci0000:00/0000:00:1c.0/0000:01:00.1$,m,
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
	like($out, qr/^NAME GROUP TRANSLATED .*\n0000:01:00.0 2 yes yes none no Ethernet\\x20controller:\\x20Other\\x20"Vendor"\\x20Test\\x20Card\n\z/,
	     '--raw is flat, with the group');
	run('vtd-full', '-rno BLOCKERS 2');
	is($out, "bound:0000:01:00.0/igb,bound:0000:01:00.1/igb\n" x 2,
	   'a list has commas');
	run('vtd-full', '-rno BLOCKERS 3');
	is($out, "none\n" x 2, 'an empty list is none');
	run('passthrough', '-rno HW_PATH 3');
	is($out, "pass-through\n" x 2, "the unit's own tables");
	my %size = (0 => '0B', 512 => '512B', 4096 => '4K', 3328 * 1024 => '3.3M',
		    1 << 24 => '16M', 1048575 => '1M', 1 << 30 => '1G',
		    3 << 39 => '1.5T', '18446744073709551615' => '16E',
		    all => 'all', none => '-', '' => '-', '-1' => '-');
	my $ram = 'sys/kernel/iommu_caps/groups/3/hw_';
	for (sort keys %size) {
		variant('size', 'passthrough', "${ram}readable_ram" => "$_\n",
			"${ram}writable_ram" => "8192\n");
		run('size', '-rno READABLE,WRITABLE 02:00.0');
		is($out, "$size{$_} 8K\n", "'$_' bytes are $size{$_}");
		my $j = json('size', '-o READABLE,WRITABLE --tree 3');
		is($j->{groups}[0]{readable}, /^(\d+|all)$/ ? $_ : undef,
		   '... in JSON as they are');
		like($out, qr/"readable": (\d+|"all"|null),/, '... as a number');
	}
	run('vtd-full', '-rno READABLE,WRITABLE 02:00.0');
	is($out, "- -\n", 'not known, no amount');
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
		my $list = join '', $h =~ /IOMMU_CAPS_$what(?:_HEAVY)?_ATTRS\(X\)(.*?)\n\n/sg;
		for my $attr ($list =~ /X\((\w+)\)/g) {
			next if $attr eq 'id';
			like($c, qr/${what}_COL\([^;{]*?"$attr",/,
			     lc($what) . "'s $attr has a column");
		}
	}
};

subtest 'formats' => sub {
	run('vtd-full', '-P -o NAME,BYPASS,ISOLATED,DESCRIPTION 08:00.0 06:00.0');
	is($out, 'NAME="0000:06:00.0" BYPASS="direct,ats" ISOLATED="yes" DESCRIPTION="Ethernet controller: Other \x22Vendor\x22 Device 1234"'
	   . "\n" . 'NAME="0000:08:00.0" BYPASS="none" ISOLATED="" DESCRIPTION="Ethernet controller: Other \x22Vendor\x22 Device 1234"' . "\n",
	   '--pairs');
	run('vtd-full', '--tree -no BYPASS,OWNER 2');
	is($out, "none   kernel\n|-     \n`-     \n" =~ s/ +\n/\n/gr, '--tree without NAME')
		if ($out =~ s/ +\n/\n/g, 1);
	run('vtd-full', '--tree=OWNER -no NAME,OWNER 2');
	like($out, qr/^2 +kernel\n0000:01:00.0 \|-\s*\n0000:01:00.1 `-/,
	     '--tree=COLUMN');
	my $j = json('vtd-full', '--tree -o BYPASS 2');
	is(scalar @{$j->{groups}[0]{children}}, 2, '... in JSON');
	run('vtd-full', '-H --json');
	$j = decode_json($out);
	my $columns = Schema->new("$top/Documentation/schema/lsiommu-columns.schema.json");
	is($columns->wrong($j), '', '... as the schema says');
	run('vtd-full', '-H --json --units');
	is($columns->wrong(decode_json($out)), '', '... those of units, too');
	my ($c) = grep { $_->{name} eq 'BYPASS' } @{$j->{columns}};
	is($c->{type}, 'list', '--list-columns as JSON');
	$j = json('vtd-full', '-l -o +GROUP');
	is(scalar(() = (split /\}/, $out)[0] =~ /"group":/g), 1,
	   'a column that is named twice is shown once');
	is(scalar(() = $out =~ /"group": \d+[,\n]/g), 19, 'group numbers are numbers');
	like($out, qr/^ *"name": "0000:00:00.0"/m, 'names of devices are strings');
	$j = json('vtd-full', '');
	like($out, qr/^ *"name": 11,$/m, 'the name of a group is its number');
	ok(!exists $j->{groups}[3]{children}[0]{bypass},
	   'a device does not repeat what its group says');
	variant('odd', 'vtd-full', group(3, dma_remap => 2, bypass => ''));
	$j = json('odd', '-o TRANSLATED,BYPASS,PROTECTED --tree 3');
	is_deeply([ @{$j->{groups}[0]}{qw(translated bypass protected)} ],
		  [ undef, undef, undef ], 'an empty bypass is not none');
	run('odd', '-rno TRANSLATED,BYPASS 02:00.0');
	is($out, "- -\n", '... nor in a table');
	run('vtd-full', '-rno NAME,PROTECTED 02:00.0 06:00.0 08:00.0');
	is($out, "0000:02:00.0 yes\n0000:06:00.0 no\n0000:08:00.0 -\n",
	   'PROTECTED');
	run('vtd-full', "--sysroot $tmp/virtio -rno NAME");
	is($out, "0000:00:02.0\n0000:00:03.0\n", '--sysroot');
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

	is($names->('virtio', '-d 1af4:'), '0000:00:02.0 0000:00:03.0',
	   '--device with a vendor');
	is($names->('virtio', '-d :1042'), '0000:00:03.0', '... with a device');
	is($names->('virtio', '-d 1af4:1041 unprotected'), '',
	   '... and an argument');
	is($names->('vtd-full', '-s 9'), '', '--slot: no such');
	is($names->('vtd-full', '-s 1c'), '0000:00:1c.0', '... a slot');
	is($names->('vtd-full', '-s 01:'), '0000:01:00.0 0000:01:00.1', '... a bus');
	is($names->('vtd-full', '-s .3'), '0000:00:1f.3', '... a function');
	is($names->('vtd-full', '-s 10000::'), '10000:e1:00.0', '... a domain');
	is($names->('vtd-full', '-s 0000:01:00.1'), '0000:01:00.1', '... all');
	is($names->('smmu', '-s 0:'), '0000:00:01.0', '... PCI functions only');

	run('vtd-full', '-s 9');
	is($err, "lsiommu: no such PCI function\n", '--slot: says so');
	for my $args ('-u -d 1af4:', '-u -s 9') {
		run('vtd-full', $args);
		is($status, 2, "bad usage: $args");
	}

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

	variant('odd-name', 'vtd-full', 'sys/kernel/iommu_caps/units/dmar0/'
		. 'registers/a"b\\' => "0x1\n");
	($j) = grep { $_->{name} eq 'dmar0' }
		@{json('odd-name', '-u -O')->{units}};
	is($j->{registers}{'a"b\\'}, '0x1', 'names are quoted');

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
	# RFC 3629, section 4: the first and the last that are characters
	my %utf8 = map { $_ => $_ } "\xc2\x80", "\xdf\xbf",
		"\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
		"\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf";
	$utf8{$_} = s/(.)/sprintf '\\u%04x', ord $1/ger
		for "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
		"\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe1\x80", "\xff";
	for (sort keys %utf8) {
		variant('utf8', 'smmu', group(1, name => "a${_}b"));
		run('utf8', '--json -o GROUP_NAME 1');
		my ($name) = $out =~ /"group_name": "(.*)"/;
		is($name, "a$utf8{$_}b", sprintf 'UTF-8: %vx', $_);
	}
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
	my $schema = Schema->new("$top/Documentation/schema/lsiommu.schema.json");
	for my $s (@scenarios) {
		next if $s eq 'unloaded';
		for ('', '-O', '-O --list', '-O --units') {
			is($schema->wrong(json($s, $_)), '',
			   "$s $_ is as the schema says");
			is($status, 0, "valid for $s");
		}
	}
	$j = json('partial', '');
	$j->{groups}[0]{name} = "0";
	isnt($schema->wrong($j), '', '... which would have complained');
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

subtest 'color' => sub {
	my $esc = qr/\e\[/;
	run('partial', '');
	unlike($out, $esc, 'none in a pipe or file');
	run('partial', '--color=always');
	like($out, qr/\e\[31m ?no/, 'red for no');
	like($out, qr/\e\[32m ?yes/, 'green for yes');
	run('partial', '--color');
	unlike($out, $esc, '--color alone means auto');
	run('partial', '--color=never');
	unlike($out, $esc, '--color=never');
	run('partial', '--color=always --json');
	unlike($out, $esc, 'none in JSON');
	run('partial', '--color=always --raw');
	unlike($out, $esc, 'none in raw output');
	SKIP: {
		skip 'no script(1)', 12 unless have('script');
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
		# every token that there is, and the longest names
		my ($long) = sort { length $b <=> length $a }
			slurp("$top/include/iommu_caps.h") =~
			/IOMMU_CAPS_BYPASS_\w+\s+"([\w-]+)"/g;
		variant('wide', 'vtd-full', group(11, dma_remap => 0,
			intr_remap => 0, assign_blockers => 'reserved-direct',
			bypass => "$long identity inactive direct ats"));
		sh('wide', 'COLUMNS=80 LC_ALL=C.UTF-8 script -qec '
		   . "'lsiommu --color=never --pci-ids $ids' /dev/null");
		@lines = split /\r?\n/, $out;
		is(scalar @lines, 32, 'the longest tokens: a line for each row');
		is((grep { tr/\x20-\x7e\xe2// > 80 } @lines), 0,
		   '... in 80 columns');
		like($out, qr/^11 +no +no +\Q$long\E,\+4 +no/m,
		     '... with the first token and the number of others');
		like($out, qr/10000:e1:00.0 +Non-Vol/, '... and what the device is');
	}
};

subtest 'stable for scripts' => sub {
	for my $args ('', '--raw', '--json', '-n', '-n -O', '--units') {
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
	my $groups = "$tmp/gone/sys/kernel/iommu_caps/groups";
	remove_tree("$tmp/gone/sys/devices/pci0000:00/0000:00:1d.0/0000:02:00.0");
	mkdir "$groups/99";
	symlink('nowhere', "$groups/98");
	run('gone', '-O');
	is("$status$err", '0', 'a device, and groups half made');
	unlike($out, qr/^9[89]/m, 'no group without its directory');

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
		skip 'no strace', 3 unless have('strace');
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
		sh('big', "strace -f -o $tmp/trace iommu-caps export --prometheus");
		$calls = () = slurp("$tmp/trace") =~ /\n/g;
		cmp_ok($calls / 1000, '<', 10, 'nor looked for, where they cannot be');
		note($calls / 1000);
	}
	my $j = json('big', '');
	is(scalar @{$j->{groups}}, 1000, '1000 groups');
};

subtest 'completion' => sub {
	my $comp = "$top/src/lsiommu/lsiommu.bash";
	my $complete = completion($comp, '_lsiommu');
	is_deeply($complete->('lsiommu', '--ou'), [ '--output', '--output-all' ],
		  'options');
	is_deeply($complete->('lsiommu', '-o', 'NAME,byp'), [ 'NAME,BYPASS' ],
		  'a column');
	is_deeply($complete->('lsiommu', '-o', '+own'), [ '+OWNER' ],
		  'a column to add');
	is_deeply($complete->('lsiommu', '--units', '-o', 'PAGE'),
		  [ 'PAGE_SIZES' ], 'a column of units');
	is_deeply($complete->('lsiommu', '--color=al'), [ 'always' ], 'a word');
	is_deeply($complete->('lsiommu', '-rno', 'DOM'), [ 'DOMAIN' ],
		  'a column after -rno');
	is_deeply($complete->('lsiommu', '--output=NAME,byp'),
		  [ '--output=NAME,BYPASS' ], 'a column after --output=');
	is_deeply($complete->('lsiommu', '0000:80'),
		  [ '0000:80:00.0', '0000:80:01.0' ], 'a device');
	is_deeply($complete->('lsiommu', 'dm'), [ 'dmar0', 'dmar1' ], 'a unit');
	is_deeply($complete->('lsiommu', 'unp'), [ 'unprotected' ], 'unprotected');
	my ($listed) = slurp($comp) =~ /compgen -W '(--ascii.*?)'/s;
	run('partial', '--help');
	my %helped = map { $_ => 1 } $out =~ /(?<=[ ,])(--[a-z-]+)/g;
	is_deeply([ sort split ' ', $listed ], [ sort keys %helped ],
		  'the options are those of --help');
	for my $shell ('zsh', 'fish') {
		my $file = "$top/src/lsiommu/lsiommu.$shell";
		my $text = slurp($file);
		my %has = map { $_ => 1 } $shell eq 'fish' ?
			$text =~ /^complete .* -l ([a-z-]+)/mg :
			$text =~ /[{,']--([a-z-]+)/g;
		is_deeply([ map { "--$_" } sort keys %has ], [ sort keys %helped ],
			  "$shell completes the same");
		SKIP: {
			skip "no $shell", 1 unless have($shell);
			is(system("$shell -n $file"), 0, "$shell reads it");
		}
	}
	my $man = slurp("$top/src/lsiommu/lsiommu.8");
	$man =~ s/\\-/-/g;
	like($man, qr/^\.BR? .*\Q$_\E/m, "lsiommu(8) has $_") for split ' ', $listed;
};

# What README and lsiommu(8) tell to paste
subtest 'recipes' => sub {
	variant('unknown', 'partial', group(3, dma_remap => 1, bypass => undef));
	my $man = slurp("$top/src/lsiommu/lsiommu.8")
		=~ s/\\\(aq/'/gr =~ s/\\-/-/gr;
	for ($man, slurp("$top/README.md")) {
		my ($recipe) = /(lsiommu -rno NAME,BYPASS \| awk .*)/;
		sh('unknown', $recipe);
		is(join(' ', $out =~ /^(\S+)/mg),
		   '0000:00:1f.0 0000:00:1f.3 0000:06:00.0 0000:80:00.0 0000:80:01.0',
		   'devices that bypass, and none of which that is not known');
	}
	unlike(slurp("$top/README.md"), qr/iommu-caps export.*>/,
	       'metrics are not truncated where the module is missing');
};

subtest 'man pages' => sub {
	my @pages = map { s{^\Q$top\E/}{}r } glob("$top/src/*.[1-8] "
		. "$top/src/*/*.[1-8] $top/src/iommu-caps/man/* $top/udev/*.[1-8]");
	cmp_ok(scalar @pages, '>=', 14, 'there are pages');
	for my $page (@pages) {
		my $text = slurp("$top/$page");
		my ($name, $section) = basename($page) =~ /^(.*)\.(\d)$/;
		like($text, qr/^\.TH \U\Q$name\E\E $section /m, "$page: its title");
		my @lacks = grep { $text !~ /^\.SH "?\Q$_\E"?$/m } 'NAME',
			'SYNOPSIS', 'DESCRIPTION', 'EXAMPLES', 'AUTHORS',
			'REPORTING BUGS', 'SEE ALSO',
			$section == 8 ? ('OPTIONS', 'EXIT STATUS') : ();
		is("@lacks", '', '... has each section');
		SKIP: {
			skip 'no man', 1 unless have('man') && have('groff');
			sh('none', "LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z $top/$page | sed d");
			is($out . $err, '', "man --warnings $page");
		}
		SKIP: {
			skip 'no mandoc', 1 unless have('mandoc');
			sh('none', "mandoc -Tlint $top/$page");
			is($out . $err, '', "mandoc -Tlint $page");
		}
	}
	# what they refer to is there
	my %have = map { basename($_) => 1 } @pages;
	my %named;
	for my $page (@pages) {
		my $text = slurp("$top/$page") =~ s/\\-/-/gr;
		$named{"$1.$2"} = 1 while $text =~
			/((?:lsiommu|iommu_caps|iommu-caps|libiommucaps)[\w-]*)"? \((\d)\)/g;
	}
	is_deeply([ grep { !$have{$_} } sort keys %named ], [],
		  'pages that they refer to');
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
	my $san = sanitized() // plan skip_all => 'no sanitizers';
	for my $s (grep { $_ ne 'big' } @scenarios) {
		for my $args ('-O', '-OJ', '-rO', '-O --units', '-J --units',
			      '1 00:02.0', 'nonsense', '-o NOSUCH', '-H', '-h') {
			sh($s, "$san/lsiommu $args");
			ok($status =~ /^[0-4]$/ && $err !~ /Sanitizer|runtime error/,
			   "$s $args") or diag($err);
		}
	}
	SKIP: {
		skip 'no valgrind', 1 unless have('valgrind');
		sh('vtd-full', "valgrind -q --error-exitcode=99 "
		   . "--leak-check=full --errors-for-leak-kinds=all "
		   . "--show-leak-kinds=all lsiommu -OJ");
		is("$status$err", '0', 'valgrind');
	}
};

subtest 'compilers' => sub {
	for my $cc ('gcc', 'clang') {
		SKIP: {
			skip "no $cc", 1 unless have($cc);
			is(system("make -s -C $top/src build=$tmp/$cc "
				  . "CC=$cc >$tmp/make.log 2>&1"), 0,
			   "builds without a warning by $cc")
				or diag(slurp("$tmp/make.log"));
		}
	}
};

done_testing;
