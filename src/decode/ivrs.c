// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parser of the IVRS table: AMD I/O Virtualization Technology specification
 * (48882, rev 3.10), section 5.2. An IVHD block is delivered only when its
 * device entries, too, have been found to be sound.
 */
#include "ivrs.h"

#define IVRS_FIXED_LEN		48
#define IVRS_BLOCK_HEADER_LEN	4
#define IVRS_IVMD_LEN		32
#define IVRS_HID_FIXED_LEN	22

/**
 * ivrs_dev_first() - begin to walk the device entries of an IVHD block
 * @it: the position, set to the first entry
 * @list: device entries of a block
 */
void ivrs_dev_first(struct ivrs_dev_iter *it, const struct ivrs_dev_list *list)
{
	it->left = *list;
}

/*
 * Length of a device entry, section 5.2.2.3: the two upper bits of the type
 * give it, except from 240 on, where only the ACPI HID entry is defined.
 * 0: the length cannot be known. The fixed part may lie beyond the list.
 */
static u32 dev_len(const struct ivrs_dev_list *left)
{
	u8 type = left->data[0];

	if (type < IVRS_DEV_ACPI_HID)
		return 4U << (type >> 6);
	if (type > IVRS_DEV_ACPI_HID)
		return 0;
	if (left->len < IVRS_HID_FIXED_LEN)
		return IVRS_HID_FIXED_LEN;
	return IVRS_HID_FIXED_LEN + left->data[21];
}

/**
 * ivrs_dev_next() - read the next device entry
 * @it: the position, moved on by one
 * @out: the entry
 * @err: filled on failure; may be NULL
 *
 * Sections 5.2.2.3 to 5.2.2.9. The entries of a block that ivrs_parse()
 * delivered are sound, so this does not fail for them. An entry of a type
 * whose length no specification gives ends the walk.
 *
 * Return: 1 and an entry, 0 after the last one, or -EINVAL.
 */
int ivrs_dev_next(struct ivrs_dev_iter *it, struct ivrs_dev *out,
		  struct ic_parse_error *err)
{
	static const struct ivrs_dev none;
	struct ivrs_dev_list *left = &it->left;
	const u8 *p = left->data;
	u32 len;

	if (!left->len)
		return 0;
	len = dev_len(left);
	if (!len) {
		left->len = 0;
		return 0;
	}
	if (len > left->len)
		return ic_parse_fail(err, left->offset,
				     "device entry past the end of its block");

	*out = none;
	out->type = p[0];
	out->device = ic_le16(p + 1);
	out->data = p[3];
	out->offset = left->offset;
	switch (out->type) {
	case IVRS_DEV_ALIAS_SELECT:
	case IVRS_DEV_ALIAS_START:
		out->alias = ic_le16(p + 5);
		break;
	case IVRS_DEV_EXT_SELECT:
	case IVRS_DEV_EXT_START:
		out->extended = ic_le32(p + 4);
		break;
	case IVRS_DEV_SPECIAL:
		out->handle = p[4];
		out->alias = ic_le16(p + 5);
		out->variety = p[7];
		break;
	case IVRS_DEV_ACPI_HID:
		out->hid = p + 4;
		out->cid = p + 12;
		out->uid_type = p[20];
		out->uid_len = p[21];
		out->uid = p + IVRS_HID_FIXED_LEN;
		break;
	default:
		break;
	}

	left->data += len;
	left->len -= len;
	left->offset += len;
	return 1;
}

static int take_ivhd(const struct ic_table *t, u32 offset, u32 len,
		     const struct ivrs_visitor *v, void *ctx)
{
	const u8 *p = t->base + offset;
	struct ivrs_dev_iter it;
	struct ivrs_ivhd ivhd;
	struct ivrs_dev dev;
	u32 fixed;
	int ret;

	ivhd.type = p[0];
	ivhd.has_efr = ivhd.type != IVRS_IVHD_10;
	fixed = ivhd.has_efr ? 40 : 24;
	if (len < fixed)
		return ic_table_fail(t, offset,
				     "entry shorter than its type requires");

	ivhd.flags = p[1];
	ivhd.device = ic_le16(p + 4);
	ivhd.capability = ic_le16(p + 6);
	ivhd.address = ic_le64(p + 8);
	ivhd.segment = ic_le16(p + 16);
	ivhd.info = ic_le16(p + 18);
	ivhd.features = ic_le32(p + 20);
	ivhd.efr = ivhd.has_efr ? ic_le64(p + 24) : 0;
	ivhd.efr2 = ivhd.has_efr ? ic_le64(p + 32) : 0;
	ivhd.offset = offset;
	ivhd.devices.data = p + fixed;
	ivhd.devices.len = len - fixed;
	ivhd.devices.offset = offset + fixed;

	ivrs_dev_first(&it, &ivhd.devices);
	do {
		ret = ivrs_dev_next(&it, &dev, t->err);
	} while (ret > 0);
	if (ret)
		return ret;
	return v->ivhd ? v->ivhd(ctx, &ivhd) : 0;
}

