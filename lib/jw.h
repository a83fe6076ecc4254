/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_JW_H
#define SPIN_JW_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "attr.h"

/*
 * JSON values into memory that the caller has made sure is large enough. Each
 * returns where the next character goes; no NUL is added.
 *
 *	to = jw_u64(to, 443);		at most JW_U64 characters
 *	to = jw_time(to, us);		at most JW_TIME
 *	to = jw_text(to, s, n);		jw_text_size(s, n), at most JW_TEXT(n)
 */
#define JW_U64		20
#define JW_TIME		21
#define JW_TEXT(n)	(6 * (n))

extern const char jw_pairs[201];	/* "00" to "99" */

/* The two digits of v < 100. */
static inline char *
jw_pair(char *to, unsigned v)
{
	memcpy(to, jw_pairs + 2 * (size_t)v, 2);
	return to + 2;
}

/* v < 10000 as exactly four digits. */
static inline char *
jw_four(char *to, unsigned v)
{
	return jw_pair(jw_pair(to, v / 100), v % 100);
}

/* v < 100000000 as exactly eight digits. */
static inline char *
jw_eight(char *to, uint32_t v)
{
	return jw_four(jw_four(to, v / 10000), v % 10000);
}

/* v < 10000, without leading zeros. */
static inline char *
jw_small(char *to, unsigned v)
{
	if (v >= 1000)
		return jw_four(to, v);
	if (v >= 100) {
		*to++ = (char)('0' + v / 100);
		return jw_pair(to, v % 100);
	}
	if (v >= 10)
		return jw_pair(to, v);
	*to++ = (char)('0' + v);
	return to;
}

char *jw_u64_slow(char *to, uint64_t v);

static inline char *
jw_u64(char *to, uint64_t v)
{
	if (likely(v < 10000))
		return jw_small(to, (unsigned)v);
	return jw_u64_slow(to, v);
}

/*
 * Microseconds as seconds: "1646136000.120001", with as many decimals as are
 * needed, at most six; negative ones with a sign.
 */
char *jw_time(char *to, int64_t us);

/*
 * Text as the inside of a JSON string (no quotation marks around it), in
 * printable ASCII: quotation mark and backslash behind a backslash, other
 * ASCII outside 0x20 to 0x7e and all of UTF-8 as \uXXXX (two of them above
 * U+FFFF). What cannot stand in a record is replaced, so that the result is
 * always valid: a byte that is not UTF-8 by the character of its value (0xff:
 * \u00ff), a NUL by \ufffd.
 */
char *jw_text(char *to, const char *s, size_t n);
size_t jw_text_size(const char *s, size_t n);

#endif
