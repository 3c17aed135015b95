// SPDX-License-Identifier: GPL-2.0-only
/*
 * Firmware tables (DMAR, IVRS, IORT, VIOT, RIMT) and VT-d registers as JSON.
 *
 * Conventions: addresses and other hardware values are strings in lower-case
 * hex with 0x, counts are numbers, a PCI function is "bus:dev.fn". A DMAR
 * device scope is "TYPE bus:dev.fn/dev.fn..." (endpoint, bridge) or
 * "TYPE ENUMERATION-ID bus:dev.fn" (ioapic, hpet, namespace). Keys are sorted.
 * IORT, VIOT and RIMT nodes carry their offset in the table, since that is how
 * other nodes refer to them.
 */
#include "decode.h"

#include <stdlib.h>
#include <string.h>

#include "decode/acpi_table.h"
#include "decode/dmar.h"
#include "decode/iort.h"
#include "decode/ivrs.h"
#include "decode/rimt.h"
#include "decode/unit_caps.h"
#include "decode/viot.h"
#include "decode/vtd_regs.h"

/* No firmware table comes near this; a device file or the like may. */
#define MAX_TABLE_LEN	(64UL << 20)

/* JSON under way: @first is set where no comma is due. */
struct json {
	FILE *out;
	unsigned int depth;
	bool first;
};

static void item(struct json *j)
{
	unsigned int i;

	if (!j->first)
		fputc(',', j->out);
	if (j->depth)
		fputc('\n', j->out);
	for (i = 0; i < j->depth; i++)
		fputc(' ', j->out);
	j->first = false;
}

/*
 * The bytes of an id have no stated encoding: those beyond ASCII are taken for
 * Latin-1, which loses nothing.
 */
static void quote(struct json *j, const char *s, size_t len)
{
	size_t i;

	fputc('"', j->out);
	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c == '"' || c == '\\')
			fprintf(j->out, "\\%c", c);
		else if (c < 0x20 || c > 0x7e)
			fprintf(j->out, "\\u%04x", c);
		else
			fputc(c, j->out);
	}
	fputc('"', j->out);
}

static void key(struct json *j, const char *name)
{
	item(j);
	if (name)
		fprintf(j->out, "\"%s\": ", name);
}

static void open_value(struct json *j, const char *name, char bracket)
{
	key(j, name);
	fputc(bracket, j->out);
	j->depth++;
	j->first = true;
}

static void close_value(struct json *j, char bracket)
{
	unsigned int i;

	j->depth--;
	if (!j->first) {
		fputc('\n', j->out);
		for (i = 0; i < j->depth; i++)
			fputc(' ', j->out);
	}
	fputc(bracket, j->out);
	j->first = false;
}

static void begin_object(struct json *j, const char *name)
{
	open_value(j, name, '{');
}

static void end_object(struct json *j)
{
	close_value(j, '}');
}

static void begin_array(struct json *j, const char *name)
{
	open_value(j, name, '[');
}

static void end_array(struct json *j)
{
	close_value(j, ']');
}

static void put_bool(struct json *j, const char *name, bool value)
{
	key(j, name);
	fputs(value ? "true" : "false", j->out);
}

static void put_int(struct json *j, const char *name, u64 value)
{
	key(j, name);
	fprintf(j->out, "%llu", value);
}

static void put_hex(struct json *j, const char *name, u64 value)
{
	key(j, name);
	fprintf(j->out, "\"0x%llx\"", value);
}

static void put_bytes(struct json *j, const char *name, const char *s,
		      size_t len)
{
	key(j, name);
	quote(j, s, len);
}

static void put_string(struct json *j, const char *name, const char *s)
{
	put_bytes(j, name, s, strlen(s));
}

static void put_bdf(struct json *j, const char *name, u16 bdf)
{
	key(j, name);
	fprintf(j->out, "\"%02x:%02x.%x\"", IC_BDF_BUS(bdf), IC_BDF_DEV(bdf),
		IC_BDF_FN(bdf));
}

