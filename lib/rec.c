/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "rec.h"

#include <errno.h>

#include "bytes.h"
#include "jw.h"

/*
 * The encoder. The code that writes a type is made from its list in
 * rec_members.h: straight-line, with each key a constant. Room for all keys
 * and all values of fixed size is there before a record is begun; whatever
 * has a length of its own makes room for itself and for all that again.
 */
#define FIXED_ROOM	REC_ENCODE_SLACK

struct w {
	struct buf *out;
	const struct str *answer_extra;
	char *end;	/* of the memory there is */
	size_t start;	/* of this line, in `out` */
	bool failed;
};

/* What a member takes at most, without the bytes of its text. */
#define MOST_TIME	JW_TIME
#define MOST_UINT	JW_U64
#define MOST_BOOL	5
#define MOST_TEXT	2
#define MOST_ADDR	(2 + ADDR_TEXT)
#define MOST_MAC	(2 + MAC_TEXT)
#define MOST_PORTS	2
#define MOST_RAW	0
/* Lists: the last entry too, without its text. */
#define MOST_TEXTS	(2 + 3)
#define MOST_ADDRS	(2 + 3 + ADDR_TEXT)
#define MOST_COUNTS	(2 + 4 + JW_U64)
#define MOST_ANSWERS	(2 + 50 + JW_U64)

#define M(T, field, name) + sizeof(",\"" name "\":") + MOST_##T
#define R(TYPE, tag, name) _Static_assert( \
	sizeof("{\"type\":\"" name "\",\"ts\":}\n") + JW_TIME \
	REC_##TYPE(M) <= FIXED_ROOM, "FIXED_ROOM is too small for " name);
REC_TYPES(R)
#undef R
#undef M

static const struct str type_names[] = {
	[REC_TYPE_OTHER] = { "", 0 },
#define R(TYPE, tag, name) [REC_TYPE_##TYPE] = { name, sizeof(name) - 1 },
	REC_TYPES(R)
#undef R
};

struct str
rec_type_name(const struct rec *r)
{
	return r->type == REC_TYPE_OTHER ? r->type_name : type_names[r->type];
}

enum rec_type
rec_type_of(struct str name)
{
	int i;

	for (i = REC_TYPE_OTHER + 1; i < REC_TYPE_COUNT; i++)
		if (str_eq(type_names[i], name))
			return (enum rec_type)i;
	return REC_TYPE_OTHER;
}

/*
 * Room for `n` bytes and FIXED_ROOM. When there is none, the line is given up
 * and its beginning, where there is room, is written over until the end.
 */
static char *
more_room(struct w *w, char *to, size_t n)
{
	struct buf *b = w->out;

	b->n = (size_t)(to - b->p);
	w->failed = w->failed || n > REC_LINE_MAX ||
	    b->n - w->start > REC_LINE_MAX;
	to = w->failed ? NULL : buf_room(b, n + FIXED_ROOM);
	if (!to) {
		w->failed = true;
		return NULL;
	}
	w->end = b->p + b->cap;
	return to;
}

static inline char *
room(struct w *w, char *to, size_t n)
{
	if (likely((size_t)(w->end - to) >= n + FIXED_ROOM))
		return to;
	return more_room(w, to, n);
}

static inline char *
start_over(struct w *w)
{
	return w->out->p + w->start;
}

/*
 * Whether a byte of eight does not stand for itself in a JSON string of ours:
 * below 0x20, above 0x7e, a quotation mark or a backslash. The sign bits of
 * each term are the bytes of which it holds.
 */
static inline bool
any_odd(uint64_t w)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t quote = w ^ ones * '"', slash = w ^ ones * '\\';

	return ((w | (w + ones) | (w - ones * 0x20) | (quote - ones) |
	    (slash - ones)) & ones << 7) != 0;
}

/* Four to seven bytes as a word, 'a' in place of those that are not there. */
static inline uint64_t
load_short(const uint8_t *p, size_t n)
{
	const uint64_t pad = UINT64_C(0x6161616161616161);

	return le32(p) | (uint64_t)le32(p + n - 4) << (8 * (n - 4)) |
	    pad << (8 * n);
}

/* One to three bytes: the first, the middle and the last are all of them. */
static inline uint64_t
load_tiny(const uint8_t *p, size_t n)
{
	return UINT64_C(0x6161616161000000) | (uint64_t)p[n - 1] << 16 |
	    (uint64_t)p[n / 2] << 8 | p[0];
}

