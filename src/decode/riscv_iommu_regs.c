// SPDX-License-Identifier: GPL-2.0-only
/*
 * Decoder of the RISC-V IOMMU registers: architecture specification 1.0,
 * sections "IOMMU capabilities" and "Device-directory-table pointer".
 */
#include "riscv_iommu_regs.h"

/**
 * rviommu_decode() - decode the capabilities register
 * @capabilities: the register
 * @out: filled
 */
void rviommu_decode(u64 capabilities, struct rviommu_caps *out)
{
	u64 c = capabilities;

	out->version_major = (u8)ic_bits(c, 7, 4);
	out->version_minor = (u8)ic_bits(c, 3, 0);
	out->sv32 = ic_bit(c, 8);
	out->sv39 = ic_bit(c, 9);
	out->sv48 = ic_bit(c, 10);
	out->sv57 = ic_bit(c, 11);
	out->svpbmt = ic_bit(c, 15);
	out->sv32x4 = ic_bit(c, 16);
	out->sv39x4 = ic_bit(c, 17);
	out->sv48x4 = ic_bit(c, 18);
	out->sv57x4 = ic_bit(c, 19);
	out->amo_mrif = ic_bit(c, 21);
	out->msi_flat = ic_bit(c, 22);
	out->msi_mrif = ic_bit(c, 23);
	out->amo_hwad = ic_bit(c, 24);
	out->ats = ic_bit(c, 25);
	out->t2gpa = ic_bit(c, 26);
	out->both_endian = ic_bit(c, 27);
	out->interrupts = (u8)ic_bits(c, 29, 28);
	out->hpm = ic_bit(c, 30);
	out->debug = ic_bit(c, 31);
	out->physical_bits = (u8)ic_bits(c, 37, 32);
	out->pd8 = ic_bit(c, 38);
	out->pd17 = ic_bit(c, 39);
	out->pd20 = ic_bit(c, 40);
}

/* Leaf sizes of the page table formats, of either stage. */
static u64 page_sizes(const struct rviommu_caps *caps)
{
	u64 sizes = 0;

	if (caps->sv32 || caps->sv32x4)
		sizes |= IC_SIZE_4K | IC_SIZE_4M;
	if (caps->sv39 || caps->sv39x4)
		sizes |= IC_SIZE_4K | IC_SIZE_2M | IC_SIZE_1G;
	if (caps->sv48 || caps->sv48x4)
		sizes |= IC_SIZE_4K | IC_SIZE_2M | IC_SIZE_1G | IC_SIZE_512G;
	if (caps->sv57 || caps->sv57x4)
		sizes |= IC_SIZE_4K | IC_SIZE_2M | IC_SIZE_1G | IC_SIZE_512G |
			 IC_SIZE_256T;
	return sizes;
}

static int first_stage_width(const struct rviommu_caps *caps)
{
	if (caps->sv57)
		return 57;
	if (caps->sv48)
		return 48;
	if (caps->sv39)
		return 39;
	return caps->sv32 ? 32 : 0;
}

/* The x4 formats take two more bits. */
static int second_stage_width(const struct rviommu_caps *caps)
{
	if (caps->sv57x4)
		return 59;
	if (caps->sv48x4)
		return 50;
	if (caps->sv39x4)
		return 41;
	return caps->sv32x4 ? 34 : 0;
}

/**
 * rviommu_unit_caps() - a unit's capabilities in vendor-neutral words
 * @caps: what rviommu_decode() found
 * @out: filled
 *
 * Any device context can leave both stages bare. Interrupts are remapped by
 * MSI page tables. Address width and domains are those of the first stage (20
 * bits of process soft-context id), or of the second (16 bits of guest
 * soft-context id) on a unit without. No register tells whether page walks are
 * coherent or not-present entries cached.
 */
void rviommu_unit_caps(const struct rviommu_caps *caps,
		       struct ic_unit_caps *out)
{
	int first = first_stage_width(caps);
	int second = second_stage_width(caps);

	ic_unit_caps_init(out);
	out->intr_remap_capable = ic_yes_no(caps->msi_flat || caps->msi_mrif);
	out->passthrough_capable = IC_YES;
	out->page_sizes = page_sizes(caps);
	out->address_width = first ? first : second;
	if (first)
		out->domains = 1ULL << 20;
	else if (second)
		out->domains = 1ULL << 16;
	out->version_major = caps->version_major;
	out->version_minor = caps->version_minor;
	out->features_known = true;
	out->features =
		/* capabilities.ATS stands for ATS and page requests */
		ic_feat_if(caps->ats, IC_FEAT(ATS) | IC_FEAT(PRI)) |
		ic_feat_if(caps->pd8 || caps->pd17 || caps->pd20,
			   IC_FEAT(PASID)) |
		ic_feat_if(first && second, IC_FEAT(NESTED)) |
		ic_feat_if(first, IC_FEAT(FIRST_STAGE)) |
		ic_feat_if(second, IC_FEAT(SECOND_STAGE)) |
		ic_feat_if(caps->amo_hwad, IC_FEAT(DIRTY_TRACKING)) |
		ic_feat_if(caps->msi_flat, IC_FEAT(MSI_FLAT)) |
		ic_feat_if(caps->msi_mrif, IC_FEAT(MSI_MRIF));
}
