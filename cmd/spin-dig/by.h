/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_DIG_BY_H
#define SPIN_DIG_BY_H

#include "sums.h"

/*
 * The words of --by and --sort.
 */

struct by_list {
	unsigned *by;		/* enum sums_by */
	char wrong[160];	/* what was said */
};

/* An opt_fn: takes "device,peer" into a struct by_list's *by. */
const char *by_parse(const char *list, void *by_list);

/* The name of one of enum sums_by, as the member is called. */
const char *by_name(enum sums_by);

/* The words of enum sums_sort, in its order; NULL behind the last. */
extern const char *const by_sorts[];

#endif
