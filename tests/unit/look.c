/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "look.h"

#include <stdlib.h>

#include "tap.h"
#include "utf8.h"

#define TEN	"0123456789"
#define SIXTY	TEN TEN TEN TEN TEN TEN
#define E_ACUTE	"\xc3\xa9"

static size_t
columns(const char *s)
{
	size_t i, n = 0;

	for (i = 0; s[i]; i++)
		n += ((unsigned char)s[i] & 0xc0) != 0x80;
	return n;
}

static void
test_short(void)
{
	static const struct {
		const char *text;
		size_t at, n;
		bool utf8;
		const char *shown, *marks;
	} t[] = {
		{ "port=x", 5, 1, false, "port=x", "     ^" },
		{ "port=xyz", 5, 3, false, "port=xyz", "     ^^^" },
		{ "port=", 5, 0, false, "port=", "     ^" },
		{ "", 0, 0, false, "", "^" },
		{ "ab", 9, 9, false, "ab", "  ^" },
		{ "ab", 1, 9, false, "ab", " ^" },
		{ "ab", 0, 0, false, "ab", "^" },
		{ "n=" E_ACUTE E_ACUTE " x=1", 7, 1, true,
		  "n=" E_ACUTE E_ACUTE " x=1", "     ^" },
		{ "n=" E_ACUTE E_ACUTE " x=1", 7, 1, false, "n=?? x=1",
		  "     ^" },
		{ E_ACUTE E_ACUTE "x", 2, 2, true, E_ACUTE E_ACUTE "x",
		  " ^" },
		{ "a\tb\x1b" "c\xff" "d", 6, 1, true, "a?b?c?d", "      ^" },
		/* A wide one, one without width, and one that turns text. */
		{ "\xe4\xb8\xad\xcc\x81\xe2\x80\xae" "x", 8, 1, true,
		  "???x", "   ^" },
	};
	struct look_marks m;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		look_mark(t[i].text, t[i].at, t[i].n, t[i].utf8, &m);
		tap_str(m.text, t[i].shown, "text %zu", i);
		tap_str(m.marks, t[i].marks, "marks %zu", i);
	}
}

/* What is cut says so, and the mark stays below what it is about. */
static void
test_long(void)
{
	static const char text[] = SIXTY "ABCDEFGHIJKL" SIXTY SIXTY;
	struct look_marks m;
	size_t at, wrong = 0, dots = 0;

	look_mark(SIXTY "ABCDEFGHIJKL", 71, 1, false, &m);
	tap_str(m.text, SIXTY "ABCDEFGHIJKL", "72 columns fit");
	look_mark(text, 0, 3, false, &m);
	tap_str(m.text, SIXTY "ABCDEFGHI...", "the end is cut");
	tap_str(m.marks, "^^^", "marks");
	look_mark(text, 60, 2, false, &m);
	tap_str(m.text, "...789" TEN TEN TEN "ABCDEFGHIJKL" TEN TEN "0...",
	    "both ends");
	look_mark(text, sizeof(text) - 1, 0, false, &m);
	tap_uint(strlen(m.marks), LOOK_COLUMNS, "behind the end");
	for (at = 0; at < sizeof(text) - 1; at++) {
		size_t column;

		look_mark(text, at, 500, false, &m);
		column = strcspn(m.marks, "^");
		wrong += m.text[column] != text[at] ||
		    columns(m.text) > LOOK_COLUMNS ||
		    strlen(m.marks) > LOOK_COLUMNS;
		dots += strncmp(m.text, "...", 3) == 0 ||
		    strcmp(m.text + strlen(m.text) - 3, "...") == 0;
	}
	tap_uint(wrong, 0, "each mark is below its character");
	tap_uint(dots, sizeof(text) - 1, "and the cut is shown");
}

/* Whatever there is: printable UTF-8, no more columns than there are. */
static void
test_random(void)
{
	struct look_marks m;
	uint64_t seed = 1;
	char text[200];
	size_t i, k, n, wrong = 0;

	for (i = 0; i < 20000; i++) {
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		n = (size_t)(seed >> 33) % (sizeof(text) - 1);
		for (k = 0; k < n; k++) {
			seed = seed * 6364136223846793005u + 1;
			text[k] = (char)(1 + (seed >> 33) % 255);
		}
		text[n] = '\0';
		look_mark(text, (size_t)(seed >> 40) % 220,
		    (size_t)(seed >> 50) % 30, seed >> 60 & 1, &m);
		wrong += !utf8_valid(m.text, strlen(m.text)) ||
		    columns(m.text) > LOOK_COLUMNS ||
		    strlen(m.marks) > LOOK_COLUMNS || !strchr(m.marks, '^') ||
		    strcspn(m.marks, "^") > columns(m.text);
	}
	tap_uint(wrong, 0, "20000 random texts");
}

int
main(void)
{
	test_short();
	test_long();
	test_random();
	return tap_done();
}
