#!/usr/bin/env perl
# SPDX-License-Identifier: GPL-2.0-only
# iommu-caps p2p on made-up machines. Verdicts and distances are worked out by
# hand by the rules of the kernel's drivers/pci/p2pdma.c; a guest compares them
# with what that code itself says (tests/scenarios/p2p*.conf).
use strict;
use warnings;
use File::Basename qw(basename dirname);
use File::Path qw(make_path remove_tree);
use JSON::PP;
use Test::More;
use lib dirname(__FILE__) . '/../tools';
use Schema;
use Tools;

my $schema = Schema->new("$top/Documentation/schema/iommu-caps-p2p.schema.json");
scenarios();

sub put {
	my ($file, $text) = @_;
	make_path(dirname($file));
	open(my $f, '>', $file) or die "$file: $!";
	print $f $text;
	close $f;
}

# What these machines have for a /proc
put("$tmp/proc/cpuinfo",
    "processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\n\n");
put("$tmp/proc/kallsyms", "0000000000000000 T pci_enable_device\n"
    . "0000000000000000 T pci_p2pdma_distance_many\n");

# machine(NAME, FUNCTION...): a /sys with functions [PATH, ID, CLASS, GROUP,
# ACS], PATH below devices/; ACS is the list of enabled controls, undef for a
# function without a folder in acs/, 'unreadable' for one whose file cannot be
# read.
sub machine {
	my ($name, @functions) = @_;
	my $sys = "$tmp/$name/sys";
	my $caps = "$sys/kernel/iommu_caps";

	put("$caps/abi_version", "1\n");
	make_path("$caps/acs", "$caps/groups", "$caps/units",
		  "$sys/bus/pci/devices");
	symlink('../proc', "$tmp/$name/proc");
	for (@functions) {
		my ($path, $id, $class, $group, $acs) = @$_;
		my $fn = basename($path);
		my $dir = "$sys/devices/$path";
		my ($vendor, $device) = split /:/, $id;

		put("$dir/vendor", "0x$vendor\n");
		put("$dir/device", "0x$device\n");
		put("$dir/class", "0x$class\n");
		symlink("../../../devices/$path", "$sys/bus/pci/devices/$fn");
		symlink("/x/iommu_groups/$group", "$dir/iommu_group")
			if defined $group;
		next if !defined $acs;
		put("$caps/acs/$fn/capable", "request-redirect\n");
		if ($acs eq 'unreadable') {
			make_path("$caps/acs/$fn/enabled");
		} else {
			put("$caps/acs/$fn/enabled", "$acs\n");
		}
	}
}

# What p2p says of a pair, as VERDICT/DISTANCE, = when in one group
sub pair {
	my ($name, $a, $b) = @_;
	sh($name, "iommu-caps p2p --json $a $b");
	my $j = eval { decode_json($out) } // return "no JSON: $out$err";
	my $wrong = $schema->wrong($j) || ($out =~ /\}\n\z/ ? '' : 'no newline');
	return "not as the schema says: $wrong" if $wrong;
	my ($p) = @{$j->{pairs}};
	return "$p->{verdict}/$p->{distance}" .
	       ($p->{same_group} ? '=' : '');
}

my $rp = 'pci0000:00/0000:00:01.0';
my $sw = "$rp/0000:01:00.0";
my %switch = (host => '8086:1234', rp => '', up => '', d0 => '', d1 => '',
	      d1_id => '104c:8233');

