#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
# Seeds for the fuzz targets: seeds.pl FOLDER [CORPUS]
# One small table of each kind with every structure in it, made here, and the
# tables of real machines in CORPUS where they are at hand.
use strict;
use warnings;
use File::Copy qw(copy);
use File::Path qw(make_path);

my ($folder, $corpus) = @ARGV;
die "Usage: seeds.pl FOLDER [CORPUS]\n" if !defined $folder;

sub table {
	my ($signature, $body) = @_;
	my $t = pack('a4VCCa6a8Va4V', $signature, 36 + length($body), 1, 0,
		     'OEM', 'TABLE', 1, 'TEST', 1) . $body;
	substr($t, 9, 1) = pack('C', -unpack('%8C*', $t) & 0xff);
	return $t;
}

sub save {
	my ($target, $name, $data) = @_;
	make_path("$folder/$target");
	open(my $f, '>:raw', "$folder/$target/$name")
		or die "$folder/$target/$name: $!\n";
	print $f $data;
	close($f);
}

sub dmar_entry {
	my ($type, $rest) = @_;
	return pack('vv', $type, 4 + length($rest)) . $rest;
}

my $scope = pack('C*', 1, 8, 0, 0, 0, 0, 2, 0);
my $scopes = $scope . pack('C*', 3, 10, 0, 0, 2, 0xf0, 31, 0, 0, 1);
my %tables = (
	dmar => table('DMAR', pack('CCx10', 38, 7) .
		dmar_entry(0, pack('CCvVV', 1, 0, 0, 0xfed91000, 0) . $scopes) .
		dmar_entry(1, pack('vvVVVV', 0, 0, 0x1000, 0, 0x1fff, 0) .
			   $scope) .
		dmar_entry(2, pack('CCv', 0, 0, 0) . $scope) .
		dmar_entry(3, pack('VVVV', 0, 0xfed91000, 0, 1)) .
		dmar_entry(4, pack('xxxC', 1) . "\\_SB.DEV0\0") .
		dmar_entry(5, pack('CCv', 1, 0, 0) . $scope) .
		dmar_entry(6, pack('vv', 0, 0) . $scope)),
	ivrs => table('IVRS', pack('VVV', 3, 0, 0) .
		pack('CCvvvVVvvV', 0x10, 0, 44, 2, 64, 0xfeb80000, 0, 0, 0, 0) .
		pack('CvCCvC', 3, 8, 0, 4, 0xfffe, 0) . pack('CvC', 2, 24, 0) .
		pack('CvCCvC', 72, 0, 0x10, 0, 160, 1) .
		pack('CCvvvVVvvVVVVV', 0x40, 0, 64, 2, 64, 0xfeb80000, 0, 0, 0,
		     0, 0xada, 0, 0, 0) .
		pack('CvCa8a8CCa2', 240, 165, 0, 'ABCD0001', '', 2, 2, 'ab') .
		pack('CCvvvVVVVVV', 0x22, 8, 32, 0, 0xfff, 0, 0, 0x1000, 0,
		     0x1000, 0)),
	viot => table('VIOT', pack('vvx8', 4, 48) .
		pack('CCvvvx8', 3, 0, 16, 0, 0x18) .
		pack('CCvVVV', 4, 0, 16, 0, 0x1000, 0) .
		pack('CCvVvvvvvx6', 1, 0, 24, 0, 0, 0, 8, 0xffff, 48) .
		pack('CCvVVVvx6', 2, 0, 24, 9, 0x2000, 0, 64)),
	iort => table('IORT', pack('VVV', 7, 48, 0) .
		pack('CvCVVVVV', 0, 24, 1, 0, 0, 0, 1, 7) .
		pack('CvCVVVVVVVVVVVVVVVV', 4, 88, 4, 1, 1, 68, 0x9050000, 0, 1,
		     0, 0, 0, 0, 106, 107, 109, 108, 0, 0) .
		pack('VVVVV', 0, 0xffff, 0, 48, 0) .
		pack('CvCVVVVVVVCvC', 2, 56, 3, 2, 1, 36, 1, 0, 1, 0, 48, 20,
		     0) . pack('VVVVV', 0, 0xffff, 0, 72, 0) .
		pack('CvCVVVVVVCa11', 1, 40, 4, 3, 0, 0, 1, 0, 0, 40,
		     '\\_SB.DEV0') .
		pack('CvCVVVVVVVVVx20', 3, 60, 3, 4, 0, 0, 0x2b400000, 0,
		     0x10000, 0, 3, 2) .
		pack('CvCVVVVVVVVV', 5, 40, 1, 5, 0, 0, 0x9052000, 0, 77, 72,
		     0x9062000, 0) .
		pack('CvCVVVVVVVVVVV', 6, 48, 3, 6, 0, 0, 1, 1, 28, 0x1000, 0,
		     0x1000, 0, 0)),
	rimt => table('RIMT', pack('VVV', 3, 48, 0) .
		pack('CCvvva8VVVVvvvvVV', 0, 1, 48, 0, 1, 'RSCV0004', 0x3010000,
		     0, 2, 0, 0, 0, 1, 40, 36, 0) .
		pack('CCvvvVvvvvVVVVV', 1, 1, 40, 0, 2, 1, 0, 0, 20, 1, 0,
		     0xffff, 0, 48, 0) .
		pack('CCvvvvva12VVVVV', 2, 1, 44, 0, 3, 24, 1, '\\_SB.DEV0', 1,
		     1, 2, 48, 0)),
);

