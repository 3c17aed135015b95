// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parser of the IORT table: Arm IO Remapping Table specification (DEN 0049,
 * E.f), section 3. Layouts that grew have their new fields read only where
 * the node is long enough and of a revision that has them.
 */
#include "iort.h"

#define IORT_FIXED_LEN		48
#define IORT_NODE_HEADER_LEN	16
#define IORT_MAP_LEN		20
#define IORT_RMR_RANGE_LEN	20

/**
 * iort_map() - read one id mapping of a node
 * @node: a node that iort_parse() delivered
 * @index: less than its map_count
 * @out: the mapping
 *
 * Section 3.1, "ID mapping format".
 */
void iort_map(const struct iort_node *node, u32 index, struct iort_map *out)
{
	const u8 *p = node->maps + (size_t)index * IORT_MAP_LEN;

	out->input_base = ic_le32(p);
	out->count = (u64)ic_le32(p + 4) + 1;
	out->output_base = ic_le32(p + 8);
	out->output_offset = ic_le32(p + 12);
	out->single = ic_bit(ic_le32(p + 16), 0);
}

/**
 * iort_component_is() - is a named component the one of this name?
 * @nc: a named component that iort_parse() delivered
 * @path: full path of an object in the ACPI namespace
 *
 * Section 3.1.1.3, "Device object name".
 */
bool iort_component_is(const struct iort_named_component *nc, const char *path)
{
	u32 i = 0;

	while (i < nc->name_len && path[i] == nc->name[i])
		i++;
	return i == nc->name_len && !path[i];
}

/**
 * iort_component_target() - where one id mapping of a named component leads
 * @nc: a named component that iort_parse() delivered
 * @index: less than its map_count
 * @input: an id of a device on a bus that the component is the root of, or
 *	IORT_NO_INPUT: the ids are the component's own, so that only mappings of
 *	a single id count
 * @offset: filled with the offset in the table of the target
 *
 * Return: false if the mapping is not for this id.
 */
bool iort_component_target(const struct iort_named_component *nc, u32 index,
			   s64 input, u32 *offset)
{
	struct iort_map map;

	iort_map(&nc->node, index, &map);
	*offset = map.output_offset;
	if (input == IORT_NO_INPUT)
		return map.single;
	return !map.single && (u32)input >= map.input_base &&
	       (u32)input - map.input_base < map.count;
}

/**
 * iort_its_id() - read one identifier of an ITS group
 * @its: an ITS group that iort_parse() delivered
 * @index: less than its count
 *
 * Return: the identifier, as in the MADT.
 */
u32 iort_its_id(const struct iort_its_group *its, u32 index)
{
	return ic_le32(its->ids + (size_t)index * 4);
}

/**
 * iort_rmr_range() - read one memory range of an RMR node
 * @rmr: an RMR node that iort_parse() delivered
 * @index: less than its count
 * @out: the range
 */
void iort_rmr_range(const struct iort_rmr *rmr, u32 index,
		    struct iort_rmr_range *out)
{
	const u8 *p = rmr->ranges + (size_t)index * IORT_RMR_RANGE_LEN;

	out->base = ic_le64(p);
	out->length = ic_le64(p + 8);
}

/**
 * iort_smmu_model_name() - word for the model of an SMMUv1 or SMMUv2
 * @model: the model field
 *
 * Return: the word, or NULL for a model that is not known.
 */
const char *iort_smmu_model_name(u32 model)
{
	switch (model) {
	case 0:
		return "smmu-v1";
	case 1:
		return "smmu-v2";
	case 2:
		return "mmu-400";
	case 3:
		return "mmu-500";
	case 4:
		return "mmu-401";
	case 5:
		return "thunderx-smmu-v2";
	default:
		return NULL;
	}
}

static int take_its_group(const struct ic_table *t,
			  const struct iort_node *node, u32 len,
			  const struct iort_visitor *v, void *ctx)
{
	const u8 *p = t->base + node->offset;
	struct iort_its_group its;

	its.node = *node;
	its.count = ic_le32(p + 16);
	its.ids = p + 20;
	if (!ic_array_fits(len, 20, its.count, 4))
		return ic_table_fail(t, node->offset + 16,
				     "identifiers past the end of their node");
	return v->its_group ? v->its_group(ctx, &its) : 0;
}

