/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "doc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "hash.h"
#include "msg.h"
#include "num.h"
#include "utf8.h"
#include "xalloc.h"

/*
 * The text is gone through twice. The first time, here, checks the grammar,
 * the characters and the limits and notes where each value begins; the second
 * one is jansson's, which builds the tree. Its objects keep the order of
 * insertion, so walking the tree gives the values in the order of the notes.
 *
 * The places are in a table keyed by the value's address. The doc holds a
 * reference to each value, so that no address is used again while it lives.
 */
#define NAME_BIT	(UINT32_C(1) << 31)	/* of a note: a name */
#define ITSELF		UINT32_MAX

struct slot {
	json_t *v;		/* NULL: free */
	uint32_t child;		/* ITSELF; or, for true, false, null in v, */
				/* the index or where in d->names its name is */
	uint32_t at;		/* offset in the text */
};

struct offsets { uint32_t *v; size_t n, room; };

struct doc {
	char *text;
	size_t n;
	json_t *root;
	struct offsets lines;	/* where each begins */
	struct offsets notes;	/* names and values */
	size_t values;
	struct hashkey key;
	struct slot *slots;
	size_t mask;
	struct buf names;	/* with a NUL behind each */
};

struct scan {
	struct doc *d;
	struct doc_err *err;
	const char *text;
	size_t n, at;
	unsigned depth;
};

/* ---- places -------------------------------------------------------------- */

static void
offsets_add(struct offsets *o, size_t at)
{
	if (o->n == o->room) {
		o->room = o->room ? 2 * o->room : 64;
		o->v = xreallocarray(o->v, o->room, sizeof(*o->v));
	}
	o->v[o->n++] = (uint32_t)at;
}

static struct doc_place
place_at(const struct doc *d, size_t at)
{
	size_t lo = 0, hi = d->lines.n, mid;

	while (hi - lo > 1) {
		mid = lo + (hi - lo) / 2;
		if (d->lines.v[mid] <= at)
			lo = mid;
		else
			hi = mid;
	}
	return (struct doc_place){ lo + 1, at - d->lines.v[lo] + 1 };
}

/* ---- errors -------------------------------------------------------------- */

static bool ATTR_PRINTF(3, 4)
fail(struct scan *s, size_t at, const char *fmt, ...)
{
	va_list ap;

	s->err->place = place_at(s->d, at);
	va_start(ap, fmt);
	(void)vsnprintf(s->err->what, sizeof(s->err->what), fmt, ap);
	va_end(ap);
	return false;
}

/* What stands there, for people. */
static const char *
found(const struct scan *s, size_t at, char to[static 24])
{
	unsigned char c = at < s->n ? (unsigned char)s->text[at] : 0;

	if (at >= s->n)
		return "the end";
	if (c == '\n' || c == '\r')
		return "the end of the line";
	(void)snprintf(to, 24, c > ' ' && c < 0x7f ? "'%c'" : "byte 0x%02x", c);
	return to;
}

static bool
expected(struct scan *s, const char *what)
{
	char c[24];

	return fail(s, s->at, "expected %s, found %s", what,
	    found(s, s->at, c));
}

/* ---- the first pass ------------------------------------------------------ */

/* The next byte, or -1. */
static int
peek(const struct scan *s)
{
	return s->at < s->n ? (unsigned char)s->text[s->at] : -1;
}

static bool
is_digit(int c)
{
	return c >= '0' && c <= '9';
}

/* Blanks (RFC 8259 section 2), then the next byte or -1. */
static int
skip(struct scan *s)
{
	for (;; s->at++) {
		switch (peek(s)) {
		case '\n':
			offsets_add(&s->d->lines, s->at + 1);
			break;
		case ' ':
		case '\t':
		case '\r':
			break;
		default:
			return peek(s);
		}
	}
}

