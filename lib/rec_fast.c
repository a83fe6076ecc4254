/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "rec_value.h"

#include <string.h>

/*
 * The decoder's fast path: records as we write them, members in canonical
 * order, compact, without escapes and without unknown members. The code for
 * each type is made from its list in rec_members.h: each key is compared with
 * a constant, once, in order. Every function here returns where it got to, or
 * NULL when something is not as expected; the line is then read again from
 * its start by rec_read.c, which also finds the words for what is wrong.
 */
struct fast {
	const char *line, *end;
	struct arena *arena;
};

/* Bytes that stand for themselves inside a JSON string in ASCII. */
#define P1(n)	[n] = 1
#define P4(n)	P1(n), P1((n) + 1), P1((n) + 2), P1((n) + 3)
#define P16(n)	P4(n), P4((n) + 4), P4((n) + 8), P4((n) + 12)
static const unsigned char plain[256] = {
	P1(0x20), P1(0x21), P1(0x23), P4(0x24), P4(0x28), P4(0x2c), P16(0x30),
	P16(0x40), P4(0x50), P4(0x54), P4(0x58), P1(0x5d), P1(0x5e), P1(0x5f),
	P16(0x60), P4(0x70), P4(0x74), P4(0x78), P1(0x7c), P1(0x7d), P1(0x7e),
};

static inline unsigned
digit(char c)
{
	return (unsigned)(unsigned char)c - '0';
}

/*
 * Digits without a leading zero, at most 16 of them. At the end of the line
 * is a bracket, so that the loop needs no other limit.
 */
static inline const char *
get_digits(const char *p, uint64_t *to)
{
	const char *from = p;
	uint64_t v = digit(*p);

	if (unlikely(v > 9))
		return NULL;
	for (p++; digit(*p) <= 9; p++)
		v = v * 10 + digit(*p);
	*to = v;
	return (*from == '0' && p - from > 1) || p - from > 16 ? NULL : p;
}

static inline const char *
get_UINT(struct fast *f, const char *p, uint64_t *to)
{
	(void)f;
	p = get_digits(p, to);
	return p && *to <= REC_UINT_MAX ? p : NULL;
}

static const char *
get_TIME(struct fast *f, const char *p, int64_t *to)
{
	static const uint32_t scale[] = { 1000000, 100000, 10000, 1000, 100,
		10, 1 };
	bool neg = *p == '-';
	const char *from;
	uint64_t s, frac = 0;

	(void)f;
	p = get_digits(p + neg, &s);
	if (!p || s >= REC_TIME_MAX / 1000000)
		return NULL;
	if (*p == '.') {
		for (from = ++p; digit(*p) <= 9; p++)
			frac = frac * 10 + digit(*p);
		if (p == from || p - from > 6)
			return NULL;
		frac *= scale[p - from];
	}
	*to = (int64_t)(s * 1000000 + frac);
	if (neg)
		*to = -*to;
	return p;
}

static inline bool
has_room(const struct fast *f, const char *p, size_t n)
{
	return (size_t)(f->end - p) >= n;
}

static inline const char *
get_BOOL(struct fast *f, const char *p, bool *to)
{
	if (!has_room(f, p, 5))
		return NULL;
	*to = *p == 't';
	if (*to)
		return memcmp(p, "true", 4) == 0 ? p + 4 : NULL;
	return memcmp(p, "false", 5) == 0 ? p + 5 : NULL;
}

static inline const char *
get_TEXT(struct fast *f, const char *p, struct str *to)
{
	const char *end = f->end;

	if (unlikely(*p++ != '"'))
		return NULL;
	to->p = p;
	while (p < end && plain[(unsigned char)*p])
		p++;
	to->n = (size_t)(p - to->p);
	return likely(p < end && *p == '"') ? p + 1 : NULL;
}

/* One number of an IPv4 address, of at most three digits. */
static inline const char *
get_octet(const char *p, uint8_t *to)
{
	unsigned v = digit(*p), d;

	if (unlikely(v > 9))
		return NULL;
	d = digit(*++p);
	if (d <= 9 && v) {
		v = v * 10 + d;
		d = digit(*++p);
		if (d <= 9) {
			v = v * 10 + d;
			p++;
		}
	}
	*to = (uint8_t)v;
	return v <= 255 ? p : NULL;
}

/* "1.2.3.4", from behind the first quotation mark. */
static inline const char *
get_v4(const char *p, struct addr *to)
{
	struct addr a = { .ver = 4 };
	int i;

	for (i = 0; i < 4; i++) {
		p = get_octet(p, &a.b[i]);
		if (!p || *p++ != (i < 3 ? '.' : '"'))
			return NULL;
	}
	*to = a;
	return p;
}

/* Hexadecimal digits; anything else is 16. */
#define X10(c)	[c] = 10 - 16, [(c) + 1] = 11 - 16, [(c) + 2] = 12 - 16, \
	[(c) + 3] = 13 - 16, [(c) + 4] = 14 - 16, [(c) + 5] = 15 - 16
static const signed char hex_less_16[256] = {
	['0'] = 0 - 16, 1 - 16, 2 - 16, 3 - 16, 4 - 16, 5 - 16, 6 - 16,
	7 - 16, 8 - 16, 9 - 16, X10('a'), X10('A'),
};

static inline unsigned
hex(char c)
{
	return (unsigned)(hex_less_16[(unsigned char)c] + 16);
}

