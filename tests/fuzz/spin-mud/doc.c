/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "doc.h"
#include "finding.h"

/*
 * A text. When it is taken, each value of the tree is what stands at its
 * place, and the limits hold; when it is refused, the place lies within it,
 * the reason is printable ASCII, and jansson refuses it as well unless the
 * reason is one that jansson does not know.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool promise)
{
	if (!promise)
		abort();
}

/* Where a place is, counted here; size if there is no such place. */
static size_t
offset(const char *text, size_t n, const struct doc_place *p)
{
	size_t line, at = 0, i;
	const char *lf;

	for (line = 1; line < p->line; line++) {
		lf = memchr(text + at, '\n', n - at);
		if (!lf)
			return SIZE_MAX;
		at = (size_t)(lf - text) + 1;
	}
	for (i = 1; i < p->column; i++, at++)
		if (at >= n || text[at] == '\n')
			return SIZE_MAX;
	return at;
}

static size_t check_value(const struct doc *d, const json_t *v,
    const struct doc_place *p, unsigned depth);

static size_t
check_children(const struct doc *d, const json_t *v, unsigned depth)
{
	json_t *child, *parent = (json_t *)(uintptr_t)v;
	struct doc_place p, own;
	const char *name;
	size_t i, n = 0;

	json_object_foreach(parent, name, child) {
		doc_place_of(d, v, name, 0, &p);
		n += check_value(d, child, &p, depth);
	}
	json_array_foreach(v, i, child) {
		doc_place_of(d, v, NULL, i, &p);
		n += check_value(d, child, &p, depth);
		doc_place(d, child, &own);
		check(json_is_boolean(child) || json_is_null(child) ?
		    own.line == 0 : own.line == p.line &&
		    own.column == p.column);
	}
	return n;
}

/* Returns how many values it is. Scalars are parsed again where they are. */
static size_t
check_value(const struct doc *d, const json_t *v, const struct doc_place *p,
    unsigned depth)
{
	size_t n, at;
	const char *text = doc_text(d, &n);
	json_t *again;

	at = offset(text, n, p);
	check(at < n);
	if (json_is_object(v) || json_is_array(v)) {
		check(text[at] == (json_is_object(v) ? '{' : '['));
		check(depth < DOC_DEPTH);
		return 1 + check_children(d, v, depth + 1);
	}
	check(!json_is_string(v) || json_string_length(v) <= DOC_STRING);
	again = json_loadb(text + at, n - at,
	    JSON_DECODE_ANY | JSON_DISABLE_EOF_CHECK, NULL);
	check(again && json_equal(again, v));
	json_decref(again);
	return 1;
}

/* Refused for something that jansson takes (it skips a NUL after a number). */
static bool
is_ours(const char *what)
{
	static const char *const ours[] = { "nested deeper", "longer than",
	    "more than", "is not a character", "expected an object",
	    "byte order mark", "UTF-16", "byte 0x00" };
	size_t i;

	for (i = 0; i < sizeof(ours) / sizeof(*ours); i++)
		if (strstr(what, ours[i]))
			return true;
	return false;
}

static void
check_refused(const char *text, size_t n, const struct doc_err *err)
{
	struct findings f = FINDINGS_INIT;
	struct buf b;
	json_t *v;
	size_t i;

	check(err->sys == 0 && memchr(err->what, 0, sizeof(err->what)));
	for (i = 0; err->what[i]; i++)
		check(err->what[i] >= 0x20 && err->what[i] < 0x7f);
	check(i > 0);
	check(n > DOC_BYTES ? err->place.line == 0 :
	    err->place.line > 0 && offset(text, n, &err->place) <= n);
	if (!is_ours(err->what)) {
		v = json_loadb(text, n, JSON_REJECT_DUPLICATES, NULL);
		check(!v);
	}
	buf_init(&b, FINDINGS_BYTES);
	findings_add_doc(&f, err);
	findings_write(&f, "f", n & 1, &b);
	check(!b.failed && memchr(b.p, '\n', b.n) == b.p + b.n - 1);
	buf_release(&b);
	findings_release(&f);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct doc_place p;
	struct doc_err err;
	const char *kept;
	struct doc *d;
	size_t n;

	memset(&err, 0xff, sizeof(err));
	d = doc_parse(text, size, &err);
	if (!d) {
		check_refused(text, size, &err);
		return 0;
	}
	kept = doc_text(d, &n);
	check(n == size && n <= DOC_BYTES && memcmp(kept, text, n) == 0);
	doc_place(d, doc_root(d), &p);
	check(check_value(d, doc_root(d), &p, 0) <= DOC_VALUES);
	doc_free(d);
	return 0;
}
