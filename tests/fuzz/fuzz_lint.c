// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults in ACPI tables. The input is the table and, behind it, a MADT.
 */
#include "fuzz.h"
#include "iommu-caps/lint.h"

typedef int (*lint_fn)(struct lint *l, const void *table, size_t len,
		       struct ic_parse_error *error);

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static const lint_fn lints[] = {
		lint_dmar, lint_ivrs, lint_iort, lint_viot, lint_rimt,
	};
	size_t i, len = 0, cut = size;
	char *text = NULL;
	FILE *out;

	if (size > IC_ACPI_HEADER_LEN && ic_le32(data + 4) < size)
		cut = ic_le32(data + 4);
	out = open_memstream(&text, &len);
	MUST(out);
	for (i = 0; i < sizeof(lints) / sizeof(lints[0]); i++) {
		struct ic_parse_error error = { 0, NULL };
		struct json json = JSON_INIT(out);
		struct lint l = { .file = "fuzz", .json = &json };
		int ret;

		if (cut < size) {
			l.madt = data + cut;
			l.madt_len = size - cut;
		}
		ret = lints[i](&l, data, cut, &error);
		MUST(ret == 0 || ret == -EINVAL);
		MUST((ret == 0) == !error.reason);
	}
	MUST(!fclose(out));
	free(text);
	return 0;
}
