/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one place that knows kernels apart. Code elsewhere is written as for
 * the newest kernel; what an older one lacks is supplied here.
 *
 * The IC_HAVE_* macros come from config.h, which probe.sh makes from the
 * headers and the Module.symvers of this very build: versions are never
 * compared, since distribution kernels backport.
 */
#ifndef IC_COMPAT_H
#define IC_COMPAT_H

#include <linux/device.h>
#include <linux/dma-map-ops.h>
#include <linux/iommu.h>
#include <linux/irqdomain.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/pm_runtime.h>
#if IS_ENABLED(CONFIG_ARM_AMBA)
#include <linux/amba/bus.h>
#endif

#include "config.h"
#include "decode/decode.h"

/* Constness of the driver core's types changed over time; follow it. */
#define ic_bus_type	__typeof__(pci_bus_type)
#define ic_class	__typeof__(*((struct device *)NULL)->class)
#define ic_kobj_type	__typeof__(*((struct kobject *)NULL)->ktype)

/* Without device_iommu_capable() the coherency flag means something else. */
static inline enum ic_tristate ic_device_coherent(struct device *dev)
{
#ifdef IC_HAVE_DEVICE_IOMMU_CAPABLE
	return ic_yes_no(device_iommu_capable(dev, IOMMU_CAP_CACHE_COHERENCY));
#else
	return IC_UNKNOWN;
#endif
}

static inline enum ic_tristate ic_device_preboot(struct device *dev)
{
#if defined(IC_HAVE_DEVICE_IOMMU_CAPABLE) && \
	defined(IC_HAVE_CAP_PRE_BOOT_PROTECTION)
	return ic_yes_no(device_iommu_capable(dev,
					      IOMMU_CAP_PRE_BOOT_PROTECTION));
#else
	return IC_UNKNOWN;
#endif
}

static inline bool ic_dev_is_removable(struct device *dev)
{
#ifdef IC_HAVE_DEV_REMOVABLE
	return dev_is_removable(dev);
#else
	return false;
#endif
}

#ifndef IC_HAVE_DMA_OWNER
static inline int ic_unmanaged_one(struct device *dev, void *unmanaged)
{
	struct iommu_domain *domain = iommu_get_domain_for_dev(dev);

	if (domain)
		*(enum ic_tristate *)unmanaged =
			ic_yes_no(domain->type == IOMMU_DOMAIN_UNMANAGED);
	return 1;	/* one device tells for the group */
}
#endif

/*
 * Does somebody own the DMA of the group?
 *
 * Before ownership was tracked: an unmanaged domain is attached. The group's
 * mutex is held while its devices are visited, so the domain cannot go.
 */
static inline enum ic_tristate ic_group_claimed(struct iommu_group *group)
{
#ifdef IC_HAVE_DMA_OWNER
	return ic_yes_no(iommu_group_dma_owner_claimed(group));
#else
	enum ic_tristate unmanaged = IC_UNKNOWN;

	iommu_group_for_each_dev(group, &unmanaged, ic_unmanaged_one);
	return unmanaged;
#endif
}

/*
 * Does this bound driver leave DMA ownership to somebody else (VFIO, bridge
 * drivers)? Any other driver claims the group for the kernel's DMA API.
 * The caller holds rcu_read_lock() or the device's lock.
 */
static inline bool ic_driver_managed_dma(struct device *dev,
					 struct device_driver *drv)
{
#ifdef IC_HAVE_DRIVER_MANAGED_DMA
	if (dev_is_pci(dev))
		return to_pci_driver(drv)->driver_managed_dma;
	if (dev->bus == &platform_bus_type)
		return to_platform_driver(drv)->driver_managed_dma;
#if IS_ENABLED(CONFIG_ARM_AMBA)
	if (dev->bus == &amba_bustype)
		return container_of(drv, struct amba_driver,
				    drv)->driver_managed_dma;
#endif
#endif
	return false;
}

/*
 * May this driver stay bound to a device of a group that VFIO takes? Before
 * DMA ownership was tracked, VFIO had a list: bridges, pci-stub, its own.
 * The caller holds rcu_read_lock() or the device's lock.
 */
static inline bool ic_driver_tolerated(struct device *dev,
				       struct device_driver *drv)
{
#ifdef IC_HAVE_DMA_OWNER
	return ic_driver_managed_dma(dev, drv);
#else
	return (dev_is_pci(dev) &&
		to_pci_dev(dev)->hdr_type != PCI_HEADER_TYPE_NORMAL) ||
	       !strcmp(drv->name, "pci-stub") || strstr(drv->name, "vfio");
#endif
}

