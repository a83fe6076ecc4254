/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "sight.h"

#include "bytes.h"
#include "sight_priv.h"

/* RFC 8415 sections 7.3, 8 and 9 */
enum {
	MSG_SOLICIT = 1, MSG_REQUEST = 3, MSG_CONFIRM = 4, MSG_RENEW = 5,
	MSG_REBIND = 6, MSG_REPLY = 7, MSG_RELEASE = 8, MSG_DECLINE = 9,
	MSG_INFORM = 11, MSG_RELAY_FORW = 12, MSG_RELAY_REPL = 13,
};

#define HEADER		4	/* type, transaction */
#define RELAY_HEADER	34	/* type, hops, two addresses */
#define HOPS_MAX	8	/* section 7.6 */

/* Section 21; 39: RFC 4704, 79: RFC 6939, 112: RFC 8520 section 11. */
enum {
	OPT_CLIENTID = 1, OPT_IA_NA = 3, OPT_IA_TA = 4, OPT_IAADDR = 5,
	OPT_ORO = 6, OPT_RELAY_MSG = 9, OPT_CLASS = 16, OPT_FQDN = 39,
	OPT_LINK_ADDR = 79, OPT_MUD = 112,
};

/* Options: code and length of two bytes each, then the data. */
struct options {
	const uint8_t *p;
	size_t n;
};

struct option {
	unsigned code;
	size_t len;
	const uint8_t *p;
};

struct dhcp6 {
	const struct pkt *p;
	unsigned type;
	bool relayed;
	const uint8_t *mac;	/* of the client, or NULL */
	struct options o;
};

/* Returns 1, 0 at the end, -1 when the next option is not all there. */
static int
next_option(struct options *o, struct option *opt)
{
	if (o->n == 0)
		return 0;
	if (o->n < 4 || be16(o->p + 2) > o->n - 4)
		return -1;
	opt->code = be16(o->p);
	opt->len = be16(o->p + 2);
	opt->p = o->p + 4;
	o->p += 4 + opt->len;
	o->n -= 4 + opt->len;
	return 1;
}

/* The first option of a code. Returns as next_option. */
static int
find(struct options o, unsigned code, struct option *opt)
{
	int r;

	while ((r = next_option(&o, opt)) > 0)
		if (opt->code == code)
			return 1;
	opt->len = 0;
	opt->p = NULL;
	return r;
}

/*
 * Unwraps what relays put around a message (section 19). Returns false if it
 * is malformed, or relayed too often.
 */
static bool
unwrap(struct dhcp6 *m, const uint8_t *p, size_t n)
{
	struct option opt;
	int hops;

	for (hops = 0; n >= RELAY_HEADER &&
	    (p[0] == MSG_RELAY_FORW || p[0] == MSG_RELAY_REPL); hops++) {
		m->o = (struct options){ p + RELAY_HEADER, n - RELAY_HEADER };
		m->relayed = true;
		if (hops == HOPS_MAX)
			return false;
		/* the innermost relay has seen the client's frame */
		if (find(m->o, OPT_LINK_ADDR, &opt) > 0 && opt.len == 8 &&
		    be16(opt.p) == 1)
			m->mac = opt.p + 2;
		if (find(m->o, OPT_RELAY_MSG, &opt) <= 0)
			return false;
		p = opt.p;
		n = opt.len;
	}
	if (n < HEADER)
		return false;
	m->type = p[0];
	m->o = (struct options){ p + HEADER, n - HEADER };
	return true;
}

static bool
is_sound(struct options o)
{
	struct option opt;
	int r;

	while ((r = next_option(&o, &opt)) > 0)
		;
	return r == 0;
}

/*
 * Section 11: identifiers of types 1 and 3 hold a MAC of the client, but
 * "MUST be treated as opaque": perhaps of another of its interfaces.
 */
static const uint8_t *
duid_mac(const struct dhcp6 *m)
{
	struct option opt;

	if (find(m->o, OPT_CLIENTID, &opt) <= 0 || opt.len < 4 ||
	    be16(opt.p + 2) != 1)
		return NULL;
	if (be16(opt.p) == 1 && opt.len == 14)
		return opt.p + 8;
	if (be16(opt.p) == 3 && opt.len == 10)
		return opt.p + 4;
	return NULL;
}

