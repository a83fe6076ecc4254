/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "arena.h"

#include <stdlib.h>

#define BLOCK_ROOM	4096

struct arena_block {
	struct arena_block *next;
	size_t room;
	max_align_t data[];
};

void
arena_init(struct arena *a, size_t max)
{
	*a = (struct arena){ .max = max };
}

void
arena_release(struct arena *a)
{
	struct arena_block *b, *next;

	for (b = a->first; b; b = next) {
		next = b->next;
		free(b);
	}
	arena_init(a, a->max);
}

void
arena_reset(struct arena *a)
{
	a->now = a->first;
	a->used = 0;
	a->total = 0;
}

/* The next block with room for `n` bytes, from those kept or a new one. */
static struct arena_block *
next_block(struct arena *a, size_t n)
{
	struct arena_block *b = a->now ? a->now->next : a->first;
	size_t room = n > BLOCK_ROOM ? n : BLOCK_ROOM;

	if (b && b->room >= n)
		return b;
	b = malloc(sizeof(*b) + room);
	if (!b)
		return NULL;
	b->room = room;
	if (a->now) {
		b->next = a->now->next;
		a->now->next = b;
	} else {
		b->next = a->first;
		a->first = b;
	}
	return b;
}

void *
arena_alloc(struct arena *a, size_t n)
{
	const size_t align = sizeof(max_align_t);
	struct arena_block *b = a->now;
	void *p;

	if (n > a->max - a->total)
		return NULL;
	n = (n + align - 1) / align * align;
	if (!b || b->room - a->used < n) {
		b = next_block(a, n);
		if (!b)
			return NULL;
		a->now = b;
		a->used = 0;
	}
	p = (char *)b->data + a->used;
	a->used += n;
	a->total += n;
	if (a->total > a->max)
		a->total = a->max;
	return p;
}

void *
arena_array(struct arena *a, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / size)
		return NULL;
	return arena_alloc(a, count * size);
}
