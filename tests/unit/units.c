/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "units.h"

#include "tap.h"

int
main(void)
{
	static const struct {
		uint64_t n;
		const char *size, *count;
	} units[] = {
		{ 0, "0", "0" }, { 999, "999", "999" },
		{ 1000, "1.0K", "1000" }, { 9949, "9.9K", "9949" },
		{ 9951, "10K", "9951" }, { 9999, "10K", "9999" },
		{ 10000, "10K", "10K" }, { 999499, "999K", "999K" },
		{ 999501, "1.0M", "1.0M" }, { 5100000, "5.1M", "5.1M" },
		{ UINT64_C(9007199254740991), "9.0P", "9.0P" },
		{ UINT64_MAX, "18E", "18E" },
	};
	char text[UNITS_TEXT];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(units); i++) {
		units_size(units[i].n, text);
		tap_str(text, units[i].size, "size %" PRIu64, units[i].n);
		units_count(units[i].n, text);
		tap_str(text, units[i].count, "count %" PRIu64, units[i].n);
	}
	return tap_done();
}
