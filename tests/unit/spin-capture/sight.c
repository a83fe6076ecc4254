/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "sight.h"

#include "sight_test.h"

/* The table itself: news, limits, addresses that move, plain traffic. */

#define MAC1	"02:00:5e:00:53:01"
#define MAC2	"02:00:5e:00:53:02"

/* RFC 826: Ethernet, IPv4, lengths 6 and 4, request. */
#define ARP_REQ	"0001 0800 06 04 0001 "
#define ARP_REP	"0001 0800 06 04 0002 "
#define NOBODY	"000000000000 "

/* An ARP request by the MAC 02:00:5e and three bytes, from an address. */
static void
arp_from(struct bench *t, uint32_t mac, uint32_t addr)
{
	const uint8_t sender[10] = {
		0x02, 0x00, 0x5e, (uint8_t)(mac >> 16), (uint8_t)(mac >> 8),
		(uint8_t)mac, (uint8_t)(addr >> 24), (uint8_t)(addr >> 16),
		(uint8_t)(addr >> 8), (uint8_t)addr,
	};

	begin(t, ARP_REQ);
	add_bytes(t, sender, sizeof(sender));
	add(t, NOBODY "c0000201");
	t->link.l3 = t->b;
	t->link.l3_cap = t->link.l3_len = (uint32_t)t->n;
	if (sight_arp(t->s, t->p.ts, &t->link) != 0)
		abort();
}

static void
test_arp(void)
{
	struct bench t;

	bench_init(&t, SIGHT_DEVICES);
	begin(&t, ARP_REQ "02005e005301 c0000221" NOBODY "c0000201");
	arp(&t);
	bench_says(&t, "{\"type\":\"device\",\"ts\":1000,\"mac\":\"" MAC1
	    "\",\"ip\":\"192.0.2.33\",\"how\":\"arp\"}\n", "request");
	arp(&t);
	bench_says(&t, "", "the same again is no news");

	begin(&t, ARP_REP "02005e005302 c0000201 02005e005301 c0000221");
	add(&t, "000000000000000000000000000000000000");
	t.link.vlan = 7;
	arp(&t);
	t.link.vlan = VLAN_NONE;
	bench_says(&t, "{\"type\":\"device\",\"ts\":1000,\"mac\":\"" MAC2
	    "\",\"ip\":\"192.0.2.1\",\"how\":\"arp\",\"vlan\":7}\n",
	    "reply, padded, in a VLAN");

	begin(&t, ARP_REQ "02005e005303 00000000" NOBODY "c0000244");
	arp(&t);
	bench_says(&t, "{\"type\":\"device\",\"ts\":1000,\"mac\":"
	    "\"02:00:5e:00:53:03\",\"how\":\"arp\"}\n",
	    "a probe (RFC 5227) shows the MAC only");
	bench_release(&t);
}

static void
test_odd_arp(void)
{
	static const struct {
		const char *hex, *count, *what;
	} v[] = {
		{ "0001 0800 06 04 0001 02005e005301 c0000221" NOBODY
		    "c00002", "malformed_arp", "a byte short" },
		{ "0001 0800 08 04 0001 02005e005301 c0000221" NOBODY
		    "c0000201", "malformed_arp", "MACs of 8 bytes" },
		{ "0001 86dd 06 10 0001 02005e005301 c0000221" NOBODY
		    "c0000201", "ignored_arp", "not for IPv4" },
		{ "0018 0800 06 04 0001 02005e005301 c0000221" NOBODY
		    "c0000201", "ignored_arp", "not Ethernet" },
		{ "0001 0800 06 04 0008 02005e005301 c0000221" NOBODY
		    "c0000201", "ignored_arp", "inverse ARP" },
		{ ARP_REQ "000000000000 c0000221" NOBODY "c0000201",
		    "no_mac", "sender MAC of zero" },
		{ ARP_REQ "03005e005301 c0000221" NOBODY "c0000201",
		    "bad_mac", "sender MAC is a group" },
		{ "", "malformed_arp", "nothing" },
	};
	struct bench t;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(v); i++) {
		bench_init(&t, SIGHT_DEVICES);
		begin(&t, v[i].hex);
		arp(&t);
		bench_says(&t, "", v[i].what);
		tap_uint(bench_count(&t, v[i].count), 1, "%s: %s", v[i].what,
		    v[i].count);
		bench_release(&t);
	}
	bench_init(&t, SIGHT_DEVICES);
	begin(&t, ARP_REQ "02005e005301 ffffffff" NOBODY "c0000201");
	arp(&t);
	bench_says(&t, "{\"type\":\"device\",\"ts\":1000,\"mac\":\"" MAC1
	    "\",\"how\":\"arp\"}\n", "nobody has the broadcast address");
	tap_uint(bench_count(&t, "bad_address"), 1, "it is counted");
	bench_release(&t);
}

