/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "capture.h"

#include "../tap.h"
#include "frames.h"
#include "laws.h"

/*
 * Whole captures of frames made by hand. Whatever the packets and their
 * times, the laws of laws.h hold; beside them each scenario has figures that
 * follow from its own arithmetic.
 */
#define SECOND	INT64_C(1000000)
#define MINUTE	(60 * SECOND)
#define HOUR	(60 * MINUTE)
#define DAY	(24 * HOUR)
#define YEAR	(365 * DAY)
#define NOON	(INT64_C(1646136000) * SECOND)	/* a whole minute, hour */

/* A capture under way, and what is to be known of its records. */
struct bench {
	struct capture_opts opts;
	struct capture *c;
	struct laws *laws;
	uint64_t given, link_bytes;
	uint64_t calls, fail_at;	/* of emit; 0: never */
	int64_t first_ts, last_end, flow_ts[8], flow_end[8];
	uint64_t minute[8];	/* packets in each, since NOON */
	char ifname[8][16];	/* of flow records, in order */
	size_t nflows;		/* of them, and of their times */
	char link[16], agent[16], source[64];
	int64_t stream_active;
	uint64_t late, clock_back, evicted, drops, bad_time, filtered;
	uint64_t locals, names, device_records;
	uint64_t sum;		/* of all text, FNV-1a */
};

#define REFUSED	(-71)

static void
note_flow(struct bench *b, const struct rec *r)
{
	const struct rec_flow *f = &r->u.flow;
	int64_t m = (r->ts - NOON) / MINUTE;

	if (m >= 0 && m < 8)
		b->minute[m] += f->pkts + f->rpkts;
	b->last_end = f->end;
	if (b->nflows == ARRAY_SIZE(b->ifname))
		return;
	b->flow_ts[b->nflows] = r->ts;
	b->flow_end[b->nflows] = f->end;
	(void)snprintf(b->ifname[b->nflows++], sizeof(b->ifname[0]), "%.*s",
	    REC_HAS(r, FLOW, ifname) ? (int)f->ifname.n : 0,
	    REC_HAS(r, FLOW, ifname) ? f->ifname.p : "");
}

static void
note_stream(struct bench *b, const struct rec *r)
{
	const struct rec_stream *s = &r->u.stream;

	b->first_ts = b->calls == 1 ? r->ts : b->first_ts;
	(void)snprintf(b->link, sizeof(b->link), "%.*s",
	    REC_HAS(r, STREAM, link) ? (int)s->link.n : 0, s->link.p);
	(void)snprintf(b->agent, sizeof(b->agent), "%.*s",
	    REC_HAS(r, STREAM, agent) ? (int)s->agent.n : 0, s->agent.p);
	(void)snprintf(b->source, sizeof(b->source), "%.*s",
	    (int)s->source.n, s->source.p);
	b->stream_active = REC_HAS(r, STREAM, active) ? s->active : 0;
	b->locals = REC_HAS(r, STREAM, local) ? s->local.n : 0;
}

static void
note_stats(struct bench *b, const struct rec *r)
{
	const struct rec_stats *s = &r->u.stats;

	b->late = REC_HAS(r, STATS, late) ? s->late : 0;
	b->clock_back = REC_HAS(r, STATS, clock_back) ? s->clock_back : 0;
	b->bad_time = REC_HAS(r, STATS, bad_time) ? s->bad_time : 0;
	b->filtered = REC_HAS(r, STATS, filtered) ? s->filtered : 0;
	b->drops = REC_HAS(r, STATS, kernel_drops) ? s->kernel_drops : 0;
	b->evicted = s->evicted;
}

static void
note_text(struct bench *b, const struct buf *line)
{
	size_t i;

	for (i = 0; i < line->n; i++)
		b->sum = (b->sum ^ (uint8_t)line->p[i]) *
		    UINT64_C(0x100000001b3);
}

