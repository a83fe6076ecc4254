/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "dnsdata.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "addr.h"
#include "bytes.h"
#include "dname.h"
#include "dns.h"

/* Text that stops before `end`, behind which the mark of a cut has room. */
struct out {
	char *p, *end;
	bool full;
};

static const char cut_mark[] = " ...";

static void
put(struct out *o, const char *s, size_t n)
{
	if (o->full || (size_t)(o->end - o->p) < n) {
		o->full = true;
		return;
	}
	memcpy(o->p, s, n);
	o->p += n;
}

static void
put_uint(struct out *o, unsigned v)
{
	char digits[10], *p = digits + sizeof(digits);

	do
		*--p = (char)('0' + v % 10);
	while (v /= 10);
	put(o, p, (size_t)(digits + sizeof(digits) - p));
}

/* A character-string byte; those in `special` get a backslash. */
static void
put_char(struct out *o, uint8_t c, const char *special)
{
	char t[4] = { '\\', (char)c };

	if (c < 0x20 || c > 0x7e) {
		t[1] = (char)('0' + c / 100);
		t[2] = (char)('0' + c / 10 % 10);
		t[3] = (char)('0' + c % 10);
		put(o, t, 4);
	} else if (strchr(special, c)) {
		put(o, t, 2);
	} else {
		put(o, t + 1, 1);
	}
}

static int
put_addr(struct out *o, const uint8_t *b, int ver)
{
	struct addr a = ver == 4 ? addr_v4(b) : addr_v6(b);
	char t[ADDR_TEXT];

	put(o, t, addr_print(&a, t));
	return 0;
}

/* The name at *at, in place within the data. */
static int
put_name(struct out *o, const struct dnsdata *d, size_t *at)
{
	uint8_t wire[DNAME_WIRE];
	char t[DNAME_TEXT];
	int n = dname_unpack(d->msg, d->n, at, wire);

	if (n < 0 || *at > d->end)
		return -EINVAL;
	put(o, t, dname_print(wire, (size_t)n, t));
	return 0;
}

/* `numbers` 16-bit numbers and a name, which fill the data. */
static int
put_numbers_name(struct out *o, const struct dnsdata *d, int numbers)
{
	size_t at = d->at;

	if (d->end - at < (size_t)numbers * 2)
		return -EINVAL;
	for (; numbers; numbers--, at += 2) {
		put_uint(o, be16(d->msg + at));
		put(o, " ", 1);
	}
	if (put_name(o, d, &at) < 0 || at != d->end)
		return -EINVAL;
	return 0;
}

static int
put_txt(struct out *o, const struct dnsdata *d)
{
	size_t at = d->at, end, i;

	while (at < d->end) {
		if (d->end - at <= d->msg[at])
			return -EINVAL;
		end = at + 1 + d->msg[at];
		put(o, at == d->at ? "\"" : " \"", at == d->at ? 1 : 2);
		if (o->full)
			return 0;
		for (i = at + 1; i < end; i++)
			put_char(o, d->msg[i], "\"\\");
		put(o, "\"", 1);
		if (o->full) {
			*o->p++ = '"';	/* there is room behind o->end */
			return 0;
		}
		at = end;
	}
	return 0;
}

/* RFC 9460 14.3.2 and RFC 9461, 9540. */
static void
put_key(struct out *o, unsigned key)
{
	static const char *const names[] = {
		"mandatory", "alpn", "no-default-alpn", "port", "ipv4hint",
		"ech", "ipv6hint", "dohpath", "ohttp",
	};

	if (key < ARRAY_SIZE(names)) {
		put(o, names[key], strlen(names[key]));
	} else {
		put(o, "key", 3);
		put_uint(o, key);
	}
}

/* RFC 9460 8: a list of keys. */
static int
put_mandatory(struct out *o, const uint8_t *v, size_t n)
{
	size_t i;

	if (n == 0 || n % 2)
		return -EINVAL;
	for (i = 0; i < n; i += 2) {
		if (i)
			put(o, ",", 1);
		put_key(o, be16(v + i));
	}
	return 0;
}

