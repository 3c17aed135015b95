#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Find out what the kernel that we build for really offers, and print it as
# C macros. Distribution kernels backport, so version numbers say nothing:
# an interface is there when a snippet that uses it compiles with the flags of
# this build, and every symbol that its object then needs is exported to all
# modules (Module.symvers; symbols that are reserved for named modules, or in a
# namespace, have a word in its fifth column).
#
#   #define IC_HAVE_X 1		it is there
#   #define IC_UNEXPORTED_X 1	the kernel has it, and keeps it from modules:
#				what an older kernel did is then no substitute
#
# What is not asked here the module cannot do without: modpost names it.
#
# Usage: CC="..." CFLAGS="..." NM="..." probe.sh Module.symvers LOG [quiet]
# CC and CFLAGS are quoted for the shell, since arm64 has flags with quotes in
# them. What the compiler says of each interface that is not there goes to LOG,
# one line about it to stderr unless "quiet" is given.
set -u

symvers=$1 log=$2 quiet=${3:-}
[ -r "$symvers" ] || {
	cat >&2 <<-END
	iommu_caps: $symvers is missing.
	iommu_caps: It lists what the kernel exports to modules, and comes with the
	iommu_caps: kernel's headers package; in a kernel source tree, build the
	iommu_caps: kernel first ("make modules_prepare" does not make it).
	END
	exit 1
}

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
n=0
absent=

awk -F'\t' '$5 == "" { print $2 }' "$symvers" | LC_ALL=C sort -u \
	> "$tmp/exported"

# compile FILE OBJECT: with the compiler and the flags of this build; warnings
# that the build asks for are no reason to refuse an interface
compile()
{
	eval "$CC $CFLAGS" -Wno-error -Werror=implicit-function-declaration \
		-Werror=incompatible-pointer-types -Werror=int-conversion \
		'-c -o "$2" "$1"'
}

# needs OBJECT: the symbols that it needs of the kernel. What is left out here
# comes from the linker or from the module itself.
needs()
{
	${NM:-nm} "$1" | awk '$1 == "U" && $2 !~ /^(\.TOC\.|_GLOBAL_OFFSET_TABLE_|_(save|rest)[gf]pr)/ {
		print $2 }' | LC_ALL=C sort -u
}

# unexported OBJECT: the symbols that it needs and that are not exported
unexported()
{
	needs "$1" | LC_ALL=C comm -23 - "$tmp/exported" | tr '\n' ' '
}

# answer NUMBER: whether the snippet of that number, alone, compiles and links
answer()
{
	name=$(cat "$tmp/$1.name")
	if ! compile "$tmp/$1.c" "$tmp/$1.o" > "$tmp/$1.log" 2>&1; then
		echo "/* IC_HAVE_$name is not set: not declared */"
		return
	fi
	missing=$(unexported "$tmp/$1.o")
	if [ -n "$missing" ]; then
		echo "declared, but not exported: $missing" > "$tmp/$1.log"
		echo "#define IC_UNEXPORTED_$name 1 /* $missing*/"
	else
		echo "#define IC_HAVE_$name 1"
		rm -f "$tmp/$1.log"
	fi
}

# together NUMBER...: these snippets as one file, so that the headers are read
# once. The names that snippets use are made different, and "#line" has the
# compiler name the snippet that an error is in.
together()
{
	for i; do
		grep -h '^#include' "$tmp/$i.c"
	done | LC_ALL=C sort -u |
		sed 's/^#include \(.*\)/#if __has_include(\1)\n&\n#endif/'
	for i; do
		echo "#line 1 \"snippet-$i\""
		for name in f p one; do
			echo "#define $name ${name}_$i"
		done
		grep -v '^#include' "$tmp/$i.c"
		printf '#undef f\n#undef p\n#undef one\n'
	done
}

# suspects SYMBOLS NUMBER...: the snippets that name one of these symbols
suspects()
{
	symbols=$1
	shift
	for i; do
		for symbol in $symbols; do
			! grep -qw "$symbol" "$tmp/$i.c" || { echo "$i"; break; }
		done
	done
}

# link_together NUMBER...: give these snippets, which compile, their answers.
# Those that name a symbol which is not exported are asked alone; where none
# does, a header's inline function needs the symbol, and all are. Fails if they
# do not compile together.
link_together()
{
	together "$@" > "$tmp/all.c"
	compile "$tmp/all.c" "$tmp/all.o" > "$tmp/all.log" 2>&1 || return 1
	missing=$(unexported "$tmp/all.o")
	alone=
	if [ -n "$missing" ]; then
		alone=$(suspects "$missing" "$@")
		[ -n "$alone" ] || return 1
	fi
	rest=
	for i; do
		case " $(echo $alone) " in
		*" $i "*) answer "$i" > "$tmp/$i.out" ;;
		*) rest="$rest $i" ;;
		esac
	done
	if [ -n "$alone" ]; then
		link_together $rest
		return
	fi
	for i; do
		echo "#define IC_HAVE_$(cat "$tmp/$i.name") 1" > "$tmp/$i.out"
	done
}

