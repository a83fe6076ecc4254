/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "line.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "xalloc.h"

#define ROOM	(3 * LINE_MAX_BYTES)

void
line_init(struct line_src *s, int fd)
{
	*s = (struct line_src){ .fd = fd };
}

void
line_release(struct line_src *s)
{
	free(s->buf);
	s->buf = NULL;
	s->from = s->to = s->looked = 0;
}

ssize_t
line_fill(struct line_src *s)
{
	ssize_t n;

	if (!s->buf)
		s->buf = xmalloc(ROOM);
	if (s->from > 0) {
		memmove(s->buf, s->buf + s->from, s->to - s->from);
		s->to -= s->from;
		s->from = 0;
	}
	/* line_next leaves less than a line, so there is room. */
	n = read(s->fd, s->buf + s->to, ROOM - s->to);
	if (n < 0)
		return -errno;
	if (n == 0)
		s->eof = true;
	s->to += (size_t)n;
	return n;
}

/* No LF in what is there. */
static enum line_kind
partial(struct line_src *s, struct str *line)
{
	size_t n = s->to - s->from;
	bool was_skipping = s->skipping;

	s->looked = n;
	if (n >= LINE_MAX_BYTES || was_skipping) {
		s->from = s->to;
		s->looked = 0;
		s->skipping = true;
		if (!was_skipping) {
			s->no++;
			return LINE_LONG;
		}
		n = 0;
	}
	if (!s->eof)
		return LINE_MORE;
	if (n == 0)
		return LINE_END;
	*line = (struct str){ s->buf + s->from, n };
	s->from = s->to;
	s->looked = 0;
	s->no++;
	return LINE_TAIL;
}

enum line_kind
line_next(struct line_src *s, struct str *line)
{
	char *p, *lf;
	size_t n;

	for (;;) {
		if (s->from == s->to)
			return partial(s, line);
		p = s->buf + s->from;
		lf = memchr(p + s->looked, '\n', s->to - s->from - s->looked);
		if (!lf)
			return partial(s, line);
		n = (size_t)(lf - p);
		s->from += n + 1;
		s->looked = 0;
		if (!s->skipping)
			break;
		s->skipping = false;	/* the end of an overlong line */
	}
	s->no++;
	if (n >= LINE_MAX_BYTES)
		return LINE_LONG;
	*line = (struct str){ p, n };
	return LINE_OK;
}
