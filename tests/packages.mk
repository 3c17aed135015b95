# SPDX-License-Identifier: GPL-2.0-only
#
# Packages, built in a root file system of their own, so that nothing has to be
# installed here. Included by the top-level Makefile.
#
#   make deb         iommu-caps-dkms and lsiommu for Debian, in build/deb
#   make rpm         the same as RPMs, in build/rpm
#   make check-upgrade    kernel upgrades of a Debian system that has them
#                         (UPGRADE="headers secure-boot" for some of the cases)
#   make check-packages   other releases and distributions, autopkgtest, sos
#                         (PACKAGES="debian-12 arch" for some of the cases)

UPGRADE ?=
PACKAGES ?=

deb rpm:
	@tests/packages/build $@

check-upgrade:
	@tests/upgrade/run $(UPGRADE)

check-packages:
	@tests/packages/check $(PACKAGES)

.PHONY: deb rpm check-upgrade check-packages
