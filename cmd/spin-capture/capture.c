/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "capture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "clock.h"
#include "dns.h"
#include "dnstrack.h"
#include "emit.h"
#include "express.h"
#include "frag.h"
#include "hash.h"
#include "ifnames.h"
#include "link.h"
#include "sha1.h"
#include "sight.h"
#include "tally.h"
#include "tm.h"
#include "utf8.h"
#include "version.h"
#include "xalloc.h"

#define TICK		INT64_C(1000000)	/* between looks at idle */
#define ID_PKTS		16	/* packets that a stream's id is made of */
#define ID_BYTES	128	/* of each */
#define ARENA_MAX	(UINT32_C(1) << 20)
#define SOURCE_MAX	1024	/* bytes of the sources' names */

struct totals {
	uint64_t pkts, bytes, link_bytes, flow_pkts, filtered, bad_time;
	uint64_t drops;
	bool has_drops;
	struct tally non_ip, malformed, undecoded;
};

struct capture {
	struct capture_opts opts;
	struct emit_opts emit_opts;
	capture_emit *emit;
	void *ctx;
	int err;		/* what emit refused with */

	struct hashkey key;
	struct clock clock;
	int64_t next, next_tick, next_report, next_stats;
	struct flows *flows;
	struct express express;
	struct frags *frags;
	struct dnstrack *dns;
	struct sight *sight;
	struct arena arena;	/* of one mDNS message */
	struct ifnames ifs;
	struct totals n;

	bool streaming;		/* the stream record is out */
	int64_t first;		/* time of the first packet */
	struct sha1 id_hash;
	char id[13];
	char source[SOURCE_MAX];
	unsigned more_sources;	/* for whose names there was no room */
	const char *link;	/* its type's name, perhaps in link_room */
	char link_room[LINK_TEXT_MAX];
};

/* Remembers the first failure. */
static void
note(struct capture *c, int err)
{
	if (err < 0 && c->err == 0)
		c->err = err;
}

static int
put(struct capture *c, const struct rec *r)
{
	if (c->err == 0)
		note(c, c->emit(c->ctx, r));
	return c->err;
}

/* The stream record. */

static void
make_id(struct capture *c)
{
	const char *agent = c->opts.agent ? c->opts.agent : "";
	const char *filter = c->opts.filter ? c->opts.filter : "";
	uint8_t digest[SHA1_BYTES];
	struct sha1 s = c->id_hash;
	int i;

	sha1_add(&s, agent, strlen(agent) + 1);
	sha1_add(&s, filter, strlen(filter) + 1);
	sha1_end(&s, digest);
	for (i = 0; i < 6; i++)
		snprintf(c->id + 2 * i, 3, "%02x", digest[i]);
}

/* A number's bytes, the same on every machine. */
static void
hash_number(struct sha1 *s, uint64_t v)
{
	uint8_t b[8];
	int i;

	for (i = 0; i < 8; i++)
		b[i] = (uint8_t)(v >> (56 - 8 * i));
	sha1_add(s, b, sizeof(b));
}

/* Until the stream record is out: its id is made of the first packets. */
static ATTR_COLD void
hash_packet(struct capture *c, const struct cap_pkt *cp)
{
	uint32_t n = cp->caplen < ID_BYTES ? cp->caplen : ID_BYTES;

	if (c->n.pkts == 0) {
		c->link = link_text(cp->link, c->link_room);
		c->first = cp->ts;
	}
	if (c->n.pkts >= ID_PKTS)
		return;
	hash_number(&c->id_hash, (uint64_t)cp->ts);
	hash_number(&c->id_hash, (uint64_t)cp->link << 32 | cp->len);
	sha1_add(&c->id_hash, cp->data, n);
}

static struct strs
local_list(const struct capture *c, struct str *v,
    char text[SIGHT_PREFIXES][PREFIX_TEXT])
{
	const struct prefix *p;
	size_t n = sight_prefixes(c->sight, &p), i;

	for (i = 0; i < n; i++)
		v[i] = (struct str){ text[i], prefix_print(&p[i], text[i]) };
	return (struct strs){ v, n };
}

