/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_SIGHT_H
#define SPIN_SIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "attr.h"
#include "hash.h"
#include "packet.h"
#include "rec.h"

/*
 * Sightings of devices: who is in the house, from what devices say about
 * themselves in ARP, NDP, DHCP, DHCPv6 and mDNS. A device record is made when
 * a sighting brings news: a MAC never seen, an address that the MAC did not
 * hold (also when another one held it until now), a new or changed name,
 * vendor class, parameter list or MUD URL, or that it is a router. The record
 * holds what that sighting says and nothing that others have said, except
 * that an address given by DHCP comes with the name that the device gave.
 *
 *	s = sight_new(&key, SIGHT_DEVICES, emit, ctx);
 *	link.ethertype == ETHERTYPE_ARP:	sight_arp(s, ts, &link);
 *	sight_wants(&pkt):			sight_pkt(s, &pkt);
 *	mDNS response:				sight_mdns(s, &pkt, &answers);
 *	first packet of a flow:			sight_ip(s, &pkt);
 *	if (sight_prefixes_changed(s)) write a stream record
 *	sight_free(s);
 *
 * Everything read here may be forged, so all of it is bounded. The table
 * holds as many MACs as sight_new was told, four addresses for each on
 * average and 16 at most; the least recently seen go first. Of MACs never
 * seen at most 100 records a second of traffic time are made, of a known one
 * 32 at once and then one a second; what is held back is counted and not
 * remembered, so that a later sighting may still report it.
 *
 * What a sighting is not: an ARP probe (RFC 5227) or a duplicate address
 * detection (RFC 4862) asks whether an address is free, a DHCP client wishes
 * for one; these show the MAC but not an address. A frame's source MAC and
 * the MAC inside the message may differ (proxies, relays); that inside counts,
 * but for DHCPv6, whose identifiers may carry the MAC of another interface.
 * ARP says nothing about prefixes, and none are guessed from it.
 */
#define SIGHT_DEVICES	4096	/* how many MACs are known, by default */
#define SIGHT_TEXT_MAX	255	/* bytes of a name, class or URL; cut there */
#define SIGHT_PREFIXES	32

struct sight;

/* Takes a record, which is the callee's only during the call. <0: failed. */
typedef int sight_emit(void *ctx, const struct rec *);

/* The hash key must live as long as the table. Never NULL. */
struct sight *sight_new(const struct hashkey *, size_t devices, sight_emit *,
    void *ctx) ATTR_NODISCARD;
void sight_free(struct sight *);

/*
 * Each of these returns 0, or what `emit` returned when that was negative;
 * odd packets are counted and are no error.
 *
 * A frame of ethertype 0x0806 (RFC 826): requests and replies for IPv4 on
 * Ethernet.
 */
int sight_arp(struct sight *, int64_t ts, const struct link_info *);

/*
 * A packet that sight_wants: neighbour discovery (RFC 4861), DHCP (RFC 2131,
 * 2132) or DHCPv6 (RFC 8415).
 */
int sight_pkt(struct sight *, const struct pkt *);

/*
 * A response in multicast DNS (RFC 6762), as its answers stand in a dns
 * record: host names of the sender, when it names one of its own addresses.
 * Names are given without ".local".
 */
int sight_mdns(struct sight *, const struct pkt *, const struct answers *);

/*
 * A device that has said nothing of the above but sends IP packets, for
 * captures that begin late ("how":"ip"). To be called for the first packet of
 * a flow. The source must be an address that the frame's sender holds itself,
 * not one that it forwards for: link-local, within a home prefix, or, as long
 * as no home prefix of that family is known, private. It never takes an
 * address from a MAC that was seen with it within the hour.
 */
int sight_ip(struct sight *, const struct pkt *);

static inline bool
sight_wants(const struct pkt *p)
{
	if (p->proto == IPPROTO_NUM_UDP && p->has_ports)
		return p->dport == 67 || p->dport == 68 ||
		    p->dport == 546 || p->dport == 547;
	return p->proto == IPPROTO_NUM_ICMP6 && p->has_icmp &&
	    p->icmp_type >= 133 && p->icmp_type <= 137;
}

/*
 * The prefixes of the home: from router advertisements (on-link or
 * autonomous) and DHCP (the subnet of an address given). Sets *list, owned by
 * the table and valid until the next packet; returns their number. The order
 * is that of learning.
 */
size_t sight_prefixes(const struct sight *, const struct prefix **list);

/* Whether that list has changed since last asked. */
bool sight_prefixes_changed(struct sight *);

/*
 * The counters that are not zero, in a fixed order, for the member `devices`
 * of a stats record; their names are constants. Returns how many.
 */
#define SIGHT_COUNTS	32
size_t sight_counts(const struct sight *, struct count to[static SIGHT_COUNTS]);

#endif
