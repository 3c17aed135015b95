#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
# iommu-caps decode: what they print where, and the exit status.
use strict;
use warnings;
use File::Basename qw(dirname);
use JSON::PP;
use lib dirname(__FILE__), dirname(__FILE__) . '/../tools';
use Schema;
use Unit;

my $schema = Schema->new(dirname(__FILE__)
	. '/../../Documentation/schema/iommu-caps-decode.schema.json');

sub table {
	my ($signature, $body, %ids) = @_;
	my $t = pack('a4VCCa6a8Va4V', $signature, 36 + length($body), 1, 0,
		     $ids{oem} // 'OEM   ', $ids{table} // 'TABLE   ', 1,
		     'TEST', 1) . $body;
	substr($t, 9, 1) = pack('C', -unpack('%8C*', $t) & 0xff);
	return $t;
}

sub file {
	my ($data) = @_;
	open(my $f, '>:raw', "$dir/table") or die "$dir/table: $!\n";
	print $f $data;
	close($f);
	return "$dir/table";
}

sub prints {
	my ($table, $want, $what) = @_;
	my ($out, $err, $status) = run('decode', file($table));
	my $got = eval { $json->decode($out) };
	ok($status == 0 && $err eq '' && defined $got &&
	   $schema->wrong($got) eq '' &&
	   $json->encode($got) eq $json->encode($want), $what,
	   "exit $status", $out, $err);
}

sub refuses {
	my ($table, $offset, $reason, $what) = @_;
	my ($out, $err, $status) = run('decode', file($table));
	ok($status == 4 && $out eq '' &&
	   $err eq "iommu-caps: $dir/table: offset $offset: $reason\n",
	   $what, "exit $status", $out, $err);
}

# A DMAR structure: type, then what follows its length.
sub dmar_entry {
	my ($type, $rest) = @_;
	return pack('vv', $type, 4 + length($rest)) . $rest;
}

sub scope {
	my ($type, $id, $bus, @path) = @_;
	return pack('CCxxCC', $type, 6 + @path, $id, $bus) . pack('C*', @path);
}

my $header = pack('CCx10', 38, 5);
my $unit = dmar_entry(0, pack('CCvVV', 1, 0, 0, 0xfed91000, 0));
my ($T, $F) = (JSON::PP::true, JSON::PP::false);
my %dmar = (atsr => [], dma_opt_in => $T, host_address_width => 39,
	    intr_remap => $T, oem_id => 'OEM', oem_table_id => 'TABLE',
	    reserved => [], satc => [], signature => 'DMAR', units => [],
	    x2apic_opt_out => $F);
my %one_unit = (address => '0xfed91000', include_all => $T, scope => [],
		segment => 0);

print "1..46\n";

prints(table('DMAR', $header), { %dmar }, 'a DMAR table without entries');
prints(table('DMAR', $header . $unit), { %dmar, units => [\%one_unit] },
       'one unit');
