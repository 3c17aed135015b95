/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The interface of iommu_caps, shared by kernel and user space
 *
 * The names of everything under /sys/kernel/iommu_caps, ABI version 1, and
 * the words that the files hold. Plain preprocessor only: the kernel module,
 * the tools and the tests include the same file. What each file means is in
 * Documentation/ABI/testing/sysfs-kernel-iommu_caps.
 *
 * The lists are X-macros: pass a macro of one argument and it is applied to
 * every name, so that a name is written once.
 */
#ifndef IOMMU_CAPS_H
#define IOMMU_CAPS_H

#define IOMMU_CAPS_ABI_VERSION		1

/* The directory below /sys/kernel, and the link in each device's directory */
#define IOMMU_CAPS_NAME			"iommu_caps"

/* Directories and links */
#define IOMMU_CAPS_DIR_UNITS		"units"
#define IOMMU_CAPS_DIR_GROUPS		"groups"
#define IOMMU_CAPS_DIR_UNPROTECTED	"unprotected"
#define IOMMU_CAPS_DIR_DEVICES		"devices"
#define IOMMU_CAPS_DIR_REGISTERS	"registers"
#define IOMMU_CAPS_DIR_ACS		"acs"
#define IOMMU_CAPS_LINK_DEVICE		"device"
#define IOMMU_CAPS_LINK_IOMMU		"iommu"
#define IOMMU_CAPS_LINK_IOMMU_GROUP	"iommu_group"

/* Readable files of the top directory */
#define IOMMU_CAPS_TOP_ATTRS(X)						\
	X(abi_version)							\
	X(state)							\
	X(platform)							\
	X(firmware)							\
	X(preboot_protection)						\
	X(dma_path)

/* Files of the top directory that are written */
#define IOMMU_CAPS_TOP_WO_ATTRS(X)					\
	X(rescan)

/* Files of units/<name>/ */
#define IOMMU_CAPS_UNIT_ATTRS(X)					\
	X(type)								\
	X(active)							\
	X(virtual)							\
	X(caching_mode)							\
	X(intr_remap_capable)						\
	X(intr_remap)							\
	X(passthrough_capable)						\
	X(coherent_walk)						\
	X(snoop_control)						\
	X(page_sizes)							\
	X(address_width)						\
	X(domains)							\
	X(features)							\
	X(scalable)							\
	X(range_invalidation)						\
	X(substream_bits)						\
	X(output_width)							\
	X(version)							\
	X(segment)							\
	X(address)

/* Files of units/<name>/registers/, whichever the architecture has */
#define IOMMU_CAPS_REGISTERS(X)						\
	X(cap)								\
	X(ecap)								\
	X(gsts)								\
	X(efr)								\
	X(efr2)								\
	X(control)							\
	X(idr0)								\
	X(idr1)								\
	X(idr3)								\
	X(idr5)								\
	X(iidr)								\
	X(cr0)								\
	X(capabilities)							\
	X(ddtp)								\
	X(features)

/* Files of groups/<id>/ */
#define IOMMU_CAPS_GROUP_ATTRS(X)					\
	X(id)								\
	X(name)								\
	X(caching_mode)							\
	X(viommu)							\
	X(domain_type)							\
	X(dma_remap)							\
	X(hw_path)							\
	X(intr_remap)							\
	X(bypass)							\
	X(coherent)							\
	X(external)							\
	X(preboot_protection)						\
	X(owner)							\
	X(assign_blockers)						\
	X(page_sizes)							\
	X(address_width)						\
	X(iova_ranges)							\
	X(dma_path)							\
	X(pasids)							\
	X(enabled)							\
	X(noexec)							\
	X(dirty_tracking)						\
	X(enforced_coherency)						\
	X(deferred_flush)						\
	X(msi_controller)

/* those whose value takes a walk through page tables; root only */
#define IOMMU_CAPS_GROUP_HEAVY_ATTRS(X)					\
	X(hw_readable_ram)						\
	X(hw_writable_ram)

/* and the file that has all of the former as lines NAME=VALUE */
#define IOMMU_CAPS_SUMMARY		"summary"

/* Files of acs/<BDF>/ */
#define IOMMU_CAPS_ACS_ATTRS(X)						\
	X(capable)							\
	X(enabled)

/* Words of `state` */
#define IOMMU_CAPS_STATE_NONE		"none"
#define IOMMU_CAPS_STATE_DISABLED	"disabled"
#define IOMMU_CAPS_STATE_PASSTHROUGH	"passthrough"
#define IOMMU_CAPS_STATE_PARTIAL	"partial"
#define IOMMU_CAPS_STATE_FULL		"full"
#define IOMMU_CAPS_STATE_HYPERVISOR	"hypervisor"

/* Words of `platform` */
#define IOMMU_CAPS_PLATFORM_BARE_METAL	"bare-metal"
#define IOMMU_CAPS_PLATFORM_GUEST	"guest"
#define IOMMU_CAPS_PLATFORM_XEN_DOM0	"xen-dom0"
#define IOMMU_CAPS_PLATFORM_XEN_GUEST	"xen-guest"
#define IOMMU_CAPS_PLATFORM_HYPERV_ROOT	"hyperv-root"

