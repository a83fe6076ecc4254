/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#define _XOPEN_SOURCE	700	/* posix_openpt */
#include "compat.h"

#include "msg.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sig.h"
#include "tap.h"

/*
 * What `say` writes to stderr, which is fd[1] and comes out of fd[0]: it is
 * run in a child, whose wait status goes to *status. At most cap - 1 bytes,
 * and a NUL. Closes both.
 */
static void
catch_from(int fd[2], void (*say)(void), char *out, size_t cap, int *status)
{
	size_t n = 0;
	ssize_t r;
	pid_t pid;

	(void)fflush(stdout);
	pid = fork();
	if (pid < 0)
		abort();
	if (pid == 0) {
		struct rlimit none = { 0, 0 };

		(void)setrlimit(RLIMIT_CORE, &none);
		(void)dup2(fd[1], STDERR_FILENO);
		(void)close(fd[0]);
		(void)close(fd[1]);
		say();
		_exit(0);
	}
	(void)close(fd[1]);
	while (n < cap - 1 && (r = read(fd[0], out + n, cap - 1 - n)) > 0)
		n += (size_t)r;
	out[n] = '\0';
	(void)close(fd[0]);
	if (waitpid(pid, status, 0) != pid)
		abort();
}

static void
catch(void (*say)(void), char *out, size_t cap, int *status)
{
	int fd[2];

	if (pipe(fd) < 0)
		abort();
	catch_from(fd, say, out, cap, status);
}

static void
levels(int more)
{
	msg_init("spin-x");
	msg_more(more);
	msg_error("e");
	msg_warn("w");
	msg_info("i");
	msg_debug("d");
}

static void say_0(void) { levels(0); }
static void say_quiet(void) { levels(-1); }
static void say_v(void) { levels(1); }
static void say_vv(void) { levels(2); }

static void
say_sys(void)
{
	msg_init("spin-x");
	errno = ENOENT;
	msg_error_sys("%s:%d: open", "a.pcap", 12);
	if (errno != ENOENT)
		msg_error("errno changed");
}

static void
say_hostile(void)
{
	msg_init("spin-x");
	msg_warn("a\nb\r\t\033[2J\177 caf\xc3\xa9 \xc2\x85 \xe2\x80\xae "
		"\xff \xc0\x80 \xed\xa0\x80 \xe2\x82");
}

static void
say_long(void)
{
	char text[5001];

	memset(text, '\n', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	msg_init("spin-x");
	msg_error("%s", text);
}

static void
say_limited(void)
{
	struct msg_limit l = MSG_LIMIT("bad records");
	int i;

	msg_init("spin-x");
	for (i = 0; i < 25; i++)
		if (msg_limit(&l))
			msg_warn("%d", i);
	msg_limit_end(&l);
	msg_limit_end(&l);
}

static void
say_bug(void)
{
	msg_init("spin-x");
	(void)signal(SIGABRT, SIG_DFL);
	BUG("cannot be: %d", 7);
}

static void
say_progress(void)
{
	msg_init("spin-x");
	msg_progress("%d packets", 5);
	msg_error("e");
}

static const struct {
	const char *name;
	void (*say)(void);
	const char *want;
} cases[] = {
	{ "default level", say_0, "spin-x: error: e\nspin-x: warning: w\n" },
	{ "quiet", say_quiet, "spin-x: error: e\n" },
	{ "verbose", say_v,
	  "spin-x: error: e\nspin-x: warning: w\nspin-x: i\n" },
	{ "twice verbose", say_vv, "spin-x: error: e\nspin-x: warning: w\n"
	  "spin-x: i\nspin-x: debug: d\n" },
	{ "errno is explained and kept", say_sys,
	  "spin-x: error: a.pcap:12: open: No such file or directory\n" },
	{ "hostile bytes are escaped", say_hostile,
	  "spin-x: warning: a\\x0ab\\x0d\\x09\\x1b[2J\\x7f caf\xc3\xa9 "
	  "\\xc2\\x85 \\xe2\\x80\\xae \\xff \\xc0\\x80 \\xed\\xa0\\x80 "
	  "\\xe2\\x82\n" },
	{ "ten of one cause, and the number left out", say_limited,
	  "spin-x: warning: 0\nspin-x: warning: 1\nspin-x: warning: 2\n"
	  "spin-x: warning: 3\nspin-x: warning: 4\nspin-x: warning: 5\n"
	  "spin-x: warning: 6\nspin-x: warning: 7\nspin-x: warning: 8\n"
	  "spin-x: warning: 9\n"
	  "spin-x: warning: bad records: 15 more not shown\n" },
	{ "no progress without a terminal", say_progress,
	  "spin-x: error: e\n" },
};

static void
test_texts(void)
{
	char got[8192];
	size_t i;
	int st;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		catch(cases[i].say, got, sizeof(got), &st);
		tap_str(got, cases[i].want, "%s", cases[i].name);
	}
}

/* ---- progress, on a terminal of so many columns ---- */

#define CLEAR	"\r\033[K"

static void
say_name(const char *name)
{
	msg_init("spin-x");
	msg_progress("%s: %d %%", name, 42);
	msg_progress_end();
	msg_progress_end();
}

static void say_short(void) { say_name("home.pcap"); }
static void
say_path(void)
{
	say_name("/srv/captures/2026/living-room/first.pcap");
}

