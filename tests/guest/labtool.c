// SPDX-License-Identifier: GPL-2.0-only
/*
 * The few things that a guest of the lab does and busybox cannot, in one
 * static program.
 *
 *   labtool tree DIR         every entry below DIR, one line each:
 *                            type mode path value
 *                            A file's value is its content with \n and \\
 *                            escaped, or !ERROR; a link's value its target.
 *   labtool find DIR NAME    folders below DIR that have a link of this name
 *   labtool write DIR TEXT   open every file below DIR for writing and write
 *                            TEXT; one line each: path ERROR, or path written
 *   labtool put FILE TEXT    the same for one file, whatever its mode
 *   labtool as UID CMD...    run CMD as this user and group, without
 *                            capabilities
 *   labtool acs DIR          what acs/ has to say of the PCI functions in DIR, by
 *                            their configuration space and in the form of tree
 *   labtool uevents FILE     append "ACTION DEVPATH" of each kernel uevent to
 *                            FILE until killed; "linked" follows when the
 *                            device had its link iommu_caps by then
 *   labtool hold FILE...     read the files in turn, for ever, keeping each
 *                            open and seeking back to its start
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static void print_escaped(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (s[i] == '\n')
			fputs("\\n", stdout);
		else if (s[i] == '\\')
			fputs("\\\\", stdout);
		else if ((unsigned char)s[i] < ' ')
			printf("\\x%02x", (unsigned char)s[i]);
		else
			putchar(s[i]);
	}
}

static void print_content(const char *path)
{
	static char buf[65536];
	size_t len = 0;
	ssize_t n = 0;
	int fd;

	fd = open(path, O_RDONLY);
	if (fd < 0) {
		printf("!%s", strerrorname_np(errno));
		return;
	}
	while (len < sizeof(buf)) {
		n = read(fd, buf + len, sizeof(buf) - len);
		if (n <= 0)
			break;
		len += n;
	}
	if (n < 0)
		printf("!%s", strerrorname_np(errno));
	else
		print_escaped(buf, len);
	close(fd);
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	const char *what = "written";

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		what = strerrorname_np(errno);
	printf("%s %s\n", path, what);
	if (fd >= 0)
		close(fd);
}

/* Depth first, by name; @path is relative to the current directory. */
static void walk(const char *path, const char *write_text)
{
	struct dirent **names;
	char sub[4096], target[4096];
	struct stat st;
	ssize_t len;
	int n;

	n = scandir(path, &names, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		const char *name = names[i]->d_name;

		if (!strcmp(name, ".") || !strcmp(name, ".."))
			continue;
		if (!strcmp(path, "."))
			snprintf(sub, sizeof(sub), "%s", name);
		else
			snprintf(sub, sizeof(sub), "%s/%s", path, name);
		if (lstat(sub, &st))
			continue;
		if (write_text) {
			if (S_ISREG(st.st_mode) && !(st.st_mode & 0222))
				write_file(sub, write_text);
		} else if (S_ISLNK(st.st_mode)) {
			len = readlink(sub, target, sizeof(target) - 1);
			target[len < 0 ? 0 : len] = '\0';
			printf("l 0777 %s %s\n", sub, target);
		} else {
			printf("%c %04o %s ", S_ISDIR(st.st_mode) ? 'd' : 'f',
			       st.st_mode & 07777, sub);
			if (S_ISREG(st.st_mode))
				print_content(sub);
			putchar('\n');
		}
		if (S_ISDIR(st.st_mode))
			walk(sub, write_text);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
}

static void find(const char *path, const char *wanted)
{
	struct dirent **names;
	char sub[4096];
	int n;

	n = scandir(path, &names, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		const char *name = names[i]->d_name;

		if (names[i]->d_type == DT_LNK && !strcmp(name, wanted)) {
			puts(path);
		} else if (names[i]->d_type == DT_DIR && strcmp(name, ".") &&
			   strcmp(name, "..")) {
			snprintf(sub, sizeof(sub), "%s/%s", path, name);
			find(sub, wanted);
		}
		free(names[i]);
	}
	if (n >= 0)
		free(names);
}

static int uevents(const char *file)
{
	struct sockaddr_nl addr = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	int size = 16 << 20, fd, s;
	char buf[8192], link[8300], *at;
	struct stat st;
	ssize_t n;

	s = socket(AF_NETLINK, SOCK_DGRAM, NETLINK_KOBJECT_UEVENT);
	setsockopt(s, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	fd = open(file, O_WRONLY | O_CREAT | O_APPEND, 0644);
	if (s < 0 || fd < 0 || bind(s, (struct sockaddr *)&addr, sizeof(addr)))
		return 1;
	dprintf(fd, "listening\n");
	while ((n = recv(s, buf, sizeof(buf) - 1, 0)) > 0) {
		buf[n] = '\0';
		at = strchr(buf, '@');
		if (!at)
			continue;
		snprintf(link, sizeof(link), "/sys%s/iommu_caps", at + 1);
		dprintf(fd, "%.*s %s%s\n", (int)(at - buf), buf, at + 1,
			lstat(link, &st) ? "" : " linked");
	}
	return 1;
}

static void hold(int n, char **files)
{
	char buf[4096];
	int fds[n];

	for (int i = 0; i < n; i++)
		fds[i] = open(files[i], O_RDONLY);
	for (;;) {
		for (int i = 0; i < n; i++) {
			if (fds[i] < 0)
				continue;
			lseek(fds[i], 0, SEEK_SET);
			while (read(fds[i], buf, sizeof(buf)) > 0)
				;
		}
	}
}

/* Little-endian, as all machines of the lab are; all ones: there is none */
static unsigned int config(int fd, int at, int size)
{
	unsigned int val = 0;

	return pread(fd, &val, size, at) == size ? val : ~0u;
}

/* PCI Express: the capability with id 10 in the list that begins at 34 */
static int express_type(int fd)
{
	unsigned int at = config(fd, 0x34, 1);

	for (int n = 0; n < 48 && at >= 0x40 && at < 0x100; n++) {
		if (config(fd, at, 1) == 0x10)
			return config(fd, at + 2, 2) >> 4 & 0xf;
		at = config(fd, at + 1, 1);
	}
	return -1;
}

/* Extended capabilities: id in bits 15:0, next in bits 31:20; ACS has id 000d. */
static int acs_at(int fd)
{
	unsigned int header, at = 0x100;

	for (int n = 0; n < 480 && at >= 0x100 && at < 0x1000; n++) {
		header = config(fd, at, 4);
		if (!header || header == ~0u)
			break;
		if ((header & 0xffff) == 0xd)
			return at;
		at = header >> 20;
	}
	return 0;
}

static void print_controls(const char *fn, const char *file, unsigned int bits)
{
	static const char *const names[] = {
		"source-validation", "translation-blocking", "request-redirect",
		"completion-redirect", "upstream-forwarding", "egress-control",
		"direct-translated",
	};
	const char *space = "";

	printf("f 0444 %s/%s ", fn, file);
	for (unsigned int i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!(bits & 1u << i))
			continue;
		printf("%s%s", space, names[i]);
		space = " ";
	}
	puts("\\n");
}

/* Ports, and functions of several, are listed without the capability, too. */
static void print_acs(const char *dir, struct dirent **names, int n, int i)
{
	const char *fn = names[i]->d_name;
	size_t slot = strlen(fn) - 1;
	bool several, port;
	char path[4096];
	int fd, type, at;

	snprintf(path, sizeof(path), "%s/%s/config", dir, fn);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return;
	type = express_type(fd);
	port = type >= 4 && type <= 6;
	several = config(fd, 0xe, 1) & 0x80;
	snprintf(path, sizeof(path), "%s/%s/physfn", dir, fn);
	for (int j = 0; j < n && access(path, F_OK); j++)
		several |= j != i && strlen(names[j]->d_name) == slot + 1 &&
			   !strncmp(names[j]->d_name, fn, slot);
	at = acs_at(fd);
	if (at || port || several) {
		print_controls(fn, "capable", at ? config(fd, at + 4, 2) : 0);
		print_controls(fn, "enabled", at ? config(fd, at + 6, 2) : 0);
	}
	close(fd);
}

static int acs(const char *dir)
{
	struct dirent **names;
	int n = scandir(dir, &names, NULL, alphasort);

	for (int i = 0; i < n; i++)
		print_acs(dir, names, n, i);
	return n < 0;
}

static int as_user(char **argv)
{
	uid_t id = atoi(argv[0]);

	if (setgroups(0, NULL) || setgid(id) || setuid(id))
		return 126;
	execvp(argv[1], argv + 1);
	return 127;
}

int main(int argc, char **argv)
{
	const char *cmd = argc > 2 ? argv[1] : "";

	if (!strcmp(cmd, "tree") || (!strcmp(cmd, "write") && argc > 3)) {
		if (chdir(argv[2]))
			return 1;
		walk(".", cmd[0] == 'w' ? argv[3] : NULL);
		return 0;
	}
	if (!strcmp(cmd, "find") && argc > 3) {
		find(argv[2], argv[3]);
		return 0;
	}
	if (!strcmp(cmd, "put") && argc > 3) {
		write_file(argv[2], argv[3]);
		return 0;
	}
	if (!strcmp(cmd, "as") && argc > 3)
		return as_user(argv + 2);
	if (!strcmp(cmd, "acs"))
		return acs(argv[2]);
	if (!strcmp(cmd, "uevents"))
		return uevents(argv[2]);
	if (!strcmp(cmd, "hold"))
		hold(argc - 2, argv + 2);
	fprintf(stderr, "usage: labtool tree|find|write|put|as|acs|uevents|hold ...\n");
	return 2;
}
