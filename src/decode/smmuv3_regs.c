// SPDX-License-Identifier: GPL-2.0-only
/*
 * Decoder of the Arm SMMUv3 registers: architecture specification
 * (IHI 0070), section 6.3.
 */
#include "smmuv3_regs.h"

static void decode_idr0(u32 idr0, struct smmuv3_caps *out)
{
	unsigned int ttf = ic_bits(idr0, 3, 2);
	unsigned int httu = ic_bits(idr0, 7, 6);

	out->stage2 = ic_bit(idr0, 0);
	out->stage1 = ic_bit(idr0, 1);
	/* TTF: 1 AArch32, 2 AArch64, 3 both */
	out->aarch32_tables = ttf & 1;
	out->aarch64_tables = ttf & 2;
	out->coherent_walk = ic_bit(idr0, 4);
	out->broadcast_tlb = ic_bit(idr0, 5);
	out->access_flag = httu >= 1;
	out->dirty_state = httu >= 2;
	out->hyp = ic_bit(idr0, 9);
	out->ats = ic_bit(idr0, 10);
	out->asid_bits = ic_bit(idr0, 12) ? 16 : 8;
	out->msi = ic_bit(idr0, 13);
	out->sev = ic_bit(idr0, 14);
	out->pri = ic_bit(idr0, 16);
	out->vmid_bits = ic_bit(idr0, 18) ? 16 : 8;
	out->two_level_cd = ic_bit(idr0, 19);
	out->stall_model = (u8)ic_bits(idr0, 25, 24);
	out->two_level_stream_table = ic_bits(idr0, 28, 27) == 1;
}

static void decode_idr5(u32 idr5, struct smmuv3_caps *out)
{
	static const u8 oas[8] = { 32, 36, 40, 42, 44, 48, 52, 56 };

	out->output_bits = oas[ic_bits(idr5, 2, 0)];
	out->gran_4k = ic_bit(idr5, 4);
	out->gran_16k = ic_bit(idr5, 5);
	out->gran_64k = ic_bit(idr5, 6);
	out->ds = ic_bit(idr5, 7);
	out->va_52bit = ic_bits(idr5, 11, 10) == 1;
	out->stall_max = (u16)ic_bits(idr5, 31, 16);
}

/**
 * smmuv3_decode() - decode the identification registers
 * @idr0: SMMU_IDR0, section 6.3.1
 * @idr1: SMMU_IDR1, section 6.3.2
 * @idr3: SMMU_IDR3, section 6.3.4
 * @idr5: SMMU_IDR5, section 6.3.6
 * @out: filled
 *
 * What overrides it: smmuv3_apply_errata(), smmuv3_override_httu(), and, of
 * the flags of the IORT node, COHACC.
 */
void smmuv3_decode(u32 idr0, u32 idr1, u32 idr3, u32 idr5,
		   struct smmuv3_caps *out)
{
	decode_idr0(idr0, out);
	out->nesting = out->stage1 && out->stage2;
	out->substream_bits = (u8)ic_bits(idr1, 10, 6);
	out->stream_bits = (u8)ic_bits(idr1, 5, 0);
	out->force_write_back = ic_bit(idr3, 8);
	out->range_invalidate = ic_bit(idr3, 10);
	out->bbm_level = (u8)ic_bits(idr3, 12, 11);
	decode_idr5(idr5, out);
}

/**
 * smmuv3_apply_errata() - withdraw what an implementation does not do right
 * @iidr: SMMU_IIDR, section 6.3.7
 * @caps: what smmuv3_decode() found; changed
 *
 * By Arm's errata notices, as Linux applies them: MMU-600 1076982 (SEV, up to
 * r0p2) and 1209401 (nesting, before r2p0), MMU-700 2268618 and 2812531
 * (broadcast invalidation and nesting, all revisions).
 */
