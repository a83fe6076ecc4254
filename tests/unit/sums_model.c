/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "sums.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "sums_got.h"
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

static uint64_t seed = 1;

static unsigned
rnd(unsigned n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)((seed >> 33) % n);
}

static struct str
pick(const char *const *of)
{
	return str_of(of[rnd(3)]);
}

static const char *const words[][3] = {
	{ "gw", "gw2", "" }, { "d1", "d2", "d3" }, { "n", "nn", "m" },
	{ "p.example", "p", "q\"\\" }, { "lan", "gateway", "internet" },
	{ "tcp", "udp", "47" }, { "dns", "https", "" }, { "in", "out", "-" },
	{ "mon", "tue", "sun" }, { "m1", "m2", "m3" }, { "x", "y", "z" },
};

static struct addr ip_of[5];
static struct str host_of[5] = { { "a", 1 }, { "aa", 2 }, { "b", 1 },
	{ "c.example", 9 }, { "d", 1 } };

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

static bool short_names;

/* A device has always a name or never one; which one may change. */
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
		    pick(words[short_names ? 10 : 2]));
	WORD(peer, 3);
	WORD(where, 4);
	WORD(proto, 5);
	WORD(service, 6);
	WORD(dir, 7);
	WORD(weekday, 8);
	WORD(peer_mac, 9);
#undef WORD
	if (rnd(5))
		REC_SET(r, DIGEST, digest, port, rnd(2) * 440 + rnd(2));
	if (rnd(5))
		REC_SET(r, DIGEST, digest, hour, rnd(3) * 5);
	random_lists(r, ips, hosts);
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

static unsigned model_by;
static enum sums_sort model_sort;

static int
cmp_keys(struct rec *a, struct rec *b)
{
	size_t i;
	int c = (a->ts > b->ts) - (a->ts < b->ts);

	for (i = 0; i < ARRAY_SIZE(member_of) && c == 0; i++)
		if (model_by >> i & 1)
			c = cmp_member(a, b, member_of[i]);
	return c;
}

struct model_row {
	struct rec r;
	unsigned ips, hosts;	/* bits */
	int64_t named;
	bool no_service, no_mac;
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
	for (i = 0; REC_HAS(r, DIGEST, hosts) && i < d->hosts.n; i++)
		for (k = 0; k < 5; k++)
			if (str_eq(host_of[k], d->hosts.v[i]))
				m->hosts |= 1u << k;
	if (REC_HAS(r, DIGEST, more))
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
	m->no_service |= !REC_HAS(r, DIGEST, service) ||
	    !str_eq(to->service, d->service);
	m->no_mac |= !REC_HAS(r, DIGEST, peer_mac) ||
	    !str_eq(to->peer_mac, d->peer_mac);
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
	to->last = m->named = INT64_MIN;
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
model_members(struct model_row *m, struct addr ips[static 5],
    struct str hosts[static 5])
{
	struct rec *r = &m->r;
	uint64_t has = 0;
	size_t i, n = 0, k = 0;

