// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables as JSON: the text must be well formed whatever the bytes are. The
 * checksum is repaired first, or hardly any input would get that far.
 */
#include "fuzz.h"
#include "iommu-caps/table_json.h"

static const char *skip_value(const char *p);

static const char *skip_space(const char *p)
{
	return p + strspn(p, "\n ");
}

static const char *skip_string(const char *p)
{
	MUST(*p == '"');
	for (p++; *p != '"'; p++) {
		MUST(*p >= 0x20 && *p < 0x7f);
		if (*p != '\\')
			continue;
		p++;
		if (*p == 'u') {
			MUST(strspn(p + 1, "0123456789abcdef") >= 4);
			p += 4;
		} else {
			MUST(*p == '"' || *p == '\\');
		}
	}
	return p + 1;
}

/* Items up to the closing bracket, after the opening one. */
static const char *skip_items(const char *p, char end)
{
	p = skip_space(p);
	if (*p == end)
		return p + 1;
	for (;;) {
		if (end == '}') {
			p = skip_space(skip_string(skip_space(p)));
			MUST(*p == ':');
			p++;
		}
		p = skip_space(skip_value(p));
		if (*p == end)
			return p + 1;
		MUST(*p == ',');
		p++;
	}
}

static const char *skip_value(const char *p)
{
	size_t n;

	p = skip_space(p);
	switch (*p) {
	case '{':
		return skip_items(p + 1, '}');
	case '[':
		return skip_items(p + 1, ']');
	case '"':
		return skip_string(p);
	case 't':
		MUST(!strncmp(p, "true", 4));
		return p + 4;
	case 'f':
		MUST(!strncmp(p, "false", 5));
		return p + 5;
	default:
		n = strspn(p, "0123456789");
		MUST(n);
		return p + n;
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct ic_parse_error err = { 0, NULL };
	size_t json_len = 0;
	char *json = NULL;
	u8 *table;
	FILE *mem;
	u32 len;
	int ret;

	table = malloc(size);
	MUST(table || !size);
	memcpy(table, data, size);
	if (size >= IC_ACPI_HEADER_LEN) {
		len = ic_le32(table + 4);
		if (len >= IC_ACPI_HEADER_LEN && len <= size)
			table[9] -= ic_acpi_checksum(table, len);
	}
	mem = open_memstream(&json, &json_len);
	MUST(mem);
	ret = decode_table(mem, table, size, &err);
	MUST(!fclose(mem));
	MUST((ret == 0) == !err.reason);
	if (!ret) {
		MUST(*skip_space(skip_value(json)) == '\0');
		MUST(strlen(json) == json_len);
	}
	free(json);
	free(table);
	return 0;
}
