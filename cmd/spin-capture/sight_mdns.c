/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "sight.h"

#include "sight_priv.h"

static bool
is_ddd(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < 3; i++)
		if (i >= n || s[i] < '0' || s[i] > '9')
			return false;
	return true;
}

/*
 * The first label of NAME.local (RFC 6762 section 3) as bytes, from the text
 * form of dname.h. Empty if the name is not of that form.
 */
static struct str
host_label(struct str name, char to[static SIGHT_TEXT_MAX])
{
	size_t i, n = 0;

	for (i = 0; i < name.n && name.p[i] != '.' && n < 63; i++) {
		const char *s = name.p + i;

		if (*s != '\\') {
			to[n++] = *s;
		} else if (is_ddd(s + 1, name.n - i - 1)) {
			to[n++] = (char)((s[1] - '0') * 100 +
			    (s[2] - '0') * 10 + s[3] - '0');
			i += 3;
		} else if (++i < name.n) {
			to[n++] = s[1];
		}
	}
	name.p += i;
	name.n -= i < name.n ? i : name.n;
	if (!str_eq(name, STR(".local")))
		n = 0;
	return (struct str){ to, n };
}

/* An address record that holds; one with a TTL of 0 is a farewell (10.1). */
static bool
host_address(const struct answer *a, struct addr *ip)
{
	if (!str_eq(a->rtype, STR("A")) && !str_eq(a->rtype, STR("AAAA")))
		return false;
	return a->has_ttl && a->ttl > 0 &&
	    addr_parse(ip, a->data.p, a->data.n) == 0;
}

/*
 * Whether the sender speaks of itself: a reflector passes on what others say,
 * and a sleep proxy answers for those who sleep.
 */
static bool
is_own(const struct sight *s, const struct pkt *p, const struct addr *ip)
{
	struct addr src = pkt_addr(p, p->src);
	const struct mac *holder;

	if (addr_eq(&src, ip))
		return true;
	holder = sight_holder(s, ip);
	return holder && memcmp(holder->b, p->link->src_mac, 6) == 0;
}

/* The name under which the sender gives one of its own addresses. */
static struct str
own_name(const struct sight *s, const struct pkt *p,
    const struct answers *a)
{
	struct addr ip;
	size_t i;

	for (i = 0; i < a->n; i++)
		if (host_address(&a->v[i], &ip) && is_own(s, p, &ip))
			return a->v[i].name;
	return STR("");
}

/* An address that only a host on this link can mean by itself. */
static bool
is_local(const struct sight *s, const struct addr *ip)
{
	return addr_is_private(ip) || sight_in_prefixes(s, ip);
}

static int
learn_name(struct sight *s, const struct pkt *p, const struct answers *a,
    struct str owner, struct str label)
{
	struct sighting g = sighting_by(p->ts, HOW_MDNS, p->link->src_mac,
	    p->link);
	struct addr ip;
	size_t i;
	int r = 0;

	g.name = label;
	for (i = 0; i < a->n && r >= 0; i++) {
		if (!str_eq(a->v[i].name, owner) ||
		    !host_address(&a->v[i], &ip) ||
		    !(is_own(s, p, &ip) || is_local(s, &ip)))
			continue;
		g.ip = ip;
		r = sight_learn(s, &g);
	}
	return r;
}

int
sight_mdns(struct sight *s, const struct pkt *p, const struct answers *a)
{
	char label[SIGHT_TEXT_MAX];
	struct str owner, name;

	sight_count(s, SIGHT_MDNS);
	if (!p->link->src_mac) {
		sight_count(s, SIGHT_NO_MAC);
		return 0;
	}
	owner = own_name(s, p, a);
	name = host_label(owner, label);
	if (name.n == 0) {
		sight_count(s, SIGHT_IGNORED_MDNS);
		return 0;
	}
	return learn_name(s, p, a, owner, name);
}
