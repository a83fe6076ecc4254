/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "flow.h"

#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "flow_priv.h"
#include "flowkey.h"

#define WELL_KNOWN	1024
#define BUCKETS_FIRST	1024

struct flows *
flows_new(const struct flow_opts *opts, const struct hashkey *key,
    flow_fn *report, void *ctx)
{
	struct flows *t = calloc(1, sizeof(*t));
	uint32_t i;

	if (!t)
		return NULL;
	t->opts = *opts;
	t->max = opts->max;
	t->mask = BUCKETS_FIRST - 1;
	t->key = key;
	t->report = report;
	t->ctx = ctx;
	t->free = t->dirty_first = t->dirty_last = NIL;
	for (i = 0; i < FLOW_CLASSES; i++)
		t->classes[i] = (struct list){ NIL, NIL };
	t->memory = calloc(t->max + 1u, sizeof(*t->tab));
	t->buckets = calloc(BUCKETS_FIRST, sizeof(*t->buckets));
	if (!t->memory || !t->buckets) {
		flows_free(t);
		return NULL;
	}
	t->tab = (struct slot *)(((uintptr_t)t->memory + LINE - 1) /
	    LINE * LINE);
	return t;
}

void
flows_free(struct flows *t)
{
	if (!t)
		return;
	free(t->memory);
	free(t->buckets);
	free(t);
}

const struct flow_stats *
flows_stats(const struct flows *t)
{
	return &t->stats;
}

static uint32_t
index_of(const struct flows *t, const struct flow *f)
{
	return (uint32_t)((const struct slot *)(const void *)f - t->tab);
}

/* Lists: by class in order of last packet, and of flows to report. */

static void
class_unlink(struct flows *t, struct flow *f)
{
	struct list *l = &t->classes[f->class];

	if (f->older == NIL)
		l->oldest = f->newer;
	else
		flow_at(t, f->older)->newer = f->newer;
	if (f->newer == NIL)
		l->newest = f->older;
	else
		flow_at(t, f->newer)->older = f->older;
}

static void
class_append(struct flows *t, struct flow *f)
{
	struct list *l = &t->classes[f->class];
	uint32_t i = index_of(t, f);

	f->older = l->newest;
	f->newer = NIL;
	if (l->newest == NIL)
		l->oldest = i;
	else
		flow_at(t, l->newest)->newer = i;
	l->newest = i;
	f->vmoved = f->vlast;
}

void
flows_move(struct flows *t, struct flow *f, uint8_t class)
{
	if (f->class == class && f->newer == NIL) {
		f->vmoved = f->vlast;
		return;
	}
	class_unlink(t, f);
	f->class = class;
	class_append(t, f);
}

void
flows_mark(struct flows *t, struct flow *f)
{
	uint32_t i = index_of(t, f);

	f->dprev = t->dirty_last;
	f->dnext = NIL;
	if (t->dirty_last == NIL)
		t->dirty_first = i;
	else
		flow_at(t, t->dirty_last)->dnext = i;
	t->dirty_last = i;
}

static void
dirty_unlink(struct flows *t, struct flow *f)
{
	if (f->dprev == NIL)
		t->dirty_first = f->dnext;
	else
		flow_at(t, f->dprev)->dnext = f->dnext;
	if (f->dnext == NIL)
		t->dirty_last = f->dprev;
	else
		flow_at(t, f->dnext)->dprev = f->dprev;
}

/* Reports a flow and starts its counters anew. */
static void
report(struct flows *t, struct flow *f, enum flow_done done)
{
	f->done = (uint8_t)done;
	t->report(t->ctx, f);
	if (flow_is_dirty(f))
		dirty_unlink(t, f);
	f->pkts[0] = f->pkts[1] = 0;
	f->bytes[0] = f->bytes[1] = 0;
	f->tcp_flags[0] = f->tcp_flags[1] = 0;
	f->tags = 0;
	f->reported = true;
}

static void
chain_unlink(struct flows *t, struct flow *f)
{
	uint32_t *at = &t->buckets[f->hash & t->mask];

	while (*at - 1 != index_of(t, f))
		at = &flow_at(t, *at - 1)->chain;
	*at = f->chain;
}

