/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_FLOWKEY_H
#define SPIN_FLOWKEY_H

#include <stdint.h>

#include "attr.h"

/*
 * The key of a flow, the same for both directions: of the two ends that with
 * the lower address (then port) is side 0. Six words, compared and hashed as
 * they are.
 */
enum {
	FLOWKEY_A_HI, FLOWKEY_A_LO,	/* address of side 0; IPv4 has HI 0 */
	FLOWKEY_B_HI, FLOWKEY_B_LO,	/* of side 1 */
	FLOWKEY_PORTS,	/* port 0 (16 bits), port 1, VLANs (12 each), proto */
	FLOWKEY_KIND,	/* IP version (8 bits), FLOWKEY_ONE_WAY ..., MAC */
	FLOWKEY_WORDS,
};

#define FLOWKEY_ONE_WAY	0x100	/* ICMP without replies */
#define FLOWKEY_FROM_B	0x200	/* ICMP: the asker or sender is side 1 */
#define FLOWKEY_NO_PORTS 0x400	/* none there, or they were not captured */
#define FLOWKEY_MAC_SHIFT 16	/* of an unspecified source, in network order */

/* What a key is made of, as a packet has it. */
struct flowkey_ends {
	uint64_t src_hi, src_lo, dst_hi, dst_lo;
	uint32_t ports;		/* source << 16 | destination */
};

/* VLAN ids and protocol, as they stand in FLOWKEY_PORTS. */
static inline uint64_t
flowkey_rest(uint16_t vlan, uint16_t inner_vlan, uint8_t proto)
{
	return (uint64_t)(vlan & 0xfff) << 20 |
	    (uint64_t)(inner_vlan & 0xfff) << 8 | proto;
}

/*
 * Which side the source is: 0 or 1; 2 when both addresses are the same and
 * something else has to decide.
 */
static ATTR_INLINE unsigned
flowkey_side(const struct flowkey_ends *e)
{
	if (unlikely(((e->src_hi ^ e->dst_hi) | (e->src_lo ^ e->dst_lo)) == 0))
		return 2;
	return (unsigned)(e->src_hi > e->dst_hi) |
	    (unsigned)((e->src_hi == e->dst_hi) & (e->src_lo > e->dst_lo));
}

/*
 * Fills the key, all but FLOWKEY_KIND. Nobody can predict which side the
 * source is: the halves change places without a branch.
 */
static ATTR_INLINE void
flowkey_make(uint64_t key[static FLOWKEY_WORDS], const struct flowkey_ends *e,
    unsigned side, uint64_t rest)
{
	uint64_t swap = 0 - (uint64_t)side;
	uint64_t hi = (e->src_hi ^ e->dst_hi) & swap;
	uint64_t lo = (e->src_lo ^ e->dst_lo) & swap;
	uint32_t turn = (e->ports ^ (e->ports << 16 | e->ports >> 16)) &
	    (uint32_t)swap;

	key[FLOWKEY_A_HI] = e->src_hi ^ hi;
	key[FLOWKEY_A_LO] = e->src_lo ^ lo;
	key[FLOWKEY_B_HI] = e->dst_hi ^ hi;
	key[FLOWKEY_B_LO] = e->dst_lo ^ lo;
	key[FLOWKEY_PORTS] = (uint64_t)(e->ports ^ turn) << 32 | rest;
}

static ATTR_INLINE int
flowkey_same(const uint64_t *a, const uint64_t *b)
{
	return ((a[0] ^ b[0]) | (a[1] ^ b[1]) | (a[2] ^ b[2]) |
	    (a[3] ^ b[3]) | (a[4] ^ b[4]) | (a[5] ^ b[5])) == 0;
}

#endif
