/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_LAWS_H
#define SPIN_LAWS_H

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attr.h"
#include "capture.h"
#include "rec.h"
#include "tm.h"

/*
 * What holds for the records of any capture, whatever the packets: each goes
 * to laws_rec, and `broken` tells in the end.
 *
 * 1. A stream record comes first, and all of them have one id.
 * 2. Each record can be written, read, and written alike.
 * 3. In each stats record pkts = flow_pkts + non_ip + malformed + undecoded,
 *    and no counter of it ever falls.
 * 4. Flow records add up to flow_pkts and bytes of each stats record that
 *    speaks of its own moment (upto = ts), and never to more.
 * 5. A flow has `new` once, first, and `done` once, last.
 * 6. No flow record reaches over a multiple of `active`.
 * 7. No record lies before the last upto, unless clock_back rose.
 * 8. ts <= end of a flow record, and start <= ts while no clock was set back;
 *    what has an answer says so.
 * 9. At most two flow records for each packet, and one stats record.
 */
struct laws_key {
	struct addr src, dst;
	struct mac mac;		/* of an end without an address */
	uint64_t sport, dport, type, code, vlan, inner;
	char proto[12];
};

struct laws {
	int64_t active;
	uint64_t records, streams, flows, others, nstats;
	uint64_t flow_pkts, flow_bytes, begun, done;
	int64_t upto, last_ts;
	struct rec stats;	/* the last one's numbers, without its lists */
	char id[16];
	struct laws_key *live;	/* flows that have begun and not ended */
	size_t nlive, room;
	struct buf line, again;
	struct arena arena;
	char broken[160];	/* the first law that was, or "" */
};

static void ATTR_PRINTF(3, 4)
laws_must(struct laws *l, bool ok, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (ok || l->broken[0])
		return;
	n = snprintf(l->broken, sizeof(l->broken), "record %" PRIu64 ": ",
	    l->records);
	va_start(ap, fmt);
	(void)vsnprintf(l->broken + n, sizeof(l->broken) - (size_t)n, fmt, ap);
	va_end(ap);
}

static struct laws * ATTR_UNUSED
laws_new(int64_t active)
{
	struct laws *l = calloc(1, sizeof(*l));

	if (!l)
		abort();
	l->active = active;
	l->upto = INT64_MIN;
	rec_init(&l->stats, REC_TYPE_STATS);
	memset(&l->stats.u.stats, 0, sizeof(l->stats.u.stats));
	buf_init(&l->line, REC_LINE_MAX + 2 * REC_ENCODE_SLACK);
	buf_init(&l->again, REC_LINE_MAX + 2 * REC_ENCODE_SLACK);
	arena_init(&l->arena, REC_ARENA_MAX);
	return l;
}

static void ATTR_UNUSED
laws_free(struct laws *l)
{
	free(l->live);
	buf_release(&l->line);
	buf_release(&l->again);
	arena_release(&l->arena);
	free(l);
}

/* Law 2. What comes back is what went in: the text of both is the same. */
static void
laws_text(struct laws *l, const struct rec *r)
{
	struct errpos err;
	struct rec back;

	buf_reset(&l->line);
	buf_reset(&l->again);
	arena_reset(&l->arena);
	if (rec_encode(r, &l->line) < 0) {
		laws_must(l, false, "cannot be written");
		return;
	}
	if (rec_decode(&back, &l->arena, l->line.p, l->line.n, &err) < 0) {
		laws_must(l, false, "cannot be read: %s", err.what);
		return;
	}
	laws_must(l, back.type == r->type && back.has == r->has &&
	    rec_encode(&back, &l->again) == 0 && l->again.n == l->line.n &&
	    memcmp(l->again.p, l->line.p, l->line.n) == 0,
	    "read back it is another");
}

static struct laws_key
laws_key(const struct rec *r)
{
	const struct rec_flow *f = &r->u.flow;
	struct laws_key k;

	memset(&k, 0, sizeof(k));
	k.src = f->src;
	k.dst = f->dst;
	if (addr_is_unspecified(&k.src) && REC_HAS(r, FLOW, src_mac))
		k.mac = f->src_mac;
	else if (addr_is_unspecified(&k.dst) && REC_HAS(r, FLOW, dst_mac))
		k.mac = f->dst_mac;
	k.sport = REC_HAS(r, FLOW, sport) ? f->sport : UINT64_MAX;
	k.dport = REC_HAS(r, FLOW, dport) ? f->dport : UINT64_MAX;
	k.type = REC_HAS(r, FLOW, icmp_type) ? f->icmp_type : UINT64_MAX;
	k.code = REC_HAS(r, FLOW, icmp_code) ? f->icmp_code : UINT64_MAX;
	k.vlan = REC_HAS(r, FLOW, vlan) ? f->vlan : 0;
	k.inner = REC_HAS(r, FLOW, inner_vlan) ? f->inner_vlan : 0;
	(void)snprintf(k.proto, sizeof(k.proto), "%.*s", (int)f->proto.n,
	    f->proto.p);
	return k;
}

static size_t
laws_find(const struct laws *l, const struct laws_key *k)
{
	size_t i = 0;

	while (i < l->nlive && memcmp(&l->live[i], k, sizeof(*k)) != 0)
		i++;
	return i;
}

static void
laws_add(struct laws *l, const struct laws_key *k)
{
	if (l->nlive == l->room) {
		l->room = l->room ? 2 * l->room : 64;
		l->live = realloc(l->live, l->room * sizeof(*l->live));
		if (!l->live)
			abort();
	}
	l->live[l->nlive++] = *k;
}

