/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "bundle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libpsl.h>

#include "dname.h"
#include "sha1.h"
#include "tap.h"

#define LIST	"/usr/share/publicsuffix/public_suffix_list.dat"

/*
 * By hand, from the list and the algorithm at publicsuffix.org/list: the rule
 * that has most labels wins, an exception before all, "*" where there is
 * none; the domain is the suffix and one label more. The rule is named where
 * it is not plain to see. Only rules that have been there for years.
 */
static const struct {
	const char *host, *domain, *why;
} cases[] = {
	{ "example.com", "example.com", "com" },
	{ "www.example.com", "example.com", "com" },
	{ "a.b.c.d.example.com", "example.com", "com" },
	{ "com", "com", "a suffix itself" },
	{ "co.uk", "co.uk", "a suffix itself" },
	{ "example.co.uk", "example.co.uk", "co.uk" },
	{ "a.b.example.co.uk", "example.co.uk", "co.uk" },
	{ "b.example.uk.com", "example.uk.com", "uk.com, a private one" },
	{ "test.ac", "test.ac", "ac" },
	{ "www.test.ac", "test.ac", "ac" },
	{ "c.mm", "c.mm", "*.mm: a suffix itself" },
	{ "b.c.mm", "b.c.mm", "*.mm" },
	{ "a.b.c.mm", "b.c.mm", "*.mm" },
	{ "mm", "mm", "no rule, but *" },
	{ "www.ck", "www.ck", "!www.ck" },
	{ "www.www.ck", "www.ck", "!www.ck" },
	{ "b.test.ck", "b.test.ck", "*.ck" },
	{ "test.ck", "test.ck", "*.ck: a suffix itself" },
	{ "a.b.test.ck", "b.test.ck", "*.ck" },
	{ "city.kobe.jp", "city.kobe.jp", "!city.kobe.jp" },
	{ "www.city.kobe.jp", "city.kobe.jp", "!city.kobe.jp" },
	{ "c.kobe.jp", "c.kobe.jp", "*.kobe.jp: a suffix itself" },
	{ "a.b.c.kobe.jp", "b.c.kobe.jp", "*.kobe.jp" },
	{ "a.test.jp", "test.jp", "jp" },
	{ "a.test.ac.jp", "test.ac.jp", "ac.jp" },
	{ "a.b.ide.kyoto.jp", "b.ide.kyoto.jp", "ide.kyoto.jp" },
	{ "www.test.k12.ak.us", "test.k12.ak.us", "k12.ak.us" },
	{ "www.test.ak.us", "test.ak.us", "ak.us" },
	{ "someone.github.io", "someone.github.io", "github.io, private" },
	{ "x.someone.github.io", "someone.github.io", "github.io, private" },
	{ "mydisk.duckdns.org", "mydisk.duckdns.org", "duckdns.org" },
	{ "euw1.tplinkcloud.com", "tplinkcloud.com", "com" },
	{ "lamp.fritz.box", "fritz.box", "box" },
	{ "tv.home.lan", "home.lan", "no rule, but *" },
	{ "xn--85x722f.com.cn", "xn--85x722f.com.cn", "com.cn" },
	{ "www.xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn",
	    "company in Chinese .cn" },
	{ "xn--55qx5d.cn", "xn--55qx5d.cn", "a suffix itself" },
	{ "a.shishi.xn--fiqs8s", "shishi.xn--fiqs8s", "China in Chinese" },
	/* What is not asked of the list. */
	{ "localhost", "localhost", "a single label" },
	{ "printer.local", "printer.local", "local" },
	{ "my\\032printer._ipp._tcp.local",
	    "my\\032printer._ipp._tcp.local", "local" },
	{ "1.8.168.192.in-addr.arpa", "1.8.168.192.in-addr.arpa", "arpa" },
	{ "lamp.home.arpa", "lamp.home.arpa", "arpa" },
	{ "x.notlocal", "x.notlocal", "no rule, but *" },
	{ "a.x.notlocal", "x.notlocal", "no rule, but *" },
	{ "192.168.8.1", "192.168.8.1", "an address" },
	{ "fe80::1", "fe80::1", "an address" },
	{ "::ffff:192.0.2.1", "::ffff:192.0.2.1", "an address" },
	/* Escapes: a dot behind a backslash is none. */
	{ "a\\.b.example.com", "example.com", "in a lower label" },
	{ "x.a\\.b.com", "a\\.b.com", "in the domain's label" },
	{ "x.example\\.co.uk", "example\\.co.uk", "is not co.uk" },
	{ "x.a\\\\.co.uk", "a\\\\.co.uk", "an escaped backslash, a dot" },
	{ "x.a\\\\\\.co.uk", "a\\\\\\.co.uk", "backslash and dot escaped" },
	{ "a.caf\\195\\169.com", "caf\\195\\169.com", "bytes" },
	{ "x.y\\.com", "x.y\\.com", "no rule, but *" },
	{ "w.x.y\\.com", "x.y\\.com", "no rule, but *" },
	{ "a.b.com\\", "b.com\\", "a lone backslash" },
	{ "a.b\\", "a.b\\", "a lone backslash" },
	/* Not as records have them. */
	{ "www.example.com.", "example.com", "a final dot" },
	{ "localhost.", "localhost", "a final dot" },
	{ "WWW.Example.CO.UK", "Example.CO.UK", "capitals" },
	{ "Printer.LOCAL", "Printer.LOCAL", "capitals" },
	{ "www.b\xc3\xa9.com", "b\xc3\xa9.com", "UTF-8" },
	{ "a.\xe5\x85\xac\xe5\x8f\xb8.cn", "\xe5\x85\xac\xe5\x8f\xb8.cn",
	    "UTF-8 is no xn-- label" },
	{ "", "", "nothing" },
	{ ".", ".", "the root" },
	{ "..", "..", "dots" },
	{ ".com", ".com", "an empty label" },
	{ ".example.com", ".example.com", "an empty label" },
	{ "a..example.com", "a..example.com", "an empty label" },
	{ "example..com", "example..com", "an empty label" },
	{ "example.com..", "example.com..", "an empty label" },
};