/*
 * The visitors below put the entries of one kind into an array that is open:
 * a table is walked once per array.
 */

static void put_scope(struct json *j, const struct dmar_scope *s)
{
	const char *name = dmar_scope_type_name(s->type);
	unsigned int hop;

	item(j);
	fputc('"', j->out);
	if (name)
		fputs(name, j->out);
	else
		fprintf(j->out, "type%u", s->type);
	if (s->type != DMAR_SCOPE_ENDPOINT && s->type != DMAR_SCOPE_BRIDGE)
		fprintf(j->out, " %u", s->enumeration_id);
	fprintf(j->out, " %02x:", s->start_bus);
	for (hop = 0; hop < s->path_len; hop++)
		fprintf(j->out, "%s%02x.%x", hop ? "/" : "",
			dmar_scope_device(s, hop), dmar_scope_function(s, hop));
	fputc('"', j->out);
}

static void put_scopes(struct json *j, const struct dmar_scope_list *list)
{
	struct dmar_scope_iter it;
	struct dmar_scope scope;

	begin_array(j, "scope");
	dmar_scope_first(&it, list);
	while (dmar_scope_next(&it, &scope, NULL) > 0)
		put_scope(j, &scope);
	end_array(j);
}

static int json_atsr(void *ctx, const struct dmar_atsr *atsr)
{
	struct json *j = ctx;

	begin_object(j, NULL);
	put_bool(j, "all_ports", atsr->all_ports);
	put_scopes(j, &atsr->scopes);
	put_int(j, "segment", atsr->segment);
	end_object(j);
	return 0;
}

static int json_rmrr(void *ctx, const struct dmar_rmrr *rmrr)
{
	struct json *j = ctx;

	begin_object(j, NULL);
	put_hex(j, "base", rmrr->base);
	put_hex(j, "end", rmrr->end);
	put_scopes(j, &rmrr->scopes);
	put_int(j, "segment", rmrr->segment);
	end_object(j);
	return 0;
}

static int json_satc(void *ctx, const struct dmar_satc *satc)
{
	struct json *j = ctx;

	begin_object(j, NULL);
	put_bool(j, "atc_required", satc->atc_required);
	put_scopes(j, &satc->scopes);
	put_int(j, "segment", satc->segment);
	end_object(j);
	return 0;
}

static int json_unit(void *ctx, const struct dmar_unit *unit)
{
	struct json *j = ctx;

	begin_object(j, NULL);
	put_hex(j, "address", unit->address);
	put_bool(j, "include_all", unit->include_all);
	put_scopes(j, &unit->scopes);
	put_int(j, "segment", unit->segment);
	end_object(j);
	return 0;
}

static int keep_dmar_header(void *ctx, const struct dmar_header *hdr)
{
	*(struct dmar_header *)ctx = *hdr;
	return 0;
}

static void put_ids(struct json *j, const struct ic_acpi_header *acpi)
{
	put_bytes(j, "oem_id", acpi->oem_id, acpi->oem_id_len);
	put_bytes(j, "oem_table_id", acpi->oem_table_id,
		  acpi->oem_table_id_len);
}

