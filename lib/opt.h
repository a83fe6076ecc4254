/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_OPT_H
#define SPIN_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attr.h"

/*
 * Options: one table per tool, from which the parser, --help and the hidden
 * --dump-options (and through it the completions and the check of the man
 * page) are made.
 *
 *	struct opts o = { .width = 80 };
 *	const struct opt table[] = {
 *		OPT_LIST('r', "read", "FILE", "saved packets", &o.files),
 *		OPT_U64(0, "width", "N", "columns", &o.width, 20, 1000),
 *		OPT_STANDARD,
 *		OPT_END,
 *	};
 *	const struct opt_tool tool = {
 *		"spin-x", "[OPTION]... [FILE]...", "does x", table, NULL
 *	};
 *	int r = opt_parse(&tool, &argc, argv);
 *	if (r != OPT_RUN)
 *		return r;
 *	(operands are argv[1] to argv[argc - 1])
 *
 * Syntax is that of getopt_long: -ab, -rFILE, -r FILE, --read=FILE, --read
 * FILE, "--" ends the options, operands may stand anywhere. Long names are
 * not abbreviated: a script with --foo for --foobar would break as soon as
 * there is a --foobaz. No option takes an optional argument. Of a scalar
 * given twice the last counts.
 *
 * Strings point into argv. Targets keep what they hold where the option is
 * not given, so defaults are set before parsing.
 */

/* What opt_parse returns when the tool shall go to work. */
#define OPT_RUN (-1)

/* The values of a repeatable option, in order. */
struct opt_list {
	const char **v;		/* owned; the strings are argv's */
	size_t n;
};

enum opt_kind {
	OPT_K_END,
	OPT_K_GROUP,		/* a heading in --help */
	OPT_K_FLAG,
	OPT_K_COUNTER,
	OPT_K_STR,
	OPT_K_LIST,
	OPT_K_U64,
	OPT_K_SIZE,
	OPT_K_DUR,
	OPT_K_CHOICE,
	OPT_K_CALL,
	OPT_K_HELP,
	OPT_K_VERSION,
	OPT_K_VERBOSE,
	OPT_K_QUIET,
};

/*
 * For what the kinds do not cover: takes the argument (NULL for an option
 * without) and returns NULL, or what is wrong with it: "is not a prefix".
 */
typedef const char *opt_fn(const char *arg, void *ctx);

struct opt {
	enum opt_kind kind;
	char letter;		/* 0: long only */
	const char *name;	/* without the dashes */
	const char *arg;	/* name of the argument, NULL if none */
	const char *help;	/* a few words, lower case, no full stop */
	union {
		bool *flag;
		unsigned *counter;
		const char **str;
		struct opt_list *list;
		uint64_t *u64;
		int64_t *usec;
		int *choice;
		void *ctx;
	} to;
	uint64_t min, max;	/* inclusive */
	const char *const *words;	/* of a choice, NULL-terminated */
	opt_fn *call;
};

#define OPT_ROW(k, l, n, a, h) .kind = (k), .letter = (l), .name = (n), \
	.arg = (a), .help = (h)

/* Sets a bool to true. */
#define OPT_FLAG(l, n, h, p) \
	{ OPT_ROW(OPT_K_FLAG, l, n, NULL, h), .to.flag = (p) }
/* Counts how often it is given, in an unsigned. */
#define OPT_COUNTER(l, n, h, p) \
	{ OPT_ROW(OPT_K_COUNTER, l, n, NULL, h), .to.counter = (p) }
/* const char *: the argument. */
#define OPT_STR(l, n, a, h, p) \
	{ OPT_ROW(OPT_K_STR, l, n, a, h), .to.str = (p) }
/* struct opt_list: all arguments given; opt_list_release() frees it. */
#define OPT_LIST(l, n, a, h, p) \
	{ OPT_ROW(OPT_K_LIST, l, n, a, h), .to.list = (p) }
/* uint64_t from lo to hi. */
#define OPT_U64(l, n, a, h, p, lo, hi) \
	{ OPT_ROW(OPT_K_U64, l, n, a, h), .to.u64 = (p), \
	  .min = (lo), .max = (hi) }
/* uint64_t, "10K", "5M" (num_size). */
#define OPT_SIZE(l, n, a, h, p, lo, hi) \
	{ OPT_ROW(OPT_K_SIZE, l, n, a, h), .to.u64 = (p), \
	  .min = (lo), .max = (hi) }
/* int64_t microseconds, "90s", "5m", "1.5h" (num_duration). */
#define OPT_DUR(l, n, a, h, p, lo, hi) \
	{ OPT_ROW(OPT_K_DUR, l, n, a, h), .to.usec = (p), \
	  .min = (uint64_t)(lo), .max = (uint64_t)(hi) }
/* int: the index of the word in a NULL-terminated array. */
#define OPT_CHOICE(l, n, a, h, p, w) \
	{ OPT_ROW(OPT_K_CHOICE, l, n, a, h), .to.choice = (p), .words = (w) }
/* Calls fn(argument, ctx). */
#define OPT_CALL(l, n, a, h, fn, p) \
	{ OPT_ROW(OPT_K_CALL, l, n, a, h), .to.ctx = (p), .call = (fn) }
#define OPT_GROUP(h)	{ OPT_ROW(OPT_K_GROUP, 0, NULL, NULL, h) }
#define OPT_END		{ OPT_ROW(OPT_K_END, 0, NULL, NULL, NULL) }

/* The rows that each tool has. -v and -q act on msg themselves. */
#define OPT_STANDARD \
	{ OPT_ROW(OPT_K_VERBOSE, 'v', "verbose", NULL, "say more") }, \
	{ OPT_ROW(OPT_K_QUIET, 'q', "quiet", NULL, "say less") }, \
	{ OPT_ROW(OPT_K_HELP, 'h', "help", NULL, "show this and end") }, \
	{ OPT_ROW(OPT_K_VERSION, 'V', "version", NULL, \
		"show the version and end") }

struct opt_tool {
	const char *name;	/* spin-dig */
	const char *synopsis;	/* what follows the name in the usage line */
	const char *purpose;	/* one line */
	const struct opt *table;
	const char *more;	/* last lines of --help, or NULL */
};

/*
 * Returns OPT_RUN, with the operands left in argv[1] to argv[*argc - 1] in
 * their order; or what main() is to return: 0 after --help, --version and
 * --dump-options (4 if stdout failed), 2 after a usage error, which has been
 * said.
 */
int opt_parse(const struct opt_tool *, int *argc, char **argv)
	ATTR_NONNULL ATTR_NODISCARD;

/*
 * For what only the tool can tell about its usage: says it and to try
 * --help, and returns 2.
 */
int opt_usage(const struct opt_tool *, const char *fmt, ...)
	ATTR_PRINTF(2, 3) ATTR_NODISCARD;

/*
 * What every tool has, in the same sense: OPT_STANDARD. It needs one line of
 * --help only.
 */
bool opt_is_standard(const struct opt *) ATTR_NONNULL;

/*
 * What was printed is to reach stdout, which is known only after it has been
 * flushed. Returns 0, or 4 when it did not, which has been said.
 */
int opt_shown(void) ATTR_NODISCARD;

void opt_list_release(struct opt_list *) ATTR_NONNULL;

#endif
