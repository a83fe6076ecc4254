/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "flow.h"

#include "../tap.h"

#define SECOND	INT64_C(1000000)

/* What the table reported, as short text: one flow a line. */
struct log {
	char text[4096];
	size_t n;
	uint64_t pkts, bytes;
	unsigned new, done;
};

static const char *const done_names[] = {
	"on", "fin", "rst", "idle", "evict", "eof"
};

static void
on_flow(void *ctx, const struct flow *f)
{
	struct log *log = ctx;
	int a = f->init, b = !f->init;

	log->pkts += f->pkts[0] + f->pkts[1];
	log->bytes += f->bytes[0] + f->bytes[1];
	log->new += !f->reported;
	log->done += f->done != FLOW_ON;
	if (log->n + 64 < sizeof(log->text))
		log->n += (size_t)snprintf(log->text + log->n, 64,
		    "%s%u>%u %u/%u %s%s\n", f->reported ? "" : "new ",
		    flow_addr(f, a).b[3], flow_addr(f, b).b[3],
		    (unsigned)f->pkts[a], (unsigned)f->pkts[b],
		    done_names[f->done], f->answered ? "" : " unanswered");
}

static struct flow_opts opts = {
	.max = 16,
	.idle = {
		[FLOW_CLASS_TCP] = 600 * SECOND,
		[FLOW_CLASS_SYN] = 60 * SECOND,
		[FLOW_CLASS_ENDED] = 5 * SECOND,
		[FLOW_CLASS_UDP] = 120 * SECOND,
		[FLOW_CLASS_DNS] = 5 * SECOND,
		[FLOW_CLASS_ICMP] = 30 * SECOND,
		[FLOW_CLASS_OTHER] = 60 * SECOND,
	},
};

/* A packet from 10.0.0.`from` to 10.0.0.`to`. */
struct step {
	int64_t at;		/* seconds */
	uint8_t proto, from, to;
	uint16_t sport, dport;
	uint8_t flags;		/* or ICMP type */
};

static void
play(struct flows *t, const struct step *s)
{
	static const struct link_info link;
	uint8_t src[4] = { 10, 0, 0, s->from }, dst[4] = { 10, 0, 0, s->to };
	bool is_new;
	struct pkt p = { .ts = s->at * SECOND, .link = &link, .ver = 4,
		.proto = s->proto, .src = src, .dst = dst, .bytes = 100 };

	if (s->proto == IPPROTO_NUM_ICMP) {
		p.has_icmp = true;
		p.icmp_type = s->flags;
	} else {
		p.has_ports = true;
		p.sport = s->sport;
		p.dport = s->dport;
		p.tcp_flags = s->proto == IPPROTO_NUM_TCP ? s->flags : 0;
	}
	flows_expire(t, p.ts);
	flows_packet(t, &p, p.ts, &is_new);
}

#define S	TCP_SYN
#define SA	(TCP_SYN | TCP_ACK)
#define A	TCP_ACK
#define F	(TCP_FIN | TCP_ACK)
#define R	TCP_RST

