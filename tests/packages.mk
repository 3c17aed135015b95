# SPDX-License-Identifier: GPL-2.0-only
#
# Packages, built in a root file system of their own, so that nothing has to be
# installed here. Included by the top-level Makefile.
#
#   make deb         iommu-caps-dkms and lsiommu for Debian, in build/deb
#   make rpm         the same as RPMs, in build/rpm

deb rpm:
	@tests/packages/build $@

.PHONY: deb rpm
