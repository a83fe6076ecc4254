/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "sums.h"

#include <stdlib.h>
#include <string.h>

#include "sums_priv.h"
#include "xalloc.h"

#define BUCKETS	64	/* at first */
#define BINS	48	/* for sorting: more rows than fit any memory */

struct sums_window {
	int64_t start;
	struct sums_row *rows;	/* linked both ways, in no order */
};

struct sums {
	struct sums_opts o;
	struct sums_form form;
	struct sums_mem mem;
	struct hashkey key;
	sums_emit *emit;
	void *ctx;
	struct sums_row **buckets;
	size_t nbuckets, count;		/* nbuckets: a power of two */
	struct sums_row *oldest, *newest;
	struct sums_window **windows;	/* in order of time */
	size_t nwindows, room;
	int64_t start;			/* of the window of the last digest */
	int64_t least, most;		/* where all is one window */
	size_t extra, extra_bytes;	/* rows made beyond max_bytes */
	struct sums_counts counts;
	struct sums_key now;		/* of the digest being added */
	struct sums_lists lists;	/* of the row being emitted */
};

struct sums *
sums_new(const struct sums_opts *o, const struct hashkey *key,
    sums_emit *emit, void *ctx)
{
	struct sums *s = xcalloc(1, sizeof(*s));

	s->o = *o;
	if (s->o.window < 0)
		s->o.window = 0;
	sums_form_init(&s->form, o->by);
	s->key = *key;
	s->emit = emit;
	s->ctx = ctx;
	s->nbuckets = BUCKETS;
	s->buckets = xcalloc(s->nbuckets, sizeof(*s->buckets));
	s->mem = (struct sums_mem){ .max = o->max_bytes, .fold = o->fold,
		.bytes = s->nbuckets * sizeof(*s->buckets) };
	s->least = INT64_MAX;
	s->most = INT64_MIN;
	return s;
}

void
sums_free(struct sums *s)
{
	struct sums_row *r, *next;
	size_t i;

	if (!s)
		return;
	for (r = s->oldest; r; r = next) {
		next = r->newer;
		sums_row_free(r, &s->mem);
	}
	for (i = 0; i < s->nwindows; i++)
		free(s->windows[i]);
	free(s->windows);
	free(s->buckets);
	free(s);
}

/* ---- rows, by key and by use ---- */

static struct sums_row *
find(const struct sums *s, uint32_t hash)
{
	const struct sums_key *k = &s->now;
	struct sums_row *r = s->buckets[hash & (s->nbuckets - 1)];

	while (r && (r->hash != hash || r->keylen != k->n ||
	    memcmp(r->key, k->b, k->n) != 0))
		r = r->chain;
	return r;
}

/* Twice the buckets: rows of each go there or into its new one. */
static void
more_buckets(struct sums *s)
{
	size_t i, n = s->nbuckets;
	struct sums_row *r, **low, **high;

	s->buckets = xreallocarray(s->buckets, 2 * n, sizeof(*s->buckets));
	for (i = 0; i < n; i++) {
		low = &s->buckets[i];
		high = &s->buckets[n + i];
		for (r = *low; r; r = r->chain) {
			if (r->hash & n) {
				*high = r;
				high = &r->chain;
			} else {
				*low = r;
				low = &r->chain;
			}
		}
		*low = *high = NULL;
	}
	s->nbuckets = 2 * n;
	s->mem.bytes += n * sizeof(*s->buckets);
}

static void
unlink_use(struct sums *s, struct sums_row *r)
{
	if (r->older)
		r->older->newer = r->newer;
	else
		s->oldest = r->newer;
	if (r->newer)
		r->newer->older = r->older;
	else
		s->newest = r->older;
}

static void
append_use(struct sums *s, struct sums_row *r)
{
	r->older = s->newest;
	r->newer = NULL;
	if (s->newest)
		s->newest->newer = r;
	else
		s->oldest = r;
	s->newest = r;
}

static void
unlink_window(struct sums_row *r)
{
	if (r->prev)
		r->prev->next = r->next;
	else
		r->window->rows = r->next;
	if (r->next)
		r->next->prev = r->prev;
}

static void
unlink_row(struct sums *s, struct sums_row *r)
{
	struct sums_row **at = &s->buckets[r->hash & (s->nbuckets - 1)];

	while (*at != r)
		at = &(*at)->chain;
	*at = r->chain;
	unlink_use(s, r);
	unlink_window(r);
	s->count--;
	if (r->extra) {
		s->extra--;
		s->extra_bytes -= r->cost;
	}
}

static void
link_row(struct sums *s, struct sums_row *r, uint32_t hash,
    struct sums_window *w)
{
	struct sums_row **at;

	if (s->count == s->nbuckets)
		more_buckets(s);
	at = &s->buckets[hash & (s->nbuckets - 1)];
	r->hash = hash;
	r->chain = *at;
	*at = r;
	append_use(s, r);
	r->window = w;
	r->next = w->rows;
	if (r->next)
		r->next->prev = r;
	w->rows = r;
	s->count++;
	r->extra = s->mem.fold && s->mem.bytes > s->mem.max;
	if (r->extra) {
		s->extra++;
		s->extra_bytes += r->cost;
	}
}

