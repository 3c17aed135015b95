/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libiommucaps: read /sys/kernel/iommu_caps
 *
 * Everything is read when it is first asked for and then kept: a handle is a
 * snapshot that grows. All objects and strings belong to the handle and live
 * until iommucaps_close(). A handle is for one thread at a time; different
 * handles are independent of each other.
 *
 * A function that returns a pointer returns NULL with errno set when there is
 * nothing to return. ENOENT means that the fact is absent: the kernel cannot
 * know it. Every other value is an error, and the first one of a handle is
 * kept: see iommucaps_error(). Objects that vanish while they are read are
 * left out, as if they had gone a moment earlier.
 *
 * The names of facts are those of the files, see iommu_caps(4).
 */
#ifndef LIBIOMMUCAPS_H
#define LIBIOMMUCAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct iommucaps;
struct iommucaps_unit;
struct iommucaps_group;
struct iommucaps_device;

/* A named value, such as a register */
struct iommucaps_value {
	const char *name;
	const char *value;
};

/* Numbers of a PCI function */
struct iommucaps_ids {
	uint32_t vendor;
	uint32_t device;
	uint32_t class_code;
};

int iommucaps_open(struct iommucaps **ic, const char *sysroot);
void iommucaps_close(struct iommucaps *ic);
const char *iommucaps_sysfs(const struct iommucaps *ic);
int iommucaps_error(const struct iommucaps *ic, const char **path);

/* The machine; any file or directory of the tree by its path below the root */
const char *iommucaps_fact(struct iommucaps *ic, const char *name);
const char *iommucaps_read(struct iommucaps *ic, const char *path);
const char *const *iommucaps_list(struct iommucaps *ic, const char *path);

/* All of one kind, in order; the arrays end with NULL */
struct iommucaps_unit *const *iommucaps_units(struct iommucaps *ic);
struct iommucaps_group *const *iommucaps_groups(struct iommucaps *ic);
struct iommucaps_device *const *iommucaps_unprotected(struct iommucaps *ic);

/* One by its name; a device also as 01:00.0 or as a path in sysfs */
struct iommucaps_unit *iommucaps_find_unit(struct iommucaps *ic,
					   const char *name);
struct iommucaps_group *iommucaps_find_group(struct iommucaps *ic,
					     const char *name);
struct iommucaps_device *iommucaps_find_device(struct iommucaps *ic,
					       const char *name);

const char *iommucaps_unit_name(const struct iommucaps_unit *u);
const char *iommucaps_unit_fact(struct iommucaps_unit *u, const char *name);
bool iommucaps_unit_driven(struct iommucaps_unit *u);
const char *const *iommucaps_unit_groups(struct iommucaps_unit *u);
const struct iommucaps_value *
iommucaps_unit_registers(struct iommucaps_unit *u);

const char *iommucaps_group_name(const struct iommucaps_group *g);
const char *iommucaps_group_fact(struct iommucaps_group *g, const char *name);
struct iommucaps_unit *const *iommucaps_group_units(struct iommucaps_group *g);
struct iommucaps_device *const *
iommucaps_group_devices(struct iommucaps_group *g);

const char *iommucaps_device_name(const struct iommucaps_device *d);
const char *iommucaps_device_path(const struct iommucaps_device *d);
struct iommucaps_group *iommucaps_device_group(struct iommucaps_device *d);
bool iommucaps_device_unprotected(const struct iommucaps_device *d);
const char *iommucaps_device_bus(struct iommucaps_device *d);
const char *iommucaps_device_driver(struct iommucaps_device *d);
const struct iommucaps_ids *iommucaps_device_ids(struct iommucaps_device *d);

/* Values that are lists, and names of devices */
const char *iommucaps_next_token(const char **list, size_t *len);
bool iommucaps_has_token(const char *list, const char *token);
int iommucaps_canonical_name(const char *arg, char *buf, size_t size);

#ifdef __cplusplus
}
#endif

#endif /* LIBIOMMUCAPS_H */