static void
test_cases(const struct bundle *b)
{
	struct str host, got;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		host = str_of(cases[i].host);
		got = bundle_domain(b, host);
		tap_mem(got.p, got.n, cases[i].domain,
		    strlen(cases[i].domain), "%s (%s)", cases[i].host,
		    cases[i].why);
		if (got.p < host.p || got.p + got.n > host.p + host.n)
			tap_ok(false, "is a slice of it");
	}
}

/* Names as long as they get, in memory of exactly their size. */
static void
test_long(const struct bundle *b)
{
	static const char tail[] = ".example.co.uk";
	size_t tn = sizeof(tail) - 1, n;
	struct str got;
	char *p;

	for (n = DNAME_TEXT - 1; n <= DNAME_TEXT + 1; n++) {
		p = malloc(n);
		if (!p)
			abort();
		memset(p, 'a', n);
		memcpy(p + n - tn, tail, tn);
		got = bundle_domain(b, (struct str){ p, n });
		if (n <= DNAME_TEXT)
			tap_mem(got.p, got.n, tail + 1, tn - 1, "%zu bytes", n);
		else
			tap_ok(got.p == p && got.n == n,
			    "%zu bytes are no name", n);
		free(p);
	}
}

/* 500 labels: "a.a.a....example.com". */
static void
test_labels(const struct bundle *b)
{
	char name[1020];
	struct str got;
	size_t i;

	for (i = 0; i < 1000; i++)
		name[i] = i % 2 == 0 ? 'a' : '.';
	memcpy(name + 1000, "example.com", 11);
	got = bundle_domain(b, (struct str){ name, 1011 });
	tap_mem(got.p, got.n, "example.com", 11, "500 labels");
}

