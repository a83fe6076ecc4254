/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "sums.h"

#include "sums_got.h"
#include "sums_total.h"
#include "tap.h"

static void
feed_lines(struct sums *s, const struct buf *lines)
{
	const char *p = lines->p, *end = p + lines->n, *lf;
	struct rec r;

	for (; p < end; p = lf + 1) {
		lf = memchr(p, '\n', (size_t)(end - p));
		decode(&r, p, (size_t)(lf - p));
		if (sums_add(s, &r) < 0)
			abort();
	}
}

/* ---- random digests, against a plain model ---- */

#define BY_ALL	(2 * SUMS_WEEKDAY - 1)


static struct str
pick(const char *const *of)
{
	return str_of(of[rnd(3)]);
}

static const char *const words[][3] = {
	{ "gw", "gw2", "" }, { "d1", "d2", "d3" }, { "n", "nn", "m" },
	{ "p.example", "p", "q\"\\" }, { "lan", "gateway", "internet" },
	{ "tcp", "udp", "47" }, { "dns", "https", "" }, { "in", "out", "-" },
	{ "mon", "tue", "sun" }, { "p", "m2", "p3" }, { "x", "y", "z" },
};

static struct addr ip_of[5];
static struct str host_of[5] = { { "a", 1 }, { "aa", 2 }, { "b", 1 },
	{ "c.example", 9 }, { "d", 1 } };

/*
 * Of rows cut short by `fold` nobody knows the lists; and there a name that is
 * longer than the first one does not count.
 */
static bool folding;

static void
random_lists(struct rec *r, struct addr ips[static 3],
    struct str hosts[static 3])
{
	unsigned n = rnd(4), i;

	for (i = 0; i < n; i++) {
		ips[i] = ip_of[rnd(5)];
		hosts[i] = host_of[rnd(5)];
	}
	if (rnd(4))
		REC_SET(r, DIGEST, digest, peer_ip, ((struct addrs){ ips, n }));
	if (rnd(4))
		REC_SET(r, DIGEST, digest, hosts, ((struct strs){ hosts, n }));
	if (folding)
		return;
	if (rnd(4))
		REC_SET(r, DIGEST, digest, device_ip,
		    ((struct addrs){ ips, rnd(n + 1) }));
	if (rnd(4) == 0)
		REC_SET(r, DIGEST, digest, more, rnd(5));
}

static void
random_sums(struct rec *r)
{
#define COUNT(f, n) \
	if (rnd(9)) \
		REC_SET(r, DIGEST, digest, f, rnd(n))
	COUNT(flows, 3);
	COUNT(unanswered, 2);
	COUNT(pkts_out, 10);
	COUNT(bytes_out, 2000000000);
	COUNT(pkts_in, 10);
	COUNT(bytes_in, 2000000000);
#undef COUNT
	if (rnd(3))
		REC_SET(r, DIGEST, digest, first, r->ts + rnd(5000000));
	if (rnd(3))
		REC_SET(r, DIGEST, digest, last, r->ts + rnd(9000000));
}

/*
 * A device has always a name or never one, and so has a peer that is a
 * device; which one may change.
 */
