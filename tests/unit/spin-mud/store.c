/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifdef __linux__
#define _GNU_SOURCE	/* unshare */
#endif
#include "compat.h"

#include "store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/mount.h>
#endif

#include "savefile.h"

#include "../tap.h"
#include "../temp.h"

#define URL	"https://example.com/toaster"
#define KILLS	100

/* ---- entries ---- */

/* One of a kind: all of it follows from `c`. */
static void
entry(struct store_entry *e, char c, size_t nfile, size_t nsig)
{
	size_t i;

	memset(e, 0, sizeof(*e));
	buf_init(&e->file, STORE_FILE_MAX + 1);
	buf_init(&e->sig, STORE_SIG_MAX + 1);
	for (i = 0; i < nfile; i++)
		buf_putc(&e->file, (char)(c + i % 251));
	for (i = 0; i < nsig; i++)
		buf_putc(&e->sig, (char)(c + i % 13));
	(void)snprintf(e->url, sizeof(e->url), "%s", URL);
	(void)snprintf(e->signer, sizeof(e->signer), "CN=%c\\, \\E2", c);
	memset(e->key_id, c, sizeof(e->key_id) - 1);
	(void)snprintf(e->last_update, sizeof(e->last_update),
	    "2026-01-02T03:04:05Z");
	(void)snprintf(e->etag, sizeof(e->etag), "\"%c\xff\x01\"", c);
	(void)snprintf(e->modified, sizeof(e->modified), "Fri, 02 Jan %c", c);
	e->fetched = INT64_C(1767323045) + c;
	e->expires = INT64_C(4102444800) + c;
	e->approved = c % 2;
}

static bool
same_text(const struct store_entry *a, const struct store_entry *b)
{
	return strcmp(a->url, b->url) == 0 &&
	    strcmp(a->signer, b->signer) == 0 &&
	    strcmp(a->key_id, b->key_id) == 0 &&
	    strcmp(a->last_update, b->last_update) == 0 &&
	    strcmp(a->etag, b->etag) == 0 &&
	    strcmp(a->modified, b->modified) == 0;
}

static bool
same_bytes(const struct buf *a, const struct buf *b)
{
	return a->n == b->n && (a->n == 0 || memcmp(a->p, b->p, a->n) == 0);
}

static bool
same(const struct store_entry *a, const struct store_entry *b)
{
	return same_text(a, b) && same_bytes(&a->file, &b->file) &&
	    same_bytes(&a->sig, &b->sig) && a->fetched == b->fetched &&
	    a->expires == b->expires && a->approved == b->approved;
}

static void
check_is(struct store *s, const struct store_entry *want, const char *what)
{
	struct store_entry got;

	tap_int(store_get(s, want->url, &got), 1, "%s: there", what);
	tap_ok(same(&got, want), "%s: the same", what);
	store_entry_release(&got);
}

static struct store *
open_store(void)
{
	struct store *s = store_open("s");

	if (!s) {
		perror("store_open");
		exit(EXIT_FAILURE);
	}
	return s;
}

/* The folder of the one URL, below "s". */
static void
folder_of(char to[static 128])
{
	DIR *d = opendir("s");
	const struct dirent *e;

	to[0] = '\0';
	while (d && (e = readdir(d)) != NULL)
		if (strlen(e->d_name) == 64)
			(void)snprintf(to, 128, "s/%.64s", e->d_name);
	if (d)
		(void)closedir(d);
}

/* How many names it holds; the first with that end is copied. */
static int
list(const char *folder, const char *end, char path[static 256])
{
	DIR *d = opendir(folder);
	const struct dirent *e;
	size_t n = strlen(end), len;
	int count = 0;

	path[0] = '\0';
	while (d && (e = readdir(d)) != NULL) {
		len = strlen(e->d_name);
		if (strspn(e->d_name, ".") == len)
			continue;
		count++;
		if (len >= n && strcmp(e->d_name + len - n, end) == 0)
			(void)snprintf(path, 256, "%s/%.120s", folder,
			    e->d_name);
	}
	if (d)
		(void)closedir(d);
	return count;
}

/* ---- keeping ---- */