static int
take(void *ctx, const struct rec *r)
{
	struct bench *b = ctx;

	b->calls++;
	if (b->fail_at && b->calls >= b->fail_at)
		return REFUSED;
	laws_rec(b->laws, r);
	note_text(b, &b->laws->line);
	if (r->type == REC_TYPE_FLOW)
		note_flow(b, r);
	else if (r->type == REC_TYPE_STREAM)
		note_stream(b, r);
	else if (r->type == REC_TYPE_STATS)
		note_stats(b, r);
	b->names += r->type == REC_TYPE_DNS;
	b->device_records += r->type == REC_TYPE_DEVICE;
	return 0;
}

static void
begin_with(struct bench *b, const struct capture_opts *opts)
{
	memset(b, 0, sizeof(*b));
	b->opts = *opts;
	b->laws = laws_new(opts->active);
	b->c = capture_new(&b->opts, take, b);
	if (!b->c)
		abort();
	capture_source(b->c, "hand.pcap");
}

static void
begin(struct bench *b)
{
	static const struct capture_opts opts = CAPTURE_OPTS_INIT;

	begin_with(b, &opts);
}

/* A packet in memory of its own length, so that ASan sees an overrun. */
static int
give_as(struct bench *b, struct cap_pkt *cp, const struct frame *f)
{
	uint8_t *copy = malloc(f->n ? f->n : 1);
	int err;

	if (!copy)
		abort();
	memcpy(copy, f->b, f->n);
	cp->data = copy;
	cp->caplen = f->n;
	if (cp->len < f->n)
		cp->len = f->n;
	cp->num = ++b->given;
	b->link_bytes += cp->len;
	err = capture_packet(b->c, cp);
	free(copy);
	return err;
}

static void
give(struct bench *b, int64_t ts, const struct frame *f)
{
	struct cap_pkt cp = { .ts = ts, .link = LINKTYPE_ETHERNET };

	laws_must(b->laws, give_as(b, &cp, f) == 0, "refused a packet");
}

/* Ends the capture and checks all laws; what else is wanted comes behind. */
static void
end(struct bench *b, const char *what)
{
	laws_must(b->laws, capture_end(b->c) == 0, "refused to end");
	laws_end(b->laws, b->given);
	tap_str(b->laws->broken, "", "%s: the laws hold", what);
	tap_uint(b->laws->stats.u.stats.link_bytes, b->link_bytes,
	    "%s: bytes on the wire", what);
}

static void
release(struct bench *b)
{
	capture_free(b->c);
	laws_free(b->laws);
}

/* Something of every kind, in the second `k` of it. */
static void
give_mixture(struct bench *b, int64_t ts, unsigned k)
{
	struct frame f[] = {
		udp(5, 6, 7000, 8000), tcp(7, 8, 2000 + k / 10, 80, 2),
		tcp(8, 7, 80, 2000 + k / 10, 0x12),
		tcp(7, 8, 2000 + k / 10, 80, k % 10 == 9 ? 4 : 0x10),
		arp((uint8_t)(k % 20 + 1)), dns(false, (uint16_t)k),
		dns(true, (uint16_t)k), advertisement(),
		from_hex("0180c200000e 020000000003 88cc 00"),
		from_hex("020000000001 020000000003 0800 45"),
	};

	give(b, ts, &f[k % ARRAY_SIZE(f)]);
	give(b, ts, &f[0]);
	give(b, ts + 1, &f[1]);
	give(b, ts + 2, &f[k / 3 % ARRAY_SIZE(f)]);
}

/* Scenarios. */

static void
check_empty(void)
{
	struct bench b;

	begin(&b);
	end(&b, "no packet");
	tap_uint(b.laws->records, 2, "no packet: a stream, a stats record");
	tap_int(b.laws->last_ts, 0, "no packet: of time 0");
	release(&b);
	capture_free(NULL);
}

