/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_LRU_H
#define SPIN_LRU_H

#include <stddef.h>
#include <stdint.h>

#include "attr.h"
#include "hash.h"

/*
 * A table of at most `cap` entries of one size, found by the bytes of their
 * key and ordered by use: the least recently used goes first when the table
 * is full. An entry is the caller's structure, whose first `keylen` bytes are
 * its key (no padding in them). Entries stay where they are until deleted;
 * memory grows with use and is never more than cap entries. The order of
 * entries, and so of evictions, does not depend on the hash key.
 *
 *	struct lru *t = lru_new(1024, sizeof(struct key), sizeof(struct e),
 *	    &hashkey);
 *	e = lru_get(t, &key);			NULL when absent
 *	if (!e && lru_full(t)) { count(lru_oldest(t)); lru_del(t, oldest); }
 *	e = e ? e : lru_add(t, &key);		zeroed behind the key
 *	lru_free(t);
 */
struct lru;

struct lru *lru_new(size_t cap, size_t keylen, size_t size,
    const struct hashkey *) ATTR_NODISCARD;
void lru_free(struct lru *);

/* The entry with that key, now the most recently used one; or NULL. */
void *lru_get(struct lru *, const void *key);
/* As lru_get, without making it the most recently used; lru_touch does. */
void *lru_peek(const struct lru *, const void *key);
void lru_touch(struct lru *, void *entry);

/*
 * A new entry, the most recently used. The key must not be there. NULL when
 * the table is full or memory ends.
 */
void *lru_add(struct lru *, const void *key) ATTR_NODISCARD;
void lru_del(struct lru *, void *entry);

int lru_full(const struct lru *);
size_t lru_count(const struct lru *);

/* In order of use: the least recently used, and the next after an entry. */
void *lru_oldest(const struct lru *);
void *lru_next(const struct lru *, const void *entry);

#endif
