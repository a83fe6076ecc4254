/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "schema.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "addr.h"
#include "attr.h"
#include "num.h"
#include "utf8.h"

/* What is found out about one value. */
struct check {
	const struct schema_type *type;
	const char *rule;
	char *why;		/* room for SCHEMA_WHY */
};

static bool ATTR_PRINTF(3, 4)
fail(struct check *c, const char *rule, const char *fmt, ...)
{
	va_list ap;

	c->rule = rule;
	va_start(ap, fmt);
	(void)vsnprintf(c->why, SCHEMA_WHY, fmt, ap);
	va_end(ap);
	return false;
}

/* As much of a text of the file as a sentence can bear. */
#define SHOWN		60
#define SHOWN_FMT	"\"%.60s%s\""
#define SHOWN_ARGS(s)	(s), strlen(s) > SHOWN ? "..." : ""

static bool
bad_value(struct check *c, const char *s, const char *what)
{
	return fail(c, "bad-value", SHOWN_FMT " is not %s", SHOWN_ARGS(s),
	    what);
}

static bool
in(char c, char lo, char hi)
{
	return c >= lo && c <= hi;
}

static bool
is_digit(char c)
{
	return in(c, '0', '9');
}

static bool
is_alnum(char c)
{
	return in(c, 'a', 'z') || in(c, 'A', 'Z') || is_digit(c);
}

static const char *
kind_of(const json_t *v)
{
	switch (json_typeof(v)) {
	case JSON_OBJECT:
		return "an object";
	case JSON_ARRAY:
		return "an array";
	case JSON_STRING:
		return "a string";
	case JSON_INTEGER:
		return "a number";
	case JSON_REAL:
		return "a number with fraction or exponent";
	case JSON_TRUE:
		return "true";
	case JSON_FALSE:
		return "false";
	default:
		return "null";
	}
}

static bool
bad_type(struct check *c, const json_t *v, const char *what)
{
	return fail(c, "bad-type", "must be %s, is %s", what, kind_of(v));
}

/* Numbers. */

static bool
check_uint(struct check *c, const json_t *v)
{
	json_int_t n;

	if (!json_is_integer(v))
		return bad_type(c, v, "a whole number");
	n = json_integer_value(v);
	if (n >= (json_int_t)c->type->min && n <= (json_int_t)c->type->max)
		return true;
	return fail(c, "bad-value", "%" JSON_INTEGER_FORMAT
	    " is not from %lu to %lu", n, (unsigned long)c->type->min,
	    (unsigned long)c->type->max);
}

static bool
check_uint64(struct check *c, const char *s)
{
	uint64_t n;

	if (num_u64(s, 0, UINT64_MAX, &n) == 0)
		return true;
	return bad_value(c, s, "a number of 64 bits");
}

/* Words. */

static bool
has_word(const char *const *words, const char *s, size_t n)
{
	for (; *words; words++)
		if (strlen(*words) == n && memcmp(*words, s, n) == 0)
			return true;
	return false;
}

static bool
bad_word(struct check *c, const char *s, const char *what)
{
	const char *const *w;
	char list[SCHEMA_WHY];
	size_t n = 0;

	list[0] = '\0';
	for (w = c->type->words; *w && n < sizeof(list) - 1; w++) {
		(void)snprintf(list + n, sizeof(list) - n, "%s%s",
		    n ? ", " : "", *w);
		n += strlen(list + n);
	}
	return fail(c, "bad-value", SHOWN_FMT " is not %s %s", SHOWN_ARGS(s),
	    what, list);
}

static bool
check_enum(struct check *c, const char *s)
{
	return has_word(c->type->words, s, strlen(s)) ||
	    bad_word(c, s, "one of");
}

static bool
check_identity(struct check *c, const char *s)
{
	size_t n = strlen(c->type->module);
	const char *p = s;

	if (strncmp(s, c->type->module, n) == 0 && s[n] == ':')
		p = s + n + 1;
	return has_word(c->type->words, p, strlen(p)) ||
	    bad_word(c, s, "one of");
}