/* One packet a second: sixty in each minute's record. */
static void
check_minutes(void)
{
	struct frame f = udp(1, 2, 5000, 6000);
	struct bench b;
	int64_t i;

	begin(&b);
	for (i = 0; i < 300; i++)
		give(&b, NOON + i * SECOND, &f);
	tap_uint(b.laws->flows, 4, "minutes: four are over, four records");
	tap_uint(b.laws->nstats, 4, "minutes: and four of stats");
	end(&b, "minutes");
	tap_uint(b.laws->flows, 5, "minutes: five records of the flow");
	for (i = 0; i < 5; i++)
		tap_uint(b.minute[i], 60, "minutes: minute %d", (int)i);
	tap_uint(b.laws->flow_bytes, 300 * UDP_IP_BYTES, "minutes: IP bytes");
	tap_int(b.last_end, NOON + 299 * SECOND, "minutes: the last end");
	tap_int(b.laws->last_ts, b.last_end, "minutes: the last record");
	tap_int(b.first_ts, NOON, "minutes: the stream's time");
	tap_str(b.link, "EN10MB", "minutes: link type");
	tap_str(b.source, "hand.pcap", "minutes: source");
	tap_int(b.stream_active, MINUTE, "minutes: active");
	release(&b);
}

/* The first packet of a minute is counted to it, not to the one before. */
static void
check_borders(void)
{
	struct frame f = udp(1, 2, 5000, 6000);
	struct bench b;
	int64_t i;

	begin(&b);
	for (i = 0; i < 5; i++) {
		give(&b, NOON + i * MINUTE, &f);
		give(&b, NOON + i * MINUTE, &f);
		give(&b, NOON + (i + 1) * MINUTE - 1, &f);
	}
	end(&b, "borders");
	for (i = 0; i < 5; i++)
		tap_uint(b.minute[i], 3, "borders: minute %d", (int)i);
	release(&b);
}

/* Out of order, but not behind a promise: first and last are found. */
static void
check_disorder(void)
{
	static const int order[] = { 30, 10, 50, 5, 59, 20 };
	struct frame f = udp(1, 2, 5000, 6000), q = dns(false, 1);
	struct bench b;
	size_t i;

	begin(&b);
	for (i = 0; i < 4 * ARRAY_SIZE(order); i++)
		give(&b, NOON + order[i % ARRAY_SIZE(order)] * SECOND, &f);
	give(&b, NOON + 59 * SECOND, &q);
	end(&b, "disorder");
	tap_int(b.flow_ts[0], NOON + 5 * SECOND, "disorder: the first");
	tap_int(b.flow_end[0], NOON + 59 * SECOND, "disorder: the last");
	tap_uint(b.late, 0, "disorder: none of it is late");
	tap_uint(b.names, 1, "a question at the end is not lost");
	release(&b);
}

/* A flow that made room for another, seen again, is a new one. */
static void
check_takeover(void)
{
	struct capture_opts opts = CAPTURE_OPTS_INIT;
	struct frame f[2] = { udp(1, 2, 5000, 6000), udp(2, 1, 6000, 5000) };
	struct frame g = udp(3, 4, 5000, 6000);
	struct bench b;
	unsigned k;

	opts.flow.max = 1;
	begin_with(&b, &opts);
	for (k = 0; k < 40; k++)
		give(&b, NOON + k, &f[k & 1]);
	for (k = 0; k < 3; k++) {
		give(&b, NOON + 50 + 2 * k, &g);
		give(&b, NOON + 51 + 2 * k, &f[0]);
	}
	tap_int(b.flow_end[0], NOON + 39, "one place: the last of the first");
	for (k = 0; k < 40; k++)
		give(&b, NOON + 60 + k, &f[k & 1]);
	end(&b, "one place, two flows");
	tap_int(b.laws->last_ts, NOON + 99, "one place: the last of all");
	tap_uint(b.laws->begun, 7, "one place, two flows: in turn");
	release(&b);
}

static void
check_mixture(int64_t active, int64_t stats)
{
	struct capture_opts opts = CAPTURE_OPTS_INIT;
	char what[64];
	struct bench b;
	unsigned k;

	opts.active = active;
	opts.stats = stats;
	opts.community_id = true;
	(void)snprintf(what, sizeof(what), "active %d s, stats %d s",
	    (int)(active / SECOND), (int)(stats / SECOND));
	begin_with(&b, &opts);
	for (k = 0; k < 600; k++)
		give_mixture(&b, NOON + k * SECOND, k);
	end(&b, what);
	tap_ok(b.names > 50, "%s: dns records", what);
	tap_ok(b.device_records > 5, "%s: device records", what);
	tap_uint(b.locals, 1, "%s: the prefix was learned", what);
	release(&b);
}

