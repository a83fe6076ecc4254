/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "capture.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"
#include "spin-capture/laws.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * A whole capture: the first bytes are options, then come packets. A table of
 * eight flows and an active interval of a second bring out ends and evictions
 * early; the laws of laws.h hold in the end. It is played twice: as it is, in
 * batches; and one by one with two priority tags more in each frame of IP, so
 * that the express lane takes none of it. The records must be the same.
 *
 * Options: a byte for `active`, one for `stats`, one of flags.
 * A packet: a byte of link type, one of flags, one that says how time goes
 * on, one that says how much, two of captured length, two of what was cut
 * off; then the frame.
 */
#define OPTIONS	3
#define HEAD	8
#define TAGS	8	/* bytes of two priority tags */
#define BATCH	32
#define SECOND	INT64_C(1000000)

enum { BAD_TIME = 1, NEXT_SOURCE = 2, NAMED = 4, FILTERED = 8, DROPS = 16 };

static const uint32_t links[] = { 1, 1, 1, 1, 0, 9, 12, 50, 51, 100, 101, 104,
    105, 107, 108, 109, 113, 114, 119, 127, 141, 143, 163, 169, 177, 192, 195,
    201, 204, 205, 226, 227, 228, 229, 239, 248, 250, 253, 256, 258, 264, 270,
    276, 281, 288, 65535 };

static const int64_t steps[] = { 0, 1, 1000, SECOND / 3, SECOND, 59 * SECOND,
    60 * SECOND, 3600 * SECOND, 86400 * SECOND, 315360000 * SECOND, -1,
    -SECOND, -60 * SECOND, -3600 * SECOND, -86400 * SECOND,
    -315360000 * SECOND };

struct play {
	struct capture *c;
	struct laws *l;
	bool tagged;
	int64_t now;
	struct cap_pkt v[BATCH];
	size_t n, batch;
	uint64_t pkts;
	uint64_t sum;		/* of the records' text */
	struct buf line;
};

static void
law(const struct laws *l, bool ok, const char *what)
{
	if (ok && !l->broken[0])
		return;
	fprintf(stderr, "broken: %s\n", ok ? l->broken : what);
	abort();
}

/* The same for both plays: all but the stream's id and what tags add. */
static void
add_text(struct play *p, const struct rec *r)
{
	struct rec copy = *r;
	size_t i;

	if (r->type == REC_TYPE_STREAM)
		return;
	if (r->type == REC_TYPE_STATS)
		copy.u.stats.link_bytes = 0;
	buf_reset(&p->line);
	law(p->l, rec_encode(&copy, &p->line) == 0, "cannot be written");
	for (i = 0; i < p->line.n; i++)
		p->sum = (p->sum ^ (uint8_t)p->line.p[i]) *
		    UINT64_C(0x100000001b3);
}

static int
emit(void *ctx, const struct rec *r)
{
	struct play *p = ctx;

	laws_rec(p->l, r);
	law(p->l, true, "");
	add_text(p, r);
	return 0;
}

/* What a capture file may hold: any time of records, nothing else. */
static int64_t
step_time(int64_t now, uint8_t how, uint8_t much)
{
	int64_t ts;

	switch (how) {
	case 253:
		return 0;
	case 254:
		return (INT64_C(1) << 32) * SECOND;
	case 255:
		return REC_TIME_MAX - much;
	}
	ts = now + steps[how % ARRAY_SIZE(steps)] * (much % 16 + 1);
	if (ts < 0)
		return 0;
	return ts > REC_TIME_MAX ? REC_TIME_MAX : ts;
}

/* What else may happen between packets. */
static void
aside(struct capture *c, uint8_t flags, uint8_t much)
{
	static const char name[] = "eth\x1b\xff\\";

	if (flags & NEXT_SOURCE) {
		capture_source(c, name + much % sizeof(name));
		capture_next_source(c);
	}
	if (flags & NAMED)
		capture_ifname(c, much, name + much % sizeof(name));
	if (flags & FILTERED)
		capture_filtered(c);
	if (flags & DROPS)
		capture_drops(c, much);
}

