#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
# iommu-caps decode of device trees that dtc makes, and of broken ones.
use strict;
use warnings;
use File::Basename qw(dirname);
use JSON::PP;
use lib dirname(__FILE__), dirname(__FILE__) . '/../tools';
use Schema;
use Unit;

my $schema = Schema->new(dirname(__FILE__)
	. '/../../Documentation/schema/iommu-caps-decode.schema.json');

sub decode {
	my ($blob) = @_;
	open(my $f, '>:raw', "$dir/tree") or die "$dir/tree: $!\n";
	print $f $blob;
	close($f);
	return run('decode', "$dir/tree");
}

# The blob of a root node with this in it
sub tree {
	my ($body) = @_;
	open(my $f, '>', "$dir/source") or die "$dir/source: $!\n";
	print $f "/dts-v1/;\n/ {\n$body\n};\n";
	close($f);
	system("dtc -q -f -I dts -O dtb -o $dir/blob $dir/source 2>/dev/null") == 0
		or die "dtc\n";
	return slurp("$dir/blob");
}

sub prints {
	my ($body, $want, $what) = @_;
	my ($out, $err, $status) = decode(tree($body));
	my $got = eval { $json->decode($out) };
	$want = { table => 'device-tree', model => undef, iommus => [],
		  maps => [], devices => [], %$want };
	ok($status == 0 && $err eq '' && defined $got &&
	   $schema->wrong($got) eq '' &&
	   $json->encode($got) eq $json->encode($want), $what,
	   "exit $status", $out, $err, 'wanted: ' . $json->encode($want));
}

sub iommu {
	my (%more) = @_;
	return { path => '/iommu@1000', compatible => [], status => 'okay',
		 address => undef, cells => 1, %more };
}

my $bus = '#address-cells = <1>; #size-cells = <1>;';
my $smmu = 'i1: iommu@1000 { #iommu-cells = <1>; };';
my $wide = 'i2: iommu@2000 { #iommu-cells = <2>; };';
my $narrow = 'i0: iommu@3000 { #iommu-cells = <0>; };';
my @three = (iommu(), iommu(path => '/iommu@2000', cells => 2),
	     iommu(path => '/iommu@3000', cells => 0));

print "1..28\n";

prints('', {}, 'an empty tree');
prints('model = "A \"board\", \\\\ 2";', { model => "A \"board\", \\ 2" },
       'a model with quotes');
prints("$bus i: iommu\@1000 { #iommu-cells = <1>; reg = <0x1000 0x10>;
	compatible = \"b,a\", \"c\"; status = \"disabled\"; };",
       { iommus => [iommu(address => '0x1000', status => 'disabled',
			  compatible => ['b,a', 'c'])] },
       'a disabled IOMMU with registers');
