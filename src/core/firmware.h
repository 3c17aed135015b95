/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Firmware's description of IOMMUs, and the registers that it points to.
 */
#ifndef IC_FIRMWARE_H
#define IC_FIRMWARE_H

#include <linux/types.h>

#include "decode/decode.h"

struct device_node;
struct pci_dev;

extern bool ic_registers;

ssize_t ic_firmware_tokens(char *page);
const void *ic_table_get(const char *sig, size_t *len);
void ic_table_put(const void *table);
enum ic_tristate ic_firmware_preboot(void);
struct device_node *ic_of_iommu(struct pci_dev *pdev);
void __iomem *ic_map_registers(const char *who, u64 address, size_t size,
			       bool driven);

#endif /* IC_FIRMWARE_H */
