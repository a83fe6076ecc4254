/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "stream.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "compat/pipe_room.h"
#include "line.h"
#include "msg.h"
#include "sig.h"
#include "xalloc.h"

#define PIPE_ROOM	(256 << 10)
#define LOOK_EVERY	1024	/* saved records between looks at the rest */

struct source {
	const char *name;
	struct line_src lines;
	bool saved;		/* a regular file */
	bool done;
	bool pending;		/* `rec` waits to be merged */
	struct rec rec;
	struct arena arena;
	int64_t time;		/* the highest ts so far */
	uint64_t records, bad;
};

struct run {
	const struct stream_opts *opts;
	struct source *v;	/* owned */
	size_t n;
	struct pollfd *fds;	/* owned: live sources and the signals' */
	size_t *of;		/* owned: the source of each */
	struct out *out;
	stream_fn *fn;
	void *ctx;
	struct msg_limit bad;
	int64_t deadline;	/* monotonic; INT64_MAX: none */
	uint64_t records;
	bool stop;
	int ret;
};

static int64_t
monotonic(void)
{
	struct timespec ts;

	if (clock_gettime(CLOCK_MONOTONIC, &ts) < 0)
		return 0;
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static bool
ended(const struct run *run)
{
	return run->stop || sig_pending() ||
	    (run->deadline != INT64_MAX && monotonic() >= run->deadline);
}

/* ---- opening and closing ---- */

static int
open_source(struct run *run, struct source *s, const char *name)
{
	struct stat st;
	int fd = STDIN_FILENO;

	*s = (struct source){ .name = name, .done = true, .time = INT64_MIN };
	line_init(&s->lines, -1);
	arena_init(&s->arena, REC_ARENA_MAX);
	if (strcmp(name, "-") == 0)
		s->name = "<stdin>";
	else
		fd = open(name, O_RDONLY | O_NOCTTY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		goto fail;
	line_init(&s->lines, fd);
	if (S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		goto fail;
	}
	if (S_ISFIFO(st.st_mode))
		pipe_room(fd, PIPE_ROOM);
	s->saved = S_ISREG(st.st_mode);
	s->done = false;
	return 0;
fail:
	run->ret = -errno;
	msg_error_sys("%s", s->name);
	status_raise(SPIN_EXIT_SYSTEM);
	return run->ret;
}

static bool
stdin_twice(int argc, char **argv)
{
	int i, n = 0;

	for (i = 0; i < argc; i++)
		n += strcmp(argv[i], "-") == 0;
	if (n < 2)
		return false;
	msg_error("standard input is given more than once");
	status_raise(SPIN_EXIT_USAGE);
	return true;
}

static int
open_all(struct run *run, int argc, char **argv)
{
	static char stdin_alone[] = "-";
	char *alone[] = { stdin_alone };
	size_t i;
	int ret = 0;

	if (argc == 0) {
		argc = 1;
		argv = alone;
	}
	if (stdin_twice(argc, argv))
		return -EINVAL;
	run->v = xcalloc((size_t)argc, sizeof(*run->v));
	run->fds = xcalloc((size_t)argc + 1, sizeof(*run->fds));
	run->of = xcalloc((size_t)argc + 1, sizeof(*run->of));
	for (i = 0; i < (size_t)argc; i++) {
		run->n++;
		if (open_source(run, &run->v[i], argv[i]) < 0)
			ret = run->ret;
	}
	return ret;
}

static void
finish(struct source *s)
{
	s->done = true;
	line_release(&s->lines);
	if (s->lines.fd > STDERR_FILENO)
		(void)close(s->lines.fd);
	s->lines.fd = -1;
}

/* It has shown its last record. */
static void
end_source(struct run *run, struct source *s)
{
	int ret = 0;

	finish(s);
	if (run->opts->ended)
		ret = run->opts->ended(run->ctx, (size_t)(s - run->v));
	if (ret < 0) {
		run->ret = ret;
		run->stop = true;
	}
}

static void
close_all(struct run *run)
{
	size_t i;

	for (i = 0; i < run->n; i++) {
		struct source *s = &run->v[i];

		if (s->records || s->bad)
			msg_info("%s: %" PRIu64 " lines, %" PRIu64
			    " records, %" PRIu64 " bad", s->name,
			    s->records + s->bad, s->records, s->bad);
		finish(s);
		arena_release(&s->arena);
	}
	msg_limit_end(&run->bad);
	free(run->of);
	free(run->fds);
	free(run->v);
}

/* ---- records ---- */

static void
bad_line(struct run *run, struct source *s, const char *why, size_t col)
{
	s->bad++;
	status_raise(SPIN_EXIT_INPUT);
	if (run->opts->strict)
		run->stop = true;
	if (!msg_limit(&run->bad))
		return;
	if (col)
		msg_error("%s:%" PRIu64 ": %s (column %zu)", s->name,
		    s->lines.no, why, col);
	else
		msg_error("%s:%" PRIu64 ": %s", s->name, s->lines.no, why);
}

/* How files begin that are often given by mistake. No record does. */
static const struct {
	const char *magic, *what, *help;
	size_t n;
} others[] = {
	{ "\xd4\xc3\xb2\xa1", "a capture", "spin-capture -r", 4 },
	{ "\xa1\xb2\xc3\xd4", "a capture", "spin-capture -r", 4 },
	{ "\x4d\x3c\xb2\xa1", "a capture", "spin-capture -r", 4 },
	{ "\xa1\xb2\x3c\x4d", "a capture", "spin-capture -r", 4 },
	{ "\x0a\x0d\x0d\x0a", "a capture", "spin-capture -r", 4 },
	{ "\x1f\x8b", "compressed", "gzip -dc", 2 },
};

/* Looks at what has come, at the beginning of an input. */
static bool
is_other(struct run *run, struct source *s)
{
	const char *p = s->lines.buf;
	size_t i, n = s->lines.to - s->lines.from;

	for (i = 0; i < ARRAY_SIZE(others); i++)
		if (n >= others[i].n && memcmp(p, others[i].magic,
		    others[i].n) == 0)
			break;
	if (i == ARRAY_SIZE(others))
		return false;
	msg_error("%s: no records: it is %s", s->name, others[i].what);
	msg_hint("records come from '%s %s | ...'", others[i].help,
	    s->lines.fd == STDIN_FILENO ? "-" : s->name);
	status_raise(SPIN_EXIT_INPUT);
	s->bad++;
	if (run->opts->strict)
		run->stop = true;
	return true;
}

/* Whether the line has become the source's pending record. */
static bool
take_line(struct run *run, struct source *s, struct str line, bool tail)
{
	struct errpos err;
	int ret;

	arena_reset(&s->arena);
	ret = rec_decode(&s->rec, &s->arena, line.p, line.n, &err);
	if (ret == -ENOMEM) {
		msg_error("%s:%" PRIu64 ": %s", s->name, s->lines.no,
		    err.what);
		status_raise(SPIN_EXIT_SYSTEM);
		run->stop = true;
		run->ret = ret;
		return false;
	}
	if (ret < 0) {
		if (tail)
			bad_line(run, s, "the last line is cut off", 0);
		else
			bad_line(run, s, err.what, err.col);
		return false;
	}
	s->pending = true;
	s->records++;
	if (s->rec.has_ts && s->rec.ts > s->time)
		s->time = s->rec.ts;
	return true;
}

/*
 * The next record of what has been read: false if there is none, either
 * because more has to be read or because the source is done.
 */
static bool
next_pending(struct run *run, struct source *s)
{
	struct str line;
	enum line_kind kind;

	if (unlikely(s->lines.no == 0) && is_other(run, s)) {
		end_source(run, s);
		return false;
	}
	while (!run->stop) {
		kind = line_next(&s->lines, &line);
		if (kind == LINE_MORE)
			return false;
		if (kind == LINE_END) {
			end_source(run, s);
			return false;
		}
		if (kind == LINE_LONG)
			bad_line(run, s, "line too long", 0);
		else if (take_line(run, s, line, kind == LINE_TAIL))
			return true;
	}
	return false;
}

static void
read_more(struct run *run, struct source *s)
{
	ssize_t n = line_fill(&s->lines);

	if (n >= 0 || n == -EINTR || n == -EAGAIN)
		return;
	errno = (int)-n;
	msg_error_sys("%s", s->name);
	status_raise(SPIN_EXIT_SYSTEM);
	end_source(run, s);
}

static void
deliver(struct run *run, struct source *s)
{
	s->pending = false;
	run->ret = run->fn(&s->rec, (size_t)(s - run->v), run->out, run->ctx);
	if (run->ret < 0 || ++run->records == run->opts->count)
		run->stop = true;
}

/* ---- saved files ---- */

/* Reads until there is a pending record or the file is done. */
static bool
fetch(struct run *run, struct source *s)
{
	while (!s->done && !s->pending && !run->stop)
		if (!next_pending(run, s) && !s->done)
			read_more(run, s);
	return s->pending;
}

/* The saved source that is next, and the time of the one after it. */
static struct source *
earliest(struct run *run, int64_t *second)
{
	struct source *best = NULL;
	size_t i;

	*second = INT64_MAX;
	for (i = 0; i < run->n; i++) {
		struct source *s = &run->v[i];

		if (!s->saved || !fetch(run, s))
			continue;
		if (!best || s->time < best->time) {
			if (best)
				*second = best->time;
			best = s;
		} else if (s->time < *second) {
			*second = s->time;
		}
	}
	return best;
}

/*
 * Some records of the saved sources, in order. As long as one is earlier than
 * all others it goes on alone. False when there are no more.
 */
static bool
read_saved(struct run *run)
{
	struct source *s;
	int64_t second;
	int left = LOOK_EVERY;

	while (left > 0) {
		s = earliest(run, &second);
		if (!s || run->stop)
			return false;
		do {
			deliver(run, s);
		} while (--left > 0 && !run->stop && fetch(run, s) &&
		    s->time < second);
	}
	return true;
}

/* ---- live sources ---- */

static bool
any_live(const struct run *run)
{
	size_t i;

	for (i = 0; i < run->n; i++)
		if (!run->v[i].saved && !run->v[i].done)
			return true;
	return false;
}

/* Milliseconds to wait, at most until the deadline. */
static int
wait_for(const struct run *run)
{
	int64_t left;

	if (run->deadline == INT64_MAX)
		return -1;
	left = (run->deadline - monotonic() + 999) / 1000;
	return left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

static nfds_t
fill_fds(struct run *run)
{
	nfds_t n = 0;
	size_t i;

	for (i = 0; i < run->n; i++) {
		if (run->v[i].saved || run->v[i].done)
			continue;
		run->fds[n] = (struct pollfd){ .fd = run->v[i].lines.fd,
			.events = POLLIN };
		run->of[n++] = i;
	}
	run->fds[n] = (struct pollfd){ .fd = sig_fd(), .events = POLLIN };
	return n;
}

/* One block of a live source, and all records in it. */
static void
read_live(struct run *run, struct source *s)
{
	read_more(run, s);
	while (!s->done && !run->stop && next_pending(run, s))
		deliver(run, s);
}

/* Whatever the live sources have; waits for it unless there is other work. */
static void
poll_live(struct run *run, bool wait)
{
	nfds_t n = fill_fds(run), i;
	int ready = poll(run->fds, n + 1, 0);

	if (ready == 0 && wait) {
		if (out_flush(run->out) < 0) {
			run->stop = true;
			return;
		}
		ready = poll(run->fds, n + 1, wait_for(run));
	}
	if (ready <= 0)
		return;
	for (i = 0; i < n && !run->stop; i++)
		if (run->fds[i].revents)
			read_live(run, &run->v[run->of[i]]);
}

int
stream_run(const struct stream_opts *opts, int argc, char **argv,
    struct out *out, stream_fn *fn, void *ctx)
{
	struct run run = { .opts = opts, .out = out, .fn = fn, .ctx = ctx,
		.bad = MSG_LIMIT("bad records"), .deadline = INT64_MAX };
	bool saved = true;

	if (opts->timeout)
		run.deadline = monotonic() + opts->timeout;
	if (open_all(&run, argc, argv) < 0)
		run.stop = true;
	while (!ended(&run) && (saved || any_live(&run))) {
		if (saved)
			saved = read_saved(&run);
		if (!run.stop && any_live(&run))
			poll_live(&run, !saved);
	}
	close_all(&run);
	return run.ret;
}
