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

/*
 * Two lines on stderr: a text, and marks below `n` bytes of it from `at` on
 * (at least one). A long text is shown in part.
 */
void look_caret(const char *text, size_t at, size_t n);

#endif