/* ---- windows ---- */

/* Where in the list the window with that start is, or would be. */
static size_t
window_place(const struct sums *s, int64_t start)
{
	size_t low = 0, high = s->nwindows, mid;

	while (low < high) {
		mid = (low + high) / 2;
		if (s->windows[mid]->start < start)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static struct sums_window *
window_make(struct sums *s, size_t at, int64_t start)
{
	struct sums_window *w = xcalloc(1, sizeof(*w));

	if (s->nwindows == s->room) {
		s->mem.bytes += (s->room ? s->room : 16) *
		    sizeof(*s->windows);
		s->room = s->room ? 2 * s->room : 16;
		s->windows = xreallocarray(s->windows, s->room,
		    sizeof(*s->windows));
	}
	memmove(s->windows + at + 1, s->windows + at,
	    (s->nwindows - at) * sizeof(*s->windows));
	s->windows[at] = w;
	s->nwindows++;
	w->start = start;
	s->mem.bytes += sums_cost(sizeof(*w));
	return w;
}

static void
window_drop(struct sums *s, struct sums_window *w)
{
	size_t at = window_place(s, w->start);

	s->nwindows--;
	memmove(s->windows + at, s->windows + at + 1,
	    (s->nwindows - at) * sizeof(*s->windows));
	free(w);
	s->mem.bytes -= sums_cost(sizeof(*w));
}

/* A multiple of the length, at or before the time; below zero, too. */
static int64_t
window_start(struct sums *s, int64_t ts)
{
	int64_t length = s->o.window, rest;

	if (!length)
		return 0;
	if (ts > REC_TIME_MAX)
		ts = REC_TIME_MAX;
	if (ts < -REC_TIME_MAX)
		ts = -REC_TIME_MAX;
	if ((uint64_t)ts - (uint64_t)s->start >= (uint64_t)length) {
		rest = ts % length;
		s->start = ts - (rest < 0 ? rest + length : rest);
	}
	return s->start;
}

/* ---- rows come out ---- */

static struct sums_row *
merge(const struct sums *s, struct sums_row *a, struct sums_row *b)
{
	struct sums_row *first, **to = &first;

	while (a && b) {
		struct sums_row **less =
		    sums_row_cmp(&s->form, s->o.sort, a, b) < 0 ? &a : &b;

		*to = *less;
		to = &(*less)->next;
		*less = *to;
	}
	*to = a ? a : b;
	return first;
}

/* Merge sort: bin i holds 2^i rows in order, or none. No memory is needed. */
static void
sort_rows(const struct sums *s, struct sums_window *w)
{
	struct sums_row *bins[BINS] = { NULL }, *r, *next, *prev = NULL;
	size_t i;

	for (r = w->rows; r; r = next) {
		next = r->next;
		r->next = NULL;
		for (i = 0; i < BINS - 1 && bins[i]; i++) {
			r = merge(s, bins[i], r);
			bins[i] = NULL;
		}
		bins[i] = r;
	}
	for (r = NULL, i = 0; i < BINS; i++)
		r = merge(s, bins[i], r);
	w->rows = r;
	for (; r; prev = r, r = r->next)
		r->prev = prev;
}

/* Takes a row out; *left is how many may still be shown. */
static int
emit_row(struct sums *s, struct sums_row *r, bool early, uint64_t *left)
{
	struct rec rec;
	int ret = 0;

	unlink_row(s, r);
	sums_row_rec(r, &s->form, &s->lists, &rec);
	rec.ts = s->o.window ? r->window->start : s->least;
	REC_SET(&rec, DIGEST, digest, window,
	    s->o.window ? s->o.window : s->most - s->least);
	if ((s->o.keep && !s->o.keep(s->ctx, &rec)) || *left == 0) {
		s->counts.hidden++;
	} else {
		--*left;
		s->counts.rows++;
		s->counts.early += early;
		ret = s->emit(s->ctx, &rec);
	}
	sums_row_free(r, &s->mem);
	return ret < 0 ? ret : 0;
}

static int
emit_window(struct sums *s, struct sums_window *w, bool early)
{
	uint64_t left = s->o.top ? s->o.top : UINT64_MAX;
	int ret = 0;

	sort_rows(s, w);
	while (w->rows && ret == 0)
		ret = emit_row(s, w->rows, early, &left);
	if (w->rows)
		return ret;
	window_drop(s, w);
	if (ret == 0 && s->o.closed)
		ret = s->o.closed(s->ctx);
	return ret < 0 ? ret : 0;
}

static int
emit_oldest(struct sums *s)
{
	struct sums_row *r = s->oldest;
	struct sums_window *w = r->window;
	uint64_t left = 1;
	int ret = emit_row(s, r, true, &left);

	if (!w->rows)
		window_drop(s, w);
	return ret;
}

/* ---- digests go in ---- */

/* Whether there is no memory for a new row of that cost. */
static bool
full(const struct sums *s, size_t cost)
{
	size_t n = cost + sums_cost(sizeof(struct sums_window));

	if (s->count == s->nbuckets)
		n += s->nbuckets * sizeof(*s->buckets);
	return s->mem.bytes + n > s->mem.max;
}

/* The window with that start; the earliest closes when there are too many. */
static struct sums_window *
open_window(struct sums *s, int64_t start, int *ret)
{
	size_t at = window_place(s, start);

	if (at < s->nwindows && s->windows[at]->start == start)
		return s->windows[at];
	if (s->nwindows >= SUMS_WINDOWS && *ret == 0) {
		*ret = emit_window(s, s->windows[0], true);
		at = window_place(s, start);
	}
	return window_make(s, at, start);
}

/* A new row as s->now, for which others may have to go. */
static struct sums_row *
make_row(struct sums *s, int64_t start, uint32_t hash, const struct rec *d,
    int *ret)
{
	struct sums_parts parts;
	struct sums_window *w;
	struct sums_row *r;

	sums_row_parts(&parts, &s->form, &s->now, d);
	while (!s->mem.fold && s->oldest && *ret == 0 && full(s, parts.cost))
		*ret = emit_oldest(s);
	w = open_window(s, start, ret);
	r = sums_row_new(&parts, &s->mem, &s->now, d);
	link_row(s, r, hash, w);
	return r;
}

static uint32_t
make_key(struct sums *s, int64_t start, const struct rec *d)
{
	sums_key_make(&s->now, &s->form, start, d);
	return (uint32_t)hash_bytes(&s->key, s->now.b, s->now.n);
}

/* The row of s->now: it is found or made, added to, and the last used. */
static int
add(struct sums *s, int64_t start, uint32_t hash, struct sums_row *r,
    const struct rec *d)
{
	int ret = 0;

	if (!r)
		r = make_row(s, start, hash, d, &ret);
	sums_row_add(r, &s->form, &s->mem, d);
	if (r != s->newest) {
		unlink_use(s, r);
		append_use(s, r);
	}
	while (!s->mem.fold && s->mem.bytes > s->mem.max && s->oldest != r &&
	    ret == 0)
		ret = emit_oldest(s);
	return ret;
}

static size_t
cost_of(const struct sums *s, const struct rec *d)
{
	struct sums_parts parts;

	sums_row_parts(&parts, &s->form, &s->now, d);
	return parts.cost;
}

/* To the row of the device alone, or of nothing at all. */
static int
add_folded(struct sums *s, int64_t start, const struct rec *d)
{
	const uint64_t who = REC_BIT(DIGEST, agent) | REC_BIT(DIGEST, device);
	const uint64_t sums = REC_BIT(DIGEST, flows) |
	    REC_BIT(DIGEST, unanswered) | REC_BIT(DIGEST, pkts_out) |
	    REC_BIT(DIGEST, bytes_out) | REC_BIT(DIGEST, pkts_in) |
	    REC_BIT(DIGEST, bytes_in) | REC_BIT(DIGEST, first) |
	    REC_BIT(DIGEST, last);
	struct rec bare = *d;
	struct sums_row *r;
	size_t n = s->now.n;
	uint32_t hash;

	bare.has &= sums | who;
	if (!(s->form.by & SUMS_NAME))
		bare.has |= d->has & REC_BIT(DIGEST, name);
	hash = make_key(s, start, &bare);
	r = find(s, hash);
	if (!r && (s->extra >= SUMS_FOLD_ROWS || s->extra_bytes +
	    cost_of(s, &bare) > SUMS_FOLD_BYTES)) {
		bare.has &= sums;
		hash = make_key(s, start, &bare);
		r = find(s, hash);
	}
	s->counts.folded += s->now.n < n;
	return add(s, start, hash, r, &bare);
}

int
sums_add(struct sums *s, const struct rec *d)
{
	int64_t start = window_start(s, d->ts), first, last;
	uint32_t hash = make_key(s, start, d);
	struct sums_row *r = find(s, hash);

	if (!s->o.window) {
		first = sums_first(d);
		last = sums_last(d);
		s->least = first < s->least ? first : s->least;
		s->most = last > s->most ? last : s->most;
	}
	if (!r && s->mem.fold && full(s, cost_of(s, d)))
		return add_folded(s, start, d);
	return add(s, start, hash, r, d);
}

int
sums_close(struct sums *s, int64_t upto)
{
	int ret = 0;

	if (!s->o.window)
		return 0;
	while (ret == 0 && s->nwindows &&
	    s->windows[0]->start + s->o.window <= upto)
		ret = emit_window(s, s->windows[0], false);
	return ret;
}

int
sums_end(struct sums *s)
{
	int ret = 0;

	while (ret == 0 && s->nwindows)
		ret = emit_window(s, s->windows[0], false);
	if (!s->nwindows) {
		s->least = INT64_MAX;
		s->most = INT64_MIN;
	}
	return ret;
}

int64_t
sums_earliest(const struct sums *s)
{
	if (!s->nwindows)
		return INT64_MAX;
	return s->o.window ? s->windows[0]->start : s->least;
}

const struct sums_counts *
sums_counts(const struct sums *s)
{
	return &s->counts;
}
