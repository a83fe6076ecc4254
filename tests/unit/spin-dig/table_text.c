/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "table_priv.h"

#include "../tap.h"

/* East Asian Width in the table of UAX #11, and marks. */
static void
check_characters(void)
{
	static const struct {
		uint32_t c;
		size_t columns;
	} chars[] = {
		{ 'a', 1 }, { 0xe9, 1 }, { 0x300, 0 }, { 0x301, 0 },
		{ 0x370, 1 }, { 0x416, 1 }, { 0x10ff, 1 }, { 0x1100, 2 },
		{ 0x115f, 2 }, { 0x2026, 1 }, { 0x231a, 2 }, { 0x231c, 1 },
		{ 0x2588, 1 }, { 0x303f, 1 }, { 0x3042, 2 }, { 0x4dc0, 1 },
		{ 0x4e00, 2 }, { 0xa4d0, 1 }, { 0xac00, 2 }, { 0xd7a3, 2 },
		{ 0xff21, 2 }, { 0xff61, 1 }, { 0xffe5, 2 }, { 0x1f4a9, 2 },
		{ 0x1f321, 1 }, { 0x20000, 2 }, { 0x10ffff, 1 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(chars); i++)
		tap_uint(table_char_columns(chars[i].c, true),
		    chars[i].columns, "U+%04X", (unsigned)chars[i].c);
	tap_uint(table_columns(STR("a\xc3\xa9\xe3\x81\x82\x1b\xff"), true), 6,
	    "columns of a text");
	tap_uint(table_columns(STR("a\xc3\xa9\xe3\x81\x82\x1b\xff"), false),
	    5, "a ? for each that is not ASCII");
}

static void
cut(const char *s, size_t room, enum table_cut how, bool utf8,
    const char *want)
{
	struct buf b;
	struct table_line l = { .out = &b, .utf8 = utf8 };

	buf_init(&b, 1000);
	table_put(&l, str_of(s), room, how, TABLE_PLAIN);
	buf_putc(&b, '\0');
	tap_str(b.p, want, "%zu columns: %s", room, want);
	buf_release(&b);
}

static void
check_cuts(void)
{
	cut("abcdefghij", 10, TABLE_CUT_MIDDLE, false, "abcdefghij");
	cut("abcdefghij", 9, TABLE_CUT_MIDDLE, false, "abcd..hij");
	cut("abcdefghij", 9, TABLE_CUT_FRONT, false, "..defghij");
	cut("abcdefghij", 9, TABLE_CUT_END, false, "abcdefg..");
	cut("abcdefghij", 9, TABLE_CUT_FRONT, true, "\xe2\x80\xa6" "cdefghij");
	/* However little room there is: never as if that were all. */
	cut("abcdefghij", 4, TABLE_CUT_MIDDLE, false, "a..j");
	cut("abcdefghij", 3, TABLE_CUT_MIDDLE, false, "a..");
	cut("abcdefghij", 2, TABLE_CUT_MIDDLE, false, "..");
	cut("abcdefghij", 1, TABLE_CUT_MIDDLE, false, ".");
	cut("abcdefghij", 3, TABLE_CUT_FRONT, true, "\xe2\x80\xa6" "ij");
	cut("abcdefghij", 1, TABLE_CUT_END, true, "\xe2\x80\xa6");
	cut("\xe3\x81\x82\xe3\x81\x84", 2, TABLE_CUT_END, true,
	    "\xe2\x80\xa6");
	/* A wide one that would be cut in two is left out. */
	cut("\xe3\x81\x82\xe3\x81\x84\xe3\x81\x86\xe3\x81\x88", 7,
	    TABLE_CUT_END, true, "\xe3\x81\x82\xe3\x81\x84\xe3\x81\x86"
	    "\xe2\x80\xa6");
	cut("\xe3\x81\x82\xe3\x81\x84\xe3\x81\x86\xe3\x81\x88", 6,
	    TABLE_CUT_FRONT, true, "\xe2\x80\xa6\xe3\x81\x86\xe3\x81\x88");
	/* Marks pile up only so far. */
	cut("a\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81z", 5,
	    TABLE_CUT_END, true, "a\xcc\x81\xcc\x81z");
	cut("a\xcc\x81\033[2J\n", 9, TABLE_CUT_END, false, "a?[2J?");
}

static void
bar(uint64_t value, uint64_t most, bool utf8, const char *want)
{
	struct buf b;
	struct table_line l = { .out = &b, .utf8 = utf8 };

	buf_init(&b, 1000);
	table_put_bar(&l, value, most, 4);
	buf_putc(&b, '\0');
	tap_str(b.p, want, "%" PRIu64 " of %" PRIu64 ": %s", value, most,
	    want);
	buf_release(&b);
}

/* Four columns: halves of one in ASCII, eighths else, to the nearest. */
static void
check_bars(void)
{
	bar(0, 0, false, "");
	bar(0, 8, false, "");
	bar(1, 100, false, "");
	bar(1, 16, false, ":");
	bar(1, 8, false, ":");
	bar(3, 8, false, "#:");
	bar(8, 8, false, "####");
	bar(9, 8, false, "####");
	bar(UINT64_MAX, UINT64_MAX, false, "####");
	bar(1, 32, true, "\xe2\x96\x8f");
	bar(15, 32, true, "\xe2\x96\x88\xe2\x96\x89");
	bar(32, 32, true, "\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88"
	    "\xe2\x96\x88");
}

int
main(void)
{
	check_characters();
	check_cuts();
	check_bars();
	return tap_done();
}
