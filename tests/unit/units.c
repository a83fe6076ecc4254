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
		{ 1000, "1000", "1000" }, { 1023, "1023", "1023" },
		{ 1024, "1.0K", "1024" }, { 10188, "9.9K", "10K" },
		{ 10189, "10K", "10K" }, { 9999, "9.8K", "9999" },
		{ 10000, "9.8K", "10K" }, { 1023487, "999K", "1.0M" },
		{ 1023489, "1.0M", "1.0M" }, { 1048576, "1.0M", "1.0M" },
		{ 999499, "976K", "999K" }, { 999501, "976K", "1.0M" },
		{ 5347738, "5.1M", "5.3M" },
		{ UINT64_C(9007199254740991), "8.0P", "9.0P" },
		{ UINT64_MAX, "16E", "18E" },
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