static int
put_stream(struct capture *c, int64_t ts)
{
	char text[SIGHT_PREFIXES][PREFIX_TEXT];
	char source[SOURCE_MAX + 16];
	struct str v[SIGHT_PREFIXES];
	struct strs local;
	struct rec r;

	c->streaming = true;
	rec_init(&r, REC_TYPE_STREAM);
	r.ts = ts;
	REC_SET(&r, STREAM, stream, v, SPIN_RECORD_V);
	REC_SET(&r, STREAM, stream, id, str_of(c->id));
	REC_SET(&r, STREAM, stream, tool, STR("spin-capture/" SPIN_VERSION));
	if (c->opts.agent)
		REC_SET(&r, STREAM, stream, agent, str_of(c->opts.agent));
	snprintf(source, sizeof(source), c->more_sources ? "%s +%u" : "%s",
	    c->source, c->more_sources);
	REC_SET(&r, STREAM, stream, source, str_of(source));
	if (c->link)
		REC_SET(&r, STREAM, stream, link, str_of(c->link));
	if (c->opts.active)
		REC_SET(&r, STREAM, stream, active, c->opts.active);
	local = local_list(c, v, text);
	if (local.n)
		REC_SET(&r, STREAM, stream, local, local);
	return put(c, &r);
}

static int
begin_stream(struct capture *c)
{
	sight_prefixes_changed(c->sight);
	make_id(c);
	return put_stream(c, c->first);
}

/* What the modules call with their records. */
static int
put_first(void *ctx, const struct rec *r)
{
	struct capture *c = ctx;

	if (unlikely(!c->streaming) && begin_stream(c) < 0)
		return c->err;
	return put(c, r);
}

static void
on_flow(void *ctx, const struct flow *f)
{
	struct capture *c = ctx;
	struct emit_text text;
	struct rec r;

	emit_flow(&r, &text, f, &c->emit_opts, c->clock.now,
	    ifnames_get(&c->ifs, f->ifno));
	put_first(c, &r);
}

/* The stats record. */

static int
put_stats(struct capture *c, int64_t ts, int64_t upto)
{
	struct count non_ip[REC_LIST_MAX], malformed[REC_LIST_MAX],
	    undecoded[REC_LIST_MAX], devices[SIGHT_COUNTS],
	    dns[DNSTRACK_COUNT];
	const struct flow_stats *flows = flows_stats(c->flows);
	struct rec r;

	rec_init(&r, REC_TYPE_STATS);
	r.ts = ts;
	REC_SET(&r, STATS, stats, upto, upto);
	REC_SET(&r, STATS, stats, pkts, c->n.pkts);
	REC_SET(&r, STATS, stats, bytes, c->n.bytes);
	REC_SET(&r, STATS, stats, link_bytes, c->n.link_bytes);
	REC_SET(&r, STATS, stats, flow_pkts, c->n.flow_pkts);
	REC_SET(&r, STATS, stats, non_ip, tally_counts(&c->n.non_ip, non_ip));
	REC_SET(&r, STATS, stats, malformed,
	    tally_counts(&c->n.malformed, malformed));
	REC_SET(&r, STATS, stats, undecoded,
	    tally_counts(&c->n.undecoded, undecoded));
	if (c->opts.filter)
		REC_SET(&r, STATS, stats, filtered, c->n.filtered);
	REC_SET(&r, STATS, stats, flows, flows->begun);
	REC_SET(&r, STATS, stats, evicted, flows->evicted);
	if (c->clock.late)
		REC_SET(&r, STATS, stats, late, c->clock.late);
	if (c->clock.back)
		REC_SET(&r, STATS, stats, clock_back, c->clock.back);
	if (c->n.bad_time)
		REC_SET(&r, STATS, stats, bad_time, c->n.bad_time);
	REC_SET(&r, STATS, stats, dns, ((struct counts){ dns,
	    dnstrack_counts(c->dns, dns) }));
	REC_SET(&r, STATS, stats, devices, ((struct counts){ devices,
	    sight_counts(c->sight, devices) }));
	if (c->n.has_drops)
		REC_SET(&r, STATS, stats, kernel_drops, c->n.drops);
	return put_first(c, &r);
}

/* Time. */

static void
plan_next(struct capture *c)
{
	c->next = c->next_tick;
	if (c->next_report < c->next)
		c->next = c->next_report;
	if (c->next_stats < c->next)
		c->next = c->next_stats;
}

/* Intervals begin anew from `now`; what lies before it is promised. */
static void
plan_intervals(struct capture *c)
{
	int64_t now = c->clock.now;

	c->next_tick = now + TICK;
	c->next_report = INT64_MAX;
	if (c->opts.active) {
		c->clock.floor = tm_align(now, c->opts.active);
		c->next_report = c->clock.floor + c->opts.active;
	}
	c->next_stats = tm_align(now, c->opts.stats) + c->opts.stats;
	plan_next(c);
}

