/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_DIG_TABLE_H
#define SPIN_DIG_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attr.h"
#include "buf.h"
#include "rec.h"
#include "str.h"
#include "sums.h"

/*
 * Digests as tables for people, within `width` columns: sizes in units, small
 * bars, times local. Rows of a window come together (they have one `ts`) and
 * are shown when they are said to be all, or the next window begins, under a
 * heading with its time and the sums of all; with `total` all rows are one
 * window, from the first packet to the last.
 *
 * With device and peer among `by` the devices come first, the busiest one on
 * top, each with a line or two of what is known of it and its peers below:
 * where a peer is, if not outside, the service, and < when it was the peer
 * that began. Else it is one table with a column for each member of `by`.
 * Members that no row has get no column, nor does the agent unless there are
 * two. Protocols that records have as a number are named.
 *
 * Devices and rows are in the order of `sort` (SUMS_SORT_KEY: of the members,
 * as texts are shown, weekdays from Monday on); `top` rows, of each device
 * where they are below devices, and then one that says what the rest comes
 * to. A bar is a row's share of the largest device's bytes, or of the largest
 * row's. An exclamation mark behind the unanswered says that these are at
 * least half of the flows, of those to a single host: multicast and broadcast
 * do not count, as far as `where` or the address of the peer tells.
 *
 * What has not enough room is cut, which dots say. First the bar goes (at
 * once in tables below 72 columns, else when texts would have less than 8),
 * then where peers are, then the services that only name ports; then the
 * numbers get lines of their own below the members; MACs and IPv4 addresses
 * are cut last.
 *
 * The heading's sums count traffic between two devices once, also where both
 * gave a row of it: what the one says that began. By device without peer
 * nobody can tell, and there is no sum of all.
 *
 *	t = table_new(&opts);
 *	table_row(t, &digest, &text);
 *	table_window_end(t, &text);
 *	table_end(t, &text);
 *	table_free(t);
 *
 * Text is escaped or ASCII already, as it is in records; what still may not
 * be shown (utf8.h) becomes a ?, and so does, unless `utf8`, what is not
 * ASCII. Characters of two columns are counted as such. What is too long
 * loses its middle, domains their front.
 *
 * Holds the rows of one window, as many as come: bound them by sums.h, with
 * `fold`. A window's text is about as many lines as it has rows, and goes
 * into the buffer at once.
 */
#define TABLE_WIDTH_MIN	60

/* What is known of a device beside its digests; empty texts: unknown. */
struct table_about {
	struct str maker;
	struct str vendor_class;
	bool router;
	size_t naddrs;
	struct str addrs[4];	/* the first of them */
};

struct table_opts {
	size_t width;		/* at least TABLE_WIDTH_MIN is taken */
	unsigned by;		/* enum sums_by */
	enum sums_sort sort;
	uint64_t top;		/* 0: all */
	bool total;		/* all is one window */
	bool colour;
	bool utf8;
	/* Fills what is known of a device; the texts live until the next. */
	void (*about)(void *ctx, struct str agent, struct str device,
	    struct table_about *);
	void *ctx;
};

struct table;

struct table *table_new(const struct table_opts *) ATTR_NODISCARD;
void table_free(struct table *);

/* Takes a row; adds the lines of the window before it, if it has ended. */
void table_row(struct table *, const struct rec *digest, struct buf *);

/* All rows of this window have come: adds its lines, if there were any. */
void table_window_end(struct table *, struct buf *);

/* The last window's lines; "no traffic" when there was never a row. */
void table_end(struct table *, struct buf *);

/* A blank line and a text of words, within the width. */
void table_paragraph(const struct table *, struct str, struct buf *);

#endif