static void
test_round_trip(void)
{
	struct store *s = open_store();
	struct store_entry a, b, none;
	char folder[128], path[256];
	struct stat st;

	entry(&a, 'a', 1000, 500);
	entry(&b, 'b', STORE_FILE_MAX, 0);
	tap_int(store_get(s, URL, &none), 0, "nothing at first");
	tap_int(store_put(s, &a), 0, "put");
	check_is(s, &a, "signed");
	tap_int(store_put(s, &b), 0, "put another");
	check_is(s, &b, "unsigned, as large as allowed");
	tap_int(store_get(s, URL "x", &none), 0, "nothing for another URL");
	folder_of(folder);
	tap_int(list(folder, ".mud", path), 2, "nothing of the old is left");
	tap_ok(stat(path, &st) == 0 && (st.st_mode & 07777) == 0600,
	    "files are 0600");
	tap_ok(stat(folder, &st) == 0 && (st.st_mode & 07777) == 0700,
	    "folders are 0700");
	store_free(s);
	s = open_store();
	check_is(s, &b, "opened again");
	b.fetched++;
	tap_int(store_put(s, &b), 0, "only the time is another");
	check_is(s, &b, "a new time");
	store_free(s);
	store_entry_release(&a);
	store_entry_release(&b);
}

static void
test_names(void)
{
	static const char *const urls[] = { "../../../etc/passwd", "/", ".",
		"https://example.com/\x1b[2J\xff", "a b\nc", "\"" };
	struct store *s = open_store();
	struct store_entry e;
	char path[256];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(urls); i++) {
		entry(&e, 'u', 10, 10);
		(void)snprintf(e.url, sizeof(e.url), "%s", urls[i]);
		tap_int(store_put(s, &e), 0, "URL %zu", i);
		check_is(s, &e, "an odd URL");
		store_entry_release(&e);
	}
	tap_int(list("s", "lock", path), 1 + (int)ARRAY_SIZE(urls),
	    "a folder each, and the lock");
	/* printf %s '../../../etc/passwd' | sha256sum */
	tap_ok(access("s/56bfa7338a2dfd1d7159f20c3894607032e46d6567984cdc"
	    "4c9c38cf7c1b1a97/meta.json", F_OK) == 0, "named by SHA-256");
	store_free(s);
}

static void
test_wrong(void)
{
	struct store *s = open_store();
	struct store_entry e;

	entry(&e, 'w', 0, 0);
	tap_ok(store_put(s, &e) < 0 && errno == EINVAL, "no file");
	store_entry_release(&e);
	entry(&e, 'w', 10, 0);
	e.url[0] = '\0';
	tap_ok(store_put(s, &e) < 0 && errno == EINVAL, "no URL");
	(void)snprintf(e.url, sizeof(e.url), "%s", URL "w");
	memset(e.etag, 'x', sizeof(e.etag));
	tap_ok(store_put(s, &e) < 0 && errno == EINVAL, "text without end");
	store_entry_release(&e);
	entry(&e, 'w', STORE_FILE_MAX + 1, 0);
	tap_ok(store_put(s, &e) < 0 && errno == EFBIG, "too large a file");
	store_entry_release(&e);
	entry(&e, 'w', 10, STORE_SIG_MAX + 1);
	tap_ok(store_put(s, &e) < 0 && errno == EFBIG, "too large a signature");
	store_entry_release(&e);
	tap_int(store_get(s, URL "w", &e), 0, "nothing came of it");
	store_free(s);
}

/* ---- what is not as it was written ---- */

/* Neither read nor written while it is so. */
static void
refused(int err, const char *what)
{
	struct store *s = open_store();
	struct store_entry e, new;

	errno = 0;
	tap_ok(store_get(s, URL, &e) == -1 && errno == err, "%s: not read (%s)",
	    what, strerror(errno));
	entry(&new, 'n', 100, 100);
	errno = 0;
	tap_ok(store_put(s, &new) == -1 && errno == err,
	    "%s: not written (%s)", what, strerror(errno));
	store_entry_release(&new);
	store_free(s);
}

static void
restored(const char *what)
{
	struct store *s = open_store();
	struct store_entry want;

	entry(&want, 'a', 1000, 500);
	check_is(s, &want, what);
	store_entry_release(&want);
	store_free(s);
}

