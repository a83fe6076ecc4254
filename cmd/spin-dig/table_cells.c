/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "table_priv.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "units.h"

#define BAR_WIDE	10	/* room for "unanswered" */
#define BAR_NARROW	6
#define NARROW		72	/* tables below have a narrow one */
#define FILLED		80	/* devices: numbers stand there at least */
#define COLUMN_MIN	2
#define COLUMN_FAIR	8	/* rather than a bar */

static const char *const heads[TABLE_KINDS] = {
	[TABLE_AGENT] = "agent", [TABLE_DEVICE] = "device",
	[TABLE_NAME] = "name", [TABLE_PEER] = "peer",
	[TABLE_WHERE] = "where", [TABLE_PROTO] = "proto",
	[TABLE_PORT] = "port", [TABLE_SERVICE] = "service",
	[TABLE_DIR] = "dir", [TABLE_HOUR] = "hour",
	[TABLE_WEEKDAY] = "day", [TABLE_TAGGED] = "", [TABLE_SPOT] = "service",
};

/* What is sorted by, where no column shows it anyway. */
static const char *
sorted_head(enum sums_sort sort)
{
	switch (sort) {
	case SUMS_SORT_PKTS:
		return "pkts";
	case SUMS_SORT_PKTS_OUT:
		return "pkts out";
	case SUMS_SORT_PKTS_IN:
		return "pkts in";
	case SUMS_SORT_FIRST:
		return "first";
	case SUMS_SORT_LAST:
		return "last";
	default:
		return NULL;
	}
}

static void
scratch_time(struct table_cell *cell, int64_t us)
{
	time_t sec = (time_t)(us / 1000000);
	struct tm tm;

	cell->text = (struct str){ cell->scratch, 0 };
	if (us != INT64_MAX && us != INT64_MIN && localtime_r(&sec, &tm))
		cell->text.n = strftime(cell->scratch, sizeof(cell->scratch),
		    "%m-%d %H:%M:%S", &tm);
}

static void
scratch_number(struct table_cell *cell, uint64_t n)
{
	int len = snprintf(cell->scratch, sizeof(cell->scratch), "%" PRIu64,
	    n);

	cell->text = (struct str){ cell->scratch, (size_t)len };
	cell->right = true;
}

static void
sorted_cell(enum sums_sort sort, const struct table_row *r,
    struct table_cell *cell)
{
	char *to = cell->scratch;

	switch (sort) {
	case SUMS_SORT_FIRST:
		scratch_time(cell, r->sum.first);
		return;
	case SUMS_SORT_LAST:
		scratch_time(cell, r->sum.last);
		return;
	default:
		units_size(r->rank, to);
		cell->text = (struct str){ to, strlen(to) };
		cell->right = true;
	}
}

/* Has labels and a last one with a letter: neither address nor MAC. */
static bool
is_domain(struct str s)
{
	size_t i;

	for (i = s.n; i > 0 && s.p[i - 1] != '.'; i--)
		if (s.p[i - 1] == ':' || s.p[i - 1] == ' ')
			return false;
	return i > 1 && i < s.n && (s.p[i] < '0' || s.p[i] > '9');
}

static void
set(struct table_cell *cell, struct str text, const char *absent)
{
	cell->text = text.n ? text : str_of(absent);
	cell->cut = is_domain(text) ? TABLE_CUT_FRONT : TABLE_CUT_MIDDLE;
}

/* https/tcp, 8883/tcp, icmp. */
static void
spot_cell(const struct table_row *r, struct table_cell *cell)
{
	if (r->service.n) {
		set(cell, r->service, "");
	} else if (TABLE_ROW_HAS(r, port)) {
		scratch_number(cell, r->port);
		cell->right = false;
	} else {
		set(cell, r->proto, "-");
		return;
	}
	if (r->proto.n) {
		cell->joint = STR("/");
		cell->tail = r->proto;
	}
}

