/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "savefile.h"
#include "sha256.h"
#include "store_meta.h"
#include "xalloc.h"

#define META		"meta.json"
#define META_MAX	(64 << 10)
#define LOCK		"lock"
#define FILE_END	".mud"
#define SIG_END		".p7s"
#define NAME_ROOM	(SHA256_HEX + sizeof(FILE_END))
#define TRY_EVERY	20	/* milliseconds, for the lock */

struct store {
	int dir;
	int lock;
};

/* Closes and fails; errno stays. */
static int
drop(int fd)
{
	int err = errno;

	(void)close(fd);
	errno = err;
	return -1;
}

static int
fail(int err)
{
	errno = err;
	return -1;
}

/* Ours, and writable by nobody else. */
static int
check_own(int fd, mode_t type)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -1;
	if ((st.st_mode & S_IFMT) != type)
		return fail(type == S_IFDIR ? ENOTDIR : EINVAL);
	if (st.st_uid != geteuid() || (st.st_mode & (S_IWGRP | S_IWOTH)))
		return fail(EPERM);
	return 0;
}

/* ---- opening and closing ---- */

/* The folder, and those above it that are not there either. */
static int
make_dirs(const char *dir)
{
	char *path = xstrdup(dir), *p = path;
	int ret = 0, err;

	while (ret == 0 && *p) {
		p += strspn(p, "/");
		p += strcspn(p, "/");
		if (!*p)
			break;
		*p = '\0';
		ret = mkdir(path, S_IRWXU) < 0 && errno != EEXIST &&
		    access(path, F_OK) < 0 ? -1 : 0;
		*p = '/';
	}
	err = errno;
	free(path);
	errno = err;
	return ret < 0 ? -1 : mkdir(dir, S_IRWXU);
}

static int
open_dir(const char *dir)
{
	bool made = make_dirs(dir) == 0;
	int fd, above;

	if (!made && errno != EEXIST)
		return -1;
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	if (check_own(fd, S_IFDIR) < 0)
		return drop(fd);
	/* Best effort: a folder that is lost with the power was empty. */
	above = made ? openat(fd, "..", O_RDONLY | O_CLOEXEC) : -1;
	if (above >= 0) {
		(void)!savefile_sync_dir(above);
		(void)close(above);
	}
	return fd;
}

static int
wait_for_lock(int fd)
{
	const struct timespec pause = { 0, TRY_EVERY * 1000000L };
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int tries;

	for (tries = STORE_WAIT * 1000 / TRY_EVERY; tries > 0; tries--) {
		if (fcntl(fd, F_SETLK, &l) == 0)
			return 0;
		if (errno != EACCES && errno != EAGAIN && errno != EINTR)
			return -1;
		(void)nanosleep(&pause, NULL);
	}
	return fail(EBUSY);
}

static int
open_lock(int dir)
{
	int fd = openat(dir, LOCK, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC |
	    O_NONBLOCK, S_IRUSR | S_IWUSR);

	if (fd < 0)
		return -1;
	if (check_own(fd, S_IFREG) < 0 || wait_for_lock(fd) < 0)
		return drop(fd);
	return fd;
}

struct store *
store_open(const char *dir)
{
	int fd = open_dir(dir), lock;
	struct store *s;

	if (fd < 0)
		return NULL;
	lock = open_lock(fd);
	if (lock < 0) {
		(void)drop(fd);
		return NULL;
	}
	s = xmalloc(sizeof(*s));
	*s = (struct store){ .dir = fd, .lock = lock };
	return s;
}

void
store_free(struct store *s)
{
	if (!s)
		return;
	(void)close(s->lock);
	(void)close(s->dir);
	free(s);
}

/* ---- an entry's folder ---- */

