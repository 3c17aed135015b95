// SPDX-License-Identifier: GPL-2.0-only
/*
 * Opening the tree, and what is said when that or reading it fails
 */
#include <err.h>
#include <errno.h>
#include <string.h>

#include "common.h"

/**
 * open_tree() - open the tree, or say why that is not possible
 * @ic: set to the handle
 * @sysroot: as of iommucaps_open()
 *
 * Return: STATUS_YES, STATUS_UNKNOWN if the module is not loaded, or
 * STATUS_FAILED.
 */
int open_tree(struct iommucaps **ic, const char *sysroot)
{
	int error = -iommucaps_open(ic, sysroot);
	const char *root = sysroot ? sysroot : "";

	if (!error)
		return STATUS_YES;
	if (error != ENOENT) {
		warnx("%s/sys/kernel/%s: %s", root, IOMMU_CAPS_NAME,
		      strerror(error));
		return STATUS_FAILED;
	}
	warnx("%s/sys/kernel/%s is not there%s", root, IOMMU_CAPS_NAME,
	      sysroot ? "" : ": the module " IOMMU_CAPS_NAME " is not loaded");
	if (!sysroot)
		explain_absent();
	return STATUS_UNKNOWN;
}

/**
 * tree_status() - the status to leave with after reading
 * @ic: the handle
 * @status: what it is if everything could be read
 *
 * Return: @status, or STATUS_FAILED after saying what could not be read.
 */
int tree_status(const struct iommucaps *ic, int status)
{
	const char *path;
	int error = iommucaps_error(ic, &path);

	if (!error)
		return status;
	warnx("%s: %s", path ? path : IOMMU_CAPS_NAME, strerror(error));
	return STATUS_FAILED;
}

/**
 * state_sentence() - the one-word answer about the machine, in a sentence
 * @ic: the handle
 */
const char *state_sentence(struct iommucaps *ic)
{
	const char *s = iommucaps_fact(ic, "state");

	if (is(s, IOMMU_CAPS_STATE_NONE))
		return "No IOMMU is described by firmware or driven by the kernel.";
	if (is(s, IOMMU_CAPS_STATE_DISABLED))
		return "Firmware describes an IOMMU, but the kernel drives none: "
		       "it is switched off.";
	if (is(s, IOMMU_CAPS_STATE_PASSTHROUGH))
		return "The kernel drives an IOMMU, but translates for no group: passthrough.";
	if (is(s, IOMMU_CAPS_STATE_PARTIAL))
		return "The kernel translates for some devices, not for all.";
	if (is(s, IOMMU_CAPS_STATE_FULL))
		return "The kernel translates for all devices.";
	if (is(s, IOMMU_CAPS_STATE_HYPERVISOR))
		return "Xen owns the IOMMUs; this kernel does not see them.";
	return "The state of the IOMMU is not known.";
}
