/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_TEST_DNSASM_H
#define SPIN_TEST_DNSASM_H

#include <stdint.h>
#include <stdlib.h>

#include "attr.h"

/*
 * DNS messages written by hand, as text:
 *
 *	1234 8180	bytes in hexadecimal
 *	03'www'		a label: bytes as they stand between the quotes
 *	[0161]*128	the bytes between the brackets 128 times (no nesting)
 *
 * Spaces mean nothing. A text that is none of this aborts. Returns the number
 * of bytes.
 */
#define DNSASM_MAX	70000

static int
dnsasm_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	abort();
}

/* From `from` (in `to`), what is behind it `times` times in all. */
static size_t
dnsasm_repeat(uint8_t *to, size_t from, size_t n, unsigned long times)
{
	size_t unit = n - from, i;

	if (n + unit * times > DNSASM_MAX)
		abort();
	for (i = 0; i < unit * times; i++)
		to[from + i] = to[from + i % unit];
	return from + unit * times;
}

static size_t ATTR_UNUSED
dnsasm(const char *s, uint8_t to[static DNSASM_MAX])
{
	size_t n = 0, open = 0;
	char *end;

	while (*s && n < DNSASM_MAX) {
		if (*s == ' ') {
			s++;
		} else if (*s == '\'') {
			for (s++; *s != '\''; s++)
				to[n++] = (uint8_t)*s;
			s++;
		} else if (*s == '[') {
			open = n;
			s++;
		} else if (*s == ']') {
			n = dnsasm_repeat(to, open, n,
			    strtoul(s + 2, &end, 10));
			s = end;
		} else {
			to[n++] = (uint8_t)(dnsasm_digit(s[0]) << 4 |
			    dnsasm_digit(s[1]));
			s += 2;
		}
	}
	return n;
}

#endif
