/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "sight.h"

#include "bytes.h"
#include "sight_priv.h"

/* RFC 2131 section 2: where the fields of the fixed part are. */
enum {
	OFF_OP = 0, OFF_HTYPE = 1, OFF_HLEN = 2, OFF_CIADDR = 12,
	OFF_YIADDR = 16, OFF_GIADDR = 24, OFF_CHADDR = 28, OFF_SNAME = 44,
	OFF_FILE = 108, OFF_COOKIE = 236, OFF_OPTIONS = 240,
};

enum { BOOTREQUEST = 1, BOOTREPLY = 2 };

/* RFC 2132; 81: RFC 4702; 161: RFC 8520 section 10. */
enum {
	OPT_PAD = 0, OPT_SUBNET = 1, OPT_ROUTER = 3, OPT_HOSTNAME = 12,
	OPT_OVERLOAD = 52, OPT_TYPE = 53, OPT_PARAMS = 55, OPT_CLASS = 60,
	OPT_FQDN = 81, OPT_MUD = 161, OPT_END = 255,
};

/* 0: no option 53, so plain BOOTP. */
enum {
	TYPE_BOOTP = 0, TYPE_DISCOVER = 1, TYPE_REQUEST = 3, TYPE_DECLINE = 4,
	TYPE_ACK = 5, TYPE_RELEASE = 7, TYPE_INFORM = 8,
};

#define FQDN_WIRE	0x04	/* RFC 4702 section 2.1: the E bit */
#define OPT_BYTES	512	/* of one option that are kept */

struct area {
	const uint8_t *p;
	size_t n;
};

/* A message, its options in the order of RFC 3396 section 5. */
struct dhcp {
	const struct pkt *p;
	const uint8_t *b;	/* the fixed part */
	struct area areas[3];	/* options, file, sname */
	size_t nareas;
	unsigned type;
};

/* What a client says of itself, as long as a sighting needs it. */
struct says {
	uint8_t name[OPT_BYTES], class[OPT_BYTES], fqdn[OPT_BYTES];
	uint8_t params[OPT_BYTES], mud[OPT_BYTES];
	char fqdn_text[SIGHT_TEXT_MAX];
	char params_text[SIGHT_NUMBERS_ROOM];
};

struct option {
	uint8_t code, len;
	const uint8_t *p;
};

/* The next option. Returns 1, 0 at the end, -1 when it is not all there. */
static int
next_option(const struct area *a, size_t *at, struct option *o)
{
	while (*at < a->n && a->p[*at] == OPT_PAD)
		(*at)++;
	if (*at >= a->n || a->p[*at] == OPT_END)
		return 0;
	if (a->n - *at < 2 || a->n - *at - 2 < a->p[*at + 1])
		return -1;
	o->code = a->p[*at];
	o->len = a->p[*at + 1];
	o->p = a->p + *at + 2;
	*at += 2u + o->len;
	return 1;
}

static bool
is_sound(const struct area *a)
{
	struct option o;
	size_t at = 0;
	int r;

	while ((r = next_option(a, &at, &o)) > 0)
		;
	return r == 0;
}

/*
 * All parts of an option, one behind the other (RFC 3396 section 7). Returns
 * how many bytes there are, of which the first OPT_BYTES are in `to`.
 */
static size_t
gather(const struct dhcp *m, uint8_t code, uint8_t to[static OPT_BYTES])
{
	struct option o;
	size_t i, at, n = 0, part;

	for (i = 0; i < m->nareas; i++) {
		for (at = 0; next_option(&m->areas[i], &at, &o) > 0;) {
			if (o.code != code)
				continue;
			part = o.len;
			if (part > OPT_BYTES - n)
				part = OPT_BYTES - n;
			memcpy(to + n, o.p, part);
			n += part;
		}
	}
	return n;
}

