/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "dnstrack.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "dname.h"
#include "dns.h"
#include "dnstcp.h"
#include "lru.h"
#include "xalloc.h"

#define PORT_DNS	53
#define PORT_MDNS	5353
#define PORT_LLMNR	5355
#define SEARCH_MAX	256	/* questions looked at, for one not named */
#define BACK_MAX	(INT64_C(60) * 1000000)
#define ARENA_MAX	(1 << 16)

enum via { VIA_UDP, VIA_TCP, VIA_LLMNR, VIA_MDNS };

/* Who asks whom what; the server of LLMNR is left out. */
struct question {
	uint64_t name;		/* keyed hash of the wire form */
	uint8_t client[16], server[16];
	uint16_t cport, sport, id, type, class;
	uint8_t ver, via, zero[4];
};

struct pending {
	struct question key;
	int64_t asked;
	struct addr server;
	struct mac mac;
	bool has_mac;
	bool answered;		/* zone transfer: more may come */
	uint8_t qlen;
	uint8_t qname[DNAME_WIRE];
};

struct dnstrack {
	const struct hashkey *key;
	struct lru *pending;
	struct dnstcp *tcp;
	struct arena arena;
	dnstrack_emit *emit;
	void *ctx;
	uint64_t count[DNSTRACK_COUNT];
};

/* What a record says beside the message. */
struct talk {
	int64_t ts;
	enum via via;
	bool has_client, has_mac;
	struct addr client, server;
	struct mac mac;
	bool unsolicited;
};

static int message(struct dnstrack *, const struct pkt *, enum via,
    const uint8_t *msg, size_t cap, uint64_t len);

static int
tcp_message(void *ctx, const struct pkt *p, const uint8_t *msg, size_t cap,
    size_t len)
{
	return message(ctx, p, VIA_TCP, msg, cap, len);
}

struct dnstrack *
dnstrack_new(const struct hashkey *key, dnstrack_emit *emit, void *ctx)
{
	struct dnstrack *t = xcalloc(1, sizeof(*t));

	t->key = key;
	t->pending = lru_new(DNSTRACK_PENDING, sizeof(struct question),
	    sizeof(struct pending), key);
	t->tcp = dnstcp_new(key, tcp_message, t);
	arena_init(&t->arena, ARENA_MAX);
	t->emit = emit;
	t->ctx = ctx;
	return t;
}

void
dnstrack_free(struct dnstrack *t)
{
	if (!t)
		return;
	lru_free(t->pending);
	dnstcp_free(t->tcp);
	arena_release(&t->arena);
	free(t);
}

static struct str
via_name(enum via via)
{
	switch (via) {
	case VIA_TCP:
		return STR("tcp");
	case VIA_LLMNR:
		return STR("llmnr");
	case VIA_MDNS:
		return STR("mdns");
	case VIA_UDP:
		break;
	}
	return STR("udp");
}

/* ---- records ---- */

static void
talk_rec(struct rec *r, const struct talk *talk)
{
	rec_init(r, REC_TYPE_DNS);
	r->ts = talk->ts;
	REC_SET(r, DNS, dns, via, via_name(talk->via));
	if (talk->has_client)
		REC_SET(r, DNS, dns, client, talk->client);
	if (talk->has_mac)
		REC_SET(r, DNS, dns, client_mac, talk->mac);
	REC_SET(r, DNS, dns, server, talk->server);
	if (talk->unsolicited)
		REC_SET(r, DNS, dns, unsolicited, true);
}

static void
pending_talk(struct talk *talk, const struct pending *q, int64_t ts)
{
	const struct question *k = &q->key;

	*talk = (struct talk){ .ts = ts, .via = k->via, .has_client = true,
	    .has_mac = q->has_mac, .server = q->server, .mac = q->mac };
	talk->client = k->ver == 4 ? addr_v4(k->client) : addr_v6(k->client);
}

