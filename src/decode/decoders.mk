# SPDX-License-Identifier: GPL-2.0-only
# The sources that are free of kernel calls: the module, the host's tests, the
# fuzzers and the tools all compile these same files.
decoders := acpi_table acs_regs dmar ivrs iort viot rimt unit_caps vtd_regs \
	    amdvi_regs smmuv3_regs riscv_iommu_regs virtio_iommu_regs
# Those that only the module uses: translation tables in memory
walkers := page_table vtd_tables amdvi_tables smmuv3_tables riscv_tables
