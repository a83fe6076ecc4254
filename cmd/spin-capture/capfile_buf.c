/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "capfile_buf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * The buffer is room for the longest unread rest and then, at a page, the
 * place that reads go to. The rest is moved to end there, so that reads of
 * files copy page to page: with a few bytes of difference the kernel's copy
 * takes three times as long on some machines. Pages that no packet is long
 * enough to reach are never touched.
 */
enum { PAGE = 4096 };

static uint8_t *
area(const struct capbuf *b)
{
	return b->base + CAPBUF_MAX;
}

static uint8_t *
limit(const struct capbuf *b)
{
	return area(b) + CAPBUF_READ;
}

int
capbuf_init(struct capbuf *b, capbuf_read_fn *read_fn, void *ctx)
{
	void *mem;

	if (posix_memalign(&mem, PAGE, CAPBUF_MAX + CAPBUF_READ) != 0)
		return -ENOMEM;
	b->base = mem;
	b->at = b->end = area(b);
	b->end_off = 0;
	b->read = read_fn;
	b->ctx = ctx;
	b->eof = false;
	b->err = 0;
	return 0;
}

void
capbuf_release(struct capbuf *b)
{
	free(b->base);
	b->base = NULL;
	b->at = b->end = NULL;
	b->eof = true;
}

/* One read behind `end`. False at the end of the stream or after an error. */
static bool
more(struct capbuf *b)
{
	uint8_t *to = b->base + (b->end - b->base);
	ssize_t got;

	if (b->eof || b->err)
		return false;
	do {
		got = b->read(b->ctx, to, (size_t)(limit(b) - to));
	} while (got < 0 && errno == EINTR);
	if (got < 0) {
		b->err = errno;
		return false;
	}
	if (got == 0) {
		b->eof = true;
		return false;
	}
	b->end += got;
	b->end_off += (uint64_t)got;
	return true;
}

/* Moves the unread rest to where it ends at the place for reads. */
static void
rewind_buf(struct capbuf *b)
{
	size_t left = capbuf_left(b);
	uint8_t *to = area(b) - left;

	if (left)
		memmove(to, b->at, left);
	b->at = to;
	b->end = area(b);
}

const uint8_t *
capbuf_fill(struct capbuf *b, size_t n)
{
	while (capbuf_left(b) < n) {
		/* A slow pipe fills the buffer before anything is moved. */
		if ((size_t)(limit(b) - b->at) < n || b->end == limit(b))
			rewind_buf(b);
		if (!more(b))
			return NULL;
	}
	return b->at;
}

uint64_t
capbuf_skip(struct capbuf *b, uint64_t n)
{
	for (;;) {
		size_t left = capbuf_left(b);

		if (left >= n) {
			b->at += n;
			return 0;
		}
		n -= left;
		b->at = b->end = area(b);
		if (!more(b))
			return n;
	}
}
