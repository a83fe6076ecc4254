/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "dname.h"

#include <errno.h>

#define HEADER		12	/* bytes of a message before its first name */
#define JUMPS_MAX	127	/* as many labels as a name can have */
#define LABEL_MAX	63

static uint8_t
lower(uint8_t c)
{
	return (uint8_t)(c - 'A') < 26 ? (uint8_t)(c | 0x20) : c;
}

/*
 * RFC 9267 2: every pointer goes to before the run of labels that led to it
 * (`run`). What lies between there and the pointer leads to the pointer
 * again, so that nothing sound is refused, and the way back ends.
 */
static int
follow(const uint8_t *msg, size_t n, size_t pos, size_t run, size_t *to)
{
	if (n - pos < 2)
		return -EBADMSG;
	*to = (size_t)(msg[pos] & 0x3f) << 8 | msg[pos + 1];
	return *to < run && *to >= HEADER ? 0 : -ELOOP;
}

int
dname_unpack(const uint8_t *msg, size_t n, size_t *at,
    uint8_t wire[static DNAME_WIRE])
{
	size_t pos = *at, run = *at, after = 0, used = 0, jumps = 0, i, len;
	int err;

	for (;;) {
		if (pos >= n)
			return -EBADMSG;
		len = msg[pos];
		if (len >= 0xc0) {
			err = follow(msg, n, pos, run, &run);
			if (err < 0)
				return err;
			if (!after)
				after = pos + 2;
			if (++jumps > JUMPS_MAX)
				return -ELOOP;
			pos = run;
			continue;
		}
		if (len > LABEL_MAX)
			return -EINVAL;
		/* The root's byte must still fit behind a label. */
		if (used + len + (len ? 2 : 1) > DNAME_WIRE)
			return -ENAMETOOLONG;
		if (n - pos <= len)
			return -EBADMSG;
		wire[used] = (uint8_t)len;
		for (i = 1; i <= len; i++)
			wire[used + i] = lower(msg[pos + i]);
		pos += len + 1;
		used += len + 1;
		if (!len)
			break;
	}
	*at = after ? after : pos;
	return (int)used;
}

int
dname_skip(const uint8_t *msg, size_t n, size_t *at)
{
	size_t pos = *at, len;

	for (;;) {
		if (pos >= n)
			return -EBADMSG;
		len = msg[pos];
		if (len >= 0xc0) {
			if (n - pos < 2)
				return -EBADMSG;
			pos += 2;
			break;
		}
		if (len > LABEL_MAX)
			return -EINVAL;
		if (n - pos <= len)
			return -EBADMSG;
		pos += len + 1;
		if (!len)
			break;
	}
	*at = pos;
	return 0;
}

char *
dname_put(char *to, uint8_t c)
{
	if (c > ' ' && c < 0x7f) {
		if (c == '.' || c == '\\')
			*to++ = '\\';
		*to++ = (char)c;
		return to;
	}
	*to++ = '\\';
	*to++ = (char)('0' + c / 100);
	*to++ = (char)('0' + c / 10 % 10);
	*to++ = (char)('0' + c % 10);
	return to;
}

size_t
dname_print(const uint8_t *wire, size_t n, char *to)
{
	char *p = to;
	size_t at = 0, end;

	if (n < 2) {
		*to = '.';
		return 1;
	}
	while (at < n && wire[at]) {
		if (at)
			*p++ = '.';
		end = at + 1 + wire[at];
		for (at++; at < end && at < n; at++)
			p = dname_put(p, wire[at]);
	}
	return (size_t)(p - to);
}