# headers_compile: if they do not, the compiler or its flags are at fault, not the
# kernel.
headers_compile()
{
	cat > "$tmp/0.c" <<-C
	#include <linux/module.h>
	#include <linux/iommu.h>
	#include <linux/pci.h>
	C
	compile "$tmp/0.c" "$tmp/0.o" > "$tmp/0.log" 2>&1 && return
	echo "iommu_caps: the kernel's own headers do not compile:" >&2
	cat "$tmp/0.log" >&2
	exit 1
}

# answers: to all questions. A snippet that an error is in has its answer; so
# have those that then compile and link together. What is left is compiled
# alone.
answers()
{
	together $(seq $n) > "$tmp/all.c"
	compile "$tmp/all.c" "$tmp/all.o" > "$tmp/all.log" 2>&1
	good=
	for i in $(seq $n); do
		if grep -q "^snippet-$i:[0-9:]* *\(fatal \)\?error:" \
		   "$tmp/all.log"; then
			grep "snippet-$i:" "$tmp/all.log" > "$tmp/$i.log"
			echo "/* IC_HAVE_$(cat "$tmp/$i.name") is not set: not declared */" \
				> "$tmp/$i.out"
		else
			good="$good $i"
		fi
	done
	link_together $good && return
	headers_compile
	for i in $good; do
		answer "$i" > "$tmp/$i.out" &
		[ $((i % 8)) -ne 0 ] || wait
	done
	wait
}

# probe NAME <<C: one question; its functions are called f, p and one
probe()
{
	n=$((n + 1))
	echo "$1" > "$tmp/$n.name"
	cat > "$tmp/$n.c"
}

# The domain that is attached to a device
probe GET_DOMAIN <<C
#include <linux/iommu.h>
static int one(struct device *d, void *type)
{
	struct iommu_domain *domain = iommu_get_domain_for_dev(d);

	if (domain)
		*(unsigned int *)type = domain->type;
	return 0;
}
int f(struct iommu_group *g, unsigned int *type);
int f(struct iommu_group *g, unsigned int *type)
{
	return iommu_group_for_each_dev(g, type, one);
}
C
probe DRIVER_GET_DOMAIN <<C
#include <linux/iommu.h>
unsigned int f(struct device *d);
unsigned int f(struct device *d)
{
	return iommu_driver_get_domain_for_dev(d)->type;
}
C
probe ATTACH_DEFERRED <<C
#include <linux/iommu.h>
bool f(struct device *d);
bool f(struct device *d) { return d->iommu->attach_deferred; }
C
probe DEVICE_ATTACH_DEFERRED <<C
#include <linux/iommu.h>
bool f(struct device *d);
bool f(struct device *d)
{
	return d->iommu->iommu_dev->ops->is_attach_deferred(d);
}
C
probe DOMAIN_ATTACH_DEFERRED <<C
#include <linux/iommu.h>
bool f(struct iommu_domain *domain, struct device *d);
bool f(struct iommu_domain *domain, struct device *d)
{
	return domain->ops->is_attach_deferred(domain, d);
}
C
probe IS_KDUMP_KERNEL <<C
#include <linux/crash_dump.h>
bool f(void);
bool f(void) { return is_kdump_kernel(); }
C

# What the IOMMU and its driver are capable of
probe DEVICE_IOMMU_CAPABLE <<C
#include <linux/iommu.h>
bool f(struct device *d);
bool f(struct device *d)
{
	return device_iommu_capable(d, IOMMU_CAP_CACHE_COHERENCY);
}
C
probe CAP_PRE_BOOT_PROTECTION <<C
#include <linux/iommu.h>
int f(void);
int f(void) { return IOMMU_CAP_PRE_BOOT_PROTECTION; }
C
for cap in NOEXEC DIRTY_TRACKING ENFORCE_CACHE_COHERENCY DEFERRED_FLUSH; do
	probe CAP_$cap <<C
#include <linux/iommu.h>
int f(void);
int f(void) { return IOMMU_CAP_$cap; }
C
done
probe MAX_PASIDS <<C
#include <linux/iommu.h>
u32 f(struct dev_iommu *p);
u32 f(struct dev_iommu *p) { return p->max_pasids; }
C

