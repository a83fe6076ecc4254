/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "fetch.h"

#include "addr.h"
#include "fetch_priv.h"
#include "num.h"
#include "str.h"

#define NAME_MAX_BYTES	253	/* RFC 1035, without the final dot */
#define LABEL_MAX_BYTES	63

/*
 * Read here and not by libcurl's rules, which take more than one spelling for
 * the same address ("0x7f.1", "%31", a zone): what is left reads alike for
 * everybody.
 */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_alnum(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* RFC 3986 section 2: all but what has to be percent-encoded. */
static bool
is_uri_char(char c)
{
	return is_alnum(c) || (c && strchr("-._~:/?#[]@!$&'()*+,;=%", c));
}

static const char *
chars_fault(const char *s)
{
	for (; *s; s++) {
		if (!is_uri_char(*s))
			return "it has a character that no URL may have";
		if (*s == '%' && (num_hex(s[1]) < 0 || num_hex(s[2]) < 0))
			return "it has a % without two hexadecimal digits";
	}
	return NULL;
}

static bool
is_https(const char *s, const char *colon)
{
	static const char want[] = "https";
	size_t i;

	for (i = 0; i < sizeof(want) - 1; i++)
		if (s + i >= colon || (s[i] | 0x20) != want[i])
			return false;
	return s + i == colon;
}

/* Digits, or 0x and more: what some would read as a number. */
static bool
is_number(struct str s)
{
	size_t i;

	if (s.n > 1 && s.p[0] == '0' && (s.p[1] | 0x20) == 'x')
		return true;
	for (i = 0; i < s.n; i++)
		if (!is_digit(s.p[i]))
			return false;
	return true;
}

static const char *
label_fault(struct str s)
{
	size_t i;

	if (s.n == 0)
		return "its host has an empty label";
	if (s.n > LABEL_MAX_BYTES)
		return "its host has a label of more than 63 bytes";
	if (s.p[0] == '-' || s.p[s.n - 1] == '-')
		return "its host has a label that begins or ends with a hyphen";
	for (i = 0; i < s.n; i++)
		if (!is_alnum(s.p[i]) && s.p[i] != '-')
			return "its host is neither a name nor an address";
	return NULL;
}

static const char *
name_fault(struct str host)
{
	const char *end = host.p + host.n, *s = host.p, *dot, *fault;
	struct str label;
	struct addr a;

	if (host.n == 0)
		return "it has no host";
	if (host.n > NAME_MAX_BYTES)
		return "its host is longer than a name can be";
	if (end[-1] == '.')
		return "its host ends in a dot";
	for (;; s = dot + 1) {
		dot = memchr(s, '.', (size_t)(end - s));
		label = (struct str){ s, (size_t)((dot ? dot : end) - s) };
		fault = label_fault(label);
		if (fault)
			return fault;
		if (!dot)
			break;
	}
	if (is_number(label) && addr_parse(&a, host.p, host.n) != 0)
		return "its host is an address in an unusual form";
	return NULL;
}

static const char *
address_fault(struct str host)
{
	struct addr a;

	if (memchr(host.p, '%', host.n))
		return "its address has a zone";
	if (addr_parse(&a, host.p, host.n) != 0 || a.ver != 6)
		return "what it has in brackets is not an IPv6 address";
	return NULL;
}

/* What is behind the host: nothing, or a colon and the port. */
static const char *
port_fault(struct str s)
{
	unsigned port = 0;
	size_t i;

	if (s.n == 0)
		return NULL;
	for (i = 1; i < s.n && i < 6 && is_digit(s.p[i]); i++)
		port = port * 10 + (unsigned)(s.p[i] - '0');
	if (s.p[0] != ':' || i != s.n || port == 0 || port > 65535)
		return "its port is not a number from 1 to 65535";
	return NULL;
}

static const char *
authority_fault(struct str s)
{
	const char *end = s.p + s.n, *host_end, *fault;
	bool bracket = s.n > 0 && *s.p == '[';

	if (memchr(s.p, '@', s.n))
		return "it has a user name in it";
	host_end = memchr(s.p, bracket ? ']' : ':', s.n);
	if (bracket && !host_end)
		return "its bracket is not closed";
	if (!host_end)
		host_end = end;
	if (bracket)
		fault = address_fault((struct str){ s.p + 1,
		    (size_t)(host_end++ - s.p) - 1 });
	else
		fault = name_fault((struct str){ s.p,
		    (size_t)(host_end - s.p) });
	if (fault)
		return fault;
	return port_fault((struct str){ host_end, (size_t)(end - host_end) });
}

const char *
fetch_url_wrong(const char *url, size_t max, const char **word)
{
	const char *colon = url + strcspn(url, ":/?#"), *fault, *rest;

	*word = "url";
	if (strnlen(url, max + 1) > max)
		return "it is too long";
	if (*colon != ':')
		return "it is not an absolute URL";
	if (!is_https(url, colon)) {
		*word = "not-https";
		return "it is not https";
	}
	fault = chars_fault(url);
	if (fault)
		return fault;
	if (colon[1] != '/' || colon[2] != '/')
		return "it has no host";
	rest = colon + 3;
	fault = authority_fault((struct str){ rest, strcspn(rest, "/?#") });
	if (fault)
		return fault;
	rest += strcspn(rest, "/?#");
	if (strchr(rest, '#'))
		return "it has a fragment";
	if (strpbrk(rest, "[]"))
		return "it has a bracket outside of its host";
	return NULL;
}

const char *
fetch_url_fault(const char *url)
{
	const char *word;

	return fetch_url_wrong(url, FETCH_URL, &word);
}
