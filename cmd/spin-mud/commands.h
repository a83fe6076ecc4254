/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_MUD_COMMANDS_H
#define SPIN_MUD_COMMANDS_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "fetch.h"
#include "out.h"
#include "stream.h"

/*
 * The commands of spin-mud. Each takes the options, and its operands in
 * argv[1] to argv[argc - 1], and returns the exit status.
 */
struct mud_args {
	struct fetch_opts fetch;
	struct stream_opts stream;
	const char *state, *ca, *device_cert, *signature;
	const char *cert, *key, *chain, *output;
	uint64_t width;
	bool rfc, fix, rules, pretty, again, approve, unbuffered;
};

#define MUD_ARGS_INIT	{ .fetch = FETCH_OPTS_INIT, .width = 80 }

int mud_lint(void *args, int argc, char **argv);
int mud_show(void *args, int argc, char **argv);
int mud_diff(void *args, int argc, char **argv);
int mud_merge(void *args, int argc, char **argv);
int mud_get(void *args, int argc, char **argv);
int mud_import(void *args, int argc, char **argv);
int mud_sign(void *args, int argc, char **argv);
int mud_find(void *args, int argc, char **argv);

/* Writes a line for people; what is not to be shown in it becomes \xHH. */
int mud_put_line(struct out *, const struct buf *);

/* Wrong operands: says so, and how to learn more; the status to return. */
int mud_operands(const char *cmd, const char *what);

#endif
