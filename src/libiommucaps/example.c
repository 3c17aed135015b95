// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prints every device that is not behind an IOMMU, or can get past it
 *
 *   cc -o example example.c $(pkg-config --cflags --libs libiommucaps)
 */
#include <errno.h>
#include <libiommucaps.h>
#include <stdio.h>
#include <string.h>

static void print_devices(struct iommucaps_device *const *d, const char *why)
{
	for (; d && *d; d++)
		printf("%s: %s\n", iommucaps_device_name(*d), why);
}

int main(void)
{
	struct iommucaps_group *const *g;
	struct iommucaps *ic;
	const char *bypass, *path;
	int error;

	error = -iommucaps_open(&ic, NULL);
	if (error) {
		fprintf(stderr, "%s\n", error == ENOENT ?
			"the module iommu_caps is not loaded" : strerror(error));
		return 1;
	}
	print_devices(iommucaps_unprotected(ic), "in no group");
	for (g = iommucaps_groups(ic); g && *g; g++) {
		bypass = iommucaps_group_fact(*g, "bypass");
		if (bypass && strcmp(bypass, "none"))
			print_devices(iommucaps_group_devices(*g), bypass);
	}
	error = iommucaps_error(ic, &path);
	if (error)
		fprintf(stderr, "%s: %s\n", path, strerror(error));
	iommucaps_close(ic);
	return error ? 1 : 0;
}
