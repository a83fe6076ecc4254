/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_FRAMES_H
#define SPIN_FRAMES_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Ethernet frames by hand, for tests of whole captures: hosts are those of
 * 192.0.2.0/24, their MACs 02:00:00:00:00:xx.
 */
struct frame {
	uint8_t b[256];
	uint32_t n;
};

static void
put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

/* `n` bytes of zeros behind the header, for the caller to fill. */
static void
ip4(struct frame *f, unsigned from, unsigned to, uint8_t proto, unsigned n)
{
	static const uint8_t head[34] = { 2, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0,
		8, 0, 0x45, 0, 0, 0, 0, 1, 0, 0, 64, 0, 0, 0, 192, 0, 2, 0,
		192, 0, 2, 0 };

	memcpy(f->b, head, sizeof(head));
	memset(f->b + sizeof(head), 0, sizeof(f->b) - sizeof(head));
	f->b[5] = f->b[33] = (uint8_t)to;
	f->b[11] = f->b[29] = (uint8_t)from;
	f->b[23] = proto;
	put16(f->b + 16, 20 + n);
	f->n = 34 + n;
}

#define UDP_PAYLOAD	32
#define UDP_IP_BYTES	(20 + 8 + UDP_PAYLOAD)

static struct frame
udp(unsigned from, unsigned to, unsigned sport, unsigned dport)
{
	struct frame f;

	ip4(&f, from, to, 17, 8 + UDP_PAYLOAD);
	put16(f.b + 34, sport);
	put16(f.b + 36, dport);
	put16(f.b + 38, 8 + UDP_PAYLOAD);
	return f;
}

static struct frame
tcp(unsigned from, unsigned to, unsigned sport, unsigned dport,
    uint8_t flags)
{
	struct frame f;

	ip4(&f, from, to, 6, 20);
	put16(f.b + 34, sport);
	put16(f.b + 36, dport);
	f.b[46] = 0x50;
	f.b[47] = flags;
	return f;
}

static struct frame
from_hex(const char *s)
{
	struct frame f = { .n = 0 };
	unsigned v;

	for (; *s; s++) {
		if (*s == ' ')
			continue;
		if (sscanf(s++, "%2x", &v) != 1 || f.n == sizeof(f.b))
			abort();
		f.b[f.n++] = (uint8_t)v;
	}
	return f;
}

static struct frame
arp(uint8_t host)
{
	struct frame f = from_hex("ffffffffffff 020000000000 0806 0001 0800"
	    "06 04 0001 020000000000 c0000200 000000000000 c0000201");

	f.b[11] = f.b[27] = f.b[31] = host;
	return f;
}

/* A question for www.example.com, A, and its answer. */
static struct frame
dns(bool answer, uint16_t id)
{
	struct frame f = answer ? udp(1, 9, 53, 4000) : udp(9, 1, 4000, 53);
	struct frame m = from_hex("0000 0100 0001 0000 0000 0000"
	    "03777777 076578616d706c65 03636f6d 00 0001 0001"
	    "c00c 0001 0001 0000003c 0004 c6336407");

	if (answer)
		m.b[2] = 0x81, m.b[7] = 1;
	else
		m.n -= 16;
	put16(m.b, id);
	memcpy(f.b + 42, m.b, m.n);
	put16(f.b + 38, 8 + m.n);
	put16(f.b + 16, 28 + m.n);
	f.n = 42 + m.n;
	return f;
}

/* A router advertisement for 2001:db8:8::/64 (RFC 4861 4.2, 4.6.2). */
static struct frame
advertisement(void)
{
	return from_hex("333300000001 020000000001 86dd 60000000 0030 3a ff"
	    "fe800000000000000000000000000001"
	    "ff020000000000000000000000000001"
	    "86 00 0000 40 00 0708 00000000 00000000"
	    "03 04 40 c0 00015180 00003840 00000000"
	    "20010db8000800000000000000000000");
}

#endif