/* -1 and ENOENT when there is none. */
static int
open_folder(const struct store *s, const char *name)
{
	struct stat st;
	int fd;

	if (fstatat(s->dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -1;
	if (!S_ISDIR(st.st_mode))
		return fail(S_ISLNK(st.st_mode) ? ELOOP : ENOTDIR);
	fd = openat(s->dir, name,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -1;
	return check_own(fd, S_IFDIR) < 0 ? drop(fd) : fd;
}

static int
make_folder(const struct store *s, const char *name)
{
	int fd = open_folder(s, name);

	if (fd >= 0 || errno != ENOENT)
		return fd;
	if (mkdirat(s->dir, name, S_IRWXU) < 0)
		return -1;
	fd = open_folder(s, name);
	if (fd >= 0 && savefile_sync_dir(s->dir) < 0)
		return drop(fd);
	return fd;
}

static void
part_name(char to[static NAME_ROOM], const char *hash, const char *end)
{
	(void)snprintf(to, NAME_ROOM, "%s%s", hash, end);
}

/* Whether a name in the folder is one that only this module makes. */
static bool
is_part(const char *name)
{
	size_t n = strlen(name);

	if (savefile_is_temporary(name))
		return true;
	return n == SHA256_HEX - 1 + sizeof(FILE_END) - 1 &&
	    strspn(name, "0123456789abcdef") == SHA256_HEX - 1 &&
	    (strcmp(name + SHA256_HEX - 1, FILE_END) == 0 ||
	    strcmp(name + SHA256_HEX - 1, SIG_END) == 0);
}

/* Takes away parts that no meta.json names: of killed runs, of old entries. */
static void
tidy(int folder, const struct store_meta *keep)
{
	char file[NAME_ROOM], sig[NAME_ROOM];
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *e;

	if (!d) {
		if (fd >= 0)
			(void)close(fd);
		return;
	}
	part_name(file, keep->file, FILE_END);
	part_name(sig, keep->sig, SIG_END);
	while ((e = readdir(d)) != NULL)
		if (is_part(e->d_name) && strcmp(e->d_name, file) != 0 &&
		    strcmp(e->d_name, sig) != 0)
			(void)unlinkat(folder, e->d_name, 0);
	(void)closedir(d);
}

/* ---- reading ---- */

static void
entry_init(struct store_entry *e)
{
	memset(e, 0, sizeof(*e));
	buf_init(&e->file, STORE_FILE_MAX);
	buf_init(&e->sig, STORE_SIG_MAX);
}

void
store_entry_release(struct store_entry *e)
{
	buf_release(&e->file);
	buf_release(&e->sig);
}

/* A part that meta.json names: to be absent or another one is damage. */
static int
read_part(int folder, const char *hash, const char *end, struct buf *out)
{
	char name[NAME_ROOM], is[SHA256_HEX];

	part_name(name, hash, end);
	if (savefile_read_own(folder, name, out->max, out) < 0)
		return errno == ENOENT || errno == EFBIG ? fail(EBADMSG) : -1;
	sha256_hex(out->p, out->n, is);
	return strcmp(is, hash) == 0 ? 0 : fail(EBADMSG);
}

static int
read_meta(int folder, struct store_meta *m, struct store_entry *e)
{
	struct buf b;
	int ret, err;

	buf_init(&b, META_MAX);
	ret = savefile_read_own(folder, META, META_MAX, &b);
	if (ret == 0)
		ret = store_meta_read(&b, m, e) == 0 ? 1 : -1;
	else if (errno == ENOENT)
		ret = 0;	/* a first put was cut short */
	else
		ret = errno == EFBIG ? fail(EBADMSG) : -1;
	err = errno;
	buf_release(&b);
	errno = err;
	return ret;
}

/* As store_get; `m` is empty unless there is an entry. */
static int
read_folder(int folder, const char *url, struct store_meta *m,
    struct store_entry *e)
{
	int ret = read_meta(folder, m, e);

	if (ret != 1)
		return ret;
	if (strcmp(e->url, url) != 0)
		return fail(EBADMSG);
	if (read_part(folder, m->file, FILE_END, &e->file) < 0)
		return -1;
	if (m->sig[0] && read_part(folder, m->sig, SIG_END, &e->sig) < 0)
		return -1;
	return 1;
}

static int
read_entry(int folder, const char *url, struct store_meta *m,
    struct store_entry *e)
{
	int ret, err;

	memset(m, 0, sizeof(*m));
	entry_init(e);
	ret = read_folder(folder, url, m, e);
	if (ret != 1) {
		err = errno;
		store_entry_release(e);
		entry_init(e);
		errno = err;
	}
	return ret;
}

int
store_get(struct store *s, const char *url, struct store_entry *e)
{
	char name[SHA256_HEX];
	struct store_meta m;
	int folder, ret, err;

	entry_init(e);
	sha256_hex(url, strlen(url), name);
	folder = open_folder(s, name);
	if (folder < 0)
		return errno == ENOENT ? 0 : -1;
	ret = read_entry(folder, url, &m, e);
	err = errno;
	(void)close(folder);
	errno = err;
	return ret;
}

/* ---- writing ---- */

/* One that the old entry has too is there already. */
static int
write_part(int folder, const char *hash, const char *old, const char *end,
    const struct buf *b)
{
	char name[NAME_ROOM];

	if (strcmp(hash, old) == 0)
		return 0;
	part_name(name, hash, end);
	return savefile_write_at(folder, name, b->p, b->n) < 0 ? -1 : 0;
}

/* meta.json comes last: it is what makes the entry. */
static int
write_entry(int folder, const struct store_meta *old,
    const struct store_meta *new, const struct store_entry *e)
{
	struct buf b;
	int ret, err;

	buf_init(&b, META_MAX);
	ret = store_meta_write(new, e, &b);
	if (ret == 0)
		ret = write_part(folder, new->file, old->file, FILE_END,
		    &e->file);
	if (ret == 0 && new->sig[0])
		ret = write_part(folder, new->sig, old->sig, SIG_END, &e->sig);
	if (ret == 0)
		ret = savefile_write_at(folder, META, b.p, b.n) < 0 ? -1 : 0;
	err = errno;
	buf_release(&b);
	errno = err;
	return ret;
}

/* Nothing is written where what is there cannot be read. */
static int
replace(int folder, const struct store_entry *e)
{
	struct store_meta old, new = { .sig = "" };
	struct store_entry was;
	int ret, err;

	if (read_entry(folder, e->url, &old, &was) < 0)
		return -1;
	store_entry_release(&was);
	tidy(folder, &old);
	sha256_hex(e->file.p, e->file.n, new.file);
	if (e->sig.n)
		sha256_hex(e->sig.p, e->sig.n, new.sig);
	ret = write_entry(folder, &old, &new, e);
	err = errno;
	/* After a failure it may be either; on a full disk each byte counts. */
	if (ret == 0 || read_entry(folder, e->url, &new, &was) >= 0)
		tidy(folder, &new);
	if (ret < 0)
		store_entry_release(&was);
	errno = err;
	return ret;
}

int
store_put(struct store *s, const struct store_entry *e)
{
	char name[SHA256_HEX];
	int folder, ret, err;

	if (!e->url[0] || !memchr(e->url, '\0', sizeof(e->url)) ||
	    e->file.n == 0)
		return fail(EINVAL);
	if (e->file.n > STORE_FILE_MAX || e->sig.n > STORE_SIG_MAX)
		return fail(EFBIG);
	sha256_hex(e->url, strlen(e->url), name);
	folder = make_folder(s, name);
	if (folder < 0)
		return -1;
	ret = replace(folder, e);
	err = errno;
	(void)close(folder);
	errno = err;
	return ret;
}
