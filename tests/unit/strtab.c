/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "strtab.h"

#include "tap.h"

static struct hashkey key;

static bool
is(const struct strtab *t, uint32_t id, const char *want)
{
	return str_eq(strtab_text(t, id), str_of(want));
}

static void
test_small(void)
{
	struct strtab *t = strtab_new(1 << 16, &key);
	uint32_t a = strtab_ref(t, STR("a.example"));
	uint32_t b = strtab_ref(t, STR("b.example"));
	uint32_t none = strtab_ref(t, (struct str){ NULL, 0 });
	uint32_t nul = strtab_ref(t, (struct str){ "a\0b", 3 });

	tap_ok(a >= 1 && b >= 1 && none >= 1 && nul >= 1, "numbers from 1");
	tap_ok(a != b && none != a && none != b, "one for each text");
	tap_uint(strtab_count(t), 4, "four texts");
	tap_ok(is(t, a, "a.example") && is(t, b, "b.example"), "found again");
	tap_ok(is(t, none, ""), "the empty text is one too");
	tap_ok(str_eq(strtab_text(t, nul), (struct str){ "a\0b", 3 }),
	    "a text with a NUL");
	tap_uint(strtab_text(t, 0).n, 0, "of 0 the empty text");
	tap_uint(strtab_ref(t, STR("a.example")), a, "same text, same number");
	tap_ok(strtab_ref(t, STR("A.example")) != a, "case counts");
	tap_uint(strtab_count(t), 5, "five");
	strtab_free(t);
	strtab_free(NULL);
}

static void
test_references(void)
{
	struct strtab *t = strtab_new(1 << 16, &key);
	uint32_t a = strtab_ref(t, STR("a")), b;

	strtab_keep(t, a);
	tap_uint(strtab_ref(t, STR("a")), a, "three references");
	strtab_drop(t, a);
	strtab_drop(t, a);
	tap_ok(strtab_count(t) == 1 && is(t, a, "a"), "one is left");
	strtab_drop(t, a);
	tap_uint(strtab_count(t), 0, "none is left");
	b = strtab_ref(t, STR("b"));
	tap_ok(b == a && is(t, b, "b"), "its number is used again");
	strtab_keep(t, 0);
	strtab_drop(t, 0);
	tap_uint(strtab_count(t), 1, "0 does nothing");
	strtab_drop(t, b);
	tap_ok(strtab_bytes(t) > 0, "the numbers' own bytes count and stay");
	strtab_free(t);
}

/* Fills a table with texts of `len` bytes; returns how many there was room. */
static uint32_t
fill(struct strtab *t, int len, uint32_t from)
{
	char text[256];
	uint32_t n = 0;

	for (;;) {
		snprintf(text, sizeof(text), "%0*" PRIu32, len, from + n);
		if (strtab_ref(t, str_of(text)) == 0)
			return n;
		n++;
	}
}

static void
test_full(void)
{
	struct strtab *t = strtab_new(100000, &key);
	uint32_t n = fill(t, 100, 0), last;
	char text[1000] = "";

	/* 100 bytes and at most 44 beside them, and at most two numbers. */
	tap_ok(n < 1000 && n >= 100000 / (144 + 2 * 20),
	    "room for %" PRIu32 " texts", n);
	tap_ok(strtab_bytes(t) <= 100000 && strtab_bytes(t) >= 100 * n,
	    "%zu bytes", strtab_bytes(t));
	snprintf(text, sizeof(text), "%0100d", 5);
	last = strtab_ref(t, str_of(text));
	tap_ok(last != 0, "a text that is there needs no room");
	strtab_drop(t, last);
	strtab_drop(t, last);
	snprintf(text, sizeof(text), "%0200d", 1);
	tap_uint(strtab_ref(t, str_of(text)), 0, "a longer one does not fit");
	snprintf(text, sizeof(text), "%0100d", 5);
	tap_uint(strtab_ref(t, str_of(text)), last, "one as long does");
	strtab_free(t);

	t = strtab_new(0, &key);
	tap_uint(strtab_ref(t, STR("")), 0, "no room for anything");
	strtab_free(t);
	t = strtab_new(1000, &key);
	tap_uint(strtab_ref(t, (struct str){ text, sizeof(text) }), 0,
	    "a text as long as the table");
	strtab_free(t);
}

