# SPDX-License-Identifier: GPL-2.0-only
#
# dma_path against what the kernel does: an NVMe controller works, which it
# can only by DMA, and the function tracer sees which way the driver's mappings
# take. No other function of the machine has a path of its own here.

TRACE=/sys/kernel/tracing
[ -e $TRACE/trace ] || mount -t tracefs tracefs $TRACE

# The identity of the controller came by DMA.
wait_for 20 test -b /dev/nvme0n1
v=$(value /sys/class/nvme/nvme0/serial)
same "DMA of the NVMe controller arrives" "${v%% *}" lab-nvme

echo >$TRACE/set_ftrace_filter
for f in 'dma_map_*' 'dma_iova_*' '__dma_map_sg_attrs' 'xen_swiotlb_map_*' \
	 'iommu_dma_map_*' 'intel_map_*' 'bounce_map_*'; do
	echo "$f" >>$TRACE/set_ftrace_filter
done 2>/dev/null
echo >$TRACE/trace
echo function >$TRACE/current_tracer
dd if=/dev/nvme0n1 of=/dev/null bs=4096 count=64 2>/dev/null
# another tracer empties the trace
calls=$(sed -n 's/^.* \([a-z0-9_]*\) <-.*/\1/p' $TRACE/trace | sort -u)
echo nop >$TRACE/current_tracer
echo >$TRACE/set_ftrace_filter

case "$calls" in
*xen_swiotlb_map_*) seen=swiotlb-xen ;;
*iommu_dma_map_* | *intel_map_* | *dma_iova_link*) seen=iommu ;;
*dma_map_*) seen=direct ;;
*) seen="no mapping at all" ;;
esac
same "dma_path is the way that the kernel's mappings take" \
	"$(value $T/dma_path)" "$seen"
