/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libiommucaps: what its files have in common
 *
 * All memory of a handle comes from its pool, which is freed at once.
 */
#ifndef LIBIOMMUCAPS_INTERNAL_H
#define LIBIOMMUCAPS_INTERNAL_H

#include <limits.h>

#include "iommu_caps.h"
#include "libiommucaps.h"

struct pool_block;

/**
 * struct fact - a file that was read
 * @value: NULL where it is absent or could not be read
 * @error: why
 */
struct fact {
	struct fact *next;
	const char *name;
	const char *value;
	int error;
};

/**
 * struct iommucaps - a handle
 * @pool: all memory but the handle itself
 * @sysfs: the root of sysfs
 * @text: where a file is read to
 * @error, @error_path: the first error but ENOENT
 * @summary_hint: which value of a group's summary was asked for last
 * @seen_units, @seen_groups: objects that were handed out one by one
 */
struct iommucaps {
	struct pool_block *pool;
	const char *sysfs;
	int sysfs_fd;
	int root_fd;
	char *text;
	int error;
	const char *error_path;
	struct fact *facts;
	struct iommucaps_unit **units;
	struct iommucaps_group **groups;
	size_t ngroups;
	struct iommucaps_device **unprotected;
	size_t summary_hint;
	struct iommucaps_unit *seen_units;
	struct iommucaps_group *seen_groups;
};

/**
 * struct iommucaps_unit - a directory of units/
 * @dir: that directory, relative to the root of the tree
 */
struct iommucaps_unit {
	struct iommucaps_unit *next;
	struct iommucaps *ic;
	const char *name;
	const char *dir;
	struct fact *facts;
	const char *const *groups;
	struct iommucaps_value *registers;
};

/**
 * struct iommucaps_group - a directory of groups/
 * @dir: that directory, relative to the root of the tree
 * @facts: files that were read one by one
 * @summary: the values of the file that has all in one read, NULL for what it
 *	does not have
 */
struct iommucaps_group {
	struct iommucaps_group *next;
	struct iommucaps *ic;
	const char *name;
	const char *dir;
	struct fact *facts;
	const char **summary;
	bool summary_tried;
	struct iommucaps_device **devices;
	struct iommucaps_unit **units;
};

/**
 * struct iommucaps_device - a device
 * @path: its directory, absolute; @below is the same below the root of sysfs
 * @group: the group, once it was looked for
 */
struct iommucaps_device {
	struct iommucaps *ic;
	const char *name;
	const char *path;
	const char *below;
	struct iommucaps_group *group;
	const char *bus;
	const char *driver;
	struct iommucaps_ids ids;
	bool unprotected;
	bool bus_read;
	bool driver_read;
	bool ids_read;
	bool has_ids;
};

/* pool.c */
void *ic_pool_alloc(struct iommucaps *ic, size_t size);
char *ic_pool_strndup(struct iommucaps *ic, const char *s, size_t len);
char *ic_pool_strdup(struct iommucaps *ic, const char *s);
char *ic_pool_join(struct iommucaps *ic, const char *dir, const char *name);
void ic_pool_free(struct iommucaps *ic);

/* read.c */
int ic_note_error(struct iommucaps *ic, const char *path, int error);
int ic_open_dir(int dir, const char *path);
char *ic_read_file(struct iommucaps *ic, int dir, const char *path);
const char *ic_read_link(struct iommucaps *ic, int dir, const char *path);
const char **ic_list_names(struct iommucaps *ic, const char *path);
const char *ic_read_fact(struct iommucaps *ic, struct fact **facts,
			 const char *dir, const char *name, bool private);

/* object.c */
struct iommucaps_device *ic_new_device(struct iommucaps *ic,
				       const char *target,
				       struct iommucaps_group *g);

#endif /* LIBIOMMUCAPS_INTERNAL_H */