static const struct {
	const char *what;
	struct step steps[12];
	const char *want;
} stories[] = {
	{ "a connection, its last packets behind the FINs", {
	    { 1, 6, 1, 2, 5000, 80, S }, { 1, 6, 2, 1, 80, 5000, SA },
	    { 1, 6, 1, 2, 5000, 80, A }, { 2, 6, 1, 2, 5000, 80, F },
	    { 2, 6, 2, 1, 80, 5000, F }, { 3, 6, 1, 2, 5000, 80, A },
	    }, "new 1>2 4/2 fin\n" },
	{ "SYN/ACK first: the other side started", {
	    { 1, 6, 2, 1, 80, 5000, SA }, { 1, 6, 1, 2, 5000, 80, A },
	    }, "new 1>2 1/1 eof\n" },
	{ "start missed: the well-known port is the server's", {
	    { 1, 6, 2, 1, 443, 5000, A }, { 1, 6, 1, 2, 5000, 443, A },
	    }, "new 1>2 1/1 eof\n" },
	{ "start missed, no well-known port: first packet", {
	    { 1, 6, 2, 1, 8883, 5000, A },
	    }, "new 2>1 1/0 eof unanswered\n" },
	{ "a SYN decides against a well-known port", {
	    { 1, 6, 2, 1, 20, 5000, S },
	    }, "new 2>1 1/0 eof unanswered\n" },
	{ "RST ends", {
	    { 1, 6, 1, 2, 5000, 23, S }, { 1, 6, 2, 1, 23, 5000, R },
	    { 7, 17, 3, 4, 1, 2, 0 },
	    }, "new 1>2 1/1 rst\nnew 3>4 1/0 eof unanswered\n" },
	{ "a new SYN on an ended flow starts a new one", {
	    { 1, 6, 1, 2, 5000, 23, S }, { 1, 6, 2, 1, 23, 5000, R },
	    { 2, 6, 1, 2, 5000, 23, S },
	    }, "new 1>2 1/1 rst\nnew 1>2 1/0 eof unanswered\n" },
	{ "a repeated SYN does not", {
	    { 1, 6, 1, 2, 5000, 23, S }, { 2, 6, 1, 2, 5000, 23, S },
	    }, "new 1>2 2/0 eof unanswered\n" },
	{ "request and reply of ICMP are one flow", {
	    { 1, 1, 1, 2, 0, 0, 8 }, { 1, 1, 2, 1, 0, 0, 0 },
	    { 2, 1, 1, 2, 0, 0, 8 }, { 2, 1, 2, 1, 0, 0, 0 },
	    }, "new 1>2 2/2 eof\n" },
	{ "an echo reply first: the other side asked", {
	    { 1, 1, 2, 1, 0, 0, 0 },
	    }, "new 1>2 0/1 eof\n" },
	{ "unreachable messages are one way", {
	    { 1, 1, 1, 2, 0, 0, 3 }, { 1, 1, 2, 1, 0, 0, 3 },
	    }, "new 1>2 1/0 eof unanswered\nnew 2>1 1/0 eof unanswered\n" },
	{ "idle UDP ends after two minutes, not before", {
	    { 0, 17, 1, 2, 9, 2000, 0 }, { 119, 17, 1, 2, 9, 2000, 0 },
	    { 239, 17, 3, 4, 7, 7, 0 },
	    }, "new 2>1 0/2 idle\nnew 3>4 1/0 eof unanswered\n" },
	{ "an unanswered SYN goes after a minute, an open one stays", {
	    { 0, 6, 1, 2, 5000, 23, S }, { 0, 6, 3, 4, 5000, 23, S },
	    { 0, 6, 4, 3, 23, 5000, SA }, { 60, 17, 5, 6, 7, 7, 0 },
	    }, "new 1>2 1/0 idle unanswered\nnew 3>4 1/1 eof\n"
	    "new 5>6 1/0 eof unanswered\n" },
	{ "an answered question is over after five seconds", {
	    { 1, 17, 1, 2, 5000, 53, 0 }, { 1, 17, 2, 1, 53, 5000, 0 },
	    { 1, 17, 3, 4, 5000, 53, 0 }, { 6, 17, 5, 6, 7, 7, 0 },
	    }, "new 1>2 1/1 idle\nnew 3>4 1/0 eof unanswered\n"
	    "new 5>6 1/0 eof unanswered\n" },
	{ "oneself as peer", {
	    { 1, 17, 1, 1, 1000, 2000, 0 }, { 1, 17, 1, 1, 2000, 1000, 0 },
	    }, "new 1>1 1/1 eof\n" },
};

static void
tell_stories(const struct hashkey *key)
{
	struct log log;
	struct flows *t;
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(stories); i++) {
		memset(&log, 0, sizeof(log));
		t = flows_new(&opts, key, on_flow, &log);
		for (k = 0; k < ARRAY_SIZE(stories[i].steps); k++) {
			if (stories[i].steps[k].from)
				play(t, &stories[i].steps[k]);
		}
		flows_end(t);
		tap_str(log.text, stories[i].want, "%s", stories[i].what);
		flows_free(t);
	}
}