static int json_dmar(struct json *j, const struct ic_acpi_header *acpi,
		     const void *table, size_t len, struct ic_parse_error *err)
{
	static const struct dmar_visitor headers = {
		.header = keep_dmar_header,
	};
	static const struct dmar_visitor atsrs = { .atsr = json_atsr };
	static const struct dmar_visitor rmrrs = { .rmrr = json_rmrr };
	static const struct dmar_visitor satcs = { .satc = json_satc };
	static const struct dmar_visitor units = { .unit = json_unit };
	struct dmar_header hdr;
	int ret;

	ret = dmar_parse(table, len, &headers, &hdr, err);
	if (ret)
		return ret;

	begin_array(j, "atsr");
	dmar_parse(table, len, &atsrs, j, NULL);
	end_array(j);
	put_bool(j, "dma_opt_in", hdr.dma_opt_in);
	put_int(j, "host_address_width", hdr.host_address_width);
	put_bool(j, "intr_remap", hdr.intr_remap);
	put_ids(j, acpi);
	begin_array(j, "reserved");
	dmar_parse(table, len, &rmrrs, j, NULL);
	end_array(j);
	begin_array(j, "satc");
	dmar_parse(table, len, &satcs, j, NULL);
	end_array(j);
	put_string(j, "signature", acpi->signature);
	begin_array(j, "units");
	dmar_parse(table, len, &units, j, NULL);
	end_array(j);
	put_bool(j, "x2apic_opt_out", hdr.x2apic_opt_out);
	return 0;
}

static int json_ivmd(void *ctx, const struct ivrs_ivmd *ivmd)
{
	struct json *j = ctx;

	begin_object(j, NULL);
	put_hex(j, "base", ivmd->base);
	put_bdf(j, "device", ivmd->device);
	if (ivmd->type == IVRS_IVMD_RANGE)
		put_bdf(j, "device_end", ivmd->device_end);
	put_hex(j, "flags", ivmd->flags);
	put_hex(j, "length", ivmd->length);
	put_hex(j, "type", ivmd->type);
	end_object(j);
	return 0;
}

static int json_ivhd(void *ctx, const struct ivrs_ivhd *ivhd)
{
	struct json *j = ctx;

	begin_object(j, NULL);
	put_hex(j, "address", ivhd->address);
	put_hex(j, "capability", ivhd->capability);
	put_bdf(j, "device", ivhd->device);
	if (ivhd->has_efr)
		put_hex(j, "efr", ivhd->efr);
	put_hex(j, "flags", ivhd->flags);
	put_int(j, "segment", ivhd->segment);
	put_hex(j, "type", ivhd->type);
	end_object(j);
	return 0;
}

static int keep_ivrs_header(void *ctx, const struct ivrs_header *hdr)
{
	*(struct ivrs_header *)ctx = *hdr;
	return 0;
}

static int json_ivrs(struct json *j, const struct ic_acpi_header *acpi,
		     const void *table, size_t len, struct ic_parse_error *err)
{
	static const struct ivrs_visitor headers = {
		.header = keep_ivrs_header,
	};
	static const struct ivrs_visitor ivmds = { .ivmd = json_ivmd };
	static const struct ivrs_visitor ivhds = { .ivhd = json_ivhd };
	struct ivrs_header hdr;
	int ret;

	ret = ivrs_parse(table, len, &headers, &hdr, err);
	if (ret)
		return ret;

	put_bool(j, "dma_opt_in", hdr.dma_opt_in);
	put_bool(j, "efr_supported", hdr.efr_supported);
	put_hex(j, "ivinfo", hdr.ivinfo);
	put_ids(j, acpi);
	begin_array(j, "reserved");
	ivrs_parse(table, len, &ivmds, j, NULL);
	end_array(j);
	put_string(j, "signature", acpi->signature);
	begin_array(j, "units");
	ivrs_parse(table, len, &ivhds, j, NULL);
	end_array(j);
	return 0;
}

static void put_iort_maps(struct json *j, const struct iort_node *node)
{
	struct iort_map map;
	u32 i;

	begin_array(j, "mappings");
	for (i = 0; i < node->map_count; i++) {
		iort_map(node, i, &map);
		begin_object(j, NULL);
		put_int(j, "count", map.count);
		put_hex(j, "input", map.input_base);
		put_hex(j, "output", map.output_base);
		put_hex(j, "output_node", map.output_offset);
		put_bool(j, "single", map.single);
		end_object(j);
	}
	end_array(j);
}