static void
end_flow(struct flows *t, struct flow *f, enum flow_done done)
{
	report(t, f, done);
	if (t->last == f)
		t->last = NULL;
	chain_unlink(t, f);
	class_unlink(t, f);
	f->chain = t->free;
	t->free = index_of(t, f);
	t->live--;
}

/* An ended flow's reason, or what else ended it. */
static enum flow_done
reason(const struct flow *f, enum flow_done otherwise)
{
	if (f->ends & END_RST)
		return FLOW_RST;
	return f->ends == END_BOTH_FIN ? FLOW_FIN : otherwise;
}

static void
evict(struct flows *t, struct flow *f)
{
	t->stats.evicted++;
	end_flow(t, f, reason(f, FLOW_EVICT));
}

/* The longest idle of all classes goes. */
static void
evict_oldest(struct flows *t)
{
	struct flow *f, *oldest = NULL;
	int i;

	for (i = 0; i < FLOW_CLASSES; i++) {
		if (t->classes[i].oldest == NIL)
			continue;
		f = flow_at(t, t->classes[i].oldest);
		if (!oldest || f->vlast < oldest->vlast)
			oldest = f;
	}
	evict(t, oldest);
}

void
flows_expire(struct flows *t, int64_t vnow)
{
	struct flow *f;
	int i;

	for (i = 0; i < FLOW_CLASSES; i++) {
		while (t->classes[i].oldest != NIL) {
			f = flow_at(t, t->classes[i].oldest);
			if (vnow - f->vlast < t->opts.idle[i])
				break;
			end_flow(t, f, reason(f, FLOW_IDLE));
		}
	}
}

void
flows_report(struct flows *t)
{
	while (t->dirty_first != NIL)
		report(t, flow_at(t, t->dirty_first), FLOW_ON);
}

void
flows_end(struct flows *t)
{
	struct flow *f;
	int i;

	while (t->dirty_first != NIL) {
		f = flow_at(t, t->dirty_first);
		end_flow(t, f, reason(f, FLOW_EOF));
	}
	for (i = 0; i < FLOW_CLASSES; i++) {
		while (t->classes[i].oldest != NIL) {
			f = flow_at(t, t->classes[i].oldest);
			end_flow(t, f, reason(f, FLOW_EOF));
		}
	}
}

/* Keys. */

/*
 * The side of a packet's source between equal addresses: by port, and a reply
 * to oneself is told from the request by its type.
 */
static ATTR_COLD bool
side_of_equals(const struct pkt *p)
{
	if (p->has_icmp)
		return icmp_counterpart(p->proto, p->icmp_type) >= 0 &&
		    !icmp_is_request(p->proto, p->icmp_type);
	return p->sport > p->dport;
}

/*
 * ICMP in place of ports: the asking type of a pair, or the type, and the
 * code. Who asks is part of the key: two that ask each other are two flows.
 */
static ATTR_COLD void
set_icmp(uint64_t key[static FLOWKEY_WORDS], const struct pkt *p,
    unsigned side)
{
	int other = icmp_counterpart(p->proto, p->icmp_type);
	uint64_t type = p->icmp_type, both;

	if (other < 0) {
		key[FLOWKEY_KIND] |= FLOWKEY_ONE_WAY;
	} else if (!icmp_is_request(p->proto, p->icmp_type)) {
		type = (uint64_t)other;
		side = !side;
	}
	if (side)
		key[FLOWKEY_KIND] |= FLOWKEY_FROM_B;
	both = type << 8 | p->icmp_code;
	key[FLOWKEY_PORTS] |= both << 48 | both << 32;
}

/*
 * All devices without an address yet send from the unspecified one: whose a
 * flow is then only the MAC tells.
 */
static ATTR_COLD uint64_t
mac_of_nobody(const struct pkt *p)
{
	const uint8_t *mac = p->link->src_mac;

	return mac ? ((uint64_t)be32(mac) << 16 | be16(mac + 4)) <<
	    FLOWKEY_MAC_SHIFT : 0;
}

