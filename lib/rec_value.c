/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "rec_value.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

bool
rec_fail(struct rec_reader *rd, size_t at, const char *name, const char *why)
{
	if (rd->ret)
		return false;
	rd->ret = -EINVAL;
	rd->err->col = at + 1;
	snprintf(rd->err->what, sizeof(rd->err->what), "%s%s%s",
	    name ? name : "", name ? ": " : "", why);
	return false;
}

bool
rec_nomem(struct rec_reader *rd)
{
	(void)rec_fail(rd, 0, NULL, "no memory for this record");
	rd->ret = -ENOMEM;
	return false;
}

bool
rec_next(struct rec_reader *rd, struct jr_tok *tok)
{
	int ret = jr_next(&rd->jr, tok);

	if (ret < 0)
		return rec_fail(rd, rd->jr.at, NULL, rd->jr.why);
	if (ret == 0)
		return rec_fail(rd, 0, NULL, "ends too early");
	return true;
}

/*
 * The value of a JSON number times 10^scale, rounded to a whole one. False
 * when it does not fit. `exact` tells whether nothing was rounded.
 */
static bool
scaled(const struct jr_tok *tok, int scale, uint64_t *out, bool *neg,
    bool *exact)
{
	const char *s = tok->p, *end = tok->p + tok->n;
	uint64_t m = 0;
	long shift = scale, e = 0;
	bool point = false, rest = false, minus = false;
	unsigned last = 0;

	*neg = *s == '-';
	for (s += *neg; s < end && *s != 'e' && *s != 'E'; s++) {
		if (*s == '.') {
			point = true;
		} else if (m < UINT64_MAX / 10 - 1) {
			m = m * 10 + (unsigned)(*s - '0');
			shift -= point;
		} else {
			rest = rest || *s != '0';
			shift += !point;
		}
	}
	for (s += s < end; s < end; s++) {
		if (*s == '-')
			minus = true;
		else if (*s != '+' && e < 100000)
			e = e * 10 + (*s - '0');
	}
	shift += minus ? -e : e;
	for (; m && shift > 0; shift--) {
		if (m > UINT64_MAX / 10)
			return false;
		m *= 10;
	}
	for (; m && shift < 0; shift++) {
		rest = rest || last;
		last = (unsigned)(m % 10);
		m /= 10;
	}
	if (shift < 0) {	/* all digits gone: less than a tenth */
		rest = rest || last;
		last = 0;
	}
	*exact = !rest && !last;
	*out = m + (last >= 5);
	return true;
}

bool
rec_read_TIME(struct rec_reader *rd, const char *name,
    const struct jr_tok *tok, int64_t *to)
{
	uint64_t v;
	bool neg, exact;

	if (tok->type != JR_NUM || !scaled(tok, 6, &v, &neg, &exact) ||
	    v > REC_TIME_MAX)
		return rec_fail(rd, tok->at, name, "not a time");
	*to = neg ? -(int64_t)v : (int64_t)v;
	return true;
}

bool
rec_read_UINT(struct rec_reader *rd, const char *name,
    const struct jr_tok *tok, uint64_t *to)
{
	bool neg, exact;

	if (tok->type != JR_NUM)
		return rec_fail(rd, tok->at, name, "not a whole number");
	if (!scaled(tok, 0, to, &neg, &exact))
		return rec_fail(rd, tok->at, name, "too large");
	if (!exact || (neg && *to))
		return rec_fail(rd, tok->at, name, "not a whole number");
	if (*to > REC_UINT_MAX)
		return rec_fail(rd, tok->at, name, "too large");
	return true;
}

bool
rec_read_BOOL(struct rec_reader *rd, const char *name,
    const struct jr_tok *tok, bool *to)
{
	if (tok->type != JR_TRUE && tok->type != JR_FALSE)
		return rec_fail(rd, tok->at, name, "not true or false");
	*to = tok->type == JR_TRUE;
	return true;
}

bool
rec_text(struct rec_reader *rd, const struct jr_tok *tok, struct str *to)
{
	char *p;

	if (!tok->escaped) {
		*to = (struct str){ tok->p, tok->n };
		return true;
	}
	p = arena_alloc(rd->arena, tok->n);
	if (!p)
		return rec_nomem(rd);
	*to = (struct str){ p, jr_unescape(tok, p) };
	return true;
}

bool
rec_read_TEXT(struct rec_reader *rd, const char *name,
    const struct jr_tok *tok, struct str *to)
{
	if (tok->type != JR_STR)
		return rec_fail(rd, tok->at, name, "not a text");
	return rec_text(rd, tok, to);
}

