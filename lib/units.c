/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "units.h"

#include <stdio.h>

/* With at most three digits: from 999.5 on it is 1.0 of the next unit. */
static void
print(uint64_t n, unsigned unit, char to[static UNITS_TEXT])
{
	static const char units[] = "KMGTPE";
	double v = (double)n / unit;
	int u = 0;

	for (; v >= 999.5 && u < 5; u++)
		v /= unit;
	snprintf(to, UNITS_TEXT, v < 9.95 ? "%.1f%c" : "%.0f%c", v, units[u]);
}

void
units_size(uint64_t n, char to[static UNITS_TEXT])
{
	if (n < 1024)
		snprintf(to, UNITS_TEXT, "%u", (unsigned)n);
	else
		print(n, 1024, to);
}

void
units_count(uint64_t n, char to[static UNITS_TEXT])
{
	if (n < 10000)
		snprintf(to, UNITS_TEXT, "%u", (unsigned)n);
	else
		print(n, 1000, to);
}
