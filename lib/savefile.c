/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "savefile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK		16384
#define TEMP_BEGIN	".spin-"
#define TEMP_END	".new"
#define TEMP_ROOM	48
#define TEMP_TRIES	100

/* Also for callers who look at errno. */
static int
failed(int err)
{
	errno = err;
	return -err;
}

static int
close_failed(int fd, int err)
{
	(void)close(fd);
	return failed(err);
}

static int
read_fd(int fd, size_t max, struct buf *out)
{
	const size_t before = out->n;
	char chunk[CHUNK];
	ssize_t n;
	int err = 0;

	while (!err && (n = read(fd, chunk, sizeof(chunk))) != 0) {
		if (n < 0) {
			err = errno == EINTR ? 0 : errno;
			continue;
		}
		if ((size_t)n > max - (out->n - before) ||
		    (size_t)n > out->max - out->n) {
			err = EFBIG;
			continue;
		}
		buf_add(out, chunk, (size_t)n);
		err = out->failed ? ENOMEM : 0;
	}
	if (err)
		out->n = before;
	return err;
}

int
savefile_read(const char *path, size_t max, struct buf *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	int err;

	if (fd < 0)
		return failed(errno);
	err = read_fd(fd, max, out);
	(void)close(fd);
	return err ? failed(err) : 0;
}

int
savefile_read_own(int dir, const char *name, size_t max, struct buf *out)
{
	/* Not to wait for the writer of a pipe that was put there. */
	int fd = openat(dir, name,
	    O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;
	int err;

	if (fd < 0)
		return failed(errno);
	if (fstat(fd, &st) < 0)
		return close_failed(fd, errno);
	if (!S_ISREG(st.st_mode))
		return close_failed(fd, EINVAL);
	if (st.st_uid != geteuid() || (st.st_mode & (S_IWGRP | S_IWOTH)))
		return close_failed(fd, EPERM);
	err = read_fd(fd, max, out);
	(void)close(fd);
	return err ? failed(err) : 0;
}

bool
savefile_is_temporary(const char *name)
{
	const size_t head = sizeof(TEMP_BEGIN) - 1;
	const size_t tail = sizeof(TEMP_END) - 1;
	size_t n = strlen(name);

	return n > head + tail && strncmp(name, TEMP_BEGIN, head) == 0 &&
	    strcmp(name + n - tail, TEMP_END) == 0;
}

/* A new file under a name that nobody has. */
static int
open_temp(int dir, char name[static TEMP_ROOM])
{
	unsigned i;
	int fd = -1;

	for (i = 0; fd < 0 && i < TEMP_TRIES; i++) {
		(void)snprintf(name, TEMP_ROOM, TEMP_BEGIN "%ld-%u" TEMP_END,
		    (long)getpid(), i);
		fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL |
		    O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
		if (fd < 0 && errno != EEXIST)
			break;
	}
	return fd;
}

/* Returns an errno. Whatever the umask is, the mode is the one asked for. */
static int
fill(int fd, mode_t mode, const char *p, size_t n)
{
	ssize_t did;

	if (fchmod(fd, mode) < 0)
		return errno;
	for (; n > 0; p += did, n -= (size_t)did) {
		did = write(fd, p, n);
		if (did < 0 && errno == EINTR)
			did = 0;
		else if (did < 0)
			return errno;
	}
	return fsync(fd) < 0 ? errno : 0;
}

/* What may be replaced: nothing, or a regular file. */
static int
check_target(int dir, const char *name)
{
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : errno;
	if (S_ISLNK(st.st_mode))
		return ELOOP;
	if (S_ISDIR(st.st_mode))
		return EISDIR;
	return S_ISREG(st.st_mode) ? 0 : EINVAL;
}

int
savefile_sync_dir(int dir)
{
	/* Some file systems have no such thing, and need none. */
	if (fsync(dir) < 0 && errno != EINVAL && errno != ENOTSUP)
		return failed(errno);
	return 0;
}

static int
replace(int dir, const char *name, mode_t mode, const void *p, size_t n)
{
	char temp[TEMP_ROOM];
	int err = check_target(dir, name);
	int fd;

	if (err)
		return failed(err);
	fd = open_temp(dir, temp);
	if (fd < 0)
		return failed(errno);
	err = fill(fd, mode, p, n);
	if (close(fd) < 0 && !err && errno != EINTR)
		err = errno;
	if (!err && renameat(dir, temp, dir, name) < 0)
		err = errno;
	if (err) {
		(void)unlinkat(dir, temp, 0);
		return failed(err);
	}
	return savefile_sync_dir(dir);
}

int
savefile_write_at(int dir, const char *name, const void *p, size_t n)
{
	return replace(dir, name, S_IRUSR | S_IWUSR, p, n);
}

/* As open(2) would give it: that of the old file, or what the umask leaves. */
static mode_t
usual_mode(int dir, const char *name)
{
	struct stat st;
	mode_t mask;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		return st.st_mode & 0777;
	mask = umask(0);
	(void)umask(mask);
	return 0666 & ~mask;
}

/* The folder that a path lies in; `*name` is what remains. */
static int
open_folder(const char *path, const char **name)
{
	const char *slash = strrchr(path, '/');
	char *folder;
	int fd, err;

	*name = slash ? slash + 1 : path;
	if (!slash)
		return open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	folder = strndup(path, slash == path ? 1 : (size_t)(slash - path));
	if (!folder)
		return -1;
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	err = errno;
	free(folder);
	errno = err;
	return fd;
}

int
savefile_write(const char *path, const void *p, size_t n)
{
	const char *name;
	int dir = open_folder(path, &name);
	int ret;

	if (dir < 0)
		return failed(errno);
	if (!*name)
		return close_failed(dir, *path ? EISDIR : ENOENT);
	ret = replace(dir, name, usual_mode(dir, name), p, n);
	(void)close(dir);
	return ret < 0 ? failed(-ret) : 0;
}
