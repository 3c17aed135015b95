// SPDX-License-Identifier: GPL-2.0-only
/*
 * Firmware tables (DMAR, IVRS, IORT, VIOT, RIMT) as JSON
 *
 * Conventions: addresses and other hardware values are strings in lower-case
 * hex with 0x, counts are numbers, a PCI function is "bus:dev.fn". A DMAR
 * device scope is "TYPE bus:dev.fn/dev.fn..." (endpoint, bridge) or
 * "TYPE ENUMERATION-ID bus:dev.fn" (ioapic, hpet, namespace). Keys are sorted.
 * IORT, VIOT and RIMT nodes carry their offset in the table, since that is how
 * other nodes refer to them.
 */
#include <string.h>

#include "decode/acpi_table.h"
#include "decode/dmar.h"
#include "decode/iort.h"
#include "decode/ivrs.h"
#include "decode/rimt.h"
#include "decode/viot.h"
#include "common/json.h"
#include "table_json.h"

static void put_bdf(struct json *j, const char *name, u16 bdf)
{
	json_key(j, name);
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

	json_key(j, NULL);
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

	json_array(j, "scope");
	dmar_scope_first(&it, list);
	while (dmar_scope_next(&it, &scope, NULL) > 0)
		put_scope(j, &scope);
	json_array_end(j);
}

static int json_atsr(void *ctx, const struct dmar_atsr *atsr)
{
	struct json *j = ctx;

	json_object(j, NULL);
	json_bool(j, "all_ports", atsr->all_ports);
	put_scopes(j, &atsr->scopes);
	json_int(j, "segment", atsr->segment);
	json_object_end(j);
	return 0;
}

static int json_rmrr(void *ctx, const struct dmar_rmrr *rmrr)
{
	struct json *j = ctx;

	json_object(j, NULL);
	json_hex(j, "base", rmrr->base);
	json_hex(j, "end", rmrr->end);
	put_scopes(j, &rmrr->scopes);
	json_int(j, "segment", rmrr->segment);
	json_object_end(j);
	return 0;
}

static int json_satc(void *ctx, const struct dmar_satc *satc)
{
	struct json *j = ctx;

	json_object(j, NULL);
	json_bool(j, "atc_required", satc->atc_required);
	put_scopes(j, &satc->scopes);
	json_int(j, "segment", satc->segment);
	json_object_end(j);
	return 0;
}

static int json_unit(void *ctx, const struct dmar_unit *unit)
{
	struct json *j = ctx;

	json_object(j, NULL);
	json_hex(j, "address", unit->address);
	json_bool(j, "include_all", unit->include_all);
	put_scopes(j, &unit->scopes);
	json_int(j, "segment", unit->segment);
	json_object_end(j);
	return 0;
}

static int keep_dmar_header(void *ctx, const struct dmar_header *hdr)
{
	*(struct dmar_header *)ctx = *hdr;
	return 0;
}

