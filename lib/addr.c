/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "addr.h"

#include <errno.h>

#include "bytes.h"
#include "num.h"

/* "00" to "ff". */
#define H16(d)	#d "0" #d "1" #d "2" #d "3" #d "4" #d "5" #d "6" #d "7" \
		#d "8" #d "9" #d "a" #d "b" #d "c" #d "d" #d "e" #d "f"
static const char hex8[] = H16(0) H16(1) H16(2) H16(3) H16(4) H16(5) H16(6)
    H16(7) H16(8) H16(9) H16(a) H16(b) H16(c) H16(d) H16(e) H16(f);
#undef H16

/* "0" to "255" with their lengths: addresses are printed a lot. */
#define D(n)		{ #n, sizeof(#n) - 1 }
#define D10(n)		D(n##0), D(n##1), D(n##2), D(n##3), D(n##4), D(n##5), \
			D(n##6), D(n##7), D(n##8), D(n##9)
static const struct {
	char text[3];
	uint8_t n;
} dec8[256] = {
	D(0), D(1), D(2), D(3), D(4), D(5), D(6), D(7), D(8), D(9),
	D10(1), D10(2), D10(3), D10(4), D10(5), D10(6), D10(7), D10(8),
	D10(9), D10(10), D10(11), D10(12), D10(13), D10(14), D10(15),
	D10(16), D10(17), D10(18), D10(19), D10(20), D10(21), D10(22),
	D10(23), D10(24), D(250), D(251), D(252), D(253), D(254), D(255),
};
#undef D10
#undef D

/*
 * A byte in decimal; returns where the next character goes. Writes the whole
 * entry whatever the number: one load and one store.
 */
static inline char *
put_dec8(char *to, unsigned v)
{
	memcpy(to, &dec8[v], sizeof(dec8[v]));
	return to + dec8[v].n;
}

static char *
put_v4(char *to, const uint8_t b[static 4])
{
	to = put_dec8(to, b[0]);
	*to++ = '.';
	to = put_dec8(to, b[1]);
	*to++ = '.';
	to = put_dec8(to, b[2]);
	*to++ = '.';
	return put_dec8(to, b[3]);
}

static inline void
put_hex8(char *to, unsigned v)
{
	memcpy(to, hex8 + 2 * (size_t)v, 2);
}

/*
 * A group without leading zeros. Which of the four lengths it has cannot be
 * predicted, so it is shifted to the left of four digits that are written
 * whatever their number.
 */
static inline char *
put_hex16(char *to, unsigned v)
{
	unsigned zeros = 0u + (v < 0x10) + (v < 0x100) + (v < 0x1000);

	v <<= 4 * zeros;
	put_hex8(to, v >> 8 & 0xff);
	put_hex8(to + 2, v & 0xff);
	return to + 4 - zeros;
}

/*
 * Which of the four groups in a word are zero: bit 0 for the first. A group's
 * top bit is set in the sum unless all bits below it are zero; the product
 * brings the four bits together.
 */
static unsigned
zero_groups(const uint8_t b[static 8])
{
	const uint64_t low = UINT64_C(0x7fff7fff7fff7fff);
	uint64_t w = be64(b), bits = ~(((w & low) + low) | w | low) >> 15;

	return bits * UINT64_C(0x0008000400020001) >> 48 & 15;
}

/*
 * RFC 5952 4.2: the longest run of two or more zero groups, the first of
 * equals. Returns its length, and its start in `at`; 8 if there is none.
 */
static int
longest_zeros(const uint8_t *b, int *at)
{
	unsigned zero = zero_groups(b) | zero_groups(b + 8) << 4;
	unsigned runs = zero, longer;
	int n = 1, i;

	/* Bit i of `runs`: a run of n groups begins at group i. */
	*at = 8;
	while ((longer = runs & zero >> n) != 0) {
		runs = longer;
		n++;
	}
	if (n < 2)
		return 0;
	for (i = 0; !(runs >> i & 1); i++)
		;
	*at = i;
	return n;
}

/* Groups i to end - 1, with a colon behind each. */
static inline char *
put_groups(char *to, const uint8_t *b, int i, int end)
{
	for (; i < end; i++) {
		to = put_hex16(to, be16(b + 2 * i));
		*to++ = ':';
	}
	return to;
}

static char *
put_v6(char *to, const uint8_t b[static 16])
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	int at, n;

	if (memcmp(b, mapped, sizeof(mapped)) == 0) {
		memcpy(to, "::ffff:", 7);
		return put_v4(to + 7, b + 12);
	}
	n = longest_zeros(b, &at);
	to = put_groups(to, b, 0, at);
	if (at == 8)
		return to - 1;
	if (at == 0)
		*to++ = ':';
	*to++ = ':';
	return at + n == 8 ? to : put_groups(to, b, at + n, 8) - 1;
}

