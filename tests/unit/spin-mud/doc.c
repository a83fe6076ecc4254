/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "doc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buf.h"
#include "str.h"

#include "../tap.h"

/* ---- what is taken and what is refused ----------------------------------- */

/* A text with its NULs; where it is refused (0: taken), and a word of why. */
static const struct verdict {
	struct str text;
	size_t line, column;
	const char *why;
} verdicts[] = {
	{ STR("{}"), 0, 0, "" },
	{ STR(" \t\r\n{ }\r\n\n"), 0, 0, "" },
	{ STR("{\"a\":[]}"), 0, 0, "" },
	{ STR("{\"a\":[{},[],\"\",0,-0,1.5e+3,1E-2,true,false,null]}"), 0, 0,
	    "" },
	{ STR("{\"\":0}"), 0, 0, "" },
	{ STR("{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00\"}"),
	    0, 0, "" },
	{ STR("{\"a\":\"\x7f \xc3\xa9 \xf0\x9f\x98\x80\"}"), 0, 0, "" },
	{ STR("{\"a\":\"\xef\xbb\xbf\"}"), 0, 0, "" },
	{ STR("{\"a\":9223372036854775807}"), 0, 0, "" },
	{ STR("{\"a\":-9223372036854775808}"), 0, 0, "" },
	{ STR("{\"a\":1e308}"), 0, 0, "" },
	{ STR("{\"a\":1e-999}"), 0, 0, "" },
	{ STR("{\"a\":{\"a\":1},\"b\":{\"a\":1}}"), 0, 0, "" },

	{ STR(""), 1, 1, "expected an object, found the end" },
	{ STR(" \n "), 2, 2, "found the end" },
	{ STR("[]"), 1, 1, "expected an object, found '['" },
	{ STR("null"), 1, 1, "expected an object, found 'n'" },
	{ STR("\"{}\""), 1, 1, "expected an object" },
	{ STR("<html>"), 1, 1, "found '<'" },
	{ STR("{}\n{}"), 2, 1, "expected the end, found '{'" },
	{ STR("{}\0"), 1, 3, "byte 0x00" },
	{ STR("{},"), 1, 3, "found ','" },
	{ STR("{"), 1, 2, "name in quotation marks, found the end" },
	{ STR("{\"a\""), 1, 5, "expected ':'" },
	{ STR("{\"a\" 1}"), 1, 6, "expected ':', found '1'" },
	{ STR("{\"a\":"), 1, 6, "expected a value, found the end" },
	{ STR("{\"a\":}"), 1, 6, "expected a value, found '}'" },
	{ STR("{\"a\":1"), 1, 7, "expected ',' or '}'" },
	{ STR("{\"a\":1,}"), 1, 8, "name in quotation marks, found '}'" },
	{ STR("{\"a\":1 \"b\":2}"), 1, 8, "',' or '}', found '\"'" },
	{ STR("{a:1}"), 1, 2, "name in quotation marks, found 'a'" },
	{ STR("{1:1}"), 1, 2, "found '1'" },
	{ STR("{'a':1}"), 1, 2, "found '''" },
	{ STR("{\"a\":[1,]}"), 1, 9, "expected a value, found ']'" },
	{ STR("{\"a\":[1 2]}"), 1, 9, "',' or ']', found '2'" },
	{ STR("{\"a\":[1}"), 1, 8, "',' or ']', found '}'" },
	{ STR("{\"a\":[1,\r\n"), 2, 1, "found the end" },
	{ STR("{\"a\":]"), 1, 6, "expected a value" },
	{ STR("{\"a\":tru}"), 1, 6, "expected a value, found 't'" },
	{ STR("{\"a\":True}"), 1, 6, "found 'T'" },
	{ STR("{\"a\":nullx}"), 1, 10, "found 'x'" },
	{ STR("{\"a\":NaN}"), 1, 6, "found 'N'" },
	{ STR("{\"a\":-Infinity}"), 1, 7, "expected a digit" },
	{ STR("{\"a\":/* */1}"), 1, 6, "found '/'" },
	{ STR("{\"a\":\f1}"), 1, 6, "byte 0x0c" },
	{ STR("{\"a\":\xc2\xa0""1}"), 1, 6, "byte 0xc2" },

	{ STR("{\"a\":01}"), 1, 6, "must not begin with 0" },
	{ STR("{\"a\":-01}"), 1, 6, "must not begin with 0" },
	{ STR("{\"a\":+1}"), 1, 6, "found '+'" },
	{ STR("{\"a\":-}"), 1, 7, "expected a digit" },
	{ STR("{\"a\":-\n1}"), 1, 7, "a digit, found the end of the line" },
	{ STR("{\"a\":.5}"), 1, 6, "found '.'" },
	{ STR("{\"a\":1.}"), 1, 8, "expected a digit" },
	{ STR("{\"a\":1.e1}"), 1, 8, "expected a digit" },
	{ STR("{\"a\":1e}"), 1, 8, "expected a digit" },
	{ STR("{\"a\":1e+}"), 1, 9, "expected a digit" },
	{ STR("{\"a\":0x10}"), 1, 7, "found 'x'" },
	{ STR("{\"a\":\n  9223372036854775808}"), 2, 3, "64 bits" },
	{ STR("{\"a\":1,\"b\":-9223372036854775809 }"), 1, 12, "64 bits" },
	{ STR("{\"a\":[1, 1e309,2]}"), 1, 10, "64 bits" },
	{ STR("{\"a\":-1e999}"), 1, 6, "64 bits" },

	{ STR("{\"a\":\"b"), 1, 6, "does not end" },
	{ STR("{\"a\":\"b\\\""), 1, 6, "does not end" },
	{ STR("{\"a\":\"b\\"), 1, 8, "not an escape" },
	{ STR("{\"a\":\"b\n\"}"), 1, 8, "the line ends" },
	{ STR("{\"a\":\"b\r\n\"}"), 1, 8, "the line ends" },
	{ STR("{\"a\":\"\t\"}"), 1, 7, "control character 0x09" },
	{ STR("{\"a\":\"\0\"}"), 1, 7, "control character 0x00" },
	{ STR("{\"a\":\"\\x41\"}"), 1, 7, "not an escape" },
	{ STR("{\"a\":\"\\\0\"}"), 1, 7, "not an escape" },
	{ STR("{\"a\":\"\\'\"}"), 1, 7, "not an escape" },
	{ STR("{\"a\":\"\\u12\"}"), 1, 7, "not an escape" },
	{ STR("{\"a\":\"\\u12g4\"}"), 1, 7, "not an escape" },
	{ STR("{\"a\":\"\\U0041\"}"), 1, 7, "not an escape" },

	/* I-JSON (RFC 7493 sections 2.1 and 2.3), NUL. */
	{ STR("{\"a\":\"x\\u0000\"}"), 1, 8, "a NUL" },
	{ STR("{\"\\u0000\":1}"), 1, 3, "a NUL" },
	{ STR("{\"a\":\"\\ud800\"}"), 1, 7, "half a surrogate" },
	{ STR("{\"a\":\"\\uDC00\"}"), 1, 7, "half a surrogate" },
	{ STR("{\"a\":\"\\ud800x\"}"), 1, 7, "half a surrogate" },
	{ STR("{\"a\":\"\\ud800\\ud800\"}"), 1, 7, "half a surrogate" },
	{ STR("{\"a\":\"\\udc00\\ud800\"}"), 1, 7, "half a surrogate" },
	{ STR("{\"\\ud800\":1}"), 1, 3, "half a surrogate" },
	{ STR("{\"a\":\"\\uFFFE\"}"), 1, 7, "U+FFFE is not" },
	{ STR("{\"a\":\"\\uFDD0\"}"), 1, 7, "U+FDD0 is not" },
	{ STR("{\"a\":\"\xef\xbf\xbf\"}"), 1, 7, "U+FFFF is not" },
	{ STR("{\"a\":\"\\ud83f\\udfff\"}"), 1, 7, "U+1FFFF is not" },
	{ STR("{\"a\":\"\xff\"}"), 1, 7, "byte 0xff is not UTF-8" },
	{ STR("{\"a\":\"\xc0\xaf\"}"), 1, 7, "byte 0xc0 is not UTF-8" },
	{ STR("{\"a\":\"\xed\xa0\x80\"}"), 1, 7, "byte 0xed is not UTF-8" },
	{ STR("{\"a\":\"\xf4\x90\x80\x80\"}"), 1, 7, "byte 0xf4" },
	{ STR("{\"a\":\"\xc3\"}"), 1, 7, "byte 0xc3 is not UTF-8" },
	{ STR("{\"a\":\"\xc3"), 1, 7, "byte 0xc3 is not UTF-8" },
	{ STR("{\"\xe9\":1}"), 1, 3, "byte 0xe9 is not UTF-8" },
	{ STR("{\"a\":1,\n \"a\":2}"), 2, 2, "a second \"a\"" },
	{ STR("{\"x\":[{\"b\":1,\"\\u0062\":{\"c\":1}}]}"), 1, 14,
	    "a second \"\\u0062\"" },
	{ STR("{\"a\\\"\":1,\"a\\\"\":2}"), 1, 10, "second \"a\\\"\" in" },
	{ STR("{\"\xc3\xa9\":1,\"\xc3\xa9\":2}"), 1, 9, "\"\\xc3\\xa9\"" },

	{ STR("\xef\xbb\xbf{}"), 1, 1, "byte order mark" },
	{ STR("\xff\xfe{\0}\0"), 1, 1, "UTF-16" },
	{ STR("\xfe\xff\0{\0}"), 1, 1, "UTF-16" },
	{ STR("{\0}\0"), 1, 1, "UTF-16" },
	{ STR("\0{\0}"), 1, 1, "UTF-16" },
	{ STR("\0\0\0{\0\0\0}"), 1, 1, "UTF-16" },
};

