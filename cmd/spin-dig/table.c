/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "table_priv.h"
#include "units.h"
#include "xalloc.h"

#define SECOND		INT64_C(1000000)
#define HEAD_TEXT	128
#define CLOCK_TEXT	24
#define CLASS_ROOM	32	/* for a vendor class beside addresses */
#define ITEM_GAP	2
#define ITEM_MIN	2	/* less of an item says nothing */
#define MAKER_MIN	8
#define MAKER_ROOM	48	/* of a maker, where there is room */
#define ITEM_MORE	8	/* "  +12345" */

struct table {
	struct table_opts opts;
	struct table_window window;
	bool shown;		/* a window before this one */
};

/* What a table is written with: one window's. */
struct draw {
	const struct table_opts *o;
	const struct table_window *w;
	struct table_layout layout;
	struct table_line line;
	uint64_t most;		/* bytes that a whole bar stands for */
};

struct table *
table_new(const struct table_opts *o)
{
	struct table *t = xcalloc(1, sizeof(*t));

	tzset();	/* localtime_r alone need not look at TZ */
	t->opts = *o;
	if (t->opts.width < TABLE_WIDTH_MIN)
		t->opts.width = TABLE_WIDTH_MIN;
	return t;
}

void
table_free(struct table *t)
{
	if (!t)
		return;
	table_rows_free(&t->window);
	free(t);
}

static void
put(struct draw *d, const char *s, enum table_pen pen)
{
	size_t room = d->layout.room - d->line.at;

	table_put(&d->line, str_of(s), room, TABLE_CUT_END, pen);
}

static void
local_time(int64_t us, struct tm *tm)
{
	time_t sec = (time_t)(us / SECOND);

	if (!localtime_r(&sec, tm))
		memset(tm, 0, sizeof(*tm));
}

static void
put_clock(int64_t us, bool seconds, char to[static CLOCK_TEXT])
{
	struct tm tm;

	local_time(us, &tm);
	strftime(to, CLOCK_TEXT, "%Y-%m-%d %H:%M:%S", &tm);
	if (!seconds)
		to[strlen("2022-03-01 13:00")] = '\0';
}

/* "2022-03-01 13:00 - 13:01"; the day twice when it is another one. */
static void
put_span(struct draw *d, int64_t from, int64_t to, bool seconds)
{
	char a[CLOCK_TEXT], b[CLOCK_TEXT], text[HEAD_TEXT];
	bool same;

	put_clock(from, seconds, a);
	put_clock(to, seconds, b);
	same = memcmp(a, b, 10) == 0;
	if (strcmp(a, b) == 0)
		snprintf(text, sizeof(text), "%s", a);
	else
		snprintf(text, sizeof(text), "%s %s %s", a,
		    d->o->utf8 ? "\xe2\x80\x93" : "-", same ? b + 11 : b);
	put(d, text, TABLE_BOLD);
}

static void
put_when(struct draw *d)
{
	const struct table_window *w = d->w;
	int64_t from = w->ts, to = w->ts;

	if (w->length > 0 && w->ts <= REC_TIME_MAX - w->length)
		to += w->length;
	if (d->o->total && w->sum.first <= w->sum.last) {
		from = w->sum.first;
		to = w->sum.last;
	}
	put_span(d, from, to, (from % (60 * SECOND) != 0 ||
	    to % (60 * SECOND) != 0) && (!d->o->total ||
	    to / SECOND - from / SECOND < 3600));
}

static size_t
count_devices(const struct table_window *w)
{
	size_t i, n = 0;

	for (i = 0; i < w->ngroups; i++)
		n += w->groups[i].device.n > 0;
	return n;
}

/*
 * By device alone, traffic between two of them is in both sums, and nobody
 * can tell any more: then there is no sum of all.
 */
static bool
sums_once(unsigned by)
{
	return !(by & SUMS_DEVICE) || (by & SUMS_PEER);
}

static size_t
head_totals(const struct draw *d, char to[static HEAD_TEXT])
{
	const struct table_sum *s = &d->w->sum;
	char flows[UNITS_TEXT], lost[UNITS_TEXT];
	char out[UNITS_TEXT], in[UNITS_TEXT], devices[32] = "";
	size_t n = count_devices(d->w);

	units_count(s->flows, flows);
	units_count(s->unanswered, lost);
	units_size(s->bytes_out, out);
	units_size(s->bytes_in, in);
	if (n)
		snprintf(devices, sizeof(devices), "%zu device%s  ", n,
		    n == 1 ? "" : "s");
	return (size_t)snprintf(to, HEAD_TEXT,
	    "%s%s flow%s  %s%s%s out  %s in", devices, flows,
	    s->flows == 1 ? "" : "s", s->unanswered ? lost : "",
	    s->unanswered ? " unanswered  " : "", out, in);
}

