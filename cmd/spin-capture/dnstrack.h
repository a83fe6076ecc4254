/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_DNSTRACK_H
#define SPIN_DNSTRACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attr.h"
#include "hash.h"
#include "packet.h"
#include "rec.h"

/*
 * From DNS packets to dns records. `via` says what was heard:
 *
 * udp, tcp	Port 53. A question is kept until the response comes whose
 *	addresses, ports, id, name (in any case of letters), type and class
 *	are its own. The two make one record with the `ts` of the response:
 *	from then on the client knows the answers. The same question asked
 *	again meanwhile adds nothing. A response without question section
 *	(RFC 1035 4.1.1 allows it on errors) belongs to the oldest question
 *	that the rest agrees with, of the 256 oldest.
 * llmnr	Port 5355 (RFC 4795), the same; but the response comes from the
 *	address of who has the name, not from the group that was asked.
 * mdns	Port 5353 (RFC 6762). Every response is a record, as it needs no
 *	question: `server` is who sent it, `client` only there when it was
 *	sent to one host; `qname` and `qtype` are its first answer's when it
 *	carries no question. Questions are only counted.
 *
 * A response that no question waits for has `unsolicited`: forged, late,
 * sent twice, or its question was not captured. A question without response
 * for ten seconds of traffic time, or until the end, or pushed out by
 * DNSTRACK_PENDING others, is a record without `rcode`, with the `ts` of when
 * it was given up: records must not be older than a stats record before them.
 * Zone transfers (RFC 5936) answer one question with many messages.
 *
 * A response whose records break off keeps the answers before the break, and
 * is counted as malformed, or as cut when the capture lacks the rest. `client`
 * is who asked, whatever its place in the packet, and client_mac the MAC
 * address next to it.
 *
 * Memory: about 20 KiB to start with, 0.4 KiB for each pending question, never
 * more than 3 MiB; none is allocated per message.
 */
#define DNSTRACK_PENDING	4096
#define DNSTRACK_TIMEOUT	(INT64_C(10) * 1000000)

/*
 * What the stats record says under `dns`; as text the same names.
 *	queries = repeats + answered + unanswered + dropped + still pending
 *	responses = answered + unsolicited + further
 */
#define DNSTRACK_COUNTERS(C) \
	C(queries)	/* sound ones, on ports 53 and 5355 */ \
	C(repeats)	/* of them: asked again while pending */ \
	C(answered) \
	C(unanswered) \
	C(dropped)	/* given up early: too many pending */ \
	C(responses)	/* with sound header and question, 53 and 5355 */ \
	C(further)	/* of them: more of a zone transfer */ \
	C(unsolicited) \
	C(mdns_queries) \
	C(mdns_responses) \
	C(mdns_ignored)	/* as RFC 6762 6 and 18.11 demand */ \
	C(other_opcode)	/* NOTIFY, UPDATE ...: no record */ \
	C(no_question)	/* queries without one: no record */ \
	C(many_questions) /* the first one counts (RFC 9619) */ \
	C(malformed) \
	C(cut) \
	C(tcp_gaps) \
	C(tcp_skipped)	/* segments without place in a stream */ \
	C(tcp_dropped)	/* messages given up for room */

enum {
#define C(name) DNSTRACK_##name,
	DNSTRACK_COUNTERS(C)
#undef C
	DNSTRACK_COUNT
};

struct dnstrack;

/* Takes a record; not 0 ends what was going on with that value. */
typedef int dnstrack_emit(void *ctx, const struct rec *);

/* Ends the program when there is no memory. The key must outlive it. */
struct dnstrack *dnstrack_new(const struct hashkey *, dnstrack_emit *,
    void *ctx) ATTR_NODISCARD;
void dnstrack_free(struct dnstrack *);

/* Whether a packet is for dnstrack_packet at all: cheap, for every packet. */
static inline bool
dnstrack_port(uint16_t port)
{
	return port == 53 || port == 5353 || port == 5355;
}

static inline bool
dnstrack_wants(const struct pkt *p)
{
	return p->has_ports && !p->later_fragment &&
	    (p->proto == IPPROTO_NUM_UDP || p->proto == IPPROTO_NUM_TCP) &&
	    (dnstrack_port(p->dport) || dnstrack_port(p->sport));
}

/*
 * Any packet. Questions that have timed out by p->ts are given up first.
 * Returns 0, or what `emit` returned.
 */
int dnstrack_packet(struct dnstrack *, const struct pkt *) ATTR_NODISCARD;

/*
 * Gives up the questions that have timed out by `now`, and all that remain,
 * in the order in which they were first asked.
 */
int dnstrack_tick(struct dnstrack *, int64_t now) ATTR_NODISCARD;
int dnstrack_end(struct dnstrack *, int64_t now) ATTR_NODISCARD;

/* Counters that are not 0, in the order above; returns how many. */
size_t dnstrack_counts(const struct dnstrack *,
    struct count to[static DNSTRACK_COUNT]);

#endif
