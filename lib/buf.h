/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_BUF_H
#define SPIN_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "attr.h"

/*
 * A growable run of bytes with a maximum. Appending past the maximum (or when
 * memory ends) adds nothing and latches `failed`, so that a writer may append
 * a whole record and look once at the end.
 *
 *	struct buf b;
 *	buf_init(&b, 65536);
 *	buf_add(&b, "x", 1);
 *	if (b.failed) ...
 *	buf_release(&b);
 */
struct buf {
	char *p;	/* owned; NULL until the first byte */
	size_t n;	/* bytes in use */
	size_t cap;	/* bytes allocated */
	size_t max;	/* never more than this */
	bool failed;
};

void buf_init(struct buf *, size_t max);
void buf_release(struct buf *);

/* Empties it, keeps the memory, forgets a failure. */
static inline void
buf_reset(struct buf *b)
{
	b->n = 0;
	b->failed = false;
}

/*
 * Makes room for `n` more bytes. Returns where they go, or NULL and latches
 * `failed`. The caller writes at most `n` bytes there and adds what it wrote
 * to b->n.
 */
char *buf_room_slow(struct buf *, size_t n);

static inline char *
buf_room(struct buf *b, size_t n)
{
	/* Not >=: then there is memory, even for nothing. */
	if (likely(b->cap - b->n > n && !b->failed))
		return b->p + b->n;
	return buf_room_slow(b, n);
}

static inline void
buf_add(struct buf *b, const void *p, size_t n)
{
	char *to = buf_room(b, n);

	if (likely(to != NULL)) {
		if (n)
			memcpy(to, p, n);
		b->n += n;
	}
}

static inline void
buf_putc(struct buf *b, char c)
{
	char *to = buf_room(b, 1);

	if (likely(to != NULL)) {
		*to = c;
		b->n++;
	}
}

void buf_puts(struct buf *, const char *s);
void buf_printf(struct buf *, const char *fmt, ...) ATTR_PRINTF(2, 3);

#endif
