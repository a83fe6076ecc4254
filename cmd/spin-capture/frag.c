/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "frag.h"

#include <string.h>

#include "lru.h"

#define LIFE	INT64_C(30000000)

/* RFC 791: an IPv4 identification is unique per protocol as well. */
struct frag_key {
	uint8_t src[16], dst[16];
	uint32_t id;
	uint16_t vlan;
	uint8_t ver, proto;
};

struct frag {
	struct frag_key key;
	int64_t since;
	uint16_t sport, dport;
	uint8_t proto, icmp_type, icmp_code;
	bool has_ports, has_icmp;
};

struct frags *
frags_new(const struct hashkey *key)
{
	return (struct frags *)lru_new(FRAG_MAX, sizeof(struct frag_key),
	    sizeof(struct frag), key);
}

void
frags_free(struct frags *t)
{
	lru_free((struct lru *)t);
}

static struct frag_key
key_of(const struct pkt *p)
{
	struct frag_key k = { .id = p->frag_id, .vlan = p->link->vlan,
		.ver = p->ver };
	size_t n = p->ver == 4 ? 4 : 16;

	memcpy(k.src, p->src, n);
	memcpy(k.dst, p->dst, n);
	if (p->ver == 4)
		k.proto = p->proto;
	return k;
}

static void
remember(struct lru *t, const struct frag_key *key, const struct pkt *p,
    int64_t vnow)
{
	struct frag *f = lru_get(t, key);

	if (!f && lru_full(t))
		lru_del(t, lru_oldest(t));
	if (!f)
		f = lru_add(t, key);
	if (!f)
		return;
	f->since = vnow;
	f->proto = p->proto;
	f->sport = p->sport;
	f->dport = p->dport;
	f->has_ports = p->has_ports;
	f->icmp_type = p->icmp_type;
	f->icmp_code = p->icmp_code;
	f->has_icmp = p->has_icmp;
}

void
frags_packet(struct frags *frags, struct pkt *p, int64_t vnow)
{
	struct lru *t = (struct lru *)frags;
	struct frag_key key = key_of(p);
	const struct frag *f;

	if (!p->later_fragment) {
		remember(t, &key, p, vnow);
		return;
	}
	f = lru_peek(t, &key);
	if (!f || vnow - f->since > LIFE)
		return;
	p->proto = f->proto;
	p->sport = f->sport;
	p->dport = f->dport;
	p->has_ports = f->has_ports;
	p->icmp_type = f->icmp_type;
	p->icmp_code = f->icmp_code;
	p->has_icmp = f->has_icmp;
}