/* RFC 7493 section 2.1; a NUL would end the string in C. */
static bool
check_char(struct scan *s, size_t at, uint32_t c)
{
	if (c == 0)
		return fail(s, at, "a NUL in a string");
	if (c >= 0xd800 && c <= 0xdfff)
		return fail(s, at, "half a surrogate pair");
	if ((c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef))
		return fail(s, at, "U+%04X is not a character", (unsigned)c);
	return true;
}

/* The four digits of \uHHHH; s->at is at the backslash, or perhaps not. */
static bool
hex4(struct scan *s, uint32_t *c)
{
	size_t i;
	int h;

	*c = 0;
	if (s->n - s->at < 6 || memcmp(s->text + s->at, "\\u", 2) != 0)
		return false;
	for (i = 2; i < 6; i++) {
		h = num_hex(s->text[s->at + i]);
		if (h < 0)
			return false;
		*c = *c << 4 | (uint32_t)h;
	}
	s->at += 6;
	return true;
}

static bool
escape(struct scan *s, size_t *len)
{
	size_t from = s->at;
	char bytes[4];
	uint32_t c, low;

	if (s->n - from > 1 && s->text[from + 1] != '\0' &&
	    strchr("\"\\/bfnrt", s->text[from + 1])) {
		s->at += 2;
		*len += 1;
		return true;
	}
	if (!hex4(s, &c))
		return fail(s, from, "not an escape of JSON");
	if (c >= 0xd800 && c <= 0xdbff) {
		if (!hex4(s, &low) || low < 0xdc00 || low > 0xdfff)
			return fail(s, from, "half a surrogate pair");
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
	}
	if (!check_char(s, from, c))
		return false;
	*len += utf8_put(bytes, c);
	return true;
}

/* One character that is not ASCII, or a control character. */
static bool
odd_char(struct scan *s, size_t *len)
{
	unsigned char byte = (unsigned char)s->text[s->at];
	uint32_t c;
	size_t n;

	if (byte == '\n' || byte == '\r')
		return fail(s, s->at, "the line ends within a string");
	if (byte < ' ')
		return fail(s, s->at, "control character 0x%02x in a string",
		    byte);
	n = utf8_char(s->text + s->at, s->n - s->at, &c);
	if (n == 0)
		return fail(s, s->at, "byte 0x%02x is not UTF-8", byte);
	if (!check_char(s, s->at, c))
		return false;
	s->at += n;
	*len += n;
	return true;
}

/* At its quotation mark. */
static bool
string(struct scan *s)
{
	size_t from = s->at, len = 0;
	int c;

	for (s->at++; (c = peek(s)) != '"';) {
		if (c < 0)
			return fail(s, from, "this string does not end");
		if (c == '\\' ? !escape(s, &len) :
		    (c < ' ' || c >= 0x80) && !odd_char(s, &len))
			return false;
		if (c >= ' ' && c < 0x80 && c != '\\') {
			s->at++;
			len++;
		}
		if (len > DOC_STRING)
			return fail(s, from, "longer than %d bytes",
			    DOC_STRING);
	}
	s->at++;
	return true;
}

static bool
digits(struct scan *s)
{
	if (!is_digit(peek(s)))
		return expected(s, "a digit");
	while (is_digit(peek(s)))
		s->at++;
	return true;
}

static bool
number(struct scan *s)
{
	size_t from = s->at;

	s->at += peek(s) == '-';
	if (peek(s) == '0' && s->n - s->at > 1 &&
	    is_digit((unsigned char)s->text[s->at + 1]))
		return fail(s, from, "a number must not begin with 0");
	if (!digits(s))
		return false;
	if (peek(s) == '.') {
		s->at++;
		if (!digits(s))
			return false;
	}
	if (peek(s) == 'e' || peek(s) == 'E') {
		s->at++;
		s->at += peek(s) == '-' || peek(s) == '+';
		if (!digits(s))
			return false;
	}
	if (s->at - from > DOC_STRING)
		return fail(s, from, "longer than %d bytes", DOC_STRING);
	return true;
}

static bool
word(struct scan *s, const char *is)
{
	size_t n = strlen(is);

	if (s->n - s->at < n || memcmp(s->text + s->at, is, n) != 0)
		return expected(s, "a value");
	s->at += n;
	return true;
}