	for (i = 0; i < ARRAY_SIZE(member_of); i++)
		if (model_by >> i & 1)
			has |= r->has & (uint64_t)1 << member_of[i];
	if (model_by & SUMS_DEVICE && !(model_by & SUMS_NAME) &&
	    m->named > INT64_MIN)
		has |= REC_BIT(DIGEST, name);
	if (model_by & SUMS_PORT && !(model_by & SUMS_SERVICE) &&
	    !m->no_service)
		has |= REC_BIT(DIGEST, service);
	if (model_by & SUMS_PEER && !m->no_mac)
		has |= REC_BIT(DIGEST, peer_mac);
	if (model_by & SUMS_PEER && r->u.digest.more)
		has |= REC_BIT(DIGEST, more);
	r->has = has;
	for (i = 0; i < 5; i++) {
		if (m->ips >> i & 1)
			ips[n++] = ip_of[i];
		if (m->hosts >> i & 1)
			hosts[k++] = host_of[i];
	}
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
	struct addr ips[5];
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
		model_members(&m[i], ips, hosts);
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
	short_names = fold;
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

static int
emit_total(void *ctx, const struct rec *r)
{
	const struct rec_digest *d = &r->u.digest;
	uint64_t *t = ctx;

	t[0] += d->flows;
	t[1] += d->unanswered;
	t[2] += d->pkts_out;
	t[3] += d->bytes_out;
	t[4] += d->pkts_in;
	t[5] += d->bytes_in;
	return 0;
}

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

/* ---- memory ---- */

enum { RANDOM_HOSTS = 1000000 };

static size_t
in_use(void)
{
#if defined(__GLIBC__) && defined(__GLIBC_PREREQ)
#if __GLIBC_PREREQ(2, 33)
	return mallinfo2().uordblks;
#endif
#endif
	return 0;
}

/* A digest with a new host and address each, of one of so many peers. */
static void
flood_digest(struct rec *r, struct str *host, struct addr *ip, unsigned peers,
    unsigned i)
{
	static char name[32], peer[32];

	rec_init(r, REC_TYPE_DIGEST);
	r->ts = (int64_t)(i / 5000) * SECOND;
	ip->ver = 4;
	memcpy(ip->b, &i, sizeof(i));
	snprintf(name, sizeof(name), "h%u.example", rnd(2000000000));
	*host = str_of(name);
	snprintf(peer, sizeof(peer), "p%u", rnd(peers));
	REC_SET(r, DIGEST, digest, device, str_of(i % 10 ? "d1" : "d2"));
	REC_SET(r, DIGEST, digest, peer, str_of(peer));
	REC_SET(r, DIGEST, digest, peer_ip, ((struct addrs){ ip, 1 }));
	REC_SET(r, DIGEST, digest, hosts, ((struct strs){ host, 1 }));
	REC_SET(r, DIGEST, digest, flows, 1);
	REC_SET(r, DIGEST, digest, bytes_out, i);
}

static void
test_memory(unsigned peers, bool fold)
{
	/* What is fixed; what malloc gives more than it was asked for. */
	const size_t max = 1 << 20, beside = 60000 + max / 8;
	struct sums_opts o = SUMS_OPTS_INIT;
	size_t before = in_use(), now, most = 0;
	struct addr ip = { .ver = 0 };
	uint64_t got[6] = { 0 };
	struct str host;
	struct sums *s;
	struct rec r;
	unsigned i;

	o.max_bytes = max;
	o.fold = fold;
	o.window = 0;
	s = sums_new(&o, &key, emit_total, got);
	for (i = 0; i < RANDOM_HOSTS; i++) {
		flood_digest(&r, &host, &ip, peers, i);
		(void)sums_add(s, &r);
		now = i % 100 == 0 ? in_use() : 0;
		most = now > most ? now : most;
	}
	(void)sums_end(s);
	tap_uint(got[0], RANDOM_HOSTS, "a million hosts of %u peers, fold %d",
	    peers, fold);
	tap_uint(got[3], (uint64_t)RANDOM_HOSTS * (RANDOM_HOSTS - 1) / 2,
	    "their bytes");
	if (peers < RANDOM_HOSTS)
		tap_ok((sums_counts(s)->early > 0) == !fold, "early: %" PRIu64,
		    sums_counts(s)->early);
	else if (fold)
		tap_ok(sums_counts(s)->folded > RANDOM_HOSTS - max / 200 &&
		    sums_counts(s)->early == 0, "most are folded");
	else
		tap_ok(sums_counts(s)->early > RANDOM_HOSTS - max / 200,
		    "most come out early");
	sums_free(s);
	if (most <= before)
		tap_skip("malloc does not tell", "memory in use");
	else if (!tap_ok(most - before <= max + beside &&
	    most - before > max / 2, "memory in use"))
		tap_diag("%zu bytes", most - before);
}

/* So many digests, each of a device of its own; every second name is long. */
static void
many_devices(struct sums *s, unsigned n, size_t length, int64_t ts)
{
	static char device[4000];
	struct rec r;
	unsigned i;

	memset(device, 'x', sizeof(device));
	for (i = 0; i < n; i++) {
		snprintf(device, sizeof(device), "d%05u", i);
		rec_init(&r, REC_TYPE_DIGEST);
		r.ts = ts;
		REC_SET(&r, DIGEST, digest, device,
		    ((struct str){ device, i % 2 ? 6 : length }));
		REC_SET(&r, DIGEST, digest, flows, 1);
		(void)sums_add(s, &r);
	}
}

/* Devices without end, folded: rows for them are not without end. */
static void
test_fold_bound(size_t length, uint64_t least, uint64_t most)
{
	struct sums_opts o = SUMS_OPTS_INIT;
	size_t before = in_use(), now;
	uint64_t got[6] = { 0 }, rows;
	struct sums *s;

	o.max_bytes = 4096;
	o.fold = true;
	s = sums_new(&o, &key, emit_total, got);
	many_devices(s, 20000, length, 0);
	now = in_use();
	(void)sums_close(s, 60 * SECOND);
	rows = sums_counts(s)->rows;
	tap_uint(got[0], 20000, "20000 devices of %zu bytes folded", length);
	tap_ok(rows >= least && rows <= most, "%" PRIu64 " rows", rows);
	many_devices(s, 20000, length, 60 * SECOND);
	(void)sums_close(s, 120 * SECOND);
	rows = sums_counts(s)->rows - rows;
	tap_ok(rows >= least && rows <= most, "%" PRIu64 " in the next window",
	    rows);
	sums_free(s);
	if (now <= before)
		tap_skip("malloc does not tell", "memory in use");
	else if (!tap_ok(now - before < SUMS_FOLD_BYTES + 200000,
	    "memory in use"))
		tap_diag("%zu bytes", now - before);
}

/* A digest that lacks nothing in the row of its device is not a folded one. */
static void
test_fold_device(void)
{
	struct sums_opts o = SUMS_OPTS_INIT;
	uint64_t got[6] = { 0 };
	struct sums *s;

	o.by = SUMS_DEVICE;
	o.max_bytes = 4096;
	o.fold = true;
	s = sums_new(&o, &key, emit_total, got);
	many_devices(s, 100, 6, 0);
	(void)sums_end(s);
	tap_uint(sums_counts(s)->rows, 100, "by device: each its own row");
	tap_uint(sums_counts(s)->folded, 0, "none folded");
	sums_free(s);
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
	test_memory(2000000000, false);
	test_memory(2000000000, true);
	test_memory(1500, false);
	test_memory(1500, true);
	test_fold_bound(6, SUMS_FOLD_ROWS, SUMS_FOLD_ROWS + 20);
	test_fold_bound(3900, SUMS_FOLD_BYTES / 5000, SUMS_FOLD_BYTES / 1000);
	test_fold_device();
	arena_release(&arena);
	return tap_done();
}
