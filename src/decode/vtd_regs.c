// SPDX-License-Identifier: GPL-2.0-only
/*
 * Decoder of the Intel VT-d registers: specification rev 4.1, section 11.4.
 */
#include "vtd_regs.h"

static void decode_cap(u64 cap, struct vtd_caps *out)
{
	unsigned int nd = ic_bits(cap, 2, 0);

	/* ND: 4 + 2 * ND bits of domain id; 7 is reserved. */
	out->domains = nd < 7 ? 1ULL << (4 + 2 * nd) : 0;
	out->write_buffer_flush = ic_bit(cap, 4);
	out->protected_low = ic_bit(cap, 5);
	out->protected_high = ic_bit(cap, 6);
	out->caching_mode = ic_bit(cap, 7);
	/* SAGAW: bit 0 stood for two levels in old revisions, and so on. */
	out->table_levels = (u8)(ic_bits(cap, 12, 8) << 2);
	out->address_width = (int)ic_bits(cap, 21, 16) + 1;
	out->zero_length_read = ic_bit(cap, 22);
	/* SSLPS; its bits 2 and 3 are reserved. */
	out->page_sizes = IC_SIZE_4K;
	if (ic_bit(cap, 34))
		out->page_sizes |= IC_SIZE_2M;
	if (ic_bit(cap, 35))
		out->page_sizes |= IC_SIZE_1G;
	out->posted_interrupts = ic_bit(cap, 59);
	out->first_stage_5level = ic_bit(cap, 60);
}

static void decode_ecap(u64 ecap, struct vtd_caps *out)
{
	out->coherent_walk = ic_bit(ecap, 0);
	out->queued_invalidation = ic_bit(ecap, 1);
	out->device_tlb = ic_bit(ecap, 2);
	out->intr_remap_capable = ic_bit(ecap, 3);
	out->x2apic = ic_bit(ecap, 4);
	out->passthrough_capable = ic_bit(ecap, 6);
	out->snoop_control = ic_bit(ecap, 7);
	out->nested = ic_bit(ecap, 26);
	out->page_request = ic_bit(ecap, 29);
	out->pasid = ic_bit(ecap, 40);
	out->pasid_bits = out->pasid ? (u8)(ic_bits(ecap, 39, 35) + 1) : 0;
	out->scalable_mode = ic_bit(ecap, 43);
	out->second_stage_dirty = ic_bit(ecap, 45);
	out->second_stage = ic_bit(ecap, 46);
	out->first_stage = ic_bit(ecap, 47);
	out->scalable_walk_coherent = ic_bit(ecap, 48);
}

/**
 * vtd_decode() - decode VER, CAP and ECAP
 * @ver: Version Register, section 11.4.1
 * @cap: Capability Register, section 11.4.2
 * @ecap: Extended Capability Register, section 11.4.3
 * @out: filled
 *
 * Bits are reported as they are: which of them count for a unit that is, say,
 * not in scalable mode is for vtd_unit_caps().
 */
void vtd_decode(u32 ver, u64 cap, u64 ecap, struct vtd_caps *out)
{
	out->version_major = (u8)ic_bits(ver, 7, 4);
	out->version_minor = (u8)ic_bits(ver, 3, 0);
	decode_cap(cap, out);
	decode_ecap(ecap, out);
	/* The first stage always has 4K and 2M pages; CAP.FS1GP adds 1G. */
	out->first_stage_page_sizes = 0;
	if (out->first_stage) {
		out->first_stage_page_sizes = IC_SIZE_4K | IC_SIZE_2M;
		if (ic_bit(cap, 56))
			out->first_stage_page_sizes |= IC_SIZE_1G;
	}
}

/* In scalable mode another bit tells: section 11.4.3, C and SMPWC */
static enum ic_tristate coherent_walk(const struct vtd_caps *caps,
				      enum ic_tristate scalable)
{
	if (scalable == IC_UNKNOWN &&
	    caps->coherent_walk != caps->scalable_walk_coherent)
		return IC_UNKNOWN;
	return ic_yes_no(scalable == IC_NO ? caps->coherent_walk :
					     caps->scalable_walk_coherent);
}

/*
 * MGAW is about the second stage; the first has what its tables reach. A unit
 * with no table format (SAGAW 0) does not translate: section 11.4.2.
 */
static int address_width(const struct vtd_caps *caps)
{
	if (caps->table_levels)
		return caps->address_width;
	if (!caps->first_stage)
		return 0;
	return caps->first_stage_5level ? 57 : 48;
}

/**
 * vtd_unit_caps() - a unit's capabilities in vendor-neutral words
 * @caps: what vtd_decode() found
 * @scalable: is the unit in scalable mode?
 * @out: filled
 *
 * The first-stage and second-stage tokens stand for ECAP.FSTS and SSTS, that
 * is for scalable mode, as the specification uses the words; a unit without
 * scalable mode has neither and translates with what was then its only stage.
 */
void vtd_unit_caps(const struct vtd_caps *caps, enum ic_tristate scalable,
		   struct ic_unit_caps *out)
{
	ic_unit_caps_init(out);
	out->caching_mode = ic_yes_no(caps->caching_mode);
	out->intr_remap_capable = ic_yes_no(caps->intr_remap_capable);
	out->passthrough_capable = ic_yes_no(caps->passthrough_capable);
	out->coherent_walk = coherent_walk(caps, scalable);
	out->snoop_control = ic_yes_no(caps->snoop_control);
	out->page_sizes = caps->first_stage_page_sizes;
	if (caps->table_levels)
		out->page_sizes |= caps->page_sizes;
	out->address_width = address_width(caps);
	out->domains = caps->domains;
	out->version_major = caps->version_major;
	out->version_minor = caps->version_minor;
	out->features_known = true;
	out->features =
		ic_feat_if(caps->device_tlb, IC_FEAT(ATS)) |
		ic_feat_if(caps->page_request, IC_FEAT(PRI)) |
		ic_feat_if(caps->pasid, IC_FEAT(PASID)) |
		ic_feat_if(caps->nested, IC_FEAT(NESTED)) |
		ic_feat_if(caps->scalable_mode, IC_FEAT(SCALABLE)) |
		ic_feat_if(caps->first_stage, IC_FEAT(FIRST_STAGE)) |
		ic_feat_if(caps->second_stage, IC_FEAT(SECOND_STAGE)) |
		ic_feat_if(caps->posted_interrupts,
			   IC_FEAT(POSTED_INTERRUPTS)) |
		ic_feat_if(caps->x2apic, IC_FEAT(X2APIC)) |
		ic_feat_if(caps->second_stage_dirty, IC_FEAT(DIRTY_TRACKING)) |
		ic_feat_if(caps->queued_invalidation,
			   IC_FEAT(QUEUED_INVALIDATION));
}
