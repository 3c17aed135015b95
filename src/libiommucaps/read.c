// SPDX-License-Identifier: GPL-2.0-only
/*
 * libiommucaps: files, links and directories of sysfs
 *
 * A machine may have thousands of groups, and an inventory must not cost more
 * than reading the kernel's own sysfs would: three system calls per file, one
 * per link, four per directory, and nothing that was not asked for.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

/* One page, on the architecture with the largest ones, is the longest file */
#define TEXT_SIZE	65536

/**
 * ic_note_error() - keep the first error of a handle
 * @ic: the handle
 * @path: what could not be read
 * @error: an errno; ENOENT is an absent fact, ENODEV a file whose object goes
 *	away during the read, ENODATA a value that cannot be had now, of a
 *	function without power, say: none is an error
 *
 * Return: what errno is set to: @error, but ENOENT for ENODEV.
 */
int ic_note_error(struct iommucaps *ic, const char *path, int error)
{
	if (error == ENODEV)
		error = ENOENT;
	if (error != ENOENT && error != ENODATA && !ic->error) {
		ic->error = error;
		ic->error_path = error == ENOMEM ? "memory" :
				 ic_pool_strdup(ic, path);
	}
	errno = error;
	return error;
}

int ic_open_dir(int dir, const char *path)
{
	return openat(dir, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void close_keep_errno(int fd)
{
	int error = errno;

	close(fd);
	errno = error;
}

/* The text of a file, without the newline at its end */
char *ic_read_file(struct iommucaps *ic, int dir, const char *path)
{
	ssize_t n;
	int fd;

	if (!ic->text)
		ic->text = malloc(TEXT_SIZE);
	if (!ic->text)
		return NULL;
	fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	n = read(fd, ic->text, TEXT_SIZE);
	close_keep_errno(fd);
	if (n < 0)
		return NULL;
	while (n && (ic->text[n - 1] == '\n' || !ic->text[n - 1]))
		n--;
	return ic_pool_strndup(ic, ic->text, (size_t)n);
}

/* What a link says, not followed */
const char *ic_read_link(struct iommucaps *ic, int dir, const char *path)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(dir, path, target, sizeof(target));

	/* What exists and is no link, as in a copy of a tree, leads nowhere */
	if (n < 0 && errno == EINVAL)
		errno = ENOENT;
	if (n < 0)
		return NULL;
	if (n == sizeof(target)) {
		errno = ENAMETOOLONG;
		return NULL;
	}
	return ic_pool_strndup(ic, target, (size_t)n);
}

/* Length of a number as the kernel writes it, or 0 for any other name */
static size_t digits(const char *s)
{
	size_t n = strspn(s, "0123456789");

	return s[n] ? 0 : n;
}

static int by_number(const void *a, const void *b)
{
	const char *x = *(const char *const *)a, *y = *(const char *const *)b;
	size_t m = digits(x), n = digits(y);

	if (m && n && m != n)
		return m < n ? -1 : 1;
	return strcmp(x, y);
}

static int collect_names(struct iommucaps *ic, int fd, const char ***names,
			 size_t *n)
{
	_Alignas(struct dirent64) char buf[16384];
	size_t room = 0;
	const char **more;
	ssize_t len, i;

	while ((len = getdents64(fd, buf, sizeof(buf))) > 0) {
		for (i = 0; i < len; ) {
			struct dirent64 *d = (void *)(buf + i);

			i += d->d_reclen;
			if (!strcmp(d->d_name, ".") || !strcmp(d->d_name, ".."))
				continue;
			if (*n == room) {
				room = room ? 2 * room : 16;
				more = reallocarray(*names, room, sizeof(*more));
				if (!more)
					return -1;
				*names = more;
			}
			(*names)[*n] = ic_pool_strdup(ic, d->d_name);
			if (!(*names)[(*n)++])
				return -1;
		}
	}
	return len < 0 ? -1 : 0;
}

/**
 * ic_list_names() - the names in a directory of the tree
 * @ic: the handle
 * @path: relative to the root of the tree
 *
 * Return: the names, numbers by value before others, and NULL; or NULL and
 * errno.
 */
const char **ic_list_names(struct iommucaps *ic, const char *path)
{
	const char **names = NULL, **list = NULL;
	size_t n = 0;
	int fd, error;

	fd = ic_open_dir(ic->root_fd, path);
	if (fd < 0) {
		ic_note_error(ic, path, errno);
		return NULL;
	}
	if (collect_names(ic, fd, &names, &n)) {
		ic_note_error(ic, path, errno);
		goto out;
	}
	if (n > 1)
		qsort(names, n, sizeof(*names), by_number);
	list = ic_pool_alloc(ic, (n + 1) * sizeof(*list));
	if (list && n)
		memcpy(list, names, n * sizeof(*list));
out:
	error = errno;
	close(fd);
	free(names);
	errno = error;
	return list;
}

/**
 * ic_read_fact() - a file of an object, read once
 * @ic: the handle
 * @facts: those of the object that were read
 * @dir: the object's directory relative to the root of the tree, or ""
 * @name: the file
 * @private: only root can read it; that others cannot is no error
 *
 * Return: its value, or NULL and errno.
 */
const char *ic_read_fact(struct iommucaps *ic, struct fact **facts,
			 const char *dir, const char *name, bool private)
{
	const char *path = name;
	struct fact *f;

	for (f = *facts; f; f = f->next)
		if (!strcmp(f->name, name))
			goto out;
	if (*dir)
		path = ic_pool_join(ic, dir, name);
	f = ic_pool_alloc(ic, sizeof(*f));
	if (!f || !path)
		return NULL;
	f->name = ic_pool_strdup(ic, name);
	if (!f->name)
		return NULL;
	f->value = ic_read_file(ic, ic->root_fd, path);
	if (!f->value)
		f->error = private && (errno == EACCES || errno == EPERM) ?
			   ENOENT : ic_note_error(ic, path, errno);
	f->next = *facts;
	*facts = f;
out:
	if (!f->value)
		errno = f->error;
	return f->value;
}
