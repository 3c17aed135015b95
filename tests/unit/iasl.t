#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
# ACPICA's disassembler as a second opinion on the tables in CORPUS: unit
# addresses and segments, reserved ranges, and how many device scopes of each
# type there are. An iasl that is older than a table stops at the first entry
# of a type that it does not know: then what comes before it is compared.
use strict;
use warnings;
use File::Temp qw(tempdir);
use JSON::PP;

my $corpus = $ENV{CORPUS} // '';
my $tool = $ENV{TOOL} // 'build/iommu-caps';

if (!-d "$corpus/acpi") {
	print "1..0 # SKIP no corpus of real tables here\n";
	exit;
}
if (system('iasl -v >/dev/null 2>&1')) {
	print "1..0 # SKIP iasl is not installed (acpica-tools)\n";
	exit;
}

my $dir = tempdir(CLEANUP => 1);

# Facts of a table as lines, in table order, out of the disassembly.
sub by_iasl {
	my ($table) = @_;
	system("cp '$table' $dir/t.aml && cd $dir && " .
	       "iasl -d t.aml >/dev/null 2>&1") == 0
		or return ("iasl failed\n", 0);
	open(my $f, '<', "$dir/t.dsl") or return ("no disassembly\n", 0);
	my ($kind, $stop, %v, @facts) = ('', 0);
	my $flush = sub {
		if ($kind eq 'unit') {
			push @facts, "unit $v{address} $v{segment}";
		} elsif ($kind eq 'reserved') {
			push @facts, "reserved $v{base} $v{end}";
		}
		($kind, %v) = ('');
	};
	while (<$f>) {
		if (/\[([0-9A-F]+)h.*\[Unknown Subtable Type\]/) {
			$stop = $1;
			last;
		}
		my ($name, $hex) = /\]\s+([^:]+?)\s:\s([0-9A-F]*)/ or next;
		my $num = $hex =~ /^[0-9A-F]+$/ ? lc($hex =~ s/^0+(?=.)//r) : '';
		if ($name eq 'Subtable Type') {
			$flush->();
			# SIDP has no place in the corpus' convention
			$kind = 'other' if /Device Property/;
			$kind = 'unit' if /Hardware (Unit|Definition)/;
			$kind = 'reserved' if /Reserved Memory/ ||
				/Memory Definition/;
		} elsif ($name eq 'Device Scope Type') {
			push @facts, 'scope ' . ($hex + 0)
				if $kind ne 'other';
		} elsif ($name =~ /^(Register Base Address|Base Address)$/) {
			$v{$kind eq 'reserved' ? 'base' : 'address'} = $num;
		} elsif ($name =~ /^(PCI Segment Number|PCI Segment Group)$/) {
			$v{segment} //= $num;
		} elsif ($name =~ /^(End Address \(limit\)|Memory Length)$/) {
			$v{end} = $num;
		} elsif ($name eq 'Start Address') {
			$v{base} = $num;
		}
	}
	$flush->();
	return (join("\n", sort @facts) . "\n", hex($stop));
}

# A copy of a table that ends at an offset, with its checksum repaired.
sub cut {
	my ($table, $end) = @_;
	local $/;
	open(my $f, '<:raw', $table) or die "$table: $!\n";
	my $data = substr(<$f>, 0, $end);
	substr($data, 4, 4) = pack('V', $end);
	substr($data, 9, 1) = "\0";
	substr($data, 9, 1) = pack('C', -unpack('%8C*', $data) & 0xff);
	open(my $out, '>:raw', "$dir/cut") or die "$dir/cut: $!\n";
	print $out $data;
	close($out);
	return "$dir/cut";
}

my %types = (endpoint => 1, bridge => 2, ioapic => 3, hpet => 4,
	     namespace => 5);

# The same facts, out of what the tool prints.
sub by_tool {
	my ($table) = @_;
	local $/;
	open(my $f, '-|', $tool, 'decode', $table) or die "$tool: $!\n";
	my $v = eval { decode_json(<$f> // '') } or return "no JSON\n";
	my @facts;
	my $hex = sub { $_[0] =~ s/^0x//r };
	for my $u (@{$v->{units}}) {
		push @facts, sprintf('unit %s %x', $hex->($u->{address}),
				     $u->{segment});
	}
	for my $r (@{$v->{reserved}}) {
		push @facts, sprintf('reserved %s %s', $hex->($r->{base}),
				     $hex->($r->{end} // $r->{length}));
	}
	for my $e (map { @{$v->{$_} // []} } qw(units reserved atsr satc)) {
		for my $s (@{$e->{scope} // []}) {
			my ($type) = $s =~ /^(\S+)/;
			push @facts, "scope $types{$type}";
		}
	}
	return join("\n", sort @facts) . "\n";
}

my @tables = sort glob("$corpus/acpi/*/*.bin");
my $n = 0;

printf "1..%d\n", scalar @tables;
for my $table (@tables) {
	my ($name) = $table =~ m{([^/]+)\.bin$};
	my ($iasl, $stop) = by_iasl($table);
	my $ours = by_tool($stop ? cut($table, $stop) : $table);
	printf "%sok %d - %s%s\n", $iasl eq $ours ? '' : 'not ', ++$n, $name,
		$stop ? sprintf(' up to 0x%x', $stop) : '';
	print $iasl =~ s/^/# iasl: /gmr, $ours =~ s/^/# ours: /gmr
		if $iasl ne $ours;
}
