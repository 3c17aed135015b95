# SPDX-License-Identifier: GPL-2.0-only
#
# iommu_caps: build, install, try out, test.
#
#   make              the module for the running kernel, or for KDIR=...
#   make tools        lsiommu and iommu-caps, in build/
#   make install      DKMS, udev rules, load at boot, modprobe  (as root)
#   make uninstall    undo all of it                            (as root)
#   make demo         see it at work in an emulated VT-d machine (as root)
#   make check        all tests                                 (as root)
#   make deb          Debian packages; make rpm: RPMs           (as root)
#   make dist         the release: tarball, SBOM and checksums, in build/dist
#   make bench        what the module costs, as ratios          (as root)
#   make check-debug  the module on debug kernels               (as root)
#   make storm, fuzz  the same under load; parsers with libFuzzer (as root)
#   make mutate       defects that the tests must notice        (as root)

KVER ?= $(shell uname -r)
KDIR ?= /lib/modules/$(KVER)/build

all: module tools-if-possible

module:
	@test -e $(KDIR)/Makefile || { \
		echo "no kernel headers in $(KDIR): install them (Debian: linux-headers-$(KVER)) or set KDIR=" >&2; \
		exit 1; }
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules

clean:
	rm -rf build
	if test -e $(KDIR)/Makefile; then \
		$(MAKE) -C $(KDIR) M=$(CURDIR) clean; fi

install uninstall:
	sh src/install.sh $@ $(KVER)

# The tools, where their libraries are installed; `make tools` insists.
tools-if-possible:
	@if pkg-config --exists smartcols libpci libudev 2> /dev/null && \
	    echo "#include <libfdt.h>" | $(CC) -E - > /dev/null 2>&1; then \
		$(MAKE) --no-print-directory tools; \
	else \
		echo "lsiommu and iommu-caps are left out: they need pkg-config, libsmartcols, libpci, libudev and libfdt (Debian: pkgconf libsmartcols-dev libpci-dev libudev-dev libfdt-dev)"; \
	fi

tools:
	$(MAKE) -C src

# Of the commit that is checked out; the same commit gives the same bytes.
name := iommu-caps
version := $(shell sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' dkms.conf)
dist:
	packaging/dist $(name)-$(version) build/dist

-include tests/lab.mk tests/bench.mk tests/packages.mk tests/debug.mk

.PHONY: all module tools tools-if-possible clean install uninstall dist
