/* SPDX-License-Identifier: GPL-2.0-only */
/* Standard output into a file that readers see either old or new. */
#ifndef REPLACE_FILE_H
#define REPLACE_FILE_H

int replace_file_begin(const char *path, char **temporary);
int replace_file_end(const char *path, char *temporary, int status);

#endif /* REPLACE_FILE_H */
