/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_DIG_BY_H
#define SPIN_DIG_BY_H

#include "sums.h"

/*
 * The words of --by and --sort.
 */

/* An opt_fn: takes "device,peer" into an unsigned of enum sums_by. */
const char *by_parse(const char *list, void *by);

/* The name of one of enum sums_by, as the member is called. */
const char *by_name(enum sums_by);

/* The words of enum sums_sort, in its order; NULL behind the last. */
extern const char *const by_sorts[];

#endif
