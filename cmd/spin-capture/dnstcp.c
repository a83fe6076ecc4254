/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "dnstcp.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "bytes.h"
#include "lru.h"
#include "xalloc.h"

#define HEADER		12
#define QUESTION_MIN	5
#define RR_MIN		11
#define FAR		(1 << 20)	/* further off: another stream */
#define IDLE		(INT64_C(120) * 1000000)

struct key {
	uint8_t src[16], dst[16];
	uint16_t sport, dport;
	uint8_t ver, zero[3];
};

/*
 * One direction. Placed: `next` is the sequence number of the next byte. It
 * is in what `skip` passes over; or in the length of a message (`nhead` of
 * its two bytes known); or in a message of `need` bytes, `part` of them held.
 */
struct dir {
	struct key key;
	int64_t seen;
	uint32_t next;
	uint32_t isn;		/* of the last SYN */
	bool has_isn;
	bool placed;
	uint8_t nhead, head[2];
	uint32_t need, skip;
	struct buf part;
};

struct dnstcp {
	struct lru *dirs;
	dnstcp_fn *fn;
	void *ctx;
	size_t held;
	struct dnstcp_counts counts;
};

struct dnstcp *
dnstcp_new(const struct hashkey *key, dnstcp_fn *fn, void *ctx)
{
	struct dnstcp *t = xcalloc(1, sizeof(*t));

	t->dirs = lru_new(DNSTCP_STREAMS, sizeof(struct key),
	    sizeof(struct dir), key);
	t->fn = fn;
	t->ctx = ctx;
	return t;
}

void
dnstcp_free(struct dnstcp *t)
{
	struct dir *d;

	if (!t)
		return;
	for (d = lru_oldest(t->dirs); d; d = lru_next(t->dirs, d))
		buf_release(&d->part);
	lru_free(t->dirs);
	free(t);
}

const struct dnstcp_counts *
dnstcp_counts(const struct dnstcp *t)
{
	return &t->counts;
}

size_t
dnstcp_held(const struct dnstcp *t)
{
	return t->held;
}

static void
release_part(struct dnstcp *t, struct dir *d)
{
	t->held -= d->part.cap;
	buf_release(&d->part);
}

/* At the boundary between two messages. */
static void
at_boundary(struct dnstcp *t, struct dir *d)
{
	release_part(t, d);
	d->nhead = 0;
	d->skip = 0;
}

static bool
in_message(const struct dir *d)
{
	return d->placed && d->nhead > 0;
}

static void
del_dir(struct dnstcp *t, struct dir *d)
{
	if (in_message(d))
		t->counts.dropped++;
	release_part(t, d);
	lru_del(t->dirs, d);
}

static struct dir *
get_dir(struct dnstcp *t, const struct pkt *p)
{
	size_t n = p->ver == 4 ? 4 : 16;
	struct key k = { .sport = p->sport, .dport = p->dport, .ver = p->ver };
	struct dir *d;

	memcpy(k.src, p->src, n);
	memcpy(k.dst, p->dst, n);
	d = lru_get(t->dirs, &k);
	if (d)
		return d;
	if (lru_full(t->dirs))
		del_dir(t, lru_oldest(t->dirs));
	d = lru_add(t->dirs, &k);
	if (d)
		buf_init(&d->part, UINT16_MAX);
	return d;
}

/* Gives up the incomplete messages held the longest, but not `keep`'s. */
static void
shrink(struct dnstcp *t, const struct dir *keep)
{
	struct dir *d;

	for (d = lru_oldest(t->dirs); d && t->held > DNSTCP_HELD;
	    d = lru_next(t->dirs, d)) {
		if (d == keep || !d->part.cap)
			continue;
		d->skip = d->need - (uint32_t)d->part.n;
		d->nhead = 0;
		release_part(t, d);
		t->counts.dropped++;
	}
}

/* Does a message of this direction start here, behind its length? */
static bool
plausible(const struct pkt *p, const uint8_t *b, size_t cap)
{
	uint32_t len, records;
	unsigned flags, questions;

	if (cap < 2 + HEADER)
		return false;
	len = be16(b);
	flags = be16(b + 4);
	questions = be16(b + 6);
	records = (uint32_t)be16(b + 8) + be16(b + 10) + be16(b + 12);
	if (flags & 0x8000 ? p->sport != 53 : p->dport != 53)
		return false;
	if (flags & 0x7840 || questions > 1)	/* opcode, RFC 1035 4.1.1 Z */
		return false;
	if (!(flags & 0x8000) && questions != 1)
		return false;
	return len >= HEADER + questions * QUESTION_MIN + records * RR_MIN;
}

/* Bytes of the message for which a whole one is not yet there. */
static void
hold(struct dnstcp *t, struct dir *d, const uint8_t *b, size_t n)
{
	t->held -= d->part.cap;
	buf_add(&d->part, b, n);
	t->held += d->part.cap;
	if (d->part.failed) {
		d->skip = d->need - (uint32_t)(d->part.n + n);
		d->nhead = 0;
		release_part(t, d);
		t->counts.dropped++;
	}
	shrink(t, d);
}