static void
hand_over(struct play *p)
{
	size_t i;

	law(p->l, capture_packets(p->c, p->v, p->n) == 0, "refused packets");
	for (i = 0; i < p->n; i++)
		free((uint8_t *)(uintptr_t)p->v[i].data);
	p->pkts += p->n;
	p->n = 0;
}

/* Where tags go: before the type of IP, behind at most one tag; or 0. */
static size_t
place_of_tags(uint32_t link, const uint8_t *d, size_t n)
{
	size_t at = 12;

	if (link != 1 || n < 18)
		return 0;
	if (be16(d + at) == 0x8100)
		at += 4;
	return be16(d + at) == 0x0800 || be16(d + at) == 0x86dd ? at : 0;
}

/* The frame in memory of its own length, with tags perhaps. */
static void
add_frame(struct play *p, struct cap_pkt *cp, const uint8_t *d, size_t n,
    size_t cut)
{
	static const uint8_t tags[TAGS] = { 0x81, 0, 0, 0, 0x81, 0, 0, 0 };
	size_t at = p->tagged ? place_of_tags(cp->link, d, n) : 0;
	size_t more = at ? TAGS : 0;
	uint8_t *copy = malloc(n + more ? n + more : 1);

	law(p->l, copy != NULL, "no memory");
	if (at) {
		memcpy(copy, d, at);
		memcpy(copy + at, tags, TAGS);
	}
	if (n)
		memcpy(copy + at + more, d + at, n - at);
	cp->data = copy;
	cp->caplen = (uint32_t)(n + more);
	cp->len = (uint32_t)(n + more + cut);
	p->v[p->n++] = *cp;
	if (p->n == p->batch)
		hand_over(p);
}

static size_t
give(struct play *p, const uint8_t *d, size_t n)
{
	size_t len = be16(d + 4);
	struct cap_pkt cp = { .link = links[d[0] % ARRAY_SIZE(links)],
		.ifno = d[1] >> 6 == 3 ? d[3] : d[1] >> 6,
		.bad_time = d[1] & BAD_TIME };

	n -= HEAD;
	if (len > n)
		len = n;
	p->now = step_time(p->now, d[2], d[3]);
	if (d[1] & (NEXT_SOURCE | NAMED | FILTERED | DROPS)) {
		hand_over(p);
		aside(p->c, d[1], d[3]);
	}
	cp.ts = p->now;
	add_frame(p, &cp, d + HEAD, len, be16(d + 6));
	return HEAD + len;
}

static struct capture_opts
options(const uint8_t *d)
{
	struct capture_opts o = CAPTURE_OPTS_INIT;

	o.active = d[0] == 255 ? 0 : (d[0] % 64 + 1) * SECOND;
	o.stats = (d[1] + 1) * SECOND;
	o.community_id = d[2] & 1;
	o.community_seed = d[2] & 2 ? 65535 : 0;
	o.agent = d[2] & 4 ? "gw" : NULL;
	o.filter = d[2] & 8 ? "ip" : NULL;
	o.flow.max = d[2] & 16 ? 1 : 8;
	return o;
}

static uint64_t
play(const uint8_t *data, size_t size, bool tagged)
{
	struct capture_opts opts = options(data);
	struct play p = { .now = INT64_C(1646136000) * SECOND,
		.tagged = tagged, .batch = tagged ? 1 : data[2] >> 5 };
	size_t at = OPTIONS;

	p.batch = p.batch ? p.batch * 4 : 1;
	buf_init(&p.line, REC_LINE_MAX + 2 * REC_ENCODE_SLACK);
	p.l = laws_new(opts.active);
	p.c = capture_new(&opts, emit, &p);
	law(p.l, p.c != NULL, "no memory");
	capture_source(p.c, "fuzz");
	while (size - at >= HEAD)
		at += give(&p, data + at, size - at);
	hand_over(&p);
	law(p.l, capture_end(p.c) == 0, "the end was refused");
	laws_end(p.l, p.pkts);
	law(p.l, true, "");
	capture_free(p.c);
	laws_free(p.l);
	buf_release(&p.line);
	return p.sum;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < OPTIONS)
		return 0;
	if (play(data, size, false) != play(data, size, true)) {
		fprintf(stderr, "broken: the express lane counts otherwise\n");
		abort();
	}
	return 0;
}
