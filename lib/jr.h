/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_JR_H
#define SPIN_JR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attr.h"

/*
 * Pull reader for one JSON text in memory (RFC 8259, strict), token by token,
 * without copies: tokens point into the text.
 *
 *	struct jr jr;
 *	struct jr_tok tok;
 *	jr_init(&jr, line, n, 16);
 *	while ((ret = jr_next(&jr, &tok)) > 0)
 *		...
 *	if (ret < 0) say(jr.at, jr.why);
 *
 * Beyond the grammar it refuses what I-JSON (RFC 7493) forbids and can be seen
 * here: bytes that are not UTF-8, halves of surrogate pairs; and a NUL even
 * when escaped. Keys that appear twice are for the caller to find.
 */
#define JR_DEPTH_MAX	64

enum jr_type {
	JR_OBJ,		/* { */
	JR_OBJ_END,
	JR_ARR,		/* [ */
	JR_ARR_END,
	JR_KEY,		/* the next token begins its value */
	JR_STR,
	JR_NUM,
	JR_TRUE,
	JR_FALSE,
	JR_NULL
};

struct jr_tok {
	enum jr_type type;
	bool escaped;	/* KEY, STR: holds a backslash: see jr_unescape */
	size_t at;	/* where it begins in the text */
	const char *p;	/* KEY, STR: inside the quotation marks; else all */
	size_t n;
};

struct jr {
	const char *text, *p, *end;
	size_t at;		/* after an error: where ... */
	const char *why;	/* ... and what, a constant */
	uint64_t objects;	/* bit per level: whether it is an object */
	unsigned depth, most;
	int state;
};

/* `depth` <= JR_DEPTH_MAX: how deep containers may be nested. */
void jr_init(struct jr *, const char *text, size_t n, unsigned depth);

/* 1: a token. 0: the end of the text. -EINVAL: jr.at and jr.why say more. */
int jr_next(struct jr *, struct jr_tok *) ATTR_NODISCARD;

/*
 * Passes over the rest of the value that began with the token: nothing for a
 * scalar, up to and with the closing bracket for a container. Returns 0 or
 * -EINVAL.
 */
int jr_skip(struct jr *, const struct jr_tok *) ATTR_NODISCARD;

/* A KEY or STR without escapes, as UTF-8; `to` has room for tok->n bytes. */
size_t jr_unescape(const struct jr_tok *, char *to);

#endif