/* An option of at least `n` bytes, or NULL. */
static const uint8_t *
first(const struct dhcp *m, uint8_t code, size_t n)
{
	struct option o;
	size_t i, at;

	for (i = 0; i < m->nareas; i++)
		for (at = 0; next_option(&m->areas[i], &at, &o) > 0;)
			if (o.code == code)
				return o.len >= n ? o.p : NULL;
	return NULL;
}

/*
 * Finds the areas of options. Returns false if one is malformed; of a message
 * that was not captured whole, the options before the cut are read.
 */
static bool
find_areas(struct dhcp *m, bool cut)
{
	const struct pkt *p = m->p;
	const uint8_t *overload;
	unsigned where;
	size_t i;

	m->areas[0] = (struct area){ p->payload + OFF_OPTIONS,
	    p->paycap - OFF_OPTIONS };
	m->nareas = 1;
	if (!is_sound(&m->areas[0]) && !cut)
		return false;
	overload = first(m, OPT_OVERLOAD, 1);
	where = overload ? *overload : 0;
	if (where & 1)
		m->areas[m->nareas++] = (struct area){ m->b + OFF_FILE, 128 };
	if (where & 2)
		m->areas[m->nareas++] = (struct area){ m->b + OFF_SNAME, 64 };
	for (i = 1; i < m->nareas; i++)
		if (!is_sound(&m->areas[i]))
			return false;
	return true;
}

/*
 * The host name, or else the domain name of RFC 4702: flags, two bytes, then
 * a name in wire form or, by older clients, in ASCII.
 */
static struct str
client_name(const struct dhcp *m, struct says *t)
{
	struct str name = sight_text(t->name, gather(m, OPT_HOSTNAME, t->name));
	size_t n;

	if (name.n)
		return name;
	n = gather(m, OPT_FQDN, t->fqdn);
	if (n <= 3)
		return name;
	if (t->fqdn[0] & FQDN_WIRE)
		return sight_dname(t->fqdn + 3, n - 3, t->fqdn_text);
	name = sight_text(t->fqdn + 3, n - 3);
	if (name.n && name.p[name.n - 1] == '.')
		name.n--;
	return name;
}

static int
learn_client(struct sight *s, const struct dhcp *m)
{
	struct sighting g = sighting_by(m->p->ts, HOW_DHCP, m->b + OFF_CHADDR,
	    m->p->link);
	struct addr ip = addr_v4(m->b + OFF_CIADDR);
	struct says t;

	/* ciaddr: what it has already (RFC 2131 table 5) */
	if ((m->type == TYPE_REQUEST || m->type == TYPE_INFORM) &&
	    !addr_is_unspecified(&ip))
		g.ip = ip;
	g.name = client_name(m, &t);
	g.vendor_class = sight_text(t.class, gather(m, OPT_CLASS, t.class));
	g.params = sight_numbers(t.params, gather(m, OPT_PARAMS, t.params), 1,
	    t.params_text);
	g.mud_url = sight_mud_url(s, t.mud, gather(m, OPT_MUD, t.mud));
	return sight_learn(s, &g);
}

/* Ones, then zeros (RFC 950); -1: not a mask. */
static int
mask_length(const uint8_t *b)
{
	uint32_t mask = be32(b), rest = ~mask;
	int n = 0;

	if (rest & (rest + 1))
		return -1;
	for (; mask; mask <<= 1)
		n++;
	return n;
}

/*
 * The sender of an acknowledgement, when it stands in the same subnet as the
 * client; a server far away has the MAC of the last router.
 */
static int
learn_server(struct sight *s, const struct dhcp *m, const struct addr *client,
    int len)
{
	const struct pkt *p = m->p;
	struct addr ip = pkt_addr(p, p->src);
	struct prefix subnet;
	struct sighting g;

	if (len < 1 || be32(m->b + OFF_GIADDR) != 0 || !p->link->src_mac)
		return 0;
	subnet = prefix_of(client, (uint8_t)len);
	if (!prefix_has(&subnet, &ip))
		return 0;
	g = sighting_by(p->ts, HOW_DHCP, p->link->src_mac, p->link);
	g.ip = ip;
	return sight_learn(s, &g);
}