# A domain for a device, and whether its driver is told for which device
probe PAGING_DOMAIN_ALLOC <<C
#include <linux/iommu.h>
struct iommu_domain *f(struct device *d);
struct iommu_domain *f(struct device *d)
{
	iommu_domain_free(NULL);
	return iommu_paging_domain_alloc(d);
}
C
probe DOMAIN_ALLOC <<C
#include <linux/iommu.h>
struct iommu_domain *f(struct device *d);
struct iommu_domain *f(struct device *d)
{
	iommu_domain_free(NULL);
	return iommu_domain_alloc(d->bus);
}
C
probe OPS_ALLOC_PAGING <<C
#include <linux/iommu.h>
bool f(struct device *d);
bool f(struct device *d)
{
	return d->iommu->iommu_dev->ops->domain_alloc_paging;
}
C
probe OPS_ALLOC_PAGING_FLAGS <<C
#include <linux/iommu.h>
bool f(struct device *d);
bool f(struct device *d)
{
	return d->iommu->iommu_dev->ops->domain_alloc_paging_flags;
}
C

# The interrupt controllers that MSIs pass through
probe MSI_PARENT_OPS <<C
#include <linux/irqdomain.h>
#include <linux/msi.h>
const char *f(struct irq_domain *d);
const char *f(struct irq_domain *d)
{
	return d->flags & IRQ_DOMAIN_FLAG_MSI_PARENT ?
		d->msi_parent_ops->prefix : NULL;
}
C
probe MSI_DOMAIN_INFO <<C
#include <linux/irq.h>
#include <linux/irqdomain.h>
#include <linux/msi.h>
const char *f(struct irq_domain *d);
const char *f(struct irq_domain *d)
{
	return d->flags & IRQ_DOMAIN_FLAG_MSI ?
		((struct msi_domain_info *)d->host_data)->chip->name : NULL;
}
C
probe GROUP_RESV_REGIONS <<C
#include <linux/iommu.h>
int f(struct iommu_group *g, struct list_head *l);
int f(struct iommu_group *g, struct list_head *l)
{
	return iommu_get_group_resv_regions(g, l);
}
C

# Isolation of MSIs: of a group, and before that of the machine or a device
probe ISOLATED_MSI <<C
#include <linux/iommu.h>
bool f(struct iommu_group *g);
bool f(struct iommu_group *g) { return iommu_group_has_isolated_msi(g); }
C
probe CAP_INTR_REMAP <<C
#include <linux/iommu.h>
int f(void);
int f(void) { return IOMMU_CAP_INTR_REMAP; }
C
probe CHECK_MSI_REMAP <<C
#include <linux/irqdomain.h>
bool f(void);
bool f(void) { return irq_domain_check_msi_remap(); }
C
probe BUS_IOMMU_CAPABLE <<C
#include <linux/iommu.h>
bool f(struct bus_type *b);
bool f(struct bus_type *b)
{
	return iommu_capable(b, IOMMU_CAP_CACHE_COHERENCY);
}
C

# Who owns DMA of a group, and which drivers leave that to others
probe DMA_OWNER <<C
#include <linux/iommu.h>
bool f(struct iommu_group *g);
bool f(struct iommu_group *g) { return iommu_group_dma_owner_claimed(g); }
C
probe DRIVER_MANAGED_DMA <<C
#include <linux/pci.h>
#include <linux/platform_device.h>
bool f(struct pci_driver *p, struct platform_driver *q);
bool f(struct pci_driver *p, struct platform_driver *q)
{
	return p->driver_managed_dma || q->driver_managed_dma;
}
C
probe AMBA_MANAGED_DMA <<C
#include <linux/amba/bus.h>
bool f(struct amba_driver *d);
bool f(struct amba_driver *d) { return d->driver_managed_dma; }
C
probe FSL_MC_MANAGED_DMA <<C
#include <linux/fsl/mc.h>
bool f(struct fsl_mc_driver *d);
bool f(struct fsl_mc_driver *d) { return d->driver_managed_dma; }
C
probe CDX_MANAGED_DMA <<C
#include <linux/device.h>
#include <linux/cdx/cdx_bus.h>
bool f(struct cdx_driver *d);
bool f(struct cdx_driver *d) { return d->driver_managed_dma; }
C
probe REQUIRE_DIRECT <<C
#include <linux/iommu.h>
int f(struct dev_iommu *p);
int f(struct dev_iommu *p) { return p->require_direct; }
C
probe PCI_NUM_VF <<C
#include <linux/pci.h>
int f(struct pci_dev *p);
int f(struct pci_dev *p) { return pci_num_vf(p); }
C
probe PROTECTED_KVM <<C
#ifndef CONFIG_ARM64
#error Arm only
#endif
#include <asm/cpufeature.h>
bool f(void);
bool f(void) { return cpus_have_cap(ARM64_KVM_PROTECTED_MODE); }
C
probe DEV_REMOVABLE <<C
#include <linux/device.h>
bool f(struct device *d);
bool f(struct device *d) { return dev_is_removable(d); }
C

