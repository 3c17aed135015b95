// SPDX-License-Identifier: GPL-2.0-only
/*
 * Decoder of virtio-iommu's features and configuration: virtio specification
 * 1.2, section 5.13.
 */
#include "virtio_iommu_regs.h"

/**
 * viommu_read_config() - read the device configuration space
 * @space: its bytes, little-endian
 * @len: how many
 * @out: filled on success
 *
 * Section 5.13.4.
 *
 * Return: 0, or -EINVAL if it is shorter than up to the bypass field.
 */
int viommu_read_config(const void *space, size_t len,
		       struct viommu_config *out)
{
	const u8 *p = space;

	if (len <= VIOMMU_CFG_BYPASS)
		return -EINVAL;
	out->page_size_mask = ic_le64(p + VIOMMU_CFG_PAGE_SIZE_MASK);
	out->input_start = ic_le64(p + VIOMMU_CFG_INPUT_START);
	out->input_end = ic_le64(p + VIOMMU_CFG_INPUT_END);
	out->domain_start = ic_le32(p + VIOMMU_CFG_DOMAIN_START);
	out->domain_end = ic_le32(p + VIOMMU_CFG_DOMAIN_END);
	out->probe_size = ic_le32(p + VIOMMU_CFG_PROBE_SIZE);
	out->bypass = p[VIOMMU_CFG_BYPASS];
	return 0;
}

static int width_of(u64 last)
{
	int bits = 0;

	while (last) {
		bits++;
		last >>= 1;
	}
	return bits;
}

/**
 * viommu_decode() - decode features and configuration
 * @features: feature bits that the device offers, section 5.13.3
 * @config: its configuration
 * @out: filled
 *
 * A range that comes without its feature bit is not valid: then all 64 bits of
 * address and all 32 bits of domain id may be used.
 */
void viommu_decode(u64 features, const struct viommu_config *config,
		   struct viommu_caps *out)
{
	out->map_unmap = ic_bit(features, VIOMMU_F_MAP_UNMAP);
	out->probe = ic_bit(features, VIOMMU_F_PROBE);
	out->mmio = ic_bit(features, VIOMMU_F_MMIO);
	out->bypass_feature = ic_bit(features, VIOMMU_F_BYPASS);
	out->bypass_config = ic_bit(features, VIOMMU_F_BYPASS_CONFIG);
	out->bypass = IC_UNKNOWN;
	if (out->bypass_config)
		out->bypass = ic_yes_no(config->bypass & 1);
	out->page_sizes = config->page_size_mask;

	out->input_start = 0;
	out->input_end = ~0ULL;
	if (ic_bit(features, VIOMMU_F_INPUT_RANGE)) {
		out->input_start = config->input_start;
		out->input_end = config->input_end;
	}
	out->address_width = width_of(out->input_end);

	out->domains = 1ULL << 32;
	if (ic_bit(features, VIOMMU_F_DOMAIN_RANGE)) {
		/* A range that ends before it starts holds nothing. */
		out->domains = 0;
		if (config->domain_start <= config->domain_end)
			out->domains = (u64)config->domain_end -
				       config->domain_start + 1;
	}
}

/**
 * viommu_unit_caps() - a unit's capabilities in vendor-neutral words
 * @caps: what viommu_decode() found
 * @out: filled
 *
 * A mapping exists for the device once it is announced, and only then, which
 * is what caching mode means. The device does not remap interrupts.
 */
void viommu_unit_caps(const struct viommu_caps *caps, struct ic_unit_caps *out)
{
	ic_unit_caps_init(out);
	out->caching_mode = IC_YES;
	out->intr_remap_capable = IC_NO;
	out->passthrough_capable = ic_yes_no(caps->bypass_config);
	out->page_sizes = caps->page_sizes;
	out->address_width = caps->address_width;
	out->domains = caps->domains;
	out->features_known = true;
	out->features =
		ic_feat_if(caps->probe, IC_FEAT(PROBE)) |
		ic_feat_if(caps->map_unmap, IC_FEAT(MAP_UNMAP)) |
		ic_feat_if(caps->mmio, IC_FEAT(MMIO)) |
		ic_feat_if(caps->bypass_config, IC_FEAT(BYPASS_CONFIG));
}
