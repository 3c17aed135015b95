// SPDX-License-Identifier: GPL-2.0-only
/*
 * libiommucaps: the handle, and facts about the machine
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

/**
 * iommucaps_open() - open the tree
 * @ic: set to the handle, or to NULL
 * @sysroot: the machine's root directory, whose sys is looked at; NULL for
 *	this machine: then SYSFS_PATH of the environment, if it is set, names
 *	the root of sysfs
 *
 * Return: 0, or a negative errno. -ENOENT: the module is not loaded.
 */
int iommucaps_open(struct iommucaps **ic, const char *sysroot)
{
	const char *env = secure_getenv("SYSFS_PATH");
	char path[PATH_MAX];
	struct iommucaps *h;
	int error, n;

	*ic = NULL;
	if (sysroot)
		n = snprintf(path, sizeof(path), "%s%ssys", sysroot,
			     *sysroot && sysroot[strlen(sysroot) - 1] == '/' ?
			     "" : "/");
	else
		n = snprintf(path, sizeof(path), "%s",
			     env && *env ? env : "/sys");
	if (n >= (int)sizeof(path))
		return -ENAMETOOLONG;
	while (n > 1 && path[n - 1] == '/')
		path[--n] = '\0';

	h = calloc(1, sizeof(*h));
	if (!h)
		return -ENOMEM;
	h->root_fd = -1;
	h->sysfs_fd = ic_open_dir(AT_FDCWD, path);
	if (h->sysfs_fd >= 0)
		h->root_fd = ic_open_dir(h->sysfs_fd, "kernel/" IOMMU_CAPS_NAME);
	if (h->root_fd < 0) {
		error = errno;
		goto fail;
	}
	h->sysfs = ic_pool_strdup(h, path);
	if (!h->sysfs) {
		error = ENOMEM;
		goto fail;
	}
	*ic = h;
	return 0;

fail:
	iommucaps_close(h);
	return -error;
}

/**
 * iommucaps_close() - free a handle and everything that it handed out
 * @ic: the handle; NULL does nothing
 */
void iommucaps_close(struct iommucaps *ic)
{
	int error = errno;

	if (!ic)
		return;
	if (ic->root_fd >= 0)
		close(ic->root_fd);
	if (ic->sysfs_fd >= 0)
		close(ic->sysfs_fd);
	ic_pool_free(ic);
	free(ic->text);
	free(ic);
	errno = error;
}

/**
 * iommucaps_sysfs() - the root of sysfs that a handle looks at
 * @ic: the handle
 */
const char *iommucaps_sysfs(const struct iommucaps *ic)
{
	return ic->sysfs;
}

/**
 * iommucaps_error() - what went wrong so far
 * @ic: the handle
 * @path: set to what could not be read, below the tree or absolute; may be
 *	NULL
 *
 * An absent file is no error. What could not be read is left out of lists,
 * so that a reader that does not ask gets less, not something wrong.
 *
 * Return: the errno of the first error, 0 if there was none.
 */
int iommucaps_error(const struct iommucaps *ic, const char **path)
{
	if (path)
		*path = ic->error_path;
	return ic->error;
}

/**
 * iommucaps_fact() - a fact about the machine
 * @ic: the handle
 * @name: "state", "platform", "firmware", ...
 *
 * Return: its value, or NULL and errno (ENOENT: absent).
 */
const char *iommucaps_fact(struct iommucaps *ic, const char *name)
{
	return ic_read_fact(ic, &ic->facts, "", name, false);
}

/**
 * iommucaps_read() - any file of the tree
 * @ic: the handle
 * @path: relative to the root of the tree: "acs/0000:00:1c.0/enabled"
 *
 * Return: its value, or NULL and errno (ENOENT: absent).
 */
const char *iommucaps_read(struct iommucaps *ic, const char *path)
{
	const char *value = ic_read_file(ic, ic->root_fd, path);

	if (!value)
		ic_note_error(ic, path, errno);
	return value;
}

/**
 * iommucaps_list() - the names in any directory of the tree
 * @ic: the handle
 * @path: relative to the root of the tree: "acs"
 *
 * Return: the names and NULL, or NULL and errno (ENOENT: absent).
 */
const char *const *iommucaps_list(struct iommucaps *ic, const char *path)
{
	return ic_list_names(ic, path);
}
