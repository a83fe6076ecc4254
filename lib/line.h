/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_LINE_H
#define SPIN_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "attr.h"
#include "str.h"

/*
 * Lines from a file descriptor, in constant memory. Reading (line_fill, which
 * may block) and taking what has come (line_next, which never does) are apart,
 * so that a caller can wait for several sources at once.
 *
 *	struct line_src src;
 *	line_init(&src, fd);
 *	for (;;) {
 *		switch (line_next(&src, &line)) {
 *		case LINE_MORE: if (line_fill(&src) < 0) ...; break;
 *		case LINE_OK: use(line.p, line.n, src.no); break;
 *		case LINE_TAIL: ...the last one, cut off; break;
 *		case LINE_LONG: complain(src.no); break;
 *		case LINE_END: line_release(&src); return;
 *		}
 *	}
 */
#define LINE_MAX_BYTES	65536	/* of a line, with its LF */

enum line_kind {
	LINE_MORE,	/* nothing whole here: line_fill, then again */
	LINE_OK,	/* a line, without its LF */
	LINE_TAIL,	/* what came behind the last LF; LINE_END follows */
	LINE_LONG,	/* a line beyond the limit, said once and passed over */
	LINE_END
};

struct line_src {
	int fd;		/* not owned */
	char *buf;	/* owned; NULL until the first line_fill */
	size_t from, to;	/* bytes not yet taken */
	size_t looked;	/* of them, how many are known to hold no LF */
	uint64_t no;	/* number of the line just given, from 1 */
	bool eof, skipping;
};

void line_init(struct line_src *, int fd);
void line_release(struct line_src *);

/*
 * One read(2), of up to 64 KiB or more. Returns how many bytes came, 0 at the
 * end of the file, or -errno (-EINTR too). Lines given before are gone then.
 */
ssize_t line_fill(struct line_src *) ATTR_NODISCARD;

/* The next line: it stays where it is until the next line_fill. */
enum line_kind line_next(struct line_src *, struct str *);

#endif