static void
random_digest(struct rec *r, struct addr ips[static 3],
    struct str hosts[static 3])
{
	rec_init(r, REC_TYPE_DIGEST);
	r->ts = (int64_t)rnd(40000000) - 20000000;
#define WORD(f, i) \
	if (rnd(5)) \
		REC_SET(r, DIGEST, digest, f, pick(words[i]))
	WORD(agent, 0);
	WORD(device, 1);
	if (REC_HAS(r, DIGEST, device) && r->u.digest.device.p[1] != '3')
		REC_SET(r, DIGEST, digest, name,
		    pick(words[folding ? 10 : 2]));
	WORD(peer_mac, 9);
	WORD(peer, 3);
	WORD(where, 4);
	WORD(proto, 5);
	WORD(service, 6);
	WORD(dir, 7);
	WORD(weekday, 8);
#undef WORD
	if (REC_HAS(r, DIGEST, peer_mac)) {
		r->has &= ~REC_BIT(DIGEST, peer);
		if (r->u.digest.peer_mac.p[1] != '3')
			REC_SET(r, DIGEST, digest, peer, pick(words[3]));
	}
	if (rnd(5))
		REC_SET(r, DIGEST, digest, port, rnd(2) * 440 + rnd(2));
	if (rnd(5))
		REC_SET(r, DIGEST, digest, hour, rnd(3) * 5);
	random_lists(r, ips, hosts);
	/* Without a peer a row cut short by peer would count them in `more`. */
	if (folding && !(r->has & (REC_BIT(DIGEST, peer) |
	    REC_BIT(DIGEST, peer_mac))))
		r->has &= ~(REC_BIT(DIGEST, peer_ip) |
		    REC_BIT(DIGEST, hosts));
	random_sums(r);
}

struct sample {
	struct rec r;
	struct addr ips[3];
	struct str hosts[3];
};

enum { SAMPLES = 300 };
static struct sample samples[SAMPLES];

static void
random_samples(void)
{
	size_t i;

	for (i = 0; i < SAMPLES; i++)
		random_digest(&samples[i].r, samples[i].ips,
		    samples[i].hosts);
}

/* The model: members of a key in their order, as the record has them. */
static const unsigned member_of[] = { REC_DIGEST_agent, REC_DIGEST_device,
	REC_DIGEST_name, REC_DIGEST_peer, REC_DIGEST_where, REC_DIGEST_proto,
	REC_DIGEST_port, REC_DIGEST_service, REC_DIGEST_dir, REC_DIGEST_hour,
	REC_DIGEST_weekday };

static struct str *
text_of(struct rec *r, unsigned no)
{
	struct rec_digest *d = &r->u.digest;

	switch (no) {
	case REC_DIGEST_agent: return &d->agent;
	case REC_DIGEST_device: return &d->device;
	case REC_DIGEST_name: return &d->name;
	case REC_DIGEST_peer: return &d->peer;
	case REC_DIGEST_where: return &d->where;
	case REC_DIGEST_proto: return &d->proto;
	case REC_DIGEST_service: return &d->service;
	case REC_DIGEST_dir: return &d->dir;
	default: return &d->weekday;
	}
}

static int
cmp_member(struct rec *a, struct rec *b, unsigned no)
{
	bool in_a = a->has >> no & 1, in_b = b->has >> no & 1;
	uint64_t x, y;

	if (!in_a || !in_b)
		return (int)in_a - (int)in_b;
	if (no != REC_DIGEST_port && no != REC_DIGEST_hour)
		return by_text(text_of(a, no), text_of(b, no));
	x = no == REC_DIGEST_port ? a->u.digest.port : a->u.digest.hour;
	y = no == REC_DIGEST_port ? b->u.digest.port : b->u.digest.hour;
	return (x > y) - (x < y);
}

/* A device is its peer_mac, behind what else is called so. */
static int
cmp_peers(const struct rec *a, const struct rec *b)
{
	const struct rec *r[2] = { a, b };
	struct str text[2];
	bool device[2], has[2];
	int i;

	for (i = 0; i < 2; i++) {
		device[i] = REC_HAS(r[i], DIGEST, peer_mac);
		has[i] = device[i] || REC_HAS(r[i], DIGEST, peer);
		text[i] = device[i] ? r[i]->u.digest.peer_mac :
		    r[i]->u.digest.peer;
	}
	if (!has[0] || !has[1])
		return (int)has[0] - (int)has[1];
	i = by_text(&text[0], &text[1]);
	return i ? i : (int)device[0] - (int)device[1];
}

static unsigned model_by;
static enum sums_sort model_sort;

