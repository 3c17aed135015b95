# SPDX-License-Identifier: GPL-2.0-only
#
# The module on kernels that check every access, and its parsers under
# sanitizers. As root; the kernels are built once, from the distribution's
# source. Included by the top-level Makefile.
#
#   make check-debug   every platform on KASAN, on KCSAN, on PREEMPT_RT with
#                      lockdep and on a kernel of clang with kCFI and RANDSTRUCT,
#                      then a table; DEBUG="--kernels kasan vtd" for a part
#   make storm         readers against everything that changes the machine,
#                      each SECONDS=600 of guest time; STORMS="vfs reload"
#   make check-flavours  platforms on PREEMPT_RT, on the cloud kernel and on arm64
#                      with pages of 16 KiB
#   make fuzz          each parser and decoder, SECONDS=600 each

DEBUG ?=
STORMS ?= vfs reload hotplug remove types noiommu switch tables tables-amd
SECONDS ?= 600

check-debug:
	@tests/debug/check $(DEBUG)

storm:
	@IOMMU_CAPS_STORM=$(SECONDS) tests/debug/check --kernels kasan \
		$(STORMS:%=storm-%)

check-flavours:
	@tests/debug/check --kernels "6.12-rt 6.12-cloud" vtd amd-vi \
		virtio-iommu vtd-off no-iommu hotplug-acpi live
	@tests/debug/check --kernels 6.12-16k smmuv3 hw-smmuv3

fuzz:
	@tests/debug/fuzz $(SECONDS)

.PHONY: check-debug storm check-flavours fuzz
