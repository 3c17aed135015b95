// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parser of the DMAR table: Intel VT-d specification (rev 4.1), chapter 8.
 * An entry is delivered only when all of it, its device scopes included, has
 * been found to be sound.
 */
#include "dmar.h"

#define DMAR_FIXED_LEN		48
#define DMAR_ENTRY_HEADER_LEN	4
#define DMAR_SCOPE_HEADER_LEN	6

/**
 * dmar_scope_type_name() - word for a device scope type
 * @type: the type
 *
 * Return: the word, or NULL for a reserved type.
 */
const char *dmar_scope_type_name(u8 type)
{
	switch (type) {
	case DMAR_SCOPE_ENDPOINT:
		return "endpoint";
	case DMAR_SCOPE_BRIDGE:
		return "bridge";
	case DMAR_SCOPE_IOAPIC:
		return "ioapic";
	case DMAR_SCOPE_HPET:
		return "hpet";
	case DMAR_SCOPE_NAMESPACE:
		return "namespace";
	default:
		return NULL;
	}
}

/**
 * dmar_scope_first() - begin to walk device scopes
 * @it: the position, set to the first scope
 * @list: scopes of an entry
 */
void dmar_scope_first(struct dmar_scope_iter *it,
		      const struct dmar_scope_list *list)
{
	it->left = *list;
}

/**
 * dmar_scope_next() - read the next device scope
 * @it: the position, moved on by one
 * @out: the scope
 * @err: filled on failure; may be NULL
 *
 * Section 8.3.1. The scopes of an entry that dmar_parse() delivered are
 * sound, so this does not fail for them.
 *
 * Return: 1 and a scope, 0 after the last one, or -EINVAL.
 */
int dmar_scope_next(struct dmar_scope_iter *it, struct dmar_scope *out,
		    struct ic_parse_error *err)
{
	struct dmar_scope_list *left = &it->left;
	const u8 *p = left->data;
	u32 len;

	if (!left->len)
		return 0;
	if (left->len < 2)
		return ic_parse_fail(err, left->offset,
				     "device scope past the end of its entry");
	len = p[1];
	if (!len)
		return ic_parse_fail(err, left->offset,
				     "device scope of length 0");
	if (len < DMAR_SCOPE_HEADER_LEN)
		return ic_parse_fail(err, left->offset,
				     "device scope shorter than its header");
	if (len > left->len)
		return ic_parse_fail(err, left->offset,
				     "device scope past the end of its entry");
	if ((len - DMAR_SCOPE_HEADER_LEN) % 2)
		return ic_parse_fail(err, left->offset,
				     "device scope with half a path entry");

	out->type = p[0];
	out->flags = p[2];
	out->enumeration_id = p[4];
	out->start_bus = p[5];
	out->path_len = (len - DMAR_SCOPE_HEADER_LEN) / 2;
	out->path = p + DMAR_SCOPE_HEADER_LEN;
	out->offset = left->offset;

	left->data += len;
	left->len -= len;
	left->offset += len;
	return 1;
}

/* Take what follows an entry's fixed part for device scopes; check them. */
static int take_scopes(const struct ic_table *t, u32 offset, u32 len,
		       u32 fixed, struct dmar_scope_list *out)
{
	struct dmar_scope_iter it;
	struct dmar_scope scope;
	int ret;

	out->data = t->base + offset + fixed;
	out->len = len - fixed;
	out->offset = offset + fixed;

	dmar_scope_first(&it, out);
	do {
		ret = dmar_scope_next(&it, &scope, t->err);
	} while (ret > 0);
	return ret;
}

/* Length of the fixed part of an entry; 0 for a type that is not known. */
static u32 fixed_len(u16 type)
{
	switch (type) {
	case DMAR_ENTRY_DRHD:
		return 16;
	case DMAR_ENTRY_RMRR:
		return 24;
	case DMAR_ENTRY_RHSA:
		return 20;
	case DMAR_ENTRY_ATSR:
	case DMAR_ENTRY_ANDD:
	case DMAR_ENTRY_SATC:
	case DMAR_ENTRY_SIDP:
		return 8;
	default:
		return 0;
	}
}

static int take_unit(const struct ic_table *t, u32 offset, u32 len,
		     const struct dmar_visitor *v, void *ctx)
{
	const u8 *p = t->base + offset;
	struct dmar_unit unit;
	int ret;

	ret = take_scopes(t, offset, len, 16, &unit.scopes);
	if (ret)
		return ret;
	unit.flags = p[4];
	unit.include_all = ic_bit(p[4], 0);
	/* Bits 3:0: the number of 4K pages, as a power of two. */
	unit.size = 4096U << (p[5] & 0xf);
	unit.segment = ic_le16(p + 6);
	unit.address = ic_le64(p + 8);
	unit.offset = offset;
	return v->unit ? v->unit(ctx, &unit) : 0;
}

static int take_rmrr(const struct ic_table *t, u32 offset, u32 len,
		     const struct dmar_visitor *v, void *ctx)
{
	const u8 *p = t->base + offset;
	struct dmar_rmrr rmrr;
	int ret;

	ret = take_scopes(t, offset, len, 24, &rmrr.scopes);
	if (ret)
		return ret;
	rmrr.segment = ic_le16(p + 6);
	rmrr.base = ic_le64(p + 8);
	rmrr.end = ic_le64(p + 16);
	rmrr.offset = offset;
	return v->rmrr ? v->rmrr(ctx, &rmrr) : 0;
}