bool
rec_read_ADDR(struct rec_reader *rd, const char *name,
    const struct jr_tok *tok, struct addr *to)
{
	struct str s;

	if (tok->type != JR_STR)
		return rec_fail(rd, tok->at, name, "not an address");
	if (!rec_text(rd, tok, &s))
		return false;
	if (addr_parse(to, s.p, s.n) < 0)
		return rec_fail(rd, tok->at, name, "not an address");
	return true;
}

bool
rec_read_MAC(struct rec_reader *rd, const char *name,
    const struct jr_tok *tok, struct mac *to)
{
	struct str s;

	if (tok->type != JR_STR)
		return rec_fail(rd, tok->at, name, "not a MAC address");
	if (!rec_text(rd, tok, &s))
		return false;
	if (mac_parse(to, s.p, s.n) < 0)
		return rec_fail(rd, tok->at, name, "not a MAC address");
	return true;
}

/* One port number at s[*i], canonical; -1 if there is none. */
static long
one_port(struct str s, size_t *i)
{
	size_t from = *i;
	long v = 0;

	for (; *i < s.n && s.p[*i] >= '0' && s.p[*i] <= '9'; (*i)++) {
		v = v * 10 + (s.p[*i] - '0');
		if (v > 65535 || (*i > from && s.p[from] == '0'))
			return -1;
	}
	return *i > from ? v : -1;
}

bool
rec_read_PORTS(struct rec_reader *rd, const char *name,
    const struct jr_tok *tok, struct str *to)
{
	size_t i = 0;
	long first, last;

	*to = (struct str){ tok->p, tok->n };
	if (tok->type != JR_NUM && tok->type != JR_STR)
		return rec_fail(rd, tok->at, name, "not a port");
	if (!rec_text(rd, tok, to))
		return false;
	first = last = one_port(*to, &i);
	if (tok->type == JR_STR && i < to->n && to->p[i] == '-') {
		i++;
		last = one_port(*to, &i);
	}
	if (i != to->n || first < 0 || last < first)
		return rec_fail(rd, tok->at, name, "not a port or range");
	return true;
}

/*
 * How many entries (values of an array, members of an object) follow the
 * bracket just read. Errors in them come up when they are read.
 */
static bool
entries(struct rec_reader *rd, const char *name, const struct jr_tok *open,
    size_t *count)
{
	struct jr ahead = rd->jr;
	struct jr_tok tok;
	size_t n = 0;

	while (jr_next(&ahead, &tok) > 0 && tok.type != JR_ARR_END &&
	    tok.type != JR_OBJ_END) {
		if (n++ == REC_ENTRIES_MAX)
			return rec_fail(rd, open->at, name, "too long");
		if (tok.type == JR_KEY && jr_next(&ahead, &tok) <= 0)
			break;
		if (jr_skip(&ahead, &tok) < 0)
			break;
	}
	*count = n;
	return true;
}

/* Begins an array of `n` entries: their memory. */
static void *
open_list(struct rec_reader *rd, const char *name, const struct jr_tok *open,
    size_t size, size_t *n)
{
	void *p;

	if (open->type != JR_ARR) {
		(void)rec_fail(rd, open->at, name, "not a list");
		return NULL;
	}
	if (!entries(rd, name, open, n))
		return NULL;
	p = arena_array(rd->arena, *n, size);
	if (!p)
		(void)rec_nomem(rd);
	return p;
}

/* Reads the value of an entry, whose token it is, to where it belongs. */
typedef bool entry_fn(struct rec_reader *, const char *name,
    const struct jr_tok *, void *to);

/* All entries, of `size` bytes each, and their number; NULL: failed. */
static void *
read_list(struct rec_reader *rd, const char *name, const struct jr_tok *open,
    size_t size, entry_fn *entry, size_t *n)
{
	struct jr_tok tok;
	size_t most;
	char *v = open_list(rd, name, open, size, &most);

	*n = 0;
	while (v && rec_next(rd, &tok)) {
		if (tok.type == JR_ARR_END)
			return v;
		if (!entry(rd, name, &tok, v + size * (*n)++))
			break;
	}
	return NULL;
}

static bool
text_entry(struct rec_reader *rd, const char *name, const struct jr_tok *tok,
    void *to)
{
	return rec_read_TEXT(rd, name, tok, to);
}

bool
rec_read_TEXTS(struct rec_reader *rd, const char *name,
    const struct jr_tok *open, struct strs *to)
{
	to->v = read_list(rd, name, open, sizeof(*to->v), text_entry, &to->n);
	return to->v != NULL;
}

