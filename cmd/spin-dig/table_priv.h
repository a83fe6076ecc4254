/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_DIG_TABLE_PRIV_H
#define SPIN_DIG_TABLE_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attr.h"
#include "buf.h"
#include "rec.h"
#include "str.h"
#include "table.h"

/*
 * Inside of the tables: table_text.c puts texts into columns, table_rows.c
 * holds the rows of a window, table_cells.c says what stands in a column,
 * table_layout.c which columns there are and how wide, table.c writes the
 * lines. Not for anybody else, but for the unit test.
 */

/* Columns that a character takes on the screen: 0, 1 or 2 (UAX #11). */
size_t table_char_columns(uint32_t c, bool utf8);
size_t table_columns(struct str, bool utf8);

/* What is left out when there is not enough room. */
enum table_cut {
	TABLE_CUT_END,
	TABLE_CUT_MIDDLE,
	TABLE_CUT_FRONT,	/* of domains: who it is stands behind */
};

enum table_pen {
	TABLE_PLAIN,
	TABLE_BOLD,
	TABLE_DIM,
	TABLE_ALERT,
	TABLE_MARK,
	TABLE_BAR,
};

/* A line being written. Blanks come only before something. */
struct table_line {
	struct buf *out;
	bool utf8, colour;
	size_t at;		/* column of the next character */
	size_t blanks;		/* before it, not written yet */
};

void table_line_to(struct table_line *, size_t column);
void table_line_end(struct table_line *);

/* Text in at most `room` columns. What is not shown becomes ?. */
void table_put(struct table_line *, struct str, size_t room, enum table_cut,
    enum table_pen);
/* The same at the right end of `room` columns. */
void table_put_right(struct table_line *, struct str, size_t room,
    enum table_pen);
/* `value` of `most` as a bar of at most `room` columns. */
void table_put_bar(struct table_line *, uint64_t value, uint64_t most,
    size_t room);

struct table_sum {
	uint64_t flows, unanswered;
	uint64_t pkts_out, bytes_out, pkts_in, bytes_in;
	int64_t first, last;	/* INT64_MAX, INT64_MIN: unknown */
	/* Of flows and unanswered those to one host, which could answer. */
	uint64_t asked, lost;
};

#define TABLE_SUM_NONE	{ .first = INT64_MAX, .last = INT64_MIN }

/* A digest; absent texts are empty. The texts lie behind it. */
struct table_row {
	uint64_t has;		/* as in struct rec */
	struct str agent, device, name, peer, peer_mac, where, proto,
	    service, dir, weekday;
	uint64_t port, hour;
	struct table_sum sum;
	uint64_t rank;		/* what it is sorted by, descending */
	size_t seq;		/* in which order it came */
	struct str label;	/* of its peer */
};

#define TABLE_ROW_HAS(r, field)	(((r)->has & REC_BIT(DIGEST, field)) != 0)

/* The rows of a device, which lie one after another. */
struct table_group {
	struct table_row **rows;
	size_t nrows;
	struct table_sum sum;
	struct str agent, device, name;
	uint64_t rank;
	size_t seq;
};

struct table_window {
	struct table_row **rows;
	size_t nrows, room;
	struct table_group *groups;	/* with devices first only */
	size_t ngroups;
	struct table_sum sum;	/* of what happened: see table_rows_sort */
	int64_t ts, length;	/* of the first row; length -1: unknown */
	size_t agents;		/* different names of them, 2 for any more */
};

void table_rows_add(struct table_window *, const struct rec *);
void table_rows_free(struct table_window *);

/*
 * Puts rows in order, in groups if devices come first, and sums up. In the
 * sum of all, traffic between two devices that each gave a row counts once.
 */
void table_rows_sort(struct table_window *, const struct table_opts *);
void table_sum_add(struct table_sum *, const struct table_sum *);
uint64_t table_sum_bytes(const struct table_sum *);

static inline bool
table_devices_first(const struct table_opts *o)
{
	return (o->by & SUMS_DEVICE) && (o->by & SUMS_PEER);
}

enum table_kind {
	TABLE_AGENT, TABLE_DEVICE, TABLE_NAME, TABLE_PEER, TABLE_WHERE,
	TABLE_PROTO, TABLE_PORT, TABLE_SERVICE, TABLE_DIR, TABLE_HOUR,
	TABLE_WEEKDAY,
	TABLE_TAGGED,		/* peer, with where it is if not outside */
	TABLE_SPOT,		/* service or port, and protocol */
	TABLE_SORTED,		/* what is sorted by and has no other column */
	TABLE_KINDS
};

struct table_cell {
	struct str text;
	struct str joint, tail;	/* whole, or not there */
	enum table_cut cut;
	bool right;
	bool whole;		/* cut last: part of it is of no use */
	char scratch[32];	/* where a number's text is */
};

/* `cell` is not to be moved while its text is in use. */
void table_cell_of(const struct table_opts *, enum table_kind,
    const struct table_row *, struct table_cell *);
void table_cell_put(struct table_line *, const struct table_cell *,
    size_t room);
/* What is sorted by, where no column shows it anyway; else NULL. */
const char *table_cell_sorted(enum sums_sort);

/* Columns of the tail, and those that the text before it needs at least. */
size_t table_cell_tail(const struct table_cell *, bool utf8);
size_t table_cell_least(const struct table_cell *, bool utf8);

struct table_column {
	enum table_kind kind;
	const char *head;
	size_t width;
	size_t tailed, bare;	/* what it needs, with and without tails */
	bool whole;		/* some of its texts are */
	bool implied;		/* not asked for: another one's name */
};

struct table_layout {
	struct table_column columns[TABLE_KINDS];
	size_t n;
	size_t indent, gap;	/* before the columns, and between them */
	size_t text;		/* where numbers begin */
	size_t bar;		/* columns of the bar, 0: none */
	size_t room;		/* whole width */
	bool stacked;		/* numbers stand in a line below the columns */
};

/* Numbers: out, in, flows, unanswered, and a mark. */
#define TABLE_NUMBERS	26

/* `title`: columns that the longest title of a device would take. */
void table_layout(struct table_layout *, const struct table_opts *,
    const struct table_window *, size_t title);
bool table_is_wide(const struct table_opts *);	/* titles matter */

#endif
