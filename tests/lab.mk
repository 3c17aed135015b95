# SPDX-License-Identifier: GPL-2.0-only
#
# The lab: emulated machines that boot distribution kernels with the module.
# Included by the top-level Makefile.  All of it runs as root on Debian and
# does its own set-up, in .cache.
#
#   make demo        one machine, its tree in a form for people
#                    (PLATFORM=vtd-igb KERNEL=6.1-amd64 for another)
#   make compare     how it compares: what other tools say of that machine
#                    (PLATFORM=vtd-passthrough, amd-vi-no-intremap, ...)
#   make check       all tests;  TESTS="tests/t/misuse.t" for some of them
#   make table       each group's values beside the kernel's own, platform by
#                    kernel (PLATFORM="vtd amd-vi" KERNEL=6.1-amd64)
#   make matrix      every platform on every kernel
#   make mutate      plant defects in a copy, one at a time, and print those that
#                    the tests do not notice (MUTANTS="decode.conf NAME")
#   make distclean   remove the cache as well

PLATFORM ?=
KERNEL ?=
TESTS ?=
MUTANTS ?=

demo:
	@tests/lab/demo $(PLATFORM) $(KERNEL)

compare:
	@tests/lab/demo --compare $(PLATFORM) $(KERNEL)

check:
	@tests/lab/check $(TESTS)

table:
	@tests/lab/run-table "$(PLATFORM)" $(KERNEL)

matrix:
	@tests/lab/check --matrix

mutate:
	@tests/mutate/run $(MUTANTS)

distclean: clean
	tests/lab/clean

.PHONY: demo compare check table matrix mutate distclean
