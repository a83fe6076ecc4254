/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_DNAME_H
#define SPIN_DNAME_H

#include <stddef.h>
#include <stdint.h>

#include "attr.h"

/*
 * Domain names: from DNS messages to text.
 *
 * The wire form here is a name's labels, each a length byte and its bytes,
 * and the root's zero byte, at most 255 bytes in all (RFC 1035 2.3.4 and 3.1),
 * without compression, A to Z in lower case. A program that only compares and
 * keeps names does so in this form: it is short, and equal names have equal
 * bytes.
 *
 * The text form is RFC 1035 5.1 without the final dot; the root is ".".
 * Letters are lower case. A byte of a label is written as itself when it is
 * printable ASCII other than space, dot and backslash; as \. or \\ when it is
 * one of those two; and otherwise (control characters, space, NUL, everything
 * from 0x7f) as a backslash and three decimal digits, \032. So the text holds
 * no byte outside 0x21-0x7e, no two names share a text, and every dot that no
 * backslash precedes separates labels.
 *
 *	uint8_t name[DNAME_WIRE];
 *	char text[DNAME_TEXT];
 *
 *	n = dname_unpack(msg, len, &at, name);
 *	if (n > 0)
 *		textlen = dname_print(name, (size_t)n, text);
 */
#define DNAME_WIRE	255		/* the longest name */
#define DNAME_TEXT	(4 * 255 + 1)	/* room for the text of any name */

/*
 * Reads the name at msg[*at] of a message of `n` bytes and moves *at behind
 * it, or behind its first compression pointer. Pointers are followed only
 * backwards (RFC 1035 4.1.4: "a prior occurrence"), to before the labels that
 * led to them, behind the header, and at most 127 times; RFC 9267 tells what
 * happened to those who did less. Returns the bytes written to `wire`, or
 *	-EBADMSG	the name goes on behind the last byte of the message
 *	-ELOOP		a pointer to itself, forward, into the header or around
 *			in circles, or too many pointers
 *	-ENAMETOOLONG	more than 255 bytes
 *	-EINVAL		a label type other than 00 and 11 (RFC 6891 5)
 * and leaves *at alone then.
 */
int dname_unpack(const uint8_t *msg, size_t n, size_t *at,
    uint8_t wire[static DNAME_WIRE]) ATTR_NODISCARD;

/*
 * Moves *at behind a name without following its pointer; of its pointer and
 * its length nothing is checked. Returns 0, -EBADMSG or -EINVAL.
 */
int dname_skip(const uint8_t *msg, size_t n, size_t *at) ATTR_NODISCARD;

/*
 * The text of a name in wire form. `to` has room for DNAME_TEXT bytes;
 * returns the number written. No NUL is added.
 */
size_t dname_print(const uint8_t *wire, size_t n, char *to);

/*
 * One byte of a label as text: one, two or four characters. Returns where the
 * next one goes.
 */
char *dname_put(char *to, uint8_t c);

#endif