/* A question without response. */
static int
give_up(struct dnstrack *t, struct pending *q, int64_t ts, int counter)
{
	char name[DNAME_TEXT], type[DNS_NAME_ROOM];
	struct talk talk;
	struct rec r;

	if (q->answered) {
		lru_del(t->pending, q);
		return 0;
	}
	t->count[counter]++;
	pending_talk(&talk, q, ts);
	talk_rec(&r, &talk);
	REC_SET(&r, DNS, dns, qname, ((struct str){ name,
	    dname_print(q->qname, q->qlen, name) }));
	REC_SET(&r, DNS, dns, qtype, dns_type_name(q->key.type, type));
	lru_del(t->pending, q);
	return t->emit(t->ctx, &r);
}

/*
 * The record of a response. Its name is that of its question; where it has
 * none (`q` is NULL then, too) that of its first answer.
 */
static int
report(struct dnstrack *t, const struct dns_msg *m, const struct talk *talk,
    const struct pending *q)
{
	char name[DNAME_TEXT], type[DNS_NAME_ROOM], rcode[DNS_NAME_ROOM];
	struct rec r;

	talk_rec(&r, talk);
	if (m->has_question || q) {
		const uint8_t *wire = m->has_question ? m->qname : q->qname;
		size_t n = m->has_question ? m->qlen : q->qlen;
		uint16_t qtype = m->has_question ? m->qtype : q->key.type;

		REC_SET(&r, DNS, dns, qname,
		    ((struct str){ name, dname_print(wire, n, name) }));
		REC_SET(&r, DNS, dns, qtype, dns_type_name(qtype, type));
	} else if (m->answers.n) {
		REC_SET(&r, DNS, dns, qname, m->answers.v[0].name);
		REC_SET(&r, DNS, dns, qtype, m->answers.v[0].rtype);
	}
	REC_SET(&r, DNS, dns, rcode, dns_rcode_name(m->rcode, rcode));
	if (m->answers.n)
		REC_SET(&r, DNS, dns, answers, m->answers);
	if (m->more)
		REC_SET(&r, DNS, dns, more, m->more);
	if (m->flags & DNS_TC)
		REC_SET(&r, DNS, dns, truncated, true);
	return t->emit(t->ctx, &r);
}

/* ---- questions and responses ---- */

static void
set_mac(const struct pkt *p, bool of_sender, struct mac *mac, bool *has)
{
	const uint8_t *b = !p->link ? NULL :
	    of_sender ? p->link->src_mac : p->link->dst_mac;

	*has = false;
	if (!b)
		return;
	memcpy(mac->b, b, sizeof(mac->b));
	*has = !mac_is_group(mac);
}

static void
make_key(const struct dnstrack *t, const struct pkt *p, enum via via,
    const struct dns_msg *m, struct question *k)
{
	bool response = m->flags & DNS_QR;
	size_t n = p->ver == 4 ? 4 : 16;

	*k = (struct question){ .id = m->id, .ver = p->ver,
	    .via = (uint8_t)via };
	memcpy(k->client, response ? p->dst : p->src, n);
	k->cport = response ? p->dport : p->sport;
	if (via != VIA_LLMNR)
		memcpy(k->server, response ? p->src : p->dst, n);
	k->sport = response ? p->sport : p->dport;
	if (m->has_question) {
		k->name = hash_bytes(t->key, m->qname, m->qlen);
		k->type = m->qtype;
		k->class = m->qclass;
	}
}

static bool
is_transfer(const struct question *k)
{
	return k->via == VIA_TCP &&
	    (k->type == DNS_TYPE_AXFR || k->type == DNS_TYPE_IXFR);
}

/* The oldest question that agrees in all but the question itself. */
static struct pending *
find_unnamed(struct dnstrack *t, const struct question *k)
{
	struct pending *q = lru_oldest(t->pending);
	struct question as;
	int i;

	for (i = 0; q && i < SEARCH_MAX; i++) {
		as = q->key;
		as.name = 0;
		as.type = as.class = 0;
		if (memcmp(&as, k, sizeof(as)) == 0)
			return q;
		q = lru_next(t->pending, q);
	}
	return NULL;
}

