/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_CAPTURE_H
#define SPIN_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attr.h"
#include "capfile.h"
#include "flow.h"
#include "rec.h"

/*
 * The measuring part of spin-capture: packets in, records out, whatever the
 * packets come from. Each packet is counted once: in a flow, or under a name
 * in non_ip, malformed or undecoded. Record order and times follow from the
 * packets alone.
 *
 *	struct capture *c = capture_new(&opts, emit, ctx);
 *	capture_source(c, "week.pcap");
 *	while (... packet ...)
 *		if (capture_packet(c, &pkt) < 0) ...
 *	capture_end(c);
 *	capture_free(c);
 */
struct capture_opts {
	const char *agent;	/* name in the stream record, or NULL */
	const char *filter;	/* its text goes into the stream's id */
	int64_t active;		/* report interval; 0: only when flows end */
	int64_t stats;		/* between stats records */
	bool community_id;
	uint16_t community_seed;
	struct flow_opts flow;
};

/* Defaults, for files. */
#define CAPTURE_OPTS_INIT { \
	.active = INT64_C(60000000), .stats = INT64_C(60000000), \
	.flow = { .max = 65536, .idle = { \
		[FLOW_CLASS_TCP] = INT64_C(600000000), \
		[FLOW_CLASS_SYN] = INT64_C(60000000), \
		[FLOW_CLASS_ENDED] = INT64_C(5000000), \
		[FLOW_CLASS_UDP] = INT64_C(120000000), \
		[FLOW_CLASS_DNS] = INT64_C(5000000), \
		[FLOW_CLASS_ICMP] = INT64_C(30000000), \
		[FLOW_CLASS_OTHER] = INT64_C(60000000), \
	} } }

/* Takes a record; it is the callee's only during the call. <0 stops. */
typedef int capture_emit(void *ctx, const struct rec *);

struct capture;

/* NULL and errno when the system has no memory or random bytes. */
struct capture *capture_new(const struct capture_opts *, capture_emit *,
    void *ctx) ATTR_NODISCARD;
void capture_free(struct capture *);

/*
 * Names what the packets come from, for the stream record: once for each
 * source, before the first packet. Names for which there is no room any more
 * are counted there ("+12").
 */
void capture_source(struct capture *, const char *name);
/*
 * The packets from here on are another source's, whose interfaces count from
 * 0 again. Flow state is kept over several sources.
 */
void capture_next_source(struct capture *);
/* The name of an interface of this source, for `if` in flow records. */
void capture_ifname(struct capture *, uint32_t ifno, const char *name);

/*
 * Each returns 0, or what emit returned when that was negative. Packets are
 * taken one after the other; to hand over several is faster.
 */
int capture_packets(struct capture *, const struct cap_pkt *v, size_t n)
    ATTR_NODISCARD;

static inline int ATTR_NODISCARD
capture_packet(struct capture *c, const struct cap_pkt *cp)
{
	return capture_packets(c, cp, 1);
}

/* A packet that a filter turned away. */
void capture_filtered(struct capture *);
/* Packets that were lost before they came here. */
void capture_drops(struct capture *, uint64_t n);
/* Reports and ends everything, with a last stats record. */
int capture_end(struct capture *) ATTR_NODISCARD;

#endif