static int take_named_component(const struct ic_table *t,
				const struct iort_node *node, u32 len,
				const struct iort_visitor *v, void *ctx)
{
	const u8 *p = t->base + node->offset;
	struct iort_named_component nc;

	nc.node = *node;
	nc.flags = ic_le32(p + 16);
	nc.stall = ic_bit(nc.flags, 0);
	nc.pasid_bits = (u8)ic_bits(nc.flags, 5, 1);
	nc.coherent = ic_le32(p + 20) == 1;
	nc.address_bits = p[28];
	nc.name = (const char *)p + 29;
	nc.name_len = ic_strnlen(p + 29, len - 29);
	return v->named_component ? v->named_component(ctx, &nc) : 0;
}

static int take_root_complex(const struct ic_table *t,
			     const struct iort_node *node, u32 len,
			     const struct iort_visitor *v, void *ctx)
{
	const u8 *p = t->base + node->offset;
	struct iort_root_complex rc;

	rc.node = *node;
	rc.coherent = ic_le32(p + 16) == 1;
	rc.ats_attribute = ic_le32(p + 24);
	rc.ats = ic_bit(rc.ats_attribute, 0);
	rc.pri = ic_bit(rc.ats_attribute, 1);
	rc.pasid_forward = ic_bit(rc.ats_attribute, 2);
	rc.segment = ic_le32(p + 28);
	rc.address_bits = node->revision >= 1 && len > 32 ? p[32] : 0;
	rc.pasid_bits = node->revision >= 3 && len >= 35 ?
			(u8)ic_bits(ic_le16(p + 33), 4, 0) : 0;
	return v->root_complex ? v->root_complex(ctx, &rc) : 0;
}

static int take_smmu(const struct ic_table *t, const struct iort_node *node,
		     const struct iort_visitor *v, void *ctx)
{
	const u8 *p = t->base + node->offset;
	struct iort_smmu smmu;

	smmu.node = *node;
	smmu.address = ic_le64(p + 16);
	smmu.span = ic_le64(p + 24);
	smmu.model = ic_le32(p + 32);
	smmu.flags = ic_le32(p + 36);
	smmu.dvm = ic_bit(smmu.flags, 0);
	smmu.coherent_walk = ic_bit(smmu.flags, 1);
	return v->smmu ? v->smmu(ctx, &smmu) : 0;
}

static int take_smmu_v3(const struct ic_table *t, const struct iort_node *node,
			u32 len, const struct iort_visitor *v, void *ctx)
{
	const u8 *p = t->base + node->offset;
	struct iort_smmu_v3 smmu;

	smmu.node = *node;
	smmu.address = ic_le64(p + 16);
	smmu.flags = ic_le32(p + 24);
	smmu.cohacc_override = ic_bit(smmu.flags, 0);
	smmu.httu_override = (u8)ic_bits(smmu.flags, 2, 1);
	smmu.pxm_valid = ic_bit(smmu.flags, 3) && len >= 64;
	smmu.vatos_address = ic_le64(p + 32);
	smmu.model = ic_le32(p + 40);
	smmu.event_gsiv = ic_le32(p + 44);
	smmu.pri_gsiv = ic_le32(p + 48);
	smmu.gerr_gsiv = ic_le32(p + 52);
	smmu.sync_gsiv = ic_le32(p + 56);
	smmu.pxm = smmu.pxm_valid ? ic_le32(p + 60) : 0;
	return v->smmu_v3 ? v->smmu_v3(ctx, &smmu) : 0;
}

static int take_pmcg(const struct ic_table *t, const struct iort_node *node,
		     u32 len, const struct iort_visitor *v, void *ctx)
{
	const u8 *p = t->base + node->offset;
	struct iort_pmcg pmcg;

	pmcg.node = *node;
	pmcg.page0 = ic_le64(p + 16);
	pmcg.overflow_gsiv = ic_le32(p + 24);
	pmcg.node_offset = ic_le32(p + 28);
	pmcg.page1 = node->revision >= 1 && len >= 40 ? ic_le64(p + 32) : 0;
	return v->pmcg ? v->pmcg(ctx, &pmcg) : 0;
}

