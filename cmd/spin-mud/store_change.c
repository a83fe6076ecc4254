/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "store.h"

#include <jansson.h>
#include <string.h>

#include "tm.h"

#define AUTHORITY_MAX	1024

/* ---- authorities ---- */

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/*
 * RFC 3986 section 3.2 with the default port of https left out; the whole URI
 * where it has none, so that any change of that one is seen.
 */
static void
authority(const char *uri, char out[static AUTHORITY_MAX])
{
	static const char port[] = ":443";
	const char *p = strstr(uri, "://");
	size_t n, i;

	p = p ? p + 3 : uri;
	n = p == uri ? strlen(p) : strcspn(p, "/?#");
	if (n >= AUTHORITY_MAX)
		n = AUTHORITY_MAX - 1;
	for (i = 0; i < n; i++)
		out[i] = lower(p[i]);
	out[n] = '\0';
	if (n > sizeof(port) - 1 && strcmp(out + n - 4, port) == 0)
		out[n - 4] = '\0';
}

/* A member of the file's mud container; "" when it has none. */
static const char *
member(const json_t *root, const char *name)
{
	const char *s = json_string_value(json_object_get(
	    json_object_get(root, "ietf-mud:mud"), name));

	return s ? s : "";
}

static bool
same_authority(const json_t *old, const json_t *new, const char *name)
{
	char a[AUTHORITY_MAX], b[AUTHORITY_MAX];

	authority(member(old, name), a);
	authority(member(new, name), b);
	return strcmp(a, b) == 0;
}

static const char *
authority_change(const json_t *old, const json_t *new)
{
	if (!old || !new)
		return "what was kept, or what came, is not JSON";
	if (!same_authority(old, new, "mud-url"))
		return "its mud-url is at another host than before";
	/* That it lost its signature is found elsewhere. */
	if (*member(old, "mud-signature") && *member(new, "mud-signature") &&
	    !same_authority(old, new, "mud-signature"))
		return "its mud-signature is at another host than before";
	return NULL;
}

/* ---- times ---- */

/* Reads exactly `digits` digits. */
static bool
take(const char **p, int digits, int min, int max, int *out)
{
	int v = 0;

	for (; digits > 0; digits--, (*p)++) {
		if (**p < '0' || **p > '9')
			return false;
		v = 10 * v + (**p - '0');
	}
	*out = v;
	return v >= min && v <= max;
}

static bool
take_char(const char **p, char c)
{
	if (lower(**p) != c)
		return false;
	(*p)++;
	return true;
}

/* Days since 1970 of a date in the Gregorian calendar. */
static int64_t
days(int y, int m, int d)
{
	/* Years from March: the leap day comes last. */
	int64_t year = m > 2 ? y : y - 1;
	int64_t month = m > 2 ? m - 3 : m + 9;

	return 365 * year + year / 4 - year / 100 + year / 400 +
	    (153 * month + 2) / 5 + d - 1 - 719468;
}

/* A fraction of a second, in microseconds; more digits are passed over. */
static bool
take_fraction(const char **p, int64_t *us)
{
	int64_t unit = TM_SECOND / 10;

	*us = 0;
	if (!take_char(p, '.'))
		return true;
	if (**p < '0' || **p > '9')
		return false;
	for (; **p >= '0' && **p <= '9'; (*p)++, unit /= 10)
		*us += unit * (**p - '0');
	return true;
}

/* "Z" or "+01:00", in minutes. */
static bool
take_zone(const char **p, int *minutes)
{
	int sign, h, m;

	*minutes = 0;
	if (take_char(p, 'z'))
		return true;
	sign = **p == '-' ? -1 : 1;
	if (**p != '-' && **p != '+')
		return false;
	(*p)++;
	if (!take(p, 2, 0, 23, &h) || !take_char(p, ':') ||
	    !take(p, 2, 0, 59, &m))
		return false;
	*minutes = sign * (60 * h + m);
	return true;
}

/* yang:date-and-time (RFC 6991), that is RFC 3339 section 5.6. */
static bool
parse_time(const char *s, int64_t *us)
{
	int y, mon, d, h, min, sec, zone;
	int64_t fraction;

	if (!take(&s, 4, 1, 9999, &y) || !take_char(&s, '-') ||
	    !take(&s, 2, 1, 12, &mon) || !take_char(&s, '-') ||
	    !take(&s, 2, 1, 31, &d) || !take_char(&s, 't') ||
	    !take(&s, 2, 0, 23, &h) || !take_char(&s, ':') ||
	    !take(&s, 2, 0, 59, &min) || !take_char(&s, ':') ||
	    !take(&s, 2, 0, 60, &sec) || !take_fraction(&s, &fraction) ||
	    !take_zone(&s, &zone) || *s)
		return false;
	*us = days(y, mon, d) * TM_DAY + h * TM_HOUR +
	    (min - zone) * TM_MINUTE + sec * TM_SECOND + fraction;
	return true;
}

static const char *
time_change(const char *old, const char *new)
{
	int64_t before, after;

	if (!parse_time(old, &before))
		return NULL;
	if (!parse_time(new, &after))
		return "it does not say when it was last changed, as the one "
		    "before did";
	return after < before ? "its last-update is older than before" : NULL;
}

/* ---- all of it ---- */

static bool
is_signed(const struct store_entry *e)
{
	return e->key_id[0] || e->sig.n > 0;
}

static const char *
signer_change(const struct store_entry *old, const struct store_entry *new)
{
	if (!is_signed(old))
		return NULL;
	/* What was approved without a signature keeps the key before it. */
	if (!is_signed(new))
		return old->sig.n ? "it is not signed any more" : NULL;
	return strcmp(old->key_id, new->key_id) != 0 ?
	    "it is signed by another key than before" : NULL;
}

static json_t *
parse(const struct buf *b)
{
	return b->n ? json_loadb(b->p, b->n, JSON_REJECT_DUPLICATES, NULL) :
	    NULL;
}

const char *
store_change(const struct store_entry *old, const struct store_entry *new)
{
	const char *why;
	json_t *a, *b;

	if (!old)
		return NULL;
	why = signer_change(old, new);
	if (!why)
		why = time_change(old->last_update, new->last_update);
	if (why)
		return why;
	a = parse(&old->file);
	b = parse(&new->file);
	why = authority_change(a, b);
	json_decref(a);
	json_decref(b);
	return why;
}