prints(table('DMAR', $header .
	     dmar_entry(0, pack('CCvVV', 0, 0, 0xfffe, 0x89abc000, 0x12345) .
			scope(1, 0, 0, 2, 0) . scope(2, 0, 5, 28, 7, 0, 1) .
			scope(3, 10, 0xf0, 31, 0) . scope(4, 0, 0, 31, 0) .
			scope(5, 11, 0, 21, 1) . scope(1, 0, 0xff, 1, 1, 2, 2,
						       3, 3)) .
	     dmar_entry(1, pack('vvVVVV', 0, 1, 0x1000, 0, 0xffffffff, 0xf) .
			scope(1, 0, 0, 29, 0)) .
	     dmar_entry(2, pack('CCv', 0, 0, 2) . scope(2, 0, 0, 1, 0)) .
	     dmar_entry(2, pack('CCv', 1, 0, 3)) .
	     dmar_entry(3, pack('VVVV', 0, 0xfed91000, 0, 1)) .
	     dmar_entry(4, pack('xxxC', 11) . "\\_SB.DEV0\0") .
	     dmar_entry(5, pack('CCv', 1, 0, 4) . scope(1, 0, 0, 5, 0)) .
	     dmar_entry(6, pack('vv', 0, 0) . scope(1, 0, 0, 5, 0)) .
	     dmar_entry(99, 'later')),
       { %dmar,
	 units => [{ address => '0x1234589abc000', include_all => $F,
		     segment => 65534,
		     scope => ['endpoint 00:02.0', 'bridge 05:1c.7/00.1',
			       'ioapic 10 f0:1f.0', 'hpet 0 00:1f.0',
			       'namespace 11 00:15.1',
			       'endpoint ff:01.1/02.2/03.3'] }],
	 reserved => [{ base => '0x1000', end => '0xfffffffff', segment => 1,
			scope => ['endpoint 00:1d.0'] }],
	 atsr => [{ all_ports => $F, segment => 2,
		    scope => ['bridge 00:01.0'] },
		  { all_ports => $T, segment => 3, scope => [] }],
	 satc => [{ atc_required => $T, segment => 4,
		    scope => ['endpoint 00:05.0'] }] },
       'every kind of DMAR entry and scope');
prints(table('DMAR', $header, oem => "A\"\\\x7f\xe9\0",
	     table => "\x01\n B\t \0\0"),
       { %dmar, oem_id => "A\"\\\x{7f}\x{e9}", oem_table_id => "\x01\n B\t" },
       'ids with quotes, control characters and bytes beyond ASCII');
prints(table('DMAR', $header, oem => '      ', table => "\0" x 8),
       { %dmar, oem_id => '', oem_table_id => '' }, 'empty ids');

prints(table('IVRS', pack('VVV', 0x203043, 0, 0) .
	     pack('CCvvvVVvvV', 0x10, 0xb0, 24, 2, 0x40, 0xfeb80000, 0, 0, 0,
		  0) .
	     pack('CCvvvVVvvVVVVV', 0x40, 0x30, 40, 0x6002, 0x40, 0xfd000000,
		  1, 2, 0, 0, 0x89abcdef, 0x1234567, 0, 0) .
	     pack('CCvvvVVVVVV', 0x22, 8, 32, 0x10, 0xfff, 0, 0, 0x1000, 1,
		  0x2000, 0) .
	     pack('CCvvvVVVVVV', 0x21, 1, 32, 0x300, 0, 0, 0, 0x5000, 0,
		  0x6000, 0)),
       { signature => 'IVRS', oem_id => 'OEM', oem_table_id => 'TABLE',
	 ivinfo => '0x203043', efr_supported => $T, dma_opt_in => $T,
	 units => [{ type => '0x10', flags => '0xb0', device => '00:00.2',
		     capability => '0x40', address => '0xfeb80000',
		     segment => 0 },
		   { type => '0x40', flags => '0x30', device => '60:00.2',
		     capability => '0x40', address => '0x1fd000000',
		     segment => 2, efr => '0x123456789abcdef' }],
	 reserved => [{ type => '0x22', flags => '0x8', device => '00:02.0',
			device_end => '0f:1f.7', base => '0x100001000',
			length => '0x2000' },
		      { type => '0x21', flags => '0x1', device => '03:00.0',
			base => '0x5000', length => '0x6000' }] },
       'an IVRS table');

prints(table('VIOT', pack('vvx8', 2, 48) .
	     pack('CCvvvx8', 3, 0, 16, 1, 0x18) .
	     pack('CCvVvvvvvx6', 1, 0, 24, 0x100, 1, 1, 8, 0xffff, 48)),
       { signature => 'VIOT', oem_id => 'OEM', oem_table_id => 'TABLE',
	 units => [{ type => 'virtio-pci', device => '00:03.0', segment => 1,
		     offset => '0x30' }],
	 endpoints => [{ device => '00:01.0', device_end => 'ff:1f.7',
			 endpoint => '0x100', output_node => '0x30',
			 segment => 1, segment_end => 1 }] },
       'a VIOT table');

