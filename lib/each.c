/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "each.h"

#include <errno.h>

#include "line.h"

/* Reads more; 0 at the end of what is to be read. */
static ssize_t
fill(struct line_src *src, size_t *left)
{
	ssize_t n;

	if (*left == 0)
		return 0;
	do {
		n = line_fill(src);
	} while (n == -EINTR);
	if (n > 0)
		*left -= (size_t)n < *left ? (size_t)n : *left;
	return n;
}

int
each_line(int fd, size_t max, void (*fn)(void *ctx, struct str line),
    void *ctx)
{
	struct line_src src;
	struct str line;
	enum line_kind kind;
	ssize_t n = 0;

	line_init(&src, fd);
	while ((kind = line_next(&src, &line)) != LINE_END) {
		if (kind == LINE_OK || kind == LINE_TAIL) {
			fn(ctx, line);
		} else if (kind == LINE_MORE) {
			n = fill(&src, &max);
			if (n < 0 || (n == 0 && !src.eof))
				break;
		}
	}
	line_release(&src);
	return n < 0 ? (int)n : 0;
}
