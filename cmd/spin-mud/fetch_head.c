/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "fetch_priv.h"

#define AGE_MAX		INT64_C(2147483648)	/* RFC 9111 section 1.2.2 */

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct str
trim(struct str s)
{
	while (s.n > 0 && is_blank(s.p[s.n - 1]))
		s.n--;
	while (s.n > 0 && is_blank(*s.p)) {
		s.p++;
		s.n--;
	}
	return s;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

/* The same, whatever the case; `word` is lower case. */
static bool
is(struct str s, const char *word)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (!word[i] || lower(s.p[i]) != word[i])
			return false;
	return !word[i];
}

/* What is before a character, the rest left in `s`; all if there is none. */
static struct str
cut(struct str *s, char c)
{
	const char *at = s->n ? memchr(s->p, c, s->n) : NULL;
	struct str head = *s;

	if (!at) {
		s->p += s->n;
		s->n = 0;
		return trim(head);
	}
	head.n = (size_t)(at - s->p);
	s->n -= head.n + 1;
	s->p = at + 1;
	return trim(head);
}

/* A copy if it is printable ASCII and fits; else nothing. */
static void
keep(char *to, size_t room, struct str s)
{
	size_t i;

	*to = '\0';
	if (s.n >= room)
		return;
	for (i = 0; i < s.n; i++)
		if (s.p[i] < 0x20 || s.p[i] > 0x7e)
			return;
	memcpy(to, s.p, s.n);
	to[s.n] = '\0';
}

static void
keep_type(struct fetch_head *h, struct str s)
{
	char *p;

	keep(h->type, sizeof(h->type), cut(&s, ';'));
	for (p = h->type; *p; p++)
		*p = lower(*p);
}

/* Digits, cut off at AGE_MAX; -1 if it is something else. */
static int64_t
seconds(struct str s)
{
	int64_t v = 0;
	size_t i;

	if (s.n == 0)
		return -1;
	for (i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return -1;
		if (v < AGE_MAX)
			v = v * 10 + (s.p[i] - '0');
	}
	return v < AGE_MAX ? v : AGE_MAX;
}

/* Of several, the one that holds for less; what is no number has passed. */
static void
take_max_age(struct fetch_head *h, struct str s)
{
	int64_t v;

	if (s.n > 1 && s.p[0] == '"' && s.p[s.n - 1] == '"')
		s = (struct str){ s.p + 1, s.n - 2 };
	v = seconds(s);
	if (v < 0)
		v = 0;
	if (h->max_age < 0 || v < h->max_age)
		h->max_age = v;
}

static void
take_cache_control(struct fetch_head *h, struct str s)
{
	struct str item, name;

	while (s.n > 0) {
		item = cut(&s, ',');
		name = cut(&item, '=');
		if (is(name, "max-age"))
			take_max_age(h, trim(item));
		else if (is(name, "no-store") || is(name, "no-cache"))
			h->no_store = true;
	}
}

static int
number(const char *s, size_t n)
{
	int v = 0;

	for (; n > 0; n--, s++) {
		if (*s < '0' || *s > '9')
			return -1;
		v = v * 10 + (*s - '0');
	}
	return v;
}

static int
month(const char *s)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	int i;

	for (i = 0; i < 12; i++)
		if (memcmp(names + 3 * i, s, 3) == 0)
			return i + 1;
	return -1;
}

/* Days since 1970-01-01 in the Gregorian calendar, year >= 1. */
static int64_t
days(int y, int m, int d)
{
	/* Years begin in March, so that the leap day is their last. */
	int64_t year = m > 2 ? y : y - 1, mon = m > 2 ? m - 3 : m + 9;

	return year * 365 + year / 4 - year / 100 + year / 400 +
	    (153 * mon + 2) / 5 + d - 1 - 719468;
}

/*
 * "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 section 5.6.7), or 0. The two
 * obsolete forms are not read: what bears them counts as expired, and is
 * asked for again.
 */
static int64_t
http_date(struct str s)
{
	int d, m, y, hh, mm, ss;

	if (s.n != 29 || memcmp(s.p + 25, " GMT", 4) != 0 || s.p[3] != ',' ||
	    s.p[19] != ':' || s.p[22] != ':')
		return 0;
	d = number(s.p + 5, 2);
	m = month(s.p + 8);
	y = number(s.p + 12, 4);
	hh = number(s.p + 17, 2);
	mm = number(s.p + 20, 2);
	ss = number(s.p + 23, 2);
	if (d < 1 || d > 31 || m < 1 || y < 1970 || hh < 0 || hh > 23 ||
	    mm < 0 || mm > 59 || ss < 0 || ss > 60)
		return 0;
	return days(y, m, d) * 86400 + hh * 3600 + mm * 60 + ss;
}

static bool
is_plain(struct str s)
{
	return s.n == 0 || is(s, "identity");
}

void
fetch_head_line(struct fetch_head *h, struct str s)
{
	struct str name;

	if (s.n >= 5 && memcmp(s.p, "HTTP/", 5) == 0) {
		*h = (struct fetch_head)FETCH_HEAD_INIT;
		return;
	}
	name = cut(&s, ':');
	s = trim(s);
	if (is(name, "content-type"))
		keep_type(h, s);
	else if (is(name, "etag"))
		keep(h->etag, sizeof(h->etag), s);
	else if (is(name, "last-modified"))
		keep(h->modified, sizeof(h->modified), s);
	else if (is(name, "cache-control"))
		take_cache_control(h, s);
	else if (is(name, "age"))
		h->age = seconds(s);
	else if (is(name, "date"))
		h->date = http_date(s);
	else if (is(name, "expires"))
		h->expires = http_date(s);
	else if (is(name, "content-encoding"))
		h->coded = h->coded || !is_plain(s);
	else if (is(name, "transfer-encoding"))
		h->transfer_coded = h->transfer_coded || !is(s, "chunked");
}

int64_t
fetch_head_fresh(const struct fetch_head *h, int64_t now)
{
	int64_t age = h->age > 0 ? h->age : 0, holds;

	if (h->no_store)
		return 0;
	if (h->max_age >= 0)
		holds = h->max_age;
	else if (h->expires >= 0)
		holds = h->expires - (h->date > 0 ? h->date : now);
	else
		return -1;
	if (holds > AGE_MAX)
		holds = AGE_MAX;
	return holds > age ? holds - age : 0;
}

bool
fetch_type_in(const char *type, const char *const *list)
{
	if (!list)
		return true;
	for (; *list; list++)
		if (strcmp(type, *list) == 0)
			return true;
	return false;
}
