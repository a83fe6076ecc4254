/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "table_priv.h"

#include <string.h>

#define BAR		9
#define BAR_NARROW	6
#define BAR_WIDE	20
#define NARROW		72	/* below there is a bar only if all fits */
#define WIDE		120
#define FILLED		80	/* devices: numbers stand there at least */
#define STEP		8	/* and further right in steps */
#define COLUMN_MIN	3
#define COLUMN_WORDS	12	/* of a peer, to begin with */

static const char *const heads[TABLE_KINDS] = {
	[TABLE_AGENT] = "agent", [TABLE_DEVICE] = "device",
	[TABLE_NAME] = "name", [TABLE_PEER] = "peer",
	[TABLE_WHERE] = "where", [TABLE_PROTO] = "proto",
	[TABLE_PORT] = "port", [TABLE_SERVICE] = "service",
	[TABLE_DIR] = "dir", [TABLE_HOUR] = "hour",
	[TABLE_WEEKDAY] = "day", [TABLE_TAGGED] = "", [TABLE_SPOT] = "service",
};

static struct table_column *
add_column(struct table_layout *t, enum table_kind kind)
{
	struct table_column *c = &t->columns[t->n++];

	*c = (struct table_column){ .kind = kind, .head = heads[kind] };
	return c;
}

/* Which members there are in any row. */
static unsigned
members(const struct table_window *w)
{
	unsigned by = w->agents > 1 ? SUMS_AGENT : 0;
	const struct table_row *r;
	size_t i;

	for (i = 0; i < w->nrows; i++) {
		r = w->rows[i];
		by |= r->device.n ? SUMS_DEVICE : 0;
		by |= r->name.n ? SUMS_NAME : 0;
		by |= r->label.n ? SUMS_PEER : 0;
		by |= r->where.n ? SUMS_WHERE : 0;
		by |= r->proto.n ? SUMS_PROTO : 0;
		by |= TABLE_ROW_HAS(r, port) ? SUMS_PORT : 0;
		by |= r->service.n ? SUMS_SERVICE : 0;
		by |= r->dir.n ? SUMS_DIR : 0;
		by |= TABLE_ROW_HAS(r, hour) ? SUMS_HOUR : 0;
		by |= r->weekday.n ? SUMS_WEEKDAY : 0;
	}
	return by;
}

/* The members asked for, if any row has them, and the names of numbers. */
static void
flat_columns(struct table_layout *t, unsigned asked,
    const struct table_window *w)
{
	static const enum table_kind kinds[] = { TABLE_AGENT, TABLE_DEVICE,
	    TABLE_NAME, TABLE_PEER, TABLE_WHERE, TABLE_PROTO, TABLE_PORT,
	    TABLE_SERVICE, TABLE_DIR, TABLE_HOUR, TABLE_WEEKDAY };
	unsigned by = asked;
	size_t i;

	by |= by & SUMS_DEVICE ? SUMS_NAME : 0;
	by |= by & SUMS_PORT ? SUMS_SERVICE : 0;
	by &= members(w);
	if (by == 0)
		by = asked & (0u - asked);
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (by & 1u << i)
			add_column(t, kinds[i])->implied =
			    !(asked & 1u << i);
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
	if (table_cell_sorted(o->sort))
		add_column(t, TABLE_SORTED)->head =
		    table_cell_sorted(o->sort);
	t->gap = t->n > 5 ? 1 : 2;
}

static void
raise(size_t *to, size_t n)
{
	if (n > *to)
		*to = n;
}

static void
widen(struct table_column *c, const struct table_opts *o,
    const struct table_row *r)
{
	struct table_cell cell;
	size_t tail, least;

	table_cell_of(o, c->kind, r, &cell);
	tail = table_cell_tail(&cell, o->utf8);
	least = table_cell_least(&cell, o->utf8);
	raise(&c->width, table_columns(cell.text, o->utf8) + tail);
	raise(&c->tailed, least + tail);
	raise(&c->bare, least);
	c->whole |= cell.whole;
}

/* Rows that `top` hides do not count. */
static void
natural_widths(struct table_layout *t, const struct table_opts *o,
    const struct table_window *w)
{
	struct table_group all = { .rows = w->rows, .nrows = w->nrows };
	const struct table_group *g = w->groups ? w->groups : &all;
	struct table_column *c;
	size_t i, k, n;

	for (c = t->columns; c < t->columns + t->n; c++) {
		n = c->kind == TABLE_TAGGED ? COLUMN_WORDS : strlen(c->head);
		c->width = c->tailed = c->bare = n;
	}
	for (i = 0; i < (w->groups ? w->ngroups : 1); i++)
		for (k = 0; k < g[i].nrows && !(o->top && k >= o->top); k++)
			for (c = t->columns; c < t->columns + t->n; c++)
				widen(c, o, g[i].rows[k]);
}