/* Memory of exactly the size of the text, for ASan. */
static struct doc *
parse(const char *text, size_t n, struct doc_err *err)
{
	char *copy = malloc(n ? n : 1);
	struct doc *d;

	if (!copy)
		abort();
	if (n)
		memcpy(copy, text, n);
	memset(err, 0xff, sizeof(*err));
	d = doc_parse(copy, n, err);
	free(copy);
	return d;
}

static void
test_verdict(const struct verdict *v, size_t i)
{
	struct doc_err err;
	struct doc *d = parse(v->text.p, v->text.n, &err);
	bool ok = v->line == 0 ? d != NULL :
	    !d && err.sys == 0 && err.place.line == v->line &&
	    err.place.column == v->column && strstr(err.what, v->why);

	tap_ok(ok, "verdict %zu: %s", i, v->line ? v->why : "taken");
	if (!ok) {
		tap_show("text", v->text.p, v->text.n);
		tap_diag("%s at %zu:%zu, %s", d ? "taken" : "refused",
		    err.place.line, err.place.column, d ? "" : err.what);
	}
	doc_free(d);
}

static void
test_long_name(void)
{
	struct doc_err err;
	struct buf b;
	size_t i;

	buf_init(&b, 4096);
	buf_puts(&b, "{\"");
	for (i = 0; i < 1000; i++)
		buf_putc(&b, '\x7f');
	buf_puts(&b, "\":1,\"");
	for (i = 0; i < 1000; i++)
		buf_putc(&b, '\x7f');
	buf_puts(&b, "\":1}");
	tap_ok(!parse(b.p, b.n, &err), "long name twice");
	tap_uint(err.place.column, 1 + 1 + 1002 + 3, "where");
	tap_ok(strstr(err.what, "...\"") != NULL, "cut: %s", err.what);
	buf_release(&b);
}

