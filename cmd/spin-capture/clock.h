/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_CLOCK_H
#define SPIN_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "attr.h"

/*
 * Traffic time: the packets' clock, made fit for promises. Captures have
 * packets out of order, clocks that were set while they ran, and times that
 * are nonsense; readers of records are promised that no record is earlier
 * than the last `upto`. So:
 *
 * - `now` is the highest time seen. It goes back only when a packet lies more
 *   than CLOCK_LATE_MAX before `floor`: then the clock was set back, and
 *   promises start anew (CLOCK_BACK).
 * - `floor` is what has been promised. A packet a little before it is taken
 *   as of `floor` and counted as late.
 * - vnow is `now` without the steps back: it only grows, and measures how
 *   long things are idle.
 *
 * Before the first packet `now` is INT64_MIN. All in microseconds. Forward
 * jumps of any size are one step: nothing is done for each interval between.
 */
#define CLOCK_LATE_MAX	INT64_C(60000000)
/* A capture that went back by all this is made up, and vnow goes back too. */
#define CLOCK_VOFF_MAX	(INT64_MAX / 2)

struct clock {
	int64_t now, floor, voff;
	uint64_t late, back;
};

enum clock_step { CLOCK_SAME, CLOCK_FORWARD, CLOCK_BACK };

#define CLOCK_INIT	{ .now = INT64_MIN, .floor = INT64_MIN }

/*
 * Takes a packet's time. `*ts` becomes the time to record it under, unless
 * CLOCK_BACK is returned: then the caller winds up what it has promised,
 * calls clock_set_back and goes on with `*ts` as it was.
 */
static inline enum clock_step
clock_take(struct clock *c, int64_t *ts)
{
	if (likely(*ts > c->now))
		return CLOCK_FORWARD;
	if (likely(*ts >= c->floor))
		return CLOCK_SAME;
	if (c->floor - *ts > CLOCK_LATE_MAX)
		return CLOCK_BACK;
	c->late++;
	*ts = c->floor;
	return CLOCK_SAME;
}

static inline void
clock_set_back(struct clock *c, int64_t ts)
{
	if (c->voff <= CLOCK_VOFF_MAX - (c->now - ts))
		c->voff += c->now - ts;
	c->now = ts;
	c->floor = INT64_MIN;
	c->back++;
}

static inline bool
clock_started(const struct clock *c)
{
	return c->now != INT64_MIN;
}

static inline int64_t
clock_vnow(const struct clock *c)
{
	return c->now + c->voff;
}

#endif
