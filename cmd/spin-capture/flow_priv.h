/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_FLOW_PRIV_H
#define SPIN_FLOW_PRIV_H

#include "flow.h"

/*
 * The inside of the flow table, for flow.c and for the express lane, which
 * counts packets without a call.
 */
#define NIL		UINT32_MAX
#define CHAIN_MAX	64	/* flows of one bucket, whatever the key */
#define PKTS_MAX	(UINT32_C(1) << 31)	/* of one report */
#define LINE		64	/* bytes of a cache line */
#define SLOP		INT64_C(1000000)	/* in the order of idleness */

enum { END_RST = 4, END_BOTH_FIN = 3 };	/* of flow.ends */

struct list {
	uint32_t oldest, newest;
};

/* A flow on cache lines of its own. */
struct slot {
	struct flow f;
	char pad[3 * LINE - sizeof(struct flow)];
};

struct flows {
	void *memory;		/* owned; pages are touched as flows come */
	struct slot *tab;	/* in it, from a cache line on */
	uint32_t *buckets;	/* owned; index + 1, or 0 */
	uint32_t mask, max, used, free, live;
	const struct flow *last;	/* the express lane's, or NULL */
	struct list classes[FLOW_CLASSES];
	uint32_t dirty_first, dirty_last;
	const struct hashkey *key;
	struct flow_opts opts;
	struct flow_stats stats;
	flow_fn *report;
	void *ctx;
};

/* Makes it the youngest of that class. */
void flows_move(struct flows *, struct flow *, uint8_t class);
/* Puts it on the list of flows to report. */
void flows_mark(struct flows *, struct flow *);
/* Reports it before its counters run over. */
void flows_split(struct flows *, struct flow *);

static inline struct flow *
flow_at(const struct flows *t, uint32_t i)
{
	return &t->tab[i].f;
}

static inline bool
flow_is_dirty(const struct flow *f)
{
	return f->pkts[0] | f->pkts[1];
}

/* The flow of a key, or NULL. */
static ATTR_INLINE struct flow *
flows_find(const struct flows *t, const uint64_t key[static FLOWKEY_WORDS],
    uint32_t hash)
{
	uint32_t i = t->buckets[hash & t->mask];
	struct flow *f;

	for (; i; i = f->chain) {
		f = flow_at(t, i - 1);
		if (likely(flowkey_same(f->key, key)))
			return f;
	}
	return NULL;
}

/*
 * The flow had a packet: it is now the youngest of its class. A flow that was
 * put there within the last second stays where it is, as long as there is
 * room: moving it touches its neighbours, which costs more than all else.
 */
static ATTR_INLINE void
flows_touch(struct flows *t, struct flow *f, uint8_t class)
{
	if (likely(f->class == class && f->vlast - f->vmoved < SLOP &&
	    t->live <= t->max / 2))
		return;
	flows_move(t, f, class);
}

/* The class to move to, as TCP goes from opening to open to ended. */
static ATTR_INLINE uint8_t
flows_follow_tcp(struct flow *f, uint8_t flags, unsigned side)
{
	f->tcp_flags[side] |= flags;
	if (unlikely(flags & (TCP_FIN | TCP_RST))) {
		if (flags & TCP_FIN)
			f->ends |= (uint8_t)(1 << side);
		if (flags & TCP_RST)
			f->ends |= END_RST;
	}
	if (unlikely(f->ends >= END_BOTH_FIN))
		return FLOW_CLASS_ENDED;
	return f->answered ? FLOW_CLASS_TCP : FLOW_CLASS_SYN;
}

/* A packet of `bytes` bytes from `side` at `ts`. */
static ATTR_INLINE void
flows_count(struct flows *t, struct flow *f, unsigned side, uint64_t bytes,
    int64_t ts)
{
	if (unlikely(!flow_is_dirty(f))) {
		f->first = f->last = ts;
		flows_mark(t, f);
	}
	if (likely(ts >= f->last))
		f->last = ts;
	else if (ts < f->first)
		f->first = ts;
	f->pkts[side]++;
	f->bytes[side] += bytes;
	f->answered |= side != f->init;
	if (unlikely(f->pkts[side] >= PKTS_MAX))
		flows_split(t, f);
}

#endif