size_t
addr_print(const struct addr *a, char *to)
{
	char *end = a->ver == 4 ? put_v4(to, a->b) : put_v6(to, a->b);

	return (size_t)(end - to);
}

size_t
prefix_print(const struct prefix *p, char *to)
{
	size_t n = addr_print(&p->addr, to);

	to[n++] = '/';
	return (size_t)(put_dec8(to + n, p->len) - to);
}

size_t
mac_print(const struct mac *m, char *to)
{
	put_hex8(to, m->b[0]);
	put_hex8(to + 3, m->b[1]);
	put_hex8(to + 6, m->b[2]);
	put_hex8(to + 9, m->b[3]);
	put_hex8(to + 12, m->b[4]);
	put_hex8(to + 15, m->b[5]);
	to[2] = to[5] = to[8] = to[11] = to[14] = ':';
	return MAC_TEXT;
}

static int
parse_v4(uint8_t b[static 4], const char *s, size_t n)
{
	const char *end = s + n;
	unsigned v;
	int i;

	for (i = 0; i < 4; i++) {
		const char *first = s;

		for (v = 0; s < end && *s >= '0' && *s <= '9'; s++) {
			v = v * 10 + (unsigned)(*s - '0');
			if (v > 255 || s - first > 2)
				return -EINVAL;
		}
		if (s == first || (*first == '0' && s - first > 1))
			return -EINVAL;
		b[i] = (uint8_t)v;
		if (i < 3 && (s == end || *s++ != '.'))
			return -EINVAL;
	}
	return s == end ? 0 : -EINVAL;
}

/*
 * The groups of an IPv6 address into `b`, as far as they go, from the left.
 * `gap` becomes the number of bytes before "::", or -1. Returns the number of
 * bytes, or -EINVAL.
 */
static int
parse_groups(uint8_t b[static 16], const char *s, size_t n, int *gap)
{
	const char *end = s + n;
	int at = 0, v, digits;

	*gap = -1;
	if (n >= 2 && s[0] == ':' && s[1] == ':') {
		*gap = 0;
		s += 2;
	}
	while (s < end) {
		const char *group = s;

		for (v = 0, digits = 0; s < end && num_hex(*s) >= 0; s++) {
			v = v << 4 | num_hex(*s);
			if (++digits > 4)
				return -EINVAL;
		}
		if (s < end && *s == '.' && at <= 12) {
			if (parse_v4(b + at, group, (size_t)(end - group)) < 0)
				return -EINVAL;
			return at + 4;
		}
		if (digits == 0 || at > 14)
			return -EINVAL;
		b[at++] = (uint8_t)(v >> 8);
		b[at++] = (uint8_t)v;
		if (s == end)
			break;
		if (*s++ != ':' || s == end)
			return -EINVAL;
		if (*s == ':') {
			if (*gap >= 0)
				return -EINVAL;
			*gap = at;
			s++;
		}
	}
	return at;
}

static int
parse_v6(uint8_t b[static 16], const char *s, size_t n)
{
	uint8_t part[16];
	int gap, at;
	size_t tail;

	at = parse_groups(part, s, n, &gap);
	if (at < 0 || (gap < 0 ? at != 16 : at > 14))
		return -EINVAL;
	if (gap < 0) {
		memcpy(b, part, 16);
		return 0;
	}
	tail = (size_t)(at - gap);
	memset(b, 0, 16);
	memcpy(b, part, (size_t)gap);
	memcpy(b + 16 - tail, part + gap, tail);
	return 0;
}

