# SPDX-License-Identifier: GPL-2.0-only
# The host tools that need nothing but a C compiler. Included by the top-level
# Makefile, and usable alone from there: make -f src/tools.mk table2json
include src/decoders.mk

HOST_CC ?= $(CC)
HOST_CFLAGS ?= -O2 -g
HOST_WARNINGS := -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror

table2json_srcs := src/table2json.c src/lsiommu/decode.c \
		   $(decoders:%=src/%.c)

.PHONY: table2json
table2json: build/table2json

build/table2json: $(table2json_srcs) $(wildcard include/*.h src/lsiommu/*.h)
	@mkdir -p $(@D)
	$(HOST_CC) $(HOST_CFLAGS) $(HOST_WARNINGS) -Iinclude -o $@ \
		$(table2json_srcs)
