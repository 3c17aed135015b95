/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a remapping unit can do, in words that no vendor owns. Every register
 * decoder fills one of these; units/<name>/ publishes it.
 */
#ifndef _IC_UNIT_CAPS_H
#define _IC_UNIT_CAPS_H

#include "decode.h"

/* Page sizes, as bits of page_sizes below */
#define IC_SIZE_4K	0x1000ULL
#define IC_SIZE_16K	0x4000ULL
#define IC_SIZE_64K	0x10000ULL
#define IC_SIZE_2M	0x200000ULL
#define IC_SIZE_4M	0x400000ULL
#define IC_SIZE_32M	0x2000000ULL
#define IC_SIZE_512M	0x20000000ULL
#define IC_SIZE_1G	0x40000000ULL
#define IC_SIZE_512G	0x8000000000ULL
#define IC_SIZE_256T	0x1000000000000ULL

/* Tokens of units/<name>/features; ic_feature_name() has their spelling. */
enum ic_feat {
	IC_FEAT_ATS,			/* serves ATS translation requests */
	IC_FEAT_PRI,			/* page requests */
	IC_FEAT_PASID,
	IC_FEAT_NESTED,			/* first stage on top of second */
	IC_FEAT_SCALABLE,		/* VT-d scalable mode */
	IC_FEAT_FIRST_STAGE,
	IC_FEAT_SECOND_STAGE,
	IC_FEAT_POSTED_INTERRUPTS,
	IC_FEAT_X2APIC,			/* 32-bit APIC ids */
	IC_FEAT_STALL,			/* faulting transactions can stall */
	IC_FEAT_DIRTY_TRACKING,		/* hardware sets dirty bits */
	IC_FEAT_QUEUED_INVALIDATION,
	IC_FEAT_MSI_FLAT,		/* RISC-V MSI page tables */
	IC_FEAT_MSI_MRIF,		/* RISC-V memory-resident files */
	IC_FEAT_SNP,			/* AMD SEV-SNP checks of DMA */
	IC_FEAT_PROBE,			/* virtio-iommu requests and modes */
	IC_FEAT_MAP_UNMAP,
	IC_FEAT_MMIO,
	IC_FEAT_BYPASS_CONFIG,
	IC_FEAT_COUNT
};

#define IC_FEAT(name)	(1ULL << IC_FEAT_##name)

/**
 * struct ic_unit_caps - vendor-neutral capabilities of one unit
 * @caching_mode: IC_YES: not-present entries may be cached, so every mapping
 *	change must be announced; IC_UNKNOWN if the registers do not tell
 * @intr_remap_capable: the unit can remap interrupts, or IC_UNKNOWN
 * @passthrough_capable: it can pass a device through untranslated, or
 *	IC_UNKNOWN
 * @coherent_walk: its page walks are coherent, or IC_UNKNOWN
 * @snoop_control: it can enforce snooping, or IC_UNKNOWN
 * @range_invalidation: one command can invalidate a range of addresses, or
 *	IC_UNKNOWN
 * @features_known: @features is complete: a token that is missing is a
 *	feature that is missing
 * @page_sizes: bit n set: pages of 2^n bytes; 0 if unknown
 * @address_width: bits of I/O virtual address translated; 0 if unknown
 * @domains: number of domains supported; 0 if unknown
 * @substream_bits: bits of PASID (substream id), 0 for none; IC_NO_NUMBER if
 *	unknown
 * @output_width: bits of physical address that come out; 0 if unknown
 * @features: bitmap of &enum ic_feat
 * @version_major: architecture version, or IC_NO_NUMBER
 * @version_minor: likewise
 *
 * Plain data, owned by whoever declares it.
 */
struct ic_unit_caps {
	enum ic_tristate caching_mode;
	enum ic_tristate intr_remap_capable;
	enum ic_tristate passthrough_capable;
	enum ic_tristate coherent_walk;
	enum ic_tristate snoop_control;
	enum ic_tristate range_invalidation;
	bool features_known;
	u64 page_sizes;
	int address_width;
	u64 domains;
	int substream_bits;
	int output_width;
	u64 features;
	s16 version_major;
	s16 version_minor;
};

/* One term of a feature bitmap: @feat where the unit has it */
static inline u64 ic_feat_if(bool have, u64 feat)
{
	return have ? feat : 0;
}

void ic_unit_caps_init(struct ic_unit_caps *caps);
const char *ic_feature_name(unsigned int feat);
size_t ic_format_page_sizes(u64 sizes, char *buf, size_t size);
size_t ic_format_features(u64 features, char *buf, size_t size);

#endif /* _IC_UNIT_CAPS_H */
