/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "sight.h"

#include "bytes.h"
#include "sight_priv.h"

/*
 * Neighbour discovery, RFC 4861 section 4. Offsets here are from behind the
 * type, code and checksum that all ICMPv6 messages begin with.
 */
enum {
	NDP_RS = 133, NDP_RA = 134, NDP_NS = 135, NDP_NA = 136,
};

enum {
	OPT_SOURCE_LINK = 1, OPT_TARGET_LINK = 2, OPT_PREFIX = 3,
};

#define PREFIX_ON_LINK		0x80
#define PREFIX_AUTONOMOUS	0x40

struct ndp {
	const struct pkt *p;
	const uint8_t *opts;
	uint32_t nopts;
	const uint8_t *source_link, *target_link;	/* MACs, or NULL */
};

/* Bytes of the message before its options, or 0: not read here. */
static uint32_t
fixed_part(uint8_t type)
{
	switch (type) {
	case NDP_RS:
		return 4;
	case NDP_RA:
		return 12;
	case NDP_NS:
	case NDP_NA:
		return 4 + 16;
	default:
		return 0;
	}
}

/*
 * Section 4.6: type, length in units of 8 bytes, never 0. Returns the bytes
 * of the first option, or 0 when it does not fit.
 */
static uint32_t
option_bytes(const uint8_t *o, uint32_t n)
{
	uint32_t len = n >= 8 ? o[1] * 8u : 0;

	return len <= n ? len : 0;
}

/*
 * Sections 6.1 and 7.1: one bad option makes the whole message void, and who
 * has no address yet gives no link-layer address.
 */
static bool
read_options(struct ndp *m)
{
	struct addr src;
	uint32_t i, n;

	for (i = 0; i < m->nopts; i += n) {
		const uint8_t *o = m->opts + i;

		n = option_bytes(o, m->nopts - i);
		if (!n)
			return false;
		/* RFC 2464 section 6: a MAC in an option of 8 bytes */
		if (o[0] == OPT_SOURCE_LINK && n == 8)
			m->source_link = o + 2;
		else if (o[0] == OPT_TARGET_LINK && n == 8)
			m->target_link = o + 2;
	}
	src = addr_v6(m->p->src);
	return !m->source_link || !addr_is_unspecified(&src);
}

static int
learn_sender(struct sight *s, const struct ndp *m, enum sight_how how,
    bool router)
{
	const struct pkt *p = m->p;
	const uint8_t *mac = m->source_link ? m->source_link : p->link->src_mac;
	struct sighting g = sighting_by(p->ts, how, mac, p->link);
	struct addr ip = addr_v6(p->src);

	if (!addr_is_unspecified(&ip))
		g.ip = ip;
	g.router = router;
	return sight_learn(s, &g);
}

/*
 * Section 4.4. Without the target's link-layer address only one who speaks
 * for himself is believed: others answer for their neighbours (proxies).
 */
static int
learn_target(struct sight *s, const struct ndp *m)
{
	const struct pkt *p = m->p;
	const uint8_t *mac = m->target_link;
	struct sighting g;

	if (!mac && memcmp(p->src, p->payload + 4, 16) == 0)
		mac = p->link->src_mac;
	if (!mac) {
		sight_count(s, SIGHT_IGNORED_NDP);
		return 0;
	}
	g = sighting_by(p->ts, HOW_NDP, mac, p->link);
	g.ip = addr_v6(p->payload + 4);
	return sight_learn(s, &g);
}

/* Section 4.6.2; a valid lifetime of 0 takes the prefix back. */
static void
learn_prefixes(struct sight *s, const struct ndp *m)
{
	struct addr a;
	uint32_t i;

	for (i = 0; i < m->nopts; i += m->opts[i + 1] * 8u) {
		const uint8_t *o = m->opts + i;

		if (o[0] != OPT_PREFIX || o[1] != 4 ||
		    !(o[3] & (PREFIX_ON_LINK | PREFIX_AUTONOMOUS)) ||
		    be32(o + 4) == 0)
			continue;
		a = addr_v6(o + 16);
		sight_learn_prefix(s, m->p->ts, &a, o[2]);
	}
}

/*
 * Section 6.1.2: only link-local addresses advertise. With a lifetime of 0 it
 * is no default router (4.2), but its prefixes hold.
 */
static int
learn_router(struct sight *s, const struct ndp *m)
{
	struct addr ip = addr_v6(m->p->src);

	if (!addr_is_linklocal(&ip)) {
		sight_count(s, SIGHT_MALFORMED_NDP);
		return 0;
	}
	learn_prefixes(s, m);
	return learn_sender(s, m, HOW_RA, be16(m->p->payload + 2) != 0);
}

int
sight_ndp(struct sight *s, const struct pkt *p)
{
	struct ndp m = { .p = p };
	uint32_t fixed = fixed_part(p->icmp_type);

	sight_count(s, SIGHT_NDP);
	/* RFC 6980: fragments are not to be believed. */
	if (p->ver != 6 || !fixed || p->icmp_code != 0 || p->fragment) {
		sight_count(s, SIGHT_IGNORED_NDP);
		return 0;
	}
	if (!p->payload || p->paycap < p->paylen) {
		sight_count(s, SIGHT_CUT);
		return 0;
	}
	if (p->paycap < fixed) {
		sight_count(s, SIGHT_MALFORMED_NDP);
		return 0;
	}
	m.opts = p->payload + fixed;
	m.nopts = p->paycap - fixed;
	if (!read_options(&m)) {
		sight_count(s, SIGHT_MALFORMED_NDP);
		return 0;
	}
	switch (p->icmp_type) {
	case NDP_RA:
		return learn_router(s, &m);
	case NDP_NA:
		return learn_target(s, &m);
	default:
		return learn_sender(s, &m, HOW_NDP, false);
	}
}
