/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "num.h"

#include <errno.h>

#include "tap.h"

struct u64_case {
	const char *text;
	uint64_t min, max;
	int err;
	uint64_t want;
};

static const struct u64_case u64_cases[] = {
	{ "0", 0, 9, 0, 0 },
	{ "007", 0, 9, 0, 7 },
	{ "18446744073709551615", 0, UINT64_MAX, 0, UINT64_MAX },
	{ "18446744073709551616", 0, UINT64_MAX, -ERANGE, 0 },
	{ "99999999999999999999x", 0, UINT64_MAX, -EINVAL, 0 },
	{ "4", 5, 9, -ERANGE, 0 },
	{ "5", 5, 9, 0, 5 },
	{ "9", 5, 9, 0, 9 },
	{ "10", 5, 9, -ERANGE, 0 },
	{ "", 0, 9, -EINVAL, 0 },
	{ "-1", 0, 9, -EINVAL, 0 },
	{ "+1", 0, 9, -EINVAL, 0 },
	{ " 1", 0, 9, -EINVAL, 0 },
	{ "1 ", 0, 9, -EINVAL, 0 },
	{ "0x1", 0, 9, -EINVAL, 0 },
	{ "1e2", 0, 999, -EINVAL, 0 },
	{ "1.0", 0, 9, -EINVAL, 0 },
};

static const struct u64_case size_cases[] = {
	{ "0", 0, UINT64_MAX, 0, 0 },
	{ "1K", 0, UINT64_MAX, 0, 1024 },
	{ "5M", 0, UINT64_MAX, 0, 5242880 },
	{ "2G", 0, UINT64_MAX, 0, 2147483648 },
	{ "3T", 0, UINT64_MAX, 0, UINT64_C(3298534883328) },
	{ "16777215T", 0, UINT64_MAX, 0, UINT64_C(18446742974197923840) },
	{ "16777216T", 0, UINT64_MAX, -ERANGE, 0 },
	{ "1k", 0, UINT64_MAX, -EINVAL, 0 },
	{ "1KB", 0, UINT64_MAX, -EINVAL, 0 },
	{ "K", 0, UINT64_MAX, -EINVAL, 0 },
	{ "1.5K", 0, UINT64_MAX, -EINVAL, 0 },
	{ "", 0, UINT64_MAX, -EINVAL, 0 },
	{ "1K", 2000, 4000, -ERANGE, 0 },
	{ "99999999999999999999K", 0, UINT64_MAX, -ERANGE, 0 },
};

static const struct {
	const char *text;
	int err;
	int64_t want;
} dur_cases[] = {
	{ "0", 0, 0 },
	{ "90", 0, 90000000 },
	{ "90s", 0, 90000000 },
	{ "5m", 0, 300000000 },
	{ "2h", 0, INT64_C(7200000000) },
	{ "1d", 0, INT64_C(86400000000) },
	{ "250ms", 0, 250000 },
	{ "0.25", 0, 250000 },
	{ "1.5h", 0, INT64_C(5400000000) },
	{ "0.000001", 0, 1 },
	{ "0.000001d", 0, 86400 },
	{ "0.0001ms", 0, 0 },
	{ "0.999999s", 0, 999999 },
	{ "9223372036854.775807", 0, INT64_MAX },
	{ "9223372036854.775808", -ERANGE, 0 },
	{ "106751991d", 0, INT64_C(9223372022400000000) },
	{ "106751992d", -ERANGE, 0 },
	{ "99999999999999999999", -ERANGE, 0 },
	{ "0.0000001", -EINVAL, 0 },
	{ "", -EINVAL, 0 },
	{ "s", -EINVAL, 0 },
	{ ".5", -EINVAL, 0 },
	{ "5.", -EINVAL, 0 },
	{ "5.s", -EINVAL, 0 },
	{ "5S", -EINVAL, 0 },
	{ "5 s", -EINVAL, 0 },
	{ "1h30m", -EINVAL, 0 },
	{ "-5s", -EINVAL, 0 },
	{ "5sec", -EINVAL, 0 },
	{ "1,5h", -EINVAL, 0 },
};

typedef int u64_fn(const char *, uint64_t, uint64_t, uint64_t *);

static void
run_u64(const char *name, u64_fn *fn, const struct u64_case *c, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		uint64_t got = 42;

		tap_int(fn(c[i].text, c[i].min, c[i].max, &got), c[i].err,
			"%s '%s': result", name, c[i].text);
		tap_uint(got, c[i].err ? 42 : c[i].want, "%s '%s': value",
			name, c[i].text);
	}
}

static void
run_durations(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(dur_cases); i++) {
		int64_t got = 42;

		tap_int(num_duration(dur_cases[i].text, 0, INT64_MAX, &got),
			dur_cases[i].err, "duration '%s': result",
			dur_cases[i].text);
		tap_int(got, dur_cases[i].err ? 42 : dur_cases[i].want,
			"duration '%s': value", dur_cases[i].text);
	}
}

static void
run_duration_range(void)
{
	int64_t got = 42;

	tap_int(num_duration("999ms", 1000000, 5000000, &got), -ERANGE,
		"duration below its range");
	tap_int(num_duration("5.000001", 1000000, 5000000, &got), -ERANGE,
		"duration above its range");
	tap_int(num_duration("5s", 1000000, 5000000, &got), 0,
		"duration at the end of its range");
	tap_int(got, 5000000, "duration at the end: value");
}

/* Every byte: the digits in order of their value, and -1 for all others. */
static void
run_hex(void)
{
	static const char low[] = "0123456789abcdef", up[] = "ABCDEF";
	int wrong = 0, digits = 0, c, v;

	for (c = 0; c < 256; c++) {
		v = num_hex((char)c);
		if (v == -1)
			continue;
		digits++;
		wrong += v < 0 || v > 15 ||
		    (low[v] != c && (v < 10 || up[v - 10] != c));
	}
	tap_int(wrong, 0, "hex: values");
	tap_int(digits, 22, "hex: 0 to 9, a to f, A to F");
}

int
main(void)
{
	run_hex();
	run_u64("u64", num_u64, u64_cases, ARRAY_SIZE(u64_cases));
	run_u64("size", num_size, size_cases, ARRAY_SIZE(size_cases));
	run_durations();
	run_duration_range();
	return tap_done();
}
