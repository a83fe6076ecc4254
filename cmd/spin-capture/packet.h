/* SPDX-License-Identifier: ISC */
/* Copyright (c) 2026 The SPIN authors */
#ifndef SPIN_PACKET_H
#define SPIN_PACKET_H

#include <stdbool.h>
#include <stdint.h>

#include "addr.h"
#include "link.h"

/*
 * The network and transport headers of one packet. Pointers go into the
 * frame and live as long as it does.
 */
enum {
	IPPROTO_NUM_ICMP = 1,
	IPPROTO_NUM_TCP = 6,
	IPPROTO_NUM_UDP = 17,
	IPPROTO_NUM_DCCP = 33,
	IPPROTO_NUM_ICMP6 = 58,
	IPPROTO_NUM_SCTP = 132,
	IPPROTO_NUM_UDPLITE = 136,
};

enum {
	TCP_FIN = 0x01, TCP_SYN = 0x02, TCP_RST = 0x04, TCP_PSH = 0x08,
	TCP_ACK = 0x10, TCP_URG = 0x20, TCP_ECE = 0x40, TCP_CWR = 0x80,
};

struct pkt {
	int64_t ts;		/* microseconds, traffic time (see clock.h) */
	const struct link_info *link;	/* MACs, VLAN */
	const uint8_t *src, *dst;	/* 4 or 16 bytes, network order */
	uint64_t bytes;		/* IP-layer bytes on the wire */
	const uint8_t *payload;	/* behind the transport header, or NULL */
	uint64_t paylen;	/* bytes of it on the wire */
	uint32_t paycap;	/* bytes of it that were captured */
	uint32_t ifno;
	uint32_t tcp_seq;
	uint32_t frag_id;
	uint8_t ver;		/* 4 or 6 */
	uint8_t proto;		/* IP protocol, behind extension headers */
	uint16_t sport, dport;	/* 0 when not captured */
	bool has_ports;		/* they were captured */
	bool fragment;		/* any fragment */
	bool later_fragment;	/* not the first one: no ports */
	bool has_icmp;
	uint8_t icmp_type, icmp_code;	/* when has_icmp */
	uint8_t tcp_flags;
};

/*
 * Decodes the IP packet that `link` found. Returns NULL when it belongs to a
 * flow (perhaps without ports, when they were not captured), or the static
 * name of the header that is malformed: "ipv4_header", "ipv6_header", ...
 */
const char *packet_decode(struct pkt *, const struct link_info *link);

/* "tcp", "udp", ...; protocols without a name have their number. */
const char *proto_name(uint8_t proto);

static inline struct addr
pkt_addr(const struct pkt *p, const uint8_t *b)
{
	return p->ver == 4 ? addr_v4(b) : addr_v6(b);
}

#endif
