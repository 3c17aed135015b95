# SPDX-License-Identifier: GPL-2.0-only
#
# Guests under Xen.  "xen = OPTIONS" in a platform file boots the distribution's
# hypervisor with these options, and the guest of the lab is its dom0 (on Arm
# with 2 GiB of memory or more).  With "domu = pv" or "domu = pvh" it is a domain
# that a small dom0 creates, of the same kernel; "domu-config" adds lines to its
# configuration.
package Xen;

use strict;
use warnings;
use File::Basename qw(basename dirname);
use Lab qw($TOP $TOOLS read_file sh);

# The newest hypervisor in the tools' root file system, which QEMU wants unpacked;
# of another architecture it is beside the kernel.
sub hypervisor {
	my ($guest) = @_;
	my $dir = $guest->{arch}{root} ? $guest->{kernel}{dir} : $TOOLS;
	my $name = "$dir/boot/xen-*-$guest->{arch}{name}";
	my ($image) = reverse sort glob("$name $name.gz");

	die "no Xen in $dir/boot\n" if !$image;
	return read_file($image) if $image !~ /\.gz$/;
	open(my $f, '-|', 'gzip', '-dc', $image) or die "gzip: $!\n";
	binmode $f;
	local $/;
	my $out = <$f>;
	close($f) or die "cannot unpack $image\n";
	return $out;
}

# What dom0 needs to create a domain: programs, and the libraries they need.
sub toolstack {
	my ($bin) = reverse sort glob("$TOOLS/usr/lib/xen-[0-9]*/bin");
	my %files;

	die "no Xen tools in $TOOLS\n" if !$bin;
	$bin =~ s/^\Q$TOOLS\E//;
	for my $name (qw(xl xenstored xenconsoled xenconsole xen-init-dom0)) {
		$files{"$bin/$name"} = 1;
		$files{$_} = 1 for sh('chroot', $TOOLS, 'ldd', "$bin/$name")
			=~ m{(/\S+) \(0x}g;
	}
	# opened when a thread ends
	$files{'/lib/x86_64-linux-gnu/libgcc_s.so.1'} = 1;
	my %out = map { s{^/}{}r => [0100755,
			read_file(Guest::tools_file($_))] } keys %files;
	$out{'lab/bin'} = [0100644, "$bin\n"];
	return %out;
}

# The initramfs of a dom0 that creates one domain and shows its console.
sub dom0_initramfs {
	my ($guest) = @_;
	my ($p, $kernel) = @$guest{qw(platform kernel)};
	my %files = toolstack();
	my $n = 100;

	$files{init} = [0100755, read_file("$TOP/tests/guest/dom0")];
	$files{'bin/busybox'} = [0100755,
		read_file(Guest::tools_file($guest->{arch}{busybox}[0]))];
	for (Guest::modules($kernel, qw(xen-privcmd xen-evtchn xen-gntdev
			xen-gntalloc xenfs xen-pciback))) {
		my $name = basename($_) =~ s/\.ko.*/.ko/r;
		$files{"lab/modules/" . $n++ . "-$name"} =
			[0100644, Guest::module_bytes($_)];
	}
	$files{'lab/kernel'} = [0100644, read_file("$kernel->{dir}/vmlinuz")];
	$files{'lab/initrd'} = [0100644, $guest->initramfs];
	$files{'lab/domu.cfg'} = [0100644, join "\n", 'name = "lab"',
		"type = \"$p->{domu}[0]\"", 'kernel = "/lab/kernel"',
		'ramdisk = "/lab/initrd"', 'memory = 400', 'vcpus = 1',
		'extra = "' . join(' ', $guest->kernel_cmdline) . '"',
		map({ "on_$_ = \"destroy\"" } qw(poweroff reboot crash)),
		@{$p->{'domu-config'} // []}, ''];
	return Guest::cpio(\%files);
}

# QEMU's part of it: the hypervisor is the kernel, and the two parts of dom0
# are its modules, each with a command line of its own. On Arm they lie in
# memory, far from its ends, and the device tree says where.
sub arguments {
	my ($guest) = @_;
	my $p = $guest->{platform};
	my $dom0 = join ' ', 'image', $p->{domu} ?
		   'console=hvc0 quiet panic=-1' : $guest->kernel_cmdline;

	$dom0 =~ s/,/,,/g;
	return ('-kernel', 'xen', '-append', "console=dtuart @{$p->{xen}}",
		'-device', "guest-loader,addr=0x60000000,kernel=image,bootargs=$dom0",
		'-device', 'guest-loader,addr=0x70000000,initrd=initrd')
		if $guest->{arch}{name} eq 'arm64';
	return ('-kernel', 'xen', '-initrd', "$dom0,initrd", '-append',
		join ' ', 'console=com1 com1=115200', @{$p->{xen}});
}

1;
