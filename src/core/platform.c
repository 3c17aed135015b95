// SPDX-License-Identifier: GPL-2.0-only
/*
 * What kind of machine this kernel runs on, as far as it can be told.
 */
#include <linux/types.h>
#if IS_ENABLED(CONFIG_X86)
#include <asm/cpufeature.h>
#elif IS_ENABLED(CONFIG_PPC64)
#include <asm/firmware.h>
#endif
#include <xen/xen.h>

#include "compat/compat.h"
#include "core/platform.h"
#include "iommu_caps.h"

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

/**
 * ic_platform() - the word in `platform`
 *
 * Return: the word, or NULL where the architecture gives no way to tell.
 */
const char *ic_platform(void)
{
	if (xen_domain())
		return xen_initial_domain() ? IOMMU_CAPS_PLATFORM_XEN_DOM0 :
					      IOMMU_CAPS_PLATFORM_XEN_GUEST;
	if (ic_hyperv_root() == IC_YES)
		return IOMMU_CAPS_PLATFORM_HYPERV_ROOT;
#if IS_ENABLED(CONFIG_X86)
	return boot_cpu_has(X86_FEATURE_HYPERVISOR) ?
		IOMMU_CAPS_PLATFORM_GUEST : IOMMU_CAPS_PLATFORM_BARE_METAL;
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