/* Long silence: one step, whatever its length. */
static void
check_gaps(void)
{
	static const int64_t gaps[] = { MINUTE - 1, MINUTE, 10 * MINUTE, HOUR,
	    DAY, YEAR, 40 * YEAR, 1000 * YEAR };
	struct bench b;
	int64_t ts = NOON;
	unsigned k, i;

	begin(&b);
	for (i = 0; i < ARRAY_SIZE(gaps); i++) {
		for (k = 0; k < 30; k++)
			give_mixture(&b, ts += SECOND, k);
		ts += gaps[i];
	}
	end(&b, "gaps");
	tap_ok(b.laws->nstats <= 2 * ARRAY_SIZE(gaps) + 1,
	    "gaps: no stats for each minute of them (%" PRIu64 ")",
	    b.laws->nstats);
	release(&b);
}

/*
 * Back from half a minute behind NOON, which is promised by then. What is at
 * most a minute before the promise is late; more means that the clock was
 * set back. Either way a flow that goes on is the same flow.
 */
static void
check_back(int64_t before_noon, bool back, const char *what)
{
	struct frame f = udp(1, 2, 5000, 6000), q = dns(false, 1);
	struct bench b;
	unsigned k;

	begin(&b);
	for (k = 0; k < 90; k++)
		give(&b, NOON - MINUTE + k * SECOND, &f);
	give(&b, NOON + 29 * SECOND, &q);
	give(&b, NOON - before_noon, &f);
	for (k = 0; k < 90; k++)
		give(&b, (back ? NOON - before_noon : NOON + 30 * SECOND) +
		    k * SECOND, &f);
	end(&b, what);
	tap_uint(b.laws->begun, 2, "%s: no flow but these two", what);
	tap_uint(b.names, 1, "%s: the question is not lost", what);
	tap_uint(b.late, !back && before_noon > 0, "%s: late", what);
	tap_uint(b.clock_back, back, "%s: clock set back", what);
	release(&b);
}

/* The clock jumps with every packet: no flood, no hang, nothing lost. */
static void
check_alternating(int64_t low, int64_t high, unsigned n, const char *what)
{
	struct bench b;
	unsigned k;

	begin(&b);
	for (k = 0; k < n; k++) {
		struct frame f = udp(1 + k % 5, 2, 5000, 6000);

		give(&b, k & 1 ? high : low, &f);
	}
	end(&b, what);
	tap_uint(b.clock_back, (n - 1) / 2, "%s: each step back", what);
	tap_ok(b.laws->records <= 4 * (uint64_t)n, "%s: no flood", what);
	release(&b);
}

/* Idle time is that which passes, not that by which the clock is set. */
static void
check_idle_over_back(void)
{
	struct frame f = udp(1, 2, 5000, 6000), g = udp(3, 4, 5000, 6000);
	struct bench b;
	unsigned k;

	begin(&b);
	give(&b, NOON, &g);
	for (k = 0; k < 100; k++)
		give(&b, NOON + k * SECOND - (k >= 50 ? YEAR : 0), &f);
	tap_uint(b.laws->done, 0, "set back: 100 s are not idle for UDP");
	for (k = 100; k < 122; k++)
		give(&b, NOON + k * SECOND - YEAR, &f);
	tap_uint(b.laws->done, 1, "set back: two minutes are");
	end(&b, "set back while idle");
	release(&b);
}

static void
check_times(int64_t ts, int64_t step, const char *what)
{
	struct bench b;
	unsigned k;

	begin(&b);
	for (k = 0; k < 300; k++)
		give_mixture(&b, ts + k * step, k);
	end(&b, what);
	tap_uint(b.clock_back, 0, "%s: no clock was set back", what);
	release(&b);
}

static void
check_wild_times(void)
{
	check_times(0, 0, "all times 0");
	check_times(NOON, 0, "all times alike");
	check_times(0, SECOND, "from 1970");
	check_times(-5 * MINUTE, 2 * SECOND, "from before 1970");
	check_times(-4000 * SECOND, SECOND, "before 1970");
	check_times((INT64_C(1) << 32) * SECOND, SECOND, "from 2^32 s");
	check_times((INT64_C(1) << 31) * SECOND - 150 * SECOND, SECOND,
	    "over 2^31 s");
	check_times(REC_TIME_MAX - 300 * SECOND, SECOND, "to the end of time");
	check_times(REC_TIME_MAX, 0, "at the end of time");
}

