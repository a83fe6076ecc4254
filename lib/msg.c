/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "msg.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "utf8.h"

#define TEXT_MAX	1024	/* of a message, before escaping */
#define CLEAR_LINE	"\r\033[K"	/* from its first column on */
#define LIMIT_MAX	10	/* messages of one cause ... */
#define LIMIT_SECONDS	60	/* ... in so many seconds */

static struct {
	const char *name;
	int level;
	int status;
	int progress;		/* 0 unknown, 1 on a terminal, -1 not */
	bool progress_shown;
} state = { "spin", 0, 0, 0, false };

void
msg_init(const char *progname)
{
	state.name = progname;
}

void
msg_more(int steps)
{
	state.level += steps;
}

int
msg_level(void)
{
	return state.level;
}

/* stderr is the last resort: when it fails there is nobody left to tell. */
static void
put(const char *p, size_t n)
{
	ssize_t w;

	while (n > 0) {
		w = write(STDERR_FILENO, p, n);
		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0)
			return;
		p += w;
		n -= (size_t)w;
	}
}

/*
 * Appends `n` bytes to `out`, which has room for four times as many. Unlike
 * utf8_escape() leaves backslashes alone: text from records is escaped
 * already, and a message is never turned back.
 */
static size_t
escape(char *out, const char *s, size_t n)
{
	static const char hex[] = "0123456789abcdef";
	size_t i = 0, o = 0;

	while (i < n) {
		uint32_t c = 0;
		size_t len = utf8_char(s + i, n - i, &c);
		size_t end = i + (len ? len : 1);

		if (len && utf8_shown(c)) {
			while (i < end)
				out[o++] = s[i++];
			continue;
		}
		for (; i < end; i++) {
			out[o++] = '\\';
			out[o++] = 'x';
			out[o++] = hex[(unsigned char)s[i] >> 4];
			out[o++] = hex[(unsigned char)s[i] & 15];
		}
	}
	return o;
}

/* Formats, cuts and escapes into `out` (4 * TEXT_MAX). Returns the length. */
static size_t ATTR_PRINTF(2, 0)
format(char *out, const char *fmt, va_list ap)
{
	char raw[TEXT_MAX];
	int r = vsnprintf(raw, sizeof(raw), fmt, ap);
	size_t n = r < 0 ? 0 : (size_t)r;

	if (n >= sizeof(raw)) {
		n = sizeof(raw) - 1;
		memcpy(raw + n - 3, "...", 3);
	}
	return escape(out, raw, n);
}

/* One message; `err` is an errno value to explain, or 0. */
static void ATTR_PRINTF(3, 0)
say(const char *kind, int err, const char *fmt, va_list ap)
{
	char line[4 * TEXT_MAX + 512], text[4 * TEXT_MAX];
	size_t n = format(text, fmt, ap);
	int r;

	msg_progress_end();
	r = snprintf(line, sizeof(line), "%.64s: %s%.*s%s%.200s\n",
		state.name, kind, (int)n, text, err ? ": " : "",
		err ? strerror(err) : "");
	if (r > 0)
		put(line, (size_t)r < sizeof(line) ? (size_t)r :
			sizeof(line) - 1);
}

#define SAY(kind, err) do {		\
	va_list ap;			\
	int saved = errno;		\
					\
	va_start(ap, fmt);		\
	say(kind, err, fmt, ap);	\
	va_end(ap);			\
	errno = saved;			\
} while (0)

void
msg_error(const char *fmt, ...)
{
	SAY("error: ", 0);
}

void
msg_error_sys(const char *fmt, ...)
{
	SAY("error: ", saved);
}

void
msg_warn(const char *fmt, ...)
{
	if (state.level >= 0)
		SAY("warning: ", 0);
}

void
msg_info(const char *fmt, ...)
{
	if (state.level >= 1)
		SAY("", 0);
}

void
msg_debug(const char *fmt, ...)
{
	if (state.level >= 2)
		SAY("debug: ", 0);
}

void
msg_hint(const char *fmt, ...)
{
	SAY("", 0);
}

void
msg_bug(const char *file, int line, const char *fmt, ...)
{
	char place[128];

	(void)snprintf(place, sizeof(place), "BUG: %.100s:%d: ", file, line);
	SAY(place, 0);
	abort();
}

/* Columns that a line may take; in the last one some terminals wrap. */
static size_t
line_columns(void)
{
	struct winsize ws;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_col > 4)
		return ws.ws_col - 1u;
	return 79;
}

/*
 * Bytes of the shortest beginning of `want` columns or more, which it has in
 * *columns. All that may be wide counts as two, so that no line is too long.
 */
static size_t
columns_end(const char *s, size_t n, size_t want, size_t *columns)
{
	size_t at = 0, len;
	uint32_t c = 0;

	for (*columns = 0; at < n && *columns < want; at += len ? len : 1) {
		len = utf8_char(s + at, n - at, &c);
		*columns += len && c >= 0x1100 ? 2 : 1;
	}
	return at;
}

/*
 * Takes from the middle of text what is too long for a line; two thirds of
 * what stays are its end, with the number. Returns the length.
 */
static size_t
fit(char *s, size_t n, size_t room)
{
	size_t all, columns, head, tail;

	(void)columns_end(s, n, SIZE_MAX, &all);
	if (all <= room)
		return n;
	head = columns_end(s, n, (room - 2) / 3, &columns);
	tail = columns_end(s, n, all - (room - 2 - columns), &columns);
	memcpy(s + head, "..", 2);
	memmove(s + head + 2, s + tail, n - tail);
	return head + 2 + (n - tail);
}

bool
msg_progress_wanted(void)
{
	if (state.progress == 0)
		state.progress = isatty(STDERR_FILENO) ? 1 : -1;
	return state.progress == 1 && state.level >= 0;
}

void
msg_progress(const char *fmt, ...)
{
	char text[sizeof(CLEAR_LINE) + 4 * TEXT_MAX], *line;
	size_t n = sizeof(CLEAR_LINE) - 1;
	va_list ap;

	if (!msg_progress_wanted())
		return;
	memcpy(text, CLEAR_LINE, n);
	line = text + n;
	va_start(ap, fmt);
	n += fit(line, format(line, fmt, ap), line_columns());
	va_end(ap);
	put(text, n);
	state.progress_shown = true;
}

void
msg_progress_end(void)
{
	if (state.progress_shown)
		put(CLEAR_LINE, sizeof(CLEAR_LINE) - 1);
	state.progress_shown = false;
}

static int64_t
now_seconds(void)
{
	struct timespec ts = { 0, 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec;
}

/* Says what was left out; its own line, under the same rules. */
static void
limit_flush(struct msg_limit *l)
{
	if (l->hidden)
		msg_warn("%s: %llu more not shown", l->cause,
			(unsigned long long)l->hidden);
	l->hidden = 0;
}

bool
msg_limit(struct msg_limit *l)
{
	int64_t now;

	l->total++;
	if (l->shown > 0 && l->shown < LIMIT_MAX) {
		l->shown++;
		return true;
	}
	now = now_seconds();
	if (l->shown > 0 && now - l->since < LIMIT_SECONDS) {
		l->hidden++;
		return false;
	}
	limit_flush(l);
	l->since = now;
	l->shown = 1;
	return true;
}

void
msg_limit_end(struct msg_limit *l)
{
	limit_flush(l);
}

void
status_raise(enum spin_exit status)
{
	if ((int)status > state.status)
		state.status = (int)status;
}

int
status_get(void)
{
	return state.status;
}