/* Something of the entry becomes another thing, is refused, and put back. */
static void
swap_for(const char *path, int (*make)(const char *), int err,
    const char *what)
{
	char aside[300];

	(void)snprintf(aside, sizeof(aside), "%s", "aside");
	if (rename(path, aside) < 0 || make(path) < 0) {
		perror(path);
		exit(EXIT_FAILURE);
	}
	refused(err, what);
	if (unlink(path) < 0)
		(void)rmdir(path);
	if (rename(aside, path) < 0)
		exit(EXIT_FAILURE);
	restored(what);
}

static int
make_link(const char *path)
{
	char to[5000], here[4096];

	if (!getcwd(here, sizeof(here)))
		return -1;
	(void)snprintf(to, sizeof(to), "%s/aside", here);
	return symlink(to, path);
}

static int
make_fifo(const char *path)
{
	return mkfifo(path, 0600);
}

static int
make_dir(const char *path)
{
	return mkdir(path, 0700);
}

static int
make_file(const char *path)
{
	return savefile_write(path, "x", 1);
}

static int
make_other_json(const char *path)
{
	return savefile_write(path, "{\"v\":1}\n", 8);
}

static int
make_nothing(const char *path)
{
	(void)path;
	return 0;
}

static void
change_mode(const char *path, mode_t mode, mode_t back, const char *what)
{
	(void)chmod(path, mode);
	refused(EPERM, what);
	(void)chmod(path, back);
	restored(what);
}

static void
change_owner(const char *path, const char *what)
{
	if (geteuid() != 0 || lchown(path, 65534, 65534) < 0) {
		tap_skip("only root gives files away", "%s", what);
		return;
	}
	refused(EPERM, what);
	if (lchown(path, 0, 0) == 0)
		restored(what);
}

static void
write_file(const char *path, const void *p, size_t n)
{
	if (savefile_write(path, p, n) < 0)
		exit(EXIT_FAILURE);
}

/* A bit in one byte after the other, `step` apart. */
static void
flip(const char *path, size_t step, const char *what)
{
	struct store *s = open_store();
	struct store_entry e, want;
	size_t i, n, taken = 0, other = 0;
	struct buf b;
	int ret;

	entry(&want, 'a', 1000, 500);
	buf_init(&b, STORE_FILE_MAX);
	if (savefile_read(path, STORE_FILE_MAX, &b) < 0)
		exit(EXIT_FAILURE);
	for (i = 0, n = 0; i < b.n; i += step, n++) {
		b.p[i] ^= 1;
		write_file(path, b.p, b.n);
		ret = store_get(s, URL, &e);
		taken += ret == 1 && !same(&e, &want);
		other += ret == 0 || (ret < 0 && errno != EBADMSG);
		if (ret == 1)
			store_entry_release(&e);
		b.p[i] ^= 1;
	}
	write_file(path, b.p, b.n);
	tap_uint(taken, 0, "%s: of %zu flips none gave another", what, n);
	tap_uint(other, 0, "%s: none was taken for no entry", what);
	buf_release(&b);
	store_free(s);
	store_entry_release(&want);
	restored(what);
}

static void
test_foreign(void)
{
	struct store *s = open_store();
	struct store_entry a;
	char folder[128], mud[256], sig[256], meta[256];

	entry(&a, 'a', 1000, 500);
	tap_int(store_put(s, &a), 0, "put");
	store_entry_release(&a);
	store_free(s);
	folder_of(folder);
	(void)list(folder, ".mud", mud);
	(void)list(folder, ".p7s", sig);
	(void)list(folder, "meta.json", meta);
	swap_for(folder, make_link, ELOOP, "folder a link");
	swap_for(folder, make_file, ENOTDIR, "folder a file");
	swap_for(meta, make_link, ELOOP, "meta.json a link");
	swap_for(meta, make_fifo, EINVAL, "meta.json a pipe");
	swap_for(meta, make_dir, EINVAL, "meta.json a folder");
	swap_for(meta, make_file, EBADMSG, "meta.json not JSON");
	swap_for(meta, make_other_json, EBADMSG, "meta.json of other JSON");
	swap_for(mud, make_link, ELOOP, "file a link");
	swap_for(mud, make_file, EBADMSG, "file another");
	swap_for(mud, make_nothing, EBADMSG, "file gone");
	swap_for(sig, make_file, EBADMSG, "signature another");
	swap_for(sig, make_nothing, EBADMSG, "signature gone");
	change_mode(folder, 0770, 0700, "folder writable by the group");
	change_mode(meta, 0602, 0600, "meta.json writable by all");
	change_mode(mud, 0660, 0600, "file writable by the group");
	change_owner(folder, "folder someone else's");
	change_owner(meta, "meta.json someone else's");
	change_owner(mud, "file someone else's");
	flip(meta, 1, "meta.json");
	flip(mud, 29, "file");
	flip(sig, 17, "signature");
}

