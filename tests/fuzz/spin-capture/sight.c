/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "sight.h"

#include <stdlib.h>

#include "buf.h"
#include "bytes.h"
#include "rec.h"

/*
 * Sightings from any bytes. The input is a row of messages: a kind (how to
 * read it, and in its upper bits how long before the next one), flags, two
 * bytes of length, then as many bytes. Every record made must be one line
 * that can be written, and every list keep to its size.
 */
enum { KIND_ARP, KIND_NDP, KIND_DHCP, KIND_DHCP6, KIND_MDNS, KIND_IP, KINDS };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
take(void *ctx, const struct rec *r)
{
	struct buf *out = ctx;

	buf_reset(out);
	if (rec_encode(r, out) < 0 || out->n < 2 || out->n > 8192)
		abort();
	return 0;
}

/* Answers from texts with line ends: name, type, data, three a record. */
static size_t
make_answers(struct answer v[static 8], const uint8_t *p, size_t n)
{
	struct str part[3] = { { NULL, 0 } };
	size_t i, k = 0, count = 0, from = 0;

	for (i = 0; i < n && count < 8; i++) {
		if (p[i] != '\n')
			continue;
		part[k++] = (struct str){ (const char *)p + from, i - from };
		from = i + 1;
		if (k < 3)
			continue;
		v[count++] = (struct answer){ part[0], part[1], part[2],
		    1, true };
		k = 0;
	}
	return count;
}

static void
hear(struct sight *s, struct pkt *p)
{
	struct answer v[8];
	struct answers a = { v, 0 };

	a.n = make_answers(v, p->payload, p->paycap);
	(void)sight_mdns(s, p, &a);
}

static void
hand_in(struct sight *s, unsigned kind, struct pkt *p, uint8_t flags)
{
	struct link_info *link = (struct link_info *)(uintptr_t)p->link;
	static const uint16_t port[] = { 68, 67, 546, 547 };

	switch (kind) {
	case KIND_ARP:
		link->l3 = p->payload;
		link->l3_cap = p->paycap;
		link->l3_len = (uint32_t)p->paylen;
		(void)sight_arp(s, p->ts, link);
		return;
	case KIND_NDP:
		p->proto = IPPROTO_NUM_ICMP6;
		p->has_icmp = true;
		p->icmp_type = (uint8_t)(133 + flags % 5);
		break;
	case KIND_DHCP:
	case KIND_DHCP6:
		p->proto = IPPROTO_NUM_UDP;
		p->has_ports = true;
		p->dport = port[(kind - KIND_DHCP) * 2 + (flags & 1u)];
		break;
	case KIND_MDNS:
		hear(s, p);
		return;
	default:
		(void)sight_ip(s, p);
		return;
	}
	if (!sight_wants(p))
		abort();
	(void)sight_pkt(s, p);
}

/* Bits of `flags`: 2 IPv6, 3 cut, 4 no MACs, 5 fragment, 6-7 addresses. */
static void
message(struct sight *s, int64_t ts, const uint8_t head[static 4],
    const uint8_t *body, size_t n)
{
	static const uint8_t macs[4][6] = {
		{ 2, 0, 0x5e, 0, 0x53, 1 }, { 2, 0, 0x5e, 0, 0x53, 2 },
		{ 2, 0, 0x5e, 0, 0x53, 3 }, { 3, 0, 0x5e, 0, 0x53, 4 },
	};
	static const uint8_t addrs[4][16] = {
		{ 192, 168, 8, 1 }, { 0xfe, 0x80, [15] = 1 },
		{ 0x20, 1, 0xd, 0xb8, [15] = 1 }, { 0 },
	};
	struct link_info link = { .vlan = head[0] & 0x10 ? 7 : VLAN_NONE };
	struct pkt p = { .ts = ts, .link = &link };
	uint8_t flags = head[1];

	if (!(flags & 0x10)) {
		link.src_mac = macs[flags >> 6];
		link.dst_mac = macs[3 - (flags >> 6)];
	}
	p.ver = flags & 4 ? 6 : 4;
	p.src = addrs[flags >> 6];
	p.dst = addrs[3 - (flags >> 6)];
	p.fragment = (flags & 0x20) != 0;
	p.payload = n || !(flags & 8) ? body : NULL;
	p.paycap = (uint32_t)n;
	p.paylen = n + (flags & 8);
	hand_in(s, (head[0] & 15u) % KINDS, &p, flags);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct hashkey key = { { 1, 2, 3, 4, 5, 6, 7, 8, 9 } };
	struct buf out;
	struct sight *s;
	struct count c[SIGHT_COUNTS];
	const struct prefix *prefixes;
	size_t at = 0, n, messages = 0;
	int64_t ts = 0;

	buf_init(&out, REC_LINE_MAX);
	s = sight_new(&key, 3, take, &out);
	while (size - at >= 4 && messages++ < 200) {
		n = be16(data + at + 2);
		if (n > size - at - 4)
			n = size - at - 4;
		ts += (int64_t)(data[at] >> 5) * 700000;
		message(s, ts, data + at, data + at + 4, n);
		at += 4 + n;
	}
	if (sight_prefixes(s, &prefixes) > SIGHT_PREFIXES ||
	    sight_counts(s, c) > SIGHT_COUNTS)
		abort();
	sight_free(s);
	buf_release(&out);
	return 0;
}