static int
query(struct dnstrack *t, const struct pkt *p, enum via via,
    const struct dns_msg *m)
{
	struct question k;
	struct pending *q;
	int err = 0;

	if (!m->has_question) {
		t->count[DNSTRACK_no_question]++;
		return 0;
	}
	t->count[DNSTRACK_queries]++;
	make_key(t, p, via, m, &k);
	q = lru_peek(t->pending, &k);
	if (q && !q->answered) {
		t->count[DNSTRACK_repeats]++;
		return 0;
	}
	if (q)
		lru_del(t->pending, q);
	else if (lru_full(t->pending))
		err = give_up(t, lru_oldest(t->pending), p->ts,
		    DNSTRACK_dropped);
	q = lru_add(t->pending, &k);
	if (!q) {
		t->count[DNSTRACK_dropped]++;
		return err;
	}
	q->asked = p->ts;
	q->server = pkt_addr(p, p->dst);
	set_mac(p, true, &q->mac, &q->has_mac);
	q->qlen = m->qlen;
	memcpy(q->qname, m->qname, m->qlen);
	return err;
}

static int
unsolicited(struct dnstrack *t, const struct pkt *p, enum via via,
    const struct dns_msg *m)
{
	struct talk talk = { .ts = p->ts, .via = via, .has_client = true,
	    .client = pkt_addr(p, p->dst), .server = pkt_addr(p, p->src),
	    .unsolicited = true };

	t->count[DNSTRACK_unsolicited]++;
	set_mac(p, false, &talk.mac, &talk.has_mac);
	return report(t, m, &talk, NULL);
}

static int
response(struct dnstrack *t, const struct pkt *p, enum via via,
    const struct dns_msg *m)
{
	struct question k;
	struct pending *q;
	struct talk talk;
	int err;

	t->count[DNSTRACK_responses]++;
	make_key(t, p, via, m, &k);
	q = m->has_question ? lru_peek(t->pending, &k) : find_unnamed(t, &k);
	if (!q)
		return unsolicited(t, p, via, m);
	t->count[q->answered ? DNSTRACK_further : DNSTRACK_answered]++;
	pending_talk(&talk, q, p->ts);
	talk.server = pkt_addr(p, p->src);
	err = report(t, m, &talk, q);
	if (is_transfer(&q->key))
		q->answered = true;
	else
		lru_del(t->pending, q);
	return err;
}

/*
 * RFC 6762: 6 on the source port of responses, 18.3 and 18.11 on opcode and
 * response code.
 */
static int
mdns(struct dnstrack *t, const struct pkt *p, const struct dns_msg *m)
{
	struct talk talk = { .ts = p->ts, .via = VIA_MDNS,
	    .client = pkt_addr(p, p->dst), .server = pkt_addr(p, p->src) };

	if (!(m->flags & DNS_QR)) {
		t->count[DNSTRACK_mdns_queries]++;
		return 0;
	}
	if (p->sport != PORT_MDNS || m->rcode) {
		t->count[DNSTRACK_mdns_ignored]++;
		return 0;
	}
	t->count[DNSTRACK_mdns_responses]++;
	talk.has_client = !addr_is_multicast(&talk.client);
	if (talk.has_client)
		set_mac(p, false, &talk.mac, &talk.has_mac);
	return report(t, m, &talk, NULL);
}

/* Queries go to the port of the service, responses come from there. */
static bool
right_way(const struct pkt *p, enum via via, bool is_response)
{
	uint16_t port = via == VIA_LLMNR ? PORT_LLMNR : PORT_DNS;

	return (is_response ? p->sport : p->dport) == port;
}

