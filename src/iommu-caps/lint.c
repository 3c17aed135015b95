// SPDX-License-Identifier: GPL-2.0-only
/*
 * iommu-caps lint: what is wrong in firmware's description of the IOMMUs
 *
 * Without arguments, the tables and the device tree of this machine. Needs no
 * module.
 */
#include <err.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "decode/acpi_table.h"
#include "lint.h"
#include "read_file.h"
#include "verbs.h"

static const struct {
	const char *signature;
	int (*lint)(struct lint *l, const void *table, size_t len,
		    struct ic_parse_error *error);
} tables[] = {
	{ "DMAR", lint_dmar },
	{ "IVRS", lint_ivrs },
	{ "IORT", lint_iort },
	{ "VIOT", lint_viot },
	{ "RIMT", lint_rimt },
};

#define NTABLES	(sizeof(tables) / sizeof(tables[0]))
#define MADT	"APIC"

static bool is_madt(const u8 *blob, size_t len)
{
	return len >= IC_ACPI_HEADER_LEN && !memcmp(blob, MADT, 4);
}

static bool lint_table(struct lint *l, const u8 *blob, size_t len)
{
	struct ic_parse_error error = { 0, NULL };
	struct ic_acpi_header header;
	size_t i;
	int ret;

	ret = ic_acpi_header(blob, len, &header, &error);
	for (i = 0; !ret && i < NTABLES; i++)
		if (!strcmp(header.signature, tables[i].signature))
			break;
	if (!ret && i == NTABLES)
		ret = ic_parse_fail(&error, 0,
				    "not a DMAR, IVRS, IORT, VIOT or RIMT table");
	if (!ret)
		ret = tables[i].lint(l, blob, len, &error);
	if (!ret && ic_acpi_checksum(blob, header.length))
		ret = ic_parse_fail(&error, 9, "wrong checksum");
	if (ret)
		warnx("%s: offset 0x%x: %s", l->file, error.offset,
		      error.reason);
	return !ret;
}

static bool lint_tree(struct lint *l, const u8 *blob, size_t len)
{
	struct device_tree tree;
	const char *reason;

	if (device_tree_open(&tree, blob, len, &reason)) {
		warnx("%s: %s", l->file, reason);
		return false;
	}
	lint_device_tree(l, &tree);
	device_tree_close(&tree);
	return true;
}

/* false if the file cannot be looked at */
static bool lint_file(struct lint *l, const char *path)
{
	size_t len = 0;
	bool ok = true;
	u8 *blob;

	blob = read_file(path, &len);
	if (!blob) {
		warn("%s", path);
		return false;
	}
	l->file = path;
	if (device_tree_magic(blob, len))
		ok = lint_tree(l, blob, len);
	else if (!is_madt(blob, len))
		ok = lint_table(l, blob, len);
	free(blob);
	return ok;
}

static bool lint_files(struct lint *l, char **paths, int n)
{
	size_t len = 0;
	bool ok = true;
	u8 *blob;
	int i;

	/* A MADT is no subject of its own: the other tables are held to it */
	for (i = 0; i < n && !l->madt; i++) {
		blob = read_file(paths[i], &len);
		if (blob && is_madt(blob, len)) {
			l->madt = blob;
			l->madt_len = len;
		} else {
			free(blob);
		}
	}
	for (i = 0; i < n; i++)
		if (!lint_file(l, paths[i]))
			ok = false;
	return ok;
}

static bool lint_machine(struct lint *l, const char *sysfs)
{
	char *path, *paths[NTABLES + 2];
	size_t i, j = 0;
	bool ok;
	int n = 0;

	for (i = 0; i < NTABLES + 2; i++) {
		if (asprintf(&path, i > NTABLES ? "%s/firmware/fdt" :
			     "%s/firmware/acpi/tables/%s", sysfs,
			     i < NTABLES ? tables[i].signature : MADT) < 0)
			err(STATUS_FAILED, NULL);
		if (!access(path, F_OK)) {
			paths[n++] = path;
			j += i != NTABLES;
		} else {
			free(path);
		}
	}
	if (!j)
		warnx("firmware describes no IOMMU: there is no DMAR, IVRS, IORT, VIOT or RIMT table and no device tree");
	l->sysfs = sysfs;
	ok = lint_files(l, paths, n);
	while (n)
		free(paths[--n]);
	return ok;
}

int verb_lint(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'J' },
		VERB_OPTIONS
	};
	struct json json = JSON_INIT(stdout);
	struct lint l = { 0 };
	const char *env;
	char *sysfs;
	bool ok;
	int c;

	while ((c = getopt_long(argc, argv, VERB_SHORT "J", options,
				NULL)) != -1) {
		if (c == 'J')
			l.json = &json;
		else if (!verb_common(c))
			return verb_option(c, "lint [OPTION]... [FILE]...",
				" -J, --json           print JSON\n");
	}
	if (verb_sysroot && optind < argc)
		return verb_usage("--sysroot and files exclude each other");
	/* As iommucaps_open() finds it */
	env = secure_getenv("SYSFS_PATH");
	if (verb_sysroot || !env || !*env)
		c = asprintf(&sysfs, "%s/sys", verb_sysroot ? verb_sysroot : "");
	else
		c = asprintf(&sysfs, "%s", env);
	if (c < 0)
		err(STATUS_FAILED, NULL);
	if (optind == argc && access(sysfs, F_OK)) {
		warn("%s", sysfs);
		free(sysfs);
		return STATUS_FAILED;
	}
	if (l.json) {
		json_object(&json, NULL);
		json_array(&json, "findings");
	}
	if (optind < argc)
		ok = lint_files(&l, argv + optind, argc - optind);
	else
		ok = lint_machine(&l, sysfs);
	if (l.json) {
		json_array_end(&json);
		json_object_end(&json);
		putchar('\n');
	}
	free((void *)l.madt);
	free(sysfs);
	if (!ok)
		return STATUS_FAILED;
	return l.findings ? STATUS_NO : STATUS_YES;
}
