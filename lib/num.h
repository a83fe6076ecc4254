/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_NUM_H
#define SPIN_NUM_H

#include <stdint.h>

#include "attr.h"

/*
 * Strict parsing of what people type: the whole string is the value, without
 * blanks, signs or leftovers, whatever the locale. All return 0; -EINVAL if
 * the text is not of that kind; -ERANGE if it is but lies outside min..max
 * (or does not fit). *out is set only on success.
 */

/* Decimal digits. */
int num_u64(const char *s, uint64_t min, uint64_t max, uint64_t *out)
	ATTR_NODISCARD;

/* Digits and at most one of K, M, G, T: powers of 1024. */
int num_size(const char *s, uint64_t min, uint64_t max, uint64_t *out)
	ATTR_NODISCARD;

/*
 * A time span, into microseconds: digits with at most six decimals and one of
 * ms, s, m, h, d; without a unit it means seconds. "90s", "1.5h", "0.25".
 * What lies below a microsecond is cut off.
 */
int num_duration(const char *s, int64_t min, int64_t max, int64_t *out)
	ATTR_NODISCARD;

/* The value of a hexadecimal digit, or -1. */
static inline int
num_hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

#endif