/* The next word of a list of bits; NULL behind the last. */
static const char *
next_bit(const char *s, size_t *n)
{
	s += strspn(s, " \t\n\r");
	*n = strcspn(s, " \t\n\r");
	return *n ? s : NULL;
}

static bool
check_bits(struct check *c, const char *s)
{
	const char *bit, *other, *p;
	size_t n, m;

	for (p = s; (bit = next_bit(p, &n)) != NULL; p = bit + n) {
		if (!has_word(c->type->words, bit, n))
			return bad_word(c, s, "some of");
		for (other = s; (other = next_bit(other, &m)) != bit;
		    other += m)
			if (m == n && memcmp(other, bit, n) == 0)
				return bad_value(c, s, "free of repetition");
	}
	return true;
}

/* Strings. */

/* RFC 7950 section 14: the characters of a YANG string. */
static bool
yang_char(uint32_t u)
{
	if (u < 0x20)
		return u == '\t' || u == '\n' || u == '\r';
	return (u & 0xfffe) != 0xfffe && !(u >= 0xfdd0 && u <= 0xfdef);
}

/* The number of characters, or -1 when there is one that YANG has not. */
static long
count_chars(const char *s)
{
	size_t n = strlen(s), len;
	uint32_t u;
	long count;

	for (count = 0; n; count++) {
		len = utf8_char(s, n, &u);
		if (len == 0 || !yang_char(u))
			return -1;
		s += len;
		n -= len;
	}
	return count;
}

static bool
check_length(struct check *c, size_t n, const char *what)
{
	if (n >= c->type->min && n <= c->type->max)
		return true;
	return fail(c, "bad-value", "is %zu %s long, not %lu to %lu", n, what,
	    (unsigned long)c->type->min, (unsigned long)c->type->max);
}

/* Bytes of base64 (RFC 4648 section 4) without blanks; -1: it is not. */
static long
base64_bytes(const char *s)
{
	size_t i, n = strlen(s), pad = 0;

	if (n % 4)
		return -1;
	while (pad < 2 && pad < n && s[n - 1 - pad] == '=')
		pad++;
	for (i = 0; i < n - pad; i++)
		if (!is_alnum(s[i]) && s[i] != '+' && s[i] != '/')
			return -1;
	return (long)(n / 4 * 3 - pad);
}

static bool
check_binary(struct check *c, const char *s)
{
	long n = base64_bytes(s);

	return n < 0 ? bad_value(c, s, "base64") :
	    check_length(c, (size_t)n, "bytes");
}

/* URIs. */

static size_t
scheme_length(const char *s)
{
	size_t n = 0;

	if (!in(s[0], 'a', 'z'))
		return 0;
	while (in(s[n], 'a', 'z') || is_digit(s[n]) || s[n] == '+' ||
	    s[n] == '.' || s[n] == '-')
		n++;
	return s[n] == ':' ? n : 0;
}

/* Whether there are only characters of RFC 3986. */
static bool
uri_chars(const char *s)
{
	for (; *s; s++) {
		if (*s == '%') {
			if (num_hex(s[1]) < 0 || num_hex(s[2]) < 0)
				return false;
		} else if (!is_alnum(*s) &&
		    strchr("-._~:/?#[]@!$&'()*+,;=", *s) == NULL) {
			return false;
		}
	}
	return true;
}

static bool
check_uri(struct check *c, const char *s)
{
	size_t n = scheme_length(s);

	if (n == 0 || strpbrk(s, "\r\n"))
		return bad_value(c, s, "a URI with a scheme in lower case");
	if (c->type->words && !has_word(c->type->words, s, n))
		return bad_word(c, s, "a URI by");
	return uri_chars(s) || fail(c, "url", SHOWN_FMT
	    " has characters that no URI has (RFC 3986)", SHOWN_ARGS(s));
}

/* Addresses and names. */