static int take_rmr(const struct ic_table *t, const struct iort_node *node,
		    u32 len, const struct iort_visitor *v, void *ctx)
{
	const u8 *p = t->base + node->offset;
	struct iort_rmr rmr;
	u32 ranges;

	rmr.node = *node;
	rmr.flags = ic_le32(p + 16);
	rmr.remap_permitted = ic_bit(rmr.flags, 0);
	rmr.privileged = ic_bit(rmr.flags, 1);
	rmr.attributes = (u8)ic_bits(rmr.flags, 9, 2);
	rmr.count = ic_le32(p + 20);
	ranges = ic_le32(p + 24);
	if (!ic_array_fits(len, ranges, rmr.count, IORT_RMR_RANGE_LEN))
		return ic_table_fail(t, node->offset + 20,
				     "memory ranges past the end of their node");
	rmr.ranges = rmr.count ? p + ranges : p;
	return v->rmr ? v->rmr(ctx, &rmr) : 0;
}

/* Length of a node without its arrays and names, in its first revision. */
static u32 fixed_len(u8 type)
{
	switch (type) {
	case IORT_NODE_ITS_GROUP:
		return 20;
	case IORT_NODE_NAMED_COMPONENT:
		return 29;
	case IORT_NODE_ROOT_COMPLEX:
	case IORT_NODE_PMCG:
		return 32;
	case IORT_NODE_SMMU:
	case IORT_NODE_SMMU_V3:
		return 60;
	case IORT_NODE_RMR:
		return 28;
	default:
		return 0;
	}
}

static int take_node(const struct ic_table *t, u32 offset, u32 len,
		     const struct iort_visitor *v, void *ctx)
{
	const u8 *p = t->base + offset;
	struct iort_node node;
	u32 maps;

	node.type = p[0];
	node.revision = p[3];
	node.identifier = ic_le32(p + 4);
	node.offset = offset;
	node.map_count = ic_le32(p + 8);
	maps = ic_le32(p + 12);
	if (len < fixed_len(node.type))
		return ic_table_fail(t, offset,
				     "entry shorter than its type requires");
	if (!ic_array_fits(len, maps, node.map_count, IORT_MAP_LEN))
		return ic_table_fail(t, offset + 8,
				     "id mappings past the end of their node");
	node.maps = node.map_count ? p + maps : p;

	switch (node.type) {
	case IORT_NODE_ITS_GROUP:
		return take_its_group(t, &node, len, v, ctx);
	case IORT_NODE_NAMED_COMPONENT:
		return take_named_component(t, &node, len, v, ctx);
	case IORT_NODE_ROOT_COMPLEX:
		return take_root_complex(t, &node, len, v, ctx);
	case IORT_NODE_SMMU:
		return take_smmu(t, &node, v, ctx);
	case IORT_NODE_SMMU_V3:
		return take_smmu_v3(t, &node, len, v, ctx);
	case IORT_NODE_PMCG:
		return take_pmcg(t, &node, len, v, ctx);
	case IORT_NODE_RMR:
		return take_rmr(t, &node, len, v, ctx);
	default:
		return 0;
	}
}

/**
 * iort_parse() - walk an IORT table
 * @table: the table
 * @len: bytes there are to read, which may differ from what the table says
 * @v: what to call
 * @ctx: first argument of the callbacks
 * @err: filled when the table is malformed; may be NULL
 *
 * DEN 0049, section 3. Nodes that precede the malformed one have been
 * delivered by then, and stand. Nodes of unknown types are skipped. The
 * checksum is not looked at: see ic_acpi_checksum().
 *
 * Return: 0, -EINVAL if the table is malformed, or what a callback returned.
 */
int iort_parse(const void *table, size_t len, const struct iort_visitor *v,
	       void *ctx, struct ic_parse_error *err)
{
	struct ic_table t;
	u32 node_len;
	u32 offset;
	u32 count;
	int ret;

	ret = ic_table_open(&t, table, len, "IORT", IORT_FIXED_LEN, err);
	if (ret)
		return ret;
	count = ic_le32(t.base + 36);
	offset = ic_le32(t.base + 40);
	if (count && offset < IORT_FIXED_LEN)
		return ic_table_fail(&t, 40, "nodes start inside the header");
	if (count && offset > t.len)
		return t.cut ? ic_table_close(&t) :
		       ic_table_fail(&t, 40,
				     "nodes start past the end of the table");

	for (; count; count--) {
		if (t.len - offset < IORT_NODE_HEADER_LEN)
			return ic_table_past_end(&t, offset);
		node_len = ic_le16(t.base + offset + 1);
		ret = ic_entry_check(&t, offset, node_len,
				     IORT_NODE_HEADER_LEN);
		if (ret)
			return ret;
		ret = take_node(&t, offset, node_len, v, ctx);
		if (ret)
			return ret;
		offset += node_len;
	}
	return ic_table_close(&t);
}