static bool value(struct scan *s);

static bool
open_one(struct scan *s)
{
	if (s->depth == DOC_DEPTH)
		return fail(s, s->at, "nested deeper than %d", DOC_DEPTH);
	s->depth++;
	s->at++;
	return true;
}

/* After a member or an item: 1 another follows, 0 was the last, -1 neither. */
static int
more(struct scan *s, char end)
{
	int c = skip(s);

	if (c != ',' && c != end) {
		(void)expected(s, end == '}' ? "',' or '}'" : "',' or ']'");
		return -1;
	}
	s->at++;
	s->depth -= c == end;
	return c == ',';
}

static bool
member(struct scan *s)
{
	if (skip(s) != '"')
		return expected(s, "a name in quotation marks");
	offsets_add(&s->d->notes, s->at | NAME_BIT);
	if (!string(s))
		return false;
	if (skip(s) != ':')
		return expected(s, "':'");
	s->at++;
	return value(s);
}

/* An object or array: `one` reads what stands between commas. */
static bool
container(struct scan *s, char end, bool one(struct scan *))
{
	int another = 1;

	if (!open_one(s))
		return false;
	if (skip(s) == (unsigned char)end)
		return more(s, end) == 0;
	while (another > 0)
		another = one(s) ? more(s, end) : -1;
	return another == 0;
}

static bool
value(struct scan *s)
{
	int c = skip(s);

	if (s->d->values == DOC_VALUES)
		return fail(s, s->at, "more than %d values", DOC_VALUES);
	s->d->values++;
	offsets_add(&s->d->notes, s->at);
	switch (c) {
	case '{':
		return container(s, '}', member);
	case '[':
		return container(s, ']', value);
	case '"':
		return string(s);
	case 't':
		return word(s, "true");
	case 'f':
		return word(s, "false");
	case 'n':
		return word(s, "null");
	default:
		return c == '-' || is_digit(c) ? number(s) :
		    expected(s, "a value");
	}
}

/* Encodings that are not ours (RFC 8259 section 8.1). */
static bool
encoding(struct scan *s)
{
	if (s->n > 2 && memcmp(s->text, "\xef\xbb\xbf", 3) == 0)
		return fail(s, 0, "begins with a byte order mark");
	if (s->n > 1 && (memcmp(s->text, "\xfe\xff", 2) == 0 ||
	    memcmp(s->text, "\xff\xfe", 2) == 0 ||
	    !s->text[0] || !s->text[1]))
		return fail(s, 0, "in UTF-16 or UTF-32, not in UTF-8");
	return true;
}

static bool
scan_all(struct scan *s)
{
	offsets_add(&s->d->lines, 0);
	if (s->n > DOC_BYTES) {
		(void)fail(s, 0, "more than %d bytes", DOC_BYTES);
		s->err->place = (struct doc_place){ 0, 0 };
		return false;
	}
	if (!encoding(s))
		return false;
	if (skip(s) != '{')
		return expected(s, "an object");
	if (!value(s))
		return false;
	if (skip(s) >= 0)
		return expected(s, "the end");
	return true;
}

/* ---- the tree ------------------------------------------------------------ */

/* The last name (bit set) or value that begins before `before`. */
static size_t
note_before(const struct doc *d, size_t before, uint32_t bit)
{
	size_t i = d->notes.n;

	while (i-- > 0)
		if ((d->notes.v[i] & NAME_BIT) == bit &&
		    (d->notes.v[i] & ~NAME_BIT) < before)
			return d->notes.v[i] & ~NAME_BIT;
	return 0;
}

/* The beginning of a name, as printable ASCII; `at` is its first mark. */
static void
show_name(const struct scan *s, size_t at, char to[static 64])
{
	size_t n = 0;
	char c;

	while (++at < s->n && (c = s->text[at]) != '"' && n < 56) {
		n += (size_t)snprintf(to + n, 64 - n,
		    c >= ' ' && c < 0x7f ? "%c" : "\\x%02x",
		    (unsigned char)c);
		if (c == '\\' && at + 1 < s->n)
			to[n++] = s->text[++at];
	}
	(void)snprintf(to + n, 64 - n, "%s", s->text[at] == '"' ? "" : "...");
}

