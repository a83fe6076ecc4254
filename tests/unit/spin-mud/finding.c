/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "finding.h"

#include "arena.h"
#include "rec.h"

#include "../tap.h"

static struct doc_place
at(size_t line, size_t column)
{
	return (struct doc_place){ line, column };
}

/* ---- the table ----------------------------------------------------------- */

static bool
is_name(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz-");

	return n > 0 && s[n] == '\0' && s[0] != '-' && s[n - 1] != '-';
}

static void
test_rules(void)
{
	const struct finding_rule *r;
	size_t i, k, wrong = 0;

	for (i = 0; (r = finding_rule(i)) != NULL; i++) {
		if (!is_name(r->name) || strlen(r->name) > 24 ||
		    !r->about[0] || r->about[strlen(r->about) - 1] == '.') {
			tap_diag("%s: %s", r->name, r->about);
			wrong++;
		}
		for (k = 0; k < i; k++)
			wrong += strcmp(finding_rule(k)->name, r->name) == 0;
	}
	tap_ok(i > 4, "there are rules");
	tap_uint(wrong, 0, "each named once, in small letters and dashes");
	tap_ok(!finding_rule(i) && !finding_rule(SIZE_MAX), "none behind");
}

/* ---- order --------------------------------------------------------------- */

static void
test_sort(void)
{
	static const struct {
		size_t line, column;
		enum severity severity;
		const char *pointer, *rule, *reason;
	} in[] = {
		{ 10, 1, FINDING_NOTE, "/c", "bad-value", "i" },
		{ 9, 2, FINDING_NOTE, "/b", "bad-value", "h" },
		{ 2, 10, FINDING_ERROR, "/a", "choice", "g" },
		{ 2, 10, FINDING_ERROR, "/a", "bad-value", "f" },
		{ 2, 10, FINDING_ERROR, "/a", "bad-value", "e" },
		{ 2, 10, FINDING_WARNING, "", "bad-value", "gg" },
		{ 2, 10, FINDING_ERROR, "", "url", "d" },
		{ 2, 9, FINDING_NOTE, "/z", "url", "c" },
		{ 0, 0, FINDING_NOTE, "/z", "url", "b" },
		{ 0, 0, FINDING_ERROR, "/z", "url", "a" },
	};
	static const char *const want[] = { "a", "b", "c", "d", "e", "f", "g",
	    "gg", "h", "i" };
	struct findings f = FINDINGS_INIT;
	size_t i;

	findings_sort(&f);
	for (i = 0; i < ARRAY_SIZE(in); i++)
		findings_add(&f, in[i].severity, in[i].rule, in[i].pointer,
		    at(in[i].line, in[i].column), "RFC", "%s", in[i].reason);
	findings_sort(&f);
	for (i = 0; i < f.n; i++)
		tap_str(f.v[i].reason, want[i], "sorted %zu", i);
	tap_uint(f.count[FINDING_NOTE], 4, "notes");
	tap_uint(f.count[FINDING_WARNING], 1, "warnings");
	tap_uint(f.count[FINDING_ERROR], 5, "errors");
	findings_release(&f);
	tap_ok(f.n == 0 && !f.v && f.count[FINDING_ERROR] == 0, "released");
	findings_release(&f);
}

/* ---- lines for people ---------------------------------------------------- */

static void
pretty_is(struct findings *f, const char *file, const char *want,
    const char *what)
{
	struct buf b;

	buf_init(&b, FINDINGS_BYTES);
	findings_write(f, file, true, &b);
	tap_ok(!b.failed, "written: %s", what);
	tap_mem(b.p, b.n, want, strlen(want), "%s", what);
	buf_release(&b);
	findings_release(f);
}