static int json_its_group(void *ctx, const struct iort_its_group *its)
{
	struct json *j = ctx;
	u32 i;

	begin_object(j, NULL);
	begin_array(j, "its");
	for (i = 0; i < its->count; i++)
		put_int(j, NULL, iort_its_id(its, i));
	end_array(j);
	put_hex(j, "offset", its->node.offset);
	end_object(j);
	return 0;
}

static int json_named_component(void *ctx,
				const struct iort_named_component *nc)
{
	struct json *j = ctx;

	begin_object(j, NULL);
	put_int(j, "address_bits", nc->address_bits);
	put_bool(j, "coherent", nc->coherent);
	put_iort_maps(j, &nc->node);
	put_bytes(j, "name", nc->name, nc->name_len);
	put_hex(j, "offset", nc->node.offset);
	put_int(j, "pasid_bits", nc->pasid_bits);
	put_bool(j, "stall", nc->stall);
	end_object(j);
	return 0;
}

static int json_iort_rc(void *ctx, const struct iort_root_complex *rc)
{
	struct json *j = ctx;

	begin_object(j, NULL);
	put_bool(j, "ats", rc->ats);
	put_bool(j, "coherent", rc->coherent);
	put_iort_maps(j, &rc->node);
	put_hex(j, "offset", rc->node.offset);
	put_int(j, "pasid_bits", rc->pasid_bits);
	put_bool(j, "pri", rc->pri);
	put_int(j, "segment", rc->segment);
	end_object(j);
	return 0;
}

static int json_rmr(void *ctx, const struct iort_rmr *rmr)
{
	struct iort_rmr_range range;
	struct json *j = ctx;
	u32 i;

	begin_object(j, NULL);
	put_hex(j, "flags", rmr->flags);
	put_iort_maps(j, &rmr->node);
	put_hex(j, "offset", rmr->node.offset);
	begin_array(j, "ranges");
	for (i = 0; i < rmr->count; i++) {
		iort_rmr_range(rmr, i, &range);
		begin_object(j, NULL);
		put_hex(j, "base", range.base);
		put_hex(j, "length", range.length);
		end_object(j);
	}
	end_array(j);
	end_object(j);
	return 0;
}

static int json_smmu(void *ctx, const struct iort_smmu *smmu)
{
	const char *name = iort_smmu_model_name(smmu->model);
	struct json *j = ctx;

	begin_object(j, NULL);
	put_hex(j, "address", smmu->address);
	put_hex(j, "flags", smmu->flags);
	put_iort_maps(j, &smmu->node);
	put_hex(j, "model", smmu->model);
	put_hex(j, "offset", smmu->node.offset);
	put_hex(j, "span", smmu->span);
	put_string(j, "type", name ? name : "smmu");
	end_object(j);
	return 0;
}

static int json_smmu_v3(void *ctx, const struct iort_smmu_v3 *smmu)
{
	struct json *j = ctx;

	begin_object(j, NULL);
	put_hex(j, "address", smmu->address);
	put_hex(j, "flags", smmu->flags);
	put_iort_maps(j, &smmu->node);
	put_hex(j, "model", smmu->model);
	put_hex(j, "offset", smmu->node.offset);
	put_string(j, "type", "smmu-v3");
	end_object(j);
	return 0;
}

