# SPDX-License-Identifier: GPL-2.0-only
#
# A plugin of sos (sosreport): goes to sos/report/plugins/ of its Python package.

from sos.report.plugins import Plugin, IndependentPlugin


class IommuCaps(Plugin, IndependentPlugin):

    short_desc = 'What the IOMMU does for every device'
    plugin_name = 'iommu_caps'
    profiles = ('hardware', 'virt', 'security')
    packages = ('lsiommu', 'iommu-caps', 'iommu-caps-dkms', 'dkms-iommu-caps')
    kernel_mods = ('iommu_caps',)

    def setup(self):
        self.add_copy_spec([
            '/sys/kernel/iommu_caps/abi_version',
            '/sys/kernel/iommu_caps/state',
            '/sys/kernel/iommu_caps/platform',
            '/sys/kernel/iommu_caps/firmware',
            '/sys/kernel/iommu_caps/preboot_protection',
            '/sys/kernel/iommu_caps/dma_path',
            '/sys/kernel/iommu_caps/groups/*/summary',
            '/sys/kernel/iommu_caps/units/*/*',
            '/sys/kernel/iommu_caps/units/*/registers/*',
            '/var/lib/dkms/iommu-caps/*/build/make.log',
        ])
        self.add_cmd_output([
            'iommu-caps audit',
            'lsiommu',
            'lsiommu --json',
            'lsiommu --units',
            'ls -l /sys/kernel/iommu_caps/unprotected',
        ])
