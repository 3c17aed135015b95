// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module is not loaded: why that may be, and what to do about it
 *
 * Told from what is installed for the running kernel, as depmod lists it, and
 * from whether that kernel takes unsigned modules.
 */
#include <err.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "common.h"

/* Does a line of the file have this text? */
static bool file_has(const char *path, const char *text)
{
	char line[4096];
	bool found = false;
	FILE *f;

	f = fopen(path, "re");
	if (!f)
		return false;
	while (!found && fgets(line, sizeof(line), f))
		found = strstr(line, text);
	fclose(f);
	return found;
}

/* Secure Boot locks the kernel down; module.sig_enforce does it alone */
static bool signed_only(void)
{
	return file_has("/sys/kernel/security/lockdown", "[integrity]") ||
	       file_has("/sys/kernel/security/lockdown", "[confidentiality]") ||
	       file_has("/sys/module/module/parameters/sig_enforce", "Y");
}

/**
 * explain_absent() - say on standard error how to get the module loaded
 */
void explain_absent(void)
{
	struct utsname u;
	char path[512];

	if (uname(&u))
		u.release[0] = '\0';
	snprintf(path, sizeof(path), "/lib/modules/%s/modules.dep", u.release);
	if (file_has(path, "/" IOMMU_CAPS_NAME ".ko")) {
		warnx("load it with: modprobe %s", IOMMU_CAPS_NAME);
		if (signed_only())
			warnx("this kernel takes signed modules only (Secure Boot): where it refuses the key of DKMS, enrol it: mokutil --import /var/lib/dkms/mok.pub, and boot again");
		return;
	}
	snprintf(path, sizeof(path), "/lib/modules/%s/build/Makefile",
		 u.release);
	if (access(path, R_OK))
		warnx("it is not built for kernel %s, whose headers are missing: install them (Debian: linux-headers-%s, Fedora: kernel-devel-%s), then: dkms autoinstall && modprobe %s",
		      u.release, u.release, u.release, IOMMU_CAPS_NAME);
	else
		warnx("it is not built for kernel %s: dkms autoinstall builds it or says why not; then: modprobe %s",
		      u.release, IOMMU_CAPS_NAME);
}
