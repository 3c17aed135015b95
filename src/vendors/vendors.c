// SPDX-License-Identifier: GPL-2.0-only
/*
 * The vendors, in the order in which they are asked whether a unit is theirs,
 * and the generic one that takes the rest. A new vendor is one more line.
 */
#include "vendors/vendor.h"
#include "iommu_caps.h"

static bool other_match(struct device *iommu)
{
	return true;
}

/* A unit that we know nothing of: there is one, and these are its groups. */
static const struct ic_unit_ops other_ops = {
	.type = IOMMU_CAPS_TYPE_OTHER,
	.match = other_match,
};

const struct ic_unit_ops *const ic_vendors[] = {
#if IS_ENABLED(CONFIG_X86)
	&ic_vtd_ops,
	&ic_amd_ops,
#endif
#if IS_ENABLED(CONFIG_ARM64)
	&ic_smmu_v3_ops,
	&ic_smmu_ops,
#endif
#if IS_ENABLED(CONFIG_RISCV)
	&ic_riscv_ops,
#endif
#if IS_ENABLED(CONFIG_PPC64)
	&ic_power_ops,
#endif
	&ic_virtio_ops,
	&other_ops,
	NULL,
};
