# SPDX-License-Identifier: GPL-2.0-only
#
# What the module costs, measured in guests with few groups and with more than
# a thousand. Takes long; table and plot are left in build/bench.
# Included by the top-level Makefile.
#
#   make bench       as root; BENCH="--only small" for a part

BENCH ?=

bench:
	@tests/bench/run $(BENCH)

.PHONY: bench
