/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "names.h"

#include "names_priv.h"
#include "num.h"

#define CHAIN_MAX	16	/* CNAMEs from the question on */
#define TTL_MAX		INT32_MAX	/* seconds, RFC 2181 8 */

/* A dns record that names something, and where it goes. */
struct reading {
	struct names *n;
	const struct rec *rec;
	const struct answer *v;
	size_t count;		/* of them that are looked at */
	bool link;		/* hosts say it of themselves */
};

/* The names that the question leads to, and the least TTL up to each. */
struct chain {
	struct str name[CHAIN_MAX + 1];
	uint32_t ttl[CHAIN_MAX + 1];
	size_t n;
};

static bool
same_name(struct str a, struct str b)
{
	size_t i;

	if (a.n != b.n)
		return false;
	for (i = 0; i < a.n; i++)
		if (a.p[i] != b.p[i] &&
		    names_lower(a.p[i]) != names_lower(b.p[i]))
			return false;
	return true;
}

static uint32_t
ttl_of(const struct answer *a)
{
	return a->has_ttl && a->ttl <= TTL_MAX ? (uint32_t)a->ttl : 0;
}

/* Cuts a suffix (in lower case) off; false when it is not there. */
static bool
cut(struct str *s, struct str suffix)
{
	struct str tail;

	if (s->n <= suffix.n)
		return false;
	tail = (struct str){ s->p + s->n - suffix.n, suffix.n };
	if (!same_name(tail, suffix))
		return false;
	s->n -= suffix.n;
	return true;
}

/* d.c.b.a, as below in-addr.arpa. */
static bool
reverse_v4(struct str s, struct addr *a)
{
	char text[16];
	size_t n = 0, end = s.n, i;

	if (s.n >= sizeof(text))
		return false;
	for (i = s.n; i-- > 0;) {
		if (i > 0 && s.p[i - 1] != '.')
			continue;
		memcpy(text + n, s.p + i, end - i);
		n += end - i;
		if (i > 0) {
			text[n++] = '.';
			end = --i;
		}
	}
	return addr_parse(a, text, n) == 0 && a->ver == 4;
}

/* 32 digits, the last one first, as below ip6.arpa (RFC 3596 2.5). */
static bool
reverse_v6(struct str s, struct addr *a)
{
	size_t i;
	int digit;

	if (s.n != 63)
		return false;
	*a = (struct addr){ .ver = 6 };
	for (i = 0; i < 32; i++) {
		digit = num_hex(s.p[2 * i]);
		if (digit < 0 || (i < 31 && s.p[2 * i + 1] != '.'))
			return false;
		a->b[15 - i / 2] |= (uint8_t)(digit << 4 * (i % 2));
	}
	return true;
}

/* The address that a PTR record of that owner is about. */
static bool
reverse_of(struct str owner, struct addr *a)
{
	if (cut(&owner, STR(".in-addr.arpa")))
		return reverse_v4(owner, a);
	return cut(&owner, STR(".ip6.arpa")) && reverse_v6(owner, a);
}

/* The address in an A or AAAA record. */
static bool
addr_of(const struct answer *a, struct addr *to)
{
	uint8_t ver = 0;

	if (str_eq(a->rtype, STR("A")))
		ver = 4;
	else if (str_eq(a->rtype, STR("AAAA")))
		ver = 6;
	return ver != 0 && addr_parse(to, a->data.p, a->data.n) == 0 &&
	    to->ver == ver;
}

/*
 * Anybody on the link may answer there, so an address of the internet is
 * named by nobody but its holder.
 */
static bool
may_name(const struct reading *r, const struct addr *a)
{
	return !r->link || addr_is_private(a) ||
	    (REC_HAS(r->rec, DNS, server) &&
	    addr_eq(&r->rec->u.dns.server, a));
}

/* Below ".local": a dot with an odd number of backslashes is no separator. */
static bool
is_local(struct str s)
{
	size_t i;

	if (!cut(&s, STR(".local")))
		return false;
	for (i = s.n; i > 0 && s.p[i - 1] == '\\'; i--)
		;
	return (s.n - i) % 2 == 0;
}