static int
cmp_keys(struct rec *a, struct rec *b)
{
	size_t i;
	int c = (a->ts > b->ts) - (a->ts < b->ts);

	for (i = 0; i < ARRAY_SIZE(member_of) && c == 0; i++)
		if (model_by >> i & 1)
			c = member_of[i] == REC_DIGEST_peer ?
			    cmp_peers(a, b) : cmp_member(a, b, member_of[i]);
	return c;
}

struct model_row {
	struct rec r;
	unsigned own_ips, ips, hosts;	/* bits */
	int64_t named, labelled;
	bool no_service;
};

static int64_t
model_measure(const struct rec_digest *d)
{
	switch (model_sort) {
	case SUMS_SORT_BYTES:
		return (int64_t)(d->bytes_out + d->bytes_in);
	case SUMS_SORT_BYTES_OUT: return (int64_t)d->bytes_out;
	case SUMS_SORT_BYTES_IN: return (int64_t)d->bytes_in;
	case SUMS_SORT_PKTS: return (int64_t)(d->pkts_out + d->pkts_in);
	case SUMS_SORT_PKTS_OUT: return (int64_t)d->pkts_out;
	case SUMS_SORT_PKTS_IN: return (int64_t)d->pkts_in;
	case SUMS_SORT_FLOWS: return (int64_t)d->flows;
	case SUMS_SORT_UNANSWERED: return (int64_t)d->unanswered;
	case SUMS_SORT_FIRST: return -d->first;
	case SUMS_SORT_LAST: return d->last;
	default: return 0;
	}
}

static int
cmp_rows(const void *a, const void *b)
{
	struct model_row x = *(const struct model_row *)a;
	struct model_row y = *(const struct model_row *)b;
	int64_t m = model_measure(&x.r.u.digest);
	int64_t n = model_measure(&y.r.u.digest);

	if (x.r.ts != y.r.ts)
		return x.r.ts < y.r.ts ? -1 : 1;
	if (m != n)
		return m > n ? -1 : 1;
	return cmp_keys(&x.r, &y.r);
}

static void
model_lists(struct model_row *m, const struct rec *r)
{
	const struct rec_digest *d = &r->u.digest;
	size_t i, k;

	for (i = 0; REC_HAS(r, DIGEST, peer_ip) && i < d->peer_ip.n; i++)
		for (k = 0; k < 5; k++)
			if (addr_eq(&ip_of[k], &d->peer_ip.v[i]))
				m->ips |= 1u << k;
	for (i = 0; REC_HAS(r, DIGEST, device_ip) && i < d->device_ip.n; i++)
		for (k = 0; k < 5; k++)
			if (addr_eq(&ip_of[k], &d->device_ip.v[i]))
				m->own_ips |= 1u << k;
	for (i = 0; REC_HAS(r, DIGEST, hosts) && i < d->hosts.n; i++)
		for (k = 0; k < 5; k++)
			if (str_eq(host_of[k], d->hosts.v[i]))
				m->hosts |= 1u << k;
	if (REC_HAS(r, DIGEST, more) && (model_by & SUMS_PEER ||
	    !(r->has & (REC_BIT(DIGEST, peer) | REC_BIT(DIGEST, peer_mac)))))
		m->r.u.digest.more += d->more;
}

static int64_t
model_first(const struct rec *r)
{
	return REC_HAS(r, DIGEST, first) ? r->u.digest.first : r->ts;
}

static int64_t
model_last(const struct rec *r)
{
	int64_t first = model_first(r);

	return REC_HAS(r, DIGEST, last) && r->u.digest.last > first ?
	    r->u.digest.last : first;
}

