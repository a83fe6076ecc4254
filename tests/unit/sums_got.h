/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_SUMS_GOT_H
#define SPIN_SUMS_GOT_H

#include <errno.h>

#include "rec.h"
#include "sums.h"
#include "tap.h"

/* For the tests of sums: what comes out of them, as lines. */
#define SECOND	INT64_C(1000000)

static struct hashkey key;
static struct arena arena;

struct got {
	struct buf text;
	bool tidy;		/* lists sorted */
	uint64_t stop;		/* after so many rows; 0: never */
	uint64_t rows;
	uint64_t keep_bytes;	/* for keep() */
};

static void
got_init(struct got *g)
{
	memset(g, 0, sizeof(*g));
	buf_init(&g->text, (size_t)1 << 30);
}

static int
by_text(const void *a, const void *b)
{
	const struct str *s = a, *t = b;
	size_t n = s->n < t->n ? s->n : t->n;
	int c = memcmp(s->p, t->p, n);

	return c ? c : (s->n > t->n) - (s->n < t->n);
}

static int
by_addr(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct addr));
}

static void
tidy(const struct rec *r)
{
	const struct rec_digest *d = &r->u.digest;

	if (REC_HAS(r, DIGEST, hosts))
		qsort(d->hosts.v, d->hosts.n, sizeof(struct str), by_text);
	if (REC_HAS(r, DIGEST, peer_ip))
		qsort(d->peer_ip.v, d->peer_ip.n, sizeof(struct addr),
		    by_addr);
	if (REC_HAS(r, DIGEST, device_ip))
		qsort(d->device_ip.v, d->device_ip.n, sizeof(struct addr),
		    by_addr);
}

static int
emit(void *ctx, const struct rec *r)
{
	const struct rec_digest *d = &r->u.digest;
	struct got *g = ctx;

	/* rec_encode would hide it. */
	if (d->flows > REC_UINT_MAX || d->unanswered > REC_UINT_MAX ||
	    d->pkts_out > REC_UINT_MAX || d->bytes_out > REC_UINT_MAX ||
	    d->pkts_in > REC_UINT_MAX || d->bytes_in > REC_UINT_MAX)
		abort();
	if (g->tidy)
		tidy(r);
	if (rec_encode(r, &g->text) < 0)
		abort();
	g->rows++;
	return g->stop && g->rows >= g->stop ? -ECANCELED : 0;
}

static void
decode(struct rec *r, const char *line, size_t n)
{
	struct errpos err;

	arena_reset(&arena);
	if (rec_decode(r, &arena, line, n, &err) < 0) {
		tap_diag("%zu: %s: %.*s", err.col, err.what, (int)n, line);
		abort();
	}
}

#endif
