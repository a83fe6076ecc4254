/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_FRAG_H
#define SPIN_FRAG_H

#include "hash.h"
#include "packet.h"

/*
 * Later fragments of a packet have no ports. The first fragment's are kept
 * here for half a minute (RFC 8200 4.5 gives 60 s, receivers take 30), so
 * that all of a packet counts to one flow. A later fragment that comes before
 * the first, or after the table of FRAG_MAX packets was filled by others,
 * counts to the flow of its addresses and protocol, with ports 0.
 */
#define FRAG_MAX	512

struct frags;

struct frags *frags_new(const struct hashkey *);
void frags_free(struct frags *);

/* Call for every fragment: remembers a first one, completes a later one. */
void frags_packet(struct frags *, struct pkt *, int64_t vnow);

#endif