/* Text that needs escapes, or has no room yet; behind its opening quote. */
static ATTR_COLD char *
put_rest(struct w *w, char *to, const struct str *s)
{
	to = room(w, to, jw_text_size(s->p, s->n));
	to = to ? jw_text(to, s->p, s->n) : start_over(w);
	*to++ = '"';
	return to;
}

/* Eight bytes at a time, of which the last may overlap those before them. */
static char *
put_long(struct w *w, char *to, const struct str *s)
{
	const uint8_t *p = (const uint8_t *)s->p;
	size_t i, last = s->n - 8;

	for (i = 0; i < last; i += 8) {
		if (unlikely(any_odd(le64(p + i))))
			return put_rest(w, to, s);
		memcpy(to + i, p + i, 8);
	}
	if (unlikely(any_odd(le64(p + last))))
		return put_rest(w, to, s);
	memcpy(to + last, p + last, 8);
	to[last + 8] = '"';
	return to + last + 9;
}

/* What is long or rare is left to others by a jump, so that this is short. */
static char *
put_TEXT(struct w *w, char *to, const struct str *s)
{
	const uint8_t *p = (const uint8_t *)s->p;
	size_t n = s->n;
	uint64_t word;

	*to++ = '"';
	if (unlikely((size_t)(w->end - to) < n + FIXED_ROOM))
		return put_rest(w, to, s);
	if (n >= 8)
		return put_long(w, to, s);
	if (likely(n > 0)) {
		word = n >= 4 ? load_short(p, n) : load_tiny(p, n);
		if (unlikely(any_odd(word)))
			return put_rest(w, to, s);
		(void)jw_eight(to, word);
	}
	to[n] = '"';
	return to + n + 1;
}

static inline char *
put_TIME(struct w *w, char *to, const int64_t *us)
{
	int64_t v = *us;

	(void)w;
	if (v > REC_TIME_MAX)
		v = REC_TIME_MAX;
	if (v < -REC_TIME_MAX)
		v = -REC_TIME_MAX;
	return jw_time(to, v);
}

static inline char *
put_UINT(struct w *w, char *to, const uint64_t *v)
{
	(void)w;
	if (likely(*v < 10000))
		return jw_small(to, (unsigned)*v);
	return jw_u64(to, *v < REC_UINT_MAX ? *v : REC_UINT_MAX);
}

static char *
put_BOOL(struct w *w, char *to, const bool *v)
{
	(void)w;
	memcpy(to, *v ? "true " : "false", 5);
	return to + (*v ? 4 : 5);
}

static char *
put_ADDR(struct w *w, char *to, const struct addr *a)
{
	(void)w;
	*to++ = '"';
	to += addr_print(a, to);
	*to++ = '"';
	return to;
}

static char *
put_MAC(struct w *w, char *to, const struct mac *m)
{
	(void)w;
	*to++ = '"';
	to += mac_print(m, to);
	*to++ = '"';
	return to;
}

static char *
put_RAW(struct w *w, char *to, const struct str *s)
{
	to = room(w, to, s->n);
	if (!to)
		return start_over(w);
	if (s->n)
		memcpy(to, s->p, s->n);
	return to + s->n;
}

/* One port as a number, a range as a string. */
static char *
put_PORTS(struct w *w, char *to, const struct str *s)
{
	size_t i;

	for (i = 0; i < s->n && s->p[i] >= '0' && s->p[i] <= '9'; i++)
		;
	if (i == s->n && i > 0 && i <= 5 && (s->p[0] != '0' || i == 1))
		return put_RAW(w, to, s);
	return put_TEXT(w, to, s);
}

/* Between two entries of a list, and room for the next. */
static char *
put_comma(struct w *w, char *to, size_t i)
{
	to = room(w, to, 0);
	if (!to)
		to = start_over(w);
	if (i)
		*to++ = ',';
	return to;
}

static char *
put_TEXTS(struct w *w, char *to, const struct strs *l)
{
	size_t i;

	*to++ = '[';
	for (i = 0; i < l->n; i++)
		to = put_TEXT(w, put_comma(w, to, i), &l->v[i]);
	*to++ = ']';
	return to;
}

static char *
put_ADDRS(struct w *w, char *to, const struct addrs *l)
{
	size_t i;

	*to++ = '[';
	for (i = 0; i < l->n; i++)
		to = put_ADDR(w, put_comma(w, to, i), &l->v[i]);
	*to++ = ']';
	return to;
}