static void
peer_cell(const struct table_row *r, struct table_cell *cell)
{
	static const struct {
		const char *where, *tag;
	} tags[] = {
		{ "lan", "(lan)" }, { "gateway", "(gateway)" },
		{ "multicast", "(multicast)" },
		{ "broadcast", "(broadcast)" },
	};
	size_t i;

	set(cell, r->label, "(others)");
	for (i = 0; i < ARRAY_SIZE(tags); i++) {
		if (str_eq(r->where, str_of(tags[i].where))) {
			cell->joint = STR(" ");
			cell->tail = str_of(tags[i].tag);
		}
	}
}

static struct str
text_of(enum table_kind kind, const struct table_row *r)
{
	switch (kind) {
	case TABLE_AGENT:
		return r->agent;
	case TABLE_NAME:
		return r->name;
	case TABLE_WHERE:
		return r->where;
	case TABLE_PROTO:
		return r->proto;
	case TABLE_SERVICE:
		return r->service;
	case TABLE_DIR:
		return r->dir;
	case TABLE_WEEKDAY:
		return r->weekday;
	default:
		return (struct str){ NULL, 0 };
	}
}

void
table_cell_of(const struct table_opts *o, enum table_kind kind,
    const struct table_row *r, struct table_cell *cell)
{
	memset(cell, 0, sizeof(*cell));
	if (kind == TABLE_DEVICE)
		set(cell, r->device, "(several)");
	else if (kind == TABLE_PEER)
		set(cell, r->label, "(others)");
	else if (kind == TABLE_TAGGED)
		peer_cell(r, cell);
	else if (kind == TABLE_SPOT)
		spot_cell(r, cell);
	else if (kind == TABLE_SORTED)
		sorted_cell(o->sort, r, cell);
	else if (kind == TABLE_PORT && TABLE_ROW_HAS(r, port))
		scratch_number(cell, r->port);
	else if (kind == TABLE_HOUR && TABLE_ROW_HAS(r, hour))
		scratch_number(cell, r->hour);
	else
		set(cell, text_of(kind, r), "-");
}

static size_t
tail_columns(const struct table_cell *cell, bool utf8)
{
	return cell->joint.n + table_columns(cell->tail, utf8);
}

void
table_cell_put(struct table_line *l, const struct table_cell *cell,
    size_t room)
{
	size_t tail = tail_columns(cell, l->utf8);
	size_t most = table_columns(cell->text, l->utf8), has = room;

	if (cell->right) {
		table_put_right(l, cell->text, room, TABLE_PLAIN);
		return;
	}
	/* The tail gives way when it leaves too little of the text. */
	if (tail + (most < COLUMN_FAIR ? most : COLUMN_FAIR) <= room)
		has -= tail;
	else
		tail = 0;
	table_put(l, cell->text, has, cell->cut, TABLE_PLAIN);
	if (tail) {
		table_put(l, cell->joint, cell->joint.n, TABLE_CUT_END,
		    TABLE_DIM);
		table_put(l, cell->tail, tail, TABLE_CUT_END, TABLE_DIM);
	}
}

static void
add_column(struct table_layout *t, enum table_kind kind)
{
	struct table_column *c = &t->columns[t->n++];

	*c = (struct table_column){ .kind = kind, .head = heads[kind] };
}

static bool
any(const struct table_window *w, uint64_t bits)
{
	size_t i;

	for (i = 0; i < w->nrows; i++)
		if (w->rows[i]->has & bits)
			return true;
	return false;
}

/* The members asked for, and the names of those that are numbers. */
static void
flat_columns(struct table_layout *t, unsigned by,
    const struct table_window *w)
{
	static const enum table_kind kinds[] = { TABLE_AGENT, TABLE_DEVICE,
	    TABLE_NAME, TABLE_PEER, TABLE_WHERE, TABLE_PROTO, TABLE_PORT,
	    TABLE_SERVICE, TABLE_DIR, TABLE_HOUR, TABLE_WEEKDAY };
	size_t i;

	if ((by & SUMS_DEVICE) && any(w, REC_BIT(DIGEST, name)))
		by |= SUMS_NAME;
	if ((by & SUMS_PORT) && any(w, REC_BIT(DIGEST, service)))
		by |= SUMS_SERVICE;
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (by & 1u << i)
			add_column(t, kinds[i]);
}

