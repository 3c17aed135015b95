/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The IORT table: Arm IO Remapping Table specification (DEN 0049, E.f).
 */
#ifndef _IC_IORT_H
#define _IC_IORT_H

#include "acpi_table.h"

/* Node types, section 3 */
enum iort_node_kind {
	IORT_NODE_ITS_GROUP = 0,
	IORT_NODE_NAMED_COMPONENT = 1,
	IORT_NODE_ROOT_COMPLEX = 2,
	IORT_NODE_SMMU = 3,		/* SMMUv1 or SMMUv2 */
	IORT_NODE_SMMU_V3 = 4,
	IORT_NODE_PMCG = 5,
	IORT_NODE_RMR = 6,
	IORT_NODE_IWB = 7,
};

/**
 * struct iort_node - what every node has
 * @type: see &enum iort_node_kind
 * @revision: of the node's layout
 * @identifier: unique in the table from revision E on
 * @offset: of the node in the table; mappings refer to nodes by it
 * @map_count: number of id mappings
 * @maps: the id mappings, in the table; read them with iort_map()
 */
struct iort_node {
	u8 type;
	u8 revision;
	u32 identifier;
	u32 offset;
	u32 map_count;
	const u8 *maps;
};

/**
 * struct iort_map - one id mapping
 * @input_base: lowest input id
 * @count: number of ids (the table's field plus one)
 * @output_base: lowest output id
 * @output_offset: offset in the table of the node that ids are mapped to
 * @single: the input ids are ignored: the node itself has one output id
 */
struct iort_map {
	u32 input_base;
	u64 count;
	u32 output_base;
	u32 output_offset;
	bool single;
};

/* An ITS group; read the identifiers with iort_its_id(). */
struct iort_its_group {
	struct iort_node node;
	u32 count;
	const u8 *ids;
};

/* A device outside PCI. The name is not NUL-terminated. */
struct iort_named_component {
	struct iort_node node;
	u32 flags;
	bool stall;
	u8 pasid_bits;
	bool coherent;		/* CCA */
	u8 address_bits;	/* memory address size limit */
	const char *name;
	u32 name_len;
};

/* How an id of a named component was given, for iort_component_target() */
#define IORT_NO_INPUT	(-1)

/* A PCI root complex. */
struct iort_root_complex {
	struct iort_node node;
	u32 ats_attribute;
	bool ats;
	bool pri;
	bool pasid_forward;
	u32 segment;
	bool coherent;		/* CCA */
	u8 address_bits;	/* 0 before node revision 1 */
	u8 pasid_bits;		/* 0 before node revision 3 */
};

/* An SMMUv1 or SMMUv2. */
struct iort_smmu {
	struct iort_node node;
	u64 address;
	u64 span;
	u32 model;
	u32 flags;
	bool dvm;
	bool coherent_walk;
};

/* An SMMUv3. */
struct iort_smmu_v3 {
	struct iort_node node;
	u64 address;
	u32 flags;
	bool cohacc_override;
	u8 httu_override;
	bool pxm_valid;
	u64 vatos_address;
	u32 model;
	u32 event_gsiv;
	u32 pri_gsiv;
	u32 gerr_gsiv;
	u32 sync_gsiv;
	u32 pxm;
};

/* A performance monitor of another node. */
struct iort_pmcg {
	struct iort_node node;
	u64 page0;
	u64 page1;		/* 0 before node revision 1 */
	u32 overflow_gsiv;
	u32 node_offset;
};

/* Reserved memory ranges; read them with iort_rmr_range(). */
struct iort_rmr {
	struct iort_node node;
	u32 flags;
	bool remap_permitted;
	bool privileged;
	u8 attributes;
	u32 count;
	const u8 *ranges;
};

/* One range of an RMR node. */
struct iort_rmr_range {
	u64 base;
	u64 length;
};

/**
 * struct iort_visitor - what to call for each node of an IORT table
 *
 * A callback that is NULL is skipped. One that returns other than 0 ends the
 * walk, and iort_parse() returns that value.
 */
struct iort_visitor {
	int (*its_group)(void *ctx, const struct iort_its_group *its);
	int (*named_component)(void *ctx, const struct iort_named_component *nc);
	int (*root_complex)(void *ctx, const struct iort_root_complex *rc);
	int (*smmu)(void *ctx, const struct iort_smmu *smmu);
	int (*smmu_v3)(void *ctx, const struct iort_smmu_v3 *smmu);
	int (*pmcg)(void *ctx, const struct iort_pmcg *pmcg);
	int (*rmr)(void *ctx, const struct iort_rmr *rmr);
};

int iort_parse(const void *table, size_t len, const struct iort_visitor *v,
	       void *ctx, struct ic_parse_error *err);
void iort_map(const struct iort_node *node, u32 index, struct iort_map *out);
bool iort_component_is(const struct iort_named_component *nc, const char *path);
bool iort_component_target(const struct iort_named_component *nc, u32 index,
			   s64 input, u32 *offset);
u32 iort_its_id(const struct iort_its_group *its, u32 index);
void iort_rmr_range(const struct iort_rmr *rmr, u32 index,
		    struct iort_rmr_range *out);
const char *iort_smmu_model_name(u32 model);

#endif /* _IC_IORT_H */
