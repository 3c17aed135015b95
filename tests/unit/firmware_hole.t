#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
# iommu-caps check and audit say what in the device tree keeps a device out of a group.
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Path qw(make_path);
use lib dirname(__FILE__);
use Unit;

my $sys = "$dir/root/sys";

sub save {
	my ($file, $data) = @_;
	make_path(dirname($file));
	open(my $f, '>:raw', $file) or die "$file: $!\n";
	print $f $data;
	close($f);
}

# A device of sysfs that is in no group, with the node of its device tree
sub device {
	my ($path, $bus, $node) = @_;
	my ($name) = $path =~ m{([^/]+)$};
	my $up = '../' x ($path =~ tr{/}{});

	make_path("$sys/$path", "$sys/bus/$bus/devices",
		  "$sys/kernel/iommu_caps/unprotected");
	symlink("${up}../bus/$bus", "$sys/$path/subsystem");
	symlink("../../../$path", "$sys/bus/$bus/devices/$name");
	symlink("../../../$path", "$sys/kernel/iommu_caps/unprotected/$name");
	symlink("${up}../firmware/devicetree/base$node", "$sys/$path/of_node")
		if defined $node;
}

# The device tree of the machine
sub tree {
	my ($source) = @_;
	make_path("$sys/firmware");
	save("$dir/source", "/dts-v1/;\n/ {\n$source\n};\n");
	system("dtc -q -f -I dts -O dtb -o $sys/firmware/fdt $dir/source " .
	       '2>/dev/null') == 0 or die "dtc: $source\n";
}

sub says {
	my ($device, $want, $what) = @_;
	my $verb = $device eq 'audit' ? 'audit' : "check $device";
	open(my $f, '-|', "$tool $verb --sysroot $dir/root 2>&1")
		or die "$tool: $!\n";
	my $out = do { local $/; <$f> // '' };
	close($f);
	my $status = $? >> 8;
	ok($status == 1 && $out =~ /$want/, $what, "exit $status", $out);
}

my $host = 'devices/platform/3.pcie';
my %tops = (abi_version => 1, state => 'partial', platform => 'bare-metal',
	    firmware => 'device-tree');
save("$sys/kernel/iommu_caps/$_", "$tops{$_}\n") for keys %tops;
make_path("$sys/kernel/iommu_caps/units", "$sys/kernel/iommu_caps/groups");
device("$host/pci0000:00/0000:00:00.0/0000:01:00.0", 'pci');
symlink('../../../firmware/devicetree/base/soc/pcie@3', "$sys/$host/of_node");
device('devices/platform/4.dma', 'platform', '/soc/dma@4');

my $smmu = 'smmu: iommu@1 { #iommu-cells = <1>; };';

sub soc { return tree("soc { $_[0] };"); }

print "1..12\n";

soc("$smmu pcie\@3 { iommu-map = <0 &smmu 0 0x100>, <0x800 &smmu 0x800 0x100>; };");
says('01:00.0', qr/The iommu-map of \/soc\/pcie\@3 has no entry for 0100: gap 0100-07ff\./,
     'a gap, and where it begins and ends');
says('01:00.0', qr/-> .*iommu-caps lint/, '... and what to do');
says('audit', qr/no entry for 0100: gap 0100-07ff\./, 'audit says it, too');
soc("$smmu pcie\@3 { iommu-map = <0 &smmu 0 0x100>; iommu-map-mask = <0x1ff>; };");
says('01:00.0', qr/no entry for 0100: gap 0100-01ff\./, 'a gap after the mask');
soc("$smmu pcie\@3 { };");
says('01:00.0', qr/\/soc\/pcie\@3 has no iommu-map\./, 'no map');
soc("smmu: iommu\@1 { #iommu-cells = <1>; status = \"disabled\"; };
     pcie\@3 { iommu-map = <0 &smmu 0 0x10000>; };");
says('01:00.0', qr/The iommu-map of \/soc\/pcie\@3 leads to \/soc\/iommu\@1, which is disabled\./,
     'a disabled IOMMU');
soc("$smmu pcie\@3 { iommu-map = <0 77 0 0x10000>; };");
says('01:00.0', qr/leads to the phandle 0x4d, which no node has\./, 'a typo');
soc("$smmu pcie\@3 { iommu-map = <0 &smmu 0 0x10000>; };");
says('01:00.0', qr/firmware puts none in front of it\./,
     'a map that is right explains nothing');
soc("smmu: iommu\@1 { #iommu-cells = <1>; status = \"disabled\"; };
     dma\@4 { iommus = <&smmu 7>; };");
says('4.dma', qr/The iommus of \/soc\/dma\@4 leads to \/soc\/iommu\@1, which is disabled\./,
     'a platform device');
soc("$smmu dma\@4 { iommus = <&smmu 7>; };");
device('devices/platform/1.iommu', 'platform', '/soc/iommu@1');
says('4.dma', qr/The iommus of \/soc\/dma\@4 leads to \/soc\/iommu\@1, which no driver drives\./,
     'an IOMMU without a driver');
symlink('../../../bus/platform/drivers/smmu', "$sys/devices/platform/1.iommu/driver");
make_path("$sys/bus/platform/drivers/smmu");
says('4.dma', qr/^((?!no driver drives)(?!leads to).)*\z/s, 'and one that has one');
unlink("$sys/firmware/fdt");
says('01:00.0', qr/firmware puts none in front of it\./, 'no device tree');
