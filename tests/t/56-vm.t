#!/usr/bin/env perl
# SPDX-License-Identifier: GPL-2.0-only
# iommu-caps vm on made-up machines
use strict;
use warnings;
use File::Basename 'dirname';
use JSON::PP;
use Test::More;
use lib dirname(__FILE__) . '/../tools';
use Schema;
use Tools;

scenarios(qw(vtd-full amd smmu power none unloaded));

my %good = (id => 3, dma_remap => 1, intr_remap => 1, bypass => 'none',
	    assign_blockers => '', page_sizes => '4K 2M 1G',
	    address_width => 48,
	    iova_ranges => '0x0-0xfedfffff 0xfef00000-0xffffffffffff');
my $dev = '0000:02:00.0';
my $pages = 'sys/kernel/mm/hugepages';

sub machine {
	my ($name, %facts) = @_;
	return variant($name, 'vtd-full', group(3, %good, %facts),
		       "$pages/hugepages-2048kB/nr_hugepages" => "0\n",
		       "$pages/hugepages-1048576kB/nr_hugepages" => "0\n");
}

# vm MACHINE ARGUMENTS: and the status it must have
sub vm {
	my ($machine, $args, $want) = @_;
	sh($machine, "iommu-caps vm $args");
	is($status, $want, "$machine: status $want: vm $args") or diag("$out$err");
}

machine('wide');
machine('narrow', address_width => 39,
	iova_ranges => '0x0-0xfedfffff 0xfef00000-0x7fffffffff');
# an older driver makes domains that are wider than the unit
machine('older', address_width => 39,
	iova_ranges => '0x0-0xfedfffff 0xfef00000-0x1ffffffffffffff');
machine('rmrr', iova_ranges => '0x0-0xbffffff 0xc010000-0xfedfffff '
	. '0xfef00000-0xffffffffffff');
machine('unknown', iova_ranges => undef);
# what the kernel keeps for HyperTransport
variant('zen', 'amd', group(0, %good, id => 0,
	iova_ranges => '0x0-0xfcffffffff 0x10000000000-0xffffffffffff'));
my %low = (%good, id => 1, iova_ranges => '0x0-0xbfffffff');
my $unit = 'sys/kernel/iommu_caps/units/smmu3.0x0000000009050000';
variant('arm', 'smmu', group(1, %low));
variant('riscv', 'smmu', group(1, %low), "$unit/type" => "riscv-iommu\n");
machine('blocked', assign_blockers => 'no-isolated-interrupts');

subtest 'usage' => sub {
	for my $bad ('', "$dev x", "--memory 0 $dev", "--memory x $dev",
		     "--memory 8Gi $dev", "--memory -1 $dev",
		     "--memory 99999999999 $dev", "--format xml $dev") {
		vm('wide', $bad, 2);
		is($out, '', '... and prints nothing');
	}
	vm('wide', '0000:77:00.0', 4);
	vm('unloaded', $dev, 3);
};

subtest 'memory' => sub {
	# as QEMU's q35 has it: 2G below 4G, the rest from there on
	vm('narrow', "--memory 510G $dev", 0);
	like($out, qr/^A guest with $dev starts: yes\n/, 'says yes');
	like($out, qr/At most 510G fit/, 'says how much fits');
	vm('narrow', "--memory 522241 $dev", 1);
	like($out, qr/memory at 0x100000000-0x80000fffff/, 'says where it lies');
	like($out, qr/end at 0x7fffffffff\./, 'says where the addresses end');
	like($out, qr/-> .*at most 510G/, 'says what to change');
	vm('older', "--memory 511G $dev", 1);
	vm('wide', "--memory 511G $dev", 0);
	vm('rmrr', "--memory 192M $dev", 0);
	vm('rmrr', "--memory 256M $dev", 1);
	like($out, qr/0xc000000-0xc00ffff are reserved/, 'names the hole');
	# at 1T there is room again
	vm('zen', '--memory 1011G 00:02.0', 0);
	vm('arm', '00:01.0', 0);
	like($out, qr/At most 2G fit/, 'Arm: memory begins at 1G');
	vm('riscv', '00:01.0', 0);
	like($out, qr/At most 1G fit/, 'RISC-V: memory begins at 2G');
	vm('power', '--memory 1T 00:01.0', 0);
	unlike($out, qr/At most/, 'POWER: whatever its memory');
	vm('unknown', "--memory 1G $dev", 3);
	vm('unknown', $dev, 0);
	unlike($out, qr/At most/, 'no limit is made up');
};