for my $kind (sort keys %tables) {
	save($kind, 'made', $tables{$kind});
	save('json', "made-$kind", $tables{$kind});
	save('lint', "made-$kind", $tables{$kind});
}
save('regs', 'zeros', "\0" x 41);
save('regs', 'ones', "\xff" x 41);
save('regs', 'mixed', pack('VVVVV', 0x10, 0x660462, 0x8c40, 0xf050da, 0) .
	"\x5a" x 21);

# A device tree with a node and a property of each kind
sub node {
	my ($name, @rest) = @_;
	return pack('N', 1) . pad("$name\0") . join('', @rest) . pack('N', 2);
}

sub pad { return $_[0] . "\0" x (-length($_[0]) % 4); }

my ($names, %name) = ('');
sub prop {
	my ($name, $value) = @_;
	if (!defined $name{$name}) {
		$name{$name} = length $names;
		$names .= "$name\0";
	}
	return pack('NNN', 3, length $value, $name{$name}) . pad($value);
}

my $tree = node('', prop('#address-cells', pack('N', 1)),
	prop('#size-cells', pack('N', 1)), prop('model', "made\0"),
	node('soc', prop('#address-cells', pack('N', 1)),
	     prop('#size-cells', pack('N', 1)),
	     prop('ranges', pack('N3', 0, 0x10000000, 0x100000)),
	     node('iommu@1000', prop('compatible', "arm,smmu-v3\0"),
		  prop('reg', pack('N2', 0x1000, 0x1000)),
		  prop('#iommu-cells', pack('N', 1)),
		  prop('phandle', pack('N', 1))),
	     node('its@2000', prop('status', "disabled\0"),
		  prop('msi-controller', ''), prop('#msi-cells', pack('N', 1)),
		  prop('phandle', pack('N', 2))),
	     node('pcie@3000', prop('device_type', "pci\0"),
		  prop('bus-range', pack('N2', 0, 3)),
		  prop('iommu-map', pack('N8', 0, 1, 0, 0x100, 0x200, 1, 0x200,
					 0x100)),
		  prop('iommu-map-mask', pack('N', 0xfff8)),
		  prop('msi-map', pack('N4', 0, 2, 0, 0x10000))),
	     node('dma@4000', prop('iommus', pack('N4', 1, 7, 9, 7)),
		  prop('msi-parent', pack('N2', 2, 5)))));
my $fdt = pack('N2', 0, 0) . pack('N2', 0, 0) . pad($tree) . pack('N', 9);
save('dtb', 'made', pack('N10', 0xd00dfeed, 40 + length($fdt) + length $names,
			 56, 40 + length $fdt, 40, 17, 16, 0, length $names,
			 length($fdt) - 16) . $fdt . $names);

if (defined $corpus) {
	for my $table (glob("$corpus/acpi/*/*.bin")) {
		my ($kind, $name) = $table =~ m{([^/]+)/([^/]+)\.bin$};
		next if !$tables{$kind};
		copy($table, "$folder/$kind/$name") or die "$table: $!\n";
		copy($table, "$folder/json/$name") or die "$table: $!\n";
		copy($table, "$folder/lint/$name") or die "$table: $!\n";
	}
}