/* The rules of the list, sorted as text; those with other bytes left out. */
struct rules {
	char **v;
	size_t n;
};

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
rules_read(struct rules *r, FILE *f)
{
	char line[256], *p;

	r->v = malloc(20000 * sizeof(*r->v));
	r->n = 0;
	while (r->v && r->n < 20000 && fgets(line, sizeof(line), f)) {
		line[strcspn(line, " \t\r\n")] = '\0';
		for (p = line; *p > 0; p++)
			;
		if (line[0] == '\0' || line[0] == '/' || *p != '\0')
			continue;
		r->v[r->n] = strdup(line);
		if (!r->v[r->n++])
			abort();
	}
	qsort(r->v, r->n, sizeof(*r->v), by_text);
}

static bool
is_rule(const struct rules *r, const char *start, const char *rest)
{
	char text[600];
	const char *key = text;

	(void)snprintf(text, sizeof(text), "%s%s", start, rest);
	return bsearch(&key, r->v, r->n, sizeof(*r->v), by_text) != NULL;
}

/* The algorithm, word for word, from the longest candidate down. */
static const char *
reference(const struct rules *r, const char *host)
{
	const char *p = host, *before = host, *dot;

	for (;;) {
		dot = strchr(p, '.');
		if (is_rule(r, "!", p))
			return p;
		if (!dot || is_rule(r, "", p) || is_rule(r, "*", dot))
			return before;
		before = p;
		p = dot + 1;
	}
}

static const char *
host_of(char to[static 600], const char *rule, int form)
{
	static const char *const starts[] = { "", "a.", "b.a.", "c.b.a." };

	rule += rule[0] == '!';
	if (strncmp(rule, "*.", 2) == 0)
		(void)snprintf(to, 600, "%sx%s", starts[form], rule + 1);
	else
		(void)snprintf(to, 600, "%s%s", starts[form], rule);
	return to;
}

/* Whether libpsl goes by this file: its own list is older, or made of it. */
static bool
same_list(FILE *f)
{
	uint8_t digest[SHA1_BYTES];
	char chunk[4096], hex[2 * SHA1_BYTES + 1];
	struct sha1 s;
	size_t n;

	sha1_init(&s);
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		sha1_add(&s, chunk, n);
	sha1_end(&s, digest);
	rewind(f);
	for (n = 0; n < SHA1_BYTES; n++)
		(void)snprintf(hex + 2 * n, 3, "%02x", digest[n]);
	return psl_builtin_outdated() == 1 ||
	    strcmp(psl_builtin_sha1sum(), hex) == 0;
}

/* Names made of every rule, against the algorithm above. */
static void
test_list(const struct bundle *b)
{
	struct rules r;
	char host[600];
	struct str got;
	const char *want;
	unsigned wrong = 0, seen = 0;
	FILE *f = fopen(LIST, "r");
	size_t i;
	int form;

	if (!f || !same_list(f)) {
		tap_skip(f ? "libpsl has another list" : "no " LIST,
		    "names made of the list's rules");
		if (f)
			(void)fclose(f);
		return;
	}
	rules_read(&r, f);
	for (i = 0; i < r.n; i++) {
		for (form = 0; form < 4; form++) {
			got = str_of(host_of(host, r.v[i], form));
			if (strlen(host) > 5 && strcmp(host + strlen(host) - 5,
			    ".arpa") == 0)
				continue;
			got = bundle_domain(b, got);
			want = reference(&r, host);
			seen++;
			if (str_eq(got, str_of(want)))
				continue;
			if (wrong++ < 10)
				tap_diag("%s: got %.*s, want %s", host,
				    (int)got.n, got.p, want);
		}
	}
	tap_ok(seen > 20000 && wrong == 0, "%u names made of the list's rules",
	    seen);
	for (i = 0; i < r.n; i++)
		free(r.v[i]);
	free(r.v);
	(void)fclose(f);
}

int
main(void)
{
	struct bundle *b = bundle_new();

	if (!tap_ok(b != NULL, "there is a list"))
		return tap_done();
	test_cases(b);
	test_long(b);
	test_labels(b);
	test_list(b);
	bundle_free(b);
	return tap_done();
}
