/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_MSG_H
#define SPIN_MSG_H

#include <stdbool.h>
#include <stdint.h>

#include "attr.h"

/*
 * What a program says about its work, and its exit status. The only place
 * that writes to stderr. A message is one line, written at once:
 *
 *	spin-dig: error: <stdin>:12: ts: not a time
 *
 * prefix, place (put into the text by the caller), reason. Names in it may
 * come from the network: control characters, bytes that are not UTF-8 and
 * characters that change the direction of text are shown as \xHH. Overlong
 * messages are cut ("...").
 *
 * The name, the level and the status are the state of the program rather than
 * of any of its parts, so they are kept here, in msg.c, instead of being
 * handed through every call. Only programs speak: other modules of lib/
 * return errors, and only BUG() may come from anywhere.
 */

enum spin_exit {
	SPIN_EXIT_OK = 0,
	SPIN_EXIT_NO = 1,	/* ran well, the answer is "no" */
	SPIN_EXIT_USAGE = 2,	/* wrong options or configuration */
	SPIN_EXIT_INPUT = 3,	/* done, but some of the input was bad */
	SPIN_EXIT_SYSTEM = 4,	/* I/O, permission, memory */
};

/* The name before each message; kept, not copied. */
void msg_init(const char *progname) ATTR_NONNULL;

/* -v is one step more, -q one less; levels: -1 errors only, 0 and warnings,
 * 1 and information, 2 and details. */
void msg_more(int steps);
int msg_level(void);

void msg_error(const char *fmt, ...) ATTR_PRINTF(1, 2);
void msg_warn(const char *fmt, ...) ATTR_PRINTF(1, 2);
void msg_info(const char *fmt, ...) ATTR_PRINTF(1, 2);
void msg_debug(const char *fmt, ...) ATTR_PRINTF(1, 2);

/* The same and ": " and what errno says. */
void msg_error_sys(const char *fmt, ...) ATTR_PRINTF(1, 2);

/* A line of advice: no "error:", shown at every level. */
void msg_hint(const char *fmt, ...) ATTR_PRINTF(1, 2);

/*
 * A line that the next one overwrites, on a terminal; nothing elsewhere or
 * with -q. Too long for the terminal, it lacks what is in the middle: names
 * belong there, numbers at the end. Cleared by the next message and by
 * msg_progress_end().
 */
bool msg_progress_wanted(void);
void msg_progress(const char *fmt, ...) ATTR_PRINTF(1, 2);
void msg_progress_end(void);

/*
 * Keeps a cause that an outsider can repeat from filling the log: at most ten
 * messages of it a minute.
 *
 *	static struct msg_limit bad = MSG_LIMIT("bad records");
 *	if (msg_limit(&bad))
 *		msg_warn(...);
 *	...
 *	msg_limit_end(&bad);
 *
 * How many were left out is said when the next one is shown, and at the end.
 * The struct belongs to the caller.
 */
struct msg_limit {
	const char *cause;
	uint64_t hidden;	/* since the last one shown */
	uint64_t total;		/* shown and hidden, ever */
	int64_t since;		/* start of this minute, monotonic seconds */
	unsigned shown;		/* in this minute */
};
#define MSG_LIMIT(what)	{ (what), 0, 0, 0, 0 }

bool msg_limit(struct msg_limit *) ATTR_NONNULL ATTR_NODISCARD;
void msg_limit_end(struct msg_limit *) ATTR_NONNULL;

/* The status the program will end with; it only ever rises. */
void status_raise(enum spin_exit);
int status_get(void);

/* A broken promise inside the program, never a matter of input: ends it. */
#define BUG(...) msg_bug(__FILE__, __LINE__, __VA_ARGS__)
void msg_bug(const char *file, int line, const char *fmt, ...)
	ATTR_NORETURN ATTR_PRINTF(3, 4);

#endif
