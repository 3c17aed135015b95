/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one place that knows kernels apart. Code elsewhere is written as for
 * the newest kernel: what an older one lacks is supplied here under the newest
 * one's name, or, where it cannot be supplied, as a fact that may be unknown.
 *
 * The IC_HAVE_* and IC_UNEXPORTED_* macros come from config.h, which probe.sh
 * makes from the headers and the Module.symvers of this very build: versions
 * are never compared, since distribution kernels backport. An interface that
 * the kernel keeps from modules costs the facts that need it: what older
 * kernels did in its stead is not what this one does.
 */
#ifndef IC_COMPAT_H
#define IC_COMPAT_H

#include <linux/crash_dump.h>
#include <linux/device.h>
#include <linux/dma-map-ops.h>
#include <linux/iommu.h>
#include <linux/ioport.h>
#include <linux/irq.h>
#include <linux/irqdomain.h>
#include <linux/msi.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/pm_runtime.h>
#include <trace/events/iommu.h>
#if IS_ENABLED(CONFIG_ARM_AMBA)
#include <linux/amba/bus.h>
#endif
#if IS_ENABLED(CONFIG_FSL_MC_BUS)
#include <linux/fsl/mc.h>
#endif
#if IS_ENABLED(CONFIG_CDX_BUS)
#include <linux/cdx/cdx_bus.h>
#endif

#include "config.h"
#include "decode/decode.h"

/*
 * Interfaces that came into the kernel together, or one after the other. If
 * the later one is there and the earlier one was not found, the probe is wrong
 * about this kernel; rather than apply an older kernel's rules, do not build.
 */
#if (defined(IC_HAVE_DMA_OWNER) || defined(IC_UNEXPORTED_DMA_OWNER)) != \
	defined(IC_HAVE_DRIVER_MANAGED_DMA)
#error "ownership of DMA: iommu_group_dma_owner_claimed() and driver_managed_dma disagree"
#endif
#ifdef IC_HAVE_DRIVER_MANAGED_DMA
#if IS_ENABLED(CONFIG_ARM_AMBA) && !defined(IC_HAVE_AMBA_MANAGED_DMA)
#error "ownership of DMA: struct amba_driver has no driver_managed_dma"
#endif
#if IS_ENABLED(CONFIG_FSL_MC_BUS) && !defined(IC_HAVE_FSL_MC_MANAGED_DMA)
#error "ownership of DMA: struct fsl_mc_driver has no driver_managed_dma"
#endif
#if IS_ENABLED(CONFIG_CDX_BUS) && !defined(IC_HAVE_CDX_MANAGED_DMA)
#error "ownership of DMA: struct cdx_driver has no driver_managed_dma"
#endif
#endif
#if defined(IOMMU_DOMAIN_PLATFORM) && !defined(IC_HAVE_REQUIRE_DIRECT)
#error "1:1 regions: struct dev_iommu has no require_direct"
#endif
#if defined(IC_HAVE_DMA_IOMMU_MARK) && !defined(IC_HAVE_USE_DMA_IOMMU)
#error "DMA API: dev->dma_iommu, but no use_dma_iommu()"
#endif
#if defined(IC_HAVE_DRIVER_GET_DOMAIN) && !defined(IC_HAVE_ATTACH_DEFERRED)
#error "attached domains: struct dev_iommu has no attach_deferred"
#endif

/* Constness of the driver core's types changed over time; follow it. */
#define ic_bus_type	__typeof__(pci_bus_type)
#define ic_class	__typeof__(*((struct device *)NULL)->class)
#define ic_kobj_type	__typeof__(*((struct kobject *)NULL)->ktype)

/* Domain types that this kernel does not have: no domain is of one of them. */
#ifndef IOMMU_DOMAIN_DMA_FQ
#define IOMMU_DOMAIN_DMA_FQ	BIT(28)
#endif
#ifndef IOMMU_DOMAIN_SVA
#define IOMMU_DOMAIN_SVA	BIT(29)
#endif
#ifndef IOMMU_DOMAIN_NESTED
#define IOMMU_DOMAIN_NESTED	BIT(30)
#endif

/*
 * The domain that is attached to a device, asked with the group's lock held.
 * Newer kernels have a function for callers that hold it, older ones one that
 * takes no lock. Without either, visiting a group's devices fails.
 */
#if !defined(IC_HAVE_GET_DOMAIN) || defined(IC_UNEXPORTED_DRIVER_GET_DOMAIN)
static inline struct iommu_domain *ic_no_domain(struct device *dev)
{
	return NULL;
}

