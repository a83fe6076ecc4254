/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_REC_VALUE_H
#define SPIN_REC_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "jr.h"
#include "rec.h"

/*
 * Inside of the record decoder (rec_read.c the whole of it, rec_fast.c its
 * fast path): values of members from JSON tokens. Not for anybody else.
 */
struct rec_reader {
	struct jr jr;
	struct arena *arena;
	struct errpos *err;
	int ret;		/* the first error: -EINVAL or -ENOMEM */
	struct str *keys;	/* names in the objects that are open */
	uint32_t *marks;	/* a hash of each, looked at first */
	size_t nkeys, room;
	struct str *answer_extra;	/* for rec.answer_extra */
};

/*
 * rec_read_TIME(rd, name, tok, &to) and so on, one for each TYPE of
 * rec_members.h: read the value that begins with the token, all of it.
 * Return false after an error, which is in rd->ret and *rd->err and names the
 * member.
 */
#define REC_READ(T) bool rec_read_##T(struct rec_reader *, const char *name, \
	const struct jr_tok *, REC_CTYPE_##T *) ATTR_NODISCARD
REC_READ(TIME);
REC_READ(UINT);
REC_READ(BOOL);
REC_READ(TEXT);
REC_READ(ADDR);
REC_READ(MAC);
REC_READ(PORTS);
REC_READ(TEXTS);
REC_READ(ADDRS);
REC_READ(COUNTS);
REC_READ(ANSWERS);
REC_READ(RAW);
#undef REC_READ

/* The next token, or false after an error. There must be one. */
bool rec_next(struct rec_reader *, struct jr_tok *) ATTR_NODISCARD;

/* "NAME: why" at a byte of the text; `name` may be NULL. Returns false. */
bool rec_fail(struct rec_reader *, size_t at, const char *name,
    const char *why);
bool rec_nomem(struct rec_reader *);

/* Text of a KEY or STR without escapes: in the line, or in the arena. */
bool rec_text(struct rec_reader *, const struct jr_tok *, struct str *)
	ATTR_NODISCARD;

/*
 * Names of one object, to refuse the second of the same. They lie on a stack:
 * `base` is what rd->nkeys was when the object began, and what it is set to
 * when the object ends.
 */
bool rec_key_new(struct rec_reader *, size_t base, size_t at, struct str key)
	ATTR_NODISCARD;

/*
 * Unknown members, as compact ASCII JSON, each behind a comma. Begun as
 * { .base = rd->nkeys }. rec_keep: the key token has been read, its value
 * follows. Memory for all that can still come comes with the first one.
 */
struct rec_extra {
	char *p, *to;
	size_t base;
};
bool rec_keep(struct rec_reader *, struct rec_extra *,
    const struct jr_tok *key) ATTR_NODISCARD;
struct str rec_kept(const struct rec_extra *);

/* The fast path: false if the line is not in canonical form, or wrong. */
bool rec_fast(struct rec *, struct arena *, const char *line, size_t n);

#endif
