// SPDX-License-Identifier: GPL-2.0-only
/*
 * The buses whose devices the IOMMU core may group: its iommu_buses[], as far
 * as they are exported.
 */
#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/platform_device.h>

#include "compat/compat.h"
#include "core/buses.h"

#ifdef IC_HAVE_AMBA_BUS
#include <linux/amba/bus.h>
#endif
#ifdef IC_HAVE_FSL_MC_BUS
#include <linux/fsl/mc.h>
#endif
#ifdef IC_HAVE_HOST1X_CONTEXT_BUS
#include <linux/host1x_context_bus.h>
#endif
#ifdef IC_HAVE_CDX_BUS
#include <linux/cdx/cdx_bus.h>
#endif

static ic_bus_type *const buses[] = {
	&platform_bus_type,
#ifdef CONFIG_PCI
	&pci_bus_type,
#endif
#ifdef IC_HAVE_AMBA_BUS
	&amba_bustype,
#endif
#ifdef IC_HAVE_FSL_MC_BUS
	&fsl_mc_bus_type,
#endif
#ifdef IC_HAVE_HOST1X_CONTEXT_BUS
	&host1x_context_device_bus_type,
#endif
#ifdef IC_HAVE_CDX_BUS
	&cdx_bus_type,
#endif
};

static struct notifier_block notifiers[ARRAY_SIZE(buses)];

/**
 * ic_buses_visit_devices() - call a function for each device of these buses
 * @data: passed to @fn
 * @fn: the function; a value other than 0 skips the rest of the bus
 */
void ic_buses_visit_devices(void *data, ic_device_fn *fn)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(buses); i++)
		bus_for_each_dev(buses[i], NULL, data, fn);
}

static void unregister_first(unsigned int n)
{
	while (n--)
		bus_unregister_notifier(buses[n], &notifiers[n]);
}

/**
 * ic_buses_register() - have a function called on each event of these buses
 * @fn: the function; it runs after the notifier of the IOMMU core, which adds
 *	devices to groups and removes them
 *
 * Return: 0 or -errno.
 */
int ic_buses_register(notifier_fn_t fn)
{
	unsigned int i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(buses); i++) {
		notifiers[i].priority = INT_MIN;
		notifiers[i].notifier_call = fn;
		ret = bus_register_notifier(buses[i], &notifiers[i]);
		if (ret) {
			unregister_first(i);
			return ret;
		}
	}
	return 0;
}

/**
 * ic_buses_unregister() - undo ic_buses_register()
 */
void ic_buses_unregister(void)
{
	unregister_first(ARRAY_SIZE(buses));
}
