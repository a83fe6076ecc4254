/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_WHERE_KIT_H
#define SPIN_WHERE_KIT_H

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "rec.h"
#include "tap.h"
#include "where.h"

/* Digests and expressions, for the tests of these. */
static struct arena arena;

/* A digest with these members; it lives until the next one. */
static void
digest(struct rec *r, const char *members)
{
	struct errpos err;
	char line[4096];
	int n = snprintf(line, sizeof(line), "{\"type\":\"digest\",\"ts\":60%s"
	    "%s}", *members ? "," : "", members);
	char *copy;

	arena_reset(&arena);
	copy = arena_alloc(&arena, (size_t)n);
	if (!copy || n < 0 || (size_t)n >= sizeof(line))
		abort();
	memcpy(copy, line, (size_t)n);
	if (rec_decode(r, &arena, copy, (size_t)n, &err) < 0) {
		tap_diag("%s: %zu: %s", line, err.col, err.what);
		abort();
	}
}

static struct where *
parsed(const char *text)
{
	struct where_err err = { .at = 0 };
	struct where *w = where_new(text, &err);

	if (!w)
		tap_diag("%s: %zu+%zu: %s", text, err.at, err.n, err.what);
	return w;
}

/* `times` times one text, another, and `times` times a third. */
static char *
nest(const char *open, const char *in, const char *close, size_t times)
{
	struct buf b;
	size_t i;

	buf_init(&b, 1 << 20);
	for (i = 0; i < times; i++)
		buf_puts(&b, open);
	buf_puts(&b, in);
	for (i = 0; i < times; i++)
		buf_puts(&b, close);
	buf_putc(&b, '\0');
	if (b.failed)
		abort();
	return b.p;
}

#endif