static size_t
text_columns(const struct table_layout *t)
{
	size_t c, n = t->indent;

	for (c = 0; c < t->n; c++)
		n += t->columns[c].width + (c ? t->gap : 0);
	return n;
}

/* How far columns may shrink: not, ... to anything that is not a number. */
enum floor { FLOOR_NATURAL, FLOOR_TAILED, FLOOR_BARE, FLOOR_WHOLE, FLOOR_MIN };

static size_t
least(const struct table_column *c, enum floor f)
{
	switch (f) {
	case FLOOR_NATURAL:
		return c->width;
	case FLOOR_TAILED:
		return c->tailed;
	case FLOOR_BARE:
		return c->bare;
	case FLOOR_WHOLE:
		return c->whole ? c->bare : COLUMN_MIN;
	case FLOOR_MIN:
		break;
	}
	return COLUMN_MIN;
}

/* The widest of those that may. */
static struct table_column *
giver(struct table_layout *t, enum floor f)
{
	struct table_column *c, *w = NULL;

	for (c = t->columns; c < t->columns + t->n; c++)
		if (c->width > least(c, f) && (!w || c->width > w->width))
			w = c;
	return w;
}

/* The widest column gives, until all have room. */
static bool
shrink(struct table_layout *t, size_t room, enum floor f)
{
	size_t n = text_columns(t);
	struct table_column *c;

	for (; n > room && (c = giver(t, f)) != NULL; n--)
		c->width--;
	return n <= room;
}

struct stage {
	bool bar;
	enum floor floor;
};

/* The first of the stages at which all has room; the last one in any case. */
static bool
fit(struct table_layout *t, const struct stage *stages, size_t n)
{
	struct table_layout whole = *t;
	size_t i, room;
	bool fits = false;

	for (i = 0; i < n && !fits; i++) {
		*t = whole;
		t->bar = stages[i].bar ? whole.bar : 0;
		room = t->room;
		if (!t->stacked)
			room -= TABLE_NUMBERS + (t->bar ? 1 + t->bar : 0);
		fits = shrink(t, room, stages[i].floor);
	}
	return fits;
}

/* The names of services give way when another line would be needed. */
static bool
drop_implied(struct table_layout *t)
{
	size_t c;

	for (c = 0; c < t->n; c++)
		if (t->columns[c].implied &&
		    t->columns[c].kind == TABLE_SERVICE)
			break;
	if (c == t->n)
		return false;
	t->n--;
	memmove(&t->columns[c], &t->columns[c + 1],
	    (t->n - c) * sizeof(t->columns[0]));
	return true;
}

static void
fit_somehow(struct table_layout *t)
{
	static const struct stage narrow[] = { { true, FLOOR_NATURAL },
	    { false, FLOOR_TAILED }, { false, FLOOR_BARE } };
	static const struct stage usual[] = { { true, FLOOR_TAILED },
	    { false, FLOOR_TAILED }, { false, FLOOR_BARE } };
	static const struct stage stacked[] = { { true, FLOOR_TAILED },
	    { true, FLOOR_BARE }, { true, FLOOR_WHOLE },
	    { true, FLOOR_MIN } };
	const struct stage *stages = t->room < NARROW ? narrow : usual;
	const struct table_layout whole = *t;

	if (fit(t, stages, ARRAY_SIZE(usual)))
		return;
	*t = whole;
	if (drop_implied(t) && fit(t, stages, ARRAY_SIZE(usual)))
		return;
	*t = whole;
	t->stacked = true;
	(void)fit(t, stacked, ARRAY_SIZE(stacked));
}

bool
table_is_wide(const struct table_opts *o)
{
	return table_devices_first(o) && o->width > FILLED;
}

/* Where numbers begin, so that windows look alike. */
static size_t
filled(const struct table_layout *t, size_t title)
{
	size_t numbers = TABLE_NUMBERS + (t->bar ? 1 + t->bar : 0);
	size_t room = t->room - numbers;
	size_t fill = t->room < FILLED ? room : FILLED - TABLE_NUMBERS - 1 -
	    BAR;
	size_t want = t->text > title ? t->text : title;

	if (t->stacked)
		return room;
	if (want > fill)
		fill += (want - fill + STEP - 1) / STEP * STEP;
	return fill > room ? room : fill;
}

void
table_layout(struct table_layout *t, const struct table_opts *o,
    const struct table_window *w, size_t title)
{
	memset(t, 0, sizeof(*t));
	t->room = o->width;
	t->bar = t->room < NARROW ? BAR_NARROW : t->room < WIDE ? BAR :
	    BAR_WIDE;
	set_columns(t, o, w);
	natural_widths(t, o, w);
	fit_somehow(t);
	t->text = text_columns(t);
	if (table_devices_first(o)) {
		title = filled(t, title);
		/* The peers take what room there is. */
		if (!t->stacked)
			t->columns[0].width += title - t->text;
		t->text = title;
	} else if (t->stacked) {
		t->text = t->room - TABLE_NUMBERS - (t->bar ? 1 + t->bar : 0);
	}
}