/*
 * A million names through a table of 64 KiB, the oldest dropped when there is
 * no room: the bytes stay below, and what is left is what came last.
 */
static void
test_million(void)
{
	enum { N = 1000000, MAX = 65536 };
	struct strtab *t = strtab_new(MAX, &key);
	uint32_t *ids = calloc(N, sizeof(*ids)), oldest = 0, i;
	size_t most = 0, unlike = 0;
	char text[64];

	if (!ids)
		abort();
	for (i = 0; i < N; i++) {
		snprintf(text, sizeof(text), "%" PRIu32 ".random.example",
		    i * 2654435761u);
		while ((ids[i] = strtab_ref(t, str_of(text))) == 0 &&
		    oldest < i)
			strtab_drop(t, ids[oldest++]);
		most = strtab_bytes(t) > most ? strtab_bytes(t) : most;
		unlike += !is(t, ids[i], text);
	}
	tap_ok(most <= MAX && most > MAX / 2, "never more than %zu bytes",
	    most);
	tap_uint(strtab_count(t), N - oldest, "as many as were not dropped");
	tap_ok(N - oldest > 300, "%" PRIu32 " of them", N - oldest);
	for (i = oldest; i < N; i++) {
		snprintf(text, sizeof(text), "%" PRIu32 ".random.example",
		    i * 2654435761u);
		unlike += !is(t, ids[i], text);
	}
	tap_uint(unlike, 0, "every number has its text");
	for (i = oldest; i < N; i++)
		strtab_drop(t, ids[i]);
	tap_uint(strtab_count(t), 0, "all dropped");
	free(ids);
	strtab_free(t);
}

/* The model: how many references each of some texts has, and its number. */
enum { TEXTS = 300 };

struct model {
	uint32_t refs[TEXTS], id[TEXTS];
	size_t count;
};

static const char *
text_no(uint32_t i)
{
	static char text[32];

	snprintf(text, sizeof(text), "%.*s%" PRIu32, (int)(i % 23),
	    "abcdefghijklmnopqrstuvw", i);
	return text;
}

static unsigned
step(struct strtab *t, struct model *m, uint32_t i, unsigned what)
{
	unsigned wrong = 0;
	uint32_t id;

	if (what < 2 || m->refs[i] == 0) {
		id = strtab_ref(t, str_of(text_no(i)));
		wrong += id == 0 || (m->refs[i] != 0 && id != m->id[i]);
		m->id[i] = id;
		m->count += m->refs[i]++ == 0;
	} else if (what == 2) {
		strtab_keep(t, m->id[i]);
		m->refs[i]++;
	} else {
		strtab_drop(t, m->id[i]);
		m->count -= --m->refs[i] == 0;
	}
	if (m->refs[i] != 0)
		wrong += !is(t, m->id[i], text_no(i));
	return wrong + (strtab_count(t) != m->count);
}

static void
test_model(void)
{
	struct strtab *t = strtab_new(1 << 20, &key);
	struct model m = { .count = 0 };
	uint64_t seed = 3;
	unsigned wrong = 0;
	uint32_t i;

	for (i = 0; i < 300000; i++) {
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		wrong += step(t, &m, (uint32_t)(seed >> 33) % TEXTS,
		    (unsigned)(seed >> 60) % 7);
	}
	for (i = 0; i < TEXTS; i++)
		if (m.refs[i] != 0)
			wrong += !is(t, m.id[i], text_no(i));
	tap_uint(wrong, 0, "300000 steps as in a plain array");
	tap_ok(m.count > 50 && m.count < TEXTS, "with %zu texts at the end",
	    m.count);
	strtab_free(t);
}

int
main(void)
{
	if (hashkey_init(&key) < 0)
		abort();
	test_small();
	test_references();
	test_full();
	test_million();
	test_model();
	return tap_done();
}