static void
model_add(struct model_row *m, const struct rec *r)
{
	const struct rec_digest *d = &r->u.digest;
	struct rec_digest *to = &m->r.u.digest;
	int64_t first = model_first(r), last = model_last(r);

#define ADD(f) to->f += REC_HAS(r, DIGEST, f) ? d->f : 0
	ADD(flows), ADD(unanswered), ADD(pkts_out), ADD(bytes_out);
	ADD(pkts_in), ADD(bytes_in);
#undef ADD
	if (first < to->first)
		to->first = first;
	if (last > to->last)
		to->last = last;
	if (REC_HAS(r, DIGEST, name) && (last > m->named ||
	    (last == m->named && by_text(&d->name, &to->name) > 0))) {
		to->name = d->name;
		m->named = last;
	}
	if (REC_HAS(r, DIGEST, peer) && (last > m->labelled ||
	    (last == m->labelled && by_text(&d->peer, &to->peer) > 0))) {
		to->peer = d->peer;
		m->labelled = last;
	}
	m->no_service |= !REC_HAS(r, DIGEST, service) ||
	    !str_eq(to->service, d->service);
	model_lists(m, r);
}

/* The first digest of a row, without its sums. */
static void
model_begin(struct model_row *m, const struct rec *r, int64_t start)
{
	struct rec_digest *to = &m->r.u.digest;

	memset(m, 0, sizeof(*m));
	m->r = *r;
	m->r.ts = start;
	to->flows = to->unanswered = to->more = 0;
	to->pkts_out = to->bytes_out = to->pkts_in = to->bytes_in = 0;
	to->first = INT64_MAX;
	to->last = m->named = m->labelled = INT64_MIN;
}

static int64_t
model_start(int64_t ts, int64_t window)
{
	int64_t n = 0;

	if (!window)
		return 0;
	while (n * window > ts)
		n--;
	while ((n + 1) * window <= ts)
		n++;
	return n * window;
}

/* What a row may have and has, as the header says. */
static void
model_members(struct model_row *m, struct addr own[static 5],
    struct addr ips[static 5], struct str hosts[static 5])
{
	struct rec *r = &m->r;
	uint64_t has = 0;
	size_t i, n = 0, k = 0, o = 0;

	for (i = 0; i < ARRAY_SIZE(member_of); i++)
		if (model_by >> i & 1)
			has |= r->has & (uint64_t)1 << member_of[i];
	if (model_by & SUMS_DEVICE && !(model_by & SUMS_NAME) &&
	    m->named > INT64_MIN)
		has |= REC_BIT(DIGEST, name);
	if (model_by & SUMS_PORT && !(model_by & SUMS_SERVICE) &&
	    !m->no_service)
		has |= REC_BIT(DIGEST, service);
	if (model_by & SUMS_PEER)
		has |= r->has & REC_BIT(DIGEST, peer_mac);
	if (model_by & (SUMS_DEVICE | SUMS_PEER) && r->u.digest.more)
		has |= REC_BIT(DIGEST, more);
	r->has = has;
	for (i = 0; i < 5; i++) {
		if (m->own_ips >> i & 1)
			own[o++] = ip_of[i];
		if (m->ips >> i & 1)
			ips[n++] = ip_of[i];
		if (m->hosts >> i & 1)
			hosts[k++] = host_of[i];
	}
	if (model_by & SUMS_DEVICE && o)
		REC_SET(r, DIGEST, digest, device_ip,
		    ((struct addrs){ own, o }));
	if (model_by & SUMS_PEER && n)
		REC_SET(r, DIGEST, digest, peer_ip,
		    ((struct addrs){ ips, n }));
	if (model_by & SUMS_PEER && k)
		REC_SET(r, DIGEST, digest, hosts, ((struct strs){ hosts, k }));
	r->has |= REC_BIT(DIGEST, flows) | REC_BIT(DIGEST, unanswered) |
	    REC_BIT(DIGEST, pkts_out) | REC_BIT(DIGEST, bytes_out) |
	    REC_BIT(DIGEST, pkts_in) | REC_BIT(DIGEST, bytes_in) |
	    REC_BIT(DIGEST, first) | REC_BIT(DIGEST, last);
}

