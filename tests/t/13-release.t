#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-only
# A release: one version everywhere, a tarball that is the same bytes whoever
# makes it, a bill of materials that says what is in it, recipes that parse.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use JSON::PP;
use Test::More;

my $top = abs_path(dirname(__FILE__) . '/../..');
my $tmp = tempdir(CLEANUP => 1);

sub slurp {
	open(my $f, '<', $_[0]) or die "$_[0]: $!\n";
	local $/;
	return <$f> // '';
}

sub sh {
	my $out = qx($_[0]);
	chomp $out;
	return $out;
}

my ($version) = slurp("$top/dkms.conf") =~ /^PACKAGE_VERSION="(.*)"/m;
like($version, qr/^\d+\.\d+\.\d+$/, "the version is stated: $version");
my %says = (
	'debian/changelog' => qr/\A\S+ \((.*?)\)/,
	'packaging/iommu-caps.spec' => qr/^Version: *(\S+)/m,
	'packaging/iommu-caps-kmod.spec' => qr/^Version: *(\S+)/m,
	'packaging/arch/PKGBUILD' => qr/^pkgver=(\S+)/m,
	'NEWS.md' => qr/^## (\S+)/m,
);
for my $file (sort keys %says) {
	my ($got) = slurp("$top/$file") =~ $says{$file};
	is($got, $version, "$file has it, too");
}
is(join(' ', map { s{.*/}{}r } glob "$top/packaging/gentoo/*.ebuild"),
   "iommu-caps-$version.ebuild", 'the ebuild has it in its name');

# Twice, by two users with other habits, from two clones
my $git = "git -c safe.directory='*'";
my @made;
for my $user (['022', 'UTC'], ['077', 'Asia/Tokyo']) {
	my ($umask, $tz) = @$user;
	my $dir = "$tmp/$umask";
	sh("$git clone -q --no-hardlinks --depth 1 file://$top $dir 2>&1");
	sh("umask $umask; cd $dir && TZ=$tz GIT_CONFIG_COUNT=2 "
	   . 'GIT_CONFIG_KEY_0=core.autocrlf GIT_CONFIG_VALUE_0=true '
	   . 'GIT_CONFIG_KEY_1=tar.umask GIT_CONFIG_VALUE_1=077 '
	   . 'make -s dist >log 2>&1');
	is($? >> 8, 0, "make dist (umask $umask, $tz)")
		or diag(slurp("$dir/log"));
	push @made, "$dir/build/dist";
}
my $name = "iommu-caps-$version";
for my $file ("$name.tar.gz", "$name.spdx.json", "$name.sha256") {
	ok(-s "$made[0]/$file", "$file is made");
	is(system('cmp', '-s', "$made[0]/$file", "$made[1]/$file"), 0,
	   '... and the same, byte for byte');
}
sh("cd $made[0] && sha256sum --check --quiet $name.sha256 2>&1");
is($? >> 8, 0, 'the checksums are right');
sh("tar -xzf $made[0]/$name.tar.gz -C $tmp");
ok(-f "$tmp/$name/Kbuild", 'the tarball has one directory, with the source');

my $sbom = eval { decode_json(slurp("$made[0]/$name.spdx.json")) };
ok($sbom, 'the SBOM is JSON');
is($sbom->{spdxVersion}, 'SPDX-2.3', '... of SPDX 2.3');
is($sbom->{dataLicense}, 'CC0-1.0', '... under the license that SPDX demands');
my %listed = map { my $f = $_;
	map { ("$_->{algorithm} $f->{fileName}" => $_->{checksumValue}) }
	    @{$f->{checksums}} } @{$sbom->{files}};
for my $sum (['SHA256', 'sha256sum'], ['SHA1', 'sha1sum']) {
	my ($algorithm, $tool) = @$sum;
	my @wrong = grep {
		my ($value, $file) = /^(\S+)  (.*)$/;
		(delete $listed{"$algorithm $file"} // '') ne $value
	} split /\n/, sh("cd $tmp/$name && find . -type f -print0 | xargs -0 $tool");
	is("@wrong", '', "... with each file's $algorithm");
}
is(join(' ', keys %listed), '', '... and no other file');
my ($package) = grep { $_->{filesAnalyzed} } @{$sbom->{packages}};
is($package->{packageVerificationCode}{packageVerificationCodeValue},
   sh("cd $tmp/$name && find . -type f -print0 | xargs -0 sha1sum | cut -c1-40 | "
      . "LC_ALL=C sort | tr -d '\\n' | sha1sum | cut -c1-40"),
   '... the code over all of them');
my %id = map { ($_->{SPDXID} => 1) } @{$sbom->{files}}, @{$sbom->{packages}},
	$sbom;
is(join(' ', grep { !$id{$_} } map { @$_{qw(spdxElementId relatedSpdxElement)} }
	@{$sbom->{relationships}}), '', '... and relations between what is there');
like($sbom->{creationInfo}{created}, qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
     '... of the time of the commit');

# What other distributions build from: their own programs are not here.
for my $file ('packaging/arch/PKGBUILD',
	      "packaging/gentoo/iommu-caps-$version.ebuild") {
	is(sh("bash -n $top/$file 2>&1"), '', "$file: bash reads it");
}
# The ebuild has the module built by a target of our Makefile
my ($target) = slurp("$top/packaging/gentoo/iommu-caps-$version.ebuild") =~
	/^\s*local modlist=\( iommu_caps=[^:]*:[^:]*:[^:]*:(\w+) \)/m;
mkdir "$tmp/kernel";
open(my $kernel, '>', "$tmp/kernel/Makefile") or die;
print $kernel "modules:\n";
close $kernel;
is(sh("make -s -C $top KDIR=$tmp/kernel " . ($target // 'none') . ' 2>&1'),
   '', 'the ebuild names a target that there is');
my %pkg = map { split /=/, $_, 2 } split /\n/, sh(
	"bash -c '. $top/packaging/arch/PKGBUILD; declare -F | sed \"s/.* //;s/\$/=1/\"; "
	. "printf \"%s=name\\n\" \"\${pkgname[@]}\"'");
for my $p (grep { $pkg{$_} eq 'name' } sort keys %pkg) {
	ok($pkg{"package_$p"}, "PKGBUILD: $p is packaged");
}

done_testing();
