/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "savefile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tap.h"
#include "temp.h"

#define BIG	(300 << 10)
#define KILLS	40

static char big[BIG];

/* The number of files in the current folder. */
static int
count_files(void)
{
	DIR *d = opendir(".");
	const struct dirent *e;
	int n = 0;

	while (d && (e = readdir(d)) != NULL)
		n += e->d_name[0] != '.' || savefile_is_temporary(e->d_name);
	if (d)
		(void)closedir(d);
	return n;
}

static void
put(const char *path, const char *p, size_t n)
{
	if (savefile_write(path, p, n) < 0)
		exit(EXIT_FAILURE);
}

static void
check_content(const char *path, const char *want, size_t n, const char *what)
{
	struct buf b;

	buf_init(&b, 2 * BIG);
	tap_int(savefile_read(path, 2 * BIG, &b), 0, "%s: read", what);
	tap_mem(b.p, b.n, want, n, "%s: content", what);
	buf_release(&b);
}

static void
test_replace(void)
{
	struct stat st;
	mode_t mask = umask(027);
	int dir;

	tap_int(savefile_write("f", "one", 3), 0, "a new file");
	check_content("f", "one", 3, "a new file");
	(void)umask(0777);
	tap_int(savefile_write("f", "", 0), 0, "replaced by nothing");
	(void)umask(mask);
	check_content("f", "", 0, "nothing");
	tap_ok(stat("f", &st) == 0 && (st.st_mode & 07777) == 0640,
	    "the mode is what the umask left at first");
	dir = open(".", O_RDONLY | O_DIRECTORY);
	tap_int(savefile_write_at(dir, "f", "", 0), 0, "in a folder");
	(void)close(dir);
	tap_ok(stat("f", &st) == 0 && (st.st_mode & 07777) == 0600,
	    "mode 0600 whatever it was");
	tap_int(savefile_write("./f", big, BIG), 0, "replaced by much");
	check_content("f", big, BIG, "much");
	tap_int(count_files(), 1, "nothing else is left");
}

static void
test_places(void)
{
	char here[4096], path[5000];

	(void)mkdir("sub", 0700);
	tap_int(savefile_write("sub/f", "x", 1), 0, "in a folder");
	check_content("sub/f", "x", 1, "in a folder");
	if (!getcwd(here, sizeof(here)))
		exit(1);
	(void)snprintf(path, sizeof(path), "%s/sub/g", here);
	tap_int(savefile_write(path, "y", 1), 0, "by its whole path");
	check_content("sub/g", "y", 1, "by its whole path");
	errno = 0;
	tap_int(savefile_write("none/f", "x", 1), -ENOENT, "no such folder");
	tap_int(errno, ENOENT, "errno says the same");
	tap_int(savefile_write("f/f", "x", 1), -ENOTDIR, "below a file");
	tap_int(savefile_write("", "x", 1), -ENOENT, "no name");
	tap_int(savefile_write("sub/", "x", 1), -EISDIR, "a folder's name");
	tap_int(savefile_write("sub", "x", 1), -EISDIR, "a folder");
}

/* What is no regular file is never replaced. */
static void
test_targets(void)
{
	struct stat st;

	put("f", "kept", 4);
	if (symlink("f", "link") < 0 || symlink("gone", "dangling") < 0 ||
	    mkfifo("fifo", 0600) < 0)
		exit(1);
	tap_int(savefile_write("link", "x", 1), -ELOOP, "a symbolic link");
	tap_int(savefile_write("dangling", "x", 1), -ELOOP, "to nothing");
	tap_ok(lstat("link", &st) == 0 && S_ISLNK(st.st_mode), "is still one");
	check_content("f", "kept", 4, "what it leads to");
	tap_int(savefile_write("fifo", "x", 1), -EINVAL, "a pipe");
	tap_ok(lstat("fifo", &st) == 0 && S_ISFIFO(st.st_mode),
	    "is still one");
	tap_ok(access("gone", F_OK) < 0, "nothing was made beyond a link");
}

static void
test_read(void)
{
	struct buf b;

	put("f", big, BIG);
	buf_init(&b, 2 * BIG);
	buf_add(&b, "before", 6);
	tap_int(savefile_read("f", BIG - 1, &b), -EFBIG, "a byte too much");
	tap_mem(b.p, b.n, "before", 6, "leaves the buffer as it was");
	tap_int(savefile_read("f", BIG, &b), 0, "just as much as allowed");
	tap_uint(b.n, 6 + BIG, "is added");
	tap_int(savefile_read("none", BIG, &b), -ENOENT, "no such file");
	tap_int(savefile_read("sub", BIG, &b), -EISDIR, "a folder");
	buf_release(&b);
	buf_init(&b, BIG - 1);
	tap_int(savefile_read("f", 2 * BIG, &b), -EFBIG, "a small buffer");
	tap_ok(b.n == 0 && !b.failed, "is empty and well");
	buf_release(&b);
	buf_init(&b, 64);
	tap_int(savefile_read("/dev/zero", 1 << 20, &b), -EFBIG, "endless");
	buf_release(&b);
}