static inline int ic_no_devices(struct iommu_group *group, void *data,
				int (*fn)(struct device *, void *))
{
	return -EOPNOTSUPP;
}

#define iommu_driver_get_domain_for_dev	ic_no_domain
#define iommu_group_for_each_dev	ic_no_devices
#elif !defined(IC_HAVE_DRIVER_GET_DOMAIN)
#define iommu_driver_get_domain_for_dev	iommu_get_domain_for_dev
#endif

static inline enum ic_tristate ic_is_kdump_kernel(void)
{
#ifdef IC_HAVE_IS_KDUMP_KERNEL
	return ic_yes_no(is_kdump_kernel());
#else
	return IC_UNKNOWN;
#endif
}

/*
 * Is the domain attached in name only, while the tables of the kernel that
 * crashed are still in use? Called with the group's lock held, so dev->iommu
 * stays. Older kernels have no mark for it: they ask the driver, which is safe
 * only where the answer matters, since it may look at a device it has released.
 */
static inline enum ic_tristate ic_attach_deferred(struct device *dev,
						  struct iommu_domain *domain)
{
#ifdef IC_HAVE_ATTACH_DEFERRED
	return ic_yes_no(dev->iommu && dev->iommu->attach_deferred);
#else
	enum ic_tristate kdump = ic_is_kdump_kernel();

	if (kdump != IC_YES)
		return kdump;
#if defined(IC_HAVE_DEVICE_ATTACH_DEFERRED)
	if (dev->iommu && dev->iommu->iommu_dev &&
	    dev->iommu->iommu_dev->ops->is_attach_deferred)
		return ic_yes_no(dev->iommu->iommu_dev->ops->is_attach_deferred(dev));
	return IC_NO;
#elif defined(IC_HAVE_DOMAIN_ATTACH_DEFERRED)
	if (domain->ops->is_attach_deferred)
		return ic_yes_no(domain->ops->is_attach_deferred(domain, dev));
	return IC_NO;
#else
	return IC_UNKNOWN;
#endif
#endif
}

/* The 1:1 regions and other reserved ones of a group */
#ifndef IC_HAVE_GROUP_RESV_REGIONS
static inline int ic_no_resv_regions(struct iommu_group *group,
				     struct list_head *head)
{
	return -ENODATA;
}

#define iommu_get_group_resv_regions	ic_no_resv_regions
#endif

/*
 * Of capabilities that are younger, a kernel without device_iommu_capable()
 * says nothing; its flag of coherency means something else.
 */
static inline enum ic_tristate ic_capable(struct device *dev,
					  enum iommu_cap cap)
{
#ifdef IC_HAVE_DEVICE_IOMMU_CAPABLE
	return ic_yes_no(device_iommu_capable(dev, cap));
#else
	return IC_UNKNOWN;
#endif
}

static inline enum ic_tristate ic_iommu_coherent(struct device *dev)
{
	return ic_capable(dev, IOMMU_CAP_CACHE_COHERENCY);
}

/* Does VFIO refuse a device whose DMA the IOMMU cannot make coherent? */
static inline enum ic_tristate ic_vfio_asks_coherency(void)
{
#ifdef IC_UNEXPORTED_DEVICE_IOMMU_CAPABLE
	return IC_UNKNOWN;
#else
	return ic_yes_no(IS_BUILTIN(IC_HAVE_DEVICE_IOMMU_CAPABLE));
#endif
}

static inline enum ic_tristate ic_device_preboot(struct device *dev)
{
#ifdef IC_HAVE_CAP_PRE_BOOT_PROTECTION
	return ic_capable(dev, IOMMU_CAP_PRE_BOOT_PROTECTION);
#else
	return IC_UNKNOWN;
#endif
}

static inline enum ic_tristate ic_device_noexec(struct device *dev)
{
#ifdef IC_HAVE_CAP_NOEXEC
	return ic_capable(dev, IOMMU_CAP_NOEXEC);
#else
	return IC_UNKNOWN;
#endif
}

static inline enum ic_tristate
ic_device_dirty_tracking(struct device *dev)
{
#ifdef IC_HAVE_CAP_DIRTY_TRACKING
	return ic_capable(dev, IOMMU_CAP_DIRTY_TRACKING);
#else
	return IC_UNKNOWN;
#endif
}