static void
put_heading(struct draw *d)
{
	char totals[HEAD_TEXT];
	size_t n;

	put_when(d);
	if (sums_once(d->o->by)) {
		n = head_totals(d, totals);
		if (d->line.at + ITEM_GAP + n > d->layout.room)
			table_line_end(&d->line);
		else
			table_line_to(&d->line, d->line.at + ITEM_GAP);
		put(d, totals, TABLE_PLAIN);
	}
	table_line_end(&d->line);
	buf_putc(d->line.out, '\n');
}

static bool
began_elsewhere(const struct table_opts *o, const struct table_row *r)
{
	return (o->by & SUMS_DIR) && str_eq(r->dir, STR("in"));
}

/* What < means is said when it is there. */
static void
put_legend(struct draw *d)
{
	size_t i;

	for (i = 0; i < d->w->nrows; i++)
		if (began_elsewhere(d->o, d->w->rows[i]))
			break;
	if (i == d->w->nrows)
		return;
	put(d, "<", TABLE_MARK);
	table_put(&d->line, STR(" peer began"),
	    d->layout.columns[0].width, TABLE_CUT_END, TABLE_DIM);
}

static void
put_number_heads(struct draw *d)
{
	static const char *const names[] = { "out", "in", "flows", "unans." };
	static const size_t ends[] = { 6, 12, 18, 25 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ends); i++) {
		table_line_to(&d->line, d->layout.text + ends[i] -
		    strlen(names[i]));
		put(d, names[i], TABLE_DIM);
	}
	table_line_end(&d->line);
}

static bool
is_right(const struct draw *d, const struct table_column *c)
{
	return c->kind == TABLE_PORT || c->kind == TABLE_HOUR ||
	    (c->kind == TABLE_SORTED && d->o->sort != SUMS_SORT_FIRST &&
	    d->o->sort != SUMS_SORT_LAST);
}

static void
put_heads(struct draw *d)
{
	const struct table_column *c = d->layout.columns;
	size_t at = d->layout.indent;

	if (table_devices_first(d->o))
		put_legend(d);
	for (; c < d->layout.columns + d->layout.n; c++) {
		if (at >= d->line.at) {
			table_line_to(&d->line, at);
			if (is_right(d, c))
				table_put_right(&d->line, str_of(c->head),
				    c->width, TABLE_DIM);
			else
				table_put(&d->line, str_of(c->head), c->width,
				    TABLE_CUT_END, TABLE_DIM);
		}
		at += c->width + d->layout.gap;
	}
	if (d->layout.stacked)
		table_line_end(&d->line);
	put_number_heads(d);
}

static void
put_number(struct draw *d, const char *text, size_t room, enum table_pen pen)
{
	table_put_right(&d->line, str_of(text), room, pen);
}

/*
 * At least half of those asked did not answer. Flows count where they begin
 * and what was not answered where it ends, so there may be more of these.
 */
static bool
is_alert(const struct table_sum *s)
{
	return s->asked && s->lost >= s->asked / 2 + s->asked % 2;
}

/* out, in, flows, unanswered, a mark when these are many, and a bar. */
static void
put_numbers(struct draw *d, const struct table_sum *s, bool bar)
{
	enum table_pen pen = is_alert(s) ? TABLE_ALERT : TABLE_PLAIN;
	char text[UNITS_TEXT];

	table_line_to(&d->line, d->layout.text);
	units_size(s->bytes_out, text);
	put_number(d, text, 6, TABLE_PLAIN);
	units_size(s->bytes_in, text);
	put_number(d, text, 6, TABLE_PLAIN);
	units_count(s->flows, text);
	put_number(d, text, 6, pen);
	units_count(s->unanswered, text);
	put_number(d, s->unanswered ? text : "", 7, pen);
	table_put(&d->line, is_alert(s) ? STR("!") : STR(""), 1,
	    TABLE_CUT_END, pen);
	if (d->layout.bar && bar) {
		table_line_to(&d->line, d->layout.text + TABLE_NUMBERS + 1);
		table_put_bar(&d->line, table_sum_bytes(s), d->most,
		    d->layout.bar);
	}
	table_line_end(&d->line);
}

static void
put_row(struct draw *d, const struct table_row *r)
{
	const struct table_column *c = d->layout.columns;
	size_t at = d->layout.indent;
	struct table_cell cell;

	if (table_devices_first(d->o) && began_elsewhere(d->o, r))
		put(d, "<", TABLE_MARK);
	for (; c < d->layout.columns + d->layout.n; c++) {
		table_cell_of(d->o, c->kind, r, &cell);
		table_line_to(&d->line, at);
		table_cell_put(&d->line, &cell, c->width);
		at += c->width + d->layout.gap;
	}
	if (d->layout.stacked)
		table_line_end(&d->line);
	put_numbers(d, &r->sum, true);
}

