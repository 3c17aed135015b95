#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
# iommu-caps lint: sound trees and tables have no findings, and each rule fires
# on what breaks it, and alone.
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Path qw(make_path);
use JSON::PP;
use lib dirname(__FILE__);
use Unit;

sub save {
	my ($file, $data) = @_;
	open(my $f, '>:raw', "$dir/$file") or die "$dir/$file: $!\n";
	print $f $data;
	close($f);
	return "$dir/$file";
}

sub tree {
	my ($source) = @_;
	save('source', "/dts-v1/;\n/ {\n$source\n};\n");
	system("dtc -q -f -I dts -O dtb -o $dir/tree $dir/source 2>/dev/null")
		== 0 or die "dtc: $source\n";
	return "$dir/tree";
}

sub table {
	my ($signature, $body) = @_;
	my $t = pack('a4VCCa6a8Va4V', $signature, 36 + length($body), 1, 0,
		     'OEM   ', 'TABLE   ', 1, 'TEST', 1) . $body;
	substr($t, 9, 1) = pack('C', -unpack('%8C*', $t) & 0xff);
	return $t;
}

# The rules that fire on files, and where, are those given, in this order
sub finds {
	my ($what, $files, @want) = @_;
	my ($out, $err, $status) = run('lint', ref $files ? @$files : $files);
	my @got = map { /^[^:]+: ([^:]+): (.*?): (.*)$/ ? "$1: $2" : $_ }
		split /\n/, $out;
	ok($err eq '' && $status == (@want ? 1 : 0) &&
	   "@got" eq "@want", @want ? "$what: $want[0]" : $what,
	   "exit $status", $out, $err, 'wanted:', @want);
}

### Device trees

my %tree = (
	iommu => 'smmu: iommu@1 { compatible = "arm,smmu-v3"; #iommu-cells = <1>; };',
	its => 'its: its@2 { msi-controller; #msi-cells = <1>; };',
	host => 'pcie@3 { device_type = "pci"; bus-range = <0 3>;
		 iommu-map = <0x0 &smmu 0x0 0x200>, <0x200 &smmu 0x200 0x200>;
		 msi-map = <0x0 &its 0x0 0x10000>; };',
	dma => 'dma@4 { iommus = <&smmu 0x1000>, <&smmu 0x1001>;
		msi-parent = <&its 0x20000>; };',
);

# The tree with changes, each PART => [FROM, TO], or PART => NEW
sub changed {
	my %change = @_;
	my %new = %tree;
	for my $part (sort keys %change) {
		if (ref $change{$part}) {
			my ($from, $to) = @{$change{$part}};
			index($new{$part}, $from) >= 0 or die "$part: $from\n";
			$new{$part} =~ s/\Q$from\E/$to/;
		} else {
			$new{$part} = $change{$part};
		}
	}
	return tree(join "\n", map { $new{$_} } sort keys %new);
}

my $off = 'status = "disabled";';
my $wide = 'smmu: iommu@1 { compatible = "arm,mmu-500"; #iommu-cells = <2>; };';

print "1..120\n";

finds('a sound device tree', changed());
finds('a device tree without IOMMUs', tree('model = "none";'));
finds('an empty map', changed(host => ['<0x0 &its 0x0 0x10000>', '<>']),
      'map-cells: /pcie@3 msi-map');
finds('half an entry', changed(host => ['0x10000>', '0x10000 0x10000>']),
      'map-cells: /pcie@3 msi-map');
finds('a gap between entries', changed(host => ['0x0 0x200>', '0x0 0x1ff>']),
      'map-gap: /pcie@3 iommu-map');
finds('a gap at the end', changed(host => ['0x200 0x200>', '0x200 0x100>']),
      'map-gap: /pcie@3 iommu-map');
finds('a gap in the MSIs', changed(host => ['0x10000>', '0x3ff>']),
      'map-gap: /pcie@3 msi-map');
