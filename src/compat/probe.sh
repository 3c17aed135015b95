#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Find out what the kernel that we build for really offers, and print it as
# C macros. Distribution kernels backport, so version numbers say nothing:
# an interface is there when the headers declare it (a snippet compiles) and,
# for a function, when Module.symvers lists the symbol as exported.
#
# Usage: CC="..." CFLAGS="..." probe.sh Module.symvers
# Both are quoted for the shell, since arm64 has flags with quotes in them.
set -u

symvers=$1
[ -r "$symvers" ] || {
	echo "iommu_caps: $symvers is missing: the kernel's build has no symbol list" >&2
	exit 1
}

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
n=0

# exported SYMBOL: true if modules can link to it
exported()
{
	awk -v s="$1" '$2 == s { found = 1 } END { exit !found }' "$symvers"
}

# compile ARG...: the compiler and the flags of this build, and more of them
compile()
{
	eval "$CC $CFLAGS -DMODULE -DKBUILD_MODNAME='\"probe\"'" \
		"-DKBUILD_BASENAME='\"probe\"' -fsyntax-only" '"$@"'
}

# probe MACRO SYMBOL|- <<C: one question, asked in the background
probe()
{
	n=$((n + 1))
	cat > "$tmp/$n.c"
	{
		if { [ "$2" = - ] || exported "$2"; } &&
		   compile -Werror=implicit-function-declaration \
			-Werror=incompatible-pointer-types \
			"$tmp/$n.c" > "$tmp/$n.log" 2>&1; then
			echo "#define $1 1" > "$tmp/$n.out"
		else
			echo "/* $1 is not set */" > "$tmp/$n.out"
		fi
	} &
}

# If even this fails, the compiler or its flags are at fault, not the kernel.
cat > "$tmp/0.c" <<C
#include <linux/module.h>
#include <linux/iommu.h>
#include <linux/pci.h>
C
compile "$tmp/0.c" > "$tmp/0.log" 2>&1 || {
	echo "iommu_caps: the kernel's own headers do not compile:" >&2
	cat "$tmp/0.log" >&2
	exit 1
}

probe IC_HAVE_DEVICE_IOMMU_CAPABLE device_iommu_capable <<C
#include <linux/iommu.h>
bool f(struct device *d);
bool f(struct device *d)
{
	return device_iommu_capable(d, IOMMU_CAP_CACHE_COHERENCY);
}
C
probe IC_HAVE_CAP_PRE_BOOT_PROTECTION - <<C
#include <linux/iommu.h>
int f(void);
int f(void) { return IOMMU_CAP_PRE_BOOT_PROTECTION; }
C
probe IC_HAVE_CAP_INTR_REMAP - <<C
#include <linux/iommu.h>
int f(void);
int f(void) { return IOMMU_CAP_INTR_REMAP; }
C
probe IC_HAVE_ISOLATED_MSI iommu_group_has_isolated_msi <<C
#include <linux/iommu.h>
bool f(struct iommu_group *g);
bool f(struct iommu_group *g) { return iommu_group_has_isolated_msi(g); }
C
probe IC_HAVE_CHECK_MSI_REMAP irq_domain_check_msi_remap <<C
#include <linux/irqdomain.h>
bool f(void);
bool f(void) { return irq_domain_check_msi_remap(); }
C
probe IC_HAVE_BUS_IOMMU_CAPABLE iommu_capable <<C
#include <linux/iommu.h>
bool f(struct bus_type *b);
bool f(struct bus_type *b)
{
	return iommu_capable(b, IOMMU_CAP_CACHE_COHERENCY);
}
C
probe IC_HAVE_DMA_OWNER iommu_group_dma_owner_claimed <<C
#include <linux/iommu.h>
bool f(struct iommu_group *g);
bool f(struct iommu_group *g) { return iommu_group_dma_owner_claimed(g); }
C
probe IC_HAVE_REQUIRE_DIRECT - <<C
#include <linux/iommu.h>
int f(struct dev_iommu *p);
int f(struct dev_iommu *p) { return p->require_direct; }
C
probe IC_HAVE_DRIVER_MANAGED_DMA - <<C
#include <linux/pci.h>
#include <linux/platform_device.h>
bool f(struct pci_driver *p, struct platform_driver *q);
bool f(struct pci_driver *p, struct platform_driver *q)
{
	return p->driver_managed_dma || q->driver_managed_dma;
}
C
probe IC_HAVE_DEV_REMOVABLE - <<C
#include <linux/device.h>
bool f(struct device *d);
bool f(struct device *d) { return dev_is_removable(d); }
C
probe IC_HAVE_TRACEPOINTS __tracepoint_add_device_to_group <<C
#include <trace/events/iommu.h>
static void p(void *data, int id, struct device *dev) { }
int f(void);
int f(void) { return register_trace_add_device_to_group(p, 0); }
C
probe IC_HAVE_USE_DMA_IOMMU - <<C
#include <linux/device.h>
#include <linux/iommu-dma.h>
bool f(struct device *d);
bool f(struct device *d) { return use_dma_iommu(d); }
C
probe IC_HAVE_GET_DMA_OPS - <<C
#include <linux/dma-map-ops.h>
const struct dma_map_ops *f(struct device *d);
const struct dma_map_ops *f(struct device *d) { return get_dma_ops(d); }
C
probe IC_HAVE_X86_DMA_OPS dma_ops <<C
#include <linux/dma-map-ops.h>
const struct dma_map_ops *f(void);
const struct dma_map_ops *f(void) { return dma_ops; }
C
probe IC_HAVE_DEV_DMA_OPS_BYPASS - <<C
#include <linux/device.h>
bool f(struct device *d);
bool f(struct device *d) { return dev_dma_ops_bypass(d); }
C
probe IC_HAVE_HV_ROOT_PARTITION hv_root_partition <<C
#include <asm/mshyperv.h>
bool f(void);
bool f(void) { return hv_root_partition; }
C
probe IC_HAVE_HV_PARTITION_TYPE hv_curr_partition_type <<C
#include <asm/mshyperv.h>
bool f(void);
bool f(void) { return hv_root_partition(); }
C
probe IC_HAVE_PM_GET_IF_ACTIVE - <<C
#include <linux/pm_runtime.h>
int f(struct device *d);
int f(struct device *d) { return pm_runtime_get_if_active(d); }
C
probe IC_HAVE_AMBA_BUS amba_bustype <<C
#include <linux/amba/bus.h>
const void *f(void);
const void *f(void) { return &amba_bustype; }
C
probe IC_HAVE_FSL_MC_BUS fsl_mc_bus_type <<C
#include <linux/fsl/mc.h>
const void *f(void);
const void *f(void) { return &fsl_mc_bus_type; }
C
probe IC_HAVE_HOST1X_CONTEXT_BUS host1x_context_device_bus_type <<C
#include <linux/host1x_context_bus.h>
const void *f(void);
const void *f(void) { return &host1x_context_device_bus_type; }
C
probe IC_HAVE_CDX_BUS cdx_bus_type <<C
#include <linux/cdx/cdx_bus.h>
const void *f(void);
const void *f(void) { return &cdx_bus_type; }
C
wait

echo "/* SPDX-License-Identifier: GPL-2.0-only */"
echo "/* Made by src/compat/probe.sh from the headers of this build. */"
i=1
while [ $i -le $n ]; do
	cat "$tmp/$i.out"
	i=$((i + 1))
done
