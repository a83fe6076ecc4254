/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_SIGHT_TEST_H
#define SPIN_SIGHT_TEST_H

#include "compat.h"

#include <string.h>

#include "buf.h"
#include "rec.h"
#include "sight.h"
#include "tap.h"

/*
 * A table whose records are kept as text, and packets made of bytes: what the
 * tests of sightings share.
 */
#define SEC	INT64_C(1000000)

struct bench {
	struct hashkey key;
	struct sight *s;
	struct buf out;		/* the records made, one a line */
	unsigned records;
	struct link_info link;
	struct pkt p;
	uint8_t b[2048];	/* the message being made */
	size_t n;
};

static int
bench_emit(void *ctx, const struct rec *r)
{
	struct bench *t = ctx;

	t->records++;
	return rec_encode(r, &t->out);
}

static void
bench_init(struct bench *t, size_t devices)
{
	memset(t, 0, sizeof(*t));
	memset(&t->key, 0x5a, sizeof(t->key));
	buf_init(&t->out, 1 << 22);
	t->s = sight_new(&t->key, devices, bench_emit, t);
	t->p.link = &t->link;
	t->p.ts = 1000 * SEC;
	t->p.payload = t->b;
}

static void
bench_release(struct bench *t)
{
	sight_free(t->s);
	buf_release(&t->out);
}

/* Checks the records made since last asked; `want` with all line ends. */
static void
bench_says(struct bench *t, const char *want, const char *what)
{
	tap_mem(t->out.p, t->out.n, want, strlen(want), "%s", what);
	buf_reset(&t->out);
}

static uint64_t ATTR_UNUSED
bench_count(const struct bench *t, const char *name)
{
	struct count c[SIGHT_COUNTS];
	size_t i, n = sight_counts(t->s, c);

	for (i = 0; i < n; i++)
		if (str_eq(c[i].name, str_of(name)))
			return c[i].value;
	return 0;
}

static void ATTR_UNUSED
bench_prefixes(struct bench *t, const char *want, const char *what)
{
	const struct prefix *v;
	size_t i, len = 0, n = sight_prefixes(t->s, &v);
	char text[SIGHT_PREFIXES * (PREFIX_TEXT + 1)];

	for (i = 0; i < n; i++) {
		len += prefix_print(&v[i], text + len);
		text[len++] = ' ';
	}
	tap_mem(text, len, want, strlen(want), "%s", what);
}

static int
hex_value(char c)
{
	return c <= '9' ? c - '0' : c - 'a' + 10;
}

/* Adds bytes written in hexadecimal, blanks between them as one likes. */
static void
add(struct bench *t, const char *hex)
{
	for (; *hex; hex++) {
		if (*hex == ' ' || *hex == ':')
			continue;
		t->b[t->n++] = (uint8_t)(hex_value(hex[0]) << 4 |
		    hex_value(hex[1]));
		hex++;
	}
}

static void ATTR_UNUSED
add_bytes(struct bench *t, const void *p, size_t n)
{
	memcpy(t->b + t->n, p, n);
	t->n += n;
}

/* A fresh message, from the bytes in hexadecimal. */
static void ATTR_UNUSED
begin(struct bench *t, const char *hex)
{
	t->n = 0;
	add(t, hex);
}

/* The bytes of a text of addresses, "02:00:5e:00:53:01" or "fe80::1". */
static struct addr
ip(const char *text)
{
	struct addr a = { .ver = 0 };

	if (addr_parse(&a, text, strlen(text)) < 0)
		abort();
	return a;
}

/* Sender of frame and packet from here on; NULL: no MAC on this link. */
static void
from(struct bench *t, const char *mac, const char *src)
{
	static struct mac m;
	static struct addr a;

	t->link.src_mac = NULL;
	if (mac) {
		if (mac_parse(&m, mac, strlen(mac)) < 0)
			abort();
		t->link.src_mac = m.b;
	}
	a = ip(src);
	t->p.ver = a.ver;
	t->p.src = a.b;
}

static void ATTR_UNUSED
to(struct bench *t, const char *mac, const char *dst)
{
	static struct mac m;
	static struct addr a;

	if (mac_parse(&m, mac, strlen(mac)) < 0)
		abort();
	t->link.dst_mac = m.b;
	a = ip(dst);
	t->p.dst = a.b;
}

/* Hands in the message as it stands. */
static void ATTR_UNUSED
udp(struct bench *t, uint16_t sport, uint16_t dport)
{
	t->p.proto = IPPROTO_NUM_UDP;
	t->p.has_ports = true;
	t->p.has_icmp = false;
	t->p.sport = sport;
	t->p.dport = dport;
	t->p.paycap = (uint32_t)t->n;
	t->p.paylen = t->n;
	tap_ok(sight_wants(&t->p), "port %d is wanted", dport);
	tap_int(sight_pkt(t->s, &t->p), 0, "port %d is read", dport);
}

static void ATTR_UNUSED
icmp6(struct bench *t, uint8_t type)
{
	t->p.proto = IPPROTO_NUM_ICMP6;
	t->p.has_ports = false;
	t->p.has_icmp = true;
	t->p.icmp_type = type;
	t->p.icmp_code = 0;
	t->p.paycap = (uint32_t)t->n;
	t->p.paylen = t->n;
	tap_ok(sight_wants(&t->p), "ICMPv6 %d is wanted", type);
	tap_int(sight_pkt(t->s, &t->p), 0, "ICMPv6 %d is read", type);
}

static void ATTR_UNUSED
arp(struct bench *t)
{
	t->link.ethertype = 0x0806;
	t->link.l3 = t->b;
	t->link.l3_cap = t->link.l3_len = (uint32_t)t->n;
	tap_int(sight_arp(t->s, t->p.ts, &t->link), 0, "ARP is read");
}

#endif
