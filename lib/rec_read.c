/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "rec.h"

#include <errno.h>
#include <string.h>

#include "rec_value.h"

/*
 * The decoder for any order and any form. Lines that look like our own are
 * taken by rec_fast() before they come here.
 */

/*
 * member_flow() and so on: reads the value of a known member whose key has
 * just been read. KNOWN, UNKNOWN, or FAILED.
 */
enum found { UNKNOWN, KNOWN, FAILED };

static bool
once(struct rec_reader *rd, struct rec *r, uint64_t bit, const char *name,
    const struct jr_tok *key, struct jr_tok *value)
{
	if (r->has & bit)
		return rec_fail(rd, key->at, name, "twice");
	r->has |= bit;
	return rec_next(rd, value);
}

#define IS(key, name) ((key).n == sizeof(name) - 1 && \
	memcmp((key).p, name, sizeof(name) - 1) == 0)
#define M(T, field, name) \
	if (IS(key, name)) \
		return once(rd, r, bit, name, at, &v) && \
		    rec_read_##T(rd, name, &v, &u->field) ? KNOWN : FAILED; \
	bit <<= 1;
#define R(TYPE, tag, name) \
static enum found \
member_##tag(struct rec_reader *rd, struct rec *r, const struct jr_tok *at, \
    struct str key) \
{ \
	struct rec_##tag *u = &r->u.tag; \
	uint64_t bit = 1; \
	struct jr_tok v; \
 \
	REC_##TYPE(M) \
	return UNKNOWN; \
}
REC_TYPES(R)
#undef R
#undef M

static enum found
member(struct rec_reader *rd, struct rec *r, const struct jr_tok *at,
    struct str key)
{
	switch (r->type) {
#define R(TYPE, tag, name) \
	case REC_TYPE_##TYPE: \
		return member_##tag(rd, r, at, key);
	REC_TYPES(R)
#undef R
	default:
		return UNKNOWN;
	}
}

/* Sets the type from its value. */
static bool
take_type(struct rec_reader *rd, struct rec *r)
{
	struct jr_tok tok;
	struct str name;

	if (!rec_next(rd, &tok) || !rec_read_TEXT(rd, "type", &tok, &name))
		return false;
	if (!name.n)
		return rec_fail(rd, tok.at, "type", "empty");
	rec_init(r, rec_type_of(name));
	r->has_ts = false;
	if (r->type == REC_TYPE_OTHER)
		r->type_name = name;
	return true;
}

static bool
begin(struct rec_reader *rd, const char *line, size_t n, struct jr_tok *tok)
{
	jr_init(&rd->jr, line, n, REC_DEPTH_MAX);
	if (!rec_next(rd, tok))
		return false;
	if (tok->type != JR_OBJ)
		return rec_fail(rd, tok->at, NULL, "not an object");
	return true;
}

/*
 * Looks for `type` among the members, since what the others mean depends on
 * it; as a rule it is the first.
 */
static bool
find_type(struct rec_reader *rd, struct rec *r, const char *line, size_t n)
{
	struct jr_tok tok;
	struct str key;

	if (!begin(rd, line, n, &tok))
		return false;
	for (;;) {
		if (!rec_next(rd, &tok))
			return false;
		if (tok.type == JR_OBJ_END)
			return rec_fail(rd, 0, "type", "missing");
		if (!rec_text(rd, &tok, &key))
			return false;
		if (IS(key, "type"))
			return take_type(rd, r);
		if (!rec_next(rd, &tok))
			return false;
		if (jr_skip(&rd->jr, &tok) < 0)
			return rec_fail(rd, rd->jr.at, NULL, rd->jr.why);
	}
}

static bool
take_ts(struct rec_reader *rd, struct rec *r, const struct jr_tok *key)
{
	struct jr_tok tok;

	if (r->has_ts)
		return rec_fail(rd, key->at, "ts", "twice");
	r->has_ts = true;
	return rec_next(rd, &tok) && rec_read_TIME(rd, "ts", &tok, &r->ts);
}

static bool
read_member(struct rec_reader *rd, struct rec *r, struct rec_extra *x,
    const struct jr_tok *at, bool *type_seen)
{
	struct jr_tok tok;
	enum found found;
	struct str key;

	if (!rec_text(rd, at, &key))
		return false;
	if (IS(key, "type")) {
		if (*type_seen)
			return rec_fail(rd, at->at, "type", "twice");
		*type_seen = true;
		return rec_next(rd, &tok);
	}
	if (IS(key, "ts"))
		return take_ts(rd, r, at);
	found = member(rd, r, at, key);
	return found == UNKNOWN ? rec_keep(rd, x, at) : found == KNOWN;
}

static bool
read_record(struct rec_reader *rd, struct rec *r, const char *line, size_t n)
{
	struct rec_extra extra = { .base = 0 };
	bool type_seen = false;
	struct jr_tok tok;
	int ret;

	if (!find_type(rd, r, line, n) || !begin(rd, line, n, &tok))
		return false;
	for (;;) {
		if (!rec_next(rd, &tok))
			return false;
		if (tok.type == JR_OBJ_END)
			break;
		if (!read_member(rd, r, &extra, &tok, &type_seen))
			return false;
	}
	ret = jr_next(&rd->jr, &tok);
	if (ret < 0)
		return rec_fail(rd, rd->jr.at, NULL, rd->jr.why);
	if (!r->has_ts && r->type != REC_TYPE_OTHER)
		return rec_fail(rd, 0, "ts", "missing");
	r->extra = rec_kept(&extra);
	r->answer_extra = rd->answer_extra;
	return true;
}

int
rec_decode(struct rec *r, struct arena *arena, const char *line, size_t n,
    struct errpos *err)
{
	struct rec_reader rd = { .arena = arena, .err = err };

	if (n && line[n - 1] == '\n')
		n--;
	if (n >= REC_LINE_MAX) {
		rd.err->col = 0;
		memcpy(err->what, "line too long", sizeof("line too long"));
		return -EMSGSIZE;
	}
	if (rec_fast(r, arena, line, n)) {
		r->line = (struct str){ line, n };
		return 0;
	}
	(void)read_record(&rd, r, line, n);
	return rd.ret;
}