static void
put_rows(struct draw *d, struct table_row *const *rows, size_t n)
{
	size_t shown = d->o->top && d->o->top < n ? (size_t)d->o->top : n, i;
	struct table_sum rest = TABLE_SUM_NONE;
	char text[HEAD_TEXT];

	for (i = 0; i < shown; i++)
		put_row(d, rows[i]);
	if (shown == n)
		return;
	for (; i < n; i++)
		table_sum_add(&rest, &rows[i]->sum);
	snprintf(text, sizeof(text), "%zu more", n - shown);
	table_line_to(&d->line, d->layout.indent);
	table_put(&d->line, str_of(text), d->layout.text > d->line.at ?
	    d->layout.text - d->line.at : 0, TABLE_CUT_END, TABLE_DIM);
	put_numbers(d, &rest, false);
}

/* Another item of a line that ends at `end`, if there is some room. */
static void
put_item(struct draw *d, struct str s, size_t end, enum table_cut cut,
    enum table_pen pen)
{
	if (s.n == 0 || d->line.at + ITEM_GAP + ITEM_MIN > end)
		return;
	table_line_to(&d->line, d->line.at + ITEM_GAP);
	table_put(&d->line, s, end - d->line.at, cut, pen);
}

static size_t
item_columns(const struct draw *d, struct str s)
{
	return s.n ? ITEM_GAP + table_columns(s, d->o->utf8) : 0;
}

/* The same, on a line of its own if it needs one. */
static void
put_last(struct draw *d, struct str s)
{
	if (d->line.at > ITEM_GAP &&
	    d->line.at + item_columns(d, s) > d->layout.room)
		table_line_end(&d->line);
	put_item(d, s, d->layout.room, TABLE_CUT_MIDDLE, TABLE_DIM);
}

/* As many addresses as fit, the first in any case, and how many did not. */
static void
put_addresses(struct draw *d, const struct table_about *a, size_t end)
{
	size_t i, n = a->naddrs < ARRAY_SIZE(a->addrs) ? a->naddrs :
	    ARRAY_SIZE(a->addrs), more;
	char text[24];

	for (i = 0; i < n; i++) {
		more = i + 1 < a->naddrs ? ITEM_MORE : 0;
		if (i > 0 && d->line.at + item_columns(d, a->addrs[i]) +
		    more > end)
			break;
		put_item(d, a->addrs[i], end - more, TABLE_CUT_MIDDLE,
		    TABLE_DIM);
	}
	if (i == a->naddrs)
		return;
	snprintf(text, sizeof(text), "+%zu", a->naddrs - i);
	put_item(d, str_of(text), end, TABLE_CUT_END, TABLE_DIM);
}

/* Both words and who it is in one line, which is another if need be. */
static void
put_seen_by(struct draw *d, struct str agent)
{
	size_t n = item_columns(d, STR("seen by")) + item_columns(d, agent);

	if (d->line.at > ITEM_GAP && d->line.at + n > d->layout.room)
		table_line_end(&d->line);
	put_item(d, STR("seen by"), d->layout.room, TABLE_CUT_END, TABLE_DIM);
	put_item(d, agent, d->layout.room, TABLE_CUT_MIDDLE, TABLE_DIM);
}

/* Below the name: MAC, addresses, vendor class, and who saw it. */
static void
put_details(struct draw *d, const struct table_group *g,
    const struct table_about *a)
{
	size_t room = d->layout.room, class_room, end, first;

	if (g->name.n)
		put_item(d, g->device, room, TABLE_CUT_MIDDLE, TABLE_DIM);
	class_room = item_columns(d, a->vendor_class);
	end = room - (class_room <= CLASS_ROOM ? class_room : 0);
	first = a->naddrs ? item_columns(d, a->addrs[0]) : 0;
	first += a->naddrs > 1 ? ITEM_MORE : 0;
	if (d->line.at + first > end)
		end = room;
	if (d->line.at && d->line.at + first > end)
		table_line_end(&d->line);
	put_addresses(d, a, end);
	put_last(d, a->vendor_class);
	if (d->w->agents > 1 && g->agent.n)
		put_seen_by(d, g->agent);
	if (d->line.at)
		table_line_end(&d->line);
}

/* The address by which a device without a MAC is called is said already. */
static void
drop_address(struct table_about *a, struct str device)
{
	size_t n = a->naddrs < ARRAY_SIZE(a->addrs) ? a->naddrs :
	    ARRAY_SIZE(a->addrs), i;

	for (i = 0; i < n && !str_eq(a->addrs[i], device); i++)
		continue;
	if (i == n)
		return;
	memmove(&a->addrs[i], &a->addrs[i + 1],
	    (n - i - 1) * sizeof(a->addrs[0]));
	a->addrs[n - 1] = (struct str){ NULL, 0 };
	a->naddrs--;
}

