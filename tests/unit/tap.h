/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_TAP_H
#define SPIN_TAP_H

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attr.h"

/*
 * Unit tests: each check is one line of TAP on stdout, named by a format.
 *
 *	int
 *	main(void)
 *	{
 *		tap_ok(1 + 1 == 2, "one and one");
 *		tap_int(num(s), 5, "num(%s)", s);
 *		tap_str(name, "gw", "name");
 *		return tap_done();
 *	}
 *
 * A check returns whether it held. What differed goes behind "#". The plan
 * comes last, so that a program that ends early is seen to.
 */
static int tap_count, tap_failed;

static void ATTR_PRINTF(2, 0)
tap_line(bool ok, const char *fmt, va_list ap)
{
	tap_count++;
	if (!ok)
		tap_failed++;
	printf("%sok %d - ", ok ? "" : "not ", tap_count);
	vprintf(fmt, ap);
	(void)putchar('\n');
	(void)fflush(stdout);
}

static bool ATTR_PRINTF(2, 3) ATTR_UNUSED
tap_ok(bool ok, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tap_line(ok, fmt, ap);
	va_end(ap);
	return ok;
}

static void ATTR_PRINTF(1, 2) ATTR_UNUSED
tap_diag(const char *fmt, ...)
{
	va_list ap;

	printf("# ");
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	(void)putchar('\n');
}

static bool ATTR_PRINTF(3, 4) ATTR_UNUSED
tap_int(int64_t got, int64_t want, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tap_line(got == want, fmt, ap);
	va_end(ap);
	if (got != want)
		tap_diag("got %" PRId64 ", want %" PRId64, got, want);
	return got == want;
}

static bool ATTR_PRINTF(3, 4) ATTR_UNUSED
tap_uint(uint64_t got, uint64_t want, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tap_line(got == want, fmt, ap);
	va_end(ap);
	if (got != want)
		tap_diag("got %" PRIu64 ", want %" PRIu64, got, want);
	return got == want;
}

/* Bytes with everything but printable ASCII as \xHH. */
static void ATTR_UNUSED
tap_show(const char *what, const void *p, size_t n)
{
	const unsigned char *s = p;
	size_t i;

	printf("# %s: ", what);
	for (i = 0; i < n; i++)
		printf(s[i] >= 0x20 && s[i] < 0x7f ? "%c" : "\\x%02x", s[i]);
	(void)putchar('\n');
}

static bool ATTR_PRINTF(5, 6) ATTR_UNUSED
tap_mem(const void *got, size_t got_n, const void *want, size_t want_n,
	const char *fmt, ...)
{
	bool ok = got_n == want_n &&
		(got_n == 0 || memcmp(got, want, got_n) == 0);
	va_list ap;

	va_start(ap, fmt);
	tap_line(ok, fmt, ap);
	va_end(ap);
	if (!ok) {
		tap_show(" got", got, got_n);
		tap_show("want", want, want_n);
	}
	return ok;
}

/* NULL equals NULL only. */
static bool ATTR_PRINTF(3, 4) ATTR_UNUSED
tap_str(const char *got, const char *want, const char *fmt, ...)
{
	bool ok = got && want ? strcmp(got, want) == 0 : got == want;
	va_list ap;

	va_start(ap, fmt);
	tap_line(ok, fmt, ap);
	va_end(ap);
	if (!ok) {
		tap_show(" got", got ? got : "NULL", got ? strlen(got) : 4);
		tap_show("want", want ? want : "NULL", want ? strlen(want) : 4);
	}
	return ok;
}

static void ATTR_PRINTF(2, 3) ATTR_UNUSED
tap_skip(const char *reason, const char *fmt, ...)
{
	va_list ap;

	tap_count++;
	printf("ok %d - ", tap_count);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf(" # SKIP %s\n", reason);
}

/* The plan; returns what main() returns. */
static int ATTR_UNUSED
tap_done(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed || fflush(stdout) != 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