/* For people: a flow when it ends, no stats before the end. */
static void
check_no_active(void)
{
	struct capture_opts opts = CAPTURE_OPTS_INIT;
	struct bench b;
	unsigned k;

	opts.active = 0;
	begin_with(&b, &opts);
	for (k = 0; k < 600; k++)
		give_mixture(&b, NOON + k * SECOND, k);
	give_mixture(&b, NOON - YEAR, 0);
	give_mixture(&b, NOON + YEAR, 0);
	give_mixture(&b, 0, 0);
	tap_uint(b.laws->nstats, 0, "without intervals: no stats on the way");
	end(&b, "without intervals");
	tap_uint(b.laws->flows, b.laws->begun,
	    "without intervals: one record a flow");
	tap_int(b.stream_active, 0, "without intervals: the stream says none");
	release(&b);
}

static void
play_all(struct bench *b, int *first_err)
{
	unsigned k;
	int err = 0;

	for (k = 0; k < 100 && err == 0; k++) {
		struct cap_pkt cp = { .ts = NOON + k * 3 * SECOND,
			.link = LINKTYPE_ETHERNET };
		struct frame f[] = { udp(1 + k % 9, 2, 5000, 53),
			dns(false, (uint16_t)k), dns(true, (uint16_t)k),
			advertisement(), arp((uint8_t)k) };

		err = give_as(b, &cp, &f[k % ARRAY_SIZE(f)]);
	}
	*first_err = err;
}

/* emit refuses the n-th record: that is said, and it is not asked again. */
static void
check_refusals(void)
{
	static const struct capture_opts opts = CAPTURE_OPTS_INIT;
	unsigned wrong = 0, more = 0, n;
	uint64_t all = 0;
	struct bench b;
	int err, last;

	for (n = 0; n == 0 || n <= all; n++) {
		begin_with(&b, &opts);
		b.fail_at = n;
		play_all(&b, &err);
		last = capture_end(b.c);
		if (n == 0)
			all = b.calls;
		else
			wrong += last != REFUSED || (err && err != REFUSED);
		more += n && b.calls != n;
		release(&b);
	}
	tap_ok(all > 30, "refusals: %" PRIu64 " records to refuse", all);
	tap_uint(wrong, 0, "refusals: each is returned");
	tap_uint(more, 0, "refusals: nothing is emitted after one");
}

/* A rotated capture: flows go on, and have their interface's name. */
static void
check_sources(void)
{
	struct frame f = udp(1, 2, 5000, 6000), g = udp(3, 4, 5000, 6000);
	struct cap_pkt cp = { .ts = NOON + MINUTE, .ifno = 1,
		.link = LINKTYPE_ETHERNET };
	struct bench b;

	begin(&b);
	capture_ifname(b.c, 0, "eth0");
	give(&b, NOON, &f);
	capture_source(b.c, "second\n.pcap");
	capture_next_source(b.c);
	capture_ifname(b.c, 0, "lan");
	capture_ifname(b.c, 1, "wan");
	give(&b, NOON + SECOND, &f);
	(void)give_as(&b, &cp, &g);
	end(&b, "sources");
	tap_uint(b.laws->begun, 2, "sources: the flow is kept");
	tap_str(b.source, "hand.pcap second\\x0a.pcap", "sources: their names");
	tap_uint(b.minute[0], 2, "sources: a packet in each");
	tap_str(b.ifname[0], "eth0", "sources: where the flow began");
	tap_str(b.ifname[1], "wan", "sources: the second one's second");
	release(&b);
}

/* More names than there is room for: whole names or none, no overrun. */
static void
check_many_sources(void)
{
	char name[2000];
	struct bench b;
	unsigned i;

	begin(&b);
	memset(name, '\\', sizeof(name));
	for (i = 0; i < 2000; i++) {
		name[i] = '\0';
		capture_source(b.c, name);
		name[i] = '\\';
	}
	end(&b, "many sources");
	release(&b);
}

