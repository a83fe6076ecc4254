/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "sight.h"

#include "sight_test.h"

/* Neighbour discovery; messages from behind the checksum, by RFC 4861. */

#define MAC1	"02:00:5e:00:53:01"
#define GW	"02:00:5e:00:53:fe"
#define LL1	"fe80000000000000 00005efffe005301 "
#define GLOBAL1	"20010db800080000 00005efffe005301 "
#define SOURCE1	"01 01 02005e005301 "
#define TARGET1	"02 01 02005e005301 "

#define NDP1(ip) "{\"type\":\"device\",\"ts\":1000,\"mac\":\"" MAC1 \
	"\",\"ip\":\"" ip "\",\"how\":\"ndp\"}\n"
#define NDP1_MAC "{\"type\":\"device\",\"ts\":1000,\"mac\":\"" MAC1 \
	"\",\"how\":\"ndp\"}\n"

static const struct {
	uint8_t type;
	const char *src, *hex, *want, *what;
} neighbours[] = {
	{ 135, "fe80::5eff:fe00:5301", "00000000" LL1 SOURCE1,
	    NDP1("fe80::5eff:fe00:5301"), "NS with its MAC" },
	{ 135, "fe80::5eff:fe00:5301", "00000000" LL1,
	    NDP1("fe80::5eff:fe00:5301"), "NS, MAC of the frame" },
	{ 135, "::", "00000000" LL1, NDP1_MAC,
	    "duplicate address detection: the MAC only" },
	{ 135, "::", "00000000" LL1 SOURCE1, "",
	    "it may not have a link-layer address" },
	{ 136, "2001:db8:8::1", "60000000" GLOBAL1 TARGET1,
	    NDP1("2001:db8:8::5eff:fe00:5301"), "NA with its MAC" },
	{ 136, "2001:db8:8::5eff:fe00:5301", "60000000" GLOBAL1,
	    NDP1("2001:db8:8::5eff:fe00:5301"), "NA for itself" },
	{ 136, "2001:db8:8::1", "60000000" GLOBAL1, "",
	    "NA for another without a MAC" },
	{ 133, "fe80::5eff:fe00:5301", "00000000" SOURCE1,
	    NDP1("fe80::5eff:fe00:5301"), "RS" },
	{ 133, "::", "00000000", NDP1_MAC, "RS without address" },
	{ 137, "fe80::1", "00000000" LL1 LL1 TARGET1, "", "redirect" },
	{ 135, "fe80::1", "00000000 fe80", "", "NS cut in its target" },
	{ 135, "fe80::1", "00000000" LL1 "0100 02005e005301", "",
	    "option of length 0" },
	{ 135, "fe80::1", "00000000" LL1 "0102 02005e005301", "",
	    "option longer than the message" },
	{ 135, "fe80::1", "00000000" LL1 SOURCE1 "0e", "",
	    "half an option" },
	{ 136, "fe80::1", "60000000 ff020000000000000000000000000001"
	    TARGET1, NDP1_MAC, "a multicast address is nobody's" },
};

static void
test_neighbours(void)
{
	struct bench t;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(neighbours); i++) {
		bench_init(&t, SIGHT_DEVICES);
		from(&t, MAC1, neighbours[i].src);
		begin(&t, neighbours[i].hex);
		icmp6(&t, neighbours[i].type);
		bench_says(&t, neighbours[i].want, neighbours[i].what);
		icmp6(&t, neighbours[i].type);
		bench_says(&t, "", "no news the second time");
		tap_uint(bench_count(&t, "ndp"), 2, "both are counted");
		bench_release(&t);
	}
}

static void
test_not_read(void)
{
	struct bench t;

	bench_init(&t, SIGHT_DEVICES);
	from(&t, MAC1, "fe80::5eff:fe00:5301");
	begin(&t, "00000000" LL1 "0100 02005e005301");
	icmp6(&t, 135);
	tap_uint(bench_count(&t, "malformed_ndp"), 1, "malformed");
	begin(&t, "00000000" LL1 SOURCE1);
	t.p.fragment = true;
	icmp6(&t, 135);
	tap_uint(bench_count(&t, "ignored_ndp"), 1, "fragment (RFC 6980)");
	t.p.fragment = false;
	t.p.paylen += 8;
	t.p.paycap = (uint32_t)t.n;
	tap_int(sight_pkt(t.s, &t.p), 0, "cut short");
	tap_uint(bench_count(&t, "cut"), 1, "cut by the capture");
	bench_says(&t, "", "nothing learned");
	bench_release(&t);
}

/* Section 4.2: hop limit, flags, lifetime, two timers; then options. */
#define RA(lifetime)	"40 00 " lifetime " 00000000 00000000 "
#define PREFIX(len, flags, valid, prefix) \
	"03 04 " len " " flags " " valid " 00000e10 00000000 " prefix " "