/* A zone index (RFC 4007) behind an address, with its %. */
static bool
is_zone(const char *s, int ver)
{
	if (ver == 4)
		return s[1] != '\0' && strpbrk(s, "\r\n") == NULL;
	if (!is_alnum(*++s))
		return false;
	while (is_alnum(*s) || (*s && strchr("-._~/", *s)))
		s++;
	return *s == '\0';
}

static bool
is_address(const char *s)
{
	size_t n = strcspn(s, "%");
	struct addr a;

	return addr_parse(&a, s, n) == 0 &&
	    (s[n] == '\0' || is_zone(s + n, a.ver));
}

static bool
is_label(const char *s, size_t n)
{
	size_t i;

	if (n == 0 || n > 63 || s[0] == '-' || s[n - 1] == '-')
		return false;
	for (i = 0; i < n; i++)
		if (!is_alnum(s[i]) && s[i] != '-')
			return false;
	return true;
}

static bool
is_host_name(const char *s)
{
	size_t n, total = strlen(s);

	if (total < 2 || total > 253)
		return false;
	do {
		n = strcspn(s, ".");
		if (!is_label(s, n))
			return false;
		s += n + (s[n] == '.');
	} while (*s);
	return true;
}

static bool
check_host(struct check *c, const char *s)
{
	return is_address(s) || is_host_name(s) ||
	    bad_value(c, s, "a host name or an address");
}

/*
 * Prefix length after the slash, as YANG's patterns have it: at most
 * `digits`, and a leading zero only where there are two in all and IPv6.
 */
static int
prefix_length(const char *s, int ver)
{
	size_t i, n = strlen(s);
	int len = 0, max = ver == 4 ? 32 : 128;

	if (n == 0 || n > (ver == 4 ? 2 : 3))
		return -1;
	if (s[0] == '0' && n > 1 && (ver == 4 || n == 3))
		return -1;
	for (i = 0; i < n; i++) {
		if (!is_digit(s[i]))
			return -1;
		len = 10 * len + (s[i] - '0');
	}
	return len <= max ? len : -1;
}

static bool
check_prefix(struct check *c, const char *s)
{
	int ver = c->type->base == SCHEMA_PREFIX4 ? 4 : 6;
	size_t n = strcspn(s, "/");
	struct addr a;

	if (s[n] == '/' && addr_parse(&a, s, n) == 0 && a.ver == ver &&
	    prefix_length(s + n + 1, ver) >= 0)
		return true;
	return bad_value(c, s, ver == 4 ? "an IPv4 prefix, ADDRESS/LENGTH" :
	    "an IPv6 prefix, ADDRESS/LENGTH");
}

static bool
check_mac(struct check *c, const char *s)
{
	struct mac m;

	return mac_parse(&m, s, strlen(s)) == 0 ||
	    bad_value(c, s, "a MAC address");
}

/* Times. */

/* Compares with a form in which 0 stands for any digit. */
static bool
has_form(const char *s, const char *form)
{
	for (; *form; s++, form++)
		if (*form == '0' ? !is_digit(*s) : *s != *form)
			return false;
	return true;
}

#define DATE_FORM	"0000-00-00T00:00:00"

/* Where the offset of a date and time begins; NULL: it is none. */
static const char *
time_offset(const char *s)
{
	if (!has_form(s, DATE_FORM))
		return NULL;
	s += sizeof(DATE_FORM) - 1;
	if (*s == '.') {
		if (!is_digit(*++s))
			return NULL;
		while (is_digit(*s))
			s++;
	}
	if (strcmp(s, "Z") == 0)
		return s;
	if ((*s == '+' || *s == '-') && has_form(s + 1, "00:00") &&
	    s[6] == '\0')
		return s;
	return NULL;
}

static int
two(const char *s)
{
	return 10 * (s[0] - '0') + (s[1] - '0');
}

static int
year_of(const char *s)
{
	return 100 * two(s) + two(s + 2);
}

static int
days_in(int year, int month)
{
	static const int days[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
	};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap);
}