static inline enum ic_tristate
ic_device_enforced_coherency(struct device *dev)
{
#ifdef IC_HAVE_CAP_ENFORCE_CACHE_COHERENCY
	return ic_capable(dev, IOMMU_CAP_ENFORCE_CACHE_COHERENCY);
#else
	return IC_UNKNOWN;
#endif
}

static inline enum ic_tristate
ic_device_deferred_flush(struct device *dev)
{
#ifdef IC_HAVE_CAP_DEFERRED_FLUSH
	return ic_capable(dev, IOMMU_CAP_DEFERRED_FLUSH);
#else
	return IC_UNKNOWN;
#endif
}

/*
 * A domain such as VFIO gets for a device that is in a group, unattached, to
 * be given back by iommu_domain_free(); or an error pointer.
 */
static inline struct iommu_domain *ic_domain_alloc(struct device *dev)
{
#ifdef IC_HAVE_PAGING_DOMAIN_ALLOC
	return iommu_paging_domain_alloc(dev);
#elif defined(IC_HAVE_DOMAIN_ALLOC)
	return iommu_domain_alloc(dev->bus) ?: ERR_PTR(-ENOMEM);
#else
	return ERR_PTR(-EOPNOTSUPP);
#endif
}

/* Is the driver told for which device that is? If not, attaching decides. */
static inline enum ic_tristate ic_domain_alloc_by_device(struct device *dev)
{
#ifdef IC_HAVE_OPS_ALLOC_PAGING
	const struct iommu_ops *ops;

	if (!dev->iommu || !dev->iommu->iommu_dev)
		return IC_NO;
	ops = dev->iommu->iommu_dev->ops;
#ifdef IC_HAVE_OPS_ALLOC_PAGING_FLAGS
	if (ops->domain_alloc_paging_flags)
		return IC_YES;
#endif
	return ic_yes_no(ops->domain_alloc_paging);
#else
	return IC_NO;
#endif
}

/* PASIDs that a device in a group may use with its IOMMU; false: unknown */
static inline bool ic_device_max_pasids(struct device *dev, u32 *max)
{
#ifdef IC_HAVE_MAX_PASIDS
	if (dev->iommu) {
		*max = dev->iommu->max_pasids;
		return true;
	}
#endif
	return false;
}

static inline bool ic_pci_has_pasid(struct pci_dev *pdev)
{
#ifdef CONFIG_PCI_PASID
	return pdev->pasid_cap;
#else
	return false;
#endif
}

static inline const struct irq_domain *
ic_irq_domain_parent(const struct irq_domain *domain)
{
#ifdef CONFIG_IRQ_DOMAIN_HIERARCHY
	return domain->parent;
#else
	return NULL;
#endif
}

/*
 * The word of an interrupt controller's driver that it puts in front of the
 * names of MSI chips, on older kernels such a name itself; or NULL.
 */
static inline const char *ic_msi_word(const struct irq_domain *domain)
{
#ifdef IC_HAVE_MSI_PARENT_OPS
	if (domain->flags & IRQ_DOMAIN_FLAG_MSI_PARENT &&
	    domain->msi_parent_ops && domain->msi_parent_ops->prefix)
		return domain->msi_parent_ops->prefix;
#endif
#ifdef IC_HAVE_MSI_DOMAIN_INFO
	if (domain->flags & IRQ_DOMAIN_FLAG_MSI && domain->host_data) {
		const struct msi_domain_info *info = domain->host_data;

		return info->chip ? info->chip->name : NULL;
	}
#endif
	return NULL;
}

#ifndef IC_HAVE_DEV_REMOVABLE
#define dev_is_removable(dev)	((void)(dev), false)
#endif

/*
 * Does this kernel track who owns DMA of a group? Then a bound driver that
 * wants the kernel's DMA API claims its group, and VFIO has to claim it, too.
 * Before, VFIO looked at the drivers itself (bridges, pci-stub and its own may
 * stay) and wanted all devices of a group on one bus.
 */
static inline bool ic_dma_owner_tracked(void)
{
	return IS_BUILTIN(IC_HAVE_DRIVER_MANAGED_DMA);
}

/* Has somebody claimed the group? For kernels that track it. */
static inline enum ic_tristate ic_group_claimed(struct iommu_group *group)
{
#ifdef IC_HAVE_DMA_OWNER
	return ic_yes_no(iommu_group_dma_owner_claimed(group));
#else
	return IC_UNKNOWN;
#endif
}