/* Law 5. */
static void
laws_life(struct laws *l, const struct rec *r)
{
	struct laws_key k = laws_key(r);
	size_t i = laws_find(l, &k);

	if (REC_HAS(r, FLOW, new_)) {
		laws_must(l, i == l->nlive, "new, and there already");
		l->begun++;
		laws_add(l, &k);
	} else {
		laws_must(l, i < l->nlive, "goes on, but never was new");
	}
	if (REC_HAS(r, FLOW, done) && i < l->nlive) {
		l->live[i] = l->live[--l->nlive];
		l->done++;
	}
}

static void
laws_flow(struct laws *l, const struct rec *r)
{
	const struct rec_flow *f = &r->u.flow;

	l->flows++;
	l->flow_pkts += f->pkts + f->rpkts;
	l->flow_bytes += f->bytes + f->rbytes;
	laws_must(l, f->pkts + f->rpkts > 0 || REC_HAS(r, FLOW, done),
	    "a report of nothing");
	laws_must(l, f->end >= r->ts, "ends before it begins");
	laws_must(l, f->rpkts == 0 || f->answered, "an answer unseen");
	if (REC_HAS(r, FLOW, start) && l->stats.u.stats.clock_back == 0)
		laws_must(l, f->start <= r->ts, "starts after its report");
	if (l->active)
		laws_must(l, tm_align(r->ts, l->active) ==
		    tm_align(f->end, l->active), "reaches over a border");
	laws_life(l, r);
}

static uint64_t
laws_sum(const struct counts *c)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < c->n; i++)
		sum += c->v[i].value;
	return sum;
}

/* Law 3, and 4 where it can be told. */
static void
laws_stats(struct laws *l, const struct rec *r)
{
	const struct rec_stats *s = &r->u.stats, *was = &l->stats.u.stats;
	uint64_t back = REC_HAS(r, STATS, clock_back) ? s->clock_back : 0;

	l->nstats++;
	laws_must(l, s->pkts == s->flow_pkts + laws_sum(&s->non_ip) +
	    laws_sum(&s->malformed) + laws_sum(&s->undecoded),
	    "the parts are not the whole");
	laws_must(l, s->pkts >= was->pkts && s->bytes >= was->bytes &&
	    s->link_bytes >= was->link_bytes && s->flows >= was->flows &&
	    s->flow_pkts >= was->flow_pkts && s->evicted >= was->evicted &&
	    back >= was->clock_back, "a counter fell");
	if (s->upto == r->ts)
		laws_must(l, s->flow_pkts == l->flow_pkts &&
		    s->bytes == l->flow_bytes, "flows have %" PRIu64
		    " packets, stats %" PRIu64, l->flow_pkts, s->flow_pkts);
	laws_must(l, s->flow_pkts >= l->flow_pkts &&
	    s->bytes >= l->flow_bytes, "flows have more than there was");
	laws_must(l, back > was->clock_back || s->upto >= l->upto,
	    "upto fell, no clock was set back");
	laws_must(l, s->upto <= r->ts, "it lies before its upto");
	l->upto = s->upto;
	l->stats = *r;
	l->stats.u.stats.clock_back = back;
}

/* Laws 1 and 7 and, by type, the others. */
static void ATTR_UNUSED
laws_rec(struct laws *l, const struct rec *r)
{
	uint64_t back = l->stats.u.stats.clock_back;

	laws_must(l, l->records > 0 || r->type == REC_TYPE_STREAM,
	    "no stream record first");
	laws_text(l, r);
	if (r->type == REC_TYPE_STATS && REC_HAS(r, STATS, clock_back))
		back = r->u.stats.clock_back;
	laws_must(l, r->ts >= l->upto || back > l->stats.u.stats.clock_back,
	    "%" PRId64 " lies before %" PRId64, r->ts, l->upto);
	l->records++;
	l->last_ts = r->ts;
	switch (r->type) {
	case REC_TYPE_STREAM:
		laws_must(l, r->u.stream.id.n < sizeof(l->id) &&
		    (l->streams++ == 0 || (r->u.stream.id.n == strlen(l->id) &&
		    memcmp(r->u.stream.id.p, l->id, strlen(l->id)) == 0)),
		    "another stream id");
		if (!l->broken[0])
			(void)snprintf(l->id, sizeof(l->id), "%.*s",
			    (int)r->u.stream.id.n, r->u.stream.id.p);
		break;
	case REC_TYPE_FLOW:
		laws_flow(l, r);
		break;
	case REC_TYPE_STATS:
		laws_stats(l, r);
		break;
	default:
		l->others++;
	}
}

/* After capture_end: what was begun has ended, what was given was counted. */
static void ATTR_UNUSED
laws_end(struct laws *l, uint64_t pkts)
{
	const struct rec_stats *s = &l->stats.u.stats;

	laws_must(l, l->nstats > 0, "no stats record");
	laws_must(l, s->pkts == pkts, "%" PRIu64 " packets", s->pkts);
	laws_must(l, !l->nlive && l->begun == l->done, "flows without end");
	laws_must(l, s->flows == l->begun, "%" PRIu64 " flows, it says, %"
	    PRIu64 " were new", s->flows, l->begun);
	laws_must(l, s->flow_pkts == l->flow_pkts && s->bytes == l->flow_bytes,
	    "the flows are not the whole");
	laws_must(l, l->flows <= 2 * s->flow_pkts, "a flood of flow records");
	laws_must(l, l->nstats <= pkts + 1, "a flood of stats records");
}

#endif
