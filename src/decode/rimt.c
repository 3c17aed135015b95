// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parser of the RIMT table: RISC-V IO Mapping Table specification 1.0,
 * chapter 2.
 */
#include "rimt.h"

#define RIMT_FIXED_LEN		48
#define RIMT_NODE_HEADER_LEN	8
#define RIMT_MAP_LEN		20
#define RIMT_WIRE_LEN		8

/**
 * rimt_map() - read one id mapping of a node
 * @maps: mappings of a node that rimt_parse() delivered
 * @index: less than their count
 * @out: the mapping
 *
 * Section "ID mapping structure".
 */
void rimt_map(const struct rimt_maps *maps, u16 index, struct rimt_map *out)
{
	const u8 *p = maps->data + (size_t)index * RIMT_MAP_LEN;

	out->source_base = ic_le32(p);
	out->count = ic_le32(p + 4);
	out->dest_base = ic_le32(p + 8);
	out->dest_offset = ic_le32(p + 12);
	out->flags = ic_le32(p + 16);
}

static int take_maps(const struct ic_table *t, u32 offset, u32 len,
		     u32 array, u16 count, struct rimt_maps *out)
{
	if (!ic_array_fits(len, array, count, RIMT_MAP_LEN))
		return ic_table_fail(t, offset,
				     "id mappings past the end of their node");
	out->count = count;
	out->data = t->base + offset + (count ? array : 0);
	return 0;
}

static int take_iommu(const struct ic_table *t, u32 offset, u32 len,
		      const struct rimt_visitor *v, void *ctx)
{
	const u8 *p = t->base + offset;
	struct rimt_iommu iommu;

	iommu.offset = offset;
	iommu.id = ic_le16(p + 6);
	iommu.hardware_id = p + 8;
	iommu.address = ic_le64(p + 16);
	iommu.flags = ic_le32(p + 24);
	iommu.is_pci = ic_bit(iommu.flags, 0);
	iommu.pxm_valid = ic_bit(iommu.flags, 1);
	iommu.proximity_domain = ic_le32(p + 28);
	iommu.segment = ic_le16(p + 32);
	iommu.bdf = ic_le16(p + 34);
	iommu.wires = ic_le16(p + 36);
	if (!ic_array_fits(len, ic_le16(p + 38), iommu.wires, RIMT_WIRE_LEN))
		return ic_table_fail(t, offset,
				     "interrupt wires past the end of their node");
	return v->iommu ? v->iommu(ctx, &iommu) : 0;
}

static int take_root_complex(const struct ic_table *t, u32 offset, u32 len,
			     const struct rimt_visitor *v, void *ctx)
{
	const u8 *p = t->base + offset;
	struct rimt_root_complex rc;
	int ret;

	rc.offset = offset;
	rc.id = ic_le16(p + 6);
	rc.flags = ic_le32(p + 8);
	rc.ats = ic_bit(rc.flags, 0);
	rc.pri = ic_bit(rc.flags, 1);
	rc.segment = ic_le16(p + 14);
	ret = take_maps(t, offset, len, ic_le16(p + 16), ic_le16(p + 18),
			&rc.maps);
	if (ret)
		return ret;
	return v->root_complex ? v->root_complex(ctx, &rc) : 0;
}

static int take_platform_device(const struct ic_table *t, u32 offset, u32 len,
				const struct rimt_visitor *v, void *ctx)
{
	const u8 *p = t->base + offset;
	struct rimt_platform_device pd;
	int ret;

	pd.offset = offset;
	pd.id = ic_le16(p + 6);
	pd.name = (const char *)p + 12;
	pd.name_len = ic_strnlen(p + 12, len - 12);
	ret = take_maps(t, offset, len, ic_le16(p + 8), ic_le16(p + 10),
			&pd.maps);
	if (ret)
		return ret;
	return v->platform_device ? v->platform_device(ctx, &pd) : 0;
}

/* Length of a node without its arrays and names; 0 for an unknown type. */
static u32 fixed_len(u8 type)
{
	switch (type) {
	case RIMT_NODE_IOMMU:
		return 40;
	case RIMT_NODE_ROOT_COMPLEX:
		return 20;
	case RIMT_NODE_PLATFORM_DEVICE:
		return 12;
	default:
		return 0;
	}
}

static int take_node(const struct ic_table *t, u32 offset, u32 len,
		     const struct rimt_visitor *v, void *ctx)
{
	u8 type = t->base[offset];

	if (len < fixed_len(type))
		return ic_table_fail(t, offset,
				     "entry shorter than its type requires");

	switch (type) {
	case RIMT_NODE_IOMMU:
		return take_iommu(t, offset, len, v, ctx);
	case RIMT_NODE_ROOT_COMPLEX:
		return take_root_complex(t, offset, len, v, ctx);
	case RIMT_NODE_PLATFORM_DEVICE:
		return take_platform_device(t, offset, len, v, ctx);
	default:
		return 0;
	}
}

/**
 * rimt_parse() - walk a RIMT table
 * @table: the table
 * @len: bytes there are to read, which may differ from what the table says
 * @v: what to call
 * @ctx: first argument of the callbacks
 * @err: filled when the table is malformed; may be NULL
 *
 * RIMT specification, chapter 2. Nodes that precede the malformed one have
 * been delivered by then, and stand. Nodes of unknown types are skipped. The
 * checksum is not looked at: see ic_acpi_checksum().
 *
 * Return: 0, -EINVAL if the table is malformed, or what a callback returned.
 */
int rimt_parse(const void *table, size_t len, const struct rimt_visitor *v,
	       void *ctx, struct ic_parse_error *err)
{
	struct ic_table t;
	u32 node_len;
	u32 offset;
	u32 count;
	int ret;

	ret = ic_table_open(&t, table, len, "RIMT", RIMT_FIXED_LEN, err);
	if (ret)
		return ret;
	count = ic_le32(t.base + 36);
	offset = ic_le32(t.base + 40);
	if (count && offset < RIMT_FIXED_LEN)
		return ic_table_fail(&t, 40, "nodes start inside the header");
	if (count && offset > t.len)
		return t.cut ? ic_table_close(&t) :
		       ic_table_fail(&t, 40,
				     "nodes start past the end of the table");

	for (; count; count--) {
		if (t.len - offset < RIMT_NODE_HEADER_LEN)
			return ic_table_past_end(&t, offset);
		node_len = ic_le16(t.base + offset + 2);
		ret = ic_entry_check(&t, offset, node_len,
				     RIMT_NODE_HEADER_LEN);
		if (ret)
			return ret;
		ret = take_node(&t, offset, node_len, v, ctx);
		if (ret)
			return ret;
		offset += node_len;
	}
	return ic_table_close(&t);
}
