/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_FLOW_H
#define SPIN_FLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "addr.h"
#include "attr.h"
#include "flowkey.h"
#include "hash.h"
#include "packet.h"

/*
 * The flow table: biflows (RFC 5103) keyed on VLAN tags, addresses, protocol
 * and ports, found by a keyed hash, in a table of fixed capacity.
 *
 * The initiator is the sender of the SYN; a SYN/ACK first means that the
 * other side started; when the start was missed, a well-known port on one
 * side is the server's; else the sender of the first packet. ICMP requests
 * and their replies are one flow, other ICMP messages one flow a direction,
 * type and code.
 *
 * A flow is reported through the callback: at the end of each active
 * interval (flows_report), and when it ends. It ends by FIN from both sides
 * or RST (some seconds later, so that last packets find it), after its idle
 * time, when the table is full (the longest idle goes), or with the input.
 * Each flow is reported as `new` once and as `done` once. Counters start
 * from zero after each report; a last report may carry no packets.
 *
 * Order of reports: flows that end, when they end; at an interval's end in
 * the order of their first packets in it. It does not depend on the hash key.
 *
 * Idle time is measured on a clock that only goes forward (`vnow` below), so
 * that captures whose time jumps back neither stall nor end flows. The order
 * of idleness is kept to the second, and exactly once the table is half full.
 */
enum flow_done {
	FLOW_ON,	/* goes on */
	FLOW_FIN, FLOW_RST, FLOW_IDLE, FLOW_EVICT, FLOW_EOF,
};

/* Which idle time holds for a flow. */
enum flow_class {
	FLOW_CLASS_TCP,		/* open */
	FLOW_CLASS_SYN,		/* TCP, not yet answered */
	FLOW_CLASS_ENDED,	/* TCP, after FIN from both sides or RST */
	FLOW_CLASS_UDP,
	FLOW_CLASS_DNS,		/* UDP with port 53, answered */
	FLOW_CLASS_ICMP,
	FLOW_CLASS_OTHER,
	FLOW_CLASSES,
};

#define FLOW_TAG_MIRAI	0x01	/* a SYN numbered by its destination */

/*
 * A flow as it stands. Sides: 0 has the lower address (then port) of the two,
 * 1 the higher; `init` is the initiator's side.
 */
struct flow {
	/* To find it: one cache line. */
	uint64_t key[FLOWKEY_WORDS];
	uint32_t hash, chain;	/* bucket chain: index + 1, 0 ends */
	uint32_t dprev, dnext;	/* list of flows with something to report */

	/* To count a packet: the next one. */
	uint64_t bytes[2];	/* since the last report */
	uint32_t pkts[2];
	int64_t first, last;	/* times of those packets, microseconds */
	int64_t vlast;		/* idle clock at the last packet */
	uint8_t tcp_flags[2];	/* since the last report */
	uint8_t tags;		/* FLOW_TAG_, since the last report */
	uint8_t init;
	uint8_t class;
	uint8_t ends;		/* bit 0, 1: FIN of that side; bit 2: RST */
	bool answered : 1, reported : 1;
	bool look;		/* the caller's, false at first */
	int64_t vmoved;		/* when it was put last in its class' list */

	uint32_t older, newer;	/* that list */
	int64_t start;		/* time of the first packet */
	struct mac mac[2];	/* of the first packet's sides */
	bool has_mac[2];
	uint8_t icmp_type, icmp_code;	/* of the initiator */
	uint32_t ifno;
	uint8_t done;		/* enum flow_done, while reporting */
};

typedef void flow_fn(void *ctx, const struct flow *);

struct flow_opts {
	uint32_t max;		/* flows at once, at least 1 */
	int64_t idle[FLOW_CLASSES];	/* microseconds */
};

struct flow_stats {
	uint64_t begun, evicted;
};

struct flows;

/* NULL when there is no memory for the table. */
struct flows *flows_new(const struct flow_opts *, const struct hashkey *,
    flow_fn *, void *ctx) ATTR_NODISCARD;
void flows_free(struct flows *);

/*
 * Counts a packet. `vnow` is the idle clock in microseconds (clock.h), which
 * goes forward in any capture that a clock can have made. Returns its flow, of
 * which the caller may set `look`: what is there comes back with every further
 * packet. `*is_new` says whether the packet began the flow. Valid until the
 * next call for this table.
 */
struct flow *flows_packet(struct flows *, const struct pkt *, int64_t vnow,
    bool *is_new);

/* Ends what was idle for too long. */
void flows_expire(struct flows *, int64_t vnow);
/* Reports every flow with packets since its last report. */
void flows_report(struct flows *);
/* Ends all flows, as FLOW_EOF. */
void flows_end(struct flows *);

const struct flow_stats *flows_stats(const struct flows *);

/* What a flow's key holds. */
uint8_t flow_ver(const struct flow *);
uint8_t flow_proto(const struct flow *);
uint16_t flow_vlan(const struct flow *);
uint16_t flow_inner_vlan(const struct flow *);
uint16_t flow_port(const struct flow *, int side);
struct addr flow_addr(const struct flow *, int side);
/* Whether its protocol has ports and they were captured. */
bool flow_has_ports(const struct flow *);
bool flow_is_icmp(const struct flow *);
/* Whether its ICMP type is known: not that of a fragment without a first. */
bool flow_has_icmp(const struct flow *);
/* An ICMP flow whose messages have no reply, as community ids ask. */
bool flow_is_one_way(const struct flow *);

/*
 * The ICMP type that answers (or asks) this one, or -1 for a type without
 * counterpart. IPv4 types of RFC 792, 950 and 1256; IPv6 of RFC 4443, 4861,
 * 2710, 4620 and 6275. The same pairs as in the community id specification.
 */
int icmp_counterpart(uint8_t proto, uint8_t type);
/* True for the asking type of such a pair. */
bool icmp_is_request(uint8_t proto, uint8_t type);

#endif
