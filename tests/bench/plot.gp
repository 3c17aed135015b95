# SPDX-License-Identifier: GPL-2.0-only
#
# Load time and memory over the number of groups; $data has both.
set terminal svg size 800,500 dynamic enhanced background "white"
set title "iommu_caps: what a load costs"
set xlabel "IOMMU groups"
set ylabel "load time, ms (time of the emulated guest)"
set y2label "memory, KiB"
set ytics nomirror
set y2tics
set yrange [0:*]
set y2range [0:*]
set xrange [0:*]
set key left top
set grid
plot $data using 1:2 with linespoints title "load time", \
     $data using 1:3 axes x1y2 with linespoints title "memory"
