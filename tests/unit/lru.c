/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "lru.h"

#include "tap.h"

struct entry {
	uint64_t key;
	uint64_t value;
	char fill[9];
};

static struct hashkey key;

/*
 * The model: an array in order of use, oldest first, and the same operations
 * on it, at random, with keys that are often there already.
 */
enum { CAP = 100, KEYS = 150 };

struct model {
	struct entry v[CAP];
	size_t n;
};

static size_t
model_find(const struct model *m, uint64_t k)
{
	size_t i;

	for (i = 0; i < m->n; i++)
		if (m->v[i].key == k)
			return i;
	return m->n;
}

static void
model_del(struct model *m, size_t i)
{
	memmove(&m->v[i], &m->v[i + 1], (m->n - i - 1) * sizeof(m->v[0]));
	m->n--;
}

static void
model_use(struct model *m, size_t i)
{
	struct entry e = m->v[i];

	model_del(m, i);
	m->v[m->n++] = e;
}

static bool
same(const struct lru *l, const struct model *m)
{
	const struct entry *e = lru_oldest(l);
	size_t i;

	if (lru_count(l) != m->n || lru_full(l) != (m->n == CAP))
		return false;
	for (i = 0; i < m->n; i++, e = lru_next(l, e))
		if (!e || e->key != m->v[i].key || e->value != m->v[i].value)
			return false;
	return e == NULL;
}

/* One operation on both; returns how often they were not alike. */
static unsigned
step(struct lru *l, struct model *m, uint64_t k, unsigned what, uint64_t mark)
{
	size_t i = model_find(m, k);
	struct entry *e = lru_peek(l, &k);
	unsigned wrong = (e != NULL) != (i < m->n);

	if (what == 0 && e) {
		lru_del(l, e);
		model_del(m, i);
	} else if (what < 6 && e) {
		if (what < 4)
			wrong += lru_get(l, &k) != e;
		else
			lru_touch(l, e);
		model_use(m, i);
	} else if (!e) {
		if (m->n == CAP) {
			wrong += lru_add(l, &k) != NULL;
			lru_del(l, lru_oldest(l));
			model_del(m, 0);
		}
		e = lru_add(l, &k);
		if (!e)
			abort();
		wrong += e->value != 0 || e->fill[8] != 0;
		e->value = mark;
		memset(e->fill, 0xff, sizeof(e->fill));
		m->v[m->n] = (struct entry){ .key = k, .value = mark };
		m->n++;
	}
	return wrong;
}

static void
test_model(void)
{
	struct lru *l = lru_new(CAP, sizeof(uint64_t), sizeof(struct entry),
	    &key);
	struct model m = { .n = 0 };
	uint64_t seed = 7, i;
	unsigned wrong = 0;

	for (i = 1; i <= 200000; i++) {
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		wrong += step(l, &m, (seed >> 33) % KEYS,
		    (unsigned)(seed >> 60), i);
		if (i % 97 == 0)
			wrong += !same(l, &m);
	}
	tap_uint(wrong, 0, "200000 steps as in a plain list");
	lru_free(l);
}

static void
test_small(void)
{
	struct lru *l = lru_new(1, sizeof(uint64_t), sizeof(struct entry),
	    &key);
	uint64_t a = 1, b = 2;
	struct entry *e;

	tap_ok(lru_get(l, &a) == NULL && lru_oldest(l) == NULL &&
	    !lru_full(l), "empty");
	e = lru_add(l, &a);
	tap_ok(e && e->key == a && lru_full(l), "one entry fills it");
	tap_ok(lru_add(l, &b) == NULL, "no second one");
	lru_del(l, e);
	tap_ok(lru_count(l) == 0 && lru_get(l, &a) == NULL, "deleted");
	e = lru_add(l, &b);
	tap_ok(e && lru_peek(l, &b) == e && lru_next(l, e) == NULL,
	    "its place is used again");
	lru_free(l);
	lru_free(NULL);
}

/* The keys from the oldest on, one digit each. */
static const char *
order(const struct lru *l, char to[static 10])
{
	const struct entry *e;
	size_t n = 0;

	for (e = lru_oldest(l); e && n < 9; e = lru_next(l, e))
		to[n++] = (char)('0' + e->key);
	to[n] = '\0';
	return to;
}

static void
test_touch(void)
{
	struct lru *l = lru_new(3, sizeof(uint64_t), sizeof(struct entry),
	    &key);
	struct entry *e[5];
	char got[10];
	uint64_t k;

	for (k = 1; k <= 3; k++) {
		e[k] = lru_add(l, &k);
		if (!e[k])
			abort();
		e[k]->value = 10 * k;
	}
	k = 1;
	tap_ok(lru_peek(l, &k) == e[1], "peek finds the oldest");
	tap_str(order(l, got), "123", "and leaves it there");
	lru_touch(l, e[1]);
	tap_str(order(l, got), "231", "touch of the oldest");
	lru_touch(l, e[3]);
	tap_str(order(l, got), "213", "of one in the middle");
	lru_touch(l, e[3]);
	tap_str(order(l, got), "213", "of the newest");
	tap_ok(lru_count(l) == 3 && lru_peek(l, &k) == e[1] &&
	    e[1]->value == 10, "entries stay where and what they are");
	lru_del(l, lru_oldest(l));
	k = 4;
	e[4] = lru_add(l, &k);
	lru_touch(l, e[1]);
	tap_str(order(l, got), "341", "after one was taken out");
	lru_free(l);
}

static void
test_touch_alone(void)
{
	struct lru *l = lru_new(2, sizeof(uint64_t), sizeof(struct entry),
	    &key);
	uint64_t k = 7;
	struct entry *e = lru_add(l, &k);
	char got[10];

	if (!e)
		abort();
	lru_touch(l, e);
	tap_str(order(l, got), "7", "touch of the only one");
	lru_del(l, e);
	tap_ok(lru_oldest(l) == NULL, "and it can still be deleted");
	lru_free(l);
}

int
main(void)
{
	if (hashkey_init(&key) < 0)
		abort();
	test_touch();
	test_touch_alone();
	test_small();
	test_model();
	return tap_done();
}
