#!/usr/bin/env perl
# SPDX-License-Identifier: GPL-2.0-only
# What iommu-caps vm writes for libvirt, against libvirt itself: its schema, and the
# QEMU arguments that it makes of it
use strict;
use warnings;
use File::Basename 'dirname';
use File::Path 'make_path';
use Test::More;
use lib dirname(__FILE__) . '/../tools';
use Tools;

plan skip_all => 'the system with libvirt is for the matrix'
	if !$ENV{IOMMU_CAPS_MATRIX};

scenarios(qw(vtd-full amd));
my %free = (dma_remap => 1, intr_remap => 1, bypass => 'none',
	    assign_blockers => '', page_sizes => '4K 2M 1G', address_width => 48,
	    iova_ranges => '0x0-0xfedfffff 0xfef00000-0xffffffffffff');
variant('intel', 'vtd-full', group(3, %free));
variant('zen', 'amd', group(0, %free));

# In this process, without a daemon
sub virsh {
	my ($args) = @_;
	make_path("$tmp/libvirt");
	return sh('vtd-full', "virsh -q -c 'qemu:///embed?root=$tmp/libvirt' $args");
}

sub domain {
	my ($device) = @_;
	open(my $f, '>', "$tmp/domain.xml") or die;
	print $f <<"EOT";
<domain type='qemu'>
  <name>guest</name>
  <memory unit='MiB'>512</memory>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
  <devices>
$device</devices>
</domain>
EOT
	close $f;
}

# accepted WHAT, MACHINE, ARGUMENTS: libvirt takes what vm writes
sub accepted {
	my ($what, $machine, $args) = @_;

	sh($machine, "iommu-caps vm --format libvirt $args");
	is($status, 0, "$machine: $what starts") or diag("$out$err");
	domain($out);
	sh($machine, "virt-xml-validate $tmp/domain.xml domain");
	is($status, 0, '... by the schema') or diag("$out$err");
	virsh("domxml-to-native qemu-argv --xml $tmp/domain.xml");
	is($status, 0, '... by the driver') or diag("$out$err");
}

for (['intel', '0000:02:00.0'], ['zen', '0000:00:02.0']) {
	my ($machine, $dev) = @$_;
	my $device = qr/-device '?\{"driver":"vfio-pci","host":"\Q$dev\E"/;

	accepted($dev, $machine, $dev);
	like($out, $device, '... which gives QEMU that device') or diag($out);
	accepted("$dev with an IOMMU", $machine, "--viommu $dev");
	like($out, $device, '... which gives QEMU that device') or diag($out);
	like($out, qr/-device '?\{"driver":"intel-iommu"[^}]*"caching-mode":true[^}]*"aw-bits":48/,
	     '... and that IOMMU') or diag($out);
}
domain("<hostdev mode='subsystem' type='pci'/>\n");
sh('vtd-full', "virt-xml-validate $tmp/domain.xml domain");
isnt($status, 0, 'what has no address is refused');

done_testing;