prints("#address-cells = <2>; #size-cells = <2>; soc { $bus
	ranges = <0x0 0x8 0x0 0x100>, <0x1000 0x10 0x2000 0x1000>; bus { $bus
	ranges = <0x40 0x1800 0x40>; iommu\@50 { reg = <0x50 0x10>;
	#iommu-cells = <0>; }; iommu\@90 { reg = <0x90 0x10>;
	#iommu-cells = <0>; }; }; };",
       { iommus => [iommu(path => '/soc/bus/iommu@50', cells => 0,
			  address => '0x1000002810'),
		    iommu(path => '/soc/bus/iommu@90', cells => 0)] },
       'an address through two buses, and one that no range has');
prints("$bus a { $bus ranges; iommu\@0 { reg = <0x10 1>; #iommu-cells = <1>; };
	}; b { $bus iommu\@0 { reg = <0x10 1>; #iommu-cells = <1>; }; };",
       { iommus => [iommu(path => '/a/iommu@0', address => '0x10'),
		    iommu(path => '/b/iommu@0')] },
       'empty ranges, and none');
prints("$bus pci { #address-cells = <3>; #size-cells = <2>; ranges;
	iommu\@1 { reg = <0x800 0 0 0 0>; #iommu-cells = <1>; }; };",
       { iommus => [iommu(path => '/pci/iommu@1')] },
       'an IOMMU that is a PCI function has no address');
prints("iommu\@1000 { reg = <0 0x1000 0x10>; #iommu-cells = <1>; };",
       { iommus => [iommu(address => '0x1000')] },
       'two and one cells where the bus does not say');
prints("$smmu d1 { iommus = <&i1 7>; }; d2 { iommus = <&i1 8 &i1 9>;
	status = \"fail\"; };",
       { iommus => [iommu()], devices => [
	 { path => '/d1', status => 'okay', kind => 'iommus',
	   targets => [{ target => '/iommu@1000', ids => [7] }] },
	 { path => '/d2', status => 'fail', kind => 'iommus',
	   targets => [{ target => '/iommu@1000', ids => [8] },
		       { target => '/iommu@1000', ids => [9] }] }] },
       'one and two targets, enabled or not');
prints("$smmu $wide $narrow d { iommus = <&i0 &i2 1 0xffffffff &i1 2>; };",
       { iommus => \@three, devices => [
	 { path => '/d', status => 'okay', kind => 'iommus', targets => [
	   { target => '/iommu@3000', ids => [] },
	   { target => '/iommu@2000', ids => [1, 4294967295] },
	   { target => '/iommu@1000', ids => [2] }] }] },
       'targets with none, two and one cells');
prints("$wide d { iommus = <&i2 1>; };",
       { iommus => [iommu(path => '/iommu@2000', cells => 2)], devices => [
	 { path => '/d', status => 'okay', kind => 'iommus', targets => [
	   { target => '/iommu@2000', ids => [1] }] }] },
       'too few ids');
prints("d { iommus = <77 0 0xffffffff>; e { iommus; }; };",
       { devices => [
	 { path => '/d', status => 'okay', kind => 'iommus', targets => [
	   ({ target => undef, ids => [] }) x 3] },
	 { path => '/d/e', status => 'okay', kind => 'iommus',
	   targets => [] }] },
       'phandles that do not exist, and no cells');
prints("m: v2m { msi-controller; }; its: its { #msi-cells = <1>; };
	d { msi-parent = <&m &its 5>; }; e { msi-parent = <&its 6>;
	iommus = <&m>; };",
       { devices => [
	 { path => '/d', status => 'okay', kind => 'msi-parent', targets => [
	   { target => '/v2m', ids => [] }, { target => '/its', ids => [5] }] },
	 { path => '/e', status => 'okay', kind => 'msi-parent',
	   targets => [{ target => '/its', ids => [6] }] },
	 { path => '/e', status => 'okay', kind => 'iommus',
	   targets => [{ target => '/v2m', ids => [] }] }] },
       'MSI controllers; properties in the order of the tree');
prints("$smmu its: its { #msi-cells = <1>; }; pcie { status = \"disabled\";
	msi-map = <0x0 &its 0x10 0x10000>; iommu-map-mask = <0xfff8>;
	iommu-map = <0 &i1 0x400 0x8>, <0x100 &i1 0x500 0x100>,
	<0x200 99 0x600 1>; };",
       { iommus => [iommu()], maps => [
	 { path => '/pcie', kind => 'msi-map', mask => 4294967295, entries => [
	   { rid => 0, target => '/its', base => 16, length => 65536 }] },
	 { path => '/pcie', kind => 'iommu-map', mask => 65528, entries => [
	   { rid => 0, target => '/iommu@1000', base => 1024, length => 8 },
	   { rid => 256, target => '/iommu@1000', base => 1280,
	     length => 256 },
	   { rid => 512, target => undef, base => 1536, length => 1 }] }] },
       'maps with and without a mask, in the order of the tree');
prints("$wide pcie { iommu-map = <0 &i2 0x400 1>, <0x100 &i2 0x401 1>; };",
       { iommus => [iommu(path => '/iommu@2000', cells => 2)], maps => [
	 { path => '/pcie', kind => 'iommu-map', mask => 4294967295, entries =>
	   [{ rid => 0, target => '/iommu@2000', base => 1024, length => 1 },
	    { rid => 256, target => '/iommu@2000', base => 1025,
	      length => 1 }] }] },
       'a map of the old form: a base of one cell for ids of two');
prints("$wide $smmu pcie { iommu-map = <0 &i2 0x400 0x7f 1>,
	<0x100 &i1 0x401 0x10>; };",
       { iommus => [iommu(path => '/iommu@2000', cells => 2), iommu()],
	 maps => [
	 { path => '/pcie', kind => 'iommu-map', mask => 4294967295, entries =>
	   [{ rid => 0, target => '/iommu@2000', base => 1024, length => 1 },
	    { rid => 256, target => '/iommu@1000', base => 1025,
	      length => 16 }] }] },
       'a base as long as the ids of its target');
prints("$narrow pcie { iommu-map = <0 &i0 5 0x10000 1>; };",
       { iommus => [iommu(path => '/iommu@3000', cells => 0)], maps => [
	 { path => '/pcie', kind => 'iommu-map', mask => 4294967295, entries =>
	   [{ rid => 0, target => '/iommu@3000', base => 5,
	      length => 65536 }] }] },
       'one cell where the ids have none; what is no whole entry is left out');
prints("i: a { #iommu-cells = <1>; phandle = <5>; }; b { phandle = <5>; };
	c { iommus = <5 1>; };",
       { iommus => [iommu(path => '/a')], devices => [
	 { path => '/c', status => 'okay', kind => 'iommus',
	   targets => [{ target => '/a', ids => [1] }] }] },
       'of two nodes with one phandle, the first');

my $good = tree("$smmu d { iommus = <&i1 7>; };");
my ($out, $err, $status) = decode($good . 'more');
ok($status == 0 && $json->decode($out)->{table} eq 'device-tree' &&
   $err =~ /: ignored what follows the table\n\z/,
   'bytes after the tree are ignored with a word about it', $out, $err);

my %broken = (
	'the magic alone' => substr($good, 0, 4),
	'half a header' => substr($good, 0, 20),
	'a header alone' => substr($good, 0, 40),
	'a tree cut short' => substr($good, 0, -1),
	'an unknown version' => $good =~ s/^(.{20})..../$1\0\0\0\x63/sr =~
		s/^(.{24})..../$1\0\0\0\x63/sr,
	'version 5' => $good =~ s/^(.{20})..../$1\0\0\0\x05/sr =~
		s/^(.{24})..../$1\0\0\0\0/sr,
	'a structure block past the end' =>
		$good =~ s/^(.{8})..../$1\0\xff\xff\xf0/sr,
	'no end of the structure block' =>
		$good =~ s/\0\0\0\x09/\0\0\0\x04/r,
	'a name past the end of the strings' =>
		$good =~ s/\0\0\0\x03(....)..../\0\0\0\x03$1\0\0\xff\0/sr,
);
for my $what (sort keys %broken) {
	($out, $err, $status) = decode($broken{$what});
	ok($status == 4 && $out eq '' &&
	   $err =~ /^iommu-caps: \S+: [^\n]*device tree[^\n]*\n\z/,
	   "status 4 and one line: $what", "exit $status", $out, $err);
}
($out, $err, $status) = decode("\xd0\x0d\xfe\xee" . substr($good, 4));
ok($status == 4 && $err =~ /^[^\n]+\n\z/, 'another magic', $out, $err);