/* Time has passed a point where something is due. */
static ATTR_COLD void
pass_time(struct capture *c)
{
	int64_t now = c->clock.now, due;

	if (c->next == INT64_MIN) {
		plan_intervals(c);
		return;
	}
	flows_expire(c->flows, clock_vnow(&c->clock));
	note(c, dnstrack_tick(c->dns, now));
	c->next_tick = now + TICK;
	if (now >= c->next_report) {
		flows_report(c->flows);
		c->clock.floor = tm_align(now, c->opts.active);
		c->next_report = c->clock.floor + c->opts.active;
	}
	if (now >= c->next_stats) {
		due = tm_align(now, c->opts.stats);
		c->next_stats = due + c->opts.stats;
		if (c->opts.active)
			put_stats(c, due > c->clock.floor ? due :
			    c->clock.floor, c->clock.floor);
	}
	plan_next(c);
}

static ATTR_COLD void
step_back(struct capture *c, int64_t ts)
{
	flows_report(c->flows);
	note(c, dnstrack_end(c->dns, c->clock.now));
	clock_set_back(&c->clock, ts);
	plan_intervals(c);
	put_stats(c, ts, c->opts.active ? c->clock.floor : ts);
}

/* The time to record a packet under. */
static inline int64_t
take_time(struct capture *c, int64_t ts)
{
	switch (clock_take(&c->clock, &ts)) {
	case CLOCK_SAME:
		break;
	case CLOCK_FORWARD:
		c->clock.now = ts;
		if (unlikely(ts >= c->next))
			pass_time(c);
		break;
	case CLOCK_BACK:
		step_back(c, ts);
		break;
	}
	return ts;
}

/* Packets. */

static void
look_at_mdns(struct capture *c, const struct pkt *p)
{
	struct dns_msg m;

	arena_reset(&c->arena);
	if (dns_parse(&m, &c->arena, p->payload, p->paycap, p->paylen,
	    true) != DNS_BAD && m.flags & DNS_QR)
		note(c, sight_mdns(c->sight, p, &m.answers));
}

/* Home prefixes may have been learned: the stream record says them. */
static void
update_stream(struct capture *c, int64_t ts)
{
	if (sight_prefixes_changed(c->sight) && c->streaming)
		put_stream(c, ts);
}

/* What DNS and the devices say of themselves. */
static ATTR_COLD void
look_inside(struct capture *c, const struct pkt *p)
{
	if (dnstrack_wants(p)) {
		note(c, dnstrack_packet(c->dns, p));
		if (p->sport == 5353 && p->payload &&
		    p->proto == IPPROTO_NUM_UDP)
			look_at_mdns(c, p);
	} else if (sight_wants(p)) {
		note(c, sight_pkt(c->sight, p));
		update_stream(c, p->ts);
	}
}

/* The first packet of a flow: whether to look into it, and who sends it. */
static ATTR_COLD void
look_at_new(struct capture *c, const struct pkt *p, struct flow *f)
{
	f->look = dnstrack_wants(p) || sight_wants(p) || p->has_icmp;
	if (f->look)
		look_inside(c, p);
	note(c, sight_ip(c->sight, p));
}

static void
take_ip(struct capture *c, struct pkt *p, const struct link_info *link)
{
	const char *fault = packet_decode(p, link);
	int64_t vnow = clock_vnow(&c->clock);
	struct flow *f;
	bool is_new;

	if (unlikely(fault != NULL)) {
		tally_add(&c->n.malformed, fault);
		return;
	}
	if (unlikely(p->fragment))
		frags_packet(c->frags, p, vnow);
	c->n.flow_pkts++;
	c->n.bytes += p->bytes;
	f = flows_packet(c->flows, p, vnow, &is_new);
	if (unlikely(is_new))
		look_at_new(c, p, f);
	else if (unlikely(f->look))
		look_inside(c, p);
}

static void
take_other(struct capture *c, int64_t ts, const struct link_info *link)
{
	struct tally *t = &c->n.undecoded;

	if (link->kind == LINK_NON_IP)
		t = &c->n.non_ip;
	else if (link->kind == LINK_MALFORMED)
		t = &c->n.malformed;
	tally_add(t, link->name);
	if (link->kind == LINK_NON_IP && link->ethertype == 0x0806) {
		note(c, sight_arp(c->sight, ts, link));
		update_stream(c, ts);
	}
}

