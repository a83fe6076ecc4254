/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_MUD_FINDING_H
#define SPIN_MUD_FINDING_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "attr.h"
#include "buf.h"
#include "doc.h"

/*
 * What there is to say about a MUD file, one finding each: how bad, where,
 * which rule, and what the rule rests on.
 *
 *	struct findings f = FINDINGS_INIT;
 *	struct pointer at = POINTER_INIT;
 *
 *	pointer_name(&at, "ietf-mud:mud");
 *	findings_add(&f, FINDING_ERROR, "bad-value", at.text, place,
 *	    "RFC 8520 section 3.5", "%s is not from 1 to 168", text);
 *	pointer_pop(&at);
 *	...
 *	findings_sort(&f);
 *	findings_write(&f, file, pretty, &out);
 *	findings_release(&f);
 *
 * Rules have short names, lower case with dashes, that scripts can rely on:
 * "unknown-node", "missing-node", "bad-value", "acl-unknown". finding.c has
 * the table of all of them, with a line of explanation each, which `lint
 * --rules` shows; but for those of older forms, "old-...", which old.h has.
 *
 * Pointers and reasons hold text of the file as it is; findings_write escapes
 * it (utf8.h), callers do not.
 */
enum severity { FINDING_NOTE, FINDING_WARNING, FINDING_ERROR };

struct finding {
	enum severity severity;
	const char *rule;
	char *pointer;		/* owned; RFC 6901; "" is the whole */
	struct doc_place place;
	char *reason;		/* owned; one sentence without a full stop */
	const char *source;	/* "RFC 8520 section 3.5" */
};

#define FINDINGS_MAX	1000	/* kept; the rest is counted */
#define FINDING_REASON	1024	/* bytes of a reason; longer ones are cut */

struct findings {
	struct finding *v;	/* owned */
	size_t n, room;
	size_t left_out;
	size_t count[FINDING_ERROR + 1];	/* also of those left out */
};

#define FINDINGS_INIT	{ .n = 0 }

void findings_release(struct findings *);

/*
 * `rule` is one of the table, `source` a constant; both are kept as they are,
 * the rest is copied. Beyond FINDINGS_MAX one of lesser severity makes room,
 * if there is any.
 */
void findings_add(struct findings *, enum severity, const char *rule,
    const char *pointer, struct doc_place, const char *source,
    const char *fmt, ...) ATTR_PRINTF(7, 8);

/* Why a text could not be parsed (doc.h): an error, "not-json". */
void findings_add_doc(struct findings *, const struct doc_err *);

/* In the order of the text; the worst first of those in one place. */
void findings_sort(struct findings *);

/*
 * As lines: records of type finding (spin-record(5)), or for people
 * "FILE:LINE:COLUMN: error: /pointer: reason (rule, source)". A last line,
 * of rule "left-out", says how many were left out. Whether it all fitted
 * into the buffer is in its `failed`; FINDINGS_BYTES is always enough.
 */
#define FINDINGS_BYTES	((size_t)(FINDINGS_MAX + 2) << 16)

void findings_write(const struct findings *, const char *file, bool pretty,
    struct buf *);

/* The table of rules: the i-th, or NULL behind the last. */
struct finding_rule {
	const char *name;
	const char *about;	/* what it means when it is found */
};

const struct finding_rule *finding_rule(size_t i);

/*
 * A JSON pointer (RFC 6901) that follows a walk down a tree. What does not
 * fit is left away with all below it: the text then points to the deepest
 * ancestor that fits.
 */
#define POINTER_MAX	2048

struct pointer {
	char text[POINTER_MAX];
	size_t n;		/* bytes in use */
	unsigned beyond;	/* levels that did not fit */
};

#define POINTER_INIT	{ .n = 0 }

void pointer_name(struct pointer *, const char *name);
void pointer_index(struct pointer *, size_t);
void pointer_pop(struct pointer *);

#endif