/* An address belongs to who said so last. */
static void
test_moves(void)
{
	struct bench t;

	bench_init(&t, SIGHT_DEVICES);
	arp_from(&t, 1, 0xc0000221);
	arp_from(&t, 2, 0xc0000221);
	buf_reset(&t.out);
	arp_from(&t, 2, 0xc0000221);
	bench_says(&t, "", "still with the second");
	t.p.ts += 5 * SEC;
	arp_from(&t, 1, 0xc0000221);
	bench_says(&t, "{\"type\":\"device\",\"ts\":1005,\"mac\":"
	    "\"02:00:5e:00:00:01\",\"ip\":\"192.0.2.33\",\"how\":\"arp\"}\n",
	    "back with the first is news");
	bench_release(&t);
}

/* 16 addresses a MAC; the one not seen for longest goes. */
static void
test_many_addresses(void)
{
	struct bench t;
	uint32_t i;

	bench_init(&t, SIGHT_DEVICES);
	for (i = 0; i < 16; i++)
		arp_from(&t, 1, 0xc0000210 + i);
	arp_from(&t, 1, 0xc0000210);
	tap_uint(t.records, 16, "16 addresses of one MAC, one repeated");
	arp_from(&t, 1, 0xc0000230);
	arp_from(&t, 1, 0xc0000210);
	tap_uint(t.records, 17, "the repeated one is still known");
	arp_from(&t, 1, 0xc0000211);
	tap_uint(t.records, 18, "the oldest one is not");

	for (i = 0; i < 100; i++)
		arp_from(&t, 1, 0xc0000300 + i);
	tap_uint(t.records, 33, "32 records at once, and the first one's MAC");
	tap_uint(bench_count(&t, "suppressed"), 85, "others are counted");
	t.p.ts += 2 * SEC;
	for (i = 0; i < 100; i++)
		arp_from(&t, 1, 0xc0000400 + i);
	tap_uint(t.records, 35, "then one a second");
	bench_release(&t);
}

/* 100 000 forged MACs within ten seconds (100 + 10 * 100 at most). */
static void
test_forged_macs(void)
{
	struct bench t;
	uint32_t i;

	bench_init(&t, 512);
	arp_from(&t, 1, 0xc0000201);
	for (i = 0; i < 100000; i++) {
		t.p.ts += 100;
		arp_from(&t, 0x100000 + i, 0xc0000202);
		if (i % 100 == 0)
			arp_from(&t, 1, 0xc0000201);
	}
	tap_ok(t.records > 1000 && t.records <= 1100,
	    "%u records for 100 001 MACs in 10 s", t.records);
	tap_uint(t.records + bench_count(&t, "suppressed"), 100001,
	    "all others are counted");
	tap_uint(bench_count(&t, "evicted"), t.records - 512,
	    "the table stays at its size");
	i = t.records;
	arp_from(&t, 1, 0xc0000201);
	tap_uint(t.records, i, "who is there and speaks is never forgotten");
	t.p.ts += SEC;
	arp_from(&t, 0x100001, 0xc0000203);
	tap_uint(t.records, i + 1, "a suppressed one may be reported later");
	bench_release(&t);
}