static char *
put_COUNTS(struct w *w, char *to, const struct counts *l)
{
	size_t i;

	*to++ = '{';
	for (i = 0; i < l->n; i++) {
		to = put_TEXT(w, put_comma(w, to, i), &l->v[i].name);
		*to++ = ':';
		to = put_UINT(w, to, &l->v[i].value);
	}
	*to++ = '}';
	return to;
}

#define PUT_KEY(to, key) \
	(memcpy((to), key, sizeof(key) - 1), (to) + sizeof(key) - 1)

/*
 * A member of an answer: `sep` is '{' before the first, then ','. The key has
 * `n` bytes, a constant, so that it is copied by a few stores.
 */
static inline char *
put_part(struct w *w, char *to, char *sep, const char *key, size_t n,
    const struct str *s)
{
	if (!s->n)
		return to;
	*to++ = *sep;
	*sep = ',';
	memcpy(to, key, n);
	return put_TEXT(w, to + n, s);
}

#define PUT_PART(key, s) \
	put_part(w, to, &sep, "\"" key "\":", sizeof(key) + 2, s)

static char *
put_answer(struct w *w, char *to, const struct answer *a,
    const struct str *extra)
{
	char sep = '{';

	to = PUT_PART("name", &a->name);
	to = PUT_PART("rtype", &a->rtype);
	to = PUT_PART("data", &a->data);
	if (a->has_ttl) {
		*to++ = sep;
		sep = ',';
		to = put_UINT(w, PUT_KEY(to, "\"ttl\":"), &a->ttl);
	}
	if (extra && extra->n) {
		*to++ = sep;
		sep = ',';
		to = put_RAW(w, to, &(struct str){ extra->p + 1,
		    extra->n - 1 });
	}
	if (sep == '{')
		*to++ = '{';
	*to++ = '}';
	return to;
}

static char *
put_ANSWERS(struct w *w, char *to, const struct answers *l)
{
	size_t i;

	*to++ = '[';
	for (i = 0; i < l->n; i++)
		to = put_answer(w, put_comma(w, to, i), &l->v[i],
		    w->answer_extra ? &w->answer_extra[i] : NULL);
	*to++ = ']';
	return to;
}

/* encode_flow() and so on: the members whose bits are set, in order. */
#define M(T, field, name) \
	if (has & bit) \
		to = put_##T(w, PUT_KEY(to, ",\"" name "\":"), &u->field); \
	bit <<= 1;
#define R(TYPE, tag, name) \
static char * \
encode_##tag(struct w *w, char *to, const struct rec *r) \
{ \
	const struct rec_##tag *u = &r->u.tag; \
	uint64_t has = r->has, bit = 1; \
 \
	to = PUT_KEY(to, "{\"type\":\"" name "\",\"ts\":"); \
	to = put_TIME(w, to, &r->ts); \
	REC_##TYPE(M) \
	return to; \
}
REC_TYPES(R)
#undef R
#undef M

static char *
encode_other(struct w *w, char *to, const struct rec *r)
{
	to = PUT_KEY(to, "{\"type\":");
	to = put_TEXT(w, to, &r->type_name);
	if (r->has_ts)
		to = put_TIME(w, PUT_KEY(to, ",\"ts\":"), &r->ts);
	return to;
}

static char *
encode_members(struct w *w, char *to, const struct rec *r)
{
	switch (r->type) {
#define R(TYPE, tag, name) \
	case REC_TYPE_##TYPE: \
		return encode_##tag(w, to, r);
	REC_TYPES(R)
#undef R
	default:
		return encode_other(w, to, r);
	}
}

int
rec_encode(const struct rec *r, struct buf *out)
{
	struct w w = { .out = out, .start = out->n,
		.answer_extra = r->answer_extra };
	bool before = out->failed;
	char *to;

	to = buf_room(out, 2 * FIXED_ROOM);
	if (!to)
		goto fail;
	w.end = out->p + out->cap;
	to = encode_members(&w, to, r);
	if (r->extra.n)
		to = put_RAW(&w, to, &r->extra);
	if (w.failed)
		goto fail;
	*to++ = '}';
	*to++ = '\n';
	out->n = (size_t)(to - out->p);
	if (out->n - w.start <= REC_LINE_MAX)
		return 0;
fail:
	out->n = w.start;
	out->failed = before;
	return -EMSGSIZE;
}
