# SPDX-License-Identifier: GPL-2.0-only
#
# What the module maps, seen by the kernel's function tracer: registers where
# it may read them, nothing under Xen, which owns the IOMMUs. Tables of the
# firmware are mapped by the kernel's ACPI code, not by the module.

TRACE=/sys/kernel/tracing
[ -e $TRACE/trace ] || mount -t tracefs tracefs $TRACE

echo >$TRACE/set_ftrace_filter
for f in 'ioremap*' '__ioremap*' 'memremap*' 'pci_iomap*' 'early_memremap*'; do
	echo "$f" >>$TRACE/set_ftrace_filter
done 2>/dev/null
# with offsets come the names of modules
echo 1 >$TRACE/options/sym-offset
echo >$TRACE/trace
echo function >$TRACE/current_tracer
load
# the names of the callers are known only as long as it is loaded
maps=$(grep -F '[iommu_caps]' $TRACE/trace)
areas=$(grep -F '[iommu_caps]' /proc/vmallocinfo | grep -w ioremap)
readable=$(ls $T/units/*/active 2>/dev/null)
echo nop >$TRACE/current_tracer
echo 0 >$TRACE/options/sym-offset
if [ -e /sys/hypervisor/type ]; then
	none "under Xen the module maps nothing" "$maps"
	none "under Xen no mapping of the module is left" "$areas"
elif [ -n "$readable" ]; then
	fact "the module maps registers, and the tracer sees it" test -n "$maps"
	fact "its mappings are among the kernel's" test -n "$areas"
fi
unload
echo >$TRACE/set_ftrace_filter