# A host bridge, a root port, and a switch with an NVMe controller and a GPU;
# beside it a root port with a network card of two functions.
sub switch_machine {
	my ($name, %o) = (@_);
	%o = (%switch, %o);
	machine($name,
		[ 'pci0000:00/0000:00:00.0', $o{host}, '060000', 0 ],
		[ $rp, '1b36:000c', '060400', 1, $o{rp} ],
		[ $sw, '104c:8232', '060400', 1, $o{up} ],
		[ "$sw/0000:02:00.0", '104c:8233', '060400', 1, $o{d0} ],
		[ "$sw/0000:02:01.0", $o{d1_id}, '060400', 1, $o{d1} ],
		[ "$sw/0000:02:00.0/0000:03:00.0", '8086:5845', '010802', 1 ],
		[ "$sw/0000:02:01.0/0000:04:00.0", '10de:20b0', '030200',
		  $o{gpu_group} // 1 ],
		[ 'pci0000:00/0000:00:02.0', '1b36:000c', '060400', 5,
		  $o{rp2} // '' ],
		[ 'pci0000:00/0000:00:02.0/0000:05:00.0', '8086:1528',
		  '020000', 6, $o{nic0} ],
		[ 'pci0000:00/0000:00:02.0/0000:05:00.1', '8086:1528',
		  '020000', 6, $o{nic1} ]);
}

switch_machine('plain');
is(pair('plain', '0000:03:00.0', '0000:04:00.0'), 'direct/4=',
   'below one switch, nothing redirects');
is($status, 0, '... status 0');
is(pair('plain', '04:00.0', '03:00.0'), 'direct/4=',
   'the same the other way round, with short addresses');
is(pair('plain', '05:00.0', '05:00.1'), 'direct/2=',
   'two functions of one device');
is(pair('plain', '03:00.0', '05:00.0'), 'refused/6',
   'through a root complex that the kernel does not know');
is($status, 1, '... status 1');
is(pair('plain', '02:00.0', '03:00.0'), 'direct/1=',
   'a port and what is below it');

# The common bridge of two functions of one device is asked, too.
switch_machine('rootport', rp2 => 'request-redirect', nic0 => '', nic1 => '');
is(pair('rootport', '05:00.0', '05:00.1'), 'refused/2=',
   'redirection at the root port above both');
switch_machine('egress', nic0 => 'egress-control', nic1 => '');
is(pair('egress', '05:00.0', '05:00.1'), 'refused/2=',
   'egress control of one of two functions');
switch_machine('harmless', nic0 => 'source-validation translation-blocking '
	       . 'upstream-forwarding direct-translated', nic1 => '');
is(pair('harmless', '05:00.0', '05:00.1'), 'direct/2=',
   'the other controls redirect nothing');

my %redirect = (d1 => 'source-validation request-redirect '
		    . 'completion-redirect upstream-forwarding');
switch_machine('redirect', %redirect, gpu_group => 2);
is(pair('redirect', '03:00.0', '04:00.0'), 'refused/4',
   'redirected, and the root complex does not forward');
switch_machine('skylake', %redirect, host => '8086:2020', gpu_group => 2);
is(pair('skylake', '03:00.0', '04:00.0'), 'redirected/4',
   'redirected to a root complex that forwards');
is(pair('skylake', '03:00.0', '05:00.1'), 'host-bridge/6',
   'through a root complex that forwards');
sh('skylake', 'iommu-caps p2p --json 03:00.0 04:00.0');
is_deeply(decode_json($out)->{pairs}[0]{redirects},
	  [ { device => '0000:02:01.0',
	      controls => [ qw(request-redirect completion-redirect) ] } ],
	  'JSON names the port and its controls');
sh('skylake', 'iommu-caps p2p 03:00.0 04:00.0');
like($out, qr/^  0000:02:01\.0 .* redirects: request-redirect and completion-redirect\.$/m,
     'the text does, too');
like($out, qr/pci=config_acs=0x00xx\@0000:02:01\.0 \(Linux 6\.11/,
     'and says what to boot with');
like($out, qr/pci=disable_acs_redir=0000:02:01\.0 \(before\)/,
     'on older kernels, too');
like($out, qr/^     setpci -s 0000:02:01\.0 ECAP_ACS\+6\.w=0:2c$/m,
     'and how to try it');
switch_machine('wide', %redirect, host => '8086:2020', d1_id => '8086:a112');
sh('wide', 'iommu-caps p2p 03:00.0 04:00.0');
like($out, qr/^     setpci -s 0000:02:01\.0 ECAP_ACS\+8\.w=0:2c$/m,
     '... also where the register is elsewhere');
switch_machine('both', d0 => 'request-redirect', d1 => 'request-redirect');
sh('both', 'iommu-caps p2p 03:00.0 04:00.0');
like($out, qr/config_acs=0x00xx\@0000:02:00\.0;0x00xx\@0000:02:01\.0 /,
     'each port has its flags, as the kernel reads them');

# Two host bridges, and some that forward only within one
for (['8086:3c00', 'refused'], ['8086:2031', 'host-bridge']) {
	my ($id, $verdict) = @$_;
	my $name = "two-$id";
	machine($name,
		[ 'pci0000:00/0000:00:00.0', $id, '060000', 0 ],
		[ 'pci0000:00/0000:00:03.0', '1b36:000c', '060400', 1 ],
		[ 'pci0000:00/0000:00:03.0/0000:01:00.0', '8086:5845',
		  '010802', 2 ],
		[ 'pci0000:00/0000:00:04.0', '8086:1528', '020000', 3 ],
		[ 'pci0000:80/0000:80:00.0', $id, '060000', 4 ],
		[ 'pci0000:80/0000:80:01.0', '8086:1528', '020000', 5 ]);
	is(pair($name, '01:00.0', '00:04.0'), 'host-bridge/3',
	   "$id forwards within one host bridge");
	is(pair($name, '01:00.0', '80:01.0'), "$verdict/3",
	   "$id between two: $verdict");
}
# Intel's VMD: a host bridge that is itself a function
machine('vmd',
	[ 'pci0000:00/0000:00:00.0', '8086:2020', '060000', 0 ],
	[ 'pci0000:00/0000:00:0e.0', '8086:201d', '010400', 1 ],
	[ 'pci0000:00/0000:00:0e.0/pci10000:e0/10000:e0:00.0', '8086:2030',
	  '060400', 1, '' ],
	[ 'pci0000:00/0000:00:0e.0/pci10000:e0/10000:e0:00.0/10000:e1:00.0',
	  '8086:5845', '010802', 1 ],
	[ 'pci0000:00/0000:00:05.0', '8086:1528', '020000', 3 ]);
is(pair('vmd', '10000:e1:00.0', '00:05.0'), 'host-bridge/3',
   'from below VMD: its domain is a host bridge of its own');

switch_machine('asleep', d0 => 'unreadable');
is(pair('asleep', '03:00.0', '04:00.0'), 'unknown/4=',
   'a port that cannot be read');
is($status, 3, '... status 3');

switch_machine('old');
remove_tree("$tmp/old/sys/kernel/iommu_caps/acs");
is(pair('old', '03:00.0', '04:00.0'), 'unknown/4=',
   'a module that does not publish ACS');

# The matrix
sh('plain', 'iommu-caps p2p --json');
my $j = decode_json($out);
is(join(' ', map { $_->{name} } @{$j->{devices}}),
   '0000:03:00.0 0000:04:00.0 0000:05:00.0 0000:05:00.1',
   'by default: NVMe, GPU, network cards');
is(scalar @{$j->{pairs}}, 6, 'each pair once');
is($j->{devices}[0]{group}, 1, 'group numbers are numbers');
is($schema->wrong($j), '', 'the matrix is as the schema says');
$j->{pairs}[0]{verdict} = 'near';
isnt($schema->wrong($j), '', '... which would have complained');
sh('plain', "iommu-caps p2p --pci-ids $ids");
like($out, qr{^ +1 0000:03:00\.0 +1 +- dir/4= +no/6 +no/6 }m, 'the table');
is($status, 0, '... status 0');
sh('plain', 'iommu-caps p2p --json 03:00.0');
is(scalar @{decode_json($out)->{pairs}}, 6, 'one device beside the usual ones');
sh('plain', 'iommu-caps p2p --dot');
like($out, qr/"0000:03:00\.0" -- "0000:04:00\.0" \[style=dashed/, 'the graph');
SKIP: {
	skip 'no graphviz', 1 if !have('dot');
	sh('plain', 'iommu-caps p2p --dot | dot -Tsvg');
	is($status, 0, 'Graphviz reads it');
}

machine('accelerator',
	[ 'pci0000:00/0000:00:00.0', '8086:2020', '060000', 0 ],
	[ 'pci0000:00/0000:00:03.0', '1da3:1020', '120000', 1 ],
	[ 'pci0000:00/0000:00:04.0', '8086:0b60', '068000', 2 ]);
put("$tmp/quote.ids", "1da3  A\n\t1020  B \"C\\D\n");
sh('accelerator', "iommu-caps p2p --dot --pci-ids $tmp/quote.ids");
is(join(' ', $out =~ /^  "(\S+)" \[shape=box/mg), '0000:00:03.0',
   'an accelerator is one of the usual devices, another is not');
like($out, qr/B \\"C\\\\D/, 'a name with a quote and a backslash');

# The processor, and the kernel
put("$tmp/proc/cpuinfo",
    "processor\t: 0\nvendor_id\t: AuthenticAMD\ncpu family\t: 23\n\n");
is(pair('plain', '03:00.0', '05:00.0'), 'host-bridge/6', 'AMD Zen forwards');
put("$tmp/proc/cpuinfo",
    "processor\t: 0\nvendor_id\t: AuthenticAMD\ncpu family\t: 21\n\n");
is(pair('plain', '03:00.0', '05:00.0'), 'refused/6', '... older ones may not');
like(sh('plain', 'iommu-caps p2p --json'), qr/"kernel_p2pdma": true/,
     'a kernel with peer-to-peer DMA');
put("$tmp/proc/kallsyms", "0000000000000000 T pci_enable_device\n");
like(sh('plain', 'iommu-caps p2p --json'), qr/"kernel_p2pdma": false/,
     '... and one without');
like(sh('plain', 'iommu-caps p2p 03:00.0 04:00.0'),
     qr/without CONFIG_PCI_P2PDMA/, '... which the text says');

# Bad calls
for (['p2p 99:00.0', 4, qr/no such PCI device/],
     ['p2p 03:00.0 03:00.0', 2, qr/named twice/],
     ['p2p --json --dot', 2, qr/exclude each other/]) {
	my ($args, $want, $says) = @$_;
	sh('plain', "iommu-caps $args");
	is($status, $want, "status $want: $args");
	like($err, $says, '... and why');
	is($out, '', '... nothing else');
}

# N devices each below 8 switches
sub many {
	my ($n) = @_;
	my @many = ([ 'pci0000:00/0000:00:00.0', '8086:2020', '060000', 0 ]);

	for my $s (0 .. 7) {
		my $root = sprintf 'pci0000:00/0000:00:%02x.0', $s + 1;
		my $up = sprintf '%s/0000:%02x:00.0', $root, 0x1c * ($s + 1);
		push @many, [ $root, '1b36:000c', '060400', 1, '' ],
			[ $up, '104c:8232', '060400', 1, '' ];
		for my $d (0 .. $n - 1) {
			my $down = sprintf '%s/0000:%02x:%02x.0', $up,
				0x1c * ($s + 1) + 1, $d;
			push @many, [ $down, '104c:8233', '060400', 1, '' ],
				[ sprintf('%s/0000:%02x:00.0', $down,
					  0x1c * ($s + 1) + 2 + $d),
				  '10de:20b0', '030200', 1 ];
		}
	}
	return @many;
}

# The least processor time of some runs, in milliseconds
sub cost {
	my ($name) = @_;
	my $least;

	for (1 .. 7) {
		my (undef, undef, $u0, $s0) = times;
		sh($name, 'iommu-caps p2p --json');
		my (undef, undef, $u1, $s1) = times;
		my $ms = 1000 * ($u1 + $s1 - $u0 - $s0);
		$least = $ms if !defined $least || $ms < $least;
	}
	return $least;
}

machine('many', many(8));
sh('many', 'iommu-caps p2p --json');
$j = decode_json($out);
is(scalar @{$j->{pairs}}, 64 * 63 / 2, '64 devices: every pair');
my %verdicts;
$verdicts{$_->{verdict}}++ for @{$j->{pairs}};
is_deeply(\%verdicts, { direct => 8 * 28, 'host-bridge' => 28 * 64 },
	  '... each with its verdict');

# In somebody's copy of a machine links may say anything.
machine('odd', map { [ "$rp/$_", '1af4:1041', '020000' ] }
	qw(0000:01:00.0 0000:02:00.0 0000:03:00.0 0));
for (['0000:01:00.0', '0000:02:00.0'], ['0000:02:00.0', '0000:01:00.0']) {
	my ($fn, $up) = @$_;
	unlink "$tmp/odd/sys/bus/pci/devices/$fn";
	symlink("../../../devices/pci0000:00/$up/$fn",
		"$tmp/odd/sys/bus/pci/devices/$fn");
}
make_path("$tmp/odd/sys/devices/pci0000:00/0000:02:00.0/0000:01:00.0");
symlink('7', "$tmp/odd/sys/devices/pci0000:00/0000:02:00.0/0000:01:00.0/iommu_group");
for my $args ('', '--dot', '0000:01:00.0 0000:03:00.0') {
	sh('odd', "timeout 20 iommu-caps p2p $args");
	like($status, qr/^[0134]$/, "links in a circle: p2p $args ends");
}

# Time is what the whole matrix needs, names of devices and all. Packages are
# built on machines that may be slow.
SKIP: {
	skip 'times are not of interest', 2 if $ENV{IOMMU_CAPS_UNTIMED};
	machine('more', many(24));
	my ($some, $all) = (cost('many'), cost('more'));
	note("64 devices: $some ms, 192 devices: $all ms");
	cmp_ok($some, '<=', 50, '64 devices: less than 50 ms');
	# nine times the pairs
	cmp_ok($all, '<=', 9 * ($some > 10 ? $some : 10),
	       'three times the devices: no more than the pairs');
}

done_testing();
