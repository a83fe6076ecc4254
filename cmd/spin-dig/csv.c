/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "csv.h"

#include <stdbool.h>

#include "jw.h"
#include "sums.h"
#include "utf8.h"

/* Which members of `by` give a row this one; 0: any row has it. */
#define CSV_COLUMNS(X) \
	X(TIME, window, 0) \
	X(UINT, hour, SUMS_HOUR) \
	X(TEXT, weekday, SUMS_WEEKDAY) \
	X(TEXT, agent, SUMS_AGENT) \
	X(TEXT, device, SUMS_DEVICE) \
	X(TEXT, name, SUMS_DEVICE | SUMS_NAME) \
	X(ADDRS, device_ip, SUMS_DEVICE) \
	X(TEXT, peer, SUMS_PEER) \
	X(TEXT, peer_mac, SUMS_PEER) \
	X(ADDRS, peer_ip, SUMS_PEER) \
	X(TEXTS, hosts, SUMS_PEER) \
	X(UINT, more, SUMS_DEVICE | SUMS_PEER) \
	X(TEXT, where, SUMS_WHERE) \
	X(TEXT, proto, SUMS_PROTO) \
	X(UINT, port, SUMS_PORT) \
	X(TEXT, service, SUMS_PORT | SUMS_SERVICE) \
	X(TEXT, dir, SUMS_DIR) \
	X(UINT, flows, 0) \
	X(UINT, unanswered, 0) \
	X(UINT, pkts_out, 0) \
	X(UINT, bytes_out, 0) \
	X(UINT, pkts_in, 0) \
	X(UINT, bytes_in, 0) \
	X(TIME, first, 0) \
	X(TIME, last, 0)

static bool
has_column(unsigned by, unsigned of)
{
	return of == 0 || (by & of);
}

void
csv_head(unsigned by, struct buf *out)
{
	buf_puts(out, "ts");
#define X(T, field, of) \
	if (has_column(by, of)) \
		buf_puts(out, "," #field);
	CSV_COLUMNS(X)
#undef X
	buf_putc(out, '\n');
}

static void
put_TIME(struct buf *out, int64_t us)
{
	char text[JW_TIME];

	buf_add(out, text, (size_t)(jw_time(text, us) - text));
}

static void
put_UINT(struct buf *out, uint64_t n)
{
	char text[JW_U64];

	buf_add(out, text, (size_t)(jw_u64(text, n) - text));
}

/* Readers may split a line at these, whatever stands in quotation marks. */
static bool
is_border(char c)
{
	return c == ',' || c == ';' || c == '"' || c == '\'';
}

static void
put_hex(struct buf *out, const char *s, size_t n)
{
	static const char hex[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < n; i++) {
		buf_puts(out, "\\x");
		buf_putc(out, hex[(unsigned char)s[i] >> 4]);
		buf_putc(out, hex[(unsigned char)s[i] & 15]);
	}
}

/* The inside of a field; `before` is what precedes it, but for blanks. */
static void
put_chars(struct buf *out, struct str s, char before)
{
	uint32_t c;
	size_t n;

	for (; s.n; s.p += n, s.n -= n) {
		n = utf8_char(s.p, s.n, &c);
		if (n == 0 || !utf8_shown(c) || (is_border(before) &&
		    (c == '=' || c == '+' || c == '-' || c == '@'))) {
			n = n ? n : 1;
			put_hex(out, s.p, n);
		} else {
			buf_puts(out, c == '"' ? "\"" : "");
			buf_add(out, s.p, n);
		}
		before = *s.p == ' ' ? before : *s.p;
	}
}

static bool
is_plain(struct str s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (is_border(s.p[i]))
			return false;
	return true;
}

static void
put_TEXT(struct buf *out, struct str s)
{
	const char *quote = is_plain(s) ? "" : "\"";

	buf_puts(out, quote);
	put_chars(out, s, ',');
	buf_puts(out, quote);
}

static void
put_ADDRS(struct buf *out, struct addrs list)
{
	char text[ADDR_TEXT];
	size_t i;

	for (i = 0; i < list.n; i++) {
		if (i)
			buf_putc(out, ' ');
		buf_add(out, text, addr_print(&list.v[i], text));
	}
}

static void
put_TEXTS(struct buf *out, struct strs list)
{
	bool plain = true;
	size_t i;

	for (i = 0; i < list.n; i++)
		plain &= is_plain(list.v[i]);
	buf_puts(out, plain ? "" : "\"");
	for (i = 0; i < list.n; i++) {
		if (i)
			buf_putc(out, ' ');
		put_chars(out, list.v[i], ',');
	}
	buf_puts(out, plain ? "" : "\"");
}

void
csv_row(unsigned by, const struct rec *r, struct buf *out)
{
	put_TIME(out, r->ts);
#define X(T, field, of) \
	if (has_column(by, of)) { \
		buf_putc(out, ','); \
		if (REC_HAS(r, DIGEST, field)) \
			put_##T(out, r->u.digest.field); \
	}
	CSV_COLUMNS(X)
#undef X
	buf_putc(out, '\n');
}
