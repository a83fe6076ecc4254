/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_DNSTCP_H
#define SPIN_DNSTCP_H

#include <stddef.h>
#include <stdint.h>

#include "attr.h"
#include "hash.h"
#include "packet.h"

/*
 * DNS messages out of TCP streams (RFC 1035 4.2.2, RFC 7766): each behind its
 * length in two bytes, several in a segment, or one over several segments.
 *
 * Each direction of a connection is followed on its own, in the order of its
 * bytes; what comes again is ignored. What is missing (a lost, reordered or
 * cut segment) is a gap: the message it lies in is handed over as far as it
 * goes, and reading goes on behind that message where its length tells where
 * that is, else at the next segment that starts like a message of this
 * direction (length, QR bit, opcode and counts agree). Streams whose
 * beginning was missed are entered in the same way.
 *
 * Limits: DNSTCP_STREAMS directions, the least recently used one goes first;
 * DNSTCP_HELD bytes of incomplete messages in all, allocated as they come; a
 * direction is forgotten after two minutes of silence.
 */
#define DNSTCP_STREAMS	128
#define DNSTCP_HELD	(1 << 20)

/*
 * One message: `cap` of its `len` bytes, valid until the function returns.
 * Its return value, if not 0, ends dnstcp_packet with the same value.
 */
typedef int dnstcp_fn(void *ctx, const struct pkt *, const uint8_t *msg,
    size_t cap, size_t len);

struct dnstcp_counts {
	uint64_t gaps;		/* places where bytes were missing */
	uint64_t skipped;	/* segments with data that no message is in */
	uint64_t dropped;	/* incomplete messages given up for room */
};

struct dnstcp;

/* Ends the program when there is no memory. The key must outlive it. */
struct dnstcp *dnstcp_new(const struct hashkey *, dnstcp_fn *, void *ctx)
    ATTR_NODISCARD;
void dnstcp_free(struct dnstcp *);

/* A TCP packet from or to port 53. */
int dnstcp_packet(struct dnstcp *, const struct pkt *) ATTR_NODISCARD;

/* Forgets what has been silent for two minutes. */
void dnstcp_tick(struct dnstcp *, int64_t now);

const struct dnstcp_counts *dnstcp_counts(const struct dnstcp *);

/* Bytes of incomplete messages now held: never above DNSTCP_HELD. */
size_t dnstcp_held(const struct dnstcp *);

#endif
