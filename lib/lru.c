/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "lru.h"

#include <stdlib.h>
#include <string.h>

#include "xalloc.h"

#define CHUNK	64	/* entries allocated together */
#define NIL	UINT32_MAX

struct node {
	uint32_t older, newer;	/* by use; `newer` also links free nodes */
	uint32_t chain;		/* next of the same bucket */
	uint32_t hash;
};

struct lru {
	size_t cap, keylen, size, count;
	const struct hashkey *key;
	unsigned char **chunks;	/* owned, each CHUNK * (node + entry) */
	size_t nchunks, stride;
	uint32_t *buckets;
	uint32_t mask;
	uint32_t oldest, newest, free;
};

static struct node *
node_at(const struct lru *l, uint32_t i)
{
	return (struct node *)(void *)(l->chunks[i / CHUNK] +
	    i % CHUNK * l->stride);
}

static void *
entry_of(struct node *n)
{
	return n + 1;
}

static struct node *
node_of(const void *entry)
{
	return (struct node *)(uintptr_t)entry - 1;
}

struct lru *
lru_new(size_t cap, size_t keylen, size_t size, const struct hashkey *key)
{
	struct lru *l = xcalloc(1, sizeof(*l));
	size_t n = 16;

	while (n < cap)
		n *= 2;
	l->cap = cap;
	l->keylen = keylen;
	l->size = size;
	l->key = key;
	l->stride = (sizeof(struct node) + size + 15) / 16 * 16;
	l->chunks = xcalloc((cap + CHUNK - 1) / CHUNK, sizeof(*l->chunks));
	l->buckets = xreallocarray(NULL, n, sizeof(*l->buckets));
	memset(l->buckets, 0xff, n * sizeof(*l->buckets));
	l->mask = (uint32_t)(n - 1);
	l->oldest = l->newest = l->free = NIL;
	return l;
}

void
lru_free(struct lru *l)
{
	size_t i;

	if (!l)
		return;
	for (i = 0; i < l->nchunks; i++)
		free(l->chunks[i]);
	free(l->chunks);
	free(l->buckets);
	free(l);
}

static uint32_t
find(const struct lru *l, const void *key, uint32_t hash)
{
	uint32_t i;

	for (i = l->buckets[hash & l->mask]; i != NIL;) {
		struct node *n = node_at(l, i);

		if (n->hash == hash &&
		    memcmp(entry_of(n), key, l->keylen) == 0)
			return i;
		i = n->chain;
	}
	return NIL;
}

static void
unlink_use(struct lru *l, struct node *n)
{
	if (n->older == NIL)
		l->oldest = n->newer;
	else
		node_at(l, n->older)->newer = n->newer;
	if (n->newer == NIL)
		l->newest = n->older;
	else
		node_at(l, n->newer)->older = n->older;
}

static void
append_use(struct lru *l, uint32_t i)
{
	struct node *n = node_at(l, i);

	n->older = l->newest;
	n->newer = NIL;
	if (l->newest == NIL)
		l->oldest = i;
	else
		node_at(l, l->newest)->newer = i;
	l->newest = i;
}

/*
 * Keys of up to HASH_WORDS words are hashed as such, which is several times
 * cheaper; zeros behind them change nothing, as all have one length.
 */
static uint32_t
hash_of(const struct lru *l, const void *key)
{
	uint64_t w[HASH_WORDS] = { 0 };

	if (l->keylen > sizeof(w))
		return (uint32_t)hash_bytes(l->key, key, l->keylen);
	memcpy(w, key, l->keylen);
	if (l->keylen <= 4 * sizeof(w[0]))
		return (uint32_t)hash_words(l->key, w, 4);
	return (uint32_t)hash_words(l->key, w, HASH_WORDS);
}

void *
lru_peek(const struct lru *l, const void *key)
{
	uint32_t hash = hash_of(l, key);
	uint32_t i = find(l, key, hash);

	return i == NIL ? NULL : entry_of(node_at(l, i));
}

/* Where the number of a node stands: in its bucket or the one before it. */
static uint32_t *
place_of(struct lru *l, const struct node *n)
{
	uint32_t *at = &l->buckets[n->hash & l->mask];

	while (node_at(l, *at) != n)
		at = &node_at(l, *at)->chain;
	return at;
}

static void
use(struct lru *l, uint32_t i)
{
	if (i != l->newest) {
		unlink_use(l, node_at(l, i));
		append_use(l, i);
	}
}

void *
lru_get(struct lru *l, const void *key)
{
	uint32_t i = find(l, key, hash_of(l, key));

	if (i == NIL)
		return NULL;
	use(l, i);
	return entry_of(node_at(l, i));
}

void
lru_touch(struct lru *l, void *entry)
{
	use(l, *place_of(l, node_of(entry)));
}

/* More free nodes, linked so that they are used in order. */
static int
grow(struct lru *l)
{
	unsigned char *chunk = malloc(CHUNK * l->stride);
	uint32_t first = (uint32_t)(l->nchunks * CHUNK), i;

	if (!chunk)
		return -1;
	l->chunks[l->nchunks++] = chunk;
	for (i = 0; i < CHUNK; i++)
		node_at(l, first + i)->newer = i + 1 < CHUNK ?
		    first + i + 1 : NIL;
	l->free = first;
	return 0;
}

void *
lru_add(struct lru *l, const void *key)
{
	uint32_t hash = hash_of(l, key);
	uint32_t i;
	struct node *n;

	if (l->count >= l->cap || (l->free == NIL && grow(l) < 0))
		return NULL;
	i = l->free;
	n = node_at(l, i);
	l->free = n->newer;
	n->hash = hash;
	n->chain = l->buckets[hash & l->mask];
	l->buckets[hash & l->mask] = i;
	memcpy(entry_of(n), key, l->keylen);
	memset((char *)entry_of(n) + l->keylen, 0, l->size - l->keylen);
	append_use(l, i);
	l->count++;
	return entry_of(n);
}

void
lru_del(struct lru *l, void *entry)
{
	struct node *n = node_of(entry);
	uint32_t *at = place_of(l, n), i = *at;

	*at = n->chain;
	unlink_use(l, n);
	n->newer = l->free;
	l->free = i;
	l->count--;
}

int
lru_full(const struct lru *l)
{
	return l->count >= l->cap;
}

size_t
lru_count(const struct lru *l)
{
	return l->count;
}

void *
lru_oldest(const struct lru *l)
{
	return l->oldest == NIL ? NULL : entry_of(node_at(l, l->oldest));
}

void *
lru_next(const struct lru *l, const void *entry)
{
	uint32_t i = node_of(entry)->newer;

	return i == NIL ? NULL : entry_of(node_at(l, i));
}