/* Tokens of `firmware` */
#define IOMMU_CAPS_FW_DMAR		"DMAR"
#define IOMMU_CAPS_FW_IVRS		"IVRS"
#define IOMMU_CAPS_FW_IORT		"IORT"
#define IOMMU_CAPS_FW_VIOT		"VIOT"
#define IOMMU_CAPS_FW_RIMT		"RIMT"
#define IOMMU_CAPS_FW_DEVICE_TREE	"device-tree"

/* Tokens of `dma_path` */
#define IOMMU_CAPS_DMA_DIRECT		"direct"
#define IOMMU_CAPS_DMA_IOMMU		"iommu"
#define IOMMU_CAPS_DMA_SWIOTLB_XEN	"swiotlb-xen"

/* Words of a unit's `type` */
#define IOMMU_CAPS_TYPE_INTEL_VTD	"intel-vtd"
#define IOMMU_CAPS_TYPE_AMD_VI		"amd-vi"
#define IOMMU_CAPS_TYPE_VIRTIO		"virtio-iommu"
#define IOMMU_CAPS_TYPE_ARM_SMMU_V3	"arm-smmu-v3"
#define IOMMU_CAPS_TYPE_ARM_SMMU	"arm-smmu"
#define IOMMU_CAPS_TYPE_RISCV		"riscv-iommu"
#define IOMMU_CAPS_TYPE_POWER_TCE	"power-tce"
#define IOMMU_CAPS_TYPE_OTHER		"other"

/* Words of a group's `domain_type` */
#define IOMMU_CAPS_DOMAIN_DMA		"DMA"
#define IOMMU_CAPS_DOMAIN_DMA_FQ	"DMA-FQ"
#define IOMMU_CAPS_DOMAIN_IDENTITY	"identity"
#define IOMMU_CAPS_DOMAIN_BLOCKED	"blocked"
#define IOMMU_CAPS_DOMAIN_UNMANAGED	"unmanaged"

/* Tokens of a group's `bypass`; `none` stands alone */
#define IOMMU_CAPS_BYPASS_NONE		"none"
#define IOMMU_CAPS_BYPASS_IDENTITY	"identity"
#define IOMMU_CAPS_BYPASS_INACTIVE	"inactive"
#define IOMMU_CAPS_BYPASS_DIRECT	"direct"
#define IOMMU_CAPS_BYPASS_RELAXABLE	"direct-relaxable"
#define IOMMU_CAPS_BYPASS_ATS		"ats"
#define IOMMU_CAPS_BYPASS_DMA_OPS	"dma-ops-bypass"
#define IOMMU_CAPS_BYPASS_HW		"hw-pass-through"

/* Tokens of a group's `hw_path` */
#define IOMMU_CAPS_HW_TRANSLATE		"translate"
#define IOMMU_CAPS_HW_PASS_THROUGH	"pass-through"
#define IOMMU_CAPS_HW_ABORT		"abort"

/* Word of a group's `hw_readable_ram` and `hw_writable_ram` */
#define IOMMU_CAPS_HW_ALL		"all"

/* Words of a group's `owner` */
#define IOMMU_CAPS_OWNER_KERNEL		"kernel"
#define IOMMU_CAPS_OWNER_USER		"user"

/* Tokens of a group's `assign_blockers`; `bound:` goes on <device>/<driver> */
#define IOMMU_CAPS_BLOCK_INTERRUPTS	"no-isolated-interrupts"
#define IOMMU_CAPS_BLOCK_COHERENCY	"no-cache-coherency"
#define IOMMU_CAPS_BLOCK_DIRECT		"reserved-direct"
#define IOMMU_CAPS_BLOCK_BOUND		"bound:"
#define IOMMU_CAPS_BLOCK_BOUND_MORE	"bound:more"
#define IOMMU_CAPS_BLOCK_NO_DEVICE	"no-assignable-device"
#define IOMMU_CAPS_BLOCK_MIXED_BUS	"mixed-bus"
#define IOMMU_CAPS_BLOCK_IN_USE		"in-use"

/* Tokens of acs/<BDF>/capable and enabled */
#define IOMMU_CAPS_ACS_SOURCE_VALIDATION	"source-validation"
#define IOMMU_CAPS_ACS_TRANSLATION_BLOCKING	"translation-blocking"
#define IOMMU_CAPS_ACS_REQUEST_REDIRECT		"request-redirect"
#define IOMMU_CAPS_ACS_COMPLETION_REDIRECT	"completion-redirect"
#define IOMMU_CAPS_ACS_UPSTREAM_FORWARDING	"upstream-forwarding"
#define IOMMU_CAPS_ACS_EGRESS_CONTROL		"egress-control"
#define IOMMU_CAPS_ACS_DIRECT_TRANSLATED	"direct-translated"

/* Tokens of a group's `enabled` */
#define IOMMU_CAPS_ENABLED_ATS		"ats"
#define IOMMU_CAPS_ENABLED_PRI		"pri"
#define IOMMU_CAPS_ENABLED_PASID	"pasid"

/* Words of a group's `msi_controller` */
#define IOMMU_CAPS_MSI_REMAPPED		"remapped"
#define IOMMU_CAPS_MSI_APIC		"apic"
#define IOMMU_CAPS_MSI_ITS		"its"
#define IOMMU_CAPS_MSI_GICV2M		"gicv2m"
#define IOMMU_CAPS_MSI_IMSIC		"imsic"
#define IOMMU_CAPS_MSI_OTHER		"other"

#endif /* IOMMU_CAPS_H */