/* ---- limits -------------------------------------------------------------- */

static void
add_times(struct buf *b, const char *s, size_t times)
{
	while (times-- > 0)
		buf_puts(b, s);
}

/* {"a": ... }, with `times` of `s`, then `middle`, then as many of `end`. */
static bool
taken(const char *s, size_t times, const char *middle, const char *end,
    struct doc_err *err)
{
	struct doc *d;
	struct buf b;

	buf_init(&b, 1 << 20);
	buf_puts(&b, "{\"a\":");
	add_times(&b, s, times);
	buf_puts(&b, middle);
	add_times(&b, end, times);
	buf_puts(&b, "}");
	d = parse(b.p, b.n, err);
	buf_release(&b);
	doc_free(d);
	return d != NULL;
}

static void
test_depth(void)
{
	struct doc_err err;

	tap_ok(taken("[", DOC_DEPTH - 1, "", "]", &err), "deepest arrays");
	tap_ok(!taken("[", DOC_DEPTH, "", "]", &err), "too deep");
	tap_ok(strstr(err.what, "nested deeper than 32") != NULL, "so said");
	tap_uint(err.place.column, 6 + DOC_DEPTH - 1, "at the one too many");
	tap_ok(taken("{\"a\":", DOC_DEPTH - 1, "1", "}", &err),
	    "deepest objects");
	tap_ok(!taken("{\"a\":", DOC_DEPTH, "1", "}", &err), "too deep");
	tap_ok(!taken("[", 120000, "", "]", &err), "120000 deep");
	tap_ok(!taken("[", 120000, "", "", &err), "120000 deep and no end");
	tap_ok(taken("", 0, "[[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],[],"
	    "{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{\"a\":[]},"
	    "[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0],[0]]", "",
	    &err), "wide is not deep");
}