/*
 * The first router of option 3. Its MAC may be known already; if not, any
 * later sighting of that address is one of a router.
 */
static int
learn_router(struct sight *s, const struct dhcp *m)
{
	const uint8_t *b = first(m, OPT_ROUTER, 4);
	const struct mac *mac;
	struct sighting g;
	struct addr a;

	if (!b)
		return 0;
	a = addr_v4(b);
	sight_learn_router(s, &a);
	mac = sight_holder(s, &a);
	if (!mac)
		return 0;
	g = sighting_by(m->p->ts, HOW_DHCP, mac->b, m->p->link);
	g.ip = a;
	return sight_learn(s, &g);
}

/* RFC 2131 section 4.3.1; to an INFORM, yiaddr is zero (4.3.5). */
static int
learn_ack(struct sight *s, const struct dhcp *m)
{
	struct sighting g = sighting_by(m->p->ts, HOW_DHCP, m->b + OFF_CHADDR,
	    m->p->link);
	const uint8_t *mask = first(m, OPT_SUBNET, 4);
	int r, len = mask ? mask_length(mask) : -1;
	uint8_t name[OPT_BYTES];

	g.ip = addr_v4(m->b + OFF_YIADDR);
	if (addr_is_unspecified(&g.ip))
		g.ip = addr_v4(m->b + OFF_CIADDR);
	if (!sight_is_host(&g.ip)) {
		sight_count(s, SIGHT_IGNORED_DHCP);
		return 0;
	}
	if (len >= 0)
		sight_learn_prefix(s, m->p->ts, &g.ip, (unsigned)len);
	else if (mask)
		sight_count(s, SIGHT_BAD_PREFIX);
	g.name = sight_text(name, gather(m, OPT_HOSTNAME, name));
	r = sight_learn_given(s, &g);
	if (r >= 0)
		r = learn_router(s, m);
	return r < 0 ? r : learn_server(s, m, &g.ip, len);
}

static int
dispatch(struct sight *s, const struct dhcp *m)
{
	if (m->b[OFF_OP] == BOOTREQUEST &&
	    (m->type == TYPE_DISCOVER || m->type == TYPE_REQUEST ||
	    m->type == TYPE_DECLINE || m->type == TYPE_RELEASE ||
	    m->type == TYPE_INFORM || m->type == TYPE_BOOTP))
		return learn_client(s, m);
	if (m->b[OFF_OP] == BOOTREPLY &&
	    (m->type == TYPE_ACK || m->type == TYPE_BOOTP))
		return learn_ack(s, m);
	sight_count(s, SIGHT_IGNORED_DHCP);
	return 0;
}

int
sight_dhcp(struct sight *s, const struct pkt *p)
{
	struct dhcp m = { .p = p, .b = p->payload };
	bool cut = !p->payload || p->paycap < p->paylen;
	const uint8_t *type;

	sight_count(s, SIGHT_DHCP);
	if (cut)
		sight_count(s, SIGHT_CUT);
	if (!p->payload || p->paycap < OFF_OPTIONS) {
		if (!cut)
			sight_count(s, SIGHT_MALFORMED_DHCP);
		return 0;
	}
	if (p->ver != 4 || m.b[OFF_HTYPE] != 1 || m.b[OFF_HLEN] != 6 ||
	    be32(m.b + OFF_COOKIE) != 0x63825363) {
		sight_count(s, SIGHT_IGNORED_DHCP);
		return 0;
	}
	if (!find_areas(&m, cut)) {
		sight_count(s, SIGHT_MALFORMED_DHCP);
		return 0;
	}
	type = first(&m, OPT_TYPE, 1);
	m.type = type ? *type : TYPE_BOOTP;
	return dispatch(s, &m);
}
