/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * AMD-Vi registers: AMD I/O Virtualization Technology specification (48882,
 * rev 3.10), sections 3.2 (PCI capability) and 3.4 (MMIO).
 */
#ifndef _IC_AMDVI_REGS_H
#define _IC_AMDVI_REGS_H

#include "unit_caps.h"

/* PCI capability block, offsets from the capability, section 3.2 */
#define AMDVI_CAP_HEADER	0x00
#define AMDVI_CAP_BASE_LOW	0x04	/* bit 0: enabled; 31:14 address */
#define AMDVI_CAP_BASE_HIGH	0x08
#define AMDVI_CAP_RANGE		0x0c
#define AMDVI_CAP_MISC		0x10

/* MMIO registers, section 3.4 */
#define AMDVI_REG_DEVTAB	0x0000
#define AMDVI_REG_CONTROL	0x0018
#define AMDVI_REG_EFR		0x0030
#define AMDVI_REG_DEVTAB_SEGMENT(n)	(0x0100 + 8 * ((n) - 1))
#define AMDVI_REG_EFR2		0x01a0
#define AMDVI_REG_STATUS	0x2020

/* Bytes from the base that hold all of the registers above */
#define AMDVI_REGS_LEN		0x2028

/**
 * struct amdvi_caps - the PCI capability header, EFR and EFR2 decoded
 * @cap_type: type of the capability block, 3 for an IOMMU
 * @cap_rev: its revision
 * @iotlb: IotlbSup: serves ATS requests
 * @ht_tunnel: HtTunnel
 * @caching_mode: NpCache: not-present entries may be cached
 * @efr_supported: EFRSup: there is an EFR
 * @cap_ext: CapExt
 * @efr_known: the fields from here on are valid
 * @prefetch: PreFSup
 * @page_request: PPRSup
 * @x2apic: XTSup
 * @no_execute: NXSup
 * @guest_translation: GTSup: first-stage (guest) tables, PASID
 * @invalidate_all: IASup
 * @guest_apic: GASup
 * @guest_apic_mode: GAMSup
 * @hw_error: HESup
 * @perf_counters: PCSup
 * @host_levels: HATS: levels of host page table; 0 if none or reserved
 * @guest_levels: GATS: levels of guest page table; 0 without GTSup
 * @gcr3_levels: GLXSup plus one: levels of GCR3 table; 0 without GTSup
 * @pasid_bits: PASmax plus one; 0 without GTSup
 * @guest_io: GIOSup
 * @host_access: HASup: hardware sets access bits in host tables
 * @host_dirty: HDSup: and dirty bits
 * @snp: SNPSup
 * @efr2_known: the fields below are valid
 * @snp_io: SevSnpIoSup
 * @gcr3_trp_mode: GCR3TRPModeSup
 * @irt_2k: NumIntRemapSup: 2048 interrupts per function
 */
struct amdvi_caps {
	u8 cap_type;
	u8 cap_rev;
	bool iotlb;
	bool ht_tunnel;
	bool caching_mode;
	bool efr_supported;
	bool cap_ext;
	bool efr_known;
	bool prefetch;
	bool page_request;
	bool x2apic;
	bool no_execute;
	bool guest_translation;
	bool invalidate_all;
	bool guest_apic;
	u8 guest_apic_mode;
	bool hw_error;
	bool perf_counters;
	u8 host_levels;
	u8 guest_levels;
	u8 gcr3_levels;
	u8 pasid_bits;
	bool guest_io;
	bool host_access;
	bool host_dirty;
	bool snp;
	bool efr2_known;
	bool snp_io;
	bool gcr3_trp_mode;
	bool irt_2k;
};

void amdvi_decode(u32 cap, const u64 *efr, const u64 *efr2,
		  struct amdvi_caps *out);
void amdvi_unit_caps(const struct amdvi_caps *caps, struct ic_unit_caps *out);

/**
 * struct amdvi_control - the Control Register decoded, section 3.4.1
 * @enabled: IommuEn
 * @coherent: CoherentEn
 * @command_buffer: CmdBufEn
 * @page_request: PPREn
 * @guest_translation: GTEn
 * @guest_apic: GAEn
 * @x2apic: XTEn
 */
struct amdvi_control {
	bool enabled;
	bool coherent;
	bool command_buffer;
	bool page_request;
	bool guest_translation;
	bool guest_apic;
	bool x2apic;
};

void amdvi_decode_control(u64 control, struct amdvi_control *out);

/**
 * struct amdvi_status - the Status Register decoded, section 3.4.5
 * @event_overflow: EventOverflow
 * @event_log_running: EventLogRun
 * @command_buffer_running: CmdBufRun
 * @page_request_overflow: PPROverflow
 * @page_request_log_running: PPRLogRun
 * @guest_apic_log_running: GALogRun
 */
struct amdvi_status {
	bool event_overflow;
	bool event_log_running;
	bool command_buffer_running;
	bool page_request_overflow;
	bool page_request_log_running;
	bool guest_apic_log_running;
};

void amdvi_decode_status(u64 status, struct amdvi_status *out);
bool amdvi_cap_base(u32 low, u32 high, u64 *base);

#endif /* _IC_AMDVI_REGS_H */
