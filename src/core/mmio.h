/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Registers of IOMMUs, mapped and only ever read.
 */
#ifndef IC_MMIO_H
#define IC_MMIO_H

#include <linux/types.h>

struct device;

/**
 * struct ic_mmio - the registers of one unit
 * @base: the mapping or NULL. Read through ic_mmio_read32() and
 *	ic_mmio_read64() only: they know when a read is safe
 * @iommu: the class device, not referenced, where a read has to make sure
 *	that the driver is still there; else NULL
 * @bound: the device that this driver is bound to, referenced, or NULL
 *
 * Embedded in the unit, which references @iommu for as long as it lives.
 */
struct ic_mmio {
	void __iomem *base;
	struct device *iommu;
	struct device *bound;
};

void ic_mmio_map_driven(struct ic_mmio *regs, struct device *iommu,
			struct device *bound, u64 address, size_t size);
void ic_mmio_map_described(struct ic_mmio *regs, const char *name, u64 address,
			   size_t size);
void ic_mmio_unmap(struct ic_mmio *regs);
bool ic_mmio_read32(const struct ic_mmio *regs, u32 offset, u32 *val);
bool ic_mmio_read64(const struct ic_mmio *regs, u32 offset, u64 *val);
struct device *ic_iommu_get_parent(struct device *iommu);
bool ic_mmio_begin(struct device *iommu, struct device *bound);
void ic_mmio_end(struct device *iommu, struct device *bound);

#endif /* IC_MMIO_H */
