/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "ifnames.h"

#include "utf8.h"

#include "../tap.h"

static void
check_one_each(void)
{
	struct ifnames t = { .n = 0 };
	uint32_t a, b;

	ifnames_next_source(&t);
	ifnames_set(&t, 0, "eth0");
	a = ifnames_index(&t, 0);
	ifnames_next_source(&t);
	ifnames_set(&t, 0, "eth1");
	b = ifnames_index(&t, 0);
	tap_ok(a != b, "another source's interface is another one");
	tap_str(ifnames_get(&t, a), NULL, "sources of one interface: no name");
	tap_str(ifnames_get(&t, b), NULL, "nor for the second");
	ifnames_release(&t);
}

static void
check_several(void)
{
	struct ifnames t = { .n = 0 };
	uint32_t a, b, c, d;

	ifnames_next_source(&t);
	ifnames_set(&t, 0, "eth0");
	a = ifnames_index(&t, 0);
	ifnames_next_source(&t);
	ifnames_set(&t, 0, "wlan0");
	ifnames_set(&t, 1, "wlan1");
	b = ifnames_index(&t, 0);
	c = ifnames_index(&t, 1);
	d = ifnames_index(&t, 2);
	tap_str(ifnames_get(&t, a), "eth0", "now the first is named");
	tap_str(ifnames_get(&t, b), "wlan0", "the second source's first");
	tap_str(ifnames_get(&t, c), "wlan1", "and its second");
	tap_ok(d != a && d != b && d != c, "one without a name");
	tap_str(ifnames_get(&t, d), "if3", "is called by its number");
	ifnames_set(&t, 1, "br-lan");
	tap_str(ifnames_get(&t, c), "br-lan", "the last name counts");
	ifnames_next_source(&t);
	tap_ok(ifnames_index(&t, 0) > d, "a third source comes behind");
	ifnames_release(&t);
}

/* Names are text of strangers: escaped, bounded. */
static void
check_text(void)
{
	struct ifnames t = { .n = 0 };
	char name[300];

	ifnames_next_source(&t);
	ifnames_set(&t, 1, "a\033[2J\nb\\");
	tap_str(ifnames_get(&t, 1), "a\\x1b[2J\\x0ab\\\\",
	    "control characters and backslashes are escaped");
	memset(name, 0xff, sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	ifnames_set(&t, 1, name);
	tap_ok(strlen(ifnames_get(&t, 1)) <= UTF8_ESCAPED(64),
	    "a long name is cut");
	ifnames_set(&t, 1, "");
	tap_ok(ifnames_get(&t, 1) != NULL, "an empty name is a name");
	ifnames_release(&t);
}

/* Millions of interfaces, thousands of sources: bounded, none mixed up. */
static void
check_many(void)
{
	struct ifnames t = { .n = 0 };
	uint32_t i, last = 0, n = 0;

	ifnames_next_source(&t);
	for (i = 0; i < 1000000; i++) {
		uint32_t k = ifnames_index(&t, i);

		if (k > last)
			n++;
		last = k;
		if (i < 2 * IFNAMES_MAX)
			ifnames_set(&t, i, i & 1 ? "odd" : "even");
	}
	tap_uint(n, IFNAMES_MAX, "so many are told apart, and the rest");
	tap_str(ifnames_get(&t, ifnames_index(&t, 0)), "even", "the first");
	tap_str(ifnames_get(&t, ifnames_index(&t, IFNAMES_MAX - 1)), "odd",
	    "the last that has a name");
	tap_str(ifnames_get(&t, ifnames_index(&t, IFNAMES_MAX)), "other",
	    "the next has none");
	tap_str(ifnames_get(&t, ifnames_index(&t, UINT32_MAX)), "other",
	    "nor has the last");
	for (i = 0; i < 1000; i++)
		ifnames_next_source(&t);
	tap_str(ifnames_get(&t, ifnames_index(&t, 0)), "other",
	    "sources behind the limit");
	ifnames_set(&t, 0, "late");
	ifnames_set(&t, UINT32_MAX, "later");
	tap_str(ifnames_get(&t, ifnames_index(&t, 0)), "other",
	    "cannot be named");
	ifnames_release(&t);
}

/* An interface just below the limit in a source that begins below it. */
static void
check_border(void)
{
	struct ifnames t = { .n = 0 };
	uint32_t i;

	for (i = 0; i < IFNAMES_MAX - 1; i++)
		ifnames_next_source(&t);
	ifnames_next_source(&t);
	ifnames_set(&t, 0, "last");
	ifnames_set(&t, 1, "beyond");
	tap_str(ifnames_get(&t, ifnames_index(&t, 0)), "last", "number 255");
	tap_str(ifnames_get(&t, ifnames_index(&t, 1)), "other", "number 256");
	tap_ok(t.n <= IFNAMES_MAX, "no more than there is room for");
	ifnames_release(&t);
}

int
main(void)
{
	check_one_each();
	check_several();
	check_text();
	check_many();
	check_border();
	return tap_done();
}
