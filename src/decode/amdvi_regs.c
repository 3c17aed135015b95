// SPDX-License-Identifier: GPL-2.0-only
/*
 * Decoder of the AMD-Vi registers: AMD I/O Virtualization Technology
 * specification (48882, rev 3.10), sections 3.2 and 3.4.
 */
#include "amdvi_regs.h"

/* HATS value of a unit without host page tables, section 3.4.2 */
#define HATS_NONE	3

static void decode_efr(u64 efr, struct amdvi_caps *out)
{
	unsigned int hats = ic_bits(efr, 11, 10);
	unsigned int gats = ic_bits(efr, 13, 12);

	out->efr_known = true;
	out->prefetch = ic_bit(efr, 0);
	out->page_request = ic_bit(efr, 1);
	out->x2apic = ic_bit(efr, 2);
	out->no_execute = ic_bit(efr, 3);
	out->guest_translation = ic_bit(efr, 4);
	out->invalidate_all = ic_bit(efr, 6);
	out->guest_apic = ic_bit(efr, 7);
	out->hw_error = ic_bit(efr, 8);
	out->perf_counters = ic_bit(efr, 9);
	out->host_levels = hats == HATS_NONE ? 0 : (u8)(4 + hats);
	if (out->guest_translation) {
		/* GATS: 4 or 5 levels; the other encodings are reserved. */
		out->guest_levels = gats < 2 ? (u8)(4 + gats) : 0;
		out->gcr3_levels = (u8)(ic_bits(efr, 15, 14) + 1);
		out->pasid_bits = (u8)(ic_bits(efr, 36, 32) + 1);
	}
	out->guest_apic_mode = (u8)ic_bits(efr, 23, 21);
	out->guest_io = ic_bit(efr, 48);
	out->host_access = ic_bit(efr, 49);
	out->host_dirty = ic_bit(efr, 52);
	out->snp = ic_bit(efr, 63);
}

/**
 * amdvi_decode() - decode the PCI capability header, EFR and EFR2
 * @cap: first dword of the IOMMU's PCI capability, section 3.2.1
 * @efr: Extended Feature Register, section 3.4.2, or NULL if it is not known
 * @efr2: Extended Feature 2 Register, section 3.4.9, or NULL likewise
 * @out: filled
 *
 * Where the capability says that there is no EFR, @efr and @efr2 are ignored.
 */
void amdvi_decode(u32 cap, const u64 *efr, const u64 *efr2,
		  struct amdvi_caps *out)
{
	static const struct amdvi_caps none;

	*out = none;
	out->cap_type = (u8)ic_bits(cap, 18, 16);
	out->cap_rev = (u8)ic_bits(cap, 23, 19);
	out->iotlb = ic_bit(cap, 24);
	out->ht_tunnel = ic_bit(cap, 25);
	out->caching_mode = ic_bit(cap, 26);
	out->efr_supported = ic_bit(cap, 27);
	out->cap_ext = ic_bit(cap, 28);

	if (!out->efr_supported)
		return;
	if (efr)
		decode_efr(*efr, out);
	if (efr2) {
		out->efr2_known = true;
		out->snp_io = ic_bit(*efr2, 1);
		out->gcr3_trp_mode = ic_bit(*efr2, 3);
		out->irt_2k = ic_bits(*efr2, 9, 8) == 1;
	}
}

/*
 * Host tables map any power of two from 4K on, section 2.2.3; 512G is left
 * out, as Linux does, for an erratum. Without them there are the guest tables'
 * sizes. Nothing about either is known until the EFR has been read.
 */
static u64 page_sizes(const struct amdvi_caps *caps)
{
	if (!caps->efr_known)
		return 0;
	if (!caps->host_levels)
		return IC_SIZE_4K | IC_SIZE_2M | IC_SIZE_1G;
	return ((1ULL << 52) - IC_SIZE_4K) & ~IC_SIZE_512G;
}

