/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_SUMS_TOTAL_H
#define SPIN_SUMS_TOTAL_H

#include <stdint.h>

#include "rec.h"

/* For the tests of sums: digests at random, and what they come to in all. */
static uint64_t seed = 1;

static unsigned
rnd(unsigned n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)((seed >> 33) % n);
}

/* Adds the six sums of a digest to an array of them; a sums_emit. */
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

#endif