static int json_iort(struct json *j, const struct ic_acpi_header *acpi,
		     const void *table, size_t len, struct ic_parse_error *err)
{
	static const struct iort_visitor none;
	static const struct iort_visitor its_groups = {
		.its_group = json_its_group,
	};
	static const struct iort_visitor components = {
		.named_component = json_named_component,
	};
	static const struct iort_visitor rcs = {
		.root_complex = json_iort_rc,
	};
	static const struct iort_visitor rmrs = { .rmr = json_rmr };
	static const struct iort_visitor units = {
		.smmu = json_smmu, .smmu_v3 = json_smmu_v3,
	};
	int ret;

	ret = iort_parse(table, len, &none, NULL, err);
	if (ret)
		return ret;

	begin_array(j, "its_groups");
	iort_parse(table, len, &its_groups, j, NULL);
	end_array(j);
	begin_array(j, "named_components");
	iort_parse(table, len, &components, j, NULL);
	end_array(j);
	put_ids(j, acpi);
	begin_array(j, "reserved");
	iort_parse(table, len, &rmrs, j, NULL);
	end_array(j);
	begin_array(j, "root_complexes");
	iort_parse(table, len, &rcs, j, NULL);
	end_array(j);
	put_string(j, "signature", acpi->signature);
	begin_array(j, "units");
	iort_parse(table, len, &units, j, NULL);
	end_array(j);
	return 0;
}

static int json_viot_range(void *ctx, const struct viot_pci_range *range)
{
	struct json *j = ctx;

	begin_object(j, NULL);
	put_bdf(j, "device", range->bdf_start);
	put_bdf(j, "device_end", range->bdf_end);
	put_hex(j, "endpoint", range->endpoint_start);
	put_hex(j, "output_node", range->output_node);
	put_int(j, "segment", range->segment_start);
	put_int(j, "segment_end", range->segment_end);
	end_object(j);
	return 0;
}

static int json_viot_mmio(void *ctx, const struct viot_mmio *mmio)
{
	struct json *j = ctx;

	begin_object(j, NULL);
	put_hex(j, "address", mmio->address);
	put_hex(j, "endpoint", mmio->endpoint);
	put_hex(j, "output_node", mmio->output_node);
	end_object(j);
	return 0;
}

static int json_virtio_pci(void *ctx, const struct viot_virtio_pci *unit)
{
	struct json *j = ctx;

	begin_object(j, NULL);
	put_bdf(j, "device", unit->bdf);
	put_hex(j, "offset", unit->offset);
	put_int(j, "segment", unit->segment);
	put_string(j, "type", "virtio-pci");
	end_object(j);
	return 0;
}

static int json_virtio_mmio(void *ctx, const struct viot_virtio_mmio *unit)
{
	struct json *j = ctx;

	begin_object(j, NULL);
	put_hex(j, "address", unit->address);
	put_hex(j, "offset", unit->offset);
	put_string(j, "type", "virtio-mmio");
	end_object(j);
	return 0;
}

static int json_viot(struct json *j, const struct ic_acpi_header *acpi,
		     const void *table, size_t len, struct ic_parse_error *err)
{
	static const struct viot_visitor none;
	static const struct viot_visitor ranges = {
		.pci_range = json_viot_range, .mmio = json_viot_mmio,
	};
	static const struct viot_visitor units = {
		.virtio_pci = json_virtio_pci, .virtio_mmio = json_virtio_mmio,
	};
	int ret;

	ret = viot_parse(table, len, &none, NULL, err);
	if (ret)
		return ret;

	begin_array(j, "endpoints");
	viot_parse(table, len, &ranges, j, NULL);
	end_array(j);
	put_ids(j, acpi);
	put_string(j, "signature", acpi->signature);
	begin_array(j, "units");
	viot_parse(table, len, &units, j, NULL);
	end_array(j);
	return 0;
}

static void put_rimt_maps(struct json *j, const struct rimt_maps *maps)
{
	struct rimt_map map;
	u16 i;

	begin_array(j, "mappings");
	for (i = 0; i < maps->count; i++) {
		rimt_map(maps, i, &map);
		begin_object(j, NULL);
		put_int(j, "count", map.count);
		put_hex(j, "flags", map.flags);
		put_hex(j, "input", map.source_base);
		put_hex(j, "output", map.dest_base);
		put_hex(j, "output_node", map.dest_offset);
		end_object(j);
	}
	end_array(j);
}

