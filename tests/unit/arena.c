/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "arena.h"

#include "tap.h"

static void
test_reuse(void)
{
	struct arena a;
	char *first, *again;
	unsigned wrong = 0;
	size_t i;

	arena_init(&a, 1 << 16);
	first = arena_alloc(&a, 100);
	tap_ok(first != NULL, "memory");
	for (i = 0; i < 50; i++) {
		char *p = arena_alloc(&a, 1000 + i);

		wrong += !p || (uintptr_t)p % _Alignof(max_align_t) != 0;
		if (p)
			memset(p, (int)i, 1000 + i);
	}
	tap_uint(wrong, 0, "50 pieces, aligned");
	arena_reset(&a);
	again = arena_alloc(&a, 100);
	tap_ok(again == first, "after a reset the same memory");
	arena_release(&a);
	tap_ok(a.first == NULL, "released");
	tap_ok(arena_alloc(&a, 1) != NULL, "and can be used again");
	arena_release(&a);
}

/* Pieces of any size never overlap: each keeps its mark. */
static void
test_overlap(void)
{
	enum { PIECES = 200 };
	unsigned char *p[PIECES];
	size_t n[PIECES], i, j;
	struct arena a;
	unsigned wrong = 0, round;

	arena_init(&a, 1 << 21);
	for (round = 0; round < 3; round++) {
		arena_reset(&a);
		for (i = 0; i < PIECES; i++) {
			n[i] = (i * 7919 + round * 104729) % 9000;
			p[i] = arena_alloc(&a, n[i]);
			if (!p[i])
				abort();
			memset(p[i], (int)i, n[i]);
		}
		for (i = 0; i < PIECES; i++)
			for (j = 0; j < n[i]; j++)
				wrong += p[i][j] != (unsigned char)i;
	}
	tap_uint(wrong, 0, "pieces keep apart");
	arena_release(&a);
}

static void
test_limit(void)
{
	struct arena a;

	arena_init(&a, 1024);
	tap_ok(arena_alloc(&a, 1025) == NULL, "more than the maximum");
	tap_ok(arena_alloc(&a, 1024) != NULL, "the maximum");
	tap_ok(arena_alloc(&a, 1) == NULL, "and one byte");
	arena_reset(&a);
	tap_ok(arena_alloc(&a, 1000) != NULL, "room again");
	tap_ok(arena_alloc(&a, SIZE_MAX) == NULL, "absurd sizes do not wrap");
	tap_ok(arena_array(&a, SIZE_MAX / 2, 4) == NULL, "nor do arrays");
	tap_ok(arena_array(&a, 0, 8) != NULL, "an array of none");
	arena_release(&a);
}

int
main(void)
{
	test_reuse();
	test_overlap();
	test_limit();
	return tap_done();
}