/* Reports each interval: sums are kept, new and done come once. */
static void
check_intervals(const struct hashkey *key)
{
	struct step s = { 0, 17, 1, 2, 5000, 6000, 0 };
	struct log log = { .n = 0 };
	struct flows *t = flows_new(&opts, key, on_flow, &log);

	for (s.at = 0; s.at < 300; s.at++) {
		if (s.at % 60 == 0)
			flows_report(t);
		play(t, &s);
	}
	flows_report(t);
	flows_report(t);
	flows_end(t);
	tap_uint(log.pkts, 300, "packets over five intervals");
	tap_uint(log.bytes, 30000, "bytes over five intervals");
	tap_uint(log.new, 1, "new once");
	tap_uint(log.done, 1, "done once");
	tap_str(log.text, "new 1>2 60/0 on unanswered\n"
	    "1>2 60/0 on unanswered\n1>2 60/0 on unanswered\n"
	    "1>2 60/0 on unanswered\n1>2 60/0 on unanswered\n"
	    "1>2 0/0 eof unanswered\n", "a report for each interval");
	flows_free(t);
}

/* A full table: the longest idle goes, and all is accounted for. */
static void
check_eviction(const struct hashkey *key)
{
	struct step s = { 0, 17, 1, 2, 0, 6000, 0 };
	struct log log = { .n = 0 };
	struct flows *t = flows_new(&opts, key, on_flow, &log);
	unsigned i;

	for (i = 0; i < 16; i++) {
		s.sport = (uint16_t)(2000 + i);
		play(t, &s);
	}
	s.sport = 2000;		/* the first is now the youngest */
	play(t, &s);
	for (i = 16; i < 100; i++) {
		s.at++;
		s.sport = (uint16_t)(2000 + i);
		play(t, &s);
	}
	tap_uint(flows_stats(t)->evicted, 84, "84 too many, 84 evicted");
	tap_ok(strncmp(log.text + 15 * strlen("new 1>2 1/0 evict unanswered\n"),
	    "new 1>2 2/0 evict", 17) == 0, "the refreshed one goes last");
	flows_end(t);
	tap_uint(log.pkts, 101, "no packet is lost");
	tap_uint(log.new, 100, "each was new");
	tap_uint(log.done, 100, "each was done");
	flows_free(t);
}

/*
 * 200 000 flows through tables with two keys: reported alike, whatever the
 * buckets, and every chain stays short.
 */
static void
check_keys(void)
{
	struct flow_opts big = opts;
	struct hashkey k[2] = { { { 1, 2, 3, 4, 5, 6, 7, 8, 9 } },
		{ { 91, 82, 73, 64, 55, 46, 37, 28, 19 } } };
	struct log log[2];
	struct step s = { 0, 17, 1, 2, 0, 0, 0 };
	struct flows *t;
	unsigned i, n;

	big.max = 1000;
	for (i = 0; i < 2; i++) {
		memset(&log[i], 0, sizeof(log[i]));
		t = flows_new(&big, &k[i], on_flow, &log[i]);
		for (n = 0; n < 200000; n++) {
			s.sport = (uint16_t)n;
			s.dport = (uint16_t)(n >> 4);
			s.from = (uint8_t)(1 + n % 7);
			play(t, &s);
		}
		flows_end(t);
		flows_free(t);
	}
	tap_mem(log[0].text, log[0].n, log[1].text, log[1].n,
	    "the order does not depend on the key");
	tap_uint(log[0].pkts, 200000, "all packets reported");
	tap_uint(log[0].done, log[1].done, "as many flows");
}

int
main(void)
{
	struct hashkey key;

	if (hashkey_init(&key) < 0)
		return 1;
	tell_stories(&key);
	check_intervals(&key);
	check_eviction(&key);
	check_keys();
	return tap_done();
}
