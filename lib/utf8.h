/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_UTF8_H
#define SPIN_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attr.h"

/*
 * UTF-8 (RFC 3629) and the escaping of text from the network.
 *
 * Records and screens hold such text in escaped form: a byte that is not part
 * of UTF-8, or of a character that is not shown, as \xHH (lower-case digits),
 * a backslash as two. What is left is valid UTF-8 that moves no cursor, turns
 * no direction and hides nothing, and the bytes can be had back from it.
 *
 *	char text[UTF8_ESCAPED(sizeof(raw))];
 *	n = utf8_escape(text, raw, rawlen);
 *	n = utf8_unescape(raw, text, n);
 */
#define UTF8_ESCAPED(n)	(4 * (n))

/*
 * The character that starts at `s`, n > 0 bytes being there. Returns its
 * length, or 0 if the bytes are not UTF-8 (overlong forms, surrogates and
 * what lies above U+10FFFF are not).
 */
size_t utf8_char(const char *s, size_t n, uint32_t *c);

/* Encodes one character, not a surrogate; returns its length, 1 to 4. */
size_t utf8_put(char *to, uint32_t c);

bool utf8_valid(const char *s, size_t n) ATTR_NODISCARD;

/*
 * Whether a character is shown as it is: not a control character (C0, DEL,
 * C1), not a line or paragraph separator, not one that changes the direction
 * of text (U+061C, U+200E-F, U+202A-E, U+2066-9), not one that is invisible
 * (zero width, joiners and fillers, soft hyphen, tags, variation selectors,
 * byte order mark, interlinear marks), not a noncharacter.
 */
bool utf8_shown(uint32_t c);

/*
 * Escapes `n` bytes; returns the number written, at most UTF8_ESCAPED(n). No
 * NUL is added.
 */
size_t utf8_escape(char *to, const char *s, size_t n);

/*
 * The bytes back. A backslash before anything but a backslash or xHH stands
 * for itself. Returns the number of bytes, at most n; `to` may be `s`.
 */
size_t utf8_unescape(char *to, const char *s, size_t n);

#endif
