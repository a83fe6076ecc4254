/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_SUMS_H
#define SPIN_SUMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attr.h"
#include "hash.h"
#include "rec.h"

/*
 * Sums of digests: per window of time, and by whichever members are asked
 * for. A digest goes in for each flow or digest that was read; what comes out
 * are digests again, which can be summed once more with the same result.
 *
 *	s = sums_new(&opts, &hashkey, emit, ctx);
 *	sums_add(s, &digest);
 *	sums_close(s, upto);		windows that end at `upto` or before
 *	sums_end(s);			all of them
 *	sums_free(s);
 *
 * A window begins at a multiple of its length (UTC); a digest belongs to that
 * of its `ts`, whatever `window` it says. Rows of a window come out together,
 * in the order of `sort` and then of their key; windows in order of time.
 * Where all is one window, it begins with the least `first` and ends with the
 * greatest `last`.
 *
 * A row: `ts` and `window`; the members of `by`; with `device` its `name`
 * and `device_ip`; with `peer` also `peer_mac`, `peer_ip` and `hosts`; with
 * either of these `more`; with `port` its `service`; and the sums: flows,
 * unanswered, pkts_out, bytes_out, pkts_in, bytes_in, which stop at
 * REC_UINT_MAX, the least `first` and the greatest `last`. A digest without
 * `first` has it at its `ts`, one without `last` at its `first`.
 *
 * Digests belong to one row when all members of `by` are the same or absent
 * from both; keys compare in the order of enum sums_by, numbers by value,
 * absent members first. What stands for `peer` there is `peer_mac` where a
 * digest has it: a device is one peer by whatever name it goes, two of one
 * name are two, and none is the peer of the internet that bears its name.
 * `name`, and `peer` beside a `peer_mac`, are those heard last: that of the
 * digest with the greatest `last` (of several, the greatest text), so that it
 * does not matter in which order they come. `service` is there when all
 * digests of the row have the same one.
 *
 * Of `device_ip`, `peer_ip` and `hosts` the first REC_LIST_MAX are kept, in
 * the order in which they came, each once; `hosts` also stop where their text
 * has 16384 bytes as JSON. An entry that comes when its list is full and is
 * not in it is counted in `more`, again whenever it comes, for it is not
 * remembered. To that the `more` of the digests themselves are added, but not
 * to a row without `peer` that of a digest with it, as nobody knows which
 * list that was. A text of more than SUMS_TEXT_MAX bytes as JSON counts as
 * absent: every row fits a line.
 *
 * The home's sums: without `device` in `by` traffic between two devices would
 * count twice, for each of them has a digest of it. Which of the two is left
 * out is the caller's business (spin-dig's dig.h).
 *
 * Memory is bounded by max_bytes, beside 50 KB that do not grow, and one row.
 * When it is used up, the row that was not added to for the longest time
 * comes out at once (and perhaps again later, with what is still to come):
 * digests can be summed. `keep` is asked about such a row as it is by then,
 * and `top` does not count it. When one more window than SUMS_WINDOWS is
 * begun, the whole earliest one comes out, as if it had closed.
 *
 * With `fold`, for sinks that want every row once, new rows are instead added
 * to one for the same agent and device alone (as far as these are in `by`),
 * which lacks the other members. Lists then grow no more and count in `more`,
 * and a new name that is longer than the row's first one is not taken. There
 * may be SUMS_FOLD_ROWS such rows, of SUMS_FOLD_BYTES, beyond max_bytes; then
 * all goes to one row of each window that has no member at all.
 */
enum sums_by {
	SUMS_AGENT = 1 << 0,
	SUMS_DEVICE = 1 << 1,
	SUMS_NAME = 1 << 2,
	SUMS_PEER = 1 << 3,	/* or rather peer_mac */
	SUMS_WHERE = 1 << 4,
	SUMS_PROTO = 1 << 5,
	SUMS_PORT = 1 << 6,
	SUMS_SERVICE = 1 << 7,
	SUMS_DIR = 1 << 8,
	SUMS_HOUR = 1 << 9,
	SUMS_WEEKDAY = 1 << 10,
};

/* One digest for each service of each peer of each device. */
#define SUMS_BY_ALL	(SUMS_AGENT | SUMS_DEVICE | SUMS_PEER | SUMS_WHERE | \
	SUMS_PROTO | SUMS_PORT | SUMS_DIR)

enum sums_sort {
	SUMS_SORT_KEY,		/* as the key's members compare, ascending */
	SUMS_SORT_BYTES,	/* both ways; these are descending */
	SUMS_SORT_BYTES_OUT,
	SUMS_SORT_BYTES_IN,
	SUMS_SORT_PKTS,
	SUMS_SORT_PKTS_OUT,
	SUMS_SORT_PKTS_IN,
	SUMS_SORT_FLOWS,
	SUMS_SORT_UNANSWERED,
	SUMS_SORT_FIRST,	/* earliest first */
	SUMS_SORT_LAST,		/* latest first */
};

#define SUMS_TEXT_MAX	4096	/* bytes of a text, as JSON */
#define SUMS_WINDOWS	4096	/* that are open at a time */
#define SUMS_FOLD_ROWS	4096
#define SUMS_FOLD_BYTES	(2 << 20)

struct sums_opts {
	unsigned by;		/* enum sums_by */
	int64_t window;		/* microseconds; 0: all is one window */
	enum sums_sort sort;
	uint64_t top;		/* rows of each window that come out; 0: all */
	size_t max_bytes;
	bool fold;
	/* Which rows come out, before `top`; NULL: all. */
	bool (*keep)(void *ctx, const struct rec *);
	/* Behind the last row of a window that closed; NULL: nothing. */
	int (*closed)(void *ctx);
};

#define SUMS_OPTS_INIT \
	{ .by = SUMS_BY_ALL, .window = INT64_C(60000000), \
	  .max_bytes = 12 << 20 }

struct sums_counts {
	uint64_t rows;		/* that came out */
	uint64_t early;		/* of them, before their window closed */
	uint64_t folded;	/* digests added to a row that lacks members */
	uint64_t hidden;	/* rows that `keep` or `top` left out */
};

struct sums;

/*
 * Takes a digest, which is its own only during the call. <0: stop. It must not
 * call anything of these sums.
 */
typedef int sums_emit(void *ctx, const struct rec *);

/* `ctx` goes to emit, keep and closed. */
struct sums *sums_new(const struct sums_opts *, const struct hashkey *,
    sums_emit *, void *ctx) ATTR_NODISCARD;
void sums_free(struct sums *);

/*
 * Return 0, or what emit or `closed` returned when that was negative; then
 * sums_close and sums_end can be called again and go on behind that row or
 * window. A digest has been added in any case.
 */
int sums_add(struct sums *, const struct rec *digest);
int sums_close(struct sums *, int64_t upto);
int sums_end(struct sums *);

/*
 * Start of the earliest window that has rows; INT64_MAX when none has. Where
 * all is one window, the least `first`.
 */
int64_t sums_earliest(const struct sums *);

const struct sums_counts *sums_counts(const struct sums *);

#endif
