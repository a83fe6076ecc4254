/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "bundle.h"

#include <stdbool.h>

#include <libpsl.h>

#include "dname.h"

/* libpsl has but a pointer, which is that of the caller here. */
struct bundle *
bundle_new(void)
{
	return (struct bundle *)psl_latest(NULL);
}

void
bundle_free(struct bundle *b)
{
	psl_free((psl_ctx_t *)b);
}

/* A byte as libpsl is to see it: it knows nothing of escapes and of case. */
static char
plain(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return c > ' ' && c < 0x7f ? c : '_';
}

/*
 * The name with the same labels at the same places, whose dots are all
 * between labels: of an escape, the backslash and what follows it become
 * underscores, which no rule has. Without a dot at its end; returns the
 * length, or 0 if there is a label without any byte.
 */
static size_t
normalize(char to[static DNAME_TEXT + 1], struct str host)
{
	size_t i, start = 0;

	for (i = 0; i < host.n; i++) {
		to[i] = plain(host.p[i]);
		if (to[i] == '\\') {
			to[i] = '_';
			if (i + 1 < host.n)
				to[++i] = '_';
		} else if (to[i] == '.') {
			if (i == start)
				return 0;
			start = i + 1;
		}
	}
	if (start == i && i > 0)
		i--;
	to[i] = '\0';
	return i;
}

static bool
is_number(const char *s)
{
	return s[strspn(s, "0123456789")] == '\0';
}

/*
 * Whether the labels of a name belong to nobody who registered them: it is
 * one alone, or an address, or what RFC 6762 and RFC 3172 set apart.
 */
static bool
is_own(const char *name)
{
	const char *last = strrchr(name, '.');

	return !last || is_number(last + 1) || strcmp(last, ".local") == 0 ||
	    strcmp(last, ".arpa") == 0;
}

struct str
bundle_domain(const struct bundle *b, struct str host)
{
	char name[DNAME_TEXT + 1];
	const char *domain;
	size_t n, skip;

	if (host.n > DNAME_TEXT)
		return host;
	n = normalize(name, host);
	if (n == 0)
		return host;
	domain = is_own(name) ? NULL :
	    psl_registrable_domain((const psl_ctx_t *)b, name);
	skip = domain ? (size_t)(domain - name) : 0;
	return (struct str){ host.p + skip, n - skip };
}
