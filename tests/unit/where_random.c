/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "where.h"

#include <stdarg.h>
#include <string.h>

#include "buf.h"
#include "tap.h"
#include "where_kit.h"

/* ---- random expressions -------------------------------------------------- */

static uint64_t seed = 1;

static unsigned
rnd(unsigned n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % n;
}

#define RANDOM_MEMBERS "\"port\":5,\"hour\":3,\"flows\":4," \
	"\"unanswered\":2,\"pkts_out\":3,\"pkts_in\":3,\"bytes_out\":1024," \
	"\"bytes_in\":2048"

static const struct {
	const char *name, *unit;
	bool sum;
	unsigned is, times;
} numbers[] = {
	{ "port", "", false, 5, 1 },
	{ "Hour", "", false, 3, 1 },
	{ "flows", "", true, 4, 1 },
	{ "unanswered", "", true, 2, 1 },
	{ "pkts", "", true, 6, 1 },
	{ "pkts_in", "", true, 3, 1 },
	{ "bytes", "K", true, 3072, 1024 },
	{ "BYTES_OUT", "k", true, 1024, 1024 },
};

static const char *
blank(void)
{
	static const char *const blanks[] = { "", "", "", " ", "\t", "  " };

	return blanks[rnd(6)];
}

/* Adds a test of a number, or not of one that is a sum; returns its truth. */
static bool
random_test(struct buf *b, bool sum)
{
	static const char *const op[] = { "=", "!=", "<", "<=", ">", ">=" };
	unsigned o = rnd(6), v = rnd(8), is;
	size_t m;

	do
		m = rnd(ARRAY_SIZE(numbers));
	while (numbers[m].sum != sum);
	buf_printf(b, "%s%s%s%s%s%u%s", blank(), numbers[m].name, blank(),
	    op[o], blank(), v, numbers[m].unit);
	v *= numbers[m].times;
	is = numbers[m].is;
	switch (o) {
	case 0:
		return is == v;
	case 1:
		return is != v;
	case 2:
		return is < v;
	case 3:
		return is <= v;
	case 4:
		return is > v;
	default:
		return is >= v;
	}
}

static bool random_or(struct buf *, bool sum, unsigned depth);

static bool
random_not(struct buf *b, bool sum, unsigned depth)
{
	unsigned nots = rnd(4) ? 0 : 1 + rnd(2), i;
	bool is;

	for (i = 0; i < nots; i++)
		buf_printf(b, "%s%s ", blank(), rnd(2) ? "not" : "NOT");
	if (depth == 0 || rnd(3) == 0) {
		is = random_test(b, sum);
	} else {
		buf_printf(b, "%s(", blank());
		is = random_or(b, sum, depth - 1);
		buf_printf(b, "%s)", blank());
	}
	return nots % 2 ? !is : is;
}

static bool
random_and(struct buf *b, bool sum, unsigned depth)
{
	bool is = random_not(b, sum, depth), next;

	while (rnd(3) == 0) {
		buf_printf(b, "%s and ", blank());
		next = random_not(b, sum, depth);
		is = is && next;
	}
	return is;
}

static bool
random_or(struct buf *b, bool sum, unsigned depth)
{
	bool is = random_and(b, sum, depth), next;

	while (rnd(3) == 0) {
		buf_printf(b, "%s or ", blank());
		next = random_and(b, sum, depth);
		is = is || next;
	}
	return is;
}

/* Parts of both kinds, joined by "and", some of them within parentheses. */
static void
random_expr(struct buf *b, bool *before, bool *after)
{
	unsigned parts = 1 + rnd(4), open = 0, i;
	bool sum, is;

	*before = *after = true;
	for (i = 0; i < parts; i++) {
		if (i > 0)
			buf_puts(b, " and ");
		if (rnd(3) == 0) {
			buf_puts(b, "(");
			open++;
		}
		sum = rnd(2);
		buf_puts(b, "(");
		is = random_or(b, sum, 3);
		buf_puts(b, ")");
		if (sum)
			*after = *after && is;
		else
			*before = *before && is;
		if (open && rnd(2)) {
			buf_puts(b, ")");
			open--;
		}
	}
	while (open-- > 0)
		buf_puts(b, ")");
	buf_putc(b, '\0');
}

