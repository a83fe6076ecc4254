/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_ADDR_H
#define SPIN_ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "attr.h"

/*
 * IP addresses, prefixes and MAC addresses: parse, print, compare. An address
 * is 16 bytes in network order and its family as 4 or 6; of an IPv4 address
 * the first four bytes count and the others are zero, so that whole
 * structures can be compared and hashed.
 */
struct addr {
	uint8_t b[16];
	uint8_t ver;	/* 4, 6, or 0: none */
};

struct prefix {
	struct addr addr;	/* bits behind `len` are zero */
	uint8_t len;
};

struct mac {
	uint8_t b[6];
};

#define ADDR_TEXT	44	/* room to print any address, without a NUL */
#define PREFIX_TEXT	48
#define MAC_TEXT	17

static inline struct addr
addr_v4(const uint8_t b[static 4])
{
	struct addr a = { .ver = 4 };

	memcpy(a.b, b, 4);
	return a;
}

static inline struct addr
addr_v6(const uint8_t b[static 16])
{
	struct addr a = { .ver = 6 };

	memcpy(a.b, b, 16);
	return a;
}

static inline bool
addr_eq(const struct addr *a, const struct addr *b)
{
	return a->ver == b->ver && memcmp(a->b, b->b, sizeof(a->b)) == 0;
}

static inline bool
mac_eq(const struct mac *a, const struct mac *b)
{
	return memcmp(a->b, b->b, sizeof(a->b)) == 0;
}

/*
 * Print in RFC 5952 form (IPv6: lower case, the longest run of zeros as ::,
 * IPv4-mapped addresses with a dotted tail). `to` has room for ADDR_TEXT
 * (MAC_TEXT, PREFIX_TEXT) bytes, all of which may be written to; returns the
 * length of the text. No NUL is added.
 */
size_t addr_print(const struct addr *, char *to);
size_t prefix_print(const struct prefix *, char *to);
size_t mac_print(const struct mac *, char *to);

/*
 * Parse exactly `n` bytes. IPv4 is four decimal numbers without leading
 * zeros, IPv6 any RFC 4291 text form, a MAC six pairs of hexadecimal digits
 * with colons. Return 0, or -EINVAL.
 */
int addr_parse(struct addr *, const char *s, size_t n) ATTR_NODISCARD;
/* ADDRESS/LENGTH, or an address alone (all its bits); host bits must be 0. */
int prefix_parse(struct prefix *, const char *s, size_t n) ATTR_NODISCARD;
int mac_parse(struct mac *, const char *s, size_t n) ATTR_NODISCARD;

/* The prefix of `len` bits that an address lies in. */
struct prefix prefix_of(const struct addr *, uint8_t len);
bool prefix_has(const struct prefix *, const struct addr *);

/* Multicast (224.0.0.0/4, ff00::/8) or the limited broadcast address. */
bool addr_is_multicast(const struct addr *);
bool addr_is_unspecified(const struct addr *);
bool addr_is_linklocal(const struct addr *);
/* RFC 1918, RFC 4193, RFC 3927 and fe80::/10: what homes use inside. */
bool addr_is_private(const struct addr *);

/* Group (multicast or broadcast) bit of a MAC. */
static inline bool
mac_is_group(const struct mac *m)
{
	return m->b[0] & 1;
}

static inline bool
mac_is_zero(const struct mac *m)
{
	static const struct mac zero;

	return mac_eq(m, &zero);
}

#endif