static void
test_values(void)
{
	struct doc_err err;
	struct doc *d;
	struct buf b;
	int more;

	for (more = 0; more < 2; more++) {
		buf_init(&b, DOC_BYTES);
		buf_puts(&b, "{\"a\":[0");
		add_times(&b, ",0", (size_t)(DOC_VALUES - 3 + more));
		buf_puts(&b, "]}");
		d = parse(b.p, b.n, &err);
		tap_ok((d == NULL) == (more == 1), "%d values",
		    DOC_VALUES + more);
		if (d)
			tap_uint(json_array_size(json_object_get(doc_root(d),
			    "a")), DOC_VALUES - 2, "all there");
		doc_free(d);
		buf_release(&b);
	}
	tap_ok(strstr(err.what, "more than 65536 values") != NULL, "so said");
	tap_uint(err.place.column, 6 + 1 + 2 * (DOC_VALUES - 2),
	    "at the one too many");
}

static void
test_strings(void)
{
	static const char *const chars[] = { "x", "\\n", "\\u0041" };
	struct doc_err err;
	struct buf b;
	size_t i;

	buf_init(&b, 1 << 20);
	for (i = 0; i < ARRAY_SIZE(chars); i++) {
		buf_reset(&b);
		buf_puts(&b, "\"");
		add_times(&b, chars[i], DOC_STRING);
		buf_puts(&b, "\"");
		buf_putc(&b, '\0');
		tap_ok(taken("", 0, b.p, "", &err), "longest of %s", chars[i]);
		b.n -= 2;
		buf_puts(&b, "x\"");
		buf_putc(&b, '\0');
		tap_ok(!taken("", 0, b.p, "", &err), "one more");
		tap_ok(strstr(err.what, "longer than 4096 bytes") != NULL &&
		    err.place.column == 6, "so said, at its beginning");
	}
	buf_reset(&b);
	buf_puts(&b, "0.");
	add_times(&b, "1", DOC_STRING - 2);
	buf_putc(&b, '\0');
	tap_ok(taken("", 0, b.p, "", &err), "longest number");
	b.n--;
	buf_puts(&b, "1");
	buf_putc(&b, '\0');
	tap_ok(!taken("", 0, b.p, "", &err), "longer");
	buf_release(&b);
}