/* What the first pass does not look at; jansson stops behind the token. */
static bool
refused(struct scan *s, const json_error_t *e)
{
	size_t before = e->position > 0 ? (size_t)e->position : 0, at;
	char name[64];

	switch (json_error_code(e)) {
	case json_error_duplicate_key:
		at = note_before(s->d, before, NAME_BIT);
		show_name(s, at, name);
		return fail(s, at, "a second \"%s\" in one object", name);
	case json_error_numeric_overflow:
		return fail(s, note_before(s->d, before, 0),
		    "a number beyond what 64 bits hold");
	case json_error_out_of_memory:
		xalloc_fail();
	default:
		return fail(s, before, "not JSON");
	}
}

static uint64_t
slot_hash(const struct doc *d, const json_t *v, const char *name,
    uint32_t child)
{
	uint64_t w[2] = { (uintptr_t)v, child };

	if (name)
		w[1] = hash_bytes(&d->key, name, strlen(name));
	return hash_words(&d->key, w, 2);
}

/*
 * The slot of a value (child ITSELF), or of what it contains: of an object
 * by name, of an array by index. Or the free one where it would be.
 */
static struct slot *
slot_find(const struct doc *d, const json_t *v, const char *name,
    uint32_t child)
{
	size_t i = (size_t)slot_hash(d, v, name, child);
	struct slot *s;

	for (;; i++) {
		s = &d->slots[i & d->mask];
		if (!s->v)
			return s;
		if (s->v == v && (!name ? s->child == child :
		    s->child != ITSELF &&
		    strcmp(d->names.p + s->child, name) == 0))
			return s;
	}
}

static size_t
next_note(const struct doc *d, size_t *i, uint32_t bit)
{
	if (*i >= d->notes.n || (d->notes.v[*i] & NAME_BIT) != bit)
		BUG("the tree is not that of the text");
	return d->notes.v[(*i)++] & ~NAME_BIT;
}

static bool
is_shared(const json_t *v)
{
	return json_is_boolean(v) || json_is_null(v);
}

static void
note_shared(struct doc *d, json_t *parent, const char *name, size_t index,
    size_t at)
{
	size_t where = d->names.n;
	struct slot *s;

	if (name)
		buf_add(&d->names, name, strlen(name) + 1);
	if (d->names.failed)
		xalloc_fail();
	s = slot_find(d, parent, name, (uint32_t)index);
	*s = (struct slot){ parent, (uint32_t)(name ? where : index),
	    (uint32_t)at };
}

/*
 * Notes the places of a value and all in it; `i` is the next note. `parent`
 * is NULL at the top, `name` NULL in an array.
 */
static void
walk(struct doc *d, json_t *parent, const char *name, size_t index, json_t *v,
    size_t *i)
{
	size_t at = next_note(d, i, 0), k;
	const char *member_name;
	json_t *child;

	if (is_shared(v)) {
		note_shared(d, parent, name, index, at);
		return;
	}
	*slot_find(d, v, NULL, ITSELF) = (struct slot){ json_incref(v), ITSELF,
	    (uint32_t)at };
	json_object_foreach(v, member_name, child) {
		(void)next_note(d, i, NAME_BIT);
		walk(d, v, member_name, 0, child, i);
	}
	json_array_foreach(v, k, child)
		walk(d, v, NULL, k, child, i);
}

