// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parser of the VIOT table: ACPI 6.5, section 5.2.33.
 */
#include "viot.h"

#define VIOT_FIXED_LEN		48
#define VIOT_NODE_HEADER_LEN	4

static int take_pci_range(const struct ic_table *t, u32 offset,
			  const struct viot_visitor *v, void *ctx)
{
	const u8 *p = t->base + offset;
	struct viot_pci_range range;

	range.endpoint_start = ic_le32(p + 4);
	range.segment_start = ic_le16(p + 8);
	range.segment_end = ic_le16(p + 10);
	range.bdf_start = ic_le16(p + 12);
	range.bdf_end = ic_le16(p + 14);
	range.output_node = ic_le16(p + 16);
	range.offset = offset;
	return v->pci_range ? v->pci_range(ctx, &range) : 0;
}

static int take_mmio(const struct ic_table *t, u32 offset,
		     const struct viot_visitor *v, void *ctx)
{
	const u8 *p = t->base + offset;
	struct viot_mmio mmio;

	mmio.endpoint = ic_le32(p + 4);
	mmio.address = ic_le64(p + 8);
	mmio.output_node = ic_le16(p + 16);
	mmio.offset = offset;
	return v->mmio ? v->mmio(ctx, &mmio) : 0;
}

static int take_virtio_pci(const struct ic_table *t, u32 offset,
			   const struct viot_visitor *v, void *ctx)
{
	const u8 *p = t->base + offset;
	struct viot_virtio_pci unit;

	unit.segment = ic_le16(p + 4);
	unit.bdf = ic_le16(p + 6);
	unit.offset = offset;
	return v->virtio_pci ? v->virtio_pci(ctx, &unit) : 0;
}

static int take_virtio_mmio(const struct ic_table *t, u32 offset,
			    const struct viot_visitor *v, void *ctx)
{
	const u8 *p = t->base + offset;
	struct viot_virtio_mmio unit;

	unit.address = ic_le64(p + 8);
	unit.offset = offset;
	return v->virtio_mmio ? v->virtio_mmio(ctx, &unit) : 0;
}

/* Length of a node; 0 for a type that is not known. */
static u32 fixed_len(u8 type)
{
	switch (type) {
	case VIOT_NODE_PCI_RANGE:
	case VIOT_NODE_MMIO:
		return 24;
	case VIOT_NODE_VIRTIO_PCI:
	case VIOT_NODE_VIRTIO_MMIO:
		return 16;
	default:
		return 0;
	}
}

static int take_node(const struct ic_table *t, u32 offset, u32 len,
		     const struct viot_visitor *v, void *ctx)
{
	u8 type = t->base[offset];

	if (len < fixed_len(type))
		return ic_table_fail(t, offset,
				     "entry shorter than its type requires");

	switch (type) {
	case VIOT_NODE_PCI_RANGE:
		return take_pci_range(t, offset, v, ctx);
	case VIOT_NODE_MMIO:
		return take_mmio(t, offset, v, ctx);
	case VIOT_NODE_VIRTIO_PCI:
		return take_virtio_pci(t, offset, v, ctx);
	case VIOT_NODE_VIRTIO_MMIO:
		return take_virtio_mmio(t, offset, v, ctx);
	default:
		return 0;
	}
}

/**
 * viot_parse() - walk a VIOT table
 * @table: the table
 * @len: bytes there are to read, which may differ from what the table says
 * @v: what to call
 * @ctx: first argument of the callbacks
 * @err: filled when the table is malformed; may be NULL
 *
 * ACPI 6.5, section 5.2.33. Nodes that precede the malformed one have been
 * delivered by then, and stand. Nodes of unknown types are skipped. The
 * checksum is not looked at: see ic_acpi_checksum().
 *
 * Return: 0, -EINVAL if the table is malformed, or what a callback returned.
 */
int viot_parse(const void *table, size_t len, const struct viot_visitor *v,
	       void *ctx, struct ic_parse_error *err)
{
	struct ic_table t;
	u32 node_len;
	u32 offset;
	u32 count;
	int ret;

	ret = ic_table_open(&t, table, len, "VIOT", VIOT_FIXED_LEN, err);
	if (ret)
		return ret;
	count = ic_le16(t.base + 36);
	offset = ic_le16(t.base + 38);
	if (count && offset < VIOT_FIXED_LEN)
		return ic_table_fail(&t, 38, "nodes start inside the header");
	if (count && offset > t.len)
		return t.cut ? ic_table_close(&t) :
		       ic_table_fail(&t, 38,
				     "nodes start past the end of the table");

	for (; count; count--) {
		if (t.len - offset < VIOT_NODE_HEADER_LEN)
			return ic_table_past_end(&t, offset);
		node_len = ic_le16(t.base + offset + 2);
		ret = ic_entry_check(&t, offset, node_len,
				     VIOT_NODE_HEADER_LEN);
		if (ret)
			return ret;
		ret = take_node(&t, offset, node_len, v, ctx);
		if (ret)
			return ret;
		offset += node_len;
	}
	return ic_table_close(&t);
}
