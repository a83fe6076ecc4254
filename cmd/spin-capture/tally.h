/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_TALLY_H
#define SPIN_TALLY_H

#include <stdint.h>

#include "rec.h"

/*
 * Counters under names that the input chooses: at most REC_LIST_MAX names of
 * up to 31 bytes; what comes after that is counted as "other". Names are
 * ASCII and keep the order of their first appearance.
 */
struct tally {
	struct {
		char name[32];
		uint64_t value;
	} v[REC_LIST_MAX];
	size_t n;
};

void tally_add(struct tally *, const char *name);

/* As a record's list, in `v` with room for REC_LIST_MAX; slices of it. */
struct counts tally_counts(const struct tally *, struct count *v);

#endif
