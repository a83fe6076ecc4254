/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "where.h"

/*
 * An expression and, on the next line, a digest it is asked about. An error
 * lies within the text and is said in printable ASCII. A second copy of the
 * expression, and one within parentheses, say the same of the digest; "not"
 * before it turns one of the two answers round.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool promise)
{
	if (!promise)
		abort();
}

static struct where *
parse(const char *text)
{
	struct where_err err;
	struct where *w;
	size_t i, n = strlen(text);

	memset(&err, 0xff, sizeof(err));
	w = where_new(text, &err);
	if (w)
		return w;
	check(err.at <= n && err.n <= n - err.at);
	check(err.n > 0 || err.at == n);
	check(memchr(err.what, 0, sizeof(err.what)) && err.what[0]);
	for (i = 0; err.what[i]; i++)
		check(err.what[i] >= 0x20 && err.what[i] < 0x7f);
	return NULL;
}

/* The text between two others, parsed. */
static struct where *
parse_within(const char *head, const char *text, const char *tail)
{
	size_t n = strlen(head) + strlen(text) + strlen(tail) + 1;
	char *whole = malloc(n);
	struct where *w;

	check(whole != NULL);
	(void)snprintf(whole, n, "%s%s%s", head, text, tail);
	w = parse(whole);
	free(whole);
	return w;
}

static void
check_same(struct where *w, const struct rec *r, bool before, bool after)
{
	if (w) {
		check(where_before(w, r) == before);
		check(where_after(w, r) == after);
	}
	where_free(w);
}

static void
check_expr(const char *text, const struct rec *r)
{
	struct where *w = parse(text), *not;
	bool before, after;

	if (!w)
		return;
	before = where_before(w, r);
	after = where_after(w, r);
	check_same(w, r, before, after);
	w = parse(text);
	check(w != NULL);
	check_same(w, r, before, after);
	check_same(parse_within("(", text, ")"), r, before, after);
	check_same(parse_within("", text, " and flows>=0"), r, before, after);
	not = parse_within("not (", text, ")");
	if (not)
		check((where_before(not, r) != before) +
		    (where_after(not, r) != after) == 1);
	where_free(not);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *lf = size > 0 ? memchr(data, '\n', size) : NULL;
	size_t n = lf ? (size_t)(lf - data) : size;
	struct arena arena;
	struct errpos err;
	struct rec r;
	char *text = malloc(n + 1);

	check(text != NULL);
	if (n > 0)
		memcpy(text, data, n);
	text[n] = '\0';
	arena_init(&arena, REC_ARENA_MAX);
	if (!lf || rec_decode(&r, &arena, (const char *)lf + 1, size - n - 1,
	    &err) < 0 || r.type != REC_TYPE_DIGEST)
		rec_init(&r, REC_TYPE_DIGEST);
	check_expr(text, &r);
	arena_release(&arena);
	free(text);
	return 0;
}
