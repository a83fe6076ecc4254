/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "express.h"

#include "../tap.h"
#include "hash.h"
#include "link.h"

/*
 * The express lane against the long way: the same packets through two flow
 * tables, one of which takes what it can by express_packets. What both report
 * must be the same, whatever the packets.
 */
#define SECOND	INT64_C(1000000)
#define ROUNDS	40
#define PACKETS	20000
#define ETH	14

struct log {
	char *text;
	size_t n, room;
};

static void
on_flow(void *ctx, const struct flow *f)
{
	struct log *log = ctx;
	struct addr a = flow_addr(f, 0), b = flow_addr(f, 1);

	if (log->room - log->n < 256) {
		log->room = log->room * 2 + 65536;
		log->text = realloc(log->text, log->room);
		if (!log->text)
			abort();
	}
	log->n += (size_t)snprintf(log->text + log->n, 256,
	    "%u %u %u %02x%02x:%u %02x%02x:%u init %u %u/%u %" PRIu64 "/%"
	    PRIu64 " %02x/%02x %" PRId64 "-%" PRId64 " %d %d %u\n",
	    flow_ver(f), flow_proto(f), flow_vlan(f), a.b[3], a.b[15],
	    flow_port(f, 0), b.b[3], b.b[15], flow_port(f, 1), f->init,
	    (unsigned)f->pkts[0], (unsigned)f->pkts[1], f->bytes[0],
	    f->bytes[1], f->tcp_flags[0], f->tcp_flags[1], f->first, f->last,
	    f->answered, f->reported, f->done);
}

static uint64_t
next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/*
 * A frame of a few hosts and ports, so that flows meet again; one in eight
 * has a byte of its headers changed, so that nothing is taken for granted.
 */
static uint32_t
make_frame(uint8_t *b, uint64_t *rnd)
{
	uint64_t r = next(rnd);
	unsigned v6 = r & 1, tag = (r >> 1 & 7) == 0, tcp = r >> 4 & 1;
	unsigned from = 1 + (r >> 8) % 3, to = 1 + (r >> 16) % 3;
	unsigned port = r >> 24 & 1, turn = r >> 25 & 1;
	static const uint8_t flags[8] = { 0x10, 0x10, 0x18, 0x18, 0x10, 0x02,
		0x12, 0x11 };
	uint8_t *p = b;

	memset(b, 0, 128);
	p[12] = tag ? 0x81 : v6 ? 0x86 : 0x08;
	p[13] = v6 && !tag ? 0xdd : 0x00;
	p += ETH;
	if (tag) {
		p[1] = (uint8_t)(r >> 26 & 1);
		p[2] = v6 ? 0x86 : 0x08;
		p[3] = v6 ? 0xdd : 0x00;
		p += 4;
	}
	if (v6) {
		p[0] = 0x60;
		p[5] = tcp ? 32 : 20;
		p[6] = tcp ? 6 : 17;
		p[8] = p[24] = 0xfd;
		p[23] = (uint8_t)from;
		p[39] = (uint8_t)to;
		p += 40;
	} else {
		p[0] = 0x45;
		p[3] = tcp ? 52 : 40;
		p[9] = tcp ? 6 : 17;
		p[12] = p[16] = 10;
		p[15] = (uint8_t)from;
		p[19] = (uint8_t)to;
		p += 20;
	}
	p[turn ? 0 : 2] = 1;	/* 443 on one side, 8000 or 8001 on the other */
	p[turn ? 1 : 3] = 187;
	p[turn ? 2 : 0] = 31;
	p[turn ? 3 : 1] = (uint8_t)(64 + port);
	p[12] = 0x50;
	if (tcp)
		p[13] = (r >> 30 & 31) == 0 ? 0x04 : flags[r >> 40 & 7];
	if ((r >> 48 & 7) == 0)
		b[12 + (r >> 52) % 60] ^= (uint8_t)(1u << (r >> 60 & 7));
	return 12 + 2 + 60;
}

static void
long_way(struct flows *t, const struct cap_pkt *cp, int64_t vnow)
{
	struct link_info link;
	struct pkt p;
	bool is_new;

	p.ts = cp->ts;
	p.ifno = 0;
	link_decode(cp->link, cp->data, cp->caplen, cp->len, &link);
	if (link.kind == LINK_IP && !packet_decode(&p, &link))
		flows_packet(t, &p, vnow, &is_new);
}

/* Returns how many went by express. */
static size_t
play(struct flows *fast, struct flows *slow, uint64_t seed)
{
	struct express e = EXPRESS_INIT;
	struct express_run run;
	struct cap_pkt cp = { .link = LINKTYPE_ETHERNET };
	uint64_t rnd = seed, bytes = 0;
	uint8_t frame[128];
	size_t i, took = 0;
	int64_t ts = 0;

	for (i = 0; i < PACKETS; i++) {
		ts += (int64_t)(next(&rnd) % (seed % 2 ? 2000 : 200000));
		cp.data = frame;
		cp.caplen = cp.len = make_frame(frame, &rnd);
		if (next(&rnd) % 16 == 0)
			cp.caplen = (uint32_t)(next(&rnd) % cp.len);
		cp.ts = ts;
		if (i % 64 == 0) {
			flows_expire(fast, ts);
			flows_expire(slow, ts);
		}
		if (i % 1000 == 0) {
			flows_report(fast);
			flows_report(slow);
		}
		run = (struct express_run){ .until = INT64_MAX, .ifs = 1,
			.now = ts, .bytes = bytes };
		if (express_packets(&e, fast, &cp, 1, &run)) {
			took++;
		} else {
			long_way(fast, &cp, ts);
			express_forget(&e);
		}
		long_way(slow, &cp, ts);
	}
	flows_end(fast);
	flows_end(slow);
	return took;
}

static void
check_round(const struct hashkey *key, uint64_t seed)
{
	struct flow_opts opts = {
		.max = seed % 4 ? 1000 : 5,
		.idle = {
			[FLOW_CLASS_TCP] = 10 * SECOND,
			[FLOW_CLASS_SYN] = 2 * SECOND,
			[FLOW_CLASS_ENDED] = SECOND,
			[FLOW_CLASS_UDP] = 3 * SECOND,
			[FLOW_CLASS_DNS] = SECOND,
			[FLOW_CLASS_ICMP] = SECOND,
			[FLOW_CLASS_OTHER] = SECOND,
		},
	};
	struct log a = { .n = 0 }, b = { .n = 0 };
	struct flows *fast = flows_new(&opts, key, on_flow, &a);
	struct flows *slow = flows_new(&opts, key, on_flow, &b);
	size_t took = play(fast, slow, seed);

	tap_ok(a.n > 0 && a.n == b.n && memcmp(a.text, b.text, a.n) == 0,
	    "round %d: both report the same", (int)seed);
	if (opts.max > 5)
		tap_ok(took > PACKETS / 10, "round %d: %d by express",
		    (int)seed, (int)took);
	flows_free(fast);
	flows_free(slow);
	free(a.text);
	free(b.text);
}

int
main(void)
{
	struct hashkey key;
	uint64_t seed;

	if (hashkey_init(&key) < 0)
		return 1;
	for (seed = 1; seed <= ROUNDS; seed++)
		check_round(&key, seed);
	return tap_done();
}