static void
test_router(void)
{
	struct bench t;

	bench_init(&t, SIGHT_DEVICES);
	from(&t, GW, "fe80::1");
	begin(&t, RA("0708") "01 01 02005e0053fe"
	    PREFIX("40", "c0", "00015180", "20010db8000800000000000000000000")
	    PREFIX("40", "80", "00015180", "fd000008000000000000000000000000")
	    "05 01 0000 000005dc"
	    PREFIX("40", "40", "00000000", "fd000009000000000000000000000000")
	    PREFIX("40", "20", "00015180", "fd00000a000000000000000000000000")
	    PREFIX("00", "c0", "00015180", "00000000000000000000000000000000")
	    PREFIX("08", "c0", "00015180", "20000000000000000000000000000000")
	    PREFIX("40", "c0", "00015180", "fe800000000000000000000000000000"));
	icmp6(&t, 134);
	bench_says(&t, "{\"type\":\"device\",\"ts\":1000,\"mac\":\"" GW
	    "\",\"ip\":\"fe80::1\",\"how\":\"ra\",\"router\":true}\n",
	    "router advertisement");
	tap_ok(sight_prefixes_changed(t.s), "prefixes have changed");
	tap_ok(!sight_prefixes_changed(t.s), "and not since");
	bench_prefixes(&t, "2001:db8:8::/64 fd00:8::/64 ",
	    "on-link or autonomous, alive, of a sound length");
	tap_uint(bench_count(&t, "bad_prefix"), 3,
	    "all, a twelfth of all, link-local");
	icmp6(&t, 134);
	bench_says(&t, "", "the same again is no news");
	tap_ok(!sight_prefixes_changed(t.s), "nor are its prefixes");
	bench_release(&t);
}

static void
test_not_router(void)
{
	struct bench t;

	bench_init(&t, SIGHT_DEVICES);
	from(&t, GW, "fe80::1");
	begin(&t, RA("0000") PREFIX("40", "c0", "00015180",
	    "20010db8000800000000000000000000"));
	icmp6(&t, 134);
	bench_says(&t, "{\"type\":\"device\",\"ts\":1000,\"mac\":\"" GW
	    "\",\"ip\":\"fe80::1\",\"how\":\"ra\"}\n",
	    "lifetime 0: no default router");
	bench_prefixes(&t, "2001:db8:8::/64 ", "whose prefix holds");
	from(&t, GW, "2001:db8:8::1");
	begin(&t, RA("0708") PREFIX("40", "c0", "00015180",
	    "20010db8000900000000000000000000"));
	icmp6(&t, 134);
	bench_says(&t, "", "routers have link-local addresses");
	tap_uint(bench_count(&t, "malformed_ndp"), 1, "(6.1.2)");
	bench_prefixes(&t, "2001:db8:8::/64 ", "or no say");
	bench_release(&t);
}

/* 32 prefixes; then only one not heard for an hour gives way. */
static void
test_many_prefixes(void)
{
	const uint8_t more[] = { 0x20, 0x01, 0x0d, 0xb8, 0, 0xff };
	struct bench t;
	const struct prefix *v;
	unsigned i;

	bench_init(&t, SIGHT_DEVICES);
	from(&t, GW, "fe80::1");
	begin(&t, RA("0708") PREFIX("40", "c0", "00015180",
	    "20010db8000000000000000000000000"));
	for (i = 0; i < 40; i++) {
		t.b[33] = (uint8_t)i;
		icmp6(&t, 134);
	}
	tap_uint(sight_prefixes(t.s, &v), SIGHT_PREFIXES, "32 of 40 prefixes");
	tap_uint(bench_count(&t, "full"), 8, "the others are counted");
	t.p.ts += 3000 * SEC;
	t.b[33] = 0;
	icmp6(&t, 134);
	t.p.ts += 1000 * SEC;
	memcpy(t.b + 28, more, sizeof(more));
	icmp6(&t, 134);
	tap_uint(sight_prefixes(t.s, &v), SIGHT_PREFIXES, "still 32");
	tap_int(v[0].addr.b[5], 0, "the one heard again stays");
	tap_int(v[1].addr.b[5], 0xff, "the oldest gives way");
	bench_release(&t);
}

/* What a device sends from outside of the home's prefixes is not its own. */
static void
test_ip_in_prefix(void)
{
	struct bench t;

	bench_init(&t, SIGHT_DEVICES);
	from(&t, GW, "fe80::1");
	begin(&t, RA("0708") PREFIX("40", "c0", "00015180",
	    "20010db8000800000000000000000000"));
	icmp6(&t, 134);
	buf_reset(&t.out);
	from(&t, MAC1, "fd00:9::5");
	tap_int(sight_ip(t.s, &t.p), 0, "unique local");
	bench_says(&t, "", "not in the home's prefix");
	from(&t, MAC1, "2001:db8:8::5");
	tap_int(sight_ip(t.s, &t.p), 0, "global");
	bench_says(&t, "{\"type\":\"device\",\"ts\":1000,\"mac\":\"" MAC1
	    "\",\"ip\":\"2001:db8:8::5\",\"how\":\"ip\"}\n",
	    "in the home's prefix");
	bench_release(&t);
}

int
main(void)
{
	test_neighbours();
	test_not_read();
	test_router();
	test_not_router();
	test_many_prefixes();
	test_ip_in_prefix();
	return tap_done();
}