static void
test_open(void)
{
	struct store *s;

	(void)make_file("plain");
	tap_ok(!store_open("plain") && errno == ENOTDIR, "a file");
	tap_ok(!store_open("plain/s") && errno == ENOTDIR, "below a file");
	(void)mkdir("open", 0700);
	(void)chmod("open", 0777);
	tap_ok(!store_open("open") && errno == EPERM, "writable by all");
	(void)chmod("open", 0700);
	if (symlink("../plain", "open/lock") < 0)
		exit(EXIT_FAILURE);
	tap_ok(!store_open("open") && errno == ELOOP, "its lock a link");
	s = store_open("a/b//c/");
	tap_ok(s != NULL, "those above are made");
	store_free(s);
	if (symlink("a", "way") < 0)
		exit(EXIT_FAILURE);
	s = store_open("way");
	tap_ok(s != NULL, "the way there may be a link");
	store_free(s);
}

/* ---- two runs, and runs that end early ---- */

static void
test_lock(void)
{
	const struct timespec pause = { 0, 300000000 };
	struct timespec from, to;
	struct store *s = open_store(), *mine;
	int status = 0, fds[2];
	pid_t pid;
	char c;

	if (pipe(fds) < 0)
		exit(EXIT_FAILURE);
	pid = fork();
	if (pid == 0) {
		if (write(fds[1], "x", 1) != 1)
			_exit(2);
		(void)clock_gettime(CLOCK_MONOTONIC, &from);
		mine = store_open("s");
		(void)clock_gettime(CLOCK_MONOTONIC, &to);
		_exit(!mine ? 3 : to.tv_sec - from.tv_sec + (to.tv_nsec -
		    from.tv_nsec) / 1e9 < 0.25 ? 4 : 0);
	}
	if (read(fds[0], &c, 1) != 1)
		exit(EXIT_FAILURE);
	(void)nanosleep(&pause, NULL);
	store_free(s);
	(void)waitpid(pid, &status, 0);
	tap_int(status, 0, "a second run waits for the first to end");
	s = open_store();
	tap_ok(s != NULL, "and one that ended leaves no lock");
	store_free(s);
	(void)close(fds[0]);
	(void)close(fds[1]);
}

static void
put_for_ever(const struct store_entry *a, const struct store_entry *b)
{
	struct store *s = store_open("s");

	while (s && store_put(s, a) == 0 && store_put(s, b) == 0)
		;
	_exit(1);
}

static bool
is_either(const struct store_entry *a, const struct store_entry *b)
{
	struct store *s = open_store();
	struct store_entry got;
	bool ok = store_get(s, URL, &got) == 1 &&
	    (same(&got, a) || same(&got, b));

	store_entry_release(&got);
	store_free(s);
	return ok;
}

static void
test_kill(void)
{
	struct store_entry a, b;
	char folder[128], path[256];
	int i, whole = 0, halfway = 0;
	struct store *s = open_store();
	pid_t pid;

	entry(&a, 'a', 200000, 5000);
	entry(&b, 'b', 150000, 7000);
	tap_int(store_put(s, &a), 0, "put");
	store_free(s);
	folder_of(folder);
	for (i = 0; i < KILLS; i++) {
		pid = fork();
		if (pid == 0)
			put_for_ever(&a, &b);
		(void)usleep((useconds_t)(rand() % 20000));
		(void)kill(pid, SIGKILL);
		(void)waitpid(pid, NULL, 0);
		halfway += list(folder, "", path) > 3;
		whole += is_either(&a, &b);
	}
	tap_int(whole, KILLS, "killed %d times, an entry is whole", KILLS);
	tap_ok(halfway > 0, "of these, %d halfway through", halfway);
	s = open_store();
	tap_int(store_put(s, &b), 0, "the next put");
	check_is(s, &b, "the next put");
	store_free(s);
	tap_int(list(folder, "", path), 3, "takes what was left of them");
	store_entry_release(&a);
	store_entry_release(&b);
}

