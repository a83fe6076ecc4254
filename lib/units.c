/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "units.h"

#include <stdio.h>

void
units_size(uint64_t n, char to[static UNITS_TEXT])
{
	static const char units[] = "KMGTPE";
	double v = (double)n / 1000;
	int u = 0;

	if (n < 1000) {
		snprintf(to, UNITS_TEXT, "%u", (unsigned)n);
		return;
	}
	for (; v >= 999.5 && u < 5; u++)
		v /= 1000;
	snprintf(to, UNITS_TEXT, v < 9.95 ? "%.1f%c" : "%.0f%c", v, units[u]);
}

void
units_count(uint64_t n, char to[static UNITS_TEXT])
{
	if (n < 10000)
		snprintf(to, UNITS_TEXT, "%u", (unsigned)n);
	else
		units_size(n, to);
}
