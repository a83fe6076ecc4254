/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "line.h"

#include <errno.h>
#include <unistd.h>

#include "tap.h"

/* What a source gives, a letter a line: o OK, t tail, L long, . the end. */
static void
walk(int fd, char *seen, size_t room, uint64_t *no, struct str *last,
    char *text, size_t text_room)
{
	static const char letters[] = { [LINE_MORE] = '?', [LINE_OK] = 'o',
		[LINE_TAIL] = 't', [LINE_LONG] = 'L', [LINE_END] = '.' };
	struct line_src src;
	enum line_kind kind;
	struct str line;
	size_t n = 0;

	line_init(&src, fd);
	do {
		kind = line_next(&src, &line);
		if (kind == LINE_MORE) {
			if (line_fill(&src) < 0)
				break;
			continue;
		}
		seen[n++] = letters[kind];
		if (kind == LINE_OK || kind == LINE_TAIL) {
			last->n = line.n < text_room ? line.n : text_room;
			memcpy(text, line.p, last->n);
			last->p = text;
		}
		*no = src.no;
	} while (kind != LINE_END && n < room - 1);
	seen[n] = '\0';
	line_release(&src);
}

static void
test_text(const char *text, size_t n, const char *want, const char *last)
{
	char seen[64], copy[64];
	struct str got = { copy, 0 };
	uint64_t no = 0;
	FILE *f = tmpfile();

	if (!f || fwrite(text, 1, n, f) != n || fflush(f) != 0 ||
	    lseek(fileno(f), 0, SEEK_SET) < 0)
		abort();
	walk(fileno(f), seen, sizeof(seen), &no, &got, copy, sizeof(copy));
	tap_str(seen, want, "%zu bytes are %s", n, want);
	tap_uint(no, strlen(want) - 1, "the number of the last line");
	if (last)
		tap_mem(got.p, got.n, last, strlen(last), "its text");
	(void)fclose(f);
}

/* A line of `n` bytes with its LF between two short ones. */
static void
test_long(size_t n, const char *want)
{
	char *text = malloc(n + 4);

	if (!text)
		abort();
	memcpy(text, "a\n", 2);
	memset(text + 2, 'x', n - 1);
	memcpy(text + 2 + n - 1, "\nb\n", 3);
	test_text(text, n + 4, want, "b");
	free(text);
}

/* Bytes come one by one, as through a slow pipe. */
static void
test_pieces(void)
{
	const char text[] = "one\ntwo";
	struct line_src src;
	struct str line;
	int fds[2];
	size_t i;

	if (pipe(fds) < 0)
		abort();
	line_init(&src, fds[0]);
	tap_int(line_next(&src, &line), LINE_MORE, "nothing yet");
	for (i = 0; i < 3; i++) {
		if (write(fds[1], text + i, 1) != 1)
			abort();
		tap_int(line_fill(&src), 1, "a byte");
		tap_int(line_next(&src, &line), LINE_MORE, "no line yet");
	}
	if (write(fds[1], "\ntwo", 4) != 4)
		abort();
	tap_int(line_fill(&src), 4, "four bytes");
	tap_int(line_next(&src, &line), LINE_OK, "a line");
	tap_mem(line.p, line.n, "one", 3, "its text");
	tap_int(line_next(&src, &line), LINE_MORE, "half a line");
	(void)close(fds[1]);
	tap_int(line_fill(&src), 0, "the end");
	tap_int(line_next(&src, &line), LINE_TAIL, "the half line");
	tap_mem(line.p, line.n, "two", 3, "its text");
	tap_int(line_next(&src, &line), LINE_END, "nothing more");
	tap_int(line_next(&src, &line), LINE_END, "still nothing");
	line_release(&src);
	(void)close(fds[0]);
	line_init(&src, fds[0]);
	tap_int(line_fill(&src), -EBADF, "a read that fails");
	line_release(&src);
}

int
main(void)
{
	test_text("", 0, ".", NULL);
	test_text("a", 1, "t.", "a");
	test_text("a\n", 2, "o.", "a");
	test_text("\n", 1, "o.", "");
	test_text("\n\n", 2, "oo.", "");
	test_text("a\nb\nc", 5, "oot.", "c");
	test_text("a\r\n", 3, "o.", "a\r");
	test_text("a\0b\n", 4, "o.", NULL);
	test_long(65535, "ooo.");
	test_long(65536, "ooo.");
	test_long(65537, "oLo.");
	test_long(131072, "oLo.");
	test_long(196608, "oLo.");
	test_long(1 << 20, "oLo.");
	test_pieces();
	return tap_done();
}
