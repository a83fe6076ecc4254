/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "hash.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "bytes.h"

#define ROTL(x, b)	(((x) << (b)) | ((x) >> (64 - (b))))

/* splitmix64 (Steele and others, 2014): words from one seed, for tests. */
static uint64_t
next_word(uint64_t *state)
{
	uint64_t z = (*state += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

int
hashkey_init(struct hashkey *key)
{
	const char *seed = getenv("SPIN_TEST_SEED");
	uint64_t state;
	size_t i;

	if (seed) {
		state = strtoull(seed, NULL, 10);
		for (i = 0; i < ARRAY_SIZE(key->k); i++)
			key->k[i] = next_word(&state);
		return 0;
	}
	if (getrandom(key->k, sizeof(key->k), 0) != (ssize_t)sizeof(key->k))
		return errno ? -errno : -EIO;
	return 0;
}

static inline void
sip_round(uint64_t v[static 4])
{
	v[0] += v[1];
	v[1] = ROTL(v[1], 13) ^ v[0];
	v[0] = ROTL(v[0], 32);
	v[2] += v[3];
	v[3] = ROTL(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = ROTL(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = ROTL(v[1], 17) ^ v[2];
	v[2] = ROTL(v[2], 32);
}

/* The last n % 8 of `n` bytes, little-endian. */
static uint64_t
load_tail(const uint8_t *p, size_t n)
{
	size_t rest = n % 8, i;
	uint64_t w = 0;

	if (rest == 0)
		return 0;
	if (n >= 8)
		return le64(p + n - 8) >> (64 - 8 * rest);
	if (rest >= 4)
		return le32(p) |
		    (uint64_t)le32(p + rest - 4) << (8 * (rest - 4));
	for (i = 0; i < rest; i++)
		w |= (uint64_t)p[i] << (8 * i);
	return w;
}

uint64_t
hash_bytes(const struct hashkey *key, const void *data, size_t n)
{
	const uint8_t *p = data;
	uint64_t v[4] = {
		key->k[0] ^ 0x736f6d6570736575u,
		key->k[1] ^ 0x646f72616e646f6du,
		key->k[0] ^ 0x6c7967656e657261u,
		key->k[1] ^ 0x7465646279746573u,
	};
	uint64_t w;
	size_t i;

	for (i = 0; i + 8 <= n; i += 8) {
		w = le64(p + i);
		v[3] ^= w;
		sip_round(v);
		v[0] ^= w;
	}
	w = load_tail(p, n) | (uint64_t)n << 56;
	v[3] ^= w;
	sip_round(v);
	v[0] ^= w;
	v[2] ^= 0xff;
	for (i = 0; i < 3; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}