/*
 * Does this bound driver leave ownership to somebody else (VFIO, bridge
 * drivers)? Any other driver claims the group, on the buses that do so.
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
	if (!strcmp(dev->bus->name, "amba"))
		return container_of(drv, struct amba_driver,
				    drv)->driver_managed_dma;
#endif
#if IS_ENABLED(CONFIG_FSL_MC_BUS)
	if (!strcmp(dev->bus->name, "fsl-mc"))
		return container_of(drv, struct fsl_mc_driver,
				    driver)->driver_managed_dma;
#endif
#if IS_ENABLED(CONFIG_CDX_BUS)
	if (!strcmp(dev->bus->name, "cdx"))
		return container_of(drv, struct cdx_driver,
				    driver)->driver_managed_dma;
#endif
#endif
	return true;
}

/*
 * May this driver stay bound to a device of a group that VFIO takes? The
 * caller holds rcu_read_lock() or the device's lock.
 */
static inline bool ic_driver_tolerated(struct device *dev,
				       struct device_driver *drv)
{
	if (ic_dma_owner_tracked())
		return ic_driver_managed_dma(dev, drv);
	return (dev_is_pci(dev) &&
		to_pci_dev(dev)->hdr_type != PCI_HEADER_TYPE_NORMAL) ||
	       !strcmp(drv->name, "pci-stub") || strstr(drv->name, "vfio");
}

/* Does the IOMMU core itself keep VFIO from devices with 1:1 regions? */
static inline bool ic_core_refuses_direct(void)
{
	return IS_BUILTIN(IC_HAVE_REQUIRE_DIRECT);
}

/* Virtual functions of a physical one, or -ENODATA where that cannot be told */
static inline int ic_pci_num_vf(struct pci_dev *pdev)
{
#ifdef IC_HAVE_PCI_NUM_VF
	return pci_num_vf(pdev);
#else
	return pdev->is_physfn ? -ENODATA : 0;
#endif
}

/*
 * vfio-pci put the accelerators DSA and IAX on its denylist by the change that
 * gave their ids names. Before, the names stand for one that is on it anyway.
 */
#ifndef PCI_DEVICE_ID_INTEL_DSA_SPR0
#define PCI_DEVICE_ID_INTEL_DSA_SPR0	PCI_DEVICE_ID_INTEL_QAT_C62X
#define PCI_DEVICE_ID_INTEL_IAX_SPR0	PCI_DEVICE_ID_INTEL_QAT_C62X
#endif

/*
 * Older kernels have no per-group answer about MSI isolation. What VFIO asks
 * there is: do all MSI domains of the machine remap, or does the IOMMU (per
 * bus, later per device) say that it isolates?
 */
static inline bool ic_isolation_by_group(void)
{
	return IS_BUILTIN(IC_HAVE_ISOLATED_MSI);
}

#ifndef IC_HAVE_ISOLATED_MSI
#define iommu_group_has_isolated_msi(group)	((void)(group), false)
#endif

static inline enum ic_tristate ic_device_isolates(struct device *dev)
{
#if defined(IC_UNEXPORTED_ISOLATED_MSI) || \
	defined(IC_UNEXPORTED_DEVICE_IOMMU_CAPABLE) || \
	!defined(IC_HAVE_CAP_INTR_REMAP)
	return IC_UNKNOWN;
#elif defined(IC_HAVE_DEVICE_IOMMU_CAPABLE)
	return ic_yes_no(device_iommu_capable(dev, IOMMU_CAP_INTR_REMAP));
#elif defined(IC_HAVE_BUS_IOMMU_CAPABLE)
	return ic_yes_no(dev->bus &&
			 iommu_capable(dev->bus, IOMMU_CAP_INTR_REMAP));
#else
	return IC_UNKNOWN;
#endif
}

static inline enum ic_tristate ic_msi_domains_remap(void)
{
#ifdef IC_HAVE_CHECK_MSI_REMAP
	return ic_yes_no(irq_domain_check_msi_remap());
#else
	return IC_UNKNOWN;
#endif
}

#if defined(IC_HAVE_HV_ROOT_PARTITION) || \
	defined(IC_HAVE_HV_ROOT_PARTITION_VARIABLE)
#include <asm/mshyperv.h>
#endif

static inline enum ic_tristate ic_hyperv_root(void)
{
#if defined(IC_HAVE_HV_ROOT_PARTITION)
	return ic_yes_no(hv_root_partition());
#elif defined(IC_HAVE_HV_ROOT_PARTITION_VARIABLE)
	return ic_yes_no(hv_root_partition);
#elif defined(IC_UNEXPORTED_HV_ROOT_PARTITION) || \
	defined(IC_UNEXPORTED_HV_ROOT_PARTITION_VARIABLE)
	return IC_UNKNOWN;
#else
	return IC_NO;
#endif
}