static size_t
model_sum(struct model_row *m, int64_t window)
{
	size_t i, k, n = 0;
	struct rec r;

	for (i = 0; i < SAMPLES; i++) {
		r = samples[i].r;
		r.ts = model_start(r.ts, window);
		for (k = 0; k < n && cmp_keys(&m[k].r, &r) != 0; k++)
			;
		if (k == n)
			model_begin(&m[n++], &samples[i].r, r.ts);
		model_add(&m[k], &samples[i].r);
	}
	return n;
}

/* All samples by the model, as text. */
static void
model_text(const struct sums_opts *o, struct buf *out)
{
	static struct model_row m[SAMPLES];
	int64_t least = INT64_MAX, most = INT64_MIN, was = INT64_MIN;
	struct addr own[5], ips[5];
	struct str hosts[5];
	uint64_t shown = 0;
	size_t i, n;

	model_by = o->by;
	model_sort = o->sort;
	n = model_sum(m, o->window);
	qsort(m, n, sizeof(m[0]), cmp_rows);
	for (i = 0; i < n; i++) {
		if (m[i].r.u.digest.first < least)
			least = m[i].r.u.digest.first;
		if (m[i].r.u.digest.last > most)
			most = m[i].r.u.digest.last;
	}
	for (i = 0; i < n; i++) {
		shown = m[i].r.ts == was ? shown + 1 : 1;
		was = m[i].r.ts;
		if (o->top && shown > o->top)
			continue;
		model_members(&m[i], own, ips, hosts);
		REC_SET(&m[i].r, DIGEST, digest, window,
		    o->window ? o->window : most - least);
		if (!o->window)
			m[i].r.ts = least;
		if (rec_encode(&m[i].r, out) < 0)
			abort();
	}
}

/* All samples by sums.c, as text. */
static struct sums_counts
sums_text(const struct sums_opts *o, const struct hashkey *k, struct got *g)
{
	struct sums_counts counts;
	struct sums *s;
	size_t i;

	buf_reset(&g->text);
	s = sums_new(o, k, emit, g);
	for (i = 0; i < SAMPLES; i++)
		if (sums_add(s, &samples[i].r) < 0)
			abort();
	if (sums_end(s) < 0)
		abort();
	counts = *sums_counts(s);
	sums_free(s);
	return counts;
}

static void
resum_text(const struct sums_opts *o, const struct buf *lines, struct got *g)
{
	struct sums *s = sums_new(o, &key, emit, g);

	buf_reset(&g->text);
	feed_lines(s, lines);
	if (sums_end(s) < 0)
		abort();
	sums_free(s);
}

static bool
same(const struct buf *a, const struct buf *b)
{
	return a->n == b->n && memcmp(a->p, b->p, a->n) == 0;
}

static void
got_pair(struct got *a, struct got *b)
{
	got_init(a);
	got_init(b);
	a->tidy = b->tidy = true;
}

static void
random_opts(struct sums_opts *o)
{
	static const int64_t windows[] = { 0, 7000000, 999999,
	    10000000 };

	*o = (struct sums_opts)SUMS_OPTS_INIT;
	o->by = rnd(4) ? rnd(BY_ALL + 1) & rnd(BY_ALL + 1) : rnd(BY_ALL + 1);
	o->window = windows[rnd(4)];
	o->sort = rnd(SUMS_SORT_LAST + 1);
}

static void
test_model(void)
{
	struct sums_opts o;
	struct hashkey other;
	struct got a, b;
	unsigned i, wrong = 0, keyed = 0;

	got_pair(&a, &b);
	for (i = 0; i < 300; i++) {
		random_samples();
		random_opts(&o);
		o.top = rnd(3) ? 0 : rnd(5);
		buf_reset(&b.text);
		model_text(&o, &b.text);
		(void)sums_text(&o, &key, &a);
		wrong += !same(&a.text, &b.text);
		memset(&other, (int)i, sizeof(other));
		o.max_bytes = rnd(2) ? o.max_bytes : 512 + rnd(8000);
		o.fold = rnd(2);
		(void)sums_text(&o, &key, &a);
		(void)sums_text(&o, &other, &b);
		keyed += !same(&a.text, &b.text);
	}
	tap_uint(wrong, 0, "300 sums as those of the model, to the byte");
	tap_uint(keyed, 0, "and the same with any hash key");
	buf_release(&a.text);
	buf_release(&b.text);
}

