/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "sha1.h"

#include <string.h>

#include "bytes.h"

static uint32_t
rotl(uint32_t x, int n)
{
	return x << n | x >> (32 - n);
}

/* RFC 3174 5: the function and the constant of round t. */
static uint32_t
round_term(int t, uint32_t b, uint32_t c, uint32_t d)
{
	if (t < 20)
		return ((b & c) | (~b & d)) + 0x5a827999;
	if (t < 40)
		return (b ^ c ^ d) + 0x6ed9eba1;
	if (t < 60)
		return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
	return (b ^ c ^ d) + 0xca62c1d6;
}

/* RFC 3174 6.1. */
static void
add_block(struct sha1 *s, const uint8_t *p)
{
	uint32_t w[80], a = s->h[0], b = s->h[1], c = s->h[2], d = s->h[3],
	    e = s->h[4], x;
	int t;

	for (t = 0; t < 16; t++)
		w[t] = be32(p + 4 * t);
	for (; t < 80; t++)
		w[t] = rotl(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
	for (t = 0; t < 80; t++) {
		x = rotl(a, 5) + round_term(t, b, c, d) + e + w[t];
		e = d;
		d = c;
		c = rotl(b, 30);
		b = a;
		a = x;
	}
	s->h[0] += a;
	s->h[1] += b;
	s->h[2] += c;
	s->h[3] += d;
	s->h[4] += e;
}

void
sha1_init(struct sha1 *s)
{
	*s = (struct sha1){ .h = { 0x67452301, 0xefcdab89, 0x98badcfe,
		0x10325476, 0xc3d2e1f0 } };
}

void
sha1_add(struct sha1 *s, const void *data, size_t n)
{
	const uint8_t *p = data;
	size_t used = s->n % 64, part;

	s->n += n;
	while (n) {
		part = 64 - used < n ? 64 - used : n;
		memcpy(s->block + used, p, part);
		used += part;
		p += part;
		n -= part;
		if (used == 64) {
			add_block(s, s->block);
			used = 0;
		}
	}
}

void
sha1_end(struct sha1 *s, uint8_t digest[static SHA1_BYTES])
{
	uint64_t bits = s->n * 8;
	uint8_t tail[8];
	int i;

	for (i = 0; i < 8; i++)
		tail[i] = (uint8_t)(bits >> (56 - 8 * i));
	sha1_add(s, "\x80", 1);
	while (s->n % 64 != 56)
		sha1_add(s, "", 1);
	sha1_add(s, tail, 8);
	for (i = 0; i < SHA1_BYTES; i++)
		digest[i] = (uint8_t)(s->h[i / 4] >> (24 - 8 * (i % 4)));
}
