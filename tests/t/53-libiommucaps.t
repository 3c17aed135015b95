#!/usr/bin/env perl
# SPDX-License-Identifier: GPL-2.0-only
# libiommucaps as a program outside of this tree meets it: installed, found by
# pkg-config, linked as a shared library
use strict;
use warnings;
use File::Basename 'dirname';
use Test::More;
use lib dirname(__FILE__) . '/../tools';
use Tools;

scenarios(qw(partial empty vtd-full));

my $dest = "$tmp/dest";
my $lib = "$dest/lib";
is(system("make -s -C $top/src install prefix=$dest libdir=$lib "
	  . ">$tmp/make.log 2>&1"), 0, 'installs')
	or BAIL_OUT(slurp("$tmp/make.log"));
$ENV{PKG_CONFIG_PATH} = "$lib/pkgconfig";
$ENV{LD_LIBRARY_PATH} = $lib;

# Build a program against what is installed; $tmp/NAME is the result
sub program {
	my ($name, $source) = @_;
	is(system("cc -Wall -Wextra -Werror -pthread -o $tmp/$name $source "
		  . "\$(pkg-config --cflags --libs libiommucaps) "
		  . ">$tmp/cc.log 2>&1"), 0, "$name builds")
		or diag(slurp("$tmp/cc.log"));
}

like(`readelf -d $lib/libiommucaps.so.0`, qr/SONAME.*\[libiommucaps\.so\.0\]/,
     'the soname');
my ($version) = slurp("$top/dkms.conf") =~ /^PACKAGE_VERSION="(.*)"/m;
is(`pkg-config --modversion libiommucaps`, "$version\n", 'the version');
my @exported = map { /(\w+)@@/ ? $1 : () }
	split /\n/, `readelf --dyn-syms -W $lib/libiommucaps.so.0`;
my $header = slurp("$top/include/libiommucaps.h");
my %declared = map { $_ => 1 } $header =~ /\b(iommucaps_\w+)\(/g;
my @declared = sort keys %declared;
is_deeply([ sort grep { /^iommucaps/ } @exported ], \@declared,
	  'what the header declares is exported, with a version');
is(join(' ', grep { !/^(iommucaps_|LIBIOMMUCAPS_)/ } @exported), '',
   'and nothing else');
my $man = slurp("$top/src/libiommucaps/libiommucaps.3");
like($man, qr/\b$_\(/, "libiommucaps(3) has $_") for @declared;
is(join(' ', `objdump -t $top/build/libiommucaps.so.0` =~
	/ O \.(?:data|bss)\t\w+ +(?!completed|__)(\w+)/g), '', 'no global data');

program('example', "$top/src/libiommucaps/example.c");
sh('partial', "$tmp/example");
is($status, 0, 'the example succeeds');
like($out, qr/^0000:80:00\.0: in no group$/m, '... a device in no group');
like($out, qr/^0000:06:00\.0: direct ats$/m, '... one with a way around');
unlike($out, qr/: none$/m, '... none without');
sh('no-such', "$tmp/example");
is("$status$err", "1the module iommu_caps is not loaded\n", 'no tree');

open(my $f, '>', "$tmp/facts.c") or die;
print $f <<'EOT';
#include <errno.h>
#include <libiommucaps.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *count(void *sysroot)
{
	struct iommucaps_group *const *g;
	struct iommucaps *ic;
	size_t n = 0, i;

	for (i = 0; i < 20; i++) {
		if (iommucaps_open(&ic, sysroot))
			return NULL;
		for (g = iommucaps_groups(ic); g && *g; g++)
			if (!strcmp(iommucaps_group_fact(*g, "dma_remap"), "1"))
				n++;
		iommucaps_close(ic);
	}
	return (void *)n;
}

int main(int argc, char **argv)
{
	struct iommucaps_device *d;
	struct iommucaps_group *g;
	struct iommucaps *ic, *none;
	pthread_t t[4];
	char name[2][32], sysfs[4096];
	const char *path;
	void *n;
	int i;

	(void)argc;
	errno = EXFULL;
	printf("none %d\n", iommucaps_open(&none, "/no/such/root"));
	iommucaps_canonical_name("01:1f.7", name[0], sizeof(name[0]));
	iommucaps_canonical_name("01:20.0", name[1], sizeof(name[1]));
	printf("PCI %s, not PCI %s\n", name[0], name[1]);
	printf("word %d, its beginning %d, its end %d\n",
	       iommucaps_has_token("direct ats", "ats"),
	       iommucaps_has_token("direct ats", "direct-relaxable"),
	       iommucaps_has_token("direct-relaxable", "direct"));
	if (iommucaps_open(&ic, argv[1]))
		return 1;
	snprintf(sysfs, sizeof(sysfs), "%s/sys//", argv[1]);
	setenv("SYSFS_PATH", sysfs, 1);
	if (iommucaps_open(&none, NULL))
		return 1;
	printf("sysfs %s\n", strrchr(iommucaps_sysfs(none), '/'));
	iommucaps_close(none);
	printf("unit %d, a way out %d\n", !!iommucaps_find_unit(ic, "dmar0"),
	       !!iommucaps_find_unit(ic, "../groups"));
	d = iommucaps_find_device(ic, "02:00.0");
	g = iommucaps_device_group(d);
	printf("group %s\n", iommucaps_group_name(g));
	errno = EXFULL;
	printf("domain %s %d\n", iommucaps_group_fact(g, "domain_type"),
	       errno == EXFULL);
	errno = 0;
	path = iommucaps_group_fact(g, "name");
	printf("absent %d %d\n", !path, errno == ENOENT);
	printf("error %d\n", iommucaps_error(ic, NULL));
	errno = 0;
	path = iommucaps_fact(ic, "groups");
	printf("directory %d %d\n", !path, errno == EISDIR);
	i = iommucaps_error(ic, &path);
	printf("error %d %s\n", i == EISDIR, path);
	errno = ERANGE;
	iommucaps_close(ic);
	printf("close %d\n", errno == ERANGE);
	for (i = 0; i < 4; i++)
		pthread_create(&t[i], NULL, count, argv[1]);
	for (i = 0; i < 4; i++) {
		pthread_join(t[i], &n);
		printf("thread %zu\n", (size_t)n);
	}
	return 0;
}
EOT
close $f;
program('facts', "$tmp/facts.c");
sh('vtd-full', "$tmp/facts $tmp/vtd-full");
is($out, <<'EOT', 'facts, what is absent, errors, errno, threads');
none -2
PCI 0000:01:1f.7, not PCI 01:20.0
word 1, its beginning 0, its end 0
sysfs /sys
unit 1, a way out 0
group 3
domain DMA-FQ 1
absent 1 1
error 0
directory 1 1
error 1 groups
close 1
thread 240
thread 240
thread 240
thread 240
EOT
SKIP: {
	skip 'no valgrind', 1 unless have('valgrind');
	sh('vtd-full', "valgrind -q --error-exitcode=99 --leak-check=full "
	   . "--errors-for-leak-kinds=all $tmp/facts $tmp/vtd-full");
	is("$status$err", '0', 'valgrind');
}

is(system("make -s -C $top/src uninstall prefix=$dest libdir=$lib "
	  . ">$tmp/make.log 2>&1"), 0, 'uninstalls');
is(`find $dest ! -type d`, '', '... and leaves no file');

done_testing;