void smmuv3_apply_errata(u32 iidr, struct smmuv3_caps *caps)
{
	unsigned int variant = ic_bits(iidr, 19, 16);
	unsigned int revision = ic_bits(iidr, 15, 12);

	if (ic_bits(iidr, 11, 0) != SMMUV3_IMPLEMENTER_ARM)
		return;
	switch (ic_bits(iidr, 31, 20)) {
	case SMMUV3_PRODUCT_MMU_600:
		if (variant == 0 && revision <= 2)
			caps->sev = false;
		if (variant < 2)
			caps->nesting = false;
		break;
	case SMMUV3_PRODUCT_MMU_700:
		caps->broadcast_tlb = false;
		caps->nesting = false;
		break;
	default:
		break;
	}
}

/**
 * smmuv3_override_httu() - replace IDR0.HTTU by what firmware says
 * @httu: the HTTU override of the IORT node's flags: 0 none, 1 access flag, 2
 *	access flag and dirty state
 * @caps: what smmuv3_decode() found; changed
 *
 * The IORT specification (DEN 0049, table "SMMUv3 node, flags"): the field
 * overrides the register, in either direction. A device tree has no such word.
 */
void smmuv3_override_httu(u8 httu, struct smmuv3_caps *caps)
{
	caps->access_flag = httu == 1 || httu == 2;
	caps->dirty_state = httu == 2;
}

static u64 page_sizes(const struct smmuv3_caps *caps)
{
	u64 sizes = 0;

	if (caps->gran_4k)
		sizes |= IC_SIZE_4K | IC_SIZE_2M | IC_SIZE_1G;
	if (caps->gran_16k)
		sizes |= IC_SIZE_16K | IC_SIZE_32M;
	if (caps->gran_64k)
		sizes |= IC_SIZE_64K | IC_SIZE_512M;
	return sizes;
}

/*
 * Input addresses: stage 1 takes 48 bits, or 52 with VAX; a unit with stage 2
 * alone takes intermediate addresses, which are as wide as output ones.
 */
static int address_width(const struct smmuv3_caps *caps)
{
	if (!caps->aarch64_tables)
		return 0;
	if (caps->stage1)
		return caps->va_52bit ? 52 : 48;
	return caps->stage2 ? caps->output_bits : 0;
}

/**
 * smmuv3_unit_caps() - a unit's capabilities in vendor-neutral words
 * @caps: what smmuv3_decode() found
 * @out: filled
 *
 * Entries that are not valid are not cached, any stream table entry can say
 * bypass, and interrupts are the business of the GIC ITS. Domains are
 * told apart by ASID, or by VMID on a unit with stage 2 alone. Snooping cannot
 * be told from these registers: it depends on the device and the interconnect.
 */
void smmuv3_unit_caps(const struct smmuv3_caps *caps, struct ic_unit_caps *out)
{
	ic_unit_caps_init(out);
	out->caching_mode = IC_NO;
	out->intr_remap_capable = IC_NO;
	out->passthrough_capable = IC_YES;
	out->coherent_walk = ic_yes_no(caps->coherent_walk);
	out->page_sizes = page_sizes(caps);
	out->address_width = address_width(caps);
	if (caps->stage1)
		out->domains = 1ULL << caps->asid_bits;
	else if (caps->stage2)
		out->domains = 1ULL << caps->vmid_bits;
	out->range_invalidation = ic_yes_no(caps->range_invalidate);
	out->substream_bits = caps->substream_bits;
	out->output_width = caps->output_bits;
	out->features_known = true;
	out->features =
		ic_feat_if(caps->ats, IC_FEAT(ATS)) |
		ic_feat_if(caps->ats && caps->pri, IC_FEAT(PRI)) |
		ic_feat_if(caps->stage1 && caps->substream_bits,
			   IC_FEAT(PASID)) |
		ic_feat_if(caps->nesting, IC_FEAT(NESTED)) |
		ic_feat_if(caps->stage1, IC_FEAT(FIRST_STAGE)) |
		ic_feat_if(caps->stage2, IC_FEAT(SECOND_STAGE)) |
		ic_feat_if(caps->stall_model == SMMUV3_STALL_BOTH ||
			   caps->stall_model == SMMUV3_STALL_FORCED,
			   IC_FEAT(STALL)) |
		ic_feat_if(caps->dirty_state, IC_FEAT(DIRTY_TRACKING));
}
