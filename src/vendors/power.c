// SPDX-License-Identifier: GPL-2.0-only
/*
 * POWER: translation control entries (TCE) of PCI host bridges; Linux on Power
 * Architecture Reference (LoPAR), chapter "I/O Devices", "DMA".
 *
 * There is one unit for each host bridge, and one group for each partitionable
 * endpoint. The kernel gives groups no default domain, so it has no word for
 * what their DMA does, and there are no registers that a partition could read.
 * In a partition, DMA always goes through the TCE tables of the endpoint's
 * windows; memory that has no entry cannot be reached. What opens all of it is
 * a window that maps all of memory once and for all. The kernel makes one when
 * a driver asks for wide enough addresses, and notes it in the device tree.
 */
#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/of.h>
#include <asm/firmware.h>

#include "compat/compat.h"
#include "core/facts.h"
#include "core/firmware.h"
#include "core/log.h"
#include "core/sysfs_read.h"
#include "core/unit.h"
#include "iommu_caps.h"

#define ATTR_GROUP	"spapr-tce-iommu"

/* Firmware's window; Linux sets it aside where there can be but one */
#define DEFAULT_WINDOW	"ibm,dma-window"
#define SAVED_WINDOW	"ibm,dma-window-saved"
/* Linux's own: all of memory is mapped; what is mapped when it is used */
#define DIRECT_WINDOW	"linux,direct64-ddr-window-info"
#define DYNAMIC_WINDOW	"linux,dma64-ddr-window-info"

static bool power_match(struct device *iommu)
{
	return ic_kobj_has(&iommu->kobj, ATTR_GROUP);
}

/* The kernel's name for the unit has the number of its PCI domain. */
static int power_init(struct ic_unit *unit)
{
	unsigned int domain;

	if (sscanf(dev_name(unit->dev), "iommu-phb%x", &domain) == 1)
		unit->segment = domain;
	return 0;
}

static enum ic_tristate power_active(struct ic_unit *unit)
{
	return firmware_has_feature(FW_FEATURE_LPAR) ? IC_YES : IC_UNKNOWN;
}

static bool has(const struct device_node *np, const char *property)
{
	return of_find_property(np, property, NULL);
}

/* Windows belong to the nearest node, from the device up, that has one. */
static bool power_bypass(struct device *dev, u32 *tokens)
{
	struct device_node *np = of_node_get(dev->of_node);
	bool direct = false;

	if (!firmware_has_feature(FW_FEATURE_LPAR)) {
		of_node_put(np);
		return false;
	}
	while (np) {
		direct = has(np, DIRECT_WINDOW);
		if (direct || has(np, DYNAMIC_WINDOW) ||
		    has(np, DEFAULT_WINDOW))
			break;
		np = of_get_next_parent(np);
	}
	of_node_put(np);
	if (direct)
		*tokens |= IC_BYPASS_DMA_OPS;
	return np;
}

static bool power_in_tree(void)
{
	struct device_node *np;

	np = of_find_node_with_property(NULL, DEFAULT_WINDOW);
	if (!np)
		np = of_find_node_with_property(NULL, SAVED_WINDOW);
	of_node_put(np);
	return np;
}

const struct ic_unit_ops ic_power_ops = {
	.type = IOMMU_CAPS_TYPE_POWER_TCE,
	.match = power_match,
	.init = power_init,
	.active = power_active,
	.bypass = power_bypass,
	.in_tree = power_in_tree,
	.no_msi_check = true,
};