static void
id_of(const struct capture_opts *opts, unsigned port, char id[static 16])
{
	struct frame f = udp(1, 2, port, 6000);
	struct bench b;
	unsigned k;

	begin_with(&b, opts);
	for (k = 0; k < 20; k++)
		give(&b, NOON + k * SECOND, &f);
	end(&b, "stream id");
	memcpy(id, b.laws->id, 16);
	tap_str(b.agent, opts->agent ? opts->agent : "", "its agent");
	release(&b);
}

static void
check_ids(void)
{
	struct capture_opts opts = CAPTURE_OPTS_INIT;
	char id[6][16];
	size_t i, k;

	id_of(&opts, 5000, id[0]);
	id_of(&opts, 5000, id[1]);
	tap_str(id[1], id[0], "the same packets: the same id");
	tap_uint(strspn(id[0], "0123456789abcdef"), 12, "twelve digits");
	id_of(&opts, 5001, id[1]);
	opts.agent = "gw";
	id_of(&opts, 5000, id[2]);
	opts.agent = NULL;
	opts.filter = "gw";
	id_of(&opts, 5000, id[3]);
	opts.agent = "g";
	opts.filter = "w";
	id_of(&opts, 5000, id[4]);
	opts.agent = "gw";
	opts.filter = "gw";
	id_of(&opts, 5000, id[5]);
	for (i = 0; i < ARRAY_SIZE(id); i++)
		for (k = 0; k < i; k++)
			tap_ok(strcmp(id[i], id[k]) != 0,
			    "packets, agent, filter: ids %zu and %zu", k, i);
}

/* What never became a packet of ours, and what had no time. */
static void
check_counters(void)
{
	struct capture_opts opts = CAPTURE_OPTS_INIT;
	struct frame f[2] = { udp(1, 2, 5000, 6000), udp(2, 1, 6000, 5000) };
	struct cap_pkt cp = { .ts = NOON, .link = LINKTYPE_ETHERNET,
		.bad_time = true, .len = 1500 };
	struct bench b;
	unsigned k;

	opts.filter = "udp";
	begin_with(&b, &opts);
	for (k = 0; k < 40; k++)
		give(&b, NOON, &f[k & 1]);
	(void)give_as(&b, &cp, &f[0]);
	capture_filtered(b.c);
	capture_filtered(b.c);
	capture_drops(b.c, 5);
	capture_drops(b.c, 6);
	end(&b, "counters");
	tap_uint(b.filtered, 2, "counters: filtered");
	tap_uint(b.drops, 11, "counters: drops");
	tap_uint(b.bad_time, 1, "counters: bad times");
	tap_uint(b.link_bytes, 1500 + 40 * f[0].n,
	    "counters: bytes on the wire");
	release(&b);
}

/* Far more flows than the table holds. */
static void
check_eviction(void)
{
	struct capture_opts opts = CAPTURE_OPTS_INIT;
	struct bench b;
	unsigned k;

	opts.flow.max = 4;
	begin_with(&b, &opts);
	for (k = 0; k < 5000; k++) {
		struct frame f = udp(1 + k % 7, 2, 1024 + k, 6000);

		give(&b, NOON + k * SECOND / 10, &f);
		f = udp(2, 1 + k % 7, 6000, 1024 + k);
		give(&b, NOON + k * SECOND / 10, &f);
	}
	end(&b, "eviction");
	tap_uint(b.laws->begun, 5000, "eviction: flows");
	tap_uint(b.evicted, 4996, "eviction: all but four");
	release(&b);
}