static void
take_any(struct capture *c, const struct cap_pkt *cp, int64_t ts)
{
	struct link_info link;
	struct pkt p;

	p.ts = ts;
	p.ifno = ifnames_index(&c->ifs, cp->ifno);
	link_decode(cp->link, cp->data, cp->caplen, cp->len, &link);
	if (likely(link.kind == LINK_IP))
		take_ip(c, &p, &link);
	else
		take_other(c, p.ts, &link);
}

/* Any packet. */
static void
take_packet(struct capture *c, const struct cap_pkt *cp)
{
	int64_t ts;

	if (unlikely(!c->streaming))
		hash_packet(c, cp);
	ts = take_time(c, cp->ts);
	c->n.pkts++;
	c->n.link_bytes += cp->len;
	c->n.bad_time += cp->bad_time;
	take_any(c, cp, ts);
	express_forget(&c->express);
}

/* Plain packets, as far as they go; returns how many. */
static size_t
take_express(struct capture *c, const struct cap_pkt *v, size_t n)
{
	struct express_run run = {
		.floor = c->clock.floor, .until = c->next,
		.ifs = ifnames_known(&c->ifs),
		.voff = c->clock.voff, .now = c->clock.now,
	};
	size_t took = express_packets(&c->express, c->flows, v, n, &run);

	c->clock.now = run.now;
	c->n.pkts += run.pkts;
	c->n.flow_pkts += run.pkts;
	c->n.bytes += run.bytes;
	c->n.link_bytes += run.link_bytes;
	return took;
}

int
capture_packets(struct capture *c, const struct cap_pkt *v, size_t n)
{
	size_t i = 0;

	while (i < n && c->err == 0) {
		if (likely(c->n.pkts >= ID_PKTS))
			i += take_express(c, v + i, n - i);
		if (i < n && c->err == 0)
			take_packet(c, &v[i++]);
	}
	return c->err;
}

void
capture_filtered(struct capture *c)
{
	c->n.filtered++;
}

void
capture_drops(struct capture *c, uint64_t n)
{
	c->n.drops += n;
	c->n.has_drops = true;
}

int
capture_end(struct capture *c)
{
	int64_t now = clock_started(&c->clock) ? c->clock.now : 0;

	if (c->clock.floor > now)
		now = c->clock.floor;
	note(c, dnstrack_end(c->dns, now));
	flows_end(c->flows);
	put_stats(c, now, now);
	return c->err;
}

/* Sources. */

void
capture_source(struct capture *c, const char *name)
{
	size_t n = strlen(c->source), room = sizeof(c->source) - n - 1;
	size_t len = strlen(name);
	char *text = xmalloc(UTF8_ESCAPED(len) + 1);

	len = utf8_escape(text, name, len);
	if (len + 1 <= room && !c->more_sources) {
		if (n)
			c->source[n++] = ' ';
		memcpy(c->source + n, text, len);
		c->source[n + len] = '\0';
	} else {
		c->more_sources++;
	}
	free(text);
}

void
capture_next_source(struct capture *c)
{
	ifnames_next_source(&c->ifs);
}

void
capture_ifname(struct capture *c, uint32_t ifno, const char *name)
{
	ifnames_set(&c->ifs, ifno, name);
}

struct capture *
capture_new(const struct capture_opts *opts, capture_emit *emit, void *ctx)
{
	struct capture *c = calloc(1, sizeof(*c));
	int err;

	if (!c)
		return NULL;
	c->opts = *opts;
	c->emit_opts.community_id = opts->community_id;
	c->emit_opts.community_seed = opts->community_seed;
	c->emit = emit;
	c->ctx = ctx;
	c->clock = (struct clock)CLOCK_INIT;
	c->express = (struct express)EXPRESS_INIT;
	c->next = INT64_MIN;
	arena_init(&c->arena, ARENA_MAX);
	ifnames_next_source(&c->ifs);
	sha1_init(&c->id_hash);
	err = hashkey_init(&c->key);
	if (err == 0)
		c->flows = flows_new(&opts->flow, &c->key, on_flow, c);
	if (!c->flows) {
		free(c);
		errno = err ? -err : ENOMEM;
		return NULL;
	}
	c->frags = frags_new(&c->key);
	c->sight = sight_new(&c->key, SIGHT_DEVICES, put_first, c);
	c->dns = dnstrack_new(&c->key, put_first, c);
	return c;
}

void
capture_free(struct capture *c)
{
	if (!c)
		return;
	flows_free(c->flows);
	frags_free(c->frags);
	sight_free(c->sight);
	dnstrack_free(c->dns);
	arena_release(&c->arena);
	ifnames_release(&c->ifs);
	free(c);
}
