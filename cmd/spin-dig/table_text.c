/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "table_priv.h"

#include "utf8.h"

#define MARKS_MAX	2	/* upon one character */

/* East Asian Width W and F of UAX #11 (Unicode 14), gaps in blocks closed. */
static const struct range {
	uint32_t first, last;
} wide[] = {
	{ 0x1100, 0x115f }, { 0x231a, 0x231b }, { 0x2329, 0x232a },
	{ 0x23e9, 0x23ec }, { 0x23f0, 0x23f0 }, { 0x23f3, 0x23f3 },
	{ 0x25fd, 0x25fe }, { 0x2614, 0x2615 }, { 0x2648, 0x2653 },
	{ 0x267f, 0x267f }, { 0x2693, 0x2693 }, { 0x26a1, 0x26a1 },
	{ 0x26aa, 0x26ab }, { 0x26bd, 0x26be }, { 0x26c4, 0x26c5 },
	{ 0x26ce, 0x26ce }, { 0x26d4, 0x26d4 }, { 0x26ea, 0x26ea },
	{ 0x26f2, 0x26f3 }, { 0x26f5, 0x26f5 }, { 0x26fa, 0x26fa },
	{ 0x26fd, 0x26fd }, { 0x2705, 0x2705 }, { 0x270a, 0x270b },
	{ 0x2728, 0x2728 }, { 0x274c, 0x274c }, { 0x274e, 0x274e },
	{ 0x2753, 0x2755 }, { 0x2757, 0x2757 }, { 0x2795, 0x2797 },
	{ 0x27b0, 0x27b0 }, { 0x27bf, 0x27bf }, { 0x2b1b, 0x2b1c },
	{ 0x2b50, 0x2b50 }, { 0x2b55, 0x2b55 }, { 0x2e80, 0x303e },
	{ 0x3041, 0x3247 }, { 0x3250, 0x4dbf }, { 0x4e00, 0xa4cf },
	{ 0xa960, 0xa97f }, { 0xac00, 0xd7a3 }, { 0xf900, 0xfaff },
	{ 0xfe10, 0xfe19 }, { 0xfe30, 0xfe6f }, { 0xff01, 0xff60 },
	{ 0xffe0, 0xffe6 }, { 0x16fe0, 0x18d08 }, { 0x1aff0, 0x1b2fb },
	{ 0x1f004, 0x1f004 }, { 0x1f0cf, 0x1f0cf }, { 0x1f18e, 0x1f18e },
	{ 0x1f191, 0x1f19a }, { 0x1f200, 0x1f320 }, { 0x1f32d, 0x1f335 },
	{ 0x1f337, 0x1f37c }, { 0x1f37e, 0x1f393 }, { 0x1f3a0, 0x1f3ca },
	{ 0x1f3cf, 0x1f3d3 }, { 0x1f3e0, 0x1f3f0 }, { 0x1f3f4, 0x1f3f4 },
	{ 0x1f3f8, 0x1f43e }, { 0x1f440, 0x1f440 }, { 0x1f442, 0x1f4fc },
	{ 0x1f4ff, 0x1f53d }, { 0x1f54b, 0x1f54e }, { 0x1f550, 0x1f567 },
	{ 0x1f57a, 0x1f57a }, { 0x1f595, 0x1f596 }, { 0x1f5a4, 0x1f5a4 },
	{ 0x1f5fb, 0x1f64f }, { 0x1f680, 0x1f6c5 }, { 0x1f6cc, 0x1f6cc },
	{ 0x1f6d0, 0x1f6d2 }, { 0x1f6d5, 0x1f6df }, { 0x1f6eb, 0x1f6ef },
	{ 0x1f6f4, 0x1f6ff }, { 0x1f7e0, 0x1f7f0 }, { 0x1f90c, 0x1f93a },
	{ 0x1f93c, 0x1f945 }, { 0x1f947, 0x1f9ff }, { 0x1fa70, 0x1faff },
	{ 0x20000, 0x3fffd },
};

/*
 * Combining marks by blocks. Those of single scripts are counted as one
 * column: a line with them looks shorter than it might be, never longer.
 */
static const struct range marks[] = {
	{ 0x300, 0x36f }, { 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff },
	{ 0x20d0, 0x20ff }, { 0x3099, 0x309a }, { 0xfe20, 0xfe2f },
};

static bool
within(const struct range *r, size_t n, uint32_t c)
{
	size_t from = 0, to = n, at;

	while (from < to) {
		at = from + (to - from) / 2;
		if (c > r[at].last)
			from = at + 1;
		else if (c < r[at].first)
			to = at;
		else
			return true;
	}
	return false;
}

size_t
table_char_columns(uint32_t c, bool utf8)
{
	if (c < 0x300)
		return 1;
	if (within(marks, ARRAY_SIZE(marks), c))
		return 0;
	return utf8 && within(wide, ARRAY_SIZE(wide), c) ? 2 : 1;
}