static void
set_columns(struct table_layout *t, const struct table_opts *o,
    const struct table_window *w)
{
	if (!table_devices_first(o)) {
		flat_columns(t, o->by, w);
	} else {
		t->indent = 2;
		add_column(t, TABLE_TAGGED);
		if (o->by & (SUMS_PROTO | SUMS_PORT | SUMS_SERVICE))
			add_column(t, TABLE_SPOT);
		if (o->by & SUMS_HOUR)
			add_column(t, TABLE_HOUR);
		if (o->by & SUMS_WEEKDAY)
			add_column(t, TABLE_WEEKDAY);
	}
	if (sorted_head(o->sort)) {
		add_column(t, TABLE_SORTED);
		t->columns[t->n - 1].head = sorted_head(o->sort);
	}
	t->gap = t->n > 5 ? 1 : 2;
}

static void
widen(struct table_column *c, const struct table_opts *o,
    const struct table_row *r)
{
	struct table_cell cell;
	size_t n;

	table_cell_of(o, c->kind, r, &cell);
	n = table_columns(cell.text, o->utf8) + tail_columns(&cell, o->utf8);
	if (n > c->width)
		c->width = n;
}

/* Rows that `top` hides do not count. */
static void
natural_widths(struct table_layout *t, const struct table_opts *o,
    const struct table_window *w)
{
	struct table_group all = { .rows = w->rows, .nrows = w->nrows };
	const struct table_group *g = w->groups ? w->groups : &all;
	size_t i, k, c;

	for (c = 0; c < t->n; c++) {
		t->columns[c].width = strlen(t->columns[c].head);
		if (t->columns[c].width < COLUMN_MIN)
			t->columns[c].width = COLUMN_MIN;
	}
	for (i = 0; i < (w->groups ? w->ngroups : 1); i++)
		for (k = 0; k < g[i].nrows && !(o->top && k >= o->top); k++)
			for (c = 0; c < t->n; c++)
				widen(&t->columns[c], o, g[i].rows[k]);
}

static size_t
text_columns(const struct table_layout *t)
{
	size_t c, n = t->indent;

	for (c = 0; c < t->n; c++)
		n += t->columns[c].width + (c ? t->gap : 0);
	return n;
}

static struct table_column *
widest(struct table_layout *t)
{
	struct table_column *w = &t->columns[0];
	size_t c;

	for (c = 1; c < t->n; c++)
		if (t->columns[c].width > w->width)
			w = &t->columns[c];
	return w;
}

/* The widest column gives, until all have room; returns what it then has. */
static size_t
shrink(struct table_layout *t, size_t room)
{
	size_t n = text_columns(t), most = SIZE_MAX;
	struct table_column *c;

	for (; t->n && n > room; n--) {
		c = widest(t);
		if (c->width <= COLUMN_MIN)
			break;
		most = --c->width;
	}
	return most;
}

void
table_layout(struct table_layout *t, const struct table_opts *o,
    const struct table_window *w)
{
	struct table_layout whole;
	size_t room, fill;

	memset(t, 0, sizeof(*t));
	t->room = o->width;
	t->bar = t->room < NARROW ? BAR_NARROW : BAR_WIDE;
	set_columns(t, o, w);
	natural_widths(t, o, w);
	whole = *t;
	room = t->room - TABLE_NUMBERS - 1 - t->bar;
	if (shrink(t, room) < COLUMN_FAIR) {
		*t = whole;
		room += 1 + t->bar;
		t->bar = 0;
		(void)shrink(t, room);
	}
	t->text = text_columns(t);
	/* Devices: the peers take the room, so that windows look alike. */
	fill = t->room < FILLED ? t->room : FILLED;
	fill -= TABLE_NUMBERS + (t->bar ? 1 + t->bar : 0);
	if (table_devices_first(o) && t->text < fill) {
		t->columns[0].width += fill - t->text;
		t->text = fill;
	}
}