finds('no gap beyond the buses', changed(host => ['0x10000>', '0x400>']));
finds('a gap after the mask',
      changed(host => ['bus-range', 'iommu-map-mask = <0xfff8>; bus-range'],
	      dma => ['0x1001', '0x1002']));
finds('... that the mask makes',
      changed(host => ['<0x0 &smmu 0x0 0x200>, <0x200 &smmu 0x200 0x200>',
		       '<0x0 &smmu 0x0 1>, <0x100 &smmu 0x100 1>;
		       iommu-map-mask = <0x300>']),
      'map-gap: /pcie@3 iommu-map');
finds('a mask that closes the gaps',
      changed(host => ['<0x0 &smmu 0x0 0x200>, <0x200 &smmu 0x200 0x200>',
		       '<0x0 &smmu 0x0 1>, <0x100 &smmu 0x100 1>;
		       iommu-map-mask = <0x100>']));
finds('an entry beyond the mask',
      changed(host => ['bus-range', 'iommu-map-mask = <0x1ff>; bus-range']),
      'map-mask: /pcie@3 iommu-map');
finds('an entry of no length', changed(host => ['0x200 0x200>',
	'0x200 0x200>, <0x300 &smmu 0x300 0>']),
      'map-length: /pcie@3 iommu-map');
finds('an entry that wraps', changed(host => ['0x200 0x200>',
	'0x200 0x200>, <0xfffffff0 &smmu 0x3000 0x20>']),
      'map-length: /pcie@3 iommu-map');
finds('overlapping entries', changed(host => ['<0x200 &smmu 0x200 0x200>',
	'<0x1ff &smmu 0x2ff 0x201>']),
      'map-overlap: /pcie@3 iommu-map');
finds('overlapping MSI entries', changed(host => ['0x10000>',
	'0x10000>, <0x300 &its 0x30000 0x100>']),
      'map-overlap: /pcie@3 msi-map');
finds('a base of one cell for ids of two',
      changed(iommu => $wide, dma => '',
	      host => ['<0x0 &smmu 0x0 0x200>, <0x200 &smmu 0x200 0x200>',
		       '<0x0 &smmu 0x0 1>; iommu-map-mask = <0>']),
      'map-base: /pcie@3 iommu-map');
finds('a base of two cells',
      changed(iommu => $wide, dma => '',
	      host => ['<0x0 &smmu 0x0 0x200>, <0x200 &smmu 0x200 0x200>',
		       '<0x0 &smmu 0x0 0 1>; iommu-map-mask = <0>']));
finds('a map of a disabled host', changed(host => ['0x200 0x200>',
	"0x200 0x100>; $off x = <0>"]));
finds('a map to nowhere', changed(host => ['<0x200 &smmu', '<0x200 99']),
      'target-missing: /pcie@3 iommu-map');
finds('a device behind nothing', changed(dma => ['&smmu 0x1000', '99 0x1000']),
      'target-missing: /dma@4 iommus');
finds('an overlay', tree('__fixups__ {}; d { iommus = <0xffffffff 1>; };'));
finds('a map to what is no IOMMU', changed(host => ['<0x200 &smmu', '<0x200 &its']),
      'target-kind: /pcie@3 iommu-map');
finds('an MSI parent that is none', changed(its => ['msi-controller;', '']),
      'target-kind: /dma@4 msi-parent', 'target-kind: /pcie@3 msi-map');
finds('a disabled MSI controller', changed(its => ['msi-', "$off msi-"],
					   dma => ['msi-parent', 'x']),
      'target-disabled: /pcie@3 msi-map');
finds('an IOMMU on a disabled bus',
      changed(iommu => "bus { $off $tree{iommu} };", host => ''),
      ('target-disabled: /dma@4 iommus') x 2);
finds('a disabled device', changed(iommu => ['#iommu', "$off #iommu"],
				   dma => ['iommus', "$off iommus"],
				   host => ['device_type', "$off device_type"]));
finds('too few cells', changed(dma => ['<&smmu 0x1001>', '<&smmu>']),
      'target-cells: /dma@4 iommus');
finds('no cells', changed(dma => ['<&smmu 0x1000>, <&smmu 0x1001>', '<>']),
      'target-cells: /dma@4 iommus');
finds('a stray byte', changed(dma => ['<&smmu 0x1000>, <&smmu 0x1001>', '[00]']),
      'target-cells: /dma@4 iommus');
finds('a host without a map', changed(host => ['iommu-map', 'x']),
      'host-without-map: /pcie@3');
finds('... with none beside it',
      changed(host => ['iommu-map', 'x'], iommu => '', dma => ''));
finds('an id of two devices', changed(dma => ['0x1000', '0x3ff']),
      'id-twice: /dma@4');
finds('an id twice', changed(dma => ['0x1001', '0x1000']), 'id-twice: /dma@4');
finds('MSI ids that the controller does not tell apart',
      changed(its => ['#msi-cells = <1>;', ''], dma => ['&its 0x20000', '&its'],
	      host => ['<0x0 &its 0x0 0x10000>',
		       '<0x0 &its 0x0 0x100>, <0x100 &its 0x0 0xff00>']));
finds('an id of a host bridge and of what is below it',
      changed(host => ['bus-range', 'iommus = <&smmu 0>; bus-range']));
finds('an id that the mask lets no function have',
      changed(host => ['iommu-map = <0x0 &smmu 0x0 0x200>, <0x200 &smmu 0x200 0x200>',
		       'iommu-map = <0x0 &smmu 0x0 0x1000>; iommu-map-mask = <0>'],
	      dma => ['0x1000', '0x7ff']));
finds('... and one that it does',
      changed(host => ['iommu-map = <0x0 &smmu 0x0 0x200>, <0x200 &smmu 0x200 0x200>',
		       'iommu-map = <0x0 &smmu 0x700 0x1000>; iommu-map-mask = <0xff>'],
	      dma => ['0x1000', '0x7ff']), 'id-twice: /dma@4');
finds('an id beyond the buses',
      changed(host => ['<0x200 &smmu 0x200 0x200>', '<0x200 &smmu 0x200 0xfe00>']));
finds('an MSI id of two devices', changed(dma => ['0x20000', '0x3ff']),
      'id-twice: /dma@4');
finds('ids that differ in bits that the SMMU ignores',
      changed(iommu => $wide, host => '', dma => 'dma@4 {
	      iommus = <&smmu 0x1000 0xf>; }; dma@5 {
	      iommus = <&smmu 0x1008 0>; };'), 'id-twice: /dma@5');
my $partly = changed(iommu => $wide, host => '',
	dma => 'dma@4 { iommus = <&smmu 0xc2c 0x20>, <&smmu 0xc0c 0x40>; };');
finds('ids that overlap in part', $partly, 'id-twice: /dma@4');
ok((run('lint', $partly))[0] =~ / 0xc2c and 0xc0c .* overlap in part:/, '... says so');
finds('ids that differ in another bit',
      changed(iommu => $wide, host => '', dma => 'dma@4 {
	      iommus = <&smmu 0x1000 0xf>; }; dma@5 {
	      iommus = <&smmu 0x1010 0xf>; };'));

### ACPI tables

sub dmar_entry {
	my ($type, $rest) = @_;
	return pack('vv', $type, 4 + length($rest)) . $rest;
}

sub scope {
	my ($type, $id, $bus, @path) = @_;
	return pack('CCxxCC', $type, 6 + @path, $id, $bus) . pack('C*', @path);
}

sub drhd {
	my ($all, $segment, $address, @scopes) = @_;
	return dmar_entry(0, pack('CCvVV', $all, 0, $segment, $address, 0) .
			  join '', @scopes);
}

sub rmrr {
	my ($base, $end, @scopes) = @_;
	return dmar_entry(1, pack('vvVVVV', 0, 0, $base, 0, $end, 0) .
			  join '', @scopes);
}

sub dmar { return save('dmar', table('DMAR', pack('CCx10', 38, 1) . join '', @_)); }

my $gpu = scope(1, 0, 0, 2, 0);
my $usb = scope(1, 0, 0, 20, 0);
my $apic = scope(3, 2, 0xf0, 31, 0);
my $first = drhd(0, 0, 0xfed90000, $gpu);
my $last = drhd(1, 0, 0xfed91000, $apic);
my $andd = dmar_entry(4, pack('xxxC', 1) . "\\_SB.DEV0\0");
my $good = $first . $last . rmrr(0x1000, 0x1fff, $usb) .
	dmar_entry(2, pack('CCv', 1, 0, 0)) . $andd;

finds('a sound DMAR table', dmar($good));
finds('no unit with all', dmar($first), 'catch-all-missing: segment 0');
finds('... in one segment', dmar($first, $last,
	drhd(0, 1, 0xfed92000, $usb)), 'catch-all-missing: segment 1');
finds('two units with all', dmar($first, $last, drhd(1, 0, 0xfed92000)),
      'catch-all-twice: DRHD at 0x60');
finds('two units with all, of two segments',
      dmar($first, $last, drhd(1, 1, 0xfed92000)));
finds('the unit with all comes first', dmar($last, $first),
      'catch-all-order: DRHD at 0x48');
finds('registers at 0', dmar($first, drhd(1, 0, 0)), 'unit-address: DRHD at 0x48');
finds('registers of two units', dmar($first, drhd(1, 0, 0xfed90000)),
      'unit-twice: DRHD at 0x48');
finds('a unit for no device', dmar(drhd(0, 0, 0xfed90000), $last),
      'scope-none: DRHD at 0x30');
finds('reserved memory for no device', dmar($first, $last, rmrr(0x1000, 0x1fff)),
      'scope-none: RMRR at 0x60');
finds('ATS for no port', dmar($first, $last, dmar_entry(2, pack('CCv', 0, 0, 0))),
      'scope-none: ATSR at 0x60');
finds('SATC for no device', dmar($first, $last, dmar_entry(5, pack('CCv', 0, 0, 0))),
      'scope-none: SATC at 0x60');
finds('a scope without a path', dmar($first, drhd(1, 0, 0xfed91000, scope(1, 0, 0))),
      'scope-empty: DRHD at 0x58');
finds('a scope for an ACPI device', dmar($first, drhd(1, 0, 0xfed91000,
	scope(5, 1, 0, 21, 0)), $andd));
finds('... that has no name', dmar($first, drhd(1, 0, 0xfed91000,
	scope(5, 2, 0, 21, 0)), $andd), 'scope-unnamed: DRHD at 0x58');
finds('a device in two scopes', dmar($first, drhd(0, 0, 0xfed92000, $usb, $gpu), $last),
      'scope-twice: DRHD at 0x60');
finds('an I/O APIC in two scopes', dmar(drhd(0, 0, 0xfed92000, $apic), $last),
      'scope-twice: DRHD at 0x58');
finds('reserved memory of another segment', dmar($first, $last,
	dmar_entry(1, pack('vvVVVV', 0, 7, 0x1000, 0, 0x1fff, 0) . $usb)),
      'segment-without-unit: RMRR at 0x60');
finds('reversed memory', dmar($first, $last, rmrr(0x2000, 0x1fff, $usb)),
      'rmrr-reversed: RMRR at 0x60');
finds('half a page', dmar($first, $last, rmrr(0x2000, 0x27ff, $usb)),
      'rmrr-unaligned: RMRR at 0x60');
finds('overlapping memory', dmar($first, $last, rmrr(0x2000, 0x4fff, $usb),
				 rmrr(0x4000, 0x5fff, $gpu)),
      'rmrr-overlap: RMRR at 0x80');

sub ivhd {
	my ($type, $device, $address, @entries) = @_;
	my $entries = join '', @entries;
	return pack('CCvvvVVvvV', $type, 0, ($type == 0x10 ? 24 : 40) +
		    length $entries, $device, 64, $address, 0, 0, 0, 0) .
		($type == 0x10 ? '' : "\0" x 16) . $entries;
}

sub entry4 { return pack('CvC', @_, 0); }
sub ivmd {
	my ($type, $first, $last, $base, $length) = @_;
	return pack('CCvvvVVVVVV', $type, 8, 32, $first, $last, 0, 0, $base, 0,
		    $length, 0);
}
sub ivrs { return save('ivrs', table('IVRS', pack('VVV', 1, 0, 0) . join '', @_)); }

my $sb = pack('CvCCvC', 72, 0, 0, 2, 0x00a0, 1);
my @all = (entry4(3, 8), entry4(4, 0xffff));
my $ivhd = ivhd(0x10, 2, 0xfeb80000, @all, $sb);

finds('a sound IVRS table', ivrs($ivhd, ivhd(0x11, 2, 0xfeb80000, @all, $sb),
				 ivmd(0x22, 0, 0xffff, 0x1000, 0x1000),
				 ivmd(0x20, 0, 0, 0x2000, 0x1000)));
finds('all devices in one entry', ivrs(ivhd(0x10, 2, 0xfeb80000, entry4(1, 0), $sb)));
finds('a gap', ivrs(ivhd(0x10, 2, 0xfeb80000, entry4(3, 8), entry4(4, 0xff),
			 entry4(3, 0x200), entry4(4, 0xffff), $sb)),
      'id-uncovered: segment 0');
finds('no end', ivrs(ivhd(0x10, 2, 0xfeb80000, entry4(1, 0), entry4(3, 8), $sb)),
      'range-open: IVHD at 0x30');
finds('no start', ivrs(ivhd(0x10, 2, 0xfeb80000, entry4(1, 0), entry4(4, 8), $sb)),
      'range-open: IVHD entry at 0x4c');
finds('two starts', ivrs(ivhd(0x10, 2, 0xfeb80000, entry4(3, 8), @all, $sb)),
      'range-open: IVHD entry at 0x4c');
finds('a reversed range', ivrs(ivhd(0x10, 2, 0xfeb80000, entry4(1, 0),
				    entry4(3, 9), entry4(4, 8), $sb)),
      'range-reversed: IVHD entry at 0x50');
finds('two units for a device', ivrs($ivhd, ivhd(0x10, 0x4002, 0xfeb90000,
						 entry4(2, 0x4010))),
      'unit-overlap: IVHD at 0x58');
finds('two units with the same registers', ivrs($ivhd, ivhd(0x10, 0x4002, 0xfeb80000)),
      'unit-twice: IVHD at 0x58');
finds('a unit with two register sets', ivrs($ivhd, ivhd(0x11, 2, 0xfeb90000, @all, $sb)),
      'unit-address: IVHD at 0x58');
finds('memory for what no unit serves',
      ivrs(ivhd(0x10, 2, 0xfeb80000, entry4(2, 8), $sb),
	   ivmd(0x21, 0x100, 0, 0x1000, 0x1000)),
      'id-uncovered: segment 0', 'memory-uncovered: IVMD at 0x54');
finds('no memory', ivrs($ivhd, ivmd(0x21, 8, 0, 0x1000, 0)),
      'memory-empty: IVMD at 0x58');
finds('a byte of memory', ivrs($ivhd, ivmd(0x21, 8, 0, 0x1000, 1)),
      'memory-unaligned: IVMD at 0x58');
finds('memory for a reversed range', ivrs($ivhd, ivmd(0x22, 9, 8, 0x1000, 0x1000)),
      'range-reversed: IVMD at 0x58');
finds('overlapping memory', ivrs($ivhd, ivmd(0x21, 8, 0, 0x1000, 0x2000),
				 ivmd(0x21, 9, 0, 0x2000, 0x2000)),
      'memory-overlap: IVMD at 0x78');
finds('no I/O APIC', ivrs(ivhd(0x10, 2, 0xfeb80000, @all)), 'ioapic-missing: table');

# IORT: ITS group at 0x30, SMMUv3 at 0x48, root complex at 0xa0, device behind it
sub map20 { return pack('VVVVV', @_); }
sub iort_rc {
	my @maps = @_;
	return pack('CvCVVVVVVVCvC', 2, 36 + 20 * @maps, 3, 2, scalar @maps, 36,
		    1, 0, 1, 0, 48, 20, 0) . join '', @maps;
}
sub iort_device {
	my @maps = @_;
	return pack('CvCVVVVVVCa11', 1, 40 + 20 * @maps, 4, 3, scalar @maps, 40,
		    0, 1, 0, 0, 40, '\\_SB.DEV0') . join '', @maps;
}
sub iort_its {
	my @ids = @_;
	return pack('CvCVVVV', 0, 20 + 4 * @ids, 1, 0, 0, 0, scalar @ids) .
		pack 'V*', @ids;
}
sub iort {
	my ($its, @nodes) = @_;
	my $smmu = pack('CvCVVVVVVVVVVVVVVVV', 4, 88, 4, 1, 1, 68, 0x9050000,
			0, 1, 0, 0, 0, 0, 106, 107, 109, 108, 0, 0) .
		map20(0, 0x1ffff, 0, 48, 0);
	return save('iort', table('IORT', pack('VVV', 2 + @nodes, 48, 0) .
				  $its . $smmu . join '', @nodes));
}

my $its = iort_its(7);
my $rc = iort_rc(map20(0, 0xff, 0, 72, 0), map20(0x100, 0xfeff, 0x100, 72, 0));
my $device = iort_device(map20(0, 0, 0x10000, 72, 1));
my $madt = save('madt', table('APIC', pack('VV', 0, 0) .
	pack('CCvVQ<V', 15, 20, 0, 7, 0x8080000, 0)));

finds('a sound IORT table', iort($its, $rc, $device));
finds('a sound IORT table beside its MADT', [$madt, iort($its, $rc, $device)]);
finds('an ITS that the MADT lacks', [iort(iort_its(8), $rc), $madt],
      'its-missing: ITS group at 0x30');
finds('a gap', iort($its, iort_rc(map20(0, 0xff, 0, 72, 0),
	map20(0x200, 0xfdff, 0x200, 72, 0))), 'mapping-gap: root complex at 0xa0');
finds('a root complex with MSIs alone', iort($its, iort_rc(map20(0, 0xffff, 0, 48, 0))),
      'host-without-mapping: root complex at 0xa0');
finds('a root complex without mappings', iort($its, iort_rc()),
      'host-without-mapping: root complex at 0xa0');
finds('overlapping ids', iort($its, iort_rc(map20(0, 0x100, 0, 72, 0),
	map20(0x100, 0xfeff, 0x20000, 72, 0))),
      'mapping-overlap: root complex at 0xa0');
finds('ids twice', iort($its, $rc, iort_device(map20(0, 0, 0xffff, 72, 1))),
      'id-twice: node at 0xec');
finds('a mapping into a node', iort($its, $rc, iort_device(map20(0, 0, 0x10000, 76, 1))),
      'mapping-target: named component at 0xec');
finds('a mapping to a root complex', iort($its, $rc, iort_device(map20(0, 0, 0x10000, 160, 1))),
      'mapping-target: named component at 0xec');
finds('reserved memory behind an ITS', iort($its, $rc,
	pack('CvCVVVVVVVVVVV', 6, 68, 3, 6, 1, 48, 1, 1, 28, 0x1000, 0, 0x1000,
	     0, 0) . map20(0, 0, 0x10, 48, 1)), 'mapping-target: RMR at 0xec');
finds('overlapping reserved memory', iort($its, $rc,
	pack('CvCVVVVVV', 6, 88, 3, 6, 1, 68, 1, 2, 28) .
	pack('VVVVV', 0x1000, 0, 0x2000, 0, 0) .
	pack('VVVVV', 0x2000, 0, 0x1000, 0, 0) . map20(0, 0, 0x10, 72, 1)),
      'range-overlap: RMR at 0xec');
finds('empty reserved memory', iort($its, $rc,
	pack('CvCVVVVVV', 6, 68, 3, 6, 1, 48, 1, 1, 28) .
	pack('VVVVV', 0x1000, 0, 0, 0, 0) . map20(0, 0, 0x10, 72, 1)),
      'range-empty: RMR at 0xec');

# VIOT: unit at 0x30, ranges after it
sub viot_range { return pack('CCvVvvvvvx6', 1, 0, 24, @_); }
sub viot {
	return save('viot', table('VIOT', pack('vvx8', 1 + @_, 48) .
		pack('CCvvvx8', 3, 0, 16, 0, 0x18) . join '', @_));
}

finds('a sound VIOT table', viot(viot_range(0, 0, 0, 0, 0xffff, 48)));
finds('a gap but for the unit itself', viot(viot_range(0, 0, 0, 0, 0x17, 48),
	viot_range(0x19, 0, 0, 0x19, 0xffff, 48)));
finds('a gap', viot(viot_range(0, 0, 0, 0, 0xff, 48)), 'id-uncovered: segment 0');
finds('overlapping functions', viot(viot_range(0, 0, 0, 0, 0x100, 48),
	viot_range(0x101, 0, 0, 0x100, 0xffff, 48)), 'range-overlap: node at 0x58');
finds('endpoints twice', viot(viot_range(0, 0, 0, 0, 0xff, 48),
	viot_range(0xff, 0, 0, 0x100, 0xffff, 48)), 'id-twice: node at 0x58');
finds('a reversed range', viot(viot_range(0, 0, 0, 0, 0xffff, 48),
	viot_range(0x20000, 0, 0, 9, 8, 48)), 'range-reversed: node at 0x58');
finds('a range of no unit', viot(viot_range(0, 0, 0, 0, 0xffff, 64)),
      'output-node: node at 0x40');
finds('devices at one address', viot(viot_range(0, 0, 0, 0, 0xffff, 48),
	pack('CCvVVVvx6', 2, 0, 24, 0x10000, 0x2000, 0, 48),
	pack('CCvVVVvx6', 2, 0, 24, 0x10001, 0x2000, 0, 48)),
      'range-overlap: node at 0x70');

# RIMT: IOMMU at 0x30, root complex at 0x58
sub rimt_rc {
	my @maps = @_;
	return pack('CCvvvVvvvv', 1, 1, 20 + 20 * @maps, 0, 2, 0, 0, 0, 20,
		    scalar @maps) . join '', @maps;
}
sub rimt_device {
	return pack('CCvvvvva12', 2, 1, 44, 0, 3, 24, 1, '\\_SB.DEV0') . $_[0];
}
sub rimt {
	return save('rimt', table('RIMT', pack('VVV', 1 + @_, 48, 0) .
		pack('CCvvva8VVVVvvvv', 0, 1, 40, 0, 1, 'RSCV0004', 0x3010000,
		     0, 0, 0, 0, 0, 0, 0) . join '', @_));
}

finds('a sound RIMT table', rimt(rimt_rc(map20(0, 0x10000, 0, 48, 0)),
				 rimt_device(map20(0, 1, 0x10000, 48, 0))));
finds('... by the kernel\'s count', rimt(rimt_rc(map20(0, 0xffff, 0, 48, 0))));
finds('a gap', rimt(rimt_rc(map20(0, 0xfffe, 0, 48, 0))),
      'mapping-gap: root complex at 0x58');
finds('no mapping', rimt(rimt_rc()), 'host-without-mapping: root complex at 0x58');
finds('overlapping ids', rimt(rimt_rc(map20(0, 0x10000, 0, 48, 0),
				      map20(8, 1, 0x20000, 48, 0))),
      'mapping-overlap: root complex at 0x58');
finds('ids twice', rimt(rimt_rc(map20(0, 0x10000, 0, 48, 0)),
			rimt_device(map20(0, 1, 9, 48, 0))),
      'id-twice: node at 0x80');
finds('a mapping to a root complex', rimt(rimt_rc(map20(0, 0x10000, 0, 48, 0)),
			rimt_device(map20(0, 1, 9, 88, 0))),
      'mapping-target: platform device at 0x80');

### The machine itself, JSON, and what cannot be read

my $tables = "$dir/root/sys/firmware/acpi/tables";
make_path($tables, "$dir/root/sys/bus/pci/devices/0000:00:02.0",
	  "$dir/root/sys/bus/pci/devices/0000:00:1c.0/0000:05:01.0");
my $bridge = scope(2, 0, 0, 28, 0, 1, 0);
save('root/sys/firmware/acpi/tables/DMAR',
     slurp(dmar(drhd(0, 0, 0xfed90000, $gpu, $bridge), $last)));
finds('this machine', ['--sysroot', "$dir/root"]);
save('root/sys/firmware/acpi/tables/DMAR',
     slurp(dmar(drhd(0, 0, 0xfed90000, $gpu, $usb), $last)));
finds('a scope for a function that is not there', ['--sysroot', "$dir/root"],
      'scope-missing: DRHD at 0x48');
save('root/sys/firmware/acpi/tables/DMAR',
     slurp(dmar(drhd(0, 0, 0xfed90000, scope(1, 0, 0, 28, 0, 2, 0)), $last)));
finds('... behind a bridge', ['--sysroot', "$dir/root"],
      'scope-missing: DRHD at 0x40');
unlink "$tables/DMAR";
my ($out, $err, $status) = run('lint', '--sysroot', "$dir/root");
ok($status == 0 && $out eq '' && $err =~ /^[^\n]+describes no IOMMU[^\n]+\n\z/,
   'a machine without tables', "exit $status", $out, $err);

save('root/sys/firmware/fdt', slurp(changed(host => ['0x200 0x200>',
						      '0x200 0x100>'])));
($out, $err, $status) = run('lint', '--json', '--sysroot', "$dir/root");
my $got = eval { $json->decode($out) } // {};
ok($status == 1 && $json->encode($got) eq $json->encode({ findings => [{
	file => "$dir/root/sys/firmware/fdt", rule => 'map-gap',
	where => '/pcie@3 iommu-map',
	text => 'no entry for the requester ids 0300-03ff: DMA of functions there is not translated' }] }),
   'findings as JSON', "exit $status", $out, $err);
($out, $err, $status) = run('lint', '--json', dmar($good));
ok($status == 0 && $json->encode($json->decode($out)) eq '{"findings":[]}',
   'no findings as JSON', $out, $err);

my %broken = ('no file' => "$dir/none",
	      'a table cut short' => save('bad', substr(slurp(dmar($good)), 0, 50)),
	      'a wrong checksum' => save('sum', slurp(dmar($good)) =~ s/OEM/OEN/r),
	      'another table' => save('other', table('FACP', '')),
	      'half a tree' => save('half', substr(slurp(changed()), 0, 99)));
for my $what (sort keys %broken) {
	($out, $err, $status) = run('lint', dmar($first), $broken{$what});
	ok($status == 4 && $out =~ /catch-all-missing/ &&
	   $err =~ /^iommu-caps: [^\n]+\n\z/,
	   "status 4, and what can be read is looked at: $what",
	   "exit $status", $out, $err);
}