static int json_rimt_iommu(void *ctx, const struct rimt_iommu *iommu)
{
	size_t id_len = strnlen((const char *)iommu->hardware_id, 8);
	struct json *j = ctx;

	begin_object(j, NULL);
	if (!iommu->is_pci)
		put_hex(j, "address", iommu->address);
	else
		put_bdf(j, "device", iommu->bdf);
	put_hex(j, "flags", iommu->flags);
	put_bytes(j, "hardware_id", (const char *)iommu->hardware_id, id_len);
	put_hex(j, "offset", iommu->offset);
	if (iommu->is_pci)
		put_int(j, "segment", iommu->segment);
	put_string(j, "type", iommu->is_pci ? "pci" : "platform");
	end_object(j);
	return 0;
}

static int json_rimt_rc(void *ctx, const struct rimt_root_complex *rc)
{
	struct json *j = ctx;

	begin_object(j, NULL);
	put_bool(j, "ats", rc->ats);
	put_rimt_maps(j, &rc->maps);
	put_hex(j, "offset", rc->offset);
	put_bool(j, "pri", rc->pri);
	put_int(j, "segment", rc->segment);
	end_object(j);
	return 0;
}

static int json_rimt_device(void *ctx, const struct rimt_platform_device *pd)
{
	struct json *j = ctx;

	begin_object(j, NULL);
	put_rimt_maps(j, &pd->maps);
	put_bytes(j, "name", pd->name, pd->name_len);
	put_hex(j, "offset", pd->offset);
	end_object(j);
	return 0;
}

static int json_rimt(struct json *j, const struct ic_acpi_header *acpi,
		     const void *table, size_t len, struct ic_parse_error *err)
{
	static const struct rimt_visitor none;
	static const struct rimt_visitor devices = {
		.platform_device = json_rimt_device,
	};
	static const struct rimt_visitor rcs = {
		.root_complex = json_rimt_rc,
	};
	static const struct rimt_visitor units = { .iommu = json_rimt_iommu };
	int ret;

	ret = rimt_parse(table, len, &none, NULL, err);
	if (ret)
		return ret;

	put_ids(j, acpi);
	begin_array(j, "platform_devices");
	rimt_parse(table, len, &devices, j, NULL);
	end_array(j);
	begin_array(j, "root_complexes");
	rimt_parse(table, len, &rcs, j, NULL);
	end_array(j);
	put_string(j, "signature", acpi->signature);
	begin_array(j, "units");
	rimt_parse(table, len, &units, j, NULL);
	end_array(j);
	return 0;
}

typedef int (*json_table_fn)(struct json *j, const struct ic_acpi_header *acpi,
			     const void *table, size_t len,
			     struct ic_parse_error *err);

static json_table_fn find_table(const char *signature)
{
	static const struct {
		const char *signature;
		json_table_fn fn;
	} tables[] = {
		{ "DMAR", json_dmar },
		{ "IVRS", json_ivrs },
		{ "IORT", json_iort },
		{ "VIOT", json_viot },
		{ "RIMT", json_rimt },
	};
	size_t i;

	for (i = 0; i < sizeof(tables) / sizeof(*tables); i++) {
		if (!strcmp(signature, tables[i].signature))
			return tables[i].fn;
	}
	return NULL;
}

/**
 * decode_table() - print a firmware table as JSON
 * @out: where to; on failure it has got an unfinished value
 * @table: the table
 * @len: bytes there are
 * @err: filled on failure
 *
 * A checksum that is wrong makes a table malformed, too: its bytes are not
 * those that firmware wrote. It is looked at last, since what is wrong with
 * the structure says more.
 *
 * Return: 0, or -EINVAL for a table that is malformed or of another kind.
 */
int decode_table(FILE *out, const void *table, size_t len,
		 struct ic_parse_error *err)
{
	struct json j = { .out = out, .first = true };
	struct ic_acpi_header acpi;
	json_table_fn fn;
	int ret;

