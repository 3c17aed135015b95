// SPDX-License-Identifier: GPL-2.0-only
/*
 * virtio-iommu: virtio specification 1.2, section 5.13.
 *
 * A driven unit is a class device below a device of the virtio bus. What the
 * unit can do is in the features that its driver has accepted and in the
 * configuration space; both are read through the virtio device, as its driver
 * does. No symbol of virtio's is used, and there is no soft dependency on
 * virtio_iommu: either would load modules on machines without such a device.
 *
 * The driver may load late or never. Until then the unit is found in the VIOT
 * table, or as the PCI function that it is.
 */
#include <linux/device.h>
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
#include "core/mmio.h"
#include "core/unit.h"
#include "iommu_caps.h"
#include "decode/viot.h"
#include "decode/virtio_iommu_regs.h"

enum { REG_FEATURES };

/**
 * struct viommu - what is known of one unit, from when it was first seen
 * @have_features: @features is valid
 * @features: those that device and driver have agreed upon
 * @bypass: endpoints that are attached to no domain are let through, or
 *	IC_UNKNOWN. Only the driver could change it, and Linux's does not.
 * @transport: the device that carries a driven unit, referenced, or NULL
 * @geometry: of every domain
 * @is_pci: the unit is the PCI function @segment, @bdf
 * @segment: see @is_pci; wider than in the VIOT table, as Linux has domains
 *	that firmware does not know
 * @bdf: see @is_pci
 */