/* Handed over one by one or many at once: the same records. */
static void
check_batches(void)
{
	static const size_t sizes[] = { 1, 2, 7, 32, 900 };
	struct cap_pkt v[900];
	struct frame f[900];
	char want[32] = "", got[32];
	struct bench b;
	size_t i, k, n;

	for (k = 0; k < ARRAY_SIZE(v); k++) {
		f[k] = k % 9 ? udp(1 + k % 2, 2 - k % 2, k % 2 ? 9 : 7,
		    k % 2 ? 7 : 9) : tcp(3, 4, 80, 9, k % 4 ? 0x10 : 2);
		v[k] = (struct cap_pkt){ .ts = NOON + (int64_t)k * SECOND / 3 -
			(k % 50 ? 0 : MINUTE), .link = LINKTYPE_ETHERNET,
			.data = f[k].b, .caplen = f[k].n, .len = f[k].n };
	}
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		begin(&b);
		for (k = 0; k < ARRAY_SIZE(v); k += n) {
			n = ARRAY_SIZE(v) - k;
			n = n < sizes[i] ? n : sizes[i];
			laws_must(b.laws, capture_packets(b.c, v + k, n) == 0,
			    "refused packets");
			while (b.given < k + n)
				b.link_bytes += v[b.given++].len;
		}
		end(&b, "batches");
		(void)snprintf(got, sizeof(got), "%016" PRIx64, b.sum);
		if (i == 0)
			memcpy(want, got, sizeof(want));
		tap_str(got, want, "the same records, %zu at once", sizes[i]);
		release(&b);
	}
}

/* Link types in turn, frames cut at every length. */
static void
check_cuts(void)
{
	static const uint32_t links[] = { 0, 1, 9, 12, 50, 51, 101, 105, 113,
	    119, 127, 163, 192, 195, 228, 229, 239, 276, 65535 };
	struct frame f[] = { dns(true, 1), advertisement(), arp(1),
		tcp(1, 2, 3, 4, 2) };
	struct bench b;
	unsigned i, k, n;

	begin(&b);
	for (i = 0; i < ARRAY_SIZE(links); i++)
		for (k = 0; k < ARRAY_SIZE(f); k++)
			for (n = 0; n <= f[k].n; n++) {
				struct frame cut = f[k];
				struct cap_pkt cp = { .ts = NOON +
					(int64_t)b.given * SECOND / 50,
					.len = f[k].n, .link = links[i] };

				cut.n = n;
				laws_must(b.laws, give_as(&b, &cp,
				    &cut) == 0, "refused");
			}
	end(&b, "frames cut at every length");
	tap_ok(b.given > 5000, "cut: %" PRIu64 " frames", b.given);
	release(&b);
}

static const struct {
	int64_t before;
	bool back;
	const char *what;
} steps_back[] = {
	{ -29 * SECOND, false, "back, not behind the promise" },
	{ 0, false, "back to the promise" },
	{ 1, false, "late by a microsecond" },
	{ SECOND, false, "late by a second" },
	{ 59 * SECOND, false, "late by 59 seconds" },
	{ MINUTE, false, "late by a minute" },
	{ MINUTE + 1, true, "back by just more" },
	{ 61 * SECOND, true, "back by 61 seconds" },
	{ HOUR, true, "back by an hour" }, { DAY, true, "back by a day" },
	{ 10 * YEAR, true, "back by ten years" },
	{ NOON, true, "back to 1970" },
};

static void
check_clocks(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(steps_back); i++)
		check_back(steps_back[i].before, steps_back[i].back,
		    steps_back[i].what);
	check_idle_over_back();
	check_alternating(NOON, NOON + 10 * YEAR, 1000, "ten years to and fro");
	check_alternating(NOON, NOON + 3 * MINUTE, 1000, "minutes to and fro");
	check_alternating(0, (INT64_C(1) << 32) * SECOND, 10000,
	    "2^32 s to and fro");
	check_alternating(0, REC_TIME_MAX, 1000, "all of time to and fro");
	check_wild_times();
}

int
main(void)
{
	static const int64_t every[][2] = { { 60, 60 }, { 60, 10 }, { 1, 60 },
	    { 7, 60 }, { 86400, 60 }, { 60, 86400 }, { 1, 1 }, { 60, 7 } };
	size_t i;

	check_empty();
	check_minutes();
	check_borders();
	check_disorder();
	check_takeover();
	for (i = 0; i < ARRAY_SIZE(every); i++)
		check_mixture(every[i][0] * SECOND, every[i][1] * SECOND);
	check_gaps();
	check_clocks();
	check_no_active();
	check_refusals();
	check_sources();
	check_many_sources();
	check_ids();
	check_counters();
	check_eviction();
	check_batches();
	check_cuts();
	return tap_done();
}
