/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_MUD_DOC_H
#define SPIN_MUD_DOC_H

#include <jansson.h>
#include <stddef.h>

#include "attr.h"

/*
 * A JSON object as a tree (jansson's) that remembers where in the text each
 * value stood. What I-JSON (RFC 7493) forbids is refused: duplicate names,
 * bytes that are not UTF-8, halves of surrogate pairs, noncharacters; so are
 * a NUL, a byte order mark and what passes a limit. The limits hold before
 * anything is built.
 *
 *	struct doc_err err;
 *	struct doc *d = doc_read("toaster.json", &err);
 *	if (!d) say(err.place.line, err.place.column, err.what);
 *	json_t *root = doc_root(d);
 *	doc_place(d, json_object_get(root, "x"), &place);
 *	doc_free(d);
 *
 * Numbers without fraction and exponent are integers of 64 bits (-0 is 0);
 * others are doubles, also 1.0 and 1e2, the smallest being 0. What does not
 * fit either is refused.
 */
#define DOC_BYTES	(256 << 10)
#define DOC_DEPTH	32	/* objects and arrays within each other */
#define DOC_VALUES	65536	/* of all kinds */
#define DOC_STRING	4096	/* bytes of a string or name, decoded */

/*
 * From 1; 0: nowhere. Lines end with LF (the CR of a CRLF is part of the
 * line), columns are bytes.
 */
struct doc_place { size_t line, column; };

struct doc_err {
	struct doc_place place;
	int sys;		/* errno when it could not be read, else 0 */
	char what[160];		/* ASCII, escaped */
};

struct doc;

/*
 * NULL on failure, which `err` tells. "-" is standard input. No more than
 * DOC_BYTES and one are read of anything.
 */
struct doc *doc_read(const char *path, struct doc_err *) ATTR_NODISCARD;
struct doc *doc_parse(const char *text, size_t n, struct doc_err *)
    ATTR_NODISCARD;
void doc_free(struct doc *);

/* An object. May be changed in place; it goes with the doc. */
json_t *doc_root(const struct doc *);

/*
 * Where a value of the tree began; also when it has been moved within the
 * tree since, or taken out of it. Zeros for a value that was not in the text,
 * and for true, false and null, of which jansson has one each: for these
 * there is doc_place_of.
 */
void doc_place(const struct doc *, const json_t *, struct doc_place *);

/*
 * Where the member `name` of the object `parent`, or with name NULL the item
 * `index` of the array, began. For true, false and null that is where it was
 * in the text: the place is found if `parent` is the container it stood in
 * (that may have been moved) and name or index are what they were. Of what is
 * not found (such as a member that is missing or that was added) the place is
 * the parent's.
 */
void doc_place_of(const struct doc *, const json_t *parent, const char *name,
    size_t index, struct doc_place *);

/*
 * The text that was parsed, byte for byte (what a signature is over), not
 * terminated.
 */
const char *doc_text(const struct doc *, size_t *n);

#endif