int
addr_parse(struct addr *a, const char *s, size_t n)
{
	struct addr got = { .ver = 4 };

	if (n < 2 || n > 45)
		return -EINVAL;
	if (memchr(s, ':', n)) {
		got.ver = 6;
		if (parse_v6(got.b, s, n) < 0)
			return -EINVAL;
	} else if (parse_v4(got.b, s, n) < 0) {
		return -EINVAL;
	}
	*a = got;
	return 0;
}

int
prefix_parse(struct prefix *p, const char *s, size_t n)
{
	const char *slash = memchr(s, '/', n);
	struct prefix got;
	unsigned len = 0, most;
	size_t head = slash ? (size_t)(slash - s) : n, i;

	if (addr_parse(&got.addr, s, head) < 0)
		return -EINVAL;
	most = got.addr.ver == 4 ? 32 : 128;
	if (slash) {
		if (n - head < 2 || n - head > 4)
			return -EINVAL;
		if (slash[1] == '0' && n - head > 2)
			return -EINVAL;
		for (i = head + 1; i < n; i++) {
			if (s[i] < '0' || s[i] > '9')
				return -EINVAL;
			len = len * 10 + (unsigned)(s[i] - '0');
		}
	} else {
		len = most;
	}
	if (len > most)
		return -EINVAL;
	*p = prefix_of(&got.addr, (uint8_t)len);
	return addr_eq(&p->addr, &got.addr) ? 0 : -EINVAL;
}

int
mac_parse(struct mac *m, const char *s, size_t n)
{
	struct mac got;
	int i, hi, lo;

	if (n != MAC_TEXT)
		return -EINVAL;
	for (i = 0; i < 6; i++, s += 3) {
		hi = num_hex(s[0]);
		lo = num_hex(s[1]);
		if (hi < 0 || lo < 0 || (i < 5 && s[2] != ':'))
			return -EINVAL;
		got.b[i] = (uint8_t)(hi << 4 | lo);
	}
	*m = got;
	return 0;
}

struct prefix
prefix_of(const struct addr *a, uint8_t len)
{
	struct prefix p = { .addr = *a, .len = len };
	size_t i, whole = len / 8u;

	if (whole < sizeof(p.addr.b) && len % 8u) {
		p.addr.b[whole] &= (uint8_t)(0xff << (8 - len % 8u));
		whole++;
	}
	for (i = whole; i < sizeof(p.addr.b); i++)
		p.addr.b[i] = 0;
	return p;
}

bool
prefix_has(const struct prefix *p, const struct addr *a)
{
	struct prefix of = prefix_of(a, p->len);

	return addr_eq(&of.addr, &p->addr);
}

bool
addr_is_multicast(const struct addr *a)
{
	static const uint8_t all[4] = { 255, 255, 255, 255 };

	if (a->ver == 6)
		return a->b[0] == 0xff;
	return (a->b[0] & 0xf0) == 0xe0 || memcmp(a->b, all, 4) == 0;
}

bool
addr_is_unspecified(const struct addr *a)
{
	static const uint8_t zero[16];

	return memcmp(a->b, zero, sizeof(zero)) == 0;
}

bool
addr_is_linklocal(const struct addr *a)
{
	if (a->ver == 6)
		return a->b[0] == 0xfe && (a->b[1] & 0xc0) == 0x80;
	return a->b[0] == 169 && a->b[1] == 254;
}

bool
addr_is_private(const struct addr *a)
{
	if (addr_is_linklocal(a))
		return true;
	if (a->ver == 6)
		return (a->b[0] & 0xfe) == 0xfc;
	return a->b[0] == 10 || (a->b[0] == 192 && a->b[1] == 168) ||
	    (a->b[0] == 172 && (a->b[1] & 0xf0) == 16);
}