prints(table('IORT', pack('VVV', 2, 48, 0) .
	     pack('CvCVVVVV', 0, 24, 1, 0, 0, 0, 1, 7) .
	     pack('CvCVVVVVVVVVVVVVVVV', 4, 88, 4, 1, 1, 68, 0x9050000, 0, 1,
		  0, 0, 0, 0, 106, 107, 109, 108, 0, 0) .
	     pack('VVVVV', 0, 0xffff, 0, 48, 0)),
       { signature => 'IORT', oem_id => 'OEM', oem_table_id => 'TABLE',
	 its_groups => [{ its => [7], offset => '0x30' }],
	 named_components => [], reserved => [], root_complexes => [],
	 units => [{ type => 'smmu-v3', address => '0x9050000', flags => '0x1',
		     model => '0x0', offset => '0x48',
		     mappings => [{ input => '0x0', count => 65536,
				    output => '0x0', output_node => '0x30',
				    single => $F }] }] },
       'an IORT table');

prints(table('RIMT', pack('VVV', 2, 48, 0) .
	     pack('CCvvva8VVVVvvvv', 0, 1, 40, 0, 1, 'RSCV0004', 0x3010000, 0,
		  0, 0, 0, 0, 0, 0) .
	     pack('CCvvvVvvvvVVVVV', 1, 1, 40, 0, 2, 1, 0, 3, 20, 1, 0, 0xffff,
		  0, 48, 0)),
       { signature => 'RIMT', oem_id => 'OEM', oem_table_id => 'TABLE',
	 platform_devices => [],
	 root_complexes => [{ ats => $T, pri => $F, segment => 3,
			      offset => '0x58',
			      mappings => [{ input => '0x0', count => 65535,
					     output => '0x0', flags => '0x0',
					     output_node => '0x30' }] }],
	 units => [{ type => 'platform', address => '0x3010000',
		     hardware_id => 'RSCV0004', flags => '0x0',
		     offset => '0x30' }] },
       'a RIMT table');

my $good = table('DMAR', $header . $unit);

refuses('', '0x0', 'shorter than a table header', 'an empty file');
refuses('DMAR', '0x0', 'shorter than a table header', 'a few bytes');
refuses(table('APIC', $header), '0x0',
	'not a DMAR, IVRS, IORT, VIOT or RIMT table', 'another table');
refuses(substr($good, 0, 47), '0x2f', 'table is cut short',
	'a table cut in its header');
refuses(substr($good, 0, 63), '0x30', 'table is cut short',
	'a table cut in an entry');
refuses(substr($good, 0, 48), '0x30', 'table is cut short',
	'a table cut between entries');
refuses(table('DMAR', $header . $unit . pack('vv', 0, 0)), '0x40',
	'entry of length 0', 'an entry of length 0');
refuses(table('DMAR', $header . $unit . pack('vv', 0, 17) . 'x' x 12), '0x40',
	'entry past the end of the table', 'an entry past the end');
refuses(table('DMAR', $header . $unit . 'x'), '0x40',
	'entry past the end of the table', 'a stray byte at the end');
refuses(table('DMAR', $header . dmar_entry(0, 'x' x 4)), '0x30',
	'entry shorter than its type requires', 'an entry too short');
refuses(table('DMAR', $header .
	      dmar_entry(0, 'x' x 12 . pack('CCx6', 1, 0))), '0x40',
	'device scope of length 0', 'a device scope of length 0');
refuses(table('DMAR', $header .
	      dmar_entry(0, 'x' x 12 . pack('CCx6', 1, 9))), '0x40',
	'device scope past the end of its entry', 'a device scope too long');
refuses(table('IVRS', pack('VVV', 0, 0, 0) . pack('CCv', 0x10, 0, 0)), '0x30',
	'entry of length 0', 'an IVHD block of length 0');
