/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_CAPFILE_BUF_H
#define SPIN_CAPFILE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "attr.h"

/*
 * A window over a stream of bytes that is read once, from start to end, in
 * constant memory: "n contiguous bytes at the current position" by large
 * reads into one buffer, whose unread rest is moved to its front when more is
 * wanted. Never reads ahead of what has arrived, so a pipe with a slow writer
 * gives its packets as they come.
 */
#define CAPBUF_READ	((size_t)256 * 1024)	/* bytes asked of one read */
#define CAPBUF_MAX	((size_t)260 * 1024)	/* most that may be wanted */

/* As read(2): bytes, 0 at the end, -1 and errno. */
typedef ssize_t capbuf_read_fn(void *ctx, void *to, size_t n);

struct capbuf {
	const uint8_t *at;	/* current position */
	const uint8_t *end;	/* end of what has been read */
	uint8_t *base;		/* owned */
	uint64_t end_off;	/* offset of `end` in the stream */
	capbuf_read_fn *read;
	void *ctx;
	bool eof;
	int err;		/* errno of a failed read; latched */
};

/* 0 or -ENOMEM. */
int capbuf_init(struct capbuf *, capbuf_read_fn *, void *ctx) ATTR_NODISCARD;
void capbuf_release(struct capbuf *);

/* capbuf_peek when the bytes are not in the buffer yet. */
const uint8_t *capbuf_fill(struct capbuf *, size_t n) ATTR_NODISCARD;

/*
 * The next `n` bytes (at most CAPBUF_MAX), which stay next, or NULL: the
 * stream ends before them (capbuf_left says how many there are) or a read
 * failed (`err` is set). Valid until the next call that may read.
 */
static inline const uint8_t *
capbuf_peek(struct capbuf *b, size_t n)
{
	if (likely((size_t)(b->end - b->at) >= n))
		return b->at;
	return capbuf_fill(b, n);
}

/* Steps over bytes that capbuf_peek has given. */
static inline void
capbuf_step(struct capbuf *b, size_t n)
{
	b->at += n;
}

/*
 * Steps over `n` bytes, however many. Returns how many the stream lacked: 0
 * when all were there.
 */
uint64_t capbuf_skip(struct capbuf *, uint64_t n) ATTR_NODISCARD;

/* Offset of the current position in the stream. */
static inline uint64_t
capbuf_off(const struct capbuf *b)
{
	return b->end_off - (uint64_t)(b->end - b->at);
}

/* Bytes in the buffer; after a peek failed, all that is left. */
static inline size_t
capbuf_left(const struct capbuf *b)
{
	return (size_t)(b->end - b->at);
}

#endif
