# SPDX-License-Identifier: GPL-2.0-only
# What the Perl tests of iommu-caps here have in common.
package Unit;
use strict;
use warnings;
use Exporter 'import';
use File::Temp qw(tempdir);
use JSON::PP;

our @EXPORT = qw($tool $json $dir ok slurp run);

our $tool = $ENV{TOOL} // 'build/iommu-caps';
our $json = JSON::PP->new->canonical;
our $dir = tempdir(CLEANUP => 1);
my $n = 0;

# ok(HOLDS, WHAT, MORE...): one fact; MORE explains a failure. The prototype is
# for HOLDS: a match that fails would be an empty list, and WHAT taken for it.
sub ok($$@) {
	my ($ok, $what, @more) = @_;
	printf "%sok %d - %s\n", $ok ? '' : 'not ', ++$n, $what;
	print map { s/^/# /gmr . "\n" } @more if !$ok;
}

sub slurp {
	my ($file) = @_;
	local $/;
	open(my $f, '<:raw', $file) or die "$file: $!\n";
	return scalar(<$f>) // '';
}

# run(VERB, ARGUMENT...): standard output, standard error, and the exit status,
# for a signal as shells give it
sub run {
	my $args = join(' ', map { "'$_'" } @_);
	my $status = system("$tool $args >$dir/out 2>$dir/err");
	return (slurp("$dir/out"), slurp("$dir/err"),
		$status & 127 ? 128 + ($status & 127) : $status >> 8);
}

1;