/* RFC 9460 7.1.1; a comma or backslash in an id is escaped twice (A.1). */
static int
put_alpn(struct out *o, const uint8_t *v, size_t n)
{
	size_t at = 0, end;

	while (at < n) {
		if (v[at] == 0 || n - at <= v[at])
			return -EINVAL;
		if (at)
			put(o, ",", 1);
		for (end = at + 1 + v[at], at++; at < end; at++) {
			if (v[at] == ',')
				put(o, "\\\\,", 3);
			else if (v[at] == '\\')
				put(o, "\\\\\\\\", 4);
			else if (v[at] == ' ')
				put(o, "\\032", 4);
			else
				put_char(o, v[at], "\"();");
		}
	}
	return n ? 0 : -EINVAL;
}

static int
put_hints(struct out *o, const uint8_t *v, size_t n, int ver)
{
	size_t size = ver == 4 ? 4 : 16, i;

	if (n == 0 || n % size)
		return -EINVAL;
	for (i = 0; i < n; i += size) {
		if (i)
			put(o, ",", 1);
		put_addr(o, v + i, ver);
	}
	return 0;
}

static int
put_param(struct out *o, unsigned key, const uint8_t *v, size_t n)
{
	put(o, " ", 1);
	put_key(o, key);
	if (key == 0 || key == 1 || key == 3 || key == 4 || key == 6)
		put(o, "=", 1);
	switch (key) {
	case 0:
		return put_mandatory(o, v, n);
	case 1:
		return put_alpn(o, v, n);
	case 2:
		return n ? -EINVAL : 0;
	case 3:
		if (n != 2)
			return -EINVAL;
		put_uint(o, be16(v));
		return 0;
	case 4:
		return put_hints(o, v, n, 4);
	case 6:
		return put_hints(o, v, n, 6);
	}
	return 0;
}

/* RFC 9460 2.2: keys strictly increase. Parameters of an alias mean nothing. */
static int
put_svcb(struct out *o, const struct dnsdata *d)
{
	size_t at = d->at + 2, len;
	char *whole;
	long last = -1;
	unsigned key;

	if (d->end - d->at < 3)
		return -EINVAL;
	put_uint(o, be16(d->msg + d->at));
	put(o, " ", 1);
	if (put_name(o, d, &at) < 0)
		return -EINVAL;
	if (be16(d->msg + d->at) == 0)
		return 0;
	while (at < d->end && !o->full) {
		if (d->end - at < 4)
			return -EINVAL;
		key = be16(d->msg + at);
		len = be16(d->msg + at + 2);
		at += 4;
		if ((long)key <= last || d->end - at < len)
			return -EINVAL;
		whole = o->p;
		if (put_param(o, key, d->msg + at, len) < 0)
			return -EINVAL;
		if (o->full)
			o->p = whole;
		last = (long)key;
		at += len;
	}
	return 0;
}

static int
print(struct out *o, const struct dnsdata *d)
{
	/* Their data means something else, or nothing, in other classes. */
	bool internet = d->class == 1;
	const uint8_t *p = d->msg + d->at;
	size_t n = d->end - d->at;

	switch (d->type) {
	case DNS_TYPE_A:
		if (!internet)
			return 0;
		return n == 4 ? put_addr(o, p, 4) : -EINVAL;
	case DNS_TYPE_AAAA:
		if (!internet)
			return 0;
		return n == 16 ? put_addr(o, p, 6) : -EINVAL;
	case DNS_TYPE_NS:
	case DNS_TYPE_CNAME:
	case DNS_TYPE_PTR:
	case DNS_TYPE_DNAME:
		return put_numbers_name(o, d, 0);
	case DNS_TYPE_MX:
		return put_numbers_name(o, d, 1);
	case DNS_TYPE_TXT:
		return put_txt(o, d);
	case DNS_TYPE_SRV:
		return internet ? put_numbers_name(o, d, 3) : 0;
	case DNS_TYPE_SVCB:
	case DNS_TYPE_HTTPS:
		return internet ? put_svcb(o, d) : 0;
	}
	return 0;
}

int
dnsdata_print(const struct dnsdata *d, char *to)
{
	/* Behind `end`: a closing quote and the mark. */
	struct out o = { to, to + DNSDATA_TEXT - sizeof(cut_mark), false };

	if (print(&o, d) < 0)
		return -EINVAL;
	if (o.full) {
		memcpy(o.p, cut_mark, sizeof(cut_mark) - 1);
		o.p += sizeof(cut_mark) - 1;
	}
	return (int)(o.p - to);
}
