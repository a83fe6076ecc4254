/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "rec_value.h"

#include <string.h>

#include "jw.h"

/*
 * JSON of any shape, checked and written again in compact ASCII form: members
 * that this version does not know, and the members that may hold anything.
 * Numbers keep their text. No byte becomes more than six (DEL: \u007f), so
 * that memory is reserved once and needs no looking after.
 */
#define GROWTH	6

static uint32_t
mark_of(struct str key)
{
	uint32_t h = (uint32_t)key.n;
	size_t i;

	for (i = 0; i < key.n; i++)
		h = (h ^ (unsigned char)key.p[i]) * 0x01000193u;
	return h;
}

static bool
more_keys(struct rec_reader *rd)
{
	size_t room = rd->room ? rd->room * 2 : 32;
	struct str *keys = arena_array(rd->arena, room, sizeof(*keys));
	uint32_t *marks = arena_array(rd->arena, room, sizeof(*marks));

	if (!keys || !marks)
		return rec_nomem(rd);
	if (rd->nkeys) {
		memcpy(keys, rd->keys, rd->nkeys * sizeof(*keys));
		memcpy(marks, rd->marks, rd->nkeys * sizeof(*marks));
	}
	rd->keys = keys;
	rd->marks = marks;
	rd->room = room;
	return true;
}

static bool
fail_twice(struct rec_reader *rd, size_t at, struct str key)
{
	enum { SHOWN = 12 };
	char name[JW_TEXT(SHOWN) + 4];
	size_t n = key.n < SHOWN ? key.n : SHOWN;
	char *end = jw_text(name, key.p, n);

	memcpy(end, key.n > n ? "..." : "", key.n > n ? 4 : 1);
	return rec_fail(rd, at, name, "twice");
}

bool
rec_key_new(struct rec_reader *rd, size_t base, size_t at, struct str key)
{
	uint32_t mark = mark_of(key);
	size_t i;

	for (i = base; i < rd->nkeys; i++)
		if (rd->marks[i] == mark && str_eq(rd->keys[i], key))
			return fail_twice(rd, at, key);
	if (rd->nkeys - base == REC_ENTRIES_MAX)
		return rec_fail(rd, at, NULL, "too many members");
	if (rd->nkeys == rd->room && !more_keys(rd))
		return false;
	rd->keys[rd->nkeys] = key;
	rd->marks[rd->nkeys++] = mark;
	return true;
}

static bool
copy_text(struct rec_reader *rd, const struct jr_tok *tok, char **to,
    struct str *text)
{
	if (!rec_text(rd, tok, text))
		return false;
	*(*to)++ = '"';
	*to = jw_text(*to, text->p, text->n);
	*(*to)++ = '"';
	return true;
}

static bool copy_value(struct rec_reader *, const struct jr_tok *, char **);

static bool
copy_object(struct rec_reader *rd, char **to)
{
	size_t base = rd->nkeys;
	struct jr_tok tok;
	struct str key;

	for (*(*to)++ = '{';; *(*to)++ = ',') {
		if (!rec_next(rd, &tok))
			return false;
		if (tok.type == JR_OBJ_END)
			break;
		if (!copy_text(rd, &tok, to, &key) ||
		    !rec_key_new(rd, base, tok.at, key))
			return false;
		*(*to)++ = ':';
		if (!rec_next(rd, &tok) || !copy_value(rd, &tok, to))
			return false;
	}
	*to -= rd->nkeys > base;	/* the last comma */
	rd->nkeys = base;
	*(*to)++ = '}';
	return true;
}

static bool
copy_array(struct rec_reader *rd, char **to)
{
	struct jr_tok tok;
	size_t n;

	*(*to)++ = '[';
	for (n = 0;; n++) {
		if (!rec_next(rd, &tok))
			return false;
		if (tok.type == JR_ARR_END)
			break;
		if (!copy_value(rd, &tok, to))
			return false;
		*(*to)++ = ',';
	}
	*to -= n > 0;
	*(*to)++ = ']';
	return true;
}

/* Recursion goes no deeper than the reader lets containers nest. */
static bool
copy_value(struct rec_reader *rd, const struct jr_tok *tok, char **to)
{
	struct str text;

	switch (tok->type) {
	case JR_OBJ:
		return copy_object(rd, to);
	case JR_ARR:
		return copy_array(rd, to);
	case JR_STR:
		return copy_text(rd, tok, to, &text);
	default:
		memcpy(*to, tok->p, tok->n);
		*to += tok->n;
		return true;
	}
}

/* From a key just read to the end of its object, as far as it is sound. */
static size_t
rest_of_object(const struct jr *j, const struct jr_tok *key)
{
	struct jr ahead = *j;
	struct jr_tok tok;

	while (ahead.depth >= j->depth && jr_next(&ahead, &tok) > 0)
		;
	return (size_t)(ahead.p - key->p);
}

bool
rec_keep(struct rec_reader *rd, struct rec_extra *x, const struct jr_tok *key)
{
	struct jr_tok tok;
	struct str name;
	size_t n;

	if (!x->p) {
		n = rest_of_object(&rd->jr, key);
		x->p = x->to = arena_alloc(rd->arena, GROWTH * n + 8);
		if (!x->p)
			return rec_nomem(rd);
	}
	*x->to++ = ',';
	if (!copy_text(rd, key, &x->to, &name) ||
	    !rec_key_new(rd, x->base, key->at, name))
		return false;
	*x->to++ = ':';
	return rec_next(rd, &tok) && copy_value(rd, &tok, &x->to);
}

struct str
rec_kept(const struct rec_extra *x)
{
	return (struct str){ x->p, x->p ? (size_t)(x->to - x->p) : 0 };
}

bool
rec_read_RAW(struct rec_reader *rd, const char *name,
    const struct jr_tok *tok, struct str *to)
{
	struct jr ahead = rd->jr;
	size_t n;
	char *p, *end;

	if (tok->type == JR_NULL)
		return rec_fail(rd, tok->at, name, "null");
	if (jr_skip(&ahead, tok) < 0)
		return rec_fail(rd, ahead.at, NULL, ahead.why);
	n = (size_t)(ahead.p - rd->jr.text) - tok->at;
	p = end = arena_alloc(rd->arena, GROWTH * n + 2);
	if (!p)
		return rec_nomem(rd);
	if (!copy_value(rd, tok, &end))
		return false;
	*to = (struct str){ p, (size_t)(end - p) };
	return true;
}