	ret = ic_acpi_header(table, len, &acpi, err);
	if (ret)
		return ret;
	fn = find_table(acpi.signature);
	if (!fn)
		return ic_parse_fail(err, 0,
				     "not a DMAR, IVRS, IORT, VIOT or RIMT table");

	begin_object(&j, NULL);
	ret = fn(&j, &acpi, table, len, err);
	if (ret)
		return ret;
	end_object(&j);
	fputc('\n', out);

	if (ic_acpi_checksum(table, acpi.length))
		return ic_parse_fail(err, 9, "wrong checksum");
	return 0;
}

/* Read a whole file into memory; NULL and errno on failure. */
static u8 *read_file(const char *path, size_t *len)
{
	size_t size = 0, room = 0;
	u8 *data = NULL, *more;
	FILE *f;
	int saved;

	f = fopen(path, "rb");
	if (!f)
		return NULL;
	do {
		if (size == room) {
			room = room ? 2 * room : 4096;
			if (room > MAX_TABLE_LEN) {
				errno = EFBIG;
				goto fail;
			}
			more = realloc(data, room);
			if (!more)
				goto fail;
			data = more;
		}
		size += fread(data + size, 1, room - size, f);
		if (ferror(f))
			goto fail;
	} while (!feof(f));
	fclose(f);
	*len = size;
	return data;

fail:
	saved = errno;
	free(data);
	fclose(f);
	errno = saved;
	return NULL;
}

/**
 * decode_file() - print the firmware table in a file as JSON
 * @out: where to: the whole value, or nothing on failure
 * @prog: name of the program, for complaints
 * @path: the file
 *
 * Bytes after the end of the table are ignored, with a word on standard error.
 *
 * Return: exit status: DECODE_OK or DECODE_FAILED.
 */
int decode_file(FILE *out, const char *prog, const char *path)
{
	struct ic_parse_error err = { 0, NULL };
	size_t len = 0, json_len = 0;
	int status = DECODE_FAILED;
	char *json = NULL;
	u8 *table;
	FILE *mem;
	int ret;

	table = read_file(path, &len);
	if (!table) {
		fprintf(stderr, "%s: %s: %s\n", prog, path, strerror(errno));
		return DECODE_FAILED;
	}
	mem = open_memstream(&json, &json_len);
	if (!mem) {
		fprintf(stderr, "%s: %s: %s\n", prog, path, strerror(errno));
		goto out;
	}
	ret = decode_table(mem, table, len, &err);
	if (fclose(mem)) {
		fprintf(stderr, "%s: %s: %s\n", prog, path, strerror(errno));
		goto out;
	}
	if (ret) {
		fprintf(stderr, "%s: %s: offset 0x%x: %s\n", prog, path,
			err.offset, err.reason);
		goto out;
	}
	if (len > ic_le32(table + 4))
		fprintf(stderr,
			"%s: %s: offset 0x%x: ignored what follows the table\n",
			prog, path, ic_le32(table + 4));
	if (fwrite(json, 1, json_len, out) != json_len || fflush(out)) {
		fprintf(stderr, "%s: write error: %s\n", prog, strerror(errno));
		goto out;
	}
	status = DECODE_OK;
out:
	free(json);
	free(table);
	return status;
}

/* A register value: hex, with or without 0x, of at most 64 bits. */
static bool parse_hex(const char *s, u64 *value)
{
	static const char digits[] = "0123456789abcdef";
	const char *d;
	u64 v = 0;

	if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X'))
		s += 2;
	if (!*s)
		return false;
	for (; *s; s++) {
		d = strchr(digits, *s >= 'A' && *s <= 'F' ? *s + 32 : *s);
		if (!d || v >> 60)
			return false;
		v = v << 4 | (u64)(d - digits);
	}
	*value = v;
	return true;
}

