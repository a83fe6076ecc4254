/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "sight.h"

#include "sight_test.h"

/* Host names in multicast DNS, from answers as dns records have them. */

#define MAC1	"02:00:5e:00:53:01"
#define DEV	"{\"type\":\"device\",\"ts\":1000,\"mac\":\"" MAC1 "\","

#define RR(name, rtype, data, ttl) \
	{ STR(name), STR(rtype), STR(data), ttl, true }

static void
hear(struct bench *t, struct answer *v, size_t n)
{
	const struct answers a = { v, n };

	t->p.proto = IPPROTO_NUM_UDP;
	tap_int(sight_mdns(t->s, &t->p, &a), 0, "%zu answers", n);
}

static void
test_own_names(void)
{
	struct answer v[] = {
		RR("_ipp._tcp.local", "PTR", "x._ipp._tcp.local", 4500),
		RR("printer.local", "AAAA", "fe80::22", 120),
		RR("printer.local", "A", "192.168.8.22", 120),
		RR("other.local", "A", "192.168.8.23", 120),
		RR("printer.local", "A", "203.0.113.9", 120),
	};
	struct bench t;

	bench_init(&t, SIGHT_DEVICES);
	from(&t, MAC1, "192.168.8.22");
	hear(&t, v, ARRAY_SIZE(v));
	bench_says(&t, DEV "\"ip\":\"fe80::22\",\"name\":\"printer\","
	    "\"how\":\"mdns\"}\n" DEV "\"ip\":\"192.168.8.22\","
	    "\"name\":\"printer\",\"how\":\"mdns\"}\n",
	    "name and local addresses of the sender, no one else's");
	hear(&t, v, ARRAY_SIZE(v));
	bench_says(&t, "", "no news the second time");
	from(&t, MAC1, "fe80::99");
	hear(&t, v + 2, 1);
	bench_says(&t, "", "an address that the MAC holds is its own");
	bench_release(&t);
}

static void
test_others(void)
{
	struct answer v[] = {
		RR("sleeper.local", "A", "192.168.8.23", 120),
		RR("printer.local", "A", "192.168.8.22", 0),
		RR("printer.lan", "A", "192.168.8.22", 120),
		RR("a.b.local", "A", "192.168.8.22", 120),
		RR("local", "A", "192.168.8.22", 120),
		RR(".", "A", "192.168.8.22", 120),
		RR("printer.local", "A", "\\# 2 c0a8", 120),
		RR("printer.local", "TXT", "192.168.8.22", 120),
	};
	struct bench t;
	size_t i;

	bench_init(&t, SIGHT_DEVICES);
	from(&t, MAC1, "192.168.8.22");
	for (i = 0; i < ARRAY_SIZE(v); i++)
		hear(&t, v + i, 1);
	hear(&t, NULL, 0);
	bench_says(&t, "", "proxy, farewell, other domains, other records");
	tap_uint(bench_count(&t, "ignored_mdns"), ARRAY_SIZE(v) + 1,
	    "all counted");
	from(&t, NULL, "192.168.8.22");
	v[1].ttl = 120;
	hear(&t, v + 1, 1);
	bench_says(&t, "", "no MAC on this link");
	tap_uint(bench_count(&t, "no_mac"), 1, "is counted");
	bench_release(&t);
}

/* From the text form of names to bytes, and those escaped once more. */
static void
test_escapes(void)
{
	struct answer v[] = {
		RR("j\\195\\188rgen\\.s.local", "A", "192.168.8.22", 9),
		RR("a\\255\\\\b\\0.local", "A", "192.168.8.22", 9),
	};
	struct bench t;

	bench_init(&t, SIGHT_DEVICES);
	from(&t, MAC1, "192.168.8.22");
	hear(&t, v, 1);
	bench_says(&t, DEV "\"ip\":\"192.168.8.22\",\"name\":"
	    "\"j\\u00fcrgen.s\",\"how\":\"mdns\"}\n", "UTF-8 and a dot");
	hear(&t, v + 1, 1);
	bench_says(&t, DEV "\"ip\":\"192.168.8.22\",\"name\":"
	    "\"a\\\\xff\\\\\\\\b0\",\"how\":\"mdns\"}\n", "other bytes");
	bench_release(&t);
}

/* Four names of one device are remembered: two that alternate are no news. */
static void
test_alternating(void)
{
	struct answer v[] = {
		RR("n1.local", "A", "192.168.8.22", 9),
		RR("n2.local", "A", "192.168.8.22", 9),
		RR("n3.local", "A", "192.168.8.22", 9),
		RR("n4.local", "A", "192.168.8.22", 9),
		RR("n5.local", "A", "192.168.8.22", 9),
	};
	struct bench t;
	size_t i;

	bench_init(&t, SIGHT_DEVICES);
	from(&t, MAC1, "192.168.8.22");
	for (i = 0; i < 12; i++)
		hear(&t, v + i % 4, 1);
	tap_uint(t.records, 4, "four names, again and again");
	hear(&t, v + 4, 1);
	hear(&t, v, 1);
	tap_uint(t.records, 6, "a fifth pushes out the first");
	bench_release(&t);
}

int
main(void)
{
	test_own_names();
	test_others();
	test_escapes();
	test_alternating();
	return tap_done();
}