struct viommu {
	bool have_features;
	u64 features;
	enum ic_tristate bypass;
	struct device *transport;
	struct ic_geometry geometry;
	bool is_pci;
	int segment;
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
static void locate(struct ic_unit *unit, struct device *transport)
{
	struct resource *r;

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
	struct device *parent = ic_iommu_get_parent(unit->dev);
	struct viommu_config config;
	struct virtio_device *vdev;
	struct viommu_caps caps;
	struct viommu *viommu;
	int ret = -EAGAIN;

	if (!parent)
		return ret;
	viommu = viommu_alloc(unit);
	if (!viommu) {
		ret = -ENOMEM;
		goto out;
	}
	set_common(unit);
	vdev = dev_to_virtio(parent);
	viommu->transport = get_device(parent->parent);
	if (!ic_mmio_begin(unit->dev, viommu->transport))
		goto out;
	locate(unit, viommu->transport);
	viommu->features = vdev->features;
	read_config(vdev, viommu->features, &config);
	ic_mmio_end(unit->dev, viommu->transport);

	viommu->have_features = true;
	viommu_decode(viommu->features, &config, &caps);
	viommu_unit_caps(&caps, &unit->caps);
	viommu->bypass = caps.bypass;
	viommu->geometry.start = caps.input_start;
	viommu->geometry.end = caps.input_end;
	viommu->geometry.page_sizes = caps.page_sizes;
	ret = 0;
out:
	put_device(parent);
	return ret;
}

static void virtio_exit(struct ic_unit *unit)
{
	struct viommu *viommu = unit->data;

	if (viommu)
		put_device(viommu->transport);
	kfree(viommu);
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
	struct viommu *viommu = unit->data;
	struct virtio_device *vdev;
	u8 status;

	if (!unit->dev)
		return described_active(viommu);
	if (!ic_mmio_begin(unit->dev, viommu->transport))
		return IC_UNKNOWN;
	vdev = dev_to_virtio(unit->dev->parent);
	status = vdev->config->get_status(vdev);
	ic_mmio_end(unit->dev, viommu->transport);
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

static struct ic_unit *unit_on_function(int segment, u16 bdf)
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

/* A virtio-iommu that is a PCI function */
struct viommu_function {
	int segment;
	u16 bdf;
	struct device_node *np;
};

static int init_described_function(struct ic_unit *unit, void *data)
{
	struct viommu *viommu = viommu_alloc(unit);
	const struct viommu_function *function = data;

	if (!viommu)
		return -ENOMEM;
	set_common(unit);
	unit->np = function->np;
	viommu->is_pci = true;
	viommu->segment = function->segment;
	viommu->bdf = function->bdf;
	return 0;
}

static int init_described_mmio(struct ic_unit *unit, void *data)
{
	if (!viommu_alloc(unit))
		return -ENOMEM;
	set_common(unit);
	return 0;
}

static int publish_function(struct viommu_function *function)
{
	char name[sizeof("virtio-iommu@00010000:00:00.0")];

	if (unit_on_function(function->segment, function->bdf))
		return 0;
	snprintf(name, sizeof(name), "virtio-iommu@%04x:%02x:%02x.%x",
		 function->segment, IC_BDF_BUS(function->bdf),
		 IC_BDF_DEV(function->bdf), IC_BDF_FN(function->bdf));
	return ic_unit_add_described(&ic_virtio_ops, name, 0,
				     function->segment,
				     init_described_function, function);
}

static int publish_viot_function(void *ctx, const struct viot_virtio_pci *node)
{
	struct viommu_function function = {
		.segment = node->segment,
		.bdf = node->bdf,
	};

	return publish_function(&function);
}

static int publish_viot_mmio(void *ctx, const struct viot_virtio_mmio *mmio)
{
	char name[sizeof("virtio-iommu@") + 16];

	snprintf(name, sizeof(name), "virtio-iommu@%llx",
		 (unsigned long long)mmio->address);
	return ic_unit_add_described(&ic_virtio_ops, name, mmio->address,
				     IC_NO_NUMBER, init_described_mmio, NULL);
}

/* There may be no table: look for the PCI function itself, too. */
static int virtio_described(void)
{
	static const struct viot_visitor visitor = {
		.virtio_pci = publish_viot_function,
		.virtio_mmio = publish_viot_mmio,
	};
	struct viommu_function function;
	struct pci_dev *pdev = NULL;
	int ret;

	ret = ic_acpi_table_visit("VIOT", viot_parse, &visitor, NULL);
	while (!ret && (pdev = pci_get_device(PCI_VENDOR_ID_REDHAT_QUMRANET,
					      IC_PCI_DEVICE_VIRTIO_IOMMU,
					      pdev))) {
		function.segment = pci_domain_nr(pdev->bus);
		function.bdf = pci_dev_id(pdev);
		function.np = pdev->dev.of_node;
		ret = publish_function(&function);
	}
	pci_dev_put(pdev);
	return ret;
}

/**
 * struct find_front - the visitor's context: what is in front of one function
 * @segment: its PCI segment
 * @bdf: its requester id
 * @mapped: the table puts the node at @node in front
 * @node: see @mapped
 * @described: that node is a virtio-iommu
 * @unit: which a driver drives; else NULL
 */
struct find_front {
	int segment;
	u16 bdf;
	bool mapped;
	u16 node;
	bool described;
	struct ic_unit *unit;
};

static int map_requester(void *ctx, const struct viot_pci_range *range)
{
	struct find_front *find = ctx;

	if (find->segment < range->segment_start ||
	    find->segment > range->segment_end ||
	    find->bdf < range->bdf_start || find->bdf > range->bdf_end)
		return 0;
	find->mapped = true;
	find->node = range->output_node;
	return 1;
}

static int take_front_function(void *ctx, const struct viot_virtio_pci *node)
{
	struct find_front *find = ctx;

	if (node->offset != find->node)
		return 0;
	find->described = true;
	find->unit = unit_on_function(node->segment, node->bdf);
	return 1;
}

static int take_front_mmio(void *ctx, const struct viot_virtio_mmio *node)
{
	struct find_front *find = ctx;

	if (node->offset != find->node)
		return 0;
	find->described = true;
	find->unit = ic_unit_by_address(&ic_virtio_ops, node->address);
	return 1;
}

static void find_front_in_viot(struct pci_dev *pdev, struct find_front *find)
{
	static const struct viot_visitor ranges = {
		.pci_range = map_requester
	};
	static const struct viot_visitor fronts = {
		.virtio_pci = take_front_function,
		.virtio_mmio = take_front_mmio,
	};

	*find = (struct find_front) {
		.segment = pci_domain_nr(pdev->bus),
		.bdf = pci_dev_id(pdev),
	};
	ic_acpi_table_visit("VIOT", viot_parse, &ranges, find);
	if (find->mapped)
		ic_acpi_table_visit("VIOT", viot_parse, &fronts, find);
}

/* The bypass field of the configuration decides: section 5.13.6.1. */
static enum ic_tristate virtio_lets_pass(struct ic_unit *unit)
{
	struct viommu *viommu = unit->data;

	return unit->dev ? viommu->bypass : IC_YES;
}

/*
 * A unit that no driver drives translates nothing; of a node that is no
 * virtio-iommu nothing is known.
 */
static bool virtio_unattached(struct pci_dev *pdev, enum ic_tristate *passes)
{
	struct find_front find;

	find_front_in_viot(pdev, &find);
	*passes = IC_UNKNOWN;
	if (!find.unit || !find.unit->dev)
		return find.mapped && !find.described;
	*passes = virtio_lets_pass(find.unit);
	return true;
}

/* The driver's domains have what the device's configuration says. */
static void virtio_geometry(struct ic_unit *unit, struct ic_geometry *geometry)
{
	struct viommu *viommu = unit->data;

	if (!geometry->end && viommu->have_features)
		*geometry = viommu->geometry;
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
	.lets_pass = virtio_lets_pass,
	.geometry = virtio_geometry,
};