static void
test_bytes(void)
{
	char *text = malloc(DOC_BYTES + 1);
	struct doc_err err;
	struct doc *d;
	size_t n;

	if (!text)
		abort();
	memset(text, ' ', DOC_BYTES + 1);
	memcpy(text, "{}", 2);
	d = parse(text, DOC_BYTES, &err);
	tap_ok(d && doc_text(d, &n) && n == DOC_BYTES, "as large as may be");
	doc_free(d);
	tap_ok(!parse(text, DOC_BYTES + 1, &err), "larger");
	tap_str(err.what, "more than 262144 bytes", "so said");
	tap_ok(err.place.line == 0 && err.place.column == 0, "nowhere");
	free(text);
}

/* ---- places -------------------------------------------------------------- */

/* Counted by hand; CRLF, a character of two bytes, a tab. */
static const char sample[] =
	"{ \"one\": 1,\r\n"
	"\t\"two\": [true, \"\xc3\xa9\", null,\r\n"
	"  false], \"\xc3\xa9\": {\r\n"
	"\r\n"
	"    \"yes\": true , \"no\":null, \"deep\":[ {\"x\":\"y\"},2.5]}}\n";

static void
place_is(const struct doc_place *p, size_t line, size_t column,
    const char *what)
{
	bool ok = p->line == line && p->column == column;

	tap_ok(ok, "place of %s", what);
	if (!ok)
		tap_diag("got %zu:%zu, want %zu:%zu", p->line, p->column, line,
		    column);
}

static void
own_place(const struct doc *d, const json_t *v, size_t line, size_t column,
    const char *what)
{
	struct doc_place p;

	doc_place(d, v, &p);
	place_is(&p, line, column, what);
}

static void
child_place(const struct doc *d, const json_t *v, const char *name,
    size_t index, size_t line, size_t column, const char *what)
{
	struct doc_place p;

	doc_place_of(d, v, name, index, &p);
	place_is(&p, line, column, what);
}

static void
test_places(void)
{
	struct doc_err err;
	struct doc *d = parse(sample, sizeof(sample) - 1, &err);
	json_t *root, *two, *e, *deep;
	const char *text;
	size_t n = 0;

	if (!tap_ok(d != NULL, "the sample"))
		return;
	root = doc_root(d);
	two = json_object_get(root, "two");
	e = json_object_get(root, "\xc3\xa9");
	deep = json_object_get(e, "deep");
	own_place(d, root, 1, 1, "the root");
	own_place(d, json_object_get(root, "one"), 1, 10, "one");
	own_place(d, two, 2, 9, "two");
	own_place(d, json_array_get(two, 1), 2, 16, "two[1]");
	child_place(d, two, NULL, 0, 2, 10, "two[0]");
	child_place(d, two, NULL, 1, 2, 16, "two[1] of two");
	child_place(d, two, NULL, 2, 2, 22, "two[2]");
	child_place(d, two, NULL, 3, 3, 3, "two[3]");
	own_place(d, e, 3, 17, "e");
	child_place(d, e, "yes", 0, 5, 12, "yes");
	child_place(d, e, "no", 0, 5, 24, "no");
	child_place(d, e, "deep", 0, 5, 37, "deep");
	own_place(d, json_object_get(json_array_get(deep, 0), "x"), 5, 44, "x");
	own_place(d, json_array_get(deep, 1), 5, 49, "2.5");
	own_place(d, json_true(), 0, 0, "any true");
	own_place(d, NULL, 0, 0, "nothing");
	child_place(d, e, "absent", 0, 3, 17, "an absent member");
	child_place(d, two, NULL, 4, 2, 9, "an item beyond the last");
	child_place(d, e, NULL, 0, 3, 17, "an object's item");
	child_place(d, two, "yes", 0, 2, 9, "an array's member");
	text = doc_text(d, &n);
	tap_mem(text, n, sample, sizeof(sample) - 1, "the text");
	doc_free(d);
}

