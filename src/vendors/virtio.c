// SPDX-License-Identifier: GPL-2.0-only
/*
 * virtio-iommu: virtio specification 1.2, section 5.13.
 *
 * A driven unit is a class device below a device of the virtio bus. What the
 * unit can do is in the features that its driver has accepted and in the
 * configuration space; both are read through the virtio device, as its driver
 * does. Nothing of virtio's is linked to, so that its modules are not pulled
 * in on machines that have no use for them.
 *
 * The driver is a module, and may come late or never: then the unit is found
 * in the VIOT table, or as the PCI function that it is.
 */
#include <linux/device.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <linux/virtio_ids.h>

#include "compat/compat.h"
#include "core/facts.h"
#include "core/firmware.h"
#include "core/log.h"
#include "core/sysfs_read.h"
#include "core/unit.h"
#include "iommu_caps.h"
#include "decode/viot.h"
#include "decode/virtio_iommu_regs.h"

/* Without it, a machine that loads us first would look unprotected at first */
MODULE_SOFTDEP("pre: virtio_iommu");

enum { REG_FEATURES };

/**
 * struct viommu - what is known of one unit, from when it was first seen
 * @have_features: @features is valid
 * @features: those that device and driver have agreed upon
 * @bypass: endpoints that are attached to no domain are let through, or
 *	IC_UNKNOWN. Only the driver could change it, and Linux's does not.
 * @is_pci: the unit is the PCI function @segment, @bdf
 * @segment: see @is_pci
 * @bdf: see @is_pci
 */
struct viommu {
	bool have_features;
	u64 features;
	enum ic_tristate bypass;
	bool is_pci;
	u16 segment;
	u16 bdf;
};

static bool is_virtio(struct device *dev)
{
	return dev->bus && !strcmp(dev->bus->name, "virtio");
}

static bool virtio_match(struct device *iommu)
{
	struct device *parent = iommu->parent;

	return parent && is_virtio(parent) &&
	       dev_to_virtio(parent)->id.device == VIRTIO_ID_IOMMU;
}

/*
 * The virtio device of a driven unit, to be given back with let_go(), or NULL
 * when it is leaving. Its driver first clears the class device's data, then
 * removes that device, for which it needs the lock, and only then resets the
 * virtio device. So with the lock held and data there, all is still in place.
 */
static struct virtio_device *hold(struct ic_unit *unit)
{
	device_lock(unit->dev);
	if (dev_get_drvdata(unit->dev))
		return dev_to_virtio(unit->dev->parent);
	device_unlock(unit->dev);
	return NULL;
}

static void let_go(struct ic_unit *unit)
{
	device_unlock(unit->dev);
}

/*
 * The fields that are valid, section 5.13.4: one that belongs to a feature
 * which was not agreed upon may lie beyond the end of the space.
 */
static void read_config(struct virtio_device *vdev, u64 features,
			struct viommu_config *config)
{
	static const struct {
		s8 feature;
		u8 offset;
		u8 len;
	} fields[] = {
		{ -1, VIOMMU_CFG_PAGE_SIZE_MASK, 8 },
		{ VIOMMU_F_INPUT_RANGE, VIOMMU_CFG_INPUT_START, 8 },
		{ VIOMMU_F_INPUT_RANGE, VIOMMU_CFG_INPUT_END, 8 },
		{ VIOMMU_F_DOMAIN_RANGE, VIOMMU_CFG_DOMAIN_START, 4 },
		{ VIOMMU_F_DOMAIN_RANGE, VIOMMU_CFG_DOMAIN_END, 4 },
		{ VIOMMU_F_PROBE, VIOMMU_CFG_PROBE_SIZE, 4 },
		{ VIOMMU_F_BYPASS_CONFIG, VIOMMU_CFG_BYPASS, 1 },
	};
	u8 space[VIOMMU_CFG_LEN] = { };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(fields); i++)
		if (fields[i].feature < 0 ||
		    ic_bit(features, fields[i].feature))
			vdev->config->get(vdev, fields[i].offset,
					  space + fields[i].offset,
					  fields[i].len);
	viommu_read_config(space, sizeof(space), config);
}

/* The transport says where the unit is. */
static void find_transport(struct ic_unit *unit, struct device *transport)
{
	struct resource *r;

	if (!transport)
		return;
	unit->np = transport->of_node;
	if (dev_is_pci(transport)) {
		unit->segment = pci_domain_nr(to_pci_dev(transport)->bus);
	} else if (dev_is_platform(transport)) {
		r = platform_get_resource(to_platform_device(transport),
					  IORESOURCE_MEM, 0);
		if (r)
			unit->address = r->start;
	}
}

