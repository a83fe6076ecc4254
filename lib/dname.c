/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "dname.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "bytes.h"

#define HEADER		12	/* bytes of a message before its first name */
#define JUMPS_MAX	127	/* as many labels as a name can have */
#define LABEL_MAX	63

#define ONES		UINT64_C(0x0101010101010101)

/*
 * A to Z among eight bytes in lower case. Bytes without their top bit cannot
 * carry into the next one; what a sum's top bit says holds for those that had
 * none before.
 */
static inline uint64_t
lower8(uint64_t w)
{
	uint64_t low = w & ONES * 0x7f;
	uint64_t from_a = low + ONES * (0x80 - 'A');
	uint64_t behind_z = low + ONES * (0x7f - 'Z');

	return w | ((from_a & ~behind_z & ~w & ONES << 7) >> 2);
}

static uint8_t
lower(uint8_t c)
{
	return (uint8_t)(c - 'A') < 26 ? (uint8_t)(c | 0x20) : c;
}

/*
 * Copies labels in lower case. Their length bytes, below 64, are no letters.
 * The last eight bytes may overlap those before them.
 */
static void
copy_lower(uint8_t *to, const uint8_t *from, size_t n)
{
	uint64_t w;
	size_t i;

	if (n < 8) {
		for (i = 0; i < n; i++)
			to[i] = lower(from[i]);
		return;
	}
	for (i = 0; i < n; i += 8) {
		if (i + 8 > n)
			i = n - 8;
		memcpy(&w, from + i, 8);
		w = lower8(w);
		memcpy(to + i, &w, 8);
	}
}

/*
 * Whether a byte of eight does not stand for itself in the text of a label:
 * below 0x21, above 0x7e, a dot or a backslash. The top bits of each term are
 * the bytes of which it holds, or come from a lower byte of which it does.
 */
static inline bool
any_special(uint64_t w)
{
	uint64_t dot = w ^ ONES * '.', slash = w ^ ONES * '\\';

	return ((w | (w + ONES) | (w - ONES * 0x21) | (dot - ONES) |
	    (slash - ONES)) & ONES << 7) != 0;
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
	size_t pos = *at, run = *at, after = 0, used = 0, jumps = 0, len;
	size_t most = pos + DNAME_WIRE;
	int err;

	/*
	 * Labels from `run` to `pos` are not copied yet. Without a pointer
	 * the name may go on to `most`.
	 */
	for (;;) {
		if (pos >= n)
			return -EBADMSG;
		len = msg[pos];
		if (len == 0)
			break;
		if (len >= 0xc0) {
			copy_lower(wire + used, msg + run, pos - run);
			used += pos - run;
			err = follow(msg, n, pos, run, &run);
			if (err < 0)
				return err;
			if (!after)
				after = pos + 2;
			if (++jumps > JUMPS_MAX)
				return -ELOOP;
			pos = run;
			most = pos + DNAME_WIRE - used;
			continue;
		}
		if (len > LABEL_MAX)
			return -EINVAL;
		/* The root's byte must still fit behind a label. */
		if (pos + len + 2 > most)
			return -ENAMETOOLONG;
		if (n - pos <= len)
			return -EBADMSG;
		pos += len + 1;
	}
	pos++;
	copy_lower(wire + used, msg + run, pos - run);
	used += pos - run;
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

/* Whether all `n` bytes of a label stand for themselves. Reads 7 more. */
static inline bool
is_plain(const uint8_t *label, size_t n)
{
	uint64_t w;

	for (; n > 8; n -= 8, label += 8)
		if (any_special(le64(label)))
			return false;
	/* In place of what is behind the label, 'a' before it. */
	w = le64(label);
	if (n < 8)
		w = w << (64 - 8 * n) | (ONES * 'a') >> 8 * n;
	return !any_special(w);
}

/*
 * The text of a name without special bytes, `n` characters: its wire form
 * from the second byte on, with dots in place of the length bytes. False, and
 * nothing of use in `to`, if it is not such a name.
 */
static bool
print_plain(const uint8_t *wire, size_t n, char *to)
{
	size_t at = 0, len;

	memcpy(to, wire + 1, n);
	for (;;) {
		len = wire[at];
		if (len == 0 || len > n - at ||
		    !is_plain((const uint8_t *)to + at, len))
			return false;
		at += len;
		if (at == n)
			return wire[n + 1] == 0;
		to[at++] = '.';
	}
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
	if (likely(print_plain(wire, n - 2, to)))
		return n - 2;
	while (at < n && wire[at]) {
		if (at)
			*p++ = '.';
		end = at + 1 + wire[at];
		for (at++; at < end && at < n; at++)
			p = dname_put(p, wire[at]);
	}
	return (size_t)(p - to);
}