/* A pipe is read to its end, however it comes. */
static void
test_pipe(void)
{
	struct buf b;
	pid_t pid = fork();
	int fd;

	if (pid == 0) {
		fd = open("fifo", O_WRONLY);
		if (write(fd, "slow", 4) == 4 && usleep(20000) == 0 &&
		    write(fd, "ly", 2) == 2)
			_exit(0);
		_exit(1);
	}
	buf_init(&b, 64);
	tap_int(savefile_read("fifo", 64, &b), 0, "a pipe");
	tap_mem(b.p, b.n, "slowly", 6, "to its end");
	buf_release(&b);
	(void)waitpid(pid, NULL, 0);
}

static void
own(const char *name, int want, const char *what)
{
	struct buf b;

	buf_init(&b, 64);
	tap_int(savefile_read_own(AT_FDCWD, name, 64, &b), want, "%s", what);
	buf_release(&b);
}

static void
test_own(void)
{
	put("f", "mine", 4);
	own("f", 0, "our own");
	own("link", -ELOOP, "our own, by a link");
	own("fifo", -EINVAL, "a pipe, without waiting");
	own("sub", -EINVAL, "a folder");
	(void)chmod("f", 0620);
	own("f", -EPERM, "writable by the group");
	(void)chmod("f", 0602);
	own("f", -EPERM, "writable by all");
	(void)chmod("f", 0644);
	own("f", 0, "readable by all");
	if (geteuid() != 0 || chown("f", 65534, 65534) < 0) {
		tap_skip("only root gives files away", "someone else's");
		return;
	}
	own("f", -EPERM, "someone else's");
	(void)unlink("f");
}

/* The disk is full, as far as a limit can play it. */
static void
test_full(void)
{
	struct rlimit old, small = { 4096, 0 };
	int before;

	put("f", "kept", 4);
	before = count_files();
	(void)signal(SIGXFSZ, SIG_IGN);
	(void)getrlimit(RLIMIT_FSIZE, &old);
	small.rlim_max = old.rlim_max;
	(void)setrlimit(RLIMIT_FSIZE, &small);
	tap_int(savefile_write("f", big, BIG), -EFBIG, "no room for it");
	(void)setrlimit(RLIMIT_FSIZE, &old);
	check_content("f", "kept", 4, "the old file");
	tap_int(count_files(), before, "nothing else is left");
}

static void
write_for_ever(const char *a, const char *b)
{
	while (savefile_write("f", a, BIG) == 0 &&
	    savefile_write("f", b, BIG) == 0)
		;
	_exit(1);
}

static bool
is_either(const char *a, const char *b)
{
	struct buf got;
	bool ok;

	buf_init(&got, BIG);
	ok = savefile_read("f", BIG, &got) == 0 && got.n == BIG &&
	    (memcmp(got.p, a, BIG) == 0 || memcmp(got.p, b, BIG) == 0);
	buf_release(&got);
	return ok;
}

/* Killed at any moment, one or the other is there, whole. */
static void
test_kill(void)
{
	static char other[BIG];
	int i, whole = 0, halfway = 0;
	pid_t pid;

	memset(other, 'o', BIG);
	put("f", big, BIG);
	srand((unsigned)time(NULL));
	for (i = 0; i < KILLS; i++) {
		int before = count_files();

		pid = fork();
		if (pid == 0)
			write_for_ever(other, big);
		(void)usleep((useconds_t)(rand() % 10000));
		(void)kill(pid, SIGKILL);
		(void)waitpid(pid, NULL, 0);
		whole += is_either(big, other);
		halfway += count_files() > before;
	}
	tap_int(whole, KILLS, "killed %d times, the file is whole", KILLS);
	tap_ok(halfway > 0, "of these, %d halfway through", halfway);
}

static void
test_names(void)
{
	tap_ok(savefile_is_temporary(".spin-12-0.new"), "a temporary name");
	tap_ok(!savefile_is_temporary(".spin-.new"), "too short");
	tap_ok(!savefile_is_temporary("spin-12-0.new"), "shown");
	tap_ok(!savefile_is_temporary(".spin-12-0.news"), "another end");
	tap_ok(!savefile_is_temporary(""), "none");
}

int
main(void)
{
	char dir[TEMP_ROOM];
	int i;

	for (i = 0; i < BIG; i++)
		big[i] = (char)(i * 7 + i / 251);
	temp_enter(dir);
	test_replace();
	test_places();
	test_targets();
	test_read();
	test_pipe();
	test_own();
	test_full();
	test_kill();
	test_names();
	temp_leave(dir);
	return tap_done();
}