/* Two columns and three bytes each; an escape of four; one of two bytes. */
static void
say_wide(void)
{
	say_name("\xe5\xae\xb6\xe5\xae\xb6\xe5\xae\xb6\xe5\xae\xb6"
		"\xe5\xae\xb6\xe5\xae\xb6\n\xc3\xa9");
}

static const struct {
	const char *name;
	void (*say)(void);
	unsigned short columns;
	const char *want;
} lines[] = {
	{ "one that fits", say_short, 80, "home.pcap: 42 %" },
	{ "one that just fits", say_short, 16, "home.pcap: 42 %" },
	{ "one column too many", say_short, 15, "home..ap: 42 %" },
	{ "a path, 40 columns", say_path, 40,
	  "/srv/capture..ing-room/first.pcap: 42 %" },
	{ "a path, 12 columns", say_path, 12, "/sr..: 42 %" },
	{ "a path, no size known", say_path, 0,
	  "/srv/captures/2026/living-room/first.pcap: 42 %" },
	{ "wide characters", say_wide, 18,
	  "\xe5\xae\xb6\xe5\xae\xb6\xe5\xae\xb6..0a\xc3\xa9: 42 %" },
};

/* A terminal: its two ends. False: there is none to be had here. */
static bool
open_terminal(int fd[2], unsigned short columns)
{
	struct winsize ws = { .ws_row = 24, .ws_col = columns };
	const char *name;

	fd[0] = posix_openpt(O_RDWR | O_NOCTTY);
	if (fd[0] < 0)
		return false;
	if (grantpt(fd[0]) < 0 || unlockpt(fd[0]) < 0 ||
	    !(name = ptsname(fd[0])) ||
	    (fd[1] = open(name, O_RDWR | O_NOCTTY)) < 0) {
		(void)close(fd[0]);
		return false;
	}
	return ioctl(fd[1], TIOCSWINSZ, &ws) == 0;
}

static void
test_progress(void)
{
	char got[8192], want[256];
	int fd[2], st;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		if (!open_terminal(fd, lines[i].columns)) {
			tap_skip("no pseudo-terminals here", "progress: %s",
			    lines[i].name);
			continue;
		}
		catch_from(fd, lines[i].say, got, sizeof(got), &st);
		(void)snprintf(want, sizeof(want), CLEAR "%s" CLEAR,
		    lines[i].want);
		tap_str(got, want, "progress: %s", lines[i].name);
	}
}

static void
test_long(void)
{
	char got[8192];
	size_t n;
	int st;

	catch(say_long, got, sizeof(got), &st);
	n = strlen(got);
	tap_ok(n > 4000 && n < 4300, "a long message is cut: %zu bytes", n);
	tap_str(n > 12 ? got + n - 8 : "", "\\x0a...\n", "its end");
	tap_ok(strchr(got, '\n') == got + n - 1, "it is one line");
}

static void
test_bug(void)
{
	char got[8192];
	int st;

	catch(say_bug, got, sizeof(got), &st);
	tap_ok(WIFSIGNALED(st) && WTERMSIG(st) == SIGABRT, "BUG aborts");
	tap_ok(strstr(got, "unit/msg.c:") != NULL, "BUG names its place");
	tap_ok(strstr(got, "cannot be: 7\n") != NULL, "BUG gives the reason");
}

static void
test_status(void)
{
	tap_int(status_get(), 0, "status at first");
	status_raise(SPIN_EXIT_INPUT);
	status_raise(SPIN_EXIT_NO);
	tap_int(status_get(), 3, "status does not fall");
	status_raise(SPIN_EXIT_SYSTEM);
	tap_int(status_get(), 4, "status rises");
}

/* ---- sig: in children too, as it ends them ---- */

static void
get_term(void)
{
	sig_init();
	if (sig_pending())
		_exit(10);
	(void)raise(SIGTERM);
	if (sig_pending() != SIGTERM)
		_exit(11);
	sig_reraise();
	_exit(12);
}

static void
get_two_ints(void)
{
	sig_init();
	(void)raise(SIGINT);
	(void)raise(SIGINT);
	_exit(12);
}

static void
get_ignored(void)
{
	(void)signal(SIGHUP, SIG_IGN);
	sig_init();
	(void)raise(SIGHUP);
	if (sig_pending())
		_exit(11);
	sig_reraise();
	_exit(7);
}

static void
get_wake(void)
{
	char c;

	sig_init();
	if (read(sig_fd(), &c, 1) != -1)
		_exit(11);
	(void)raise(SIGINT);
	_exit(read(sig_fd(), &c, 1) == 1 ? 7 : 12);
}

static void
test_signals(void)
{
	char got[64];
	int st;

	catch(get_term, got, sizeof(got), &st);
	tap_ok(WIFSIGNALED(st) && WTERMSIG(st) == SIGTERM,
		"TERM sets a flag, sig_reraise() dies of it");
	catch(get_two_ints, got, sizeof(got), &st);
	tap_ok(WIFSIGNALED(st) && WTERMSIG(st) == SIGINT,
		"the second INT kills");
	catch(get_ignored, got, sizeof(got), &st);
	tap_ok(WIFEXITED(st) && WEXITSTATUS(st) == 7,
		"what the parent ignored stays ignored");
	catch(get_wake, got, sizeof(got), &st);
	tap_ok(WIFEXITED(st) && WEXITSTATUS(st) == 7,
		"a signal makes sig_fd() readable");
}

int
main(void)
{
	test_texts();
	test_progress();
	test_long();
	test_bug();
	test_status();
	test_signals();
	return tap_done();
}