/* A version: MAJOR:MINOR as the kernel logs it, or the register's value. */
static bool parse_version(const char *s, u32 *ver)
{
	unsigned int major, minor;
	u64 value;
	char end;

	if (strchr(s, ':')) {
		if (strspn(s, "0123456789:") != strlen(s) ||
		    sscanf(s, "%2u:%2u%c", &major, &minor, &end) != 2 ||
		    major > 15 || minor > 15)
			return false;
		*ver = major << 4 | minor;
		return true;
	}
	if (!parse_hex(s, &value) || value > 0xffffffff)
		return false;
	*ver = (u32)value;
	return true;
}

static void put_vtd_caps(struct json *j, const struct vtd_caps *caps)
{
	unsigned int i;
	char text[8];

	put_int(j, "address_width", (u64)caps->address_width);
	put_bool(j, "caching_mode", caps->caching_mode);
	put_bool(j, "coherent_walk", caps->coherent_walk);
	put_bool(j, "device_tlb", caps->device_tlb);
	/* CAP.ND may have its reserved value: then the number is not known. */
	if (caps->domains)
		put_int(j, "domains", caps->domains);
	put_bool(j, "first_stage", caps->first_stage);
	put_bool(j, "intr_remap_capable", caps->intr_remap_capable);
	put_bool(j, "nested", caps->nested);
	put_bool(j, "page_request", caps->page_request);
	begin_array(j, "page_sizes");
	for (i = 0; i < 64; i++) {
		if (!ic_bit(caps->page_sizes, i))
			continue;
		ic_format_page_sizes(1ULL << i, text, sizeof(text));
		put_string(j, NULL, text);
	}
	end_array(j);
	put_bool(j, "pasid", caps->pasid);
	put_bool(j, "passthrough_capable", caps->passthrough_capable);
	put_bool(j, "posted_interrupts", caps->posted_interrupts);
	put_bool(j, "queued_invalidation", caps->queued_invalidation);
	put_bool(j, "scalable_mode", caps->scalable_mode);
	put_bool(j, "second_stage", caps->second_stage);
	put_bool(j, "snoop_control", caps->snoop_control);
	begin_array(j, "table_levels");
	for (i = 0; i < 8; i++) {
		if (ic_bit(caps->table_levels, i))
			put_int(j, NULL, i);
	}
	end_array(j);
	put_bool(j, "x2apic", caps->x2apic);
}

/**
 * decode_vtd() - print VT-d capability registers as JSON
 * @out: where to
 * @prog: name of the program, for complaints
 * @cap: Capability Register in hex
 * @ecap: Extended Capability Register in hex
 * @ver: version, as MAJOR:MINOR or Version Register in hex; or NULL
 *
 * Return: exit status: DECODE_OK, DECODE_FAILED or DECODE_USAGE.
 */
int decode_vtd(FILE *out, const char *prog, const char *cap, const char *ecap,
	       const char *ver)
{
	struct json j = { .out = out, .first = true };
	u64 cap_value, ecap_value;
	struct vtd_caps caps;
	u32 ver_value = 0;
	const char *bad = NULL;

	if (!parse_hex(cap, &cap_value))
		bad = cap;
	else if (!parse_hex(ecap, &ecap_value))
		bad = ecap;
	else if (ver && !parse_version(ver, &ver_value))
		bad = ver;
	if (bad) {
		fprintf(stderr, "%s: bad register value: %s\n", prog, bad);
		return DECODE_USAGE;
	}

	vtd_decode(ver_value, cap_value, ecap_value, &caps);
	begin_object(&j, NULL);
	put_hex(&j, "cap", cap_value);
	put_hex(&j, "ecap", ecap_value);
	if (ver) {
		key(&j, "version");
		fprintf(out, "\"%u:%u\"", caps.version_major,
			caps.version_minor);
	}
	put_vtd_caps(&j, &caps);
	end_object(&j);
	fputc('\n', out);
	if (fflush(out)) {
		fprintf(stderr, "%s: write error: %s\n", prog, strerror(errno));
		return DECODE_FAILED;
	}
	return DECODE_OK;
}