static void
test_moved(void)
{
	struct doc_err err;
	struct doc *d = parse(sample, sizeof(sample) - 1, &err);
	json_t *root, *two, *e, *deep, *new;
	size_t i;

	if (!tap_ok(d != NULL, "the sample again"))
		return;
	root = doc_root(d);
	two = json_object_get(root, "two");
	e = json_object_get(root, "\xc3\xa9");
	deep = json_object_get(e, "deep");
	json_object_set(root, "moved", deep);
	json_object_del(e, "deep");
	child_place(d, root, "moved", 0, 5, 37, "a value of a new name");
	json_object_set(deep, "not", json_true());
	json_object_set(e, "new", json_true());
	child_place(d, e, "new", 0, 3, 17, "a new true: its parent's");
	json_object_set_new(root, "e", json_incref(e));
	json_object_del(root, "\xc3\xa9");
	child_place(d, e, "yes", 0, 5, 12, "a true whose parent moved");
	json_object_del(root, "two");
	own_place(d, two, 2, 9, "a value that was taken out");
	json_object_del(root, "one");
	for (i = 0; i < 1000; i++) {
		struct doc_place p;

		new = json_integer(1);
		doc_place(d, new, &p);
		json_array_append_new(deep, new);
		if (p.line)
			break;
	}
	tap_uint(i, 1000, "no new value has a place");
	child_place(d, deep, NULL, 500, 5, 37, "a new item: its parent's");
	doc_free(d);
}

/* Many of the shared ones, in objects and arrays, and nothing else. */
static void
test_shared(void)
{
	struct doc_err err;
	struct doc_place p;
	size_t i, wrong = 0;
	json_t *a, *o;
	struct doc *d;
	struct buf b;

	buf_init(&b, DOC_BYTES);
	buf_puts(&b, "{\"a\":[");
	for (i = 0; i < 5000; i++)
		buf_puts(&b, i ? ",\ntrue" : "true");
	buf_puts(&b, "],\n\"o\":{");
	for (i = 0; i < 5000; i++)
		buf_printf(&b, "%s\n\"%zu\":null", i ? "," : "", i);
	buf_puts(&b, "}}");
	d = parse(b.p, b.n, &err);
	buf_release(&b);
	if (!tap_ok(d != NULL, "many of the shared values"))
		return;
	a = json_object_get(doc_root(d), "a");
	o = json_object_get(doc_root(d), "o");
	for (i = 0; i < 5000; i++) {
		char name[24];

		doc_place_of(d, a, NULL, i, &p);
		wrong += p.line != i + 1 || p.column != (i ? 1 : 7);
		(void)snprintf(name, sizeof(name), "%zu", i);
		doc_place_of(d, o, name, 0, &p);
		wrong += p.line != 5002 + i || p.column != 3 + strlen(name) + 1;
	}
	tap_uint(wrong, 0, "all where they are");
	doc_free(d);
}

static void
test_numbers(void)
{
	static const char text[] = "{\"a\":-0,\"b\":1.0,\"c\":1e2,\"d\":-0.0,"
	    "\"e\":9007199254740993,\"f\":1e-999}";
	struct doc_err err;
	struct doc *d = parse(text, sizeof(text) - 1, &err);
	json_t *r;

	if (!tap_ok(d != NULL, "numbers"))
		return;
	r = doc_root(d);
	tap_ok(json_is_integer(json_object_get(r, "a")) &&
	    json_integer_value(json_object_get(r, "a")) == 0, "-0 is 0");
	tap_ok(json_is_real(json_object_get(r, "b")), "1.0 is no integer");
	tap_ok(json_real_value(json_object_get(r, "c")) >= 100.0 &&
	    json_real_value(json_object_get(r, "c")) <= 100.0, "1e2");
	tap_ok(json_is_real(json_object_get(r, "d")), "-0.0");
	tap_int(json_integer_value(json_object_get(r, "e")),
	    INT64_C(9007199254740993), "2^53 + 1 to the last digit");
	tap_ok(json_real_value(json_object_get(r, "f")) < 1e-300, "1e-999");
	doc_free(d);
}