static void
test_pretty(void)
{
	struct findings f = FINDINGS_INIT;

	pretty_is(&f, "x", "", "nothing");
	findings_add(&f, FINDING_ERROR, "bad-value", "/ietf-mud:mud/mud-x",
	    at(12, 7), "RFC 8520 section 3.1", "%d is not from 1 to 255", 256);
	findings_add(&f, FINDING_NOTE, "unknown-node", "", at(1, 1), "RFC 8520",
	    "so");
	findings_add(&f, FINDING_WARNING, "old-form", "/a", at(0, 0), NULL,
	    "nowhere");
	pretty_is(&f, "a b.json",
	    "a b.json:12:7: error: /ietf-mud:mud/mud-x: 256 is not from "
	    "1 to 255 (bad-value, RFC 8520 section 3.1)\n"
	    "a b.json:1:1: note: so (unknown-node, RFC 8520)\n"
	    "a b.json: warning: /a: nowhere (old-form)\n", "three lines");
	findings_add(&f, FINDING_ERROR, "bad-value",
	    "/\x1b[31m/\xe2\x80\xae/\n", at(1, 2), "RFC", "\"%s\"",
	    "\x07\\\xff\r\n");
	pretty_is(&f, "\x1b]0;x", "\\x1b]0;x:1:2: error: "
	    "/\\x1b[31m/\\xe2\\x80\\xae/\\x0a: \"\\x07\\\\\\xff\\x0d\\x0a\" "
	    "(bad-value, RFC)\n", "hostile text");
}

static void
test_doc(void)
{
	struct findings f = FINDINGS_INIT;
	struct doc_err err;
	const char *s = "{\"\xff\x1b\":1";

	if (!tap_ok(!doc_parse(s, strlen(s), &err), "not JSON"))
		return;
	findings_add_doc(&f, &err);
	tap_uint(f.count[FINDING_ERROR], 1, "an error");
	pretty_is(&f, "f", "f:1:3: error: byte 0xff is not UTF-8 (not-json, "
	    "RFC 7493)\n", "why it is no JSON");
	s = "{\"\xc3\xa9\\n\":1,\"\xc3\xa9\\n\":1}";
	if (!tap_ok(!doc_parse(s, strlen(s), &err), "a name twice"))
		return;
	findings_add_doc(&f, &err);
	pretty_is(&f, "f", "f:1:11: error: a second \"\xc3\xa9\\\\n\" in one "
	    "object (not-json, RFC 7493)\n", "escaped once");
}

/* ---- records ------------------------------------------------------------- */

static bool
decode(struct rec *r, struct arena *a, const struct buf *b)
{
	struct errpos err;

	if (rec_decode(r, a, b->p, b->n, &err) == 0)
		return r->type == REC_TYPE_FINDING && !r->extra.n;
	tap_diag("column %zu: %s", err.col, err.what);
	return false;
}

static void
test_record(void)
{
	static const char want[] = "{\"type\":\"finding\",\"ts\":0,"
	    "\"file\":\"f\",\"line\":3,\"column\":4,\"severity\":\"warning\","
	    "\"rule\":\"old-form\",\"pointer\":\"/a~1b\","
	    "\"reason\":\"a \\\"b\\\"\",\"source\":\"RFC 8520\"}\n"
	    "{\"type\":\"finding\",\"ts\":0,\"file\":\"f\","
	    "\"severity\":\"error\",\"rule\":\"not-json\",\"pointer\":\"\","
	    "\"reason\":\"\\\\x1b\\u00e9\\\\\\\\\"}\n";
	struct findings f = FINDINGS_INIT;
	struct buf b;

	buf_init(&b, FINDINGS_BYTES);
	findings_add(&f, FINDING_WARNING, "old-form", "/a~1b", at(3, 4),
	    "RFC 8520", "a \"b\"");
	findings_add(&f, FINDING_ERROR, "not-json", "", at(0, 0), NULL,
	    "%s", "\x1b\xc3\xa9\\");
	findings_write(&f, "f", false, &b);
	findings_release(&f);
	tap_ok(!b.failed, "written");
	tap_mem(b.p, b.n, want, sizeof(want) - 1, "two records");
	buf_release(&b);
}

