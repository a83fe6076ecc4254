/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "utf8.h"

#include "tap.h"

/*
 * Every character encodes as RFC 3629 section 3 lays it out and decodes to
 * itself; surrogates do not decode.
 */
static void
test_all_characters(void)
{
	unsigned long wrong = 0;
	uint32_t c, got;
	char s[4];
	size_t n, want;

	for (c = 0; c <= 0x10ffff; c++) {
		want = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
		n = utf8_put(s, c);
		if (c >= 0xd800 && c <= 0xdfff)
			wrong += utf8_char(s, n, &got) != 0;
		else
			wrong += n != want || utf8_char(s, n, &got) != n ||
			    got != c || utf8_char(s, n - 1 + (n == 1), &got) !=
			    (n == 1);
	}
	tap_uint(wrong, 0, "all characters there are");
}

/* Of all pairs of bytes exactly those of RFC 3629's table are UTF-8. */
static void
test_all_pairs(void)
{
	unsigned a, b, wrong = 0;
	bool want;
	char s[2];

	for (a = 0; a < 256; a++)
		for (b = 0; b < 256; b++) {
			s[0] = (char)a;
			s[1] = (char)b;
			want = (a < 0x80 && b < 0x80) || (a >= 0xc2 &&
			    a <= 0xdf && b >= 0x80 && b <= 0xbf);
			wrong += utf8_valid(s, 2) != want;
		}
	tap_uint(wrong, 0, "all pairs of bytes");
}

/* RFC 3629 section 4, the rows of three and four bytes. */
static bool
third_row(const unsigned char *s)
{
	unsigned lo = s[0] == 0xe0 ? 0xa0 : 0x80;
	unsigned hi = s[0] == 0xed ? 0x9f : 0xbf;

	return (s[0] & 0xf0) == 0xe0 && s[1] >= lo && s[1] <= hi &&
	    s[2] >= 0x80 && s[2] <= 0xbf;
}

static void
test_three_bytes(void)
{
	unsigned a, b, c, wrong = 0;
	unsigned char s[3];
	uint32_t got;

	for (a = 0xe0; a < 0x100; a++)
		for (b = 0x70; b < 0xd0; b++)
			for (c = 0x70; c < 0xd0; c++) {
				s[0] = (unsigned char)a;
				s[1] = (unsigned char)b;
				s[2] = (unsigned char)c;
				wrong += (utf8_char((char *)s, 3, &got) == 3)
				    != third_row(s);
			}
	tap_uint(wrong, 0, "three bytes");
}

static void
test_escape(const char *raw, size_t n, const char *want)
{
	char text[256], back[256];
	size_t len = utf8_escape(text, raw, n);

	tap_mem(text, len, want, strlen(want), "escaped: %s", want);
	tap_mem(back, utf8_unescape(back, text, len), raw, n, "and back");
}

#define ESCAPE(raw, want) test_escape(raw, sizeof(raw) - 1, want)

static void
test_escapes(void)
{
	ESCAPE("", "");
	ESCAPE("HS110", "HS110");
	ESCAPE("a\\b", "a\\\\b");
	ESCAPE("\\x41", "\\\\x41");
	ESCAPE("\\\\", "\\\\\\\\");
	ESCAPE("\0\x1b[2J\n\t\x7f", "\\x00\\x1b[2J\\x0a\\x09\\x7f");
	ESCAPE("caf\xc3\xa9 \xe2\x82\xac", "caf\xc3\xa9 \xe2\x82\xac");
	ESCAPE("\xc2\x80\xc2\x9f\xc2\xa1", "\\xc2\\x80\\xc2\\x9f\xc2\xa1");
	ESCAPE("\xff\xc3", "\\xff\\xc3");
	ESCAPE("\xc3(", "\\xc3(");
	ESCAPE("\xe2\x80\xae" "exe", "\\xe2\\x80\\xaeexe");
	ESCAPE("a\xe2\x80\x8b" "b", "a\\xe2\\x80\\x8bb");
	ESCAPE("\xed\xa0\x80", "\\xed\\xa0\\x80");
	ESCAPE("\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80");
}

/* Any bytes come back, and what is written is valid and shown. */
static void
test_any_bytes(void)
{
	char raw[64], text[UTF8_ESCAPED(64)], back[UTF8_ESCAPED(64)];
	uint64_t seed = 1;
	unsigned long wrong = 0, i;
	static const char odd[] = "\\x0\xe2\x80\xae\xc3\xa9";
	uint32_t c;
	size_t j, n, len, at;

	for (i = 0; i < 20000; i++) {
		for (j = 0; j < sizeof(raw); j++) {
			seed = seed * 6364136223846793005u +
			    1442695040888963407u;
			raw[j] = (char)(seed >> 56);
			if (seed >> 40 & 1)
				raw[j] = odd[seed >> 33 & 7];
		}
		n = utf8_escape(text, raw, sizeof(raw));
		len = utf8_unescape(back, text, n);
		wrong += len != sizeof(raw) || memcmp(back, raw, len) != 0;
		for (at = 0; at < n; at += len) {
			len = utf8_char(text + at, n - at, &c);
			if (!len || !utf8_shown(c)) {
				wrong++;
				break;
			}
		}
	}
	tap_uint(wrong, 0, "20000 times 64 bytes");
}

static void
test_shown(void)
{
	/* Controls, Bidi_Control (UAX 9), zero width, tags: all hidden. */
	static const uint32_t hidden[] = { 0, 0x1b, 0x1f, 0x7f, 0x80, 0x9b,
		0x9f, 0xad, 0x61c, 0x180e, 0x200b, 0x200c, 0x200d, 0x200e,
		0x200f, 0x2028, 0x2029, 0x202a, 0x202b, 0x202c, 0x202d,
		0x202e, 0x2060, 0x2066, 0x2067, 0x2068, 0x2069, 0xfeff,
		0xfe0f, 0xfffe, 0x1ffff, 0xe0001, 0xe007f, 0x10ffff };
	static const uint32_t shown[] = { ' ', '~', 0xa0, 0xe9, 0x301, 0x2014,
		0x2026, 0x20ac, 0x4e2d, 0xfffd, 0x1f600 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(hidden); i++)
		tap_ok(!utf8_shown(hidden[i]), "U+%04X is not shown",
		    (unsigned)hidden[i]);
	for (i = 0; i < ARRAY_SIZE(shown); i++)
		tap_ok(utf8_shown(shown[i]), "U+%04X is shown",
		    (unsigned)shown[i]);
}

int
main(void)
{
	char back[8];

	test_all_characters();
	test_all_pairs();
	test_three_bytes();
	tap_ok(!utf8_valid("a\xe2\x82", 3), "cut off");
	tap_ok(utf8_valid("", 0), "nothing is valid");
	test_escapes();
	tap_mem(back, utf8_unescape(back, "\\q\\x4\\", 6), "\\q\\x4\\", 6,
	    "what is no escape stays");
	tap_mem(back, utf8_unescape(back, "\\x4F\\x4f", 8), "OO", 2,
	    "digits in either case");
	test_any_bytes();
	test_shown();
	return tap_done();
}
