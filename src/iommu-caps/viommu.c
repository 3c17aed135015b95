// SPDX-License-Identifier: GPL-2.0-only
/*
 * An IOMMU of the guest's own, in front of a device that it is given: which of
 * its properties must match those of the host's, as QEMU compares them when it
 * starts.
 *
 * intel-iommu is emulated: QEMU maps what the guest maps, so that every change
 * must be announced, and no address may be wider than VFIO takes. arm-smmuv3
 * with accel=on has the host's SMMU walk the guest's own tables, by iommufd.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "viommu.h"

static enum verdict explain_intel(struct report *r, unsigned int width,
				  struct viommu *v)
{
	if (!width) {
		report_say(r, "Which addresses the guest's IOMMU may have is only known once VFIO holds the group.");
		return UNKNOWN;
	}
	if (width < 39) {
		report_say(r, "QEMU's intel-iommu has addresses of 39 or 48 bits, and the group only %u.",
			   width);
		return NO;
	}
	v->aw_bits = width < 48 ? 39 : 48;
	snprintf(v->qemu, sizeof(v->qemu),
		 "-device intel-iommu,caching-mode=on,aw-bits=%u ", v->aw_bits);
	report_say(r, "An intel-iommu of the guest must have caching-mode=on and addresses of at most %u bits (aw-bits).",
		   v->aw_bits);
	return YES;
}

/* No module has another name in sysfs than one that is built in. */
static bool has_iommufd(const struct machine *m)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/module/iommufd",
		 iommucaps_sysfs(m->ic));
	return !access(path, F_OK);
}

/*
 * The kernel nests tables only where the guest cannot make memory incoherent:
 * by FWB of the SMMU, IDR3 bit 8, or by what firmware says of the device's
 * requests (CANWBS in the IORT).
 */
static enum verdict stays_coherent(struct iommucaps_unit *u,
				   struct iommucaps_group *g)
{
	const char *canwbs = iommucaps_group_fact(g, "enforced_coherency");
	const struct iommucaps_value *v;

	if (is(canwbs, "1"))
		return YES;
	for (v = iommucaps_unit_registers(u); v && v->name; v++)
		if (is(v->name, "idr3"))
			return strtoull(v->value, NULL, 16) >> 8 & 1 ? YES :
			       canwbs ? NO : UNKNOWN;
	return UNKNOWN;
}

static enum verdict explain_smmu(const struct machine *m, struct report *r,
				 struct iommucaps_group *g, struct viommu *v)
{
	struct iommucaps_unit *u = iommucaps_group_units(g)[0];
	const char *features = iommucaps_unit_fact(u, "features");
	const char *ril = iommucaps_unit_fact(u, "range_invalidation");
	unsigned int oas = number_of(iommucaps_unit_fact(u, "output_width"));
	unsigned int ssid = number_of(iommucaps_unit_fact(u, "substream_bits"));
	bool ats = iommucaps_has_token(features, "ats");
	enum verdict coherent = stays_coherent(u, g);

	if (!ril || !oas || !iommucaps_unit_fact(u, "substream_bits")) {
		report_say(r, "What an arm-smmuv3 of the guest must match is not known of %s.",
			   iommucaps_unit_name(u));
		return UNKNOWN;
	}
	if (oas < 44) {
		report_say(r, "QEMU's arm-smmuv3 has output addresses of 44 or 48 bits, and %s only %u.",
			   iommucaps_unit_name(u), oas);
		return NO;
	}
	if (!iommucaps_has_token(features, "nested")) {
		report_say(r, "%s cannot nest the guest's tables in the host's: it lacks a stage of translation.",
			   iommucaps_unit_name(u));
		return NO;
	}
	snprintf(v->qemu, sizeof(v->qemu),
		 "-object iommufd,id=iommufd0 -device arm-smmuv3,primary-bus=pcie.0,accel=on,ril=%s,ats=%s,oas=%u,ssidsize=%u ",
		 *ril == '1' ? "on" : "off", ats ? "on" : "off",
		 oas < 48 ? 44 : 48, ssid < 20 ? ssid : 20);
	v->vfio = ",iommufd=iommufd0";
	report_say(r, "An accelerated arm-smmuv3 of the guest must have ril=%s, as %s has; it may have ats=%s, oas up to %u and ssidsize up to %u.",
		   *ril == '1' ? "on" : "off", iommucaps_unit_name(u),
		   ats ? "on" : "off", oas < 48 ? 44 : 48,
		   ssid < 20 ? ssid : 20);
	if (coherent == NO)
		report_say(r, "The kernel does not nest them: the SMMU lacks FWB, and firmware does not say that the device's requests stay coherent (CANWBS).");
	else if (coherent == UNKNOWN)
		report_say(r, "Whether the kernel does is not known: the SMMU must have FWB, which only root can see, or firmware say that the device's requests stay coherent (CANWBS).");
	if (has_iommufd(m))
		return coherent;
	report_say(r, "QEMU gives it the host's SMMU by iommufd, which is not there.");
	report_change(r, "modprobe iommufd, of a kernel that has it (CONFIG_IOMMUFD, CONFIG_VFIO_DEVICE_CDEV)");
	return NO;
}

/**
 * viommu_explain() - may the guest have an IOMMU of its own, and with what?
 * @m: the machine
 * @r: gets what must match
 * @g: the device's group
 * @x86: the machine's architecture
 * @width: bits of the widest address that VFIO maps, 0 if not known
 * @v: the arguments, filled in where it may
 *
 * Return: YES, NO or UNKNOWN.
 */
enum verdict viommu_explain(const struct machine *m, struct report *r,
			    struct iommucaps_group *g, bool x86,
			    unsigned int width, struct viommu *v)
{
	struct iommucaps_unit *const *u = iommucaps_group_units(g);

	if (x86)
		return explain_intel(r, width, v);
	if (u[0] && !u[1] &&
	    is(iommucaps_unit_fact(u[0], "type"), IOMMU_CAPS_TYPE_ARM_SMMU_V3))
		return explain_smmu(m, r, g, v);
	report_say(r, "What an IOMMU of the guest must match is not known here.");
	return UNKNOWN;
}
