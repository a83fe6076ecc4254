/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "sight.h"

#include "sight_priv.h"

#define HOUR	(INT64_C(3600) * 1000000)

/*
 * Lengths that a home's prefix may have. A forged announcement must not make
 * half of the internet look like the home.
 */
static bool
is_sound(const struct addr *a, unsigned len)
{
	if (!sight_is_host(a) || addr_is_linklocal(a))
		return false;
	if (a->ver == 6)
		return len >= (addr_is_private(a) ? 7 : 32) && len <= 127;
	return len >= (addr_is_private(a) ? 8 : 16) && len <= 31;
}

/* Where a new prefix goes: behind the others, or over one long not heard. */
static size_t
place(const struct sight *s, int64_t ts)
{
	size_t i, old = 0;

	if (s->nprefixes < SIGHT_PREFIXES)
		return s->nprefixes;
	for (i = 1; i < s->nprefixes; i++)
		if (s->prefix_seen[i] < s->prefix_seen[old])
			old = i;
	if (ts <= s->prefix_seen[old] ||
	    (uint64_t)ts - (uint64_t)s->prefix_seen[old] < HOUR)
		return SIGHT_PREFIXES;
	return old;
}

void
sight_learn_prefix(struct sight *s, int64_t ts, const struct addr *a,
    unsigned len)
{
	struct prefix p;
	size_t i;

	if (!is_sound(a, len)) {
		sight_count(s, SIGHT_BAD_PREFIX);
		return;
	}
	p = prefix_of(a, (uint8_t)len);
	for (i = 0; i < s->nprefixes; i++) {
		if (s->prefixes[i].len <= p.len &&
		    prefix_has(&s->prefixes[i], &p.addr)) {
			if (s->prefix_seen[i] < ts)
				s->prefix_seen[i] = ts;
			return;
		}
	}
	i = place(s, ts);
	if (i == SIGHT_PREFIXES) {
		sight_count(s, SIGHT_FULL);
		return;
	}
	s->prefixes[i] = p;
	s->prefix_seen[i] = ts;
	if (i == s->nprefixes)
		s->nprefixes++;
	s->prefixes_changed = true;
}

size_t
sight_prefixes(const struct sight *s, const struct prefix **list)
{
	*list = s->prefixes;
	return s->nprefixes;
}

bool
sight_prefixes_changed(struct sight *s)
{
	bool changed = s->prefixes_changed;

	s->prefixes_changed = false;
	return changed;
}

bool
sight_in_prefixes(const struct sight *s, const struct addr *a)
{
	size_t i;

	for (i = 0; i < s->nprefixes; i++)
		if (prefix_has(&s->prefixes[i], a))
			return true;
	return false;
}

bool
sight_knows_prefixes(const struct sight *s, uint8_t ver)
{
	size_t i;

	for (i = 0; i < s->nprefixes; i++)
		if (s->prefixes[i].addr.ver == ver)
			return true;
	return false;
}

void
sight_learn_router(struct sight *s, const struct addr *a)
{
	size_t i;

	if (!sight_is_host(a))
		return;
	for (i = 0; i < SIGHT_ROUTERS - 1; i++)
		if (addr_eq(&s->routers[i], a))
			break;
	memmove(s->routers + 1, s->routers, i * sizeof(s->routers[0]));
	s->routers[0] = *a;
}
