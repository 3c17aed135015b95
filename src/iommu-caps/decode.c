// SPDX-License-Identifier: GPL-2.0-only
/*
 * iommu-caps decode: firmware tables, device trees and register values as JSON
 *
 * On standard output there is either a whole JSON value or nothing; each
 * complaint is one line. Needs no module.
 */
#include <err.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "decode/acpi_table.h"
#include "decode/unit_caps.h"
#include "decode/vtd_regs.h"
#include "common/json.h"
#include "device_tree.h"
#include "read_file.h"
#include "table_json.h"
#include "verbs.h"

/*
 * A tree or table as JSON. Bytes after its end are ignored, with a word on
 * standard error.
 */
static bool print_blob(FILE *out, const char *path, const u8 *blob, size_t len)
{
	struct ic_parse_error error = { 0, NULL };
	struct device_tree tree;
	const char *reason;
	u32 size;

	if (device_tree_magic(blob, len)) {
		if (device_tree_open(&tree, blob, len, &reason)) {
			warnx("%s: %s", path, reason);
			return false;
		}
		device_tree_json(out, &tree);
		device_tree_close(&tree);
		size = device_tree_size(blob);
	} else {
		if (decode_table(out, blob, len, &error)) {
			warnx("%s: offset 0x%x: %s", path, error.offset,
			      error.reason);
			return false;
		}
		size = ic_le32(blob + 4);
	}
	if (len > size)
		warnx("%s: offset 0x%x: ignored what follows the table", path,
		      size);
	return true;
}

/* What is in a file: the whole value, or nothing on failure. */
static int decode_file(const char *path)
{
	size_t len = 0, json_len = 0;
	int status = STATUS_FAILED;
	char *json = NULL;
	FILE *mem;
	u8 *blob;
	bool ok;

	blob = read_file(path, &len);
	if (!blob) {
		warn("%s", path);
		return STATUS_FAILED;
	}
	mem = open_memstream(&json, &json_len);
	if (!mem) {
		warn("%s", path);
		goto out;
	}
	ok = print_blob(mem, path, blob, len);
	if (fclose(mem)) {
		warn("%s", path);
		goto out;
	}
	if (!ok)
		goto out;
	fwrite(json, 1, json_len, stdout);
	status = STATUS_YES;
out:
	free(json);
	free(blob);
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

	json_int(j, "address_width", (u64)caps->address_width);
	json_bool(j, "caching_mode", caps->caching_mode);
	json_bool(j, "coherent_walk", caps->coherent_walk);
	json_bool(j, "device_tlb", caps->device_tlb);
	/* CAP.ND may have its reserved value: then the number is not known. */
	if (caps->domains)
		json_int(j, "domains", caps->domains);
	json_bool(j, "first_stage", caps->first_stage);
	json_bool(j, "intr_remap_capable", caps->intr_remap_capable);
	json_bool(j, "nested", caps->nested);
	json_bool(j, "page_request", caps->page_request);
	json_array(j, "page_sizes");
	for (i = 0; i < 64; i++) {
		if (!ic_bit(caps->page_sizes, i))
			continue;
		ic_format_page_sizes(1ULL << i, text, sizeof(text));
		json_string(j, NULL, text);
	}
	json_array_end(j);
	json_bool(j, "pasid", caps->pasid);
	json_bool(j, "passthrough_capable", caps->passthrough_capable);
	json_bool(j, "posted_interrupts", caps->posted_interrupts);
	json_bool(j, "queued_invalidation", caps->queued_invalidation);
	json_bool(j, "scalable_mode", caps->scalable_mode);
	json_bool(j, "second_stage", caps->second_stage);
	json_bool(j, "snoop_control", caps->snoop_control);
	json_array(j, "table_levels");
	for (i = 0; i < 8; i++) {
		if (ic_bit(caps->table_levels, i))
			json_int(j, NULL, i);
	}
	json_array_end(j);
	json_bool(j, "x2apic", caps->x2apic);
}

/* Capability, Extended Capability and perhaps Version Register */
static int decode_registers(char **values, int n)
{
	struct json j = JSON_INIT(stdout);
	u64 cap_value, ecap_value;
	const char *bad = NULL;
	struct vtd_caps caps;
	u32 version = 0;

	if (n < 2 || n > 3)
		return verb_usage("--vtd needs two or three register values");
	if (!parse_hex(values[0], &cap_value))
		bad = values[0];
	else if (!parse_hex(values[1], &ecap_value))
		bad = values[1];
	else if (n > 2 && !parse_version(values[2], &version))
		bad = values[2];
	if (bad)
		return verb_usage("bad register value: %s", bad);

	vtd_decode(version, cap_value, ecap_value, &caps);
	json_object(&j, NULL);
	json_hex(&j, "cap", cap_value);
	json_hex(&j, "ecap", ecap_value);
	if (n > 2)
		json_printf(&j, "version", "%u:%u", caps.version_major,
			    caps.version_minor);
	put_vtd_caps(&j, &caps);
	json_object_end(&j);
	putchar('\n');
	return STATUS_YES;
}

int verb_decode(int argc, char **argv)
{
	enum { OPT_VTD = 256 };
	static const struct option options[] = {
		{ "vtd", no_argument, NULL, OPT_VTD },
		VERB_OPTIONS
	};
	int c, status = STATUS_YES;
	bool vtd = false;

	while ((c = getopt_long(argc, argv, VERB_SHORT, options, NULL)) != -1) {
		if (verb_common(c))
			continue;
		if (c != OPT_VTD)
			return verb_option(c,
				"decode FILE...\n"
				"       iommu-caps decode --vtd CAP ECAP [VERSION]",
				"     --vtd            VT-d registers given in hex, instead of tables in files\n");
		vtd = true;
	}
	if (verb_sysroot)
		return verb_usage("--sysroot: decode reads only what is named");
	if (vtd)
		return decode_registers(argv + optind, argc - optind);
	if (optind == argc)
		return verb_usage("no file is given");
	for (; optind < argc; optind++)
		if (decode_file(argv[optind]))
			status = STATUS_FAILED;
	return status;
}
