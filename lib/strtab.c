/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "strtab.h"

#include <stdlib.h>
#include <string.h>

#include "xalloc.h"

#define FIRST_ROOM	16	/* numbers at first; doubled when used up */
#define MALLOC_EXTRA	16	/* what an allocator keeps beside a block */

struct text {
	uint32_t refs;
	uint32_t hash;
	uint32_t chain;		/* number of the next of the bucket, or 0 */
	uint32_t n;
	char p[];
};

struct slot {
	struct text *text;	/* owned; NULL: the number is free */
	uint32_t free;		/* then, the next free number, or 0 */
};

/*
 * As many buckets as slots, so that both grow together: a power of two. The
 * number of a text is that of its slot and one more.
 */
struct strtab {
	const struct hashkey *key;
	struct slot *slots;	/* owned */
	uint32_t *buckets;	/* owned: numbers, or 0 */
	size_t room, used;	/* slots, and how many were ever used */
	uint32_t free;		/* the first free number of those, or 0 */
	size_t count, bytes, max;
};

struct strtab *
strtab_new(size_t max_bytes, const struct hashkey *key)
{
	struct strtab *t = xcalloc(1, sizeof(*t));

	t->key = key;
	t->max = max_bytes;
	return t;
}

void
strtab_free(struct strtab *t)
{
	size_t i;

	if (!t)
		return;
	for (i = 0; i < t->used; i++)
		free(t->slots[i].text);
	free(t->slots);
	free(t->buckets);
	free(t);
}

static struct text *
text_of(const struct strtab *t, uint32_t id)
{
	return t->slots[id - 1].text;
}

static uint32_t *
bucket_of(const struct strtab *t, uint32_t hash)
{
	return &t->buckets[hash & (t->room - 1)];
}

/* What a text of `n` bytes takes, as allocators round it up. */
static size_t
cost(size_t n)
{
	return (sizeof(struct text) + n + MALLOC_EXTRA + 15) / 16 * 16;
}

static void
rehash(struct strtab *t)
{
	uint32_t id, *at;

	memset(t->buckets, 0, t->room * sizeof(*t->buckets));
	for (id = 1; id <= t->used; id++) {
		struct text *x = text_of(t, id);

		if (!x)
			continue;
		at = bucket_of(t, x->hash);
		x->chain = *at;
		*at = id;
	}
}

/* More numbers; false when there is no room for them. */
static bool
grow(struct strtab *t)
{
	size_t room = t->room ? 2 * t->room : FIRST_ROOM;
	size_t more = (room - t->room) * (sizeof(*t->slots) +
	    sizeof(*t->buckets));
	struct slot *slots;
	uint32_t *buckets;

	if (more > t->max - t->bytes || room > UINT32_MAX / 2)
		return false;
	slots = realloc(t->slots, room * sizeof(*slots));
	if (!slots)
		return false;
	t->slots = slots;
	buckets = realloc(t->buckets, room * sizeof(*buckets));
	if (!buckets)
		return false;
	t->buckets = buckets;
	t->room = room;
	t->bytes += more;
	rehash(t);
	return true;
}

static uint32_t
find(const struct strtab *t, struct str s, uint32_t hash)
{
	uint32_t id;

	if (t->room == 0)
		return 0;
	for (id = *bucket_of(t, hash); id != 0;) {
		const struct text *x = text_of(t, id);

		if (x->hash == hash && str_eq((struct str){ x->p, x->n }, s))
			return id;
		id = x->chain;
	}
	return 0;
}

/* A free number. There is one. */
static uint32_t
take_number(struct strtab *t)
{
	uint32_t id = t->free;

	if (id == 0)
		return (uint32_t)++t->used;
	t->free = t->slots[id - 1].free;
	return id;
}

static uint32_t
add(struct strtab *t, struct str s, uint32_t hash)
{
	struct text *x;
	uint32_t id, *at;

	if (t->free == 0 && t->used == t->room && !grow(t))
		return 0;
	if (s.n > UINT32_MAX / 2 || cost(s.n) > t->max - t->bytes)
		return 0;
	x = malloc(sizeof(*x) + s.n);
	if (!x)
		return 0;
	id = take_number(t);
	at = bucket_of(t, hash);
	*x = (struct text){ .refs = 1, .hash = hash, .chain = *at,
	    .n = (uint32_t)s.n };
	if (s.n)
		memcpy(x->p, s.p, s.n);
	*at = id;
	t->slots[id - 1].text = x;
	t->bytes += cost(s.n);
	t->count++;
	return id;
}

uint32_t
strtab_ref(struct strtab *t, struct str s)
{
	uint32_t hash = (uint32_t)hash_bytes(t->key, s.p, s.n);
	uint32_t id = find(t, s, hash);

	if (id == 0)
		return add(t, s, hash);
	text_of(t, id)->refs++;
	return id;
}

void
strtab_keep(struct strtab *t, uint32_t id)
{
	if (id != 0)
		text_of(t, id)->refs++;
}

static void
del(struct strtab *t, uint32_t id, struct text *x)
{
	uint32_t *at = bucket_of(t, x->hash);

	while (*at != id)
		at = &text_of(t, *at)->chain;
	*at = x->chain;
	t->bytes -= cost(x->n);
	t->count--;
	t->slots[id - 1] = (struct slot){ .text = NULL, .free = t->free };
	t->free = id;
	free(x);
}

void
strtab_drop(struct strtab *t, uint32_t id)
{
	struct text *x;

	if (id == 0)
		return;
	x = text_of(t, id);
	if (--x->refs == 0)
		del(t, id, x);
}

struct str
strtab_text(const struct strtab *t, uint32_t id)
{
	const struct text *x;

	if (id == 0)
		return STR("");
	x = text_of(t, id);
	return (struct str){ x->p, x->n };
}

size_t
strtab_count(const struct strtab *t)
{
	return t->count;
}

size_t
strtab_bytes(const struct strtab *t)
{
	return t->bytes;
}