/* The character at s.p and its length; what cannot be shown is a ?. */
static size_t
next_char(struct str s, bool utf8, uint32_t *c)
{
	size_t n = utf8_char(s.p, s.n, c);

	if (!n || !utf8_shown(*c))
		*c = '?';
	else if (!utf8 && *c >= 0x80 && table_char_columns(*c, true))
		*c = '?';
	return n ? n : 1;
}

size_t
table_columns(struct str s, bool utf8)
{
	size_t columns = 0, n;
	uint32_t c;

	for (; s.n; s.p += n, s.n -= n) {
		n = next_char(s, utf8, &c);
		columns += table_char_columns(c, utf8);
	}
	return columns;
}

void
table_line_to(struct table_line *l, size_t column)
{
	if (column > l->at) {
		l->blanks += column - l->at;
		l->at = column;
	}
}

void
table_line_end(struct table_line *l)
{
	buf_putc(l->out, '\n');
	l->at = l->blanks = 0;
}

static void
put_blanks(struct table_line *l)
{
	for (; l->blanks; l->blanks--)
		buf_putc(l->out, ' ');
}

static void
pen_on(struct table_line *l, enum table_pen pen)
{
	static const char *const codes[] = {
		"", "\033[1m", "\033[2m", "\033[1;31m", "\033[33m",
		"\033[36m",
	};

	if (l->colour)
		buf_puts(l->out, codes[pen]);
}

static void
pen_off(struct table_line *l, enum table_pen pen)
{
	if (l->colour && pen != TABLE_PLAIN)
		buf_puts(l->out, "\033[0m");
}

static void
put_char(struct table_line *l, uint32_t c)
{
	char text[4];

	if (c == ' ') {
		l->blanks++;
		return;
	}
	put_blanks(l);
	buf_add(l->out, text, utf8_put(text, c));
}

/* Characters of the text from column `from` on, up to column `to`. */
static void
put_part(struct table_line *l, struct str s, size_t from, size_t to)
{
	size_t column = 0, wide_by, n, nmarks = 0;
	uint32_t c;

	for (; s.n; s.p += n, s.n -= n, column += wide_by) {
		n = next_char(s, l->utf8, &c);
		wide_by = table_char_columns(c, l->utf8);
		nmarks = wide_by ? 0 : nmarks + 1;
		if (column + wide_by > to)
			return;
		if (column < from || (wide_by == 0 && (!l->utf8 ||
		    nmarks > MARKS_MAX || column == from)))
			continue;
		put_char(l, c);
		l->at += wide_by;
	}
}

/* Never without dots, whatever little room there is. */
static void
put_cut(struct table_line *l, struct str s, size_t columns, size_t room,
    enum table_cut cut)
{
	size_t dots = l->utf8 || room == 1 ? 1 : 2, head;

	room -= dots;
	head = cut == TABLE_CUT_FRONT ? 0 : cut == TABLE_CUT_END ? room :
	    (room + 1) / 2;
	put_part(l, s, 0, head);
	put_blanks(l);
	buf_puts(l->out, l->utf8 ? "\xe2\x80\xa6" : dots == 1 ? "." : "..");
	l->at += dots;
	if (head < room)
		put_part(l, s, columns - (room - head), columns);
}

void
table_put(struct table_line *l, struct str s, size_t room,
    enum table_cut cut, enum table_pen pen)
{
	size_t columns = table_columns(s, l->utf8);

	if (columns == 0 || room == 0)
		return;
	pen_on(l, pen);
	if (columns <= room)
		put_part(l, s, 0, columns);
	else
		put_cut(l, s, columns, room, cut);
	pen_off(l, pen);
}

void
table_put_right(struct table_line *l, struct str s, size_t room,
    enum table_pen pen)
{
	size_t columns = table_columns(s, l->utf8);

	if (columns < room)
		table_line_to(l, l->at + room - columns);
	table_put(l, s, room, TABLE_CUT_END, pen);
}

/* Steps of a column: eight of the block characters, two in ASCII. */
void
table_put_bar(struct table_line *l, uint64_t value, uint64_t most,
    size_t room)
{
	size_t steps = l->utf8 ? 8 : 2, n;

	if (most == 0 || room == 0)
		return;
	n = (size_t)((double)value / (double)most *
	    (double)(room * steps) + 0.5);
	if (n > room * steps)
		n = room * steps;
	if (n == 0)
		return;
	pen_on(l, TABLE_BAR);
	for (; n >= steps; n -= steps, l->at++)
		put_char(l, l->utf8 ? 0x2588 : '#');
	if (n) {
		put_char(l, l->utf8 ? 0x2590 - (uint32_t)n : ':');
		l->at++;
	}
	pen_off(l, TABLE_BAR);
}