static int
message(struct dnstrack *t, const struct pkt *p, enum via via,
    const uint8_t *msg, size_t cap, uint64_t len)
{
	struct dns_msg m;
	enum dns_state state;

	arena_reset(&t->arena);
	state = dns_parse(&m, &t->arena, msg, cap, len, via == VIA_MDNS);
	if (m.cut)
		t->count[DNSTRACK_cut]++;
	else if (m.fault)
		t->count[DNSTRACK_malformed]++;
	if (state == DNS_BAD)
		return 0;
	if (m.opcode != 0) {
		t->count[DNSTRACK_other_opcode]++;
		return 0;
	}
	if (via == VIA_MDNS)
		return mdns(t, p, &m);
	if (!right_way(p, via, m.flags & DNS_QR)) {
		t->count[DNSTRACK_malformed] += !m.fault;
		return 0;
	}
	if (m.questions > 1)
		t->count[DNSTRACK_many_questions]++;
	return m.flags & DNS_QR ? response(t, p, via, &m) :
	    query(t, p, via, &m);
}

static enum via
udp_via(const struct pkt *p)
{
	if (p->dport == PORT_DNS || p->sport == PORT_DNS)
		return VIA_UDP;
	if (p->dport == PORT_MDNS || p->sport == PORT_MDNS)
		return VIA_MDNS;
	return VIA_LLMNR;
}

int
dnstrack_packet(struct dnstrack *t, const struct pkt *p)
{
	uint64_t len = p->paylen;
	int err;

	if (!dnstrack_wants(p))
		return 0;
	err = dnstrack_tick(t, p->ts);
	if (err)
		return err;
	if (p->proto == IPPROTO_NUM_TCP)
		return p->dport == PORT_DNS || p->sport == PORT_DNS ?
		    dnstcp_packet(t->tcp, p) : 0;
	if (!p->payload || len == 0)
		return 0;
	/* What follows a first fragment is not captured either. */
	if (p->fragment && len <= p->paycap)
		len = (uint64_t)p->paycap + 1;
	return message(t, p, udp_via(p), p->payload, p->paycap, len);
}

/* ---- time ---- */

/* Or was asked in a future that the clock has since come back from. */
static bool
timed_out(const struct pending *q, int64_t now)
{
	if (now >= q->asked)
		return (uint64_t)now - (uint64_t)q->asked >= DNSTRACK_TIMEOUT;
	return (uint64_t)q->asked - (uint64_t)now > BACK_MAX;
}

int
dnstrack_tick(struct dnstrack *t, int64_t now)
{
	struct pending *q;
	int err;

	dnstcp_tick(t->tcp, now);
	while ((q = lru_oldest(t->pending)) && timed_out(q, now)) {
		err = give_up(t, q, now, DNSTRACK_unanswered);
		if (err)
			return err;
	}
	return 0;
}

int
dnstrack_end(struct dnstrack *t, int64_t now)
{
	struct pending *q;
	int err;

	while ((q = lru_oldest(t->pending))) {
		err = give_up(t, q, now, DNSTRACK_unanswered);
		if (err)
			return err;
	}
	return 0;
}

size_t
dnstrack_counts(const struct dnstrack *t,
    struct count to[static DNSTRACK_COUNT])
{
	static const struct str names[] = {
#define C(name) STR(#name),
		DNSTRACK_COUNTERS(C)
#undef C
	};
	const struct dnstcp_counts *tcp = dnstcp_counts(t->tcp);
	size_t i, n = 0;
	uint64_t value;

	for (i = 0; i < DNSTRACK_COUNT; i++) {
		value = t->count[i];
		if (i == DNSTRACK_tcp_gaps)
			value = tcp->gaps;
		else if (i == DNSTRACK_tcp_skipped)
			value = tcp->skipped;
		else if (i == DNSTRACK_tcp_dropped)
			value = tcp->dropped;
		if (value)
			to[n++] = (struct count){ names[i], value };
	}
	return n;
}
