#!/usr/bin/env perl
# SPDX-License-Identifier: GPL-2.0-only
#
# The unit tests of parsers and decoders (tests/unit), under sanitizers: built,
# run one by one, their results told as one.
use strict;
use warnings;
use Cwd 'abs_path';
use File::Basename qw(basename dirname);

$| = 1;
my $top = abs_path(dirname(__FILE__) . '/../..');
my $n = 0;

sub result {
	my ($ok, $text) = @_;
	$n++;
	print $ok ? 'ok' : 'not ok', " $n - $text\n";
}

chdir "$top/tests/unit" or die "tests/unit: $!";
my $log = `make -s all 2>&1`;
result(!$?, 'the unit tests build without a warning');
print "# $_\n" for split /\n/, $log;

$ENV{CMOCKA_MESSAGE_OUTPUT} = 'TAP';
$ENV{TABLE2JSON} = "$top/build/unit/table2json";
$ENV{CORPUS} = "$top/../shared/corpus";
for my $program (glob("$top/build/unit/test_*"), glob('*.t')) {
	my $name = basename($program);
	next if $name =~ /\.[od]$/;
	my $before = $n;
	$program = "./$program" if $program !~ m{/};
	my $command = $name =~ /\.t$/ ? "perl $program" : $program;
	open(my $out, '-|', "$command 2>&1") or die "$name: $!";
	my ($plan, $skip);
	while (<$out>) {
		if (/^(not )?ok\b\s*\d*\s*-?\s*(.*)/) {
			result(!$1, "$name: $2");
		} elsif (/^1\.\.(\d+)(.*)/) {
			$plan = $1;
			$skip = $2;
		} elsif (!/^TAP version/) {
			print "# $_";
		}
	}
	close $out;
	result(!$?, "$name: ends well");
	if (defined $plan && !$plan) {
		print "# $name: skipped$skip\n";
	} else {
		result(defined $plan && $n - $before - 1 == $plan,
		       "$name: all that was planned has run");
	}
}
print "1..$n\n";
