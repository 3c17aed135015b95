# SPDX-License-Identifier: GPL-2.0-only
#
# Where things are, and the declarative files: platforms, kernels,
# architectures.
package Lab;

use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(basename dirname);
use Exporter qw(import);

our @EXPORT_OK = qw($TOP $CACHE $TOOLS UNAVAILABLE conf platform_file kernel
		    kernels kernel_matches kernel_number read_file sh);

# what tests/lab/setup says when the mirror cannot give it now (EX_TEMPFAIL)
use constant UNAVAILABLE => 75;

our $TOP = abs_path(dirname(__FILE__) . '/../..');
our $CACHE = $ENV{IOMMU_CAPS_CACHE} // "$TOP/.cache";
our $TOOLS = "$CACHE/root/trixie";

sub read_file {
	my ($path) = @_;
	open(my $f, '<', $path) or die "$path: $!\n";
	local $/;
	return <$f> // '';
}

# Run a command, its output or an exception.
sub sh {
	open(my $f, '-|', @_) or die "$_[0]: $!\n";
	local $/;
	my $out = <$f>;
	close($f) or die "failed: @_\n";
	return ($out // '') =~ s/\n\z//r;
}

# A file of "KEY = VALUE" lines: { KEY => [VALUE...] }, with the expectations
# apart.  "like = NAME" starts from another platform; a key that appears here
# then replaces that file's values, expectations are added.
sub conf {
	my ($path) = @_;
	my (%conf, @expect, %seen);

	for (split /\n/, read_file($path)) {
		s/^\s*(#.*)?//;
		s/\s+$//;
		next if $_ eq '';
		if (/^expect(?:\[([^\]]*)\])?\s+(.*)/) {
			push @expect, { kernels => $1, text => $2 };
		} elsif (/^like\s*=\s*(\S+)/) {
			my $base = conf(platform_file($1));
			unshift @expect, @{delete $base->{expect}};
			%conf = (%$base, %conf);
		} elsif (/^([a-z][-a-z]*)\s*=\s*(.*)/) {
			$conf{$1} = [] if !$seen{$1}++;
			push @{$conf{$1}}, $2;
		} else {
			die "$path: cannot read: $_\n";
		}
	}
	$conf{expect} = \@expect;
	return \%conf;
}

sub platform_file {
	my ($name) = @_;
	return $name if -f $name;
	for my $dir (qw(platforms scenarios)) {
		my $file = "$TOP/tests/$dir/$name.conf";
		return $file if -f $file;
	}
	die "no platform $name in tests/platforms or tests/scenarios\n";
}

# The kernels of an architecture's matrix, oldest first, newest last.
sub kernels {
	my ($arch) = @_;
	my @names = grep { my $conf = conf("$TOP/tests/kernels/$_.conf");
			   $conf->{arch}[0] eq $arch && !$conf->{matrix} }
		    map { basename($_, '.conf') } glob("$TOP/tests/kernels/*.conf");
	return sort { kernel_number($a) <=> kernel_number($b) } @names;
}

# For comparisons; what has no number in its name is the newest.
sub kernel_number {
	my ($name) = @_;
	return $name =~ /^(\d+)\.(\d+)/ ? $1 * 1000 + $2 : 1e9;
}

# A kernel that has been set up.
sub kernel {
	my ($name) = @_;
	my $dir = "$CACHE/kernel/$name";
	my $conf = conf("$TOP/tests/kernels/$name.conf");
	my $release = read_file("$dir/release");

	chomp $release;
	$release =~ /^\d+\.\d+/ or die "odd release $release\n";
	return { name => $name, dir => $dir, release => $release, conf => $conf,
		 arch => $conf->{arch}[0], number => kernel_number($release),
		 modules => "$dir/lib/modules/$release",
		 image => -f "$dir/vmlinux" ? "$dir/vmlinux" : "$dir/vmlinuz" };
}

# kernel_matches(KERNEL, "5.10,6.1" or ">=6.12" or "newest"): does one of the
# conditions, separated by commas, hold?
sub kernel_matches {
	my ($kernel, $conditions) = @_;

	for (split /\s*,\s*/, $conditions) {
		if (/^(<|<=|>|>=)?(\d+)\.(\d+)$/) {
			my ($op, $n) = ($1 // '==', $2 * 1000 + $3);
			my $k = $kernel->{number};
			return 1 if $op eq '<' ? $k < $n : $op eq '<=' ? $k <= $n :
				    $op eq '>' ? $k > $n : $op eq '>=' ? $k >= $n :
				    $k == $n;
		} else {
			return 1 if $_ eq '*' || $kernel->{name} =~ /^\Q$_\E(-|$)/;
		}
	}
	return 0;
}

1;
