/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "dname.h"

#include <errno.h>

#include "tap.h"

/*
 * Expected: RFC 1035 2.3.4, 3.1, 4.1.4 and 5.1, RFC 9267 2 and 3. Names start
 * at offset 12 of a message; what stands there is given as a string constant.
 */
#define L(s)		s, sizeof(s) - 1

static const char label63[] =
	"\77aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

static const struct {
	const char *what;
	const char *bytes;	/* at offset 12 */
	size_t n;
	size_t at;		/* where the name starts */
	int err;		/* or 0 */
	const char *text;
	size_t after;
} cases[] = {
	{ "root", L("\0"), 12, 0, ".", 13 },
	{ "one label", L("\1a\0"), 12, 0, "a", 15 },
	{ "name", L("\3www\7example\3com\0"), 12, 0, "www.example.com", 29 },
	{ "upper case", L("\3WwW\7example\3COM\0"), 12, 0, "www.example.com",
	    29 },
	{ "next to letters", L("\4@[`{\0"), 12, 0, "@[`{", 18 },
	{ "dot in a label", L("\3a.b\1c\0"), 12, 0, "a\\.b.c", 19 },
	{ "label of a dot", L("\1.\0"), 12, 0, "\\.", 15 },
	{ "backslash", L("\3a\\b\0"), 12, 0, "a\\\\b", 17 },
	{ "NUL", L("\3a\0b\0"), 12, 0, "a\\000b", 17 },
	{ "line feed", L("\3a\nb\0"), 12, 0, "a\\010b", 17 },
	{ "ESC", L("\3a\033b\0"), 12, 0, "a\\027b", 17 },
	{ "space", L("\3a b\0"), 12, 0, "a\\032b", 17 },
	{ "DEL", L("\1\177\0"), 12, 0, "\\127", 15 },
	{ "first non-ASCII", L("\1\200\0"), 12, 0, "\\128", 15 },
	{ "C1 control", L("\1\233\0"), 12, 0, "\\155", 15 },
	{ "0xff", L("\1\377\0"), 12, 0, "\\255", 15 },
	{ "UTF-8", L("\2\303\204\0"), 12, 0, "\\195\\132", 16 },
	{ "quote, semicolon", L("\3\";$\0"), 12, 0, "\";$", 17 },
	{ "digits after escape", L("\3\0" "12\0"), 12, 0, "\\00012", 17 },
	{ "backslash and digits", L("\4\\000\0"), 12, 0, "\\\\000", 18 },

	{ "pointer back", L("\3com\0\1a\300\14"), 17, 0, "a.com", 21 },
	{ "pointer only", L("\3com\0\300\14"), 17, 0, "com", 19 },
	{ "pointer to pointer", L("\1x\0\300\14\300\17"), 17, 0, "x", 19 },
	{ "pointer into a name", L("\1a\1b\0\300\16"), 17, 0, "b", 19 },
	{ "pointer to root", L("\0\1a\300\14"), 13, 0, "a", 17 },
	{ "bytes behind", L("\1a\0zzzz"), 12, 0, "a", 15 },

	{ "pointer to itself", L("\300\14"), 12, -ELOOP, NULL, 0 },
	{ "pointer to own labels", L("\1a\300\14"), 12, -ELOOP, NULL, 0 },
	{ "pointer into own label", L("\3abc\300\15"), 12, -ELOOP, NULL, 0 },
	{ "pointer forward", L("\300\16\1a\0"), 12, -ELOOP, NULL, 0 },
	{ "pointer forward behind a label", L("\1a\300\20\1b\0"), 12, -ELOOP,
	    NULL, 0 },
	{ "two in a circle", L("\300\16\300\14"), 12, -ELOOP, NULL, 0 },
	{ "two in a circle, from the other", L("\300\16\300\14"), 14, -ELOOP,
	    NULL, 0 },
	{ "circle through labels", L("\1a\300\20\1b\300\14"), 16, -ELOOP,
	    NULL, 0 },
	{ "pointer past the end", L("\377\377"), 12, -ELOOP, NULL, 0 },
	{ "pointer to the end", L("\1a\300\20"), 12, -ELOOP, NULL, 0 },
	{ "pointer to the start", L("\300\0"), 12, -ELOOP, NULL, 0 },
	{ "pointer into the header", L("\1a\300\13"), 12, -ELOOP, NULL, 0 },

	{ "type 01", L("\100\0"), 12, -EINVAL, NULL, 0 },
	{ "type 01, RFC 2673", L("\101\1\0"), 12, -EINVAL, NULL, 0 },
	{ "type 10", L("\200\0"), 12, -EINVAL, NULL, 0 },
	{ "type 10, largest", L("\277\0"), 12, -EINVAL, NULL, 0 },
	{ "type 01 behind a pointer", L("\100\0\1a\300\14"), 14, -EINVAL,
	    NULL, 0 },

	{ "nothing", L(""), 12, -EBADMSG, NULL, 0 },
	{ "no root", L("\1a"), 12, -EBADMSG, NULL, 0 },
	{ "label cut", L("\3ab"), 12, -EBADMSG, NULL, 0 },
	{ "label longer than all", L("\77"), 12, -EBADMSG, NULL, 0 },
	{ "half a pointer", L("\1a\300"), 12, -EBADMSG, NULL, 0 },
	{ "behind a pointer, cut", L("\2a\300\14"), 14, -EBADMSG, NULL, 0 },
	{ "starts behind the end", L("\1a\0"), 100, -EBADMSG, NULL, 0 },
};

