// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files as a whole, for the verbs that look into firmware's tables
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "read_file.h"

/* No firmware table comes near this; a device file or the like may. */
#define MAX_TABLE_LEN	(64UL << 20)

/**
 * read_file() - read a whole file into memory
 * @path: the file
 * @len: set to its length
 *
 * Return: its bytes, to be freed, or NULL with errno set.
 */
u8 *read_file(const char *path, size_t *len)
{
	size_t size = 0, room = 0;
	u8 *data = NULL, *more;
	FILE *f;
	int saved;

	f = fopen(path, "rb");
	if (!f)
		return NULL;
	do {
		if (size == room) {
			room = room ? 2 * room : 4096;
			if (room > MAX_TABLE_LEN) {
				errno = EFBIG;
				goto fail;
			}
			more = realloc(data, room);
			if (!more)
				goto fail;
			data = more;
		}
		size += fread(data + size, 1, room - size, f);
		if (ferror(f))
			goto fail;
	} while (!feof(f));
	fclose(f);
	*len = size;
	return data;

fail:
	saved = errno;
	free(data);
	fclose(f);
	errno = saved;
	return NULL;
}