# The tracepoints of the IOMMU core, each of which may be left out
for event in add_device_to_group remove_device_from_group; do
probe "TRACE_$(echo $event | tr a-z A-Z)" <<C
#include <trace/events/iommu.h>
#ifndef CONFIG_TRACEPOINTS
#error no tracepoints
#endif
static void p(void *data, int id, struct device *dev) { }
int f(void);
int f(void)
{
	int ret = register_trace_$event(p, 0);

	unregister_trace_$event(p, 0);
	tracepoint_synchronize_unregister();
	return ret;
}
C
done
probe TRACE_ATTACH_DEVICE_TO_DOMAIN <<C
#include <trace/events/iommu.h>
#ifndef CONFIG_TRACEPOINTS
#error no tracepoints
#endif
static void p(void *data, struct device *dev) { }
int f(void);
int f(void)
{
	int ret = register_trace_attach_device_to_domain(p, 0);

	unregister_trace_attach_device_to_domain(p, 0);
	tracepoint_synchronize_unregister();
	return ret;
}
C

# The DMA API
probe USE_DMA_IOMMU <<C
#include <linux/device.h>
#include <linux/iommu-dma.h>
bool f(struct device *d);
bool f(struct device *d) { return use_dma_iommu(d); }
C
probe DMA_IOMMU_MARK <<C
#include <linux/device.h>
bool f(struct device *d);
bool f(struct device *d) { return d->dma_iommu; }
C
probe GET_DMA_OPS <<C
#include <linux/dma-map-ops.h>
const struct dma_map_ops *f(struct device *d);
const struct dma_map_ops *f(struct device *d) { return get_dma_ops(d); }
C
probe DEV_DMA_OPS_BYPASS <<C
#include <linux/device.h>
bool f(struct device *d);
bool f(struct device *d) { return dev_dma_ops_bypass(d); }
C

# The machine
probe DMI <<C
#include <linux/dmi.h>
bool f(void);
bool f(void)
{
	return dmi_get_system_info(DMI_SYS_VENDOR) &&
	       dmi_match(DMI_PRODUCT_NAME, "");
}
C
probe REGION_INTERSECTS <<C
#include <linux/ioport.h>
#include <linux/mm.h>
int f(u64 start);
int f(u64 start)
{
	return region_intersects(start, 1, IORESOURCE_SYSTEM_RAM,
				 IORES_DESC_NONE);
}
C
probe HV_ROOT_PARTITION_VARIABLE <<C
#include <asm/mshyperv.h>
bool *f(void);
bool *f(void) { return &hv_root_partition; }
C
probe HV_ROOT_PARTITION <<C
#include <asm/mshyperv.h>
bool f(void);
bool f(void) { return hv_root_partition(); }
C
probe PM_GET_IF_ACTIVE <<C
#include <linux/pm_runtime.h>
int f(struct device *d);
int f(struct device *d) { return pm_runtime_get_if_active(d); }
C
probe AMBA_BUS <<C
#include <linux/amba/bus.h>
const void *f(void);
const void *f(void) { return &amba_bustype; }
C
probe FSL_MC_BUS <<C
#include <linux/fsl/mc.h>
const void *f(void);
const void *f(void) { return &fsl_mc_bus_type; }
C
probe HOST1X_CONTEXT_BUS <<C
#include <linux/host1x_context_bus.h>
const void *f(void);
const void *f(void) { return &host1x_context_device_bus_type; }
C
probe CDX_BUS <<C
#include <linux/cdx/cdx_bus.h>
const void *f(void);
const void *f(void) { return &cdx_bus_type; }
C
probe PM_GET_IF_ACTIVE_COUNTED <<C
#include <linux/pm_runtime.h>
int f(struct device *d);
int f(struct device *d) { return pm_runtime_get_if_active(d, true); }
C
probe CC_PLATFORM <<C
#include <linux/cc_platform.h>
bool f(void);
bool f(void) { return cc_platform_has(CC_ATTR_GUEST_MEM_ENCRYPT); }
C
answers

echo "/* SPDX-License-Identifier: GPL-2.0-only */"
echo "/* Made by src/compat/probe.sh from the headers of this build. */"
: > "$log"
i=1
while [ $i -le $n ]; do
	cat "$tmp/$i.out"
	if [ -e "$tmp/$i.log" ]; then
		{ echo "### $(cat "$tmp/$i.name")"; cat "$tmp/$i.log"; } >> "$log"
		absent="${absent:+$absent }$(cat "$tmp/$i.name")"
	fi
	i=$((i + 1))
done
[ -n "$quiet" ] || echo "  ABSENT  ${absent:-nothing} (see $log)" >&2
