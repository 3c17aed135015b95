#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
# Tables and register values of real machines, where they are at hand: CORPUS
# is a folder of acpi/*/*.bin with the expected answer in a .json of the same
# name, and of registers/vtd.json.
use strict;
use warnings;
use JSON::PP;

my $corpus = $ENV{CORPUS} // '';
my $tool = $ENV{TOOL} // 'build/iommu-caps';
my $json = JSON::PP->new->canonical;

if (!-d "$corpus/acpi") {
	print "1..0 # SKIP no corpus of real tables here\n";
	exit;
}

sub slurp {
	my ($file) = @_;
	local $/;
	open(my $f, '<:raw', $file) or die "$file: $!\n";
	return scalar <$f>;
}

# What the tool prints, and its exit status.
sub run {
	my @args = @_;
	local $/;
	open(my $f, '-|', $tool, @args) or die "$tool: $!\n";
	my $out = <$f> // '';
	close($f);
	return ($out, $? >> 8);
}

sub same {
	my ($got, $want) = @_;
	my $value = eval { $json->decode($got) };
	return defined $value && $json->encode($value) eq $json->encode($want);
}

my @tables = sort glob("$corpus/acpi/*/*.bin");
my $rows = -e "$corpus/registers/vtd.json" ?
	$json->decode(slurp("$corpus/registers/vtd.json")) : [];
my $n = 0;

printf "1..%d\n", @tables + @$rows;
for my $table (@tables) {
	(my $answer = $table) =~ s/bin$/json/;
	my ($name) = $table =~ m{([^/]+)\.bin$};
	my ($out, $status) = run('decode', $table);
	my $ok = !$status && same($out, $json->decode(slurp($answer)));
	printf "%sok %d - %s\n", $ok ? '' : 'not ', ++$n, $name;
	print "# exit $status\n", $out =~ s/^/# /gmr if !$ok;
}
for my $row (@$rows) {
	my ($out, $status) =
		run('decode', '--vtd', $row->{cap}, $row->{ecap}, $row->{version});
	my $ok = !$status && same($out, $row);
	printf "%sok %d - CAP %s ECAP %s\n", $ok ? '' : 'not ', ++$n,
		$row->{cap}, $row->{ecap};
	print "# exit $status\n", $out =~ s/^/# /gmr if !$ok;
}
