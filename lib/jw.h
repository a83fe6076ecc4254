/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_JW_H
#define SPIN_JW_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "attr.h"
#include "bytes.h"

/*
 * JSON values into memory that the caller has made sure is large enough. Each
 * returns where the next character goes; no NUL is added. Behind the last
 * character of a number others may be written to, within the room it may take.
 *
 *	to = jw_u64(to, 443);		at most JW_U64 characters
 *	to = jw_time(to, us);		at most JW_TIME
 *	to = jw_text(to, s, n);		jw_text_size(s, n), at most JW_TEXT(n)
 */
#define JW_U64		20
#define JW_TIME		23
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

/*
 * The eight digits of v < 100000000, the first in the lowest byte. All are
 * worked out at once: two numbers below 10000 in the halves of a word, four
 * below 100 in its quarters, eight below 10. A division by 100 (of up to
 * 10000) is a multiplication by 10486 / 2^20, one by 10 by 103 / 2^10.
 */
static inline uint64_t
jw_digits(uint32_t v)
{
	uint64_t w = v / 10000 | (uint64_t)(v % 10000) << 32, q;

	q = w * 10486 >> 20 & UINT64_C(0x0000007f0000007f);
	w = q | (w - 100 * q) << 16;
	q = w * 103 >> 10 & UINT64_C(0x000f000f000f000f);
	w = q | (w - 10 * q) << 8;
	return w | UINT64_C(0x3030303030303030);
}

/*
 * The eight characters in a word, from the lowest byte on. Compilers make one
 * store of the loop only where they do not know how the word came about.
 */
static inline char *
jw_eight(char *to, uint64_t w)
{
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	memcpy(to, &w, 8);
#else
	int i;

	for (i = 0; i < 8; i++)
		to[i] = (char)(w >> 8 * i & 0xff);
#endif
	return to + 8;
}

/*
 * v < 10000, without leading zeros. Which of the four lengths it has cannot
 * be predicted, so all digits are written, shifted by as many as there are
 * too many: one for each power of ten that v is smaller than, when taking it
 * away borrows. Writes eight bytes whatever their number.
 */
static inline char *
jw_small(char *to, unsigned v)
{
	const uint8_t *pairs = (const uint8_t *)jw_pairs;
	uint32_t w = le16(pairs + 2 * (size_t)(v / 100)) |
	    (uint32_t)le16(pairs + 2 * (size_t)(v % 100)) << 16;
	uint32_t zeros = (((uint32_t)v - 10) >> 31) +
	    (((uint32_t)v - 100) >> 31) + (((uint32_t)v - 1000) >> 31);

	(void)jw_eight(to, w >> 8 * zeros);
	return to + 4 - zeros;
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