/* Does the IOMMU core itself keep VFIO from devices with 1:1 regions? */
static inline bool ic_core_refuses_direct(void)
{
#ifdef IC_HAVE_REQUIRE_DIRECT
	return true;
#else
	return false;
#endif
}

/* Does a bound driver that wants the kernel's DMA API claim its group? */
static inline bool ic_drivers_claim(void)
{
#ifdef IC_HAVE_DMA_OWNER
	return true;
#else
	return false;
#endif
}

/* Until then, VFIO also wanted all devices of a group on one bus. */
static inline bool ic_vfio_wants_one_bus(void)
{
#ifdef IC_HAVE_DMA_OWNER
	return false;
#else
	return true;
#endif
}

/*
 * Older kernels have no per-group answer about MSI isolation. What VFIO asks
 * there is: do all MSI domains of the machine remap, or does the IOMMU (per
 * bus, later per device) say that it isolates?
 */
#ifdef IC_HAVE_ISOLATED_MSI
#define ic_group_isolated_msi(group) iommu_group_has_isolated_msi(group)
#else
static inline bool ic_device_isolates(struct device *dev)
{
#if defined(IC_HAVE_CAP_INTR_REMAP) && defined(IC_HAVE_DEVICE_IOMMU_CAPABLE)
	return device_iommu_capable(dev, IOMMU_CAP_INTR_REMAP);
#elif defined(IC_HAVE_CAP_INTR_REMAP) && defined(IC_HAVE_BUS_IOMMU_CAPABLE)
	return dev->bus && iommu_capable(dev->bus, IOMMU_CAP_INTR_REMAP);
#else
	return false;
#endif
}

static inline bool ic_msi_domains_remap(void)
{
#ifdef IC_HAVE_CHECK_MSI_REMAP
	return irq_domain_check_msi_remap();
#else
	return false;
#endif
}
#endif /* !IC_HAVE_ISOLATED_MSI */

#if defined(IC_HAVE_HV_ROOT_PARTITION) || defined(IC_HAVE_HV_PARTITION_TYPE)
#include <asm/mshyperv.h>
#endif

static inline bool ic_hyperv_root(void)
{
#if defined(IC_HAVE_HV_ROOT_PARTITION)
	return hv_root_partition;
#elif defined(IC_HAVE_HV_PARTITION_TYPE)
	return hv_root_partition();
#else
	return false;
#endif
}

/* Does the DMA API go through the IOMMU? Older kernels have no mark for it. */
#ifdef IC_HAVE_USE_DMA_IOMMU
#include <linux/iommu-dma.h>
#endif

static inline enum ic_tristate ic_use_dma_iommu(struct device *dev)
{
#if defined(IC_HAVE_USE_DMA_IOMMU) && defined(CONFIG_IOMMU_DMA)
	return ic_yes_no(use_dma_iommu(dev));
#else
	return IC_UNKNOWN;
#endif
}

/* On x86 get_dma_ops() needs a symbol, unless it is but a stub. */
static inline bool ic_get_dma_ops(struct device *dev,
				  const struct dma_map_ops **ops)
{
#if defined(CONFIG_X86) && !defined(IC_HAVE_X86_DMA_OPS) && \
	(defined(CONFIG_DMA_OPS) || defined(CONFIG_ARCH_HAS_DMA_OPS))
	return false;
#elif defined(IC_HAVE_GET_DMA_OPS)
	*ops = get_dma_ops(dev);
	return true;
#else
	return false;
#endif
}

static inline bool ic_dma_ops_bypass(struct device *dev)
{
#if defined(IC_HAVE_DEV_DMA_OPS_BYPASS)
	return dev_dma_ops_bypass(dev);
#elif defined(CONFIG_DMA_OPS_BYPASS)
	return dev->dma_ops_bypass;
#else
	return false;
#endif
}

/*
 * Take a reference that keeps a device powered, unless it is suspended: then
 * false. Without runtime PM, or where it is off for the device, it has power.
 */
static inline bool ic_pm_get_if_active(struct device *dev)
{
#ifdef IC_HAVE_PM_GET_IF_ACTIVE
	int ret = pm_runtime_get_if_active(dev);
#else
	int ret = pm_runtime_get_if_active(dev, true);
#endif

	if (ret == -EINVAL)
		pm_runtime_get_noresume(dev);
	return ret;
}

/* After ic_pm_get_if_active(): lets the device suspend again */
static inline void ic_pm_put(struct device *dev)
{
	pm_runtime_put(dev);
}

#ifdef IC_HAVE_TRACEPOINTS
#include <trace/events/iommu.h>
#endif

#endif /* IC_COMPAT_H */