/* Fills the key and returns the side of the packet's source. */
static ATTR_INLINE unsigned
make_key(uint64_t key[static FLOWKEY_WORDS], const struct pkt *p)
{
	struct flowkey_ends e = {
		.ports = (uint32_t)p->sport << 16 | p->dport,
	};
	unsigned side;

	if (p->ver == 4) {
		e.src_lo = be32(p->src);
		e.dst_lo = be32(p->dst);
	} else {
		e.src_hi = be64(p->src);
		e.src_lo = be64(p->src + 8);
		e.dst_hi = be64(p->dst);
		e.dst_lo = be64(p->dst + 8);
	}
	side = flowkey_side(&e);
	if (unlikely(side > 1))
		side = side_of_equals(p);
	flowkey_make(key, &e, side, flowkey_rest(p->link->vlan,
	    p->link->inner_vlan, p->proto));
	key[FLOWKEY_KIND] = p->ver;
	if (unlikely((e.src_hi | e.src_lo) == 0))
		key[FLOWKEY_KIND] |= mac_of_nobody(p);
	if (unlikely(!p->has_ports)) {
		key[FLOWKEY_KIND] |= FLOWKEY_NO_PORTS;
		if (p->has_icmp)
			set_icmp(key, p, side);
	}
	return side;
}

/* Beginning and going on. */

/* Multicast or broadcast: nobody there can have started anything. */
static bool
to_many(const struct pkt *p)
{
	if (p->ver == 6)
		return p->dst[0] == 0xff;
	return (p->dst[0] & 0xf0) == 0xe0 || be32(p->dst) == UINT32_MAX ||
	    (p->link->dst_mac && p->link->dst_mac[0] & 1);
}

/* Did the packet's destination start this flow? */
static bool
start_missed(const struct pkt *p)
{
	if (to_many(p))
		return false;
	if (p->has_icmp)
		return icmp_counterpart(p->proto, p->icmp_type) >= 0 &&
		    !icmp_is_request(p->proto, p->icmp_type);
	if (!p->has_ports)
		return false;
	if (p->proto == IPPROTO_NUM_TCP && p->tcp_flags & TCP_SYN)
		return p->tcp_flags & TCP_ACK;
	return p->sport < WELL_KNOWN && p->dport >= WELL_KNOWN;
}

static uint8_t
class_of(const struct pkt *p)
{
	switch (p->proto) {
	case IPPROTO_NUM_TCP:
		return FLOW_CLASS_SYN;
	case IPPROTO_NUM_UDP:
	case IPPROTO_NUM_UDPLITE:
		return FLOW_CLASS_UDP;
	case IPPROTO_NUM_ICMP:
	case IPPROTO_NUM_ICMP6:
		return FLOW_CLASS_ICMP;
	default:
		return FLOW_CLASS_OTHER;
	}
}

static void
set_mac(struct flow *f, unsigned side, const uint8_t *mac)
{
	f->has_mac[side] = mac != NULL;
	if (mac)
		memcpy(f->mac[side].b, mac, sizeof(f->mac[side].b));
}

static struct flow *
take_free(struct flows *t)
{
	struct flow *f;

	if (t->free == NIL && t->used == t->max)
		evict_oldest(t);
	if (t->free == NIL)
		return flow_at(t, t->used++);
	f = flow_at(t, t->free);
	t->free = f->chain;
	return f;
}

/*
 * Room in the chain of a key that was not found: one past its limit, which a
 * random key does not make, loses its last flow.
 */
static void
limit_chain(struct flows *t, uint32_t hash)
{
	uint32_t i = t->buckets[hash & t->mask], n = 0;
	struct flow *f = NULL;

	for (; i; i = f->chain) {
		f = flow_at(t, i - 1);
		n++;
	}
	if (unlikely(n >= CHAIN_MAX))
		evict(t, f);
}

/*
 * Twice the buckets, when there is memory for them: two for each flow, since
 * every other flow in a chain is one more line to fetch.
 */
