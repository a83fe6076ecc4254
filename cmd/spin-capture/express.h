/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_EXPRESS_H
#define SPIN_EXPRESS_H

#include <stddef.h>
#include <stdint.h>

#include "capfile.h"
#include "flow.h"
#include "flowkey.h"

/*
 * The express lane: nine of ten packets are Ethernet frames with at most one
 * VLAN tag, with TCP or UDP directly behind a plain IP header, of a flow that
 * is known and that nobody looks into, and on time; and none is a SYN, which
 * may begin another flow. They are counted here without looking at them
 * twice. Most even belong
 * to the flow of the packet before, in one direction or the other: its
 * addresses and ports are kept, and when they come again no key is made or
 * looked up.
 *
 * Whatever is out of the ordinary is left alone, for link_decode,
 * packet_decode and flows_packet, which give the same result for plain
 * packets too; a test holds the two against each other.
 */
struct express {
	struct flow *flow;	/* of the packet before, if there was one */
	struct flowkey_ends ends;	/* and how that packet had them */
	uint64_t rest;		/* its VLAN, protocol and version */
	unsigned side;
};

/* Time, as the capture has it (clock.h), and what is counted. */
struct express_run {
	int64_t floor, until;	/* only packets with floor <= ts < until */
	uint32_t ifs;		/* only of interfaces below this number */
	int64_t voff;		/* idle clock - traffic clock */
	int64_t now;		/* traffic clock; goes forward */
	uint64_t pkts, bytes, link_bytes;	/* added to */
};

/*
 * Takes packets from the first one on, until one is out of the ordinary.
 * Returns how many were taken.
 */
size_t express_packets(struct express *, struct flows *,
    const struct cap_pkt *v, size_t n, struct express_run *);

#define EXPRESS_NONE	UINT64_MAX	/* `rest` of no packet */
#define EXPRESS_INIT	{ .rest = EXPRESS_NONE }

/* What is not of the express lane has changed flows: forget the last one. */
static inline void
express_forget(struct express *e)
{
	e->rest = EXPRESS_NONE;
}

#endif