/* The number of a name in the chain, or c->n. */
static size_t
find_name(const struct chain *c, struct str name)
{
	size_t i = 0;

	while (i < c->n && !same_name(c->name[i], name))
		i++;
	return i;
}

static const struct answer *
cname_of(const struct reading *r, struct str name)
{
	size_t i;

	for (i = 0; i < r->count; i++)
		if (str_eq(r->v[i].rtype, STR("CNAME")) &&
		    same_name(r->v[i].name, name))
			return &r->v[i];
	return NULL;
}

static void
follow(struct chain *c, const struct reading *r, struct str qname)
{
	const struct answer *a;
	uint32_t least = TTL_MAX;

	c->name[0] = qname;
	c->ttl[0] = least;
	c->n = 1;
	while (c->n <= CHAIN_MAX) {
		a = cname_of(r, c->name[c->n - 1]);
		if (!a || a->data.n == 0 || find_name(c, a->data) < c->n)
			return;
		if (ttl_of(a) < least)
			least = ttl_of(a);
		c->name[c->n] = a->data;
		c->ttl[c->n] = least;
		c->n++;
	}
}

/* Answers to a question, of a DNS server or by LLMNR. */
static void
read_answer(const struct reading *r, uint32_t client)
{
	struct str qname = r->rec->u.dns.qname;
	struct addr addr, about;
	bool ask_ptr = reverse_of(qname, &about) && may_name(r, &about);
	bool stray = false;
	struct chain c;
	size_t i;

	follow(&c, r, qname);
	for (i = 0; i < r->count; i++) {
		const struct answer *a = &r->v[i];
		size_t at = find_name(&c, a->name);
		uint32_t ttl = at < c.n && c.ttl[at] < ttl_of(a) ?
		    c.ttl[at] : ttl_of(a);

		if (addr_of(a, &addr)) {
			if (at == c.n)
				stray = true;
			else if (may_name(r, &addr))
				names_tell(r->n, client, &addr, qname,
				    r->rec->ts, ttl);
		} else if (ask_ptr && at < c.n &&
		    str_eq(a->rtype, STR("PTR"))) {
			names_tell(r->n, NAMES_EVERYBODY, &about, a->data,
			    r->rec->ts, ttl);
			ask_ptr = false;
		}
	}
	if (stray)
		names_ignored(r->n);
}

/* Answers of mDNS, each for itself. */
static void
read_mdns(const struct reading *r)
{
	struct addr addr;
	size_t i;

	for (i = 0; i < r->count; i++) {
		const struct answer *a = &r->v[i];
		struct str host = a->name;

		if (a->has_ttl && a->ttl == 0)
			continue;
		if (str_eq(a->rtype, STR("PTR"))) {
			host = a->data;
			if (!reverse_of(a->name, &addr))
				continue;
		} else if (!addr_of(a, &addr)) {
			continue;
		}
		if (is_local(host) && may_name(r, &addr))
			names_tell(r->n, NAMES_EVERYBODY, &addr, host,
			    r->rec->ts, ttl_of(a));
	}
}

void
names_dns(struct names *n, const struct rec *rec, uint32_t client)
{
	const struct rec_dns *d = &rec->u.dns;
	struct reading r = { .n = n, .rec = rec };

	if (rec->type != REC_TYPE_DNS)
		return;
	if (REC_HAS(rec, DNS, unsolicited) && d->unsolicited) {
		names_ignored(n);
		return;
	}
	if (!REC_HAS(rec, DNS, via) || !REC_HAS(rec, DNS, answers) ||
	    !REC_HAS(rec, DNS, rcode) || !str_eq(d->rcode, STR("NOERROR")))
		return;
	r.v = d->answers.v;
	r.count = d->answers.n < REC_LIST_MAX ? d->answers.n : REC_LIST_MAX;
	r.link = str_eq(d->via, STR("mdns")) || str_eq(d->via, STR("llmnr"));
	if (str_eq(d->via, STR("mdns")))
		read_mdns(&r);
	else if (REC_HAS(rec, DNS, qname) && (r.link ||
	    str_eq(d->via, STR("udp")) || str_eq(d->via, STR("tcp"))))
		read_answer(&r, r.link ? NAMES_EVERYBODY : client);
}