/* The first put of a URL, cut short before its meta.json, is none. */
static void
test_cut_short(void)
{
	struct store *s = open_store();
	struct store_entry a, got;
	char folder[128], meta[256];

	entry(&a, 'a', 1000, 500);
	tap_int(store_put(s, &a), 0, "put");
	folder_of(folder);
	(void)list(folder, "meta.json", meta);
	(void)unlink(meta);
	tap_int(store_get(s, URL, &got), 0, "without meta.json there is none");
	tap_int(store_put(s, &a), 0, "and one can be made");
	check_is(s, &a, "after a put that was cut short");
	store_entry_release(&a);
	store_free(s);
}

/* ---- a full disk ---- */

#ifdef __linux__
/* Leaves `room` bytes, all told. */
static int
fill_up(size_t room)
{
	static char block[1024];
	int fd = open("d/filler", O_WRONLY | O_CREAT | O_TRUNC, 0600);
	off_t n = 0;

	while (write(fd, block, sizeof(block)) == (ssize_t)sizeof(block))
		n += (off_t)sizeof(block);
	n -= (off_t)room;
	return ftruncate(fd, n > 0 ? n : 0) < 0 ? -1 : close(fd);
}

/* A put that does not fit, at each amount of room; the old entry stays. */
static bool
try_full(size_t room, const struct store_entry *a,
    const struct store_entry *b, int *full)
{
	struct store *s = store_open("d/s");
	struct store_entry got;
	bool ok;
	int ret;

	if (!s || fill_up(room) < 0)
		return false;
	ret = store_put(s, b);
	*full += ret < 0 && errno == ENOSPC;
	ok = ret == 0 || errno == ENOSPC;
	ok &= store_get(s, URL, &got) == 1 && same(&got, ret == 0 ? b : a);
	store_entry_release(&got);
	(void)unlink("d/filler");
	ok &= store_put(s, a) == 0;
	ok &= store_get(s, URL, &got) == 1 && same(&got, a);
	store_entry_release(&got);
	store_free(s);
	return ok;
}

static void
full_child(void)
{
	struct store_entry a, b;
	struct store *s;
	size_t room;
	int full = 0, n = 0, good = 0;

	entry(&a, 'a', 60000, 5000);
	entry(&b, 'b', 60000, 6000);
	s = store_open("d/s");
	if (!s || store_put(s, &a) < 0)
		_exit(2);
	store_free(s);
	for (room = 0; room <= 96 << 10; room += 4096, n++)
		good += try_full(room, &a, &b, &full);
	_exit(good != n ? 3 : full < 10 || full == n ? 4 : 0);
}

static void
test_full(void)
{
	pid_t pid;
	int status;

	(void)mkdir("d", 0700);
	pid = fork();
	if (pid == 0) {
		/* Seen by nobody else, gone with this process. */
		if (geteuid() != 0 || unshare(CLONE_NEWNS) < 0 ||
		    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
		    mount("none", "d", "tmpfs", 0, "size=512k,mode=0700") < 0)
			_exit(77);
		full_child();
	}
	(void)waitpid(pid, &status, 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		tap_skip("needs root, to make a small tmpfs", "a full disk");
	else
		tap_int(status, 0, "a full disk leaves the old entry");
}
#else
static void
test_full(void)
{
	tap_skip("makes its small disk with Linux' tmpfs", "a full disk");
}
#endif

/* A folder "s" of its own for each. */
static void
with_store(void (*test)(void))
{
	static int n;
	char name[16];

	(void)snprintf(name, sizeof(name), "s%d", n++);
	test();
	(void)rename("s", name);
}

int
main(void)
{
	char dir[TEMP_ROOM];

	srand((unsigned)time(NULL));
	temp_enter(dir);
	with_store(test_round_trip);
	with_store(test_names);
	with_store(test_wrong);
	with_store(test_foreign);
	with_store(test_lock);
	with_store(test_kill);
	with_store(test_cut_short);
	test_open();
	test_full();
	temp_leave(dir);
	return tap_done();
}
