# SPDX-License-Identifier: GPL-2.0-only
# What the tests of lsiommu and iommu-caps have in common: made-up machines,
# each scenario of tests/tools/mktree being a small /sys of which every value
# is known, and running the programs on them.
package Tools;
use strict;
use warnings;
use Cwd 'abs_path';
use Exporter 'import';
use File::Basename 'dirname';
use File::Path qw(make_path remove_tree);
use File::Temp 'tempdir';
use JSON::PP;
use Test::More;

our @EXPORT = qw($top $tmp $ids $out $err $status @scenarios
		 slurp have sh run caps json by_name scenarios variant group sanitized
		 completion);

our $top = abs_path(dirname(__FILE__) . '/../..');
# Thousands of small files: in memory, where that can be
our $tmp = tempdir(CLEANUP => 1,
		   -w '/dev/shm' ? (DIR => '/dev/shm') : (TMPDIR => 1));
our $ids = "$top/tests/tools/pci.ids";
our ($out, $err, $status);
our @scenarios = qw(vtd-full passthrough partial no-intremap amd virtio smmu
		    power none disabled xen empty unloaded big);

delete @ENV{qw(NO_COLOR COLUMNS SYSFS_PATH LC_ALL LANG)};
$ENV{TERM} = 'xterm';
$ENV{PATH} = "$top/build:$ENV{PATH}";
# A file that libpci's network or hwdb lookup may add must not matter
$ENV{HOME} = $tmp;

sub slurp {
	open(my $f, '<', $_[0]) or return '';
	local $/;
	my $text = <$f> // '';
	close $f;
	return $text;
}

sub have {
	my ($tool) = @_;
	return grep { -x "$_/$tool" } split(/:/, $ENV{PATH}), '/usr/sbin';
}

# Run a shell command on a scenario; sets $out, $err and $status
sub sh {
	my ($scenario, $cmd) = @_;
	local $ENV{SYSFS_PATH} = "$tmp/$scenario/sys";
	system('sh', '-c', "$cmd >$tmp/out 2>$tmp/err");
	$status = $? >> 8;
	$status = 'signal ' . ($? & 127) if $? & 127;
	$out = slurp("$tmp/out");
	$err = slurp("$tmp/err");
	return $out;
}

# Run lsiommu, quoting nothing: no argument here needs it
sub run {
	my ($scenario, $args) = @_;
	return sh($scenario, "lsiommu $args --pci-ids $ids");
}

# Run a verb of iommu-caps
sub caps {
	my ($scenario, $args) = @_;
	$args .= " --pci-ids $ids" if $args =~ /^check\b/;
	return sh($scenario, "iommu-caps $args");
}

sub json {
	my ($scenario, $args) = @_;
	run($scenario, "--json $args");
	my $v = eval { decode_json($out) };
	fail("JSON of $scenario $args: $@") unless defined $v;
	return $v // {};
}

sub by_name {
	my ($list) = @_;
	return { map { $_->{name} => $_ } @$list };
}

# What bash offers for the last of the words of a command line: a function of
# these words, by what FUNCTION of the completion FILE says
sub completion {
	my ($file, $function) = @_;
	return sub {
		my (@words) = @_;
		my $list = join ' ', map { "'$_'" } @words;
		open(my $f, '>', "$tmp/comp.sh") or die;
		print $f <<"EOT";
compopt() { :; }
source $file
COMP_WORDS=($list) COMP_CWORD=$#words
COMP_LINE="@words" COMP_POINT=\${#COMP_LINE}
COMP_WORDBREAKS=' '
$function
printf '%s\\n' "\${COMPREPLY[@]}"
EOT
		close $f;
		sh('partial', "bash $tmp/comp.sh");
		return [ split /\n/, $out ];
	};
}

# Build the programs, and make these scenarios
sub scenarios {
	is(system("make -s -C $top/src >$tmp/make.log 2>&1"), 0, 'builds')
		or BAIL_OUT(slurp("$tmp/make.log"));
	for (@_) {
		system("$top/tests/tools/mktree", $_, "$tmp/$_") == 0
			or BAIL_OUT("no scenario $_");
	}
}

# A copy of a scenario with some files changed: path below its root => text,
# undef to remove it, a reference to a string for an executable
sub variant {
	my ($name, $base, %files) = @_;
	my $root = "$tmp/$name";

	remove_tree($root);
	system('cp', '-a', "$tmp/$base", $root) == 0 or die "no $base\n";
	for my $path (keys %files) {
		my $text = $files{$path};
		remove_tree("$root/$path");
		unlink "$root/$path";
		next if !defined $text;
		# a directory in place of a file is one that cannot be read
		unlink dirname("$root/$path");
		make_path(dirname("$root/$path"));
		open(my $f, '>', "$root/$path") or die "$root/$path: $!\n";
		print $f ref $text ? $$text : $text;
		close $f;
		chmod 0755, "$root/$path" if ref $text;
	}
	return $name;
}

# The values of a group, changed: for variant()
sub group {
	my ($id, %facts) = @_;
	my $dir = "sys/kernel/iommu_caps/groups/$id";

	return ("$dir/summary" => join('', map { defined $facts{$_} ?
			"$_=$facts{$_}\n" : () } sort keys %facts),
		map { ("$dir/$_" => defined $facts{$_} ? "$facts{$_}\n" : undef) }
		keys %facts);
}

# Build the programs with sanitizers; where they are, or undef
sub sanitized {
	my $flags = '-O1 -g -fsanitize=address,undefined -fno-sanitize-recover';
	return system("make -s -C $top/src build=$tmp/san HOST_CFLAGS='$flags' "
		      . ">$tmp/san.log 2>&1") ? undef : "$tmp/san";
}

1;