/* Time in steps back and forth does not open the gate. */
static void
test_limit_and_time(void)
{
	struct bench t;
	uint32_t i;

	bench_init(&t, SIGHT_DEVICES);
	for (i = 0; i < 1000; i++) {
		t.p.ts = 1000 * SEC + (i % 2 ? SEC / 2 : 0);
		arp_from(&t, i, 0xc0000000 + i);
	}
	tap_ok(t.records >= 100 && t.records <= 150,
	    "%u records within half a second of jitter", t.records);
	t.p.ts = 5 * SEC;
	arp_from(&t, 5000, 0xc0000001);
	t.p.ts = 7 * SEC;
	i = t.records;
	arp_from(&t, 5001, 0xc0000002);
	tap_uint(t.records, i + 1, "clock set back: goes on from there");
	t.p.ts = INT64_MAX;
	arp_from(&t, 5002, 0xc0000003);
	t.p.ts = INT64_MIN;
	arp_from(&t, 5003, 0xc0000004);
	tap_ok(t.records > i, "the ends of time");
	bench_release(&t);

	bench_init(&t, SIGHT_DEVICES);
	t.p.ts = 0;
	for (i = 0; i < 200; i++)
		arp_from(&t, i, 0xc0000001 + i);
	tap_uint(t.records, 100, "captures without time have a limit too");
	bench_release(&t);
}

static void
plain(struct bench *t, const char *mac, const char *src)
{
	from(t, mac, src);
	t->p.proto = IPPROTO_NUM_TCP;
	tap_int(sight_ip(t->s, &t->p), 0, "%s sends", src);
}

static void
test_ip(void)
{
	struct bench t;

	bench_init(&t, SIGHT_DEVICES);
	plain(&t, MAC1, "192.168.8.22");
	bench_says(&t, "{\"type\":\"device\",\"ts\":1000,\"mac\":\"" MAC1
	    "\",\"ip\":\"192.168.8.22\",\"how\":\"ip\"}\n", "private");
	plain(&t, MAC1, "192.168.8.22");
	plain(&t, MAC1, "203.0.113.9");
	plain(&t, MAC1, "2001:db8::9");
	plain(&t, MAC1, "0.0.0.0");
	plain(&t, NULL, "192.168.8.23");
	bench_says(&t, "", "known, foreign, unspecified, without MAC");
	plain(&t, MAC1, "fe80::1");
	bench_says(&t, "{\"type\":\"device\",\"ts\":1000,\"mac\":\"" MAC1
	    "\",\"ip\":\"fe80::1\",\"how\":\"ip\"}\n", "link-local");

	plain(&t, MAC2, "192.168.8.22");
	t.p.ts += 3599 * SEC;
	plain(&t, MAC2, "192.168.8.22");
	bench_says(&t, "", "traffic takes no address from another MAC");
	t.p.ts += 61 * SEC;
	plain(&t, MAC2, "192.168.8.22");
	bench_says(&t, "{\"type\":\"device\",\"ts\":4660,\"mac\":\"" MAC2
	    "\",\"ip\":\"192.168.8.22\",\"how\":\"ip\"}\n",
	    "unless it was silent for an hour");
	bench_release(&t);
}

/* Behind a MAC there may be a whole network of private addresses. */
static void
test_ip_behind_router(void)
{
	struct bench t;
	char text[20];
	int i;

	bench_init(&t, SIGHT_DEVICES);
	for (i = 0; i < 200; i++) {
		t.p.ts += 10 * SEC;
		(void)snprintf(text, sizeof(text), "10.0.0.%d", i + 1);
		plain(&t, MAC1, text);
	}
	tap_uint(t.records, 16, "16 addresses are enough");
	tap_uint(bench_count(&t, "full"), 184, "the others are counted");
	bench_release(&t);
}

int
main(void)
{
	test_arp();
	test_odd_arp();
	test_moves();
	test_many_addresses();
	test_forged_macs();
	test_limit_and_time();
	test_ip();
	test_ip_behind_router();
	return tap_done();
}
