/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "sums.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "rec.h"
#include "sums_total.h"
#include "tap.h"

#define SECOND	INT64_C(1000000)

static struct hashkey key;


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

/*
 * glibc counts as used what it keeps at hand of small sizes, seven of each:
 * let it have them before anything is measured.
 */
static void
fill_caches(void)
{
	void *p[64][7];
	size_t i, k;

	for (i = 0; i < 64; i++)
		for (k = 0; k < 7; k++)
			if (!(p[i][k] = malloc(16 * i + 24)))
				abort();
	for (i = 0; i < 64; i++)
		for (k = 0; k < 7; k++)
			free(p[i][k]);
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
	if (hashkey_init(&key) < 0)
		abort();
	fill_caches();
	test_memory(2000000000, false);
	test_memory(2000000000, true);
	test_memory(1500, false);
	test_memory(1500, true);
	test_fold_bound(6, SUMS_FOLD_ROWS, SUMS_FOLD_ROWS + 20);
	test_fold_bound(3900, SUMS_FOLD_BYTES / 5000, SUMS_FOLD_BYTES / 1000);
	test_fold_device();
	return tap_done();
}