static void
test_random(void)
{
	unsigned i, wrong = 0, yes = 0, tried = 0;
	bool before, after;
	struct where *w;
	struct rec r;
	struct buf b;

	buf_init(&b, 1 << 20);
	digest(&r, RANDOM_MEMBERS);
	for (i = 0; i < 20000; i++) {
		buf_reset(&b);
		random_expr(&b, &before, &after);
		if (b.n > WHERE_MAX)
			continue;
		tried++;
		yes += before && after;
		w = parsed(b.p);
		if (!w || where_before(w, &r) != before ||
		    where_after(w, &r) != after)
			if (wrong++ < 5)
				tap_diag("%s: %d %d", b.p, before, after);
		where_free(w);
	}
	tap_ok(tried > 19000 && yes > tried / 10 && yes < tried / 10 * 9,
	    "%u random expressions, %u true", tried, yes);
	tap_uint(wrong, 0, "have the truth of their arithmetic");
	buf_release(&b);
}

/* ---- globs --------------------------------------------------------------- */

/* The definition, without a care for time. */
static bool
fits(const char *g, const char *s)
{
	size_t n = 1;
	bool is;

	if (*g == '*')
		return fits(g + 1, s) || (*s && fits(g, s + 1));
	if (*g == '\0' || *s == '\0')
		return *g == *s;
	is = *g == '?' || *g == *s;
	if (*g == '[') {
		/* Of these two forms only. */
		n = g[1] == '!' ? 4 : 5;
		is = n == 4 ? g[2] != *s : *s >= g[1] && *s <= g[3];
	}
	return is && fits(g + n, s + 1);
}

static void
random_glob(struct buf *b)
{
	static const char *const parts[] = {
		"a", "b", "c", "*", "*", "?", "[a-b]", "[!a]", "[b-c]",
	};
	unsigned n = rnd(9);

	while (n-- > 0)
		buf_puts(b, parts[rnd(ARRAY_SIZE(parts))]);
	buf_putc(b, '\0');
}

static void
test_random_globs(void)
{
	static const char head[] = "name~\"";
	unsigned i, k, n, wrong = 0, yes = 0;
	char text[16], members[32];
	bool want;
	struct where *w;
	struct rec r;
	struct buf b, e;

	buf_init(&b, 1024);
	buf_init(&e, 1024);
	for (i = 0; i < 20000; i++) {
		buf_reset(&b);
		buf_reset(&e);
		random_glob(&b);
		buf_printf(&e, "%s%s\"", head, b.p);
		buf_putc(&e, '\0');
		n = rnd(10);
		for (k = 0; k < n; k++)
			text[k] = (char)('a' + rnd(3));
		text[n] = '\0';
		snprintf(members, sizeof(members), "\"name\":\"%s\"", text);
		digest(&r, members);
		want = fits(b.p, text);
		yes += want;
		w = parsed(e.p);
		if (!w || where_before(w, &r) != want)
			if (wrong++ < 5)
				tap_diag("%s %s: %d", e.p, text, want);
		where_free(w);
	}
	tap_ok(yes > 1000 && yes < 19000, "%u of 20000 random globs fit", yes);
	tap_uint(wrong, 0, "as their definition says");
	buf_release(&b);
	buf_release(&e);
}

/* Tried with every star at every place this would outlast the universe. */
static void
test_glob_time(void)
{
	char *expr = nest("*a", "", "", 100), *whole;
	char *text = nest("a", "", "", 3000);
	char members[3072];
	struct where *w;
	struct rec r;
	struct buf b;

	buf_init(&b, 1024);
	buf_printf(&b, "name~%s*b", expr);
	buf_putc(&b, '\0');
	whole = b.p;
	snprintf(members, sizeof(members), "\"name\":\"%s\"", text);
	digest(&r, members);
	w = parsed(whole);
	tap_ok(w && !where_before(w, &r), "100 stars end in time");
	where_free(w);
	buf_release(&b);
	free(expr);
	free(text);
}

int
main(void)
{
	arena_init(&arena, REC_ARENA_MAX);
	test_random();
	test_random_globs();
	test_glob_time();
	arena_release(&arena);
	return tap_done();
}
