// SPDX-License-Identifier: GPL-2.0-only
/*
 * All register decoders, on any values, and the text made of the result.
 */
#include "fuzz.h"
#include "decode/amdvi_regs.h"
#include "decode/riscv_iommu_regs.h"
#include "decode/smmuv3_regs.h"
#include "decode/virtio_iommu_regs.h"
#include "decode/vtd_regs.h"

static void check_unit(const struct ic_unit_caps *c)
{
	char page_sizes[512], features[512];
	size_t len;

	MUST(c->caching_mode <= IC_UNKNOWN);
	MUST(c->intr_remap_capable <= IC_UNKNOWN);
	MUST(c->passthrough_capable <= IC_UNKNOWN);
	MUST(c->coherent_walk <= IC_UNKNOWN);
	MUST(c->snoop_control <= IC_UNKNOWN);
	MUST(c->address_width >= 0 && c->address_width <= 64);
	MUST(c->version_major >= -1 && c->version_minor >= -1);
	MUST(!(c->features >> IC_FEAT_COUNT));

	len = ic_format_page_sizes(c->page_sizes, page_sizes,
				   sizeof(page_sizes));
	MUST(len == strlen(page_sizes) && !!len == !!c->page_sizes);
	len = ic_format_features(c->features, features, sizeof(features));
	MUST(len == strlen(features) && !!len == !!c->features);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct amdvi_control control;
	struct viommu_config config;
	struct amdvi_status status;
	struct rviommu_caps rv;
	struct ic_unit_caps unit;
	struct smmuv3_caps smmu;
	struct amdvi_caps amd;
	struct viommu_caps vio;
	struct vtd_caps vtd;
	u64 a, b;
	u32 v;

	if (viommu_read_config(data, size, &config) == 0) {
		viommu_decode(data[size - 1], &config, &vio);
		viommu_unit_caps(&vio, &unit);
		check_unit(&unit);
	}
	if (size < 20)
		return 0;
	v = ic_le32(data);
	a = ic_le64(data + 4);
	b = ic_le64(data + 12);

	vtd_decode(v, a, b, &vtd);
	vtd_unit_caps(&vtd, (enum ic_tristate)(v % 3), &unit);
	check_unit(&unit);

	amdvi_decode(v, &a, &b, &amd);
	amdvi_unit_caps(&amd, &unit);
	check_unit(&unit);
	amdvi_decode(v, NULL, NULL, &amd);
	amdvi_unit_caps(&amd, &unit);
	check_unit(&unit);
	amdvi_decode_control(a, &control);
	amdvi_decode_status(b, &status);

	smmuv3_decode(v, (u32)a, (u32)(a >> 32), (u32)b, &smmu);
	smmuv3_apply_errata((u32)(b >> 32), &smmu);
	smmuv3_override_httu((u8)(v >> 30), &smmu);
	smmuv3_unit_caps(&smmu, &unit);
	check_unit(&unit);

	rviommu_decode(a, &rv);
	rviommu_unit_caps(&rv, &unit);
	check_unit(&unit);
	return 0;
}
