// SPDX-License-Identifier: GPL-2.0-only
/*
 * Standard output into a file that readers see either old or new
 *
 * Collectors read files at any moment, so the new text is written beside the
 * old and renamed once it is complete. The temporary name begins with a dot:
 * neither node_exporter nor Node Feature Discovery reads such a file.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/common.h"
#include "replace_file.h"

/**
 * replace_file_begin() - send standard output to a temporary file
 * @path: the file to be replaced
 * @temporary: set to the name of the temporary file
 *
 * Return: 0, or STATUS_FAILED after a message.
 */
int replace_file_begin(const char *path, char **temporary)
{
	const char *slash = strrchr(path, '/');
	int dir_len = slash ? (int)(slash - path) + 1 : 0;
	char *name;
	int fd;

	if (asprintf(&name, "%.*s.%s.XXXXXX", dir_len, path,
		     path + dir_len) < 0)
		err(STATUS_FAILED, NULL);
	fd = mkstemp(name);
	if (fd < 0) {
		warn("%s", path);
		free(name);
		return STATUS_FAILED;
	}
	if (fchmod(fd, 0644) || fflush(stdout) ||
	    dup2(fd, STDOUT_FILENO) < 0) {
		warn("%s", name);
		close(fd);
		unlink(name);
		free(name);
		return STATUS_FAILED;
	}
	close(fd);
	*temporary = name;
	return 0;
}

/**
 * replace_file_end() - put the new file in place, or leave the old one
 * @path: the file to be replaced
 * @temporary: what replace_file_begin() set; freed
 * @status: how writing went; the old file stays if not STATUS_YES
 *
 * Return: @status, or STATUS_FAILED after a message.
 */
int replace_file_end(const char *path, char *temporary, int status)
{
	if (status == STATUS_YES && (ferror(stdout) || fflush(stdout) ||
				     fsync(STDOUT_FILENO) ||
				     rename(temporary, path))) {
		warn("%s", path);
		clearerr(stdout);
		status = STATUS_FAILED;
	}
	if (status != STATUS_YES)
		unlink(temporary);
	free(temporary);
	return status;
}