/* Without it, no address is known to be free of memory: see bad_address() */
#ifndef IC_HAVE_REGION_INTERSECTS
static inline int ic_not_disjoint(resource_size_t start, size_t size,
				  unsigned long flags, unsigned long desc)
{
	return REGION_MIXED;
}

#define region_intersects	ic_not_disjoint
#endif

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
#ifdef IC_HAVE_GET_DMA_OPS
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
 * false. Without runtime PM, or where it is off for the device, it has power, but
 * not while the PM core has switched that off, to suspend the whole system.
 */
static inline bool ic_pm_get_if_active(struct device *dev)
{
#if defined(IC_HAVE_PM_GET_IF_ACTIVE)
	int ret = pm_runtime_get_if_active(dev);
#elif defined(IC_HAVE_PM_GET_IF_ACTIVE_COUNTED)
	int ret = pm_runtime_get_if_active(dev, true);
#else
	int ret = 0;	/* it cannot be told: read nothing */
#endif

	if (ret != -EINVAL)
		return ret;
	if (dev->power.is_prepared)
		return 0;
	pm_runtime_get_noresume(dev);
	return ret;
}

/* After ic_pm_get_if_active(): lets the device suspend again */
static inline void ic_pm_put(struct device *dev)
{
	pm_runtime_put(dev);
}

/*
 * Is memory of this guest encrypted? A kernel that knows of such guests and
 * does not say is taken for one.
 */
#ifdef IC_HAVE_CC_PLATFORM
#include <linux/cc_platform.h>
#endif
#include <linux/mem_encrypt.h>

static inline bool ic_memory_encrypted(void)
{
#ifdef IC_HAVE_CC_PLATFORM
	/* Elsewhere than on x86 the wider word is about guests, too: Arm's realms */
	return cc_platform_has(CC_ATTR_GUEST_MEM_ENCRYPT) ||
	       (!IS_ENABLED(CONFIG_X86) && cc_platform_has(CC_ATTR_MEM_ENCRYPT));
#elif defined(CONFIG_AMD_MEM_ENCRYPT) || defined(CONFIG_ARCH_HAS_CC_PLATFORM)
	return true;
#else
	return false;
#endif
}

/*
 * Can the hypervisor keep memory of this kernel's from it, as protected KVM does
 * with what it was given? Then it is the end to read such memory.
 */
#ifdef CONFIG_ARM64
#include <asm/cpufeature.h>
#endif

static inline bool ic_memory_protected(void)
{
#ifdef IC_HAVE_PROTECTED_KVM
	return cpus_have_cap(ARM64_KVM_PROTECTED_MODE);
#else
	return IS_BUILTIN(IC_UNEXPORTED_PROTECTED_KVM);
#endif
}

/* Tracepoints that the kernel lacks, or keeps from modules, never fire. */
static inline int ic_no_trace(const void *probe, void *data)
{
	return 0;
}

#ifndef IC_HAVE_TRACE_ADD_DEVICE_TO_GROUP
#define register_trace_add_device_to_group	ic_no_trace
#define unregister_trace_add_device_to_group	ic_no_trace
#endif
#ifndef IC_HAVE_TRACE_REMOVE_DEVICE_FROM_GROUP
#define register_trace_remove_device_from_group	ic_no_trace
#define unregister_trace_remove_device_from_group	ic_no_trace
#endif
#ifndef IC_HAVE_TRACE_ATTACH_DEVICE_TO_DOMAIN
#define register_trace_attach_device_to_domain	ic_no_trace
#define unregister_trace_attach_device_to_domain	ic_no_trace
#endif
/* Does the kernel tell when a device gets a group, or loses it? */
static inline bool ic_membership_traced(void)
{
	return IS_BUILTIN(IC_HAVE_TRACE_ADD_DEVICE_TO_GROUP) &&
	       IS_BUILTIN(IC_HAVE_TRACE_REMOVE_DEVICE_FROM_GROUP);
}

#if !defined(IC_HAVE_TRACE_ADD_DEVICE_TO_GROUP) && \
	!defined(IC_HAVE_TRACE_REMOVE_DEVICE_FROM_GROUP) && \
	!defined(IC_HAVE_TRACE_ATTACH_DEVICE_TO_DOMAIN)
#define tracepoint_synchronize_unregister()	do { } while (0)
#endif

#endif /* IC_COMPAT_H */
