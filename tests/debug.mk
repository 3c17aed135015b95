# SPDX-License-Identifier: GPL-2.0-only
#
# The module on kernels that check every access. As root; the kernels are built
# once, from the distribution's source. Included by the top-level Makefile.
#
#   make check-debug   every platform on KASAN and on KCSAN, then a table
#                      DEBUG="--kernels kasan vtd" for a part

DEBUG ?=

check-debug:
	@tests/debug/check $(DEBUG)

.PHONY: check-debug