static struct viommu *viommu_alloc(struct ic_unit *unit)
{
	struct viommu *viommu = kzalloc(sizeof(*viommu), GFP_KERNEL);

	if (!viommu)
		return NULL;
	viommu->bypass = IC_UNKNOWN;
	unit->data = viommu;
	unit->regs[REG_FEATURES] = "features";
	return viommu;
}

/* True of every unit, driven or not; see viommu_unit_caps(). */
static void set_common(struct ic_unit *unit)
{
	unit->caps.caching_mode = IC_YES;
	unit->caps.intr_remap_capable = IC_NO;
}

static int virtio_init(struct ic_unit *unit)
{
	struct viommu *viommu = viommu_alloc(unit);
	struct viommu_config config;
	struct virtio_device *vdev;
	struct viommu_caps caps;

	if (!viommu)
		return -ENOMEM;
	set_common(unit);
	vdev = hold(unit);
	if (!vdev)
		return 0;
	find_transport(unit, vdev->dev.parent);
	viommu->features = vdev->features;
	read_config(vdev, viommu->features, &config);
	let_go(unit);

	viommu->have_features = true;
	viommu_decode(viommu->features, &config, &caps);
	viommu_unit_caps(&caps, &unit->caps);
	viommu->bypass = caps.bypass;
	return 0;
}

static void virtio_exit(struct ic_unit *unit)
{
	kfree(unit->data);
}

static int is_virtio_child(struct device *dev, void *data)
{
	return is_virtio(dev);
}

/*
 * A virtio device that has no driver was reset when it was found or when its
 * driver left. One that was not yet found may have been left in any state.
 */
static enum ic_tristate described_active(const struct viommu *viommu)
{
	struct pci_dev *pdev;
	int found;

	if (!viommu->is_pci)
		return IC_UNKNOWN;
	pdev = pci_get_domain_bus_and_slot(viommu->segment,
					   IC_BDF_BUS(viommu->bdf),
					   viommu->bdf & 0xff);
	if (!pdev)
		return IC_UNKNOWN;
	found = device_for_each_child(&pdev->dev, NULL, is_virtio_child);
	pci_dev_put(pdev);
	return found ? IC_NO : IC_UNKNOWN;
}

/* A unit translates once its driver has said that it is ready: section 2.1 */
static enum ic_tristate virtio_active(struct ic_unit *unit)
{
	struct virtio_device *vdev;
	u8 status;

	if (!unit->dev)
		return described_active(unit->data);
	vdev = hold(unit);
	if (!vdev)
		return IC_UNKNOWN;
	status = vdev->config->get_status(vdev);
	let_go(unit);
	return ic_yes_no(status & VIRTIO_CONFIG_S_DRIVER_OK);
}

static enum ic_tristate virtio_intr_remap(struct ic_unit *unit)
{
	return IC_NO;
}

static bool virtio_reg(struct ic_unit *unit, unsigned int i, u64 *val)
{
	struct viommu *viommu = unit->data;

	*val = viommu->features;
	return viommu->have_features;
}

/* What is wrong with the table is said once, however often it is read. */
static int parse(const struct viot_visitor *visitor, void *ctx)
{
	struct ic_parse_error err = { };
	const void *table;
	size_t len;
	int ret;

	table = ic_table_get("VIOT", &len);
	if (!table)
		return 0;
	ret = viot_parse(table, len, visitor, ctx, &err);
	ic_table_put(table);
	if (!err.reason)
		return ret;
	pr_warn_once("VIOT: offset %u: %s; the rest is left out\n",
		     err.offset, err.reason);
	return 0;
}

static int find_unit(struct device *dev, void *data)
{
	struct ic_unit **unit = data;

	*unit = ic_unit_find(dev);
	return *unit ? 1 : 0;
}

static int find_virtio(struct device *dev, void *unit)
{
	return is_virtio(dev) && device_for_each_child(dev, unit, find_unit);
}

/* The driven unit that a transport carries: transport, virtio, class device */
static struct ic_unit *unit_on(struct device *transport)
{
	struct ic_unit *unit = NULL;

	device_for_each_child(transport, &unit, find_virtio);
	return unit;
}

static struct ic_unit *unit_on_function(u16 segment, u16 bdf)
{
	struct ic_unit *unit = NULL;
	struct pci_dev *pdev;

	pdev = pci_get_domain_bus_and_slot(segment, IC_BDF_BUS(bdf),
					   bdf & 0xff);
	if (pdev)
		unit = unit_on(&pdev->dev);
	pci_dev_put(pdev);
	return unit;
}