subtest 'huge pages' => sub {
	vm('wide', "--memory 8G $dev", 0);
	like($out, qr/Huge pages of 1G.*\n.*echo 8 >/, '1G where it is whole');
	vm('wide', "--memory 514M $dev", 0);
	like($out, qr/Huge pages of 2M.*\n.*echo 257 >/, 'else 2M');
};

subtest 'arguments' => sub {
	vm('wide', "--format qemu --memory 2G $dev", 0);
	is($out, "-machine q35 -m 2048M -device vfio-pci,host=$dev\n", 'QEMU');
	vm('arm', '--format qemu 00:01.0', 0);
	like($out, qr/^-machine virt,gic-version=max -device/, '... on Arm');
	vm('riscv', '--format qemu 00:01.0', 0);
	like($out, qr/^-machine virt,aia=aplic-imsic -device/, '... on RISC-V');
	vm('power', '--format qemu --memory 1G 00:01.0', 0);
	is($out, "-machine pseries -m 1024M -device vfio-pci,host=0000:00:01.0\n",
	   '... on POWER');
	vm('wide', "--format libvirt $dev", 0);
	like($out, qr/^<hostdev mode='subsystem' type='pci' managed='yes'>\n/,
	     'libvirt');
	like($out, qr/domain='0x0000' bus='0x02' slot='0x00' function='0x0'/,
	     '... with the address');
	vm('wide', "--format dpdk $dev", 0);
	like($out, qr/--bind=vfio-pci $dev\n-a $dev --iova-mode=va$/m, 'DPDK');
	vm('narrow', "--format dpdk $dev", 0);
	like($out, qr/39 bits.*--iova-mode=pa$/ms, '... physical addresses');
	for my $format (qw(qemu libvirt)) {
		vm('narrow', "--format $format --memory 1T $dev", 1);
		is($out, '', "nothing on standard output: $format");
		like($err, qr/would not start/, '... but a word on the other');
	}
};

subtest 'an IOMMU of the guest' => sub {
	my %smmu = (features => "ats nested\n", range_invalidation => "1\n",
		    substream_bits => "20\n", output_width => "44\n",
		    'registers/idr3' => "0x00000100\n");
	my $smmu = sub {
		my ($name, %other) = @_;
		my %files = (%smmu, %other);
		variant($name, 'smmu', group(1, %low,
			enforced_coherency => $other{canwbs}), map({ ("$unit/$_" =>
			$files{$_}) } keys %smmu), exists $files{iommufd} ? () :
			('sys/module/iommufd/refcnt' => "0\n"));
	};
	my $accel = '-object iommufd,id=iommufd0 -device arm-smmuv3,'
		. 'primary-bus=pcie.0,accel=on';

	vm('wide', "--viommu --format qemu --memory 2G $dev", 0);
	is($out, "-machine q35 -m 2048M -device intel-iommu,caching-mode=on,"
		. "aw-bits=48 -device vfio-pci,host=$dev\n", '48 bits');
	vm('narrow', "--viommu --format qemu $dev", 0);
	like($out, qr/ -device intel-iommu,caching-mode=on,aw-bits=39 -device /,
	     '39 bits');
	vm('older', "--viommu --format qemu $dev", 0);
	like($out, qr/aw-bits=39 /, 'as the unit has, not the kernel');
	vm('narrow', "--viommu --format libvirt $dev", 0);
	like($out, qr/^<iommu model='intel'>\n.*caching_mode='on' aw_bits='39'/,
	     'libvirt');
	vm('narrow', "--viommu $dev", 0);
	like($out, qr/addresses of at most 39 bits/, 'in words');
	machine('tiny', address_width => 36);
	vm('tiny', "--viommu $dev", 1);
	like($out, qr/39 or 48 bits, and the group only 36/, 'too few');
	vm('unknown', "--viommu $dev", 3);

	$smmu->('accel');
	vm('accel', '--viommu --format qemu 00:01.0', 0);
	like($out, qr/ \Q$accel\E,ril=on,ats=on,oas=44,ssidsize=20 -device vfio-pci,host=0000:00:01\.0,iommufd=iommufd0$/,
	     'an accelerated SMMU');
	vm('accel', '--viommu --format libvirt 00:01.0', 3);
	is($out, '', '... for which libvirt has no words');
	$smmu->('accel-48', features => "nested\n", range_invalidation => "0\n",
		substream_bits => "0\n", output_width => "52\n");
	vm('accel-48', '--viommu --format qemu 00:01.0', 0);
	like($out, qr/accel=on,ril=off,ats=off,oas=48,ssidsize=0 /,
	     '... without, and wider than QEMU has');
	$smmu->('accel-40', output_width => "40\n");
	vm('accel-40', '--viommu 00:01.0', 1);
	like($out, qr/44 or 48 bits, and smmu3\S* only 40/, 'too few');
	$smmu->('stage-2', features => "ats\n");
	vm('stage-2', '--viommu 00:01.0', 1);
	like($out, qr/cannot nest/, 'one stage');
	my %no_fwb = ('registers/idr3' => "0x00000000\n");
	$smmu->('no-fwb', %no_fwb, canwbs => 0);
	vm('no-fwb', '--viommu 00:01.0', 1);
	like($out, qr/lacks FWB/, 'the guest could make memory incoherent');
	$smmu->('canwbs', %no_fwb, canwbs => 1);
	vm('canwbs', '--viommu 00:01.0', 0);
	$smmu->('older-kernel', %no_fwb);
	vm('older-kernel', '--viommu 00:01.0', 3);
	$smmu->('unread', 'registers/idr3' => undef, canwbs => 0);
	vm('unread', '--viommu 00:01.0', 3);
	like($out, qr/only root can see/, 'who may know');
	$smmu->('no-iommufd', iommufd => undef);
	vm('no-iommufd', '--viommu 00:01.0', 1);
	like($out, qr/-> modprobe iommufd/, 'no iommufd');
	$smmu->('untold', range_invalidation => undef);
	vm('untold', '--viommu --format qemu 00:01.0', 3);
	is($out, '', 'nothing is guessed');
	vm('riscv', '--viommu 00:01.0', 3);
};

