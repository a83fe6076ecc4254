/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_LOOK_H
#define SPIN_LOOK_H

#include <stdbool.h>
#include <stddef.h>

/*
 * How text for people looks: what the terminal and the environment want.
 */
enum look { LOOK_AUTO, LOOK_ALWAYS, LOOK_NEVER };

/* The words of --color, in this order; NULL behind the last. */
extern const char *const look_words[];

/*
 * Whether to colour standard output. LOOK_AUTO: if it is a terminal that is
 * not "dumb", and NO_COLOR (no-color.org) is not set to anything.
 */
bool look_colour(enum look);

/* Whether the locale in the environment is one of UTF-8. */
bool look_utf8(void);

#define LOOK_COLUMNS	72

/* Two lines: a text, or a part of it, and marks below what is wrong in it. */
struct look_marks {
	char text[4 * LOOK_COLUMNS + 1];
	char marks[LOOK_COLUMNS + 1];
};

/*
 * Marks `n` bytes of a text from `at` on (at least one column; behind its end
 * there may be one, too). Of a longer text "..." stands for what is left out.
 * Each character has one column; those that would have another width, or may
 * not be shown, are question marks, and so is, unless `utf8`, what is not
 * ASCII.
 */
void look_mark(const char *text, size_t at, size_t n, bool utf8,
    struct look_marks *);

/* The same on stderr. */
void look_caret(const char *text, size_t at, size_t n);

#endif
