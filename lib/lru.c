/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "lru.h"

#include <stdlib.h>
#include <string.h>

#include "xalloc.h"

#define CHUNK	64	/* entries allocated together */

struct node {
	struct node *older, *newer;	/* by use; free ones by `newer` */
	struct node *chain;		/* next of the same bucket */
	uint32_t hash;
};

/* Entries are aligned as malloc aligns. */
#define HEAD	((sizeof(struct node) + 15) / 16 * 16)

struct lru {
	size_t cap, keylen, size, count;
	const struct hashkey *key;
	unsigned char **chunks;	/* owned, each CHUNK * (node + entry) */
	size_t nchunks, stride;
	struct node **buckets;
	uint32_t mask;
	struct node *oldest, *newest, *free;
};

static void *
entry_of(struct node *n)
{
	return (char *)n + HEAD;
}

static struct node *
node_of(const void *entry)
{
	return (struct node *)((uintptr_t)entry - HEAD);
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
	l->stride = (HEAD + size + 15) / 16 * 16;
	l->chunks = xcalloc((cap + CHUNK - 1) / CHUNK, sizeof(*l->chunks));
	l->buckets = xcalloc(n, sizeof(struct node *));
	l->mask = (uint32_t)(n - 1);
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

static struct node *
find(const struct lru *l, const void *key, uint32_t hash)
{
	struct node *n = l->buckets[hash & l->mask];

	while (n && (n->hash != hash ||
	    memcmp(entry_of(n), key, l->keylen) != 0))
		n = n->chain;
	return n;
}

static void
unlink_use(struct lru *l, struct node *n)
{
	if (n->older)
		n->older->newer = n->newer;
	else
		l->oldest = n->newer;
	if (n->newer)
		n->newer->older = n->older;
	else
		l->newest = n->older;
}

static void
append_use(struct lru *l, struct node *n)
{
	n->older = l->newest;
	n->newer = NULL;
	if (l->newest)
		l->newest->newer = n;
	else
		l->oldest = n;
	l->newest = n;
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
	struct node *n = find(l, key, hash_of(l, key));

	return n ? entry_of(n) : NULL;
}

static void
use(struct lru *l, struct node *n)
{
	if (n != l->newest) {
		unlink_use(l, n);
		append_use(l, n);
	}
}

void *
lru_get(struct lru *l, const void *key)
{
	struct node *n = find(l, key, hash_of(l, key));

	if (!n)
		return NULL;
	use(l, n);
	return entry_of(n);
}

void
lru_touch(struct lru *l, void *entry)
{
	use(l, node_of(entry));
}

/* More free nodes, linked so that they are used in order. */
static int
grow(struct lru *l)
{
	unsigned char *chunk = malloc(CHUNK * l->stride);
	struct node *n;
	size_t i;

	if (!chunk)
		return -1;
	l->chunks[l->nchunks++] = chunk;
	for (i = CHUNK; i-- > 0;) {
		n = (struct node *)(void *)(chunk + i * l->stride);
		n->newer = l->free;
		l->free = n;
	}
	return 0;
}

void *
lru_add(struct lru *l, const void *key)
{
	uint32_t hash = hash_of(l, key);
	struct node *n;

	if (l->count >= l->cap || (!l->free && grow(l) < 0))
		return NULL;
	n = l->free;
	l->free = n->newer;
	n->hash = hash;
	n->chain = l->buckets[hash & l->mask];
	l->buckets[hash & l->mask] = n;
	memcpy(entry_of(n), key, l->keylen);
	memset((char *)entry_of(n) + l->keylen, 0, l->size - l->keylen);
	append_use(l, n);
	l->count++;
	return entry_of(n);
}

void
lru_del(struct lru *l, void *entry)
{
	struct node *n = node_of(entry);
	struct node **at = &l->buckets[n->hash & l->mask];

	while (*at != n)
		at = &(*at)->chain;
	*at = n->chain;
	unlink_use(l, n);
	n->newer = l->free;
	l->free = n;
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
	return l->oldest ? entry_of(l->oldest) : NULL;
}

void *
lru_next(const struct lru *l, const void *entry)
{
	const struct node *n = node_of(entry);

	(void)l;
	return n->newer ? entry_of(n->newer) : NULL;
}