static bool
in_calendar(const char *s, const char *offset)
{
	int month = two(s + 5), day = two(s + 8);

	if (month < 1 || month > 12 || day < 1 ||
	    day > days_in(year_of(s), month))
		return false;
	if (two(s + 11) > 23 || two(s + 14) > 59 || two(s + 17) > 60)
		return false;
	return *offset == 'Z' ||
	    (two(offset + 1) <= 23 && two(offset + 4) <= 59);
}

static bool
check_time(struct check *c, const char *s)
{
	const char *offset = time_offset(s);

	if (!offset)
		return bad_value(c, s, "a date and time with its offset, "
		    "2019-01-28T11:20:51+01:00");
	return in_calendar(s, offset) || fail(c, "time",
	    SHOWN_FMT " is in no calendar", SHOWN_ARGS(s));
}

int64_t
schema_seconds(const char *s)
{
	const char *offset = time_offset(s);
	int year, month = two(s + 5);
	int64_t days, t;

	/* Years that begin in March have their leap day at the end. */
	year = year_of(s) - (month <= 2);
	month = (month + 9) % 12;
	days = INT64_C(365) * year + year / 4 - year / 100 + year / 400 +
	    (153 * month + 2) / 5 + two(s + 8) - 1 - 719468;
	t = days * 86400 + two(s + 11) * 3600 + two(s + 14) * 60 +
	    two(s + 17);
	if (offset && *offset != 'Z')
		t -= (*offset == '-' ? -60 : 60) *
		    (two(offset + 1) * 60 + two(offset + 4));
	return t;
}

/* All of them. */

static bool
check_text(struct check *c, const char *s)
{
	long chars = count_chars(s);

	if (chars < 0)
		return bad_value(c, s, "free of control characters");
	switch (c->type->base) {
	case SCHEMA_UINT64:
		return check_uint64(c, s);
	case SCHEMA_BINARY:
		return check_binary(c, s);
	case SCHEMA_ENUM:
		return check_enum(c, s);
	case SCHEMA_ETHERTYPE:
		return has_word(c->type->words, s, strlen(s)) ||
		    bad_value(c, s, "a number or the name of an EtherType");
	case SCHEMA_BITS:
		return check_bits(c, s);
	case SCHEMA_IDENTITY:
		return check_identity(c, s);
	case SCHEMA_URI:
		return check_uri(c, s);
	case SCHEMA_HOST:
		return check_host(c, s);
	case SCHEMA_PREFIX4:
	case SCHEMA_PREFIX6:
		return check_prefix(c, s);
	case SCHEMA_MAC:
		return check_mac(c, s);
	case SCHEMA_TIME:
		return check_time(c, s);
	case SCHEMA_INTERFACE:
		return fail(c, "misplaced-node",
		    SHOWN_FMT " is an interface, and MUD files have none",
		    SHOWN_ARGS(s));
	default:
		return check_length(c, (size_t)chars, "characters");
	}
}

static bool
check_any(struct check *c, const json_t *v)
{
	static const struct schema_type u16 = { SCHEMA_UINT, 0, 65535, NULL,
	    NULL };

	switch (c->type->base) {
	case SCHEMA_UINT:
		return check_uint(c, v);
	case SCHEMA_BOOL:
		return json_is_boolean(v) || bad_type(c, v, "true or false");
	case SCHEMA_EMPTY:
		return (json_array_size(v) == 1 &&
		    json_is_null(json_array_get(v, 0))) ||
		    bad_type(c, v, "[null]");
	case SCHEMA_ETHERTYPE:
		if (json_is_integer(v)) {
			c->type = &u16;
			return check_uint(c, v);
		}
		break;
	default:
		break;
	}
	return json_is_string(v) ? check_text(c, json_string_value(v)) :
	    bad_type(c, v, c->type->base == SCHEMA_UINT64 ?
	    "a number as string" : "a string");
}

bool
schema_check(const struct schema_type *type, const json_t *v,
    const char **rule, char why[static SCHEMA_WHY])
{
	struct check c = { type, NULL, why };
	bool good = check_any(&c, v);

	*rule = c.rule;
	return good;
}