/*
 * The groups of an IPv6 address up to the second quotation mark; `gap` is how
 * many bytes stand before "::", or 16. The dotted form is left to others. The
 * line ends with a bracket, which is none of these characters.
 */
static const char *
get_groups(const char *p, uint8_t b[static 18], unsigned *n, unsigned *gap)
{
	unsigned v, digits, at = 0;

	*gap = 16;
	if (p[0] == ':' && p[1] == ':') {
		*gap = 0;
		p += 2;
	}
	while (*p != '"') {
		for (v = digits = 0; hex(*p) < 16; digits++)
			v = v << 4 | hex(*p++);
		if (!digits || digits > 4 || at == 16)
			return NULL;
		b[at++] = (uint8_t)(v >> 8);
		b[at++] = (uint8_t)v;
		if (*p == '"')
			break;
		if (*p++ != ':' || *p == '"')
			return NULL;
		if (*p == ':') {
			if (*gap < 16)
				return NULL;
			*gap = at;
			p++;
		}
	}
	*n = at;
	return p + 1;
}

static const char *
get_v6(const char *p, struct addr *to)
{
	uint8_t part[18];
	struct addr a = { .ver = 6 };
	unsigned n, gap;

	p = get_groups(p, part, &n, &gap);
	if (!p || (gap < 16 ? n > 14 : n != 16))
		return NULL;
	if (gap > n)
		gap = n;
	memcpy(a.b, part, gap);
	memcpy(a.b + 16 - (n - gap), part + gap, n - gap);
	*to = a;
	return p;
}

static const char *
get_ADDR(struct fast *f, const char *p, struct addr *to)
{
	const char *after;
	struct str s;

	if (has_room(f, p, 17) && *p == '"') {
		after = get_v4(p + 1, to);
		if (!after)
			after = get_v6(p + 1, to);
		if (likely(after != NULL))
			return after;
	}
	p = get_TEXT(f, p, &s);
	return p && addr_parse(to, s.p, s.n) == 0 ? p : NULL;
}

static const char *
get_MAC(struct fast *f, const char *p, struct mac *to)
{
	unsigned i, hi, lo, wrong = 0;

	if (!has_room(f, p, MAC_TEXT + 2) || *p++ != '"')
		return NULL;
	for (i = 0; i < 6; i++, p += 3) {
		hi = hex(p[0]);
		lo = hex(p[1]);
		wrong |= (hi | lo) & 16;
		wrong |= (unsigned)(p[2] ^ (i < 5 ? ':' : '"'));
		to->b[i] = (uint8_t)(hi << 4 | lo);
	}
	return wrong ? NULL : p;
}

/* Lists and objects: by the reader of the slow path, from this place on. */
#define GET_SLOWLY(T) \
static const char * \
get_##T(struct fast *f, const char *p, REC_CTYPE_##T *to) \
{ \
	struct errpos err; \
	struct rec_reader rd = { .arena = f->arena, .err = &err }; \
	struct jr_tok tok; \
 \
	jr_init(&rd.jr, p, (size_t)(f->end - p), REC_DEPTH_MAX - 1); \
	if (!rec_next(&rd, &tok) || !rec_read_##T(&rd, "", &tok, to) || \
	    rd.answer_extra) \
		return NULL; \
	return rd.jr.p; \
}
GET_SLOWLY(PORTS)
GET_SLOWLY(TEXTS)
GET_SLOWLY(ADDRS)
GET_SLOWLY(COUNTS)
GET_SLOWLY(ANSWERS)
GET_SLOWLY(RAW)

/*
 * Behind a key there is at least one more byte, the bracket at the end: what
 * reads a value may look at its first byte.
 */
#define KEY_IS(f, p, key) (has_room(f, p, sizeof(key)) && \
	memcmp(p, key, sizeof(key) - 1) == 0)

#define M(T, field, name) \
	if (KEY_IS(f, p, ",\"" name "\":")) { \
		p = get_##T(f, p + sizeof(",\"" name "\":") - 1, &u->field); \
		if (unlikely(!p)) \
			return NULL; \
		has |= bit; \
	} \
	bit <<= 1;
#define R(TYPE, tag, name) \
static const char * \
fast_##tag(struct fast *f, const char *p, struct rec *r) \
{ \
	struct rec_##tag *u = &r->u.tag; \
	uint64_t has = 0, bit = 1; \
 \
	REC_##TYPE(M) \
	r->has = has; \
	return p; \
}
REC_TYPES(R)
#undef R
#undef M

static const char *
fast_members(struct fast *f, const char *p, struct rec *r)
{
	switch (r->type) {
#define R(TYPE, tag, name) \
	case REC_TYPE_##TYPE: \
		return fast_##tag(f, p, r);
	REC_TYPES(R)
#undef R
	default:
		return NULL;
	}
}

bool
rec_fast(struct rec *r, struct arena *arena, const char *line, size_t n)
{
	struct fast f = { .line = line, .end = line + n, .arena = arena };
	const char *p = line;
	struct str name;

	if (n < 20 || line[n - 1] != '}' || !KEY_IS(&f, p, "{\"type\":"))
		return false;
	p = get_TEXT(&f, p + sizeof("{\"type\":") - 1, &name);
	if (!p || !KEY_IS(&f, p, ",\"ts\":"))
		return false;
	rec_init(r, rec_type_of(name));
	p = get_TIME(&f, p + sizeof(",\"ts\":") - 1, &r->ts);
	if (!p)
		return false;
	p = fast_members(&f, p, r);
	return p && p == f.end - 1 && *p == '}';
}