/* Up to `n` bytes of a message; returns how many were its own, in `took`. */
static int
feed_message(struct dnstcp *t, struct dir *d, const struct pkt *p,
    const uint8_t *b, size_t n, size_t *took)
{
	int err;

	*took = d->need - d->part.n;
	if (*took > n) {
		*took = n;
		hold(t, d, b, n);
		return 0;
	}
	if (d->part.n == 0) {
		at_boundary(t, d);
		return t->fn(t->ctx, p, b, *took, *took);
	}
	hold(t, d, b, *took);
	if (d->nhead == 0)
		return 0;	/* no memory: passed over */
	err = t->fn(t->ctx, p, (const uint8_t *)d->part.p, d->part.n, d->need);
	at_boundary(t, d);
	return err;
}

/* The next `n` bytes of the stream. */
static int
feed(struct dnstcp *t, struct dir *d, const struct pkt *p, const uint8_t *b,
    size_t n)
{
	size_t took;
	int err;

	for (; n > 0; b += took, n -= took) {
		if (d->skip) {
			took = d->skip < n ? d->skip : n;
			d->skip -= (uint32_t)took;
		} else if (d->nhead < 2) {
			took = 1;
			d->head[d->nhead++] = *b;
			if (d->nhead < 2)
				continue;
			d->need = be16(d->head);
			if (d->need < HEADER) {
				d->placed = false;
				t->counts.gaps++;
				return 0;
			}
		} else {
			err = feed_message(t, d, p, b, n, &took);
			if (err)
				return err;
		}
	}
	return 0;
}

/*
 * The next `n` bytes of the stream are not there. The message they are in is
 * reported as far as it goes.
 */
static int
lose(struct dnstcp *t, struct dir *d, const struct pkt *p, uint32_t n)
{
	uint32_t rest;
	int err = 0;

	if (n == 0 || !d->placed)
		return 0;
	t->counts.gaps++;
	if (d->skip) {
		rest = d->skip;
	} else if (d->nhead == 2) {
		rest = d->need - (uint32_t)d->part.n;
		err = t->fn(t->ctx, p, (const uint8_t *)d->part.p,
		    d->part.n, d->need);
	} else {
		rest = 0;
	}
	at_boundary(t, d);
	d->placed = n <= rest;
	d->skip = d->placed ? rest - n : 0;
	return err;
}

static void
start(struct dnstcp *t, struct dir *d, const struct pkt *p)
{
	if (d->has_isn && d->isn == p->tcp_seq &&
	    p->tcp_flags & TCP_SYN && d->next - d->isn < FAR)
		return;		/* the SYN once more */
	if (in_message(d))
		t->counts.dropped++;
	at_boundary(t, d);
	d->placed = true;
	d->has_isn = true;
	d->isn = p->tcp_seq;
	d->next = p->tcp_seq + 1;
}

/* Finds the place of a segment at `seq`; false: there is none. */
static bool
place(struct dnstcp *t, struct dir *d, const struct pkt *p, uint32_t seq)
{
	uint32_t ahead = seq - d->next, behind = d->next - seq;

	if (d->placed && ahead >= FAR && behind >= FAR) {
		if (in_message(d))
			t->counts.dropped++;
		at_boundary(t, d);
		d->placed = false;
		t->counts.gaps++;
	}
	if (d->placed)
		return true;
	if (!plausible(p, p->payload, p->paycap)) {
		t->counts.skipped++;
		return false;
	}
	at_boundary(t, d);
	d->placed = true;
	d->next = seq;
	return true;
}

static int
segment(struct dnstcp *t, struct dir *d, const struct pkt *p, uint32_t seq)
{
	uint32_t cap = p->paycap, len = (uint32_t)p->paylen, ahead, old = 0;
	int err;

	if (!place(t, d, p, seq))
		return 0;
	ahead = seq - d->next;
	if (ahead < FAR) {
		err = lose(t, d, p, ahead);
		if (err)
			return err;
		if (!place(t, d, p, seq))
			return 0;
	} else {
		old = d->next - seq;
		if (old >= len)
			return 0;
	}
	d->next = seq + len;
	if (old < cap) {
		err = feed(t, d, p, p->payload + old, cap - old);
		if (err)
			return err;
		old = cap;
	}
	return lose(t, d, p, len - old);
}

int
dnstcp_packet(struct dnstcp *t, const struct pkt *p)
{
	bool data = p->payload && p->paylen > 0;
	uint32_t seq = p->tcp_seq;
	struct dir *d;

	if (!data && !(p->tcp_flags & TCP_SYN))
		return 0;
	d = get_dir(t, p);
	if (!d)
		return 0;
	d->seen = p->ts;
	if (p->tcp_flags & TCP_SYN) {
		start(t, d, p);
		seq++;
	}
	return data && p->paylen < FAR ? segment(t, d, p, seq) : 0;
}

void
dnstcp_tick(struct dnstcp *t, int64_t now)
{
	struct dir *d;

	while ((d = lru_oldest(t->dirs)) && now > d->seen &&
	    (uint64_t)now - (uint64_t)d->seen >= IDLE)
		del_dir(t, d);
}
