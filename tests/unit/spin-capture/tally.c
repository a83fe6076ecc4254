/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "tally.h"

#include "../tap.h"

static uint64_t
value_of(const struct tally *t, const char *name)
{
	size_t i;

	for (i = 0; i < t->n; i++) {
		if (strcmp(t->v[i].name, name) == 0)
			return t->v[i].value;
	}
	return 0;
}

static uint64_t
sum(const struct tally *t)
{
	struct count v[REC_LIST_MAX];
	struct counts c = tally_counts(t, v);
	uint64_t all = 0;

	while (c.n > 0)
		all += v[--c.n].value;
	return all;
}

static void
check_order(void)
{
	static const char *const in[] = { "lldp", "arp", "lldp", "arp", "ar",
	    "arp_", "lldp", "" };
	struct count v[REC_LIST_MAX];
	struct tally t = { .n = 0 };
	struct counts c;
	size_t i;

	tap_uint(sum(&t), 0, "nothing yet");
	tap_uint(tally_counts(&t, v).n, 0, "no names yet");
	for (i = 0; i < ARRAY_SIZE(in); i++)
		tally_add(&t, in[i]);
	c = tally_counts(&t, v);
	tap_uint(c.n, 5, "five names");
	tap_ok(str_eq(c.v[0].name, STR("lldp")) && c.v[0].value == 3,
	    "the first of them first");
	tap_ok(str_eq(c.v[1].name, STR("arp")) && c.v[1].value == 2,
	    "the second second");
	tap_ok(str_eq(c.v[2].name, STR("ar")) && c.v[2].value == 1,
	    "a beginning of another is a name of its own");
	tap_uint(value_of(&t, "arp_"), 1, "and so is one that goes on");
	tap_uint(sum(&t), 8, "the sum");
}

/* Names of 31 bytes are whole, longer ones are cut and counted together. */
static void
check_long_names(void)
{
	char name[64];
	struct tally t = { .n = 0 };

	memset(name, 'x', sizeof(name));
	name[31] = '\0';
	tally_add(&t, name);
	name[31] = 'y';
	name[32] = '\0';
	tally_add(&t, name);
	name[32] = 'z';
	name[63] = '\0';
	tally_add(&t, name);
	name[30] = '\0';
	tally_add(&t, name);
	tap_uint(t.n, 2, "31 bytes tell names apart");
	tap_uint(strlen(t.v[0].name), 31, "cut at 31");
	tap_uint(t.v[0].value, 3, "the three that begin alike");
	tap_uint(t.v[1].value, 1, "the shorter one");
}

/* More names than fit: the rest is "other", and nothing is lost. */
static void
check_full(const char *what, unsigned other_at)
{
	struct count v[REC_LIST_MAX];
	struct tally t = { .n = 0 };
	char name[32];
	unsigned i;

	for (i = 0; i < 3000; i++) {
		(void)snprintf(name, sizeof(name), "ethertype_%04x", i % 1000);
		tally_add(&t, i == other_at ? "other" : name);
	}
	tap_ok(t.n <= REC_LIST_MAX, "%s: at most 64 names", what);
	tap_uint(sum(&t), 3000, "%s: the sum is kept", what);
	tap_uint(tally_counts(&t, v).n, t.n, "%s: as many in the list", what);
	tap_uint(value_of(&t, "ethertype_0000"), 3,
	    "%s: an early name goes on", what);
	tap_uint(value_of(&t, "ethertype_0999"), 0,
	    "%s: a late one has no place", what);
	tap_uint(value_of(&t, "other"), 3000 - (uint64_t)(t.n - 1) * 3,
	    "%s: the rest is other", what);
}

int
main(void)
{
	check_order();
	check_long_names();
	check_full("no other in the input", 3000);
	check_full("other in the input, early", 10);
	check_full("other in the input as the last that fits", 63);
	check_full("other in the input, late", 2999);
	return tap_done();
}
