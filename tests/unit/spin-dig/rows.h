/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_TEST_ROWS_H
#define SPIN_TEST_ROWS_H

#include "table.h"

#include "../tap.h"

/* Digests for tables, and what these show of them. */
#define SECOND	INT64_C(1000000)
#define NOON	(INT64_C(1646136000) * SECOND)	/* 2022-03-01 12:00 UTC */

/* A digest; NULL, -1: not there. */
struct in {
	const char *device, *name, *peer, *peer_mac, *where, *proto;
	int port;
	const char *service, *dir;
	uint64_t flows, unanswered, out, in;
};

/* Text of exactly its length: ASan sees who reads on. Freed by the digest. */
static inline struct str
slice(const char *s)
{
	size_t n = strlen(s);
	char *p = malloc(n ? n : 1);

	if (!p)
		abort();
	if (n)
		memcpy(p, s, n);
	return (struct str){ p, n };
}

#define TEXTS(X) X(device) X(name) X(peer) X(peer_mac) X(where) X(proto) \
	X(service) X(dir)

static inline void
make(struct rec *r, const struct in *in)
{
	memset(r, 0xaa, sizeof(*r));
	rec_init(r, REC_TYPE_DIGEST);
	r->ts = NOON;
	REC_SET(r, DIGEST, digest, window, 60 * SECOND);
#define X(field) \
	if (in->field) \
		REC_SET(r, DIGEST, digest, field, slice(in->field));
	TEXTS(X)
#undef X
	if (in->port >= 0)
		REC_SET(r, DIGEST, digest, port, (uint64_t)in->port);
	REC_SET(r, DIGEST, digest, flows, in->flows);
	REC_SET(r, DIGEST, digest, unanswered, in->unanswered);
	REC_SET(r, DIGEST, digest, bytes_out, in->out);
	REC_SET(r, DIGEST, digest, bytes_in, in->in);
	REC_SET(r, DIGEST, digest, pkts_out, in->out / 100);
	REC_SET(r, DIGEST, digest, pkts_in, in->in / 100);
	REC_SET(r, DIGEST, digest, first, NOON + 7 * SECOND);
	REC_SET(r, DIGEST, digest, last, NOON + 4000 * SECOND);
}

/* Nothing of a digest may be used after table_row. */
static inline void
unmake(struct rec *r)
{
#define X(field) \
	if (REC_HAS(r, DIGEST, field)) \
		free((char *)(uintptr_t)r->u.digest.field.p);
	TEXTS(X)
#undef X
	memset(r, 0xaa, sizeof(*r));
}

static inline void
give(struct table *t, const struct in *in, struct buf *out)
{
	struct rec r;

	make(&r, in);
	table_row(t, &r, out);
	unmake(&r);
}

static inline void
show(const struct table_opts *o, const struct in *in, size_t n,
    struct buf *out)
{
	struct table *t = table_new(o);
	size_t i;

	buf_init(out, 1 << 22);
	for (i = 0; i < n; i++)
		give(t, &in[i], out);
	table_end(t, out);
	buf_putc(out, '\0');
	out->n--;
	table_free(t);
}

static inline void
is_text(const struct table_opts *o, const struct in *in, size_t n,
    const char *want, const char *what)
{
	struct buf b;

	show(o, in, n, &b);
	if (!tap_ok(strcmp(b.p, want) == 0, "%s", what))
		printf("# got:\n%s# want:\n%s", b.p, want);
	buf_release(&b);
}

#endif