static int fill_function(struct ic_unit *unit, void *data)
{
	struct viommu *viommu = viommu_alloc(unit);
	const struct viot_virtio_pci *function = data;

	if (!viommu)
		return -ENOMEM;
	set_common(unit);
	viommu->is_pci = true;
	viommu->segment = function->segment;
	viommu->bdf = function->bdf;
	return 0;
}

static int fill_mmio(struct ic_unit *unit, void *data)
{
	if (!viommu_alloc(unit))
		return -ENOMEM;
	set_common(unit);
	return 0;
}

static int described_function(void *ctx, const struct viot_virtio_pci *function)
{
	char name[sizeof("virtio-iommu@0000:00:00.0")];

	if (unit_on_function(function->segment, function->bdf))
		return 0;
	snprintf(name, sizeof(name), "virtio-iommu@%04x:%02x:%02x.%x",
		 function->segment, IC_BDF_BUS(function->bdf),
		 IC_BDF_DEV(function->bdf), IC_BDF_FN(function->bdf));
	return ic_unit_add_described(&ic_virtio_ops, name, 0,
				     function->segment, fill_function,
				     (void *)function);
}

static int described_mmio(void *ctx, const struct viot_virtio_mmio *mmio)
{
	char name[sizeof("virtio-iommu@") + 16];

	snprintf(name, sizeof(name), "virtio-iommu@%llx",
		 (unsigned long long)mmio->address);
	return ic_unit_add_described(&ic_virtio_ops, name, mmio->address,
				     IC_NO_NUMBER, fill_mmio, NULL);
}

/* The PCI function is there where the table is not, or another one is. */
static int virtio_described(void)
{
	static const struct viot_visitor visitor = {
		.virtio_pci = described_function,
		.virtio_mmio = described_mmio,
	};
	struct viot_virtio_pci function = { };
	struct pci_dev *pdev = NULL;
	int ret;

	ret = parse(&visitor, NULL);
	while (!ret && (pdev = pci_get_device(PCI_VENDOR_ID_REDHAT_QUMRANET,
					      IC_PCI_DEVICE_VIRTIO_IOMMU,
					      pdev))) {
		function.segment = pci_domain_nr(pdev->bus);
		function.bdf = pci_dev_id(pdev);
		ret = described_function(NULL, &function);
	}
	pci_dev_put(pdev);
	return ret;
}

/* The visitor's context: find the unit in front of one PCI function. */
struct find_front {
	u16 segment;
	u16 bdf;
	bool found;
	u16 node;
	struct ic_unit *unit;
};

static int is_my_range(void *ctx, const struct viot_pci_range *range)
{
	struct find_front *find = ctx;

	if (find->segment >= range->segment_start &&
	    find->segment <= range->segment_end &&
	    find->bdf >= range->bdf_start && find->bdf <= range->bdf_end) {
		find->found = true;
		find->node = range->output_node;
	}
	return find->found;
}

static int is_my_function(void *ctx, const struct viot_virtio_pci *function)
{
	struct find_front *find = ctx;

	if (function->offset == find->node)
		find->unit = unit_on_function(function->segment,
					      function->bdf);
	return find->unit ? 1 : 0;
}

/* In front according to the VIOT table, by the function's own requester id */
static struct ic_unit *front_in_viot(struct pci_dev *pdev)
{
	static const struct viot_visitor ranges = { .pci_range = is_my_range };
	static const struct viot_visitor units = {
		.virtio_pci = is_my_function
	};
	struct find_front find = {
		.segment = pci_domain_nr(pdev->bus),
		.bdf = pci_dev_id(pdev),
	};

	parse(&ranges, &find);
	if (find.found)
		parse(&units, &find);
	return find.unit;
}

/* In front according to the device tree */
static struct ic_unit *front_in_tree(struct pci_dev *pdev)
{
	struct device_node *np = ic_of_iommu(pdev);
	struct ic_unit *unit;

	if (!np)
		return NULL;
	unit = ic_unit_by_node(&ic_virtio_ops, np);
	of_node_put(np);
	return unit;
}

/* The bypass field of the configuration decides: section 5.13.6.1 */
static bool virtio_unattached(struct pci_dev *pdev, enum ic_tristate *passes)
{
	struct ic_unit *unit = front_in_viot(pdev) ?: front_in_tree(pdev);

	if (unit)
		*passes = ((struct viommu *)unit->data)->bypass;
	return unit;
}

const struct ic_unit_ops ic_virtio_ops = {
	.type = IOMMU_CAPS_TYPE_VIRTIO,
	.match = virtio_match,
	.init = virtio_init,
	.exit = virtio_exit,
	.active = virtio_active,
	.intr_remap = virtio_intr_remap,
	.reg = virtio_reg,
	.described = virtio_described,
	.unattached = virtio_unattached,
};
