/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "jr.h"

#include <errno.h>

#include "tap.h"

/* A text and its tokens: one letter each, as in show(). */
struct good {
	const char *text, *tokens;
};

static const struct good good[] = {
	{ "{}", "{}" },
	{ "[]", "[]" },
	{ " [ ] ", "[]" },
	{ "\t\r\n[\n]", "[]" },
	{ "0", "0" },
	{ "-0", "0" },
	{ "-1.5e+10", "0" },
	{ "1E-2", "0" },
	{ "true", "t" },
	{ "false", "f" },
	{ "null", "n" },
	{ "\"\"", "s" },
	{ "\"\x7f\"", "s" },
	{ "[1,2]", "[00]" },
	{ "[[],{}]", "[[]{}]" },
	{ "{\"a\":1,\"b\":[true]}", "{k0k[t]}" },
	{ "{\"\":null}", "{kn}" },
	{ "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"", "s" },
	{ "\"\\ud83d\\ude00\"", "s" },
	{ "\"\xc2\x80\xe0\xa0\x80\xed\x9f\xbf\xf0\x90\x80\x80\"", "s" },
	{ "[[[[1]]]]", "[[[[0]]]]" },
};

/* RFC 8259, RFC 7493 and RFC 3629 forbid each of these. */
static const struct {
	const char *text;
	size_t n;	/* 0: strlen */
	size_t at;
} bad[] = {
	{ "", 0, 0 }, { " ", 0, 1 }, { "{", 0, 1 }, { "[", 0, 1 },
	{ "}", 0, 0 }, { "]", 0, 0 }, { "[1", 0, 2 }, { "[1,", 0, 3 },
	{ "[1,]", 0, 3 }, { "[,1]", 0, 1 }, { "[1 2]", 0, 3 },
	{ "[1}", 0, 2 }, { "{\"a\":1]", 0, 6 }, { "[1]]", 0, 3 },
	{ "1 2", 0, 2 }, { "{} x", 0, 3 }, { "{\"a\"}", 0, 4 },
	{ "{\"a\":}", 0, 5 }, { "{\"a\" 1}", 0, 5 }, { "{,}", 0, 1 },
	{ "{\"a\":1,}", 0, 7 }, { "{a:1}", 0, 1 }, { "{1:1}", 0, 1 },
	{ "{'a':1}", 0, 1 }, { "01", 0, 0 }, { "-", 0, 0 }, { "+1", 0, 0 },
	{ ".5", 0, 0 }, { "1.", 0, 0 }, { "1.e1", 0, 0 }, { "1e", 0, 0 },
	{ "1e+", 0, 0 }, { "-01", 0, 0 }, { "0x1", 0, 1 }, { "NaN", 0, 0 },
	{ "Infinity", 0, 0 }, { "-Infinity", 0, 0 }, { "True", 0, 0 },
	{ "tru", 0, 0 }, { "nul", 0, 0 }, { "nulll", 0, 4 },
	{ "\"", 0, 0 }, { "\"a", 0, 0 }, { "\"\\", 0, 1 }, { "\"\\\"", 0, 0 },
	{ "\"\\x41\"", 0, 1 }, { "\"\\u12\"", 0, 1 }, { "\"\\u12g4\"", 0, 1 },
	{ "\"\\'\"", 0, 1 }, { "\"\\U0041\"", 0, 1 }, { "\"\t\"", 0, 1 },
	{ "\"\n\"", 0, 1 }, { "\"\x1f\"", 0, 1 },
	{ "\"\0\"", 3, 1 }, { "\0", 1, 0 }, { "[]\0", 3, 2 },
	{ "\"\\u0000\"", 0, 1 },
	{ "\"\\ud800\"", 0, 1 }, { "\"\\udc00\"", 0, 1 },
	{ "\"\\ud800\\ud800\"", 0, 1 }, { "\"\\ud800x\"", 0, 1 },
	{ "\"\\ud83d\\u0041\"", 0, 1 }, { "\"\\ude00\\ud83d\"", 0, 1 },
	{ "\"\x80\"", 0, 1 }, { "\"\xc0\x80\"", 0, 1 },
	{ "\"\xc1\xbf\"", 0, 1 }, { "\"\xe0\x9f\xbf\"", 0, 1 },
	{ "\"\xed\xa0\x80\"", 0, 1 }, { "\"\xf0\x8f\xbf\xbf\"", 0, 1 },
	{ "\"\xf4\x90\x80\x80\"", 0, 1 }, { "\"\xf5\x80\x80\x80\"", 0, 1 },
	{ "\"\xff\"", 0, 1 }, { "\"\xe2\x82\"", 0, 1 }, { "\"\xc2\"", 0, 1 },
	{ "\xef\xbb\xbf{}", 0, 0 }, { "/**/1", 0, 0 }, { "1#", 0, 1 },
	{ "[1\x0b]", 0, 2 }, { "[1\x0c]", 0, 2 }, { "\xc2\xa0[]", 0, 0 },
	{ "[[[[[1]]]]]", 0, 4 }, { "{\"a\":[[[[]]]]}", 0, 8 },
};

static char
show(const struct jr_tok *t)
{
	static const char letters[] = {
		[JR_OBJ] = '{', [JR_OBJ_END] = '}', [JR_ARR] = '[',
		[JR_ARR_END] = ']', [JR_KEY] = 'k', [JR_STR] = 's',
		[JR_NUM] = '0', [JR_TRUE] = 't', [JR_FALSE] = 'f',
		[JR_NULL] = 'n',
	};

	return letters[t->type];
}

static void
test_good(const struct good *g)
{
	char seen[64];
	struct jr j;
	struct jr_tok t;
	size_t n = 0;
	int ret;

	jr_init(&j, g->text, strlen(g->text), 4);
	while ((ret = jr_next(&j, &t)) > 0 && n < sizeof(seen) - 1)
		seen[n++] = show(&t);
	seen[n] = '\0';
	tap_int(ret, 0, "accepted: %s", g->tokens);
	tap_str(seen, g->tokens, "its tokens");
}

static void
test_bad(const char *text, size_t n, size_t at)
{
	char *exact = malloc(n ? n : 1);
	struct jr j;
	struct jr_tok t;
	int ret;

	if (!exact)
		abort();
	memcpy(exact, text, n);	/* so that ASan sees an overrun */
	jr_init(&j, exact, n, 4);
	do {
		ret = jr_next(&j, &t);
	} while (ret > 0);
	if (!tap_ok(ret == -EINVAL && j.at == at && j.why,
	    "refused at %zu", at)) {
		tap_show("text", text, n);
		tap_diag("ret %d at %zu", ret, j.at);
	}
	free(exact);
}

static void
test_unescape(const char *text, const char *want, size_t n)
{
	char out[64];
	struct jr j;
	struct jr_tok t;

	jr_init(&j, text, strlen(text), 4);
	tap_int(jr_next(&j, &t), 1, "a string");
	tap_ok(t.escaped, "has escapes");
	tap_mem(out, jr_unescape(&t, out), want, n, "%s", text);
}

static void
test_skip(void)
{
	const char text[] = "[{\"a\":[1,{}]},2]";
	struct jr j;
	struct jr_tok t;

	jr_init(&j, text, strlen(text), 8);
	tap_int(jr_next(&j, &t), 1, "the array");
	tap_int(jr_next(&j, &t), 1, "the object");
	tap_int(jr_skip(&j, &t), 0, "over the object");
	tap_int(jr_next(&j, &t), 1, "what follows");
	tap_mem(t.p, t.n, "2", 1, "is 2");
	tap_int(jr_skip(&j, &t), 0, "over a scalar");
	tap_int(jr_next(&j, &t), 1, "is nothing");
	tap_int(t.type, JR_ARR_END, "the end of the array");
	tap_int(jr_next(&j, &t), 0, "the end");
}

int
main(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(good); i++)
		test_good(&good[i]);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		test_bad(bad[i].text, bad[i].n ? bad[i].n :
		    strlen(bad[i].text), bad[i].at);
	test_unescape("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t", 8);
	test_unescape("\"a\\u0041\\u00e9\\u20ac\\ud83d\\ude00z\"",
	    "aA\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z", 12);
	test_unescape("\"\\uffff\\uD800\\uDC00\"",
	    "\xef\xbf\xbf\xf0\x90\x80\x80", 7);
	test_skip();
	return tap_done();
}
