/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "sight.h"

#include "sight_priv.h"

/* Some clients count the NUL behind a text (RFC 2132 section 2). */
struct str
sight_text(const uint8_t *p, size_t n)
{
	while (n > 0 && p[n - 1] == 0)
		n--;
	return (struct str){ (const char *)p, n };
}

struct str
sight_dname(const uint8_t *p, size_t n, char to[static SIGHT_TEXT_MAX])
{
	size_t i = 0, len = 0, label;

	while (i < n && p[i] != 0) {
		label = p[i++];
		if (label > 63 || label > n - i ||
		    len + label + 1 > SIGHT_TEXT_MAX)
			return (struct str){ to, 0 };
		if (len)
			to[len++] = '.';
		memcpy(to + len, p + i, label);
		len += label;
		i += label;
	}
	return (struct str){ to, len };
}

/* RFC 3986 section 2: what may be in a URI at all. */
static bool
is_uri_char(uint8_t c)
{
	return c > ' ' && c < 0x7f && !memchr("\"<>\\^`{|}", c, 9);
}

static bool
begins_with_https(const uint8_t *p, size_t n)
{
	static const char scheme[] = "https://";
	size_t i, len = sizeof(scheme) - 1;

	for (i = 0; i < len && i < n; i++)
		if ((p[i] >= 'A' && p[i] <= 'Z' ? p[i] + 32 : p[i]) !=
		    scheme[i])
			return false;
	return n > len;
}

struct str
sight_mud_url(struct sight *s, const uint8_t *p, size_t n)
{
	struct str t = sight_text(p, n);
	const char *space = t.n ? memchr(t.p, ' ', t.n) : NULL;
	size_t i;

	if (n == 0)
		return t;
	if (space)
		t.n = (size_t)(space - t.p);
	for (i = 0; i < t.n && is_uri_char(p[i]); i++)
		;
	if (i < t.n || t.n > SIGHT_TEXT_MAX || !begins_with_https(p, t.n)) {
		sight_count(s, SIGHT_BAD_MUD_URL);
		t.n = 0;
	}
	return t;
}

struct str
sight_numbers(const uint8_t *p, size_t n, size_t size,
    char to[static SIGHT_NUMBERS_ROOM])
{
	size_t i, len = 0;

	for (i = 0; i + size <= n && i / size < SIGHT_NUMBERS; i += size) {
		unsigned v = size == 1 ? p[i] : (unsigned)p[i] << 8 | p[i + 1];
		char digits[5];
		size_t k = 0;

		if (len)
			to[len++] = ',';
		do
			digits[k++] = (char)('0' + v % 10);
		while (v /= 10);
		while (k)
			to[len++] = digits[--k];
	}
	return (struct str){ to, len };
}