/* Sums of sums: by fewer members, in longer windows, of rows cut short. */
static void
test_resum(bool tight, bool fold, const char *what)
{
	struct sums_opts o, coarse;
	struct sums_counts c;
	uint64_t cut = 0;
	struct got a, b;
	unsigned i, wrong = 0;

	got_pair(&a, &b);
	folding = fold;
	for (i = 0; i < 300; i++) {
		random_samples();
		random_opts(&o);
		if (fold)
			o.by &= ~(unsigned)SUMS_NAME;
		coarse = o;
		coarse.by &= rnd(2) ? rnd(BY_ALL + 1) : BY_ALL;
		if (fold)
			coarse.by &= SUMS_AGENT | SUMS_DEVICE;
		coarse.window *= 1 + rnd(3);
		if (rnd(3) == 0)
			coarse.window = 0;
		if (tight)
			o.max_bytes = 512 + rnd(8000);
		o.fold = fold;
		c = sums_text(&o, &key, &a);
		cut += fold ? c.folded : c.early;
		resum_text(&coarse, &a.text, &b);
		(void)sums_text(&coarse, &key, &a);
		wrong += !same(&a.text, &b.text);
	}
	tap_uint(wrong, 0, "300 sums of sums: %s", what);
	tap_ok((cut > 0) == tight, "%" PRIu64 " cut short", cut);
	buf_release(&a.text);
	buf_release(&b.text);
}

/* ---- totals, by everything there is ---- */

static void
total_of_samples(uint64_t t[static 6])
{
	struct rec r;
	size_t i;

	for (i = 0; i < SAMPLES; i++) {
		r = samples[i].r;
#define ZERO(f) r.u.digest.f = REC_HAS(&r, DIGEST, f) ? r.u.digest.f : 0
		ZERO(flows), ZERO(unanswered), ZERO(pkts_out);
		ZERO(bytes_out), ZERO(pkts_in), ZERO(bytes_in);
#undef ZERO
		(void)emit_total(t, &r);
	}
}

static void
test_totals(void)
{
	struct sums_opts o = SUMS_OPTS_INIT;
	uint64_t want[6] = { 0 }, got[6];
	unsigned wrong[2] = { 0, 0 };
	struct sums *s;
	size_t i;

	random_samples();
	total_of_samples(want);
	for (o.by = 0; o.by <= BY_ALL; o.by++) {
		memset(got, 0, sizeof(got));
		o.fold = o.by & 1;
		o.max_bytes = o.by % 3 ? 1 << 20 : 2000;
		o.window = o.by % 5 * SECOND;
		s = sums_new(&o, &key, emit_total, got);
		for (i = 0; i < SAMPLES; i++)
			(void)sums_add(s, &samples[i].r);
		(void)sums_end(s);
		wrong[o.fold] += memcmp(got, want, sizeof(got)) != 0;
		sums_free(s);
	}
	tap_uint(wrong[0], 0, "totals are kept, whatever they are summed by");
	tap_uint(wrong[1], 0, "and folded");
}

int
main(void)
{
	unsigned i;

	if (hashkey_init(&key) < 0)
		abort();
	arena_init(&arena, REC_ARENA_MAX);
	for (i = 0; i < ARRAY_SIZE(ip_of); i++)
		ip_of[i] = addr_v4((const uint8_t[]){ 192, 0, 2, (uint8_t)i });
	test_model();
	test_resum(false, false, "by less");
	test_resum(true, false, "with early rows");
	test_resum(true, true, "with folded rows");
	test_totals();
	arena_release(&arena);
	return tap_done();
}
