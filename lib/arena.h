/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_ARENA_H
#define SPIN_ARENA_H

#include <stddef.h>
#include <stdint.h>

#include "attr.h"

/*
 * Memory for one record at a time: handed out in order, given back all at
 * once. The memory is kept between records, so that a steady stream does not
 * allocate at all.
 *
 *	struct arena a;
 *	arena_init(&a, 1 << 20);
 *	p = arena_alloc(&a, n);		valid until arena_reset
 *	arena_reset(&a);
 *	arena_release(&a);
 */
struct arena_block;

struct arena {
	struct arena_block *first;	/* owned */
	struct arena_block *now;
	size_t used;			/* of `now` */
	size_t total;			/* handed out since the last reset */
	size_t max;
};

void arena_init(struct arena *, size_t max);
void arena_release(struct arena *);
void arena_reset(struct arena *);

/*
 * Memory aligned for any type, not zeroed. NULL when the total since the last
 * reset would pass the maximum, or memory ends.
 */
void *arena_alloc(struct arena *, size_t n) ATTR_NODISCARD;

/* An array; NULL also when count * size overflows. */
void *arena_array(struct arena *, size_t count, size_t size) ATTR_NODISCARD;

#endif
