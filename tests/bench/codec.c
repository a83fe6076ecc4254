/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "rec.h"

/*
 * How many flow records a second the codec reads and writes: CPU time of one
 * core, median of several rounds, over 1000 different records made from a
 * fixed seed.
 *
 *	read N records/s		IPv4, as in a home's TCP and UDP
 *	write N records/s
 *	read-mix N records/s		a third IPv6, some ICMP and VLAN
 *	write-mix N records/s
 *	read-any N records/s		the mix in an order not ours
 */
#define RECORDS	1000
#define PASSES	200	/* over all records, in a round */
#define ROUNDS	9

struct set {
	struct rec rec[RECORDS];
	char *line[RECORDS];	/* owned */
	size_t len[RECORDS];
	struct buf text;
};

static uint64_t
next(uint64_t *seed)
{
	uint64_t z = (*seed += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

/* Most numbers are small, some are large. */
static uint64_t
tailed(uint64_t *seed)
{
	return 1 + ((next(seed) & 0xffffffff) >> (8 + next(seed) % 24));
}

static struct addr
address(uint64_t *seed, bool v6, bool home)
{
	static const uint8_t net4[4] = { 192, 168, 8, 0 };
	static const uint8_t net6[16] = { 0xfd, 0, 0, 8 };
	struct addr a = v6 ? addr_v6(net6) : addr_v4(net4);
	uint64_t w = next(seed);

	if (v6)
		memcpy(a.b + 8, &w, 8);
	else if (home)
		a.b[3] = (uint8_t)(w % 60 + 2);
	else
		memcpy(a.b, &w, 4);
	return a;
}

static void
identity(struct rec *r, uint64_t *seed, bool v6, bool icmp)
{
	static const struct str protos[] = { { "tcp", 3 }, { "udp", 3 } };
	struct mac m = { { 0x50, 0xc7, 0xbf, 0, 0x56, 0x39 } };

	REC_SET(r, FLOW, flow, proto, icmp ? STR("icmp6") :
	    protos[next(seed) % 4 == 0]);
	REC_SET(r, FLOW, flow, src, address(seed, v6, true));
	REC_SET(r, FLOW, flow, dst, address(seed, v6, false));
	m.b[5] = (uint8_t)next(seed);
	REC_SET(r, FLOW, flow, src_mac, m);
	REC_SET(r, FLOW, flow, dst_mac, m);
	if (icmp) {
		REC_SET(r, FLOW, flow, icmp_type, 128);
		REC_SET(r, FLOW, flow, icmp_code, 0);
		return;
	}
	REC_SET(r, FLOW, flow, sport, 32768 + next(seed) % 28232);
	REC_SET(r, FLOW, flow, dport, next(seed) % 3 ? 443 : 53);
}

static void
counters(struct rec *r, uint64_t *seed)
{
	static const struct str flags[] = { { "SAPF", 4 }, { "SAP", 3 },
		{ "SAPR", 4 }, { "S", 1 } };

	REC_SET(r, FLOW, flow, pkts, tailed(seed));
	REC_SET(r, FLOW, flow, bytes, r->u.flow.pkts * 202);
	REC_SET(r, FLOW, flow, rpkts, tailed(seed));
	REC_SET(r, FLOW, flow, rbytes, r->u.flow.rpkts * 731);
	if (r->u.flow.proto.p[0] == 't') {
		REC_SET(r, FLOW, flow, flags, flags[next(seed) % 4]);
		REC_SET(r, FLOW, flow, rflags, flags[next(seed) % 4]);
	}
	REC_SET(r, FLOW, flow, answered, next(seed) % 8 != 0);
	if (next(seed) % 3)
		REC_SET(r, FLOW, flow, new_, true);
	else
		REC_SET(r, FLOW, flow, start, r->ts - 60000000);
	if (next(seed) % 3)
		REC_SET(r, FLOW, flow, done, next(seed) % 2 ? STR("fin") :
		    STR("idle"));
}

static void
make(struct rec *r, uint64_t *seed, bool mix)
{
	bool v6 = mix && next(seed) % 3 == 0;

	rec_init(r, REC_TYPE_FLOW);
	r->ts = INT64_C(1646136000000000) +
	    (int64_t)(next(seed) % UINT64_C(86400000000));
	REC_SET(r, FLOW, flow, end, r->ts + (int64_t)(next(seed) % 60000000));
	identity(r, seed, v6, v6 && next(seed) % 4 == 0);
	if (mix && next(seed) % 8 == 0)
		REC_SET(r, FLOW, flow, vlan, 1 + next(seed) % 4094);
	counters(r, seed);
}

static void
encode(const struct rec *r, struct buf *out)
{
	if (rec_encode(r, out) < 0) {
		fprintf(stderr, "codec: a record does not encode\n");
		exit(1);
	}
}

/* `ts` moved to the front of all: off the fast path. */
static void
reorder(char *line, size_t n)
{
	static const char type[] = "\"type\":\"flow\",";
	const size_t tn = sizeof(type) - 1;
	char *comma = memchr(line + 1 + tn, ',', n - 1 - tn);
	size_t ts = (size_t)(comma + 1 - (line + 1 + tn));
	char moved[64];

	memcpy(moved, line + 1 + tn, ts);
	memcpy(moved + ts, type, tn);
	memcpy(line + 1, moved, ts + tn);
}

static void
fill(struct set *s, bool mix, bool any)
{
	uint64_t seed = 8;
	size_t i;

	buf_init(&s->text, RECORDS * 1024);
	for (i = 0; i < RECORDS; i++) {
		make(&s->rec[i], &seed, mix);
		buf_reset(&s->text);
		encode(&s->rec[i], &s->text);
		s->len[i] = s->text.n;
		s->line[i] = malloc(s->text.n);
		if (!s->line[i])
			exit(1);
		memcpy(s->line[i], s->text.p, s->text.n);
		if (any)
			reorder(s->line[i], s->len[i]);
	}
}

static void
empty(struct set *s)
{
	size_t i;

	for (i = 0; i < RECORDS; i++)
		free(s->line[i]);
	buf_release(&s->text);
}

static double
cpu(void)
{
	struct timespec t;

	if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t) < 0)
		exit(1);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static uint64_t
read_all(struct set *s)
{
	struct errpos err = { 0, "" };
	struct arena arena;
	struct rec r;
	uint64_t sum = 0;
	size_t i;

	arena_init(&arena, REC_ARENA_MAX);
	for (i = 0; i < RECORDS; i++) {
		arena_reset(&arena);
		if (rec_decode(&r, &arena, s->line[i], s->len[i], &err) < 0) {
			fprintf(stderr, "codec: %s\n", err.what);
			exit(1);
		}
		sum += r.u.flow.pkts;
	}
	arena_release(&arena);
	return sum;
}

static uint64_t
write_all(struct set *s)
{
	size_t i;

	buf_reset(&s->text);
	for (i = 0; i < RECORDS; i++)
		encode(&s->rec[i], &s->text);
	return s->text.n;
}

static int
by_value(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void
measure(const char *name, struct set *s, uint64_t (*work)(struct set *))
{
	double rate[ROUNDS], start;
	volatile uint64_t kept;
	int i, j;

	for (i = 0; i < ROUNDS; i++) {
		start = cpu();
		for (j = 0; j < PASSES; j++)
			kept = work(s);
		rate[i] = RECORDS * PASSES / (cpu() - start);
	}
	(void)kept;
	qsort(rate, ROUNDS, sizeof(rate[0]), by_value);
	printf("%s %.0f records/s\n", name, rate[ROUNDS / 2]);
}

int
main(void)
{
	static struct set s;

	fill(&s, false, false);
	measure("read", &s, read_all);
	measure("write", &s, write_all);
	empty(&s);
	fill(&s, true, false);
	measure("read-mix", &s, read_all);
	measure("write-mix", &s, write_all);
	empty(&s);
	fill(&s, true, true);
	measure("read-any", &s, read_all);
	empty(&s);
	return fflush(stdout) != 0;
}
