# Copyright 2026 The iommu_caps authors
# Distributed under the terms of the GNU General Public License v2

EAPI=8

inherit linux-mod-r1 systemd toolchain-funcs udev

DESCRIPTION="Publishes what the IOMMU does for every IOMMU group"
HOMEPAGE="https://example.org/iommu_caps"
SRC_URI="https://example.org/iommu_caps/${P}.tar.gz"

LICENSE="GPL-2"
SLOT="0"
KEYWORDS="~amd64 ~arm64 ~ppc64 ~riscv"

DEPEND="
	sys-apps/dtc
	sys-apps/pciutils
	sys-apps/util-linux
	virtual/libudev:=
"
RDEPEND="${DEPEND}"
BDEPEND="virtual/pkgconfig"

CONFIG_CHECK="IOMMU_API SYSFS"
MODULES_KERNEL_MIN=5.10

src_compile() {
	local modlist=( iommu_caps=updates:.:.:module )
	local modargs=( KDIR="${KV_OUT_DIR}" )

	linux-mod-r1_src_compile
	emake -C src WERROR= HOST_CC="$(tc-getCC)" HOST_CFLAGS="${CFLAGS} ${CPPFLAGS}"
}

src_install() {
	linux-mod-r1_src_install
	emake -C src WERROR= HOST_CC="$(tc-getCC)" prefix="${EPREFIX}/usr" \
		libdir="${EPREFIX}/usr/$(get_libdir)" \
		unitdir="$(systemd_get_systemunitdir)" DESTDIR="${D}" install
	udev_dorules udev/60-iommu-caps.rules
	insinto /usr/lib/modules-load.d
	newins src/modules-load.conf iommu_caps.conf
	dodoc NEWS.md SECURITY.md
}

pkg_postinst() {
	linux-mod-r1_pkg_postinst
	udev_reload
}

pkg_postrm() {
	udev_reload
}
