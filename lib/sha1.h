/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_SHA1_H
#define SPIN_SHA1_H

#include <stddef.h>
#include <stdint.h>

/*
 * SHA-1 (RFC 3174), for identifiers: the community id is defined by it, and
 * stream ids are made with it. Not for anything that must resist forgery.
 *
 *	struct sha1 s;
 *	sha1_init(&s);
 *	sha1_add(&s, data, n);
 *	sha1_end(&s, digest);
 */
#define SHA1_BYTES	20

struct sha1 {
	uint32_t h[5];
	uint64_t n;		/* bytes so far */
	uint8_t block[64];
};

void sha1_init(struct sha1 *);
void sha1_add(struct sha1 *, const void *, size_t n);
void sha1_end(struct sha1 *, uint8_t digest[static SHA1_BYTES]);

#endif