/* The longest of everything still makes a record of its line. */
static void
test_longest(void)
{
	static const char *const bytes[] = { "\x01", "\\", "\xff",
	    "\xc3\xa9", "\xc2\x80", "\xf0\x9f\x98\x80", "\xe2\x80\xae", "~" };
	char text[POINTER_MAX], file[4096];
	struct arena a;
	size_t i, k;

	arena_init(&a, REC_ARENA_MAX);
	for (i = 0; i < ARRAY_SIZE(bytes); i++) {
		struct findings f = FINDINGS_INIT;
		size_t n = strlen(bytes[i]);
		struct rec r;
		struct buf b;

		for (k = 0; k < sizeof(file); k++)
			file[k] = bytes[i][k % n];
		memcpy(text, file, sizeof(text));
		text[sizeof(text) - 1] = file[sizeof(file) - 1] = '\0';
		findings_add(&f, FINDING_ERROR, "bad-value", text,
		    at(SIZE_MAX, SIZE_MAX), "RFC", "%s", text);
		tap_uint(strlen(f.v[0].reason), FINDING_REASON - 1, "cut");
		tap_str(f.v[0].reason + FINDING_REASON - 4, "...", "and so");
		buf_init(&b, FINDINGS_BYTES);
		findings_write(&f, file, false, &b);
		tap_ok(!b.failed && decode(&r, &a, &b), "longest %zu: %zu",
		    i, b.n);
		buf_release(&b);
		findings_release(&f);
		arena_reset(&a);
	}
	arena_release(&a);
}

/* ---- too many ------------------------------------------------------------ */

static void
test_too_many(void)
{
	struct findings f = FINDINGS_INIT;
	size_t i, errors = 0, warnings = 0;
	struct buf b;
	char *last;

	for (i = 0; i < FINDINGS_MAX; i++)
		findings_add(&f, FINDING_NOTE, "unknown-node", "/n", at(1, i),
		    "RFC", "note %zu", i);
	tap_uint(f.left_out, 0, "all kept");
	for (i = 0; i < 5; i++)
		findings_add(&f, FINDING_NOTE, "unknown-node", "/n", at(2, i),
		    "RFC", "note");
	tap_uint(f.n, FINDINGS_MAX, "no more are kept");
	for (i = 0; i < 7; i++)
		findings_add(&f, FINDING_WARNING, "old-form", "/w", at(3, i),
		    "RFC", "warning");
	for (i = 0; i < 2 * FINDINGS_MAX; i++)
		findings_add(&f, FINDING_ERROR, "bad-value", "/e", at(4, i),
		    "RFC", "error %zu", i);
	findings_add(&f, FINDING_WARNING, "old-form", "/w", at(5, 1), "RFC",
	    "warning");
	tap_uint(f.n, FINDINGS_MAX, "as many as before");
	tap_uint(f.left_out, 5 + 7 + 2 * FINDINGS_MAX + 1, "the rest counted");
	tap_uint(f.count[FINDING_NOTE], FINDINGS_MAX + 5, "notes");
	tap_uint(f.count[FINDING_WARNING], 8, "warnings");
	tap_uint(f.count[FINDING_ERROR], 2 * FINDINGS_MAX, "errors");
	for (i = 0; i < f.n; i++) {
		errors += f.v[i].severity == FINDING_ERROR;
		warnings += f.v[i].severity == FINDING_WARNING;
	}
	tap_uint(errors, FINDINGS_MAX, "the errors are kept");
	tap_uint(warnings, 0, "and no warnings");
	findings_sort(&f);
	tap_str(f.v[0].reason, "error 0", "the first ones");
	tap_str(f.v[f.n - 1].reason, "error 999", "to the last");
	buf_init(&b, FINDINGS_BYTES);
	findings_write(&f, "f", true, &b);
	buf_putc(&b, '\0');
	last = strstr(b.p, "f: ");
	tap_str(last, "f: error: 2013 more findings are not shown "
	    "(left-out)\n", "said at the end");
	buf_release(&b);
	findings_release(&f);
}

