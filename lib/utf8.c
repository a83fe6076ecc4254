/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "utf8.h"

#include "num.h"

static bool
is_tail(const unsigned char *s)
{
	return (*s & 0xc0) == 0x80;
}

size_t
utf8_char(const char *text, size_t n, uint32_t *c)
{
	const unsigned char *s = (const unsigned char *)text;

	if (s[0] < 0x80) {
		*c = s[0];
		return 1;
	}
	/* RFC 3629 section 4: c0, c1 and f5 on never appear. */
	if (s[0] < 0xc2 || s[0] > 0xf4 || n < 2 || !is_tail(s + 1))
		return 0;
	if (s[0] < 0xe0) {
		*c = (s[0] & 0x1fu) << 6 | (s[1] & 0x3fu);
		return 2;
	}
	if (n < 3 || !is_tail(s + 2))
		return 0;
	if (s[0] < 0xf0) {
		*c = (s[0] & 0x0fu) << 12 | (s[1] & 0x3fu) << 6 |
		    (s[2] & 0x3fu);
		return *c < 0x800 || (*c & 0xf800) == 0xd800 ? 0 : 3;
	}
	if (n < 4 || !is_tail(s + 3))
		return 0;
	*c = (s[0] & 0x07u) << 18 | (s[1] & 0x3fu) << 12 |
	    (s[2] & 0x3fu) << 6 | (s[3] & 0x3fu);
	return *c < 0x10000 || *c > 0x10ffff ? 0 : 4;
}

size_t
utf8_put(char *to, uint32_t c)
{
	if (c < 0x80) {
		to[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (char)(0xc0 | c >> 6);
		to[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		to[0] = (char)(0xe0 | c >> 12);
		to[1] = (char)(0x80 | (c >> 6 & 0x3f));
		to[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	to[0] = (char)(0xf0 | c >> 18);
	to[1] = (char)(0x80 | (c >> 12 & 0x3f));
	to[2] = (char)(0x80 | (c >> 6 & 0x3f));
	to[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

bool
utf8_valid(const char *s, size_t n)
{
	uint32_t c;
	size_t len;

	for (; n > 0; s += len, n -= len) {
		len = utf8_char(s, n, &c);
		if (!len)
			return false;
	}
	return true;
}

bool
utf8_shown(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} hidden[] = {
		{ 0x00, 0x1f }, { 0x7f, 0x9f }, { 0xad, 0xad },
		{ 0x34f, 0x34f }, { 0x61c, 0x61c }, { 0x115f, 0x1160 },
		{ 0x17b4, 0x17b5 }, { 0x180b, 0x180f }, { 0x200b, 0x200f },
		{ 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0x3164, 0x3164 },
		{ 0xfdd0, 0xfdef }, { 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff },
		{ 0xffa0, 0xffa0 }, { 0xfff0, 0xfffb },
		{ 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a },
		{ 0xe0000, 0xe0fff },
	};
	size_t i;

	if (c >= 0x20 && c < 0x7f)
		return true;
	if ((c & 0xfffe) == 0xfffe)
		return false;
	for (i = 0; i < ARRAY_SIZE(hidden); i++)
		if (c <= hidden[i].last)
			return c < hidden[i].first;
	return true;
}

static size_t
put_hex(char *to, unsigned char b)
{
	static const char hex[] = "0123456789abcdef";

	to[0] = '\\';
	to[1] = 'x';
	to[2] = hex[b >> 4];
	to[3] = hex[b & 15];
	return 4;
}

size_t
utf8_escape(char *to, const char *s, size_t n)
{
	size_t out = 0, len, i;
	uint32_t c;
	bool shown;

	for (; n > 0; s += len, n -= len) {
		len = utf8_char(s, n, &c);
		shown = len && utf8_shown(c);
		if (!len)
			len = 1;
		if (*s == '\\')
			to[out++] = '\\';
		for (i = 0; i < len; i++) {
			if (shown)
				to[out++] = s[i];
			else
				out += put_hex(to + out, (unsigned char)s[i]);
		}
	}
	return out;
}

size_t
utf8_unescape(char *to, const char *s, size_t n)
{
	size_t out = 0, i;

	for (i = 0; i < n; i++) {
		if (s[i] == '\\' && i + 1 < n && s[i + 1] == '\\') {
			i++;
		} else if (s[i] == '\\' && i + 3 < n && s[i + 1] == 'x' &&
		    num_hex(s[i + 2]) >= 0 && num_hex(s[i + 3]) >= 0) {
			to[out++] = (char)(num_hex(s[i + 2]) << 4 |
			    num_hex(s[i + 3]));
			i += 3;
			continue;
		}
		to[out++] = s[i];
	}
	return out;
}
