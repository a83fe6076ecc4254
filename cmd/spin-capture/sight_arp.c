/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#include "compat.h"

#include "sight.h"

#include "bytes.h"
#include "sight_priv.h"

#define ARP_HEADER	8
#define ARP_ETHER_IP4	28	/* with addresses of 6 and 4 bytes, twice */

enum { HTYPE_ETHERNET = 1, HTYPE_IEEE802 = 6 };
enum { OPER_REQUEST = 1, OPER_REPLY = 2 };

/*
 * The message, by RFC 826: hardware type, protocol type, the lengths of their
 * addresses, operation, then sender's and target's pairs. A sender address of
 * 0.0.0.0 is a probe (RFC 5227 section 1.1).
 */
static int
learn_sender(struct sight *s, int64_t ts, const struct link_info *link)
{
	const uint8_t *p = link->l3;
	struct sighting g = sighting_by(ts, HOW_ARP, p + ARP_HEADER, link);
	struct addr ip = addr_v4(p + ARP_HEADER + 6);

	if (!addr_is_unspecified(&ip))
		g.ip = ip;
	return sight_learn(s, &g);
}

int
sight_arp(struct sight *s, int64_t ts, const struct link_info *link)
{
	const uint8_t *p = link->l3;
	unsigned htype, oper;

	sight_count(s, SIGHT_ARP);
	if (link->l3_cap < ARP_ETHER_IP4) {
		sight_count(s, link->l3_cap < link->l3_len ? SIGHT_CUT :
		    SIGHT_MALFORMED_ARP);
		return 0;
	}
	htype = be16(p);
	oper = be16(p + 6);
	if ((htype != HTYPE_ETHERNET && htype != HTYPE_IEEE802) ||
	    be16(p + 2) != 0x0800 ||
	    (oper != OPER_REQUEST && oper != OPER_REPLY)) {
		sight_count(s, SIGHT_IGNORED_ARP);
		return 0;
	}
	if (p[4] != 6 || p[5] != 4) {
		sight_count(s, SIGHT_MALFORMED_ARP);
		return 0;
	}
	return learn_sender(s, ts, link);
}
