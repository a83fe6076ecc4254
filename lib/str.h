/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_STR_H
#define SPIN_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/*
 * A slice of text: not owned, not NUL-terminated, valid as long as whatever
 * it points into (a line, an arena, a string constant).
 */
struct str {
	const char *p;
	size_t n;
};

/* A slice of a string constant. */
#define STR(literal)	((struct str){ "" literal, sizeof(literal) - 1 })

static inline struct str
str_of(const char *s)
{
	return (struct str){ s, strlen(s) };
}

static inline bool
str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

#endif