/* Four levels are 48 bits, five 57, and six all 64. */
static int address_width(unsigned int levels)
{
	if (!levels)
		return 0;
	return levels < 6 ? 12 + 9 * (int)levels : 64;
}

/**
 * amdvi_unit_caps() - a unit's capabilities in vendor-neutral words
 * @caps: what amdvi_decode() found
 * @out: filled
 *
 * What follows from the architecture alone (untranslated device table entries,
 * coherent walks, forced coherency by the FC bit, 16-bit domain ids) is given
 * as such. Interrupt remapping is left unknown: every unit is meant to have
 * it, no register says so, and emulated ones may lack it.
 */
void amdvi_unit_caps(const struct amdvi_caps *caps, struct ic_unit_caps *out)
{
	int host = address_width(caps->host_levels);

	ic_unit_caps_init(out);
	out->caching_mode = ic_yes_no(caps->caching_mode);
	out->passthrough_capable = IC_YES;
	out->coherent_walk = IC_YES;
	out->snoop_control = IC_YES;
	out->domains = 1ULL << 16;
	out->page_sizes = page_sizes(caps);
	out->address_width = host ? host : address_width(caps->guest_levels);
	out->features_known = caps->efr_known || !caps->efr_supported;
	out->features =
		ic_feat_if(caps->iotlb, IC_FEAT(ATS)) |
		ic_feat_if(caps->page_request, IC_FEAT(PRI)) |
		ic_feat_if(caps->guest_translation, IC_FEAT(PASID)) |
		ic_feat_if(caps->guest_translation && caps->host_levels,
			   IC_FEAT(NESTED)) |
		ic_feat_if(caps->guest_translation, IC_FEAT(FIRST_STAGE)) |
		ic_feat_if(!caps->efr_supported || caps->host_levels,
			   IC_FEAT(SECOND_STAGE)) |
		/* GAMSup bit 0: the guest virtual APIC mode */
		ic_feat_if(caps->guest_apic && (caps->guest_apic_mode & 1),
			   IC_FEAT(POSTED_INTERRUPTS)) |
		ic_feat_if(caps->x2apic, IC_FEAT(X2APIC)) |
		ic_feat_if(caps->host_dirty, IC_FEAT(DIRTY_TRACKING)) |
		ic_feat_if(caps->snp, IC_FEAT(SNP));
}

/**
 * amdvi_decode_control() - decode the Control Register
 * @control: the register, section 3.4.1
 * @out: filled
 */
void amdvi_decode_control(u64 control, struct amdvi_control *out)
{
	out->enabled = ic_bit(control, 0);
	out->coherent = ic_bit(control, 10);
	out->command_buffer = ic_bit(control, 12);
	out->page_request = ic_bit(control, 15);
	out->guest_translation = ic_bit(control, 16);
	out->guest_apic = ic_bit(control, 17);
	out->x2apic = ic_bit(control, 50);
}

/**
 * amdvi_decode_status() - decode the Status Register
 * @status: the register, section 3.4.5
 * @out: filled
 */
void amdvi_decode_status(u64 status, struct amdvi_status *out)
{
	out->event_overflow = ic_bit(status, 0);
	out->event_log_running = ic_bit(status, 3);
	out->command_buffer_running = ic_bit(status, 4);
	out->page_request_overflow = ic_bit(status, 5);
	out->page_request_log_running = ic_bit(status, 7);
	out->guest_apic_log_running = ic_bit(status, 8);
}

/**
 * amdvi_cap_base() - register base from the PCI capability
 * @low: Base Address Low Register of the capability, section 3.2.2
 * @high: Base Address High Register, section 3.2.3
 * @base: filled with the address, 16K aligned; it may be 0 when not enabled
 *
 * Return: whether the registers are enabled at @base.
 */
bool amdvi_cap_base(u32 low, u32 high, u64 *base)
{
	*base = (u64)high << 32 | (low & ~0x3fffU);
	return ic_bit(low, 0);
}