static int take_ivmd(const struct ic_table *t, u32 offset, u32 len,
		     const struct ivrs_visitor *v, void *ctx)
{
	const u8 *p = t->base + offset;
	struct ivrs_ivmd ivmd;

	if (len < IVRS_IVMD_LEN)
		return ic_table_fail(t, offset,
				     "entry shorter than its type requires");

	ivmd.type = p[0];
	ivmd.flags = p[1];
	ivmd.device = ic_le16(p + 4);
	ivmd.device_end = ivmd.type == IVRS_IVMD_RANGE ? ic_le16(p + 6) :
			  ivmd.device;
	/* Reserved in rev 3.10; Linux reads the segment here, zero before. */
	ivmd.segment = ic_le16(p + 8);
	ivmd.base = ic_le64(p + 16);
	ivmd.length = ic_le64(p + 24);
	ivmd.offset = offset;
	return v->ivmd ? v->ivmd(ctx, &ivmd) : 0;
}

static int take_block(const struct ic_table *t, u32 offset, u32 len,
		      const struct ivrs_visitor *v, void *ctx)
{
	switch (t->base[offset]) {
	case IVRS_IVHD_10:
	case IVRS_IVHD_11:
	case IVRS_IVHD_40:
		return take_ivhd(t, offset, len, v, ctx);
	case IVRS_IVMD_ALL:
	case IVRS_IVMD_DEVICE:
	case IVRS_IVMD_RANGE:
		return take_ivmd(t, offset, len, v, ctx);
	default:
		/* Section 5.2.2: software skips types that it does not know. */
		return 0;
	}
}

static int take_header(const struct ic_table *t, const struct ivrs_visitor *v,
		       void *ctx)
{
	struct ivrs_header hdr;
	u32 info = ic_le32(t->base + 36);

	hdr.ivinfo = info;
	hdr.efr_supported = ic_bit(info, 0);
	hdr.dma_opt_in = ic_bit(info, 1);
	/* GVASize: the one encoding that is defined. */
	hdr.guest_address_width = ic_bits(info, 7, 5) == 2 ? 48 : 0;
	hdr.physical_address_width = (u8)ic_bits(info, 14, 8);
	hdr.virtual_address_width = (u8)ic_bits(info, 21, 15);
	hdr.ats_reserved = ic_bit(info, 22);
	return v->header ? v->header(ctx, &hdr) : 0;
}

/**
 * ivrs_parse() - walk an IVRS table
 * @table: the table
 * @len: bytes there are to read, which may differ from what the table says
 * @v: what to call
 * @ctx: first argument of the callbacks
 * @err: filled when the table is malformed; may be NULL
 *
 * AMD-Vi specification, section 5.2. Blocks that precede the malformed one
 * have been delivered by then, and stand. The checksum is not looked at: see
 * ic_acpi_checksum().
 *
 * Return: 0, -EINVAL if the table is malformed, or what a callback returned.
 */
int ivrs_parse(const void *table, size_t len, const struct ivrs_visitor *v,
	       void *ctx, struct ic_parse_error *err)
{
	u32 offset = IVRS_FIXED_LEN;
	struct ic_table t;
	u32 block_len;
	int ret;

	ret = ic_table_open(&t, table, len, "IVRS", IVRS_FIXED_LEN, err);
	if (ret)
		return ret;
	ret = take_header(&t, v, ctx);
	if (ret)
		return ret;

	while (offset < t.len) {
		if (t.len - offset < IVRS_BLOCK_HEADER_LEN)
			return ic_table_past_end(&t, offset);
		block_len = ic_le16(t.base + offset + 2);
		ret = ic_entry_check(&t, offset, block_len,
				     IVRS_BLOCK_HEADER_LEN);
		if (ret)
			return ret;
		ret = take_block(&t, offset, block_len, v, ctx);
		if (ret)
			return ret;
		offset += block_len;
	}
	return ic_table_close(&t);
}