static void put_ids(struct json *j, const struct ic_acpi_header *acpi)
{
	json_bytes(j, "oem_id", acpi->oem_id, acpi->oem_id_len);
	json_bytes(j, "oem_table_id", acpi->oem_table_id,
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

	json_array(j, "atsr");
	dmar_parse(table, len, &atsrs, j, NULL);
	json_array_end(j);
	json_bool(j, "dma_opt_in", hdr.dma_opt_in);
	json_int(j, "host_address_width", hdr.host_address_width);
	json_bool(j, "intr_remap", hdr.intr_remap);
	put_ids(j, acpi);
	json_array(j, "reserved");
	dmar_parse(table, len, &rmrrs, j, NULL);
	json_array_end(j);
	json_array(j, "satc");
	dmar_parse(table, len, &satcs, j, NULL);
	json_array_end(j);
	json_string(j, "signature", acpi->signature);
	json_array(j, "units");
	dmar_parse(table, len, &units, j, NULL);
	json_array_end(j);
	json_bool(j, "x2apic_opt_out", hdr.x2apic_opt_out);
	return 0;
}

static int json_ivmd(void *ctx, const struct ivrs_ivmd *ivmd)
{
	struct json *j = ctx;

	json_object(j, NULL);
	json_hex(j, "base", ivmd->base);
	put_bdf(j, "device", ivmd->device);
	if (ivmd->type == IVRS_IVMD_RANGE)
		put_bdf(j, "device_end", ivmd->device_end);
	json_hex(j, "flags", ivmd->flags);
	json_hex(j, "length", ivmd->length);
	json_hex(j, "type", ivmd->type);
	json_object_end(j);
	return 0;
}

static int json_ivhd(void *ctx, const struct ivrs_ivhd *ivhd)
{
	struct json *j = ctx;

	json_object(j, NULL);
	json_hex(j, "address", ivhd->address);
	json_hex(j, "capability", ivhd->capability);
	put_bdf(j, "device", ivhd->device);
	if (ivhd->has_efr)
		json_hex(j, "efr", ivhd->efr);
	json_hex(j, "flags", ivhd->flags);
	json_int(j, "segment", ivhd->segment);
	json_hex(j, "type", ivhd->type);
	json_object_end(j);
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

	json_bool(j, "dma_opt_in", hdr.dma_opt_in);
	json_bool(j, "efr_supported", hdr.efr_supported);
	json_hex(j, "ivinfo", hdr.ivinfo);
	put_ids(j, acpi);
	json_array(j, "reserved");
	ivrs_parse(table, len, &ivmds, j, NULL);
	json_array_end(j);
	json_string(j, "signature", acpi->signature);
	json_array(j, "units");
	ivrs_parse(table, len, &ivhds, j, NULL);
	json_array_end(j);
	return 0;
}

static void put_iort_maps(struct json *j, const struct iort_node *node)
{
	struct iort_map map;
	u32 i;

	json_array(j, "mappings");
	for (i = 0; i < node->map_count; i++) {
		iort_map(node, i, &map);
		json_object(j, NULL);
		json_int(j, "count", map.count);
		json_hex(j, "input", map.input_base);
		json_hex(j, "output", map.output_base);
		json_hex(j, "output_node", map.output_offset);
		json_bool(j, "single", map.single);
		json_object_end(j);
	}
	json_array_end(j);
}

static int json_its_group(void *ctx, const struct iort_its_group *its)
{
	struct json *j = ctx;
	u32 i;

	json_object(j, NULL);
	json_array(j, "its");
	for (i = 0; i < its->count; i++)
		json_int(j, NULL, iort_its_id(its, i));
	json_array_end(j);
	json_hex(j, "offset", its->node.offset);
	json_object_end(j);
	return 0;
}

static int json_named_component(void *ctx,
				const struct iort_named_component *nc)
{
	struct json *j = ctx;

	json_object(j, NULL);
	json_int(j, "address_bits", nc->address_bits);
	json_bool(j, "coherent", nc->coherent);
	put_iort_maps(j, &nc->node);
	json_bytes(j, "name", nc->name, nc->name_len);
	json_hex(j, "offset", nc->node.offset);
	json_int(j, "pasid_bits", nc->pasid_bits);
	json_bool(j, "stall", nc->stall);
	json_object_end(j);
	return 0;
}

static int json_iort_rc(void *ctx, const struct iort_root_complex *rc)
{
	struct json *j = ctx;

	json_object(j, NULL);
	json_bool(j, "ats", rc->ats);
	json_bool(j, "coherent", rc->coherent);
	put_iort_maps(j, &rc->node);
	json_hex(j, "offset", rc->node.offset);
	json_int(j, "pasid_bits", rc->pasid_bits);
	json_bool(j, "pri", rc->pri);
	json_int(j, "segment", rc->segment);
	json_object_end(j);
	return 0;
}

static int json_rmr(void *ctx, const struct iort_rmr *rmr)
{
	struct iort_rmr_range range;
	struct json *j = ctx;
	u32 i;

	json_object(j, NULL);
	json_hex(j, "flags", rmr->flags);
	put_iort_maps(j, &rmr->node);
	json_hex(j, "offset", rmr->node.offset);
	json_array(j, "ranges");
	for (i = 0; i < rmr->count; i++) {
		iort_rmr_range(rmr, i, &range);
		json_object(j, NULL);
		json_hex(j, "base", range.base);
		json_hex(j, "length", range.length);
		json_object_end(j);
	}
	json_array_end(j);
	json_object_end(j);
	return 0;
}

static int json_smmu(void *ctx, const struct iort_smmu *smmu)
{
	const char *name = iort_smmu_model_name(smmu->model);
	struct json *j = ctx;

	json_object(j, NULL);
	json_hex(j, "address", smmu->address);
	json_hex(j, "flags", smmu->flags);
	put_iort_maps(j, &smmu->node);
	json_hex(j, "model", smmu->model);
	json_hex(j, "offset", smmu->node.offset);
	json_hex(j, "span", smmu->span);
	json_string(j, "type", name ? name : "smmu");
	json_object_end(j);
	return 0;
}

static int json_smmu_v3(void *ctx, const struct iort_smmu_v3 *smmu)
{
	struct json *j = ctx;

	json_object(j, NULL);
	json_hex(j, "address", smmu->address);
	json_hex(j, "flags", smmu->flags);
	put_iort_maps(j, &smmu->node);
	json_hex(j, "model", smmu->model);
	json_hex(j, "offset", smmu->node.offset);
	json_string(j, "type", "smmu-v3");
	json_object_end(j);
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

	json_array(j, "its_groups");
	iort_parse(table, len, &its_groups, j, NULL);
	json_array_end(j);
	json_array(j, "named_components");
	iort_parse(table, len, &components, j, NULL);
	json_array_end(j);
	put_ids(j, acpi);
	json_array(j, "reserved");
	iort_parse(table, len, &rmrs, j, NULL);
	json_array_end(j);
	json_array(j, "root_complexes");
	iort_parse(table, len, &rcs, j, NULL);
	json_array_end(j);
	json_string(j, "signature", acpi->signature);
	json_array(j, "units");
	iort_parse(table, len, &units, j, NULL);
	json_array_end(j);
	return 0;
}

static int json_viot_range(void *ctx, const struct viot_pci_range *range)
{
	struct json *j = ctx;

	json_object(j, NULL);
	put_bdf(j, "device", range->bdf_start);
	put_bdf(j, "device_end", range->bdf_end);
	json_hex(j, "endpoint", range->endpoint_start);
	json_hex(j, "output_node", range->output_node);
	json_int(j, "segment", range->segment_start);
	json_int(j, "segment_end", range->segment_end);
	json_object_end(j);
	return 0;
}

static int json_viot_mmio(void *ctx, const struct viot_mmio *mmio)
{
	struct json *j = ctx;

	json_object(j, NULL);
	json_hex(j, "address", mmio->address);
	json_hex(j, "endpoint", mmio->endpoint);
	json_hex(j, "output_node", mmio->output_node);
	json_object_end(j);
	return 0;
}

static int json_virtio_pci(void *ctx, const struct viot_virtio_pci *unit)
{
	struct json *j = ctx;

	json_object(j, NULL);
	put_bdf(j, "device", unit->bdf);
	json_hex(j, "offset", unit->offset);
	json_int(j, "segment", unit->segment);
	json_string(j, "type", "virtio-pci");
	json_object_end(j);
	return 0;
}

static int json_virtio_mmio(void *ctx, const struct viot_virtio_mmio *unit)
{
	struct json *j = ctx;

	json_object(j, NULL);
	json_hex(j, "address", unit->address);
	json_hex(j, "offset", unit->offset);
	json_string(j, "type", "virtio-mmio");
	json_object_end(j);
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

	json_array(j, "endpoints");
	viot_parse(table, len, &ranges, j, NULL);
	json_array_end(j);
	put_ids(j, acpi);
	json_string(j, "signature", acpi->signature);
	json_array(j, "units");
	viot_parse(table, len, &units, j, NULL);
	json_array_end(j);
	return 0;
}

static void put_rimt_maps(struct json *j, const struct rimt_maps *maps)
{
	struct rimt_map map;
	u16 i;

	json_array(j, "mappings");
	for (i = 0; i < maps->count; i++) {
		rimt_map(maps, i, &map);
		json_object(j, NULL);
		json_int(j, "count", map.count);
		json_hex(j, "flags", map.flags);
		json_hex(j, "input", map.source_base);
		json_hex(j, "output", map.dest_base);
		json_hex(j, "output_node", map.dest_offset);
		json_object_end(j);
	}
	json_array_end(j);
}

static int json_rimt_iommu(void *ctx, const struct rimt_iommu *iommu)
{
	size_t id_len = strnlen((const char *)iommu->hardware_id, 8);
	struct json *j = ctx;

	json_object(j, NULL);
	if (!iommu->is_pci)
		json_hex(j, "address", iommu->address);
	else
		put_bdf(j, "device", iommu->bdf);
	json_hex(j, "flags", iommu->flags);
	json_bytes(j, "hardware_id", (const char *)iommu->hardware_id, id_len);
	json_hex(j, "offset", iommu->offset);
	if (iommu->is_pci)
		json_int(j, "segment", iommu->segment);
	json_string(j, "type", iommu->is_pci ? "pci" : "platform");
	json_object_end(j);
	return 0;
}

static int json_rimt_rc(void *ctx, const struct rimt_root_complex *rc)
{
	struct json *j = ctx;

	json_object(j, NULL);
	json_bool(j, "ats", rc->ats);
	put_rimt_maps(j, &rc->maps);
	json_hex(j, "offset", rc->offset);
	json_bool(j, "pri", rc->pri);
	json_int(j, "segment", rc->segment);
	json_object_end(j);
	return 0;
}

static int json_rimt_device(void *ctx, const struct rimt_platform_device *pd)
{
	struct json *j = ctx;

	json_object(j, NULL);
	put_rimt_maps(j, &pd->maps);
	json_bytes(j, "name", pd->name, pd->name_len);
	json_hex(j, "offset", pd->offset);
	json_object_end(j);
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
	json_array(j, "platform_devices");
	rimt_parse(table, len, &devices, j, NULL);
	json_array_end(j);
	json_array(j, "root_complexes");
	rimt_parse(table, len, &rcs, j, NULL);
	json_array_end(j);
	json_string(j, "signature", acpi->signature);
	json_array(j, "units");
	rimt_parse(table, len, &units, j, NULL);
	json_array_end(j);
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
	struct json j = JSON_INIT(out);
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

	json_object(&j, NULL);
	ret = fn(&j, &acpi, table, len, err);
	if (ret)
		return ret;
	json_object_end(&j);
	fputc('\n', out);

	if (ic_acpi_checksum(table, acpi.length))
		return ic_parse_fail(err, 9, "wrong checksum");
	return 0;
}
