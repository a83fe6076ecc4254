/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "jr.h"

#include <errno.h>
#include <string.h>

#include "num.h"
#include "utf8.h"

/* What may come next. */
enum {
	WANT_VALUE,
	WANT_FIRST_VALUE,	/* or ] */
	WANT_KEY,
	WANT_FIRST_KEY,		/* or } */
	WANT_NEXT		/* comma or closing bracket, or the end */
};

void
jr_init(struct jr *j, const char *text, size_t n, unsigned depth)
{
	*j = (struct jr){ .text = text, .p = text, .end = text + n,
		.most = depth < JR_DEPTH_MAX ? depth : JR_DEPTH_MAX,
		.state = WANT_VALUE };
}

static int
fail(struct jr *j, const char *where, const char *why)
{
	j->at = (size_t)(where - j->text);
	j->why = why;
	return -EINVAL;
}

static void
skip_blank(struct jr *j)
{
	while (j->p < j->end && (*j->p == ' ' || *j->p == '\t' ||
	    *j->p == '\n' || *j->p == '\r'))
		j->p++;
}

/* The four digits behind \u, or -1. */
static int32_t
hex4(const char *s, const char *end)
{
	int32_t v = 0;
	int i, d;

	if (end - s < 4)
		return -1;
	for (i = 0; i < 4; i++) {
		d = num_hex(s[i]);
		if (d < 0)
			return -1;
		v = v << 4 | d;
	}
	return v;
}

static bool
is_high(int32_t u)
{
	return (u & ~0x3ff) == 0xd800;
}

static bool
is_low(int32_t u)
{
	return (u & ~0x3ff) == 0xdc00;
}

/* At a backslash: its length, 2, 6 or 12 (a pair), or 0 and `why`. */
static size_t
escape_size(const char *s, const char *end, const char **why)
{
	int32_t u;

	*why = "unknown escape";
	if (end - s < 2)
		return 0;
	if (s[1] != 'u')
		return s[1] && strchr("\"\\/bfnrt", s[1]) ? 2 : 0;
	u = hex4(s + 2, end);
	if (u < 0)
		return 0;
	*why = "NUL in text";
	if (u == 0)
		return 0;
	*why = "half of a surrogate pair";
	if (is_low(u))
		return 0;
	if (!is_high(u))
		return 6;
	if (end - s < 12 || s[6] != '\\' || s[7] != 'u' ||
	    !is_low(hex4(s + 8, end)))
		return 0;
	return 12;
}

/* The string that begins at the quotation mark at j->p. */
static int
read_string(struct jr *j, struct jr_tok *tok)
{
	const char *s = j->p + 1, *why;
	uint32_t c;
	size_t len;

	tok->p = s;
	for (;; s += len) {
		unsigned char b;

		if (s == j->end)
			return fail(j, j->p, "string without an end");
		b = (unsigned char)*s;
		len = 1;
		if (b == '"')
			break;
		if (b == '\\') {
			tok->escaped = true;
			len = escape_size(s, j->end, &why);
			if (!len)
				return fail(j, s, why);
		} else if (b < 0x20) {
			return fail(j, s, b ? "control character in text" :
			    "NUL in text");
		} else if (b >= 0x80) {
			len = utf8_char(s, (size_t)(j->end - s), &c);
			if (!len)
				return fail(j, s, "not UTF-8");
		}
	}
	tok->n = (size_t)(s - tok->p);
	j->p = s + 1;
	return 1;
}

static const char *
digits(const char *s, const char *end)
{
	while (s < end && *s >= '0' && *s <= '9')
		s++;
	return s;
}

static int
read_number(struct jr *j, struct jr_tok *tok)
{
	const char *s = j->p, *from;

	if (*s == '-')
		s++;
	from = s;
	s = digits(s, j->end);
	if (s == from || (*from == '0' && s - from > 1))
		return fail(j, j->p, "not a number");
	if (s < j->end && *s == '.') {
		from = ++s;
		s = digits(s, j->end);
		if (s == from)
			return fail(j, j->p, "not a number");
	}
	if (s < j->end && (*s == 'e' || *s == 'E')) {
		s++;
		if (s < j->end && (*s == '+' || *s == '-'))
			s++;
		from = s;
		s = digits(s, j->end);
		if (s == from)
			return fail(j, j->p, "not a number");
	}
	tok->type = JR_NUM;
	tok->p = j->p;
	tok->n = (size_t)(s - j->p);
	j->p = s;
	j->state = WANT_NEXT;
	return 1;
}

static int
read_word(struct jr *j, struct jr_tok *tok, enum jr_type type,
    const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(j->end - j->p) < n || memcmp(j->p, word, n) != 0)
		return fail(j, j->p, "not JSON");
	tok->type = type;
	tok->p = j->p;
	tok->n = n;
	j->p += n;
	j->state = WANT_NEXT;
	return 1;
}

