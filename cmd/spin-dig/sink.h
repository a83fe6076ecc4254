/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_DIG_SINK_H
#define SPIN_DIG_SINK_H

#include "buf.h"
#include "dig.h"
#include "makers.h"
#include "out.h"

/*
 * Where digests go: out as records, among all others; as a table with what
 * is known of the devices, and a few words on what the table does not show;
 * or as comma-separated values. Returns are those of out_rec.
 */
struct sink {
	const struct dig_opts *opts;
	struct out *out;
	struct table *table;	/* owned; NULL unless DIG_PRETTY */
	struct makers *makers;	/* owned; likewise */
	struct buf text;
	const struct join *(*find)(void *ctx, struct str agent);
	void *ctx;
	char addrs[4][ADDR_TEXT];	/* of table_about */
	uint64_t rows;
};

/*
 * `find` tells the home of an agent, or NULL. Returns 0; or less when the file
 * of makers is none, which has been said.
 */
int sink_init(struct sink *, const struct dig_opts *, struct out *,
    const struct join *(*find)(void *ctx, struct str agent), void *ctx);
void sink_release(struct sink *);

/* A record that is not ours, as it came or changed; text leaves it out. */
int sink_pass(struct sink *, const struct rec *);
int sink_rec(struct sink *, const struct rec *);
int sink_row(struct sink *, const struct rec *digest);

/* Behind the last row of a window. */
int sink_window(struct sink *);

/* At the end: what is left, then what there is to say of each home. */
int sink_end(struct sink *);
int sink_home(struct sink *, const struct join *);

#endif
