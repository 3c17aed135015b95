# SPDX-License-Identifier: GPL-2.0-only
#
# One boot of a guest: what goes into its initramfs, QEMU's command line, and
# the conversation on its serial console.
package Guest;

use strict;
use warnings;
use Cwd qw(abs_path getcwd);
use Digest::SHA qw(sha256_hex);
use Fcntl qw(S_ISDIR);
use File::Basename qw(basename dirname);
use File::Path qw(make_path remove_tree);
use File::Temp qw(tempdir);
use IO::Select;
use IO::Socket::UNIX;
use POSIX qw(:sys_wait_h);
use Time::HiRes qw(time sleep);
use Lab qw($TOP $CACHE $TOOLS conf read_file sh);
use Xen;

### initramfs

my $inode = 0;

# One entry of a newc cpio archive.
sub entry {
	my ($name, $mode, $data) = @_;
	my $head = sprintf('070701' . '%08x' x 13, ++$inode, $mode, 0, 0, 1, 0,
			   length($data), 0, 0, 0, 0, length($name) + 1, 0);
	my $pad = sub { "\0" x (-length($_[0]) % 4) };
	my $first = "$head$name\0";

	return $first . $pad->($first) . $data . $pad->($data);
}

# cpio(\%files): name => [mode, content]; the folders on the way are added.
sub cpio {
	my ($files) = @_;
	my (%dirs, $out);

	$out = '';
	for my $name (sort keys %$files) {
		my $dir = '';
		for my $part (split m{/}, dirname($name)) {
			next if $part eq '.';
			$dir = $dir eq '' ? $part : "$dir/$part";
			$out .= entry($dir, 040755, '') if !$dirs{$dir}++;
		}
		$out .= entry($name, @{$files->{$name}});
	}
	return $out . entry('TRAILER!!!', 0, '');
}

# A file of a root file system, following links inside it.
sub root_file {
	my ($root, $path) = @_;
	for (1 .. 8) {
		last if !-l "$root$path";
		my $to = readlink("$root$path");
		$path = $to =~ m{^/} ? $to : dirname($path) . "/$to";
	}
	return "$root$path";
}

sub tools_file { return root_file($TOOLS, @_); }

# The static busybox of the guests: with the tools, or with the kernel where that
# is of another architecture.
sub busybox {
	my ($self) = @_;
	my ($arch, $kernel) = @$self{qw(arch kernel)};

	return read_file(tools_file($arch->{busybox}[0]))
		if $arch->{busybox};
	my ($file) = grep { -f } map { "$kernel->{dir}/$_/busybox" }
		qw(usr/bin bin) or die "$kernel->{name} has no busybox\n";
	return read_file($file);
}

# The static programs of the guests (tests/guest/NAME.c), compiled once.
sub program {
	my ($arch, $name) = @_;
	my $source = read_file("$TOP/tests/guest/$name.c");
	my $hash = substr(sha256_hex($source), 0, 16);
	my $out = "$CACHE/helper/$name-$arch->{name}-$hash";

	if (!-f $out) {
		make_path("$CACHE/helper");
		my $tmp = "/tmp/$name.$$";
		open(my $cc, '|-', 'chroot', $arch->{tools}, $arch->{compiler}[0],
		     qw(-static -O2 -Wall -Wextra -Werror -x c -o), $tmp, '-')
			or die "chroot: $!\n";
		print $cc $source;
		close($cc) or die "$name does not compile\n";
		rename("$arch->{tools}$tmp", $out) or die "$out: $!\n";
	}
	return read_file($out);
}

# The files of the named modules and of what they depend on, in order.
sub modules {
	my ($kernel, @names) = @_;
	my (%dep, %path, %done, @order);

	for (split /\n/, read_file("$kernel->{modules}/modules.dep")) {
		my ($file, $needs) = /^(.*?):\s*(.*)$/ or next;
		my $name = basename($file) =~ s/\.ko(\.\w+)?$//r =~ tr/-/_/r;
		$path{$name} = $file;
		# modprobe's order: the last one named is loaded first
		$dep{$name} = [ reverse split ' ', $needs ];
	}
	my $add = sub {
		my ($file) = @_;
		push @order, $file if !$done{$file}++;
	};
	for my $name (map { tr/-/_/r } @names) {
		# built into some kernels, a module of others
		next if !$path{$name};
		$add->($_) for @{$dep{$name}}, $path{$name};
	}
	return map { "$kernel->{modules}/$_" } @order;
}

