// SPDX-License-Identifier: GPL-2.0-only
/*
 * Device trees: the nodes, their JSON, and their faults.
 */
#include "fuzz.h"
#include "iommu-caps/lint.h"

static void lint_to_json(const struct device_tree *tree)
{
	size_t len = 0;
	char *text = NULL;
	FILE *out = open_memstream(&text, &len);
	struct json json = JSON_INIT(out);
	struct lint l = { .file = "fuzz", .json = &json };

	MUST(out);
	lint_device_tree(&l, tree);
	MUST(!fclose(out));
	MUST((l.findings > 0) == (len > 0));
	free(text);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	const char *reason = NULL;
	struct device_tree tree;
	size_t i, json_len = 0;
	char *json = NULL;
	FILE *out;
	int ret;

	if (!device_tree_magic(data, size))
		return 0;
	ret = device_tree_open(&tree, data, size, &reason);
	MUST((ret == 0) == !reason);
	if (ret)
		return 0;
	MUST(device_tree_size(data) <= size);
	MUST(tree.n && tree.nodes[0].parent == DT_NO_NODE);
	for (i = 1; i < tree.n; i++)
		MUST(tree.nodes[i].parent < i);

	out = open_memstream(&json, &json_len);
	MUST(out);
	device_tree_json(out, &tree);
	MUST(!fclose(out));
	MUST(json_len > 2 && !strcmp(json + json_len - 3, "\n}\n"));
	free(json);
	lint_to_json(&tree);
	device_tree_close(&tree);
	return 0;
}
