/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_TM_H
#define SPIN_TM_H

#include <stdint.h>

/* Times and spans of time: microseconds since 1970, UTC. */
#define TM_SECOND	INT64_C(1000000)
#define TM_MINUTE	(60 * TM_SECOND)
#define TM_HOUR		(60 * TM_MINUTE)
#define TM_DAY		(24 * TM_HOUR)

/* The last multiple of `step` at or before `t`, which may be negative. */
static inline int64_t
tm_align(int64_t t, int64_t step)
{
	int64_t rest = t % step;

	return t - (rest < 0 ? rest + step : rest);
}

#endif