static int
open_container(struct jr *j, struct jr_tok *tok, bool object)
{
	uint64_t bit = (uint64_t)1 << j->depth % 64;

	if (j->depth >= j->most)
		return fail(j, j->p, "nested too deeply");
	j->objects = object ? j->objects | bit : j->objects & ~bit;
	j->depth++;
	tok->type = object ? JR_OBJ : JR_ARR;
	tok->p = j->p++;
	tok->n = 1;
	j->state = object ? WANT_FIRST_KEY : WANT_FIRST_VALUE;
	return 1;
}

static bool
in_object(const struct jr *j)
{
	return j->depth && (j->objects >> (j->depth - 1) & 1);
}

static int
close_container(struct jr *j, struct jr_tok *tok)
{
	tok->type = in_object(j) ? JR_OBJ_END : JR_ARR_END;
	tok->p = j->p++;
	tok->n = 1;
	j->depth--;
	j->state = WANT_NEXT;
	return 1;
}

static int
read_value(struct jr *j, struct jr_tok *tok)
{
	int ret;

	switch (*j->p) {
	case '{':
		return open_container(j, tok, true);
	case '[':
		return open_container(j, tok, false);
	case '"':
		ret = read_string(j, tok);
		tok->type = JR_STR;
		j->state = WANT_NEXT;
		return ret;
	case 't':
		return read_word(j, tok, JR_TRUE, "true");
	case 'f':
		return read_word(j, tok, JR_FALSE, "false");
	case 'n':
		return read_word(j, tok, JR_NULL, "null");
	case '-': case '0': case '1': case '2': case '3': case '4':
	case '5': case '6': case '7': case '8': case '9':
		return read_number(j, tok);
	case '\0':
		return fail(j, j->p, "NUL");
	default:
		return fail(j, j->p, "not JSON");
	}
}

static int
read_key(struct jr *j, struct jr_tok *tok)
{
	int ret;

	if (*j->p != '"')
		return fail(j, j->p, "no name of a member");
	ret = read_string(j, tok);
	if (ret < 0)
		return ret;
	skip_blank(j);
	if (j->p == j->end || *j->p != ':')
		return fail(j, j->p, "no colon");
	j->p++;
	tok->type = JR_KEY;
	j->state = WANT_VALUE;
	return 1;
}

int
jr_next(struct jr *j, struct jr_tok *tok)
{
	char close = in_object(j) ? '}' : ']';

	skip_blank(j);
	if (j->state == WANT_NEXT && j->depth == 0)
		return j->p == j->end ? 0 :
		    fail(j, j->p, "more behind the value");
	if (j->p < j->end && j->state == WANT_NEXT) {
		if (*j->p != ',' && *j->p != close)
			return fail(j, j->p, "no comma");
		if (*j->p == ',') {
			j->p++;
			j->state = close == '}' ? WANT_KEY : WANT_VALUE;
			skip_blank(j);
		}
	}
	if (j->p == j->end)
		return fail(j, j->p, "ends too early");
	tok->at = (size_t)(j->p - j->text);
	tok->escaped = false;
	if (*j->p == close && j->state != WANT_VALUE && j->state != WANT_KEY)
		return close_container(j, tok);
	if (j->state == WANT_KEY || j->state == WANT_FIRST_KEY)
		return read_key(j, tok);
	return read_value(j, tok);
}

int
jr_skip(struct jr *j, const struct jr_tok *first)
{
	unsigned depth = j->depth;
	struct jr_tok tok;
	int ret;

	if (first->type != JR_OBJ && first->type != JR_ARR)
		return 0;
	while (j->depth >= depth) {
		ret = jr_next(j, &tok);
		if (ret < 0)
			return ret;
	}
	return 0;
}

static char
short_escape(char c)
{
	switch (c) {
	case 'b':
		return '\b';
	case 'f':
		return '\f';
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case 't':
		return '\t';
	default:
		return c;	/* " \ / */
	}
}

size_t
jr_unescape(const struct jr_tok *tok, char *to)
{
	const char *s = tok->p, *end = tok->p + tok->n;
	size_t n = 0;
	int32_t u;

	while (s < end) {
		if (*s != '\\') {
			to[n++] = *s++;
		} else if (s[1] != 'u') {
			to[n++] = short_escape(s[1]);
			s += 2;
		} else {
			u = hex4(s + 2, end);
			s += 6;
			if (is_high(u)) {
				u = 0x10000 + ((u & 0x3ff) << 10 |
				    (hex4(s + 2, end) & 0x3ff));
				s += 6;
			}
			n += utf8_put(to + n, (uint32_t)u);
		}
	}
	return n;
}
