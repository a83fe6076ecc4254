/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "num.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define USEC INT64_C(1000000)

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/*
 * Reads digits, of which there must be one, and moves *s behind them. A value
 * that does not fit is still read to its end, so that what follows is judged
 * too: "99999999999999999999x" is not a number, rather than too large a one.
 */
static int
digits(const char **s, uint64_t *out)
{
	const char *p = *s;
	uint64_t v = 0;
	int err = 0;

	if (!is_digit(*p))
		return -EINVAL;
	for (; is_digit(*p); p++) {
		uint64_t d = (uint64_t)(*p - '0');

		if (v > (UINT64_MAX - d) / 10)
			err = -ERANGE;
		else
			v = v * 10 + d;
	}
	*s = p;
	*out = v;
	return err;
}

static int
in_range(uint64_t v, uint64_t min, uint64_t max, uint64_t *out)
{
	if (v < min || v > max)
		return -ERANGE;
	*out = v;
	return 0;
}

int
num_u64(const char *s, uint64_t min, uint64_t max, uint64_t *out)
{
	uint64_t v;
	int err = digits(&s, &v);

	if (err == -EINVAL || *s != '\0')
		return -EINVAL;
	return err ? err : in_range(v, min, max, out);
}

int
num_size(const char *s, uint64_t min, uint64_t max, uint64_t *out)
{
	static const char units[] = "KMGT";
	const char *unit;
	unsigned shift = 0;
	uint64_t v;
	int err = digits(&s, &v);

	if (err == -EINVAL)
		return err;
	if (*s != '\0') {
		unit = strchr(units, *s);
		if (!unit || s[1] != '\0')
			return -EINVAL;
		shift = 10 * (unsigned)(unit - units + 1);
	}
	if (err || v > UINT64_MAX >> shift)
		return -ERANGE;
	return in_range(v << shift, min, max, out);
}

/* The decimals behind a point, in millionths. */
static int
millionths(const char **s, uint64_t *out)
{
	const char *p = *s;
	uint64_t v = 0;
	int n;

	for (n = 0; is_digit(*p); n++, p++) {
		if (n == 6)
			return -EINVAL;
		v = v * 10 + (uint64_t)(*p - '0');
	}
	if (n == 0)
		return -EINVAL;
	for (; n < 6; n++)
		v *= 10;
	*s = p;
	*out = v;
	return 0;
}

/* Microseconds in a unit, 0 if there is no such unit. */
static uint64_t
unit_usec(const char *s)
{
	static const struct {
		const char *name;
		int64_t usec;
	} units[] = {
		{ "", USEC }, { "ms", 1000 }, { "s", USEC },
		{ "m", 60 * USEC }, { "h", 3600 * USEC },
		{ "d", 86400 * USEC },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(units); i++)
		if (strcmp(s, units[i].name) == 0)
			return (uint64_t)units[i].usec;
	return 0;
}

int
num_duration(const char *s, int64_t min, int64_t max, int64_t *out)
{
	uint64_t whole, part = 0, unit, v;
	int err = digits(&s, &whole);

	if (err == -EINVAL)
		return err;
	if (*s == '.') {
		s++;
		if (millionths(&s, &part))
			return -EINVAL;
	}
	unit = unit_usec(s);
	if (!unit)
		return -EINVAL;
	if (err || whole > (uint64_t)INT64_MAX / unit)
		return -ERANGE;
	/* A day holds 8.64e10 us, so that the product stays below 2^57. */
	v = whole * unit;
	part = part * unit / (uint64_t)USEC;
	if (part > (uint64_t)INT64_MAX - v)
		return -ERANGE;
	v += part;
	if ((int64_t)v < min || (int64_t)v > max)
		return -ERANGE;
	*out = (int64_t)v;
	return 0;
}
