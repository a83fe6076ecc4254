/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_OUT_H
#define SPIN_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attr.h"
#include "buf.h"
#include "rec.h"

/*
 * Standard output of a program: whole lines, gathered and written with one
 * write(2) each batch. Part of the driver of a program, so it speaks (msg.h)
 * and sets the exit status. When the reader has left, the program dies of
 * SIGPIPE in silence; after any other failure what follows is dropped, and
 * out_close says so once.
 *
 *	struct out out;
 *	out_init(&out, unbuffered);
 *	out_rec(&out, &rec);
 *	return out_close(&out);
 */
struct out {
	struct buf b;		/* owned */
	int err;		/* errno of the first failure, or 0 */
	bool unbuffered;
	uint64_t records;	/* written */
	uint64_t too_long;	/* records left out */
};

void out_init(struct out *, bool unbuffered);

/*
 * Adds a record. One that passes the limit of a line is left out, with a
 * message and status 3. Returns 0, or -errno once a write has failed: the
 * program may stop then.
 */
int out_rec(struct out *, const struct rec *);

/*
 * The same for a record that was read and not changed since: its line as it
 * came, where that will do.
 */
int out_pass(struct out *, const struct rec *);

/* Adds text that ends with a line feed. Returns as out_rec. */
int out_text(struct out *, const char *text, size_t n);

/* Writes what is there; to be called before waiting. Returns as out_rec. */
int out_flush(struct out *);

/*
 * Writes the rest, closes stdout, and says if anything was lost. Returns the
 * program's exit status.
 */
int out_close(struct out *) ATTR_NODISCARD;

#endif
