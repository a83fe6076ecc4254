/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "sums.h"

#include <stdlib.h>
#include <string.h>

#include "rec.h"

/*
 * Lines of records, behind six bytes of options: digests are summed, stats
 * close windows. What comes out must fit a line, lie in its window, and come
 * to the same as what went in; and so must the sums of those sums.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HEAD	6
#define FEW	0xffffffffff	/* counters so small that no sum stops */

static void
check(bool promise)
{
	if (!promise)
		abort();
}

enum { FLOWS, UNANSWERED, PKTS_OUT, BYTES_OUT, PKTS_IN, BYTES_IN, TOTALS };

struct run {
	struct sums_opts o;
	struct arena arena, again;
	struct buf line;
	struct sums *second;	/* sums all that comes out, by nothing */
	uint64_t in[TOTALS], out[TOTALS], digests, rows;
	uint64_t closed;	/* windows */
	bool open;		/* rows came, and no end of a window */
	int64_t first, last;	/* of all that came out */
};

static void
count(uint64_t t[static TOTALS], const struct rec *r)
{
	const struct rec_digest *d = &r->u.digest;

#define ADD(NO, f) t[NO] += REC_HAS(r, DIGEST, f) ? d->f : 0
	ADD(FLOWS, flows);
	ADD(UNANSWERED, unanswered);
	ADD(PKTS_OUT, pkts_out);
	ADD(BYTES_OUT, bytes_out);
	ADD(PKTS_IN, pkts_in);
	ADD(BYTES_IN, bytes_in);
#undef ADD
}

/* No row has members that its key does not give it. */
static void
check_members(const struct run *run, const struct rec *r)
{
	unsigned by = run->o.by;

	check(by & SUMS_AGENT || !REC_HAS(r, DIGEST, agent));
	check(by & SUMS_DEVICE || !REC_HAS(r, DIGEST, device));
	check(by & (SUMS_DEVICE | SUMS_NAME) || !REC_HAS(r, DIGEST, name));
	check(by & SUMS_DEVICE || !REC_HAS(r, DIGEST, device_ip));
	check(by & SUMS_PEER || (!REC_HAS(r, DIGEST, peer) &&
	    !REC_HAS(r, DIGEST, peer_mac) && !REC_HAS(r, DIGEST, peer_ip) &&
	    !REC_HAS(r, DIGEST, hosts)));
	check(by & (SUMS_DEVICE | SUMS_PEER) || !REC_HAS(r, DIGEST, more));
	check(by & (SUMS_PORT | SUMS_SERVICE) ||
	    !REC_HAS(r, DIGEST, service));
	check(!REC_HAS(r, DIGEST, peer_ip) ||
	    r->u.digest.peer_ip.n - 1 < REC_LIST_MAX);
	check(!REC_HAS(r, DIGEST, device_ip) ||
	    r->u.digest.device_ip.n - 1 < REC_LIST_MAX);
	check(!REC_HAS(r, DIGEST, hosts) ||
	    r->u.digest.hosts.n - 1 < REC_LIST_MAX);
}

static void
check_times(struct run *run, const struct rec *r)
{
	const struct rec_digest *d = &r->u.digest;

	check(d->first <= d->last);
	if (run->o.window) {
		check(r->ts % run->o.window == 0);
		check(d->window == run->o.window);
	} else {
		check(r->ts <= d->first && d->window >= d->last - r->ts);
	}
	run->first = d->first < run->first ? d->first : run->first;
	run->last = d->last > run->last ? d->last : run->last;
}

static int
emit(void *ctx, const struct rec *r)
{
	struct run *run = ctx;
	struct errpos err;
	struct rec back;

	check_members(run, r);
	check_times(run, r);
	count(run->out, r);
	run->rows++;
	run->open = true;
	buf_reset(&run->line);
	check(rec_encode(r, &run->line) == 0);
	arena_reset(&run->again);
	check(rec_decode(&back, &run->again, run->line.p, run->line.n,
	    &err) == 0);
	check(back.has == r->has);
	check(sums_add(run->second, &back) == 0);
	return 0;
}

/* Which rows come out is chosen by a bit of what is in them. */
static bool
keep(void *ctx, const struct rec *r)
{
	(void)ctx;
	return r->u.digest.bytes_out & 1;
}

