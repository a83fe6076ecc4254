/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "jw.h"

#include "utf8.h"

const char jw_pairs[201] =
    "00010203040506070809101112131415161718192021222324"
    "25262728293031323334353637383940414243444546474849"
    "50515253545556575859606162636465666768697071727374"
    "75767778798081828384858687888990919293949596979899";

char *
jw_u64_slow(char *to, uint64_t v)
{
	uint32_t low;

	if (v < 10000)
		return jw_small(to, (unsigned)v);
	if (v < 100000000) {
		low = (uint32_t)v;
		return jw_four(jw_small(to, low / 10000), low % 10000);
	}
	to = jw_u64_slow(to, v / 100000000);
	return jw_eight(to, jw_digits((uint32_t)(v % 100000000)));
}

/* Six decimals, the first in the lowest byte, without zeros at the end. */
static char *
put_decimals(char *to, uint64_t digits)
{
	*to++ = '.';
	to = jw_eight(to, digits) - 2;
	while (to[-1] == '0')
		to--;
	return to;
}

char *
jw_time(char *to, int64_t us)
{
	const uint64_t year_2001 = UINT64_C(1000000000000000);
	uint64_t v = (uint64_t)us, s, digits;

	/* Up to the year 2286, there are sixteen digits, ten of them whole. */
	if (likely(v - year_2001 < 9 * year_2001)) {
		digits = jw_digits((uint32_t)(v % 100000000));
		to = jw_eight(to, jw_digits((uint32_t)(v / 100000000)));
		to = jw_eight(to, digits) - 6;
		digits >>= 16;
		if (digits == UINT64_C(0x303030303030))
			return to;
		return put_decimals(to, digits);
	}
	if (us < 0) {
		*to++ = '-';
		v = -v;
	}
	s = v / 1000000;
	to = jw_u64(to, s);
	if (v == s * 1000000)
		return to;
	return put_decimals(to, jw_digits((uint32_t)(v - s * 1000000)) >> 16);
}

static char *
put_unit(char *to, unsigned unit)
{
	static const char hex[] = "0123456789abcdef";

	to[0] = '\\';
	to[1] = 'u';
	to[2] = hex[unit >> 12 & 15];
	to[3] = hex[unit >> 8 & 15];
	to[4] = hex[unit >> 4 & 15];
	to[5] = hex[unit & 15];
	return to + 6;
}

/* RFC 8259 section 7: characters above U+FFFF as a surrogate pair. */
static char *
put_char(char *to, uint32_t c)
{
	if (c < 0x10000)
		return put_unit(to, c ? c : 0xfffd);
	c -= 0x10000;
	to = put_unit(to, 0xd800 | c >> 10);
	return put_unit(to, 0xdc00 | (c & 0x3ff));
}

char *
jw_text(char *to, const char *s, size_t n)
{
	const char *end = s + n;
	uint32_t c;
	size_t len;

	while (s < end) {
		unsigned char b = (unsigned char)*s;

		if (b == '"' || b == '\\') {
			*to++ = '\\';
			*to++ = *s++;
		} else if (b >= 0x20 && b < 0x7f) {
			*to++ = *s++;
		} else {
			len = utf8_char(s, (size_t)(end - s), &c);
			to = put_char(to, len ? c : b);
			s += len ? len : 1;
		}
	}
	return to;
}

size_t
jw_text_size(const char *s, size_t n)
{
	size_t size = 0, len;
	uint32_t c;

	for (; n > 0; s += len, n -= len) {
		unsigned char b = (unsigned char)*s;

		len = 1;
		if (b >= 0x20 && b < 0x7f) {
			size += b == '"' || b == '\\' ? 2 : 1;
			continue;
		}
		len = utf8_char(s, n, &c);
		size += len == 4 ? 12 : 6;
		len = len ? len : 1;
	}
	return size;
}