/* Up to its limit a reason is whole; one byte more, and it is cut. */
static void
test_reason(void)
{
	struct findings f = FINDINGS_INIT;
	char text[FINDING_REASON + 1];

	memset(text, 'x', sizeof(text));
	text[FINDING_REASON - 1] = '\0';
	findings_add(&f, FINDING_NOTE, "url", "", at(1, 1), NULL, "%s", text);
	tap_str(f.v[0].reason, text, "the longest reason");
	text[FINDING_REASON - 1] = 'x';
	text[FINDING_REASON] = '\0';
	findings_add(&f, FINDING_NOTE, "url", "", at(1, 1), NULL, "%s", text);
	memcpy(text + FINDING_REASON - 4, "...", 4);
	tap_str(f.v[1].reason, text, "one byte more");
	findings_release(&f);
}

static void
test_no_room(void)
{
	struct findings f = FINDINGS_INIT;
	struct buf b;
	int pretty;

	findings_add(&f, FINDING_ERROR, "url", "/a", at(1, 1), "RFC", "b");
	for (pretty = 0; pretty < 2; pretty++) {
		buf_init(&b, 8);
		findings_write(&f, "file", pretty, &b);
		tap_ok(b.failed, "no room is told");
		buf_release(&b);
	}
	findings_release(&f);
}

/* ---- pointers ------------------------------------------------------------ */

static void
test_pointer(void)
{
	struct pointer p = POINTER_INIT;

	tap_str(p.text, "", "the whole");
	pointer_name(&p, "a/b");
	tap_str(p.text, "/a~1b", "RFC 6901: a/b");
	pointer_index(&p, 0);
	tap_str(p.text, "/a~1b/0", "an index");
	pointer_name(&p, "m~n");
	tap_str(p.text, "/a~1b/0/m~0n", "RFC 6901: m~n");
	pointer_name(&p, "");
	tap_str(p.text, "/a~1b/0/m~0n/", "an empty name");
	pointer_pop(&p);
	pointer_pop(&p);
	tap_str(p.text, "/a~1b/0", "back");
	pointer_index(&p, SIZE_MAX);
	tap_ok(strtoull(p.text + 8, NULL, 10) == SIZE_MAX, "any index");
	pointer_pop(&p);
	pointer_name(&p, "~1");
	tap_str(p.text, "/a~1b/0/~01", "no slash of it");
	pointer_pop(&p);
	pointer_pop(&p);
	pointer_pop(&p);
	tap_str(p.text, "", "the whole again");
	pointer_pop(&p);
	tap_str(p.text, "", "nothing is above");
}

static void
test_long_pointer(void)
{
	struct pointer p = POINTER_INIT;
	char name[POINTER_MAX + 2];
	size_t i;

	memset(name, 'x', sizeof(name));
	name[POINTER_MAX - 2] = '\0';
	pointer_name(&p, name);
	tap_uint(strlen(p.text), POINTER_MAX - 1, "the longest");
	pointer_name(&p, "");
	tap_uint(p.beyond, 1, "nothing behind it");
	pointer_pop(&p);
	pointer_pop(&p);
	name[POINTER_MAX - 2] = 'x';
	name[POINTER_MAX - 1] = '\0';
	pointer_name(&p, "a");
	pointer_name(&p, name);
	pointer_name(&p, "b");
	pointer_index(&p, 3);
	tap_str(p.text, "/a", "the deepest that fits");
	for (i = 0; i < 3; i++) {
		tap_str(p.text, "/a", "still");
		pointer_pop(&p);
	}
	pointer_name(&p, "c");
	tap_str(p.text, "/a/c", "and on");
	pointer_pop(&p);
	pointer_pop(&p);
	memset(name, '/', POINTER_MAX / 2 - 1);
	name[POINTER_MAX / 2 - 1] = '\0';
	pointer_name(&p, name);
	tap_uint(strlen(p.text), POINTER_MAX - 1, "slashes take two");
	pointer_pop(&p);
	tap_str(p.text, "", "and go");
	name[POINTER_MAX / 2 - 1] = '/';
	name[POINTER_MAX / 2] = '\0';
	pointer_name(&p, name);
	tap_uint(p.beyond, 1, "one slash more");
}

int
main(void)
{
	test_rules();
	test_sort();
	test_pretty();
	test_doc();
	test_record();
	test_longest();
	test_too_many();
	test_reason();
	test_no_room();
	test_pointer();
	test_long_pointer();
	return tap_done();
}
