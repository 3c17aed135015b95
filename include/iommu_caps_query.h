/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a kernel module can ask iommu_caps about a device.
 *
 * A driver that is to work without iommu_caps, too, gets the function by
 * symbol_get(iommu_caps_query), and gives it back by symbol_put(); one that
 * links to it makes iommu_caps load first. Either holds iommu_caps in place.
 */
#ifndef IOMMU_CAPS_QUERY_H
#define IOMMU_CAPS_QUERY_H

struct device;

/**
 * enum iommu_caps_fact - what can be asked
 * @IOMMU_CAPS_FACT_VIOMMU: is the device behind an emulated IOMMU?
 * @IOMMU_CAPS_FACT_CACHING_MODE: must every change of a mapping be announced to
 *	that IOMMU, also from not present to present?
 * @IOMMU_CAPS_FACT_DMA_REMAP: is DMA of the device's group translated or
 *	blocked now?
 * @IOMMU_CAPS_FACT_INTR_REMAP: are the MSIs of the group isolated?
 * @IOMMU_CAPS_FACT_BYPASS: is there any way past translation for the group's
 *	DMA now? The file `bypass` names it
 *
 * Each is that of the file of the same name in groups/<id>/.
 */
enum iommu_caps_fact {
	IOMMU_CAPS_FACT_VIOMMU,
	IOMMU_CAPS_FACT_CACHING_MODE,
	IOMMU_CAPS_FACT_DMA_REMAP,
	IOMMU_CAPS_FACT_INTR_REMAP,
	IOMMU_CAPS_FACT_BYPASS,
};

int iommu_caps_query(struct device *dev, enum iommu_caps_fact fact);

#endif /* IOMMU_CAPS_QUERY_H */