/* `link`: the client's end of the frame, `ip` of the packet. */
static const uint8_t *
client_mac(const struct dhcp6 *m, const uint8_t *link, const uint8_t *ip)
{
	struct addr a = pkt_addr(m->p, ip);

	if (m->mac)
		return m->mac;
	if (!m->relayed && link && addr_is_linklocal(&a))
		return link;
	return duid_mac(m);
}

/* RFC 4704 section 4: flags, then labels. */
static struct str
fqdn(const struct dhcp6 *m, char to[static SIGHT_TEXT_MAX])
{
	struct option opt;

	if (find(m->o, OPT_FQDN, &opt) <= 0 || opt.len < 2)
		return (struct str){ to, 0 };
	return sight_dname(opt.p + 1, opt.len - 1, to);
}

/* Section 21.16: enterprise number, then strings; the first one. */
static struct str
vendor_class(const struct dhcp6 *m)
{
	struct option opt;
	size_t n;

	if (find(m->o, OPT_CLASS, &opt) <= 0 || opt.len < 6)
		return (struct str){ NULL, 0 };
	n = be16(opt.p + 4);
	return sight_text(opt.p + 6, n <= opt.len - 6 ? n : 0);
}

static int
learn_client(struct sight *s, const struct dhcp6 *m)
{
	const struct pkt *p = m->p;
	struct sighting g = sighting_by(p->ts, HOW_DHCP6,
	    client_mac(m, p->link->src_mac, p->src), p->link);
	char name[SIGHT_TEXT_MAX], params[SIGHT_NUMBERS_ROOM];
	struct option opt;

	g.name = fqdn(m, name);
	g.vendor_class = vendor_class(m);
	(void)find(m->o, OPT_ORO, &opt);
	g.params = sight_numbers(opt.p, opt.len, 2, params);
	(void)find(m->o, OPT_MUD, &opt);
	g.mud_url = sight_mud_url(s, opt.p, opt.len);
	return sight_learn(s, &g);
}

/* Addresses in one identity association; a valid lifetime of 0 ends one. */
static int
learn_addresses(struct sight *s, struct sighting *g, struct options ia)
{
	struct option opt;
	int r;

	while (next_option(&ia, &opt) > 0) {
		if (opt.code != OPT_IAADDR || opt.len < 24 ||
		    be32(opt.p + 20) == 0)
			continue;
		g->ip = addr_v6(opt.p);
		r = sight_learn_given(s, g);
		if (r < 0)
			return r;
	}
	return 0;
}

static int
learn_reply(struct sight *s, const struct dhcp6 *m)
{
	const struct pkt *p = m->p;
	const uint8_t *mac = client_mac(m, p->link->dst_mac, p->dst);
	struct sighting g = sighting_by(p->ts, HOW_DHCP6, mac, p->link);
	struct options o = m->o;
	struct option opt;
	char name[SIGHT_TEXT_MAX];
	int r = 0;

	g.name = fqdn(m, name);
	while (r >= 0 && next_option(&o, &opt) > 0) {
		size_t fixed = opt.code == OPT_IA_NA ? 12 : 4;

		if ((opt.code == OPT_IA_NA || opt.code == OPT_IA_TA) &&
		    opt.len >= fixed)
			r = learn_addresses(s, &g, (struct options){
			    opt.p + fixed, opt.len - fixed });
	}
	return r;
}

static bool
is_client(unsigned type)
{
	return type == MSG_SOLICIT || type == MSG_INFORM ||
	    (type >= MSG_REQUEST && type <= MSG_REBIND) ||
	    type == MSG_RELEASE || type == MSG_DECLINE;
}

int
sight_dhcp6(struct sight *s, const struct pkt *p)
{
	struct dhcp6 m = { .p = p };

	sight_count(s, SIGHT_DHCP6);
	if (p->ver != 6) {
		sight_count(s, SIGHT_IGNORED_DHCP6);
		return 0;
	}
	if (!p->payload || p->paycap < p->paylen) {
		sight_count(s, SIGHT_CUT);
		return 0;
	}
	if (!unwrap(&m, p->payload, p->paycap) || !is_sound(m.o)) {
		sight_count(s, SIGHT_MALFORMED_DHCP6);
		return 0;
	}
	if (is_client(m.type))
		return learn_client(s, &m);
	if (m.type == MSG_REPLY)
		return learn_reply(s, &m);
	sight_count(s, SIGHT_IGNORED_DHCP6);
	return 0;
}