static bool
build(struct scan *s)
{
	struct doc *d = s->d;
	size_t room = 16, i = 0;
	json_error_t e;

	/* Else jansson opens a file for it, which a sandbox may not have. */
	json_object_seed((size_t)d->key.k[0] | 1);
	d->root = json_loadb(d->text, d->n, JSON_REJECT_DUPLICATES, &e);
	if (!d->root)
		return refused(s, &e);
	while (room < 2 * d->values)
		room *= 2;
	d->slots = xcalloc(room, sizeof(*d->slots));
	d->mask = room - 1;
	walk(d, NULL, NULL, 0, d->root, &i);
	if (i != d->notes.n)
		BUG("the tree is not all of the text");
	free(d->notes.v);
	d->notes = (struct offsets){ .n = 0 };
	return true;
}

/* ---- the whole ----------------------------------------------------------- */

static void
fail_sys(struct doc_err *err, int sys)
{
	*err = (struct doc_err){ .sys = sys };
	(void)snprintf(err->what, sizeof(err->what), "%s", strerror(sys));
}

struct doc *
doc_parse(const char *text, size_t n, struct doc_err *err)
{
	struct doc *d = xcalloc(1, sizeof(*d));
	struct scan s = { .d = d, .err = err, .text = text, .n = n };
	int rc = hashkey_init(&d->key);

	*err = (struct doc_err){ .sys = 0 };
	buf_init(&d->names, DOC_BYTES);
	if (rc < 0)
		fail_sys(err, -rc);
	if (rc < 0 || !scan_all(&s)) {
		doc_free(d);
		return NULL;
	}
	d->text = xmalloc(n);
	memcpy(d->text, text, n);
	d->n = n;
	if (build(&s))
		return d;
	doc_free(d);
	return NULL;
}

/* Bytes, at most `max`; or -1 and errno. */
static ssize_t
read_all(int fd, char *to, size_t max)
{
	size_t n = 0;
	ssize_t got;

	while (n < max) {
		got = read(fd, to + n, max - n);
		if (got < 0 && errno != EINTR)
			return -1;
		if (got == 0)
			break;
		if (got > 0)
			n += (size_t)got;
	}
	return (ssize_t)n;
}

struct doc *
doc_read(const char *path, struct doc_err *err)
{
	bool is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO :
	    open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct doc *d = NULL;
	ssize_t n = -1;
	char *text;

	if (fd < 0) {
		fail_sys(err, errno);
		return NULL;
	}
	text = xmalloc(DOC_BYTES + 1);
	n = read_all(fd, text, DOC_BYTES + 1);
	if (n < 0)
		fail_sys(err, errno);
	else
		d = doc_parse(text, (size_t)n, err);
	free(text);
	if (!is_stdin)
		(void)close(fd);
	return d;
}

void
doc_free(struct doc *d)
{
	size_t i;

	if (!d)
		return;
	for (i = 0; d->slots && i <= d->mask; i++)
		if (d->slots[i].v && d->slots[i].child == ITSELF)
			json_decref(d->slots[i].v);
	json_decref(d->root);
	buf_release(&d->names);
	free(d->slots);
	free(d->notes.v);
	free(d->lines.v);
	free(d->text);
	free(d);
}

json_t *
doc_root(const struct doc *d)
{
	return d->root;
}

void
doc_place(const struct doc *d, const json_t *v, struct doc_place *place)
{
	const struct slot *s = NULL;

	*place = (struct doc_place){ 0, 0 };
	if (v)
		s = slot_find(d, v, NULL, ITSELF);
	if (s && s->v)
		*place = place_at(d, s->at);
}

void
doc_place_of(const struct doc *d, const json_t *parent, const char *name,
    size_t index, struct doc_place *place)
{
	const struct slot *s = NULL;
	json_t *v = NULL;

	if (json_is_object(parent) && name)
		v = json_object_get(parent, name);
	else if (json_is_array(parent) && !name)
		v = json_array_get(parent, index);
	if (v && is_shared(v))
		s = slot_find(d, parent, name, (uint32_t)index);
	else if (v)
		s = slot_find(d, v, NULL, ITSELF);
	if (s && s->v)
		*place = place_at(d, s->at);
	else
		doc_place(d, parent, place);
}

const char *
doc_text(const struct doc *d, size_t *n)
{
	*n = d->n;
	return d->text;
}