/* ---- reading ------------------------------------------------------------- */

static void
test_missing(void)
{
	struct doc_err err;

	memset(&err, 0xff, sizeof(err));
	tap_ok(!doc_read("/nowhere/at/all", &err), "no such file");
	tap_int(err.sys, ENOENT, "errno");
	tap_ok(err.what[0] && err.place.line == 0, "no place: %s", err.what);
	tap_ok(!doc_read("/", &err), "a folder");
	tap_int(err.sys, EISDIR, "errno");
	tap_ok(!doc_read("", &err), "no name");
	tap_int(err.sys, ENOENT, "errno");
	tap_ok(!doc_read("/dev/null", &err), "an empty file");
	tap_int(err.sys, 0, "no errno");
	tap_ok(!doc_read("/dev/zero", &err), "a file without end");
	tap_ok(strstr(err.what, "more than") != NULL, "so said");
}

static void
test_file(const char *folder)
{
	char path[256];
	struct doc_err err;
	struct doc *d;
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/f", folder);
	f = fopen(path, "wb");
	if (!f || fwrite(sample, sizeof(sample) - 1, 1, f) != 1 ||
	    fclose(f) != 0)
		abort();
	d = doc_read(path, &err);
	if (tap_ok(d != NULL, "a file"))
		own_place(d, json_object_get(doc_root(d), "two"), 2, 9, "two");
	doc_free(d);
	(void)unlink(path);
}

/* The sample, a byte at a time. */
static void
write_slowly(int fd)
{
	size_t i;

	for (i = 0; i < sizeof(sample) - 1; i++)
		if (write(fd, sample + i, 1) != 1)
			_exit(1);
	_exit(0);
}

static void
test_pipe(void)
{
	int fd[2], keep = dup(STDIN_FILENO), status = 1;
	struct doc_err err;
	struct doc *d;
	pid_t pid;

	if (pipe(fd) < 0 || keep < 0 || (pid = fork()) < 0)
		abort();
	if (pid == 0)
		write_slowly(fd[1]);
	(void)close(fd[1]);
	(void)dup2(fd[0], STDIN_FILENO);
	(void)close(fd[0]);
	d = doc_read("-", &err);
	(void)waitpid(pid, &status, 0);
	tap_ok(d && status == 0, "a pipe as standard input");
	doc_free(d);
	d = doc_read("-", &err);
	tap_ok(!d && err.sys == 0, "its end");
	(void)close(STDIN_FILENO);
	tap_ok(!doc_read("-", &err), "closed");
	tap_int(err.sys, EBADF, "errno");
	(void)dup2(keep, STDIN_FILENO);
	(void)close(keep);
}

static void
test_fifo(const char *folder)
{
	char path[256];
	struct doc_err err;
	struct doc *d;
	pid_t pid;

	(void)snprintf(path, sizeof(path), "%s/p", folder);
	if (mkfifo(path, 0600) < 0 || (pid = fork()) < 0)
		abort();
	if (pid == 0)
		write_slowly(open(path, O_WRONLY));
	d = doc_read(path, &err);
	(void)waitpid(pid, NULL, 0);
	tap_ok(d != NULL, "a named pipe");
	doc_free(d);
	(void)unlink(path);
}

int
main(void)
{
	char folder[] = "/tmp/spin-doc-XXXXXX";
	size_t i;

	for (i = 0; i < ARRAY_SIZE(verdicts); i++)
		test_verdict(&verdicts[i], i);
	test_long_name();
	test_depth();
	test_values();
	test_strings();
	test_bytes();
	test_places();
	test_moved();
	test_shared();
	test_numbers();
	test_missing();
	if (!mkdtemp(folder))
		abort();
	test_file(folder);
	test_pipe();
	test_fifo(folder);
	(void)rmdir(folder);
	doc_free(NULL);
	return tap_done();
}