# The bytes of a module, unpacked: busybox's insmod reads no xz.
sub module_bytes {
	my ($file) = @_;
	return read_file($file) if $file =~ /\.ko$/;
	my $data = read_file($file);
	my $tmp = File::Temp->new(DIR => "$TOOLS/tmp");
	print $tmp $data;
	close($tmp);
	my @cmd = $file =~ /\.zst$/ ? qw(zstd -dcq) : qw(xz -dc);
	open(my $f, '-|', 'chroot', $TOOLS, @cmd, '/tmp/' . basename("$tmp"))
		or die "xz: $!\n";
	binmode $f;
	local $/;
	my $out = <$f>;
	close($f) or die "cannot unpack $file\n";
	return $out;
}

# udev and its rules out of a root file system, with our rules: the real thing,
# for a guest that otherwise has only busybox.
sub udev {
	my ($release) = @_;
	my $root = "$CACHE/root/$release";
	# where make install puts them
	my $mine = '60-iommu-caps.rules';
	my %files = ("usr/local/lib/udev/rules.d/$mine" =>
		     [0100644, read_file("$TOP/udev/$mine")]);

	# the policies, which a guest puts in place itself
	for my $file (glob("$TOP/udev/examples/*.rules")) {
		$files{'lab/rules/' . basename($file)} =
			[0100644, read_file($file)];
	}
	# what ldd names, at the paths where it names it
	for my $lib (sh('chroot', $root, 'ldd', '/bin/udevadm') =~
		     m{(/\S+) \(0x}g) {
		$files{$lib =~ s{^/}{}r} = [0100755,
			read_file(root_file($root, $lib))];
	}
	# one program under two names
	for my $name (qw(bin/udevadm lib/systemd/systemd-udevd)) {
		$files{$name} = [0100755, read_file("$root/bin/udevadm")];
	}
	for my $file (glob("$root/lib/udev/rules.d/*.rules")) {
		$files{'usr/lib/udev/rules.d/' . basename($file)} =
			[0100644, read_file($file)];
	}
	for my $name (qw(etc/passwd etc/group etc/nsswitch.conf)) {
		$files{$name} = [0100644, read_file("$root/$name")]
			if -f "$root/$name";
	}
	return %files;
}

# A folder in a root, that of the tools if none is named, with lsiommu and
# iommu-caps in build/, or with what these arguments of make say.
sub built_tools {
	my ($root, @make) = @_;
	$root //= $TOOLS;
	my $tmp = tempdir('lsiommu.XXXXXX', DIR => "$root/tmp", CLEANUP => 0);
	my $inside = $tmp =~ s/^\Q$root\E//r;

	sh('cp', '-r', map({ "$TOP/$_" } qw(src include dkms.conf)), "$tmp/");
	sh('chroot', $root, 'make', '-s', '-C', "$inside/src", @make);
	return $tmp;
}

# "lend = ROOT": a system of the guest's own architecture in the folder lent, with
# iommu-caps in it, for -virtfs to lend to the guest.  It consists of links.
sub lend {
	my ($self, $root) = @_;
	my ($arch, $lent) = ($self->{arch}, "$self->{dir}/lent");
	my $inside = '/tmp/' . basename($self->{dir}) . '/lent';

	sh("$TOP/tests/lab/setup", '--root', $root);
	sh('cp', '-al', "$CACHE/root/$root", $lent);
	# there is no pkg-config of that architecture
	my $tmp = built_tools($arch->{tools}, '../build/iommu-caps',
			      'build=../build', 'PKG_CONFIG=true', 'libs=-lpci -ludev -lfdt',
			      "HOST_CC=$arch->{compiler}[0] --sysroot=$inside");
	sh('cp', "$tmp/build/iommu-caps", "$lent/usr/bin/");
	remove_tree($tmp);
}

# lsiommu and iommu-caps, the libraries that they need and the names of PCI devices, from the
# root of the tools.
sub tools {
	my $tmp = built_tools();
	my $inside = $tmp =~ s/^\Q$TOOLS\E//r;
	my $ids = 'usr/share/misc/pci.ids';
	my %files = ($ids => [0100644, read_file("$TOOLS/$ids")]);

	for my $lib (sh('chroot', $TOOLS, 'ldd', map { "$inside/build/$_" }
			qw(lsiommu iommu-caps)) =~ m{(/\S+) \(0x}g) {
		$files{$lib =~ s{^/}{}r} = [0100755,
			read_file(root_file($TOOLS, $lib))];
	}
	for my $name (qw(lsiommu iommu-caps)) {
		$files{"lab/$name"} = [0100755, read_file("$tmp/build/$name")];
	}
	remove_tree($tmp);
	return %files;
}

# Tables of each kind, with those of real machines where they are at hand.
sub seeds {
	my $tmp = tempdir(CLEANUP => 1);
	my $corpus = $ENV{CORPUS} // "$TOP/../shared/corpus";

	sh("$TOP/tests/fuzz/seeds.pl", $tmp, -d $corpus ? $corpus : ());
	return map { ("lab/seeds/" . s{^\Q$tmp\E/}{}r =>
		      [0100644, read_file($_)]) } map { glob("$tmp/$_/*") } @_;
}

# new(KERNEL, PLATFORM, %options): a guest that has not been started.
#   steps    names of tests/guest/NAME.sh, in order
#   module   the .ko to put into the guest, if any
#   params   parameters of that module
#   files    more files of the initramfs: name => [mode, content]
#   timeout  seconds until the guest counts as hung
#   line     called with each line of the console
sub new {
	my ($class, $kernel, $platform, %opt) = @_;
	my $arch = conf("$TOP/tests/arches/$kernel->{arch}.conf");

	$arch->{name} = $kernel->{arch};
	$arch->{tools} = $arch->{root} ? "$CACHE/root/$arch->{root}[0]" : $TOOLS;
	# "qemu = ROOT": the QEMU of that one
	my $qemu = $platform->{qemu} ? "$CACHE/root/$platform->{qemu}[0]" : $arch->{tools};
	return bless { kernel => $kernel, platform => $platform, arch => $arch,
		       qemu_root => $qemu, %opt }, $class;
}

sub initramfs {
	my ($self) = @_;
	my ($p, $arch) = @$self{qw(platform arch)};
	my %files;

	$files{init} = [0100755, read_file("$TOP/tests/guest/init")];
	$files{'bin/busybox'} = [0100755, busybox($self)];
	for my $name ('labtool', @{$p->{program} // []},
		      @{$self->{kernel}{conf}{program} // []}) {
		$files{"lab/$name"} = [0100755, program($arch, $name)];
	}
	for (glob("$TOP/tests/guest/*.sh")) {
		$files{'lab/' . basename($_)} = [0100644, read_file($_)];
	}
	# loaded before the steps, and left to a step
	for my $when (qw(modules later)) {
		my $n = 100;
		for (modules($self->{kernel}, map { split } @{$p->{$when} // []})) {
			my $name = basename($_) =~ s/\.ko.*/.ko/r;
			$files{"lab/$when/" . $n++ . "-$name"} =
				[0100644, module_bytes($_)];
		}
	}
	%files = (%files, udev($_)) for @{$p->{udev} // []};
	%files = (%files, tools()) if $p->{tools};
	%files = (%files, seeds(split)) for @{$p->{seeds} // []};
	# the kernel itself, for a guest that starts it once more
	$files{'lab/vmlinuz'} = [0100644,
		read_file("$self->{kernel}{dir}/vmlinuz")] if $p->{kexec};
	$files{'lab/iommu_caps.ko'} = [0100644, read_file($self->{module})]
		if $self->{module};
	# how long a storm lasts; whether there is time for everything
	my $storm = $ENV{IOMMU_CAPS_STORM} // 600;
	my $matrix = $ENV{IOMMU_CAPS_MATRIX} // '';
	my $params = join ' ', @{$p->{params} // []};
	my $prepare = join '', map { "\t$_\n" } @{$p->{prepare} // []};
	$files{'lab/plan'} = [0100644, "STEPS='@{$self->{steps}}'\n" .
		"PARAMS='$params'\nSTORM_SECONDS=$storm\n" .
		"MATRIX=$matrix\nprepare() {\n$prepare\t:\n}\n"];
	%files = (%files, %{$self->{files} // {}});

	# Tables that replace the firmware's come first and uncompressed.
	my $tables = '';
	for (@{$p->{'replace-table'} // []}) {
		my ($name, $bytes) = table($_);
		$tables .= cpio({ "kernel/firmware/acpi/$name.aml" =>
				  [0100644, $bytes] });
	}
	$tables .= "\0" x (-length($tables) % 512);
	return $tables . cpio(\%files);
}

# "DMAR 01 02 ..." (the body in hex, after the header): name and whole table
# with a header that is right: the ids of QEMU's own table, which the kernel
# wants to be the same, and a higher revision, so that it wins.
sub table {
	my ($text) = @_;
	my ($sig, $hex) = $text =~ /^(\w{4})\s+([0-9a-fA-F\s]*)$/
		or die "odd table: $text\n";
	my $body = pack('H*', $hex =~ s/\s+//gr);
	my $table = pack('a4VCCa6a8Va4V', $sig, 36 + length($body), 1, 0,
			 'BOCHS ', 'BXPC    ', 0x7fffffff, 'LAB ', 1) . $body;
	my $sum = -unpack('%8C*', $table) & 0xff;

	substr($table, 9, 1) = chr($sum);
	return (lc $sig, $table);
}

### QEMU

sub command {
	my ($self) = @_;
	my ($p, $arch, $k) = @$self{qw(platform arch kernel)};
	my $first = sub { ($p->{$_[0]} // [])->[0] // $_[1] };
	my @cmd = ($arch->{qemu}[0], qw(-nodefaults -no-user-config -display none
		   -no-reboot));

	# With a thread for each processor QEMU 10 loses an interrupt of the
	# timer now and then: the guest's processor then sleeps for ever.
	push @cmd, '-accel', $ENV{IOMMU_CAPS_ACCEL} //
		   $first->('accel', 'tcg,thread=single');
	push @cmd, '-machine', $first->('machine', $arch->{machine}[0]);
	push @cmd, '-cpu', $first->('cpu', $arch->{cpu}[0]);
	push @cmd, '-m', $first->('memory', '512M');
	push @cmd, '-smp', $first->('smp', '1');
	push @cmd, '-chardev', 'stdio,id=console,signal=off',
		   '-serial', 'chardev:console';
	push @cmd, '-chardev', 'socket,id=mon,path=mon,server=on,wait=off',
		   '-mon', 'mon';
	push @cmd, '-device', $_ for @{$p->{device} // []};
	for (@{$p->{table} // []}) {
		my ($name, $bytes) = table($_);
		my $file = "table$self->{tables}";
		$self->{tables}++;
		write_file("$self->{dir}/$file", substr($bytes, 36));
		push @cmd, '-acpitable', 'sig=' . uc($name) .
			",rev=1,oem_id=LABLAB,data=$file";
	}
	push @cmd, map { split } @{$p->{args} // []};
	# on Arm, QEMU puts what it loads for Xen into the device tree
	push @cmd, Xen::arguments($self) if $p->{xen};
	push @cmd, device_tree($self, @cmd) if $p->{'dtb-set'};
	return @cmd if $p->{xen};
	push @cmd, '-kernel', 'image', '-initrd', 'initrd';
	push @cmd, '-append', join ' ', $self->kernel_cmdline;
	return @cmd;
}

# Changes the machine's own device tree as "dtb-set = NODE PROPERTY VALUE..." says,
# where &NODE stands for the node's phandle and a word in quotes for text. A node
# that is not there is made.  Returns QEMU's arguments for it.
sub device_tree {
	my ($self, @cmd) = @_;
	my $inside = '/tmp/' . basename($self->{dir});
	my @in = ('chroot', $self->{qemu_root}, 'sh', '-c',
		  'cd "$0" && exec "$@"', $inside);
	my ($machine) = grep { $cmd[$_ - 1] eq '-machine' } 1 .. $#cmd;
	my @dump = @cmd;

	$dump[$machine] .= ',dumpdtb=dtb';
	# QEMU says on stderr what it wrote
	sh(@in, 'sh', '-c', 'exec "$@" 2>&1', 'sh', @dump);
	for (@{$self->{platform}{'dtb-set'}}) {
		my ($node, $property, @values) = split;
		my $type = join(' ', @values) =~ /^"/ ? 's' : 'x';
		s/^"(.*)"$/$1/ for @values;
		for (@values) {
			$_ = sh(@in, 'fdtget', '-t', 'x', 'dtb', $1, 'phandle')
				if /^&(.*)/;
		}
		sh(@in, 'fdtput', '-pt', $type, 'dtb', $node, $property, @values);
	}
	return ('-dtb', 'dtb');
}

sub kernel_cmdline {
	my ($self) = @_;
	my ($p, $arch) = @$self{qw(platform arch)};

	return ('console=' . ($p->{xen} ? 'hvc0' : $arch->{console}[0]),
		'quiet panic=-1 oops=panic', @{$arch->{cmdline} // []},
		@{$p->{cmdline} // []}, @{$self->{cmdline} // []});
}

sub write_file {
	my ($path, $data) = @_;
	open(my $f, '>', $path) or die "$path: $!\n";
	binmode $f;
	print $f $data;
	close($f) or die "$path: $!\n";
}

# Boot, run the steps, switch off.  Returns true when the guest came to its end.
# The whole console is then in {console}.
sub run {
	my ($self) = @_;

	sh("$TOP/tests/lab/setup", '--root', $_) for @{$self->{platform}{qemu} // []};
	$self->{dir} = tempdir('lab.XXXXXX', DIR => "$self->{qemu_root}/tmp", CLEANUP => 0);
	$self->{tables} = 0;
	$self->{console} = '';
	$self->{finished} = 0;
	delete @$self{qw(mon hung)};
	write_file("$self->{dir}/initrd", $self->{platform}{domu} ?
		   Xen::dom0_initramfs($self) : $self->initramfs);
	write_file("$self->{dir}/xen", Xen::hypervisor($self))
		if $self->{platform}{xen};
	# "image = vmlinuz": started by its boot loader's protocol, not by PVH
	my $image = abs_path($self->{platform}{image} ?
		"$self->{kernel}{dir}/$self->{platform}{image}[0]" :
		$self->{kernel}{image});
	link($image, "$self->{dir}/image") or
		write_file("$self->{dir}/image", read_file($image));
	my $ok = eval {
		local $SIG{INT} = local $SIG{TERM} = sub { die "interrupted\n" };
		$self->lend($_) for @{$self->{platform}{lend} // []};
		$self->boot;
		1;
	};
	my $error = $@;
	$self->stop;
	remove_tree($self->{dir});
	die $error if !$ok;
	return $self->{finished};
}

sub boot {
	my ($self) = @_;
	my @cmd = $self->command;
	my $inside = '/tmp/' . basename($self->{dir});
	my $start = time;

	$self->{command} = "@cmd";
	pipe(my $out_r, my $out_w) or die;
	pipe(my $in_r, my $in_w) or die;
	$self->{pid} = fork // die "fork: $!\n";
	if (!$self->{pid}) {
		open(STDIN, '<&', $in_r);
		open(STDOUT, '>&', $out_w);
		open(STDERR, '>&', $out_w);
		close($_) for $out_r, $in_w;
		# dies with this process, however that dies
		{ exec('setpriv', '--pdeathsig', 'KILL', 'chroot',
		       $self->{qemu_root}, 'sh', '-c',
		       'cd "$0" && exec "$@"', $inside, @cmd); }
		POSIX::_exit(127);
	}
	close($_) for $out_w, $in_r;
	$self->{input} = $in_w;

	my $select = IO::Select->new($out_r);
	my $deadline = $start + ($self->{timeout} // 180) * $self->slowness;
	my $buffer = '';
	while (1) {
		my $left = $deadline - time;
		if ($left <= 0) {
			$self->{hung} = 1;
			last;
		}
		next if !$select->can_read($left);
		my $n = sysread($out_r, my $bytes, 65536);
		last if !$n;
		$bytes =~ tr/\r//d;
		$self->{console} .= $bytes;
		$buffer .= $bytes;
		while ($buffer =~ s/^([^\n]*)\n//) {
			$self->line($1);
		}
		last if $self->{finished};
	}
	$self->{seconds} = time - $start;
}

# Test machines are shared; a factor for the time limits.
sub slowness { $ENV{IOMMU_CAPS_SLOW} // 1 }

sub line {
	my ($self, $line) = @_;

	# The firmware leaves escape sequences before the first line.
	$line =~ s/^.*?(?=@@)//;
	if ($line =~ /^\@\@host (.*)/) {
		$self->monitor($1);
	} elsif ($line =~ /^\@\@walk (.*)/) {
		$self->tell($self->walk(split ' ', $1));
	} elsif ($line =~ /^\@\@done/) {
		$self->{finished} = 1;
	}
	$self->{on_line}->($line) if $self->{on_line};
}

# One command for QEMU's monitor.
sub monitor {
	my ($self, $command) = @_;
	my $cwd = getcwd();

	if (!$self->{mon}) {
		# A socket's path is short; the cache may be deep.
		chdir($self->{dir}) or die "$self->{dir}: $!\n";
		$self->{mon} = IO::Socket::UNIX->new(Peer => 'mon')
			or die "monitor: $!\n";
		chdir($cwd);
		$self->prompt;
	}
	$self->{mon}->syswrite("$command\n");
	my $answer = $self->prompt;
	# the monitor echoes what it reads, with escape sequences
	$answer =~ s/^.*\n//;
	$answer =~ s/\(qemu\)\s*$//;
	$self->{console} .= "monitor: $command\n$answer";
	return $answer;
}

# A line for who reads the guest's console.
sub tell {
	my ($self, $text) = @_;
	syswrite($self->{input}, "$text\n");
}

# What a program of its own (tests/lab/vtd-walk) finds in the guest's memory, which
# stands still meanwhile; REGISTERS is the address of a VT-d unit.
sub walk {
	my ($self, $registers, $ram, @functions) = @_;
	my $bytes = ($self->{platform}{memory}[0] // '512M') =~ s/M$//r << 20;

	$self->monitor('stop');
	my ($low, $high) = $self->monitor(sprintf('xp /2wx 0x%x',
						  hex($registers) + 0x20)) =~
		/: 0x(\w+) 0x(\w+)/;
	$self->monitor("pmemsave 0 $bytes memory");
	$self->monitor('cont');
	my $found = eval { sh("$TOP/tests/lab/vtd-walk",
			      "$self->{dir}/memory", "$high$low", $ram,
			      @functions) } // "failed: $@";
	unlink("$self->{dir}/memory");
	return $found =~ s/\n.*//sr;
}

sub prompt {
	my ($self) = @_;
	my $text = '';

	while ($text !~ /\(qemu\) $/) {
		IO::Select->new($self->{mon})->can_read(20 * slowness())
			or die "the monitor does not answer\n";
		$self->{mon}->sysread($text, 4096, length($text))
			or die "the monitor is gone\n";
	}
	return $text;
}

sub stop {
	my ($self) = @_;
	return if !$self->{pid};
	kill('KILL', $self->{pid});
	waitpid($self->{pid}, 0);
	# one that has ended by itself keeps the status with which it did
	$self->{signal} = $? & 127;
	delete $self->{pid};
}

1;