static int take_atsr(const struct ic_table *t, u32 offset, u32 len,
		     const struct dmar_visitor *v, void *ctx)
{
	const u8 *p = t->base + offset;
	struct dmar_atsr atsr;
	int ret;

	ret = take_scopes(t, offset, len, 8, &atsr.scopes);
	if (ret)
		return ret;
	atsr.flags = p[4];
	atsr.all_ports = ic_bit(p[4], 0);
	atsr.segment = ic_le16(p + 6);
	atsr.offset = offset;
	return v->atsr ? v->atsr(ctx, &atsr) : 0;
}

static int take_rhsa(const struct ic_table *t, u32 offset,
		     const struct dmar_visitor *v, void *ctx)
{
	const u8 *p = t->base + offset;
	struct dmar_rhsa rhsa;

	rhsa.address = ic_le64(p + 8);
	rhsa.proximity_domain = ic_le32(p + 16);
	rhsa.offset = offset;
	return v->rhsa ? v->rhsa(ctx, &rhsa) : 0;
}

static int take_andd(const struct ic_table *t, u32 offset, u32 len,
		     const struct dmar_visitor *v, void *ctx)
{
	const u8 *p = t->base + offset;
	struct dmar_andd andd;

	andd.device_number = p[7];
	andd.name = (const char *)p + 8;
	andd.name_len = ic_strnlen(p + 8, len - 8);
	andd.offset = offset;
	return v->andd ? v->andd(ctx, &andd) : 0;
}

static int take_satc(const struct ic_table *t, u32 offset, u32 len,
		     const struct dmar_visitor *v, void *ctx)
{
	const u8 *p = t->base + offset;
	struct dmar_satc satc;
	int ret;

	ret = take_scopes(t, offset, len, 8, &satc.scopes);
	if (ret)
		return ret;
	satc.flags = p[4];
	satc.atc_required = ic_bit(p[4], 0);
	satc.segment = ic_le16(p + 6);
	satc.offset = offset;
	return v->satc ? v->satc(ctx, &satc) : 0;
}

static int take_sidp(const struct ic_table *t, u32 offset, u32 len,
		     const struct dmar_visitor *v, void *ctx)
{
	const u8 *p = t->base + offset;
	struct dmar_sidp sidp;
	int ret;

	ret = take_scopes(t, offset, len, 8, &sidp.scopes);
	if (ret)
		return ret;
	sidp.segment = ic_le16(p + 6);
	sidp.offset = offset;
	return v->sidp ? v->sidp(ctx, &sidp) : 0;
}

static int take_entry(const struct ic_table *t, u32 offset, u16 type, u32 len,
		      const struct dmar_visitor *v, void *ctx)
{
	if (len < fixed_len(type))
		return ic_table_fail(t, offset,
				     "entry shorter than its type requires");

	switch (type) {
	case DMAR_ENTRY_DRHD:
		return take_unit(t, offset, len, v, ctx);
	case DMAR_ENTRY_RMRR:
		return take_rmrr(t, offset, len, v, ctx);
	case DMAR_ENTRY_ATSR:
		return take_atsr(t, offset, len, v, ctx);
	case DMAR_ENTRY_RHSA:
		return take_rhsa(t, offset, v, ctx);
	case DMAR_ENTRY_ANDD:
		return take_andd(t, offset, len, v, ctx);
	case DMAR_ENTRY_SATC:
		return take_satc(t, offset, len, v, ctx);
	case DMAR_ENTRY_SIDP:
		return take_sidp(t, offset, len, v, ctx);
	default:
		/* Section 8.2: software skips types that it does not know. */
		return 0;
	}
}

static int take_header(const struct ic_table *t, const struct dmar_visitor *v,
		       void *ctx)
{
	struct dmar_header hdr;

	hdr.host_address_width = t->base[36] + 1U;
	hdr.flags = t->base[37];
	hdr.intr_remap = ic_bit(hdr.flags, 0);
	hdr.x2apic_opt_out = ic_bit(hdr.flags, 1);
	hdr.dma_opt_in = ic_bit(hdr.flags, 2);
	return v->header ? v->header(ctx, &hdr) : 0;
}

/**
 * dmar_parse() - walk a DMAR table
 * @table: the table
 * @len: bytes there are to read, which may differ from what the table says
 * @v: what to call
 * @ctx: first argument of the callbacks
 * @err: filled when the table is malformed; may be NULL
 *
 * VT-d specification, section 8.1 and following. Entries that precede the
 * malformed one have been delivered by then, and stand. The checksum is not
 * looked at: see ic_acpi_checksum().
 *
 * Return: 0, -EINVAL if the table is malformed, or what a callback returned.
 */
int dmar_parse(const void *table, size_t len, const struct dmar_visitor *v,
	       void *ctx, struct ic_parse_error *err)
{
	u32 offset = DMAR_FIXED_LEN;
	struct ic_table t;
	u32 entry_len;
	int ret;

	ret = ic_table_open(&t, table, len, "DMAR", DMAR_FIXED_LEN, err);
	if (ret)
		return ret;
	ret = take_header(&t, v, ctx);
	if (ret)
		return ret;

	while (offset < t.len) {
		if (t.len - offset < DMAR_ENTRY_HEADER_LEN)
			return ic_table_past_end(&t, offset);
		entry_len = ic_le16(t.base + offset + 2);
		ret = ic_entry_check(&t, offset, entry_len,
				     DMAR_ENTRY_HEADER_LEN);
		if (ret)
			return ret;
		ret = take_entry(&t, offset, ic_le16(t.base + offset),
				 entry_len, v, ctx);
		if (ret)
			return ret;
		offset += entry_len;
	}
	return ic_table_close(&t);
}
