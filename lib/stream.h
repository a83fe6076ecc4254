/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_STREAM_H
#define SPIN_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attr.h"
#include "out.h"
#include "rec.h"

/*
 * The driver of every program that reads records. It reads all operands
 * together: saved files (regular files) are merged by time, live ones (pipes,
 * terminals, devices) are taken as they come. "-", or no operand at all, is
 * standard input. It speaks (msg.h) and sets the exit status.
 *
 *	static int
 *	one(struct rec *r, size_t operand, struct out *out, void *ctx)
 *	{
 *		...
 *		return out_rec(out, r);		pass it on
 *	}
 *
 *	struct stream_opts opts = { .count = 0 };
 *	out_init(&out, unbuffered);
 *	(void)stream_run(&opts, argc - 1, argv + 1, &out, one, ctx);
 *	status = out_close(&out);
 *	sig_reraise();
 *	return status;
 *
 * Merging: the time of an operand is the highest `ts` that it has shown so
 * far, so that records of one file keep their order even where their times go
 * back. The operand with the lowest time is next, the first of equals.
 *
 * A line that is not a record is said with its place, counted, and skipped
 * (status 3); with `strict` it ends the run. So is what follows the last line
 * feed of an input, unless it is a whole record. An input that begins as a
 * capture (pcap, pcapng) or a gzip file does is said to be one, and ends there
 * (status 3). Operands that cannot be
 * opened are said (status 4) before anything is read, and nothing is; one
 * that fails later ends there and the others go on. Output is flushed before
 * waiting. A signal (sig.h) ends the run as the end of input does.
 */
struct stream_opts {
	uint64_t count;		/* -c: end after so many records; 0: never */
	int64_t timeout;	/* -t: end after microseconds; 0: never */
	bool strict;		/* -S: the first bad record ends it */
	/*
	 * Called behind the last record of an operand; may be NULL. Returns 0,
	 * or less to end the run.
	 */
	int (*ended)(void *ctx, size_t operand);
};

/*
 * Called with each record and the number of its operand, from 0. The record
 * lives until it returns. Returns 0, or less to end the run.
 */
typedef int stream_fn(struct rec *, size_t operand, struct out *, void *ctx);

/*
 * Returns 0; or less: what `fn` or `ended` returned, or -errno if nothing was
 * read.
 */
int stream_run(const struct stream_opts *, int argc, char **argv,
    struct out *, stream_fn *, void *ctx);

#endif