static bool
addr_entry(struct rec_reader *rd, const char *name, const struct jr_tok *tok,
    void *to)
{
	return rec_read_ADDR(rd, name, tok, to);
}

bool
rec_read_ADDRS(struct rec_reader *rd, const char *name,
    const struct jr_tok *open, struct addrs *to)
{
	to->v = read_list(rd, name, open, sizeof(*to->v), addr_entry, &to->n);
	return to->v != NULL;
}

bool
rec_read_COUNTS(struct rec_reader *rd, const char *name,
    const struct jr_tok *open, struct counts *to)
{
	size_t base = rd->nkeys;
	struct jr_tok tok;
	struct count *c;
	size_t n;

	if (open->type != JR_OBJ)
		return rec_fail(rd, open->at, name, "not counters");
	if (!entries(rd, name, open, &n))
		return false;
	to->n = 0;
	to->v = arena_array(rd->arena, n, sizeof(*to->v));
	if (!to->v)
		return rec_nomem(rd);
	for (;;) {
		if (!rec_next(rd, &tok))
			return false;
		if (tok.type == JR_OBJ_END)
			break;
		c = &to->v[to->n++];
		if (!rec_text(rd, &tok, &c->name) ||
		    !rec_key_new(rd, base, tok.at, c->name) ||
		    !rec_next(rd, &tok) ||
		    !rec_read_UINT(rd, name, &tok, &c->value))
			return false;
	}
	rd->nkeys = base;
	return true;
}

/* One member of an answer, its key just read. `has`: those seen. */
static bool
read_part(struct rec_reader *rd, const struct jr_tok *key, unsigned *has,
    struct answer *a, struct rec_extra *extra)
{
	static const char *const names[] = { "name", "rtype", "data", "ttl" };
	struct str *const texts[] = { &a->name, &a->rtype, &a->data };
	struct jr_tok tok;
	struct str name;
	size_t i;

	if (!rec_text(rd, key, &name))
		return false;
	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (str_eq(name, str_of(names[i])))
			break;
	if (i == ARRAY_SIZE(names))
		return rec_keep(rd, extra, key);
	if (*has & 1u << i)
		return rec_fail(rd, key->at, names[i], "twice");
	*has |= 1u << i;
	if (!rec_next(rd, &tok))
		return false;
	if (i < ARRAY_SIZE(texts))
		return rec_read_TEXT(rd, names[i], &tok, texts[i]);
	a->has_ttl = true;
	return rec_read_UINT(rd, names[i], &tok, &a->ttl);
}

static bool
read_answer(struct rec_reader *rd, const char *name,
    const struct jr_tok *open, struct answer *a, struct str *kept)
{
	struct rec_extra extra = { .base = rd->nkeys };
	struct jr_tok tok;
	unsigned has = 0;

	*a = (struct answer){ .ttl = 0 };
	if (open->type != JR_OBJ)
		return rec_fail(rd, open->at, name, "not a list of objects");
	for (;;) {
		if (!rec_next(rd, &tok))
			return false;
		if (tok.type == JR_OBJ_END)
			break;
		if (!read_part(rd, &tok, &has, a, &extra))
			return false;
	}
	rd->nkeys = extra.base;
	*kept = rec_kept(&extra);
	return true;
}

/* Members of the i-th answer that are unknown here. */
static bool
keep_extra(struct rec_reader *rd, const struct answers *l, size_t most,
    struct str kept)
{
	size_t i;

	if (!rd->answer_extra) {
		rd->answer_extra = arena_array(rd->arena, most, sizeof(kept));
		if (!rd->answer_extra)
			return rec_nomem(rd);
		for (i = 0; i < most; i++)
			rd->answer_extra[i] = (struct str){ NULL, 0 };
	}
	rd->answer_extra[l->n - 1] = kept;
	return true;
}

bool
rec_read_ANSWERS(struct rec_reader *rd, const char *name,
    const struct jr_tok *open, struct answers *to)
{
	struct jr_tok tok;
	struct str kept;
	size_t most;

	to->n = 0;
	to->v = open_list(rd, name, open, sizeof(*to->v), &most);
	if (!to->v)
		return false;
	for (;;) {
		if (!rec_next(rd, &tok))
			return false;
		if (tok.type == JR_ARR_END)
			return true;
		if (!read_answer(rd, name, &tok, &to->v[to->n++], &kept) ||
		    (kept.n && !keep_extra(rd, to, most, kept)))
			return false;
	}
}
