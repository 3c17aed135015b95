// SPDX-License-Identifier: GPL-2.0-only
/*
 * What kind of machine this kernel runs on, as far as it can be told.
 */
#include <linux/dmi.h>
#include <linux/pci.h>
#include <linux/types.h>
#if IS_ENABLED(CONFIG_X86)
#include <asm/cpufeature.h>
#elif IS_ENABLED(CONFIG_PPC64)
#include <asm/firmware.h>
#endif
#include <xen/xen.h>

#include "compat/compat.h"
#include "core/firmware.h"
#include "core/platform.h"
#include "iommu_caps.h"

/* A unit says that it is emulated. Set once: a machine stays what it is. */
static bool emulated_unit;

/**
 * ic_platform_note_emulated() - a unit says that it is emulated
 */
void ic_platform_note_emulated(void)
{
	WRITE_ONCE(emulated_unit, true);
}

/**
 * ic_platform_xen() - does Xen run this kernel, as dom0 or as a guest?
 */
bool ic_platform_xen(void)
{
	return xen_domain();
}

/**
 * ic_platform_hypervisor_owns() - has a hypervisor taken the IOMMUs of a
 * machine that this kernel otherwise controls?
 */
bool ic_platform_hypervisor_owns(void)
{
	return xen_domain() && xen_initial_domain();
}

#if IS_ENABLED(CONFIG_X86)
/* OEM id, or OEM id and table id, of ACPI tables that hypervisors make */
static const char *const oem_ids[] = {
	"BOCHS ", "VMWARE", "VBOX  ", "Xen", "VRTUALMICROSFT", "BHYVE ",
	"CLOUDH", "FIRECK", "PRLS  ",
};

/* Vendors in the DMI table whose only machines are virtual */
static const char *const dmi_vendors[] = {
	"QEMU", "VMware, Inc.", "innotek GmbH", "Xen", "BHYVE",
	"Parallels Software International Inc.",
	"Parallels International GmbH.",
};

/* Whether the FADT, which every ACPI machine has, was made by a hypervisor */
static enum ic_tristate acpi_says_guest(void)
{
	enum { OEM_ID = 10, OEM_IDS_LEN = 6 + 8 };	/* ACPI 6.5, 5.2.6 */
	enum ic_tristate ret = IC_UNKNOWN;
	struct ic_acpi_table fadt;
	unsigned int i;

	if (!ic_acpi_table_open(&fadt, "FACP"))
		return IC_UNKNOWN;
	if (fadt.len >= OEM_ID + OEM_IDS_LEN) {
		ret = IC_NO;
		for (i = 0; i < ARRAY_SIZE(oem_ids); i++)
			if (!memcmp(fadt.data + OEM_ID, oem_ids[i],
				    strlen(oem_ids[i])))
				ret = IC_YES;
	}
	ic_acpi_table_close(&fadt, 0);
	return ret;
}

static enum ic_tristate dmi_says_guest(void)
{
	enum ic_tristate ret = IC_UNKNOWN;
#ifdef IC_HAVE_DMI
	const char *vendor = dmi_get_system_info(DMI_SYS_VENDOR);
	unsigned int i;

	if (!vendor)
		return IC_UNKNOWN;
	ret = IC_NO;
	for (i = 0; i < ARRAY_SIZE(dmi_vendors); i++)
		if (!strcmp(vendor, dmi_vendors[i]))
			ret = IC_YES;
	if (!strcmp(vendor, "Microsoft Corporation") &&
	    dmi_match(DMI_PRODUCT_NAME, "Virtual Machine"))
		ret = IC_YES;
#endif
	return ret;
}

/*
 * Functions that exist in virtual machines only: VMware's, VirtualBox's, and
 * those to which QEMU gives its subsystem id. Real ones have virtio's vendor.
 */
static bool has_emulated_function(void)
{
	static const struct pci_device_id ids[] = {
		{ PCI_DEVICE_SUB(PCI_ANY_ID, PCI_ANY_ID,
				 PCI_SUBVENDOR_ID_REDHAT_QUMRANET,
				 PCI_SUBDEVICE_ID_QEMU) },
		{ PCI_DEVICE(PCI_VENDOR_ID_VMWARE, PCI_ANY_ID) },
		{ PCI_DEVICE(0x80ee, PCI_ANY_ID) },
	};
	struct pci_dev *pdev;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		pdev = pci_get_subsys(ids[i].vendor, ids[i].device,
				      ids[i].subvendor, ids[i].subdevice, NULL);
		pci_dev_put(pdev);
		if (pdev)
			return true;
	}
	return false;
}

static const char *find_evidence(void)
{
	enum ic_tristate acpi = acpi_says_guest(), dmi = dmi_says_guest();

	if (acpi == IC_YES || dmi == IC_YES || has_emulated_function())
		return IOMMU_CAPS_PLATFORM_GUEST;
	/* who says nothing about itself could be anything */
	if (acpi == IC_UNKNOWN && dmi == IC_UNKNOWN)
		return NULL;
	return IOMMU_CAPS_PLATFORM_BARE_METAL;
}

/*
 * A hypervisor may clear the CPUID bit that says that it is there; guests that
 * are given a GPU often get it so. It is asked for at each read of a unit, and
 * is the same each time.
 */
static const char *hidden_platform(void)
{
	static const char not_asked[] = "";
	static const char *platform = not_asked;

	if (READ_ONCE(emulated_unit))
		return IOMMU_CAPS_PLATFORM_GUEST;
	if (READ_ONCE(platform) == not_asked)
		WRITE_ONCE(platform, find_evidence());
	return READ_ONCE(platform);
}
#endif

/**
 * ic_platform() - the word in `platform`
 *
 * Return: the word, or NULL where it cannot be told.
 */
const char *ic_platform(void)
{
	enum ic_tristate root = ic_hyperv_root();

	if (xen_domain())
		return xen_initial_domain() ? IOMMU_CAPS_PLATFORM_XEN_DOM0 :
					      IOMMU_CAPS_PLATFORM_XEN_GUEST;
	if (root == IC_YES)
		return IOMMU_CAPS_PLATFORM_HYPERV_ROOT;
#if IS_ENABLED(CONFIG_X86)
	if (!boot_cpu_has(X86_FEATURE_HYPERVISOR))
		return hidden_platform();
	return root == IC_NO ? IOMMU_CAPS_PLATFORM_GUEST : NULL;
#elif IS_ENABLED(CONFIG_PPC64)
	/* a logical partition is run by a hypervisor */
	return firmware_has_feature(FW_FEATURE_LPAR) ?
		IOMMU_CAPS_PLATFORM_GUEST : NULL;
#else
	return NULL;
#endif
}

/**
 * ic_platform_virtual() - are the IOMMUs that this kernel sees emulated?
 *
 * A hypervisor's privileged domain sees the real ones.
 *
 * Return: the fact.
 */
enum ic_tristate ic_platform_virtual(void)
{
	const char *platform = ic_platform();

	if (!platform)
		return IC_UNKNOWN;
	return ic_yes_no(!strcmp(platform, IOMMU_CAPS_PLATFORM_GUEST) ||
			 !strcmp(platform, IOMMU_CAPS_PLATFORM_XEN_GUEST));
}