subtest 'JSON' => sub {
	my $schema = Schema->new("$top/Documentation/schema/iommu-caps-vm.schema.json");
	my $vm = sub {
		vm(@_);
		like($out, qr/\}\n\z/, 'JSON ends in a newline');
		my $j = decode_json($out);
		is($schema->wrong($j), '', '... as the schema says');
		return $j;
	};

	my $j = $vm->('narrow', "--json --memory 510G $dev", 0);
	is($j->{starts}, 'yes', 'yes');
	is($j->{memory}{size}, 510 << 30, 'the size is in bytes');
	is($j->{memory}{most}, 510 << 30, 'and what fits');
	is($j->{group}, 3, 'the group is a number');
	ok((grep { $_ eq $dev } @{$j->{group_devices}}), 'its devices');
	$j = $vm->('narrow', "--format json --memory 511G $dev", 1);
	is($j->{starts}, 'no', 'no');
	like("@{$j->{memory}{changes}}", qr/at most 510G/, 'what to change');
	$j = $vm->('unknown', "-J --memory 1G $dev", 3);
	is($j->{starts}, undef, 'null where it cannot be known');
	is($j->{memory}{most}, undef, 'no limit is made up');
	$j = $vm->('blocked', "-J $dev", 1);
	ok(@{$j->{assignment}{reasons}}, 'why');
	$j = $vm->('narrow', "-J --viommu $dev", 0);
	like("@{$j->{viommu}{reasons}}", qr/39 bits/, 'what must match');
	$j = $vm->('none', '-J 00:02.0', 1);
	is($j->{group}, undef, 'no group');
};

subtest 'blockers' => sub {
	vm('blocked', $dev, 1);
	my $said = $out;
	sh('blocked', "iommu-caps check --pci-ids $ids $dev");
	my ($why) = $out =~ /^  (VFIO refuses.*)$/m;
	like($said, qr/^  \Q$why\E$/m, 'says it as check does');
	vm('vtd-full', '0000:01:00.0', 1);
	like($said = $out, qr/igb/, 'names the driver');
	like($said, qr/The other devices of its group .*: 0000:01:00\.1\.$/m,
	     'names the others of the group');
};

done_testing;