static void
ask(const struct table_opts *o, const struct table_group *g,
    struct table_about *a)
{
	*a = (struct table_about){ .router = false };
	if (!o->about || !g->device.n)
		return;
	o->about(o->ctx, g->agent, g->device, a);
	drop_address(a, g->device);
}

static struct str
title_of(const struct table_group *g)
{
	if (g->name.n)
		return g->name;
	return g->device.n ? g->device : STR("(several)");
}

static void
put_device(struct draw *d, const struct table_group *g)
{
	struct table_about about;
	size_t room = d->layout.text, tag;

	ask(d->o, g, &about);
	tag = about.router ? item_columns(d, STR("gateway")) : 0;
	table_put(&d->line, title_of(g), room - tag, TABLE_CUT_MIDDLE,
	    TABLE_BOLD);
	if (about.router)
		put_item(d, STR("gateway"), room, TABLE_CUT_END, TABLE_PLAIN);
	if (d->line.at + ITEM_GAP + MAKER_MIN <= room)
		put_item(d, about.maker, room, TABLE_CUT_END, TABLE_DIM);
	put_numbers(d, &g->sum, true);
	put_details(d, g, &about);
	put_rows(d, g->rows, g->nrows);
}

/* Columns that the longest title takes, on screens where it matters. */
static size_t
longest_title(const struct draw *d)
{
	const struct table_group *g = d->w->groups;
	struct table_about about;
	size_t most = 0, n, maker;

	if (!table_is_wide(d->o))
		return 0;
	for (; g < d->w->groups + d->w->ngroups; g++) {
		ask(d->o, g, &about);
		maker = item_columns(d, about.maker);
		n = table_columns(title_of(g), d->o->utf8) +
		    (about.router ? item_columns(d, STR("gateway")) : 0) +
		    (maker < MAKER_ROOM ? maker : MAKER_ROOM);
		most = n > most ? n : most;
	}
	return most;
}

static void
set_most(struct draw *d)
{
	const struct table_window *w = d->w;
	uint64_t n;
	size_t i;

	for (i = 0; i < (w->groups ? w->ngroups : w->nrows); i++) {
		n = table_sum_bytes(w->groups ? &w->groups[i].sum :
		    &w->rows[i]->sum);
		if (n > d->most)
			d->most = n;
	}
}

static void
put_window(struct draw *d)
{
	size_t i;

	set_most(d);
	put_heading(d);
	put_heads(d);
	if (!d->w->groups)
		put_rows(d, d->w->rows, d->w->nrows);
	for (i = 0; i < d->w->ngroups; i++) {
		if (i)
			buf_putc(d->line.out, '\n');
		put_device(d, &d->w->groups[i]);
	}
}

void
table_window_end(struct table *t, struct buf *out)
{
	struct draw d = { .o = &t->opts, .w = &t->window,
	    .line = { .out = out, .utf8 = t->opts.utf8,
	    .colour = t->opts.colour } };

	if (t->window.nrows == 0)
		return;
	table_rows_sort(&t->window, &t->opts);
	table_layout(&d.layout, &t->opts, &t->window, longest_title(&d));
	if (t->shown)
		buf_putc(out, '\n');
	t->shown = true;
	put_window(&d);
	table_rows_free(&t->window);
}

void
table_end(struct table *t, struct buf *out)
{
	table_window_end(t, out);
	if (!t->shown)
		buf_puts(out, "no traffic\n");
	t->shown = true;
}

void
table_row(struct table *t, const struct rec *r, struct buf *out)
{
	if (t->window.nrows && !t->opts.total && r->ts != t->window.ts)
		table_window_end(t, out);
	table_rows_add(&t->window, r);
}

void
table_paragraph(const struct table *t, struct str s, struct buf *out)
{
	struct table_line l = { .out = out, .utf8 = t->opts.utf8 };
	struct str word;
	const char *blank;

	if (t->shown)
		buf_putc(out, '\n');
	while (s.n) {
		blank = memchr(s.p, ' ', s.n);
		word = (struct str){ s.p, blank ? (size_t)(blank - s.p) : s.n };
		if (l.at && l.at + 1 + table_columns(word, l.utf8) >
		    t->opts.width)
			table_line_end(&l);
		else if (l.at)
			table_line_to(&l, l.at + 1);
		table_put(&l, word, t->opts.width, TABLE_CUT_MIDDLE,
		    TABLE_PLAIN);
		s.p += word.n + (blank != NULL);
		s.n -= word.n + (blank != NULL);
	}
	table_line_end(&l);
}