(my $bad = $good) =~ s/OEM/OEN/;
refuses($bad, '0x9', 'wrong checksum', 'a wrong checksum');

my ($out, $err, $status) = run('decode', file($good . 'more'));
ok($status == 0 && $json->decode($out)->{signature} eq 'DMAR' &&
   $err =~ /: offset 0x40: ignored what follows the table\n\z/,
   'bytes after the table are ignored with a word about it', $out, $err);

($out, $err, $status) = run('decode', "$dir/none");
ok($status == 4 && $out eq '' &&
   $err eq "iommu-caps: $dir/none: No such file or directory\n",
   'a file that is not there', $out, $err);
($out, $err, $status) = run('decode', $dir);
ok($status == 4 && $out eq '' && $err eq "iommu-caps: $dir: Is a directory\n",
   'a directory', $out, $err);
($out, $err, $status) = run('decode', '/dev/zero');
ok($status == 4 && $out eq '' && $err eq "iommu-caps: /dev/zero: File too large\n",
   'an endless file', $out, $err);

file($good);
($out, $err, $status) = run('decode', '--', "$dir/table");
ok($status == 0 && $err eq '', 'a file after --', $out, $err);
$status = system("$tool decode $dir/table >/dev/full 2>$dir/err") >> 8;
ok($status == 4, 'a full device', "exit $status");

for my $args (['decode'], ['--no-such-option'], ['decode', '--vtd'],
	      ['decode', '--vtd', '1'], ['decode', '--vtd', '1', '2', '3', '4'],
	      ['decode', '--vtd', '--nfd', '1', '2']) {
	($out, $err, $status) = run(@$args);
	ok($status == 2 && $out eq '' && $err =~ /^Try 'iommu-caps/m,
	   "wrong arguments: '@$args'", "exit $status", $out, $err);
}
for my $bad ('0x', 'zz', '-1', ' 1', '1 ', '10000000000000000', '') {
	($out, $err, $status) = run('decode', '--vtd', '--', $bad, '0');
	ok($status == 2 && $out eq '' &&
	   $err =~ /^iommu-caps: bad register value: \Q$bad\E\n/,
	   "a bad register value: '$bad'", $out, $err);
}
for my $bad ('1:', ':1', '1:16', '16:0', '1:0:0', '1.0', '123456789') {
	($out, $err, $status) = run('decode', '--vtd', '0', '0', $bad);
	last if $status != 2 || $out ne '';
}
ok($status == 2 && $out eq '', 'bad versions', $out, $err);

my %regs = (cap => '0xc40660462', ecap => '0xf050da', caching_mode => $F,
	    domains => 256, address_width => 39, table_levels => [4],
	    page_sizes => ['4K', '2M', '1G'], posted_interrupts => $F,
	    coherent_walk => $F, queued_invalidation => $T, device_tlb => $F,
	    intr_remap_capable => $T, x2apic => $T,
	    passthrough_capable => $T, snoop_control => $T, nested => $F,
	    page_request => $F, pasid => $F, scalable_mode => $F,
	    second_stage => $F, first_stage => $F);
($out, $err, $status) = run('decode', '--vtd', '0xc40660462', '0xf050da', '1:0');
ok($status == 0 && $json->encode($json->decode($out)) eq
   $json->encode({ %regs, version => '1:0' }), 'VT-d registers', $out, $err);
($out, $err, $status) = run('decode', '--vtd', 'C40660462', '0XF050DA', '0x10');
ok($status == 0 && $json->encode($json->decode($out)) eq
   $json->encode({ %regs, version => '1:0' }),
   'without 0x, in capitals, with the Version Register', $out, $err);
($out, $err, $status) = run('decode', '--vtd', 'c40660462', 'f050da');
ok($status == 0 && $json->encode($json->decode($out)) eq
   $json->encode(\%regs), 'without a version', $out, $err);