static void
table(void)
{
	uint8_t msg[600], wire[DNAME_WIRE];
	char text[DNAME_TEXT + 1];
	size_t i, at, skipped;
	int n;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		memset(msg, 0, 12);
		memcpy(msg + 12, cases[i].bytes, cases[i].n);
		at = cases[i].at;
		n = dname_unpack(msg, 12 + cases[i].n, &at, wire);
		if (cases[i].err) {
			tap_int(n, cases[i].err, "%s", cases[i].what);
			tap_uint(at, cases[i].at, "%s: stays", cases[i].what);
			continue;
		}
		n = (int)dname_print(wire, n > 0 ? (size_t)n : 0, text);
		text[n] = '\0';
		tap_str(text, cases[i].text, "%s", cases[i].what);
		tap_uint(at, cases[i].after, "%s: after", cases[i].what);
		skipped = cases[i].at;
		n = dname_skip(msg, 12 + cases[i].n, &skipped);
		tap_ok(n == 0 && skipped == at, "%s: skip", cases[i].what);
	}
}

static void
skipping(void)
{
	static const struct {
		const char *bytes;
		size_t n;
		int err;
		size_t after;
	} v[] = {
		{ L("\1a\300\14"), 0, 4 },	/* not followed */
		{ L("\1a\300"), -EBADMSG, 0 },
		{ L("\1a"), -EBADMSG, 0 },
		{ L("\3a"), -EBADMSG, 0 },
		{ L(""), -EBADMSG, 0 },
		{ L("\1a\100"), -EINVAL, 0 },
		{ L("\200"), -EINVAL, 0 },
	};
	size_t i, at;

	for (i = 0; i < ARRAY_SIZE(v); i++) {
		at = 0;
		tap_int(dname_skip((const uint8_t *)v[i].bytes, v[i].n, &at),
		    v[i].err, "skip %zu", i);
		tap_uint(at, v[i].after, "skip %zu: after", i);
	}
}

/*
 * Labels of 63, 63, 63 and `last` bytes: 255 in all when `last` is 61. Or 127
 * labels of one byte, also 255, and one more.
 */
