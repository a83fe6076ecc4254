/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_HASH_H
#define SPIN_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "attr.h"

/*
 * Keyed hashes, so that nobody outside can choose keys that collide. The key
 * comes from getrandom(2) once a run; SPIN_TEST_SEED in the environment makes
 * it a fixed one, for tests. No program's output may depend on the key.
 */
#define HASH_WORDS	8	/* at most, for hash_words */

struct hashkey {
	uint64_t k[HASH_WORDS + 1];
};

/* Returns 0, or -errno when the system gives no random bytes. */
int hashkey_init(struct hashkey *) ATTR_NODISCARD;

/*
 * Hash of 2, 4, 6 or 8 words (a constant, so that this is all inline): NH
 * (Black and others, UMAC, CRYPTO '99), which for a random key collides for
 * any two inputs with probability 2^-64 before folding, at one multiplication
 * for two words.
 */
#ifdef __SIZEOF_INT128__
__extension__ typedef unsigned __int128 hash_wide;

static inline hash_wide
hash_pair(const struct hashkey *key, const uint64_t *w, size_t i)
{
	return (hash_wide)(w[i] + key->k[i]) *
	    (uint64_t)(w[i + 1] + key->k[i + 1]);
}
#else
typedef uint64_t hash_wide;

/* The same on halves: two products of 32 by 32 bits. */
static inline hash_wide
hash_pair(const struct hashkey *key, const uint64_t *w, size_t i)
{
	uint64_t a = w[i] + key->k[i], b = w[i + 1] + key->k[i + 1];

	return (a >> 32) * (a & UINT32_MAX) + (b >> 32) * (b & UINT32_MAX);
}
#endif

static inline uint64_t
hash_words(const struct hashkey *key, const uint64_t *w, size_t n)
{
	hash_wide sum = 0;
	uint64_t h;

	/* Written out: compilers do not unroll the loop by themselves. */
	switch (n) {
	case 8:
		sum += hash_pair(key, w, 6);
		/* FALLTHROUGH */
	case 6:
		sum += hash_pair(key, w, 4);
		/* FALLTHROUGH */
	case 4:
		sum += hash_pair(key, w, 2);
		/* FALLTHROUGH */
	default:
		sum += hash_pair(key, w, 0);
	}
	h = (uint64_t)sum ^ (uint64_t)(sum >> (4 * sizeof(sum)));
	h *= key->k[HASH_WORDS] | 1;
	return h ^ (h >> 32);
}

/* SipHash-1-3 of any bytes (Aumasson and Bernstein, 2012). */
uint64_t hash_bytes(const struct hashkey *, const void *, size_t n);

#endif
