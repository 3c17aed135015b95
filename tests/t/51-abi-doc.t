#!/usr/bin/env perl
# SPDX-License-Identifier: GPL-2.0-only
# Every file of the tree is documented, and every documented file can appear:
# Documentation/ABI against include/iommu_caps.h, which the module and the tools
# take their names from, against the module's sources and iommu_caps(4). The
# kernel's own checkers of such documents are run where a kernel's sources are
# found: in KERNEL_SOURCE, or where distributions unpack them.
use strict;
use warnings;
use Cwd 'abs_path';
use File::Basename qw(basename dirname);
use File::Temp 'tempdir';
use Test::More;

my $top = abs_path(dirname(__FILE__) . '/../..');
my $doc = "$top/Documentation/ABI/testing/sysfs-kernel-iommu_caps";
my $root = '/sys/kernel/iommu_caps/';
my $tmp = tempdir(CLEANUP => 1);

sub slurp {
	open(my $f, '<', $_[0]) or die "$_[0]: $!\n";
	local $/;
	return scalar <$f>;
}

sub difference {
	my ($have, $want) = @_;
	my %h = map { $_ => 1 } @$have;
	return join ' ', grep { !$h{$_} } @$want;
}

# The document: entries of What (one or more), then the other tags
my (@what, %words, @entry, $tag, $described);
my @tags = qw(Date KernelVersion Contact Description);
my ($line, @bad, @once) = (0);
for (split /\n/, slurp($doc) . "What:\t\t\n") {
	$line++;
	next if /^#/;
	push @bad, "$line: blanks at the end" if /\s$/ && !/^What:\t\t$/;
	push @bad, "$line: too long" if length > 90;
	if (/^What:\t\t(\S*)$/) {
		if (!$tag || $tag ne 'What') {
			push @bad, "$line: the entry before lacks a tag: @entry"
				if @what && $tag ne 'Description';
			push @bad, "$line: nothing is said of $what[-1]"
				if @what && !$described;
			@entry = ();
			$described = 0;
		}
		push @what, $1 if $1 ne '';
		push @entry, $1;
		$tag = 'What';
	} elsif (/^(\w+):\t*(.*)$/) {
		my %next = (What => 'Date', Date => 'KernelVersion',
			    KernelVersion => 'Contact',
			    Contact => 'Description');
		push @bad, "$line: $1 after " . ($tag // 'nothing')
			if ($next{$tag // ''} // '') ne $1;
		push @bad, "$line: empty $1" if $1 ne 'Description' && $2 eq '';
		$tag = $1;
	} elsif (/^\t\t\S/ || /^\t\t +\S/) {
		push @bad, "$line: text outside a description"
			if ($tag // '') ne 'Description';
		$described = 1;
		my @w = split;
		push @{$words{$_}}, @w for @entry;
	} elsif ($_ ne '') {
		push @bad, "$line: $_";
	}
}
is_deeply(\@bad, [], 'the document has the form');
my %count;
$count{$_}++ for @what;
is(join(' ', grep { $count{$_} > 1 } keys %count), '', 'nothing stands twice');

# The header
my $header = slurp("$top/include/iommu_caps.h");
sub list {
	my ($name) = @_;
	my ($body) = $header =~ /#define IOMMU_CAPS_${name}\(X\)(.*?)\n\n/s
		or die "no list $name in iommu_caps.h\n";
	return $body =~ /X\((\w+)\)/g;
}
sub define {
	my ($name) = @_;
	my ($v) = $header =~ /#define IOMMU_CAPS_$name\s+"(.*?)"/
		or die "no $name in iommu_caps.h\n";
	return $v;
}
my ($units, $groups) = (define('DIR_UNITS'), define('DIR_GROUPS'));
my ($devices, $regs) = (define('DIR_DEVICES'), define('DIR_REGISTERS'));
my $unprotected = define('DIR_UNPROTECTED');
my ($u, $g) = ("$root$units/<name>/", "$root$groups/<id>/");
my $acs = $root . define('DIR_ACS') . '/';
my @expected = ($root, (map { "$root$_" } list('TOP_ATTRS'), list('TOP_WO_ATTRS')),
	"$root$units/", $u, (map { "$u$_" } list('UNIT_ATTRS')),
	$u . define('LINK_IOMMU'), "$u$regs/",
	(map { "$u$regs/$_" } list('REGISTERS')), "$u$groups/", "$u$groups/<id>",
	"$root$groups/", $g, (map { "$g$_" } list('GROUP_ATTRS'), list('GROUP_HEAVY_ATTRS')),
	$g . define('SUMMARY'), $g . define('LINK_IOMMU_GROUP'), "$g$devices/", "$g$devices/<device>",
	"$g$units/", "$g$units/<name>",
	$acs, "$acs<function>/", "$acs<function>/" . define('LINK_DEVICE'),
	(map { "$acs<function>/$_" } list('ACS_ATTRS')),
	"$root$unprotected/", "$root$unprotected/<device>",
	'/sys/devices/.../' . define('NAME'));
is(difference(\@what, \@expected), '', 'every file is documented');
is(difference(\@expected, \@what), '', 'every documented file is declared');

# Every word that a file may hold is explained where that file is
my %where = (STATE => "${root}state", PLATFORM => "${root}platform",
	     FW => "${root}firmware", TYPE => "${u}type",
	     DMA => "${root}dma_path", DOMAIN => "${g}domain_type", BYPASS => "${g}bypass",
	     HW => "${g}hw_path",
	     ACS => "${acs}<function>/enabled", OWNER => "${g}owner",
	     ENABLED => "${g}enabled", MSI => "${g}msi_controller", BLOCK => "${g}assign_blockers");
for my $set (sort keys %where) {
	my @w = map { s/[.,;:]$//r } @{$words{$where{$set}} // []};
	my @tokens = grep { $_ ne 'all' } $header =~ /#define IOMMU_CAPS_${set}_\w+\s+"(.*?)"/g;
	cmp_ok(scalar @tokens, '>', 1, "$set has words");
	# bound: is followed by a device and driver
	is(join(' ', grep { my $t = $_; !grep { $t =~ /:$/ ? /^\Q$t\E/ : $_ eq $t } @w } @tokens),
	   '', "the words of $where{$set} are explained");
}
my ($abi) = $header =~ /IOMMU_CAPS_ABI_VERSION\s+(\d+)/;
ok(scalar(grep { /^\Q$abi\E\W?$/ } @{$words{"${root}abi_version"}}),
   'the version of the interface is that of the header');

# The module
my %src = map { $_ => slurp($_) } glob "$top/src/core/*.c $top/src/vendors/*.c";
my $src = join "\n", values %src;
for my $l (qw(GROUP_ATTRS GROUP_HEAVY_ATTRS UNIT_ATTRS)) {
	my $macro = $src =~ /IOMMU_CAPS_$l\(\w+\)/;
	ok($macro, "the module takes its files from $l");
}
my @declared = $src =~ /__ATTR_(?:RO|RW|WO|RO_MODE)\((\w+)/g;
cmp_ok(scalar @declared, '>', 0, 'the module declares files of the top');
is(difference([ list('TOP_ATTRS'), list('TOP_WO_ATTRS'), list('ACS_ATTRS') ],
	      \@declared), '', '... or of acs/, which are documented');
is(difference(\@declared, [ list('TOP_ATTRS'), list('TOP_WO_ATTRS') ]), '',
   '... all of them');
my @named = $src =~ /regs\[\w+\]\s*=\s*"(\w+)"/g;
cmp_ok(scalar @named, '>', 0, 'the module names registers');
is(difference([ list('REGISTERS') ], \@named), '', '... which are documented');

# The udev rules take all facts of a group from its summary and leave none of
# them behind as properties of the device.
for my $rules ('60-iommu-caps.rules', 'examples/70-iommu-vfio-group.rules') {
	my @unset = slurp("$top/udev/$rules") =~ /ENV\{([a-z_]+)\}=""/g;
	is(difference(\@unset, [ list('GROUP_ATTRS') ]), '',
	   "$rules unsets each file of the summary");
}

my $rules = slurp("$top/udev/60-iommu-caps.rules");
my ($once) = $rules =~ /^(.*?)^LABEL="iommu_caps_one_by_one"/ms;
is(scalar(() = $once =~ /IMPORT\{file\}=".*\/summary"/g), 1,
   'all properties come from one read');
unlike($once, qr/\$attr\{|ATTR\{/, '... and none from a file of its own');
for my $example (glob "$top/udev/examples/*.rules") {
	unlike(slurp($example) =~ s/^#.*//gmr, qr/TAGS?[!=]=/,
	       basename($example) . ' matches no tag');
}

# iommu_caps(4) names every file
my $man = slurp("$top/src/iommu_caps.4");
my @italic;
push @italic, map { s/^"|[",.;\/]+$//gr } split ' ', $1
	while $man =~ /^\.(?:I|IR) (.*)$/mg;
my @files = map { m,([^/]+)/?$, } grep { !/>$/ && !m,^/sys/devices/, } @expected;
is(difference(\@italic, [ grep { !/[<>]/ && $_ ne 'iommu_caps' && $_ ne $groups . '/' } @files ]),
   '', 'iommu_caps(4) names every file');

# ... and what else users meet: parameters of the module, properties and tags
my @parameters = $src =~ /^module_param(?:_cb)?\((\w+)/mg;
is(difference([ $man =~ /^\.(?:BI?) (\w+)=/mg ], \@parameters), '',
   '... and every module parameter');
my $page = slurp("$top/udev/iommu-caps-udev.7") =~ s/\\-/-/gr;
is(difference([ $page =~ /^\.TP\n\.B (ID_\w+)$/mg ],
	      [ $rules =~ /ENV\{(ID_\w+)\}="/g ]), '',
   'iommu-caps-udev(7) names every property');
is(difference([ $page =~ /^\.TP\n\.B (iommu-\w+)$/mg ],
	      [ $rules =~ /TAG\+="([\w-]+)"/g ]), '', '... and every tag');

# The kernel's own checkers
my @kernels = grep { defined && -d } $ENV{KERNEL_SOURCE},
	glob('/usr/src/linux-source-* /usr/src/linux'), glob("$top/.cache/linux*");
my ($perl) = grep { -e } (map { "$_/scripts/get_abi.pl" } @kernels),
	glob("$top/.cache/root/*/usr/src/kernel-scripts/get_abi.pl");
my ($python) = grep { -d "$_/abi" } map { "$_/tools/lib/python" } @kernels;
my $broken = "$tmp/ABI/testing";
mkdir "$tmp/ABI";
mkdir $broken;
open(my $f, '>', "$broken/sysfs-broken") or die;
print $f "What:\t\t/sys/one\nDate:\t\tnow\n\nWhat:\t\t/sys/two\nWhere:\t\tthere\n";
close $f;
SKIP: {
	skip 'no get_abi.pl (set KERNEL_SOURCE)', 2 unless $perl;
	is(`perl $perl --dir $top/Documentation/ABI validate 2>&1`, '',
	   'get_abi.pl validate');
	isnt(`perl $perl --dir $tmp/ABI validate 2>&1`, '',
	     '... which would have complained');
}
SKIP: {
	skip 'no abi_parser.py (set KERNEL_SOURCE)', 2 unless $python;
	my $script = "$tmp/parse.py";
	open($f, '>', $script) or die;
	print $f <<"EOT";
import logging, sys
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
from abi.abi_parser import AbiParser
logging.basicConfig(stream=sys.stdout, level=logging.INFO)
p = AbiParser(sys.argv[2], logging.getLogger())
p.parse_abi()
p.check_issues()
EOT
	close $f;
	is(`python3 $script $python $top/Documentation/ABI 2>&1`, '',
	   'abi_parser.py');
	isnt(`python3 $script $python $tmp/ABI 2>&1`, '',
	     '... which would have complained');
}

done_testing;
