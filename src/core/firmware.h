/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Firmware's description of IOMMUs: ACPI tables and the device tree.
 */
#ifndef IC_FIRMWARE_H
#define IC_FIRMWARE_H

#include <linux/types.h>

#include "decode/decode.h"

struct device;
struct device_node;
struct pci_dev;

/**
 * struct ic_acpi_table - a table that is being read
 * @sig: its signature
 * @data: the table, mapped
 * @len: its length in bytes, as its header claims and as it is mapped
 * @err: filled by the parser if the table is malformed
 */
struct ic_acpi_table {
	const char *sig;
	const void *data;
	size_t len;
	struct ic_parse_error err;
};

bool ic_acpi_table_open(struct ic_acpi_table *table, const char *sig);
int ic_acpi_table_close(struct ic_acpi_table *table, int ret);

/**
 * ic_acpi_table_visit() - run a parser over an ACPI table
 * @_sig: signature of the table
 * @_parser: a parser of src/decode
 * @_visitor: its visitor, of the type that the parser wants
 * @_ctx: passed to the visitor's callbacks
 *
 * A macro, so that the visitor's type is checked.
 *
 * Return: what a callback returned, 0 without a table.
 */
#define ic_acpi_table_visit(_sig, _parser, _visitor, _ctx)		\
({									\
	struct ic_acpi_table _table;					\
	int _ret = 0;							\
									\
	if (ic_acpi_table_open(&_table, _sig)) {			\
		_ret = _parser(_table.data, _table.len, _visitor, _ctx,	\
			       &_table.err);				\
		_ret = ic_acpi_table_close(&_table, _ret);		\
	}								\
	_ret;								\
})

char *ic_acpi_path(struct device *dev, s64 *id);
ssize_t ic_firmware_tokens(char *page);
enum ic_tristate ic_firmware_preboot(void);
struct device_node *ic_of_iommu(struct pci_dev *pdev);

/* What is asked about an IOMMU, by its node or NULL */
typedef bool ic_of_front_fn(const struct device_node *np);

bool ic_of_ask_fronts(struct device *dev, ic_of_front_fn *fn);
bool ic_of_is_disabled(const struct device_node *np);
bool ic_of_has_power(struct device_node *np);

#endif /* IC_FIRMWARE_H */