static int
closed(void *ctx)
{
	struct run *run = ctx;

	run->closed++;
	run->open = false;
	return 0;
}

static int
emit_second(void *ctx, const struct rec *r)
{
	struct run *run = ctx;
	uint64_t t[TOTALS] = { 0 };

	count(t, r);
	check(memcmp(t, run->out, sizeof(t)) == 0);
	check(r->u.digest.first == run->first && r->ts == run->first);
	check(r->u.digest.last == run->last);
	return 0;
}

static void
add(struct run *run, struct sums *s, struct rec *r)
{
	struct rec_digest *d = &r->u.digest;

	d->flows &= FEW;
	d->unanswered &= FEW;
	d->pkts_out &= FEW;
	d->bytes_out &= FEW;
	d->pkts_in &= FEW;
	d->bytes_in &= FEW;
	count(run->in, r);
	run->digests++;
	check(sums_add(s, r) == 0);
	check(sums_earliest(s) != INT64_MAX);
}

static void
feed(struct run *run, struct sums *s, const char *p, size_t n)
{
	const char *end = p + n, *lf;
	struct errpos err;
	struct rec r;

	for (; p < end; p = lf + 1) {
		lf = memchr(p, '\n', (size_t)(end - p));
		if (!lf)
			lf = end;
		arena_reset(&run->arena);
		memset(&r, 0, sizeof(r));
		if (rec_decode(&r, &run->arena, p, (size_t)(lf - p), &err) < 0)
			continue;
		if (r.type == REC_TYPE_DIGEST)
			add(run, s, &r);
		else if (r.type == REC_TYPE_STATS)
			check(sums_close(s, r.ts) == 0 &&
			    (!run->o.window || sums_earliest(s) == INT64_MAX ||
			    sums_earliest(s) > r.ts - run->o.window));
	}
}

static void
check_all(const struct run *run, const struct sums *s)
{
	const struct sums_counts *c = sums_counts(s);

	check(c->rows == run->rows && c->early <= c->rows);
	check(!run->open || c->early);
	check(run->closed <= run->digests);
	check(c->rows + c->hidden <= run->digests);
	check(c->folded <= run->digests);
	check(run->o.top || run->o.keep || c->hidden == 0);
	if (!c->hidden)
		check(memcmp(run->in, run->out, sizeof(run->in)) == 0);
	check(sums_earliest(s) == INT64_MAX);
}

static void
options(struct sums_opts *o, const uint8_t *b)
{
	static const int64_t windows[] = { 60000000, 0, 1, 7, 86400000000,
		INT64_C(1) << 50, REC_TIME_MAX, INT64_MAX };

	*o = (struct sums_opts)SUMS_OPTS_INIT;
	o->by = (unsigned)(b[0] | b[1] << 8) & (2 * SUMS_WEEKDAY - 1);
	o->fold = b[1] >> 7;
	o->keep = b[1] & 0x40 ? keep : NULL;
	o->window = windows[b[2] & 7];
	o->sort = (enum sums_sort)(b[3] % (SUMS_SORT_LAST + 1));
	o->top = b[4];
	o->max_bytes = (size_t)b[5] << 7;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sums_opts coarse = SUMS_OPTS_INIT;
	struct hashkey key;
	struct run run;
	struct sums *s;

	if (size < HEAD)
		return 0;
	memset(&run, 0, sizeof(run));
	memset(&key, 0x5a, sizeof(key));
	run.first = INT64_MAX;
	run.last = INT64_MIN;
	arena_init(&run.arena, REC_ARENA_MAX);
	arena_init(&run.again, REC_ARENA_MAX);
	buf_init(&run.line, 1 << 20);
	options(&run.o, data);
	run.o.closed = closed;
	coarse.by = 0;
	coarse.window = 0;
	run.second = sums_new(&coarse, &key, emit_second, &run);
	s = sums_new(&run.o, &key, emit, &run);
	feed(&run, s, (const char *)data + HEAD, size - HEAD);
	check(sums_end(s) == 0);
	check_all(&run, s);
	check(sums_end(run.second) == 0);
	sums_free(s);
	sums_free(run.second);
	buf_release(&run.line);
	arena_release(&run.arena);
	arena_release(&run.again);
	return 0;
}
