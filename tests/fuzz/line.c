/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "line.h"

/*
 * Bytes as a stream of lines, compared with a plain walk over them. The first
 * two bytes say how often, and in how many pieces, the rest is repeated, so
 * that small inputs make long lines.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool promise)
{
	if (!promise)
		abort();
}

/* What must come next of text[*at] on. */
static enum line_kind
expected(const char *text, size_t n, size_t *at, struct str *line)
{
	const char *p = text + *at, *lf = memchr(p, '\n', n - *at);

	if (*at == n)
		return LINE_END;
	*line = (struct str){ p, lf ? (size_t)(lf - p) : n - *at };
	*at += line->n + (lf != NULL);
	if (line->n >= LINE_MAX_BYTES)
		return LINE_LONG;
	return lf ? LINE_OK : LINE_TAIL;
}

static void
compare(int fd, const char *text, size_t n)
{
	struct line_src src;
	struct str got, want = { NULL, 0 };
	enum line_kind kind, right;
	size_t at = 0;
	uint64_t no = 0;

	line_init(&src, fd);
	do {
		right = expected(text, n, &at, &want);
		while ((kind = line_next(&src, &got)) == LINE_MORE)
			check(line_fill(&src) >= 0);
		check(kind == right);
		if (kind == LINE_END)
			break;
		check(src.no == ++no);
		if (kind != LINE_LONG)
			check(str_eq(got, want));
	} while (kind != LINE_END);
	line_release(&src);
}

/* One unlinked file for all inputs. */
static int
file_with(const char *text, size_t n)
{
	static int fd = -1;

	if (fd < 0) {
		FILE *f = tmpfile();

		check(f != NULL);
		fd = dup(fileno(f));
		check(fd >= 0 && fclose(f) == 0);
	}
	check(ftruncate(fd, 0) == 0 && lseek(fd, 0, SEEK_SET) == 0);
	check(write(fd, text, n) == (ssize_t)n);
	check(lseek(fd, 0, SEEK_SET) == 0);
	return fd;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t times, n, i;
	char *text;

	if (size <= 2)
		return 0;
	times = 1 + (size_t)data[0] * (data[1] & 15);
	n = (size - 2) * times;
	if (n >= 1 << 20)
		return 0;
	text = malloc(n);
	check(text != NULL);
	for (i = 0; i < times; i++)
		memcpy(text + i * (size - 2), data + 2, size - 2);
	compare(file_with(text, n), text, n);
	free(text);
	return 0;
}