static void
grow_buckets(struct flows *t)
{
	uint32_t old = t->mask, n = (old + 1) * 2, i, k, next, *at;
	uint32_t *buckets = calloc(n, sizeof(*buckets));

	if (!buckets)
		return;
	t->mask = n - 1;
	for (i = 0; i <= old; i++) {
		for (k = t->buckets[i]; k; k = next) {
			next = flow_at(t, k - 1)->chain;
			at = &buckets[flow_at(t, k - 1)->hash & t->mask];
			flow_at(t, k - 1)->chain = *at;
			*at = k;
		}
	}
	free(t->buckets);
	t->buckets = buckets;
}

static ATTR_COLD struct flow *
begin(struct flows *t, const struct pkt *p,
    const uint64_t key[static FLOWKEY_WORDS], uint32_t hash, unsigned side,
    int64_t vnow)
{
	bool missed = start_missed(p);
	struct flow *f;

	limit_chain(t, hash);
	f = take_free(t);
	if (t->live++ > t->mask / 2 && t->mask < UINT32_C(1) << 30)
		grow_buckets(t);
	memcpy(f->key, key, sizeof(f->key));
	f->hash = hash;
	f->chain = t->buckets[hash & t->mask];
	t->buckets[hash & t->mask] = index_of(t, f) + 1;
	memset(f->bytes, 0, sizeof(f->bytes));
	memset(f->pkts, 0, sizeof(f->pkts));
	memset(f->tcp_flags, 0, sizeof(f->tcp_flags));
	f->tags = f->ends = 0;
	f->init = (uint8_t)(side ^ missed);
	f->answered = f->reported = f->look = false;
	f->start = p->ts;
	set_mac(f, side, p->link->src_mac);
	set_mac(f, !side, p->link->dst_mac);
	f->icmp_type = f->icmp_code = 0;
	if (p->has_icmp) {
		f->icmp_type = missed ? (uint8_t)icmp_counterpart(p->proto,
		    p->icmp_type) : p->icmp_type;
		f->icmp_code = p->icmp_code;
	}
	f->ifno = p->ifno;
	f->class = class_of(p);
	f->vlast = vnow;
	class_append(t, f);
	t->stats.begun++;
	return f;
}

/* A question that was answered is over, and there are many of them. */
static bool
is_dns(const struct pkt *p)
{
	return p->proto == IPPROTO_NUM_UDP &&
	    (p->sport == 53 || p->dport == 53);
}

/* Scanners of that family number a SYN by the address that it goes to. */
static bool
is_mirai(const struct pkt *p)
{
	return (p->tcp_flags & (TCP_SYN | TCP_ACK)) == TCP_SYN &&
	    p->ver == 4 && p->tcp_seq == be32(p->dst);
}

static bool
is_new_connection(const struct flow *f, const struct pkt *p)
{
	return f->class == FLOW_CLASS_ENDED &&
	    (p->tcp_flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
}

void
flows_split(struct flows *t, struct flow *f)
{
	report(t, f, FLOW_ON);
}

struct flow *
flows_packet(struct flows *t, const struct pkt *p, int64_t vnow, bool *is_new)
{
	uint64_t key[FLOWKEY_WORDS];
	unsigned side = make_key(key, p);
	uint32_t hash = (uint32_t)hash_words(t->key, key, FLOWKEY_WORDS);
	struct flow *f;
	uint8_t class;

	f = flows_find(t, key, hash);
	if (f && unlikely(is_new_connection(f, p))) {
		end_flow(t, f, reason(f, FLOW_IDLE));
		f = NULL;
	}
	*is_new = !f;
	if (unlikely(!f))
		f = begin(t, p, key, hash, side, vnow);
	t->last = NULL;
	flows_count(t, f, side, p->bytes, p->ts);
	f->vlast = vnow;
	class = f->class;
	if (p->proto == IPPROTO_NUM_TCP) {
		class = flows_follow_tcp(f, p->tcp_flags, side);
		if (is_mirai(p))
			f->tags |= FLOW_TAG_MIRAI;
	} else if (class == FLOW_CLASS_UDP && f->answered && is_dns(p)) {
		class = FLOW_CLASS_DNS;
	}
	flows_touch(t, f, class);
	return f;
}
