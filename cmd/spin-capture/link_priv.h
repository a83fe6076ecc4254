/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_LINK_PRIV_H
#define SPIN_LINK_PRIV_H

#include <stdbool.h>
#include <stdint.h>

#include "link.h"

/*
 * What the decoders of link headers share behind link.h. Each takes the rest
 * of the frame by value and fills `info` by ending in link_ip, link_non_ip or
 * link_malformed, or by handing the rest to the next decoder.
 */
struct link_cur {
	const uint8_t *p;
	uint32_t cap;		/* bytes at `p`; never more than `len` */
	uint32_t len;		/* bytes on the wire from `p` */
	unsigned int depth;	/* frames within frames so far */
};

#define LINK_DEPTH_MAX	4	/* Ethernet in SNAP, 802.11 in PPI ... */
#define LINK_TAGS_MAX	8	/* VLAN tags of one frame */
#define LINK_LABELS_MAX	64	/* MPLS labels of one frame */

typedef void link_fn(struct link_info *, struct link_cur);

/* Steps over `n` captured bytes; false: there are fewer, nothing is done. */
static inline bool
link_take(struct link_cur *c, uint32_t n)
{
	if (c->cap < n)
		return false;
	c->p += n;
	c->cap -= n;
	c->len -= n;
	return true;
}

/* A header says that only `n` more bytes belong to what follows. */
static inline void
link_limit(struct link_cur *c, uint32_t n)
{
	if (c->len > n)
		c->len = n;
	if (c->cap > n)
		c->cap = n;
}

static inline void
link_rest(struct link_info *info, struct link_cur c)
{
	info->l3 = c.p;
	info->l3_cap = c.cap;
	info->l3_len = c.len;
}

/* IP at `c`; `ethertype` 0x0800 or 0x86dd as the link header says. */
static inline void
link_ip(struct link_info *info, struct link_cur c, uint16_t ethertype)
{
	info->kind = LINK_IP;
	info->name = "ip";
	info->ethertype = ethertype;
	link_rest(info, c);
}

static inline void
link_non_ip(struct link_info *info, struct link_cur c, const char *name)
{
	info->kind = LINK_NON_IP;
	info->name = name;
	link_rest(info, c);
}

static inline void
link_malformed(struct link_info *info, struct link_cur c, const char *name)
{
	info->kind = LINK_MALFORMED;
	info->name = name;
	link_rest(info, c);
}

/* What follows an EtherType, or a length (below 1536) with 802.2 LLC. */
void link_ethertype(struct link_info *, struct link_cur, uint16_t type);
/* 802.2 LLC, with SNAP. */
link_fn link_llc;
/*
 * SNAP from its OUI on. In front of a bridged Ethernet frame there are `pad`
 * bytes: 2 behind LLC (RFC 2684 section 5.2), 0 in frame relay (RFC 2427).
 */
void link_snap(struct link_info *, struct link_cur, uint32_t pad);
/* A network layer protocol identifier, and what it is. */
link_fn link_nlpid;
/* Ethernet from its destination address on. */
link_fn link_ethernet;
/* PPP from its protocol field on. */
link_fn link_ppp;
/* PPPoE of a session, from its version on. */
link_fn link_pppoe;
/* MPLS label stack. */
link_fn link_mpls;
/* IPv4 or IPv6 by its first four bits; else malformed. */
link_fn link_by_nibble;
/* 802.11, with its header for LINKTYPE_ `link`. */
bool link_wifi(uint32_t link, struct link_info *, struct link_cur);
/* Any link type; used for frames that carry their own link type. */
void link_dispatch(uint32_t link, struct link_info *, struct link_cur);
/* The decoder of the rarer link types, or NULL. */
link_fn *link_misc(uint32_t link);

#endif
