// SPDX-License-Identifier: GPL-2.0-only
/*
 * kexec [-p] KERNEL INITRD CMDLINE: start this kernel, now and without a
 * goodbye, or with -p when this one crashes.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/kexec.h>
#include <linux/reboot.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	unsigned long flags = 0;
	int kernel, initrd;

	if (argc > 1 && !strcmp(argv[1], "-p")) {
		flags = KEXEC_FILE_ON_CRASH;
		argv++;
		argc--;
	}

	if (argc != 4) {
		fprintf(stderr, "usage: kexec [-p] KERNEL INITRD CMDLINE\n");
		return 2;
	}
	kernel = open(argv[1], O_RDONLY);
	initrd = open(argv[2], O_RDONLY);
	if (kernel < 0 || initrd < 0 ||
	    syscall(SYS_kexec_file_load, kernel, initrd, strlen(argv[3]) + 1,
		    argv[3], flags))
		perror("kexec: load");
	else if (flags)
		return 0;
	else if (syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2,
			 LINUX_REBOOT_CMD_KEXEC, NULL))
		perror("kexec: start");
	return 1;
}
