/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "rec.h"

/*
 * A line as a record. What decodes must encode to one line of printable
 * ASCII; that line must decode, and encode to the same bytes. Behind a blank,
 * which keeps a line off the fast path, it must mean the same.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(int promise)
{
	if (!promise)
		abort();
}

static void
check_line(const struct buf *b)
{
	size_t i;

	check(b->n > 1 && b->n <= REC_LINE_MAX && b->p[b->n - 1] == '\n');
	for (i = 0; i < b->n - 1; i++)
		check(b->p[i] >= 0x20 && b->p[i] < 0x7f);
}

/* Decodes and encodes; returns what decoding returned. */
static int
through(const char *line, size_t n, struct arena *arena, struct buf *out)
{
	struct errpos err = { 0, "" };
	struct rec r;
	int ret;

	arena_reset(arena);
	buf_reset(out);
	ret = rec_decode(&r, arena, line, n, &err);
	if (ret == 0) {
		ret = rec_encode(&r, out);
		check(ret == 0 || ret == -EMSGSIZE);
		return ret;
	}
	check(ret != -ENOMEM);
	check(err.col <= n + 1 && memchr(err.what, 0, sizeof(err.what)));
	check(err.what[0] != '\0');
	return ret;
}

static void
again(const char *line, size_t n, const struct buf *want,
    struct arena *arena, struct buf *out)
{
	char *copy = malloc(n + 1);

	check(copy != NULL);
	copy[0] = ' ';
	memcpy(copy + 1, line, n);
	if (n + 1 < REC_LINE_MAX) {
		check(through(copy, n + 1, arena, out) == 0);
		check(out->n == want->n);
		check(memcmp(out->p, want->p, want->n) == 0);
	}
	free(copy);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *line = (const char *)data;
	struct arena arena;
	struct buf first, second;

	arena_init(&arena, REC_ARENA_MAX);
	buf_init(&first, 1 << 20);
	buf_init(&second, 1 << 20);
	if (through(line, size, &arena, &first) == 0) {
		check_line(&first);
		check(through(first.p, first.n, &arena, &second) == 0);
		check(second.n == first.n);
		check(memcmp(first.p, second.p, first.n) == 0);
		again(line, size, &first, &arena, &second);
		again(first.p, first.n, &first, &arena, &second);
	}
	buf_release(&first);
	buf_release(&second);
	arena_release(&arena);
	return 0;
}