static void
limits(void)
{
	uint8_t msg[600], wire[DNAME_WIRE];
	size_t at, last, i;
	int n;

	for (last = 60; last < 63; last++) {
		for (i = 0; i < 3; i++)
			memcpy(msg + 12 + i * 64, label63, 64);
		memcpy(msg + 204, label63, last + 1);
		msg[204] = (uint8_t)last;
		msg[205 + last] = 0;
		at = 12;
		n = dname_unpack(msg, sizeof(msg), &at, wire);
		tap_int(n, last < 62 ? 194 + (int)last : -ENAMETOOLONG,
		    "63, 63, 63 and %zu bytes", last);
	}
	for (i = 0; i < 128; i++)
		memcpy(msg + 12 + 2 * i, "\1a", 2);
	msg[12 + 2 * 127] = 0;
	at = 12;
	n = dname_unpack(msg, sizeof(msg), &at, wire);
	tap_int(n, 255, "127 labels");
	memcpy(msg + 12 + 2 * 127, "\1a\0", 3);
	at = 12;
	n = dname_unpack(msg, sizeof(msg), &at, wire);
	tap_int(n, -ENAMETOOLONG, "128 labels");
	/* Its end is a prior occurrence, so that the sum is too long. */
	memcpy(msg + 12 + 2 * 127, "\0\1b\300\14", 5);
	at = 12 + 2 * 127 + 1;
	n = dname_unpack(msg, sizeof(msg), &at, wire);
	tap_int(n, -ENAMETOOLONG, "127 labels and one by a pointer");
}

/* 0 at offset 12, then pointers each to the one before it. */
static void
chains(void)
{
	uint8_t msg[600], wire[DNAME_WIRE];
	size_t i, at;
	int n;

	msg[12] = 0;
	for (i = 0; i < 200; i++) {
		size_t to = i ? 13 + 2 * (i - 1) : 12;

		msg[13 + 2 * i] = (uint8_t)(0xc0 | to >> 8);
		msg[14 + 2 * i] = (uint8_t)to;
	}
	at = 13 + 2 * 126;
	n = dname_unpack(msg, sizeof(msg), &at, wire);
	tap_int(n, 1, "127 pointers");
	at = 13 + 2 * 127;
	n = dname_unpack(msg, sizeof(msg), &at, wire);
	tap_int(n, -ELOOP, "128 pointers");
}

/* The longest text: every byte of the longest name escaped. */
static void
longest(void)
{
	uint8_t msg[300], wire[DNAME_WIRE];
	char text[DNAME_TEXT];
	size_t at = 12, i;
	int n;

	memset(msg, 0xff, sizeof(msg));
	for (i = 0; i < 3; i++)
		msg[12 + 64 * i] = 63;
	msg[204] = 61;
	msg[266] = 0;
	n = dname_unpack(msg, sizeof(msg), &at, wire);
	tap_int(n, 255, "longest name");
	tap_uint(dname_print(wire, 255, text), 250 * 4 + 3, "its text");
}

/* Every byte in a label: printable, and different for different bytes. */
static void
every_byte(void)
{
	static char seen[256][8];
	size_t i, j, bad = 0, same = 0;

	for (i = 0; i < 256; i++) {
		uint8_t msg[15] = { [12] = 1, [13] = (uint8_t)i }, wire[255];
		char text[DNAME_TEXT] = "";
		size_t at = 12, n;
		int len = dname_unpack(msg, 15, &at, wire);

		n = dname_print(wire, len > 0 ? (size_t)len : 0, text);
		for (j = 0; j < n; j++)
			bad += text[j] <= 0x20 || text[j] >= 0x7f;
		memcpy(seen[i], text, sizeof(seen[i]) - 1);
		for (j = 0; j < i; j++)
			same += strcmp(seen[i], seen[j]) == 0;
	}
	tap_uint(bad, 0, "no byte outside 0x21-0x7e");
	tap_uint(same, 26, "only letters in two cases are the same");
}

int
main(void)
{
	table();
	skipping();
	limits();
	chains();
	longest();
	every_byte();
	return tap_done();
}
